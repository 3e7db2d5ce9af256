"""The reciprocity ledger by pair, project, round or year: each group with what went on in it, and whoever is out of balance there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.balance import Balance, Tolerance
from ssc_tui.insight.balance_groups import BY, Group, GroupKey, in_order, pairs, shared, year_of
from ssc_tui.insight.balance_head import BY_WORDS, LIMIT, head, head_data, in_full, ledger, total_of, what_if_block
from ssc_tui.insight.balance_words import balance_data, both_ways, difference, name_of, persons_went, standing, sum_data
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.insight.report import Asked, Report, left_off
from ssc_tui.insight.saying import not_stated
from ssc_tui.insight.sums import NOTHING, Sum, summed, together
from ssc_tui.store import sums
from ssc_tui.store.flows import Flow, Named, named


def by_group(copy: Connection, asked: Asked, by: str, tolerated: Tolerance, extra: Sequence[Flow]) -> Report:
    """The ledger of everybody by one of the groupings in `BY`, with exchanges that are only thought of."""
    fields, limit = BY[by].fields, asked.number("limit", LIMIT)
    if by == "pair":
        found = in_order(pairs(sums.between(copy, asked.query, extra), tolerated), by)
    else:
        found = in_order(shared(sums.in_groups(copy, fields[0], asked.query, extra), tolerated), by)
    listed = found[:limit]
    went = _went(copy, asked.query, extra, fields, {part for group in listed for part in group.key})
    words = _Words(by, asked.query, tolerated, went, _titles(copy, by, listed))
    # Where all groups are listed, they are all that there is; a pair is listed with both of its ways.
    total = total_of(copy, asked.query, extra) if by == "pair" or len(found) > limit else together(went.values())
    blocks = [head(asked, total, tolerated)]
    if extra:
        blocks.append(what_if_block(copy, extra, in_full(copy, asked.query, extra, set()), tolerated))
    lines = [words.line(group) for group in listed]
    blocks.append(Block(f"{_(BY_WORDS[by])} ({len(found):,})", (*lines, *left_off(len(found) - limit))))

    def data() -> dict[str, Any]:
        return head_data(asked, total, tolerated, extra) | {
            "by": by,
            "counts": {"groups": len(found), "out": sum(bool(group.out) for group in found)},
            "groups": [words.data(group) for group in listed],
        }

    return ledger(asked, blocks, data, total, by)


def _went(
    copy: Connection, query: str, extra: Sequence[Flow], fields: Sequence[str], values: Collection[str | None]
) -> dict[GroupKey, Sum]:
    """What the exchanges come to in which each of the fields has one of the values, by these."""
    found: dict[GroupKey, Sum] = {row[: len(fields)]: Sum(*row[len(fields) :]) for row in sums.totals(copy, query, fields, values)}
    (thought,) = summed(extra, lambda flow: tuple(year_of(flow) if field == "start" else getattr(flow, field) for field in fields))
    return found | {key: together((found.get(key, NOTHING), added)) for key, added in thought.items()}


def _titles(copy: Connection, by: str, listed: Sequence[Group]) -> dict[str, Named]:
    """Projects and partners that the groups name."""
    ids = {part for group in listed for part in group.key if part}
    if by == "pair":
        return named(copy, "partners", ids)
    worst = {each.partner for group in listed for each in group.out[:1] if each.partner}
    return (named(copy, "projects", ids) if by == "project" else {}) | named(copy, "partners", worst)


class _Words:
    """Says groups of one sort in words and in JSON."""

    def __init__(self, by: str, query: str, tolerated: Tolerance, went: Mapping[GroupKey, Sum], titles: Mapping[str, Named]) -> None:
        self.by, self.query, self.tolerated, self.went, self.titles = by, query, tolerated, went, titles

    def line(self, group: Group) -> Line:
        """A group and what it leads to."""
        target = BY[self.by].target(group.key)
        if target and target.what == "list":
            target = target._replace(value=f"{target.value} {self.query}".strip())
        beside = self._of_pair(self._pair(group), group) if self.by == "pair" else self._of_group(self.went[group.key], group)
        return Line("", self._title(group), "\n".join(beside), target)

    def data(self, group: Group) -> dict[str, Any]:
        """A group with its numbers."""
        said = {"key": list(group.key), "title": self._title(group)}
        if self.by == "pair":
            pair = self._pair(group)
            total = pair.sent if group.key[0] == group.key[1] else together((pair.sent, pair.hosted))
            return said | sum_data(total) | {"balance": balance_data(pair, self.tolerated)}
        out = [{"partner": each.partner, "difference": each.difference} for each in group.out]
        return said | sum_data(self.went[group.key]) | {"out": out, "not_known": group.unknown}

    def _title(self, group: Group) -> str:
        return BY[self.by].title(group.key, self._name)

    def _name(self, one: str | None) -> str:
        return name_of(self.titles, one)

    def _pair(self, group: Group) -> Balance:
        """The balance of the first of two partners with the second; what goes on within one partner is sent and hosted."""
        first, second = group.key
        there, back = (self.went.get(way, NOTHING) for way in ((first, second), (second, first)))
        return Balance(first if all(group.key) else None, there, back)

    def _of_pair(self, pair: Balance, group: Group) -> list[str]:
        said = _("{partner}: {verdict}").format(partner=self._name(group.key[0]), verdict=standing(pair, self.tolerated))
        return [said, *both_ways(pair, self.tolerated)]

    def _of_group(self, total: Sum, group: Group) -> list[str]:
        beside = [f"{persons_went(total)}, " + ngettext("{n} exchange", "{n} exchanges", total.exchanges)]
        if total.with_plan:
            beside[0] += ", " + _("planned {n}").format(n=f"{total.planned:,}")
        if total.months:
            beside.append(_("person-months: {n}").format(n=f"{total.months:,.0f}"))
        if group.out:
            worst = group.out[0]
            beside.append(_("{partner} {verdict}").format(partner=self._name(worst.partner), verdict=difference(worst.difference)))
            if len(group.out) > 1:
                more = len(group.out) - 1
                beside.append(ngettext("{n} more partner is out of balance", "{n} more partners are out of balance", more))
        elif group.unknown:
            beside.append(not_stated())
        elif total.stated:
            beside.append(_("everybody is within the tolerance"))
        return beside
