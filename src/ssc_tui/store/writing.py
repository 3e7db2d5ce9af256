"""A transaction on the copy for what a person saves. What goes wrong is told in words, and nothing is saved by half."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ssc_tui.errors import Busy, CopyError, ReadOnly
from ssc_tui.i18n import _
from ssc_tui.store.connection import connect, transaction, writable
from ssc_tui.store.migrations import VERSION

PAGES = 4000
"""Pages of the log after which a save brings them into the file: some 16 MB."""


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a copy with a transaction that is committed at the end.

    Raises:
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    mind(path)
    try:
        with closing(connect(path)) as copy:
            # Now and then a save brings the log into the file for all before it, and takes three times as long: one in a hundred.
            copy.execute(f"PRAGMA wal_autocheckpoint = {PAGES}")
            with transaction(copy):
                mind_version(copy.execute("PRAGMA user_version").fetchone()[0])
                yield copy
    except sqlite3.DatabaseError as error:
        raise in_words(error) from error


def mind(path: Path) -> None:
    """See that there is a file that may be written.

    Raises:
        ReadOnly, CopyError: there is none.
    """
    if not path.exists():
        raise CopyError(_("{path} is gone; nothing was saved. Start ssc-tui again for a new copy.").format(path=path))
    if not writable(path):
        raise ReadOnly(
            _("{path} is read-only; nothing was saved. Make the file and its folder writable, or use another --home.").format(path=path)
        )


def mind_version(version: int) -> None:
    """See that the schema is one that this program writes.

    Raises:
        ReadOnly: it is newer.
    """
    if version > VERSION:
        raise ReadOnly(_("This copy was written by a newer ssc-tui; nothing was saved. Update the program."))


def in_words(error: BaseException | None) -> Busy | CopyError:
    """What SQLite says, for the person."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(_("Another ssc-tui is writing to the copy; nothing was saved. Try again in a moment."))
    return CopyError(_("Nothing was saved: {reason}.").format(reason=error))


def moment() -> str:
    """Now, ISO 8601 in UTC, to the millisecond."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
