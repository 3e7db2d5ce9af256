"""Puts whole collections in the place of what a copy holds: in one transaction, and projected once instead of page by page."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from ssc_tui.store.shadow import TOMBSTONE, Delivered, Rejected, quarantine
from ssc_tui.text import as_json


def clear(copy: Connection, kind: str) -> None:
    """Take out everything of a collection but the edits, in the caller's transaction; `projections.rebuild` has to follow."""
    for table in ("record", "quarantine", "seen"):
        copy.execute(f"DELETE FROM {table} WHERE kind = ?", (kind,))


def fill(copy: Connection, kind: str, page: Iterable[Delivered], rejected: Iterable[Rejected], at: str) -> None:
    """Put records and tombstones into a collection that was cleared, in the caller's transaction; `projections.rebuild` has to follow."""
    copy.executemany(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
        (
            (kind, row.id, row.last_modified, 1, TOMBSTONE)
            if row.document is None
            else (kind, row.id, row.last_modified, 0, row.text or as_json(row.document))
            for row in page
        ),
    )
    quarantine(copy, kind, list(rejected), [], at)
