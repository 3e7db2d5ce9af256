"""What people want of records that the catalogue has not taken yet, what that leads to, and where two people disagree."""

from __future__ import annotations

from sqlite3 import Connection

_STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS pending_edit (number INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL, record_id TEXT NOT NULL, change TEXT NOT NULL, base TEXT NOT NULL, new TEXT NOT NULL, author TEXT NOT NULL,
        at TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, reason TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS pending_edit_by_record ON pending_edit (kind, record_id)",
    "CREATE TABLE IF NOT EXISTS edited (kind TEXT NOT NULL, id TEXT NOT NULL, document TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS conflict (edit TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, record_id TEXT NOT NULL, base TEXT,
        mine TEXT, theirs TEXT, author TEXT NOT NULL, found_at TEXT NOT NULL, settled TEXT, settled_at TEXT, settled_edit TEXT,
        PRIMARY KEY (edit, path))""",
    "CREATE INDEX IF NOT EXISTS conflict_by_record ON conflict (kind, record_id)",
    """CREATE VIEW IF NOT EXISTS shown (kind, id, last_modified, document) AS
        SELECT kind, id, last_modified, document FROM record WHERE NOT deleted
            AND NOT EXISTS (SELECT 1 FROM edited WHERE edited.kind = record.kind AND edited.id = record.id)
        UNION ALL
        SELECT edited.kind, edited.id, record.last_modified, edited.document FROM edited
            LEFT JOIN record ON record.kind = edited.kind AND record.id = edited.id WHERE edited.document IS NOT NULL""",
)


def upgrade(copy: Connection) -> None:
    """Make the tables `pending_edit`, `edited` and `conflict`, and the view `shown`: documents with edits laid over them."""
    for statement in _STATEMENTS:
        copy.execute(statement)
