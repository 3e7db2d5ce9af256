"""How a person fills in a form, and reads what it says."""

from __future__ import annotations

from typing import Any

import pytest
from tests.tui.conftest import Desk, until

from ssc_tui.store import reader
from ssc_tui.tui.widgets.fields_pane import FieldsPane
from ssc_tui.tui.widgets.foot import Foot
from ssc_tui.tui.widgets.form_pane import FormPane


def pane(desk: Desk) -> FieldsPane:
    """The fields of the open form of a record."""
    return desk.app.screen.query_one(FieldsPane)


async def go(desk: Desk, name: str) -> None:
    """To a field, by Tab."""
    for _time in range(40):
        row = pane(desk).row
        if row and row.field.name == name:
            return
        await desk.press("tab")
    pytest.fail(f"no field is called {name}")


async def write(desk: Desk, name: str, words: str) -> None:
    """Write words into a field, in place of what was there."""
    await go(desk, name)
    await desk.press("ctrl+u", *words)


def foot(desk: Desk) -> str:
    """What stands at the foot of the form."""
    return str(desk.app.screen.query_one(Foot).render())


def below(desk: Desk) -> str:
    """What stands below the field that has the focus."""
    row = desk.app.screen.query_one(FormPane).row
    assert row
    return str(row.below.render()) if row.below.display else ""


def document(desk: Desk, reference: str = "partners/kch") -> dict[str, Any]:
    """A record as the copy shows it."""
    kind, _slash, record_id = reference.partition("/")
    return reader.document(desk.app.copy.connection, kind, record_id)


async def save(desk: Desk) -> None:
    """Save, and come back to where the form was opened."""
    await desk.press("ctrl+s")
    await until(desk.pilot, lambda: desk.on in ("list", "card"))
    await desk.settle()
