"""Who sends and hosts in approximately equal numbers, who does not, and what would level it. Pure: sums go in, balances come out.

Reciprocity is Norec's one hard rule of the exchange: each side "sends out" and "hosts" in "approximately equal numbers". How far apart is
still approximately equal is not said there; so it is a tolerance that the user sets and the screen names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.sums import NOTHING, Sum

OUT, UNKNOWN, AHEAD, WITHIN = "out", "unknown", "ahead", "within"
"""How a balance stands: beyond the tolerance; not known, since an exchange states no number; all still to come; within the tolerance."""


class Tolerance(NamedTuple):
    """How far sent and hosted may be apart: `amount` persons, or per cent of the greater of both, and then one person always."""

    amount: int
    percent: bool

    def allows(self, sent: int, hosted: int) -> bool:
        """Whether the persons sent and hosted are approximately equal."""
        return abs(sent - hosted) <= self.persons(max(sent, hosted))

    def persons(self, greater: int) -> int:
        """The persons that it allows where the greater side is so many."""
        if not self.percent:
            return self.amount
        return max(greater * self.amount // 100, 1 if self.amount else 0)

    def __str__(self) -> str:
        """The tolerance as it is typed."""
        return f"{self.amount}%" if self.percent else str(self.amount)


def tolerance(text: str) -> Tolerance:
    """The tolerance that was typed: `2` persons, or `10%`.

    Raises:
        UsageError: it is neither.
    """
    found = re.fullmatch(r"([0-9]{1,6})\s*(%?)", text.strip())
    if not found:
        raise UsageError(_("A tolerance is a number of persons, such as 2, or a share, such as 10%; {text} is neither.").format(text=text))
    return Tolerance(int(found[1]), bool(found[2]))


def stand(sent: int, hosted: int, tolerated: Tolerance, *, known: bool, coming: bool) -> str:
    """`OUT`, `UNKNOWN`, `AHEAD` or `WITHIN`: a number that nobody states is never taken for nought.

    Args:
        sent: persons; so `hosted`.
        hosted: see there.
        tolerated: how far they may be apart.
        known: whether every exchange that took place states who went.
        coming: whether nobody is stated to have gone, and somebody is still to go.
    """
    if not known:
        return UNKNOWN
    if coming:
        return AHEAD
    return WITHIN if tolerated.allows(sent, hosted) else OUT


class Stand(NamedTuple):
    """How a partner stands: what of its balance it takes to put it in order and to level it.

    Attributes:
        partner: its id; None for exchanges that do not say who.
        difference: persons sent less persons hosted.
        exchanges: those that it sends or hosts in; one within the partner counts on both sides.
        state: see `stand`.
    """

    partner: str | None
    difference: int
    exchanges: int
    state: str


class Balance(NamedTuple):
    """What a partner sent and hosted. `partner` is None for exchanges that do not say who; its balance makes all of them sum to zero."""

    partner: str | None
    sent: Sum = NOTHING
    hosted: Sum = NOTHING

    @property
    def difference(self) -> int:
        """Persons sent less persons hosted, of the exchanges that state them."""
        return self.sent.persons - self.hosted.persons

    @property
    def with_plans(self) -> int:
        """The difference when those who are still to come have come."""
        return self.difference + self.sent.ahead - self.hosted.ahead

    @property
    def exchanges(self) -> int:
        """Exchanges that it sends or hosts in; one within the partner counts on both sides."""
        return self.sent.exchanges + self.hosted.exchanges

    def state(self, tolerated: Tolerance) -> str:
        """How it stands; see `stand`."""
        known = self.partner is not None and bool(self.exchanges) and not self.sent.unstated and not self.hosted.unstated
        coming = not self.sent.stated and not self.hosted.stated and bool(self.still_to_come)
        return stand(self.sent.persons, self.hosted.persons, tolerated, known=known, coming=coming)

    def stands(self, tolerated: Tolerance) -> Stand:
        """It at a glance."""
        return Stand(self.partner, self.difference, self.exchanges, self.state(tolerated))

    @property
    def still_to_come(self) -> int:
        """Persons of planned exchanges both ways, and planned exchanges without a number."""
        return self.sent.ahead + self.hosted.ahead + self.sent.ahead_unstated + self.hosted.ahead_unstated


def balances(sent: Mapping[str | None, Sum], hosted: Mapping[str | None, Sum]) -> list[Balance]:
    """The balance of everybody who sends or hosts; the differences sum to zero."""
    return [Balance(partner, sent.get(partner, NOTHING), hosted.get(partner, NOTHING)) for partner in {**sent, **hosted}]


Ranked = TypeVar("Ranked", Balance, Stand)


def worst_first(found: Iterable[Ranked]) -> list[Ranked]:
    """The balances with the greatest difference first; equal ones with more exchanges first, then by id."""
    # Twice, since names and numbers compare faster apart.
    by_name = sorted(found, key=lambda each: each.partner or "")
    return sorted(by_name, key=lambda each: (-abs(each.difference), -each.exchanges))


class Move(NamedTuple):
    """Persons that one partner would send and another host; None stands for a partner that is still to be found."""

    sender: str | None
    host: str | None
    persons: int


def levelling(found: Iterable[Balance], tolerated: Tolerance, acquainted: Collection[tuple[str | None, str | None]] = ()) -> list[Move]:
    """What would bring everybody level who is out of balance; see `level`."""
    past = sorted((sender, host) for sender, host in acquainted if sender is not None and host is not None)
    return list(level(worst_first(each.stands(tolerated) for each in found), past))


def level(ordered: Sequence[Stand], acquainted: Iterable[tuple[str, str]] = ()) -> Iterator[Move]:
    """What would bring everybody level who is out of balance, as far as anybody asks.

    Whoever sent more hosts from whom it sent to, where that one hosted more (`acquainted` holds sender and host of past exchanges); then
    those out of balance level each other; then those within the tolerance help, and those whose balance is not known. Nobody moves past
    level, so that nobody new comes out of balance.

    Args:
        ordered: how everybody stands, the worst first.
        acquainted: senders and hosts of past exchanges, in the order in which they are asked.
    """
    left: dict[str | None, int] = {each.partner: each.difference for each in ordered if each.state == OUT}
    out = list(left)

    def moved(host: str | None, sender: str | None) -> Move:
        # One of both is level then, so that no two move twice.
        persons = min(left[host], -left[sender])
        left[host] -= persons
        left[sender] += persons
        return Move(sender, host, persons)

    def all_of(hosts: list[str | None], senders: list[str | None]) -> Iterator[Move]:
        """Those that may host, in their order, with those that may send, in theirs."""
        waiting = [each for each in senders if left[each] < 0]
        at = 0
        for host in hosts:
            while left[host] > 0 and at < len(waiting):
                yield moved(host, waiting[at])
                at += left[waiting[at]] == 0

    for sender, host in acquainted:
        if left.get(sender, 0) > 0 > left.get(host, 0):
            # Whoever sent hosts now.
            yield moved(sender, host)
    yield from all_of(out, out)
    # Those whose balance is not known come last, and of them whoever is not named.
    helping = [each for each in ordered if each.state != OUT and each.difference]
    helping.sort(key=lambda each: (each.state == UNKNOWN, each.partner is None))
    left |= {each.partner: each.difference for each in helping}
    others = [each.partner for each in helping]
    yield from all_of(out, others)
    yield from all_of(others, out)


_ROUND = re.compile(r"\D*([0-9]{1,3})\Z")


def round_number(text: str | None) -> int | None:
    """The number of a round: of `3` and of `Round 3`; None where there is none."""
    found = _ROUND.match(text or "")
    return int(found[1]) if found else None


def next_round(rounds: Iterable[str | None]) -> int | None:
    """The round after the last one in which somebody went; None where no round has a number."""
    numbers = [number for text in rounds if (number := round_number(text)) is not None]
    return max(numbers) + 1 if numbers else None
