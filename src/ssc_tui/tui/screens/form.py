"""The form in which a record is edited or added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.difference import differences
from ssc_tui.catalogue.edits import Edit
from ssc_tui.catalogue.field_text import Names
from ssc_tui.errors import SscError
from ssc_tui.i18n import _
from ssc_tui.store.edits import Unfit
from ssc_tui.text import one_line
from ssc_tui.tui import saving
from ssc_tui.tui.form_questions import Begun
from ssc_tui.tui.widgets.banner import banner
from ssc_tui.tui.widgets.fields_pane import FieldsPane
from ssc_tui.tui.widgets.foot import Foot
from ssc_tui.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from ssc_tui.tui.app import SscApp


class FormScreen(Screen[Edit | None]):
    """Saves what was typed, and gives the edit back; None when it is left, or nothing differs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, kind: str, record_id: str, begun: Begun) -> None:
        """Make the form; `record_id` is empty for a new record."""
        super().__init__()
        self._kind = kind
        self._record_id = record_id
        self._old = begun.document if record_id else {}
        self._saved: Edit | None = None
        self._saving = False
        names = Names()
        for reference, title in begun.titles.items():
            names.learn(reference, title)
        self._pane = FieldsPane(kind, self._old, begun.document, names, new=not record_id)
        title = str(begun.document.get("name") or begun.document.get("title") or "")
        heading = _("Edit {kind}: {title} [{reference}]") if record_id else _("New {kind}")
        self._heading = heading.format(kind=label("record_kind", kind).lower(), title=title, reference=f"{kind}/{record_id}")

    @property
    def ssc(self) -> SscApp:
        """The app, under its own type."""
        return cast("SscApp", self.app)

    def compose(self) -> ComposeResult:
        """What is edited, its fields, and which keys act."""
        yield from banner(self.ssc.practising)
        yield Plain(one_line(self._heading), classes="form-title")
        yield self._pane
        yield Foot(_("ctrl+s saves"))

    def on_mount(self) -> None:
        """Write at once."""
        self._pane.start()

    def awaits(self, action: str) -> bool:
        """Whether what a key would take is still being looked up."""
        return self._pane.looking

    @on(FieldsPane.Moved)
    def _say_keys(self, event: FieldsPane.Moved) -> None:
        self.query_one(Foot).follow(event.field, typed=event.typed)

    def action_leave(self) -> None:
        """Close the suggestions; without any, leave, and where something was typed only when asked twice."""
        lost = bool(differences(self._old, self._pane.document)) if self._saved else self._pane.changed
        if not self._pane.close_suggestions() and self.query_one(Foot).may_leave(lost=lost):
            self.dismiss(self._saved)

    def action_save(self) -> None:
        """Save; where that is refused, the form stays with everything in it."""
        if not self._saving:
            self._saving = True
            self.run_worker(self._save(), exit_on_error=False)

    async def _save(self) -> None:
        try:
            await self._save_or_say_why_not()
        except Unfit as error:
            left = self._pane.refuse(error.problems)
            self.query_one(Foot).refuse(" ".join(left) or _("The reason stands below the field."))
        except SscError as error:
            self.query_one(Foot).refuse(str(error))
        except Exception as error:
            self.ssc.tell_error(error)
            self.query_one(Foot).refuse(_("What was typed is still here."))
        finally:
            self._saving = False

    async def _save_or_say_why_not(self) -> None:
        await self._pane.settled()
        if not self._pane.check():
            self.query_one(Foot).refuse(_("The reason stands below the field."))
            return
        document = self._pane.document
        edit = await saving.save_record(self.ssc.copy, self._kind, self._record_id, self._old, document, self.ssc.settings.user)
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
