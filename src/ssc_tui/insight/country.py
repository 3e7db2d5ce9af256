"""The two sides of a country: what it gives and what it receives, in all, by area and by the country at the other end.

Nobody is only a provider or only a receiver ("double role as provider and receiver", AMEXCID): both sides are computed from the same
exchanges, contributions, offers and needs. What no record states is counted as such and adds nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ssc_tui.catalogue.codes import GOALS
from ssc_tui.insight.ledger import Sums, sums
from ssc_tui.insight.sums import NOTHING, Sum, whole
from ssc_tui.store.country import Area, Capacity, There
from ssc_tui.store.flows import Flow
from ssc_tui.store.ledger import Item


class Side(NamedTuple):
    """One side of a country.

    Attributes:
        capacities: offers on the giving side, needs on the receiving one.
        exchanges: what they come to: sent on the giving side, hosted on the receiving one; without one, nothing is known of who went.
        contributions: what was given, or received.
    """

    capacities: int
    exchanges: Sum
    contributions: Sums

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.capacities or self.exchanges.exchanges or self.contributions.lines)


class Both(NamedTuple):
    """What is given, beside what is received."""

    gives: Side
    receives: Side


class Facts(NamedTuple):
    """What both sides follow from.

    Attributes:
        code: the country.
        capacities: of the partners there.
        flows: exchanges with a side there.
        items: what was given or received there; nothing that is only agreed.
        countries_of: the countries of a partner.
        areas_of_flow: the areas of an exchange, by its id.
        areas_of_item: the areas of a contribution, by its id.
    """

    code: str
    capacities: Sequence[Capacity]
    flows: Sequence[Flow]
    items: Sequence[Item]
    countries_of: Callable[[str | None], tuple[str, ...]]
    areas_of_flow: Mapping[str, tuple[str, ...]]
    areas_of_item: Mapping[str, tuple[str, ...]]

    def here(self, partner: str | None) -> bool:
        """Whether the partner is in the country."""
        return self.code in self.countries_of(partner)


def both(facts: Facts) -> Both:
    """The two sides in all."""
    return Both(
        _side(
            [each for each in facts.capacities if each.side == "brings"],
            [flow for flow in facts.flows if facts.here(flow.sender)],
            [item for item in facts.items if facts.here(item.giver)],
        ),
        _side(
            [each for each in facts.capacities if each.side == "seeks"],
            [flow for flow in facts.flows if facts.here(flow.host)],
            [item for item in facts.items if facts.here(item.receiver)],
        ),
    )


def _side(capacities: Sequence[Capacity], flows: Sequence[Flow], items: Sequence[Item]) -> Side:
    # With most of two hundred countries there is nothing on one side.
    return Side(len(capacities), whole(flows) if flows else NOTHING, sums(items) if items else _NO_LINE)


_NO_LINE = sums(())


def within(facts: Facts) -> int:
    """Persons who went from one partner of the country to another; they are on both sides."""
    return sum(flow.actual or 0 for flow in facts.flows if facts.here(flow.sender) and facts.here(flow.host))


def by_area(facts: Facts, areas: Mapping[str, Area]) -> dict[str, Both]:
    """The two sides in every widest area, those of areas within it counted in it; what has several such areas counts in each.

    The order is that of `areas`; areas that the copy does not hold come last.
    """
    top = {area: root(area, areas) for area in areas}
    found: dict[str, tuple[list[Capacity], list[Flow], list[Item]]] = {}

    def under(names: Iterable[str]) -> Iterator[tuple[list[Capacity], list[Flow], list[Item]]]:
        yield from (found.setdefault(area, ([], [], [])) for area in {top.get(name, name) for name in names})

    for capacity in facts.capacities:
        for capacities, _flows, _items in under([capacity.area] if capacity.area else []):
            capacities.append(capacity)
    for flow in facts.flows:
        for _capacities, flows, _items in under(facts.areas_of_flow.get(flow.id, ())):
            flows.append(flow)
    for item in facts.items:
        for _capacities, _flows, items in under(facts.areas_of_item.get(item.id, ())):
            items.append(item)
    ordered = (*(area for area in areas if area in found), *sorted(found.keys() - areas.keys()))
    return {area: both(facts._replace(capacities=mine[0], flows=mine[1], items=mine[2])) for area in ordered for mine in [found[area]]}


def root(area: str, areas: Mapping[str, Area]) -> str:
    """The widest area around an area; areas that are part of each other in a ring end where the ring closes."""
    seen = {area}
    while (known := areas.get(area)) and known.parent and known.parent in areas and known.parent not in seen:
        area = known.parent
        seen.add(area)
    return area


def by_country(facts: Facts) -> dict[str, Both]:
    """The two sides with every other country, by its code: exchanges and contributions with a partner there at the other end."""
    others: dict[str, tuple[list[Flow], list[Item]]] = {}
    for flow in facts.flows:
        for code in {*_others(facts, flow.sender, flow.host)}:
            others.setdefault(code, ([], []))[0].append(flow)
    for item in facts.items:
        for code in {*_others(facts, item.giver, item.receiver)}:
            others.setdefault(code, ([], []))[1].append(item)
    return {code: both(facts._replace(capacities=(), flows=flows, items=items)) for code, (flows, items) in sorted(others.items())}


def _others(facts: Facts, one: str | None, other: str | None) -> Iterable[str]:
    """The countries at the ends of something, other than the one that the facts are about."""
    return (code for partner in (one, other) for code in facts.countries_of(partner) if code != facts.code)


def gaps(areas: Mapping[str, Both]) -> list[str]:
    """Areas in which something is sought, and of which nothing that came is on record: nobody hosted, no contribution received."""
    return [
        area
        for area, (_gives, receives) in areas.items()
        if receives.capacities and not receives.exchanges.exchanges and not receives.contributions.lines
    ]


class Goal(NamedTuple):
    """What serves one Sustainable Development Goal, through the areas that serve it."""

    number: int
    offers: int
    needs: int
    partners: int
    projects: int
    exchanges: int


def goals(
    areas: Mapping[str, Area],
    capacities: Iterable[Capacity],
    partners: Sequence[There],
    projects: Sequence[There],
    exchanges: Sequence[There],
) -> list[Goal]:
    """The goals for which there is anything; each record counts as the list `sdg:N` counts it, once for each goal of its areas."""
    goals_of = {area: each.goals for area, each in areas.items()}
    known = list(capacities)
    counts = [
        *(
            Counter(goal for each in known if each.side == side for goal in goals_of.get(each.area or "", ()))
            for side in ("brings", "seeks")
        ),
        *(
            Counter(goal for each in of_kind for goal in {goal for area in each.areas for goal in goals_of.get(area, ())})
            for of_kind in (partners, projects, exchanges)
        ),
    ]
    return [Goal(number, *(count[number] for count in counts)) for number in GOALS if any(count[number] for count in counts)]
