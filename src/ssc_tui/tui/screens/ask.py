"""Asks for a decision, or for a few words, in a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from ssc_tui.i18n import _
from ssc_tui.text import one_line
from ssc_tui.tui.widgets.plain import Plain


class DecisionScreen(ModalScreen[bool]):
    """A sentence, and whether to go on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", show=False),
        Binding("n,escape,q", "dismiss(False)", show=False),
    ]

    def __init__(self, title: str, text: str, yes: str) -> None:
        super().__init__()
        self._heading = title
        self._text = text
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The sentence, and what the keys do."""
        with VerticalScroll(classes="window") as window:
            window.border_title = Content(one_line(self._heading))
            yield Plain(self._text)
            yield Plain(_("y: {yes}    n or Esc: leave everything as it is").format(yes=self._yes), classes="foot")


class Wanted(NamedTuple):
    """Words that are asked for: their name, what is said before them, what stands there already, and whether they stay hidden."""

    name: str
    title: str
    value: str = ""
    secret: bool = False


class WordsScreen(ModalScreen[dict[str, str] | None]):
    """A few lines to fill in; gives them back by their names, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False, priority=True)]

    def __init__(self, title: str, wanted: Sequence[Wanted], hint: str = "") -> None:
        super().__init__()
        self._heading = title
        self._wanted = wanted
        self._hint = hint

    def compose(self) -> ComposeResult:
        """A line for each of the words."""
        with VerticalScroll(classes="window", can_focus=False) as window:
            window.border_title = Content(one_line(self._heading))
            for each in self._wanted:
                yield Plain(each.title)
                yield Input(each.value, id=f"wanted-{each.name}", password=each.secret, compact=True, classes="wanted")
            yield Plain(f"{self._hint}\n{_('Enter goes on, Esc leaves')}".strip(), classes="foot")

    def on_mount(self) -> None:
        """Write into the first line that is empty."""
        inputs = list(self.query(Input))
        self.set_focus(next((each for each in inputs if not each.value), inputs[0]))

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        inputs = list(self.query(Input))
        place = inputs.index(event.input)
        if place + 1 < len(inputs):
            self.set_focus(inputs[place + 1])
        else:
            self.dismiss({each.name: self.query_one(f"#wanted-{each.name}", Input).value for each in self._wanted})
