"""List and card side by side, or one in place of the other where only one fits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from ssc_tui.tui.widgets.card_view import CardView
from ssc_tui.tui.widgets.record_list import RecordList

BOTH = 100
"""Columns from which both are seen."""


class Panes(Horizontal):
    """The list of records and the card of the highlighted one."""

    def compose(self) -> ComposeResult:
        """List and card."""
        yield RecordList()
        yield CardView()

    @property
    def records(self) -> RecordList:
        """The list."""
        return self.query_one(RecordList)

    @property
    def card_view(self) -> CardView:
        """The card."""
        return self.query_one(CardView)

    @property
    def on_card(self) -> bool:
        """Whether the keys go to the card."""
        return self.screen.focused is self.card_view

    def to_list(self) -> None:
        """Give the keys to the list."""
        self._see(self.records)
        self.screen.set_focus(self.records)

    def to_card(self) -> None:
        """Give the keys to the card."""
        self._see(self.card_view)
        self.screen.set_focus(self.card_view)

    def fit(self) -> None:
        """Show both where there is room, else the one that has the keys."""
        self._see(self.card_view if self.on_card else self.records)

    def _see(self, pane: RecordList | CardView) -> None:
        # Set here and not by a style, which would hold too late for a key that follows at once.
        both = self.app.size.width >= BOTH
        self.records.display = both or pane is self.records
        self.card_view.display = both or pane is self.card_view
