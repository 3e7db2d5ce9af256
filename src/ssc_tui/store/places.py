"""Where an entry stands: numbers that keep the order of names and leave room in between for names to come.

Order maintenance by labels with gaps: an entry gets a number between its neighbours'; where there is none left, a window around it is
numbered anew, twice as wide until it has room.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from sqlite3 import Connection, Cursor

from ssc_tui.catalogue.projection import Entry

GAP = 1 << 32
"""Distance between neighbours where there is room: 32 halvings of one gap, and two thousand million entries in 63 bits."""

FIRST = 1 << 52
"""Where a newly numbered list starts, so that a million entries fit before it too."""

_AFTER = "SELECT place FROM entry WHERE (sort, kind, id) > (?, ?, ?) ORDER BY sort, kind, id LIMIT 1"

PlacedEntry = tuple[object, ...]
"""The place, then the fields of the entry: a row of the table."""


def insert(copy: Connection, entries: Sequence[Entry]) -> None:
    """Put entries that are not in the table yet, given in the order of names, where they belong."""
    placed: list[PlacedEntry] = []
    spread = False
    gaps = [(_after(copy, entry), entry) for entry in entries]
    for found, group in groupby(gaps, key=lambda pair: pair[0]):
        run = [entry for _, entry in group]
        high = _after(copy, run[0]) if spread else found
        while not (room := _room(copy, high, len(run))):
            # The window holds those that have just got a place, too.
            _write(copy, placed)
            placed = []
            _spread(copy, high, len(run))
            spread = True
            high = _after(copy, run[0])
        placed += [(place, *entry) for place, entry in zip(room, run, strict=True)]
    _write(copy, placed)


def _write(copy: Connection, rows: Sequence[PlacedEntry]) -> None:
    """Put the rows into the table by one statement: with every statement the full-text index writes a segment of its own."""
    if not rows:
        return
    copy.execute("CREATE TEMP TABLE IF NOT EXISTS arriving AS SELECT * FROM entry LIMIT 0")
    copy.executemany(f"INSERT INTO arriving VALUES ({', '.join('?' * len(rows[0]))})", rows)
    copy.execute("INSERT INTO entry SELECT * FROM arriving ORDER BY place")
    copy.execute("DELETE FROM arriving")


def _after(copy: Connection, entry: Entry) -> int | None:
    """The place of the entry that follows."""
    return _number(copy.execute(_AFTER, (entry.sort, entry.kind, entry.id)))


def _before(copy: Connection, place: int | None) -> int | None:
    """The place in front of a place; the last of all for None."""
    if place is None:
        return _number(copy.execute("SELECT max(place) FROM entry"))
    return _number(copy.execute("SELECT max(place) FROM entry WHERE place < ?", (place,)))


def _number(found: Cursor) -> int | None:
    row = found.fetchone()
    return row[0] if row else None


def _room(copy: Connection, high: int | None, needed: int) -> range | None:
    """As many places as are needed, in front of the entry at `high`; at the end for None. None where there is no room."""
    low = _before(copy, high)
    if low is None:
        low = FIRST if high is None else high - (needed + 1) * GAP
    if high is None:
        high = low + (needed + 1) * GAP
    step = (high - low) // (needed + 1)
    return range(low + step, low + step * (needed + 1), step) if step else None


def _spread(copy: Connection, high: int | None, needed: int) -> None:
    """Number anew the smallest window around a place and the one in front of it in which entries stand at least `needed` numbers apart."""
    low = _before(copy, high)
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
    copy.execute("DELETE FROM entry WHERE place BETWEEN ? AND ?", (window[0][0], window[-1][0]))
    _write(copy, moved)
