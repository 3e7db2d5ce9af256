"""The ledger, two funds side by side and the sheet of a country on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.contributed import DOCUMENTS
from tests.tui.conftest import NARROW, SMALL, Desk, Sit, until

from ssc_tui.cli.ledger import country, funds, ledger
from ssc_tui.cli.plain import Output
from ssc_tui.paths import Home
from ssc_tui.text import cell_width
from ssc_tui.tui.widgets.card_view import CardView

SIZES = [NARROW, SMALL]


async def go_to(desk: Desk, section: str, ref: str) -> None:
    await desk.press(section)
    await until(desk.pilot, lambda: desk.records.row and desk.records.row.kind)
    while desk.ref != ref:
        await desk.press("j")


def highlight(desk: Desk, words: str) -> None:
    page = desk.app.screen.query_one(CardView)
    page.highlight(next(number for number, line in enumerate(page._lines) if words in line.text))


@pytest.mark.parametrize("size", SIZES)
async def test_a3_2_the_ledger_of_a_project(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await go_to(desk, "2", "projects/nurses")
        await desk.press("dollar_sign")
        assert desk.report.numbers["given"]["total"] == {"USD": 9300}
        assert any("valued at USD 9,000" in line for line in desk.view_lines())
        await desk.press("G")
        assert all(len(line) <= size[0] for line in desk.lines())


@pytest.mark.parametrize("size", [(120, 40), *SIZES])
@pytest.mark.parametrize(
    ("section", "ref", "keys", "command", "asked"),
    [
        ("2", "projects/nurses", ("dollar_sign",), ledger, {"words": ["projects/nurses"], "beside": None, "year": None}),
        ("1", "partners/amexcid", ("dollar_sign",), ledger, {"words": ["partners/amexcid"], "beside": None, "year": None}),
        ("7", "funds/ibsa", ("dollar_sign",), ledger, {"words": ["funds/ibsa"], "beside": None, "year": None}),
        ("7", "funds/ibsa", ("equals_sign", "j", "equals_sign"), funds, {"references": ["funds/ibsa", "funds/india"]}),
        ("1", "partners/kch", ("N",), country, {"words": ["MW"]}),
    ],
)
async def test_the_numbers_of_the_screen_are_those_of_the_command(
    sit: Sit,
    home: Home,
    size: tuple[int, int],
    section: str,
    ref: str,
    keys: tuple[str, ...],
    command: Callable[..., int],
    asked: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await go_to(desk, section, ref)
        await desk.press(*keys)
        numbers, page = desk.report.numbers, desk.view_lines()
        assert max(map(cell_width, page)) <= size[0] - 2
        assert not any("…" in line for line in page)
    capsys.readouterr()
    command(home, Output(as_json=True), **asked)
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(numbers))


async def test_the_ledger_is_restricted_by_what_is_typed(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "2", "projects/nurses")
        await desk.press("dollar_sign", "slash", *"year", "colon", *"2020", "enter")
        assert [line["ref"] for line in desk.report.numbers["lines"]] == ["contributions/c2", "contributions/c4"]


async def test_a_line_of_the_ledger_opens_its_contribution(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "2", "projects/grids")
        await desk.press("dollar_sign")
        highlight(desk, "2 expert-months")
        await desk.press("j")
        highlight(desk, "2020")
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.records.row)
        assert desk.ref == "contributions/c3"


async def test_from_the_ledger_of_a_record_to_that_of_all_and_back(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "2", "projects/bare")
        await desk.press("dollar_sign", "G", "enter")
        assert desk.report.numbers["about"] is None
        await desk.press("escape")
        assert desk.report.numbers["about"] == "projects/bare"
        await desk.press("escape")
        assert desk.ref == "projects/bare"


async def test_what_is_followed_from_a_view_over_a_view_leads_out_of_both(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "2", "projects/bare")
        await desk.press("dollar_sign", "G", "enter")
        highlight(desk, "AMEXCID")
        page = desk.app.screen.query_one(CardView)
        page.highlight(next(n for n, line in enumerate(page._lines) if line.target and line.target.value == "partners/amexcid"))
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.records.row and desk.records.row.id == "amexcid")
        assert desk.on == "card"


@pytest.mark.parametrize("size", SIZES)
async def test_a2_4_two_funds_side_by_side(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await go_to(desk, "7", "funds/ibsa")
        await desk.press("equals_sign", "j", "equals_sign")
        assert [desk.report.numbers[side]["ref"] for side in ("first", "second")] == ["funds/ibsa", "funds/india"]
        assert any(line.count("Founded") == 2 for line in desk.view_lines())


async def test_a_fund_is_remembered_until_it_is_marked_again(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "7", "funds/ibsa")
        await desk.press("equals_sign", "equals_sign")
        assert desk.toasts[-1] == "IBSA Fund is no longer remembered."
        await desk.press("j", "equals_sign")
        assert desk.toasts[-1].startswith("India-UN Fund is remembered")
        assert desk.on == "list"


@pytest.mark.parametrize("size", SIZES)
async def test_a3_1_the_sheet_of_a_country_from_the_country_line_of_a_card(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await go_to(desk, "1", "partners/kch")
        await desk.press("enter")
        desk.highlight("Malawi", "view")
        await desk.press("enter")
        assert desk.report.numbers["country"] == "MW"
        assert desk.report.numbers["gives"]["sent"]["persons"] == 5
        assert any("Malawi (Eastern Africa)" in line for line in desk.lines()), "a view begins at its beginning"
        assert any("Gives" in line and "Receives" in line for line in desk.view_lines())
        await desk.press("G")
        assert all(len(line) <= size[0] for line in desk.lines())
        await desk.press("escape")
        assert (desk.on, desk.ref) == ("card", "partners/kch")


async def test_a_record_of_several_countries_asks_which(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "2", "projects/nurses")
        await desk.press("N")
        highlight(desk, "Mexico")
        await desk.press("enter")
        assert desk.report.numbers["country"] == "MX"


async def test_a_country_of_which_nothing_is_left_says_so(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await go_to(desk, "1", "partners/kch")
        await desk.press("N", "slash", *"area", "colon", *"gone", "enter")
        assert desk.report.numbers["counts"]["projects"] == 0
