"""Match, equal terms and demand on the screen: by key, restricted, followed, with the numbers of the commands."""

from __future__ import annotations

import json

import pytest
from tests.tui.conftest import NARROW, SMALL, WIDE, Desk, Sit

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.cli.matching import demand, match, terms
from ssc_tui.cli.plain import Output
from ssc_tui.paths import Home
from ssc_tui.text import cell_width


async def follow_the_first_link(desk: Desk) -> None:
    """Move down to the first line of the view that leads somewhere, and open it."""
    for _line in range(100):
        if desk.view.page.line and desk.view.page.line.target:
            break
        await desk.press("j")
    await desk.press("enter")


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_m_shows_the_match_with_the_numbers_of_the_command(
    sit: Sit, home: Home, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(size=size) as desk:
        await desk.type("qech")
        await desk.press("escape", "m")
        report, page = desk.report, desk.view_lines()
        assert page[0].startswith("Who could exchange with Queen")
        assert any(line.startswith("1  Oslo University Hospital · Norway") for line in page)
        assert max(map(cell_width, page)) <= size[0] - 2
        assert not any("…" in line for line in page)
    capsys.readouterr()
    match(home, Output(as_json=True), reference="qech", seeks="", brings="", country=[], region=[], area=[], limit=20)
    assert json.loads(capsys.readouterr().out) == report.numbers


async def test_a_match_is_restricted_and_followed_to_its_partner(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("qech")
        await desk.press("escape", "m", "slash", *"country", "colon", *"TZ", "enter")
        assert desk.report.numbers["query"] == "country:TZ"
        assert desk.report.numbers["counts"] == {"two_way": 1, "ring": 0, "brings": 0, "seeks": 0}
        await follow_the_first_link(desk)
        assert desk.on == "card"
        assert desk.ref == "partners/mnazi-mmoja"


async def test_m_on_what_is_no_partner_says_so(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("2", "m")
        await desk.sees("A match is made for a partner")
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
        report, page = desk.report, desk.view_lines()
        assert max(map(cell_width, page)) <= size[0] - 2
        assert not any("…" in line for line in page)
    capsys.readouterr()
    if command == "terms":
        terms(home, Output(as_json=True), reference=ref, rule="", query="")
    else:
        demand(home, Output(as_json=True), reference=ref, query="")
    assert json.loads(capsys.readouterr().out) == report.numbers


async def test_terms_of_all_projects_lead_to_those_of_one_and_esc_comes_back(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.press("4", "t")
        await desk.press("escape", "2", "t")
        assert "project" in desk.report.numbers
        await desk.press("escape")
        assert desk.on == "list"
        await desk.press("1")
        await desk.type("nhrc")
        await desk.press("escape", "t")
        many = desk.view
        assert desk.report.numbers["projects"] == 1
        await follow_the_first_link(desk)
        assert desk.view is not many
        assert desk.report.numbers["project"] == "projects/norec-nhrc-csf"
        await desk.press("escape")
        assert desk.app.screen is many


async def test_what_is_sought_is_typed_on_the_match_itself(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("qech")
        await desk.press("escape", "m")
        await desk.press("s", *"trauma", "enter")
        assert desk.report.numbers["seeks"][0]["topic"] == "trauma"
        assert [match["partners"][0]["ref"] for match in desk.report.numbers["matches"][:1]] == ["partners/george-mukhari"]


async def test_needs_without_an_exchange_lead_to_the_match_of_their_partner(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("qech")
        await desk.press("escape", "d")
        await follow_the_first_link(desk)
        assert desk.report.numbers["subject"] == "partners/queen-elizabeth-hospital"
