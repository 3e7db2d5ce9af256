"""Partners and exchanges by country and by point on Earth: the numbers that the map draws.

A partner stands at the position that its record states, else in the middle of its country: a rough point of the package countryinfo, as
`data/facts/countries.csv` says. People who went are counted as everywhere (`sums`): an exchange without a number adds none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.insight.sums import NOTHING, Sum, summed
from ssc_tui.insight.world import Point
from ssc_tui.store.atlas import Seat
from ssc_tui.store.flows import Bare, Flow
from ssc_tui.text import sort_key

Ends = tuple[str | None, str | None]
"""Countries of the sender and of the host; None where not stated."""


class CountryNumbers(NamedTuple):
    """What is known of a country.

    Attributes:
        code: ISO 3166-1, two capitals.
        point: its middle; None for a code that no list knows.
        partners: partners there that were asked for.
        sent: exchanges that its partners send; `hosted` those that they host. One within the country is in both.
    """

    code: str
    name: str
    point: Point | None
    partners: int = 0
    sent: Sum = NOTHING
    hosted: Sum = NOTHING


class FlowNumbers(NamedTuple):
    """The exchanges from partners of one country to partners of another, or within one."""

    sender: str
    host: str
    exchanges: Sum


class Atlas(NamedTuple):
    """All that a map shows. Points are named by their number in `points`: there may be thousands, with tens of thousands of lines.

    Attributes:
        countries: those with a partner that was asked for, or with an exchange that was, by name.
        seated: the country of each partner.
        exchanges: those that were asked for.
        points: where partners stand, asked for or not.
        places: how many partners that were asked for stand at each point.
        homes: the points at which partners of a country stand, asked for or not.
        lines: how many exchanges go from each point to another.
        homeless: partners asked for whose country is not stated.
        unplaced: exchanges of which the country of a side is not stated.
    """

    countries: tuple[CountryNumbers, ...] = ()
    seated: Mapping[str, str] = MappingProxyType({})
    exchanges: Sequence[Bare] = ()
    points: tuple[Point, ...] = ()
    places: Mapping[int, int] = MappingProxyType({})
    homes: Mapping[str, frozenset[int]] = MappingProxyType({})
    lines: Mapping[tuple[int, int], int] = MappingProxyType({})
    homeless: int = 0
    unplaced: int = 0

    def country(self, code: str) -> CountryNumbers | None:
        """What is known of a country; None where it is not on the map."""
        return next((each for each in self.countries if each.code == code), None)

    def between(self) -> list[tuple[str, str]]:
        """The countries of sender and host between which there is an exchange, by the names of the two."""
        ends = {self._ends(flow) for flow in self.exchanges}
        # Numbers compare faster than names, and there may be tens of thousands of pairs.
        rank = {code: number for number, code in enumerate(sorted((each.code for each in self.countries), key=self._by_name()))}
        return sorted(((one, other) for one, other in ends if one and other), key=lambda pair: (rank[pair[0]], rank[pair[1]]))

    def flows(self, pairs: Collection[tuple[str, str]] | None = None) -> tuple[FlowNumbers, ...]:
        """The exchanges between countries: between these, or between all in the order of `between`."""
        ordered = self.between() if pairs is None else pairs
        wanted = set(ordered)
        (sums,) = summed((flow for flow in self.exchanges if self._ends(flow) in wanted), self._ends)
        return tuple(FlowNumbers(*pair, sums[pair]) for pair in ordered)

    def _ends(self, flow: Bare | Flow) -> Ends:
        return self.seated.get(flow[0] or ""), self.seated.get(flow[1] or "")

    def _by_name(self) -> Callable[[str], tuple[str, str]]:
        names = {each.code: (sort_key(each.name), each.code) for each in self.countries}
        return names.__getitem__


def middle(code: str | None) -> Point | None:
    """The rough middle of a country; None for a code that no list knows."""
    known = countries().get(code or "")
    return Point(known.lat, known.lon) if known else None


def atlas(seats: Iterable[Seat], found: Set[str] | None, flows: Iterable[Bare]) -> Atlas:
    """The numbers for partners and exchanges.

    Args:
        seats: of all partners, found or not, since exchanges name them.
        found: ids of the partners that were asked for; None for all.
        flows: the exchanges that were asked for.
    """
    country: dict[str, str] = {}
    standing: dict[str, int] = {}
    numbers: dict[tuple[float, float], int] = {}
    partners: Counter[str] = Counter()
    places: Counter[int] = Counter()
    homes: defaultdict[str, set[int]] = defaultdict(set)
    homeless = 0
    middles = {code: (known.lat, known.lon) for code, known in countries().items()}
    for partner, code, lat, lon in seats:
        point = middles.get(code or "") if lat is None or lon is None else (lat, lon)
        asked = found is None or partner in found
        if code:
            country[partner] = code
            partners[code] += asked
        else:
            homeless += asked
        if point:
            number = standing[partner] = numbers.setdefault(point, len(numbers))
            places[number] += asked
            if code:
                homes[code].add(number)

    def sender(flow: Bare | Flow) -> str | None:
        return country.get(flow[0] or "")

    def host(flow: Bare | Flow) -> str | None:
        return country.get(flow[1] or "")

    stated = list(flows)
    sent, hosted = summed(stated, sender, host)
    apart = Counter((standing.get(flow[0] or ""), standing.get(flow[1] or "")) for flow in stated)
    return Atlas(
        countries=_countries(+partners, sent, hosted),
        seated=country,
        exchanges=stated,
        points=tuple(Point(*point) for point in numbers),
        places=+places,
        homes={code: frozenset(points) for code, points in homes.items()},
        lines={(start, end): number for (start, end), number in apart.items() if start is not None and end is not None and start != end},
        homeless=homeless,
        unplaced=sum((flow[0] or "") not in country or (flow[1] or "") not in country for flow in stated),
    )


def _countries(partners: Counter[str], sent: Mapping[str | None, Sum], hosted: Mapping[str | None, Sum]) -> tuple[CountryNumbers, ...]:
    codes = {code for code in (*partners, *sent, *hosted) if code}
    rows = (
        CountryNumbers(code, country_name(code), middle(code), partners[code], sent.get(code, NOTHING), hosted.get(code, NOTHING))
        for code in codes
    )
    return tuple(sorted(rows, key=lambda row: (sort_key(row.name), row.code)))
