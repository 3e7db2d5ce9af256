"""Reads who went where: exchanges between partners that took place, with the persons that they state."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple


class Moved(NamedTuple):
    """An exchange that took place; `persons` is None where it is not stated how many went."""

    sender: str
    host: str
    persons: int | None


def moved(copy: Connection, partners: Iterable[str]) -> list[Moved]:
    """The exchanges that took place and in which one of the partners sent or hosted: those that state persons, or a status that says so."""
    asked = json.dumps(sorted(partners))
    rows = copy.execute(
        "SELECT sender, host, actual FROM flow WHERE sender <> '' AND host <> ''"
        " AND coalesce(status, '') NOT IN ('planned', 'cancelled') AND (actual IS NOT NULL OR status IN ('ongoing', 'completed'))"
        " AND (sender IN (SELECT value FROM json_each(?)) OR host IN (SELECT value FROM json_each(?)))",
        (asked, asked),
    )
    return [Moved(*row) for row in rows]
