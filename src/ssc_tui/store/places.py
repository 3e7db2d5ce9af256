"""Where an entry stands: numbers that keep the order of names and leave room in between for names to come.

Order maintenance by labels with gaps: an entry gets a number between its neighbours'; where there is none left, a window around it is
numbered anew, twice as wide until it has room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from sqlite3 import Connection

from ssc_tui.catalogue.projection import Entry

GAP = 1 << 32
"""Distance between neighbours where there is room: 32 halvings of one gap, and two thousand million entries in 63 bits."""

FIRST = 1 << 52
"""Where a newly numbered list starts, so that a million entries fit before it too."""

_BEFORE = "SELECT place FROM entry WHERE (sort, kind, id) < (?, ?, ?) ORDER BY sort DESC, kind DESC, id DESC LIMIT 1"
_AFTER = "SELECT place FROM entry WHERE (sort, kind, id) > (?, ?, ?) ORDER BY sort, kind, id LIMIT 1"

PlacedEntry = tuple[object, ...]
"""The place, then the fields of the entry: a row of the table."""


def assign(copy: Connection, entries: Sequence[Entry]) -> Iterator[list[PlacedEntry]]:
    """Rows for entries that are not in the table yet, given in the order of names; insert each group before asking for the next."""
    ends = [(_neighbour(copy, _AFTER, entry), entry) for entry in entries]
    for _, group in groupby(ends, key=lambda pair: pair[0]):
        run = [entry for _, entry in group]
        yield [(place, *entry) for place, entry in zip(_room(copy, run), run, strict=True)]


def _neighbour(copy: Connection, statement: str, entry: Entry) -> int | None:
    row = copy.execute(statement, (entry.sort, entry.kind, entry.id)).fetchone()
    return row[0] if row else None


def _room(copy: Connection, run: list[Entry]) -> range:
    """As many places as the run has entries, between the two entries that it stands between."""
    while True:
        low, high = _neighbour(copy, _BEFORE, run[0]), _neighbour(copy, _AFTER, run[-1])
        if low is None:
            low = FIRST if high is None else high - (len(run) + 1) * GAP
        if high is None:
            high = low + (len(run) + 1) * GAP
        step = (high - low) // (len(run) + 1)
        if step:
            return range(low + step, low + step * (len(run) + 1), step)
        _spread(copy, low, high, len(run))


def _spread(copy: Connection, low: int, high: int, needed: int) -> None:
    """Number anew the smallest window around the two places in which the entries stand at least `needed` numbers apart."""
    width = 32
    while True:
        width *= 2
        before = copy.execute("SELECT * FROM entry WHERE place <= ? ORDER BY place DESC LIMIT ?", (low, width)).fetchall()
        after = copy.execute("SELECT * FROM entry WHERE place >= ? ORDER BY place LIMIT ?", (high, width)).fetchall()
        window = before[::-1] + after
        whole = len(before) < width and len(after) < width
        # A window that holds the whole list may end anywhere; an inner one keeps its two ends.
        start = window[0][0]
        step = GAP if whole else (window[-1][0] - start) // (len(window) - 1)
        if step > needed * 2:
            break
    moved = [(start + number * step, *row[1:]) for number, row in enumerate(window)]
    copy.executemany("DELETE FROM entry WHERE place = ?", [(row[0],) for row in window])
    copy.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * len(moved[0]))})", moved)
