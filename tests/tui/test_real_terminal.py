"""The whole program on a terminal: what it writes to it, byte by byte, and how it leaves it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store.connection import connect
from ssc_tui.store.search import search

COLUMNS, ROWS = 100, 30
SECONDS = 60
SOURCE = Path(__file__).parents[2] / "src"

POINTER = re.compile(r"\x1b]22;[a-z-]*\x07")
"""The shape of the mouse pointer, which Textual asks for."""

UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""What no program has to write to a terminal, besides line ends, tabs and ESC."""

HOSTILE = ("\x1b]52", "\x1b]0;", "\x1b[31;1mred", "\x1b[2J\x1b[Hafter", "before\x1b\\", "\x1b[@")
"""Pieces of the nasty strings that a terminal would obey."""


class Terminal:
    """A terminal with the program in it: sends keys, and keeps every byte that comes back."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self._end = end
        self.written = bytearray()

    def wait(self, words: str, since: int = 0) -> None:
        """Read until the words were written; fails where nothing comes any more."""
        while words.encode() not in self.written[since:]:
            ready, _, _ = select.select([self._end], [], [], SECONDS)
            piece = self._read() if ready else b""
            if not piece:
                pytest.fail(f"{words!r} was never written, but {bytes(self.written[since:])[-2000:]!r}")
            self.written += piece

    def _read(self) -> bytes:
        try:
            return os.read(self._end, 65536)
        except OSError:
            # Linux says so where the program has closed its end.
            return b""

    def press(self, keys: str, words: str) -> None:
        """Type keys, and wait for words to be written."""
        since = len(self.written)
        os.write(self._end, keys.encode())
        self.wait(words, since)

    def hang_up(self) -> None:
        """Close the terminal under the program."""
        os.close(self._end)
        self._end = -1

    def leave(self) -> int:
        """Press q, and read to the end; returns the exit code."""
        os.write(self._end, b"q")
        while piece := self._read():
            self.written += piece
        return self.process.wait(SECONDS)


@contextmanager
def terminal(home: Path, columns: int = COLUMNS) -> Iterator[Terminal]:
    """Start the program in a terminal of its own."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    path = os.pathsep.join(part for part in (kept.get("PYTHONPATH"), str(SOURCE)) if part)
    process = subprocess.Popen(
        [sys.executable, "-m", "ssc_tui", "--home", str(home)],
        stdin=far,
        stdout=far,
        stderr=far,
        start_new_session=True,
        env={**kept, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": path},
    )
    os.close(far)
    try:
        yield Terminal(process, near)
    finally:
        process.kill()
        process.wait(SECONDS)
        with suppress(OSError):
            os.close(near)


def harm(written: bytes) -> list[str]:
    """What was written and must not be, with what stands around it."""
    text = POINTER.sub("", written.decode())
    found = [ascii(text[max(0, each.start() - 20) : each.end() + 5]) for each in UNSAFE.finditer(text)]
    return [ascii(piece) for piece in HOSTILE if piece in text] + found[:3]


ESC = "\x1b[27u"
"""The key Esc as newer terminals send it, which cannot be taken for the beginning of another key."""


def test_hostile_records_reach_no_terminal(hostile: Home) -> None:
    with closing(connect(hostile.database)) as copy:
        totals = reader.totals(copy)
    with terminal(hostile.data) as screen:
        screen.wait(f" 1 of {totals['partners']} partners")
        for key, kind in reversed(list(enumerate(SECTIONS, 1))):
            total = totals[kind]
            screen.press(str(key), f" 1 of {total} {kind}")
            for number in range(2, total + 1):
                screen.press("j", f" {number} of {total} {kind}")
            # The pointer says where the keys go.
            screen.press("l", "›")
            screen.press("G", "❯")
            screen.press("h", "❯")
        screen.press("g", f" 1 of {total} {kind}")
        for number, (opens, window) in enumerate((("n", "Note: "), ("?", "Help"), ("f", "Chosen: "), (",", "Kept in")), 2):
            screen.press(opens, window)
            screen.press(f"{ESC}j", f" {number} of {total} {kind}")
        screen.press("/", "›")
        screen.press("quit", "[@click=app.quit]quit[/]")
        screen.press(ESC, "❯")
        assert screen.process.poll() is None
        assert screen.leave() == 0
    assert harm(bytes(screen.written)) == []
    assert b"beforeafter" in screen.written


def test_a_home_of_a_hostile_name_reaches_no_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "\x1b]0;title\x07 home\u202e \x9b31m \udcff"
    with terminal(folder) as screen:
        screen.wait(" 1 of 225 partners")
        screen.press(",", "Kept in")
        screen.press(f"{ESC}j", " 2 of 225 partners")
        assert screen.leave() == 0
    assert harm(bytes(screen.written)) == []


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_keys_sent_at_once_act_one_after_the_other(tmp_path: Path, columns: int) -> None:
    with terminal(tmp_path / "home", columns) as screen:
        # The first thing that is written: nothing has been painted yet.
        screen.wait("\x1b[?1049h")
        screen.press("jj", " 3 of 225 partners")
        with closing(connect(Home(*[tmp_path / "home"] * 3).database)) as copy:
            health = search(copy, "health", "partners").total(copy)
            projects = search(copy, "partner:norec", "projects").total(copy)
        screen.press(f"/health{ESC}jj", f" 3 of {health} partners")
        screen.press(f"{ESC}g", " 1 of 225 partners")
        screen.press("\tGhj", " 2 of 225 partners")
        screen.press("lhj", " 3 of 225 partners")
        screen.press("/norec\r\r", f" 1 of {projects} projects")
        screen.press("jj", f" 3 of {projects} projects")
        screen.press("nquite\x13", "Note saved")
        screen.press("n", "quite")
        screen.press(f"{ESC}2jj5j", " 2 of 42 solutions")
        screen.press(f",jjlj\r{ESC}j", " 2 of 42 solutions, by country")
        assert screen.process.poll() is None
        assert screen.leave() == 0


SWITCHED = {"the other screen": "1049", "the mouse": "1000", "bracketed paste": "2004"}


@pytest.mark.parametrize("mode", SWITCHED.values(), ids=SWITCHED)
def test_what_was_switched_on_is_switched_off_again(left: bytes, mode: str) -> None:
    on, off = f"\x1b[?{mode}h".encode(), f"\x1b[?{mode}l".encode()
    assert left.rfind(off) > left.rfind(on) >= 0


def test_the_cursor_is_shown_again(left: bytes) -> None:
    assert left.rfind(b"\x1b[?25h") > left.rfind(b"\x1b[?25l") >= 0


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the program wrote from its start to its end."""
    with terminal(tmp_path_factory.mktemp("terminal") / "home") as screen:
        screen.wait(" 1 of 225 partners")
        assert screen.leave() == 0
    return bytes(screen.written)


def test_the_app_ends_with_its_terminal(home: Home) -> None:
    with terminal(home.data) as screen:
        screen.wait("1 of 225 partners")
        screen.hang_up()
        assert screen.process.wait(SECONDS) == -signal.SIGHUP
