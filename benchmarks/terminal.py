"""Runs a program on a terminal of its own and tells how long it took until a text stood there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Sequence

COLUMNS, LINES = 120, 40

PATIENCE = 60.0
"""Seconds after which a program that does not show the text, or does not end, is given up."""

_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")


def seconds_until_shown(command: Sequence[str], text: str, quit_keys: bytes) -> float:
    """Seconds from the start of the program until the text had arrived at the terminal; then the program is told to quit.

    Raises:
        TimeoutError: the text was never shown, or the program did not end.
    """
    with _terminal() as (near, far):
        began = time.perf_counter()
        program = subprocess.Popen(command, stdin=far, stdout=far, stderr=far, start_new_session=True, env=_surroundings())
        os.close(far)
        try:
            shown = _read_until(near, text, began)
            os.write(near, quit_keys)
            _read_to_end(near, began)
            program.wait(PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"{' '.join(command)} did not quit") from error
        finally:
            if program.poll() is None:
                program.kill()
                program.wait()
    return shown - began


@contextlib.contextmanager
def _terminal() -> Iterator[tuple[int, int]]:
    """Our end of a new terminal and the program's, which the caller closes."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    try:
        yield near, far
    finally:
        os.close(near)


def _surroundings() -> dict[str, str]:
    unset = {"NO_COLOR", "COLUMNS", "LINES"}
    kept = {name: value for name, value in os.environ.items() if name not in unset and not name.startswith("TEXTUAL")}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _read_until(near: int, text: str, began: float) -> float:
    """When the text had arrived, as `time.perf_counter` counts."""
    wanted = text.encode()
    seen = b""
    while chunk := _read(near, began):
        seen += chunk
        now = time.perf_counter()
        if wanted in _ESCAPES.sub(b"", seen):
            return now
    raise TimeoutError(f"the program ended or went quiet without showing {text!r}; its last words: {_ESCAPES.sub(b'', seen)[-500:]!r}")


def _read_to_end(near: int, began: float) -> None:
    while _read(near, began):
        pass


def _read(near: int, began: float) -> bytes:
    """What the program wrote next; empty when it has ended or was too slow."""
    ready, _, _ = select.select([near], [], [], max(0.0, began + PATIENCE - time.perf_counter()))
    # Linux reports the end of the other side as an error.
    with contextlib.suppress(OSError):
        return os.read(near, 65536) if ready else b""
    return b""
