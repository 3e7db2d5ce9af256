"""What the user keeps: `note` and `bookmark` write, `notes` and `bookmarks` list, `searches` does both.

A list without entries is an answer too: exit code 0.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from ssc_tui.catalogue.kinds import ref
from ssc_tui.cli.commands import LIMIT, ORDERS
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.errors import NotFound
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store import searches as stored
from ssc_tui.store.copy import Copy
from ssc_tui.text import one_line, wrap

INDENT = "  "


def note(home: Home, out: Output, *, reference: str, words: list[str]) -> int:
    """Keep a note: JSON `{"id", "ref", "title", "text", "written_at"}`. The words `-` stand for the standard input.

    Raises:
        NotFound, UsageError: no record, or more than one, is called so; the note is empty or too long.
        ReadOnly, Busy, CopyError: it could not be saved.
    """
    with opened(home, out) as copy:
        kind, record_id = reader.resolve(copy.connection, reference)
        text = _typed_in(out) if words == ["-"] else " ".join(words)
        # Imports sqlmodel, which no listing needs.
        from ssc_tui.store.writer import write_note

        note_id = write_note(copy.path, kind, record_id, text)
        kept = next(each for each in reader.notes(copy.connection, kind, record_id) if each.id == note_id)
    if out.as_json:
        out.json(_note(kept))
    else:
        out.lines([_("Noted about {title} [{reference}].").format(title=kept.title, reference=ref(kind, record_id))])
    return 0


def notes(home: Home, out: Output, *, reference: str | None) -> int:
    """List notes, newest first: JSON is a list of what `note` answers; on a pipe `ref`, time, title and text parted by tabs.

    Raises:
        NotFound, UsageError: no record, or more than one, is called so.
    """
    with opened(home, out) as copy:
        kept = reader.notes(copy.connection, *_kept_under(copy, reference, _noted)) if reference else reader.notes(copy.connection)
    if out.as_json:
        out.json([_note(each) for each in kept])
    elif out.on_terminal:
        out.lines(_read_out(kept, out.width))
    else:
        out.table((ref(each.kind, each.record_id), each.written_at, each.title, each.text) for each in kept)
    if not kept:
        out.say(_("There are no notes. `ssc-tui note REF TEXT` writes one."))
    return 0


def bookmark(home: Home, out: Output, *, reference: str) -> int:
    """Set the bookmark of a record, or take it away where it is set: JSON `{"ref", "title", "bookmarked"}`.

    Raises:
        NotFound, UsageError: no record, or more than one, is called so.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with opened(home, out) as copy:
        kind, record_id = _kept_under(copy, reference, _bookmarked)
        row = reader.row_of(copy.connection, kind, record_id)
        from ssc_tui.store.writer import turn_bookmark

        is_set = turn_bookmark(copy.path, kind, record_id)
    title = row.title if row else record_id
    if out.as_json:
        out.json({"ref": ref(kind, record_id), "title": title, "bookmarked": is_set})
    else:
        said = _("Bookmarked {title} [{reference}].") if is_set else _("{title} [{reference}] is no longer bookmarked.")
        out.lines([said.format(title=title, reference=ref(kind, record_id))])
    return 0


def bookmarks(home: Home, out: Output) -> int:
    """List bookmarks, newest first: JSON `[{"ref", "kind", "id", "title", "marked_at"}]`."""
    with opened(home, out) as copy:
        kept = reader.bookmarks(copy.connection)
    if out.as_json:
        out.json(
            [
                {
                    "ref": ref(each.kind, each.record_id),
                    "kind": each.kind,
                    "id": each.record_id,
                    "title": each.title,
                    "marked_at": each.marked_at,
                }
                for each in kept
            ]
        )
    elif out.on_terminal:
        out.table((each.title or _missing(), each.marked_at[:10], ref(each.kind, each.record_id)) for each in kept)
    else:
        out.table((ref(each.kind, each.record_id), each.title, each.marked_at) for each in kept)
    if not kept:
        out.say(_("There are no bookmarks. `ssc-tui bookmark REF` sets one."))
    return 0


def searches(home: Home, out: Output, *, name: str | None, words: list[str], kind: str | None, drop: bool) -> int:
    """List saved searches, save one, let go of one, or run one: JSON `[{"name", "kind", "query", "saved_at"}]`, or what `find` answers.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        name: of a search; None lists all.
        words: what it is to search for; none runs it.
        kind: the section in which it searches; None for all.
        drop: whether to let go of it.

    Raises:
        NotFound: no search is called so.
        UsageError: it cannot be kept.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with opened(home, out) as copy:
        # Imports sqlmodel, which no listing needs.
        if name and (words or drop):
            from ssc_tui.store.writer import drop_search, save_search

            if drop and not drop_search(copy.path, name):
                raise _no_search(name)
            if not drop:
                save_search(copy.path, name, kind or "", " ".join(words))
        found = stored.saved(copy.connection)
        asked = stored.named(copy.connection, name) if name else None
    if name and not (words or drop):
        if asked is None:
            raise _no_search(name)
        from ssc_tui.cli.lookup import find

        kinds = [asked.section] if asked.section else []
        return find(home, out, words=asked.query.split(), kind=kinds, country=[], area=[], limit=LIMIT, order=ORDERS[0])
    if out.as_json:
        out.json([{"name": each.name, "kind": each.section or None, "query": each.query, "saved_at": each.saved_at} for each in found])
    else:
        out.table((each.name, each.section, each.query) for each in found)
    if not found:
        out.say(_("There are no saved searches. `ssc-tui searches NAME WORDS…` saves one."))
    return 0


def _no_search(name: str) -> NotFound:
    return NotFound(_("No saved search is called {name}. `ssc-tui searches` lists them.").format(name=name))


def _typed_in(out: Output) -> str:
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        out.say(_("Write the note; Ctrl-D on a line of its own ends it."))
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin.read()


def _kept_under(copy: Copy, reference: str, named: Any) -> tuple[str, str]:
    """Kind and id of a record, also of one that is gone from the catalogue where a note or bookmark still names it."""
    try:
        return reader.resolve(copy.connection, reference)
    except NotFound:
        for kind, record_id in named(copy):
            if reference.strip().lower() in (ref(kind, record_id), record_id):
                return kind, record_id
        raise


def _noted(copy: Copy) -> Iterable[tuple[str, str]]:
    return ((each.kind, each.record_id) for each in reader.notes(copy.connection))


def _bookmarked(copy: Copy) -> Iterable[tuple[str, str]]:
    return ((each.kind, each.record_id) for each in reader.bookmarks(copy.connection))


def _note(kept: reader.Note) -> dict[str, str]:
    return {
        "id": kept.id,
        "ref": ref(kept.kind, kept.record_id),
        "title": kept.title,
        "text": kept.text,
        "written_at": kept.written_at,
    }


def _read_out(kept: Iterable[reader.Note], width: int) -> Iterator[str]:
    """Each note under the title of its record."""
    for number, each in enumerate(kept):
        if number:
            yield ""
        yield f"{one_line(each.title) or _missing()} [{ref(each.kind, each.record_id)}] {each.written_at[:10]}"
        yield from (INDENT + line for line in wrap(each.text, width - len(INDENT)))


def _missing() -> str:
    return _("no longer in the catalogue")
