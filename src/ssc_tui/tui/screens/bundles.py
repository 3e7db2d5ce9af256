"""Bundles: what can be written where, and what can be read from where; what reading would do is said before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from ssc_tui.errors import Refused
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.paths import named
from ssc_tui.store.riding import riding
from ssc_tui.sync import drives
from ssc_tui.sync.bundle_open import Wishes, key_of
from ssc_tui.sync.bundle_read import read_bundle
from ssc_tui.sync.bundle_words import origin
from ssc_tui.sync.bundle_write import write_bundle
from ssc_tui.sync.drives import Drive, Found
from ssc_tui.sync.trust import Key, own_key, trust
from ssc_tui.text import fit, one_line
from ssc_tui.tui import sync_words as words
from ssc_tui.tui.screens.ask import DecisionScreen, Wanted, WordsScreen
from ssc_tui.tui.screens.listing import ListingScreen
from ssc_tui.tui.widgets.plain import Plain

WHAT = N_("One file carries the catalogue and the edits that wait, where there is no link.")

AS_IT_IS = Wishes()
"""Nothing is believed or taken that needs a word."""

ANYWAY = {
    "accept_unsigned": N_("read it though nobody signed it"),
    "accept_expired": N_("read it all the same"),
    "accept_removals": N_("remove them here too"),
}
"""What the person agrees to, by the wish that it becomes."""


class Places(NamedTuple):
    """Where bundles can be written, which ones lie there, and the digits of this home's key; empty where it has none yet."""

    drives: list[Drive]
    found: list[Found]
    fingerprint: str


class BundlesScreen(ListingScreen[None]):
    """What can be done with bundles, in a window."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "dismiss(None)", show=False),
        Binding("r", "look", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[Callable[[], None]] = []
        self._typed: dict[str, str] = {}
        self._busy = False

    @property
    def _is_open(self) -> bool:
        """Whether the window is there still; a screen that was closed counts as mounted for ever."""
        return self in self.app.screen_stack

    def compose(self) -> ComposeResult:
        """What can be done, and what the keys do."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Bundles"))
            yield Plain(_(WHAT), id="bundles-head", classes="head")
            yield OptionList(id="bundles")
            yield Plain("", id="bundles-key", classes="foot")
            yield Plain(_("Enter does it, r looks for sticks again, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Look for sticks."""
        self.set_focus(self.listed)
        self.action_look()

    def action_look(self) -> None:
        """Look for sticks, and for bundles on them."""
        self.run_worker(self._look(), exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        try:
            places = await asyncio.to_thread(self._places)
        except Exception as error:
            self.ssc.tell_error(error)
            places = Places([], [], "")
        width = max(20, self.query_one("#bundles-head").size.width - 2)
        options: list[tuple[str, Callable[[], None]]] = []
        for drive in (each for each in places.drives if each.writable):
            free = _(", {size} free").format(size=words.size(drive.free)) if drive.free is not None else ""
            options.append(
                (_("Write to {folder}{free}").format(folder=_shown(drive.folder), free=free), partial(self._write, drive.folder))
            )
        options.append((_("Write to another folder or file…"), self._write_elsewhere))
        for found in places.found:
            said = _("Read {name}, {size}, in {folder}")
            title = said.format(name=one_line(found.file.name), size=words.size(found.size), folder=_shown(found.file.parent))
            options.append((title, partial(self._read, found.file)))
        options.append((_("Read another file…"), self._read_elsewhere))
        self.fill(Content(fit(title, width).rstrip()) for title, _do in options)
        self._choices = [do for _title, do in options]
        key = (
            _("Your digits, to compare over the phone: {digits}")
            if places.fingerprint
            else _("Your first bundle makes the key of this home.")
        )
        self.query_one("#bundles-key", Plain).say(key.format(digits=places.fingerprint))

    def _places(self) -> Places:
        found = drives.removable()
        own = own_key(self.ssc.home)
        bundles = drives.bundles_in([*(each.folder for each in found), *drives.likely_folders()])
        return Places(found, bundles, own.key.fingerprint if own else "")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._busy:
            self.ssc.tell(_("One after the other: a bundle is being written or read."))
        elif event.option_index < len(self._choices):
            self._choices[event.option_index]()

    # Writing

    def _write_elsewhere(self) -> None:
        hint = _("In a folder, the file gets a name of its own.")
        self._ask_where(_("Write a bundle"), _("Folder or file"), self._write, hint)

    def _write(self, file: Path) -> None:
        """Say what will be written, and write it where the person agrees."""
        self.run_worker(self._ask_to_write(file), exit_on_error=False)

    async def _ask_to_write(self, file: Path) -> None:
        try:
            edits = len((await self.ssc.pages.ask(riding)).edits)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        said = [_("Everything that this copy received from the catalogue goes into one file in {file}.").format(file=_shown(file))]
        if edits:
            rides = ngettext("{n} edit rides along", "{n} edits ride along", edits).format(n=edits)
            said.append(_("{edits}, and will not be taken back any more.").format(edits=rides))

        def decided(yes: bool | None) -> None:
            if yes:
                self._work(self._write_now(file), _("Writing…"))

        self.app.push_screen(DecisionScreen(_("Write a bundle"), " ".join(said), _("write it")), decided)

    async def _write_now(self, file: Path) -> str:
        made = await asyncio.to_thread(write_bundle, self.ssc.home, file, author=self.ssc.settings.user, tell=self._tell)
        self._served(file)
        if self._is_open:
            self.action_look()
        return _("Written: {name}, {size}.").format(name=one_line(made.file.name), size=words.size(made.size))

    # Reading

    def _read_elsewhere(self) -> None:
        self._ask_where(_("Read a bundle"), _("File"), self._read)

    def _read(self, file: Path, wishes: Wishes = AS_IT_IS) -> None:
        """Find out what reading would do, say it, and do it where the person agrees."""
        self._work(self._find_out(file, wishes), _("Checking…"))

    async def _find_out(self, file: Path, wishes: Wishes) -> str:
        try:
            would = await asyncio.to_thread(read_bundle, self.ssc.home, file, wishes, dry_run=True, tell=self._tell)
        except Refused as error:
            if not error.wish:
                raise
            await self._doubt(file, wishes, error)
            return ""

        def decided(yes: bool | None) -> None:
            if yes:
                self._work(self._read_now(file, wishes), _("Reading…"))

        self.app.push_screen(DecisionScreen(_("Read a bundle"), "\n".join([*origin(would), "", would.words]), _("read it")), decided)
        return ""

    async def _doubt(self, file: Path, wishes: Wishes, error: Refused) -> None:
        """Ask about what no program can know."""
        stranger = await asyncio.to_thread(key_of, file) if error.wish == "accept_unsigned" else None

        def decided(yes: bool | None) -> None:
            if not yes:
                return
            if stranger is None:
                self._read(file, wishes._replace(**{error.wish: True}))
            else:
                self._work(self._trust(stranger, file, wishes), _("Checking…"))

        said, yes = str(error), _(ANYWAY[error.wish])
        if stranger is not None:
            yes = _("they are the same: trust this key from now on")
            said = _(
                "{name} signed this bundle with a key that you do not trust yet. Ask for the digits of that key over the phone:\n\n{digits}"
            ).format(name=stranger.name or _("Somebody"), digits=stranger.fingerprint)
        self.app.push_screen(DecisionScreen(_("Before anything is changed"), said, yes), decided)

    async def _trust(self, stranger: Key, file: Path, wishes: Wishes) -> str:
        await asyncio.to_thread(trust, self.ssc.home, stranger)
        return await self._find_out(file, wishes)

    async def _read_now(self, file: Path, wishes: Wishes) -> str:
        read = await asyncio.to_thread(read_bundle, self.ssc.home, file, wishes, tell=self._tell)
        self._served(file)
        self.ssc.written()
        return read.words

    # Both

    def _ask_where(self, heading: str, what: str, act: Callable[[Path], None], hint: str = "") -> None:
        """Have a file be named by hand; what was typed and has not served yet stands there to be corrected."""

        def typed(answers: dict[str, str] | None) -> None:
            if answers is not None and (name := answers["file"].strip()):
                self._typed[heading] = name
                act(named(name))

        self.app.push_screen(WordsScreen(heading, [Wanted("file", what, self._typed.get(heading, ""))], hint), typed)

    def _served(self, file: Path) -> None:
        """What was typed for this file need not be corrected any more."""
        self._typed = {heading: name for heading, name in self._typed.items() if named(name) != file}

    def _work(self, work: Coroutine[None, None, str], doing: str) -> None:
        """Do something that takes a while, whether the window stays open or not; an error is told and ends nothing."""

        async def guarded() -> None:
            said, self._busy = "", True
            self._say(doing)
            try:
                said = await work
            except Exception as error:
                self.ssc.tell_error(error)
            finally:
                self._busy = False
            if said and not self._is_open:
                self.ssc.tell(said)
            self._say(said)

        self.app.run_worker(guarded(), group="bundle", exit_on_error=False)

    def _tell(self, done: int, number: int) -> None:
        """Say how far it is; called on the thread that works."""
        self.app.call_from_thread(self._say, _("{done:,} of {all:,} records…").format(done=done, all=number))

    def _say(self, sentence: str) -> None:
        if self._is_open:
            self.query_one("#bundles-head", Plain).say(sentence or _(WHAT))


def _shown(path: Path) -> str:
    return one_line(str(path))
