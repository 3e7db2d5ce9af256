"""Keys that arrive all at once, as over a slow connection: each acts on what the one before it led to."""

from __future__ import annotations

import pytest
from tests.tui.conftest import WIDE, Desk, Sit
from textual import events

CHARACTERS = {"slash": "/", "space": " ", "question_mark": "?"}


async def burst(desk: Desk, *keys: str) -> None:
    """Send keys without waiting between them, and then for all that they started."""
    for key in keys:
        desk.app.post_message(events.Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))
    await desk.settle()


async def test_what_follows_the_slash_is_typed_and_not_obeyed(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "slash", *"quito2")
        assert desk.app.is_running
        assert (desk.on, desk.search.value) == ("search", "quito2")


async def test_words_and_enter_open_the_first_result(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "slash", *"kamuzu", "enter")
        await desk.settle()
        assert (desk.on, desk.ref) == ("card", "partners/kamuzu-central-hospital")


async def test_keys_after_a_change_of_panes_act_on_the_new_one(sit: Sit) -> None:
    async with sit(size=WIDE) as desk:
        await burst(desk, "tab", "G")
        assert (desk.on, desk.records.highlighted) == ("card", 0)
        assert desk.card.highlighted == len(desk.page()) - 1
        await burst(desk, "h", "j", "j")
        assert (desk.on, desk.records.highlighted) == ("list", 2)


async def test_what_follows_n_is_not_obeyed(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "n", *"quit2")
        assert desk.app.is_running
        assert desk.on == "NoteScreen"
        await desk.press("a", "escape", "escape")
        assert (desk.on, desk.ref) == ("list", "partners/aas-dprk")


@pytest.mark.parametrize(("opens", "closes"), [("question_mark", "q"), ("comma", "q"), ("f", "escape")])
async def test_a_window_takes_the_keys_from_the_moment_it_was_asked_for(sit: Sit, opens: str, closes: str) -> None:
    async with sit() as desk:
        await burst(desk, opens, "j", "k", closes, "j")
        assert desk.app.is_running
        assert (desk.on, desk.records.highlighted) == ("list", 1)
