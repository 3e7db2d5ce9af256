"""The solutions lab as a board: stages from left to right, solutions from above, one of them chosen by key."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from ssc_tui.i18n import _
from ssc_tui.insight.board_picture import Place, draw, moved
from ssc_tui.insight.lab import Column
from ssc_tui.insight.lab_view import board, summaries
from ssc_tui.insight.page import Span
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import leads_to
from ssc_tui.store.reader import Row
from ssc_tui.tui.widgets.picture import Followed, Told, painted

ROLES = ("heading", "text", "chosen", "beside")

Answer = tuple[Sequence[Column], dict[str, str], str]


class LabBoard(Widget, can_focus=True):
    """All solutions by stage."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left,shift+tab", "go('left')", show=False),
        Binding("l,right,tab", "go('right')", show=False),
        Binding("k,up", "go('up')", show=False),
        Binding("j,down", "go('down')", show=False),
        Binding("g,home", "go('first')", show=False),
        Binding("G,end", "go('last')", show=False),
        Binding("enter", "open", show=False),
    ]
    COMPONENT_CLASSES = {f"lab-board--{role}" for role in ROLES}
    view = "lab"

    def __init__(self) -> None:
        super().__init__()
        self.columns: Sequence[Column] = ()
        self.at = Place()
        self._summaries: dict[str, str] = {}
        self._first = True
        self._rows: list[tuple[Span, ...]] = []
        self.keys = (
            ("hjkl", _("Move"), "focused.go('right')"),
            ("Enter", _("History and tree"), "focused.open"),
        )

    @property
    def row(self) -> Row | None:
        """The chosen solution; None where the stage is empty."""
        rows = self.columns[self.at.column].rows if self.columns else ()
        return rows[self.at.row] if rows else None

    def read(self, copy: Connection, asked: Asked) -> Answer:
        """The stages, a few lines about each solution that is named, and the record that the board was opened for."""
        columns = board(copy, asked.query)
        return columns, summaries(copy, [row for column in columns for row in column.rows]), asked.subject

    def show(self, answer: Answer) -> None:
        """Draw what was read, with the solution chosen that was, or that the board was opened for; else the first there is."""
        wanted = answer[2] if self._first else self.row.ref if self.row else ""
        self._first = False
        self.columns, self._summaries, _subject = answer
        places = {row.ref: Place(x, y) for x, column in enumerate(self.columns) for y, row in enumerate(column.rows)}
        self.look(places.get(wanted) or next(iter(places.values()), Place()))

    def look(self, at: Place) -> None:
        """Choose another solution."""
        self.at = at
        self._draw()
        self.post_message(Told(self._words()))

    def _words(self) -> str:
        if self.row:
            return self._summaries.get(self.row.ref, self.row.title)
        if not any(column.total for column in self.columns):
            return _("No solution matches.")
        return _("No solution is in this stage.")

    def _draw(self) -> None:
        width, height = self.size
        self._rows = draw(self.columns, self.at, width, height) if width and height else []
        self.refresh()

    def on_resize(self) -> None:
        """Draw it for the new size."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """One line of the board."""
        return painted(self, "lab-board", "text", self._rows[y] if y < len(self._rows) else ())

    def action_go(self, way: str) -> None:
        """Move on the board."""
        self.look(moved(self.columns, self.at, way))

    def action_open(self) -> None:
        """The chosen solution with its whole history and tree."""
        if self.row:
            self.post_message(Followed(leads_to("lab", self.row.ref)))
