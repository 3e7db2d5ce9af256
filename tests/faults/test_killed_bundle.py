"""Killed at any statement of reading a bundle, a copy is sound, and another reading completes it: no edit is lost, none is there twice."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.faults.crash import kill, statements_of
from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica, live
from tests.sync.bundling import befriend, edit, hand, read, state, write

from ssc_tui.errors import Refused
from ssc_tui.store import edits
from ssc_tui.store.connection import connect
from ssc_tui.sync import bundle_read

PARTNERS = [{"id": name, "name": name.upper(), "phone": "1"} for name in ("aku", "kch", "norec", "zomba")]


class Bench:
    """Somebody with a bundle to hand over, and a home that reads it: one that never met the catalogue, or one that has edits of its own."""

    def __init__(self, folder: Path, *, met: bool) -> None:
        self.folder = folder
        self.server = FakeKinto()
        for partner in PARTNERS:
            self.server.put("partners", partner)
        self.giver = Replica(folder / "giver", self.server)
        self.giver.sign_in("admin", "admin")
        assert self.giver.sync().outcome == "ok"
        self.taker = Replica(folder / "taker", self.server, {"partners": [PARTNERS[0], {"id": "old", "name": "Old"}]})
        befriend(self.giver, self.taker)
        self.file = folder / "carried.sscb"
        if met:
            hand(self.giver, self.taker, self.file)
            edit(self.taker, "norec", phone="2", city="Oslo")
            edit(self.taker, "zomba", name="Zomba")
            # One of them is taken by the catalogue, and somebody writes over it; the other one waits.
            write(self.taker, self.file)
            read(self.giver, self.file)
            assert self.giver.sync().sent == 2
            edit(self.taker, "kch", phone="2")
        edit(self.taker, "aku", phone="2")
        self.server.put("partners", PARTNERS[2] | {"phone": "9"})
        self.server.delete("partners", "zomba")
        assert self.giver.sync().outcome == "ok"
        edit(self.giver, "aku", phone="3", city="Nairobi")
        edit(self.giver, "kch", city="Lilongwe")
        edits.create(self.giver.home.database, "partners", {"name": "New"}, "giver")
        write(self.giver, self.file)

    def again(self, number: int) -> Replica:
        """The home as it was before it read."""
        return self.taker.clone(self.folder / f"run {number}")


def waiting(replica: Replica) -> list[str]:
    with closing(connect(replica.home.database)) as copy:
        return [each.edit.id for each in edits.pending(copy)]


def _killed_at(bench: Bench, places: Callable[[range], Iterable[int]]) -> int:
    """Kill at these of the statements; returns how many there are."""
    replica = bench.again(0)
    before = waiting(replica)
    statements = statements_of(lambda: read(replica, bench.file), bundle_read)
    assert replica.unsound() == []
    expected = _outcome(replica)
    shown = len(waiting(replica))
    assert shown >= 4
    assert statements > 100
    assert replica.held() == live(bench.server)
    for at in places(range(1, statements + 1)):
        replica = bench.again(at)
        kill(replica.home.database, at, bench.folder / "crashed", partial(read, replica, bench.file), bundle_read)
        assert replica.unsound() == [], at
        # What was written here is here still, but for what the bundle says that the catalogue has.
        own = set(before).intersection(waiting(replica))
        assert own >= set(before).intersection(_pending_of(expected)), at
        try:
            read(replica, bench.file)
        except Refused as error:
            pytest.fail(f"{at}: {error}")
        assert replica.unsound() == [], at
        assert _outcome(replica) == expected, at
        shutil.rmtree(replica.home.data)
    return statements


def _outcome(replica: Replica) -> dict[str, list[Any]]:
    """What the home holds, but for when it found conflicts."""
    held = state(replica)
    held["conflict"] = [(*row[:8], *row[9:]) for row in held["conflict"]]
    return held


def _pending_of(outcome: dict[str, list[Any]]) -> set[str]:
    return {row[1] for row in outcome["pending_edit"]}


@pytest.mark.parametrize("met", [False, True], ids=["a first bundle", "one among others"])
def test_now_and_then_in_a_reading(tmp_path: Path, met: bool) -> None:
    _killed_at(Bench(tmp_path, met=met), lambda statements: random.sample(statements, 12))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("met", [False, True], ids=["a first bundle", "one among others"])
def test_at_every_statement_of_a_reading(tmp_path: Path, met: bool) -> None:
    print("statements:", _killed_at(Bench(tmp_path, met=met), lambda statements: statements))
