"""Reads needs and capacities, what is known of the partners that state them, and which areas lie within which."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.store.overlay import SHOWN
from ssc_tui.store.qualifiers import alternatives, areas_named, tagged
from ssc_tui.text import terms

SIDES = ("seeks", "brings")


class Item(NamedTuple):
    """A need (`side` seeks) or a capacity (`side` brings) of a partner; what is not stated is empty.

    Attributes:
        id: tells the item apart among those of its side of its partner.
        sector: OECD DAC purpose code of five digits, or its category of three.
        language: ISO 639-1 code.
        valid_until: ISO 8601 date, shortened to what is known.
    """

    partner: str
    side: str
    id: str
    area: str = ""
    topic: str = ""
    sector: str = ""
    level: str = ""
    language: str = ""
    valid_until: str = ""


class Area(NamedTuple):
    """An area in the tree of areas: its name, the id of the wider one, and DAC codes; empty where not stated."""

    id: str
    name: str
    parent: str = ""
    sectors: tuple[str, ...] = ()


class Reach(NamedTuple):
    """Where items that may fit are to be looked for: areas by id, DAC categories, folded words of the topic."""

    areas: frozenset[str]
    categories: frozenset[str]
    words: frozenset[str]


class Typed(NamedTuple):
    """What somebody typed as sought or brought.

    Attributes:
        text: as typed.
        words: for each word, alternatives; each is a group of tokens that must all begin some word of the topic.
        areas: ids of the areas that are called so, with those within them.
    """

    text: str
    words: tuple[tuple[tuple[str, ...], ...], ...]
    areas: frozenset[str]


class Known(NamedTuple):
    """What is known of a partner beside its needs and capacities: country by ISO 3166-1 code, languages by ISO 639-1."""

    id: str
    title: str
    country: str
    languages: frozenset[str]


ITEM = """SELECT partner, side, capacity.id, coalesce(area, ''), coalesce(topic, ''), coalesce(sector, ''), coalesce(level, ''),
    coalesce(language, ''), coalesce(valid_until, '') FROM capacity"""
"""The statement that gives the items, before what restricts them."""

TAGGED = "SELECT id FROM entry WHERE kind = 'partners' AND place IN (SELECT rowid FROM entry_search WHERE entry_search MATCH ?)"
"""Partners whose tags match."""


def items_of(copy: Connection, partners: Iterable[str], side: str) -> list[Item]:
    """What the partners seek or bring, in the order of their ids."""
    rows = copy.execute(f"{ITEM} WHERE partner IN (SELECT value FROM json_each(?)) AND side = ?", (json.dumps(sorted(partners)), side))
    return [Item(*row) for row in rows]


def items_within(copy: Connection, side: str, reach: Reach) -> list[Item]:
    """What any partner seeks or brings within the reach, and more: whoever states one such item is asked for all."""
    spelled = [tagged(f"{side}_{word}" for word in sorted(reach.words))] if reach.words else []
    rows = copy.execute(
        f"{ITEM} WHERE side = ? AND (area IN (SELECT value FROM json_each(?)) OR substr(sector, 1, 3) IN (SELECT value FROM json_each(?))"
        f"{f' OR partner IN ({TAGGED})' if spelled else ''})",
        (side, json.dumps(sorted(reach.areas)), json.dumps(sorted(reach.categories)), *spelled),
    )
    return list(map(Item._make, rows))


def items_called(copy: Connection, side: str, typed: Typed) -> list[Item]:
    """What any partner seeks or brings that may be what was typed, and more."""
    each_word = [
        "(" + " OR ".join("(" + " AND ".join(tagged([f"{side}_{token}"], beginning=True) for token in group) + ")" for group in ways) + ")"
        for ways in typed.words
    ]
    ways = [" AND ".join(each_word)] if each_word else []
    if typed.areas:
        ways.append(tagged(f"{side}-area_{area}" for area in sorted(typed.areas)))
    return _items_tagged(copy, side, " OR ".join(f"({way})" for way in ways)) if ways else []


def _items_tagged(copy: Connection, side: str, match: str) -> list[Item]:
    return list(map(Item._make, copy.execute(f"{ITEM} WHERE side = ? AND partner IN ({TAGGED})", (side, match))))


def typed(copy: Connection, text: str) -> Typed:
    """What was typed, with what the words mean in English, and the areas that are called so in any language."""
    return Typed(text, tuple(tuple(alternatives(copy, term)) for term in terms(text)), frozenset(areas_named(copy, text)))


def areas(copy: Connection) -> list[Area]:
    """Every area of the catalogue."""
    rows = copy.execute(
        f"SELECT entry.id, title, coalesce(json_extract({SHOWN}, '$.parent'), ''), json_extract({SHOWN}, '$.sectors')"
        " FROM entry WHERE entry.kind = 'areas'"
    )
    return [Area(area, title, str(parent), _texts(sectors)) for area, title, parent, sectors in rows]


def known(copy: Connection, partners: Iterable[str]) -> dict[str, Known]:
    """What is known of the partners, by id; those that the copy does not hold are left out."""
    rows = copy.execute(
        f"SELECT entry.id, title, countries, json_extract({SHOWN}, '$.languages') FROM json_each(?) AS asked"
        " CROSS JOIN entry ON entry.kind = 'partners' AND entry.id = asked.value",
        (json.dumps(sorted(partners)),),
    )
    return {row[0]: Known(row[0], row[1], row[2].partition(" ")[0], frozenset(_texts(row[3]))) for row in rows}


def _texts(stored: object) -> tuple[str, ...]:
    """The texts in a JSON list; nothing where it is none."""
    try:
        values = json.loads(stored) if isinstance(stored, str) else []
    except ValueError:
        return ()
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def shared_projects(copy: Connection, partner: str) -> dict[str, list[tuple[str, str]]]:
    """Id and title of the projects in which others take part beside the partner, by the other's id; paying alone is no part in it."""
    found: dict[str, list[tuple[str, str]]] = {}
    parts = "('coordinator', 'partner', 'facilitator', 'implementer')"
    for other, project, title in copy.execute(
        f"SELECT DISTINCT theirs.to_id, entry.id, title FROM link AS ours JOIN link AS theirs"
        f" ON theirs.kind = 'projects' AND theirs.id = ours.id AND theirs.role IN {parts} AND theirs.to_kind = 'partners'"
        " JOIN entry ON entry.kind = 'projects' AND entry.id = ours.id"
        f" WHERE ours.to_kind = 'partners' AND ours.to_id = ? AND ours.kind = 'projects' AND ours.role IN {parts}"
        " AND theirs.to_id <> ours.to_id ORDER BY entry.sort",
        (partner,),
    ):
        found.setdefault(other, []).append((project, title))
    return found
