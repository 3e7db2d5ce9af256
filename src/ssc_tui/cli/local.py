"""The local copy, opened for one command."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ssc_tui.cli.plain import Output
from ssc_tui.errors import CopyError
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.store.connection import is_damage
from ssc_tui.store.copy import Copy, open_copy

_CIRCUMSTANCES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
"""Errors for which neither the file nor the program is at fault."""


@contextmanager
def opened(home: Home, out: Output) -> Iterator[Copy]:
    """The copy of the home, closed at the end; what happened on the way in is told on standard error.

    Raises:
        CopyError: there is no copy that can be opened, it is locked, or a part of it that was read is damaged.
    """
    copy = open_copy(home, out.say)
    try:
        for notice in copy.notices:
            out.say(notice)
        yield copy
    except sqlite3.DatabaseError as error:
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _CIRCUMSTANCES:
            raise CopyError(
                _("The local copy could not be used: {reason}. Nothing was changed; try again.").format(reason=error)
            ) from error
        if not is_damage(error):
            raise
        raise CopyError(
            _(
                "A part of the local copy is damaged ({reason}). Nothing was changed; `ssc-tui doctor --repair` keeps what is readable."
            ).format(reason=error)
        ) from error
    finally:
        copy.connection.close()
