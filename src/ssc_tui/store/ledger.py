"""Reads contributions, and what their ledger needs to know of the projects, partners and funds that they name."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import Qualifier, Query
from ssc_tui.store.search import everything, ids_found


class Item(NamedTuple):
    """One contribution; see `catalogue.documents.Contribution` for the fields. None is "not stated"."""

    id: str
    project: str | None
    giver: str | None
    receiver: str | None
    year: str | None
    kind: str | None
    quantity: float | None
    unit: str | None
    unit_cost: float | None
    method: str | None
    amount: float | None
    currency: str | None
    agreed: bool
    tossd: str | None


AGREED = Item._fields.index("agreed")
"""The one column that is no text and no number."""


class Scope(NamedTuple):
    """What a ledger is about.

    Attributes:
        kind: `partners`, `projects`, `funds`, `countries`, or empty for all that the copy holds.
        id: the id of the record, or the code of the country.
        query: what restricts it further.
    """

    kind: str = ""
    id: str = ""
    query: Query = Query()

    @property
    def asked(self) -> Query:
        """The query, with the country where the ledger is about one."""
        return self.query.with_qualifier(Qualifier("country", (self.id,))) if self.kind == "countries" else self.query


class Named(NamedTuple):
    """A record by its title, with its countries and the code of what it is."""

    title: str
    countries: tuple[str, ...]
    code: str


class Budget(NamedTuple):
    """What a project states as its whole budget."""

    project: str
    amount: float
    currency: str


_OF = {
    "partners": "id IN (SELECT id FROM link WHERE to_kind = 'partners' AND to_id = ? AND kind = 'contributions')",
    "projects": "project = ?",
    "funds": "project IN (SELECT id FROM link WHERE to_kind = 'funds' AND to_id = ? AND kind = 'projects')",
}
"""Which contributions belong to a record."""


def items(copy: Connection, scope: Scope) -> list[Item]:
    """The contributions of the scope, in the order of year, project and id."""
    where, values = ["1"], []
    if scope.kind in _OF:
        where, values = [_OF[scope.kind]], [scope.id]
    asked = scope.asked
    if not asked.empty:
        where.append("id IN (SELECT id FROM entry WHERE place IN (SELECT value FROM json_each(?)))")
        values.append(json.dumps(everything(copy, asked, "contributions").places(copy, 0, -1)))
    return _items(copy, " AND ".join(where), values)


def items_in(copy: Connection, projects: Iterable[str], query: Query) -> list[Item]:
    """The contributions to the projects that a query leaves, in the same order."""
    found = ids_found(copy, query, "contributions")
    items = _items(copy, "project IN (SELECT value FROM json_each(?))", [json.dumps(sorted(projects))])
    return items if found is None else [item for item in items if item.id in found]


def _items(copy: Connection, where: str, values: Sequence[object]) -> list[Item]:
    found = copy.execute(
        f"SELECT id, {_text('project', 'giver', 'receiver', 'year', 'kind')}, {_number('quantity')}, {_text('unit')},"
        f" {_number('unit_cost')}, {_text('method')}, {_number('amount')}, {_text('currency')}, agreed = 1, {_text('tossd')}"
        f" FROM contribution WHERE {where} ORDER BY year, project, id",
        values,
    )
    return [Item._make((*row[:AGREED], bool(row[AGREED]), *row[AGREED + 1 :])) for row in found]


def _text(*columns: str) -> str:
    """Texts, none where they are empty."""
    return ", ".join(f"nullif({column}, '')" for column in columns)


def _number(column: str) -> str:
    """A number, whole where it was; what is none, although the document has it in the field of one, counts as not stated."""
    return f"""CASE WHEN typeof({column}) <> 'real' OR abs({column}) > {sys.float_info.max} THEN NULL
        WHEN abs({column}) < {2**53} AND {column} = CAST({column} AS INTEGER) THEN CAST({column} AS INTEGER) ELSE {column} END"""


def projects(copy: Connection, scope: Scope) -> set[str]:
    """The ids of the projects of the scope, whether anything was contributed to them or not."""
    restricted = ids_found(copy, scope.asked, "projects")
    found = {row[0] for row in copy.execute("SELECT id FROM entry WHERE kind = 'projects'")} if restricted is None else set(restricted)
    if scope.kind == "projects":
        return found & {scope.id}
    if scope.kind in ("partners", "funds"):
        linked = copy.execute("SELECT id FROM link WHERE to_kind = ? AND to_id = ? AND kind = 'projects'", (scope.kind, scope.id))
        return found & {row[0] for row in linked}
    return found


def named(copy: Connection, kind: str, ids: Iterable[str]) -> dict[str, Named]:
    """The records of the kind with these ids, in the order of their names; those that the copy does not hold are left out."""
    rows = copy.execute(
        # The plus keeps SQLite from walking all records in the order of places.
        "SELECT id, title, countries, code FROM entry WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY +place",
        (kind, json.dumps(sorted(set(ids)))),
    )
    return {record_id: Named(title, tuple(countries.split()), code) for record_id, title, countries, code in rows}


def funds_of(copy: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The fund of each of the projects that have one."""
    rows = copy.execute(
        "SELECT id, to_id FROM link WHERE kind = 'projects' AND role = 'fund' AND to_kind = 'funds'"
        " AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(ids))),),
    )
    return dict(rows.fetchall())


def budgets(copy: Connection, ids: set[str]) -> list[Budget]:
    """The budgets that these projects state."""
    rows = copy.execute(
        "SELECT id, json_extract(document, '$.budget'), json_extract(document, '$.currency') FROM shown"
        # Most projects state none: looking for the word spares reading their documents.
        " WHERE kind = 'projects' AND instr(document, '\"budget\"') AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(ids)),),
    )
    return [Budget(project, amount, str(currency or "")) for project, amount, currency in rows if _is_number(amount)]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def requested(copy: Connection, ids: set[str]) -> set[str]:
    """Those of the projects that have a request on record: who asked for them is stated."""
    rows = copy.execute(
        "SELECT id FROM request WHERE requested_by <> '' AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(ids)),),
    )
    return {row[0] for row in rows}


class Reach(NamedTuple):
    """Where and when a project is: the codes of its countries, its start and its end, as far as stated."""

    countries: tuple[str, ...]
    first: str | None
    last: str | None


def reached(copy: Connection, ids: set[str]) -> dict[str, Reach]:
    """Where and when each of these projects is."""
    rows = copy.execute(
        "SELECT id, countries, start, coalesce(finish, start) FROM entry"
        " WHERE kind = 'projects' AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(ids)),),
    )
    return {project: Reach(tuple(countries.split()), first, last) for project, countries, first, last in rows}


def projects_of_funds(copy: Connection, funds: Iterable[str]) -> dict[str, set[str]]:
    """The ids of the projects that name each of the funds; a fund that none names is left out."""
    rows = copy.execute(
        "SELECT to_id, link.id FROM json_each(?) AS one CROSS JOIN link ON to_kind = 'funds' AND to_id = one.value AND kind = 'projects'",
        (json.dumps(sorted(funds)),),
    )
    found: dict[str, set[str]] = {}
    for fund, project in rows:
        found.setdefault(fund, set()).add(project)
    return found


def among(copy: Connection, projects: set[str], query: Query) -> set[str]:
    """Those of the projects that the copy holds and a query leaves."""
    rows = copy.execute(
        "SELECT id FROM entry WHERE kind = 'projects' AND id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(projects)),)
    )
    held = {row[0] for row in rows}
    restricted = ids_found(copy, query, "projects")
    return held if restricted is None else held & restricted


def ids(copy: Connection, kind: str) -> list[str]:
    """The ids of all records of a kind, in the order of their names."""
    return [row[0] for row in copy.execute("SELECT id FROM entry WHERE kind = ? ORDER BY place", (kind,))]
