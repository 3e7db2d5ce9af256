"""The flow matrix as a view: who sends to whom, by partner, country or region, with totals that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import UsageError
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.insight.balance_words import amount, name_of, none_on_record, persons_went, sum_data
from ssc_tui.insight.blocks import Block, Line, Table, TableRow, Target
from ssc_tui.insight.matrix import OTHERS, Matrix, Pair, matrix, regrouped
from ssc_tui.insight.naming import list_query
from ssc_tui.insight.report import Asked, Report, Turn, left_off, restricted
from ssc_tui.insight.sums import Sum
from ssc_tui.insight.triangle import compact
from ssc_tui.insight.views import leads_to
from ssc_tui.store import reader, sums
from ssc_tui.store.flows import Named, named

MOST = 12
"""Rows and columns that are shown by themselves; all others stand together in one."""

LIMIT = 100
"""Pairs that are listed unless more are asked for; all are counted."""

_BY = {"partner": N_("By partner"), "country": N_("By country"), "region": N_("By region")}
_COUNTED = {"persons": N_("Persons"), "planned": N_("Planned"), "months": N_("Person-months")}


def flows_view(copy: Connection, asked: Asked) -> Report:
    """Who sends to whom.

    Args:
        copy: the local copy.
        asked: `subject` is a record of which only the exchanges are counted, or empty; `query` restricts them further; `options`: `by`
            (partner, country or region), `count` (persons, planned or months) and `limit`.

    Raises:
        NotFound: the copy does not hold the subject.
        UsageError: an option cannot be followed.
    """
    by, count = asked.options.get("by") or "partner", asked.options.get("count") or "persons"
    if by not in _BY or count not in _COUNTED:
        raise UsageError(_("The matrix is by {ways} and counts {counted}.").format(ways=", ".join(_BY), counted=", ".join(_COUNTED)))
    title = _("Who sends to whom")
    query = asked.query
    subject: tuple[str, str] | None = None
    if asked.subject:
        subject = reader.resolve(copy, asked.subject)
        own = list_query(*subject)
        if not own or subject[0] == "funds":
            raise UsageError(_("{reference} takes part in no exchange.").format(reference=ref(*subject)))
        row = reader.row_of(copy, *subject)
        title = _("Who sends to whom: {title}").format(title=row.title if row else ref(*subject))
        query = f"{own} {query}".strip()
    limit = asked.number("limit", LIMIT)
    of, rows = sums.first_pairs(copy, query, limit)
    ordered = [((sender, host), Sum(*numbers)) for sender, host, *numbers in rows]
    found = _by_partner(copy, query) if by == "partner" else _by_place(copy, query, by)
    # Most of those who send and host are not named.
    sides = {side for pair, _sum in ordered for side in pair}.union(found.names if by == "partner" else ())
    partners = named(copy, "partners", filter(None, sides))
    view = _Flows(asked, query, by, count, partners, found, ordered, of)
    return view.report(restricted(title, asked.query), f"flows {ref(*subject) if subject else ''}".strip())


def _by_partner(copy: Connection, query: str) -> Matrix:
    """The partners with the most exchanges, and all others together."""
    first = sums.busiest(copy, query, MOST + 1)
    names = (*first[:MOST], OTHERS) if len(first) > MOST else tuple(first)
    rows = sums.cells(copy, query, names, OTHERS)
    return Matrix(names, {(sender, host): Sum(*numbers) for sender, host, *numbers in rows})


def _by_place(copy: Connection, query: str, by: str) -> Matrix:
    """The countries or regions with the most exchanges, and all others together."""
    rows = sums.totals(copy, query, ("sender_country", "host_country"))
    pairs: dict[Pair, Sum] = {(sender, host): Sum(*numbers) for sender, host, *numbers in rows}
    return matrix(pairs if by == "country" else regrouped(pairs, _region), MOST)


def _region(code: str | None) -> str | None:
    country = countries().get(code or "")
    return country.region if country and country.region else None


class _Flows:
    """The matrix, and how it is asked for."""

    def __init__(
        self,
        asked: Asked,
        query: str,
        by: str,
        count: str,
        partners: Mapping[str, Named],
        found: Matrix,
        pairs: Sequence[tuple[tuple[str | None, str | None], Sum]],
        of: int,
    ) -> None:
        self.asked, self.query, self.by, self.count, self.partners, self.found = asked, query, by, count, partners, found
        # The pairs with the most persons, of so many.
        self.pairs, self.of = pairs, of

    def report(self, title: str, called: str) -> Report:
        total = self.found.total
        whole = Target("list", f"exchanges?{self.query}")
        counted = ngettext("{n} exchange", "{n} exchanges", total.exchanges)
        went = f"{counted}: {self._number(total)} {_(_COUNTED[self.count]).lower()}"
        lines = [Line(_("Counted"), went if total.exchanges else none_on_record(self.asked.query), target=whole)]
        signs = _("rows send, columns host; ·: no exchange on record; ?: a number is not stated; +: nobody yet, still to come")
        if total.exchanges:
            lines.append(Line(_("Signs"), signs))
        blocks = [Block("", tuple(lines))]
        if total.exchanges:
            blocks.append(Block(f"{_(_BY[self.by])}: {_(_COUNTED[self.count]).lower()}", (), table=self._table()))
            blocks.append(self._pairs())
        return Report(called, title, tuple(blocks), self._data(total), bool(total.exchanges), self._turns())

    def _turns(self) -> tuple[Turn, ...]:
        ways, counts = list(_BY), list(_COUNTED)
        way = ways[(ways.index(self.by) + 1) % len(ways)]
        counted = counts[(counts.index(self.count) + 1) % len(counts)]
        return (Turn("v", _(_BY[way]), "by", way), Turn("p", _(_COUNTED[counted]), "count", counted))

    def _number(self, total: Sum) -> str:
        """What is counted of a sum."""
        if not total.exchanges:
            return "·"
        if self.count == "persons" or (self.count == "months" and not total.stated):
            # Who has not gone yet has stayed for no month that anybody could state.
            return compact(total)
        stated, number, whole = (
            (total.with_plan, f"{total.planned:,}", total.exchanges)
            if self.count == "planned"
            else (total.with_months, amount(total.months), total.stated + total.unstated)
        )
        return "?" if not stated else number + "+?" * (stated < whole)

    def _name(self, one: str | None) -> str:
        if one is None:
            return _("not stated")
        if one == OTHERS:
            return _("all others")
        return name_of(self.partners, one) if self.by == "partner" else country_name(one) if self.by == "country" else one

    def _table(self) -> Table:
        """Columns go by the numbers of the rows, countries by their codes; a name would leave no room for the figures."""
        names = self.found.names
        short = [self._short(number, one) for number, one in enumerate(names, 1)]
        rows = []
        for sign, one in zip(short, names, strict=True):
            cells = [self._number(self.found.cell(one, host)) for host in names]
            label = f"{sign} {self._name(one)}" if sign != self._name(one) else sign
            rows.append(TableRow(label, (*cells, self._number(self.found.sent(one))), self._target(one)))
        totals = [*(self._number(self.found.hosted(host)) for host in names), self._number(self.found.total)]
        rows.append(TableRow(_("hosted in all"), tuple(totals)))
        return Table((_("sends"), *short, _("all")), tuple(rows))

    def _short(self, number: int, one: str | None) -> str:
        return one if self.by == "country" and one not in (None, OTHERS) else str(number)

    def _target(self, one: str | None) -> Target | None:
        if one in (None, OTHERS):
            return None
        if self.by == "partner":
            return leads_to("balance", f"partners/{one}")
        return Target("list", f"exchanges?country:{one} {self.query}".strip()) if self.by == "country" else None

    def _pairs(self) -> Block:
        """The same partner by partner, most persons first, each leading to its exchanges."""
        lines = []
        for (sender, host), total in self.pairs:
            asked = " ".join([*(f"partner:{side}" for side in dict.fromkeys((sender, host)) if side), self.asked.query]).strip()
            title = f"{name_of(self.partners, sender)} → {name_of(self.partners, host)}: {persons_went(total)}"
            lines.append(Line("", title, ngettext("{n} exchange", "{n} exchanges", total.exchanges), Target("list", f"exchanges?{asked}")))
        return Block(f"{_('From partner to partner')} ({self.of:,})", (*lines, *left_off(self.of - len(lines))))

    def _data(self, total: Sum) -> dict[str, Any]:
        names = self.found.names
        return {
            "query": self.query,
            "by": self.by,
            "count": self.count,
            "names": [{"key": one, "title": self._name(one)} for one in names],
            "cells": [
                {"sender": sender, "host": host, **sum_data(cell)}
                for sender in names
                for host in names
                if (cell := self.found.cell(sender, host)).exchanges
            ],
            "sent": [sum_data(self.found.sent(one)) for one in names],
            "hosted": [sum_data(self.found.hosted(one)) for one in names],
            "total": sum_data(total),
        }
