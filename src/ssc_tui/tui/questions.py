"""What the screens ask of the copy: functions of a connection, answered on a reading thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import Query, parse
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import PAGE, Results, search
from ssc_tui.tui.visits import Visit


class Found(NamedTuple):
    """The answer to a visit: the page of the list on which its record stands.

    Attributes:
        results: what the list reads further pages from.
        section: the section that was searched: all of them (None) where the asked one holds nothing.
        total: how many results there are; None where that has to be counted.
        first: the number of the first row of the page.
        rows: the rows of the page.
        at: the number of the row to highlight.
    """

    results: Results
    section: str | None
    total: int | None
    first: int
    rows: Sequence[Row]
    at: int


def look_up(copy: Connection, visit: Visit) -> Found:
    """Search for what a visit asks, first as typed in its section and then in all, then with an error forgiven."""
    query = parse(visit.asked)
    section, results = _search(copy, query, visit)
    total = None
    if section and query.empty:
        total = reader.totals(copy)[section]
    at = _number(copy, visit) if section == visit.section else 0
    first = at - at % PAGE
    rows = page(copy, results, first)
    if not rows and first:
        first, at, rows = 0, 0, page(copy, results, 0)
    if visit.ref and all(row.ref != visit.ref for row in rows):
        at = first
    for number, row in enumerate(rows):
        if row.ref == visit.ref:
            at = first + number
    if total is None and len(rows) < PAGE:
        total = first + len(rows)
    return Found(results, section, total, first, rows, at)


def _search(copy: Connection, query: Query, visit: Visit) -> tuple[str | None, Results]:
    sections = dict.fromkeys((visit.section, None)) if query.terms else (visit.section,)
    results = None
    for forgiving in (False, True):
        for section in sections:
            results = search(copy, query, section, visit.order, forgiving=forgiving)
            if not query.terms or results.places(copy, limit=1):
                return section, results
    return visit.section, results or search(copy, query, visit.section, visit.order)


def _number(copy: Connection, visit: Visit) -> int:
    """Where the record of a visit stands: counted where lists are by name, else where it stood."""
    if visit.ref and visit.section and not visit.asked and visit.order == "name":
        kind, record_id = visit.ref.split("/")
        row = reader.row_of(copy, kind, record_id)
        return reader.position(copy, kind, row.place) if row else 0
    return visit.at


def page(copy: Connection, results: Results, first: int) -> list[Row]:
    """A page of the results from the row `first` on."""
    return reader.rows(copy, results.places(copy, first, PAGE))


def page_if_wanted(copy: Connection, wanted: Callable[[int, int], bool], generation: int, first: int, results: Results) -> list[Row] | None:
    """The page, or None where nobody looks at it any more when its turn comes."""
    return page(copy, results, first) if wanted(generation, first) else None


def total(copy: Connection, results: Results) -> int:
    """How many results there are."""
    return results.total(copy)
