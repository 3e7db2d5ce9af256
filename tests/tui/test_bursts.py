"""Keys that arrive all at once, as over a slow connection: each acts on what the one before it led to."""

from __future__ import annotations

import pytest
from tests.tui.conftest import NARROW, SMALL, WIDE, Desk, Sit
from textual import events
from textual.widgets import TextArea

from ssc_tui.tui import keystrokes
from ssc_tui.tui.screens.filter import FilterScreen

SIZES = [SMALL, NARROW, (100, 30), WIDE]
CHARACTERS = {"slash": "/", "space": " ", "question_mark": "?", "comma": ",", "left_square_bracket": "[", "asterisk": "*"}


@pytest.fixture(autouse=True)
def _all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key is acted on because another one took long on a busy machine."""
    monkeypatch.setattr(keystrokes, "PATIENCE", 60)


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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("there", "back"), [("tab", "shift+tab"), ("l", "h"), ("right", "left"), ("enter", "escape")])
async def test_keys_after_a_change_of_panes_act_on_the_new_one(sit: Sit, size: tuple[int, int], there: str, back: str) -> None:
    async with sit(size=size) as desk:
        await burst(desk, there, "G")
        assert (desk.on, desk.records.highlighted) == ("card", 0)
        assert desk.card.highlighted == len(desk.page()) - 1 > 0
        await burst(desk, back, "j", "j")
        assert (desk.on, desk.records.highlighted) == ("list", 2)
        await burst(desk, there, back, "j", there, "G")
        assert (desk.on, desk.records.highlighted) == ("card", 3)
        assert desk.card.highlighted == len(desk.page()) - 1 > 0


@pytest.mark.parametrize("size", SIZES)
async def test_keys_after_esc_leave_the_search_act_on_what_was_found(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await burst(desk, "slash", *"health", "escape", "j", "j")
        assert (desk.on, desk.search.value, desk.records.highlighted) == ("list", "health", 2)
        assert desk.records.total < 225
        await burst(desk, "slash", *"x", "backspace", "escape", "G")
        assert (desk.search.value, desk.records.highlighted) == ("health", desk.records.total - 1)
        await burst(desk, "escape", "g", "j")
        assert (desk.on, desk.search.value, desk.records.total, desk.records.highlighted) == ("list", "", 225, 1)


@pytest.mark.parametrize("size", SIZES)
async def test_keys_after_enter_in_the_search_act_on_the_card(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await burst(desk, "slash", *"kamuzu", "enter", "G")
        assert (desk.on, desk.search.value, desk.ref) == ("card", "kamuzu", "partners/kamuzu-central-hospital")
        assert desk.card.highlighted == len(desk.page()) - 1


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_pasted_is_searched_before_enter_opens_it(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        desk.app.post_message(events.Key("slash", "/"))
        desk.app.post_message(events.Paste("kamuzu"))
        await burst(desk, "enter", "G")
        assert (desk.on, desk.search.value, desk.ref) == ("card", "kamuzu", "partners/kamuzu-central-hospital")


@pytest.mark.parametrize("size", SIZES)
async def test_a_second_enter_follows_the_first_link_of_the_card(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await burst(desk, "slash", *"norec", "enter", "enter")
        assert (desk.on, desk.records.total > 20, desk.row.kind) == ("list", True, "projects")
        first = desk.ref
        await burst(desk, "enter", "h", "j", "enter")
        assert (desk.on, desk.ref == first) == ("card", False)
        assert desk.card.card
        assert desk.card.card.ref == desk.ref
        assert desk.toasts == []


@pytest.mark.parametrize("size", SIZES)
async def test_enter_follows_the_link_of_the_record_that_was_highlighted_last(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await desk.type("partner:norec")
        await desk.press("escape", "2")
        await burst(desk, "j", "enter")
        assert desk.card.card
        assert desk.card.card.ref == desk.ref
        line = desk.card.highlighted
        await burst(desk, "escape", "g", "j", "enter", "y")
        assert desk.card.highlighted == line
        assert desk.toasts[-1].startswith("Copied: ")
        assert desk.line.copied[:20] in desk.toasts[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_keys_after_a_section_or_a_step_back_act_on_its_list(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await burst(desk, "2", "j", "j", "4", "j")
        assert (desk.records.highlighted, desk.row.kind) == (1, "areas")
        await burst(desk, "left_square_bracket", "j")
        assert (desk.records.highlighted, desk.row.kind) == (3, "projects")


async def test_enter_opens_a_record_far_down_that_has_not_been_read_yet(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "G", "enter")
        assert (desk.on, desk.records.highlighted, desk.toasts) == ("card", 224, [])
        assert desk.card.card
        assert desk.card.card.ref == desk.ref


async def test_every_letter_of_a_note_is_saved(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "n", *"quite", "ctrl+s", "j", "k", "n")
        assert any(toast.startswith("Note saved") for toast in desk.toasts)
        assert desk.on == "NoteScreen"
        assert desk.app.screen.query_one(TextArea).text == ""
        assert any("quite" in line for line in desk.lines())


async def test_a_filter_can_be_chosen_in_one_burst(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "f", "j", "l", "j", "space")
        assert isinstance(desk.app.screen, FilterScreen)
        wanted = str(desk.app.screen._chosen[0])
        assert wanted.startswith("region:")
        await desk.press("c", "escape")
        await burst(desk, "f", "j", "l", "j", "space", "escape", "j")
        assert (desk.on, desk.search.value, desk.records.highlighted) == ("list", wanted, 1)


async def test_a_setting_can_be_changed_in_one_burst(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "comma", "j", "j", "l", "j", "enter", "escape", "j")
        assert (desk.on, desk.app.settings.order, desk.records.highlighted) == ("list", "country", 1)


async def test_what_follows_the_key_of_the_palette_is_typed_and_not_obeyed(sit: Sit) -> None:
    async with sit() as desk:
        await burst(desk, "ctrl+p", *"quit2")
        assert desk.app.is_running
        assert desk.on == "CommandPalette"
        await burst(desk, "escape", "j")
        assert (desk.on, desk.records.highlighted) == ("list", 1)


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
