"""Killed at any statement of saving, sending or acknowledging, a copy is whole, and in the end every edit was taken once."""

from __future__ import annotations

import copy
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from tests.faults.crash import keep_as_crashed, kill, statements_of
from tests.faults.fake_kinto import FakeKinto
from tests.faults.listed import Counting
from tests.faults.replica import Replica, live
from tests.faults.shelf import Shelf

from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.catalogue.suggestions import Dispute, dispute_id, disputed, suggested
from ssc_tui.store import decisions, edits, reader, writing
from ssc_tui.store.conflicts import MINE, Conflict, conflicts
from ssc_tui.store.connection import connect
from ssc_tui.store.edits import Wish

PARTNERS = [{"id": name, "name": name.upper(), "phone": "1"} for name in ("norec", "kch", "aku", "zomba")]
PUSHED = 5
"""Records that the undisturbed run writes."""


class Bench:
    """A home with edits of every sort, and a server where somebody else has written too; the same each time."""

    kinds: tuple[str, ...] = ("partners",)
    pushed = PUSHED

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FakeKinto()
        for partner in PARTNERS:
            self.server.put("partners", partner)
        self.home = Replica(folder / "before", self.server)
        self.home.sign_in("admin", "admin")
        assert self.home.sync().outcome == "ok"
        for record_id, fields in (("norec", {"phone": "2", "city": "Oslo"}), ("kch", {"name": "Kamuzu"}), ("zomba", {"phone": "2"})):
            old = next(each for each in PARTNERS if each["id"] == record_id)
            assert edits.change(self.path, "partners", record_id, old, old | fields, "")
        edits.create(self.path, "partners", {"name": "New"}, "")
        edits.remove(self.path, "partners", "aku", "")
        self.server.put("partners", PARTNERS[0] | {"phone": "9"})
        self.server.put("partners", PARTNERS[3] | {"city": "Zomba"})
        self.shelves: dict[str, Shelf] = self.server.backup()

    @property
    def path(self) -> Path:
        return self.home.home.database

    def again(self, number: int) -> tuple[Replica, Counting]:
        """The home and the server as they were before the run."""
        self.server.shelves = copy.deepcopy(self.shelves)
        return self.home.clone(self.folder / f"run {number}"), Counting(self.server, self.kinds)

    def outcome(self, replica: Replica) -> Any:
        """What the server holds, what is shown, and what has to be decided."""
        held = {record_id: _content(row) for record_id, row in live(self.server)["partners"].items()}
        with closing(connect(replica.home.database)) as opened:
            shown = {record_id: _content(json.loads(text)) for record_id, text in opened.execute("SELECT id, document FROM shown")}
            disputed = [(each.ref, each.field, each.mine, each.theirs) for each in conflicts(opened)]
            waiting = len(edits.pending(opened))
        return held, shown, disputed, waiting

    def mind(self, expected: Any) -> None:
        """See that the undisturbed run does what it is for."""
        held, shown, disputed, waiting = expected
        assert (held, len(held), waiting) == (shown, 4, 0)
        assert disputed == [("partners/norec", "phone", "2", "9")]


class Suggesting(Bench):
    """The same home, of somebody who may not write: all that nobody else wrote over goes out as suggestions, the conflict too."""

    kinds = (SUGGESTIONS,)
    pushed = 6

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server.viewers.add("admin")

    def outcome(self, replica: Replica) -> Any:
        said = {record_id: _content(row) for record_id, row in self.server.live(SUGGESTIONS).items()}
        with closing(connect(replica.home.database)) as opened:
            states = [each.state for each in edits.pending(opened)]
        return said, states, super().outcome(replica)[1:3]

    def mind(self, expected: Any) -> None:
        said, states, _shown = expected
        assert sorted(each["document"] for each in said.values()) == ["conflict", *["suggestion"] * 5]
        assert set(states) == {"suggested"}


class Deciding(Bench):
    """A home of an editor who has accepted, declined and settled what others wrote, and has not sent it."""

    kinds = ("partners", SUGGESTIONS)
    pushed = 2 + 4

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FakeKinto()
        for partner in PARTNERS:
            self.server.put("partners", partner)
        norec, kch = PARTNERS[:2]
        wishes = {
            "s1": suggested("partners/norec", norec, norec | {"phone": "2"}, "vera", ""),
            "s2": suggested("partners/new", None, {"id": "new", "name": "New"}, "vera", ""),
            "s3": suggested("partners/kch", kch, None, "vera", ""),
        }
        for name, document in wishes.items():
            self.server.put(SUGGESTIONS, {"id": name, **document})
        edit = "01a20000-0000-7000-8000-000000000001"
        lost = Dispute(dispute_id(edit, ("phone",)), "partners", "zomba", edit, ("phone",), None, "3", "1", "bo", "2026-11-22")
        self.server.put(SUGGESTIONS, {"id": lost.id, **disputed(lost)})
        self.home = Replica(folder / "before", self.server)
        self.home.sign_in("admin", "admin")
        assert self.home.sync().outcome == "ok"
        decisions.accept(self.path, "s1", "admin")
        decisions.decline(self.path, "s3", "admin", "No.")
        decisions.accept(self.path, "s2", "admin")
        edits.settle(self.path, _disputed(self.path), MINE, "admin")
        self.shelves = self.server.backup()

    def outcome(self, replica: Replica) -> Any:
        said = {record_id: _content(row) for record_id, row in self.server.live(SUGGESTIONS).items()}
        return said, super().outcome(replica)

    def mind(self, expected: Any) -> None:
        said, (held, shown, disputed, waiting) = expected
        states = {name[:2]: each["state"] for name, each in said.items()}
        assert states == {"s1": "accepted", "s2": "accepted", "s3": "declined", "01": "settled"}
        assert (held, disputed, waiting) == (shown, [], 0)
        assert (held["norec"]["phone"], held["new"]["name"], held["zomba"]["phone"]) == ("2", "New", "1")


BENCHES = [Bench, Suggesting, Deciding]


def _content(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(row.items()) if name not in ("last_modified", "at", "decided_at")}


@pytest.mark.parametrize("made", BENCHES)
def test_now_and_then_in_a_run_that_sends(tmp_path: Path, made: type[Bench]) -> None:
    _killed_at(made(tmp_path), lambda statements: random.sample(statements, 20))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("made", BENCHES)
def test_at_every_statement_of_a_run_that_sends(tmp_path: Path, made: type[Bench]) -> None:
    print("statements:", _killed_at(made(tmp_path), lambda statements: statements))


def _killed_at(bench: Bench, places: Callable[[range], Iterable[int]]) -> int:
    """Kill at these of the statements; returns how many there are."""
    replica, counting = bench.again(0)

    def whole() -> None:
        assert replica.sync(counting).outcome == "ok"

    statements = statements_of(whole)
    expected = bench.outcome(replica)
    bench.mind(expected)
    assert sorted(counting.taken.values()) == [1] * bench.pushed
    assert statements > 150

    for at in places(range(1, statements + 1)):
        replica, counting = bench.again(at)
        kill(replica.home.database, at, bench.folder / "crashed", partial(replica.sync, counting), dies=counting.leave)
        assert replica.unsound() == [], at
        counting.gone = False
        assert replica.sync(counting).outcome == "ok", at
        assert replica.unsound() == [], at
        assert bench.outcome(replica) == expected, at
        assert sorted(counting.taken.values()) == [1] * bench.pushed, at
        shutil.rmtree(replica.home.data)
    return statements


SAVES: dict[str, Callable[[Path, dict[str, Any]], object]] = {
    "change": lambda path, old: edits.change(path, "partners", "norec", old, old | {"phone": "3"}, ""),
    "create": lambda path, _old: edits.create(path, "partners", {"name": "Another"}, ""),
    "a round": lambda path, old: edits.save_together(
        path,
        [Wish("partners", "norec", old, old | {"phone": "3"}), Wish("exchanges", "", {}, {"sender": "kch", "host": "aku", "planned": 3})],
        "",
    ),
    "remove": lambda path, _old: edits.remove(path, "partners", "norec", ""),
    "undo": lambda path, _old: edits.undo(path),
    "settle": lambda path, _old: edits.settle(path, _disputed(path), MINE, ""),
    "accept": lambda path, _old: decisions.accept(path, "s1", ""),
    "decline": lambda path, _old: decisions.decline(path, "s1", "", "No."),
    "withdraw": lambda path, _old: decisions.withdraw(path, "s1", "vera"),
    "suggest a note": lambda path, _old: decisions.suggest_note(path, "partners", "norec", "They have moved.", ""),
}


def _disputed(path: Path) -> Conflict:
    with closing(connect(path)) as opened:
        return conflicts(opened)[0]


def _dump(path: Path) -> list[str]:
    with closing(connect(path)) as opened:
        return [
            line for line in opened.iterdump() if "pending_edit" in line or "edited" in line or '"conflict"' in line or '"entry"' in line
        ]


@pytest.mark.parametrize("what", SAVES)
def test_at_every_statement_of_a_save(tmp_path: Path, what: str) -> None:
    bench = Bench(tmp_path)
    replica, counting = bench.again(0)
    wish = suggested("partners/norec", PARTNERS[0], PARTNERS[0] | {"name": "NOREC now"}, "vera", "")
    bench.server.put(SUGGESTIONS, {"id": "s1", **wish})
    # Read without sending, so that there is a conflict beside edits that wait.
    replica.signed_in = None
    assert replica.sync(counting).outcome == "ok"
    with closing(connect(replica.home.database)) as opened:
        old = reader.document(opened, "partners", "norec")
    before = _dump(replica.home.database)
    number = 0
    left: list[Path] = []

    def traced(path: Path) -> sqlite3.Connection:
        opened = connect(path)

        def statement(_words: str) -> None:
            nonlocal number
            number += 1
            left.append(tmp_path / f"left {number}")
            keep_as_crashed(replica.home.database, left[-1])

        opened.set_trace_callback(statement)
        return opened

    with mock.patch.object(writing, "connect", traced):
        assert SAVES[what](replica.home.database, old) is not False
    after = _dump(replica.home.database)
    assert after != before
    assert len(left) > 10
    for folder in left:
        found = _dump(folder / "catalogue.sqlite")
        # All of it or nothing.
        assert found in (before, after), folder
