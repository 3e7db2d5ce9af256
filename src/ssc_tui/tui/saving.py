"""Saves what the user keeps, on a thread, and says what was saved."""

from __future__ import annotations

import asyncio
import gc

from ssc_tui.errors import ReadOnly
from ssc_tui.i18n import _
from ssc_tui.store.copy import Copy
from ssc_tui.store.reader import Row


def prepare() -> None:
    """Import what saving needs, so that the first bookmark does not wait for it; to be run on a thread, behind the first list."""
    import ssc_tui.store.writer  # noqa: F401

    # What was imported stays until the end; looking through it again and again takes the collector a tenth of a second each time.
    gc.freeze()


async def turn_bookmark(copy: Copy, row: Row) -> str:
    """Set or take away the bookmark of a record; returns a sentence.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    _refuse_read_only(copy)
    is_set = await asyncio.to_thread(_turn, copy, row)
    return (_("Bookmarked: {title}") if is_set else _("No longer bookmarked: {title}")).format(title=row.title)


async def write_note(copy: Copy, row: Row, text: str) -> str:
    """Keep a note about a record; returns a sentence.

    Raises:
        UsageError: the note is too long.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    _refuse_read_only(copy)
    await asyncio.to_thread(_write, copy, row, text)
    return _("Note saved: {title}").format(title=row.title)


def _refuse_read_only(copy: Copy) -> None:
    if copy.read_only:
        raise ReadOnly(_("This copy is read-only; nothing was saved."))


def _turn(copy: Copy, row: Row) -> bool:
    from ssc_tui.store.writer import turn_bookmark

    return turn_bookmark(copy.path, row.kind, row.id)


def _write(copy: Copy, row: Row, text: str) -> None:
    from ssc_tui.store.writer import write_note

    write_note(copy.path, row.kind, row.id, text)
