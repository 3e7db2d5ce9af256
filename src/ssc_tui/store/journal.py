"""What the sync did: its runs, what they changed field by field, and what they could not take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import FieldChange
from ssc_tui.catalogue.kinds import ref
from ssc_tui.store.connection import transaction

KEPT_RUNS = 500
KEPT_CHANGES = 50_000
"""Lines of the change log that are kept, the newest."""

CUT_OFF = "cut_off"
"""Outcome of a run that is going on, or that ended with the program or the machine."""


class Run(NamedTuple):
    """How a run went.

    Attributes:
        started_at: ISO 8601 in UTC; `seconds` it took, None where it was cut off.
        outcome: ok, or the outcome of a `SyncError`, or `CUT_OFF`; `words` say it to the person.
        requests: sent, with `bytes_up` and `bytes_down` as on the line.
        new: records received that were new; `changed` and `removed` likewise.
        sent: edits that the server took.
    """

    id: int
    started_at: str
    seconds: float | None
    outcome: str
    words: str
    requests: int
    bytes_up: int
    bytes_down: int
    new: int
    changed: int
    removed: int
    sent: int


class Change(NamedTuple):
    """What a run changed of one record: new, changed or removed, with the fields that changed, and whether it is bookmarked."""

    kind: str
    record_id: str
    title: str
    change: str
    fields: tuple[FieldChange, ...]
    at: str
    bookmarked: bool

    @property
    def ref(self) -> str:
        """The reference `kind/id`."""
        return ref(self.kind, self.record_id)


class Quarantined(NamedTuple):
    """What was sent and could not be taken, with the reason in words."""

    kind: str
    id: str
    last_modified: int | None
    reason: str
    found_at: str


def begin_run(copy: Connection, started_at: str) -> int:
    """Note that a run began; returns its number. It counts as cut off until `end_run`."""
    with transaction(copy):
        added = copy.execute(
            "INSERT INTO run (started_at, outcome, words, requests, bytes_up, bytes_down, new, changed, removed, sent)"
            " VALUES (?, ?, '', 0, 0, 0, 0, 0, 0, 0)",
            (started_at, CUT_OFF),
        )
        number = int(added.lastrowid or 0)
        copy.execute("DELETE FROM run WHERE id <= ?", (number - KEPT_RUNS,))
        copy.execute("DELETE FROM change WHERE id <= (SELECT max(id) FROM change) - ?", (KEPT_CHANGES,))
    return number


def end_run(copy: Connection, run: Run) -> None:
    """Note how a run went."""
    with transaction(copy):
        copy.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", run)


def runs(copy: Connection, most: int = 50) -> list[Run]:
    """The last runs, newest first."""
    return [Run(*row) for row in copy.execute("SELECT * FROM run ORDER BY id DESC LIMIT ?", (most,))]


def changes(copy: Connection, since: str = "", most: int = -1, first: int = 0, *, marked_first: bool = False) -> list[Change]:
    """The change log from a time on (ISO 8601, UTC), newest first; those of bookmarked records before all others where wanted."""
    found = copy.execute(
        "SELECT kind, record_id, title, change, fields, at, EXISTS (SELECT 1 FROM bookmark WHERE bookmark.kind = change.kind"
        " AND bookmark.record_id = change.record_id) AS marked FROM change WHERE at >= ?"
        f" ORDER BY {'marked DESC, ' if marked_first else ''}at DESC, id DESC LIMIT ? OFFSET ?",
        (since, most, first),
    )
    return [
        Change(kind, record_id, title, change, _fields(fields), at, bool(marked))
        for kind, record_id, title, change, fields, at, marked in found
    ]


def _fields(stored: str) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(**each) for each in json.loads(stored))


def quarantine(copy: Connection) -> list[Quarantined]:
    """What could not be taken, newest first."""
    return [
        Quarantined(*row)
        for row in copy.execute("SELECT kind, id, last_modified, reason, found_at FROM quarantine ORDER BY found_at DESC, kind, id")
    ]


def as_json(changed: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes as commands print them: `[{"ref", "title", "change", "fields": [{"field", "old", "new"}], "at"}]`."""
    return [
        {
            "ref": each.ref,
            "title": each.title,
            "change": each.change,
            "fields": [field._asdict() for field in each.fields],
            "at": each.at,
        }
        for each in changed
    ]
