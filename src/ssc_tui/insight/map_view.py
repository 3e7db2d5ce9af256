"""The map as numbers: partners and exchanges by country, and the exchanges between countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.query import parse
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.atlas import Atlas, CountryNumbers, atlas, in_countries
from ssc_tui.insight.blocks import Block, Line, Table, TableRow, Target
from ssc_tui.insight.report import Asked, Report, left_off, restricted
from ssc_tui.insight.sums import Sum
from ssc_tui.insight.views import leads_to
from ssc_tui.store import reader, sums
from ssc_tui.store.atlas import seated, seats
from ssc_tui.store.search import ids_found
from ssc_tui.text import one_line

LIMIT = 500
"""Pairs of countries that the table of exchanges names; the data hold all."""


class Abroad(NamedTuple):
    """The numbers of the map.

    Attributes:
        countries: see `insight.atlas.in_countries`.
        between: what went from country to country, by the names of both: the two codes, and the numbers of a sum.
        homeless: partners that were asked for and state no country.
        unplaced: exchanges of which the country of a side is not stated.
    """

    countries: tuple[CountryNumbers, ...]
    between: Sequence[tuple[Any, ...]]
    homeless: int
    unplaced: int


def atlas_of(copy: Connection, asked: Asked) -> Atlas:
    """What is drawn of the partners and the exchanges that the query of a request finds: those that the lists of both show."""
    found = ids_found(copy, parse(asked.query), "partners")
    return atlas(_countries_of(copy, asked.query, seated(copy, found)), seats(copy), found, sums.ends(copy, asked.query))


def abroad_of(copy: Connection, asked: Asked) -> Abroad:
    """The numbers of the same."""
    partners = seated(copy, ids_found(copy, parse(asked.query), "partners"))
    countries = _countries_of(copy, asked.query, partners)
    # Numbers compare faster than names, and there may be tens of thousands of pairs.
    rank = {each.code: number for number, each in enumerate(countries)}
    rows = sums.between_countries(copy, asked.query)
    between = sorted((row for row in rows if row[0] and row[1]), key=lambda row: (rank[row[0]], rank[row[1]]))
    unplaced = sum(row[2] for row in rows if not (row[0] and row[1]))
    return Abroad(countries, between, partners.get(None, 0), unplaced)


def _countries_of(copy: Connection, query: str, partners: Mapping[str | None, int]) -> tuple[CountryNumbers, ...]:
    sent, hosted = ({code: Sum(*numbers) for code, *numbers in rows} for rows in sums.by_country(copy, query))
    return in_countries(partners, sent, hosted)


def country_of(copy: Connection, subject: str) -> str:
    """The country of a record, `kind/id`; the subject itself where it is a code; else empty."""
    kind, slash, record_id = subject.partition("/")
    row = reader.row_of(copy, kind, record_id) if slash else None
    return row.countries.partition(" ")[0] if row else subject.upper() if not slash else ""


def map_view(copy: Connection, asked: Asked) -> Report:
    """The numbers of the map.

    The data: `query`, `countries` (`code`, `name`, `partners`, and of the exchanges `sent` and `hosted` as `between` has them), `between`
    (`sender`, `host`, `exchanges`, `persons` who went as far as stated, `not_stated` exchanges that state no number, and neither are
    cancelled nor still to come), `partners_without_country`, `exchanges_without_country`.
    """
    shown = abroad_of(copy, asked)
    blocks = (_countries(shown), _between(shown, asked.query), _left_over(shown), _origin())
    return Report(
        "map",
        restricted(_("The map in numbers"), asked.query),
        tuple(block for block in blocks if block.lines or block.table),
        partial(data_of, shown, asked),
        bool(shown.countries or shown.homeless or shown.unplaced),
    )


def data_of(shown: Abroad, asked: Asked) -> dict[str, Any]:
    """The numbers for programs; see `map_view`."""
    return {
        "query": asked.query,
        "countries": [
            {
                "code": each.code,
                "name": each.name,
                "partners": each.partners,
                "sent": _sum_data(each.sent),
                "hosted": _sum_data(each.hosted),
            }
            for each in shown.countries
        ],
        "between": [{"sender": sender, "host": host} | _sum_data(Sum(*numbers)) for sender, host, *numbers in shown.between],
        "partners_without_country": shown.homeless,
        "exchanges_without_country": shown.unplaced,
    }


def _sum_data(exchanges: Sum) -> dict[str, Any]:
    return {
        "exchanges": exchanges.exchanges,
        "persons": exchanges.persons if exchanges.stated else None,
        "not_stated": exchanges.unstated,
    }


def persons(exchanges: Sum) -> str:
    """How many went, as far as it is stated: `12`, `12 + ?` where some state none, `?` where none does.

    `+` stands for exchanges that are still to come, `–` where nobody was to go.
    """
    if not exchanges.stated and not exchanges.unstated:
        return "+" if exchanges.ahead or exchanges.ahead_unstated else "–"
    known = [f"{exchanges.persons:,}"] if exchanges.stated else []
    return " + ".join([*known, *(["?"] if exchanges.unstated else [])])


def _countries(shown: Abroad) -> Block:
    rows = tuple(
        TableRow(
            one_line(each.name),
            (
                f"{each.partners:,}",
                f"{each.sent.exchanges:,}",
                persons(each.sent),
                f"{each.hosted.exchanges:,}",
                persons(each.hosted),
            ),
            leads_to("country", each.code),
        )
        for each in shown.countries
    )
    head = (_("Country"), _("Partners"), _("Sends"), _("persons"), _("Hosts"), _("persons"))
    return Block(_("Countries"), (_meaning(),) if rows else (), table=Table(head, rows) if rows else None)


def _meaning() -> Line:
    signs = _("?: an exchange does not state it; +: nobody yet, still to come; –: nobody was to go")
    return Line("", _("Sends and hosts count exchanges; persons are those who went. {signs}").format(signs=signs))


def _between(shown: Abroad, query: str) -> Block:
    names = {each.code: one_line(each.name) for each in shown.countries}
    rows = tuple(
        TableRow(f"{names[sender]} → {names[host]}", (f"{total.exchanges:,}", persons(total)), _both_lists(sender, host, query))
        for sender, host, total in ((row[0], row[1], Sum(*row[2:])) for row in shown.between[:LIMIT])
    )
    head = (_("From → to"), _("Exchanges"), _("persons"))
    return Block(_("Exchanges between countries"), left_off(len(shown.between) - LIMIT), table=Table(head, rows) if rows else None)


def _both_lists(sender: str, host: str, query: str) -> Target:
    asked = " ".join([*(f"country:{code}" for code in dict.fromkeys((sender, host))), *filter(None, [query])])
    return Target("list", f"exchanges?{asked}")


def _left_over(shown: Abroad) -> Block:
    lines = []
    if shown.homeless:
        lines.append(ngettext("{n} partner states no country.", "{n} partners state no country.", shown.homeless))
    if shown.unplaced:
        said = ngettext("{n} exchange has a side without a country.", "{n} exchanges have a side without a country.", shown.unplaced)
        lines.append(said)
    return Block(_("Not on the map"), tuple(Line("", line) for line in lines))


def _origin() -> Block:
    coast = _("Coasts: Natural Earth 1:110m, public domain.")
    stand = _("Partners stand where their records say, else in the middle of their country (package countryinfo).")
    return Block(_("About the map"), (Line("", coast), Line("", stand)))


def told(country: CountryNumbers) -> str:
    """A country in a sentence or two."""
    parts = [ngettext("{n} partner", "{n} partners", country.partners)]
    for exchanges, words in ((country.sent, _("sends {persons} in {exchanges}")), (country.hosted, _("hosts {persons} in {exchanges}"))):
        if exchanges.exchanges:
            number = ngettext("{n} exchange", "{n} exchanges", exchanges.exchanges)
            parts.append(words.format(persons=_went(exchanges), exchanges=number))
    return f"{one_line(country.name)}: " + "; ".join(parts)


def _went(exchanges: Sum) -> str:
    if not exchanges.stated:
        return _("persons not stated") if exchanges.unstated else _("nobody yet")
    went = ngettext("{n} person", "{n} persons", exchanges.persons)
    return _("{persons} ({n} not stated)").format(persons=went, n=exchanges.unstated) if exchanges.unstated else went
