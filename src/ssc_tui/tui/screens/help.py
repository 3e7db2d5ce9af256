"""What the keys do: those for what has the focus first, then all others, and how to search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from ssc_tui.catalogue.query import FIELDS, STATES
from ssc_tui.i18n import N_, _
from ssc_tui.keys import key_table
from ssc_tui.text import fit, wrap
from ssc_tui.tui.widgets.plain import Plain

FOCUS = {
    "list": N_("The keys go to the list. The highlighted record stands on the card; Enter goes there."),
    "card": N_("The keys go to the card. Underlined lines lead on: Enter follows them, Esc comes back."),
}
"""What is said of each place that can have the focus."""

INDENT = 34
"""Columns before the sentences of the table."""

NARROW = 30
"""Columns for the sentences below which they stand under their keys instead of beside them."""

FIRST = {"list": ("go", "move", "list"), "card": ("record", "move", "go")}


class HelpScreen(ModalScreen[None]):
    """The table of keys in a window that scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", show=False),
        Binding("j", "scroll('down')", show=False),
        Binding("k", "scroll('up')", show=False),
        Binding("g", "scroll('home')", show=False),
        Binding("G", "scroll('end')", show=False),
    ]

    def __init__(self, focus: str, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._focus = focus
        self._remapped = remapped

    def compose(self) -> ComposeResult:
        """Where the keys go, the table, the query language."""
        with VerticalScroll(classes="window -tall") as window:
            window.border_title = Content(_("Help"))
            yield Plain(_(FOCUS[self._focus]), classes="head")
            yield Plain(id="table")
            yield Plain(self._queries(), classes="foot")
            yield Plain(_("Esc closes, j and k scroll"), classes="foot")

    def on_mount(self) -> None:
        """Keys scroll the window."""
        self.set_focus(self.query_one(VerticalScroll))

    def on_resize(self) -> None:
        """Lay the table out for the width there is."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        table = self.query_one("#table", Plain)
        table.say(self._keys(table.size.width))

    def _keys(self, width: int) -> Content:
        """The table of keys, those of the focused place first."""
        rows = list(key_table(self._remapped))
        order = {group: number for number, group in enumerate(FIRST[self._focus])}
        lines: list[Content] = []
        heading = ""
        for title, command, keys in sorted(rows, key=lambda row: order.get(row[1].group, len(order))):
            if title != heading:
                heading = title
                lines += [Content("")] * bool(lines) + [Content.styled(title, "bold")]
            named = f"  {fit(keys, 14)} {fit(_(command.title), 16)} "
            if width - INDENT < NARROW:
                lines += [Content(named.rstrip()), *(Content(f"    {part}") for part in wrap(_(command.help), max(1, width - 4)))]
                continue
            first, *more = wrap(_(command.help), width - INDENT)
            lines.append(Content(named + first))
            lines += [Content(" " * INDENT + part) for part in more]
        return Content("\n").join(lines)

    def _queries(self) -> str:
        return _(
            "Searching: words are beginnings, and all must match; accents and case do not count. Filters can be typed among them: {fields}."
            " A comma parts alternatives, a minus before a filter turns it round: country:KE,UG -status:4. is: knows {states};"
            " modality: goes by what a project states, not by what follows from its partners."
        ).format(fields=", ".join(f"{field}:" for field in FIELDS), states=", ".join(STATES))

    def action_scroll(self, way: str) -> None:
        """Scroll the window."""
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)
