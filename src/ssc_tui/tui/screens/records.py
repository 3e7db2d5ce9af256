"""What every screen with a list of records has: pages read as they are wanted, a card that follows the highlight, keys of a record."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.screen import Screen
from textual.worker import Worker

from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import NotFound
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.card import Card
from ssc_tui.insight.look import card_of
from ssc_tui.insight.views import leads_to
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import Results
from ssc_tui.text import fit, one_line
from ssc_tui.tui import questions, saving
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.widgets.card_view import CardView
from ssc_tui.tui.widgets.panes import Panes
from ssc_tui.tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from ssc_tui.tui.screens.note import NoteScreen

TOLD = 80
"""Columns of a text that are said again when it was copied."""


class RecordsScreen(Ours, Screen[None]):
    """A screen with `Panes` in it.

    Attributes:
        results: what the list reads its pages from.
    """

    results: Results

    _compared: str | None = None
    """The fund that the next one is set beside."""

    @property
    def panes(self) -> Panes:
        """List and card."""
        return self.query_one(Panes)

    @property
    def records(self) -> RecordList:
        """The list."""
        return self.panes.records

    @property
    def card_view(self) -> CardView:
        """The card."""
        return self.panes.card_view

    def _work(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> Worker[None]:
        """Do something that reads or writes, in place of what the group still did; an error is told and ends nothing."""

        async def guarded() -> None:
            try:
                await work()
            except Exception as error:
                self.ssc.tell_error(error)

        return self.run_worker(guarded, group=group, exclusive=True)

    @on(RecordList.PageWanted)
    def _load_page(self, event: RecordList.PageWanted) -> None:
        event.stop()
        self.run_worker(self._read_page(event.generation, event.first, self.results), group="page", exit_on_error=False)

    async def _read_page(self, generation: int, first: int, results: Results) -> None:
        try:
            rows = await self.ssc.pages.ask(questions.page_if_wanted, self.records.wants, generation, first, results)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        if rows is not None:
            self.records.put(generation, first, rows)
            self.sign(generation, rows)

    @on(RecordList.Highlighted)
    def _load_card(self, event: RecordList.Highlighted) -> None:
        event.stop()
        if event.row:
            self._work(partial(self._read_card, event.row), "card")

    def read_card_anew(self) -> None:
        """Show card and signs as they are now: what they say has changed, and the records have not."""
        if row := self.records.row:
            self._work(partial(self._read_card, row), "card")
        self.sign(self.records.generation, self.records.held)

    def sign(self, generation: int, rows: Sequence[Row]) -> None:
        """Say in the rows of partners how their balance stands, once that is read: the list does not wait for it."""
        if partners := [row.id for row in rows if row.kind == "partners"]:
            read = partial(self._read_signs, generation, partners)
            self.call_after_refresh(self.run_worker, read, group="signs", exit_on_error=False)

    async def _read_signs(self, generation: int, partners: Sequence[str]) -> None:
        from ssc_tui.insight.balance_marks import balance_marks

        try:
            signs = await self.ssc.pages.ask(balance_marks, partners, self.ssc.settings.tolerance)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        self.records.sign(generation, {ref("partners", partner): sign for partner, sign in signs.items()})

    async def _read_card(self, row: Row) -> None:
        try:
            card: Card | None = await self.ssc.pages.ask(card_of, row.kind, row.id, self.ssc.settings.tolerance)
        except NotFound as error:
            self.card_view.show(None, str(error))
            return
        self.card_view.show(card)

    def _row(self) -> Row | None:
        """The highlighted row; without one, says so."""
        if self.records.row is None:
            self.ssc.tell(_("No record is highlighted."))
        return self.records.row

    def action_bookmark(self) -> None:
        """Set or take away the bookmark of the highlighted record."""
        if row := self._row():
            self._work(partial(self._turn_bookmark, row), "save")

    async def _turn_bookmark(self, row: Row) -> None:
        self.ssc.tell(await saving.turn_bookmark(self.ssc.copy, row))
        self.records.reread()

    def action_note(self) -> None:
        """Write a note about the highlighted record."""
        if row := self._row():
            self._ask_for_note(row)

    def _ask_for_note(self, row: Row, draft: str = "") -> None:
        """Let a note be written at once; the earlier ones appear above it when they have been read."""
        from ssc_tui.tui.screens.note import NoteScreen

        def written(text: str | None) -> None:
            if text or screen.suggested:
                self._work(partial(self._save_note, row, text or "", screen.suggested), "save")

        screen = NoteScreen(row.title, draft)
        self.app.push_screen(screen, written)
        self._work(partial(self._show_earlier_notes, screen, row), "note")

    async def _show_earlier_notes(self, screen: NoteScreen, row: Row) -> None:
        screen.show_earlier(await self.ssc.pages.ask(reader.notes, row.kind, row.id))

    async def _save_note(self, row: Row, text: str, suggested: str) -> None:
        try:
            if text:
                self.ssc.tell(await saving.write_note(self.ssc.copy, row, text))
                text = ""
            if suggested:
                self.ssc.tell(await saving.suggest_note(self.ssc.copy, row, suggested, self.ssc.settings.user))
                self.ssc.written()
        except Exception as error:
            # What was typed and not saved goes back on the screen: it is nowhere else.
            self.ssc.tell_error(error)
            self._ask_for_note(row, text)
            return
        self.records.reread()
        await self._read_card(row)

    def action_copy(self) -> None:
        """Copy the highlighted line of the card, or the name and reference of the record."""
        line = self.card_view.line if self.panes.on_card else None
        row = self._row()
        text = line.copied if line and line.copied else one_line(f"{row.title} ({row.ref})") if row else ""
        if text:
            self.app.copy_to_clipboard(text)
            self.ssc.tell(_("Copied: {text}").format(text=fit(one_line(text), TOLD).rstrip()))

    def action_view(self, name: str) -> None:
        """Open a view of the highlighted record, or of all where none is highlighted."""
        self.open_view(leads_to(name, self.records.row.ref if self.records.row else ""))

    def action_exchange_view(self, name: str) -> None:
        """Open a view of all exchanges; from a card, of those of its record, where the view can be of such a record."""
        row = self.records.row if self.panes.on_card else None
        kinds = ("partners", "projects") if name == "balance" else ("partners", "projects", "areas")
        self.open_view(leads_to(name, row.ref if row and row.kind in kinds else ""))

    def open_view(self, target: Target) -> None:
        """Open a view over the list; where a line of it leads, the list goes."""
        from ssc_tui.tui.pictures import screen_of

        def followed(line: Target | None) -> None:
            if line:
                self.ssc.browse.follow(line)

        self.app.push_screen(screen_of(target), followed)

    def action_compare(self) -> None:
        """Remember the highlighted fund, or set it beside the one that is remembered."""
        row = self._row()
        if row is None:
            return
        if row.kind != "funds":
            self.ssc.tell(_("= compares funds; they are the section on 7."))
        elif self._compared in (None, row.ref):
            self._compared = None if self._compared else row.ref
            remembered = _("{fund} is remembered: = on another fund sets the two side by side.")
            self.ssc.tell((remembered if self._compared else _("{fund} is no longer remembered.")).format(fund=one_line(row.title)))
        else:
            both = f"{self._compared} {row.ref}"
            self._compared = None
            # What was said of the first fund would lie over both.
            self.app.clear_notifications()
            self.open_view(leads_to("funds", both))

    def action_web(self) -> None:
        """Open the highlighted address, or the first one of the card."""
        line = self.card_view.line if self.panes.on_card else None
        targets = [line.target] if line and line.target and line.target.what == "web" else self.card_view.addresses
        if targets:
            self.ssc.open_outside(targets[0].value)
        else:
            self.ssc.tell(_("No web address is stated for this record."))
