"""The form in which a record is edited or added."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.difference import differences
from ssc_tui.catalogue.edits import Edit
from ssc_tui.catalogue.field_text import Names
from ssc_tui.i18n import _
from ssc_tui.store.edits import Unfit
from ssc_tui.text import one_line
from ssc_tui.tui import saving
from ssc_tui.tui.form_questions import Begun
from ssc_tui.tui.screens.filling import FillingScreen
from ssc_tui.tui.widgets.banner import banner
from ssc_tui.tui.widgets.fields_pane import FieldsPane
from ssc_tui.tui.widgets.foot import Foot
from ssc_tui.tui.widgets.plain import Plain


class FormScreen(FillingScreen[Edit]):
    """Saves what was typed, and gives the edit back; None when it is left, or nothing differs."""

    def __init__(self, kind: str, record_id: str, begun: Begun) -> None:
        """Make the form; `record_id` is empty for a new record."""
        super().__init__()
        self._kind = kind
        self._record_id = record_id
        self._old = begun.document if record_id else {}
        names = Names()
        for reference, title in begun.titles.items():
            names.learn(reference, title)
        self._pane: FieldsPane = FieldsPane(kind, self._old, begun.document, names, new=not record_id)
        title = str(begun.document.get("name") or begun.document.get("title") or "")
        heading = _("Edit {kind}: {title} [{reference}]") if record_id else _("New {kind}")
        self._heading = heading.format(kind=label("record_kind", kind).lower(), title=title, reference=f"{kind}/{record_id}")

    def compose(self) -> ComposeResult:
        """What is edited, its fields, and which keys act."""
        yield from banner(self.ssc.practising)
        yield Plain(one_line(self._heading), classes="form-title")
        yield self._pane
        yield Foot(_("ctrl+s saves"))

    def on_mount(self) -> None:
        """Write at once."""
        self._pane.start()

    @property
    def _unsaved(self) -> bool:
        return bool(differences(self._old, self._pane.document)) if self._saved else self._pane.changed

    async def _save_typed(self) -> None:
        document = self._pane.document
        try:
            edit = await saving.save_record(self.ssc.copy, self._kind, self._record_id, self._old, document, self.ssc.settings.user)
        except Unfit as error:
            self._refuse_fields(self._pane.refuse(error.problems))
            return
        if edit is None:
            self.ssc.tell(_("Nothing differs from what is there, and nothing was saved."))
        else:
            self._saved, self._record_id, self._old = edit, edit.record_id, {**document, "id": edit.record_id}
            self.ssc.tell(_("Saved: {title}").format(title=self._title(document)))
        # Whoever typed on meanwhile goes on.
        if not differences(document, self._pane.document):
            self.dismiss(self._saved)

    def _title(self, document: dict[str, Any]) -> str:
        return one_line(str(document.get("name") or document.get("title") or label("record_kind", self._kind)))
