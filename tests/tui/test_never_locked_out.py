"""Whatever has become of the disk, the link or the sign-in: reading works, and writing works or says why not, with what was typed kept.

A round is in `test_round.test_a_refusal_keeps_what_was_typed`, a copy for reading alone (fault 66) in the test of that name of `test_form`.
The numbers of the faults are 63 for a full disk and 64 for a locked copy.
"""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager

import pytest
from tests.faults.disk import full_disk, locked
from tests.servers import Live
from tests.tui.conftest import HOSPITAL, NARROW, NOW, UNIVERSITY, Desk, MakeApp, Sit, until
from tests.tui.filling import document, foot, go, pane, save, write
from tests.tui.test_unsent import receive
from textual.widgets import Input, TextArea

from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import edits, writer, writing
from ssc_tui.store.conflicts import conflicts
from ssc_tui.store.connection import transaction
from ssc_tui.store.standing import remember
from ssc_tui.sync.address import parse_address
from ssc_tui.sync.credentials import save_password
from ssc_tui.tui.screens import browse
from ssc_tui.tui.screens.note import NoteScreen
from ssc_tui.tui.widgets.field_row import FieldRow

DOCUMENTS = [
    ("partners", HOSPITAL),
    ("partners", UNIVERSITY),
    ("projects", {"id": "twins", "title": "Twins", "partners": [{"partner": "kch"}, {"partner": "aku"}]}),
]
LONG = "What nobody wants to type again. " * 2000


@pytest.fixture
def fails(request: pytest.FixtureRequest, home: Home, monkeypatch: pytest.MonkeyPatch) -> tuple[AbstractContextManager[None], str]:
    """What is wrong, and how it is said."""
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    if request.param == "full":
        return full_disk(writing, "connect"), "disk is full"
    return locked(home.database), "nothing was saved"


async def told(desk: Desk, words: str, times: int = 1) -> None:
    """Wait until the app has said these words so often."""
    await until(desk.pilot, lambda: sum(words in toast for toast in desk.toasts) == times)


FAILS = pytest.mark.parametrize("fails", ["full", "locked"], indirect=True)


async def reads(desk: Desk) -> None:
    """Everything can be looked up."""
    await desk.open("aga", "partners/aku")
    await until(desk.pilot, lambda: any("Pakistan" in line for line in desk.page()))
    await desk.press("escape", "escape")


async def reads_and_writes(desk: Desk) -> None:
    """Everything can be looked up, and what is edited is shown and waits."""
    await reads(desk)
    await desk.press("g", "j", "e")
    await write(desk, "city", "Lilongwe")
    await save(desk)
    assert document(desk)["city"] == "Lilongwe"
    assert "1 edit waiting" in desk.bar("status")


@FAILS
async def test_a_form_keeps_what_was_typed_to_copy_or_to_save_later(sit: Sit, fails: tuple[AbstractContextManager[None], str]) -> None:
    wrong, words = fails
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("j", "e")
        await write(desk, "city", "Lilongwe")
        await go(desk, "description")
        await desk.paste(LONG)
        with wrong:
            await desk.press("ctrl+s")
            await until(desk.pilot, lambda: "Not saved" in foot(desk) or words in foot(desk))
            assert desk.on == "FormScreen"
            assert words in foot(desk)
            assert document(desk) == HOSPITAL
            assert [row.text for row in pane(desk).query(FieldRow) if row.touched] == ["Lilongwe", LONG]
            await desk.press("f7", "ctrl+c")
            assert desk.app.clipboard == LONG
        await save(desk)
        assert document(desk) == HOSPITAL | {"city": "Lilongwe", "description": LONG.strip()}


async def test_a_note_keeps_what_was_typed(sit: Sit, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    text = ("Ask for Amina. " * 600).strip()
    async with sit(DOCUMENTS, size=NARROW) as desk:
        for wrong, words in ((full_disk(writer, "connect"), "disk is full"), (locked(home.database), "nothing was saved")):
            await desk.press("n")
            await desk.press("f7")
            await desk.paste(text)
            with wrong:
                await desk.press("ctrl+s")
                await told(desk, words)
                await desk.settle()
                assert isinstance(desk.app.screen, NoteScreen)
                assert desk.app.screen.query_one(TextArea).text == text
                await desk.press("f7", "ctrl+c")
                assert desk.app.clipboard == text
                await desk.press("escape", "escape")
        await desk.press("n", "f7")
        await desk.paste(text)
        await desk.press("ctrl+s")
        await until(desk.pilot, lambda: desk.toasts[-1].startswith("Note saved"))


async def test_a_decision_keeps_what_was_typed(sit: Sit, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    async with sit(DOCUMENTS, size=NARROW) as desk:
        assert edits.change(home.database, "partners", "kch", HOSPITAL, HOSPITAL | {"description": "Mine"}, "")
        receive(home, HOSPITAL | {"description": "Theirs"})
        await desk.written()
        await desk.press("exclamation_mark", "enter", "ctrl+u", *"Third")
        with locked(home.database):
            await desk.press("enter")
            await told(desk, "nothing was saved")
            await until(desk.pilot, lambda: desk.on == "WordsScreen")
            assert desk.app.screen.query_one(Input).value == "Third"
        await desk.press("enter")
        await desk.sees("No conflicts")
        assert [each.settled for each in conflicts(desk.app.copy.connection, settled=True)] == ["anew"]


async def test_beside_a_program_that_writes_all_can_be_read_and_every_key_says_why_it_does_not_act(
    sit: Sit, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    async with sit(DOCUMENTS, size=NARROW) as desk:
        assert edits.change(home.database, "partners", "kch", HOSPITAL, HOSPITAL | {"city": "Zomba"}, "")
        with locked(home.database):
            await reads(desk)
            for number, key in enumerate(("u", "asterisk"), 1):
                await desk.press(key)
                await told(desk, "Another ssc-tui", number)
        assert len(edits.pending(desk.app.copy.connection)) == 1
        await desk.press("u")
        assert "Taken back" in desk.toasts[-1]


async def test_after_months_without_a_link(sit: Sit, make_app: MakeApp) -> None:
    app = make_app(DOCUMENTS, Settings(remote="http://127.0.0.1:9/v1", offline=True, user="ada"))
    with transaction(app.copy.connection):
        remember(app.copy.connection, dataset="made up", synced_at=(NOW - datetime.timedelta(days=200)).isoformat())
    async with sit(app=app, size=NARROW) as desk:
        assert "copy of 200 days ago; nothing waiting" in desk.bar("status")
        await reads_and_writes(desk)


@pytest.mark.usefixtures("no_key_store")
async def test_with_a_password_that_was_revoked(
    sit: Sit, make_app: MakeApp, home: Home, kinto_memory: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr("ssc_tui.tui.app.SENT_AFTER", 0.2)
    bucket = kinto_memory.new_bucket({"partners": [HOSPITAL, UNIVERSITY]}, dataset="made up")
    remote = f"{kinto_memory.url}/buckets/{bucket}"
    app = make_app(DOCUMENTS, Settings(remote=remote, user=kinto_memory.user))
    save_password(home, parse_address(remote), kinto_memory.user, "revoked")
    async with sit(app=app) as desk:
        await until(desk.pilot, lambda: "sign in needed" in desk.bar("status"))
        await desk.settle()
        await reads_and_writes(desk)
        save_password(home, parse_address(remote), kinto_memory.user, kinto_memory.password)
        await desk.press("s")
        await until(desk.pilot, lambda: any("1 edit was sent" in toast for toast in desk.toasts))
        await until(desk.pilot, lambda: "nothing waiting" in desk.bar("status"))
    record = f"/buckets/{bucket}/collections/partners/records/kch"
    assert kinto_memory.ask("GET", record).body["data"]["city"] == "Lilongwe"
