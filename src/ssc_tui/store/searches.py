"""Reads the searches that the user keeps under a name."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple


class Saved(NamedTuple):
    """A search under a name: as it is typed, in a section or, for an empty one, in all; when it was saved is ISO 8601 in UTC."""

    name: str
    section: str
    query: str
    saved_at: str


def saved(copy: Connection) -> list[Saved]:
    """Every saved search, by name."""
    return [Saved(*row) for row in copy.execute("SELECT name, section, query, saved_at FROM saved_search ORDER BY lower(name), name")]


def named(copy: Connection, name: str) -> Saved | None:
    """The search of that name; None where there is none."""
    return next((each for each in saved(copy) if each.name.lower() == name.strip().lower()), None)
