"""The form of a round of exchanges: both directions side by side, with the balance moving as one types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ssc_tui.catalogue.edits import Edit
from ssc_tui.catalogue.field_text import Names
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.balance import tolerance
from ssc_tui.insight.round_words import standing_lines
from ssc_tui.insight.rounds import Round, Sums, balances_with, on_record
from ssc_tui.store.edits import Unfit
from ssc_tui.text import one_line
from ssc_tui.tui import saving
from ssc_tui.tui.screens.filling import FillingScreen
from ssc_tui.tui.widgets.banner import banner
from ssc_tui.tui.widgets.foot import Foot
from ssc_tui.tui.widgets.form_pane import FormPane
from ssc_tui.tui.widgets.pair_rows import FIELDS, Way
from ssc_tui.tui.widgets.plain import Plain
from ssc_tui.tui.widgets.round_pane import RoundPane

LOW = 24
"""Rows of a screen below which fewer balances are shown."""


class RoundScreen(FillingScreen[list[Edit]]):
    """Saves what was typed in one step, and gives the edits back; None when it is left, or nothing differs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "add_pair", show=False, priority=True),
    ]

    def __init__(self, begun: Round) -> None:
        super().__init__()
        self._names = Names()
        for reference, title in begun.titles.items():
            self._names.learn(reference, title)
        self._pane: RoundPane = RoundPane(begun, self._names)
        self._sums: Sums = {}
        self._said: list[str] = []

    def compose(self) -> ComposeResult:
        """The round, how the partners stand with it, and which keys act."""
        yield from banner(self.ssc.practising)
        yield Plain(_("A round of exchanges"), classes="form-title")
        yield self._pane
        yield Plain("", id="balances")
        yield Foot(_("ctrl+s saves, ctrl+n adds a pair"))

    def on_mount(self) -> None:
        """Write at once."""
        self._pane.start()
        self._say_balances()

    def on_resize(self) -> None:
        """As many balances as there is room for."""
        if self.is_mounted:
            self._say_balances()

    @on(FormPane.Moved)
    def _follow(self) -> None:
        self._say_balances()

    # How it stands

    def _say_balances(self) -> None:
        """Say how the partners stand with what is typed; what is on record of them is read once."""
        partners = self._pane.partners
        if not all(partner in self._sums for partner in partners):
            self._pane.work("sums", partial(self._read_sums, partners))
            return
        balances = balances_with({partner: self._sums[partner] for partner in partners}, *self._pane.documents)
        names = {partner: one_line(self._names.written(FIELDS["sender"], partner)) for partner in partners}
        width = (self.size.width or self.app.size.width) - 2
        most = 3 if (self.size.height or self.app.size.height) >= LOW else 2
        said = standing_lines(balances[:most], names, tolerance(self.ssc.settings.tolerance), width)
        if (left := len(balances) - most) > 0:
            said.append(ngettext("and {n} more partner", "and {n} more partners", left).format(n=left))
        if said != self._said:
            as_large, self._said = len(said) == len(self._said), said
            self.query_one("#balances", Plain).say("\n".join(said), as_large=as_large)

    async def _read_sums(self, partners: list[str], wanted: Callable[[], bool]) -> None:
        self._sums = {**self._sums, **await self.ssc.pages.ask(on_record, partners)}
        if wanted():
            self._say_balances()

    # What the keys do

    async def action_add_pair(self) -> None:
        """Another pair of partners."""
        await self._pane.add_pair()

    @property
    def _unsaved(self) -> bool:
        return self._pane.changed

    async def _save_typed(self) -> None:
        wanted = self._pane.wishes
        if not wanted and self._pane.lacks_figures:
            self._foot.refuse(_("There are no figures yet: type at least how many are planned. Esc leaves."))
            return
        try:
            saved = await saving.save_together(self.ssc.copy, [wish for _way, wish in wanted], self.ssc.settings.user)
        except Unfit as error:
            self._refuse(error, wanted[error.number][0])
            return
        if not saved:
            self.ssc.tell(_("Nothing differs from what is there, and nothing was saved."))
        else:
            project, which = self._pane.round
            words = ngettext(
                "Saved: {n} exchange of round {round}, {project}", "Saved: {n} exchanges of round {round}, {project}", len(saved)
            )
            self.ssc.tell(words.format(n=len(saved), round=which, project=one_line(project)))
        self.dismiss(saved or None)

    def _refuse(self, error: Unfit, way: Way) -> None:
        """Say at the fields of an exchange what it was refused for."""
        left = []
        for problem in error.problems:
            name, _colon, reason = problem.partition(": ")
            if row := way.rows.get(name):
                row.tell(reason)
                self.set_focus(row.editor)
            else:
                left.append(problem)
        self._refuse_fields(left)
