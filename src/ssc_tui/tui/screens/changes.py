"""What syncs changed: bookmarked records first, then the newest; Enter opens a record."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ssc_tui.catalogue.codes import label
from ssc_tui.i18n import _
from ssc_tui.insight.changes import LOGGED, field_lines
from ssc_tui.moments import local_time
from ssc_tui.store import journal
from ssc_tui.store.journal import Change
from ssc_tui.text import fit, one_line
from ssc_tui.tui.screens.listing import ListingScreen
from ssc_tui.tui.widgets.plain import Plain

PAGE = 100
"""Changes read at once."""

AHEAD = 20
"""Changes before the end of those read at which the next are."""

FIELDS = 4
"""Changed fields that are shown of one record."""


class ChangesScreen(ListingScreen[str | None]):
    """The change log in a window; gives back the reference of the record to open, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "dismiss(None)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._changes: list[Change] = []
        self._whole = False
        self._reading = False

    def compose(self) -> ComposeResult:
        """The list, and what the keys do."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("What changed"))
            yield Plain(_("Reading…"), id="changes-head", classes="head")
            yield OptionList(id="changes")
            yield Plain(_("Enter opens, j and k move, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Read the first of them."""
        self.set_focus(self.listed)
        self._read()

    def _read(self) -> None:
        if not self._reading and not self._whole:
            self._reading = True
            self.run_worker(self._next_page(), exit_on_error=False)

    async def _next_page(self) -> None:
        try:
            page = await self.ssc.pages.ask(partial(journal.changes, marked_first=True), "", PAGE, len(self._changes))
        except Exception as error:
            self.ssc.tell_error(error)
            return
        finally:
            self._reading = False
        self._whole = len(page) < PAGE
        self._changes += page
        listed = self.listed
        width = max(20, self.query_one("#changes-head").size.width - 2)
        listed.add_options(Option(self._option(change, width)) for change in page)
        if listed.highlighted is None and self._changes:
            listed.highlighted = 0
        self.query_one("#changes-head", Plain).say(
            _("New, changed and gone records, newest first; bookmarked ones on top.")
            if self._changes
            else _("No sync has changed anything yet.")
        )

    def _option(self, change: Change, width: int) -> Content:
        """A line for the record, and one for each field that changed."""
        mark = "★ " if change.bookmarked else ""
        first = f"{mark}{_(LOGGED[change.change])}  {one_line(change.title)}"
        beside = f"{label('record_kinds', change.kind)}, {local_time(change.at)}"
        lines = [Content(fit(first, width).rstrip()).stylize("bold"), Content(f"    {beside}").stylize("dim")]
        lines += [Content(f"    {fit(line, width - 4).rstrip()}") for line in field_lines(change.fields, FIELDS)]
        return Content("\n").join(lines)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index >= len(self._changes) - AHEAD:
            self._read()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        change = self._changes[event.option_index]
        if change.change == "removed":
            self.ssc.tell(_("{title} is gone from the catalogue.").format(title=one_line(change.title)))
        else:
            self.dismiss(change.ref)
