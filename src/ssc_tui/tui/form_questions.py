"""What a form asks of the copy: functions of a connection, answered on a reading thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.codes import BESIDE_EXCHANGE
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.query import WORDS, Query
from ssc_tui.catalogue.values import objects_at, text_at, texts_of
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import search
from ssc_tui.store.similar import similar
from ssc_tui.text import folded, terms

SUGGESTED = 12
"""Records that are suggested at the most."""


class Begun(NamedTuple):
    """What a form begins with: the document, and the titles of the records that it names by their `kind/id`."""

    document: dict[str, Any]
    titles: Mapping[str, str]


def to_change(copy: Connection, kind: str, record_id: str) -> Begun:
    """A record as it is shown.

    Raises:
        NotFound: the copy does not hold it.
    """
    titles = {ref(each.kind, each.id): each.title for each in reader.links_from(copy, kind, record_id)}
    return Begun(reader.document(copy, kind, record_id), titles)


def to_add(copy: Connection, kind: str, beside: Row | None) -> Begun:
    """A new record; an exchange has the project, round and partners of the project or exchange beside which it is added."""
    document: dict[str, Any] = {}
    if kind == "exchanges" and beside and beside.kind in ("projects", "exchanges"):
        found = reader.document(copy, beside.kind, beside.id)
        document = _of_project(copy, found) if beside.kind == "projects" else _of_exchange(found)
    named = [("projects", document.get("project")), *(("partners", document.get(side)) for side in ("sender", "host"))]
    rows = [reader.row_of(copy, kind, record_id) for kind, record_id in named if record_id]
    return Begun(document, {row.ref: row.title for row in rows if row})


def _of_exchange(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the next exchange of a round has in common with one of it."""
    held = {name: text_at(found, name) for name in ("project", "sender", "host")}
    if isinstance(found.get("round"), int | str):
        held["round"] = found["round"]
    return {name: value for name, value in held.items() if value}


def _of_project(copy: Connection, found: Mapping[str, Any]) -> dict[str, Any]:
    """An exchange of the project: of its last round, and between its partners where there are but two."""
    sides = [text_at(each, "partner") for each in objects_at(found, "partners") if each.get("role") not in BESIDE_EXCHANGE]
    sides = list(dict.fromkeys(side for side in sides if side))
    document: dict[str, Any] = {"project": found["id"]}
    rounds = [
        reader.document(copy, linked.kind, linked.id).get("round")
        for group in reader.links_to(copy, "projects", found["id"])
        for linked in group.first
        if group.kind == "exchanges"
    ]
    if numbers := [each for each in rounds if isinstance(each, int)]:
        document["round"] = max(numbers)
    return document | (dict(zip(("sender", "host"), sides, strict=True)) if len(sides) == 2 else {})


def suggested(copy: Connection, wanted: Callable[[], bool], kind: str, words: str) -> Sequence[Row] | None:
    """Records that the words find, of one kind or, for an empty one, of all; None where nobody waits for them any more."""
    if not wanted():
        return None
    results = search(copy, Query(folded(words), tuple(terms(words)[:WORDS])), kind or None)
    return reader.rows(copy, results.places(copy, limit=SUGGESTED))


class Item(NamedTuple):
    """An item of a list of a partner: its id, what it is about, and what else is stated of it."""

    id: str
    topic: str
    beside: str


def items_of(copy: Connection, wanted: Callable[[], bool], partner: str, side: str) -> Sequence[Item] | None:
    """What a partner brings or seeks (`side`), as far as it has an id; None where nobody waits for it any more."""
    if not wanted():
        return None
    found = objects_at(reader.document(copy, "partners", partner), side) if reader.row_of(copy, "partners", partner) else []
    said = ((text_at(each, "id"), text_at(each, "topic") or text_at(each, "area"), each) for each in found)
    return [Item(item_id, topic, ", ".join(texts_of(each, "level", "language", "valid_until"))) for item_id, topic, each in said if item_id]


def similarly_named(copy: Connection, wanted: Callable[[], bool], kind: str, name: str) -> Sequence[Row] | None:
    """Records that may be meant by the name of a new one; None where nobody waits for them any more."""
    return similar(copy, kind, name) if wanted() else None
