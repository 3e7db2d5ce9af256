"""The world in the terminal: partners and exchanges, and a country that is chosen by key."""

from __future__ import annotations

from sqlite3 import Connection
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from ssc_tui.i18n import _
from ssc_tui.insight.atlas import Atlas
from ssc_tui.insight.map_picture import Shown, draw, lines, nearest, neighbour
from ssc_tui.insight.map_view import atlas_of, country_of, told
from ssc_tui.insight.page import Span
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import leads_to
from ssc_tui.insight.world import ZOOMS
from ssc_tui.tui.widgets.picture import Followed, Told, painted

ROLES = ("coast", "flow", "place", "chosen")


class WorldMap(Widget, can_focus=True):
    """The map, drawn anew for every size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "go('left')", show=False),
        Binding("l,right", "go('right')", show=False),
        Binding("k,up", "go('up')", show=False),
        Binding("j,down", "go('down')", show=False),
        Binding("tab", "go('next')", show=False),
        Binding("shift+tab", "go('previous')", show=False),
        Binding("g,home", "go('first')", show=False),
        Binding("G,end", "go('last')", show=False),
        Binding("plus,equals_sign", "zoom(1)", show=False),
        Binding("minus", "zoom(-1)", show=False),
        Binding("o", "own", show=False),
        Binding("enter", "open", show=False),
    ]
    COMPONENT_CLASSES = {f"world-map--{role}" for role in ROLES}
    view = "map"

    def __init__(self) -> None:
        super().__init__()
        self.atlas = Atlas()
        self.shown = Shown()
        self._first = True
        self._rows: list[tuple[Span, ...]] = []
        self.keys = (
            ("hjkl", _("Country"), "focused.go('right')"),
            ("Enter", _("Open"), "focused.open"),
            ("+ -", _("Zoom"), "focused.zoom(1)"),
            ("o", _("Only its own"), "focused.own"),
        )

    def read(self, copy: Connection, asked: Asked) -> tuple[Atlas, str]:
        """The numbers, and the country of the record that the map was opened for."""
        return atlas_of(copy, asked), country_of(copy, asked.subject)

    def show(self, answer: tuple[Atlas, str]) -> None:
        """Draw what was read; the country that was chosen stays so where it is still on the map."""
        self.atlas, asked_for = answer
        chosen = asked_for if self._first else self.shown.chosen
        self._first = False
        if not self.atlas.country(chosen):
            chosen = neighbour(self.atlas, "", "first")
        self.look(self.shown._replace(chosen=chosen))

    def look(self, shown: Shown) -> None:
        """Look at it in another way."""
        self.shown = shown
        self._draw()
        self.post_message(Told(self._words()))

    def _draw(self) -> None:
        width, height = self.size
        self._rows = draw(self.atlas, width, height, self.shown) if width and height else []
        self.refresh()

    def _words(self) -> str:
        chosen = self.atlas.country(self.shown.chosen)
        drawn, number = lines(self.atlas, self.shown)
        said = _("Lines: its own exchanges.") if self.shown.own else _("Lines: all exchanges.")
        if len(drawn) < number:
            said = _("Lines: the {drawn} of {number} with the most exchanges.").format(drawn=len(drawn), number=f"{number:,}")
        legend = _("1-9 partners there, + more, o only exchanges, [ ] chosen; arrows go to the host.")
        return "\n".join((told(chosen) if chosen else _("Nothing to show on the map."), f"{legend} {said}"))

    def on_resize(self) -> None:
        """Draw it for the new size."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """One line of the map."""
        return painted(self, "world-map", "coast", self._rows[y] if y < len(self._rows) else ())

    def action_go(self, way: str) -> None:
        """Choose another country."""
        self.look(self.shown._replace(chosen=neighbour(self.atlas, self.shown.chosen, way)))

    def action_zoom(self, step: int) -> None:
        """Show more of less around the chosen country, or less of more."""
        at = ZOOMS.index(self.shown.zoom) + step
        if 0 <= at < len(ZOOMS):
            self.look(self.shown._replace(zoom=ZOOMS[at]))

    def action_own(self) -> None:
        """Draw the exchanges of the chosen country alone, or all."""
        self.look(self.shown._replace(own=not self.shown.own))

    def action_open(self) -> None:
        """Open the chosen country."""
        if self.shown.chosen:
            self.post_message(Followed(leads_to("country", self.shown.chosen)))

    def on_click(self, event: events.Click) -> None:
        """A click chooses the country that is nearest."""
        if code := nearest(self.atlas, self.size.width, self.size.height, self.shown, (event.x, event.y)):
            self.look(self.shown._replace(chosen=code))
