"""One item of a list in a form, such as a need of a partner."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from ssc_tui.catalogue.field_text import Names
from ssc_tui.catalogue.fields import Field, at_odds
from ssc_tui.i18n import _
from ssc_tui.text import one_line
from ssc_tui.tui.widgets.fields_pane import FieldsPane
from ssc_tui.tui.widgets.foot import Foot


class ItemScreen(ModalScreen[dict[str, Any] | None]):
    """Gives the item back when it is kept, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, kind: str, place: Field, title: str, item: dict[str, Any], names: Names) -> None:
        super().__init__()
        self._title = title
        self._place = place
        self._pane = FieldsPane(kind, item, item, names, place)

    def compose(self) -> ComposeResult:
        """The fields of the item, and which keys act."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(one_line(self._title))
            yield self._pane
            yield Foot(_("ctrl+s keeps it in the form"))

    def on_mount(self) -> None:
        """Write at once."""
        self._pane.start()

    def awaits(self, action: str) -> bool:
        """Whether what a key would take is still being looked up."""
        return self._pane.looking

    @on(FieldsPane.Moved)
    def _say_keys(self, event: FieldsPane.Moved) -> None:
        self.query_one(Foot).follow(event.field, typed=event.typed)

    def action_keep(self) -> None:
        """Give the item back; where a field cannot be so, stay."""
        self.run_worker(self._keep(), exit_on_error=False)

    async def _keep(self) -> None:
        await self._pane.settled()
        missing = [row for row in self._pane.rows if row.field.required and row.value is None]
        for row in missing:
            row.tell(_("is required"))
        if missing:
            self.set_focus(missing[0].editor)
        elif reason := at_odds(self._place, self._pane.document):
            self._pane.rows[0].tell(reason)
            self.set_focus(self._pane.rows[0].editor)
        elif self._pane.check() and self.is_current:
            self.dismiss(self._pane.document)

    def action_leave(self) -> None:
        """Close the suggestions; without any, leave, and where something was typed only when asked twice."""
        if not self._pane.close_suggestions() and self.query_one(Foot).may_leave(lost=self._pane.changed):
            self.dismiss(None)
