"""What was looked at, to go back to and forward again, as in a browser."""

from __future__ import annotations

from typing import NamedTuple


class Visit(NamedTuple):
    """One thing that was looked at.

    Attributes:
        section: the kind whose list was shown; None for all kinds.
        asked: the words and qualifiers of the search.
        order: how the list was ordered.
        ref: the record that was highlighted.
        at: its number in the list.
        on_card: whether the keys went to the card.
        followed: whether a link led here, so that the way out is the way back.
    """

    section: str | None
    asked: str = ""
    order: str = "name"
    ref: str | None = None
    at: int = 0
    on_card: bool = False
    followed: bool = False


MOST = 200
"""Visits that are remembered."""


class Visits:
    """A line of visits and the one that is shown."""

    def __init__(self, first: Visit) -> None:
        self._line = [first]
        self._at = 0

    @property
    def now(self) -> Visit:
        """The visit that is shown."""
        return self._line[self._at]

    def keep(self, visit: Visit) -> None:
        """Note how the shown visit stands, before it is left."""
        self._line[self._at] = visit

    def go(self, visit: Visit) -> None:
        """Start another visit; what lay ahead is forgotten."""
        self._line[self._at + 1 :] = [visit]
        del self._line[: max(0, len(self._line) - MOST)]
        self._at = len(self._line) - 1

    def step(self, by: int) -> Visit | None:
        """The visit one back (-1) or forward (1), which is now shown; None at the end of the line."""
        if not 0 <= self._at + by < len(self._line):
            return None
        self._at += by
        return self.now
