"""The sheet of a country: what it gives and receives, who is there, offers, needs, projects, funds, solutions and documents, on two pages.

The same sheet is the screen and the paper: it names as many records as fit on two pages of 66 lines, and counts all.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.countries import countries, country_code, country_name
from ssc_tui.catalogue.query import Query, parse
from ssc_tui.errors import NotFound
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import country_words as words
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.insight.country import Both, Facts, Goal, both, by_area, by_country, gaps, goals, within
from ssc_tui.insight.ledger_read import Read, read
from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Asked, Report
from ssc_tui.insight.views import leads_to
from ssc_tui.store import country as store
from ssc_tui.store import facets, reader
from ssc_tui.store import ledger as contributions
from ssc_tui.store.country import Area, Capacity, There
from ssc_tui.store.flows import flows as read_flows
from ssc_tui.store.ledger import Scope

PAGE = 66
"""Lines of a page of paper."""

PAGES = 2
"""Pages that a country analysis has room for."""

WIDTH = 80
"""Columns of the paper."""

NAMED = (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 24, 32, 40)
"""Records of each list that may be named; as many are as the paper has room for."""

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
    found, fitting = store.naming(copy, "publications", named), store.fitting(copy, "publications", query)
    return found if fitting is None else found & fitting


def _funds(copy: Connection, records: Mapping[str, Sequence[There]]) -> set[str]:
    """Funds that pay for a project there, or that a partner there manages or contributes to."""
    paying = contributions.funds_of(copy, (each.id for each in records["projects"]))
    return {*paying.values(), *store.naming(copy, "funds", (("partners", each.id) for each in records["partners"]))}


def country(copy: Connection, asked: Asked) -> Report:
    """The sheet of a country; for a record its country's, with a choice where it has several; without a subject, all countries.

    The option `width` gives other columns than `WIDTH` for which the two pages are counted.

    Raises:
        NotFound, UsageError: there is no such country or record.
    """
    code = country_code(asked.subject) if asked.subject else None
    choice: list[str] = []
    if code is None and asked.subject:
        row = reader.row_of(copy, *reader.resolve(copy, asked.subject))
        choice = row.countries.split() if row else []
        code = choice[0] if len(choice) == 1 else None
    if code is None:
        return _choose(copy, asked, choice)
    found = sheet(copy, code, asked.query)
    if not asked.query and not any(found.records.values()) and not found.ledger.items:
        known = countries().get(code)
        raise NotFound(_("This copy holds nothing about {country}.").format(country=known.name if known else code))
    width = int(asked.options.get("width", WIDTH))
    report = Report(f"country/{code}?{asked.query}", words.title(found), (), partial(words.data, found))
    fits = bisect(NAMED, 0, key=lambda most: len(lay_out(report._replace(blocks=words.blocks(found, most)), width)) - PAGE * PAGES)
    return report._replace(blocks=words.blocks(found, NAMED[max(0, fits - 1)]))


def _choose(copy: Connection, asked: Asked, choice: Sequence[str]) -> Report:
    """Countries to choose from, with what there is in each: those of a record, or all."""
    query = parse(asked.query)
    counted = {kind: {each.value.upper(): each.number for each in facets.facets(copy, query, kind, "country")} for kind in LISTED}
    codes = choice or sorted({code for of_kind in counted.values() for code in of_kind}, key=country_name)
    rows = {code: {kind: counted[kind].get(code, 0) for kind in LISTED} for code in codes}
    lines = tuple(Line("", country_name(code), words.counts_words(row), leads_to("country", code)) for code, row in rows.items())
    heading = ngettext("{n} country", "{n} countries", len(codes))
    data = [{"country": code, "name": country_name(code), "counts": row} for code, row in rows.items()]
    return Report(f"countries/{asked.subject}?{asked.query}", _("Countries"), (Block(heading, lines),), data)
