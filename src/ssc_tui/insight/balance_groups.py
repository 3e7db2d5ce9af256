"""Balances within pairs, projects, rounds and years: each group with whoever is out of balance in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ssc_tui.i18n import _
from ssc_tui.insight.balance import OUT, UNKNOWN, Balance, Stand, Tolerance, balances, round_number, stand, worst_first
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.saying import shown
from ssc_tui.insight.sums import HOST, NOTHING, SENDER, Key, summed, whole
from ssc_tui.insight.views import leads_to
from ssc_tui.store.flows import Bare, Flow
from ssc_tui.store.moved import COMING, MISSING
from ssc_tui.store.sums import Between, Went

GroupKey = tuple[str | None, ...]


class Group(NamedTuple):
    """The exchanges of a pair, project, round or year.

    Attributes:
        key: ids of both partners, the id of the project, the name of the round, or the year.
        exchanges: how many there are.
        out: whoever is out of balance in it, the worst first; of a pair, its first partner.
        unknown: how many are not known.
    """

    key: GroupKey
    exchanges: int
    out: tuple[Stand, ...]
    unknown: int

    @property
    def worst(self) -> int:
        """The greatest known difference in it."""
        return max((abs(each.difference) for each in self.out), default=0)


class Grouping(NamedTuple):
    """A way to group exchanges: by the values of which fields, of `start` the year; how a group is called, and what it leads to."""

    fields: tuple[str, ...]
    title: Callable[[GroupKey, Callable[[str | None], str]], str]
    target: Callable[[GroupKey], Target | None]


def year_of(flow: Bare | Flow) -> str | None:
    """The year in which an exchange begins."""
    return flow[4][:4] if flow[4] else None


def _pair_target(key: GroupKey) -> Target | None:
    return Target("list", "exchanges?" + " ".join(f"partner:{one}" for one in key)) if all(key) else None


BY: Mapping[str, Grouping] = {
    "pair": Grouping(("sender", "host"), lambda key, name: " ↔ ".join(map(name, key)), _pair_target),
    "project": Grouping(
        ("project",),
        lambda key, name: name(key[0]) if key[0] else _("project not stated"),
        lambda key: leads_to("balance", f"projects/{key[0]}") if key[0] else None,
    ),
    "round": Grouping(
        ("round",),
        lambda key, name: _("Round {round}").format(round=shown(key[0])) if key[0] else _("round not stated"),
        lambda key: None,
    ),
    "year": Grouping(
        ("start",),
        lambda key, name: shown(key[0]) if key[0] else _("year not stated"),
        lambda key: Target("list", f"exchanges?year:{key[0]}") if key[0] else None,
    ),
}
"""The ways, beside that by partner. Exchanges count in the year in which they begin."""


def in_order(found: Iterable[Group], by: str) -> list[Group]:
    """The groups, those with the greatest difference first, then those with more exchanges."""
    return sorted(found, key=lambda group: (-group.worst, -group.exchanges, _in_order(by, group.key)))


def _in_order(by: str, key: GroupKey) -> list[tuple[bool, int, str]]:
    """By what groups that are alike in size are put in order: rounds by their numbers, all others by how they are written."""
    return [round_order(part) if by == "round" else (False, 0, part or "") for part in key]


def round_order(round_: str | None) -> tuple[bool, int, str]:
    """By what rounds are put in order: by their numbers; those without one last."""
    number = round_number(round_)
    return number is None, number or 0, round_ or "~"


def pairs(between: Iterable[Between], tolerated: Tolerance) -> Iterator[Group]:
    """Each two partners between whom something goes on; in no order."""
    for first, second, exchanges, sent, hosted, standing in between:
        # An exchange that does not say with whom has no pair to be in balance with.
        state = _state(first is not None and second is not None, sent, hosted, standing, tolerated)
        out = (Stand(first, sent - hosted, exchanges, state),) if state == OUT else ()
        yield Group((first, second), exchanges, out, int(state == UNKNOWN))


def shared(exchanges: Iterable[Went], tolerated: Tolerance) -> Iterator[Group]:
    """Each project, round or year with those who take part in it; in no order."""
    # Of everybody in a group: exchanges, persons sent, persons hosted, and how they stand together.
    parts: defaultdict[str | None, defaultdict[str | None, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))
    for key, sender, host, persons, standing in exchanges:
        group = parts[key]
        # Both sides are written out: this runs for every exchange there is, and a loop over two costs more than what it does.
        part = group[sender]
        part[0] += 1
        part[1] += persons
        if standing > part[3]:
            part[3] = standing
        part = group[host]
        part[0] += 1
        part[2] += persons
        if standing > part[3]:
            part[3] = standing
    for key, of_group in parts.items():
        out, unknown = [], 0
        for partner, (number, sent, hosted, standing) in of_group.items():
            state = _state(partner is not None, sent, hosted, standing, tolerated)
            unknown += state == UNKNOWN
            if state == OUT:
                out.append(Stand(partner, sent - hosted, number, state))
        # Each exchange is a part of who sends and of who hosts.
        yield Group((key,), sum(part[0] for part in of_group.values()) // 2, tuple(worst_first(out)), unknown)


def _state(named: bool, sent: int, hosted: int, standing: int, tolerated: Tolerance) -> str:
    """How persons sent and hosted stand, of exchanges that stand so together."""
    return stand(sent, hosted, tolerated, known=named and standing != MISSING, coming=standing == COMING)


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
