"""The documents as the catalogue sends them, and what the copy knows of itself."""

from __future__ import annotations

from sqlite3 import Connection


def upgrade(copy: Connection) -> None:
    """Make the tables `meta` and `record`."""
    copy.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    copy.execute(
        "CREATE TABLE IF NOT EXISTS record (kind TEXT NOT NULL, id TEXT NOT NULL, last_modified INTEGER, deleted INTEGER NOT NULL,"
        " document TEXT NOT NULL, PRIMARY KEY (kind, id))"
    )
