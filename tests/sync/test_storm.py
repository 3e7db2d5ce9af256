"""While four writers change a catalogue as fast as they can, a client polls; when they are done, its copy is the catalogue."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.servers import Live
from tests.sync.conftest import Catalogue, Client, agree
from tests.sync.storm import Storm, storm_over

from ssc_tui.paths import Home

ROUNDS = 20


def weather(live: Live, folder: Path, seconds: float, seed: int) -> tuple[Storm, list[int], int]:
    """One round; what the writers did, how many records each poll brought, and how many records there are at the end."""
    catalogue = Catalogue(live, live.new_bucket())
    client = Client(Home(folder, folder, folder), catalogue.url).begin()
    brought = []
    until = time.monotonic() + seconds
    with storm_over(catalogue, seconds, seed) as storm:
        while time.monotonic() < until:
            brought.append(sum(client.synced().applied))
    client.synced()
    # Nothing is left for a second one.
    assert client.synced().applied == (0, 0, 0)
    agree(client, catalogue)
    assert set(storm.statuses) <= {200, 201, 404}, storm.statuses
    assert min(storm.writes.values()) > 10
    return storm, brought, sum(map(len, catalogue.live_set().values()))


def test_a_short_storm(kinto_memory: Live, tmp_path: Path) -> None:
    storm, brought, number = weather(kinto_memory, tmp_path / "home", 3, 1)
    assert sum(bool(each) for each in brought) > 2, brought
    assert len(storm.writes) == 2
    assert number > 20


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_twenty_storms_on_postgresql(kinto_postgres: Live, tmp_path: Path) -> None:
    for number in range(ROUNDS):
        storm, brought, held = weather(kinto_postgres, tmp_path / f"home-{number}", 8, number)
        print(
            f"round {number}: {dict(storm.writes)} writes, {len(brought)} polls brought {sum(brought)} changes, {held} records at the end"
        )
        assert sum(bool(each) for each in brought) > 2, brought
