"""Contributions, funds and countries as commands: `ledger`, `funds`, `country`."""

from __future__ import annotations

from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.views import print_view, restriction, subject_and_query
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import view_named
from ssc_tui.paths import Home

NARROWEST = 60
"""Columns below which the sheet of a country is not laid out: two pages would not hold it."""


def ledger(home: Home, out: Output, *, words: list[str], beside: str | None, year: list[str]) -> int:
    """What was contributed: JSON as `insight.ledger_view.ledger_view` gives it.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        words: a record or country, or none for all; and what restricts it, in the query language.
        beside: another fund to set beside the first.
        year: only these years.

    Raises:
        NotFound, UsageError: what is asked for is not there, or is named twice.
    """
    subject, query = subject_and_query([*words, *filter(None, [restriction({"year": year})])])
    return print_view(home, out, view_named("ledger"), subject, query, {"beside": beside} if beside else {})


def funds(home: Home, out: Output, *, references: list[str]) -> int:
    """All funds; one fund's ledger; or two funds side by side.

    Raises:
        NotFound, UsageError: a fund is not there, or there are more than two.
    """
    if len(references) > 2:
        raise UsageError(_("Two funds stand side by side, not {n}.").format(n=len(references)))
    if not references:
        return print_view(home, out, view_named("funds"))
    first, *second = references
    return print_view(home, out, view_named("ledger"), first, options={"beside": second[0]} if second else {})


def country(home: Home, out: Output, *, words: list[str]) -> int:
    """The sheet of a country as plain text of at most two pages, without references, ready to be pasted; without a country, all of them.

    Raises:
        NotFound, UsageError: there is no such country, or this copy holds nothing about it.
    """
    from ssc_tui.insight.country_view import WIDTH
    from ssc_tui.insight.page import lay_out

    subject, query = subject_and_query(words)
    width = min(WIDTH, max(NARROWEST, out.width))
    with opened(home, out) as copy:
        report = view_named("country")(copy.connection, Asked(subject, query, {"width": str(width)}))
    if out.as_json:
        out.json(report.numbers)
    else:
        out.lines(line.text.rstrip() for line in lay_out(report, width))
    return 0
