"""Every screen as it was accepted by somebody who looked at it, at two sizes, in a light theme and in the terminal's own colours."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.tui.conftest import NARROW, WIDE, MakeApp
from textual.pilot import Pilot

from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.tui.screens.message import MessageScreen

SnapCompare = Callable[..., bool]

BASELINE = (3, 11)
"""The Python on which the pictures were taken; another one measures some characters otherwise."""

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != BASELINE, reason="the pictures were taken on Python 3.11; every other test of the screens runs here too"
)

SCREENS: dict[str, tuple[str, ...]] = {
    "list": (),
    "search": ("slash", *"health nepal"),
    "forgiven": ("slash", *"kamuzo"),
    "nothing": ("slash", *"zzzz"),
    "card": ("slash", *"norec", "enter"),
    "exchange": ("3", "enter"),
    "order": ("2", "o", "o"),
    "filter": ("f", "j", "l", "space"),
    "note": ("n", *"Met in Bergen"),
    "help": ("question_mark",),
    "settings": ("comma",),
    "palette": ("ctrl+p", *"kamu"),
    "message": (),
}
"""The keys that lead to each screen."""


def pictured(name: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def reach(pilot: Pilot[None]) -> None:
        app = pilot.app
        await app.workers.wait_for_complete()
        if name == "message":
            await app.push_screen(
                MessageScreen("Before you start", "The local copy could not be used: it is damaged.\n\n2 notes were kept.")
            )
        for key in SCREENS[name]:
            await pilot.press(key)
            await app.workers.wait_for_complete()
        await pilot.pause(0.2)
        await app.workers.wait_for_complete()
        app.clear_notifications()
        await pilot.pause()

    return reach


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(make_app: MakeApp, snap_compare: SnapCompare, name: str, size: tuple[int, int], theme: str) -> None:
    app = make_app(settings=Settings(theme=theme))
    if name == "settings":
        # The window says where the settings lie.
        app.home = Home(*[Path("/home/field/ssc-tui")] * 3)
    assert snap_compare(app, terminal_size=size, run_before=pictured(name))


@pytest.mark.parametrize("name", ["list", "card"])
def test_small_screen(make_app: MakeApp, snap_compare: SnapCompare, name: str) -> None:
    assert snap_compare(make_app(), terminal_size=(60, 20), run_before=pictured(name))
