"""What is suggested by those who may not write: an editor accepts all of it or some fields, or declines with a reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from ssc_tui.catalogue.suggestions import DELETE
from ssc_tui.errors import NotFound, SscError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.suggested import field_line, heading, lines
from ssc_tui.moments import told_time
from ssc_tui.store.standing import standing
from ssc_tui.store.suggestions import ONLY_EDITORS, Suggested, suggestions
from ssc_tui.text import fit, one_line, wrap
from ssc_tui.tui import saving
from ssc_tui.tui.screens.ask import Wanted, WordsScreen
from ssc_tui.tui.screens.listing import ListingScreen
from ssc_tui.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

INDENT = "    "
WIDEST = 90
"""Columns of a window, which takes nine tenths of a narrower screen."""

FRAME = 9
"""Columns of the frames around a list, and of its bar."""


BESIDE = 3
"""Columns of a list that its lines leave free: a blank on each side, and the bar of a long one."""


class SuggestionsScreen(ListingScreen[str | None]):
    """The suggestions in a window; gives back the reference of the record to open, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "dismiss(None)", show=False),
        Binding("a", "accept", show=False),
        Binding("d", "decline", show=False),
        Binding("w", "withdraw", show=False),
        Binding("t", "turn", show=False),
        Binding("o", "open", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Suggested] = []
        self._decided = False
        self._editor: bool | None = None

    def compose(self) -> ComposeResult:
        """The list, and what the keys do."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Suggestions"))
            yield Plain(_("Reading…"), id="suggestions-head", classes="head")
            yield OptionList(id="suggestions")
            yield Plain(
                _("a accepts, Enter: by field, d declines, w takes back, t: open or decided, o opens the record, Esc closes"),
                classes="foot",
            )

    def on_mount(self) -> None:
        """Read them."""
        self.set_focus(self.listed)
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._found = await self.ssc.pages.ask(partial(suggestions, decided=self._decided))
            self._editor = (await self.ssc.pages.ask(standing)).editor
        except Exception as error:
            self.ssc.tell_error(error)
            return
        width = max(20, self.query_one("#suggestions-head").size.width - BESIDE)
        self.fill(_option(each, width) for each in self._found)
        self.query_one("#suggestions-head", Plain).say(self._head())

    def _head(self) -> str:
        number = len(self._found)
        if self._decided:
            return ngettext("{n} that was decided", "{n} that were decided", number) if number else _("Nothing was decided so far.")
        return ngettext("{n} suggestion to decide", "{n} suggestions to decide", number) if number else _("Nothing is suggested.")

    def _highlighted(self) -> Suggested | None:
        place = self.listed.highlighted
        return self._found[place] if place is not None and place < len(self._found) else None

    def _to_decide(self) -> Suggested | None:
        """The highlighted one, where it can be decided."""
        each = self._highlighted()
        if each is not None and self._decided:
            self.ssc.tell(_("That was decided already; t goes back to what is open."))
            return None
        return each

    def _to_judge(self) -> Suggested | None:
        """The highlighted one, where it can be decided by whoever sits here; nobody gives a reason that is refused then."""
        each = self._to_decide()
        if each is not None and self._editor is False:
            self.ssc.tell(_(ONLY_EDITORS))
            return None
        return each

    def action_accept(self) -> None:
        """Accept all of it."""
        if each := self._to_judge():
            self._work(saving.accept(self.ssc.copy, each, self.ssc.settings.user))

    @on(OptionList.OptionSelected)
    def _by_field(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        each = self._to_judge()
        if each is None:
            return
        if not each.suggestion.fields or each.suggestion.change == DELETE:
            self.ssc.tell(_("There are no fields to choose: a accepts it, d declines it."))
            return

        def chosen(fields: list[str] | None) -> None:
            if fields:
                self._work(saving.accept(self.ssc.copy, each, self.ssc.settings.user, fields))

        self.app.push_screen(FieldsScreen(each), chosen)

    def action_decline(self) -> None:
        """Decline it, with a reason."""
        if each := self._to_judge():
            self._ask_why(each, "")

    def _ask_why(self, each: Suggested, typed: str) -> None:
        def given(words: dict[str, str] | None) -> None:
            if words is None:
                return
            reason = words["reason"]
            self._work(saving.decline(self.ssc.copy, each, self.ssc.settings.user, reason), partial(self._ask_why, each, reason))

        author = one_line(each.suggestion.author) or _("Its author")
        wanted = Wanted("reason", _("Why not? {author} will read it.").format(author=author), typed)
        self.app.push_screen(WordsScreen(heading(each), [wanted]), given)

    def action_withdraw(self) -> None:
        """Take it back."""
        if each := self._to_decide():
            self._work(saving.withdraw(self.ssc.copy, each, self.ssc.settings.user))

    def _work(self, saved: Coroutine[Any, Any, str], again: Callable[[], None] | None = None) -> None:
        self.run_worker(self._save(saved, again), group="save", exit_on_error=False)

    async def _save(self, saved: Coroutine[Any, Any, str], again: Callable[[], None] | None) -> None:
        try:
            said = await saved
        except SscError as error:
            self.ssc.tell_error(error)
            if again and not isinstance(error, NotFound):
                again()
            return
        self.ssc.tell(said)
        self.ssc.written()
        await self._read()

    def action_turn(self) -> None:
        """From those that are open to those that were decided, and back."""
        self._decided = not self._decided
        self.listed.highlighted = None
        self.run_worker(self._read(), exit_on_error=False)

    def action_open(self) -> None:
        """Open the record."""
        each = self._highlighted()
        if each is None:
            return
        if each.is_there:
            self.dismiss(each.suggestion.ref)
        else:
            self.ssc.tell(_("The record is not in the directory."))


class FieldsScreen(ListingScreen[list[str] | None]):
    """Lets fields be chosen; gives their names back, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("ctrl+s,a", "accept", show=False),
        Binding("space", "turn", show=False),
    ]

    def __init__(self, each: Suggested) -> None:
        super().__init__()
        self._each = each
        self._chosen = {change.field for change in each.suggestion.fields}

    def compose(self) -> ComposeResult:
        """The fields, all chosen, and what the keys do."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(heading(self._each))
            yield OptionList(id="fields")
            yield Plain(_("Space or Enter takes a field out or in, a accepts those marked yes, Esc leaves"), classes="foot")

    def on_mount(self) -> None:
        """Choose at once."""
        self.fill(self._line(number) for number in range(len(self._each.suggestion.fields)))
        self.set_focus(self.listed)

    def _line(self, number: int) -> Content:
        """Whether a field is chosen, in a word, and what it would say."""
        word = _("yes") if self._each.suggestion.fields[number].field in self._chosen else _("no")
        width = max(20, min(WIDEST, self.app.size.width * 9 // 10) - FRAME - len(INDENT) - 1)
        first, *rest = wrap(field_line(self._each, number), width)
        return Content("\n".join([fit(word, len(INDENT)) + f" {first}", *(f"{INDENT} {line}" for line in rest)]))

    @on(OptionList.OptionSelected)
    def _turned(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_turn()

    def action_turn(self) -> None:
        """Take the highlighted field out, or in again."""
        if (number := self.listed.highlighted) is not None:
            self._chosen ^= {self._each.suggestion.fields[number].field}
            self.listed.replace_option_prompt_at_index(number, self._line(number))

    def action_accept(self) -> None:
        """Give the chosen fields back, in their order."""
        chosen = [change.field for change in self._each.suggestion.fields if change.field in self._chosen]
        if chosen:
            self.dismiss(chosen)
        else:
            self.ssc.tell(_("No field is chosen; d in the list declines all of it."))


def _option(each: Suggested, width: int) -> Content:
    """What is wanted of which record, who wants it, and what would change."""
    who = one_line(each.suggestion.author) or _("somebody")
    about = [Content(fit(heading(each), width).rstrip()).stylize("bold")]
    about.append(
        Content(f"{INDENT}{fit(f'{who}, {one_line(told_time(each.suggestion.at))}', width - len(INDENT)).rstrip()}").stylize("dim")
    )
    about += [Content(f"{INDENT}{part}") for line in lines(each) for part in wrap(line, width - len(INDENT))]
    return Content("\n").join(about)
