"""Funds as views: all of them with their totals, and two of them side by side in the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.countries import country_name
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import ledger_words as words
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.figures import figure_data, figure_lines
from ssc_tui.insight.ledger import Sums, budget_sums, sums
from ssc_tui.insight.ledger_read import Read, read, scope_of
from ssc_tui.insight.report import Asked, Report
from ssc_tui.insight.saying import not_stated, number, shown
from ssc_tui.insight.subtitle import span
from ssc_tui.insight.views import leads_to
from ssc_tui.store import ledger as store
from ssc_tui.store import reader


class Fund(NamedTuple):
    """A fund with what follows from its projects.

    Attributes:
        read: its ledger.
        document: the document as shown.
        names: titles of the records that it names, by role.
        countries: codes of the countries of its projects, by name.
        years: first and last year that its projects state.
        requested: its projects that have a request on record.
        given: everything that was given in its projects.
    """

    read: Read
    document: Mapping[str, Any]
    names: Mapping[str, tuple[str, ...]]
    countries: tuple[str, ...]
    years: tuple[str | None, str | None]
    requested: int
    given: Sums

    @property
    def id(self) -> str:
        """The id of its record."""
        return self.read.scope.id


def fund(copy: Connection, reference: str, query: str = "") -> Fund:
    """A fund, restricted by a query.

    Raises:
        NotFound: there is no such record.
        UsageError: it is no fund.
    """
    scope, title = scope_of(copy, Asked(reference, query))
    if scope.kind != "funds":
        raise UsageError(_("{reference} is no fund; `ssc-tui funds` lists them.").format(reference=reference))
    found = read(copy, scope, title)
    names: dict[str, tuple[str, ...]] = {}
    for link in reader.links_from(copy, "funds", scope.id):
        names[link.role] = (*names.get(link.role, ()), shown(link.title or link.id))
    places = store.reach(copy, found.project_ids)
    return Fund(
        found,
        reader.document(copy, "funds", scope.id),
        names,
        tuple(sorted(places.countries, key=country_name)),
        (places.first, places.last),
        len(store.requested(copy, found.project_ids)),
        sums(item for item in found.items if not item.agreed),
    )


def funds_view(copy: Connection, asked: Asked) -> Report:
    """All funds in the order of their names, each with its projects, countries and totals; two that the subject names, side by side.

    Raises:
        NotFound, UsageError: one of two is not there, or is no fund, or both are the same.
    """
    if asked.subject:
        first, _blank, second = asked.subject.partition(" ")
        return side_by_side(copy, Asked(first, asked.query, {"beside": second}))
    every = [fund(copy, f"funds/{record_id}", asked.query) for record_id in store.ids(copy, "funds")]
    lines = tuple(Line("", each.read.title, _in_short(each), leads_to("ledger", f"funds/{each.id}")) for each in every)
    heading = ngettext("{n} fund", "{n} funds", len(every))
    return Report(f"funds?{asked.query}", _("Funds"), (Block(heading, lines),), [fund_data(each) for each in every])


def _in_short(each: Fund) -> str:
    parts = [
        ngettext("{n} project", "{n} projects", len(each.read.project_ids)),
        ngettext("{n} country", "{n} countries", len(each.countries)),
        _("given: {what}").format(what=words.in_a_line(each.given)),
    ]
    if each.read.budgets:
        parts.append(_("budgets as stated: {amounts}").format(amounts=words.by_currency(budget_sums(each.read.budgets))))
    return "; ".join(parts)


def side_by_side(copy: Connection, asked: Asked) -> Report:
    """Two funds in the same rows: that of the subject, and that of the option `beside`.

    Raises:
        NotFound, UsageError: one of them is not there, or is no fund, or both are the same.
    """
    first, second = fund(copy, asked.subject, asked.query), fund(copy, asked.options["beside"], asked.query)
    if first.id == second.id:
        raise UsageError(_("A fund stands beside another one, not beside itself."))
    blocks = (
        Block(_("First fund"), _rows(first), second_heading=_("Second fund"), second=_rows(second), level=True),
        *(
            Block(_("Figures stated about {name}").format(name=each.read.title), tuple(figure_lines(each.document)))
            for each in (first, second)
            if each.document.get("figures")
        ),
    )
    title = _("{first} beside {second}").format(first=first.read.title, second=second.read.title)
    ref = f"funds/{first.id}={second.id}?{asked.query}"
    return Report(ref, title, blocks, {"first": fund_data(first), "second": fund_data(second)})


def _rows(each: Fund) -> tuple[Line, ...]:
    found = each.read
    countries = number(len(each.countries)) + (": " + ", ".join(map(country_name, each.countries)) if each.countries else "")
    return (
        Line(_("Name"), found.title, target=Target("record", f"funds/{each.id}")),
        Line(_("Managed by"), "; ".join(each.names.get("manager", ())) or not_stated()),
        Line(_("Contributors"), "; ".join(each.names.get("contributor", ())) or not_stated()),
        Line(_("Founded"), shown(each.document.get("founded")) or not_stated()),
        Line(_("Projects"), words.project_words(found.counted)),
        Line(_("Requested"), ngettext("{n} project", "{n} projects", each.requested)),
        Line(_("Countries"), countries),
        Line(_("Years"), span(*each.years) or not_stated()),
        Line(_("Given"), words.in_a_line(each.given)),
        Line(_("Valued"), words.by_currency(each.given.total) or _("nothing in money")),
        Line(_("Budgets"), words.by_currency(budget_sums(found.budgets)) or not_stated(), words.stating(len(found.budgets))),
    )


def fund_data(each: Fund) -> dict[str, Any]:
    """A fund as data."""
    counted = each.read.counted
    return {
        "ref": f"funds/{each.id}",
        "name": each.read.title,
        "managed_by": list(each.names.get("manager", ())),
        "contributors": list(each.names.get("contributor", ())),
        "founded": each.document.get("founded"),
        "projects": {**counted._asdict(), "without_money": counted.without_money, "requested": each.requested},
        "countries": list(each.countries),
        "years": list(each.years),
        "given": words.sums_data(each.given),
        "budgets_as_stated": budget_sums(each.read.budgets),
        "figures_as_stated": figure_data(each.document),
    }
