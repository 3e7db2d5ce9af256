"""Text that is shown as it is, whatever it holds."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from ssc_tui.text import clean


class Plain(Static):
    """A `Static` that never parses markup, and shows nothing that could drive the terminal."""

    def __init__(self, text: str | Content = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(_safe(text), markup=False, id=id, classes=classes)

    def say(self, text: str | Content, *, as_large: bool = False) -> None:
        """Show another text; one that is as large as the one before leaves everything else where it is."""
        self.update(_safe(text), layout=not as_large)


def _safe(text: str | Content) -> str | Content:
    return clean(text) if isinstance(text, str) else text
