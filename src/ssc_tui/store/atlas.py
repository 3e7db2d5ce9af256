"""Reads where partners sit and between whom people went. Knows SQL and no map."""

from __future__ import annotations

import json
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import parse
from ssc_tui.store.search import everything


class Seat(NamedTuple):
    """Where a partner sits: ISO 3166-1 code of its country, degrees north and east; None where not stated."""

    partner: str
    country: str | None
    lat: float | None
    lon: float | None


def seats(copy: Connection) -> list[Seat]:
    """The seats of all partners."""
    return [Seat._make(row) for row in copy.execute("SELECT id, country, lat, lon FROM seat")]


def partners_found(copy: Connection, query: str) -> set[str] | None:
    """The ids of the partners that a query finds as typed: those that the list of partners shows. None where it restricts nothing."""
    asked = parse(query)
    if not asked.terms and not asked.qualifiers:
        return None
    places = json.dumps(everything(copy, asked, "partners").places(copy, 0, -1))
    return {
        row[0] for row in copy.execute("SELECT entry.id FROM json_each(?) AS picked CROSS JOIN entry ON place = picked.value", (places,))
    }
