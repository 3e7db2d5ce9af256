"""The sheet of a country: what it gives and receives, who is there, offers, needs, projects, funds, solutions and documents, on two pages.

The same sheet is the screen and the paper: it names as many records as fit on two pages of 66 lines, and counts all.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from functools import partial
from sqlite3 import Connection

from ssc_tui.catalogue.countries import country_code, country_name
from ssc_tui.catalogue.query import parse
from ssc_tui.errors import NotFound
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import country_words as words
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.insight.country_read import LISTED, sheet
from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Asked, Report, restricted
from ssc_tui.insight.saying import shown
from ssc_tui.insight.views import leads_to
from ssc_tui.store import facets, reader
from ssc_tui.store.counts import fitting

PAGE = 66
"""Lines of a page of paper."""

PAGES = 2
"""Pages that a country analysis has room for."""

WIDTH = 80
"""Columns of the paper."""

NAMED = (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 24, 32, 40)
"""Records of each list that may be named; as many are as the paper has room for."""


def country_view(copy: Connection, asked: Asked) -> Report:
    """The sheet of a country; for a record its country's, with a choice where it has several; without a subject, all countries.

    The option `width` gives other columns than `WIDTH` for which the two pages are counted.

    Raises:
        NotFound, UsageError: there is no such country or record.
    """
    code = country_code(asked.subject) if asked.subject else None
    choice: list[str] = []
    if code is None and asked.subject:
        try:
            row = reader.row_of(copy, *reader.resolve(copy, asked.subject))
        except NotFound as error:
            said = _("{subject} is no country, and no record is called so. `ssc-tui country` lists the countries.")
            raise NotFound(said.format(subject=shown(asked.subject))) from error
        choice = row.countries.split() if row else []
        code = choice[0] if len(choice) == 1 else None
    if code is None:
        return _choose(copy, asked, choice)
    found = sheet(copy, code, asked.query)
    if not asked.query and not any(found.records.values()) and not found.ledger.items:
        raise NotFound(_("This copy holds nothing about {country}.").format(country=country_name(code)))
    width = asked.number("width", WIDTH)
    report = Report(
        f"country/{code}?{asked.query}", restricted(words.title(found), asked.query), (), partial(words.data, found, asked.query)
    )
    fits = bisect(NAMED, 0, key=lambda most: len(lay_out(report._replace(blocks=words.blocks(found, most)), width)) - PAGE * PAGES)
    return report._replace(blocks=words.blocks(found, NAMED[max(0, fits - 1)]))


def _choose(copy: Connection, asked: Asked, choice: Sequence[str]) -> Report:
    """Countries to choose from, with what there is in each: those of a record, or all."""
    query = parse(asked.query)
    counted = {kind: {each.value.upper(): each.number for each in facets.facets(copy, query, kind, "country")} for kind in LISTED}
    codes = choice or sorted({code for of_kind in counted.values() for code in of_kind}, key=country_name)
    if any(each.field == "country" for each in query.qualifiers):
        # Values of a field are counted as if no value of it were asked for; here none is to be chosen.
        fit = {kind: fitting(copy, asked.query, kind, "country", [code.lower() for code in codes]) for kind in LISTED}
        counted = {kind: dict(zip(codes, fit[kind], strict=True)) for kind in LISTED}
        codes = [code for code in codes if any(counted[kind][code] for kind in LISTED)]
    rows = {code: {kind: counted[kind].get(code, 0) for kind in LISTED} for code in codes}
    lines = tuple(Line("", country_name(code), words.counts_words(row), leads_to("country", code)) for code, row in rows.items())
    heading = ngettext("{n} country", "{n} countries", len(codes))
    title = restricted(_("Countries"), asked.query)
    data = [{"country": code, "name": country_name(code), "counts": row} for code, row in rows.items()]
    return Report(f"countries/{asked.subject}?{asked.query}", title, (Block(heading, lines),), data, bool(lines))
