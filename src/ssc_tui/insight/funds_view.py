"""Funds as views: all of them with their totals, and two of them side by side in the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.countries import country_name
from ssc_tui.catalogue.query import Query, parse
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import ledger_words as words
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.figures import figure_data, figure_lines
from ssc_tui.insight.ledger import Projects, Sums, budget_sums, grouped, sums
from ssc_tui.insight.ledger import projects as projects_counted
from ssc_tui.insight.ledger_read import scope_of
from ssc_tui.insight.report import Asked, Report, restricted
from ssc_tui.insight.saying import not_stated, number, shown
from ssc_tui.insight.subtitle import span
from ssc_tui.insight.views import leads_to
from ssc_tui.store import ledger as store
from ssc_tui.store import reader
from ssc_tui.store.ledger import Budget

NAMED = 100
"""Funds that are named; all are counted, and JSON holds all."""


class Fund(NamedTuple):
    """A fund with what follows from its projects.

    Attributes:
        projects: how many there are, with money given and without.
        given: everything that was given in them.
        budgets: what they state as their budgets.
        countries: codes of their countries, by name.
        years: first and last year that they state.
        requested: those that have a request on record.
    """

    id: str
    title: str
    projects: Projects
    given: Sums
    budgets: Sequence[Budget]
    countries: tuple[str, ...]
    years: tuple[str | None, str | None]
    requested: int


class About(NamedTuple):
    """What the record of a fund says: its document as shown, and the titles of the records that it names, by role."""

    document: Mapping[str, Any]
    names: Mapping[str, tuple[str, ...]]


def funds(copy: Connection, ids: Sequence[str], query: Query) -> list[Fund]:
    """The funds with these ids, in that order, restricted by a query."""
    titles = store.named(copy, "funds", ids)
    linked = store.projects_of_funds(copy, ids)
    projects = {project for those in linked.values() for project in those}
    allowed = store.among(copy, projects, query)
    items = grouped(store.items_in(copy, projects, query), lambda item: [item.project])
    budgets = {each.project: each for each in store.budgets(copy, allowed)}
    reached = store.reached(copy, allowed)
    requested = store.requested(copy, allowed)

    def of(record_id: str) -> Fund:
        mine = linked.get(record_id, set())
        its = mine & allowed
        lines = [item for project in sorted(mine) for item in items.get(project, ())]
        places = [reached[project] for project in its]
        return Fund(
            record_id,
            shown(titles[record_id].title) if record_id in titles else record_id,
            projects_counted(its, lines),
            sums(item for item in lines if not item.agreed),
            [budgets[project] for project in sorted(its & budgets.keys())],
            tuple(sorted({code for place in places for code in place.countries}, key=country_name)),
            (
                min(filter(None, (place.first for place in places)), default=None),
                max(filter(None, (place.last for place in places)), default=None),
            ),
            len(its & requested),
        )

    return [of(record_id) for record_id in ids]


def fund(copy: Connection, reference: str, query: str = "") -> Fund:
    """A fund, restricted by a query.

    Raises:
        NotFound: there is no such record.
        UsageError: it is no fund.
    """
    scope, _title = scope_of(copy, Asked(reference, query))
    if scope.kind != "funds":
        raise UsageError(_("{reference} is no fund; `ssc-tui funds` lists them.").format(reference=reference))
    return funds(copy, [scope.id], scope.query)[0]


def about(copy: Connection, record_id: str) -> About:
    """What the record of a fund says."""
    names: dict[str, tuple[str, ...]] = {}
    for link in reader.links_from(copy, "funds", record_id):
        names[link.role] = (*names.get(link.role, ()), shown(link.title or link.id))
    return About(reader.document(copy, "funds", record_id), names)


def funds_view(copy: Connection, asked: Asked) -> Report:
    """All funds in the order of their names, each with its projects, countries and totals; two that the subject names, side by side.

    Raises:
        NotFound, UsageError: one of two is not there, or is no fund, or both are the same.
    """
    if asked.subject:
        first, _blank, second = asked.subject.partition(" ")
        return side_by_side(copy, Asked(first, asked.query, {"beside": second}))
    ids, query = store.ids(copy, "funds"), parse(asked.query)
    named_here = funds(copy, ids[:NAMED], query)
    lines = [Line("", each.title, _in_short(each), leads_to("ledger", f"funds/{each.id}")) for each in named_here]
    # A fund of which the query leaves no project has nothing to say here.
    any_left = bool(ids) if query.empty else len(ids) > len(named_here) or any(each.projects.all for each in named_here)
    if more := len(ids) - len(lines):
        lines.append(Line("", ngettext("and {n} more", "and {n} more", more), target=Target("list", "funds?")))

    def data() -> list[dict[str, Any]]:
        return [fund_data(each, about(copy, each.id)) for each in funds(copy, ids, query)]

    heading = ngettext("{n} fund", "{n} funds", len(ids))
    title = restricted(_("Funds"), asked.query)
    return Report(f"funds?{asked.query}", title, (Block(heading, tuple(lines)),), data, any_left)


def _in_short(each: Fund) -> str:
    parts = [
        ngettext("{n} project", "{n} projects", each.projects.all),
        ngettext("{n} country", "{n} countries", len(each.countries)),
        _("given: {what}").format(what=words.in_a_line(each.given)),
    ]
    if each.budgets:
        parts.append(_("budgets as stated: {amounts}").format(amounts=words.by_currency(budget_sums(each.budgets))))
    return "; ".join(parts)


def side_by_side(copy: Connection, asked: Asked) -> Report:
    """Two funds in the same rows: that of the subject, and that of the option `beside`.

    Raises:
        NotFound, UsageError: one of them is not there, or is no fund, or both are the same.
    """
    first, second = fund(copy, asked.subject, asked.query), fund(copy, asked.options["beside"], asked.query)
    if first.id == second.id:
        raise UsageError(_("A fund stands beside another one, not beside itself."))
    told = [(each, about(copy, each.id)) for each in (first, second)]
    rows = [_rows(*each) for each in told]
    blocks = (
        Block(_("First fund"), rows[0], second_heading=_("Second fund"), second=rows[1], level=True),
        *(
            Block(_("Figures stated about {name}").format(name=each.title), tuple(figure_lines(said.document)))
            for each, said in told
            if said.document.get("figures")
        ),
    )
    title = restricted(_("{first} beside {second}").format(first=first.title, second=second.title), asked.query)
    ref = f"funds/{first.id}={second.id}?{asked.query}"
    return Report(ref, title, blocks, dict(zip(("first", "second"), (fund_data(*each) for each in told), strict=True)))


def _rows(each: Fund, said: About) -> tuple[Line, ...]:
    countries = number(len(each.countries)) + (": " + ", ".join(map(country_name, each.countries)) if each.countries else "")
    return (
        Line(_("Name"), each.title, target=Target("record", f"funds/{each.id}")),
        Line(_("Managed by"), "; ".join(said.names.get("manager", ())) or not_stated()),
        Line(_("Contributors"), "; ".join(said.names.get("contributor", ())) or not_stated()),
        Line(_("Founded"), shown(said.document.get("founded")) or not_stated()),
        Line(_("Projects"), words.project_words(each.projects)),
        Line(_("Requested"), ngettext("{n} project", "{n} projects", each.requested)),
        Line(_("Countries"), countries),
        Line(_("Years"), span(*each.years) or not_stated()),
        Line(_("Given"), words.in_a_line(each.given)),
        Line(_("Valued"), words.by_currency(each.given.total) or _("nothing in money")),
        Line(_("Budgets"), words.by_currency(budget_sums(each.budgets)) or not_stated(), words.stating(len(each.budgets))),
    )


def fund_data(each: Fund, said: About) -> dict[str, Any]:
    """A fund as data."""
    return {
        "ref": f"funds/{each.id}",
        "name": each.title,
        "managed_by": list(said.names.get("manager", ())),
        "contributors": list(said.names.get("contributor", ())),
        "founded": said.document.get("founded"),
        "projects": {**each.projects._asdict(), "without_money": each.projects.without_money, "requested": each.requested},
        "countries": list(each.countries),
        "years": list(each.years),
        "given": words.sums_data(each.given),
        "budgets_as_stated": budget_sums(each.budgets),
        "figures_as_stated": figure_data(said.document),
    }
