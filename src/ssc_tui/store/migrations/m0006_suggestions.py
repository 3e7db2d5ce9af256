"""What of one's own edits went out as a suggestion, which conflicts other homes found, and a directory without the suggestions."""

from __future__ import annotations

from sqlite3 import Connection

_COLUMNS = (
    ("pending_edit", "sent_as", "TEXT NOT NULL DEFAULT ''"),
    ("conflict", "here", "INTEGER NOT NULL DEFAULT 1"),
)

_SHOWN = """CREATE VIEW shown (kind, id, last_modified, document) AS
    SELECT kind, id, last_modified, document FROM record WHERE NOT deleted AND kind != 'suggestions'
        AND NOT EXISTS (SELECT 1 FROM edited WHERE edited.kind = record.kind AND edited.id = record.id)
    UNION ALL
    SELECT edited.kind, edited.id, record.last_modified, edited.document FROM edited
        LEFT JOIN record ON record.kind = edited.kind AND record.id = edited.id
        WHERE edited.document IS NOT NULL AND edited.kind != 'suggestions'"""


_BY_STATE = """CREATE INDEX IF NOT EXISTS record_suggested
    ON record (json_extract(document, '$.state'), json_extract(document, '$.document'), json_extract(document, '$.ref'))
    WHERE kind = 'suggestions'"""


def upgrade(copy: Connection) -> None:
    """Add `sent_as` to `pending_edit` and `here` to `conflict`, leave suggestions out of what `shown` shows, and index them."""
    for table, column, form in _COLUMNS:
        if column not in {row[1] for row in copy.execute(f"PRAGMA table_info({table})")}:
            copy.execute(f"ALTER TABLE {table} ADD COLUMN {column} {form}")
    copy.execute("DROP VIEW IF EXISTS shown")
    copy.execute(_SHOWN)
    copy.execute(_BY_STATE)
