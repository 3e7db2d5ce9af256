"""What must be on the screen at any moment, for whoever looks at it: the state of the copy, where the keys go, and what is chosen."""

from __future__ import annotations

import pytest
from tests.tui.conftest import NARROW, SMALL, WIDE, Desk, Sit

from ssc_tui import text
from ssc_tui.settings import Settings
from ssc_tui.tui.widgets.record_list import RecordList

SIZES = [SMALL, NARROW, (100, 30), WIDE]


@pytest.mark.parametrize("size", SIZES)
async def test_a_toast_covers_neither_the_state_of_the_copy_nor_the_keys(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        bars = desk.lines()[-2:]
        assert "copy of" in bars[0]
        desk.app.tell("Bookmarked: a record with a long name, so that the toast is as wide as toasts are")
        desk.app.tell("Something went wrong.", wrong=True)
        await desk.settle()
        assert any("Bookmarked" in line for line in desk.lines())
        assert desk.lines()[-2:] == bars


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", ["norec", "kamuzu", "child sight"])
async def test_the_highlighted_line_is_seen_when_a_card_is_opened(sit: Sit, size: tuple[int, int], words: str) -> None:
    async with sit(size=size) as desk:
        await desk.type(words)
        await desk.press("enter")
        assert desk.on == "card"
        pointed = [line for line in desk.lines() if "❯" in line]
        assert len(pointed) == 1
        assert desk.line.text.strip() in pointed[0]
        for key in ("j", "G", "g", "pagedown", "k"):
            await desk.press(key)
            assert [line for line in desk.lines() if "❯" in line], key


THEMES = ["textual-dark", "textual-light", "ansi-dark", "ansi-light"]


def emphasis(desk: Desk, words: str) -> set[tuple[bool, ...]]:
    """How the words are set apart otherwise than by colour: bold, dim, underlined, reversed."""
    parts = [part for strip in desk.app.screen._compositor.render_strips() for part in strip if words in part.text]
    styles = [part.style for part in parts if part.style]
    assert styles, words
    return {(bool(style.bold), bool(style.dim), bool(style.underline), bool(style.reverse)) for style in styles}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("key", "chosen", "other"), [("f", "Region", "Modality"), ("comma", "First section", "Order of lists")])
async def test_what_the_right_side_belongs_to_is_set_apart_by_more_than_colour(
    sit: Sit, theme: str, key: str, chosen: str, other: str
) -> None:
    async with sit(settings=Settings(theme=theme)) as desk:
        await desk.press(key, "j", "l")
        assert emphasis(desk, chosen) != emphasis(desk, other)


@pytest.mark.parametrize("theme", THEMES)
async def test_the_open_section_is_set_apart_by_more_than_colour(sit: Sit, theme: str) -> None:
    async with sit(settings=Settings(theme=theme)) as desk:
        assert emphasis(desk, "1 Partners") != emphasis(desk, "2 Projects")


@pytest.mark.parametrize("theme", THEMES)
async def test_links_are_set_apart_by_more_than_colour(sit: Sit, theme: str) -> None:
    async with sit(settings=Settings(theme=theme)) as desk:
        await desk.type("nepal health research")
        assert emphasis(desk, "https://nhrc.gov.np") != emphasis(desk, "Kathmandu")
        assert emphasis(desk, "Exchanges (2)") != emphasis(desk, "Description")


async def test_a_long_text_is_measured_a_few_times_and_not_for_every_line(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "京" * 10_000
    measured = 0
    measure = text._char_width

    def counted(char: str) -> int:
        nonlocal measured
        measured += 1
        return measure(char)

    async with sit([("partners", {"id": "p", "name": "Partner", "description": asked})]) as desk:
        monkeypatch.setattr(text, "_char_width", counted)
        width = desk.card.size.width
        desk.card._lay_out()
        assert len(desk.page()) > 2 * len(asked) // width
        assert measured < 20 * len(asked)
        measured = 0
        desk.records.show(0, [], empty=asked)
        lines = [RecordList.render_line(desk.records, y).text for y in range(desk.records.size.height)]
        assert any("京京" in line for line in lines)
        assert measured < 20 * len(asked)
