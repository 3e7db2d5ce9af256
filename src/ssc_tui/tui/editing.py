"""Opens the form for a record and shows what was saved."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

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


async def edit(browse: BrowseScreen) -> None:
    """Let the highlighted record be edited."""
    if (row := browse.records.row) is None:
        browse.ssc.tell(_("No record is highlighted."))
        return
    await _fill_in(browse, row.kind, row.id, browse.ssc.pages.ask(form_questions.to_change, row.kind, row.id))


async def add(browse: BrowseScreen) -> None:
    """Let a record be added, beside the highlighted one."""
    row = browse.records.row
    kind = kind_to_add(browse.shown_section, row, on_card=browse.panes.on_card)
    await _fill_in(browse, kind, "", browse.ssc.pages.ask(form_questions.to_add, kind, row))


async def fill_round(browse: BrowseScreen) -> None:
    """Let a round of exchanges be filled in: that of the highlighted exchange, or the next one of the highlighted project."""
    if _is_read_only(browse):
        return
    from ssc_tui.insight.rounds import round_beside

    try:
        row = browse.records.row
        begun = await browse.ssc.pages.ask(round_beside, row.kind if row else "", row.id if row else "")
    except Exception as error:
        browse.ssc.tell_error(error)
        return
    from ssc_tui.tui.screens.round import RoundScreen

    def saved(edits: list[Edit] | None) -> None:
        if edits:
            browse.ssc.written()

    browse.app.push_screen(RoundScreen(begun), saved)


def _is_read_only(browse: BrowseScreen) -> bool:
    """Whether nothing can be written; says so."""
    if browse.ssc.copy.read_only:
        browse.ssc.tell(_("This copy is read-only: nothing can be edited or added."), wrong=True)
    return browse.ssc.copy.read_only


def kind_to_add(section: str | None, row: Row | None, *, on_card: bool) -> str:
    """What is added: on the card of a project an exchange, else what the section holds, or what is highlighted."""
    if row and row.kind == "projects" and on_card:
        return "exchanges"
    return section or (row.kind if row else "partners")


async def _fill_in(browse: BrowseScreen, kind: str, record_id: str, reading: Coroutine[Any, Any, Begun]) -> None:
    """Open the form when what it begins with has been read; the next key waits for it."""
    if _is_read_only(browse):
        reading.close()
        return
    try:
        begun = await reading
    except Exception as error:
        browse.ssc.tell_error(error)
        return
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
