"""Partners and exchanges by country and by point on Earth: the numbers that the map draws.

A partner stands at the position that its record states, else in the middle of its country: a rough point of the package countryinfo, as
`data/facts/countries.csv` says. People who went are counted as everywhere (`sums`): an exchange without a number adds none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.insight.sums import NOTHING, Sum, summed, together
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
    """All that a map shows.

    Attributes:
        countries: those with a partner that was asked for, or with an exchange that was, by name.
        flows: the exchanges between them, by the names of the two.
        places: how many partners stand at each point.
        homes: the points at which partners of a country stand, asked for or not.
        lines: how many exchanges go from each point to another.
        homeless: partners asked for whose country is not stated.
        unplaced: exchanges of which the country of a side is not stated.
    """

    countries: tuple[CountryNumbers, ...] = ()
    flows: tuple[FlowNumbers, ...] = ()
    places: Mapping[Point, int] = MappingProxyType({})
    homes: Mapping[str, frozenset[Point]] = MappingProxyType({})
    lines: Mapping[tuple[Point, Point], int] = MappingProxyType({})
    homeless: int = 0
    unplaced: int = 0

    def country(self, code: str) -> CountryNumbers | None:
        """What is known of a country; None where it is not on the map."""
        return next((each for each in self.countries if each.code == code), None)


def middle(code: str | None) -> Point | None:
    """The rough middle of a country; None for a code that no list knows."""
    known = countries().get(code or "")
    return Point(known.lat, known.lon) if known else None


def atlas(seats: Iterable[Seat], found: set[str] | None, flows: Iterable[Bare]) -> Atlas:
    """The numbers for partners and exchanges.

    Args:
        seats: of all partners, found or not, since exchanges name them.
        found: ids of the partners that were asked for; None for all.
        flows: the exchanges that were asked for.
    """
    country: dict[str, str] = {}
    point: dict[str, Point] = {}
    partners: Counter[str] = Counter()
    places: Counter[Point] = Counter()
    homes: defaultdict[str, set[Point]] = defaultdict(set)
    homeless = 0
    middles = {code: Point(known.lat, known.lon) for code, known in countries().items()}
    for partner, code, lat, lon in seats:
        stands = middles.get(code or "") if lat is None or lon is None else Point(lat, lon)
        if code:
            country[partner] = code
        if stands:
            point[partner] = stands
            if code:
                homes[code].add(stands)
        if found is None or partner in found:
            if code:
                partners[code] += 1
            else:
                homeless += 1
            if stands:
                places[stands] += 1

    def countries_of(flow: Bare | Flow) -> Ends:
        return country.get(flow[0] or ""), country.get(flow[1] or "")

    stated = list(flows)
    (between,) = summed(stated, countries_of)
    apart = Counter((point.get(flow[0] or ""), point.get(flow[1] or "")) for flow in stated)
    lines = {(start, end): number for (start, end), number in apart.items() if start and end and start != end}
    unplaced = sum(exchanges.exchanges for ends, exchanges in between.items() if None in ends)
    stand = {code: frozenset(points) for code, points in homes.items()}
    return Atlas(_countries(partners, between), _flows(between), places, stand, lines, homeless, unplaced)


def _countries(partners: Counter[str], between: Mapping[Ends, Sum]) -> tuple[CountryNumbers, ...]:
    sent: defaultdict[str, list[Sum]] = defaultdict(list)
    hosted: defaultdict[str, list[Sum]] = defaultdict(list)
    for (sender, host), exchanges in between.items():
        if sender:
            sent[sender].append(exchanges)
        if host:
            hosted[host].append(exchanges)
    rows = (
        CountryNumbers(code, country_name(code), middle(code), partners[code], together(sent[code]), together(hosted[code]))
        for code in {*partners, *sent, *hosted}
    )
    return tuple(sorted(rows, key=lambda row: (sort_key(row.name), row.code)))


def _flows(between: Mapping[Ends, Sum]) -> tuple[FlowNumbers, ...]:
    rows = (FlowNumbers(sender, host, exchanges) for (sender, host), exchanges in between.items() if sender and host)
    names = {code: (sort_key(country_name(code)), code) for code in {code for ends in between for code in ends if code}}
    return tuple(sorted(rows, key=lambda row: (names[row.sender], names[row.host])))
