"""Keeps what can be kept of a copy that cannot be used."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from ssc_tui.catalogue.kinds import COLLECTIONS, KINDS
from ssc_tui.store import projections
from ssc_tui.store.connection import transaction
from ssc_tui.store.migrations.m0008_own import WHO
from ssc_tui.store.standing import remember

PERSONAL = {
    "own": "id, owner, form, ref, said, stamp, gone",
    "note": "id, kind, record_id, text, written_at",
    "bookmark": "kind, record_id, marked_at",
    "saved_search": "name, section, query, saved_at",
    "pending_edit": "number, id, kind, record_id, change, base, new, author, at, state, attempts, reason, step, sent_as",
    "conflict": "edit, path, kind, record_id, base, mine, theirs, author, found_at, settled, settled_at, settled_edit, here",
    "travelled": "edit, taken",
}
"""Tables that hold what only the user has, with their columns."""

LATER: dict[str, str | int] = {"step": "", "sent_as": "", "here": 1}
"""Columns that older programs did not have, with what they hold then."""

_DATASET = "coalesce((SELECT json_extract(value, '$') FROM remote WHERE key = 'dataset'), (SELECT value FROM meta WHERE key = 'dataset'))"
"""In a statement, the catalogue that the copy holds."""

_JSON: dict[str, dict[str, type]] = {
    "own": {"said": dict},
    "pending_edit": {"base": dict, "new": dict},
    "conflict": {"path": list, "base": object, "mine": object, "theirs": object},
}
"""Columns that hold JSON, with what it must be."""


def set_aside(path: Path) -> Path:
    """Rename a copy and its log so that a new one can be made; returns the new name. Nothing is deleted.

    Raises:
        OSError: the folder cannot be written.
    """
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H%M%SZ")
    number = 0
    while (aside := path.with_name(f"{path.stem}.damaged-{moment}{f'-{number}' if number else ''}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def carry_over(aside: Path, copy: sqlite3.Connection) -> dict[str, int]:
    """Copy every note, bookmark, edit and conflict that can still be read; returns how many of each were, by table."""
    found: dict[str, list[tuple[object, ...]]] = {}
    who, dataset = "", ""
    # Of an empty file SQLite would delete the log.
    if aside.is_file() and aside.stat().st_size:
        with suppress(sqlite3.DatabaseError), closing(_open_damaged(aside)) as old:
            found = {table: _readable(old, table, columns) for table, columns in PERSONAL.items()}
            who, dataset = _said(old, WHO), _said(old, _DATASET)
    kept = dict.fromkeys(PERSONAL, 0)
    with transaction(copy):
        if who:
            remember(copy, person=who)
        if dataset:
            remember(copy, written_for=dataset)
        for table, rows in found.items():
            columns = PERSONAL[table]
            marks = ", ".join("?" * (columns.count(",") + 1))
            for row in rows:
                if not _makes_sense(dict(zip(columns.split(", "), row, strict=True)), _JSON.get(table, {})):
                    continue
                with suppress(sqlite3.IntegrityError):
                    kept[table] += copy.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row).rowcount
        if kept["pending_edit"]:
            projections.rebuild(copy)
    return kept


def _said(old: sqlite3.Connection, what: str) -> str:
    """A single word that the copy holds; empty where that is not known."""
    with suppress(sqlite3.DatabaseError, TypeError):
        return str(old.execute(f"SELECT {what}").fetchone()[0] or "")
    return ""


def _makes_sense(row: Mapping[str, object], as_json: Mapping[str, type]) -> bool:
    """Whether a row can be used: from a damaged page letters can come that are none of ours, and what is shown rests on every edit."""
    if as_json and row.get("kind", KINDS[0]) not in (COLLECTIONS if "change" in row else KINDS):
        return False
    try:
        return all(row[name] is None or isinstance(json.loads(str(row[name])), form) for name, form in as_json.items())
    except (ValueError, RecursionError):
        return False


def _open_damaged(aside: Path) -> sqlite3.Connection:
    # For reading alone, so that closing it does not write the log back: the file is kept as it was found.
    old = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    # Lets SQLite read a file that is shorter than its header says (https://www.sqlite.org/pragma.html#pragma_writable_schema).
    old.execute("PRAGMA writable_schema = ON")
    old.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return old


def _readable(old: sqlite3.Connection, table: str, columns: str) -> list[tuple[object, ...]]:
    """Rows of a table up to the first unreadable page from its beginning, and from its end."""
    rows: dict[tuple[object, ...], None] = {}
    there = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
    # A copy of an older program lacks what was added since.
    chosen = ", ".join(
        column if column in there else f"{LATER[column]!r}" for column in columns.split(", ") if column in there | set(LATER)
    )
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.DatabaseError):
            for row in old.execute(f"SELECT {chosen} FROM {table} NOT INDEXED ORDER BY rowid {direction}"):
                rows[tuple(row)] = None
    return list(rows)
