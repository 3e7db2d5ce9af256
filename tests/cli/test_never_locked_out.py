"""Whatever has become of the disk, the link or the sign-in: commands that read work, and those that write do so or say at once why not."""

from __future__ import annotations

import datetime
import json
import socket
from collections.abc import Callable
from contextlib import closing

import pytest
import time_machine
from tests.faults.disk import full_disk, locked

from ssc_tui.cli.main import main
from ssc_tui.paths import Home
from ssc_tui.store import writer, writing
from ssc_tui.store.connection import connect
from ssc_tui.store.migrations import VERSION

LONG = "What nobody wants to type again. " * 5000
NOTE = "x" * 20_000

Said = tuple[int, str, str]
Tell = Callable[..., Said]


@pytest.fixture
def tell(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Give a command in a home with one edit; returns the exit code, and what was said on both streams."""
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)

    def given(*words: str) -> Said:
        code = main(["--home", str(home.data), *words])
        return (code, *capsys.readouterr())

    assert given("edit", "norec", "city=Bergen")[0] == 0
    return given


def reads(tell: Tell) -> None:
    """What is there can be looked up, the edits with it."""
    assert json.loads(tell("show", "norec", "--json")[1])["city"] == "Bergen"
    assert tell("find", "norec", "--json")[0] == 0
    assert len(json.loads(tell("pending", "--json")[1])) == 1
    assert json.loads(tell("status", "--json")[1])["pending"] == 1


WRITES = (
    ("edit", "norec", "phone=1"),
    ("new", "partners", "name=Kachere"),
    ("delete", "norec"),
    ("undo",),
    ("note", "norec", "Ask for Amina"),
    ("bookmark", "norec"),
)


def test_63_the_disk_is_full(tell: Tell) -> None:
    with full_disk(writing, "connect"), full_disk(writer, "connect"):
        for words in (
            ("edit", "norec", f"description={LONG}"),
            ("new", "partners", "name=Large", f"description={LONG}"),
            ("note", "norec", NOTE),
        ):
            code, out, err = tell(*words)
            assert (code, out) == (1, ""), words
            assert err == "Nothing was saved: database or disk is full.\n"
        reads(tell)
    assert tell("edit", "norec", f"description={LONG}")[0] == 0


def test_64_another_one_is_writing(home: Home, tell: Tell) -> None:
    with locked(home.database):
        for words in WRITES:
            code, out, err = tell(*words)
            assert (code, out) == (1, ""), words
            assert err == "Another ssc-tui is writing to the copy; nothing was saved. Try again in a moment.\n", words
        reads(tell)
    assert tell("edit", "norec", "phone=1")[0] == 0


@pytest.mark.parametrize("place", ["database", "data"])
def test_66_what_may_only_be_read(home: Home, tell: Tell, place: str) -> None:
    where, mode = getattr(home, place), getattr(home, place).stat().st_mode
    where.chmod(mode & 0o555)
    for words in WRITES:
        code, out, err = tell(*words)
        assert (code, out) == (1, ""), words
        assert "nothing was saved" in err, words
    reads(tell)
    where.chmod(mode)
    assert tell("edit", "norec", "phone=1")[0] == 0


def test_70_a_newer_program_has_been_here(home: Home, tell: Tell) -> None:
    with closing(connect(home.database)) as copy:
        copy.execute(f"PRAGMA user_version = {VERSION + 1}")
    tell("remote", "http://127.0.0.1:9/v1")
    for words in (*WRITES, ("sync",)):
        code, out, err = tell(*words)
        assert (code, out) == (1, ""), words
        assert "This copy was written by a newer ssc-tui" in err, words
    reads(tell)


def test_after_months_without_a_link(tell: Tell) -> None:
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=300), tick=True):
        reads(tell)
        assert tell("edit", "norec", "phone=1")[0] == 0
        assert tell("note", "norec", "Ask for Amina")[0] == 0
        waiting = json.loads(tell("pending", "--json")[1])
        assert [each["fields"][0]["field"] for each in waiting] == ["city", "phone"]
        assert waiting[0]["at"][:7] < waiting[1]["at"][:7]
        assert tell("undo")[0] == 0
        reads(tell)


def test_the_server_is_gone(tell: Tell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert tell("remote", f"http://127.0.0.1:{port}/v1")[0] == 0
    for _run in range(2):
        code, out, err = tell("sync")
        assert code == 3
        assert "No connection" in out + err
    reads(tell)
    assert tell("undo")[0] == 0
