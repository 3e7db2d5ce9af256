"""The lists and the card beside them: sections, search, history."""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.catalogue.query import parse
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.keys import COMMANDS
from ssc_tui.store import facets, reader
from ssc_tui.store.search import Results
from ssc_tui.text import one_line
from ssc_tui.tui import editing, narrowing, questions, saving, words
from ssc_tui.tui.questions import Found
from ssc_tui.tui.reading import interrupted
from ssc_tui.tui.screens.records import RecordsScreen
from ssc_tui.tui.sync_words import state_of_copy
from ssc_tui.tui.visits import Visit, Visits
from ssc_tui.tui.widgets.banner import banner
from ssc_tui.tui.widgets.bars import Bar, Piece
from ssc_tui.tui.widgets.card_view import CardView
from ssc_tui.tui.widgets.panes import Panes
from ssc_tui.tui.widgets.record_list import RecordList

AWAITING = {"submit", *(command.action for command in COMMANDS if command.group != "app")}
"""What acts on lists and cards; all else that a key does changes the words of the search."""

IDLE_SECONDS = 1.0
"""After the first list, before what saving needs is imported, and the sync begins."""

AGE_SECONDS = 20.0
"""Between two times that the age of the copy is said anew."""


def _bindings() -> list[BindingType]:
    """A binding for every command of the table, under its id, so that it can be remapped."""
    return [Binding(command.keys, command.action, command.title, show=False, id=command.id) for command in COMMANDS]


class BrowseScreen(RecordsScreen):
    """A section or search as a list, and the highlighted record as a card."""

    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    AUTO_FOCUS = "RecordList"

    def __init__(self) -> None:
        super().__init__()
        self.visits = Visits(Visit(None))
        self.results = Results([])
        self.shown_section: str | None = None
        self.counts: dict[str, int] = {}
        self.counting = False
        self.answering = False
        self.opening = False
        self.meta: dict[str, str] = {}
        self._here = ""

    def compose(self) -> ComposeResult:
        """Sections, search, list and card, status, keys."""
        yield from banner(self.ssc.practising)
        yield Bar(id="sections")
        yield Input(placeholder=_("/ to search, or a filter such as country:KE"), id="search", compact=True, select_on_focus=False)
        yield Panes(id="panes")
        yield Bar(id="status")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        """Paint the first list at once; everything else comes after it."""
        settings = self.ssc.settings
        visit = Visit(settings.section, order=settings.order)
        self.visits = Visits(visit)
        self._show(visit, questions.look_up(self.ssc.copy.connection, visit))
        self.set_timer(IDLE_SECONDS, self._prepare)
        self.set_interval(AGE_SECONDS, self.show_state)
        self.call_after_refresh(gc.enable)
        if self.ssc.notices:
            self.call_after_refresh(self._show_notices)

    def _show_notices(self) -> None:
        if self.ssc.copy.aside is None:
            for notice in self.ssc.notices:
                self.ssc.tell(notice, wrong=True)
            return
        from ssc_tui.tui.screens.message import MessageScreen

        self.app.push_screen(MessageScreen(_("Before you start"), "\n\n".join(self.ssc.notices)))

    def _prepare(self) -> None:
        """Do behind the first list what need not come before it."""
        if self.ssc.copy.read_only:
            gc.freeze()
        else:
            # Not awaited here, where typing would wait for it, and whoever quits meanwhile would be told of a fault.
            self.run_worker(self._load(), group="prepare", exit_on_error=False)

    async def _load(self) -> None:
        try:
            await asyncio.to_thread(saving.prepare)
        except Exception as error:
            self.ssc.tell_error(error)
        else:
            self.ssc.syncing.begin()

    # What is shown

    def visit(self, visit: Visit) -> None:
        """Go somewhere new, from where one can go back."""
        self._leave()
        self.visits.go(visit)
        self._look_up(visit)

    def _leave(self) -> None:
        """Note how the list stands, before it is left."""
        row, on_card = self.records.row, self.panes.on_card
        self.visits.keep(self.visits.now._replace(ref=row.ref if row else None, at=self.records.highlighted, on_card=on_card))

    def awaits(self, action: str) -> bool:
        """Whether the list, its row or the card that the action would act on is still being read."""
        if action not in AWAITING:
            return False
        if self.answering:
            return True
        row = self.records.row
        if self.panes.on_card:
            return row is not None and not self.card_view.shows(row.ref)
        # The highlight moves over rows that are being read.
        return row is None and self.records.total > 0 and not action.startswith("move(")

    def _look_up(self, visit: Visit, *, steady: bool = False) -> None:
        self.answering, self.opening = True, False
        self.ssc.searching.interrupt()
        self._work(partial(self._answer, visit, steady), "search")

    async def _answer(self, visit: Visit, steady: bool) -> None:
        try:
            found = await self.ssc.searching.ask(questions.look_up, visit)
        except Exception as error:
            # An interrupted one was replaced by one that is still to be answered.
            self.answering = interrupted(error)
            raise
        self._show(visit, found, steady=steady)

    def _show(self, visit: Visit, found: Found, *, steady: bool = False) -> None:
        """Show the list of a visit, and count what has to be counted behind it."""
        self.results = found.results
        self.meta = reader.meta(self.ssc.copy.connection)
        self.shown_section = found.section
        total = found.total if found.total is not None else found.first + len(found.rows)
        self.counting = found.total is None
        generation = self.records.show(
            total,
            found.rows,
            first=found.first,
            highlighted=found.at,
            with_kinds=found.section is None,
            empty=words.why_empty(visit),
            steady=steady,
        )
        self.sign(generation, found.rows)
        search = self.query_one("#search", Input)
        self.answering = False
        if (visit.on_card or self.opening) and found.rows:
            self.opening = False
            self.panes.to_card()
        elif self.focused is not search:
            self.panes.to_list()
        # What is still being typed is newer than the answer.
        if search.value != visit.asked and self.focused is not search:
            with search.prevent(Input.Changed):
                search.value = visit.asked
        if not found.rows:
            self.workers.cancel_group(self, "card")
            self.card_view.show(None)
        if parse(visit.asked).empty:
            self.workers.cancel_group(self, "count")
            self.counts = reader.totals(self.ssc.copy.connection)
        else:
            self._work(partial(self._count, visit, found, generation), "count")
        self._say()

    async def _count(self, visit: Visit, found: Found, generation: int) -> None:
        self.ssc.counting.interrupt()
        self.counts = {}
        if found.total is None:
            total = await self.ssc.counting.ask(questions.total, found.results)
            self.counting = False
            self.records.set_total(generation, total)
            self._say()
        self.counts = await self.ssc.counting.ask(facets.kinds, parse(visit.asked))
        self._say()

    def _say(self) -> None:
        """Bring the bars up to date."""
        visit, width = self.visits.now, self.size.width or self.app.size.width
        self.query_one("#sections", Bar).say(words.section_pieces(self.shown_section, self.counts, width))
        here = words.where(self.shown_section, self.records.highlighted, self.records.total, visit.order, counting=self.counting)
        self._here = "; ".join(filter(None, (here, words.forgiven(self.results.forgiven))))
        self.show_state()
        self.query_one("#keys", Bar).say(words.key_pieces(self.ssc.settings.keys))

    def show_state(self) -> None:
        """Say where in the list one is, and how old the copy is."""
        width = self.size.width or self.app.size.width
        ssc = self.ssc
        ways = state_of_copy(
            self.meta, ssc.synced_at(), ssc.syncing.state, ssc.settings, ssc.now(), read_only=ssc.copy.read_only, unsent=ssc.unsent()
        )
        self.query_one("#status", Bar).say([Piece(f" {self._here}")], words.longest_that_fits(ways, width - len(self._here) - 5))

    def refresh_list(self) -> None:
        """The copy holds other records: show the list as it is now, with the same record highlighted in the same place."""
        self._leave()
        self._look_up(self.visits.now, steady=True)

    def on_resize(self) -> None:
        """The bars say more where there is more room; a card without room beside the list goes behind it."""
        if self.is_mounted:
            self.panes.fit()
            self._say()

    @on(RecordList.Highlighted)
    def _say_where(self) -> None:
        self._say()

    # Search

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        now = self.visits.now
        if not now.asked and event.value:
            # The first letter starts a visit of its own, so that the way back leads to the list as it was.
            self.visit(Visit(now.section, event.value, now.order))
        else:
            self.visits.keep(now._replace(asked=event.value, at=0, on_card=False))
            self._look_up(self.visits.now)

    @on(Input.Submitted, "#search")
    def _open_first(self, event: Input.Submitted) -> None:
        event.stop()
        # Enter may come before the answer to the last letters.
        self.opening = self.answering
        if not self.answering and self.records.total:
            self.panes.to_card()

    def action_search(self) -> None:
        """Put the cursor into the search."""
        self.panes.to_list()
        search = self.query_one("#search", Input)
        self.set_focus(search)
        search.cursor_position = len(search.value)

    def action_section(self, section: str | None) -> None:
        """Open a section; a search that is on goes on in it."""
        now = self.visits.now
        asked = "" if now.followed else now.asked
        if section is None and not asked:
            self.ssc.tell(_("0 searches in all sections: type / and some words first."))
        elif section != self.shown_section or now.followed:
            self.visit(Visit(section, asked, now.order))

    def action_filter(self) -> None:
        """Choose filters; they become part of the search."""
        narrowing.choose_filters(self)

    def action_searches(self) -> None:
        """Run a saved search, or save the present one."""
        narrowing.choose_search(self)

    def action_order(self) -> None:
        """The next order: by name, by country, newest first."""
        narrowing.next_order(self)

    def order_by(self, order: str) -> None:
        """Order the list anew, from its beginning."""
        self._leave()
        self.visits.keep(self.visits.now._replace(order=order, ref=None, at=0, on_card=False))
        self._look_up(self.visits.now)

    # Moving

    def action_pane(self, step: int) -> None:
        """From the list to the card, or back."""
        if step > 0 and self.records.row:
            self.panes.to_card()
        else:
            self.panes.to_list()

    def action_move(self, way: str) -> None:
        """Move the highlight of the pane that has the keys; from the search, that of the list."""
        (self.card_view if self.panes.on_card else self.records).move(way)

    def action_open(self) -> None:
        """From the list to the card; on the card, follow the highlighted line."""
        if not self.panes.on_card:
            if self.records.row:
                self.panes.to_card()
            return
        line = self.card_view.line
        if line and line.target:
            self.follow(line.target)
        else:
            self.ssc.tell(_("This line leads nowhere; underlined lines do."))

    @on(RecordList.Opened)
    @on(CardView.Followed)
    def _clicked(self) -> None:
        self.action_open()

    def follow(self, target: Target) -> None:
        """Go where a line leads: to a record, to a list, or to an address outside."""
        order = self.visits.now.order
        match target.what:
            case "record":
                kind, _slash, record_id = target.value.partition("/")
                if reader.row_of(self.ssc.copy.connection, kind, record_id) is None:
                    self.ssc.tell(_("{reference} is not in this copy.").format(reference=one_line(target.value)))
                elif kind in SECTIONS:
                    self.visit(Visit(kind, "", "name", ref=target.value, on_card=True, followed=True))
                else:
                    self.visit(Visit(None, f"kind:{kind} {record_id}", "name", on_card=True, followed=True))
            case "list":
                section, _mark, asked = target.value.partition("?")
                self.visit(Visit(section, asked, order, followed=True))
            case "view":
                self.open_view(target)
            case _:
                self.ssc.open_outside(target.value)

    def action_out(self) -> None:
        """One step outward: from the search to the list, from the card to the list, from what was followed back, out of a search."""
        now = self.visits.now
        if self.focused is self.query_one("#search"):
            self.panes.to_list()
        elif now.followed:
            self.action_back()
        elif self.panes.on_card:
            self.panes.to_list()
        elif now.asked:
            row = self.records.row
            section = now.section if row is None or now.section == row.kind else row.kind
            self.visit(Visit(section, "", now.order, ref=row.ref if row else None))
        else:
            self.ssc.tell(_("This is the outermost list. q quits."))

    def action_back(self) -> None:
        """To what was shown before."""
        self._step(-1, _("There is nothing to go back to."))

    def action_forward(self) -> None:
        """To what was shown before a step back."""
        self._step(1, _("There is nothing to go forward to."))

    def _step(self, by: int, otherwise: str) -> None:
        self._leave()
        if visit := self.visits.step(by):
            self._look_up(visit)
        else:
            self.ssc.tell(otherwise)

    # Writing

    async def action_edit(self) -> None:
        """Edit the highlighted record."""
        await editing.edit(self)

    async def action_add(self) -> None:
        """Add a record to the section, or an exchange to the project whose card has the keys."""
        await editing.add(self)

    async def action_round(self) -> None:
        """Fill in a round of exchanges."""
        await editing.fill_round(self)

    # The app

    def action_help(self) -> None:
        """Explain the keys, those first that act where the keys go now."""
        from ssc_tui.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen("card" if self.panes.on_card else "list", self.ssc.settings.keys))

    def action_settings(self) -> None:
        """Choose theme, first section and order."""
        from ssc_tui.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen())
