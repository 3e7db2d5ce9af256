"""Balances within pairs, projects, rounds and years: each group with whoever is out of balance in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from ssc_tui.i18n import _
from ssc_tui.insight.balance import OUT, UNKNOWN, Balance, Tolerance, balances, round_number, worst_first
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.saying import shown
from ssc_tui.insight.sums import HOST, NOTHING, PAIR, SENDER, Key, Sum, summed, together, whole
from ssc_tui.insight.views import leads_to
from ssc_tui.store.flows import Bare, Flow

GroupKey = tuple[str | None, ...]


class Group(NamedTuple):
    """The exchanges of a pair, project, round or year.

    Attributes:
        key: ids of both partners, the id of the project, the name of the round, or the year.
        total: what its exchanges come to, each counted once.
        balances: of a pair, the one of its first partner; else of everybody in it, the worst first.
        out: those of them that are out of balance.
        unknown: how many are not known.
    """

    key: GroupKey
    total: Sum
    balances: tuple[Balance, ...]
    out: tuple[Balance, ...]
    unknown: int

    @property
    def worst(self) -> int:
        """The greatest known difference in it."""
        return max((abs(each.difference) for each in self.out), default=0)


class Grouping(NamedTuple):
    """A way to group exchanges: the number of the field that says what a flow belongs to, and how that is called and opened."""

    field: int
    title: Callable[[GroupKey, Callable[[str | None], str]], str]
    target: Callable[[GroupKey], Target | None]


def year_of(flow: Bare | Flow) -> str | None:
    """The year in which an exchange begins."""
    return flow[4][:4] if flow[4] else None


def _pair_target(key: GroupKey) -> Target | None:
    return Target("list", "exchanges?" + " ".join(f"partner:{one}" for one in key)) if all(key) else None


BY: Mapping[str, Grouping] = {
    "pair": Grouping(0, lambda key, name: " ↔ ".join(map(name, key)), _pair_target),
    "project": Grouping(
        2,
        lambda key, name: name(key[0]) if key[0] else _("project not stated"),
        lambda key: leads_to("balance", f"projects/{key[0]}") if key[0] else None,
    ),
    "round": Grouping(
        3,
        lambda key, name: _("Round {round}").format(round=shown(key[0])) if key[0] else _("round not stated"),
        lambda key: None,
    ),
    "year": Grouping(
        4,
        lambda key, name: shown(key[0]) if key[0] else _("year not stated"),
        lambda key: Target("list", f"exchanges?year:{key[0]}") if key[0] else None,
    ),
}
"""The ways, beside that by partner. Exchanges count in the year in which they begin."""


def groups(flows: Iterable[Bare], by: str, tolerated: Tolerance) -> list[Group]:
    """The groups, those with the greatest difference first, then those with more exchanges.

    Raises:
        KeyError: `by` is no key of `BY`.
    """
    found = _pairs(flows, tolerated) if by == "pair" else _others(flows, BY[by].field, tolerated)
    return sorted(found, key=lambda group: (-group.worst, -group.total.exchanges, _in_order(by, group.key)))


def _in_order(by: str, key: GroupKey) -> list[tuple[bool, int, str]]:
    """By what groups that are alike in size are put in order: rounds by their numbers, all others by how they are written."""
    return [round_order(part) if by == "round" else (False, 0, part or "") for part in key]


def round_order(round_: str | None) -> tuple[bool, int, str]:
    """By what rounds are put in order: by their numbers; those without one last."""
    number = round_number(round_)
    return number is None, number or 0, round_ or "~"


def _pairs(flows: Iterable[Bare], tolerated: Tolerance) -> list[Group]:
    (one_way,) = summed(flows, PAIR)
    found = []
    for pair in {tuple(sorted(pair, key=lambda one: one or "")) for pair in one_way}:
        there, back = one_way.get((pair[0], pair[1]), NOTHING), one_way.get((pair[1], pair[0]), NOTHING)
        if pair[0] == pair[1]:
            back = there
        # An exchange that does not say with whom has no pair to be in balance with.
        balance = Balance(pair[0] if all(pair) else None, there, back)
        total = there if pair[0] == pair[1] else together((there, back))
        state = balance.state(tolerated)
        found.append(Group(pair, total, (balance,), (balance,) if state == OUT else (), int(state == UNKNOWN)))
    return found


def _others(flows: Iterable[Bare], field: int, tolerated: Tolerance) -> list[Group]:
    sent, hosted = summed(flows, itemgetter(field, 0), itemgetter(field, 1))
    sides: dict[str | None, tuple[dict[str | None, Sum], dict[str | None, Sum]]] = {}
    for number, sums in enumerate((sent, hosted)):
        for (group, partner), total in sums.items():
            sides.setdefault(group, ({}, {}))[number][partner] = total
    found = []
    for group, (out, back) in sides.items():
        known = tuple(worst_first(balances(out, back)))
        states = [each.state(tolerated) for each in known]
        beyond = tuple(each for each, state in zip(known, states, strict=True) if state == OUT)
        found.append(Group((group,), together(out.values()), known, beyond, states.count(UNKNOWN)))
    return found


def rounds_of(found: Iterable[Flow]) -> list[tuple[tuple[str | None, str | None], list[Flow]]]:
    """The flows by project and round, in the order of the rounds; those without a round last."""
    by_round: dict[tuple[str | None, str | None], list[Flow]] = {}
    for flow in found:
        by_round.setdefault((flow.project, flow.round), []).append(flow)
    return sorted(by_round.items(), key=lambda item: (item[0][0] or "", round_order(item[0][1])))


def balances_in(found: Iterable[Flow]) -> list[Balance]:
    """The balance of everybody in the flows, the worst first."""
    return worst_first(balances(*summed(found, SENDER, HOST)))


def balance_of(partner: str, found: Sequence[Flow]) -> Balance:
    """The balance of one partner, from the flows of everybody."""
    return Balance(partner, whole(flow for flow in found if flow.sender == partner), whole(flow for flow in found if flow.host == partner))


def seen_from(partner: str, found: Sequence[Flow], key: Callable[[Bare | Flow], Key]) -> dict[Key, Balance]:
    """The balance of one partner for each value of a key."""
    (sent,) = summed((flow for flow in found if flow.sender == partner), key)
    (hosted,) = summed((flow for flow in found if flow.host == partner), key)
    return {value: Balance(partner, sent.get(value, NOTHING), hosted.get(value, NOTHING)) for value in {**sent, **hosted}}
