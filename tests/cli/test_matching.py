"""`match` as a command: who could exchange with whom."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Run

QUEEN = "partners/queen-elizabeth-hospital"
OSLO = "partners/oslo-university-hospital"


def test_match_names_oslo_first_in_words_and_in_json(run: Run) -> None:
    done = run("match", QUEEN)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[lines.index("Both ways: each brings what the other seeks") + 1].startswith("1  Oslo University Hospital · Norway")
    assert max(map(len, lines)) <= 80
    first = run("match", "QECH", "--json").json()["matches"][0]
    assert (first["match"], first["partners"][0]["ref"]) == ("two_way", OSLO)


def test_match_says_who_brings_what_is_sought_in_a_region(run: Run) -> None:
    found = run("match", "--seeks", "farming", "--region", "eastern-africa", "--json").json()
    assert [match["partners"][0]["ref"] for match in found["matches"]] == ["partners/fachig", "partners/pelum-kenya"]
    assert found["subject"] is None
    assert run("match", "--seeks", "farming", "--country", "Kenya", "--json").json()["counts"]["brings"] == 1
    assert run("match", "--seeks", "farming", "--area", "health", "--json").json()["counts"]["brings"] == 0


def test_the_limit_holds_for_each_sort(run: Run) -> None:
    found = run("match", QUEEN, "--limit", "1", "--json").json()
    assert [match["match"] for match in found["matches"]] == ["two_way", "brings", "seeks"]
    assert found["counts"]["two_way"] == 5


@pytest.mark.parametrize(
    ("words", "code"),
    [(["match", "--seeks", "zzz"], 1), (["match", "nobody"], 1), (["match"], 2), (["match", "norec-grant"], 2), (["match", "a", "b"], 2)],
)
def test_what_finds_nothing_or_cannot_be_followed_ends_with_its_code(run: Run, words: list[str], code: int) -> None:
    done = run(*words)
    assert done.code == code
    assert done.out or done.err.endswith(".\n")


def test_terms_say_for_each_rule_whether_it_holds(run: Run) -> None:
    done = run("terms", "norec-nhrc-csf")
    assert (done.code, done.err) == (0, "")
    assert "holds: Every partner sends and hosts." in done.out
    rules = {rule["rule"]: rule["verdict"] for rule in run("terms", "norec-nhrc-csf", "--json").json()["rules"]}
    assert rules == {
        "exchange": "holds",
        "assessment": "not_stated",
        "coordinator": "not_stated",
        "both_sides": "holds",
        "decisions": "not_stated",
        "funder": "holds",
    }


def test_terms_of_all_projects_are_those_of_a_rule_or_of_a_query(run: Run) -> None:
    found = run("terms", "--rule", "decisions", "--query", "modality:triangular", "--json").json()
    (rule,) = found["rules"]
    assert (found["projects"], len(rule["holds"]), len(rule["does_not"]), len(rule["not_stated"])) == (72, 7, 1, 64)
    assert run("terms", "--rule", "money").code == 2
    assert run("terms", "--query", "country:ZZ").code == 1


def test_demand_lists_needs_that_wait(run: Run) -> None:
    found = run("demand", "QECH", "--json").json()
    assert [need["topic"] for need in found["needs_without_exchange"]] == ["Building a surgical unit for children"]
    assert run("demand", "oslo-university-hospital", "--query", "country:MW").code == 1
    assert run("demand", "norec-grant").code == 2
