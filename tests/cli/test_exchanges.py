"""`balance` and `flows` as commands."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Run

from ssc_tui.paths import Home
from ssc_tui.store.loader import make_copy

PARTNERS = [("partners", {"id": name, "name": name.title(), "country": code}) for name, code in (("anna", "MW"), ("berta", "KE"))]
FLOWS = [
    ("exchanges", {"id": "x1", "sender": "anna", "host": "berta", "actual": 5, "round": 1, "start": "2019", "kind": "academic"}),
    ("exchanges", {"id": "x2", "sender": "berta", "host": "anna", "actual": 2, "round": 2, "start": "2020", "kind": "expert"}),
]


@pytest.fixture
def exchanging(home: Home) -> None:
    """A catalogue with one pair out of balance."""
    home.data.mkdir(mode=0o700)
    make_copy(home.database, [*PARTNERS, *FLOWS], {"dataset": "made up", "format": "1", "origin": "test"})


@pytest.mark.usefixtures("exchanging")
def test_balance_says_who_is_out_of_balance_and_what_would_level_it(run: Run) -> None:
    done = run("balance")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[lines.index("Out of balance (2)") + 1].strip() == "Anna: sends 3 more than it hosts [ssc-tui balance partners/anna]"
    assert any(line.strip() == "to level it: host 3 more by round 3" for line in lines)
    assert "Berta → Anna: 3 persons" in done.out
    assert max(map(len, lines)) <= 80
    found = run("balance", "--json").json()
    assert found["counts"] == {"out": 2, "within": 0, "ahead": 0, "unknown": 0}
    assert found["levelling"] == [{"sender": "berta", "host": "anna", "persons": 3, "by_round": 3}]
    assert (found["balances"][0]["partner"], found["balances"][0]["difference"]) == ("partners/anna", 3)


@pytest.mark.usefixtures("exchanging")
def test_options_of_balance(run: Run, home: Home) -> None:
    assert run("balance", "--tolerance", "3", "--json").json()["counts"]["out"] == 0
    assert run("balance", "--what-if", "berta>anna:3", "--json").json()["counts"]["out"] == 0
    assert run("balance", "--what-if", "berta>anna:3", "--what-if", "anna>berta:9", "--json").json()["counts"]["out"] == 2
    assert run("balance", "--year", "2019", "--json").json()["total"]["persons"] == 5
    assert run("balance", "anna", "--type", "expert", "--json").json()["balances"][0]["difference"] == -2
    assert [each["title"] for each in run("balance", "--by", "round", "--json").json()["groups"]] == ["Round 1", "Round 2"]
    limited = run("balance", "--limit", "1", "--json").json()
    assert (len(limited["balances"]), limited["counts"]["out"]) == (1, 2)
    home.settings.write_text("tolerance = 3\n")
    assert run("balance", "--json").json()["tolerance"] == {"value": "3", "usual": "10%"}
    home.settings.write_text('tolerance = "a lot"\n')
    assert run("balance", "--json").json()["tolerance"] == {"value": "10%", "usual": "10%"}
    assert "3 persons (usual: 10%)" in run("balance", "--tolerance", "3").out


@pytest.mark.usefixtures("exchanging")
def test_flows_shows_who_sends_to_whom(run: Run) -> None:
    done = run("flows")
    lines = [line.split() for line in done.out.splitlines()]
    assert ["1", "Anna", "·", "5", "5"] in lines
    assert ["2", "Berta", "2", "·", "2"] in lines
    assert ["hosted", "in", "all", "2", "5", "7"] in lines
    by_country = run("flows", "--by", "country", "--count", "months", "--country", "MW", "--json").json()
    assert [each["key"] for each in by_country["names"]] == ["KE", "MW"]
    assert by_country["total"]["persons"] == 7
    assert run("flows", "anna", "--year", "2019..2019", "--json").json()["total"]["persons"] == 5


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["balance", "nobody"], 1),
        (["balance", "areas/health"], 2),
        (["balance", "--tolerance", "much"], 2),
        (["balance", "--what-if", "a>b"], 2),
        (["balance", "--what-if", "a>b:3"], 1),
        (["balance", "--by", "moon"], 2),
        (["balance", "--year", "1800"], 1),
        (["flows", "--year", "1800"], 1),
        (["flows", "india-un-fund"], 2),
        (["flows", "funds/ibsa-fund"], 2),
    ],
)
def test_what_finds_nothing_or_cannot_be_followed_ends_with_its_code(run: Run, words: list[str], code: int) -> None:
    done = run(*words)
    assert done.code == code, done
    assert done.out or done.err.endswith(".\n")


@pytest.mark.usefixtures("exchanging")
@pytest.mark.parametrize("command", ["balance", "flows"])
def test_filters_stand_behind_the_command_as_they_are_typed_on_the_screen(run: Run, command: str) -> None:
    assert run(command, "year:2019", "--json").json()["total"]["persons"] == 5
    assert run(command, "anna", "year:2020", "--json").json()["total"]["persons"] == 2
    assert run(command, "-year:2020", "--type", "academic", "--json").json()["total"]["persons"] == 5
    assert ": year:2019" in run(command, "year:2019").out
    assert (run(command, "region:southern-asia").code, run(command, "nobody").code) == (1, 1)
    assert run(command, "nobody").err == "No record is called nobody. Search for it with `ssc-tui find`.\n"


@pytest.mark.usefixtures("exchanging")
@pytest.mark.parametrize("command", ["balance", "flows", "ledger"])
@pytest.mark.parametrize("year", ["abc", "19", "2019..", "2020..2019", "2019,soon", "99999"])
def test_what_is_no_year_is_refused_and_not_taken_for_a_year_without_anything(run: Run, command: str, year: str) -> None:
    done = run(command, "--year", year)
    assert (done.code, done.out) == (2, "")
    assert f"{year.split(',')[-1]} is neither a year such as 2019 nor years such as 2015..2019" in done.err
    assert run(command, "--year", "2019,2020", "--year", "2021..2022", "--json").json()["query"] == "year:2019,2020,2021..2022"


@pytest.mark.usefixtures("exchanging")
def test_what_is_no_country_is_said_to_be_none(run: Run) -> None:
    done = run("country", "Atlantis")
    assert (done.code, done.out) == (1, "")
    assert done.err == "Atlantis is no country, and no record is called so. `ssc-tui country` lists the countries.\n"
