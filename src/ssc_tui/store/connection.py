"""Connections to a copy, and transactions on them, with the standard library alone."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ssc_tui.store.stand_in import connect_to_read

APPLICATION_ID = 0x53534344
"""Marks a file as a copy of ours ("SSCD"); see https://www.sqlite.org/pragma.html#pragma_application_id."""

BUSY_SECONDS = 5.0
"""How long a connection waits for another one's transaction."""


FILLING_KILOBYTES = 32_000
"""Memory for pages of a copy that is filled: with SQLite's own 2 MB, a long write reads the same pages from the file again and again."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode with foreign keys, to a file that exists; for one thread at a time.

    A file that may not be written is opened for reading alone.

    Raises:
        CopyError: the file may not be written, and there is no room for what reading its log takes.
    """
    if not writable(path):
        return connect_to_read(path)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # What was saved survives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_fill(path: Path) -> sqlite3.Connection:
    """A connection as `connect` makes it, with room in memory for the pages to which long writes come back again and again."""
    connection = connect(path)
    connection.execute(f"PRAGMA cache_size = -{FILLING_KILOBYTES}")
    return connection


def writable(path: Path) -> bool:
    """Whether file and folder may be written; what is marked read-only is not, even by the superuser."""
    return all(place.stat().st_mode & stat.S_IWUSR and os.access(place, os.W_OK) for place in (path, path.parent))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: commits at the end, rolls back when anything was raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite rolls back by itself when the disk is full, and then has nothing to roll back.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is at fault, rather than a lock, the disk or the program."""
    primary = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    missing = str(error).startswith(("no such table", "no such column"))
    return primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or missing
