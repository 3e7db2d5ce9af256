"""The settings: how the app looks and starts, and the remote catalogue; remembered in a file that can be edited by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.i18n import N_, _
from ssc_tui.insight.balance import tolerance
from ssc_tui.insight.balance_words import tolerance_words
from ssc_tui.settings import TOLERANCE
from ssc_tui.store.search import ORDERS
from ssc_tui.sync.address import parse_address
from ssc_tui.text import one_line
from ssc_tui.tui import saving
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.screens.ask import Wanted, WordsScreen
from ssc_tui.tui.widgets.plain import Plain

NAMES = {
    "theme": N_("Theme"),
    "section": N_("First section"),
    "order": N_("Order of lists"),
    "tolerance": N_("Balance tolerance"),
    "remote": N_("Remote catalogue"),
    "user": N_("Signed in as"),
    "metered": N_("Bytes cost"),
    "offline": N_("Connections"),
}
ON = "on"
CHANGE, CLEAR = "change", "clear"
"""Choices that are no values: to type another, or to have none."""
TOLERANCES = ("0", "1", "2", "5", "10%", "20%")
"""Tolerances that are offered; the file takes any."""
_ORDER_WORDS = {"name": N_("by name"), "country": N_("by country"), "newest": N_("newest first")}


class SettingsScreen(Ours, ModalScreen[None]):
    """Settings on the left, what they can be on the right; a choice holds at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,comma", "dismiss", show=False),
        Binding("h,left", "side(-1)", show=False),
        Binding("l,right", "side(1)", show=False),
        Binding("j", "cursor('down')", show=False),
        Binding("k", "cursor('up')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._setting = "theme"

    def compose(self) -> ComposeResult:
        """The settings, their choices, and where they are kept."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Settings"))
            with Horizontal(classes="columns"):
                yield OptionList(*(Option(Content(_(title)), id=name) for name, title in NAMES.items()), id="names", classes="side")
                yield OptionList(id="choices")
            where = _("Kept in {path}. Other keys for a command: [keys] there, by the ids that `ssc-tui keys` prints.")
            yield Plain(where.format(path=self.ssc.home.settings), classes="foot")
            yield Plain(_("Enter chooses, h and l change sides, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Start with the settings' names."""
        self.set_focus(self.query_one("#names"))

    def _choices(self) -> Sequence[tuple[str, str]]:
        """Value and words of everything that the setting can be."""
        match self._setting:
            case "theme":
                return [(name, name) for name in sorted(self.app.available_themes)]
            case "section":
                return [(kind, label("record_kinds", kind)) for kind in SECTIONS]
            case "order":
                return [(order, _(_ORDER_WORDS[order])) for order in ORDERS]
            case "tolerance":
                offered = dict.fromkeys((*TOLERANCES, self.ssc.settings.tolerance))
                return [(value, tolerance_words(tolerance(value), TOLERANCE)) for value in offered]
            case "remote":
                return [*self._now(), (CHANGE, _("set an address…")), (CLEAR, _("none"))]
            case "user":
                return [*self._now(), (CHANGE, _("sign in…")), (CLEAR, _("sign out"))]
            case "metered":
                return [("", _("no: a run may use any number")), (ON, _("yes: 2 MB a run at the most"))]
            case _:
                return [("", _("made whenever there is a way")), (ON, _("none at all"))]

    def _now(self) -> Sequence[tuple[str, str]]:
        """What was typed, where something was."""
        value = getattr(self.ssc.settings, self._setting)
        return [(value, one_line(value))] if value else []

    @on(OptionList.OptionHighlighted, "#names")
    def _name_changed(self, event: OptionList.OptionHighlighted) -> None:
        self._setting = event.option_id or "theme"
        self._fill()

    def _fill(self) -> None:
        now = self.app.theme if self._setting == "theme" else getattr(self.ssc.settings, self._setting)
        if isinstance(now, bool):
            now = ON if now else ""
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        values = [value for value, _title in self._choices()]
        lit = now if now in values else CLEAR if CLEAR in values else values[0]
        for number, (value, title) in enumerate(self._choices()):
            mark = "…" if value == CHANGE else "●" if value == lit else "○"
            choices.add_option(Option(Content(f"{mark} {title}"), id=f"choice {value}"))
            # Where there is something to be typed, Enter leads there.
            if value == (CHANGE if CHANGE in values else lit):
                choices.highlighted = number

    @on(OptionList.OptionSelected, "#names")
    def _to_choices(self) -> None:
        self.action_side(1)

    @on(OptionList.OptionSelected, "#choices")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        value = (event.option_id or "").removeprefix("choice ")
        match self._setting:
            case "remote":
                self._set_remote(value)
            case "user":
                self._set_user(value)
            case "metered" | "offline":
                self.ssc.remember(self._setting, value == ON)
                self.ssc.syncing.look_again()
            case _:
                if self._setting == "theme":
                    self.app.theme = value
                self.ssc.remember(self._setting, value)
                if self._setting == "tolerance":
                    self.ssc.browse.read_card_anew()
                if self._setting == "order":
                    self.ssc.browse.order_by(value)
        self._fill()
        self.ssc.browse.show_state()

    def _set_remote(self, choice: str) -> None:
        """Have another remote catalogue, or none."""

        def typed(words: dict[str, str] | None) -> None:
            if words is not None:
                self._work(self._remember_remote(words["remote"]))

        if choice == CHANGE:
            hint = _("For example https://catalogue.example.org/v1")
            wanted = [Wanted("remote", _("Address of the catalogue"), self.ssc.settings.remote)]
            self.app.push_screen(WordsScreen(_("Remote catalogue"), wanted, hint), typed)
        elif choice == CLEAR:
            self._work(self._remember_remote(""))

    async def _remember_remote(self, typed: str) -> None:
        address = str(parse_address(typed)) if typed else ""
        if address != self.ssc.settings.remote:
            await self._sign_out()
            self.ssc.remember("remote", address)
        self.ssc.syncing.look_again()
        if address:
            self.ssc.sync_now()

    def _set_user(self, choice: str) -> None:
        """Sign in, or out."""

        def typed(words: dict[str, str] | None) -> None:
            if words is not None and words["user"] and words["password"]:
                self._work(self._sign_in(words["user"], words["password"]))

        if choice == CHANGE and not self.ssc.settings.remote:
            self.ssc.tell(_("Set the remote catalogue first."))
        elif choice == CHANGE:
            wanted = [Wanted("user", _("Name"), self.ssc.settings.user), Wanted("password", _("Password"), secret=True)]
            self.app.push_screen(WordsScreen(_("Sign in"), wanted, _("The password goes to the key store of this system.")), typed)
        elif choice == CLEAR:
            self._work(self._sign_out())

    async def _sign_in(self, user: str, password: str) -> None:
        from ssc_tui.sync.credentials import save_password

        in_key_store = await asyncio.to_thread(save_password, self.ssc.home, parse_address(self.ssc.settings.remote), user, password)
        self.ssc.remember("user", user)
        await saving.welcome(self.ssc.copy, user)
        if not in_key_store:
            words = _("This system has no key store: the password lies in {path}, readable for you alone.")
            self.ssc.tell(words.format(path=self.ssc.home.secrets), wrong=True)
        self.ssc.sync_now()

    async def _sign_out(self) -> None:
        settings = self.ssc.settings
        if settings.user and settings.remote:
            from ssc_tui.sync.credentials import forget_password

            await asyncio.to_thread(forget_password, self.ssc.home, parse_address(settings.remote), settings.user)
        if settings.user:
            self.ssc.remember("user", "")

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes a while; an error is told and ends nothing."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:
                self.ssc.tell_error(error)
            self._fill()
            self.ssc.browse.show_state()

        self.run_worker(guarded(), exit_on_error=False)

    def action_side(self, step: int) -> None:
        """To the names (-1) or to the choices (1)."""
        self.set_focus(self.query_one("#choices" if step > 0 else "#names"))

    def action_cursor(self, way: str) -> None:
        """Move the highlight of the side that has the focus."""
        if isinstance(self.focused, OptionList):
            getattr(self.focused, f"action_cursor_{way}")()
