"""Single lines of words at the edges of the screen, some of which can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from ssc_tui.text import cell_width, fit


class Piece(NamedTuple):
    """Words in a bar: the part they play (`key`, `on`, `off` or `text`), and the action that a click on them runs."""

    text: str
    role: str = "text"
    action: str = ""


class Bar(Widget):
    """One line of pieces; those at the right end are kept when there is no room for all."""

    COMPONENT_CLASSES = {"bar--key", "bar--on", "bar--off", "bar--text"}
    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: Sequence[Piece] = ()
        self._right = ""

    def say(self, left: Sequence[Piece], right: str = "") -> None:
        """Show other pieces, and words at the right end."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What the bar says, as plain text."""
        return " ".join(part for part in ("".join(piece.text for piece in self._left), self._right) if part)

    def render_line(self, y: int) -> Strip:
        """The line, cut to the width."""
        width = self.size.width
        base = self.get_component_rich_style("bar--text")
        segments = [Segment(piece.text, self.get_component_rich_style(f"bar--{piece.role}")) for piece in self._left]
        if self._right:
            taken = sum(cell_width(piece.text) for piece in self._left)
            room = width - taken
            if room > 12:
                right = fit(self._right, min(cell_width(self._right), room - 2))
                segments += [Segment(" " * (room - cell_width(right) - 1), base), Segment(f"{right} ", base)]
        return Strip(segments).adjust_cell_length(width, base)

    async def on_click(self, event: events.Click) -> None:
        """Run the action of the piece that was clicked."""
        end = 0
        for piece in self._left:
            end += cell_width(piece.text)
            if event.x < end:
                if piece.action:
                    await self.screen.run_action(piece.action)
                return
