"""What a sync remembers: how far each collection was read, what it could not take, what it changed, and how each run went."""

from __future__ import annotations

from sqlite3 import Connection

_TABLES = (
    "CREATE TABLE IF NOT EXISTS remote (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS collection (kind TEXT NOT NULL PRIMARY KEY, cursor INTEGER NOT NULL, etag INTEGER,
        resync INTEGER NOT NULL, counted_at TEXT, forbidden INTEGER) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS seen (kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS quarantine (kind TEXT NOT NULL, id TEXT NOT NULL, last_modified INTEGER, document TEXT NOT NULL,
        reason TEXT NOT NULL, found_at TEXT NOT NULL, PRIMARY KEY (kind, id))""",
    """CREATE TABLE IF NOT EXISTS run (id INTEGER NOT NULL PRIMARY KEY, started_at TEXT NOT NULL, seconds REAL, outcome TEXT NOT NULL,
        words TEXT NOT NULL, requests INTEGER NOT NULL, bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL, new INTEGER NOT NULL,
        changed INTEGER NOT NULL, removed INTEGER NOT NULL, sent INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS change (id INTEGER NOT NULL PRIMARY KEY, run INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
        record_id TEXT NOT NULL, title TEXT NOT NULL, change TEXT NOT NULL, fields TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS change_by_record ON change (kind, record_id)",
    "CREATE INDEX IF NOT EXISTS change_by_time ON change (at)",
)


def upgrade(copy: Connection) -> None:
    """Make the tables `remote`, `collection`, `seen`, `quarantine`, `run` and `change`."""
    for statement in _TABLES:
        copy.execute(statement)
