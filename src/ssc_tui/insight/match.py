"""Who could exchange with whom: pairs in which each has what the other seeks, rings of three, and what fits one way.

Everybody in an exchange "has both something valuable to bring to the table, as well as something to learn" (Norec), so a match both ways
comes before a ring, and a ring before one way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from itertools import islice
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
    """Every match but the rings: fits by the other partner, for each of the two directions, the partner that fits most closely first."""

    to_us: Mapping[str, tuple[Fit, ...]]
    from_us: Mapping[str, tuple[Fit, ...]]

    def both_ways(self) -> dict[str, Closeness]:
        """How closely those fit who match both ways, in their looser direction."""
        return {
            other: min(fits[0].closeness, self.from_us[other][0].closeness) for other, fits in self.to_us.items() if other in self.from_us
        }

    def counts(self) -> dict[Way, int]:
        """How many match both ways, and how many one way only."""
        both = len(self.to_us.keys() & self.from_us.keys())
        return {Way.BOTH: both, Way.TO_US: len(self.to_us) - both, Way.FROM_US: len(self.from_us) - both}


def fits_by_partner(fits: Iterable[Fit], side: str, today: str) -> dict[str, tuple[Fit, ...]]:
    """Fits by the partner of their need (`side` seeks) or of their capacity (`side` brings), the closest first.

    So are the partners; where they fit equally, they come by id.
    """
    found: defaultdict[str, list[Fit]] = defaultdict(list)
    for fit in fits:
        found[(fit.need if side == "seeks" else fit.capacity).partner].append(fit)
    alike: defaultdict[Weight, list[str]] = defaultdict(list)
    for partner, each in found.items():
        alike[_weight(_put_in_order(each, today)[0], today)].append(partner)
    return {partner: tuple(found[partner]) for weight in sorted(alike) for partner in sorted(alike[weight])}


def _put_in_order(fits: list[Fit], today: str) -> list[Fit]:
    """The same list, the closest fit first."""
    if len(fits) > 1:
        fits.sort(key=lambda fit: _best_first(fit, today))
    return fits


Weight = tuple[bool, int, int]
"""How much a fit says, less for the better one: whether it is out of date, how closely it fits, words in common."""


def _weight(fit: Fit, today: str) -> Weight:
    return expired(fit, today), -fit.closeness, -len(fit.words)


def _best_first(fit: Fit, today: str) -> tuple[bool, int, int, str, str]:
    return *_weight(fit, today), fit.need.id, fit.capacity.id


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
        if (found := between.get((seeker, bringer))) is None:
            found = between[seeker, bringer] = tuple(_put_in_order(learns(seeker, bringer), today))
        return found

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


def ring_ends(found: Found, number: int) -> Found:
    """So many partners on either side of the subject as rings are looked for among, the closest ones.

    Whoever matches both ways as closely as one way needs no third, and is left out.
    """
    both = found.both_ways()
    sides = (
        dict(islice(((other, fits) for other, fits in side.items() if fits[0].closeness > both.get(other, 0)), number)) for side in found
    )
    return Found(*sides)


Rank = tuple[int, bool, tuple[int, ...], int]
"""How good a match is by what need and capacity say: its way, whether it is out of date, how closely it fits, words in common."""


def rank(match: Match, today: str) -> Rank:
    """The first steps of the order; a smaller rank is better."""
    return match.way, any(expired(step[0], today) for step in match.steps), tuple(-each for each in match.closeness), -match.words


def first_by_rank(found: Found, circles: Iterable[Match], limit: int, most: int, today: str) -> list[Match]:
    """The matches of each way that may be among the first `limit`: those and all that rank equal to the last of them, at `most` so many.

    Args:
        found: all matches but the rings.
        circles: the rings.
        limit: how many of each way are asked for.
        most: how many of each way are kept at the most, where no more are asked for.
        today: ISO 8601 date.
    """
    both = found.to_us.keys() & found.from_us.keys()

    def ranked(matches: Iterable[Match]) -> list[tuple[Rank, Match]]:
        return sorted(((rank(each, today), each) for each in matches), key=lambda one: (one[0], one[1].others))

    def one_way(way: Way, side: Mapping[str, tuple[Fit, ...]]) -> Iterator[tuple[Weight, Match]]:
        # They are in their order already, and only the first are looked at.
        return ((_weight(fits[0], today), Match(way, (other,), (fits,))) for other, fits in side.items() if other not in both)

    return [
        *_leading(ranked(Match(Way.BOTH, (other,), (found.to_us[other], found.from_us[other])) for other in both), limit, most),
        *_leading(ranked(circles), limit, most),
        *_leading(one_way(Way.TO_US, found.to_us), limit, most),
        *_leading(one_way(Way.FROM_US, found.from_us), limit, most),
    ]


def _leading(ranked: Iterable[tuple[object, Match]], limit: int, most: int) -> list[Match]:
    """The first of one way, in order, up to the last that ranks equal to the one at the limit."""
    kept: list[Match] = []
    last: object = None
    for its_rank, match in ranked:
        if len(kept) >= limit and (its_rank != last or len(kept) >= most):
            break
        kept.append(match)
        last = its_rank
    return kept


def in_order(matches: Iterable[Match], weight: Callable[[Match], int], name: Callable[[Match], str], today: str) -> list[Match]:
    """The matches, best first. Each step of the order can be said in a sentence; see `match_words.ORDER`.

    Args:
        matches: in any order.
        weight: how many further reasons speak for a match.
        name: what settles it where nothing else does.
        today: ISO 8601 date.
    """
    return sorted(matches, key=lambda match: (rank(match, today), -weight(match), name(match)))
