"""Opens the form for a record and shows what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssc_tui.catalogue.kinds import SECTIONS, ref
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.store.reader import Row
from ssc_tui.tui import form_questions
from ssc_tui.tui.form_questions import Begun
from ssc_tui.tui.visits import Visit

if TYPE_CHECKING:
    from ssc_tui.catalogue.edits import Edit
    from ssc_tui.tui.screens.browse import BrowseScreen


async def edit(browse: BrowseScreen, row: Row) -> None:
    """Let the record be edited."""
    if _may_write(browse):
        begun = await browse.ssc.pages.ask(form_questions.to_change, row.kind, row.id)
        _open(browse, row.kind, row.id, begun)


async def add(browse: BrowseScreen, kind: str, beside: Row | None) -> None:
    """Let a record be added, beside the highlighted one."""
    if _may_write(browse):
        begun = await browse.ssc.pages.ask(form_questions.to_add, kind, beside)
        _open(browse, kind, "", begun)


def kind_to_add(section: str | None, row: Row | None, *, on_card: bool) -> str:
    """What is added: on the card of a project an exchange, else what the section holds, or what is highlighted."""
    if row and row.kind == "projects" and on_card:
        return "exchanges"
    return section or (row.kind if row else "partners")


def _may_write(browse: BrowseScreen) -> bool:
    if browse.ssc.copy.read_only:
        browse.ssc.tell(_("This copy is read-only: nothing can be edited or added."), wrong=True)
    return not browse.ssc.copy.read_only


def _open(browse: BrowseScreen, kind: str, record_id: str, begun: Begun) -> None:
    from ssc_tui.tui.screens.form import FormScreen

    def saved(edit: Edit | None) -> None:
        if edit:
            _show(browse, edit)

    browse.app.push_screen(FormScreen(kind, record_id, begun), saved)


def _show(browse: BrowseScreen, edit: Edit) -> None:
    """Show the record as it is now, where it stands now."""
    from ssc_tui.catalogue.edits import NEW

    browse.ssc.written()
    reference, now = ref(edit.kind, edit.record_id), browse.visits.now
    if edit.change != NEW:
        return
    if edit.kind in SECTIONS:
        browse.visit(Visit(edit.kind, "", now.order, ref=reference, on_card=browse.panes.on_card, followed=True))
    else:
        browse.follow(Target("record", reference))
