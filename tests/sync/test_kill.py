"""Killed at any statement and at any byte, a sync leaves a copy that is whole, and the next run ends where an undisturbed one does."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import environment
from tests.servers import Live
from tests.sync.conftest import Catalogue, Client, partners

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.host.bucket import records
from ssc_tui.paths import Home
from ssc_tui.store.standing import standing

PROGRAM = Path(__file__).with_name("kill.py")
PLACES = 3
"""Of statements and of bytes, in each situation, in a run that is no sweep."""

SHARDS = 2


def changed_here_and_there(client: Client, catalogue: Catalogue) -> None:
    """New, changed and deleted records on several pages; one that comes with equal content; one that nobody can keep."""
    client.synced()
    catalogue.put_all("partners", partners(15, first=60))
    for number in range(0, 40, 3):
        catalogue.patch("partners", f"p{number:03}", name=f"Renamed {number}", areas=["health"])
    for number in range(1, 30, 3):
        catalogue.delete("partners", f"p{number:03}")
    catalogue.patch("areas", "health", name="Health for all")
    catalogue.patch("partners", "p002", country="KE")


def made_anew(client: Client, catalogue: Catalogue) -> None:
    """Everything is read again, while some records are gone without a tombstone, some are older, and some have come."""
    client.synced()
    rows = catalogue.live_set()["partners"]
    catalogue.empty("partners")
    catalogue.put_all("partners", [row for record_id, row in rows.items() if not record_id.endswith(("1", "2"))])
    for number in range(2, 60, 10):
        catalogue.put("partners", f"p{number:03}", name=f"As it was {number}", last_modified=rows[f"p{number:03}"]["last_modified"] - 5000)
    catalogue.put_all("partners", partners(6, first=100))
    catalogue.new_epoch()


def never_met(_client: Client, _catalogue: Catalogue) -> None:
    """A copy that came with some of the records, meets the catalogue for the first time."""


def one_of_each(client: Client, catalogue: Catalogue) -> None:
    """So little that every byte of it can be the last one: a new, a changed and a deleted record, and one with equal content."""
    client.synced()
    catalogue.put_all("partners", partners(1, first=60))
    catalogue.patch("partners", "p001", name="Renamed")
    catalogue.delete("partners", "p003")
    catalogue.patch("partners", "p002", country="KE")


SITUATIONS = [changed_here_and_there, made_anew, never_met]


class Bench:
    """A catalogue and a copy in the same situation each time, and the program that kills."""

    def __init__(self, live: Live, folder: Path, situation: Callable[[Client, Catalogue], None]) -> None:
        documents = {
            "areas": [{"id": "health", "name": "Health"}],
            "partners": partners(60),
            "projects": [{"id": "pr", "title": "Project", "partners": [{"partner": "p003"}], "areas": ["health"]}],
        }
        catalogue = Catalogue(live, live.new_bucket(documents))
        place = folder / "before"
        self.client = Client(Home(place, place, place), catalogue.url)
        self.client.begin(
            *(("partners", document | {"founded": 1990}) for document in partners(20)), ("partners", {"id": "old", "name": "O"})
        )
        situation(self.client, catalogue)
        with self.client.copy() as copy:
            # The change log begins here, and everything is in the one file.
            copy.execute("DELETE FROM change")
            assert copy.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
            copy.execute("PRAGMA journal_mode = WAL")
        self.before = folder / "before.sqlite"
        self.before.write_bytes(self.client.home.database.read_bytes())
        self.expected = {
            kind: live.ask("GET", f"{records(catalogue.bucket, kind)}?_since=0&_sort=last_modified&_limit=1000").body["data"]
            for kind in KINDS
        }
        self.url = catalogue.url
        self.client.synced(accept_removals=True)
        self.changes = [list(row) for row in self.client.rows("SELECT kind, record_id, change, fields FROM change ORDER BY 1, 2, 3")]
        assert len(self.changes) > 2
        with self.client.copy() as copy:
            self.epoch = standing(copy).epoch

    def run(self, folder: Path, at: str, places: list[int], first: int = 0, stride: int = 1, seconds: float = 100) -> dict[str, Any]:
        """Kill, and say what was found; the places are taken modulo their number, and all are tried where none are given."""
        folder.mkdir()
        job = {"before": str(self.before), "folder": str(folder), "url": self.url, "at": at, "places": places, "first": first}
        job |= {"stride": stride, "epoch": self.epoch, "expected": self.expected, "changes": self.changes}
        done = subprocess.run(
            [sys.executable, PROGRAM],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=environment(folder),
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_killed_now_and_then(kinto_memory: Live, tmp_path: Path, situation: Callable[[Client, Catalogue], None]) -> None:
    bench = Bench(kinto_memory, tmp_path, situation)
    for at in ("statement", "byte"):
        places = random.sample(range(1_000_000), PLACES)
        found = bench.run(tmp_path / at, at, places)
        assert found["wrong"] == {}, (at, places)
        assert found["number"] > 500
        assert found["tried"] > 1


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_killed_at_every_statement(kinto_memory: Live, tmp_path: Path, situation: Callable[[Client, Catalogue], None], shard: int) -> None:
    found = Bench(kinto_memory, tmp_path, situation).run(tmp_path / "all", "statement", [], first=shard, stride=SHARDS, seconds=7000)
    assert found["wrong"] == {}
    assert found["tried"] >= found["number"] // SHARDS
    print(situation.__name__, found)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_killed_at_every_byte(kinto_memory: Live, tmp_path: Path, shard: int) -> None:
    found = Bench(kinto_memory, tmp_path, one_of_each).run(tmp_path / "all", "byte", [], first=shard, stride=SHARDS, seconds=7000)
    assert found["wrong"] == {}
    assert found["tried"] >= found["number"] // SHARDS
    print(one_of_each.__name__, found)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_killed_at_every_few_bytes(kinto_memory: Live, tmp_path: Path, situation: Callable[[Client, Catalogue], None]) -> None:
    found = Bench(kinto_memory, tmp_path, situation).run(tmp_path / "all", "byte", [], stride=41, seconds=7000)
    assert found["wrong"] == {}
    assert found["tried"] >= found["number"] // 41
    print(situation.__name__, found)
