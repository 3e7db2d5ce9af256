"""Match on the screen: by key, restricted, followed, with the numbers of the command."""

from __future__ import annotations

import json

import pytest
from tests.tui.conftest import NARROW, WIDE, Sit, until

from ssc_tui.cli.matching import match
from ssc_tui.cli.plain import Output
from ssc_tui.paths import Home
from ssc_tui.text import cell_width
from ssc_tui.tui.screens.view import ViewScreen

SMALL = (60, 20)


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_m_shows_the_match_with_the_numbers_of_the_command(
    sit: Sit, home: Home, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(size=size) as desk:
        await desk.type("qech")
        await desk.press("escape", "m")
        screen = desk.app.screen
        assert isinstance(screen, ViewScreen)
        await until(desk.pilot, lambda: screen.report)
        assert screen.report
        page = [line.text for line in screen.page._lines]
        assert page[0].startswith("Who could exchange with Queen")
        assert any(line.startswith("1  Oslo University Hospital · Norway") for line in page)
        assert max(map(cell_width, page)) <= size[0] - 2
        assert not any("…" in line for line in page)
    capsys.readouterr()
    match(home, Output(as_json=True), reference="qech", seeks="", brings="", country=[], region=[], area=[], limit=20)
    assert json.loads(capsys.readouterr().out) == screen.report.data


async def test_a_match_is_restricted_and_followed_to_its_partner(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("qech")
        await desk.press("escape", "m", "slash", *"country", "colon", *"TZ", "enter")
        screen = desk.app.screen
        assert isinstance(screen, ViewScreen)
        await until(desk.pilot, lambda: screen.report and screen.report.data["query"] == "country:TZ")
        assert screen.report
        assert screen.report.data["counts"] == {"two_way": 1, "ring": 0, "brings": 0, "seeks": 0}
        for _line in range(20):
            if screen.page.line and screen.page.line.target:
                break
            await desk.press("j")
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.on == "card")
        assert desk.ref == "partners/mnazi-mmoja"


async def test_m_on_what_is_no_partner_says_so(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("2", "m")
        await until(desk.pilot, lambda: any("A match is made for a partner" in line for line in desk.lines()))
        await desk.press("escape")
        assert desk.on == "list"
