"""Suggestions by keys: an editor reads, accepts and declines them; their author reads how it went. And conflicts of other homes."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest
from tests.faults.disk import locked
from tests.tui.conftest import HOSPITAL, NARROW, SMALL, UNIVERSITY, WIDE, Sit, until
from textual.widgets import Input

from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.catalogue.suggestions import decided, dispute_id, suggested
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import edits, outbox, reader, states
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.overlay import theirs
from ssc_tui.store.shadow import Delivered, Moment, apply_page
from ssc_tui.store.standing import Reached, reached, remember
from ssc_tui.store.suggestions import suggestions

SIZES = [NARROW, SMALL, WIDE]
NOON = Moment(1, "2026-11-22T12:00:00.000+00:00")
DOCUMENTS = [("partners", HOSPITAL), ("partners", UNIVERSITY)]
SIGNED_IN = Settings(user="ada")
WISH = suggested("partners/kch", HOSPITAL, HOSPITAL | {"phone": "+265 5", "founded": 1977}, "vera", "2026-11-20T08:00:00.000+00:00")


def receive(home: Home, kind: str, *documents: dict[str, Any]) -> None:
    with closing(connect(home.database)) as copy:
        stamp = reached(copy, kind).cursor + 1
        rows = [Delivered(document["id"], stamp + number, document) for number, document in enumerate(documents)]
        apply_page(copy, rows, [], Reached(kind, stamp + len(rows), stamp + len(rows)), NOON)


def as_editor(home: Home, editor: bool = True) -> None:
    with closing(connect(home.database)) as copy, transaction(copy):
        remember(copy, editor=editor, user="account:ada")


def states_of(home: Home) -> list[str]:
    with closing(connect(home.database)) as copy:
        return [each.suggestion.state for decided in (False, True) for each in suggestions(copy, decided=decided)]


def wanted(home: Home) -> dict[str, Any]:
    """What is shown of the hospital."""
    with closing(connect(home.database)) as copy:
        (text,) = copy.execute("SELECT document FROM shown WHERE id = 'kch'").fetchone()
    return dict(json.loads(text))


@pytest.mark.parametrize("size", SIZES)
async def test_an_editor_accepts_all_of_it(sit: Sit, home: Home, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=SIGNED_IN) as desk:
        as_editor(home)
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        await desk.written()
        assert "1 suggestion" in desk.bar("status")
        await desk.open("is:suggested", "partners/kch")
        assert "Suggested by vera (v decides)" in "\n".join(desk.page())
        await desk.press("v")
        assert desk.on == "SuggestionsScreen"
        for words in (
            "1 suggestion to decide",
            "change: Kamuzu Central Hospital",
            "vera, ",
            "→ +265 5",
            "→ 1977",
            "a accepts",
            "d declines",
        ):
            await desk.sees(words)
        assert all(len(line) <= size[0] for line in desk.lines())
        await desk.press("a")
        assert desk.toasts[-1] == "Accepted: change: Kamuzu Central Hospital. It is sent at the next sync."
        await desk.sees("Nothing is suggested.")
        await desk.press("t")
        await desk.sees("accepted by ada")
        await desk.press("escape")
        assert (wanted(home)["phone"], wanted(home)["founded"], states_of(home)) == ("+265 5", 1977, ["accepted"])
        assert "2 edits waiting" in desk.bar("status")
        await desk.press("u")
        assert "With it 1 edit that was saved together." in desk.toasts[-1]
        assert (wanted(home), states_of(home)) == (HOSPITAL, ["open"])


@pytest.mark.parametrize("size", SIZES)
async def test_an_editor_accepts_one_field(sit: Sit, home: Home, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=SIGNED_IN) as desk:
        as_editor(home)
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        await desk.press("exclamation_mark", "v", "enter")
        assert desk.on == "FieldsScreen"
        for words in ("+265 5", "1977", "yes"):
            await desk.sees(words)
        first = next(iter(WISH["fields"]))
        await desk.press("space", "j", "enter", "a")
        assert desk.toasts[-1] == "No field is chosen; d in the list declines all of it."
        await desk.sees("no ")
        await desk.press("enter", "a")
        assert desk.toasts[-1].startswith("Accepted")
        await desk.press("t")
        await desk.sees("accepted in part")
        other = ({"phone", "founded"} - {first}).pop()
        assert (wanted(home).get(first), wanted(home)[other]) == (HOSPITAL.get(first), WISH["fields"][other]["new"])


@pytest.mark.parametrize("size", SIZES)
async def test_an_editor_declines_with_a_reason(sit: Sit, home: Home, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=SIGNED_IN) as desk:
        as_editor(home)
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        await desk.press("v", "d")
        assert desk.on == "WordsScreen"
        await desk.sees("Why not? vera will read it.")
        await desk.press("enter")
        assert "Say why" in desk.toasts[-1]
        assert desk.on == "WordsScreen"
        await desk.press(*"fax", "enter")
        assert desk.toasts[-1].startswith("Declined: change: Kamuzu Central Hospital")
        await desk.press("t")
        await desk.sees("declined by ada: fax")
        assert (wanted(home), states_of(home)) == (HOSPITAL, ["declined"])
        await desk.press("a")
        assert desk.toasts[-1].startswith("That was decided already")


async def test_who_may_not_decide_is_not_asked_for_a_reason(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, settings=Settings(user="vera")) as desk:
        as_editor(home, editor=False)
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        for key in ("d", "enter"):
            await desk.press("v", key)
            assert desk.on == "SuggestionsScreen"
            assert desk.toasts.pop().startswith("Only editors of the catalogue")
            await desk.press("escape")


async def test_a_long_list_leaves_room_for_what_the_keys_do(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=SMALL, settings=SIGNED_IN) as desk:
        as_editor(home)
        long = "Norwegian Agency for Exchange Cooperation of Førde"
        receive(home, "partners", HOSPITAL | {"name": long})
        receive(home, SUGGESTIONS, *({"id": f"s{number}", **WISH} for number in range(9)))
        await desk.press("v")
        for words in ("9 suggestions to decide", "a accepts", "Esc closes"):
            await desk.sees(words)
        # A name that does not fit is cut, and leaves no end of it on a line of its own.
        inside = [line.split("│")[1].strip(" ▁▂▃▄▅▆▇█") for line in desk.lines() if line.count("│") == 2]
        assert [line for line in inside if line.endswith("…")]
        assert all("change:" in line for line in inside if line.endswith("…"))
        await desk.press("enter")
        assert desk.on == "FieldsScreen"
        await desk.sees("Space or Enter")


async def test_a_reason_that_cannot_be_saved_now_is_still_there(sit: Sit, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    async with sit(DOCUMENTS, settings=SIGNED_IN) as desk:
        as_editor(home)
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        await desk.press("v", "d", *"fax")
        with locked(home.database):
            await desk.press("enter")
            await until(desk.pilot, lambda: desk.on == "WordsScreen")
            assert "nothing was saved" in desk.toasts[-1]
            assert desk.app.screen.query_one(Input).value == "fax"
        await desk.press("enter")
        assert desk.toasts[-1].startswith("Declined: ")


async def test_what_others_changed_since_is_said(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=NARROW, settings=SIGNED_IN) as desk:
        as_editor(home)
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        receive(home, "partners", HOSPITAL | {"phone": "9"})
        await desk.press("v")
        await desk.sees("(changed since: now 9)")


@pytest.mark.parametrize("size", SIZES)
async def test_its_author_reads_how_it_went(sit: Sit, home: Home, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=Settings(user="vera")) as desk:
        as_editor(home, editor=False)
        receive(home, "partners", HOSPITAL | {"city": "Lilongwe"})
        receive(home, "partners", HOSPITAL)
        receive(home, SUGGESTIONS)
        edit = edits.change(home.database, "partners", "kch", HOSPITAL, HOSPITAL | {"phone": "5"}, "vera")
        assert edit
        with closing(connect(home.database)) as copy:
            (due,) = outbox.due(copy)
            outbox.suggest(copy, due)
            (document,) = outbox.due(copy)
            assert document.document is not None
            outbox.acknowledge(copy, [(document, Delivered(document.id, 1, document.document))])
        await desk.written()
        assert "nothing waiting" in desk.bar("status")
        await desk.open("kamuzu", "partners/kch")
        assert "Edited here, sent as a suggestion" in "\n".join(desk.page())
        await desk.press("v")
        await desk.sees("→ 5")
        await desk.press("a")
        assert desk.toasts[-1].startswith("Only editors of the catalogue")
        await desk.press("escape")
        receive(
            home, SUGGESTIONS, {**document.document, **decided("declined", "ada", "2026-11-22T12:00:00+00:00", reason="That is the fax.")}
        )
        await desk.written()
        assert "1 not accepted" in desk.bar("status")
        page = " ".join("\n".join(desk.page()).split())
        assert "Edited here, not accepted" in page
        assert "That is the fax." in page
        await desk.press("u")
        assert wanted(home) == HOSPITAL
        await desk.press("v", "t")
        await desk.sees("declined by ada: That is the fax.")


async def test_its_author_takes_it_back(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=SMALL, settings=Settings(user="vera")) as desk:
        receive(home, SUGGESTIONS, {"id": "s1", **WISH})
        await desk.press("v", "w")
        assert desk.toasts[-1] == "Taken back: change: Kamuzu Central Hospital."
        await desk.sees("Nothing is suggested.")


@pytest.mark.parametrize("size", SIZES)
async def test_a_note_is_suggested(sit: Sit, home: Home, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=Settings(user="vera")) as desk:
        await desk.open("kamuzu", "partners/kch")
        await desk.press("n", "ctrl+t")
        await desk.sees("There is nothing to suggest yet")
        await desk.press(*"moved", "ctrl+t")
        assert desk.toasts[-2:] == [
            "Note saved: Kamuzu Central Hospital", "Suggested to the editors: Kamuzu Central Hospital. It is sent at the next sync.",
        ]  # fmt: skip
        await desk.press("v")
        for words in ("note: Kamuzu Central Hospital", "moved", "It is sent at the next sync."):
            await desk.sees(words)
        await desk.press("escape", "n", "ctrl+t")
        assert len(states_of(home)) == 2


async def test_a_note_that_is_too_long_to_be_suggested_is_saved_once(sit: Sit, home: Home) -> None:
    text = "moved " * 400
    async with sit(DOCUMENTS, size=SMALL, settings=Settings(user="vera")) as desk:
        await desk.open("kamuzu", "partners/kch")
        await desk.press("n")
        await desk.paste(text)
        await desk.press("ctrl+t")
        await desk.sees("2,000 fit")
        await desk.sees("moved moved")
        await desk.press(*"Moved.", "ctrl+t")
        assert len(states_of(home)) == 1
        assert [note.text for note in reader.notes(desk.app.copy.connection)] == ["Moved.", text.strip()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "phone"), [("left", "9"), ("right", "3")])
async def test_a_conflict_of_another_home_is_settled_by_a_key(sit: Sit, home: Home, size: tuple[int, int], key: str, phone: str) -> None:
    edit = "01a20000-0000-7000-8000-000000000001"
    document = {
        "id": dispute_id(edit, ("phone",)), "document": "conflict", "ref": "partners/kch", "edit": edit, "path": ["phone"], "mine": "3",
        "theirs": "9", "author": "bo", "at": "2026-11-20T08:00:00.000+00:00", "state": "open",
    }  # fmt: skip
    async with sit(DOCUMENTS, size=size, settings=SIGNED_IN) as desk:
        as_editor(home)
        receive(home, "partners", HOSPITAL | {"phone": "9"})
        receive(home, SUGGESTIONS, document)
        await desk.written()
        assert "1 conflict" in desk.bar("status")
        await desk.press("exclamation_mark")
        for words in ("← mine:   9", "→ theirs: 3 (written by bo)"):
            await desk.sees(words)
        await desk.press(key)
        await desk.sees("No conflicts")
        await desk.press("escape")
        assert wanted(home)["phone"] == phone
        with closing(connect(home.database)) as copy:
            said = theirs(copy, SUGGESTIONS, dispute_id(edit, ("phone",)))
            waiting = [(each.edit.kind, each.state) for each in edits.pending(copy)]
        assert said
        assert (said["state"], waiting[0]) == ("open", (SUGGESTIONS, states.WAITING))
