"""A line on standard error that says how far a long piece of work is; on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ssc_tui.cli.plain import Output, terminal_width
from ssc_tui.i18n import _
from ssc_tui.text import fit

WIDTH = 24
"""Cells of the bar itself."""

LINES = 4
"""Into how many lines long work is parted where no bar can be drawn."""


class Bar:
    """Drawn anew in its place; says nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._drawn = False

    def draw(self, done: int, total: int | None, more: str = "") -> None:
        """Say that so many of so many are done (None where that is unknown)."""
        if sys.stderr is None or not sys.stderr.isatty():
            return
        if total:
            full = min(WIDTH * done // total, WIDTH)
            line = _("{bar} {done:,} of {total:,}").format(bar="█" * full + "░" * (WIDTH - full), done=done, total=total)
        else:
            line = f"{done:,}"
        line = fit(f"{line}  {more}".rstrip(), terminal_width() - 1)
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        self._drawn = True

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False


@contextmanager
def telling(out: Output, words: str) -> Iterator[Callable[[int, int], None]]:
    """Gives what is to be told how many of how many steps are done: a bar on a terminal, a line for each quarter elsewhere."""
    bar, said = Bar(), -1

    def tell(done: int, total: int) -> None:
        nonlocal said
        if total and on_terminal:
            bar.draw(done, total, words)
        elif total and done * LINES // total > said:
            said = done * LINES // total
            out.say(_("{words}: {done:,} of {total:,}").format(words=words, done=done, total=total))

    on_terminal = sys.stderr is not None and sys.stderr.isatty()
    try:
        yield tell
    finally:
        bar.clear()
