"""Processes of ours that end with us: started with a log of their own, stopped when the block is left, however it is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 20.0
"""Seconds that a process has to end by itself."""


@contextmanager
def child(command: Sequence[str], log: Path, stop: signal.Signals, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs while the block does; what it writes is added to the log.

    It does not hear the Ctrl-C of the terminal, so that processes are stopped in order. On Linux it ends even when this process is killed.

    Args:
        command: the program and its words.
        log: a file, made for its owner alone.
        stop: the signal that tells it to end in order.
        before: words that make a command run as another account; what ends it with us stands behind them, since a new account undoes it.
    """
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as written:
        process = subprocess.Popen(
            [*before, *_ends_with_us(stop), *command],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ends_with_us(stop: signal.Signals) -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop.name.removeprefix("SIG"), "--"] if setpriv else []


def last_words(log: Path) -> str:
    """The last line of a log that says something; empty where none does."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
