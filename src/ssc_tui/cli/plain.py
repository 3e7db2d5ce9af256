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
from ssc_tui.text import cell_width, clean, clean_all, fit, one_line, wrap

PIPE_WIDTH = 80
"""Columns of a text that is not printed on a terminal."""

GAP = "  "
LEAST = 12
"""Columns below which a column is not made narrower; a line then runs on."""

LEADING = 3
"""How many times as wide as another the first column may stay when columns are made narrower."""


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

    def table(self, rows: Iterable[Sequence[str]], *, prose: bool = False) -> None:
        """Print rows: parted by tabs on a pipe, in columns on a terminal, where the last is never cut; `prose` in it is broken instead."""
        cells = [[one_line(cell) for cell in row] for row in rows]
        if not cells or not self.on_terminal:
            self.lines(map("\t".join, cells))
        else:
            self.lines(hanging(cells, self.width) if prose else aligned(cells, self.width))

    def say(self, sentence: str) -> None:
        """Tell the person something beside the answer."""
        print(one_line(sentence), file=sys.stderr)

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
    """The rows, one at least, in columns that fit the width: the widest is cut first, the first one later, the last one never.

    What is longer in the last column than four of five others takes room from the row that it is in, not from all.
    """
    *sizes, _longest = _sizes(rows)
    usual = sorted(cell_width(row[-1]) for row in rows)[(len(rows) * 4 + 4) // 5 - 1]
    room = width - usual - len(GAP) * len(sizes)
    while sum(sizes) > room and (wide := [number for number, size in enumerate(sizes) if size > LEAST]):
        sizes[max(wide, key=lambda number: sizes[number] / (1 if number else LEADING))] -= 1
    for *cells, last in rows:
        before = GAP.join(fit(cell, size) for cell, size in zip(cells, sizes, strict=True))
        left = width - cell_width(last) - len(GAP)
        yield (fit(before, left) if LEAST <= left < cell_width(before) else before) + GAP + last


def hanging(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The rows, one at least, with the sentences of the last column broken and indented so that they stay in it."""
    *sizes, _longest = _sizes(rows)
    indent = sum(sizes) + len(GAP) * len(sizes)
    for *cells, last in rows:
        before = "".join(fit(cell, size) + GAP for cell, size in zip(cells, sizes, strict=True))
        for part in wrap(last, max(width - indent, LEAST)):
            yield before + part
            before = " " * indent


def _sizes(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
