"""What was edited here on the screen: marked in words, taken back with u, and settled under ! where somebody else wrote too."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from tests.tui.conftest import HOSPITAL, NARROW, SMALL, UNIVERSITY, WIDE, Sit

from ssc_tui.paths import Home
from ssc_tui.store import edits
from ssc_tui.store.conflicts import conflicts
from ssc_tui.store.connection import connect
from ssc_tui.store.shadow import Delivered, Moment, apply_page
from ssc_tui.store.standing import Reached
from ssc_tui.tui.app import SscApp

SIZES = [NARROW, SMALL, WIDE]
NOON = Moment(1, "2026-11-22T12:00:00.000+00:00")
DOCUMENTS = [("partners", HOSPITAL), ("partners", UNIVERSITY)]
URL = HOSPITAL["website"]


def edit(home: Home, **fields: Any) -> None:
    assert edits.change(home.database, "partners", "kch", HOSPITAL, HOSPITAL | fields, "")


def receive(home: Home, document: dict[str, Any] | None) -> None:
    with closing(connect(home.database)) as copy:
        apply_page(copy, [Delivered("kch", 5, document)], [], Reached("partners", 5), NOON)


@pytest.mark.parametrize("size", SIZES)
async def test_an_edit_is_marked_in_list_card_and_status_and_taken_back(sit: Sit, home: Home, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        assert "nothing waiting" in desk.bar("status")
        edit(home, phone="+265 1 753 333", website="https://new.example")
        await desk.written()
        assert "1 edit waiting" in desk.bar("status")
        (row,) = [line for line in desk.rows() if "Kamuzu" in line]
        assert "edited" in row
        await desk.open("kamuzu is:edited", "partners/kch")
        page = "\n".join(desk.page())
        assert "Edited here, not sent yet" in page
        assert f"the catalogue says: {URL}" in " ".join(page.split())
        assert all(len(line) <= size[0] for line in desk.lines())
        await desk.press("u")
        assert desk.toasts[-1] == "Taken back: the change of Kamuzu Central Hospital."
        assert "nothing waiting" in desk.bar("status")
        await desk.press("u")
        assert desk.toasts[-1] == "There is no edit that could be taken back."


async def test_what_was_added_and_what_was_taken_away(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS) as desk:
        made = edits.create(home.database, "partners", {"name": "Zomba Central Hospital"}, "")
        edits.remove(home.database, "partners", "aku", "")
        await desk.written()
        assert "2 edits waiting" in desk.bar("status")
        assert not any("Aga Khan" in line for line in desk.rows())
        await desk.open("zomba", f"partners/{made.record_id}")
        assert "Added here, not in the catalogue yet" in "\n".join(desk.page())
        await desk.press("u", "escape", "escape")
        assert desk.toasts[-1] == "Taken back: Aga Khan University stays."
        assert any("Aga Khan" in line for line in desk.rows())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "phone"), [("left", "2"), ("right", "9")])
async def test_a_conflict_is_settled_by_a_key(sit: Sit, home: Home, size: tuple[int, int], key: str, phone: str) -> None:
    async with sit(DOCUMENTS, size=size) as desk:
        edit(home, phone="2")
        receive(home, HOSPITAL | {"phone": "9"})
        await desk.written()
        assert "1 conflict" in desk.bar("status")
        await desk.open("kamuzu", "partners/kch")
        assert "In conflict (! settles it)" in "\n".join(desk.page())
        await desk.press("exclamation_mark")
        assert desk.on == "ConflictsScreen"
        for words in ("Kamuzu Central Hospital, Telephone", "← mine:   2", "→ theirs: 9", "← mine, → theirs"):
            await desk.sees(words)
        await desk.press(key)
        assert desk.toasts[-1].startswith("Settled: Kamuzu Central Hospital, phone.")
        await desk.sees("No conflicts")
        await desk.press("escape")
        assert any(line.split() == ["Telephone", phone] for line in desk.page()), desk.page()
        assert "conflict" not in desk.bar("status")


async def test_a_third_value_is_typed(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        edit(home, founded=1977)
        receive(home, HOSPITAL | {"founded": 1978})
        await desk.written()
        await desk.press("exclamation_mark", "enter")
        assert desk.on == "WordsScreen"
        await desk.press("ctrl+u", *"soon", "enter")
        assert "founded: must be a year of four digits" in desk.toasts[-1]
        # What was typed is still there to be mended.
        assert desk.on == "WordsScreen"
        await desk.press("ctrl+u", *"1979", "enter")
        await desk.sees("No conflicts")
        await desk.press("escape")
        with closing(connect(home.database)) as copy:
            (settled,) = conflicts(copy, settled=True)
        assert (settled.settled, settled.mine, settled.theirs) == ("anew", 1977, 1978)


async def test_a_record_that_is_gone_is_brought_back(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        edit(home, phone="2")
        receive(home, None)
        await desk.written()
        await desk.press("exclamation_mark")
        await desk.sees("Kamuzu Central Hospital, the whole record")
        await desk.press("o")
        assert desk.toasts[-1] == "The record is gone from the catalogue; mine (←) brings it back."
        await desk.press("enter")
        assert desk.toasts[-1].startswith("Here one takes mine")
        await desk.press("left", "escape")
        assert any("Kamuzu" in line for line in desk.rows())


async def test_no_conflicts_and_wrong_keys(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=SMALL) as desk:
        await desk.press("exclamation_mark", "left", "right", "enter", "o", "j", "G")
        assert desk.on == "ConflictsScreen"
        await desk.sees("No conflicts")
        await desk.press("exclamation_mark")
        assert desk.on == "list"


async def test_a_copy_for_reading_alone_says_so(sit: Sit, home: Home, make_app: Any) -> None:
    app: SscApp = make_app(DOCUMENTS)
    edit(home, phone="2")
    home.database.chmod(0o400)
    try:
        async with sit(app=app) as desk:
            await desk.press("u")
            assert "nothing was saved" in desk.toasts[-1]
    finally:
        home.database.chmod(0o600)


async def test_a_conflict_in_a_record_that_is_gone_is_listed(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        edit(home, phone="2")
        receive(home, HOSPITAL | {"phone": "9"})
        with closing(connect(home.database)) as copy:
            copy.execute("DELETE FROM pending_edit")
            apply_page(copy, [Delivered("kch", 6, None)], [], Reached("partners", 6), NOON)
        await desk.written()
        await desk.press("exclamation_mark")
        await desk.sees("kch, Telephone")
        await desk.press("o")
        assert desk.toasts[-1] == "The record is gone from the catalogue. What both wrote into this field can be read here."
        await desk.press("left")
        assert desk.on == "ConflictsScreen"
        await desk.press("right")
        await desk.sees("No conflicts")


async def test_a_number_is_typed_where_one_side_took_it_out(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        with closing(connect(home.database)) as copy:
            apply_page(copy, [Delivered("kch", 4, HOSPITAL | {"founded": 1970})], [], Reached("partners", 4), NOON)
        assert edits.change(home.database, "partners", "kch", HOSPITAL | {"founded": 1970}, HOSPITAL, "")
        receive(home, HOSPITAL | {"founded": 1978})
        await desk.written()
        await desk.press("exclamation_mark", "enter", "ctrl+u", *"1979", "enter")
        await desk.sees("No conflicts")
