"""Match, equal terms and demand on the screen: by key, restricted, followed, with the numbers of the commands."""

from __future__ import annotations

import json

import pytest
from tests.tui.conftest import NARROW, WIDE, Sit, until

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.cli.matching import demand, match, terms
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


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
@pytest.mark.parametrize(
    ("words", "ref", "key", "command"),
    [
        ("qech", "partners/queen-elizabeth-hospital", "d", "demand"),
        ("qech", "partners/queen-elizabeth-hospital", "t", "terms"),
        ("evidence-based programming", "projects/norec-nhrc-csf", "t", "terms"),
        ("evidence-based programming", "projects/norec-nhrc-csf", "d", "demand"),
    ],
)
async def test_t_and_d_show_the_numbers_of_their_commands(
    sit: Sit, home: Home, size: tuple[int, int], words: str, ref: str, key: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(size=size) as desk:
        await desk.press(str(SECTIONS.index(ref.partition("/")[0]) + 1))
        await desk.type(words)
        await desk.press("escape", key)
        screen = desk.app.screen
        assert isinstance(screen, ViewScreen)
        await until(desk.pilot, lambda: screen.report)
        assert screen.report
        page = [line.text for line in screen.page._lines]
        assert max(map(cell_width, page)) <= size[0] - 2
        assert not any("…" in line for line in page)
    capsys.readouterr()
    if command == "terms":
        terms(home, Output(as_json=True), reference=ref, rule="", query="")
    else:
        demand(home, Output(as_json=True), reference=ref, query="")
    assert json.loads(capsys.readouterr().out) == screen.report.data


async def test_terms_of_all_projects_lead_to_those_of_one_and_esc_comes_back(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.press("4", "t")
        await desk.press("escape", "2", "t")
        screen = desk.app.screen
        assert isinstance(screen, ViewScreen)
        await until(desk.pilot, lambda: screen.report and "project" in screen.report.data)
        await desk.press("escape")
        assert desk.on == "list"
        await desk.press("1")
        await desk.type("nhrc")
        await desk.press("escape", "t")
        many = desk.app.screen
        assert isinstance(many, ViewScreen)
        await until(desk.pilot, lambda: many.report and many.report.data["projects"] == 1)
        while not (many.page.line and many.page.line.target):
            await desk.press("j")
        await desk.press("enter")
        one = desk.app.screen
        assert isinstance(one, ViewScreen)
        assert one is not many
        await until(desk.pilot, lambda: one.report and one.report.data["project"] == "projects/norec-nhrc-csf")
        await desk.press("escape")
        assert desk.app.screen is many


async def test_what_is_sought_is_typed_on_the_match_itself(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("qech")
        await desk.press("escape", "m")
        screen = desk.app.screen
        assert isinstance(screen, ViewScreen)
        await until(desk.pilot, lambda: screen.report)
        await desk.press("s", *"trauma", "enter")
        await until(desk.pilot, lambda: screen.report and screen.report.data["seeks"][0].get("topic") == "trauma")
        assert screen.report
        assert [match["partners"][0]["ref"] for match in screen.report.data["matches"][:1]] == ["partners/george-mukhari"]


async def test_needs_without_an_exchange_lead_to_the_match_of_their_partner(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("qech")
        await desk.press("escape", "d")
        screen = desk.app.screen
        assert isinstance(screen, ViewScreen)
        await until(desk.pilot, lambda: screen.report)
        while not (screen.page.line and screen.page.line.target):
            await desk.press("j")
        await desk.press("enter")
        match_screen = desk.app.screen
        assert isinstance(match_screen, ViewScreen)
        await until(
            desk.pilot, lambda: match_screen.report and match_screen.report.data.get("subject") == "partners/queen-elizabeth-hospital"
        )
