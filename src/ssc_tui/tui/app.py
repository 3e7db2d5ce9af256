"""The app: opens on the list, knows the theme and the keys, and holds what every screen needs."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from urllib.parse import SplitResult, urlsplit

from textual import events
from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.timer import Timer

from ssc_tui.errors import SettingsError, SscError
from ssc_tui.fault import record
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.paths import Home
from ssc_tui.settings import Settings, read_settings, save_setting
from ssc_tui.store import reader
from ssc_tui.store.conflicts import open_conflicts
from ssc_tui.store.copy import Copy, open_copy
from ssc_tui.store.overlay import declined, unsent
from ssc_tui.store.standing import standing
from ssc_tui.store.suggestions import for_editor
from ssc_tui.sync.report import Report, Wishes
from ssc_tui.text import clean, one_line, takes_out
from ssc_tui.tui import saving, sync_words, terminal
from ssc_tui.tui.keystrokes import Keystrokes
from ssc_tui.tui.reading import Reading, interrupted
from ssc_tui.tui.screens.browse import BrowseScreen
from ssc_tui.tui.syncing import Syncing

if TYPE_CHECKING:
    from textual.command import Provider

REFRESH = 3.0
"""Seconds between two times that the list is read again while records come in."""

SENT_AFTER = 20.0
"""Seconds after a save at which it is sent, unless another one follows: time to take it back."""


@runtime_checkable
class SyncPage(Protocol):
    """A screen that shows the sync."""

    def show_run(self) -> None:
        """Show how it stands now."""


def _record_provider() -> type[Provider]:
    from ssc_tui.tui.providers.palette import RecordProvider

    return RecordProvider


def _command_provider() -> type[Provider]:
    from ssc_tui.tui.providers.palette import CommandProvider

    return CommandProvider


class SscApp(App[None]):
    """The directory on the screen."""

    TITLE = "ssc-tui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    COMMANDS = {_record_provider, _command_provider}

    def __init__(self, home: Home, copy: Copy, settings: Settings, notices: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.home = home
        self.copy = copy
        self.settings = settings
        self.notices = (*copy.notices, *notices)
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.pages = Reading(copy.path)
        self.searching = Reading(copy.path)
        self.counting = Reading(copy.path)
        self.keystrokes = Keystrokes(self)
        self.syncing = Syncing(home, lambda: self.settings, self.synced_at, self)
        self._refreshed = 0.0
        self._sending: Timer | None = None
        self.browse = BrowseScreen()
        self.set_keymap(dict(settings.keys))
        if settings.theme in self.available_themes:
            self.theme = settings.theme

    async def on_event(self, event: events.Event) -> None:
        """Take keys one after the other, and what is pasted without what could drive the terminal."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key):
            if await self.keystrokes.act(event):
                return
        else:
            await self.keystrokes.hear_out()
            if takes_out(event.text):
                self.tell(_("What was pasted held characters that no record may hold, such as controls of a terminal. They were left out."))
            event.text = clean(event.text)
        focused = self.focused
        await super().on_event(event)
        self.keystrokes.follow(focused)

    def on_mount(self) -> None:
        """Look after the terminal."""
        if not self.is_headless and terminal.is_terminal():
            self.set_interval(terminal.SECONDS, self._leave_with_the_terminal)

    def _leave_with_the_terminal(self) -> None:
        if terminal.is_gone():
            # What the system sends to the programs of a terminal that it closes; everything is saved already.
            # Under nohup it is ignored, which is of no use to a program that nobody sees any more.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            signal.raise_signal(signal.SIGHUP)

    def action_command_palette(self) -> None:
        """The palette goes to a record or does something with one, so it opens over the lists alone."""
        if isinstance(self.screen, BrowseScreen):
            super().action_command_palette()

    def get_default_screen(self) -> BrowseScreen:
        """The lists and cards."""
        return self.browse

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's own: the palette finds ours."""
        return ()

    def tell(self, message: str, *, wrong: bool = False) -> None:
        """Say a sentence at the edge of the screen, word for word."""
        self.notify(clean(message), severity="warning" if wrong else "information", markup=False, timeout=8 if wrong else 4)

    def tell_error(self, error: Exception) -> None:
        """Say what went wrong: a problem of the person's in its own words, a fault with the place of its trace.

        Of a question to the copy that was interrupted nothing is said.
        """
        if interrupted(error):
            return
        if isinstance(error, SscError):
            self.tell(str(error), wrong=True)
        else:
            self.tell(record(self.home, error), wrong=True)

    def open_outside(self, address: str) -> None:
        """Open a web or mail address with the program that the system has for it; of any other kind, nothing is opened."""
        try:
            parts = urlsplit(address)
            where = parts.hostname or parts.path
        except ValueError:
            parts, where = SplitResult("", "", "", "", ""), ""
        if parts.scheme in ("http", "https", "mailto") and where and address == one_line(address):
            self.tell(_("Opening {host}").format(host=where))
            self.open_url(address)
        else:
            self.tell(_("Only web and mail addresses are opened; this is none: {address}").format(address=one_line(address)), wrong=True)

    def remember(self, name: str, value: object) -> None:
        """Change a setting, now and in the file; where that fails, say so and go on."""
        self.settings = Settings(**{**self.settings._asdict(), name: value})
        try:
            save_setting(self.home.settings, name, value)
        except SettingsError as error:
            self.tell_error(error)

    @property
    def practising(self) -> bool:
        """Whether the catalogue is the made-up one."""
        return reader.meta(self.copy.connection).get("origin") == "practice"

    # The sync

    def synced_at(self) -> str | None:
        """When the copy was last synced; None where never."""
        return standing(self.copy.connection).synced_at

    def unsent(self) -> sync_words.Waiting:
        """How much waits to be sent or decided."""
        copy = self.copy.connection
        return sync_words.Waiting(unsent(copy), open_conflicts(copy), for_editor(copy), declined(copy))

    def sync_now(self, wishes: Wishes | None = None) -> None:
        """Sync, or say why not."""
        if not self.syncing.possible or self.syncing.state.running:
            self.tell(sync_words.sync_now(self.syncing.state, self.settings))
        else:
            self.syncing.ask(wishes)

    def sync_moved(self) -> None:
        """See `syncing.Audience`: what is on the screen follows, the lists now and then."""
        state = self.syncing.state
        if state.progress and state.progress.done and monotonic() - self._refreshed > REFRESH:
            self._copy_changed()
        self._show_sync()

    def sync_ended(self, report: Report, *, asked: bool) -> None:
        """See `syncing.Audience`: say what came, and what went wrong where somebody waits for it."""
        if any(report.applied) or report.sent or report.suggested or report.heard or report.own:
            self._copy_changed()
            more = _("c shows what.") if any(report.applied) else ""
            self.tell(_("Synced: {words} {more}").format(words=report.words, more=more).strip() if report.outcome == "ok" else report.words)
        elif asked and not report.wish:
            self.tell(report.words, wrong=report.outcome != "ok")
        self._show_sync()
        if asked and report.wish:
            self._ask_for_wish(report)

    def sync_failed(self, error: Exception, *, asked: bool) -> None:
        """See `syncing.Audience`."""
        if asked or not isinstance(error, SscError):
            self.tell_error(error)
        self._show_sync()

    def _show_sync(self) -> None:
        self.browse.show_state()
        if isinstance(self.screen, SyncPage):
            self.screen.show_run()

    def _copy_changed(self) -> None:
        self._refreshed = monotonic()
        self.browse.refresh_list()

    def _ask_for_wish(self, report: Report) -> None:
        """Let the person decide what no run may decide."""
        from ssc_tui.tui.screens.ask import DecisionScreen

        wish: dict[str, Any] = {report.wish: True}

        def decided(yes: bool | None) -> None:
            if yes:
                self.sync_now(Wishes(**wish))

        yes = _("take this catalogue") if report.wish == "join" else _("remove them here too")
        self.push_screen(DecisionScreen(_("Before anything is changed"), report.words, yes), decided)

    def action_sync_now(self) -> None:
        """Sync now."""
        self.sync_now()

    def action_sync_page(self) -> None:
        """How the sync stands, and how the last runs went."""
        from ssc_tui.tui.screens.sync import SyncScreen

        self.push_screen(SyncScreen())

    def _lead_to_record(self, screen: Screen[str | None]) -> None:
        """Open a window that gives back the reference of a record, and go there."""

        def chosen(ref: str | None) -> None:
            if ref:
                self.browse.follow(Target("record", ref))

        self.push_screen(screen, chosen)

    def action_changes(self) -> None:
        """What syncs changed; leads to a record."""
        from ssc_tui.tui.screens.changes import ChangesScreen

        self._lead_to_record(ChangesScreen())

    def action_undo(self) -> None:
        """Take back the last save that was not sent yet."""
        self.run_worker(self._undo(), group="save", exit_on_error=False)

    async def _undo(self) -> None:
        try:
            self.tell(await saving.undo(self.copy))
        except SscError as error:
            self.tell_error(error)
            return
        self.written()

    def written(self) -> None:
        """Something was saved: lists, cards and the line at the bottom follow, and it is sent where that can be."""
        self._copy_changed()
        self._show_sync()
        if self.settings.user and self.syncing.possible:
            if self._sending:
                self._sending.stop()
            self._sending = self.set_timer(SENT_AFTER, self.syncing.look_again)

    def action_conflicts(self) -> None:
        """Where two people wrote different things; leads to a record."""
        from ssc_tui.tui.screens.conflicts import ConflictsScreen

        self._lead_to_record(ConflictsScreen())

    def action_bundles(self) -> None:
        """Write a bundle, or read one."""
        from ssc_tui.tui.screens.bundles import BundlesScreen

        self.push_screen(BundlesScreen())

    def action_suggestions(self) -> None:
        """What others suggest; leads to a record."""
        from ssc_tui.tui.screens.suggestions import SuggestionsScreen

        self._lead_to_record(SuggestionsScreen())

    async def on_unmount(self) -> None:
        """Let go of the copy."""
        self.syncing.close()
        for reading in (self.searching, self.counting, self.pages):
            reading.close()


def run(home: Home, *, offline: bool = False) -> int:
    """Open the screens; returns the exit code.

    Raises:
        CopyError: there is no copy that can be opened.
    """
    notices: tuple[str, ...] = ()
    copy = open_copy(home)
    try:
        settings = read_settings(home.settings)
    except SettingsError as error:
        settings, notices = Settings(), (str(error),)
    if offline:
        settings = settings._replace(offline=True)
    app = SscApp(home, copy, settings, notices)
    app.run()
    return app.return_code or 0
