"""Runs the program as a person or a script does: as a process of its own, on pipes or on a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ssc_tui.paths import Home
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

SECONDS = 60
SOURCE = Path(__file__).parents[2] / "src"


class Done(NamedTuple):
    """How a run ended, and what it wrote."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)


Run = Callable[..., Done]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a run: a home, UTF-8, the sources of this checkout, no width of the caller's terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    path = os.pathsep.join(part for part in (str(SOURCE), kept.get("PYTHONPATH")) if part)
    return {**kept, "SSC_TUI_HOME": str(home), "LC_ALL": "C.UTF-8", "PYTHONPATH": path, **more}


@pytest.fixture
def run(home: Home) -> Run:
    """Run the program with its standard streams on pipes."""

    def run_on_pipes(*words: str, typed: str = "", env: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "ssc_tui", *words],
            input=typed.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment(home.data, **(env or {})),
        )
        encoding = (env or {}).get("PYTHONIOENCODING", "utf-8")
        return Done(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    return run_on_pipes


@pytest.fixture
def on_terminal(home: Home) -> Run:
    """Run the program with standard output on a pseudo-terminal; `out` is every byte that reached it, as text."""

    def run_on_terminal(*words: str, columns: int = 80, env: Mapping[str, str] | None = None) -> Done:
        screen, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "ssc_tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=end,
            stderr=subprocess.PIPE,
            env=environment(home.data, TERM="xterm-256color", **(env or {})),
        )
        os.close(end)
        read: list[bytes] = []
        while piece := _read(screen):
            read.append(piece)
        os.close(screen)
        assert process.stderr
        said = process.stderr.read().decode()
        process.stderr.close()
        return Done(process.wait(SECONDS), b"".join(read).decode().replace("\r\n", "\n"), said)

    return run_on_terminal


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:
        # Linux says so where the other end of the terminal was closed.
        return b""


@pytest.fixture
def hostile(home: Home, nasty_strings: Mapping[str, str]) -> Home:
    """A home whose records, notes and bookmarks hold every nasty string in every field, past what cleans them on the way in."""
    home.data.mkdir(parents=True, mode=0o700)
    texts = {f"n{number}": text for number, text in enumerate(nasty_strings.values())}
    documents = [("partners", {"id": record_id, "name": record_id, "areas": ["n0"]}) for record_id in texts]
    make_copy(home.database, [*documents, ("areas", {"id": "n0", "name": "n0"})], {"dataset": "hostile", "origin": "test", "format": "1"})
    copy = connect(home.database)
    for record_id, text in texts.items():
        raw = text.encode("utf-8", "replace").decode()
        document = {
            "id": record_id,
            **dict.fromkeys(("name", "city", "description", "website", "email", "unknown"), raw),
            "aliases": [raw],
            "areas": ["n0"],
            "brings": [{"topic": raw}],
            "figures": [{"measure": raw, "value": raw, "source": raw}],
            "sources": [{"ref": raw}],
        }
        stored = json.dumps(document, ensure_ascii=False)
        copy.execute("UPDATE record SET document = ? WHERE kind = 'partners' AND id = ?", (stored, record_id))
        copy.execute("UPDATE entry SET title = ?, city = ?, acronym = ? WHERE kind = 'partners' AND id = ?", (raw, raw, raw, record_id))
        copy.execute("INSERT INTO note VALUES (?, 'partners', ?, ?, ?)", (f"note-{record_id}", record_id, raw, "2026-01-01T00:00:00Z"))
        copy.execute("INSERT INTO bookmark VALUES ('partners', ?, ?)", (record_id, "2026-01-01T00:00:00Z"))
    copy.close()
    return home
