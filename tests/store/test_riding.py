"""Edits that ride from home to home: nothing is lost, nothing comes twice, and in the end all homes hold the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssc_tui.store import edits, outbox, overlay, riding
from ssc_tui.store.conflicts import MINE, THEIRS, conflicts
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.doctor import examine
from ssc_tui.store.loader import make_copy
from ssc_tui.store.riding import News, Riding
from ssc_tui.store.shadow import Delivered

IDS = ("norec", "kch")
PARTNERS = [("partners", {"id": name, "name": name.upper(), "phone": "1", "city": "Førde", "last_modified": 5}) for name in IDS]
STATE = {
    "record": "*",
    "pending_edit": "*",
    "edited": "*",
    "conflict": "edit, path, kind, record_id, base, mine, theirs, author, found_at, settled, settled_at, settled_edit",
    "travelled": "*",
    "entry": "kind, id, title, name, body, tags",
    "link": "*",
}
"""What has to be the same in every home, with its columns; the places of entries follow from the order in which they came."""


class House:
    """A home that edits and hands on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "copy.sqlite"
        folder.mkdir()
        make_copy(self.path, PARTNERS, {"dataset": "made up"})
        self.copy = connect(self.path)
        self.copy.execute("PRAGMA synchronous = OFF")

    def edit(self, record_id: str, field: str, value: str | None) -> str:
        found = self.shown(record_id)
        if found is None:
            return ""
        saved = edits.change(self.path, "partners", record_id, found, {**found, field: value}, "")
        return saved.id if saved else ""

    def shown(self, record_id: str = "norec") -> dict[str, Any] | None:
        found = self.copy.execute("SELECT document FROM shown WHERE id = ?", (record_id,)).fetchone()
        return json.loads(found[0]) if found else None

    def hand_on(self) -> Riding:
        with transaction(self.copy):
            out = riding.riding(self.copy)
            riding.set_off(self.copy, out.edits)
        return out

    def take(self, came: Riding) -> News:
        with transaction(self.copy):
            return riding.take_in(self.copy, came)

    def state(self) -> dict[str, list[Any]]:
        return {table: sorted(self.copy.execute(f"SELECT {columns} FROM {table}"), key=repr) for table, columns in STATE.items()}

    def wishes(self) -> set[str]:
        """Every value that is shown or can still be read."""
        texts = [text for (text,) in self.copy.execute("SELECT document FROM shown")]
        texts += [mine for (mine,) in self.copy.execute("SELECT mine FROM conflict WHERE mine IS NOT NULL")]
        return set(texts)

    def sound(self) -> None:
        assert [finding.words for finding in examine(self.copy) if not finding.ok and finding.name != "links"] == []


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[list[House]]:
    made = [House(tmp_path / name) for name in "abc"]
    yield made
    for house in made:
        house.sound()
        house.copy.close()


def ring(houses: list[House]) -> None:
    for giver, taker in zip(houses, [*houses[1:], houses[0]], strict=True):
        taker.take(giver.hand_on())


def test_edits_wait_elsewhere_as_they_wait_here_and_come_once(houses: list[House]) -> None:
    a, b, _c = houses
    a.edit("norec", "phone", "2")
    out = a.hand_on()
    assert b.take(out) == News(edits=1)
    assert b.take(out) == News()
    assert [each.edit for each in edits.pending(a.copy)] == [each.edit for each in edits.pending(b.copy)]
    assert b.shown() == a.shown()


def test_what_left_in_a_bundle_or_came_with_one_is_not_taken_back(houses: list[House]) -> None:
    a, b, _c = houses
    a.edit("norec", "phone", "2")
    b.take(a.hand_on())
    assert edits.undo(a.path) == edits.undo(b.path) == []
    a.edit("norec", "phone", "3")
    (undone,) = edits.undo(a.path)
    assert undone.edit.new == {"phone": "3"}
    assert edits.undo(a.path) == []


def test_what_did_not_leave_after_all_can_be_taken_back(houses: list[House]) -> None:
    a, *_others = houses
    edit = a.edit("norec", "phone", "2")
    with transaction(a.copy):
        assert riding.set_off(a.copy, riding.riding(a.copy).edits) == [edit]
        riding.stay(a.copy, [edit])
    assert len(edits.undo(a.path)) == 1


def test_one_field_in_two_homes_is_one_conflict_in_all_and_settled_in_all(houses: list[House]) -> None:
    a, b, c = houses
    a.edit("norec", "phone", "2")
    b.edit("norec", "phone", "3")
    a.edit("norec", "city", "Oslo")
    ring(houses)
    ring(houses)
    assert a.state() == b.state() == c.state()
    (conflict,) = conflicts(c.copy)
    assert (conflict.mine, conflict.theirs, conflict.base) == ("3", "2", "1")
    edits.settle(c.path, conflict, MINE, "")
    ring(houses)
    ring(houses)
    assert a.state() == b.state() == c.state()
    assert conflicts(a.copy) == []
    shown = a.shown()
    assert shown is not None
    assert (shown["phone"], shown["city"]) == ("3", "Oslo")
    assert [each.mine for each in conflicts(b.copy, settled=True)] == ["3"]


def test_who_goes_on_from_one_value_decides_over_no_value_that_was_not_seen(houses: list[House]) -> None:
    a, b, c = houses
    a.edit("norec", "phone", "2")
    c.take(a.hand_on())
    b.edit("norec", "phone", "3")
    c.edit("norec", "phone", "4")
    ring(houses)
    ring(houses)
    assert a.state() == b.state() == c.state()
    assert (a.shown() or {})["phone"] == "4"
    assert [(each.mine, each.theirs) for each in conflicts(a.copy)] == [("3", "4")]


def test_what_the_catalogue_took_from_one_home_is_over_in_the_others(houses: list[House]) -> None:
    a, b, c = houses
    a.edit("norec", "phone", "2")
    b.edit("norec", "phone", "3")
    ring(houses)
    ring(houses)
    (sent,) = outbox.due(a.copy)
    outbox.acknowledge(a.copy, [(sent, Delivered("norec", 9, sent.document))])
    came = a.hand_on()
    for house in (b, c):
        with transaction(house.copy):
            # What comes before the edits, as pages of records.
            house.copy.execute("DELETE FROM record WHERE id = 'norec'")
            house.copy.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", a.copy.execute("SELECT * FROM record WHERE id = 'norec'"))
            overlay.lay(house.copy, [("partners", "norec")])
        assert house.take(came).taken == 2
        # Nor do they come back from a home that still has them.
        assert edits.pending(house.copy) == []
        assert [(each.mine, each.theirs) for each in conflicts(house.copy)] == [("3", "2")]
    assert a.state() == b.state() == c.state()


WHO = st.integers(0, 2)
ACTIONS = st.one_of(
    st.tuples(st.just("edit"), WHO, st.sampled_from(IDS), st.sampled_from(["phone", "city", "name"])),
    st.tuples(st.just("clear"), WHO, st.sampled_from(IDS), st.sampled_from(["phone", "city"])),
    st.tuples(st.just("remove"), WHO, st.sampled_from(IDS)),
    st.tuples(st.just("add"), WHO),
    st.tuples(st.just("undo"), WHO),
    st.tuples(st.just("settle"), WHO, st.sampled_from([MINE, THEIRS])),
    st.tuples(st.just("hand"), WHO, WHO),
)


@given(st.lists(ACTIONS, max_size=14))
@settings(max_examples=settings().max_examples // 4)
def test_after_two_rounds_all_homes_hold_the_same(actions: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        houses = [House(Path(folder) / name) for name in "abc"]
        # Values that nobody wrote over or took back knowingly.
        wanted: dict[str, str] = {}
        for number, (what, who, *rest) in enumerate(actions):
            act(houses, who, what, rest, number, wanted)
        ring(houses)
        ring(houses)
        first, *others = [house.state() for house in houses]
        for other in others:
            assert other == first
        for house in houses:
            house.sound()
            readable = " ".join(house.wishes())
            for value in wanted.values():
                assert f'"{value}"' in readable, (value, readable)
        for house in houses:
            house.copy.close()


def act(houses: list[House], who: int, what: str, rest: list[Any], number: int, wanted: dict[str, str]) -> None:
    house = houses[who]
    match what:
        case "edit":
            before = house.shown(rest[0])
            if edit := house.edit(rest[0], rest[1], f"written {number}"):
                overwrites(wanted, before, rest[1])
                wanted[edit] = f"written {number}"
        case "clear":
            before = house.shown(rest[0])
            if house.edit(rest[0], rest[1], None):
                overwrites(wanted, before, rest[1])
        case "remove":
            if (before := house.shown(rest[0])) is not None:
                edits.remove(house.path, "partners", rest[0], "")
                for field in before:
                    overwrites(wanted, before, field)
        case "add":
            saved = edits.create(house.path, "partners", {"name": f"written {number}"}, "")
            wanted[saved.id] = f"written {number}"
        case "undo":
            for each in edits.undo(house.path):
                wanted.pop(each.edit.id, None)
        case "settle":
            for conflict in conflicts(house.copy)[:1]:
                before = house.shown(conflict.record_id)
                edits.settle(house.path, conflict, rest[0], "")
                # Whoever says that a record is to go has seen it, even where another conflict keeps it for now.
                removed = rest[0] == MINE and conflict.mine is None and not conflict.path
                after = {} if removed else house.shown(conflict.record_id) or {}
                for field in before or {}:
                    if after.get(field) != (before or {}).get(field):
                        overwrites(wanted, before, field)
        case "hand":
            houses[rest[0]].take(house.hand_on())


def overwrites(wanted: dict[str, str], before: dict[str, Any] | None, field: str) -> None:
    """Whoever writes over a value that is shown knows what it was."""
    for edit, value in list(wanted.items()):
        if before and before.get(field) == value:
            del wanted[edit]
