"""The board drawn: stages side by side, as many as fit, with whole titles and one of them chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.lab import Column
from ssc_tui.insight.page import Span
from ssc_tui.insight.saying import shown
from ssc_tui.text import cell_width, fit, wrap

NARROWEST = 19
"""Columns of the terminal that a stage takes at the least."""

CHOSEN, OTHER, HANGING = "❯ ", "  ", "   "


class Place(NamedTuple):
    """Where on the board somebody is: the number of the column, and of the solution in it."""

    column: int = 0
    row: int = 0


def moved(columns: Sequence[Column], at: Place, way: str) -> Place:
    """The place one step `left`, `right`, `up` or `down`, or the `first` or `last` of the stage; where there is none, the same."""
    across = {"left": -1, "right": 1}.get(way, 0)
    column = min(max(at.column + across, 0), max(len(columns) - 1, 0))
    last = max(len(columns[column].rows) - 1, 0) if columns else 0
    row = {"up": at.row - 1, "down": at.row + 1, "first": 0, "last": last}.get(way, at.row)
    return Place(column, min(max(row, 0), last))


def draw(columns: Sequence[Column], at: Place, width: int, height: int) -> list[tuple[Span, ...]]:
    """The rows of the board, each of `width` columns in pieces whose roles are heading, text, chosen or beside."""
    if not columns or height < 1:
        return []
    number = max(1, min(len(columns), width // NARROWEST))
    first = min(max(at.column - number // 2, 0), len(columns) - number)
    sizes = [width // number + (place < width % number) for place in range(number)]
    drawn = []
    for place, size in enumerate(sizes, first):
        more = _("‹ ") if place == first and first else ""
        after = _(" ›") if place == first + number - 1 and place < len(columns) - 1 else ""
        drawn.append(_column(columns[place], at.row if place == at.column else None, size, height, more, after))
    return [tuple(part for column in drawn for part in column[y]) for y in range(height)]


def _column(column: Column, chosen: int | None, size: int, height: int, before: str, after: str) -> list[tuple[Span, ...]]:
    """One stage: its name with the number of solutions, then as many whole titles as fit around the chosen one."""
    heading = f"{before}{CHOSEN if chosen is not None else OTHER}{column.title} {column.total:,}{after}"
    lines: list[tuple[Span, ...]] = [(Span(fit(heading, size), "heading"),)]
    titles = [wrap(shown(row.title), max(size - len(HANGING) - 1, 1)) for row in column.rows]
    first = _first(titles, chosen or 0, height - 2)
    left = column.total
    if first:
        lines.append((Span(fit(OTHER + ngettext("{n} above", "{n} above", first), size), "beside"),))
    for number in range(first, len(titles)):
        room = height - len(lines) - (number + 1 < column.total)
        if len(titles[number]) > room and number != chosen:
            break
        lit = number == chosen
        for part, text in enumerate(titles[number][: max(room, 0)]):
            sign = HANGING if part else CHOSEN if lit else OTHER
            lines.append((Span(sign + text, "chosen" if lit else "text"), Span(" " * (size - cell_width(sign + text)), "text")))
        left = column.total - number - 1
    left -= first if left == column.total else 0
    if left and len(lines) < height:
        lines.append((Span(fit(OTHER + ngettext("{n} more", "{n} more", left), size), "beside"),))
    if not column.total and len(lines) < height:
        lines.append((Span(fit(OTHER + _("none"), size), "beside"),))
    return [*lines, *[(Span(" " * size, "text"),)] * (height - len(lines))][:height]


def _first(titles: Sequence[Sequence[str]], chosen: int, height: int) -> int:
    """The first title to show, so that the chosen one is seen whole, under a line that says how many stand above."""
    first, taken = chosen, len(titles[chosen]) + 1 if titles else 0
    while first and taken + len(titles[first - 1]) <= height - (first > 1):
        first -= 1
        taken += len(titles[first])
    return first
