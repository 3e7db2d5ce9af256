"""How many records of a search carry each value of a field, for filters."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import Query
from ssc_tui.store.qualifiers import expression
from ssc_tui.store.search import everything

VALUES = 300
"""Values of a field that are counted: more than there are countries."""

NESTED = ("area", "principal", "sdg")
"""Fields whose values stand for others too: an area for those below it, a goal for the areas that serve it."""


class Facet(NamedTuple):
    """A value of a field and how many records carry it."""

    value: str
    number: int


def facets(copy: Connection, query: Query, kind: str | None, field: str) -> list[Facet]:
    """The values of the field among the records that match the rest of the query, most first.

    Qualifiers of the same field are left out of the count, so that each number says what choosing the value would show.

    Raises:
        sqlite3.OperationalError: the count was interrupted.
    """
    if field == "principal":
        # Not tallied: a few issues at the most, and each is counted with the areas below it anyhow.
        used = copy.execute("SELECT DISTINCT to_id, 0 FROM link WHERE to_kind = 'areas' AND role = 'cross_cutting'").fetchall()
    else:
        used = _used(copy, kind, field)
    rest = query._replace(qualifiers=tuple(each for each in query.qualifiers if each.field != field))
    if rest.empty and field not in NESTED:
        return [Facet(*row) for row in used]
    run = everything(copy, rest, kind)
    choices = [(value, expression(copy, field, value)) for value, _number in used]
    counted = [Facet(value, run.within(f"({choice})").count(copy)) for value, choice in choices if choice]
    return sorted((facet for facet in counted if facet.number), key=lambda facet: (-facet.number, facet.value))


def _used(copy: Connection, kind: str | None, field: str) -> list[tuple[str, int]]:
    """The values of the field that records carry, most first."""
    where, values = (" AND kind = ?", (kind,)) if kind else ("", ())
    return copy.execute(
        f"SELECT value, sum(n) AS number FROM tally WHERE field = ?{where} GROUP BY value ORDER BY number DESC, value LIMIT ?",
        (field, *values, VALUES),
    ).fetchall()


def kinds(copy: Connection, query: Query) -> dict[str, int]:
    """How many records of each kind match the query, without the kinds that none of match."""
    return {facet.value: facet.number for facet in facets(copy, query, None, "kind")}
