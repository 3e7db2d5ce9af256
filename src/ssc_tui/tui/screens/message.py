"""Something to read before going on: what happened to the copy, or what went wrong."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from ssc_tui.i18n import _
from ssc_tui.text import clean, one_line
from ssc_tui.tui.widgets.plain import Plain


class MessageScreen(ModalScreen[None]):
    """A text in a window, word for word, which can be copied."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", show=False),
        Binding("y", "copy", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._heading = title
        self._text = clean(text)

    def compose(self) -> ComposeResult:
        """The text, and which keys leave it."""
        with VerticalScroll(classes="window") as window:
            window.border_title = Content(one_line(self._heading))
            yield Plain(self._text)
            yield Plain(_("Esc closes, y copies"), classes="foot")

    def action_copy(self) -> None:
        """Copy the text."""
        self.app.copy_to_clipboard(self._text)
        self.app.notify(_("Copied."), markup=False)
