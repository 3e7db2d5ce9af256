"""Killed at any statement while notes, bookmarks and saved searches are carried, a copy loses none, and the own bucket holds each once."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.crash import kill, statements_of
from tests.faults.listed import Counting
from tests.faults.real_kinto import RealKinto
from tests.faults.replica import Replica
from tests.servers import Live

from ssc_tui.catalogue.kinds import COLLECTIONS
from ssc_tui.host.bucket import BUCKET
from ssc_tui.store import own, reader, searches
from ssc_tui.store.connection import connect
from ssc_tui.store.writer import drop_search, save_search, turn_bookmark, write_note

RECORDS = f"/v1/buckets/default/collections/{BUCKET}/records"


class Bench:
    """A laptop with things to send, to take away, to receive and to let go of; each time of a person of its own."""

    def __init__(self, folder: Path, server: Live) -> None:
        self.folder = folder
        self.live = server
        self.server = RealKinto(server, COLLECTIONS, server.new_user())
        self.server.put("partners", {"id": "norec", "name": "NOREC"})
        self.home = Replica(folder / "before", self.server)
        assert self.home.sync().outcome == "ok"
        self.names = itertools.count()

    def again(self) -> tuple[Replica, Counting, httpx.Client]:
        """The laptop, the way to the server, and the person's second laptop, which has been at work."""
        user = self.live.new_user()
        replica = self.home.clone(self.folder / f"run {next(self.names)}")
        replica.sign_in(user, f"password of {user}")
        path = replica.home.database
        write_note(path, "partners", "norec", "sent")
        turn_bookmark(path, "partners", "norec")
        save_search(path, "sent", "partners", "oslo")
        assert replica.sync().own == 3
        other = httpx.Client(base_url=self.live.url.removesuffix("/v1"), auth=replica.signed_in)
        held = {row["form"]: row for row in rows(other)}
        assert other.delete(f"{RECORDS}/{held['bookmark']['id']}").status_code == 200
        received = {"form": "note", "ref": "partners/norec", "text": "received", "at": "2026-11-22T10:00:00Z"}
        assert other.put(f"{RECORDS}/received", json={"data": received}).status_code == 201
        drop_search(path, "sent")
        write_note(path, "partners", "norec", "to be sent")
        save_search(path, "to be sent", "", "bergen")
        return replica, Counting(self.server, ()), other


def rows(other: httpx.Client) -> list[dict[str, Any]]:
    """What the own bucket holds."""
    answer = other.get(RECORDS)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def outcome(replica: Replica, other: httpx.Client) -> Any:
    """What is shown on the laptop, and what the own bucket holds; nothing waits."""
    with closing(connect(replica.home.database)) as copy:
        assert own.outgoing(copy) == []
        notes = sorted(each.text for each in reader.notes(copy))
        marks = [each.record_id for each in reader.bookmarks(copy)]
        shown = notes, marks, [(each.name, each.query) for each in searches.saved(copy)]
    return shown, sorted((row["form"], row.get("text") or row["ref"]) for row in rows(other))


EXPECTED: Any = (
    (["received", "sent", "to be sent"], [], [("to be sent", "bergen")]),
    [("note", "received"), ("note", "sent"), ("note", "to be sent"), ("search", "to be sent")],
)


@pytest.fixture
def bench(tmp_path: Path, kinto_memory: Live) -> Iterator[Bench]:
    made = Bench(tmp_path, kinto_memory)
    yield made
    made.server.close()


def test_now_and_then(bench: Bench) -> None:
    _killed_at(bench, lambda statements: random.sample(statements, 3))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_at_every_statement(bench: Bench) -> None:
    print("statements:", _killed_at(bench, lambda statements: statements))


def _killed_at(bench: Bench, places: Callable[[range], Iterable[int]]) -> int:
    """Kill at these of the statements; returns how many there are."""
    replica, counting, other = bench.again()

    def whole() -> None:
        assert replica.sync(counting).outcome == "ok"

    statements = statements_of(whole)
    assert outcome(replica, other) == EXPECTED
    other.close()
    assert statements > 50

    for at in places(range(1, statements + 1)):
        replica, counting, other = bench.again()
        kill(replica.home.database, at, bench.folder / "crashed", partial(replica.sync, counting), dies=counting.leave)
        assert replica.unsound() == [], at
        counting.gone = False
        assert replica.sync(counting).outcome == "ok", at
        assert replica.unsound() == [], at
        assert outcome(replica, other) == EXPECTED, at
        other.close()
        shutil.rmtree(replica.home.data)
    return statements
