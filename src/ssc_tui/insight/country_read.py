"""Reads everything that the sheet of a country says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.countries import country_name
from ssc_tui.catalogue.query import Query, parse
from ssc_tui.insight.country import Both, Facts, Goal, both, by_area, by_country, gaps, goals, within
from ssc_tui.insight.ledger_read import Read, read
from ssc_tui.store import country as store
from ssc_tui.store import ledger as contributions
from ssc_tui.store import reader
from ssc_tui.store.country import Area, Capacity, There
from ssc_tui.store.flows import flows as read_flows
from ssc_tui.store.ledger import Scope
from ssc_tui.store.search import ids_found

LISTED = ("partners", "projects", "exchanges", "solutions")
"""Kinds that are counted by country."""


class Sheet(NamedTuple):
    """Everything that the sheet says.

    Attributes:
        records: what there is, by kind: partners, projects, exchanges, solutions, publications, funds.
        ledger: the contributions, with the names of partners.
        other_names: titles of the partners at the other end of exchanges.
        dataset: the name of the catalogue and the day of its release, as far as known.
    """

    code: str
    query: Query
    records: Mapping[str, Sequence[There]]
    ledger: Read
    capacities: Sequence[Capacity]
    areas: Mapping[str, Area]
    all: Both
    within: int
    by_area: Mapping[str, Both]
    by_country: Mapping[str, Both]
    gaps: Sequence[str]
    goals: Sequence[Goal]
    dataset: str


def sheet(copy: Connection, code: str, typed: str) -> Sheet:
    """Everything about a country that the copy holds, restricted by a query, as typed."""
    query = parse(typed)
    records = {kind: store.there(copy, kind, code, query) for kind in LISTED}
    ledger = read(copy, Scope("countries", code, query), country_name(code))
    of_items = store.records(copy, "contributions", (item.id for item in ledger.items))
    flows = read_flows(copy, f"country:{code} {typed}")
    capacities = store.capacities(copy, (each.id for each in records["partners"]))
    at_ends = contributions.named(copy, "partners", (end for flow in flows for end in (flow.sender, flow.host) if end))
    places = {partner: each.countries for partner, each in at_ends.items()}
    facts = Facts(
        code,
        capacities,
        flows,
        [item for item in ledger.items if not item.agreed],
        lambda partner: places.get(partner or "") or ledger.countries_of(partner),
        {each.id: each.areas for each in records["exchanges"]},
        {each.id: each.areas for each in of_items},
    )
    areas = store.areas(copy)
    per_area = by_area(facts, areas)
    records["publications"] = store.records(copy, "publications", _about(copy, records, query))
    records["funds"] = store.records(copy, "funds", _funds(copy, records))
    meta = reader.meta(copy)
    return Sheet(
        code,
        query,
        records,
        ledger,
        capacities,
        areas,
        both(facts),
        within(facts),
        per_area,
        by_country(facts),
        gaps(per_area),
        goals(areas, capacities, records["partners"], records["projects"], records["exchanges"]),
        ", ".join(filter(None, (meta.get("dataset"), meta.get("released")))),
    )


def _about(copy: Connection, records: Mapping[str, Sequence[There]], query: Query) -> set[str]:
    """Publications by a partner there, or about a partner, project or solution there."""
    named = [(kind, each.id) for kind in ("partners", "projects", "solutions") for each in records[kind]]
    found, fitting = store.naming(copy, "publications", named), ids_found(copy, query, "publications")
    return found if fitting is None else found & fitting


def _funds(copy: Connection, records: Mapping[str, Sequence[There]]) -> set[str]:
    """Funds that pay for a project there, or that a partner there manages or contributes to."""
    paying = contributions.funds_of(copy, (each.id for each in records["projects"]))
    return {*paying.values(), *store.naming(copy, "funds", (("partners", each.id) for each in records["partners"]))}
