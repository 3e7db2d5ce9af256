"""How many records of a kind fit each of several values, for charts. Knows SQL and no picture."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from ssc_tui.catalogue.query import parse
from ssc_tui.store.qualifiers import expression
from ssc_tui.store.search import everything


def fitting(copy: Connection, query: str, kind: str, field: str, values: Sequence[str]) -> list[int]:
    """For each value of a field, how many records of the kind the query finds that the qualifier `field:value` leaves."""
    run = everything(copy, parse(query), kind)
    found = []
    for value in values:
        way = expression(copy, field, value)
        found.append(run.within(f"({way})").count(copy) if way else 0)
    return found
