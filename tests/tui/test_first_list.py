"""The start: the first list is painted with little loaded, and opens in whatever state the home is, which it says."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from tests.tui.conftest import NARROW, WIDE, Desk, Sit, until

from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store.copy import open_copy
from ssc_tui.tui import app as app_module
from ssc_tui.tui import saving
from ssc_tui.tui.app import SscApp, run
from ssc_tui.tui.screens import browse

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "httpx", "rapidfuzz")
"""What takes longer to import than the first list may take to be painted."""

WRITER = "ssc_tui.store.writer"
SECONDS = 60

LOOK = """
import json, sys
from ssc_tui.cli.main import main
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.screens import browse
from ssc_tui.tui.widgets.record_list import RecordList

folder, idle, heavy, writer, *keys = sys.argv[1:]
browse.IDLE_SECONDS = float(idle)
watched = [*heavy.split(), writer]
seen = {"painted": None, "pressed": None, "saved": None}
render_line = RecordList.render_line


def loaded():
    return [name for name in watched if name in sys.modules]


def painted(self, y):
    strip = render_line(self, y)
    if seen["painted"] is None and self.total and self.row:
        seen.update(painted=loaded(), total=self.total, title=self.row.title, line=strip.text)
    return strip


async def look(pilot):
    await pilot.press(*keys)
    while not all(worker.is_finished for worker in pilot.app.workers):
        await pilot.pause(0.01)
    seen["pressed"] = loaded()
    if not keys:
        while writer not in sys.modules or not all(worker.is_finished for worker in pilot.app.workers):
            await pilot.pause(0.01)
    else:
        await pilot.press("asterisk")
        while not pilot.app.browse.records.row.bookmarked:
            await pilot.pause(0.01)
    seen["saved"] = loaded()
    pilot.app.exit()


RecordList.render_line = painted
SscApp.run = lambda self, run=SscApp.run: run(self, headless=True, size=(120, 40), auto_pilot=look)
seen["code"] = main(["--home", folder])
print(json.dumps(seen))
"""
"""Opens the app as the command does, and tells what was loaded when the list was painted, after the keys, and in the end."""


def look(home: Home, idle: str, *keys: str) -> dict[str, Any]:
    """What a process of its own saw of the start."""
    words = [sys.executable, "-c", LOOK, str(home.data), idle, " ".join(HEAVY), WRITER, *keys]
    done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


EVERYWHERE = [
    "j", "G", "enter", "escape", "2", "slash", "k", "a", "m", "u", "z", "o", "escape", "escape", "f", "l", "escape", "comma", "escape",
    "question_mark", "escape", "ctrl+p", "n", "o", "r", "escape", "y", "1",
]  # fmt: skip


def test_reading_needs_nothing_heavy_and_the_first_bookmark_loads_what_saving_needs(home: Home) -> None:
    seen = look(home, "3600", *EVERYWHERE)
    assert seen["code"] == 0
    assert (seen["total"], seen["painted"]) == (225, [])
    assert seen["title"][:20] in seen["line"]
    assert seen["pressed"] == []
    assert {"sqlmodel", WRITER} <= set(seen["saved"])


def test_what_saving_needs_is_loaded_when_nobody_waits_for_it(home: Home) -> None:
    assert browse.IDLE_SECONDS > 0
    seen = look(home, "0.01")
    assert (seen["code"], seen["total"]) == (0, 225)
    assert {"sqlmodel", WRITER} <= set(seen["saved"])


# In whatever state the home is

Open = Callable[[], SscApp]


@pytest.fixture
def opened(home: Home, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the home as the command does, up to the moment in which the screens would come."""

    def make() -> SscApp:
        apps: list[SscApp] = []
        monkeypatch.setattr(SscApp, "run", lambda app: apps.append(app))
        assert run(home) == 0
        apps[0].animation_level = "none"
        return apps[0]

    return make


@pytest.fixture
def kept(home: Home) -> bytes:
    """A home with a note and a bookmark; the bytes of its copy."""
    with closing(open_copy(home).connection) as copy:
        copy.execute("INSERT INTO note VALUES ('n', 'partners', 'aas-dprk', 'Ask for Amina', '2026-01-02')")
        copy.execute("INSERT INTO bookmark VALUES ('partners', 'aas-dprk', '2026-01-02')")
    return home.database.read_bytes()


def change(home: Home, *statements: str) -> None:
    with closing(sqlite3.connect(home.database, isolation_level=None)) as copy:
        for statement in statements:
            copy.execute(statement)


def whole(desk: Desk) -> bool:
    """Whether the first list is there."""
    return desk.records.total == 225 and desk.ref == "partners/aas-dprk"


def message(desk: Desk) -> str:
    """What the window says, its line ends taken out."""
    return " ".join(" ".join(line.strip(" │╭╮╰╯─▎▊") for line in desk.lines()).split())


def truncate(home: Home) -> None:
    home.database.write_bytes(home.database.read_bytes()[:100_000])


def overwrite(home: Home) -> None:
    home.database.write_text("Dear all, please find attached the minutes.\n" * 200)


def of_another_program(home: Home) -> None:
    change(home, "PRAGMA application_id = 5")


@pytest.mark.parametrize("size", [(60, 20), NARROW, WIDE])
@pytest.mark.parametrize(
    ("harm", "notes", "bookmarks"),
    [(truncate, "0 notes", "0 bookmarks"), (overwrite, "0 notes", "0 bookmarks"), (of_another_program, "1 note", "1 bookmark")],
)
async def test_a_damaged_home_opens_on_the_seed_and_says_where_the_old_copy_is(
    sit: Sit, opened: Open, home: Home, kept: bytes, size: tuple[int, int], harm: Callable[[Home], None], notes: str, bookmarks: str
) -> None:
    harm(home)
    async with sit(app=opened(), size=size) as desk:
        assert desk.on == "MessageScreen"
        (aside,) = home.data.glob("catalogue.damaged-*.sqlite")
        said = message(desk).replace(" ", "")
        assert aside.name in said
        assert f"{notes} and {bookmarks} could be read and were carried over.".replace(" ", "") in said
        await desk.press("y")
        assert aside.name in desk.app.clipboard
        await desk.press("escape")
        assert desk.on == "list"
        assert whole(desk)
        carried = notes != "0 notes"
        assert (desk.row.noted, desk.row.bookmarked) == (carried, carried)


READ_ONLY = [("database", 0o400), ("data", 0o500)]


@pytest.mark.parametrize(("place", "mode"), READ_ONLY)
async def test_a_read_only_home_is_read_and_says_that_nothing_is_saved(
    sit: Sit, opened: Open, home: Home, kept: bytes, place: str, mode: int
) -> None:
    getattr(home, place).chmod(mode)
    try:
        async with sit(app=opened()) as desk:
            assert whole(desk)
            assert [toast for toast in desk.toasts if "is read-only: everything can be read" in toast]
            assert desk.bar("status").endswith("read-only")
            assert (desk.row.noted, desk.row.bookmarked) == (True, True)
            await desk.press("asterisk")
            assert "nothing was saved" in desk.toasts[-1]
            desk.app.clear_notifications()
            await desk.press("n", *"Ring", "ctrl+s")
            assert "nothing was saved" in desk.toasts[-1]
            assert desk.on == "NoteScreen"
            await desk.press("escape", "escape")
            assert [note.text for note in reader.notes(desk.app.copy.connection)] == ["Ask for Amina"]
            assert desk.row.bookmarked
    finally:
        home.data.chmod(0o700)
    assert home.database.read_bytes() == kept


@pytest.mark.parametrize("order", ["name", "country", "newest"])
@pytest.mark.parametrize("size", [(60, 20), NARROW, WIDE])
async def test_the_status_says_read_only_at_any_size_and_in_any_order(
    sit: Sit, opened: Open, home: Home, kept: bytes, size: tuple[int, int], order: str
) -> None:
    home.settings.write_text(f'order = "{order}"\nsection = "publications"\n')
    home.database.chmod(0o400)
    async with sit(app=opened(), size=size) as desk:
        desk.app.clear_notifications()
        await desk.settle()
        assert "read-only" in desk.lines()[-2]


async def test_a_home_of_an_older_schema_is_brought_up_to_date_and_says_so(sit: Sit, opened: Open, home: Home, kept: bytes) -> None:
    change(home, "DROP TABLE bookmark", "DROP TABLE note", "PRAGMA user_version = 1")
    async with sit(app=opened()) as desk:
        assert whole(desk)
        assert desk.on == "list"
        assert [toast for toast in desk.toasts if "came from an older ssc-tui and was brought up to date; nothing was lost" in toast]
        await desk.press("asterisk")
        assert desk.toasts[-1].startswith("Bookmarked")


async def test_a_home_of_a_newer_schema_is_read_and_says_so(sit: Sit, opened: Open, home: Home, kept: bytes) -> None:
    change(home, "PRAGMA user_version = 99")
    async with sit(app=opened()) as desk:
        assert whole(desk)
        assert [toast for toast in desk.toasts if "written by a newer ssc-tui" in toast]
        assert desk.bar("status").endswith("read-only")


async def test_a_home_in_order_says_nothing(sit: Sit, opened: Open) -> None:
    async with sit(app=opened()) as desk:
        assert whole(desk)
        assert (desk.on, desk.toasts) == ("list", [])


@pytest.mark.parametrize("written", ["theme = [", "\x00", "theme = 'x' theme = 'y'", b"\xff\xfe".decode("latin-1")])
async def test_settings_that_cannot_be_read_are_left_and_told(sit: Sit, opened: Open, home: Home, kept: bytes, written: str) -> None:
    home.settings.write_bytes(written.encode("latin-1"))
    async with sit(app=opened()) as desk:
        assert whole(desk)
        assert [toast for toast in desk.toasts if "cannot be read" in toast and "left as it is" in toast]
        await desk.press("o")
        assert "was not changed" in desk.toasts[-1]
    assert home.settings.read_bytes() == written.encode("latin-1")


@pytest.mark.parametrize(
    "written", ["theme = 5\nsection = []\norder = {}\nkeys = 1", "theme = 'no-such'\nsection = 'nowhere'\norder = 'money'\n[keys]\nx = 1"]
)
async def test_settings_that_mean_nothing_are_passed_over(sit: Sit, opened: Open, home: Home, kept: bytes, written: str) -> None:
    home.settings.write_text(written)
    async with sit(app=opened()) as desk:
        assert whole(desk)
        assert desk.app.theme == "textual-dark"


async def test_settings_hold_from_the_first_list_on(sit: Sit, opened: Open, home: Home) -> None:
    home.data.mkdir(mode=0o700)
    home.settings.write_text("theme = 'textual-light'\nsection = 'funds'\norder = 'newest'\n[keys]\n'move.down' = 'x'\n")
    async with sit(app=opened()) as desk:
        assert desk.app.theme == "textual-light"
        assert desk.ref.startswith("funds/")
        assert "newest first" in desk.bar("status")
        await desk.press("x")
        assert desk.records.highlighted == 1


async def test_while_what_saving_needs_is_loading_one_types_and_quits(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, loaded = threading.Event(), threading.Event()

    def prepare() -> None:
        begun.set()
        assert loaded.wait(10)

    monkeypatch.setattr(browse, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(saving, "prepare", prepare)
    async with sit() as desk:
        await until(desk.pilot, begun.is_set)
        await desk.press("slash", *"norec")
        assert "225" not in desk.bar("status")
        await desk.press("escape", "escape", "escape")
        await desk.pilot.press("q")
        threading.Timer(0.5, loaded.set).start()
    assert desk.app.return_code == 0


def test_the_exit_code_of_the_app_is_that_of_the_command(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SscApp, "run", lambda self: setattr(self, "_return_code", 3))
    assert app_module.run(home) == 3
