"""A pair of partners in the form of a round: what each of them sends to the other, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ssc_tui.catalogue.field_text import Names
from ssc_tui.catalogue.fields import Field, fields
from ssc_tui.i18n import N_, _
from ssc_tui.insight.rounds import ASKED, Direction, is_stated
from ssc_tui.text import one_line
from ssc_tui.tui.widgets.field_row import FieldRow
from ssc_tui.tui.widgets.plain import Plain

KIND = "exchanges"

FIELDS: Mapping[str, Field] = {field.name: field for field in fields(KIND)}
"""The fields of an exchange by their names."""

LABELS = {
    "sender": N_("Sends"),
    "planned": N_("Planned"),
    "actual": N_("Went"),
    "months": N_("Months"),
    "kind": N_("Type"),
    "start": N_("Starts"),
    "end": N_("Ends"),
}
"""What stands before the fields, where half a narrow screen is all there is."""


class Begun(NamedTuple):
    """One direction to fill in: what is on record, what kind it usually is, and what somebody has typed already, by field."""

    direction: Direction
    usual: str = ""
    typed: Mapping[str, str] = {}


class Way(Vertical):
    """What one partner sends to the other.

    Attributes:
        direction: who sends whom, and what is on record.
        rows: by the names of their fields.
    """

    def __init__(self, begun: Begun, names: Names, *, fixed: bool) -> None:
        """Make the rows; where one of both directions is on record, the partners are `fixed`: they are changed in its own form."""
        super().__init__(classes="way")
        self.direction, usual, self._begun = begun
        self._names = names
        self._host = Plain("", classes="way-side host")
        self._hosting: str | None = None
        held = self.direction.held
        presets = {name: held.get(name) for name in ASKED} | ({} if held else {"kind": usual or None})
        self.rows: dict[str, FieldRow] = {} if fixed else {"sender": self._row("sender", None, self.direction.sender or None)}
        self.rows |= {name: self._row(name, held.get(name), preset) for name, preset in presets.items()}

    def compose(self) -> ComposeResult:
        """Who sends, who hosts, and the fields of the exchange."""
        first = self.rows.get("sender")
        yield first or Plain(f"{_(LABELS['sender'])}: {self.name_of(self.direction.sender)}", classes="way-side")
        yield self._host
        yield from (row for name, row in self.rows.items() if name in ASKED)

    def _row(self, name: str, held: Any, preset: Any) -> FieldRow:
        return FieldRow(KIND, None, FIELDS[name], _(LABELS[name]), held, preset, self._names, self._begun.get(name))

    def name_of(self, partner: str) -> str:
        """How a partner is written."""
        return one_line(self._names.written(FIELDS["sender"], partner)) if partner else ""

    def say_host(self, partner: str) -> None:
        """Say who hosts."""
        if partner != self._hosting:
            self._hosting = partner
            self._host.say(f"→ {self.name_of(partner) or _('…')}")

    @property
    def sender(self) -> str:
        """The id of the partner that sends; empty where none is chosen, and not that of nobody known."""
        row = self.rows.get("sender")
        if row is None:
            return self.direction.sender
        typed = row.typed
        return "" if typed.wrong or typed.value is None else str(typed.value)

    @property
    def typed(self) -> dict[str, str]:
        """What somebody has typed, by field."""
        return {name: row.text for name, row in self.rows.items() if row.touched and name != "sender"}

    def document(self, common: Mapping[str, Any], host: str) -> dict[str, Any]:
        """The exchange as it is typed now, with what all of the round have in common; only its fields where nothing is stated."""
        stated = {name: row.value for name, row in self.rows.items() if name in ASKED}
        sides = {"sender": self.sender or None, "host": host or None}
        whole = {**self.direction.held, **({} if self.direction.held else {**common, **sides}), **stated}
        return {name: value for name, value in whole.items() if value is not None}

    @property
    def is_stated(self) -> bool:
        """Whether there is anything to save."""
        return is_stated({name: row.value for name, row in self.rows.items() if name in ASKED}, self.direction.held)


class PairRows(Widget):
    """Both ways of a pair, side by side."""

    def __init__(self, there: Begun, back: Begun, names: Names) -> None:
        super().__init__(classes="pair")
        fixed = bool(there.direction.held or back.direction.held)
        self.ways = (Way(there, names, fixed=fixed), Way(back, names, fixed=fixed))

    def compose(self) -> ComposeResult:
        """There, and back."""
        yield from self.ways

    def on_mount(self) -> None:
        """Say who hosts whom."""
        self.say_hosts()

    def say_hosts(self) -> None:
        """Say who hosts whom, as it is typed now."""
        there, back = self.ways
        there.say_host(back.sender)
        back.say_host(there.sender)

    @property
    def both(self) -> tuple[tuple[Way, str], tuple[Way, str]]:
        """The ways, each with who hosts."""
        there, back = self.ways
        return (there, back.sender), (back, there.sender)
