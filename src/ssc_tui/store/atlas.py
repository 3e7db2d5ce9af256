"""Reads where partners sit and between whom people went. Knows SQL and no map."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from sqlite3 import Connection

Seat = tuple[str, str | None, float | None, float | None]
"""Where a partner sits: its id, the ISO 3166-1 code of its country, degrees north and east; None where not stated."""


def seats(copy: Connection) -> Iterator[Seat]:
    """The seats of all partners."""
    return copy.execute("SELECT id, country, lat, lon FROM seat")


def seated(copy: Connection, found: Collection[str] | None) -> dict[str | None, int]:
    """How many partners sit in each country, of all or of those found; None is where the country is not stated."""
    where, values = ("", ()) if found is None else (" WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(found)),))
    return dict(copy.execute(f"SELECT country, count(*) FROM seat{where} GROUP BY country", values))
