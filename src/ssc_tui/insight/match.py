"""Who could exchange with whom: pairs in which each has what the other seeks, rings of three, and what fits one way.

Everybody in an exchange "has both something valuable to bring to the table, as well as something to learn" (Norec), so a match both ways
comes before a ring, and a ring before one way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from ssc_tui.insight.topics import Closeness, Fit
from ssc_tui.store.capacities import Item

Fits = Callable[[Item, Item], Fit | None]
"""Says how a capacity (second) fits a need (first)."""


class Way(IntEnum):
    """What sort of match it is, the best first."""

    BOTH = 1
    """Each brings what the other seeks."""
    RING = 2
    """The first brings what the subject seeks, the second what the first seeks, and the subject what the second seeks."""
    TO_US = 3
    """The other brings what the subject seeks."""
    FROM_US = 4
    """The other seeks what the subject brings."""


class Match(NamedTuple):
    """A match of the partner that is asked about.

    Attributes:
        way: what sort of match.
        others: the other partner, or the other two of a ring: the one that sends to the subject first.
        steps: for each direction the fits, the closest first: what the subject seeks, then round to what it brings.
    """

    way: Way
    others: tuple[str, ...]
    steps: tuple[tuple[Fit, ...], ...]

    @property
    def closeness(self) -> tuple[Closeness, ...]:
        """How closely each direction fits, the loosest first: a match is as good as its weakest side."""
        return tuple(sorted(step[0].closeness for step in self.steps))

    @property
    def words(self) -> int:
        """How many words the closest fits of all directions have in common."""
        return sum(len(step[0].words) for step in self.steps)


class Found(NamedTuple):
    """Every match but the rings: fits by the other partner, for each of the two directions."""

    to_us: Mapping[str, tuple[Fit, ...]]
    from_us: Mapping[str, tuple[Fit, ...]]

    def matches(self) -> list[Match]:
        """The matches both ways and one way, in no order."""
        both = self.to_us.keys() & self.from_us.keys()
        return [
            *(Match(Way.BOTH, (other,), (self.to_us[other], self.from_us[other])) for other in both),
            *(Match(Way.TO_US, (other,), (fits,)) for other, fits in self.to_us.items() if other not in both),
            *(Match(Way.FROM_US, (other,), (fits,)) for other, fits in self.from_us.items() if other not in both),
        ]


def fits_by_partner(fits: Iterable[Fit], side: str, today: str) -> dict[str, tuple[Fit, ...]]:
    """Fits by the partner of their need (`side` seeks) or of their capacity (`side` brings), the closest first."""
    found: defaultdict[str, list[Fit]] = defaultdict(list)
    for fit in fits:
        found[(fit.need if side == "seeks" else fit.capacity).partner].append(fit)
    return {partner: tuple(sorted(each, key=lambda fit: _best_first(fit, today))) for partner, each in found.items()}


def _best_first(fit: Fit, today: str) -> tuple[bool, int, int, str, str]:
    return expired(fit, today), -fit.closeness, -len(fit.words), fit.need.id, fit.capacity.id


def expired(fit: Fit, today: str) -> bool:
    """Whether the need or the capacity was stated to hold until a day that is past."""
    return any(until and until < today[: len(until)] for until in (fit.need.valid_until, fit.capacity.valid_until))


def rings(found: Found, seeks: Mapping[str, Sequence[Item]], brings: Mapping[str, Sequence[Item]], fits: Fits, today: str) -> list[Match]:
    """Rings of three through the subject: it learns from a first, who learns from a second, who learns from it.

    Two of the three that match both ways at least as closely as the ring need no third, so such a ring is left out.

    Args:
        found: what fits the subject.
        seeks: needs of the partners that may be in a ring, by partner.
        brings: their capacities.
        fits: says how a capacity fits a need.
        today: ISO 8601 date.
    """
    alone = {match.others[0]: match.closeness[0] for match in found.matches() if match.way is Way.BOTH}
    made: list[Match] = []
    between: dict[tuple[str, str], tuple[Fit, ...]] = {}

    def learns(seeker: str, bringer: str) -> tuple[Fit, ...]:
        if (seeker, bringer) not in between:
            some = (fits(need, capacity) for need in seeks.get(seeker, ()) for capacity in brings.get(bringer, ()))
            between[seeker, bringer] = tuple(sorted((fit for fit in some if fit), key=lambda fit: _best_first(fit, today)))
        return between[seeker, bringer]

    for first, to_us in found.to_us.items():
        if not seeks.get(first):
            continue
        for second, from_us in found.from_us.items():
            if first == second or not (middle := learns(first, second)):
                continue
            ring = Match(Way.RING, (first, second), (to_us, middle, from_us))
            weakest = ring.closeness[0]
            if any(alone.get(each, 0) >= weakest for each in (first, second)):
                continue
            back = learns(second, first)
            if not back or min(back[0].closeness, middle[0].closeness) < weakest:
                made.append(ring)
    return made


def in_order(matches: Iterable[Match], weight: Callable[[Match], int], name: Callable[[Match], str], today: str) -> list[Match]:
    """The matches, best first. Each step of the order can be said in a sentence; see `ORDER` in the view.

    Args:
        matches: in any order.
        weight: how many further reasons speak for a match.
        name: what settles it where nothing else does.
        today: ISO 8601 date.
    """

    def key(match: Match) -> tuple[int, bool, tuple[int, ...], int, int, str]:
        stale = any(expired(step[0], today) for step in match.steps)
        return match.way, stale, tuple(-each for each in match.closeness), -match.words, -weight(match), name(match)

    return sorted(matches, key=key)


def closest(found: Mapping[str, tuple[Fit, ...]], number: int, today: str) -> dict[str, tuple[Fit, ...]]:
    """So many of the partners, those that fit most closely; by id where they fit equally."""
    if len(found) <= number:
        return dict(found)
    kept = sorted(found, key=lambda partner: (_best_first(found[partner][0], today)[:3], partner))[:number]
    return {partner: found[partner] for partner in kept}
