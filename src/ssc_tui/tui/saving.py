"""Saves what the user keeps, on a thread, and says what was saved."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.errors import ReadOnly
from ssc_tui.i18n import _, ngettext
from ssc_tui.store.conflicts import Conflict
from ssc_tui.store.copy import Copy
from ssc_tui.store.reader import Row
from ssc_tui.text import one_line

if TYPE_CHECKING:
    from ssc_tui.catalogue.edits import Edit
    from ssc_tui.store.edits import Pending, Wish
    from ssc_tui.store.suggestions import Suggested


def prepare() -> None:
    """Import what saving needs, so that the first bookmark does not wait for it; to be run on a thread, behind the first list."""
    import ssc_tui.store.writer
    import ssc_tui.tui.screens.form
    import ssc_tui.tui.screens.item
    import ssc_tui.tui.screens.round  # noqa: F401

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


async def save_record(copy: Copy, kind: str, record_id: str, old: Mapping[str, Any], new: Mapping[str, Any], author: str) -> Edit | None:
    """Save what a person made of a record, or a new one where it has no id yet; None where nothing differs.

    Raises:
        Unfit: it cannot be a record.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    _refuse_read_only(copy)
    return await asyncio.to_thread(_save, copy, kind, record_id, old, new, author)


async def save_together(copy: Copy, wishes: Sequence[Wish], author: str) -> list[Edit]:
    """Save what a person made of several records in one step; what is no change is left out.

    Raises:
        Unfit: one of them cannot be a record; none was saved.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    _refuse_read_only(copy)
    return await asyncio.to_thread(_save_together, copy, wishes, author)


async def save_search(copy: Copy, name: str, section: str, query: str) -> str:
    """Keep a search under a name; returns a sentence.

    Raises:
        UsageError: it cannot be kept.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    _refuse_read_only(copy)
    return _("Search saved: {name}").format(name=await asyncio.to_thread(_save_search, copy, name, section, query))


async def drop_search(copy: Copy, name: str) -> str:
    """Let go of a search; returns a sentence.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    _refuse_read_only(copy)
    await asyncio.to_thread(_drop_search, copy, name)
    return _("No longer saved: {name}").format(name=one_line(name))


async def welcome(copy: Copy, user: str) -> None:
    """Show the notes, bookmarks and searches of whoever signs in.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    await asyncio.to_thread(_welcome, copy, user)


async def undo(copy: Copy) -> str:
    """Take back the last save that was not sent yet; returns a sentence.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    _refuse_read_only(copy)
    undone = await asyncio.to_thread(_undo, copy)
    if not undone:
        return _("There is no edit that could be taken back.")
    first = undone[-1]
    said = {
        NEW: _("Taken back: {name} was not added."),
        CHANGED: _("Taken back: the change of {name}."),
        REMOVED: _("Taken back: {name} stays."),
    }[first.edit.change]
    if first.edit.kind == SUGGESTIONS:
        said = _("Taken back: what was decided or suggested about {name}.")
    said = said.format(name=one_line(first.title) or first.edit.record_id)
    more = len(undone) - 1
    also = ngettext("With it {n} edit that was saved together.", "With it {n} edits that were saved together.", more).format(n=more)
    return f"{said} {also}" if more else said


async def settle(copy: Copy, conflict: Conflict, how: str, author: str, value: Any = None) -> str:
    """Decide a conflict, see `store.edits.settle`; returns a sentence.

    Raises:
        NotFound: it is settled already, or gone.
        UsageError: the value does not fit the field.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    _refuse_read_only(copy)
    await asyncio.to_thread(_settle, copy, conflict, how, author, value)
    return _("Settled: {title}, {field}. The other value can still be read.").format(
        title=one_line(conflict.title) or conflict.record_id, field=conflict.field or _("the record")
    )


async def accept(copy: Copy, each: Suggested, author: str, fields: Sequence[str] = ()) -> str:
    """Accept a suggestion, or some fields of it, see `store.decisions.accept`; returns a sentence.

    Raises:
        NotFound: it was decided already, or the record is gone.
        UsageError: it cannot be accepted, or not by this person.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    await _decide(copy, "accept", each.suggestion.id, author, fields)
    return _("Accepted: {what}. It is sent at the next sync.").format(what=_what(each))


async def decline(copy: Copy, each: Suggested, author: str, reason: str) -> str:
    """Decline a suggestion, see `store.decisions.decline`; returns a sentence.

    Raises:
        NotFound: it was decided already.
        UsageError: there is no reason, or this person may not decide.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    await _decide(copy, "decline", each.suggestion.id, author, reason)
    return _("Declined: {what}. Its author will read why.").format(what=_what(each))


async def withdraw(copy: Copy, each: Suggested, author: str) -> str:
    """Take a suggestion of one's own back, see `store.decisions.withdraw`; returns a sentence.

    Raises:
        NotFound: it was decided already.
        UsageError: somebody else made it.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    await _decide(copy, "withdraw", each.suggestion.id, author)
    return _("Taken back: {what}.").format(what=_what(each))


async def suggest_note(copy: Copy, row: Row, text: str, author: str) -> str:
    """Suggest in words what an editor should do about a record; returns a sentence.

    Raises:
        UsageError: there is no text, or it is too long.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    await _decide(copy, "suggest_note", row.kind, row.id, text, author)
    return _("Suggested to the editors: {title}. It is sent at the next sync.").format(title=row.title)


async def _decide(copy: Copy, how: str, *given: Any) -> None:
    _refuse_read_only(copy)

    def decide() -> None:
        from ssc_tui.store import decisions

        getattr(decisions, how)(copy.path, *given)

    await asyncio.to_thread(decide)


def _what(each: Suggested) -> str:
    # The first list needs none of it.
    from ssc_tui.insight.suggested import heading

    return heading(each)


def _refuse_read_only(copy: Copy) -> None:
    if copy.read_only:
        raise ReadOnly(_("This copy is read-only; nothing was saved."))


def _save(copy: Copy, kind: str, record_id: str, old: Mapping[str, Any], new: Mapping[str, Any], author: str) -> Edit | None:
    from ssc_tui.store import edits

    return edits.change(copy.path, kind, record_id, old, new, author) if record_id else edits.create(copy.path, kind, new, author)


def _save_together(copy: Copy, wishes: Sequence[Wish], author: str) -> list[Edit]:
    from ssc_tui.store.edits import save_together

    return save_together(copy.path, wishes, author)


def _save_search(copy: Copy, name: str, section: str, query: str) -> str:
    from ssc_tui.store.writer import save_search

    return save_search(copy.path, name, section, query)


def _drop_search(copy: Copy, name: str) -> None:
    from ssc_tui.store.writer import drop_search

    drop_search(copy.path, name)


def _welcome(copy: Copy, user: str) -> None:
    from ssc_tui.store.own import welcome

    welcome(copy.path, user)


def _undo(copy: Copy) -> list[Pending]:
    from ssc_tui.store.edits import undo

    return undo(copy.path)


def _settle(copy: Copy, conflict: Conflict, how: str, author: str, value: Any) -> None:
    from ssc_tui.store.edits import settle

    settle(copy.path, conflict, how, author, value)


def _turn(copy: Copy, row: Row) -> bool:
    from ssc_tui.store.writer import turn_bookmark

    return turn_bookmark(copy.path, row.kind, row.id)


def _write(copy: Copy, row: Row, text: str) -> None:
    from ssc_tui.store.writer import write_note

    write_note(copy.path, row.kind, row.id, text)
