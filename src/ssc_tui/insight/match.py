"""Who could exchange with whom: pairs in which each has what the other seeks, rings of three, and what fits one way.

Everybody in an exchange "has both something valuable to bring to the table, as well as something to learn" (Norec), so a match both ways
comes before a ring, and a ring before one way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from itertools import chain, islice
from typing import NamedTuple

from ssc_tui.insight.topics import Closeness, Fit

Learns = Callable[[str, str], list[Fit]]
"""What the first of two partners could learn from the second."""


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

    def both_ways(self) -> dict[str, Closeness]:
        """How closely those fit who match both ways, in their looser direction."""
        return {
            other: min(fits[0].closeness, self.from_us[other][0].closeness) for other, fits in self.to_us.items() if other in self.from_us
        }

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
    return {partner: _sorted(each, today) for partner, each in found.items()}


def _sorted(fits: list[Fit], today: str) -> tuple[Fit, ...]:
    """The fits, the closest first."""
    return tuple(sorted(fits, key=lambda fit: _best_first(fit, today))) if len(fits) > 1 else tuple(fits)


def _best_first(fit: Fit, today: str) -> tuple[bool, int, int, str, str]:
    return *_weight(fit, today), fit.need.id, fit.capacity.id


def _weight(fit: Fit, today: str) -> tuple[bool, int, int]:
    """How much a fit says, the most first."""
    return expired(fit, today), -fit.closeness, -len(fit.words)


def expired(fit: Fit, today: str) -> bool:
    """Whether the need or the capacity was stated to hold until a day that is past."""
    needed, brought = fit.need.valid_until, fit.capacity.valid_until
    return (needed != "" and needed < today[: len(needed)]) or (brought != "" and brought < today[: len(brought)])


def rings(found: Found, ends: Found, learns: Learns, today: str) -> list[Match]:
    """Rings of three through the subject: it learns from a first, who learns from a second, who learns from it.

    Two of the three that match both ways at least as closely as the ring need no third, so such a ring is left out.

    Args:
        found: everything that fits the subject.
        ends: the part of it among which rings are looked for.
        learns: what the first of two partners could learn from the second.
        today: ISO 8601 date.
    """
    alone = found.both_ways()
    made: list[Match] = []
    between: dict[tuple[str, str], tuple[Fit, ...]] = {}

    def closest(seeker: str, bringer: str) -> tuple[Fit, ...]:
        if (seeker, bringer) not in between:
            between[seeker, bringer] = _sorted(learns(seeker, bringer), today)
        return between[seeker, bringer]

    for first, to_us in ends.to_us.items():
        for second, from_us in ends.from_us.items():
            # A ring is no closer than either of its ends: this spares most looks at the middle.
            bound = min(to_us[0].closeness, from_us[0].closeness)
            if first == second or alone.get(first, 0) >= bound or alone.get(second, 0) >= bound or not (middle := closest(first, second)):
                continue
            weakest = min(bound, middle[0].closeness)
            if alone.get(first, 0) >= weakest or alone.get(second, 0) >= weakest:
                continue
            back = closest(second, first)
            if not back or min(back[0].closeness, middle[0].closeness) < weakest:
                made.append(Match(Way.RING, (first, second), (to_us, middle, from_us)))
    return made


def ring_ends(found: Found, number: int, today: str) -> Found:
    """So many partners on either side of the subject as rings are looked for among, the closest ones.

    Whoever matches both ways as closely as one way needs no third, and is left out.
    """
    both = found.both_ways()
    sides = (
        {other: fits for other, fits in side.items() if fits[0].closeness > both.get(other, 0)} for side in (found.to_us, found.from_us)
    )
    return Found(*(_closest(side, number, today) for side in sides))


def _closest(found: Mapping[str, tuple[Fit, ...]], number: int, today: str) -> dict[str, tuple[Fit, ...]]:
    """So many of the partners, those that fit most closely; by id where they fit equally."""
    alike: defaultdict[tuple[bool, int, int], list[str]] = defaultdict(list)
    for partner, fits in found.items():
        alike[_weight(fits[0], today)].append(partner)
    in_turn = chain.from_iterable(sorted(alike[weight]) for weight in sorted(alike))
    return {partner: found[partner] for partner in islice(in_turn, number)}


Rank = tuple[int, bool, tuple[int, ...], int]
"""How good a match is by what need and capacity say: its way, whether it is out of date, how closely it fits, words in common."""


def rank(match: Match, today: str) -> Rank:
    """The first steps of the order; a smaller rank is better."""
    if len(match.steps) == 1:
        late, closeness, words = _weight(match.steps[0][0], today)
        return match.way, late, (closeness,), words
    return match.way, any(expired(step[0], today) for step in match.steps), tuple(-each for each in match.closeness), -match.words


def first_by_rank(matches: Iterable[Match], limit: int, most: int, today: str) -> list[Match]:
    """The matches of each way that may be among the first `limit`: those and all that rank equal to the last of them, at `most` so many."""
    ranked: defaultdict[Rank, list[Match]] = defaultdict(list)
    for match in matches:
        ranked[rank(match, today)].append(match)
    kept: Counter[int] = Counter()
    first: list[Match] = []
    for its_rank in sorted(ranked):
        way = its_rank[0]
        if kept[way] < limit:
            group = sorted(ranked[its_rank], key=lambda match: match.others)[: max(limit, most) - kept[way]]
            kept[way] += len(group)
            first += group
    return first


def in_order(matches: Iterable[Match], weight: Callable[[Match], int], name: Callable[[Match], str], today: str) -> list[Match]:
    """The matches, best first. Each step of the order can be said in a sentence; see `match_words.ORDER`.

    Args:
        matches: in any order.
        weight: how many further reasons speak for a match.
        name: what settles it where nothing else does.
        today: ISO 8601 date.
    """
    return sorted(matches, key=lambda match: (rank(match, today), -weight(match), name(match)))
