"""The pictures as commands: each is drawn as wide as the terminal, with its numbers under it."""

from __future__ import annotations

import math

from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.views import print_view
from ssc_tui.insight.charts_view import charts_view
from ssc_tui.insight.lab_view import lab_view
from ssc_tui.insight.map_picture import draw
from ssc_tui.insight.map_view import atlas_of, map_view
from ssc_tui.insight.report import Asked
from ssc_tui.insight.world import DOTS_ACROSS, DOTS_DOWN, NORTH, SOUTH
from ssc_tui.paths import Home


def map(home: Home, out: Output, *, words: list[str]) -> int:  # noqa: A001 - goes by the name of its command
    """Draw the map; JSON as `insight.map_view.map_view` says."""
    query = " ".join(words)
    if not out.as_json:
        height = math.ceil(out.width * DOTS_ACROSS / 360 * (NORTH - SOUTH) / DOTS_DOWN)
        with opened(home, out) as copy:
            rows = draw(atlas_of(copy.connection, Asked(query=query)), out.width, height)
        out.lines([*("".join(span.text for span in row).rstrip() for row in rows), ""])
    return print_view(home, out, map_view, query=query)


def lab(home: Home, out: Output, *, words: list[str]) -> int:
    """Print the solutions by stage, or one; JSON as `insight.lab_view.lab_view` says.

    Raises:
        NotFound: there is no such solution.
    """
    if len(words) == 1 and words[0].lower().startswith("solutions/"):
        return print_view(home, out, lab_view, words[0].lower())
    return print_view(home, out, lab_view, query=" ".join(words))


def charts(home: Home, out: Output, *, words: list[str], chart: str) -> int:
    """Print the charts in numbers; JSON as `insight.charts_view.charts_view` says.

    Raises:
        UsageError: there is no such chart.
    """
    return print_view(home, out, charts_view, query=" ".join(words), options={"chart": chart})
