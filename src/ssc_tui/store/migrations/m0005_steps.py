"""Which edits were saved in one step, so that they are taken back in one."""

from __future__ import annotations

from sqlite3 import Connection


def upgrade(copy: Connection) -> None:
    """Add `step` to `pending_edit`: the id of the first edit of the step; empty for an edit that was saved alone."""
    if "step" not in {row[1] for row in copy.execute("PRAGMA table_info(pending_edit)")}:
        copy.execute("ALTER TABLE pending_edit ADD COLUMN step TEXT NOT NULL DEFAULT ''")
