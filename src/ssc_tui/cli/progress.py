"""How far long work has come: a bar on a terminal, a line for each quarter elsewhere; on standard error, so that answers stay clean."""

from __future__ import annotations

import sys

from ssc_tui.cli.plain import Output
from ssc_tui.i18n import _

BAR = 30
QUARTERS = 4


class Bar:
    """Told how many of how many steps are done.

    Args:
        out: where lines go that are no bar.
        words: what is being done.
    """

    def __init__(self, out: Output, words: str) -> None:
        self._out = out
        self._words = words
        self._said = -1
        self._drawn = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show it; nothing is shown of work without steps."""
        if not total:
            return
        count = _("{done:,} of {total:,}").format(done=done, total=total)
        if self._drawn:
            filled = done * BAR // total
            print(f"\r{self._words} [{'#' * filled}{'.' * (BAR - filled)}] {count}", end="\n" if done == total else "", file=sys.stderr)
            sys.stderr.flush()
        elif (quarter := done * QUARTERS // total) > self._said:
            self._said = quarter
            self._out.say(f"{self._words}: {count}")
