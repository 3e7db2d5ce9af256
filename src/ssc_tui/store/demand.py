"""Reads what was asked for: requests that projects record, needs of partners, and the exchanges that name a need."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.store.capacities import Item, items_of


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


class Answer(NamedTuple):
    """An exchange that was not called off and names the need of its host that it answers: id of the need, or words."""

    host: str
    need: str


def requests(copy: Connection, kind: str = "", record_id: str = "") -> list[Request]:
    """Every project that states by whom or when it was asked for, in the order of names: all, those of a partner, or the one project."""
    among, values = {
        "": ("(SELECT id FROM entry WHERE kind = 'projects')", ()),
        "projects": ("(SELECT ? AS id)", (record_id,)),
        # Who asked is a link, where it is a partner, so that not every document need be read.
        "partners": (
            "(SELECT id FROM link WHERE to_kind = 'partners' AND to_id = ? AND kind = 'projects' AND role = 'requested_by')",
            (record_id,),
        ),
    }[kind]
    # The text is looked through first, since reading every document as JSON would take many times as long.
    rows = copy.execute(
        "SELECT entry.id, title, json_extract(document, '$.requested_by'), json_extract(document, '$.requested_on'), start,"
        f" json_extract(document, '$.status') FROM {among} AS asked CROSS JOIN record ON record.kind = 'projects' AND record.id = asked.id"
        " CROSS JOIN entry ON entry.kind = 'projects' AND entry.id = asked.id"
        " WHERE NOT deleted AND instr(document, '\"requested_') ORDER BY place",
        values,
    ).fetchall()
    counted = dict(
        copy.execute(
            "SELECT project, count(*) FROM flow WHERE project IN (SELECT value FROM json_each(?))"
            " AND coalesce(status, '') <> 'cancelled' GROUP BY project",
            (json.dumps([row[0] for row in rows]),),
        )
    )
    found = [
        Request(project, title, _text(by), _text(on), _text(start), _text(status), counted.get(project, 0))
        for project, title, by, on, start, status in rows
    ]
    return [request for request in found if request.asked_by or request.asked_on]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def needs(copy: Connection, partners: Iterable[str] | None) -> list[Item]:
    """The needs of the partners, or of all, in the order of the partners' names."""
    if partners is None:
        partners = [row[0] for row in copy.execute("SELECT DISTINCT partner FROM capacity WHERE side = 'seeks'")]
    stated: dict[str, list[Item]] = {}
    for need in items_of(copy, partners, "seeks"):
        stated.setdefault(need.partner, []).append(need)
    ordered = copy.execute(
        "SELECT entry.id FROM json_each(?) AS asked CROSS JOIN entry ON entry.kind = 'partners' AND entry.id = asked.value ORDER BY place",
        (json.dumps(list(stated)),),
    )
    return [need for (partner,) in ordered for need in stated[partner]]


def answers(copy: Connection, hosts: Iterable[str]) -> list[Answer]:
    """The needs that exchanges hosted by the partners name."""
    rows = copy.execute(
        "SELECT host, json_extract(document, '$.need') FROM flow CROSS JOIN record ON record.kind = 'exchanges' AND record.id = flow.id"
        " WHERE host IN (SELECT value FROM json_each(?)) AND coalesce(status, '') <> 'cancelled' AND instr(document, '\"need\"')",
        (json.dumps(sorted(hosts)),),
    )
    return [Answer(host, need) for host, need in rows if isinstance(need, str)]
