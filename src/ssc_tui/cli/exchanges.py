"""The exchanges: `balance` says who sends and hosts in approximately equal numbers, `flows` who sends to whom."""

from __future__ import annotations

from ssc_tui.cli.plain import Output
from ssc_tui.cli.views import print_view, restriction
from ssc_tui.errors import SettingsError
from ssc_tui.insight.balance_view import balance_view
from ssc_tui.insight.flows_view import flows_view
from ssc_tui.paths import Home
from ssc_tui.settings import TOLERANCE, read_settings


def balance(
    home: Home,
    out: Output,
    *,
    reference: str | None,
    by: str,
    tolerance: str,
    what_if: list[str],
    limit: int,
    **restricted: list[str],
) -> int:
    """The balances of everybody, or of one partner or project.

    JSON: `{"query", "tolerance", "what_if", "total", "balances", "levelling", …}`; see `docs/balance.md`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        reference: a partner or project; None for all.
        by: partner, pair, project, round or year.
        tolerance: as it is typed; empty for that of the settings.
        what_if: exchanges that are only thought of, such as `A>B:3`.
        limit: balances of each sort that are listed at the most; all are counted.
        restricted: values by qualifier: year, area, country, project, type.

    Raises:
        NotFound, UsageError: nothing is called so, or an option cannot be followed.
    """
    options = {"by": by, "tolerance": tolerance or _usual(home, out), "what-if": ",".join(what_if), "limit": str(limit)}
    return print_view(home, out, balance_view, reference or "", restriction(restricted), options)


def flows(home: Home, out: Output, *, reference: str | None, by: str, count: str, limit: int, **restricted: list[str]) -> int:
    """Who sends to whom: JSON `{"query", "by", "count", "names", "cells", "sent", "hosted", "total"}`; see `docs/balance.md`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        reference: a record of which only the exchanges are counted; None for all.
        by: partner, country or region.
        count: persons, planned or months.
        limit: pairs that are listed at the most.
        restricted: see `balance`.

    Raises:
        NotFound, UsageError: nothing is called so, or an option cannot be followed.
    """
    return print_view(home, out, flows_view, reference or "", restriction(restricted), {"by": by, "count": count, "limit": str(limit)})


def _usual(home: Home, out: Output) -> str:
    """The tolerance of the settings."""
    try:
        return read_settings(home.settings).tolerance
    except SettingsError as error:
        out.say(str(error))
        return TOLERANCE
