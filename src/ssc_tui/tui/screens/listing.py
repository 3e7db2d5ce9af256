"""A window with one list in it: the keys that move in it, and where it stands when it is filled anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ssc_tui.tui.ours import Ours


class ListingScreen(Ours, ModalScreen[ScreenResultType]):
    """A window with an `OptionList`, and with a head that is as wide as its lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move('cursor_down')", show=False),
        Binding("k", "move('cursor_up')", show=False),
        Binding("g", "move('first')", show=False),
        Binding("G", "move('last')", show=False),
    ]

    @property
    def listed(self) -> OptionList:
        """The list."""
        return self.query_one(OptionList)

    def fill(self, lines: Iterable[Content]) -> None:
        """Show these in place of what stood there, with the highlight where it was."""
        listed = self.listed
        place = listed.highlighted or 0
        listed.clear_options()
        listed.add_options(map(Option, lines))
        if listed.option_count:
            listed.highlighted = min(place, listed.option_count - 1)

    def action_move(self, way: str) -> None:
        """Move the highlight."""
        getattr(self.listed, f"action_{way}")()
