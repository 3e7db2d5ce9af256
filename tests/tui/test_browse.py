"""What a person sees of lists and cards at any size, by mouse, and where there is nothing to be seen."""

from __future__ import annotations

import datetime

import pytest
from tests.tui.conftest import HOSPITAL, NARROW, WIDE, Desk, Sit, until
from textual.widgets import Input, OptionList

from ssc_tui.keys import COMMANDS
from ssc_tui.settings import Settings
from ssc_tui.store import reader
from ssc_tui.tui.screens.filter import FilterScreen
from ssc_tui.tui.screens.message import MessageScreen


def painted(desk: Desk) -> list[str]:
    """The rows of the card as they are seen."""
    return [desk.card.render_line(y).text.rstrip() for y in range(desk.card.size.height)]


# Searches


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_search_without_results_says_so(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await desk.type("zzzzqq")
        assert desk.records.total == 0
        assert desk.bar("status").startswith(" no partners")
        assert any("Nothing matches “zzzzqq”" in line for line in desk.lines())


@pytest.mark.parametrize("size", [(60, 20), WIDE])
async def test_a_modality_that_no_project_states_is_said_to_be_the_stated_one(sit: Sit, size: tuple[int, int]) -> None:
    async with sit([("partners", HOSPITAL)], size=size) as desk:
        await desk.type("modality:triangular")
        said = " ".join(" ".join(row.split()) for row in desk.rows())
        assert "modality: finds the modality that a project states; one that follows from its partners stands on its card alone." in said
        await desk.press("escape", "escape")
        await desk.type("country:fr")
        assert "modality" not in " ".join(desk.rows())


async def test_a_search_that_only_matches_elsewhere_shows_all_sections(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("blantyre-oslo")
        assert desk.ref.startswith("projects/")
        assert "records" in desk.bar("status")
        assert all(row.strip("❯› ").startswith("projects") for row in desk.rows() if row.strip())
        await desk.press("escape", "1")
        assert desk.bar("status").startswith(" 1 of")


async def test_one_error_is_forgiven_and_said(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("kamuzo")
        assert desk.ref == "partners/kamuzu-central-hospital"
        assert "kamuzo read as kamuzu" in desk.bar("status")


async def test_a_section_without_records_says_so(sit: Sit) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("7")
        assert desk.records.total == 0
        assert desk.bar("status").startswith(" no funds")
        assert any("This copy holds no funds." in line for line in desk.lines())
        await desk.press("enter", "j", "G", "o", "y", "w", "asterisk", "n", "tab", "f", "escape", "escape", "left_square_bracket")
        assert desk.ref == "partners/kch"


# Keys of one's own, and wrong ones


async def test_a_key_can_be_changed_by_the_id_of_its_command(sit: Sit) -> None:
    settings = Settings(keys={"go.search": "f5", "move.down": "x"})
    async with sit(settings=settings) as desk:
        await desk.press("slash")
        assert desk.on == "list"
        await desk.press("x")
        assert desk.records.highlighted == 1
        await desk.press("f5")
        assert desk.on == "search"
        assert desk.bar("keys").startswith(" f5 Search")
        await desk.press("escape", "question_mark")
        assert any("f5 " in line and "Search as you type" in line for line in desk.lines())


@pytest.mark.parametrize("keys", ["", ",", " ", "no such key", "ctrl+", "+", "[/x]"])
async def test_a_key_that_is_none_leaves_the_app_usable(sit: Sit, keys: str) -> None:
    async with sit(settings=Settings(keys={"go.search": keys, "no.such": "x"})) as desk:
        await desk.press("j", "question_mark", "escape")
        assert (desk.records.highlighted, desk.on) == (1, "list")


async def test_keys_that_mean_nothing_do_nothing(sit: Sit) -> None:
    async with sit() as desk:
        before = desk.lines()
        await desk.press("z", "Z", "8", "9", "ctrl+x", "f7", "percent_sign", "backspace", "delete", "insert", "space", "tilde", "é", "字")
        assert desk.lines() == before
        assert desk.toasts == []


# Windows, mouse and size


async def test_the_highlight_and_the_open_card_outlast_another_size(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        desk.highlight("Education")
        said = desk.line.copied
        for size in ((60, 20), WIDE, NARROW, (200, 60), (20, 6), WIDE):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            assert (desk.on, desk.ref) == ("card", "partners/norec")
            assert desk.card.display
            assert (desk.line.copied, [row[:1] for row in painted(desk)].count("❯")) == (said, 1)
        await desk.press("escape")
        await desk.pilot.resize_terminal(60, 20)
        await desk.settle()
        assert (desk.on, desk.ref, desk.records.display, desk.card.display) == ("list", "partners/norec", True, False)


@pytest.mark.parametrize("size", [(60, 20), NARROW, (100, 30), WIDE])
async def test_nothing_of_list_and_card_is_hidden_by_the_scroll_bar(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        list_room = desk.records.scrollable_content_region.width
        assert desk.records.show_vertical_scrollbar
        assert {len(desk.records.render_line(y).text.rstrip()) for y in range(5)} <= set(range(list_room + 1))
        await desk.open("norec", "partners/norec")
        card_room = desk.card.scrollable_content_region.width
        assert desk.card.show_vertical_scrollbar
        assert max(len(line) for line in desk.page()) <= card_room - 2


async def test_a_click_highlights_and_a_second_one_opens(sit: Sit) -> None:
    async with sit() as desk:
        await desk.pilot.click(desk.records, offset=(10, 3))
        await desk.settle()
        assert (desk.records.highlighted, desk.on) == (3, "list")
        await desk.pilot.double_click(desk.records, offset=(10, 5))
        await desk.settle()
        assert (desk.records.highlighted, desk.on) == (5, "card")


async def test_a_click_below_the_last_row_does_nothing(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("kamuzu")
        await desk.pilot.click(desk.records, offset=(10, 20))
        await desk.settle()
        assert desk.records.highlighted == 0


async def test_a_click_on_a_link_follows_it(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        await desk.press("g")
        y = next(number for number, line in enumerate(desk.page()) if "Education" in line)
        await desk.pilot.click(desk.card, offset=(30, y))
        await desk.settle()
        assert desk.ref == "areas/education"


async def test_a_click_on_a_line_that_leads_nowhere_highlights_it(sit: Sit) -> None:
    async with sit() as desk:
        await until(desk.pilot, lambda: desk.card.card)
        await desk.pilot.click(desk.card, offset=(10, 0))
        await desk.settle()
        assert (desk.on, desk.card.highlighted) == ("card", 0)


@pytest.mark.parametrize("size", [(60, 20), NARROW, (100, 30)])
async def test_a_card_opens_with_its_title_and_the_line_that_enter_follows(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await desk.open("norec", "partners/norec")
        seen = [line.strip() for line in painted(desk)]
        first = next(number for number, line in enumerate(desk.card._lines) if line.target and line.target.what == "list")
        assert desk.card.highlighted == first >= len(seen)
        assert seen[:-2] == [line.strip() for line in desk.page()[: len(seen) - 2]]
        assert "Norwegian" in seen[0]
        assert seen[-2:] == ["⋯", f"❯ {desk.page()[first].strip()}"]
        # A key moves on from that line, to where the card goes on.
        await desk.press("k", "j")
        assert (desk.card.highlighted, "⋯" in painted(desk)) == (first, False)
        assert painted(desk)[first - round(desk.card.scroll_y)] == seen[-1]
        await desk.press("g")
        assert painted(desk)[0].startswith("❯ Norwegian")


async def test_a_click_on_the_line_that_enter_follows_follows_it_and_one_on_the_gap_does_nothing(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.open("norec", "partners/norec")
        highlighted = desk.card.highlighted
        await desk.pilot.click(desk.card, offset=(10, len(painted(desk)) - 2))
        await desk.settle()
        assert (desk.ref, desk.card.highlighted) == ("partners/norec", highlighted)
        await desk.pilot.click(desk.card, offset=(10, len(painted(desk)) - 1))
        await desk.settle()
        assert desk.ref.startswith("projects/")


async def test_a_card_of_few_lines_of_the_screen_opens_with_its_title(sit: Sit) -> None:
    async with sit(size=(40, 7)) as desk:
        await desk.open("norec", "partners/norec")
        assert painted(desk)[0].strip() == desk.page()[0].strip()


@pytest.mark.parametrize(("section", "kind"), [("2 Projects", "projects"), ("7 Funds", "funds")])
async def test_a_click_on_a_section_opens_it(sit: Sit, section: str, kind: str) -> None:
    async with sit() as desk:
        await desk.pilot.click("#sections", offset=(desk.bar("sections").index(section) + 1, 0))
        await desk.settle()
        assert desk.ref.startswith(f"{kind}/")


@pytest.mark.parametrize(("title", "window"), [("Filter", "FilterScreen"), ("Help", "HelpScreen"), ("Search", "search")])
async def test_a_click_on_a_key_of_the_footer_does_it(sit: Sit, title: str, window: str) -> None:
    async with sit() as desk:
        await desk.pilot.click("#keys", offset=(desk.bar("keys").index(title) + 1, 0))
        await desk.settle()
        assert desk.on == window


async def test_the_footer_shows_few_keys_and_fits_sixty_columns(sit: Sit) -> None:
    async with sit(size=(60, 20)) as desk:
        shown = [command.title for command in COMMANDS if command.footer]
        assert len(shown) <= 6
        assert all(title in desk.lines()[-1] for title in shown)


async def test_the_wheel_scrolls_the_list(sit: Sit) -> None:
    async with sit() as desk:
        before = desk.rows()[1]
        desk.records.scroll_relative(y=3, animate=False, immediate=True)
        await desk.settle()
        assert desk.rows()[1] != before
        assert desk.rows()[0].strip() != ""


async def test_the_status_says_how_old_the_copy_is(sit: Sit) -> None:
    async with sit() as desk:
        meta = reader.meta(desk.app.copy.connection)
        days = (datetime.date(2026, 11, 24) - datetime.date.fromisoformat(meta["released"])).days
        assert f"copy of {meta['released']} ({days} days old)" in desk.bar("status")


async def test_a_message_is_closed_and_copied(sit: Sit) -> None:
    async with sit() as desk:
        desk.app.push_screen(MessageScreen("What happened", "It was kept."))
        await desk.settle()
        await desk.press("y")
        assert desk.app.clipboard == "It was kept."
        await desk.press("escape")
        assert desk.on == "list"


async def test_the_focus_of_a_filter_window_moves_with_h_and_l(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("f", "l")
        assert isinstance(desk.app.screen, FilterScreen)
        assert desk.app.focused
        assert desk.app.focused.id == "values"
        await desk.press("h", "G")
        assert desk.app.screen.query_one("#fields", OptionList).highlighted == 10
        await desk.press("g", "k")
        assert isinstance(desk.app.focused, OptionList)
        assert not isinstance(desk.app.focused, Input)


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_regions_are_offered_beneath_their_continents(sit: Sit, size: tuple[int, int]) -> None:
    documents = [
        ("partners", {"id": "a", "name": "A", "country": "MW"}),
        ("partners", {"id": "b", "name": "B", "country": "BD"}),
        ("partners", {"id": "c", "name": "C", "country": "BD"}),
        ("partners", {"id": "d", "name": "D", "country": "TH"}),
        ("partners", {"id": "e", "name": "E", "country": "KE"}),
        ("partners", {"id": "f", "name": "F", "country": "ZA"}),
        ("partners", {"id": "g", "name": "G", "country": "CN"}),
        ("partners", {"id": "h", "name": "H", "country": "GB"}),
    ]
    async with sit(documents=documents, size=size) as desk:
        await desk.press("f", "j", "l")
        values = desk.app.screen.query_one("#values", OptionList)
        said = [str(option.prompt).rstrip() for option in values.options]
        assert [" ".join(line.split()) for line in said] == [
            *("[ ] Asia 4", "[ ] Southern Asia 2", "[ ] Eastern Asia 1", "[ ] South-eastern Asia 1"),
            *("[ ] Africa 3", "[ ] Eastern Africa 2", "[ ] Southern Africa 1"),
            *("[ ] Europe 1", "[ ] Northern Europe 1"),
        ]
        assert [line[4:].startswith("  ") for line in said] == [False, True, True, True, False, True, True, False, True]
        assert len({len(line) for line in said}) == 1
        await desk.press("j", "j", "space", "escape")
        assert (desk.search.value, desk.records.total) == ("region:eastern-asia", 1)
