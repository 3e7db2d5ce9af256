"""Where two people wrote different things into one field: left takes mine, right theirs, Enter lets one type a third value."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from ssc_tui.catalogue.codes import label
from ssc_tui.errors import NotFound, SscError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.changes import both_written, value
from ssc_tui.insight.field_labels import field_label
from ssc_tui.moments import told_time
from ssc_tui.store.conflicts import ANEW, MINE, THEIRS, Conflict, conflicts
from ssc_tui.text import fit, one_line
from ssc_tui.tui import saving
from ssc_tui.tui.screens.ask import Wanted, WordsScreen
from ssc_tui.tui.screens.listing import ListingScreen
from ssc_tui.tui.widgets.plain import Plain


class ConflictsScreen(ListingScreen[str | None]):
    """The open conflicts in a window; gives back the reference of the record to open, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,exclamation_mark", "dismiss(None)", show=False),
        Binding("left,h", f"settle('{MINE}')", show=False),
        Binding("right,l", f"settle('{THEIRS}')", show=False),
        Binding("o", "open", show=False),
        Binding("v", "suggestions", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._conflicts: list[Conflict] = []

    def compose(self) -> ComposeResult:
        """The list, and what the keys do."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Conflicts"))
            yield Plain(_("Reading…"), id="conflicts-head", classes="head")
            yield OptionList(id="conflicts")
            yield Plain(_("← mine, → theirs, Enter: type another, o opens the record, v: suggestions, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Read them."""
        self.set_focus(self.listed)
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._conflicts = await self.ssc.pages.ask(conflicts)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        width = max(20, self.query_one("#conflicts-head").size.width - 2)
        self.fill(_option(conflict, width, self.ssc.settings.user) for conflict in self._conflicts)
        number = len(self._conflicts)
        self.query_one("#conflicts-head", Plain).say(
            ngettext("{n} value that two people wrote differently", "{n} values that two people wrote differently", number)
            if number
            else _("No conflicts: nobody wrote anything else into a field that you wrote to.")
        )

    def _highlighted(self) -> Conflict | None:
        place = self.listed.highlighted
        return self._conflicts[place] if place is not None and place < len(self._conflicts) else None

    def action_settle(self, how: str) -> None:
        """Let the field hold mine, or theirs."""
        if conflict := self._highlighted():
            self.run_worker(self._settle(conflict, how), group="save", exit_on_error=False)

    async def _settle(self, conflict: Conflict, how: str, typed: Any = None) -> None:
        try:
            said = await saving.settle(self.ssc.copy, conflict, how, self.ssc.settings.user, typed)
        except SscError as error:
            self.ssc.tell_error(error)
            if how == ANEW and not isinstance(error, NotFound):
                # What was typed goes back on the screen: it is nowhere else.
                self._ask(conflict, "" if typed is None else str(typed))
            return
        self.ssc.tell(said)
        self.ssc.written()
        await self._read()

    @on(OptionList.OptionSelected)
    def _type_another(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (conflict := self._highlighted()) is None:
            return
        if conflict.path and not any(isinstance(each, list | dict) for each in (conflict.mine, conflict.theirs)):
            self._ask(conflict, "" if conflict.mine is None else str(conflict.mine))
        else:
            self.ssc.tell(_("Here one takes mine (←) or theirs (→); what is in neither can be edited afterwards."))

    def _ask(self, conflict: Conflict, typed: str) -> None:
        """Let a third value be typed."""

        def given(words: dict[str, str] | None) -> None:
            if words is not None:
                self.run_worker(self._settle(conflict, ANEW, _like(words["value"], conflict)), group="save", exit_on_error=False)

        title = f"{one_line(conflict.title)}, {_field(conflict)}"
        self.app.push_screen(WordsScreen(title, [Wanted("value", _("What it is to say"), typed)]), given)

    def action_open(self) -> None:
        """Open the record."""
        conflict = self._highlighted()
        if conflict is None:
            return
        if conflict.title:
            self.dismiss(conflict.ref)
        elif conflict.path:
            self.ssc.tell(_("The record is gone from the catalogue. What both wrote into this field can be read here."))
        else:
            self.ssc.tell(_("The record is gone from the catalogue; mine (←) brings it back."))

    def action_suggestions(self) -> None:
        """Go to what others suggest."""
        self.dismiss(None)
        self.ssc.action_suggestions()


def _like(typed: str, conflict: Conflict) -> Any:
    """What was typed, as a number where nobody wrote anything but numbers; None where nothing was."""
    if not typed.strip():
        return None
    stated = [each for each in (conflict.base, conflict.mine, conflict.theirs) if each is not None]
    if all(isinstance(each, int | float) for each in stated):
        for number in (int, float):
            try:
                return number(typed)
            except ValueError:
                continue
    return typed


def _field(conflict: Conflict) -> str:
    return one_line(field_label(conflict.kind, conflict.field)) or _("the whole record")


def _option(conflict: Conflict, width: int, reader: str) -> Content:
    """The record and its field, what both wrote, and who did where that was not the reader."""
    gone = (conflict.mine or conflict.base or {}) if not conflict.path else {}
    name = one_line(conflict.title or str(gone.get("name", gone.get("title", conflict.record_id))))
    first = f"{name}, {_field(conflict)}"
    theirs = _("taken away") if not conflict.path and conflict.theirs is None else value(conflict.theirs)
    mine = (
        _("taken away")
        if not conflict.path and conflict.mine is None
        else _("kept, with my edits")
        if not conflict.path
        else value(conflict.mine)
    )
    beside = f"{label('record_kinds', conflict.kind)}, {one_line(told_time(conflict.found_at))}"
    mine, theirs = both_written(mine, theirs, conflict, reader)
    lines = [
        Content(fit(first, width).rstrip()).stylize("bold"),
        Content(fit(f"    {_('← mine')}:   {mine}", width).rstrip()),
        Content(fit(f"    {_('→ theirs')}: {theirs}", width).rstrip()),
        Content(
            fit(
                f"    {_('before')}:   {value(conflict.base)}; {beside}",
                width,
            ).rstrip()
        ).stylize("dim"),
    ]
    return Content("\n").join(lines)
