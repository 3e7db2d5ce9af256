"""The views as commands: each prints its report in words, or its numbers in JSON. A view that finds nothing ends with exit code 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ssc_tui.catalogue.query import Qualifier
from ssc_tui.cli.local import opened
from ssc_tui.cli.paper import on_paper
from ssc_tui.cli.plain import Output
from ssc_tui.insight.report import Asked, View
from ssc_tui.paths import Home


def print_view(
    home: Home, out: Output, view: View, subject: str = "", query: str = "", options: Mapping[str, str] = MappingProxyType({})
) -> int:
    """Print what a view says.

    Raises:
        NotFound, UsageError: what was asked for is not there, or cannot be followed.
    """
    with opened(home, out) as copy:
        report = view(copy.connection, Asked(subject, query, options))
        # Some are read only now that they are asked for.
        numbers = report.numbers if out.as_json else None
    if out.as_json:
        out.json(numbers)
    else:
        out.lines(on_paper(report, out.width))
    return 0 if report.found else 1


def restriction(given: Mapping[str, Sequence[str]]) -> str:
    """What restricts a view, in the query language, from the values of each qualifier; those without a value restrict nothing."""
    return " ".join(str(Qualifier(field, tuple(values))) for field, values in given.items() if values)


def subject_and_query(words: Sequence[str]) -> tuple[str, str]:
    """What a view is about, and what restricts it, which has a colon in it."""
    named = [word for word in words if ":" not in word]
    query = [word.strip() for word in words if ":" in word]
    # The name of a country may be several words; no reference is.
    return " ".join(named), " ".join(query)
