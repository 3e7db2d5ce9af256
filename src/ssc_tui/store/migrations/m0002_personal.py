"""What the user keeps beside the catalogue: notes and bookmarks, which name a record and outlive it."""

from __future__ import annotations

from sqlite3 import Connection


def upgrade(copy: Connection) -> None:
    """Make the tables `note` and `bookmark`."""
    copy.execute(
        "CREATE TABLE IF NOT EXISTS note (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, record_id TEXT NOT NULL, text TEXT NOT NULL,"
        " written_at TEXT NOT NULL)"
    )
    copy.execute("CREATE INDEX IF NOT EXISTS note_by_record ON note (kind, record_id)")
    copy.execute(
        "CREATE TABLE IF NOT EXISTS bookmark (kind TEXT NOT NULL, record_id TEXT NOT NULL, marked_at TEXT NOT NULL,"
        " PRIMARY KEY (kind, record_id))"
    )
