"""A card laid out in lines of a given width, for a screen or for paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ssc_tui.insight.blocks import Block, Line, Table, Target
from ssc_tui.insight.card import Card
from ssc_tui.insight.report import Report
from ssc_tui.text import cell_width, fit, one_line, wrap

LABEL = 22
"""Columns that labels take at the most."""

NARROW = 56
"""Columns below which two columns stand under each other."""


class Span(NamedTuple):
    """A piece of a line and the part that it plays: title, heading, label, text, link, beside or rule."""

    text: str
    role: str


class PageLine(NamedTuple):
    """One line of a page: its pieces, where it leads, and what is copied of it."""

    spans: tuple[Span, ...]
    target: Target | None = None
    copied: str = ""

    @property
    def text(self) -> str:
        """The line as plain text."""
        return "".join(span.text for span in self.spans)


def lay_out(card: Card | Report, width: int) -> list[PageLine]:
    """The card or report in lines of at most `width` columns (at least 20)."""
    width = max(width, 20)
    copied = one_line(f"{card.title} ({card.ref})" if isinstance(card, Card) else card.title)
    lines = [PageLine((Span(part, "title"),), copied=copied) for part in wrap(card.title, width)]
    for block in card.blocks:
        lines += [PageLine(()), *_heading(block, width)] if block.heading else [PageLine(())]
        lines += _table(block.table, width) if block.table else ()
        lines += _two_columns(block, width) if block.second is not None else _one_column(block.lines, width, drawn=block.drawn)
    return lines


def _heading(block: Block, width: int) -> Iterator[PageLine]:
    if block.second is not None and width >= NARROW:
        half = _half(width)
        spans = (Span(fit(block.heading, half), "heading"), Span("  ", "text"), Span(block.second_heading, "heading"))
        yield PageLine(spans, copied=block.heading)
    else:
        for part in wrap(block.heading, width):
            yield PageLine((Span(part, "heading-link" if block.target else "heading"),), block.target, block.heading)


def _table(table: Table, width: int) -> Iterator[PageLine]:
    """The columns side by side; those for which there is no room follow below, under the labels again."""
    sizes = [
        max(cell_width(text) for text in column) + 2 for column in zip(table.head[1:], *(row.cells for row in table.rows), strict=True)
    ]
    labels = max(cell_width(text) for text in (table.head[0], *(row.label for row in table.rows)))
    indent = min(labels, max(width - sum(sizes), min(LABEL, width // 2)))
    sizes = [min(size, width - indent) for size in sizes]
    first = 0
    while first < len(sizes) or not first:
        end, taken = first, indent
        while end < len(sizes) and (end == first or taken + sizes[end] <= width):
            taken += sizes[end]
            end += 1
        if first:
            yield PageLine(())
        yield from _row(table.head[0], table.head[1:][first:end], sizes[first:end], indent, "label")
        for row in table.rows:
            role = "link" if row.target else "text"
            for line in _row(row.label, row.cells[first:end], sizes[first:end], indent, role):
                yield line._replace(target=row.target, copied=one_line(f"{row.label}: {' '.join(row.cells)}"))
        first = max(end, 1)


def _row(label: str, cells: Sequence[str], sizes: Sequence[int], indent: int, role: str) -> Iterator[PageLine]:
    """A row: its label, in as many lines as it needs, and its cells at the right ends of their columns, on the last of these."""
    *before, last = wrap(label, indent)
    for part in before:
        yield PageLine((Span(part, role),))
    columns = [wrap(cell, size) if cell_width(cell) > size else [cell] for cell, size in zip(cells, sizes, strict=True)]
    for parts in zip_longest(*columns, fillvalue="") if columns else [()]:
        numbers = "".join(" " * (size - cell_width(part)) + part for part, size in zip(parts, sizes, strict=True))
        yield PageLine((Span(last, role), Span(" " * (indent - cell_width(last)) + numbers, "label" if role == "label" else "text")))
        last = ""


def _half(width: int) -> int:
    return (width - 2) // 2


def _two_columns(block: Block, width: int) -> Iterator[PageLine]:
    """Both columns side by side, line by line; below `NARROW`, one under the other."""
    second = block.second or ()
    if width < NARROW:
        yield from _one_column(block.lines, width)
        yield PageLine(())
        yield PageLine((Span(block.second_heading, "heading"),), copied=block.second_heading)
        yield from _one_column(second, width)
        return
    half = _half(width)
    for left, right in _beside(block, second, half):
        spans = [*left.spans, Span(" " * (half + 2 - cell_width(left.text)), "text"), *right.spans]
        yield PageLine(tuple(spans), left.target or right.target, " | ".join(part for part in (left.copied, right.copied) if part))


def _beside(block: Block, second: tuple[Line, ...], width: int) -> Iterator[tuple[PageLine, PageLine]]:
    """The lines of two columns of so many columns of the screen; where they are level, each item begins where its neighbour does."""
    nothing = PageLine(())
    if block.level:
        indent = _indent((*block.lines, *second), width)
        for item, other in zip_longest(block.lines, second):
            pair = [list(_one_column((each,), width, indent)) if each else [] for each in (item, other)]
            yield from zip_longest(*pair, fillvalue=nothing)
        return
    yield from zip_longest(*(_one_column(items, width) for items in (block.lines, second)), fillvalue=nothing)


def _indent(lines: tuple[Line, ...], width: int) -> int:
    """Columns before what the lines say: room for their labels."""
    labels = [cell_width(line.label) for line in lines if line.label]
    return min(max(labels) + 2, LABEL, width // 2) if labels else 2


def _one_column(lines: tuple[Line, ...], width: int, indent: int = 0, *, drawn: bool = False) -> Iterator[PageLine]:
    if drawn:
        # Wider than the page only where somebody draws so.
        yield from (PageLine((Span(fit(line.value, width).rstrip(), "text"),), line.target, line.value.strip()) for line in lines)
        return
    indent = indent or _indent(lines, width)
    for line in lines:
        role = "link" if line.target else "text"
        copied = f"{line.value} {one_line(line.target.value)}" if line.target and line.target.what == "record" else line.value
        label = line.label
        if cell_width(label) >= indent:
            # Too long to stand beside what it says.
            yield from (PageLine((Span(part, "label"),), line.target, copied) for part in wrap(label, width))
            label = ""
        for part in wrap(line.value, width - indent):
            yield PageLine((Span(fit(label, indent), "label"), Span(part, role)), line.target, copied)
            label = ""
        for part in wrap(line.beside, width - indent - 2) if line.beside else ():
            yield PageLine((Span(" " * (indent + 2), "label"), Span(part, "beside")), line.target, copied)
