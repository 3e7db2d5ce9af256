"""The least that a Textual app with a list can be: what the start of the real one is measured against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Input, OptionList

OPTIONS = 200
FIRST = "A made-up partner 1"


class BareApp(App[None]):
    """An input, a list and a footer."""

    def compose(self) -> ComposeResult:
        """The three widgets."""
        yield Input()
        yield OptionList(*(f"A made-up partner {number}" for number in range(1, OPTIONS + 1)))
        yield Footer()


if __name__ == "__main__":
    BareApp().run()
