"""Text that does harm, wherever a screen shows text."""

from __future__ import annotations

import pytest
from tests.tui.conftest import HOSPITAL, UNSAFE, Desk, Sit
from textual.widgets import Input, TextArea

from ssc_tui.settings import Settings

HARMFUL = {
    "osc-52": "before\x1b]52;c;cm0gLXJmIH4=\x1b\\after",
    "csi": "before\x1b[2Jafter",
    "c1": "before\x9b31mafter",
    "nul": "before\x00after",
    "bidi": "invoice\u202egpj.exe\u202c",
    "line-separator": "one\u2028two",
}
"""One string of each sort that a terminal or a reader must not be given."""

harmful = pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)


def unsafe(desk: Desk) -> list[str]:
    """The painted lines that hold what no line may hold."""
    return [line for line in desk.lines() if UNSAFE.search(line)]


@harmful
async def test_what_is_pasted_into_the_search_is_cleaned(sit: Sit, text: str) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("slash")
        await desk.paste(text)
        assert unsafe(desk) == []
        assert not UNSAFE.search(desk.browse.visits.now.asked)


@harmful
async def test_what_is_pasted_into_the_palette_is_cleaned(sit: Sit, text: str) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("ctrl+p")
        await desk.paste(text)
        assert desk.app.screen.query_one(Input).value
        assert unsafe(desk) == []


@harmful
async def test_what_is_pasted_into_a_note_is_cleaned(sit: Sit, text: str) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("n")
        await desk.paste(text)
        assert desk.app.screen.query_one(TextArea).text
        assert unsafe(desk) == []


@harmful
async def test_a_key_of_the_settings_is_cleaned_where_it_is_printed(sit: Sit, text: str) -> None:
    async with sit([("partners", HOSPITAL)], settings=Settings(keys={"go.search": text})) as desk:
        assert unsafe(desk) == []
        await desk.press("question_mark")
        assert unsafe(desk) == []


@pytest.mark.parametrize("field", ["role", "since"])
@pytest.mark.parametrize("text", ["one\ntwo\tthree\rfour", "one\u2028two"])
async def test_a_role_of_several_lines_stands_in_one(sit: Sit, field: str, text: str) -> None:
    project = {"id": "r", "title": "Project", "partners": [{"partner": "kch", field: text}]}
    async with sit([("partners", HOSPITAL), ("projects", project)], settings=Settings(section="projects")) as desk:
        assert unsafe(desk) == []


async def test_a_long_line_that_is_copied_leaves_the_screen_to_be_seen(sit: Sit) -> None:
    async with sit([("partners", {**HOSPITAL, "description": "word " * 3000})]) as desk:
        await desk.press("enter")
        desk.highlight("word word")
        await desk.press("y")
        assert len(desk.app.clipboard) > 10_000
        assert len(desk.toasts[-1]) < 500
