"""Reads what there is in one country: records with their areas, what partners bring and seek, what is written about it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import Qualifier, Query
from ssc_tui.store.search import everything


class There(NamedTuple):
    """A record in the country; `areas` are the ids of the areas that it is filed under; see `catalogue.projection` for an exchange."""

    id: str
    title: str
    code: str
    start: str | None
    finish: str | None
    areas: tuple[str, ...]


class Capacity(NamedTuple):
    """What a partner brings (`side` is `brings`) or seeks (`seeks`)."""

    partner: str
    side: str
    area: str | None
    topic: str | None


class Area(NamedTuple):
    """An area: its name, the area that it is part of, and the goals that it serves."""

    title: str
    parent: str | None
    goals: tuple[int, ...]


def asked_of(kind: str, code: str, query: Query) -> Query:
    """The query for records of a kind in a country. Partners have no year, so that no year leaves them out."""
    kept = tuple(each for each in query.qualifiers if kind != "partners" or each.field != "year")
    return query._replace(qualifiers=kept).with_qualifier(Qualifier("country", (code,)))


def there(copy: Connection, kind: str, code: str, query: Query) -> list[There]:
    """The records of the kind in the country, in the order of their names."""
    places = everything(copy, asked_of(kind, code, query), kind).places(copy, 0, -1)
    return _records(copy, "place IN (SELECT value FROM json_each(?))", (json.dumps(places),))


def records(copy: Connection, kind: str, ids: Iterable[str]) -> list[There]:
    """The records of the kind with these ids, in the order of their names."""
    return _records(copy, "kind = ? AND id IN (SELECT value FROM json_each(?))", (kind, json.dumps(sorted(set(ids)))))


def _records(copy: Connection, where: str, values: tuple[str, ...]) -> list[There]:
    # The plus keeps SQLite from walking all records in the order of places.
    rows = copy.execute(f"SELECT id, title, code, start, finish, tags FROM entry WHERE {where} ORDER BY +place", values)
    return [There(record_id, title, code, start, finish, _areas(tags)) for record_id, title, code, start, finish, tags in rows]


def _areas(tags: str) -> tuple[str, ...]:
    # Parted at their beginning, since most tags of most records are others.
    return tuple(area.partition(" ")[0] for area in f" {tags}".split(" area_")[1:])


def capacities(copy: Connection, partners: Iterable[str]) -> list[Capacity]:
    """What the partners bring and seek, by partner."""
    rows = copy.execute(
        "SELECT partner, side, area, topic FROM capacity WHERE partner IN (SELECT value FROM json_each(?)) ORDER BY partner, side, id",
        (json.dumps(sorted(set(partners))),),
    )
    return [Capacity(*row) for row in rows]


def naming(copy: Connection, kind: str, named: Iterable[tuple[str, str]]) -> set[str]:
    """The ids of the records of a kind that name one of the records, each given by kind and id."""
    rows = copy.execute(
        # CROSS: the records are walked, and the index is asked for each; the other way round reads every link once for each record.
        "SELECT DISTINCT link.id FROM json_each(?) AS one CROSS JOIN link INDEXED BY link_back"
        " ON to_kind = json_extract(one.value, '$[0]') AND to_id = json_extract(one.value, '$[1]') AND link.kind = ?",
        (json.dumps(sorted(set(named))), kind),
    )
    return {row[0] for row in rows}


def areas(copy: Connection) -> dict[str, Area]:
    """Every area by its id, in the order of names."""
    parents = dict(copy.execute("SELECT id, to_id FROM link WHERE kind = 'areas' AND role = 'parent' ORDER BY position DESC").fetchall())
    rows = copy.execute("SELECT id, title, tags FROM entry WHERE kind = 'areas' ORDER BY place")
    return {record_id: Area(title, parents.get(record_id), _goals(tags)) for record_id, title, tags in rows}


def _goals(tags: str) -> tuple[int, ...]:
    numbers = (tag.removeprefix("sdg_") for tag in tags.split() if tag.startswith("sdg_"))
    return tuple(sorted({int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 3}))
