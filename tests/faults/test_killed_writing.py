"""Killed at any statement of saving, sending or acknowledging, a copy is whole, and in the end every edit was taken once."""

from __future__ import annotations

import copy
import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest
from tests.faults.crash import before_each_statement, keep_as_crashed
from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica, live
from tests.faults.shelf import Shelf

from ssc_tui.store import edits, reader, writing
from ssc_tui.store.conflicts import MINE, Conflict, conflicts
from ssc_tui.store.connection import connect

PARTNERS = [{"id": name, "name": name.upper(), "phone": "1"} for name in ("norec", "kch", "aku", "zomba")]
PUSHED = 5
"""Records that the undisturbed run writes."""


class Counting:
    """A server that counts what it has taken of each record, and is gone once the client was killed."""

    def __init__(self, server: FakeKinto) -> None:
        self.server = server
        self.taken: Counter[str] = Counter()
        self.gone = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.gone:
            raise httpx.ConnectError("the client was killed", request=request)
        before = self._stamps()
        answer = self.server(request)
        self.taken.update(record_id for record_id, stamp in self._stamps().items() if before.get(record_id) != stamp)
        return answer

    def _stamps(self) -> dict[str, int]:
        shelf = self.server.shelves["partners"]
        return {record_id: row["last_modified"] for record_id, row in {**shelf.graves, **shelf.rows}.items()}


class Bench:
    """A home with edits of every sort, and a server where somebody else has written too; the same each time."""

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
        return self.home.clone(self.folder / f"run {number}"), Counting(self.server)

    def outcome(self, replica: Replica) -> Any:
        """What the server holds, what is shown, and what has to be decided."""
        held = {record_id: _content(row) for record_id, row in live(self.server)["partners"].items()}
        with closing(connect(replica.home.database)) as opened:
            shown = {record_id: _content(json.loads(text)) for record_id, text in opened.execute("SELECT id, document FROM shown")}
            disputed = [(each.ref, each.field, each.mine, each.theirs) for each in conflicts(opened)]
            waiting = len(edits.pending(opened))
        return held, shown, disputed, waiting


def _content(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(row.items()) if name != "last_modified"}


def test_now_and_then_in_a_run_that_sends(tmp_path: Path) -> None:
    _killed_at(tmp_path, lambda statements: random.sample(statements, 20))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_at_every_statement_of_a_run_that_sends(tmp_path: Path) -> None:
    print("statements:", _killed_at(tmp_path, lambda statements: statements))


def _killed_at(tmp_path: Path, places: Callable[[range], Iterable[int]]) -> int:
    """Kill at these of the statements; returns how many there are."""
    bench = Bench(tmp_path)
    replica, counting = bench.again(0)
    statements = 0

    def count(number: int) -> None:
        nonlocal statements
        statements = number

    with before_each_statement(count):
        assert replica.sync(counting).outcome == "ok"
    expected = bench.outcome(replica)
    held, shown, disputed, waiting = expected
    assert (held, len(held), waiting) == (shown, 4, 0)
    assert disputed == [("partners/norec", "phone", "2", "9")]
    assert sorted(counting.taken.values()) == [1] * PUSHED
    assert statements > 200

    for at in places(range(1, statements + 1)):
        replica, counting = bench.again(at)
        crashed = tmp_path / f"crashed {at}"

        def kill(number: int, at: int = at, replica: Replica = replica, counting: Counting = counting, crashed: Path = crashed) -> None:
            if number == at:
                keep_as_crashed(replica.home.database, crashed)
                counting.gone = True

        with before_each_statement(kill):
            replica.sync(counting)
        for file in crashed.iterdir():
            shutil.copyfile(file, replica.home.data / file.name)
        if not (crashed / "catalogue.sqlite-wal").exists():
            replica.home.database.with_name("catalogue.sqlite-wal").unlink(missing_ok=True)
        replica.home.database.with_name("catalogue.sqlite-shm").unlink(missing_ok=True)
        assert replica.unsound() == [], at
        counting.gone = False
        assert replica.sync(counting).outcome == "ok", at
        assert replica.unsound() == [], at
        assert bench.outcome(replica) == expected, at
        assert sorted(counting.taken.values()) == [1] * PUSHED, at
        shutil.rmtree(crashed)
        shutil.rmtree(replica.home.data)
    return statements


SAVES: dict[str, Callable[[Path, dict[str, Any]], object]] = {
    "change": lambda path, old: edits.change(path, "partners", "norec", old, old | {"phone": "3"}, ""),
    "create": lambda path, _old: edits.create(path, "partners", {"name": "Another"}, ""),
    "remove": lambda path, _old: edits.remove(path, "partners", "norec", ""),
    "undo": lambda path, _old: edits.undo(path),
    "settle": lambda path, _old: edits.settle(path, _disputed(path), MINE, ""),
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
