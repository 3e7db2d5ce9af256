"""What a screen needs to know of a picture that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, Protocol, runtime_checkable

from textual.message import Message

from ssc_tui.insight.blocks import Target
from ssc_tui.insight.report import Asked
from ssc_tui.tui.words import Key


class Told(Message):
    """The picture has something else to say in words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class Wanted(Message):
    """The picture is to be read with other options."""

    def __init__(self, **options: str) -> None:
        super().__init__()
        self.options = options


class Followed(Message):
    """Something in the picture that leads somewhere was opened."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target


@runtime_checkable
class Picture(Protocol):
    """A widget that draws what it read.

    Attributes:
        view: the name of the view that gives its numbers as a table.
        keys: its own keys.
    """

    view: str
    keys: Sequence[Key]

    def read(self, copy: Connection, asked: Asked) -> Any:
        """What it draws, read from a copy on another thread."""

    def show(self, answer: Any) -> None:
        """Draw what was read."""
