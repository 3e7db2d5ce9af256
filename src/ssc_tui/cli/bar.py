"""A line on standard error that says how far a long piece of work is; on a terminal alone."""

from __future__ import annotations

import sys

from ssc_tui.cli.plain import terminal_width
from ssc_tui.i18n import _
from ssc_tui.text import fit

WIDTH = 24
"""Cells of the bar itself."""


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
