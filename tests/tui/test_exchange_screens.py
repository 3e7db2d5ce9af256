"""The ledger and the matrix on the screen: by key, turned, thought further, followed, with the numbers of the commands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.tui.conftest import NAMES, NARROW, SMALL, WIDE, Desk, Sit, until

from ssc_tui.cli.exchanges import balance, flows
from ssc_tui.cli.plain import Output
from ssc_tui.paths import Home
from ssc_tui.settings import Settings, read_settings
from ssc_tui.text import cell_width
from ssc_tui.tui.widgets.bars import Bar

NONE: dict[str, list[str]] = {"year": [], "area": [], "country": [], "project": [], "type": []}
DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("partners", {"id": name, "name": name.title(), "country": code})
        for name, code in (("anna", "MW"), ("berta", "KE"), ("carla", "NP"))
    ),
    ("projects", {"id": "p", "title": "Nurses both ways"}),
    ("exchanges", {"id": "x1", "project": "p", "sender": "anna", "host": "berta", "actual": 5, "round": 1, "months": 6, "planned": 6}),
    ("exchanges", {"id": "x2", "project": "p", "sender": "berta", "host": "anna", "actual": 2, "round": 2, "months": 6}),
]


def typed(text: str) -> list[str]:
    return [{**NAMES, ">": "greater_than_sign", "%": "percent_sign"}.get(char, char) for char in text]


async def to_line(desk: Desk, words: str) -> None:
    """Move the highlight down to the line that says so."""
    await desk.press("g")
    for _line in range(100):
        if desk.view.page.line and words in desk.view.page.line.text:
            return
        await desk.press("j")
    pytest.fail(f"no line says {words}")


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_b_shows_the_ledger_with_the_numbers_of_the_command(
    sit: Sit, home: Home, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await desk.press("b")
        report = desk.report
        lines = desk.view_lines()
        assert lines[lines.index("Out of balance (2)") + 1].strip() == "Anna: sends 3 more than it hosts"
        assert max(map(cell_width, lines)) <= size[0] - 2
        assert not any("…" in line for line in lines)
        assert " w What if " in desk.app.screen.query_one("#view-keys", Bar).text
        assert cell_width(desk.app.screen.query_one("#view-keys", Bar).text) <= size[0]
    capsys.readouterr()
    balance(home, Output(as_json=True), words=[], by="partner", tolerance="", what_if=[], limit=100, **NONE)
    assert json.loads(capsys.readouterr().out) == report.numbers


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_x_shows_the_matrix_with_the_numbers_of_the_command(
    sit: Sit, home: Home, size: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await desk.press("X")
        assert any(line.split()[:4] == ["1", "Anna", "·", "5"] for line in desk.view_lines())
        await desk.press("v")
        assert any(line.startswith("KE Kenya") for line in desk.view_lines())
        await desk.press("p")
        report = desk.report
        assert report.numbers["count"] == "planned"
        assert max(map(cell_width, desk.view_lines())) <= size[0] - 2
    capsys.readouterr()
    flows(home, Output(as_json=True), words=[], by="country", count="planned", limit=100, **NONE)
    assert json.loads(capsys.readouterr().out) == report.numbers


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_a1_3_a_sign_in_the_row_of_a_partner_says_how_its_balance_stands(sit: Sit, size: tuple[int, int]) -> None:
    more = [
        *(("partners", {"id": name, "name": name.title()}) for name in ("dina", "edda", "fatma", "gita", "hana")),
        ("exchanges", {"id": "x3", "project": "p", "sender": "dina", "host": "edda", "actual": 2}),
        ("exchanges", {"id": "x4", "project": "p", "sender": "edda", "host": "dina", "actual": 2}),
        ("exchanges", {"id": "x5", "project": "p", "sender": "fatma", "host": "carla", "planned": 2}),
        ("exchanges", {"id": "x6", "project": "p", "sender": "gita", "host": "gita", "status": "completed"}),
    ]
    async with sit([*DOCUMENTS, *more], size=size) as desk:
        signs = {row.split()[1] if row.startswith("❯") else row.split()[0]: row.rstrip()[-1] for row in desk.rows() if row.strip()}
        assert signs == {
            "Anna": "≠", "Berta": "≠", "Carla": "+", "Dina": "≈", "Edda": "≈", "Fatma": "+", "Gita": "?", "Hana": "a",
        }  # fmt: skip
        assert {cell_width(row) for row in desk.rows()} == {cell_width(desk.rows()[0])}
        await desk.press("enter")
        assert "sends 3 more than it hosts" in " ".join(" ".join(desk.page()).split())


@pytest.mark.parametrize("size", [WIDE, NARROW, SMALL])
async def test_the_row_of_an_exchange_says_how_many_went_and_when(sit: Sit, size: tuple[int, int]) -> None:
    exchanges = [
        ("exchanges", {"id": "x3", "sender": "anna", "host": "carla", "actual": 3, "start": "2023-02", "kind": "professional"}),
        ("exchanges", {"id": "x4", "sender": "anna", "host": "carla", "start": "2024", "end": "2025", "kind": "professional"}),
    ]
    async with sit([*DOCUMENTS[:3], *exchanges], size=size) as desk:
        await desk.press("3")
        first, second = (" ".join(row.split()[4:]) for row in (desk.rows()[0], f"x {desk.rows()[1]}"))
        assert first in ("3 persons 2023", "3 persons, 2023")
        assert second.removesuffix(" 2024–2025") == "persons not stated"


async def test_a1_3_the_sign_follows_the_tolerance_of_the_settings(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW, settings=Settings(tolerance="3")) as desk:
        assert [row.rstrip()[-1] for row in desk.rows()[:2]] == ["≈", "≈"]


async def test_two_keys_say_why_it_is_out_of_balance_and_escape_comes_back(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("b")
        await to_line(desk, "Anna: sends 3 more")
        await desk.press("enter")
        assert desk.report.ref == "balance partners/anna"
        assert [each["round"] for each in desk.report.numbers["rounds"]] == ["1", "2"]
        await to_line(desk, "Anna → Berta")
        await desk.press("escape")
        assert desk.report.ref == "balance"
        await desk.press("escape")
        assert desk.on == "list"


async def test_an_exchange_of_the_ledger_opens_its_card(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("enter", "b")
        assert desk.report.ref == "balance partners/anna"
        await to_line(desk, "Anna → Berta")
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.on == "card")
        assert desk.ref == "exchanges/x1"


async def test_a_what_if_is_typed_and_moves_the_balances(sit: Sit, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("b")
        first = desk.report
        await desk.press("w")
        assert desk.on == "WordsScreen"
        await desk.press(*typed("berta>anna:3"), "enter")
        report = desk.report
        assert report.numbers["counts"]["out"] == 0
        assert any("was: sends 3 more than it hosts" in line for line in desk.view_lines())
        await desk.press("w", "ctrl+u", "enter")
        assert desk.report.numbers == first.numbers
        await desk.press("w", *typed("nonsense"), "enter")
        await desk.sees("A what-if reads A>B:3")
    capsys.readouterr()
    balance(home, Output(as_json=True), words=[], by="partner", tolerance="", what_if=["berta>anna:3"], limit=100, **NONE)
    assert json.loads(capsys.readouterr().out) == report.numbers


async def test_the_tolerance_is_typed_or_comes_from_the_settings(sit: Sit) -> None:
    async with sit(DOCUMENTS, settings=Settings(tolerance="3")) as desk:
        await desk.press("b")
        assert desk.report.numbers["counts"]["out"] == 0
        assert any("3 persons (usual: 10%)" in line for line in desk.view_lines())
        await desk.press("t", "ctrl+u", *typed("0"), "enter")
        assert desk.report.numbers["counts"]["out"] == 2


async def test_the_tolerance_is_chosen_in_the_settings_and_holds_for_cards(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS) as desk:
        assert any("out of balance" in line for line in desk.page())
        await desk.press("comma", "j", "j", "j", "l", "j", "enter", "escape")
        assert read_settings(home.settings).tolerance == "20%"
        await desk.press("comma", "j", "j", "j", "l", "k", "k", "enter", "escape")
        assert read_settings(home.settings).tolerance == "5"
        within = "sends 3 more than it hosts: within the tolerance"
        await until(desk.pilot, lambda: within in " ".join(" ".join(desk.page()).split()))


async def test_v_goes_round_the_ways_to_list_balances(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=SMALL) as desk:
        await desk.press("b")
        ways = []
        for _turn in range(5):
            await desk.press("v")
            ways.append(desk.report.numbers["by"])
        assert ways == ["pair", "project", "round", "year", "partner"]


async def test_the_ledger_is_restricted_as_a_search_is(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await desk.press("b")
        await desk.press("slash", *typed("country:NP"), "enter")
        assert (desk.report.numbers["query"], desk.report.numbers["total"]["exchanges"]) == ("country:NP", 0)


async def test_a_card_says_what_was_sent_and_hosted_by_round(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=SMALL) as desk:
        await desk.press("enter")
        lines = desk.page()
        at = lines.index("Sent and hosted")
        assert [line.strip() for line in lines[at + 1 : at + 8]] == [
            "sends 3 more than it hosts: out of balance",
            "sent 5, hosted 2",
            "",
            "By round",
            "Round 1  sent 5, hosted none",
            "Round 2  sent none, hosted 2",
            "",
        ]
        desk.highlight("sends 3 more", "view")
        await desk.press("enter")
        assert desk.report.ref == "balance partners/anna"


async def test_what_is_asked_of_the_ledger_goes_on_to_the_balance_of_one(sit: Sit) -> None:
    documents = [*DOCUMENTS, ("exchanges", {"id": "x3", "sender": "anna", "host": "berta", "actual": 1, "start": "2019", "round": 1})]
    async with sit(documents, size=NARROW) as desk:
        await desk.press("b", "slash", *typed("project:p"), "enter", "t", *["backspace"] * 5, "3", "enter")
        assert desk.report.numbers["counts"]["within"] == 2
        await to_line(desk, "Anna: sends 3 more")
        await desk.press("enter")
        assert (desk.view.asked.subject, desk.view.asked.query) == ("partners/anna", "project:p")
        assert desk.report.numbers["total"]["exchanges"] == 2
        assert any("sends 3 more than it hosts: within the tolerance" in line for line in desk.view_lines())
        await desk.press("escape")
        assert desk.view.asked.subject == ""


async def test_after_what_cannot_be_followed_the_ledger_goes_on_from_what_could(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("b", "w", *typed("nonsense"), "enter")
        await desk.sees("A what-if reads A>B:3")
        await desk.press("t", *["backspace"] * 5, "3", "enter")
        assert not desk.view.asked.options.get("what-if")
        assert any("Anna: sends 3 more than it hosts" in line for line in desk.view_lines())
        assert any("3 persons (usual: 10%)" in line for line in desk.view_lines())
