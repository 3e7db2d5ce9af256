"""A screen that is filled in: ctrl+s saves it or says why not, Escape leaves it, and neither loses what was typed."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ssc_tui.errors import SscError
from ssc_tui.i18n import _
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.widgets.foot import Foot
from ssc_tui.tui.widgets.form_pane import FormPane

Saved = TypeVar("Saved")


class FillingScreen(Ours, Screen[Saved | None], Generic[Saved]):
    """Has `_pane` to fill in and a `Foot`; gives back what was saved, None when it is left, or nothing differs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    _pane: FormPane
    _saved: Saved | None = None
    _saving = False

    @property
    def _foot(self) -> Foot:
        return self.query_one(Foot)

    @property
    @abstractmethod
    def _unsaved(self) -> bool:
        """Whether something would be lost with the screen."""

    @abstractmethod
    async def _save_typed(self) -> None:
        """Save what was typed, which reads as what the fields take, and leave.

        Raises:
            SscError: nothing was saved, and the screen stays.
        """

    def awaits(self, action: str) -> bool:
        """Whether what a key would take is still being looked up."""
        return self._pane.looking

    @on(FormPane.Moved)
    def _say_keys(self, event: FormPane.Moved) -> None:
        self._foot.follow(event.field, typed=event.typed)

    def action_leave(self) -> None:
        """Close the suggestions; without any, leave, and where something was typed only when asked twice."""
        if not self._pane.close_suggestions() and self._foot.may_leave(lost=self._unsaved):
            self.dismiss(self._saved)

    def action_save(self) -> None:
        """Save; where that is refused, the form stays with everything in it."""
        if not self._saving:
            self._saving = True
            self.run_worker(self._save(), exit_on_error=False)

    async def _save(self) -> None:
        try:
            await self._pane.settled()
            if self._pane.check():
                await self._save_typed()
            else:
                self._refuse_fields([])
        except SscError as error:
            self._foot.refuse(str(error))
        except Exception as error:
            self.ssc.tell_error(error)
            self._foot.refuse(_("What was typed is still here."))
        finally:
            self._saving = False

    def _refuse_fields(self, left: list[str]) -> None:
        """Say that nothing was saved; `left` are the reasons that stand below no field."""
        self._foot.refuse(" ".join(left) or _("The reason stands below the field."))
