"""The app on a home of its own, with nothing in it that changes from run to run, and what its screens say."""

from __future__ import annotations

import datetime
import re
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.tui.hostile import make_hostile
from textual import _wait, events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from ssc_tui.insight.page import PageLine
from ssc_tui.insight.report import Report
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store.copy import open_copy
from ssc_tui.store.loader import make_copy
from ssc_tui.store.reader import Row
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.screens.browse import BrowseScreen
from ssc_tui.tui.screens.view import ViewScreen
from ssc_tui.tui.widgets.bars import Bar
from ssc_tui.tui.widgets.card_view import CardView
from ssc_tui.tui.widgets.record_list import RecordList

NOW = datetime.datetime(2026, 11, 24, 9, 30, tzinfo=datetime.UTC)
WIDE = (120, 40)
NARROW = (80, 24)
SMALL = (60, 20)
META = {"dataset": "made up", "format": "1", "origin": "remote", "released": "2026-11-01", "seed": "made-up"}
HOSPITAL = {"id": "kch", "name": "Kamuzu Central Hospital", "website": "https://kch.example", "country": "MW"}
"""A partner with few fields."""

UNIVERSITY = {"id": "aku", "name": "Aga Khan University", "country": "PK"}
"""Another one."""

TURNS = 1000
"""How often a condition is looked at before a test gives up; the loop runs in between."""

PAUSE = 0.005
"""Seconds without work after which the app counts as idle: a fourth of Textual's own, since `Desk.settle` asks for more than idleness."""

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""What no line of a screen may hold."""

Documents = Iterable[tuple[str, Mapping[str, Any]]]

PICTURED_ON = (3, 11)
"""The Python on which the pictures of the screens were taken: another one may know other widths of characters."""


def _other_python() -> str:
    """What is to be said where this is not the Python of the pictures; empty where it is."""
    here, there = (".".join(map(str, version)) for version in (sys.version_info[:2], PICTURED_ON))
    return "" if here == there else f"the pictures of the screens were taken on Python {there}, and this is {here}"


def pytest_configure(config: pytest.Config) -> None:
    """Take no pictures on another Python, so that all are of one kind."""
    if config.getoption("update_snapshots") and (why := _other_python()):
        raise pytest.UsageError(f"No pictures are taken: {why}.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare no pictures on another Python."""
    if why := _other_python():
        for item in items:
            if "snap_compare" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip(reason=f"{why}; every other test of the screens runs here too"))


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Let the app run until the condition holds; fails where it never does."""
    for _turn in range(TURNS):
        if true():
            return
        await pilot.pause(0.01)
    pytest.fail(f"never came true: {getattr(true, '__name__', true)}")


class Desk:
    """A person before the app: presses keys, and sees what is on the screen."""

    def __init__(self, app: SscApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.opened: list[str] = []

    @property
    def browse(self) -> BrowseScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BrowseScreen)
        return screen

    @property
    def records(self) -> RecordList:
        return self.browse.records

    @property
    def card(self) -> CardView:
        return self.browse.card_view

    @property
    def row(self) -> Row:
        """The highlighted row."""
        assert self.records.row
        return self.records.row

    def row_at(self, number: int) -> Row:
        """A row of the list that has been read, by its number from 0 on."""
        row = self.records._row(number)
        assert row
        return row

    @property
    def ref(self) -> str:
        """The reference of the highlighted row."""
        return self.row.ref

    @property
    def line(self) -> PageLine:
        """The highlighted line of the card."""
        assert self.card.line
        return self.card.line

    @property
    def search(self) -> Input:
        return self.browse.query_one("#search", Input)

    @property
    def on(self) -> str:
        """Where the keys go: list, card, search, or the name of the window that is open."""
        if len(self.app.screen_stack) > 1:
            return type(self.app.screen).__name__
        names = {RecordList: "list", CardView: "card", Input: "search"}
        return next((name for kind, name in names.items() if isinstance(self.app.focused, kind)), "nothing")

    def bar(self, name: str) -> str:
        """What a bar says: sections, status or keys."""
        return self.browse.query_one(f"#{name}", Bar).text

    @property
    def toasts(self) -> list[str]:
        """What the app said at the edge of the screen, in order."""
        return [note.message for note in sorted(self.app._notifications, key=lambda note: note.raised_at)]

    def lines(self) -> list[str]:
        """The rows of the whole screen as they are painted."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def rows(self) -> list[str]:
        """The rows of the list as they are painted."""
        return [self.records.render_line(y).text for y in range(self.records.size.height)]

    def page(self) -> list[str]:
        """All lines of the card."""
        return [line.text for line in self.card._lines]

    @property
    def view(self) -> ViewScreen:
        """The view that is open."""
        assert isinstance(self.app.screen, ViewScreen)
        return self.app.screen

    @property
    def report(self) -> Report:
        """What the open view says."""
        assert self.view.report
        return self.view.report

    def view_lines(self) -> list[str]:
        """All lines of the open view."""
        return [line.text for line in self.view.page._lines]

    async def sees(self, words: str) -> None:
        """Wait until a line of the screen holds the words."""
        await until(self.pilot, lambda: any(words in line for line in self.lines()))

    async def settle(self) -> None:
        """Let everything that was started come to its end, and be painted."""
        await self.pilot.pause()
        await until(self.pilot, self._at_rest)
        await self.pilot.pause()

    def _at_rest(self) -> bool:
        """Whether nothing is being worked on and no message waits."""
        working = any(not worker.is_finished for worker in self.app.workers if worker.group != "prepare")
        return not working and not any(pump.message_queue_size for pump in (self.app, *self.app.screen.walk_children(with_self=True)))

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait for what each of them started."""
        for key in keys:
            await self.pilot.press(key)
            await until(self.pilot, self._at_rest)
        await self.settle()

    async def written(self) -> None:
        """Let the app hear that something was written beside it."""
        self.app.written()
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text from the clipboard of the terminal."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def type(self, words: str) -> None:
        """Search for words, as typed after /."""
        await self.press("slash")
        await self.pilot.press(*(NAMES.get(char, char) for char in words))
        await self.settle()
        assert self.search.value.endswith(words)

    async def open(self, words: str, ref: str) -> None:
        """Search for words and go to the card of the first result, which is the record."""
        await self.type(words)
        await self.press("enter")
        await until(self.pilot, lambda: self.card.card and self.card.card.ref == ref)
        assert self.on == "card"

    def highlight(self, words: str, what: str | None = None) -> None:
        """Highlight the first line of the card that holds the words, and leads to what is named."""
        for number, line in enumerate(self.card._lines):
            if words in line.text and (what is None or (line.target and line.target.what == what)):
                self.card.highlight(number)
                return
        pytest.fail(f"no line of the card says {words}")


NAMES = {
    " ": "space",
    ":": "colon",
    ",": "comma",
    "-": "minus",
    "?": "question_mark",
    "/": "slash",
    '"': "quotation_mark",
    ".": "full_stop",
}
"""What Textual calls keys that are no letters."""

Sit = Callable[..., AbstractAsyncContextManager[Desk]]
MakeApp = Callable[..., SscApp]


@pytest.fixture(autouse=True)
def _nothing_varies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "SSC_TUI_HOME", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LANGUAGE", "en")
    time.tzset()
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", PAUSE)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", PAUSE / 4)
    # Whether a cursor is seen would hang on when one looks.
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def make_app(home: Home) -> MakeApp:
    """Make the app on the seed, or on a catalogue of the given documents."""

    def make(documents: Documents | None = None, settings: Settings | None = None, **meta: str) -> SscApp:
        if documents is not None:
            home.data.mkdir(mode=0o700)
            make_copy(home.database, documents, {**META, **meta})
        app = SscApp(home, open_copy(home), settings or Settings())
        app.now = lambda: NOW
        app.animation_level = "none"
        return app

    return make


@pytest.fixture(scope="session")
def _hostile_copy(tmp_path_factory: pytest.TempPathFactory, nasty_strings: Mapping[str, str]) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "home"
    made = Home(folder, folder, folder)
    make_hostile(made, nasty_strings)
    return made.database


@pytest.fixture
def hostile(home: Home, _hostile_copy: Path) -> Home:
    """A home that holds every nasty string in every field of records of every kind."""
    home.data.mkdir(parents=True, mode=0o700)
    shutil.copyfile(_hostile_copy, home.database)
    return home


@pytest.fixture
def sit(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Sit:
    """Sit down before the app, on the seed or on given documents, with toasts; no browser is ever opened."""

    @asynccontextmanager
    async def sit_down(
        documents: Documents | None = None, *, size: tuple[int, int] = WIDE, settings: Settings | None = None, app: SscApp | None = None
    ) -> AsyncIterator[Desk]:
        app = app or make_app(documents, settings)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            desk = Desk(app, pilot)
            monkeypatch.setattr(app, "open_url", lambda url, **_options: desk.opened.append(url))
            await desk.settle()
            yield desk

    return sit_down
