"""What a view says: blocks of lines for people, and the same numbers for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from sqlite3 import Connection
from types import MappingProxyType
from typing import Any, NamedTuple

from ssc_tui.i18n import ngettext
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.text import one_line

BAR = "█"
EMPTY = "░"


class Turn(NamedTuple):
    """How else a view can be asked, with one key.

    Attributes:
        key: the key that does it on the screen.
        title: what it does, in a word or two.
        option: the option of `Asked` that changes.
        value: what it becomes; where `asks` says something, what stands there before the person types.
        asks: what the person is to type, in a sentence; empty where there is nothing to type.
    """

    key: str
    title: str
    option: str
    value: str
    asks: str = ""


class Report(NamedTuple):
    """A view, as any medium can show it.

    Attributes:
        ref: names the view and what it is about, so that a screen knows when it shows the same one again.
        title: what stands above it.
        blocks: what it says, as on a card; lines lead to records, lists and other views.
        data: the same numbers in JSON; or what makes them, where a screen would wait for them in vain.
        found: whether there is anything to say; a command ends with another exit code where there is not.
        turns: how else the view can be asked.
    """

    ref: str
    title: str
    blocks: tuple[Block, ...]
    data: Any
    found: bool = True
    turns: tuple[Turn, ...] = ()

    @property
    def numbers(self) -> Any:
        """The data, made now where they have not been made yet."""
        return self.data() if callable(self.data) else self.data


class Asked(NamedTuple):
    """What a view is asked for.

    Attributes:
        subject: `kind/id` of the record that it is about, a country code, or empty for all.
        query: what restricts it, in the query language: `year:2019 area:health`.
        options: what else it takes, by name.
    """

    subject: str = ""
    query: str = ""
    options: Mapping[str, str] = MappingProxyType({})

    def number(self, option: str, usual: int) -> int:
        """An option that is a number; the usual one where none is given."""
        return int(self.options.get(option) or usual)

    def turned(self, option: str, value: str) -> Asked:
        """The same with another option."""
        return self._replace(options={**self.options, option: value})


View = Callable[[Connection, Asked], Report]
"""Makes a report from a copy.

Raises:
    NotFound, UsageError: what was asked for is not there, or cannot be followed.
"""


def restricted(title: str, query: str) -> str:
    """The title of a view, with what restricts it."""
    return f"{title}: {one_line(query)}" if query else title


def left_off(number: int) -> tuple[Line, ...]:
    """How many more there are than a view names; nothing where it names all."""
    return (Line("", ngettext("{n} more; / restricts the view", "{n} more; / restricts the view", number)),) if number > 0 else ()


def bar(part: float, whole: float, width: int = 20) -> str:
    """A part of a whole as a bar of so many cells; any part that is not nothing shows at least one."""
    full = 0 if whole <= 0 else min(width, round(width * part / whole))
    if part > 0:
        full = max(full, 1)
    return BAR * full + EMPTY * (width - full)
