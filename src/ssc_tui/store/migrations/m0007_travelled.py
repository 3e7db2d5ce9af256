"""Which edits left this home in a bundle, or came with one, and which of those the catalogue has taken since."""

from __future__ import annotations

from sqlite3 import Connection


def upgrade(copy: Connection) -> None:
    """Make the table `travelled`."""
    copy.execute("CREATE TABLE IF NOT EXISTS travelled (edit TEXT NOT NULL PRIMARY KEY, taken INTEGER NOT NULL)")
