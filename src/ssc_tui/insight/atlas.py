"""Partners and exchanges by country and by point on Earth: the numbers that the map draws.

A partner stands at the position that its record states, else in the middle of its country: a rough point of the package countryinfo, as
`data/facts/countries.csv` says. People who went are counted as everywhere (`sums`): an exchange without a number adds none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from types import MappingProxyType
from typing import NamedTuple

from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.insight.sums import NOTHING, Sum
from ssc_tui.insight.world import Point
from ssc_tui.store.atlas import Seat
from ssc_tui.text import sort_key


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


class Atlas(NamedTuple):
    """All that a map draws. Points are named by their number in `points`: there may be thousands, with tens of thousands of lines.

    Attributes:
        countries: see `in_countries`.
        points: where partners stand, asked for or not.
        places: how many partners that were asked for stand at each point.
        homes: the points at which partners of a country stand, asked for or not.
        lines: how many exchanges go from each point to another.
    """

    countries: tuple[CountryNumbers, ...] = ()
    points: tuple[Point, ...] = ()
    places: Mapping[int, int] = MappingProxyType({})
    homes: Mapping[str, frozenset[int]] = MappingProxyType({})
    lines: Mapping[tuple[int, int], int] = MappingProxyType({})

    def country(self, code: str) -> CountryNumbers | None:
        """What is known of a country; None where it is not on the map."""
        return next((each for each in self.countries if each.code == code), None)


def middle(code: str | None) -> Point | None:
    """The rough middle of a country; None for a code that no list knows."""
    known = countries().get(code or "")
    return Point(known.lat, known.lon) if known else None


def in_countries(
    partners: Mapping[str | None, int], sent: Mapping[str | None, Sum], hosted: Mapping[str | None, Sum]
) -> tuple[CountryNumbers, ...]:
    """The countries with a partner that was asked for, or with an exchange that was, by name; what states no country is in none.

    Args:
        partners: how many that were asked for sit in each country.
        sent: what partners of each country sent; so `hosted`.
        hosted: see there.
    """
    codes = {code for code in (*partners, *sent, *hosted) if code}
    rows = (
        CountryNumbers(code, country_name(code), middle(code), partners.get(code, 0), sent.get(code, NOTHING), hosted.get(code, NOTHING))
        for code in codes
    )
    return tuple(sorted(rows, key=lambda row: (sort_key(row.name), row.code)))


def atlas(
    of_countries: tuple[CountryNumbers, ...],
    seats: Iterable[Seat],
    found: Set[str] | None,
    exchanges: Iterable[tuple[str | None, str | None]],
) -> Atlas:
    """What is drawn of partners and exchanges.

    Args:
        of_countries: the numbers of the countries.
        seats: of all partners, found or not, since exchanges name them.
        found: ids of the partners that were asked for; None for all.
        exchanges: sender and host of each that was asked for.
    """
    standing: dict[str | None, int] = {}
    numbers: dict[tuple[float, float], int] = {}
    places: defaultdict[int, int] = defaultdict(int)
    homes: defaultdict[str, set[int]] = defaultdict(set)
    middles = {code: (known.lat, known.lon) for code, known in countries().items()}
    for partner, code, lat, lon in seats:
        point = middles.get(code or "") if lat is None or lon is None else (lat, lon)
        if point:
            number = standing[partner] = numbers.setdefault(point, len(numbers))
            if found is None or partner in found:
                places[number] += 1
            if code:
                homes[code].add(number)
    lines: defaultdict[tuple[int, int], int] = defaultdict(int)
    for sender, host in exchanges:
        start, end = standing.get(sender), standing.get(host)
        if start is not None and end is not None and start != end:
            lines[start, end] += 1
    return Atlas(
        countries=of_countries,
        points=tuple(Point(*point) for point in numbers),
        places=dict(places),
        homes={code: frozenset(points) for code, points in homes.items()},
        lines=dict(lines),
    )
