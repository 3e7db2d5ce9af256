"""The commands of the remote catalogue, as processes of their own: exit codes, JSON and sentences for whatever may happen."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from filelock import FileLock
from tests.cli.conftest import Done, Run, environment
from tests.faults import impostors
from tests.faults.fake_kinto import FakeKinto
from tests.faults.wire import OnTheWire, streamed
from tests.servers import Live
from tests.waiting import within

from ssc_tui.host.bucket import SIGNED_IN
from ssc_tui.paths import Home
from ssc_tui.settings import read_settings, save_setting
from ssc_tui.store.seed import SEED, seed_meta
from ssc_tui.store.whole import documents_in

NO_KEY_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
KEYS = {
    "outcome",
    "words",
    "received",
    "sent",
    "suggested",
    "conflicts",
    "quarantined",
    "requests",
    "bytes_down",
    "bytes_up",
    "seconds",
}
DATASET = seed_meta()["dataset"]
HEAVY = ("textual", "sqlmodel", "pydantic", "httpx", "rich", "keyring", "filelock")


@pytest.fixture
def sync(run: Run, home: Home) -> Callable[..., Done]:
    """Run `ssc-tui sync --json` beside a URL, which is set first."""

    def once(url: str = "", *words: str) -> Done:
        if url:
            assert run("remote", url).code == 0
        done = run("sync", "--json", *words, env=NO_KEY_STORE)
        assert len(done.out.splitlines()) == 1
        assert "Traceback" not in done.err
        return done

    return once


def has_failed(done: Done, code: int, outcome: str, word: str) -> None:
    answer = done.json()
    assert (done.code, answer["outcome"]) == (code, outcome)
    assert answer.keys() == KEYS
    assert answer["received"] == {"new": 0, "changed": 0, "removed": 0}
    assert word in answer["words"]
    # The sentence is told to the person too, and nothing else is.
    assert done.err == answer["words"] + "\n"


def received(copy: sqlite3.Connection, kind: str) -> int:
    """Records of the kind that a server sent."""
    return int(copy.execute("SELECT count(*) FROM record WHERE kind = ? AND last_modified IS NOT NULL", (kind,)).fetchone()[0])


def content(home: Home) -> list[str]:
    """Everything in the copy, but what the sync keeps of its runs and of the link."""
    with closing(sqlite3.connect(home.database)) as copy:
        return [line for line in copy.iterdump() if not line.startswith(('INSERT INTO "run"', 'INSERT INTO "remote"'))]


@pytest.fixture
def fake() -> FakeKinto:
    return FakeKinto(dataset=DATASET)


@pytest.fixture
def wire(fake: FakeKinto) -> Iterator[OnTheWire]:
    with OnTheWire(fake) as wire:
        yield wire


def test_from_the_first_sync_to_the_change_log(kinto_memory: Live, run: Run, sync: Callable[..., Done], home: Home) -> None:
    documents = documents_in(SEED)
    bucket = kinto_memory.new_bucket(documents, dataset=DATASET)
    first = sync(f"{kinto_memory.url}/buckets/{bucket}")
    answer = first.json()
    assert (first.code, first.err, answer["outcome"], answer.keys()) == (0, "", "ok", KEYS)
    assert answer["received"] == {"new": 0, "changed": 0, "removed": 0}
    status = run("status", "--json").json()
    assert {kind: number for kind, number in status["records"].items() if number} == {
        kind: len(each) for kind, each in documents.items() if each
    }
    assert status["remote"] == f"{kinto_memory.url}/buckets/{bucket}"
    assert 0 <= status["age_seconds"] < 60
    second = sync().json()
    assert (second["outcome"], second["requests"], second["received"]) == ("ok", 1, {"new": 0, "changed": 0, "removed": 0})
    assert second["bytes_down"] <= 1500
    path = f"/buckets/{bucket}/collections/partners/records/norec"
    assert kinto_memory.ask("PATCH", path, {"data": {"city": "Oslo", "phone": "+47 1"}}).status == 200
    assert sync().json()["received"] == {"new": 0, "changed": 1, "removed": 0}
    (change,) = run("changes", "--json").json()
    assert (change["ref"], change["change"]) == ("partners/norec", "changed")
    before = next(document for document in documents["partners"] if document["id"] == "norec")
    assert sorted(change["fields"], key=lambda field: str(field["field"])) == [
        {"field": "city", "old": before.get("city"), "new": "Oslo"},
        {"field": "phone", "old": before.get("phone"), "new": "+47 1"},
    ]
    assert run("show", "norec", "--json").json()["city"] == "Oslo"
    assert len(run("changes", "--since", "1h", "--json").json()) == 1
    assert run("changes", "--since", "2100-01-01", "--json").json() == []
    assert run("changes").out.split("\t")[1:3] == ["city, phone", "partners/norec"]
    assert run("doctor").code == 0
    assert home.database.exists()


@pytest.mark.parametrize("since", ["yesterday", "7", "d", "-1d", "9" * 30 + "d", "2026-13-01"])
def test_a_time_that_is_none_is_wrong_use(run: Run, since: str) -> None:
    done = run("changes", f"--since={since}")
    assert (done.code, done.out) == (2, "")
    assert "is no time" in done.err


def test_no_connection(sync: Callable[..., Done], run: Run, home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run("status")
    before = content(home)
    has_failed(sync(f"http://127.0.0.1:{port}/v1"), 3, "offline", "No connection")
    assert content(home) == before
    assert run("find", "kamuzu").code == 0


@pytest.mark.parametrize(
    ("portal", "code", "outcome", "word"),
    [
        (impostors.portal_page, 3, "captive_portal", "Open a web browser"),
        (impostors.portal_redirect, 3, "captive_portal", "Open a web browser"),
        (impostors.network_sign_in, 3, "captive_portal", "Open a web browser"),
        (impostors.empty_object, 5, "incompatible", "no catalogue"),
        (impostors.other_json, 5, "incompatible", "no catalogue"),
    ],
)
def test_somebody_else_answers(
    sync: Callable[..., Done], run: Run, home: Home, portal: Callable[[httpx.Request], httpx.Response], code: int, outcome: str, word: str
) -> None:
    run("status")
    before = content(home)
    with OnTheWire(streamed(portal)) as wire:
        has_failed(sync(f"{wire.url}/v1"), code, outcome, word)
    assert content(home) == before


def test_another_catalogue_until_it_is_joined(sync: Callable[..., Done], run: Run, wire: OnTheWire, fake: FakeKinto, home: Home) -> None:
    assert fake.metadata
    fake.metadata["dataset"] = "another"
    fake.put("partners", {"id": "one", "name": "One"})
    run("note", "norec", "Ask for Mary")
    before = content(home)
    has_failed(sync(f"{wire.url}/v1"), 5, "incompatible", "--join")
    assert content(home) == before
    assert sync("", "--join").code == 0
    assert sum(run("status", "--json").json()["records"].values()) == 1
    assert run("notes", "--json").json()[0]["text"] == "Ask for Mary"


def test_many_records_that_are_gone(sync: Callable[..., Done], run: Run, wire: OnTheWire) -> None:
    numbers = {kind: len(each) for kind, each in documents_in(SEED).items()}
    done = sync(f"{wire.url}/v1")
    answer = done.json()
    assert (done.code, answer["outcome"], answer["received"]) == (5, "refused", {"new": 0, "changed": 0, "removed": 0})
    assert f"{numbers['partners']} of {numbers['partners']} partners" in answer["words"]
    assert "--accept-removals" in answer["words"]
    held = run("status", "--json").json()["records"]
    assert {kind: held[kind] for kind in numbers} == numbers
    assert sync("", "--accept-removals").json()["received"]["removed"] == sum(numbers.values())
    assert run("status", "--json").json()["records"]["partners"] == 0


def test_a_catalogue_that_wants_to_know_who_asks(kinto_memory: Live, sync: Callable[..., Done], run: Run, home: Home) -> None:
    bucket = kinto_memory.new_bucket({"partners": [{"id": "one", "name": "One"}]}, dataset=DATASET, readers=SIGNED_IN)
    user = kinto_memory.new_user()
    url = f"{kinto_memory.url}/buckets/{bucket}"
    has_failed(sync(url), 4, "sign_in", "ssc-tui login")
    wrong = run("login", "--user", user, "--json", typed="wrong\n", env=NO_KEY_STORE)
    assert wrong.code == 4
    assert "not take this name and password" in wrong.json()["error"]
    assert not home.secrets.exists()
    right = run("login", "--user", user, "--json", typed=f"password of {user}\n", env=NO_KEY_STORE)
    assert (right.code, right.json()) == (0, {"remote": url, "user": user, "checked": True})
    assert str(home.secrets) in right.err
    assert f"password of {user}" not in right.out + right.err
    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o600
    assert run("remote", "--json").json()["user"] == user
    done = sync("", "--accept-removals")
    assert (done.code, done.json()["received"]["new"]) == (0, 1)
    assert run("doctor").code == 0
    out = run("logout", "--json", env=NO_KEY_STORE)
    assert (out.code, out.json()) == (0, {"remote": url, "user": user})
    assert f"password of {user}" not in home.secrets.read_text()
    has_failed(sync(), 4, "sign_in", "ssc-tui login")


def test_signing_in_needs_a_catalogue_and_a_password(run: Run, wire: OnTheWire) -> None:
    done = run("login", "--user", "mary", typed="secret\n", env=NO_KEY_STORE)
    assert (done.code, done.out) == (2, "")
    assert "No remote catalogue is set" in done.err
    run("remote", f"{wire.url}/v1")
    assert run("login", "--user", "mary", typed="\n", env=NO_KEY_STORE).code == 2
    assert run("login", "--user", "mary", typed="", env=NO_KEY_STORE).code == 2


def test_signing_in_without_a_connection_is_checked_later(run: Run, wire: OnTheWire, fake: FakeKinto, home: Home) -> None:
    run("remote", f"{wire.url}/v1")
    done = run("login", "--user", "admin", "--offline", "--json", typed="admin\n", env=NO_KEY_STORE)
    assert (done.code, done.json()["checked"]) == (0, False)
    assert fake.requests == []
    assert home.secrets.exists()
    run("remote", "http://127.0.0.1:9/v1")
    done = run("login", "--user", "admin", "--json", typed="admin\n", env=NO_KEY_STORE)
    assert (done.code, done.json()["checked"]) == (0, False)
    assert "could not be checked" in done.err


def test_no_password_over_an_open_line(run: Run, home: Home) -> None:
    run("remote", "http://catalogue.invalid/v1")
    done = run("login", "--user", "mary", "--json", typed="secret\n", env=NO_KEY_STORE)
    assert done.code == 5
    assert "not encrypted" in done.json()["error"]
    assert not home.secrets.exists()


def test_no_remote_and_no_connections_are_wrong_use(run: Run, wire: OnTheWire, fake: FakeKinto, home: Home) -> None:
    done = run("sync", "--json")
    assert (done.code, "No remote catalogue is set" in done.json()["error"]) == (2, True)
    run("remote", f"{wire.url}/v1")
    done = run("sync", "--offline", "--json")
    assert (done.code, "switched off" in done.json()["error"]) == (2, True)
    save_setting(home.settings, "offline", True)
    assert run("sync").code == 2
    assert fake.requests == []


def test_only_one_syncs_at_a_time(sync: Callable[..., Done], run: Run, wire: OnTheWire, fake: FakeKinto, home: Home) -> None:
    run("status")
    before = content(home)
    with FileLock(home.sync_lock):
        has_failed(sync(f"{wire.url}/v1"), 1, "busy", "Another ssc-tui is syncing")
    assert (fake.requests, content(home)) == ([], before)


class Holding:
    """A server that answers the first question and then holds back."""

    def __init__(self, handler: Callable[[httpx.Request], httpx.Response]) -> None:
        self.handler = handler
        self.held = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.held.set()
            self.let_go.wait(60)
        return self.handler(request)


def test_ctrl_c_keeps_what_was_read(run: Run, sync: Callable[..., Done], fake: FakeKinto, home: Home) -> None:
    for kind, each in documents_in(SEED).items():
        for document in each:
            fake.put(kind, document)
    for number in range(60):
        fake.put("areas", {"id": f"a{number}", "name": f"Area {number}"})
    holding = Holding(fake)
    with OnTheWire(holding) as wire:
        run("remote", f"{wire.url}/v1")
        process = subprocess.Popen(
            [sys.executable, "-m", "ssc_tui", "sync"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A run in the background ignores the signal, and its children with it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            env=environment(home.data, **NO_KEY_STORE),
        )
        with process, closing(sqlite3.connect(home.database)) as copy:
            # The next page is asked for while the first is being kept.
            assert holding.held.wait(60)
            assert within(60, lambda: received(copy, "areas") >= 49)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (130, b"", b"")
        with closing(sqlite3.connect(home.database)) as copy:
            assert received(copy, "areas") >= 49
            assert copy.execute("SELECT outcome FROM run").fetchall() == [("cut_off",)]
        assert run("doctor").code == 0
        holding.let_go.set()
        assert sync().json()["received"] == {"new": 60, "changed": 0, "removed": 0}


def test_without_a_terminal_as_cron_runs_it(wire: OnTheWire, fake: FakeKinto, run: Run, home: Home) -> None:
    fake.put("funds", {"id": "new", "name": "New"})
    run("remote", f"{wire.url}/v1")
    done = subprocess.run(
        [sys.executable, "-m", "ssc_tui", "sync", "--accept-removals"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
        env={
            name: value
            for name, value in environment(home.data, **NO_KEY_STORE).items()
            if name in ("SSC_TUI_HOME", "PYTHONPATH", "PYTHON_KEYRING_BACKEND", "PATH", "PYTHONPYCACHEPREFIX")
        },
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 new, 0 changed, ")
    assert len(done.stdout.splitlines()) == 1


def test_a_bar_on_a_terminal_and_none_in_the_answer(on_terminal: Run, wire: OnTheWire, fake: FakeKinto, run: Run) -> None:
    fake.put("funds", {"id": "new", "name": "New"})
    run("remote", f"{wire.url}/v1")
    done = on_terminal("sync", "--accept-removals", env=NO_KEY_STORE)
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out


def test_the_remote_catalogue_is_shown_set_and_cleared(run: Run, home: Home) -> None:
    nothing = {"remote": None, "user": None, "dataset": None, "last_sync": None}
    assert run("remote", "--json").json() == nothing
    done = run("remote", "catalogue.example.org", "--json")
    assert (done.code, done.json()) == (0, nothing | {"remote": "https://catalogue.example.org/v1"})
    assert run("remote").out.splitlines() == ["https://catalogue.example.org/v1", "not signed in"]
    assert run("remote", "--clear", "--json").json() == nothing
    assert read_settings(home.settings).remote == ""


def test_an_address_that_is_none_changes_nothing(run: Run, home: Home) -> None:
    run("remote", "https://catalogue.example.org/v1")
    save_setting(home.settings, "user", "mary")
    before = home.settings.read_text()
    for wrong in ("ftp://x", "https://mary:secret@catalogue.example.org/v1", "https://a..b/v1"):
        done = run("remote", wrong)
        assert (done.code, done.out) == (2, "")
        assert "secret" not in done.err
        assert home.settings.read_text() == before
    # The same address in other words is the same; another one knows nobody.
    assert run("remote", "catalogue.example.org", "--json").json()["user"] == "mary"
    assert run("remote", "other.example.org", "--json").json()["user"] is None


@pytest.mark.parametrize("words", [["find", "kamuzu"], ["--help"], ["--version"], ["remote"], ["changes"], ["status"], ["sync"]])
def test_what_needs_no_network_imports_nothing_for_it(run: Run, home: Home, words: list[str]) -> None:
    run("status")
    program = (
        "import json, sys\n"
        "from ssc_tui.cli.main import main\n"
        f"main({words!r})\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment(home.data))
    assert json.loads(done.stderr.splitlines()[-1]) == []


def test_a_copy_that_may_only_be_read(run: Run, sync: Callable[..., Done], wire: OnTheWire, fake: FakeKinto, home: Home) -> None:
    run("status")
    run("remote", f"{wire.url}/v1")
    home.database.chmod(0o400)
    done = sync()
    answer: dict[str, Any] = done.json()
    assert done.code == 1
    assert "read-only" in answer["error"]
    assert fake.requests == []
    assert os.access(home.database, os.R_OK)
