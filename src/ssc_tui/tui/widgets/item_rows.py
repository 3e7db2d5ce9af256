"""A list of a form, such as what a partner brings: one line an item, each opened in a form of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.field_text import Names, shown
from ssc_tui.catalogue.fields import Field, as_items, from_items, item_fields, value_of
from ssc_tui.catalogue.ids import new_id
from ssc_tui.i18n import _
from ssc_tui.text import fit, one_line
from ssc_tui.tui.widgets.below import Below
from ssc_tui.tui.widgets.plain import Plain


class ItemLines(Plain, can_focus=True):
    """The items and a last line that adds one; the arrows move over them."""

    BINDINGS = [Binding("enter", "open", show=False), Binding("delete,backspace", "take_out", show=False)]

    class Opened(Message):
        """An item is to be changed: its number; the number behind the last one for a new one."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class TakenOut(Opened):
        """An item is to go."""

    def __init__(self) -> None:
        super().__init__(classes="items")
        self._lines: list[str] = []
        self._at = 0
        self._lit = False

    def show(self, lines: Iterable[str]) -> None:
        """Show other items."""
        self._lines = [*lines, _("+ add one")]
        self._at = min(self._at, len(self._lines) - 1)
        self._paint()

    def move(self, step: int) -> bool:
        """Move over the lines; False at their ends."""
        if not 0 <= self._at + step < len(self._lines):
            return False
        self._at += step
        self._paint()
        return True

    def on_focus(self) -> None:
        """Show where one is."""
        self._lit = True
        self._paint()

    def on_blur(self) -> None:
        """No line is highlighted where no key acts."""
        self._lit = False
        self._paint()

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self._paint()

    def on_click(self, event: events.Click) -> None:
        """Open the line that is clicked."""
        if 0 <= event.y < len(self._lines):
            self._at = event.y
            self.action_open()

    def action_open(self) -> None:
        """Open the highlighted item, or add one."""
        self.post_message(self.Opened(self._at))

    def action_take_out(self) -> None:
        """Take the highlighted item out."""
        if self._at < len(self._lines) - 1:
            self.post_message(self.TakenOut(self._at))

    def _paint(self) -> None:
        width = max(10, self.size.width)
        painted = []
        for number, line in enumerate(self._lines):
            lit = self._lit and number == self._at
            text = fit(f"{'❯' if lit else ' '} {one_line(line)}", width)
            painted.append(Content.styled(text, "bold reverse") if lit else Content(text))
        self.say(Content("\n").join(painted))


class ItemRow(Widget):
    """A list and its items."""

    def __init__(self, field: Field, label: str, preset: Any, names: Names) -> None:
        super().__init__(classes="field-row")
        self.field = field
        self.label = label
        self._preset = preset
        self._names = names
        self._items = as_items(field, preset)

    def compose(self) -> ComposeResult:
        """Label, items, and what is wrong."""
        yield Plain(self.label, classes="label")
        yield ItemLines()
        yield Below()

    def on_mount(self) -> None:
        """Show the items."""
        self._show()

    def on_descendant_focus(self) -> None:
        """Say by its label that keys go here."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """Say so no longer."""
        self.remove_class("-here")

    @property
    def editor(self) -> ItemLines:
        """What has the focus."""
        return self.query_one(ItemLines)

    @property
    def below(self) -> Below:
        """What stands below."""
        return self.query_one(Below)

    @property
    def value(self) -> Any:
        """What the document is to hold; what was not touched stays as it is."""
        return self._preset if same(self._items, as_items(self.field, self._preset)) else from_items(self.field, self._items)

    def check(self) -> str:
        """Nothing: each item was checked in its own form."""
        self.below.tell("")
        return ""

    def tell(self, wrong: str) -> None:
        """Say what is wrong with the list."""
        self.below.tell(wrong)

    def move(self, step: int) -> bool:
        """Move over the items; False where the arrow leads to another field."""
        return self.editor.move(step)

    def item(self, number: int) -> dict[str, Any]:
        """An item; a new one, with an id where it needs one, behind the last."""
        if number < len(self._items):
            return self._items[number]
        return {"id": new_id()} if self.field.keyed else {}

    def put(self, number: int, item: dict[str, Any] | None) -> None:
        """Have another item in the place of one, or none."""
        self._items[number : number + 1] = [] if item is None else [item]
        self._show()

    def _show(self) -> None:
        self.editor.show(self._words(item) for item in self._items)

    def _words(self, item: dict[str, Any]) -> str:
        """An item in a line."""
        said = (shown(field, value_of(field, item), self._names) for field in item_fields(self.field, item))
        return " · ".join(part for part in said if part) or _("(nothing stated)")
