"""A copy that answers late or never: keys act all the same, and what nobody waits for any more is stopped."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tests.tui.conftest import NARROW, WIDE, Desk, Sit, until
from textual.widgets import TextArea

from ssc_tui.store import facets, reader
from ssc_tui.tui import keystrokes, questions
from ssc_tui.tui.providers import palette
from ssc_tui.tui.reading import Reading
from ssc_tui.tui.screens import filter as filter_screen
from ssc_tui.tui.screens import records
from ssc_tui.tui.visits import Visit

ENDLESS = "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted) SELECT count(*) FROM counted"
"""A statement that ends only where it is interrupted."""


class Gate:
    """Holds up every call of a function until it is opened; counts those that came to it."""

    def __init__(self, behind: Callable[..., Any]) -> None:
        self._behind = behind
        self._open = threading.Event()
        self.came: list[tuple[Any, ...]] = []

    def __call__(self, *values: Any) -> Any:
        self.came.append(values[1:])
        self._open.wait()
        return self._behind(*values)

    def open(self) -> None:
        self._open.set()


Hold = Callable[[object, str], Gate]


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Hold:
    """Hold up a function of a module from now on, until the app ends."""
    gates: list[Gate] = []
    close = Reading.close

    def held(module: object, name: str) -> Gate:
        gate = Gate(getattr(module, name))
        gates.append(gate)
        monkeypatch.setattr(module, name, gate)
        return gate

    def let_go(reading: Reading) -> None:
        for gate in gates:
            gate.open()
        close(reading)

    monkeypatch.setattr(Reading, "close", let_go)
    return held


async def press(desk: Desk, *keys: str) -> None:
    """Press keys without waiting for what they start."""
    for key in keys:
        await desk.pilot.press(key)


async def come(desk: Desk, gate: Gate) -> None:
    """Wait until something waits at the gate."""
    await until(desk.pilot, lambda: gate.came)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_highlight_moves_while_a_card_is_read(sit: Sit, hold: Hold, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        gate = hold(records, "card_of")
        await press(desk, "j")
        await come(desk, gate)
        await press(desk, "j", "j", "k")
        assert desk.records.highlighted == 2
        assert desk.rows()[2].startswith("❯")
        assert desk.bar("status").startswith(" 3 of 225")
        await press(desk, "escape")
        assert "outermost" in desk.toasts[-1]
        gate.open()
        await desk.settle()
        assert desk.card.card
        assert desk.card.card.ref == desk.ref
        # Of the cards that were passed over, no more than the one that was being read was read at all.
        assert gate.came == [("partners", row.id, "10%") for row in (desk.row_at(1), desk.row)]


async def test_keys_act_on_the_card_that_is_there_while_the_next_is_read(sit: Sit, hold: Hold) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        gate = hold(records, "card_of")
        desk.highlight("Education", "record")
        await press(desk, "enter")
        await until(desk.pilot, lambda: desk.ref == "areas/education")
        await come(desk, gate)
        await press(desk, "G")
        assert desk.card.highlighted == len(desk.page()) - 1
        await press(desk, "escape")
        await until(desk.pilot, lambda: desk.ref == "partners/norec")
        gate.open()
        await desk.settle()
        assert desk.card.card
        assert desk.card.card.ref == "partners/norec"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_highlight_moves_over_rows_that_are_being_read(sit: Sit, hold: Hold, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        gate = hold(questions, "page")
        await press(desk, "G")
        await come(desk, gate)
        assert (desk.records.highlighted, desk.records.row) == (224, None)
        assert desk.bar("status").startswith(" 225 of 225")
        await press(desk, "k", "k")
        assert desk.records.highlighted == 222
        # What needs a row says that there is none yet, and nothing is lost.
        await press(desk, "asterisk", "n", "y", "enter", "tab")
        assert {*desk.toasts} == {"No record is highlighted."}
        assert desk.on == "list"
        await press(desk, "g")
        assert desk.ref == "partners/aas-dprk"
        await press(desk, "G")
        gate.open()
        await desk.settle()
        assert desk.records.row
        assert all(row.strip() != "…" for row in desk.rows())


async def test_pages_that_were_passed_over_are_not_read(sit: Sit, hold: Hold) -> None:
    async with sit() as desk:
        gate = hold(questions, "page")
        await press(desk, *["pagedown"] * 3)
        await come(desk, gate)
        await press(desk, "G", "g", "G")
        gate.open()
        await desk.settle()
        first_rows = [values[1] for values in gate.came]
        assert set(first_rows[1:]) <= {150, 200}
        assert desk.row == desk.row_at(224)


async def test_letters_are_typed_and_the_old_list_moves_while_a_search_runs(sit: Sit, hold: Hold) -> None:
    async with sit() as desk:
        gate = hold(questions, "look_up")
        await press(desk, "slash", "k", "a", "m", "u")
        await come(desk, gate)
        assert (desk.search.value, desk.on) == ("kamu", "search")
        await press(desk, "down", "down")
        assert (desk.records.highlighted, desk.records.total) == (2, 225)
        await press(desk, "escape")
        assert desk.on == "list"
        await press(desk, "j", "question_mark")
        assert desk.on == "HelpScreen"
        await press(desk, "escape")
        gate.open()
        await desk.settle()
        assert (desk.ref, desk.records.total) == ("partners/kamuzu-central-hospital", 1)
        # Of what was typed, the beginning that was being searched and the whole were searched, and nothing between.
        assert [visit.asked for (visit,) in gate.came] == ["k", "kamu"]


async def test_words_are_changed_at_once_while_a_search_runs(sit: Sit, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keystrokes, "PATIENCE", 1000)
    async with sit() as desk:
        gate = hold(questions, "look_up")
        await press(desk, "slash", "k", "a")
        await come(desk, gate)
        await press(desk, "backspace", "home", "x", "end", "y")
        assert desk.search.value == "xky"


async def test_a_key_waits_once_for_what_does_not_come(sit: Sit, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    slept = 0
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        nonlocal slept
        slept += seconds == keystrokes.LOOK
        await sleep(seconds)

    async with sit() as desk:
        gate = hold(questions, "look_up")
        monkeypatch.setattr(asyncio, "sleep", counted)
        await press(desk, "2", "j")
        await come(desk, gate)
        assert (slept > 0, desk.records.highlighted) == (True, 1)
        slept = 0
        await press(desk, "j", "j", "k")
        assert (slept, desk.records.highlighted) == (0, 2)
        gate.open()
        await desk.settle()
        assert desk.row.kind == "projects"


async def test_a_section_can_be_left_before_it_is_there(sit: Sit, hold: Hold) -> None:
    async with sit() as desk:
        gate = hold(questions, "look_up")
        await press(desk, "2")
        await come(desk, gate)
        await press(desk, "3", "4", "left_square_bracket", "left_square_bracket", "left_square_bracket")
        gate.open()
        await desk.settle()
        assert desk.ref == "partners/aas-dprk"
        await desk.press("right_square_bracket")
        assert desk.ref.startswith("projects/")


@pytest.mark.parametrize("module_and_name", [(filter_screen, "facets"), (facets, "kinds")], ids=["filter", "sections"])
async def test_windows_open_and_close_while_something_is_counted(sit: Sit, hold: Hold, module_and_name: tuple[object, str]) -> None:
    async with sit() as desk:
        gate = hold(*module_and_name)
        await desk.pilot.press("slash", *"health", "escape", "f")
        await come(desk, gate)
        assert desk.on == "FilterScreen"
        await press(desk, "j", "j", "l", "h", "escape")
        assert desk.on == "list"
        await press(desk, "j")
        assert desk.records.highlighted == 1
        gate.open()
        await desk.settle()
        assert desk.search.value == "health"


async def test_the_palette_closes_while_it_searches(sit: Sit, hold: Hold) -> None:
    async with sit() as desk:
        await desk.press("ctrl+p")
        gate = hold(palette, "_best")
        await press(desk, "n", "o", "r")
        await come(desk, gate)
        await press(desk, "escape", "escape")
        assert desk.on == "list"
        await press(desk, "j")
        assert desk.records.highlighted == 1


async def test_a_note_can_be_written_while_earlier_ones_are_read(sit: Sit, hold: Hold) -> None:
    async with sit() as desk:
        await desk.press("n", *"earlier", "ctrl+s")
        gate = hold(reader, "notes")
        await press(desk, "n")
        # What is typed now must not be taken for keys of the list, of which q is one.
        assert desk.on == "NoteScreen"
        await press(desk, "q", "2")
        assert desk.app.screen.query_one(TextArea).text == "q2"
        gate.open()
        await desk.settle()
        assert desk.app.screen.query_one(TextArea).text == "q2"
        assert any("earlier" in line for line in desk.lines())


async def test_quitting_does_not_wait_for_what_is_being_read(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sit() as desk:
        running = threading.Event()

        def endless(copy: sqlite3.Connection, visit: Visit) -> Any:
            running.set()
            return copy.execute(ENDLESS).fetchone()

        monkeypatch.setattr(questions, "look_up", endless)
        await press(desk, "2")
        await until(desk.pilot, running.is_set)
        await desk.pilot.press("q")
        await until(desk.pilot, lambda: not desk.app.is_running)
        assert desk.app.return_code == 0


class Slow:
    """Searches for `slow` without end, before or after it has begun to ask the copy; everything else at once."""

    def __init__(self, *, first: Callable[[], object] = lambda: None) -> None:
        self.running = threading.Event()
        self.ended: list[str] = []
        self._first = first
        self._look_up = questions.look_up

    def __call__(self, copy: sqlite3.Connection, visit: Visit) -> questions.Found:
        if visit.asked == "slow":
            self.running.set()
            self._first()
            try:
                copy.execute(ENDLESS).fetchone()
            except sqlite3.OperationalError as error:
                self.ended.append(str(error))
                raise
        return self._look_up(copy, visit)


NEWER: list[tuple[list[str], str]] = [
    (["e", "r"], "slower"),
    (["backspace"], "slo"),
    (["escape", "2"], "slow in projects"),
    (["escape", "left_square_bracket"], "the list before"),
    (["escape", "escape"], "without the words"),
]


@pytest.mark.parametrize("keys", [keys for keys, _name in NEWER], ids=[name for _keys, name in NEWER])
async def test_a_newer_search_interrupts_the_older(sit: Sit, monkeypatch: pytest.MonkeyPatch, keys: list[str]) -> None:
    slow = Slow()
    async with sit() as desk:
        monkeypatch.setattr(questions, "look_up", slow)
        await press(desk, "slash", *"slow")
        await until(desk.pilot, slow.running.is_set)
        # Only the first search is without end.
        monkeypatch.setattr(questions, "look_up", slow._look_up)
        generation = desk.records.generation
        await press(desk, *keys)
        await until(desk.pilot, lambda: desk.records.generation > generation)
        await desk.settle()
        assert slow.ended == ["interrupted"]
        assert desk.toasts == []


async def test_a_newer_search_interrupts_the_older_between_two_of_its_statements_too(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    between = threading.Event()
    slow = Slow(first=between.wait)
    async with sit() as desk:
        monkeypatch.setattr(questions, "look_up", slow)
        await press(desk, "slash", *"slow")
        await until(desk.pilot, slow.running.is_set)
        await press(desk, "backspace")
        between.set()
        try:
            await until(desk.pilot, lambda: slow.ended)
        finally:
            desk.app.searching.interrupt()
