"""The fields of a record in a form, one below the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from textual import on
from textual.app import ComposeResult

from ssc_tui.catalogue.difference import differences, same
from ssc_tui.catalogue.field_text import Names
from ssc_tui.catalogue.fields import Field, Sort, fields_of, item_fields, value_of, with_value_of
from ssc_tui.i18n import _
from ssc_tui.insight.field_labels import field_label
from ssc_tui.text import one_line
from ssc_tui.tui import form_questions
from ssc_tui.tui.widgets.field_row import FieldRow
from ssc_tui.tui.widgets.form_pane import FormPane
from ssc_tui.tui.widgets.item_rows import ItemLines, ItemRow


class FieldsPane(FormPane):
    """The fields of a record, or of one item of a list in it."""

    def __init__(
        self, kind: str, old: Mapping[str, Any], begun: Mapping[str, Any], names: Names, place: Field | None = None, *, new: bool = False
    ) -> None:
        super().__init__(names)
        self.kind = kind
        self._old = old
        self._begun = begun
        self._place = place
        self._new = new

    def compose(self) -> ComposeResult:
        """A row for each field."""
        of_record = self._place is None
        found = fields_of(self.kind, self._begun) if self._place is None else item_fields(self._place, self._begun)
        for field in found:
            label = field_label(self.kind if of_record else "", field.name)
            held, preset = value_of(field, self._old), value_of(field, self._begun)
            if field.is_list:
                yield ItemRow(field, label, preset, self.names)
            else:
                yield FieldRow(self.kind, self._place, field, label, held, preset, self.names)

    @property
    def document(self) -> dict[str, Any]:
        """The object as it is typed now."""
        document = dict(self._begun)
        for row in self.rows:
            value = row.value
            if not same(value, value_of(row.field, self._begun)):
                document = with_value_of(row.field, document, value)
        return document

    @property
    def changed(self) -> bool:
        """Whether anything would be lost."""
        return bool(differences(self._begun, self.document))

    def refuse(self, problems: Iterable[str]) -> list[str]:
        """Say at each field what a save was refused for; returns what belongs to no field."""
        left: list[str] = []
        for problem in problems:
            where, _colon, reason = problem.partition(": ")
            row = next((row for row in self.rows if f"{where}.".startswith((f"{row.field.name}.", f"{row.field.name}["))), None)
            if row is None or not reason:
                left.append(problem)
                continue
            row.tell(reason if where == row.field.name else problem)
            self.screen.set_focus(row.editor)
        return left

    def on_mount(self) -> None:
        """Say what the items are about that are named by their ids."""
        self._explain_items("")

    def _explain_items(self, changed: str) -> None:
        """Say so of those that a changed field concerns; of all for none."""
        for row in self.rows:
            if isinstance(row, FieldRow) and row.field.sort is Sort.ITEM and changed in ("", row.field.name, row.field.whose):
                self.explain(row)

    def heard(self, row: FieldRow) -> None:
        """Say what items mean now; of a new record, look whether there is one of nearly the same name."""
        self._explain_items(row.field.name)
        if self._new and row.field.name in ("name", "title"):
            # No key waits for this: it changes nothing that a key acts on.
            self.work(f"similar {row.field.name}", partial(self._say_similar, row))

    async def _say_similar(self, row: FieldRow, wanted: Callable[[], bool]) -> None:
        rows = await self.ssc.pages.ask(form_questions.similarly_named, wanted, self.kind, row.text) if row.text.strip() else ()
        if rows is not None and wanted():
            named = ", ".join(f"{one_line(each.title)} [{each.ref}]" for each in rows)
            row.say_note(_("There is already {named}.").format(named=named) if named else "")

    # Items

    @on(ItemLines.Opened)
    def _open_item(self, event: ItemLines.Opened) -> None:
        from ssc_tui.tui.screens.item import ItemScreen

        event.stop()
        row = self.row
        if not isinstance(row, ItemRow):
            return
        if isinstance(event, ItemLines.TakenOut):
            row.put(event.number, None)
            self.say_where(typed=True)
            return

        def filled(item: dict[str, Any] | None) -> None:
            if item is not None:
                row.put(event.number, item)
                row.check()
                self.say_where(typed=True)

        self.app.push_screen(ItemScreen(self.kind, row.field, row.label, row.item(event.number), self.names), filled)
