"""A round of exchanges filled in by keys: both ways side by side, the balance moving with what is typed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.faults.disk import locked
from tests.tui.conftest import NARROW, SMALL, Desk, Sit, until
from tests.tui.filling import below, foot, save

from ssc_tui.insight.balance import tolerance
from ssc_tui.insight.balance_groups import balance_of
from ssc_tui.insight.balance_words import standing
from ssc_tui.paths import Home
from ssc_tui.settings import TOLERANCE, Settings
from ssc_tui.store import edits, reader
from ssc_tui.store.flows import flows
from ssc_tui.tui.screens.round import RoundScreen
from ssc_tui.tui.widgets.field_row import FieldRow
from ssc_tui.tui.widgets.pair_rows import Way
from ssc_tui.tui.widgets.plain import Plain
from ssc_tui.tui.widgets.round_pane import RoundPane

SIZES = pytest.mark.parametrize("size", [NARROW, SMALL])


def exchange(record_id: str, round_: int | str, sender: str, host: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "exchanges", {"id": record_id, "project": "twins", "round": round_, "sender": sender, "host": host, **more}


DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    *(("partners", {"id": each, "name": f"{each.capitalize()} Hospital"}) for each in ("kch", "mzuzu", "tamale", "nairobi")),
    ("partners", {"id": "norec", "name": "Norec"}),
    (
        "projects",
        {
            "id": "twins",
            "title": "Twin hospitals",
            "partners": [{"partner": "kch", "role": "coordinator"}, {"partner": "mzuzu"}, {"partner": "norec", "role": "funder"}],
        },
    ),
    ("projects", {"id": "three", "title": "Circle of three", "partners": [{"partner": each} for each in ("kch", "mzuzu", "tamale")]}),
    exchange("e1", 1, "kch", "mzuzu", planned=2, actual=2, months=6, kind="professional", start="2024"),
    exchange("e2", 1, "mzuzu", "kch", planned=2, actual=1, kind="academic", colour="green"),
]


def pane(desk: Desk) -> RoundPane:
    assert isinstance(desk.app.screen, RoundScreen)
    return desk.app.screen.query_one(RoundPane)


def where(desk: Desk) -> tuple[str, str]:
    """Who sends, and which field of it has the focus."""
    row = pane(desk).row
    assert row
    way = next((each for each in row.ancestors if isinstance(each, Way)), None)
    return (way.sender if way else "", row.field.name)


async def go(desk: Desk, sender: str, name: str) -> None:
    """To a field, by Tab."""
    for _time in range(120):
        if where(desk) == (sender, name):
            return
        await desk.press("tab")
    pytest.fail(f"no field is called {name} of {sender}")


async def write(desk: Desk, sender: str, name: str, words: str) -> None:
    """Write into a field, in place of what was there."""
    await go(desk, sender, name)
    await desk.press("ctrl+u", *words)


def balances(desk: Desk) -> list[str]:
    return [line.strip() for line in str(desk.app.screen.query_one("#balances", Plain).render()).splitlines()]


def exchanges(desk: Desk) -> list[dict[str, Any]]:
    """The exchanges that the copy shows, without the ids that are made up."""
    found = desk.app.copy.connection.execute("SELECT id FROM shown WHERE kind = 'exchanges' ORDER BY id")
    return [reader.document(desk.app.copy.connection, "exchanges", each) for (each,) in found.fetchall()]


def said_of(desk: Desk, partner: str) -> str:
    """What the card of a partner says of its balance."""
    return standing(balance_of(partner, flows(desk.app.copy.connection, of=("partners", partner))), tolerance(TOLERANCE))


@SIZES
async def test_the_next_round_of_a_project_is_filled_in_within_a_minute(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=Settings(user="ada")) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r")
        assert where(desk) == ("kch", "planned")
        assert any("Twin hospitals" in line for line in desk.lines())
        assert pane(desk).round == ("Twin hospitals", 2)
        assert balances(desk)[0].startswith("Kch ")
        assert balances(desk)[0].endswith(": sends 1 more than it hosts: within the tolerance")
        assert balances(desk)[1].endswith("sent 2, hosted 1")
        await desk.press("3", "tab", "tab", "1", "2")
        assert balances(desk)[1].endswith("as planned, sends 4 more than it hosts")
        await write(desk, "mzuzu", "planned", "2")
        assert balances(desk)[1].endswith("as planned, sends 2 more than it hosts")
        await write(desk, "mzuzu", "start", "2026-01")
        assert all(len(line) <= size[0] for line in desk.lines())
        await save(desk)
        assert desk.toasts[-1] == "Saved: 2 exchanges of round 2, Twin hospitals"
        common = {"project": "twins", "round": 2}
        saved = [{name: value for name, value in each.items() if name != "id"} for each in exchanges(desk)[:2]]
        assert sorted(saved, key=lambda each: str(each["sender"])) == [
            {**common, "sender": "kch", "host": "mzuzu", "planned": 3, "months": 12, "kind": "professional"},
            {**common, "sender": "mzuzu", "host": "kch", "planned": 2, "kind": "academic", "start": "2026-01"},
        ]
        assert {each.edit.author for each in edits.pending(desk.app.copy.connection)} == {"ada"}
        await desk.press("u")
        await until(desk.pilot, lambda: not edits.pending(desk.app.copy.connection))
        assert "With it 1 edit that was saved together." in desk.toasts[-1]
        assert len(exchanges(desk)) == 2


@SIZES
async def test_a_round_that_is_on_record_opens_filled_and_is_corrected(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        await desk.press("3", "r")
        assert pane(desk).round == ("Twin hospitals", 1)
        way = next(iter(pane(desk).ways))[0]
        assert {name: row.text for name, row in way.rows.items()} == {
            "planned": "2", "actual": "2", "months": "6", "kind": "Professional exchange", "start": "2024", "end": "",
        }  # fmt: skip
        await write(desk, "mzuzu", "actual", "4")
        assert balances(desk)[0] == "Kch Hospital: hosts 2 more than it sends: out of balance"
        shown = balances(desk)
        await save(desk)
        assert exchanges(desk)[1] == {**DOCUMENTS[-1][1], "actual": 4}
        assert len(exchanges(desk)) == 2
        (pending,) = edits.pending(desk.app.copy.connection)
        assert (dict(pending.edit.base), dict(pending.edit.new)) == ({"actual": 1}, {"actual": 4})
        # What was shown while typing is what the cards say then.
        assert [said_of(desk, partner) for partner in ("kch", "mzuzu")] == [shown[0].partition(": ")[2], shown[2].partition(": ")[2]]


async def test_from_an_exchange_without_a_partner_of_its_own_project(sit: Sit) -> None:
    async with sit([*DOCUMENTS, ("exchanges", {"id": "a0"})], size=NARROW) as desk:
        await desk.press("3", "g", "r")
        assert where(desk) == ("", "project")


async def test_another_project_brings_its_round_and_pairs_and_keeps_what_was_typed(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r", "3")
        await go(desk, "", "project")
        await desk.press("ctrl+u", *"circ", "down", "enter", "tab")
        assert pane(desk).round == ("Circle of three", 1)
        assert [(way.sender, host) for way, host in pane(desk).ways] == [
            ("kch", "mzuzu"), ("mzuzu", "kch"), ("kch", "tamale"), ("tamale", "kch"), ("mzuzu", "tamale"), ("tamale", "mzuzu"),
        ]  # fmt: skip
        assert next(iter(pane(desk).ways))[0].rows["planned"].text == "3"
        await write(desk, "", "round", "1")
        await go(desk, "", "project")
        await desk.press("ctrl+u", *"twin", "down", "enter", "tab", "ctrl+u", "1", "tab")
        # On record, with what was typed.
        assert [row.text for row in pane(desk).rows if row.field.name == "planned" and isinstance(row, FieldRow)] == ["3", "2"]
        await save(desk)
        assert [each["planned"] for each in exchanges(desk)] == [3, 2]


async def test_three_partners_in_a_circle_are_saved_in_one_step(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.open("circle", "projects/three")
        await desk.press("r")
        for pair, sender in enumerate(("kch", "tamale", "mzuzu")):
            rows = [way.rows["actual"] for way, _host in list(pane(desk).ways)[pair * 2 : pair * 2 + 2] if way.sender == sender]
            for _time in range(60):
                if rows[0].has_focus_within:
                    break
                await desk.press("tab")
            await desk.press("5")
        said = balances(desk)
        assert [line for line in said if line.endswith("out of balance")] == []
        await save(desk)
        assert sorted((each["sender"], each["host"], each["actual"]) for each in exchanges(desk)[:3]) == [
            ("kch", "mzuzu", 5), ("mzuzu", "tamale", 5), ("tamale", "kch", 5),
        ]  # fmt: skip
        assert len(edits.undo(desk.app.home.database)) == 3


async def test_a_pair_is_added_and_partners_are_searched(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r", "ctrl+n", *"nair", "down", "enter")
        assert any("→ …" in line for line in desk.lines())
        await go(desk, "nairobi", "planned")
        await desk.press("4", "ctrl+s")
        assert (where(desk), below(desk)) == (("", "sender"), "! is required")
        assert foot(desk).startswith("Not saved.")
        await desk.press(*"nairobi", "tab", "ctrl+s")
        assert below(desk) == "! is the partner on the other side too"
        await desk.press("ctrl+u", *"tamale", "tab")
        assert any("→ Tamale Hospital" in line for line in desk.lines())
        await save(desk)
        assert [(each["sender"], each["host"], each["planned"]) for each in exchanges(desk) if each["round"] == 2] == [
            ("nairobi", "tamale", 4)
        ]


async def test_what_cannot_be_is_said_at_the_field(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=SMALL) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r", *"three")
        assert below(desk) == "! must be a whole number, 0 or more"
        await write(desk, "mzuzu", "start", "soon")
        await desk.press("ctrl+s")
        assert where(desk) == ("kch", "planned")
        assert "The reason stands below the field." in foot(desk)
        await desk.press("ctrl+u", "3")
        await write(desk, "mzuzu", "start", "")
        await write(desk, "", "round", "")
        await desk.press("ctrl+s")
        assert (where(desk), below(desk)) == (("", "round"), "! is required")
        assert exchanges(desk) == [each for kind, each in DOCUMENTS if kind == "exchanges"]


async def test_esc_asks_only_where_something_would_be_lost(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=SMALL) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r", "escape")
        assert desk.on == "card"
        await desk.press("r", "3", "escape")
        assert "Not saved yet: ctrl+s saves it, Esc once more throws it away." in foot(desk)
        await desk.press("4", "escape")
        assert desk.on == "RoundScreen"
        await desk.press("escape")
        assert desk.on == "card"
        assert len(exchanges(desk)) == 2


async def test_what_was_not_changed_is_not_saved(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("3", "r", "ctrl+s")
        await until(desk.pilot, lambda: desk.on == "list")
        assert "nothing was saved" in desk.toasts[-1]
        assert edits.pending(desk.app.copy.connection) == []


async def test_a_refusal_keeps_what_was_typed(sit: Sit, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 64."""
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r", "3")
        with locked(home.database):
            await desk.press("ctrl+s")
            await until(desk.pilot, lambda: "Not saved" in foot(desk))
        await save(desk)
        assert exchanges(desk)[0]["planned"] == 3


async def test_a_read_only_copy_says_so_before_anything_is_typed(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        desk.app.copy = desk.app.copy._replace(read_only=True)
        await desk.press("r")
        assert desk.on == "list"
        assert "read-only" in desk.toasts[-1]


async def test_beside_nothing_a_round_asks_for_its_project(sit: Sit) -> None:
    async with sit(DOCUMENTS[:-2], size=NARROW) as desk:
        await desk.press("r")
        assert where(desk) == ("", "project")
        await desk.press(*"twin", "down", "enter", "tab", "tab")
        assert pane(desk).round == ("Twin hospitals", 1)
        assert where(desk) == ("kch", "sender")


async def test_of_many_pairs_the_first_are_filled_in_and_the_others_are_counted(sit: Sit) -> None:
    names = [chr(97 + number) for number in range(6)]
    many = [exchange(f"x{one}{other}", 1, one, other, planned=1) for one in names for other in names if one < other]
    async with sit([*DOCUMENTS[:-2], *many], size=NARROW) as desk:
        await desk.press("3", "r")
        assert len(pane(desk).pairs) == 12
        await desk.sees("4 more pairs of this round: e changes their exchanges")


async def test_a_pair_that_was_chosen_is_not_lost_for_want_of_figures(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=SMALL) as desk:
        await desk.open("twin", "projects/twins")
        await desk.press("r", "ctrl+n", *"tamale", "down", "enter", "ctrl+s")
        assert desk.on == "RoundScreen"
        assert "Not saved. There are no figures yet" in " ".join(foot(desk).split())
        await desk.press("escape")
        assert desk.on == "RoundScreen"
        await desk.press("escape")
        assert desk.on != "RoundScreen"


async def test_a_name_that_does_not_fit_is_cut_in_sight(sit: Sit) -> None:
    long = ("partners", {"id": "kch", "name": "Ministry of Mines, Energy and Water Development"})
    async with sit([long, *DOCUMENTS[1:]], size=SMALL) as desk:
        await desk.open("circle", "projects/three")
        await desk.press("r")
        await until(desk.pilot, lambda: any("→ Ministry of Mines" in line and "…" in line for line in desk.lines()))
