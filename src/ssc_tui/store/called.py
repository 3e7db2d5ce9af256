"""Which records are called so."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.projection import handle
from ssc_tui.text import SORT_LENGTH, folded


class Called(NamedTuple):
    """A record by its reference and its place."""

    kind: str
    id: str
    place: int


def called(copy: Connection, name: str) -> list[Called]:
    """The records of that id, acronym or name, whatever blanks and dots are in it."""
    rows = copy.execute(
        "SELECT kind, id, place, title FROM handle JOIN entry USING (kind, id) WHERE handle = ?", (handle(name),)
    ).fetchall()
    whole = folded(name)
    if len(whole) > SORT_LENGTH:
        # The table holds the beginnings of long names alone.
        rows = [row for row in rows if whole in (folded(row[1]), folded(row[3]))]
    return [Called(*row[:3]) for row in rows]
