"""The exchanges: `balance` says who sends and hosts in approximately equal numbers, `flows` who sends to whom."""

from __future__ import annotations

from collections.abc import Mapping

from ssc_tui.cli.plain import Output
from ssc_tui.cli.settings import settings_of
from ssc_tui.cli.views import print_view, restriction, subject_and_query
from ssc_tui.insight.balance_view import balance_view
from ssc_tui.insight.flows_view import flows_view
from ssc_tui.paths import Home


def balance(
    home: Home,
    out: Output,
    *,
    words: list[str],
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
        words: a partner or project, or none for all; and what restricts it, in the query language.
        by: partner, pair, project, round or year.
        tolerance: as it is typed; empty for that of the settings.
        what_if: exchanges that are only thought of, such as `A>B:3`.
        limit: balances of each sort that are listed at the most; all are counted.
        restricted: values by qualifier: year, area, country, project, type.

    Raises:
        NotFound, UsageError: nothing is called so, or an option cannot be followed.
    """
    options = {"by": by, "tolerance": tolerance or settings_of(home, out).tolerance, "what-if": ",".join(what_if), "limit": str(limit)}
    return print_view(home, out, balance_view, *_asked(words, restricted), options)


def flows(home: Home, out: Output, *, words: list[str], by: str, count: str, limit: int, **restricted: list[str]) -> int:
    """Who sends to whom: JSON `{"query", "by", "count", "names", "cells", "sent", "hosted", "total"}`; see `docs/balance.md`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        words: a record of which only the exchanges are counted, or none for all; and what restricts it, in the query language.
        by: partner, country or region.
        count: persons, planned or months.
        limit: pairs that are listed at the most.
        restricted: see `balance`.

    Raises:
        NotFound, UsageError: nothing is called so, or an option cannot be followed.
    """
    return print_view(home, out, flows_view, *_asked(words, restricted), {"by": by, "count": count, "limit": str(limit)})


def _asked(words: list[str], restricted: Mapping[str, list[str]]) -> tuple[str, str]:
    """What a view is about, and what restricts it: by word and by option."""
    subject, query = subject_and_query(words)
    return subject, " ".join(filter(None, (query, restriction(restricted))))
