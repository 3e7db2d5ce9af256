"""The charts as numbers: one, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.codes import GOALS
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.balance_head import in_full
from ssc_tui.insight.blocks import Block, Line, Table, TableRow
from ssc_tui.insight.charts import BESIDE_GOALS, MOST, TITLES, Chart, balance, beside_goals, by_year, counted, year_of
from ssc_tui.insight.report import Asked, Report, restricted
from ssc_tui.insight.sums import Sum, together
from ssc_tui.store import reader
from ssc_tui.store.counts import fitting
from ssc_tui.store.flows import named
from ssc_tui.store.sums import by_year as sums_by_year
from ssc_tui.store.sums import furthest
from ssc_tui.text import one_line


def chart_of(copy: Connection, name: str, query: str) -> Chart:
    """One of the charts, for the records that a query finds.

    Raises:
        UsageError: there is no such chart.
    """
    return next(_charts(copy, [name], query))


def _charts(copy: Connection, names: Iterable[str], query: str) -> Iterator[Chart]:
    """The charts of these names; the two by year are of one reading."""
    of_years: tuple[Chart, Chart] | None = None
    for name in names:
        match name:
            case "years" | "persons":
                of_years = of_years or by_year(_years(copy, query), query)
                yield of_years[name == "persons"]
            case "balance":
                known, unknown, first = furthest(copy, query, MOST)
                full = in_full(copy, query, (), set(first))
                yield balance([full[partner] for partner in first], known, unknown, _titles(copy, first))
            case "areas":
                yield counted(name, _areas(copy, query), query)
            case "goals":
                goals = [str(goal) for goal in GOALS]
                numbers = fitting(copy, query, "projects", "sdg", goals)
                yield counted(name, [(goal, f"sdg:{goal}", number) for goal, number in zip(goals, numbers, strict=True)], query)
            case _:
                raise UsageError(_("There is no chart {name}; there are {names}.").format(name=name, names=", ".join(TITLES)))


def _years(copy: Connection, query: str) -> dict[int | None, Sum]:
    """What the exchanges of each year come to; what begins like no year is of none."""
    years: dict[int | None, list[Sum]] = {}
    for start, *numbers in sums_by_year(copy, query):
        years.setdefault(year_of(start), []).append(Sum(*numbers))
    return {year: together(sums) for year, sums in years.items()}


def _titles(copy: Connection, partners: Sequence[str]) -> dict[str | None, str]:
    return {partner: one_line(about.title) for partner, about in named(copy, "partners", partners).items()}


def _areas(copy: Connection, query: str) -> list[tuple[str, str, int]]:
    """Areas that projects are filed under, most first; those below an area count for it too, as in the list that `area:` gives."""
    used = list(reader.tally(copy, "projects", "area"))
    names = {area: one_line(about.title) for area, about in named(copy, "areas", used).items()}
    numbers = zip(used, fitting(copy, query, "projects", "area", used), strict=True)
    counts = [(names.get(area, area), f"area:{area}", number) for area, number in numbers if number]
    return sorted(counts, key=lambda each: (-each[2], each[0]))


def charts_view(copy: Connection, asked: Asked) -> Report:
    """The chart that the option `chart` names, or all.

    The data: `query`, `charts` (`name`, `title`, `series`, `bars` with `label` and `values`, null where not stated, `notes`).

    Raises:
        UsageError: there is no such chart.
    """
    name = asked.options.get("chart", "")
    charts = [_told(copy, chart, asked.query) for chart in _charts(copy, [name] if name else TITLES, asked.query)]
    data = {"query": asked.query, "charts": [_data(chart) for chart in charts]}
    found = any(chart.bars for chart in charts)
    return Report(f"charts {name}", restricted(_("Charts in numbers"), asked.query), tuple(map(_block, charts)), data, found)


def _told(copy: Connection, chart: Chart, query: str) -> Chart:
    """The chart with what only its table has room for."""
    if chart.name != "goals":
        return chart
    values = [f"sdg-{goal}" for goal in GOALS]
    return beside_goals(chart, [fitting(copy, query, kind, field, values) for kind, field in BESIDE_GOALS])


def _data(chart: Chart) -> dict[str, Any]:
    return {
        "name": chart.name,
        "title": chart.title,
        "series": list(chart.series),
        "bars": [{"label": bar.label, "values": list(bar.values)} for bar in chart.bars],
        "notes": list(chart.notes),
    }


def _block(chart: Chart) -> Block:
    rows = tuple(
        TableRow(
            bar.label,
            tuple(said(value, signed=chart.name == "balance" and not place) for place, value in enumerate(bar.values)),
            bar.target,
        )
        for bar in chart.bars
    )
    lines = tuple(Line("", note) for note in chart.notes) or (() if rows else (Line("", _("Nothing to count.")),))
    return Block(chart.title, lines, table=Table(("", *chart.series), rows) if rows else None)


def said(value: int | None, *, signed: bool) -> str:
    """A number in words: `?` where it is not stated, a difference with its sign."""
    if value is None:
        return "?"
    return f"{value:+,}" if signed and value else f"{value:,}"
