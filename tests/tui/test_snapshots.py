"""Every screen as it was accepted by somebody who looked at it, at three sizes, in a light theme and in the terminal's own colours.

The catalogue of the pictures is a part of the shipped one as it was when they were taken: facts may change without the screens.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.tui.conftest import NARROW, SMALL, WIDE, Desk, MakeApp, until
from textual.pilot import Pilot

from ssc_tui.catalogue.practice import documents
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.screens.message import MessageScreen

SnapCompare = Callable[..., bool]

META = {"dataset": "pictured", "format": "1", "origin": "remote", "released": "2026-11-21", "seed": "pictured"}

SCREENS: dict[str, tuple[str, ...]] = {
    "list": ("j", "j"),
    "search": ("slash", *"health nepal"),
    "forgiven": ("slash", *"kamuzo"),
    "nothing": ("slash", *"zzzz"),
    "card": ("slash", *"norec", "enter"),
    "exchange": ("3", "enter"),
    "order": ("2", "o", "o"),
    "filter": ("f", "j", "l", "space"),
    "note": ("j", "n", *"Met in Bergen"),
    "help": ("question_mark",),
    "settings": ("comma",),
    "palette": ("ctrl+p", *"kamu"),
    "message": (),
}
"""The keys that lead to each screen."""

PICTURES: dict[str, tuple[str, ...]] = {
    "board": ("L", "l", "l", "l", "j"),
    "map": ("M", "l"),
    "map-own": ("M", "plus", "o"),
    "chart": ("C", "l"),
    "form": ("e", "tab", "tab", "tab", "tab", "ctrl+u", *"acad"),
    "round": ("2", "r", "5", "tab", "4"),
}
"""The keys that lead to what is drawn or filled in of the made-up catalogue."""

MESSAGE = (
    "The local copy could not be used: it is damaged (file is not a database). It was kept as"
    " catalogue.damaged-2026-11-24T081500Z.sqlite, and the directory opened on the catalogue it shipped with.\n\n"
    "2 notes and 1 bookmark could be read and were carried over."
)


@pytest.fixture(scope="session")
def _pictured_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = Path(__file__).with_name("pictured.jsonl").read_text(encoding="utf-8").splitlines()
    path = tmp_path_factory.mktemp("pictured") / "catalogue.sqlite"
    make_copy(path, ((kind, document) for kind, document in map(json.loads, lines)), META)
    with closing(connect(path)) as copy:
        second = copy.execute("SELECT id FROM entry WHERE kind = 'partners' ORDER BY place LIMIT 1 OFFSET 1").fetchone()[0]
        copy.execute("INSERT INTO note VALUES ('n', 'partners', ?, 'Ask for Amina about the next round.', '2026-11-02')", (second,))
        copy.execute("INSERT INTO bookmark VALUES ('partners', ?, '2026-11-02')", (second,))
    return path


@pytest.fixture
def picture(home: Home, _pictured_copy: Path, make_app: MakeApp) -> Callable[[str], SscApp]:
    """Open the app on the catalogue of the pictures, in a theme."""

    def make(theme: str) -> SscApp:
        home.data.mkdir(mode=0o700)
        shutil.copyfile(_pictured_copy, home.database)
        app = make_app(settings=Settings(theme=theme))
        app.home = Home(*[Path("/home/field/ssc-tui")] * 3)
        return app

    return make


def way_to(name: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Go to a screen, and let everything on it come to rest."""

    async def go(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, SscApp)
        desk = Desk(pilot.app, pilot)
        await desk.settle()
        await desk.press(*(SCREENS | PICTURES)[name])
        if name == "palette":
            await until(pilot, lambda: any("Kamuzu Central Hospital" in line for line in desk.lines()))
        elif name == "message":
            await desk.app.push_screen(MessageScreen("Before you start", MESSAGE))
        desk.app.clear_notifications()
        await desk.settle()

    return go


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(picture: Callable[[str], SscApp], snap_compare: SnapCompare, name: str, size: tuple[int, int], theme: str) -> None:
    assert snap_compare(picture(theme), terminal_size=size, run_before=way_to(name))


@pytest.mark.parametrize(
    ("size", "theme"), [(SMALL, "textual-dark"), (NARROW, "ansi-dark"), (WIDE, "textual-light")], ids=["60x20", "80x24", "120x40"]
)
@pytest.mark.parametrize("name", PICTURES)
def test_picture(make_app: MakeApp, snap_compare: SnapCompare, name: str, size: tuple[int, int], theme: str) -> None:
    app = make_app(documents(), Settings(theme=theme), origin="practice", dataset="practice")
    assert snap_compare(app, terminal_size=size, run_before=way_to(name))


@pytest.mark.parametrize("name", ["list", "card"])
def test_small_screen(picture: Callable[[str], SscApp], snap_compare: SnapCompare, name: str) -> None:
    assert snap_compare(picture("textual-dark"), terminal_size=SMALL, run_before=way_to(name))
