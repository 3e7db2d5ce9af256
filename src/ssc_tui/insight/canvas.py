"""A drawing on the cells of a terminal: dots of braille below, lines of characters over them, and marks on top.

The three are told apart by their shapes, so that colour only helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from ssc_tui.insight.page import Span

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of a dot by row and column: Unicode, "Braille Patterns", U+2800 to U+28FF."""

_STEPS = {(1, 0): "─", (0, 1): "│", (1, 1): "╲", (1, -1): "╱"}
_HEADS = {(1, 0): "→", (-1, 0): "←", (0, 1): "↓", (0, -1): "↑", (1, 1): "↘", (1, -1): "↗", (-1, 1): "↙", (-1, -1): "↖"}
_ANY_HEAD = frozenset(_HEADS.values())

NEAR = 3
"""Cells from its end at which the head of an arrow stands at the most, where marks are in its way."""


class Canvas:
    """So many columns and rows, empty at first. What is drawn beyond the edges is not seen."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._dots = [[0] * width for _row in range(height)]
        self._over: dict[tuple[int, int], tuple[str, str]] = {}
        self._marked: set[tuple[int, int]] = set()

    def copy(self) -> Canvas:
        """Another one with the same dots, and nothing over them yet."""
        other = Canvas(self.width, self.height)
        other._dots = [row[:] for row in self._dots]
        return other

    def stroke(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A line of dots from one point to another, in dots from the left and from above."""
        (x0, y0), (x1, y1) = start, end
        across, down = 2 * self.width, 4 * self.height
        if max(x0, x1) < 0 or min(x0, x1) >= across or max(y0, y1) < 0 or min(y0, y1) >= down:
            return
        steps = int(max(abs(x1 - x0), abs(y1 - y0))) + 1
        for step in range(steps + 1):
            x, y = int(x0 + (x1 - x0) * step / steps), int(y0 + (y1 - y0) * step / steps)
            if 0 <= x < across and 0 <= y < down:
                self._dots[y // 4][x // 2] |= _BITS[y % 4][x % 2]

    def arrow(self, start: tuple[int, int], end: tuple[int, int], role: str = "flow") -> None:
        """A line of characters between two cells, without the cells themselves, that points at the second. It goes behind marks."""
        path = list(_cells(start, end))
        for before, cell in pairwise(path[:-1]):
            step = (cell[0] - before[0], cell[1] - before[1])
            self._write(cell, _STEPS.get(step) or _STEPS[-step[0], -step[1]], role)
        for number in range(len(path) - 2, max(0, len(path) - 2 - NEAR), -1):
            last, after = path[number], path[number + 1]
            if last not in self._marked:
                self._write(last, _HEADS[after[0] - last[0], after[1] - last[1]], role)
                return

    def mark(self, cell: tuple[int, int], text: str, role: str = "place") -> None:
        """Characters of one column each, from a cell on to the right."""
        for offset, char in enumerate(text):
            place = (cell[0] + offset, cell[1])
            self._write(place, char, role, over=True)
            self._marked.add(place)

    def _write(self, cell: tuple[int, int], char: str, role: str, *, over: bool = False) -> None:
        inside = 0 <= cell[0] < self.width and 0 <= cell[1] < self.height
        if inside and (over or cell not in self._marked):
            # The head of an arrow stays where another line crosses it.
            kept = self._over.get(cell)
            if over or kept is None or kept[0] not in _ANY_HEAD or char in _ANY_HEAD:
                self._over[cell] = (char, role)

    def rows(self) -> Iterator[tuple[Span, ...]]:
        """The rows from above, each of `width` columns in pieces of one role: coast, or what was drawn over it."""
        for row in range(self.height):
            cells = [
                self._over.get((column, row)) or (chr(0x2800 + dots) if dots else " ", "coast")
                for column, dots in enumerate(self._dots[row])
            ]
            yield tuple(Span("".join(char for char, _role in run), role) for role, run in groupby(cells, key=lambda cell: cell[1]))


def _cells(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The cells from one to another, each touching the one before."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    for step in range(steps + 1):
        part = step / steps if steps else 0
        yield round(start[0] + (end[0] - start[0]) * part), round(start[1] + (end[1] - start[1]) * part)
