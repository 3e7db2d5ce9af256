"""The searches that the user keeps: Enter runs one, a saves the present one under a name, Delete lets go of one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from ssc_tui.catalogue.codes import label
from ssc_tui.i18n import _
from ssc_tui.store import searches
from ssc_tui.store.searches import Saved
from ssc_tui.text import fit, one_line
from ssc_tui.tui import saving
from ssc_tui.tui.screens.ask import Wanted, WordsScreen
from ssc_tui.tui.screens.listing import ListingScreen
from ssc_tui.tui.widgets.plain import Plain


class SearchesScreen(ListingScreen[Saved | None]):
    """Saved searches in a window; gives back the one to run, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,F", "dismiss(None)", show=False),
        Binding("a", "save", show=False),
        Binding("delete,backspace", "drop", show=False),
    ]

    def __init__(self, section: str | None, asked: str) -> None:
        """Make the window; `asked` are the words of the present search, in a section or, for None, in all."""
        super().__init__()
        self._section = section
        self._asked = asked
        self._saved: list[Saved] = []

    def compose(self) -> ComposeResult:
        """The list, and what the keys do."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Saved searches"))
            yield Plain(_("Reading…"), id="searches-head", classes="head")
            yield OptionList(id="searches")
            yield Plain(_("Enter runs, a saves the present search, Delete lets go of one, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Read them."""
        self.set_focus(self.listed)
        self.run_worker(self._read(), group="searches", exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._saved = await self.ssc.pages.ask(searches.saved)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        width = max(20, self.query_one("#searches-head", Plain).size.width - 2)
        self.fill(_option(each, width) for each in self._saved)
        self.query_one("#searches-head", Plain).say(
            _("The present search: {asked}").format(asked=one_line(self._asked))
            if self._asked
            else _("No words are searched for now; type / and some words, and a here saves them.")
        )

    @on(OptionList.OptionSelected)
    def _run(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._saved[event.option_index])

    def action_save(self) -> None:
        """Save the present search under a name."""
        if not self._asked:
            self.ssc.tell(_("No words are searched for now: type / and some words first."))
        else:
            self._ask_name("")

    def _ask_name(self, typed: str) -> None:
        def named(words: dict[str, str] | None) -> None:
            if words and words["name"].strip():
                self.run_worker(self._keep(words["name"]), group="searches", exit_on_error=False)

        self.app.push_screen(WordsScreen(_("Save the search"), [Wanted("name", _("Name"), typed)], one_line(self._asked)), named)

    async def _keep(self, name: str) -> None:
        try:
            self.ssc.tell(await saving.save_search(self.ssc.copy, name, self._section or "", self._asked))
        except Exception as error:
            self.ssc.tell_error(error)
            # What was typed is still there, to be made shorter or tried again.
            self._ask_name(name)
            return
        await self._read()

    def action_drop(self) -> None:
        """Let go of the highlighted one."""
        place = self.listed.highlighted
        if place is not None and place < len(self._saved):
            self.run_worker(self._let_go(self._saved[place].name), group="searches", exit_on_error=False)

    async def _let_go(self, name: str) -> None:
        try:
            self.ssc.tell(await saving.drop_search(self.ssc.copy, name))
        except Exception as error:
            self.ssc.tell_error(error)
        await self._read()


def _option(saved: Saved, width: int) -> Content:
    """The name, and what is searched for below it."""
    where = f"{label('record_kinds', saved.section)}: " if saved.section else ""
    return Content("\n").join(
        [
            Content(fit(one_line(saved.name), width).rstrip()).stylize("bold"),
            Content(f"    {fit(where + one_line(saved.query), width - 4).rstrip()}").stylize("dim"),
        ]
    )
