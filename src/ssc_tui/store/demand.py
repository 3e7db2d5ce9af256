"""Reads what was asked for: requests that projects record, needs of partners, and the exchanges that name a need."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.store.capacities import ITEM, Item


class Request(NamedTuple):
    """A project that somebody asked for.

    Attributes:
        project: its id.
        asked_by: id of the partner that asked, or words; empty where not stated. So `asked_on`, an ISO 8601 date.
        start: when the project began, ISO 8601; empty where not stated.
        status: a code of the list "activity_status"; empty where not stated.
        exchanges: exchanges of the project that were not called off.
    """

    project: str
    title: str
    asked_by: str
    asked_on: str
    start: str
    status: str
    exchanges: int


Answer = tuple[str, str]
"""Of an exchange that was not called off: its host, and the need of the host that it answers: id of the need, or words."""


def requests(copy: Connection, kind: str = "", record_id: str = "") -> list[Request]:
    """Every project that states by whom or when it was asked for, in the order of names: all, those of a partner, or the one project."""
    where, values = {
        "": ("", ()),
        "projects": (" WHERE request.id = ?", (record_id,)),
        "partners": (" WHERE requested_by = ?", (record_id,)),
    }[kind]
    rows = copy.execute(
        "SELECT request.id, title, requested_by, requested_on, coalesce(start, ''), status"
        f" FROM request CROSS JOIN entry ON entry.kind = 'projects' AND entry.id = request.id{where} ORDER BY place",
        values,
    ).fetchall()
    counted = dict(
        copy.execute(
            "SELECT project, count(*) FROM flow WHERE project IN (SELECT value FROM json_each(?))"
            " AND coalesce(status, '') <> 'cancelled' GROUP BY project",
            (json.dumps([row[0] for row in rows]),),
        )
    )
    return [Request._make((*row, counted.get(row[0], 0))) for row in rows]


def needs(copy: Connection, partners: Collection[str] | None) -> list[Item]:
    """The needs of the partners, or of all, in the order of the partners' names."""
    where, values = _among("partner", partners)
    rows = copy.execute(
        f"{ITEM} CROSS JOIN entry ON entry.kind = 'partners' AND entry.id = partner WHERE side = 'seeks'{where}"
        " ORDER BY place, capacity.id",
        values,
    )
    return list(map(Item._make, rows))


def answers(copy: Connection, hosts: Collection[str] | None) -> Iterator[Answer]:
    """The needs that exchanges name which the partners host, or all."""
    where, values = _among("host", hosts)
    return copy.execute(
        f"SELECT host, need FROM flow WHERE host IS NOT NULL AND need IS NOT NULL AND status IS NOT 'cancelled'{where}", values
    )


def _among(column: str, partners: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    if partners is None:
        return "", ()
    return f" AND {column} IN (SELECT value FROM json_each(?))", (json.dumps(sorted(partners)),)
