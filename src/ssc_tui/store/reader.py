"""Reads the copy: rows for lists, documents, links both ways, notes, bookmarks and counts. Knows SQL and no screen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.kinds import KINDS, ref, split_ref
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import _
from ssc_tui.store.called import called

Document = dict[str, Any]


class Row(NamedTuple):
    """One record as a list shows it; see `catalogue.projection.Entry` for the fields."""

    place: int
    kind: str
    id: str
    title: str
    acronym: str
    code: str
    city: str
    countries: str
    start: str | None
    finish: str | None
    persons: int | None
    bookmarked: bool
    noted: bool
    edited: bool = False

    @property
    def ref(self) -> str:
        """The reference `kind/id`."""
        return ref(self.kind, self.id)


_ROW = """SELECT place, kind, id, title, acronym, code, city, countries, start, finish, persons,
    EXISTS (SELECT 1 FROM bookmark WHERE bookmark.kind = entry.kind AND record_id = entry.id),
    EXISTS (SELECT 1 FROM note WHERE note.kind = entry.kind AND record_id = entry.id),
    EXISTS (SELECT 1 FROM edited WHERE edited.kind = entry.kind AND edited.id = entry.id) FROM entry"""


def _row(values: tuple[Any, ...]) -> Row:
    *columns, bookmarked, noted, edited = values
    return Row._make([*columns, bool(bookmarked), bool(noted), bool(edited)])


def rows(copy: Connection, places: Sequence[int]) -> list[Row]:
    """The rows at the places, in their order; a place that is gone meanwhile is left out."""
    found = {values[0]: _row(values) for values in copy.execute(f"{_ROW} WHERE place IN ({', '.join('?' * len(places))})", tuple(places))}
    return [found[place] for place in places if place in found]


def row_of(copy: Connection, kind: str, record_id: str) -> Row | None:
    """The row of one record, None where the copy does not hold it."""
    values = copy.execute(f"{_ROW} WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
    return _row(values) if values else None


def resolve(copy: Connection, reference: str) -> tuple[str, str]:
    """Kind and id of a record, from `kind/id`, from an id, or from an acronym, where only one record fits.

    Raises:
        UsageError: the reference has no such form, or several records fit.
        NotFound: no record fits.
    """
    try:
        kind, record_id = split_ref(reference.strip().lower())
    except ValueError:
        kind, record_id = None, ""
    if kind:
        fitting = [(kind, record_id)] if row_of(copy, kind, record_id) else []
    else:
        kinds = ", ".join("?" * len(KINDS))
        fitting = copy.execute(f"SELECT kind, id FROM entry WHERE kind IN ({kinds}) AND id = ?", (*KINDS, record_id)).fetchall()
        fitting = fitting or [(each.kind, each.id) for each in called(copy, reference)]
    if not fitting:
        raise NotFound(_("No record is called {reference}. Search for it with `ssc-tui find`.").format(reference=reference))
    if len(fitting) > 1:
        several = ", ".join(ref(*each) for each in fitting)
        raise UsageError(_("{reference} could be {several}. Name one of them.").format(reference=reference, several=several))
    return fitting[0][0], fitting[0][1]


def document(copy: Connection, kind: str, record_id: str) -> Document:
    """The document of a record, whole; `last_modified` is in it where a server stated one.

    Raises:
        NotFound: the copy does not hold it.
    """
    found = copy.execute("SELECT document, last_modified FROM shown WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
    if found is None:
        raise NotFound(_("{reference} is not in this copy.").format(reference=ref(kind, record_id)))
    stored: Document = json.loads(found[0])
    return stored if found[1] is None else stored | {"last_modified": found[1]}


class Linked(NamedTuple):
    """A record at the other end of a link; `title` is empty where the copy does not hold it. Dates, persons and code as in `Row`."""

    role: str
    kind: str
    id: str
    title: str
    start: str | None = None
    finish: str | None = None
    persons: int | None = None
    code: str = ""


class Group(NamedTuple):
    """Records of one kind that name a record in one role: how many in all, and the first of them by name."""

    kind: str
    role: str
    total: int
    first: tuple[Linked, ...]


GROUP = 50
"""Records of a group that are read at the most: a card names them, a list shows all."""


FEW = 1000
"""Records of a group up to which looking up each is faster than walking all of the kind."""


def links_from(copy: Connection, kind: str, record_id: str) -> list[Linked]:
    """The records that this one names, in the document's order."""
    return [
        Linked(*values)
        for values in copy.execute(
            "SELECT role, to_kind, to_id, coalesce(title, ''), start, finish, persons, coalesce(code, '') FROM link"
            " LEFT JOIN entry ON entry.kind = to_kind AND entry.id = to_id WHERE link.kind = ? AND link.id = ? ORDER BY position",
            (kind, record_id),
        )
    ]


def links_to(copy: Connection, kind: str, record_id: str, most: int | None = GROUP) -> list[Group]:
    """The records that name this one, grouped by kind and role, in the order of the sections; `most` of each group, None for all."""
    groups: list[Group] = []
    for from_kind in KINDS:
        for role, total in copy.execute(
            "SELECT role, count(*) FROM link WHERE to_kind = ? AND to_id = ? AND kind = ? GROUP BY role", (kind, record_id, from_kind)
        ).fetchall():
            # The few that name it are looked up and sorted; where many do, records are walked by name until enough of them do.
            join = "CROSS JOIN" if total <= FEW else "JOIN"
            first = copy.execute(
                "SELECT place, role, link.kind, link.id, title, start, finish, persons, code"
                f" FROM link {join} entry ON entry.kind = link.kind AND entry.id = link.id"
                " WHERE to_kind = ? AND to_id = ? AND link.kind = ? AND role = ? ORDER BY place LIMIT ?",
                (kind, record_id, from_kind, role, -1 if most is None else most),
            )
            groups.append(Group(from_kind, role, total, tuple(Linked(*named) for _place, *named in first)))
    return groups


class Note(NamedTuple):
    """What the user wrote about a record, with the record's title where the copy still holds it."""

    id: str
    kind: str
    record_id: str
    title: str
    text: str
    written_at: str


def notes(copy: Connection, kind: str | None = None, record_id: str | None = None) -> list[Note]:
    """All notes, or those of one record, newest first."""
    where, values = (" WHERE note.kind = ? AND note.record_id = ?", (kind, record_id)) if kind else ("", ())
    return [
        Note(*found)
        for found in copy.execute(
            "SELECT note.id, note.kind, note.record_id, coalesce(title, ''), text, written_at FROM note"
            f" LEFT JOIN entry ON entry.kind = note.kind AND entry.id = note.record_id{where} ORDER BY written_at DESC, note.id",
            values,
        )
    ]


class Bookmark(NamedTuple):
    """A record that the user marked, with its title where the copy still holds it."""

    kind: str
    record_id: str
    title: str
    marked_at: str


def bookmarks(copy: Connection) -> list[Bookmark]:
    """All bookmarks, newest first."""
    return [
        Bookmark(*found)
        for found in copy.execute(
            "SELECT bookmark.kind, record_id, coalesce(title, ''), marked_at FROM bookmark"
            " LEFT JOIN entry ON entry.kind = bookmark.kind AND entry.id = record_id ORDER BY marked_at DESC, record_id"
        )
    ]


def meta(copy: Connection) -> dict[str, str]:
    """What the copy knows of itself: dataset, format, origin, seed, released, projection."""
    return dict(copy.execute("SELECT key, value FROM meta"))


def totals(copy: Connection) -> dict[str, int]:
    """How many records of each kind there are, every kind named."""
    counted = dict(copy.execute("SELECT kind, n FROM tally WHERE field = 'kind'"))
    return {kind: counted.get(kind, 0) for kind in KINDS}


def tally(copy: Connection, kind: str, field: str) -> dict[str, int]:
    """How many records of the kind carry each value of a field, most first."""
    return dict(copy.execute("SELECT value, n FROM tally WHERE kind = ? AND field = ? ORDER BY n DESC, value", (kind, field)))


def position(copy: Connection, kind: str, place: int) -> int:
    """How many records of the kind stand before the place, in the order of names."""
    return int(copy.execute("SELECT count(*) FROM entry WHERE kind = ? AND place < ?", (kind, place)).fetchone()[0])
