"""How an answer is printed: one JSON value, or plain text; what is meant for the person goes to standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ssc_tui.errors import SscError
from ssc_tui.i18n import _
from ssc_tui.text import cell_width, clean, clean_all, fit, one_line

PIPE_WIDTH = 80
"""Columns of a text that is not printed on a terminal."""

GAP = "  "
LEAST = 12
"""Columns below which a column is not made narrower; a line then runs on."""


def terminal_width() -> int:
    """Columns of the terminal that standard output is, or what $COLUMNS says; `PIPE_WIDTH` where there is none."""
    # `shutil.get_terminal_size` does the same, and its import costs a tenth of a look-up.
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdecimal() and int(stated[:5]) > 0:
        return int(stated[:5])
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or PIPE_WIDTH
    except (OSError, AttributeError):
        return PIPE_WIDTH


class Output:
    """The two streams of a command. Everything that goes through is cleaned of what could drive a terminal.

    Attributes:
        as_json: whether the answer is one JSON value; plain text otherwise.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads the answer, not a program."""
        return sys.stdout is not None and sys.stdout.isatty()

    @property
    def width(self) -> int:
        """Columns that there are for the answer."""
        return terminal_width()

    def json(self, value: Any) -> None:
        """Print the one JSON value: in lines for a person, on one line for a program."""
        import json

        utf = sys.stdout is not None and (sys.stdout.encoding or "").lower().startswith("utf")
        self._print(json.dumps(clean_all(value), ensure_ascii=not utf, indent=2 if self.on_terminal else None))

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines of text."""
        text = "\n".join(clean(line) for line in lines)
        if text:
            self._print(text)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Print rows: in aligned columns on a terminal, where the last column is never cut; parted by tabs on a pipe."""
        cells = [[one_line(cell) for cell in row] for row in rows]
        self.lines(aligned(cells, self.width) if self.on_terminal else map("\t".join, cells))

    def say(self, sentence: str) -> None:
        """Tell the person something beside the answer."""
        print(clean(sentence), file=sys.stderr)

    def refuse(self, sentence: str) -> None:
        """Tell why there is no answer; a program that waits for JSON gets the sentence as `error`."""
        self.say(sentence)
        if self.as_json:
            self.json({"error": sentence})

    def flush(self) -> None:
        """Write out what is still held back.

        Raises:
            BrokenPipeError: nobody reads on.
            SscError: the disk is full, or something like it.
        """
        with _writing():
            if sys.stdout is not None:
                sys.stdout.flush()

    def _print(self, text: str) -> None:
        with _writing():
            print(text)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # What is left in the buffer would fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise SscError(_("The answer could not be written: {reason}.").format(reason=error.strerror or error)) from error


def aligned(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The rows in columns that fit the width: the widest is cut first, the last one never."""
    if not rows:
        return
    sizes = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    room = width - sizes.pop() - len(GAP) * len(sizes)
    while sum(sizes) > room and max(sizes) > LEAST:
        sizes[sizes.index(max(sizes))] -= 1
    for *cells, last in rows:
        yield GAP.join([*(fit(cell, size) for cell, size in zip(cells, sizes, strict=True)), last])
