"""Reads where partners sit and between whom people went. Knows SQL and no map."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple


class Seat(NamedTuple):
    """Where a partner sits: ISO 3166-1 code of its country, degrees north and east; None where not stated."""

    partner: str
    country: str | None
    lat: float | None
    lon: float | None


def seats(copy: Connection) -> list[Seat]:
    """The seats of all partners."""
    return [Seat._make(row) for row in copy.execute("SELECT id, country, lat, lon FROM seat")]
