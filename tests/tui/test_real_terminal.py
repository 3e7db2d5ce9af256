"""The whole program on a terminal: what it writes to it, byte by byte, and how it leaves it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store.connection import connect

COLUMNS, ROWS = 100, 30
SECONDS = 60
SOURCE = Path(__file__).parents[2] / "src"

UNSAFE = re.compile("[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""What no program has to write to a terminal, besides line ends, tabs, the bell that ends a sequence, and ESC."""

HOSTILE = (b"]52;c;cm0g", b"\x1b[31;1mred", b"\x1b[2J\x1b[Hafter", b"\x1b[@click", b"\xe2\x80\xae", b"\xc2\x9b", b"\xc2\x9d", b"\x00")
"""Pieces of the nasty strings that a terminal would obey. The text alone, without ESC before it, is harmless."""


class Terminal:
    """A terminal with the program in it: sends keys, and keeps every byte that comes back."""

    def __init__(self, process: subprocess.Popen[bytes], end: int) -> None:
        self.process = process
        self._end = end
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.written = bytearray()

    @property
    def lines(self) -> list[str]:
        """What a person sees."""
        return ["".join(self._screen.buffer[y][x].data for x in range(COLUMNS)) for y in range(ROWS)]

    def shows(self, words: str) -> bool:
        """Whether the words stand somewhere on the screen."""
        return any(words in line for line in self.lines)

    def read(self, true: Callable[[], object]) -> None:
        """Read what comes until the condition holds; fails where nothing comes any more."""
        while not true():
            ready, _, _ = select.select([self._end], [], [], SECONDS)
            piece = self._read() if ready else b""
            if not piece:
                pytest.fail("never came true; the screen shows\n" + "\n".join(self.lines))
            self.written += piece
            self._stream.feed(_known(piece))

    def _read(self) -> bytes:
        try:
            return os.read(self._end, 65536)
        except OSError:
            # Linux says so where the program has closed its end.
            return b""

    def press(self, keys: str, words: str) -> None:
        """Type keys, and wait for words to stand on the screen."""
        os.write(self._end, keys.encode())
        self.read(lambda: self.shows(words))

    def leave(self) -> int:
        """Press q, and read to the end; returns the exit code."""
        os.write(self._end, b"q")
        while piece := self._read():
            self.written += piece
        return self.process.wait(SECONDS)


def _known(piece: bytes) -> bytes:
    """Without the private sequences that pyte does not know."""
    return re.sub(rb"\x1b\[[<>=][0-9;]*[a-z]|\x1b\[\?[0-9;]*\$p", b"", piece)


@contextmanager
def terminal(home: Home, *words: str) -> Iterator[Terminal]:
    """Start the program in a terminal of its own."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    path = os.pathsep.join(part for part in (kept.get("PYTHONPATH"), str(SOURCE)) if part)
    process = subprocess.Popen(
        [sys.executable, "-m", "ssc_tui", "--home", str(home.data), *words],
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
        os.close(near)


def test_hostile_records_reach_no_terminal(hostile: Home) -> None:
    copy = connect(hostile.database)
    totals = reader.totals(copy)
    copy.close()
    with terminal(hostile) as screen:
        screen.read(lambda: screen.shows(f"1 of {totals['partners']} partners"))
        for key, kind in enumerate(SECTIONS, 1):
            total = totals[kind]
            screen.press(str(key), f" 1 of {total} {kind}")
            for number in range(2, total + 1):
                screen.press("j", f" {number} of {total} {kind}")
            screen.press("l", "❯")
            screen.press("GgG", "❯")
            screen.press("hg", f" 1 of {total} {kind}")
        screen.press("/quit", "[@click=app.quit]quit[/]")
        screen.press("\x1b", "quit")
        screen.press("n", "Note: ")
        screen.press("\x1b", "quit")
        screen.press("?", "Help")
        screen.press("\x1b", "quit")
        screen.press("f", "Chosen")
        screen.press("\x1b", "quit")
        screen.press(",", "Kept in")
        screen.press("\x1b", "quit")
        assert screen.process.poll() is None
        assert screen.leave() == 0
        written = bytes(screen.written)
    assert [piece for piece in HOSTILE if piece in written] == []
    text = written.decode()
    assert [ascii(text[max(0, found.start() - 20) : found.end() + 5]) for found in UNSAFE.finditer(text)][:3] == []
    assert b"beforeafter" in written
