"""The runs of the sync, the change log and the quarantine, as screens and commands read them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

import pytest

from ssc_tui.catalogue.difference import FieldChange
from ssc_tui.store import journal
from ssc_tui.store.journal import CUT_OFF, Run

Make = Callable[..., sqlite3.Connection]


@pytest.fixture
def copy(make: Make) -> sqlite3.Connection:
    return make(("partners", {"id": "a", "name": "A"}))


def log(copy: sqlite3.Connection, at: str, record_id: str, change: str = "new", fields: str = "[]") -> None:
    copy.execute(
        "INSERT INTO change (run, at, kind, record_id, title, change, fields) VALUES (1, ?, 'partners', ?, ?, ?, ?)",
        (at, record_id, record_id.upper(), change, fields),
    )


def test_a_run_counts_as_cut_off_until_it_ends(copy: sqlite3.Connection) -> None:
    first = journal.begin_run(copy, "2026-11-21T10:00:00.000+00:00")
    second = journal.begin_run(copy, "2026-11-21T11:00:00.000+00:00")
    assert second > first
    ended = Run(second, "2026-11-21T11:00:00.000+00:00", 1.5, "ok", "Nothing had changed.", 1, 900, 700, 0, 1, 2, 3)
    journal.end_run(copy, ended)
    last, cut = journal.runs(copy)
    assert last == ended
    assert (cut.id, cut.outcome, cut.seconds) == (first, CUT_OFF, None)
    assert journal.runs(copy, 1) == [ended]


def test_only_the_last_runs_and_changes_are_kept(copy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT_RUNS", 3)
    monkeypatch.setattr(journal, "KEPT_CHANGES", 4)
    for number in range(10):
        log(copy, f"2026-11-21T10:00:0{number}.000+00:00", f"r{number}")
        journal.begin_run(copy, f"2026-11-21T10:00:0{number}.000+00:00")
    assert [run.started_at[17:19] for run in journal.runs(copy)] == ["09", "08", "07"]
    assert [change.record_id for change in journal.changes(copy)] == ["r9", "r8", "r7", "r6"]


def test_changes_come_newest_first_from_a_time_on(copy: sqlite3.Connection) -> None:
    fields = json.dumps([{"field": "city", "old": None, "new": "Oslo"}])
    log(copy, "2026-11-21T10:00:00.000+00:00", "a", "changed", fields)
    log(copy, "2026-11-21T10:00:00.000+00:00", "b")
    log(copy, "2026-11-20T10:00:00.000+00:00", "c", "removed")
    copy.execute("INSERT INTO bookmark VALUES ('partners', 'b', '2026-11-21')")
    copy.execute("INSERT INTO bookmark VALUES ('projects', 'a', '2026-11-21')")
    found = journal.changes(copy)
    assert [(each.record_id, each.change, each.bookmarked) for each in found] == [
        ("b", "new", True),
        ("a", "changed", False),
        ("c", "removed", False),
    ]
    assert found[1].fields == (FieldChange("city", None, "Oslo"),)
    assert [each.record_id for each in journal.changes(copy, "2026-11-21T10:00:00.000+00:00")] == ["b", "a"]
    assert journal.changes(copy, "2026-11-21T10:00:00.001+00:00") == []
    assert [each.record_id for each in journal.changes(copy, most=1, first=1)] == ["a"]
    assert journal.as_json(found[1:2]) == [
        {
            "ref": "partners/a",
            "title": "A",
            "change": "changed",
            "fields": [{"field": "city", "old": None, "new": "Oslo"}],
            "at": "2026-11-21T10:00:00.000+00:00",
        }
    ]


def test_what_is_in_quarantine_newest_first(copy: sqlite3.Connection) -> None:
    copy.execute("INSERT INTO quarantine VALUES ('partners', 'x', 5, '{', 'It is bad.', '2026-11-20')")
    copy.execute("INSERT INTO quarantine VALUES ('funds', '', NULL, 'null', 'It is no record.', '2026-11-21')")
    assert journal.quarantine(copy) == [
        ("funds", "", None, "It is no record.", "2026-11-21"),
        ("partners", "x", 5, "It is bad.", "2026-11-20"),
    ]
