"""Reads what the rules of equal terms are checked against: projects with their partners, assessments and exchanges."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.query import Query
from ssc_tui.store.overlay import SHOWN
from ssc_tui.store.search import everything


class Role(NamedTuple):
    """A partner in one role in a project.

    Attributes:
        role: a code of the list "project_role"; partner where none is stated.
        since: ISO 8601 date; empty where not stated.
        chosen_by: ids of those who chose the partner for the role. Format 1 has no field for it; where a catalogue keeps it, it is read.
    """

    partner: str
    role: str
    since: str = ""
    chosen_by: tuple[str, ...] = ()


class Project(NamedTuple):
    """What a project states of the terms on which its partners work together.

    Attributes:
        roles: in the order of the document.
        assessed: whether a joint assessment is stated at all; on `assessed_on`, by `present`.
    """

    id: str
    title: str
    roles: tuple[Role, ...] = ()
    assessed: bool = False
    assessed_on: str = ""
    present: tuple[str, ...] = ()
    requested_by: str = ""
    requested_on: str = ""


class Went(NamedTuple):
    """An exchange of a project that is planned or took place: from whom to whom."""

    project: str
    sender: str
    host: str


def projects(copy: Connection, ids: Iterable[str]) -> list[Project]:
    """The projects, in the order of names."""
    rows = copy.execute(
        f"SELECT entry.id, title, {SHOWN} FROM json_each(?) AS asked"
        " CROSS JOIN entry ON entry.kind = 'projects' AND entry.id = asked.value ORDER BY place",
        (json.dumps(sorted(ids)),),
    )
    return [_project(project, title, json.loads(document)) for project, title, document in rows]


def _project(project: str, title: str, document: dict[str, Any]) -> Project:
    stated = document.get("partners")
    items = [item for item in stated if isinstance(item, dict)] if isinstance(stated, list) else []
    assessment = document.get("assessment")
    about = assessment if isinstance(assessment, dict) else {}
    return Project(
        project,
        title,
        tuple(
            Role(_text(item.get("partner")), _text(item.get("role")) or "partner", _text(item.get("since")), _texts(item.get("chosen_by")))
            for item in items
            if _text(item.get("partner"))
        ),
        bool(assessment),
        _text(about.get("date")),
        _texts(about.get("present")),
        _text(document.get("requested_by")),
        _text(document.get("requested_on")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or the one text."""
    return tuple(each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) and each)


def projects_matching(copy: Connection, query: Query, most: int) -> tuple[list[str], int]:
    """The ids of the projects that match a query, at most so many in the order of names; and how many match."""
    found = everything(copy, query, "projects")
    places = found.places(copy, 0, most)
    rows = copy.execute("SELECT id FROM entry WHERE place IN (SELECT value FROM json_each(?)) ORDER BY place", (json.dumps(places),))
    return [row[0] for row in rows], len(places) if len(places) < most else found.count(copy)


def went(copy: Connection, ids: Iterable[str]) -> list[Went]:
    """The exchanges of the projects that were not called off, and of which it is not stated that nobody went."""
    rows = copy.execute(
        "SELECT project, coalesce(sender, ''), coalesce(host, '') FROM flow WHERE project IN (SELECT value FROM json_each(?))"
        " AND coalesce(status, '') <> 'cancelled' AND coalesce(actual, planned, 1) > 0",
        (json.dumps(sorted(ids)),),
    )
    return [Went(*row) for row in rows]


def sides(copy: Connection, partners: Collection[str]) -> dict[tuple[str, str], bool]:
    """Whether the partners seek and bring something, by partner and side; a side that is not stated is left out.

    A list without items states that there is nothing.
    """
    asked = json.dumps(sorted(partners))
    among = "IN (SELECT value FROM json_each(?))"
    found = {(row[0], row[1]): True for row in copy.execute(f"SELECT DISTINCT partner, side FROM capacity WHERE partner {among}", (asked,))}
    both = ("seeks", "brings")
    lacking = json.dumps(sorted({partner for partner in partners for side in both if (partner, side) not in found}))
    # The text is looked through first, since reading every document as JSON would take many times as long.
    nothing = (
        f"instr(document, '\"{side}\"') AND json_type(document, '$.{side}') = 'array' AND json_array_length(document, '$.{side}') = 0"
        for side in both
    )
    for partner, *states in copy.execute(f"SELECT id, {', '.join(nothing)} FROM shown WHERE kind = 'partners' AND id {among}", (lacking,)):
        found |= {(partner, side): False for side, none in zip(both, states, strict=True) if none and (partner, side) not in found}
    return found
