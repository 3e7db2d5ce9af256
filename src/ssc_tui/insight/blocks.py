"""What cards and views are made of, for any medium: blocks of lines, tables and drawings, whose lines may lead on."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """Where a line leads.

    Attributes:
        what: `record` (value is `kind/id`), `list` (value is `kind?query`), `view` (value is a name of `insight.views` and, behind a
            blank, what it is about), or `web` (value is an address).
        value: see above.
    """

    what: str
    value: str


class Line(NamedTuple):
    """One line: a label, which may be empty, what it says, what it says beside that, and where it leads."""

    label: str
    value: str
    beside: str = ""
    target: Target | None = None


class TableRow(NamedTuple):
    """A row of a table: what it is of, a short text for each column, and where it leads."""

    label: str
    cells: tuple[str, ...]
    target: Target | None = None


class Table(NamedTuple):
    """Short texts in columns, most of them numbers. Where the columns do not fit beside each other, they stand in several parts.

    Attributes:
        head: what stands above the labels, then above each column.
        rows: as many cells in each as there are columns.
    """

    head: tuple[str, ...]
    rows: tuple[TableRow, ...]


class Block(NamedTuple):
    """Lines under a heading.

    Attributes:
        heading: what stands above them; may be empty.
        lines: the lines, or those of the left one of two columns.
        target: where the heading leads.
        second_heading: what stands above the right column.
        second: the lines of the right column; None where there is one column.
        level: whether a line of the left and one of the right column say the same of two things, and stand at one height.
        table: numbers in columns, above the lines.
        drawn: whether the lines are a drawing, whose blanks count.
    """

    heading: str
    lines: tuple[Line, ...]
    target: Target | None = None
    second_heading: str = ""
    second: tuple[Line, ...] | None = None
    table: Table | None = None
    drawn: bool = False
    level: bool = False


def web(address: str) -> Target | None:
    """Where an address leads that a browser opens, of several parted by semicolons the first; None for any other text."""
    return Target("web", address.split("; ")[0]) if address.startswith(("http://", "https://")) else None
