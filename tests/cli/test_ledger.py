"""The ledger, the funds and the sheet of a country as commands, with the numbers of the screens."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Run
from tests.contributed import DOCUMENTS

from ssc_tui.insight.country_view import PAGE, PAGES
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import view_named
from ssc_tui.paths import Home
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy


@pytest.fixture(autouse=True)
def _contributed(home: Home) -> None:
    home.data.mkdir(parents=True, mode=0o700)
    make_copy(home.database, DOCUMENTS, {"dataset": "made up", "origin": "test", "format": "1", "released": "2026-11-01"})


@pytest.mark.parametrize(
    ("words", "name", "asked"),
    [
        (["ledger"], "ledger", Asked()),
        (["ledger", "kch"], "ledger", Asked("partners/kch")),
        (["ledger", "Malawi", "year:2020"], "ledger", Asked("MW", "year:2020")),
        (["ledger", "--year", "2019", "projects/nurses"], "ledger", Asked("projects/nurses", "year:2019")),
        (["ledger", "ibsa", "--beside", "india"], "ledger", Asked("funds/ibsa", options={"beside": "funds/india"})),
        (["funds"], "funds", Asked()),
        (["funds", "ibsa"], "ledger", Asked("funds/ibsa")),
        (["funds", "ibsa", "india"], "ledger", Asked("funds/ibsa", options={"beside": "funds/india"})),
        (["country", "MW"], "country", Asked("MW")),
        (["country", "malawi", "area:health"], "country", Asked("MW", "area:health")),
        (["country", "partners/kch"], "country", Asked("MW")),
        (["country"], "country", Asked()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_has_the_numbers_of_the_view(home: Home, run: Run, words: list[str], name: str, asked: Asked) -> None:
    done = run(*words, "--json")
    copy = connect(home.database)
    assert (done.code, done.json()) == (0, view_named(name)(copy, asked).numbers)
    copy.close()


def test_the_ledger_in_words(run: Run) -> None:
    said = run("ledger", "projects/nurses").out
    assert "valued at USD 9,000" in said
    assert "USD 9,300" in said
    assert "[contributions/c1]" in said


def test_a2_9_the_sheet_is_plain_text_of_two_pages_without_references(run: Run) -> None:
    done = run("country", "MW")
    lines = done.out.splitlines()
    assert len(lines) <= PAGE * PAGES
    assert max(map(len, lines)) <= 80
    assert "[" not in done.out
    assert "Kamuzu Hospital" in done.out


@pytest.mark.parametrize(("columns", "widest"), [("40", 60), ("70", 70), ("200", 80)])
def test_a2_9_the_sheet_is_laid_out_for_paper(run: Run, columns: str, widest: int) -> None:
    lines = run("country", "MW", env={"COLUMNS": columns}).out.splitlines()
    assert max(map(len, lines)) <= widest
    assert len(lines) <= PAGE * PAGES


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ledger", "gone"], 1, "No record is called gone"),
        (["country", "Atlantis"], 1, "Atlantis is no country"),
        (["country", "FR"], 1, "This copy holds nothing about France."),
        (["funds", "kch"], 0, ""),
        (["funds", "ibsa", "kch"], 2, "kch is no fund"),
        (["funds", "ibsa", "ibsa"], 2, "A fund stands beside another one"),
        (["funds", "ibsa", "india", "gone"], 2, "Two funds stand side by side, not 3."),
    ],
)
def test_what_is_not_there_is_a_sentence(run: Run, words: list[str], code: int, said: str) -> None:
    done = run(*words)
    assert done.code == code
    assert said in done.err
