"""The fake Kinto answers as a real one: the same requests to both, the answers compared with timestamps as ranks."""

from __future__ import annotations

import functools
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.fake_kinto import FakeKinto, Quirks
from tests.faults.scenarios import BUCKET, SCENARIOS, Side, purged
from tests.servers import Live, live

from ssc_tui.host.ini import BATCH, PAGE

numbers = itertools.count()


class Pair:
    """The fake and a real one; each run has a collection of its own."""

    def __init__(self, server: Live, real_client: httpx.Client, nul_breaks: bool) -> None:
        self.fake = FakeKinto([], bucket=BUCKET)
        self.fake.quirks = Quirks(paginate_by=PAGE, batch_max=BATCH, nul_breaks=nul_breaks)
        self.fake.accounts = {server.user: server.password}
        self.fake_client = httpx.Client(base_url=server.url, auth=real_client.auth, transport=httpx.MockTransport(self.fake))
        self.real_client = real_client
        server.ask("PUT", f"/buckets/{BUCKET}", {"permissions": {"read": ["system.Everyone"]}})

    def check(self, scenario: Callable[[Side], None]) -> None:
        """Run the scenario on both, and compare."""
        kind = f"run{next(numbers)}"
        sides = Side(self.fake_client, kind, self.fake), Side(self.real_client, kind)
        for side in sides:
            side.make()
            scenario(side)
        fake, real = (side.transcript() for side in sides)
        assert fake
        for number, (mine, its) in enumerate(zip(fake, real, strict=True)):
            assert mine == its, f"answer {number}"


@contextmanager
def pair(server: Live, nul_breaks: bool = False) -> Iterator[Pair]:
    """The fake beside this server."""
    # On a machine that others use, a hundred writes in one request can take minutes; what hangs meets the time limit of its test.
    with httpx.Client(base_url=server.url, auth=(server.user, server.password), timeout=None) as client:
        yield Pair(server, client, nul_breaks)


@pytest.fixture(scope="module")
def in_memory(kinto_memory: Live) -> Iterator[Pair]:
    """The fake beside a Kinto that keeps everything in memory."""
    with pair(kinto_memory) as compared:
        yield compared


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__.replace("_", "-"))
def test_scenario_in_memory(in_memory: Pair, scenario: Callable[[Side], None]) -> None:
    in_memory.check(scenario)


IDS = st.sampled_from("abc")
PRECONDITIONS = st.sampled_from(["none", "new", "current", "stale"])
WRITES = st.tuples(st.sampled_from(["PUT", "DELETE", "PATCH"]), IDS, PRECONDITIONS, st.integers(0, 3))
LISTS = st.tuples(
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from([None, "0", "first", "last"]),
    st.sampled_from([{}, {"_sort": "last_modified"}, {"_limit": "2"}, {"_fields": "id"}, {"in_id": "a,c"}]),
)
STEPS = st.lists(st.one_of(WRITES, LISTS, st.lists(WRITES, max_size=4)), min_size=1, max_size=12)


class Walk:
    """Does generated steps on one side, with the timestamps that this side gave."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.stamps: dict[str, list[int]] = {}

    def write(self, method: str, record_id: str, precondition: str, number: int) -> dict[str, Any]:
        """The part of a batch that writes."""
        given = self.stamps.get(record_id, [1])
        headers = {
            "none": {},
            "new": {"If-None-Match": "*"},
            "current": {"If-Match": f'"{given[-1]}"'},
            "stale": {"If-Match": f'"{given[0]}"'},
        }
        body = {} if method == "DELETE" else {"body": {"data": {"number": number, f"field{number}": True}}}
        return {"method": method, "path": f"{self.side.records}/{record_id}", "headers": headers[precondition], **body}

    def read(self, method: str, since: str | None, query: dict[str, str]) -> None:
        """Ask for the list."""
        every = sorted(stamp for stamps in self.stamps.values() for stamp in stamps) or [1]
        stamp = {"first": str(every[0]), "last": str(every[-1])}
        self.side.ask(method, params=query | ({"_since": stamp.get(since, since)} if since else {}))

    def remember(self, data: Any) -> None:
        """Keep the timestamp that a write was given."""
        if isinstance(data, dict) and "last_modified" in data:
            self.stamps.setdefault(data["id"], []).append(data["last_modified"])


def walk(side: Side, steps: list[Any]) -> None:
    """Do the steps: a list of writes is a batch, four things are a write by itself, three a list."""
    here = Walk(side)
    # An empty collection takes its timestamp at the first look, and on PostgreSQL gives it back where that look is a 412.
    side.ask("GET")
    for step in steps:
        if isinstance(step, list):
            for part in side.batch(*[here.write(*each) for each in step]).json()["responses"]:
                here.remember(part["body"].get("data"))
        elif len(step) == 4:
            part = here.write(*step)
            here.remember(side.ask(part["method"], part["path"], headers=part["headers"], json=part.get("body")).json().get("data"))
        else:
            here.read(*step)
    side.ask("GET", params={"_since": "0", "_sort": "last_modified"})


@settings(max_examples=60)
@given(steps=STEPS)
def test_any_steps_in_memory(in_memory: Pair, steps: list[Any]) -> None:
    in_memory.check(functools.partial(walk, steps=steps))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_everything_on_postgresql(tmp_path: Path) -> None:
    with live(tmp_path, memory=False) as server, pair(server, nul_breaks=True) as compared:
        for scenario in SCENARIOS:
            compared.check(scenario)
        settings(max_examples=200)(given(steps=STEPS)(lambda steps: compared.check(functools.partial(walk, steps=steps))))()
        main = "from kinto.__main__ import main; main()"
        command = [sys.executable, "-c", main, "purge-deleted", "--ini", str(server.folder / "catalogue.ini"), "record", "0"]
        compared.check(lambda side: purged(side, lambda: compared.fake.purge(True) if side.fake else subprocess.run(command, check=True)))
