"""What a screen needs to know of a picture that it shows, and how lines of characters are painted in one."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, Protocol, runtime_checkable

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ssc_tui.insight.blocks import Target
from ssc_tui.insight.page import Span
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


def painted(widget: Widget, styles: str, ground: str, row: Sequence[Span]) -> Strip:
    """A line of the picture, as wide as the widget; a role has the component style `styles--role`, what is empty that of `ground`."""
    segments = [Segment(span.text, widget.get_component_rich_style(f"{styles}--{span.role}")) for span in row]
    return Strip(segments).adjust_cell_length(widget.size.width, widget.get_component_rich_style(f"{styles}--{ground}"))
