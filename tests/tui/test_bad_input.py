"""What no record may hold is refused at its field with the reason, and everything else that was typed is still there."""

from __future__ import annotations

from tests.tui.conftest import HOSPITAL, NARROW, UNSAFE, Desk, Sit, until
from tests.tui.filling import below, document, foot, go, pane, save, write
from textual.widgets import TextArea

from ssc_tui.store import edits
from ssc_tui.tui.widgets.field_row import FieldRow
from ssc_tui.tui.widgets.round_pane import RoundPane

DOCUMENTS = [("partners", HOSPITAL)]
MEGABYTE = "word " * 210_000
TOO_LONG = "! is too long; a record holds 256 kB"
REFUSED = (
    ("kind", "99", "! is none of the list; Enter shows it"),
    ("country", "Atlantis", "! is no country, and no code of one"),
    ("location.lat", "1e400", "! It holds a number that is none"),
    ("phone", MEGABYTE, TOO_LONG),
    ("founded", str(2**53 + 1), "! It holds a number that is too large"),
    ("founded", "NaN", "! must be a year of four digits"),
    ("description", MEGABYTE, TOO_LONG),
)
"""Fields of a partner in the order of the form, what is pasted into them, and why it is refused."""


async def paste(desk: Desk, words: str) -> None:
    """Paste words into the field that has the keys, in place of what was there."""
    await desk.press("ctrl+u")
    await desk.paste(words)


def typed(desk: Desk, name: str) -> str:
    """What stands in a field."""
    return next(row.text for row in pane(desk).query(FieldRow) if row.field.name == name)


async def test_in_a_form(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e", *"Zomba ")
        for name, words, reason in REFUSED:
            await go(desk, name)
            await paste(desk, words)
            assert below(desk).startswith(reason), name
            await desk.press("ctrl+s")
            assert desk.on == "FormScreen"
            assert "Not saved" in foot(desk)
            row = pane(desk).row
            assert row
            assert (row.field.name, typed(desk, name), below(desk)[: len(reason)]) == (name, words, reason)
            assert typed(desk, "name") == f"{HOSPITAL['name']}Zomba "
            assert edits.pending(desk.app.copy.connection) == []
            await desk.press("ctrl+z" if isinstance(row.editor, TextArea) else "ctrl+u")
            assert typed(desk, name) == ""
        # The country has no place in the record any more, since it was cleared.
        await save(desk)
        assert document(desk) == {name: value for name, value in HOSPITAL.items() if name != "country"} | {
            "name": f"{HOSPITAL['name']}Zomba"
        }


async def test_what_drives_a_terminal_is_taken_out_of_what_is_pasted(sit: Sit) -> None:
    """It cannot be typed either, so a form never holds any; half a surrogate pair stands there as what no letter is known for."""
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "city")
        await paste(desk, "Zürich\r\nand Ou\u0301")
        assert desk.toasts == []
        for name, words, stands in (
            ("city", "Lil\x00ong\x1b[2Jwe\u202e", "Lilongwe"),
            ("email", "a\ud800b", "a\ufffdb"),
            ("languages", "en, n\x00o", "en, no"),
            ("description", "a\x00b\x07\nc", "ab\nc"),
        ):
            await go(desk, name)
            await paste(desk, words)
            assert typed(desk, name) == stands
            assert desk.toasts[-1].endswith("They were left out.")
            desk.app.clear_notifications()
            assert not any(UNSAFE.search(line) for line in desk.lines())
        await save(desk)
        saved = document(desk)
        assert [saved[name] for name in ("city", "email", "languages", "description")] == ["Lilongwe", "a\ufffdb", ["en", "no"], "ab\nc"]


async def test_in_an_item(sit: Sit) -> None:
    async with sit([("funds", {"id": "pay", "name": "Pay"})], size=NARROW) as desk:
        await desk.press("7", "e", *"!")
        await go(desk, "figures")
        await desk.press("enter")
        await write(desk, "measure", "Beds")
        await go(desk, "value")
        for words, reason in (
            (str(2**53 + 1), "! It holds a number that is too large"),
            ("NaN", "! must be a number"),
            ("1e999", "! It holds a number that is none"),
        ):
            await paste(desk, words)
            await desk.press("ctrl+s")
            assert desk.on == "ItemScreen"
            assert below(desk).startswith(reason)
            assert (typed(desk, "measure"), typed(desk, "value")) == ("Beds", words)
        await desk.press("ctrl+u", *"750", "ctrl+s")
        await save(desk)
        assert document(desk, "funds/pay") == {"id": "pay", "name": "Pay!", "figures": [{"measure": "Beds", "value": 750}]}


async def test_in_a_round(sit: Sit) -> None:
    documents = [
        ("partners", HOSPITAL),
        ("partners", {"id": "norec", "name": "Norec"}),
        ("projects", {"id": "twins", "title": "Twins", "partners": [{"partner": "kch"}, {"partner": "norec"}]}),
    ]
    async with sit(documents, size=NARROW) as desk:
        await desk.press("2", "r")
        await until(desk.pilot, lambda: desk.on == "RoundScreen")
        row = desk.app.screen.query_one(RoundPane).row
        assert isinstance(row, FieldRow)
        for words in (str(2**53 + 1), "NaN", "1e999", "\ud800"):
            await paste(desk, words)
            await desk.press("ctrl+s")
            assert desk.on == "RoundScreen"
            assert str(row.below.render()).startswith("! ")
            assert row.text == words.replace("\ud800", "\ufffd")
            assert edits.pending(desk.app.copy.connection) == []
