from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.faults.disk import full_disk, locked

from ssc_tui.errors import Busy, CopyError, ReadOnly, SscError, UsageError
from ssc_tui.paths import Home
from ssc_tui.store import connection, migrations, reader, writer
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.writer import NOTE_LENGTH, turn_bookmark, write_note
from ssc_tui.text import clean

Write = Callable[[Path], object]


@pytest.fixture
def path(home: Home) -> Path:
    """A copy of the shipped catalogue that nobody has open."""
    open_copy(home).connection.close()
    return home.database


def notes(path: Path) -> list[reader.Note]:
    with closing(connect(path)) as copy:
        return reader.notes(copy)


def bookmarks(path: Path) -> list[reader.Bookmark]:
    with closing(connect(path)) as copy:
        return reader.bookmarks(copy)


def recent(moment: str) -> bool:
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(moment)
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", moment)) and datetime.timedelta(
        seconds=-1
    ) < age < datetime.timedelta(1)


# Notes.


def test_a_note_is_kept(path: Path) -> None:
    note_id = write_note(path, "partners", "norec", "  Ask for Amina\x1b[1m \n")
    (note,) = notes(path)
    assert note[:5] == (note_id, "partners", "norec", "Norwegian Agency for Exchange Cooperation", "Ask for Amina")
    assert recent(note.written_at)


def test_every_note_has_an_id_of_its_own(path: Path) -> None:
    ids = {write_note(path, "partners", "norec", "the same") for _ in range(3)}
    assert len(ids) == 3
    assert {note.id for note in notes(path)} == ids


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00\x1b[1m"])
def test_an_empty_note_is_refused(path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"^An empty note was not saved\.$"):
        write_note(path, "partners", "norec", text)
    assert notes(path) == []


def test_the_longest_note_fits_and_no_longer_one(path: Path) -> None:
    write_note(path, "partners", "norec", "é" * NOTE_LENGTH)
    with pytest.raises(UsageError, match=r"^The note has 20,001 characters and was not saved; 20,000 fit in one\.$"):
        write_note(path, "partners", "norec", "x" * (NOTE_LENGTH + 1))
    assert [len(note.text) for note in notes(path)] == [NOTE_LENGTH]


def test_nasty_notes_are_kept_clean_or_refused(path: Path, nasty: str) -> None:
    expected = clean(nasty).strip()
    if expected:
        write_note(path, "partners", "norec", nasty)
    else:
        with pytest.raises(UsageError):
            write_note(path, "partners", "norec", nasty)
    assert [note.text for note in notes(path)] == [expected] * bool(expected)


# Bookmarks.


def test_a_bookmark_is_turned_on_and_off(path: Path) -> None:
    assert turn_bookmark(path, "partners", "norec") is True
    assert turn_bookmark(path, "funds", "norec") is True
    (one, other) = bookmarks(path)
    assert {one[:2], other[:2]} == {("partners", "norec"), ("funds", "norec")}
    assert recent(one.marked_at)
    assert turn_bookmark(path, "partners", "norec") is False
    assert [bookmark.kind for bookmark in bookmarks(path)] == ["funds"]
    assert turn_bookmark(path, "partners", "norec") is True


# What cannot be written.

EVERY: dict[str, Write] = {
    "write_note": lambda path: write_note(path, "partners", "norec", "text"),
    "turn_bookmark": lambda path: turn_bookmark(path, "partners", "norec"),
}


@pytest.fixture(params=EVERY.values(), ids=list(EVERY))
def write(request: pytest.FixtureRequest) -> Write:
    given: Write = request.param
    return given


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o400, 0o700), (0o600, 0o500)])
def test_what_is_read_only_is_not_written(path: Path, write: Write, file_mode: int, folder_mode: int) -> None:
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    before = path.read_bytes()
    with pytest.raises(ReadOnly, match=f"^{re.escape(str(path))} is read-only; nothing was saved"):
        write(path)
    assert path.read_bytes() == before
    path.parent.chmod(0o700)


def test_a_copy_of_a_newer_program_is_not_written(path: Path, write: Write) -> None:
    with closing(connect(path)) as copy:
        copy.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(ReadOnly):
        write(path)
    assert path.read_bytes() == before


def test_a_copy_that_another_one_writes_to_is_told(path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with locked(path), pytest.raises(Busy, match=r"^Another ssc-tui is writing to the copy; nothing was saved\."):
        write(path)
    assert (notes(path), bookmarks(path)) == ([], [])
    write(path)


def test_a_writer_waits_for_another_one(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ssc_tui.store.writer import write_note\n"
        "print('ready', flush=True); sys.stdin.readline(); write_note(Path(sys.argv[1]), 'partners', 'norec', 'from there')"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    with closing(connect(path)) as copy:
        copy.execute("BEGIN IMMEDIATE")
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
        copy.execute("INSERT INTO note VALUES ('here', 'partners', 'norec', 'from here', '2026')")
        copy.execute("COMMIT")
        assert process.communicate()[0] == ""
        assert process.returncode == 0
        assert {note.text for note in reader.notes(copy)} == {"from here", "from there"}


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "foreign"])
def test_what_is_no_copy_is_told(path: Path, write: Write, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(CopyError, match=r"^Nothing was saved: .+\.$"):
        write(path)
    assert path.read_bytes() == content


def test_a_copy_that_is_gone_is_told(path: Path, write: Write) -> None:
    path.unlink()
    with pytest.raises(CopyError):
        write(path)
    assert list(path.parent.iterdir()) == []


def test_a_copy_without_its_tables_is_told(path: Path, write: Write) -> None:
    with closing(connect(path)) as copy:
        copy.execute("DROP TABLE note")
        copy.execute("DROP TABLE bookmark")
    with pytest.raises(CopyError, match=r"^Nothing was saved: no such table: (note|bookmark)\.$"):
        write(path)


def test_a_full_disk_is_told_and_nothing_is_half_saved(path: Path) -> None:
    with full_disk(writer, "connect"), pytest.raises(CopyError, match=r"^Nothing was saved: database or disk is full\.$"):
        write_note(path, "partners", "norec", "x" * NOTE_LENGTH)
    assert notes(path) == []
    write_note(path, "partners", "norec", "it goes on")


@pytest.mark.parametrize("error", [ReadOnly, Busy, CopyError, UsageError])
def test_all_are_errors_for_the_person(error: type[Exception]) -> None:
    assert issubclass(error, SscError)
