"""Bundles by keys alone: a stick that is offered, what reading would do, and what no program can know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.tui.conftest import NAMES, NARROW, SMALL, Desk, MakeApp, Sit, until
from textual.widgets import Input, OptionList

from ssc_tui.paths import Home
from ssc_tui.store import edits
from ssc_tui.store.conflicts import conflicts
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.loader import make_copy
from ssc_tui.sync import drives
from ssc_tui.sync.bundle_write import Written, write_bundle
from ssc_tui.sync.drives import Drive
from ssc_tui.sync.trust import key_to_sign, make_key, trust, trusted
from ssc_tui.tui.screens import bundles
from ssc_tui.tui.screens.bundles import BundlesScreen

PARTNERS = [("partners", {"id": "norec", "name": "Norec", "phone": "1"})]


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "STICK"
    folder.mkdir()
    monkeypatch.setattr(drives, "removable", lambda: [Drive(folder, 7_900_000_000)])
    monkeypatch.setattr(drives, "likely_folders", lambda: [])
    return folder


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """The home of somebody else, with an edit that waits."""
    folder = tmp_path / "other"
    folder.mkdir()
    made = Home(folder, folder, folder)
    make_copy(made.database, PARTNERS, {"dataset": "made up", "format": "1", "origin": "remote"})
    open_copy(made).connection.close()
    make_key(made, "Ada")
    assert edits.change(made.database, "partners", "norec", PARTNERS[0][1], {**PARTNERS[0][1], "phone": "2", "city": "Oslo"}, "ada")
    return made


def screen(desk: Desk) -> BundlesScreen:
    assert isinstance(desk.app.screen, BundlesScreen)
    return desk.app.screen


async def reads(desk: Desk, words: str) -> None:
    """Wait until the screen says this, be it broken over lines."""
    await until(desk.pilot, lambda: words in " ".join(" ".join(line.strip(" │▌▐█┃").split()) for line in desk.lines()))


async def choose(desk: Desk, words: str) -> None:
    """Go to the line that says this, with j, and press Enter."""
    listed = screen(desk).query_one(OptionList)
    await desk.press("g")
    for _line in range(listed.option_count):
        assert listed.highlighted is not None
        if words in str(listed.get_option_at_index(listed.highlighted).prompt):
            await desk.press("enter")
            return
        await desk.press("j")
    pytest.fail(f"no line says {words}")


def waiting(home: Home) -> list[str]:
    with closing(connect(home.database)) as copy:
        return [each.edit.author for each in edits.pending(copy)]


@pytest.mark.parametrize("size", [NARROW, SMALL])
async def test_a_bundle_is_written_to_a_stick_and_edits_leave_with_it(sit: Sit, home: Home, stick: Path, size: tuple[int, int]) -> None:
    async with sit(PARTNERS, size=size) as desk:
        edits.change(home.database, "partners", "norec", PARTNERS[0][1], {**PARTNERS[0][1], "phone": "2"}, "")
        await desk.press("i")
        await reads(desk, "Write to ")
        await choose(desk, "Write to ")
        await reads(desk, "1 edit rides along")
        await desk.press("n")
        assert list(stick.iterdir()) == []
        await choose(desk, "Write to ")
        await desk.press("y")
        await reads(desk, "Written")
        (file,) = stick.iterdir()
        assert file.suffix == ".sscb"
        await reads(desk, "Read made-up")
        await reads(desk, key_to_sign(home, "")[0].key.fingerprint[:11])
        assert edits.undo(home.database) == []
        await desk.press("escape")
        assert desk.app.screen is desk.browse


@pytest.mark.parametrize("size", [NARROW, SMALL])
async def test_reading_says_what_it_would_do_and_waits_for_a_word(
    sit: Sit, home: Home, other: Home, stick: Path, size: tuple[int, int]
) -> None:
    write_bundle(other, stick / "from-ada.sscb")
    async with sit(PARTNERS, size=size) as desk:
        edits.change(home.database, "partners", "norec", PARTNERS[0][1], {**PARTNERS[0][1], "phone": "3"}, "me")
        trust(home, key_to_sign(other, "")[0].key._replace(name="Ada K."))
        await desk.press("i")
        await choose(desk, "from-ada.sscb")
        await reads(desk, "Written by Ada K.")
        await reads(desk, "1 edit of others waits here")
        await desk.press("n")
        assert waiting(home) == ["me"]
        await choose(desk, "from-ada.sscb")
        await desk.press("y")
        await reads(desk, "1 edit of others waits here")
        assert sorted(waiting(home)) == ["ada", "me"]
        await desk.press("escape")
        await reads(desk, "2 edits waiting")
        with closing(connect(home.database)) as copy:
            assert len(conflicts(copy)) == 1
        await desk.press("i")
        await choose(desk, "from-ada.sscb")
        await reads(desk, "Everything in this bundle is here already.")


async def test_a_stranger_s_key_is_trusted_once_the_digits_were_compared(sit: Sit, home: Home, other: Home, stick: Path) -> None:
    write_bundle(other, stick / "from-ada.sscb")
    digits = key_to_sign(other, "")[0].key.fingerprint
    async with sit(PARTNERS, size=SMALL) as desk:
        await desk.press("i")
        await choose(desk, "from-ada.sscb")
        await reads(desk, digits[:23])
        await desk.press("escape")
        assert (trusted(home), waiting(home)) == ([], [])
        await choose(desk, "from-ada.sscb")
        await desk.press("y")
        await reads(desk, "Written by Ada")
        assert [each.fingerprint for each in trusted(home)] == [digits]
        assert waiting(home) == []
        await desk.press("y")
        await desk.settle()
        assert waiting(home) == ["ada"]


async def test_what_is_refused_is_told_and_the_window_stays(sit: Sit, home: Home, other: Home, stick: Path) -> None:
    write_bundle(other, stick / "cut.sscb")
    (stick / "cut.sscb").write_bytes((stick / "cut.sscb").read_bytes()[:-700])
    async with sit(PARTNERS, size=SMALL) as desk:
        trust(home, key_to_sign(other, "")[0].key)
        await desk.press("i")
        await choose(desk, "cut.sscb")
        await reads(desk, "cut short")
        assert screen(desk)
        assert waiting(home) == []


async def test_a_file_can_be_named_by_hand(sit: Sit, home: Home, other: Home, stick: Path, tmp_path: Path) -> None:
    write_bundle(other, tmp_path / "mail.bin")
    async with sit(PARTNERS, size=SMALL) as desk:
        trust(home, key_to_sign(other, "")[0].key)
        await desk.press("i")
        await choose(desk, "Read another file")
        await desk.pilot.press(*(NAMES.get(char, "underscore" if char == "_" else char) for char in str(tmp_path / "mail.bin")))
        await desk.press("enter")
        await reads(desk, "Written by Ada")
        await desk.press("y")
        await desk.settle()
        assert waiting(home) == ["ada"]
        await choose(desk, "Write to another folder")
        await desk.pilot.press(*(NAMES.get(char, "underscore" if char == "_" else char) for char in str(tmp_path / "absent" / "x")))
        await desk.press("enter")
        await desk.press("y")
        await reads(desk, "no folder")


def asked(desk: Desk) -> str:
    """What stands in the line for a file or folder."""
    return desk.app.screen.query_one("#wanted-file", Input).value


async def test_a_path_that_was_refused_is_there_to_be_corrected(sit: Sit, home: Home, other: Home, stick: Path, tmp_path: Path) -> None:
    write_bundle(other, tmp_path / "mail.bin")
    typed, wrong = str(tmp_path / "mail.bi"), str(tmp_path / "absent" / "x")
    async with sit(PARTNERS, size=SMALL) as desk:
        trust(home, key_to_sign(other, "")[0].key)
        await desk.press("i")
        await choose(desk, "Read another file")
        await desk.paste(typed)
        await desk.press("enter")
        await until(desk.pilot, lambda: "mail.bi" in " ".join(desk.toasts))
        await choose(desk, "Write to another folder")
        assert asked(desk) == ""
        await desk.paste(wrong)
        await desk.press("enter", "y")
        await reads(desk, "no folder")
        await choose(desk, "Read another file")
        assert asked(desk) == typed
        await desk.press("end", "n", "enter")
        await reads(desk, "Written by Ada")
        await desk.press("n")
        await choose(desk, "Read another file")
        assert asked(desk) == typed + "n"
        await desk.press("enter")
        await reads(desk, "Written by Ada")
        await desk.press("y")
        await desk.settle()
        assert waiting(home) == ["ada"]
        await choose(desk, "Read another file")
        assert asked(desk) == ""
        await desk.press("escape")
        await choose(desk, "Write to another folder")
        assert asked(desk) == wrong


async def test_a_folder_of_nobody_known_is_a_name_like_any_other(sit: Sit, stick: Path) -> None:
    async with sit(PARTNERS, size=SMALL) as desk:
        await desk.press("i")
        for way in ("Read another file", "Write to another folder"):
            await choose(desk, way)
            await desk.press("tilde", *"nobodyhere", "slash", "x", "enter")
            assert desk.on in ("BundlesScreen", "DecisionScreen")
            if desk.on == "DecisionScreen":
                await desk.press("y")
            await until(desk.pilot, lambda: "nobodyhere" in " ".join(desk.toasts))
            desk.app.clear_notifications()


async def test_a_window_that_is_closed_meanwhile_ends_nothing(sit: Sit, home: Home, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly(*given: Any, tell: Callable[[int, int], None], **more: Any) -> Written:
        begun.set()
        go_on.wait(10)
        tell(1, 1)
        return write_bundle(*given, tell=tell, **more)

    monkeypatch.setattr(bundles, "write_bundle", write_slowly)
    async with sit(PARTNERS, size=SMALL) as desk:
        edits.change(home.database, "partners", "norec", PARTNERS[0][1], {**PARTNERS[0][1], "phone": "2"}, "")
        await desk.press("i")
        await choose(desk, "Write to ")
        await desk.pilot.press("y")
        await until(desk.pilot, begun.is_set)
        await desk.pilot.press("escape")
        await until(desk.pilot, lambda: desk.on == "list")
        go_on.set()
        await desk.settle()
        assert [file.suffix for file in stick.iterdir()] == [".sscb"]
        assert desk.toasts[-1].startswith("Written: made-up")


async def test_a_copy_for_reading_alone_still_writes_bundles(make_app: MakeApp, sit: Sit, home: Home, other: Home, stick: Path) -> None:
    write_bundle(other, stick / "from-ada.sscb")
    app = make_app(PARTNERS)
    edits.change(home.database, "partners", "norec", PARTNERS[0][1], {**PARTNERS[0][1], "phone": "3"}, "me")
    make_key(home, "Me")
    trust(home, key_to_sign(other, "")[0].key)
    async with sit(app=app, size=SMALL) as desk:
        home.database.chmod(0o400)
        try:
            await desk.press("i")
            await choose(desk, "Write to ")
            await desk.press("y")
            await reads(desk, "Written")
            await choose(desk, "from-ada.sscb")
            await desk.press("y")
            await reads(desk, "read-only")
        finally:
            home.database.chmod(0o600)


async def test_a_stick_that_is_locked_against_writing_is_read_and_not_offered_to_write_to(
    sit: Sit, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "removable", lambda: [Drive(stick, 7_900_000_000, False)])
    (stick / "carried.sscb").write_bytes(b"")
    async with sit(PARTNERS, size=SMALL) as desk:
        await desk.press("i")
        await reads(desk, "carried.sscb")
        listed = screen(desk).query_one(OptionList)
        said = [str(listed.get_option_at_index(place).prompt) for place in range(listed.option_count)]
        assert not any(str(stick)[:20] in each and each.startswith("Write to") for each in said)
