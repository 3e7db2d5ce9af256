"""Reads the exchanges as flows of people. Knows SQL and no rule of balance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import parse
from ssc_tui.store.search import everything


class Flow(NamedTuple):
    """People whom one partner sends and another hosts; what is not stated is None.

    Attributes:
        sender: id of the partner; so `host`, and `project` of the project.
        start: ISO 8601 date, shortened to what is known.
        planned: people who are to go; `actual` those who went.
        months: length of one person's stay.
        status: a code of the list "exchange_status".
        id: of the exchange; empty for one that is only thought of.
    """

    sender: str | None
    host: str | None
    project: str | None = None
    round: str | None = None
    start: str | None = None
    planned: int | None = None
    actual: int | None = None
    months: float | None = None
    status: str | None = None
    id: str = ""
    kind: str | None = None
    finish: str | None = None


Bare = tuple[str | None, str | None, str | None, str | None, str | None, int | None, int | None, float | None, str | None]
"""The first nine fields of a flow, of its start the year alone: a hundred thousand are read in the time that ten thousand objects take."""

_ORDER = ("sender", "host", "project", "round", "start", "planned", "actual", "months", "status")
_BARE = ", ".join(f"flow.{field}" for field in _ORDER)


def picked(copy: Connection, query: str) -> tuple[str, tuple[str, ...]]:
    """What follows FROM for the exchanges that a query finds, as typed: the ones that the list of exchanges shows."""
    asked = parse(query)
    if asked.empty:
        return "flow", ()
    places = everything(copy, asked, "exchanges").places(copy, 0, -1)
    found = "json_each(?1) AS picked CROSS JOIN entry ON entry.place = picked.value CROSS JOIN flow ON flow.id = entry.id"
    return found, (json.dumps(places),)


def bare_flows_of(copy: Connection, partners: Iterable[str]) -> Iterator[Bare]:
    """The exchanges in which one of the partners sends or hosts, in no order, for sums."""
    ids = json.dumps(sorted(partners))
    among = "IN (SELECT value FROM json_each(?1))"
    return copy.execute(f"SELECT {_BARE} FROM flow WHERE sender {among} OR host {among}", (ids,))


def bare_flows_naming(copy: Connection, partners: Iterable[str]) -> Iterator[Bare]:
    """The same for a few partners: their exchanges are found one by one instead of by reading all."""
    # CROSS: the partners are walked, and the index is asked for each.
    named = (
        "SELECT link.id FROM json_each(?) AS one CROSS JOIN link INDEXED BY link_back"
        " ON to_kind = 'partners' AND to_id = one.value AND link.kind = 'exchanges'"
    )
    return copy.execute(f"SELECT {_BARE} FROM flow WHERE id IN ({named})", (json.dumps(sorted(partners)),))


def flows(copy: Connection, query: str = "", *, of: tuple[str, str] | None = None) -> list[Flow]:
    """The exchanges that a query finds, all or those `of` a partner or project (kind and id), newest first."""
    source, values = picked(copy, query)
    named = "SELECT id FROM link WHERE to_kind = ? AND to_id = ? AND kind = 'exchanges'"
    # Without a query the few of one record are found through its links, not by reading all.
    where = f" WHERE flow.id IN ({named})" if of else ""
    rows = copy.execute(
        f"SELECT {_BARE}, flow.id, flow.kind, flow.finish FROM {source}{where} ORDER BY flow.start DESC, flow.id", (*values, *(of or ()))
    )
    return [Flow._make(row) for row in rows]


def bare(flow: Flow) -> Bare:
    """The flow among others that are read for sums."""
    start = flow.start[:4] if flow.start else None
    return (flow.sender, flow.host, flow.project, flow.round, start, flow.planned, flow.actual, flow.months, flow.status)


class Named(NamedTuple):
    """What a view says of a partner or project.

    Attributes:
        country: the code of its first country; empty where none is stated.
        sort: the title folded, by which names are ordered.
    """

    title: str
    country: str = ""
    sort: str = ""


def named(copy: Connection, kind: str, ids: Iterable[str] | None = None) -> dict[str, Named]:
    """Titles and countries of records of a kind, those of the ids or all; an id that the copy does not hold is left out."""
    if ids is None:
        rows = copy.execute("SELECT id, title, countries, sort FROM entry WHERE kind = ?", (kind,))
    else:
        rows = copy.execute(
            "SELECT entry.id, title, countries, sort FROM json_each(?) AS asked"
            " CROSS JOIN entry ON entry.kind = ? AND entry.id = asked.value",
            (json.dumps(list(ids)), kind),
        )
    return {record_id: Named(title, countries.partition(" ")[0], sort) for record_id, title, countries, sort in rows}


def flows_around(copy: Connection, of: tuple[str, str], query: str = "") -> Iterator[Bare]:
    """The exchanges that name a partner or project, and those in projects that name it, among those that a query finds."""
    source, values = picked(copy, query)
    named = "SELECT id FROM link WHERE to_kind = ? AND to_id = ? AND kind ="
    where = f"flow.id IN ({named} 'exchanges') OR flow.project IN ({named} 'projects')"
    return copy.execute(f"SELECT {_BARE} FROM {source} WHERE {where}", (*values, *of, *of))
