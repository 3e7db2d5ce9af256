"""Reads what a ledger is made of: contributions, and what it needs to say of the records that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.countries import country_code, country_name
from ssc_tui.catalogue.query import Qualifier, parse
from ssc_tui.errors import NotFound
from ssc_tui.insight.ledger import Projects
from ssc_tui.insight.ledger import projects as count_projects
from ssc_tui.insight.ledger_words import Names
from ssc_tui.insight.report import Asked
from ssc_tui.insight.saying import shown
from ssc_tui.store import ledger as store
from ssc_tui.store import reader
from ssc_tui.store.ledger import Budget, Item, Named, Scope

BUDGETS = 2000
"""Projects whose budgets are read for the ledger of all: each is in its document alone."""


class Read(NamedTuple):
    """What a ledger is made of.

    Attributes:
        title: the name of what it is about; empty for all.
        items: every line.
        project_ids: the projects of the scope, with or without lines; of all projects those with lines, `others` counts the rest.
        named: partners and projects that the lines name, and their funds, by kind and id.
        names: their titles, in the order of names within a kind.
        fund_of: the fund of each project that has one.
        budgets: what the projects state as their budgets.
        budgets_unread: whether there are too many projects of all partners to read what each states.
    """

    scope: Scope
    title: str
    items: Sequence[Item]
    project_ids: set[str]
    named: Mapping[tuple[str, str], Named]
    names: Names
    fund_of: Mapping[str, str]
    budgets: Sequence[Budget]
    others: int = 0
    budgets_unread: bool = False

    @property
    def counted(self) -> Projects:
        """How many projects there are, with money and without."""
        found = count_projects(self.project_ids, self.items)
        return found._replace(all=found.all + self.others, nothing=found.nothing + self.others)

    def countries_of(self, partner: str | None) -> tuple[str, ...]:
        """Where a partner is."""
        found = self.named.get(("partners", partner or ""))
        return found.countries if found else ()

    def gave(self, item: Item) -> bool:
        """Whether whom the ledger is about gave it."""
        return item.giver == self.scope.id or self.scope.id in self.countries_of(item.giver)

    def received(self, item: Item) -> bool:
        """Whether whom the ledger is about received it."""
        return item.receiver == self.scope.id or self.scope.id in self.countries_of(item.receiver)


def scope_of(copy: Connection, asked: Asked) -> tuple[Scope, str]:
    """What a ledger is asked for, and its title: an exchange and a contribution stand for their project, an area restricts.

    Raises:
        NotFound, UsageError: there is no such record or country.
    """
    query = parse(asked.query)
    if not asked.subject:
        return Scope(query=query), ""
    try:
        kind, record_id = reader.resolve(copy, asked.subject)
    except NotFound:
        code = country_code(asked.subject)
        if code is None:
            raise
        return Scope("countries", code, query), country_name(code)
    row = reader.row_of(copy, kind, record_id)
    title = shown(row.title) if row else record_id
    if kind in ("partners", "projects", "funds"):
        return Scope(kind, record_id, query), title
    if kind == "areas":
        return Scope(query=query.with_qualifier(Qualifier("area", (record_id,)))), title
    for link in reader.links_from(copy, kind, record_id):
        if link.kind == "projects" and link.title:
            return Scope("projects", link.id, query), shown(link.title)
    return Scope(query=query), ""


def read(copy: Connection, scope: Scope, title: str) -> Read:
    """Everything that a ledger is made of."""
    items = store.items(copy, scope)
    of_lines = {item.project for item in items if item.project}
    fund_of = store.funds_of(copy, of_lines)
    named: dict[tuple[str, str], Named] = {}
    partners = {partner for item in items for partner in (item.giver, item.receiver) if partner}
    for kind, ids in (("partners", partners), ("projects", of_lines), ("funds", set(fund_of.values()))):
        named |= {(kind, record_id): each for record_id, each in store.named(copy, kind, ids).items()}
    names = {key: each.title for key, each in named.items()}
    if scope == Scope():
        # All projects are counted, not named one by one.
        known = {record_id for kind, record_id in named if kind == "projects"}
        number = reader.totals(copy)["projects"]
        budgets = store.budgets(copy, store.projects(copy, scope)) if number <= BUDGETS else []
        return Read(scope, title, items, known, named, names, fund_of, budgets, number - len(known), number > BUDGETS)
    project_ids = store.projects(copy, scope)
    unread = not scope.kind and len(project_ids) > BUDGETS
    budgets = [] if unread else store.budgets(copy, project_ids)
    return Read(scope, title, items, project_ids, named, names, fund_of, budgets, budgets_unread=unread)
