"""How many records of a kind fit each of several values, for charts. Knows SQL and no picture."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from ssc_tui.catalogue.query import parse
from ssc_tui.store import reader
from ssc_tui.store.qualifiers import expression, tags_of
from ssc_tui.store.search import everything


def fitting(copy: Connection, query: str, kind: str, field: str, values: Sequence[str]) -> list[int]:
    """For each value of a field, how many records of the kind the query finds that the qualifier `field:value` leaves."""
    asked = parse(query)
    run = everything(copy, asked, kind)
    # Who has one tag is counted already.
    tally = reader.tally(copy, kind, field) if asked.empty else {}
    found = []
    for value in values:
        if tally and tags_of(copy, field, value) == [f"{field}_{value}"]:
            found.append(tally.get(value, 0))
        else:
            way = expression(copy, field, value)
            found.append(run.within(f"({way})").count(copy) if way else 0)
    return found
