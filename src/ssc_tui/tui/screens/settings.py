"""The settings: theme, first section, order; remembered in a file that can be edited by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.i18n import N_, _
from ssc_tui.store.search import ORDERS
from ssc_tui.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from ssc_tui.tui.app import SscApp

NAMES = {"theme": N_("Theme"), "section": N_("First section"), "order": N_("Order of lists")}
_ORDER_WORDS = {"name": N_("by name"), "country": N_("by country"), "newest": N_("newest first")}


class SettingsScreen(ModalScreen[None]):
    """Settings on the left, what they can be on the right; a choice holds at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,comma", "dismiss", show=False),
        Binding("h,left", "side(-1)", show=False),
        Binding("l,right", "side(1)", show=False),
        Binding("j", "cursor('down')", show=False),
        Binding("k", "cursor('up')", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._setting = "theme"

    @property
    def ssc(self) -> SscApp:
        """The app, under its own type."""
        return cast("SscApp", self.app)

    def compose(self) -> ComposeResult:
        """The settings, their choices, and where they are kept."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Settings"))
            with Horizontal(classes="columns"):
                yield OptionList(*(Option(Content(_(title)), id=name) for name, title in NAMES.items()), id="names", classes="side")
                yield OptionList(id="choices")
            where = _("Kept in {path}. Other keys for a command: [keys] there, by the ids that `ssc-tui keys` prints.")
            yield Plain(where.format(path=self.ssc.home.settings), classes="foot")
            yield Plain(_("Enter chooses, h and l change sides, Esc closes"), classes="foot")

    def on_mount(self) -> None:
        """Start with the settings' names."""
        self.set_focus(self.query_one("#names"))

    def _choices(self) -> Sequence[tuple[str, str]]:
        """Value and words of everything that the setting can be."""
        match self._setting:
            case "theme":
                return [(name, name) for name in sorted(self.app.available_themes)]
            case "section":
                return [(kind, label("record_kinds", kind)) for kind in SECTIONS]
            case _:
                return [(order, _(_ORDER_WORDS[order])) for order in ORDERS]

    @on(OptionList.OptionHighlighted, "#names")
    def _name_changed(self, event: OptionList.OptionHighlighted) -> None:
        self._setting = event.option_id or "theme"
        self._fill()

    def _fill(self) -> None:
        now = self.app.theme if self._setting == "theme" else getattr(self.ssc.settings, self._setting)
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        for number, (value, title) in enumerate(self._choices()):
            choices.add_option(Option(Content(f"{'●' if value == now else '○'} {title}"), id=value))
            if value == now:
                choices.highlighted = number

    @on(OptionList.OptionSelected, "#names")
    def _to_choices(self) -> None:
        self.action_side(1)

    @on(OptionList.OptionSelected, "#choices")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        value = event.option_id or ""
        if self._setting == "theme":
            self.app.theme = value
        self.ssc.remember(self._setting, value)
        if self._setting == "order":
            self.ssc.browse.order_by(value)
        self._fill()

    def action_side(self, step: int) -> None:
        """To the names (-1) or to the choices (1)."""
        self.set_focus(self.query_one("#choices" if step > 0 else "#names"))

    def action_cursor(self, way: str) -> None:
        """Move the highlight of the side that has the focus."""
        if isinstance(self.focused, OptionList):
            getattr(self.focused, f"action_cursor_{way}")()
