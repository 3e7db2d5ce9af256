"""The lines of issue 2's "It is done when" that commands answer, on the catalogue that the program ships with."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from tests.cli.conftest import Run, environment

from ssc_tui.paths import Home

RETREAT = ("CIRDAP", "COMSATS", "FAO", "ILO", "ISTIC", "PPD", "UNCDF", "UNDP", "UNEP", "UNESCAP", "UNESCO", "UNIDO", "UNV", "WFP")
HEAVY = ("textual", "sqlmodel", "sqlalchemy", "pydantic", "httpx", "rich", "rapidfuzz", "cryptography", "zstandard")


def test_the_shipped_catalogue_is_counted_without_a_network(home: Home) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise AssertionError('a connection')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from ssc_tui.cli.main import main\n"
        "sys.exit(main(['status', '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment(home.data))
    assert '"partners": 225, "projects": 226' in done.stdout


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (["kamuzu"], "partners/kamuzu-central-hospital"),
        (["nepal health research"], "partners/nhrc-nepal"),
        (["nepal", "health", "research"], "partners/nhrc-nepal"),
        (["ISTIC"], "partners/istic"),
        (["énergie"], "areas/sdg-07"),
        (["ENERGIE"], "areas/sdg-07"),
        (["forde"], "partners/norec"),
        (["FØRDE"], "partners/norec"),
        (["country:MW", "area:health", "--kind", "partners"], "partners/kamuzu-central-hospital"),
        (["--country", "MW", "--area", "health", "--kind", "partners"], "partners/kamuzu-central-hospital"),
        (["solaire"], "areas/private-sector-agriculture-energy"),
        (["kamuzo"], "partners/kamuzu-central-hospital"),
    ],
)
def test_the_first_result_is_the_right_one(run: Run, asked: list[str], first: str) -> None:
    done = run("find", *asked)
    assert done.code == 0
    assert done.out.partition("\t")[0] == first


def test_an_accent_and_a_language_make_no_difference(run: Run) -> None:
    assert run("find", "énergie").out == run("find", "ENERGIE").out
    assert {each["ref"] for each in run("find", "solaire", "--json").json()["results"]} >= {"areas/energy", "partners/pidf"}


def test_one_error_is_forgiven_and_said(run: Run) -> None:
    done = run("find", "kamuzo", "--json")
    assert done.json()["forgiven"] == {"kamuzo": "kamuzu"}
    assert done.err == "Nothing matches kamuzo; showing kamuzu.\n"


def test_nothing_found_is_a_sentence_and_exit_code_1(run: Run) -> None:
    done = run("find", "zzzz")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Nothing matches zzzz. ")
    assert run("find", "zzzz", "--json").json() == {"count": 0, "results": []}


def test_a_record_is_shown_with_figures_sources_and_links(run: Run) -> None:
    done = run("show", "partners/norec", "--json")
    shown = done.json()
    assert shown["name"] == "Norwegian Agency for Exchange Cooperation"
    assert "health" in shown["areas"]
    of_2019 = {(figure["measure"], figure["value"]) for figure in shown["figures"] if figure.get("year") == 2019}
    assert of_2019 >= {
        ("projects supported", 80),
        ("participants exchanged", 615),
        ("South-South projects", 50),
        ("triangular projects", 6),
        ("partner organisations in South-South and triangular projects", 161),
    }
    assert shown["sources"]
    links = {(link["direction"], link["role"], f"{link['kind']}/{link['id']}") for link in shown["links"]}
    assert ("to", "area", "areas/health") in links
    assert ("from", "funder", "projects/norec-bergen-kamuzu") in links
    assert done.err == ""


@pytest.mark.parametrize("acronym", RETREAT)
def test_a2_13_the_institutions_of_the_retreat_are_found_by_their_acronyms(run: Run, acronym: str) -> None:
    first = run("find", acronym, "--json").json()["results"][0]
    assert first["kind"] == "partners"
    shown = run("show", first["ref"], "--json").json()
    assert acronym in (shown["acronym"].upper(), *shown.get("aliases", ()))


@pytest.mark.parametrize("words", [["find", "kamuzu"], ["find", "kamuzu", "--json"], ["find", "--help"], ["--help"], ["--version"]])
def test_a_look_up_imports_nothing_heavy(home: Home, words: list[str]) -> None:
    program = f"import sys; from ssc_tui.cli.main import main; code = main({words!r}); print(code, *sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment(home.data))
    code, *modules = done.stderr.split()
    assert code == "0"
    assert not set(HEAVY) & {module.partition(".")[0] for module in modules}


def _note_and_bookmark(run: Run) -> None:
    assert run("note", "norec", "call them").code == 0
    assert run("bookmark", "partners/istic").code == 0


def _kept(run: Run) -> tuple[list[str], list[str]]:
    return [each["text"] for each in run("notes", "--json").json()], [each["ref"] for each in run("bookmarks", "--json").json()]


@pytest.mark.parametrize("kept", [0.75, 0.05])
def test_a_truncated_database_opens_and_keeps_what_was_readable(home: Home, run: Run, kept: float) -> None:
    _note_and_bookmark(run)
    # Notes and bookmarks lie in the first pages of the file.
    os.truncate(home.database, int(home.database.stat().st_size * kept))
    done = run("find", "kamuzu", "--json")
    assert (done.code, done.json()["count"]) == (0, 3)
    assert "1 note and 1 bookmark could be read and were carried over." in done.err
    assert _kept(run) == (["call them"], ["partners/istic"])
    assert list(home.data.glob("catalogue.damaged-*.sqlite"))


def test_a_database_overwritten_with_text_is_set_aside(home: Home, run: Run) -> None:
    _note_and_bookmark(run)
    home.database.write_text("this was a catalogue\n" * 1000)
    done = run("find", "kamuzu", "--json")
    assert (done.code, done.json()["count"]) == (0, 3)
    assert "could not be used" in done.err
    (aside,) = home.data.glob("catalogue.damaged-*.sqlite")
    assert aside.read_text().startswith("this was a catalogue")


def test_a_read_only_database_is_read_and_says_so(home: Home, run: Run) -> None:
    _note_and_bookmark(run)
    home.database.chmod(0o400)
    home.data.chmod(0o500)
    try:
        done = run("find", "kamuzu")
        assert done.code == 0
        assert "read-only" in done.err
        assert _kept(run) == (["call them"], ["partners/istic"])
        refused = run("note", "norec", "another", "--json")
        assert refused.code == 1
        assert "nothing was saved" in refused.json()["error"]
        assert run("bookmark", "norec").code == 1
        checked = run("doctor", "--repair", "--json")
        assert (checked.code, checked.json()["ok"]) == (0, True)
    finally:
        home.data.chmod(0o700)
    assert stat.S_IMODE(home.database.stat().st_mode) == 0o400
