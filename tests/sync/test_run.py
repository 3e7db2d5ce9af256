"""One run from beginning to end: what it keeps of the server, what it does not do twice, and how it is stopped."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from filelock import FileLock
from tests.faults.disk import locked
from tests.faults.fake_kinto import FakeKinto
from tests.faults.wire import OnTheWire, streamed
from tests.sync.conftest import DATASET, HASTY, Client, NewClient, partners

from ssc_tui.errors import CopyError, ReadOnly, UsageError
from ssc_tui.settings import Settings
from ssc_tui.store import journal
from ssc_tui.store.connection import transaction
from ssc_tui.store.standing import remember, standing
from ssc_tui.sync.run import Sync

URL = "http://127.0.0.1:8888/v1"


@pytest.fixture
def kinto() -> FakeKinto:
    server = FakeKinto(dataset=DATASET)
    for document in partners(3):
        server.put("partners", document)
    return server


@pytest.fixture
def client(kinto: FakeKinto, new_client: NewClient) -> Client:
    client = new_client(URL)
    client.transport = httpx.MockTransport(streamed(kinto))
    return client


def test_a_server_that_asks_for_quiet_has_it_from_the_next_run(client: Client, kinto: FakeKinto) -> None:
    kinto.quirks.backoff = "600"
    client.synced()
    asked = len(kinto.requests)
    report = client.sync()
    assert (report.outcome, report.requests) == ("unwell", 0)
    assert "asked to be left alone until" in report.words
    assert len(kinto.requests) == asked
    with client.copy() as copy, transaction(copy):
        assert standing(copy).not_before == pytest.approx(time.time() + 600, abs=20)
        # Its time is over.
        remember(copy, not_before=time.time() - 1)
    kinto.quirks.backoff = None
    client.synced()


def test_quiet_that_a_clock_made_endless_is_none(client: Client) -> None:
    client.synced()
    with client.copy() as copy, transaction(copy):
        remember(copy, not_before=time.time() + 10 * 365 * 86_400)
    client.synced()


def test_what_one_server_asked_for_another_does_not(client: Client, kinto: FakeKinto) -> None:
    kinto.quirks.backoff = "600"
    client.synced()
    client.settings = client.settings._replace(remote="http://127.0.0.2:8888/v1")
    client.synced()


@pytest.mark.parametrize("remote", ["", "no address", "ftp://x/v1"])
def test_without_an_address_there_is_no_run(client: Client, remote: str) -> None:
    with pytest.raises(UsageError):
        Sync(client.home, Settings(remote=remote))


def test_a_run_that_was_stopped_before_it_began_asks_nothing(client: Client, kinto: FakeKinto) -> None:
    run = Sync(client.home, client.settings, patience=HASTY, transport=client.transport)
    run.stop()
    report = run.run()
    assert (report.outcome, report.exit_code, kinto.requests) == ("stopped", 130, [])
    client.synced()


def test_a_run_that_is_stopped_keeps_its_pages(kinto: FakeKinto, new_client: NewClient, small_pages: None) -> None:
    for document in partners(60):
        kinto.put("partners", document)
    held, let_go = threading.Event(), threading.Event()

    def slowly(request: httpx.Request) -> httpx.Response:
        if len(kinto.requests) > 2:
            held.set()
            let_go.wait(30)
        return kinto(request)

    with OnTheWire(slowly) as wire, ThreadPoolExecutor(1) as pool:
        client = new_client(f"{wire.url}/v1")
        run = Sync(client.home, client.settings, patience=HASTY)
        running = pool.submit(run.run)
        assert held.wait(20)
        run.stop()
        report = running.result(5)
        let_go.set()
        assert (report.outcome, report.exit_code) == ("stopped", 130)
        assert 10 <= report.applied.new < 60
        client.is_sound()
        assert client.synced().applied.new == 60 - report.applied.new


def test_one_run_at_a_time(client: Client, kinto: FakeKinto) -> None:
    with FileLock(client.home.sync_lock):
        report = client.sync()
    assert (report.outcome, report.exit_code, kinto.requests) == ("busy", 1, [])
    assert client.rows("SELECT * FROM run") == []
    client.synced()


def test_a_copy_that_may_only_be_read_is_left_alone(client: Client, kinto: FakeKinto) -> None:
    client.home.database.chmod(0o400)
    with pytest.raises(ReadOnly):
        client.sync()
    assert kinto.requests == []


def test_a_copy_that_another_program_writes_to_is_said_to_be_locked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    with locked(client.home.database), pytest.raises(CopyError, match="locked"):
        client.sync()
    client.synced()


@pytest.mark.parametrize("table", ["record", "collection", "remote", "change"])
def test_a_damaged_part_of_the_copy_is_said(client: Client, table: str) -> None:
    client.synced()
    with client.copy() as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        size = copy.execute("PRAGMA page_size").fetchone()[0]
    with client.home.database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(CopyError, match="doctor --repair"):
        client.sync(full=True)


def test_what_a_run_learns_of_the_server(client: Client, kinto: FakeKinto) -> None:
    kinto.quirks.alert = '{"message": "Moving", "url": "https://new.example"}'
    kinto.quirks.batch_max = 30
    client.synced()
    with client.copy() as copy:
        known = standing(copy)
        assert (known.url, known.dataset, known.batch_max, known.serialised) == (URL, DATASET, 30, True)
        assert known.alert == "Moving https://new.example"
        assert known.clock_offset == pytest.approx(0, abs=10)
        assert known.synced_at is not None
        assert len(journal.runs(copy)) == 1
    kinto.quirks.down = 503
    assert client.sync().outcome == "unwell"
    with client.copy() as copy:
        assert standing(copy).synced_at == known.synced_at


def test_a_fault_of_the_program_leaves_no_lock_and_no_half_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_words: object, **_more: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("ssc_tui.store.shadow.apply_page", fail)
        with pytest.raises(ZeroDivisionError):
            client.sync()
    with client.copy() as copy:
        assert journal.runs(copy)[0].outcome == "cut_off"
    client.synced()
    client.is_sound()
