"""The card of a record: its page, with a line that is highlighted and can be followed or copied."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ssc_tui.insight.blocks import Target
from ssc_tui.insight.card import Card
from ssc_tui.insight.page import PageLine, lay_out
from ssc_tui.insight.report import Report
from ssc_tui.tui.widgets.sentence import sentence_line

ROLES = ("title", "heading", "heading-link", "label", "text", "link", "beside")

GAP = "  ⋯"
"""Stands where lines were left out."""


class CardView(ScrollView, can_focus=True, inherit_bindings=False):
    """One card, laid out for the width there is."""

    COMPONENT_CLASSES = {"card-view--highlight", *(f"card-view--{role}" for role in ROLES)}

    class Followed(Message):
        """A line that leads somewhere was clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.card: Card | Report | None = None
        self.highlighted = 0
        self._lines: list[PageLine] = []
        self._empty = ""
        self._unseen = True
        self._kept: PageLine | None = None
        self._as_opened = False

    def show(self, card: Card | Report | None, empty: str = "") -> None:
        """Show another card from its beginning; without one, say why there is none, or nothing."""
        if card is None or self.card is None or card.ref != self.card.ref:
            self._unseen = True
            self.scroll_to(0, 0, animate=False, immediate=True)
        self.card, self._empty = card, empty
        self._lay_out()

    def _lay_out(self) -> None:
        """Lay the page out for the width there is; one that is hidden has none, and is laid out when it is seen."""
        width = self.scrollable_content_region.width - 2
        self._kept = self.line or self._kept
        self._lines = lay_out(self.card, width) if self.card and width > 0 else []
        self.virtual_size = Size(0, len(self._lines))
        if self._lines and self._unseen:
            self._unseen, self._as_opened = False, True
            # On a card what is asked for most, so that it can be opened at once; a view is read from its beginning.
            lists = (number for number, line in enumerate(self._lines) if line.target and line.target.what == "list")
            self.highlighted = next(lists, 0) if isinstance(self.card, Card) else 0
        elif self._lines and self._kept:
            # The same thing may stand in another line of the page than it did.
            what = (self._kept.target, self._kept.copied)
            same = [number for number, line in enumerate(self._lines) if line.spans and (line.target, line.copied) == what]
            self.highlighted = min(same, key=lambda number: abs(number - self.highlighted), default=self.highlighted)
        if self.has_focus:
            self._bring_into_view()
        self.refresh()

    def _bring_into_view(self) -> None:
        """Show the highlighted line; a card that was opened just now shows its title and first facts before that."""
        if not self._as_opened:
            self.highlight(self.highlighted)

    def _line_at(self, y: int) -> int | None:
        """The number of the line that stands in a row of the screen; None where none does.

        Of a card as it was opened, the last row is the line that Enter follows, even where the card goes on for longer than there are rows.
        """
        height = self.scrollable_content_region.height
        below = self._as_opened and self.has_focus and not self.scroll_y and self.highlighted >= height > 2
        if below and y >= height - 2:
            return self.highlighted if y == height - 1 else None
        index = round(self.scroll_y) + y
        return index if index < len(self._lines) else None

    def shows(self, ref: str) -> bool:
        """Whether the card is that of a record, and laid out."""
        return self.card is not None and self.card.ref == ref and bool(self._lines)

    @property
    def line(self) -> PageLine | None:
        """The highlighted line."""
        return self._lines[self.highlighted] if self.highlighted < len(self._lines) else None

    @property
    def addresses(self) -> list[Target]:
        """The addresses outside that the card names, in its order, whether it is seen or not."""
        lines = [line for block in self.card.blocks for line in block.lines] if self.card else []
        return [line.target for line in lines if line.target and line.target.what == "web"]

    def highlight(self, index: int) -> None:
        """Highlight a line and bring it into view; beyond either end, the last or first one."""
        self._as_opened = False
        self.highlighted = max(0, min(index, len(self._lines) - 1))
        self.scroll_to_region(Region(0, self.highlighted, 1, 1), animate=False, immediate=True, force=True, x_axis=False)
        self.refresh()

    def move(self, way: str) -> None:
        """Move the highlight: up or down to the next line that says something, or by page_up, page_down, first, last."""
        page = max(1, self.size.height - 1)
        if way in ("up", "down"):
            step = 1 if way == "down" else -1
            index = self.highlighted + step
            while 0 < index < len(self._lines) - 1 and not self._lines[index].spans:
                index += step
            self.highlight(index)
            return
        whole = len(self._lines)
        self.highlight(self.highlighted + {"page_up": -page, "page_down": page, "first": -whole, "last": whole}[way])

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        base = self.get_component_rich_style("card-view--text")
        if not self._lines:
            return Strip([Segment(sentence_line(self._empty, width, y), base)]).adjust_cell_length(width, base)
        index = self._line_at(y)
        if index is None:
            # The last lines of a card are followed by nothing, those of its beginning by more than fits.
            return Strip([Segment(GAP if round(self.scroll_y) + y < len(self._lines) else "", base)]).adjust_cell_length(width, base)
        line = self._lines[index]
        lit = index == self.highlighted and self.has_focus
        over = self.get_component_rich_style("card-view--highlight") if lit else base
        segments = [Segment("❯ " if lit else "  ", over)]
        for text, role in line.spans:
            segments.append(Segment(text, over if lit else self.get_component_rich_style(f"card-view--{role}")))
        return Strip(segments).adjust_cell_length(width, over)

    def on_resize(self) -> None:
        """Lay the page out anew for the new width."""
        self._lay_out()

    def on_focus(self) -> None:
        """Keys go here now: bring the highlight into view."""
        self._bring_into_view()
        self.refresh()

    def on_blur(self) -> None:
        """See `on_focus`."""
        self.refresh()

    async def on_click(self, event: events.Click) -> None:
        """A click highlights a line, and follows it where it leads somewhere."""
        index = self._line_at(event.y)
        if index is not None:
            self.highlight(index)
            if self._lines[index].target:
                self.post_message(self.Followed())
