"""Servers as processes of the whole program, and requests as they go over the wire."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.cli.conftest import environment, run  # noqa: F401
from tests.servers import SECONDS, Live, Wire, over_the_wire


class Serving(NamedTuple):
    """A running `ssc-tui serve --json`: its process, and what it said first."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Wire:
        return over_the_wire(self.said["url"], method, path, body, headers)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Tell it to stop; its exit code and what it said on standard error."""
        self.process.send_signal(number)
        _out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, err


Serve = Callable[..., Serving]


@contextmanager
def _serving(home: Path, *words: str) -> Iterator[Serving]:
    command = [sys.executable, "-m", "ssc_tui", "serve", "--port", "0", "--json", *words]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(home)
    )
    with process:
        try:
            assert process.stdout
            first = process.stdout.readline()
            assert first.startswith("{"), process.communicate(timeout=SECONDS)[1]
            yield Serving(process, json.loads(first))
        finally:
            if process.poll() is None:
                process.terminate()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start `ssc-tui serve` on a home and a free port; what still runs at the end of the test is stopped."""
    with ExitStack() as stack:
        yield lambda home, *words: stack.enter_context(_serving(home, *words))


@pytest.fixture(params=["kinto_memory", "kinto_postgres"])
def live(request: pytest.FixtureRequest) -> Live:
    """Each of the two real servers."""
    found: Live = request.getfixturevalue(request.param)
    return found


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that name the folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words and place.parent.name != str(os.getpid()):
            found.append(words)
    return found
