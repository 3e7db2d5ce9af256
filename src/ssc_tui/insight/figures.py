"""Figures that sources state about a record, in words and as data: beside what is computed, never mixed with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Line
from ssc_tui.insight.saying import number, objects, shown
from ssc_tui.insight.units import of_one

Figure = Mapping[str, Any]
"""One item of the field `figures`: year, measure, value, unit and source, whatever of it is stated."""


def newest_first(figures: object) -> list[dict[str, Any]]:
    """The items of the field `figures`, the newest first, those without a year last."""
    return sorted(objects(figures), key=lambda item: str(item.get("year") or ""), reverse=True)


def year_words(figure: Figure) -> str:
    """The year of a figure."""
    return shown(figure.get("year")) or _("no year")


def figure_words(figure: Figure) -> str:
    """What a figure counts, and how many: "participants exchanged: 300 people"."""
    value, unit = figure.get("value"), shown(figure.get("unit"))
    return f"{shown(figure.get('measure'))}: {number(value)} {of_one(unit) if value == 1 else unit}".strip()


def source_words(figure: Figure) -> str:
    """Who states a figure."""
    source = shown(figure.get("source"))
    return _("stated by {source}").format(source=source) if source else _("no source stated")


def figure_lines(document: Mapping[str, Any]) -> Iterator[Line]:
    """The figures of a document, a line each, newest first."""
    return (Line(year_words(item), figure_words(item), source_words(item)) for item in figure_data(document))


def figure_data(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures as the document holds them, newest first."""
    return newest_first(document.get("figures"))
