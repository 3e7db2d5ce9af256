from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from ssc_tui.catalogue.edits import CHANGED, NEW
from ssc_tui.errors import CopyError
from ssc_tui.paths import Home
from ssc_tui.store import salvage
from ssc_tui.store.connection import APPLICATION_ID
from ssc_tui.store.copy import Copy, open_copy
from ssc_tui.store.doctor import examine
from ssc_tui.store.migrations import VERSION

NOTES = [(f"n{number:04}", "partners", "norec", f"Note {number}: " + "Ask for Amina. " * 40, "2026-01-02") for number in range(300)]
BOOKMARKS = [("partners", f"p{number}", "2026-01-02") for number in range(300)]


@pytest.fixture
def opened(home: Home) -> Iterator[Callable[[], Copy]]:
    copies: list[Copy] = []

    def open_it() -> Copy:
        copies.append(open_copy(home))
        return copies[-1]

    yield open_it
    for copy in copies:
        copy.connection.close()


@pytest.fixture
def kept(home: Home) -> bytes:
    """A copy in the home with many notes and bookmarks, closed; its bytes."""
    with closing(open_copy(home).connection) as copy:
        copy.executemany("INSERT INTO note VALUES (?, ?, ?, ?, ?)", NOTES)
        copy.executemany("INSERT INTO bookmark VALUES (?, ?, ?)", BOOKMARKS)
    return home.database.read_bytes()


def aside(home: Home) -> list[Path]:
    return sorted(home.data.glob("catalogue.damaged-*.sqlite"))


def notes(copy: Copy) -> list[tuple[object, ...]]:
    return copy.connection.execute("SELECT * FROM note ORDER BY id").fetchall()


def bookmarks(copy: Copy) -> set[tuple[object, ...]]:
    return set(copy.connection.execute("SELECT * FROM bookmark"))


def whole(copy: Copy) -> bool:
    """Whether the copy is one that works: the shipped catalogue, with an index that fits."""
    copy.connection.execute("INSERT INTO entry_search (entry_search, rank) VALUES ('integrity-check', 1)")
    return copy.connection.execute("SELECT count(*) FROM entry").fetchone() == (623,) and not copy.read_only


def pages(database: Path, table: str) -> list[int]:
    """Numbers of the pages of a table, the root first."""
    with closing(sqlite3.connect(database)) as copy:
        root = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        if not copy.execute("SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'").fetchone():
            pytest.skip("this SQLite cannot say where a table lies")
        rest = copy.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)).fetchall()
    return [root, *(row[0] for row in rest)]


def overwrite(database: Path, page: int) -> None:
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)


# What cannot be used is set aside.


@pytest.mark.parametrize("length", [1, 15, 100, 512, 4096, 4097, 100_000, 1_000_000, -4096])
def test_a_truncated_copy_is_set_aside(home: Home, kept: bytes, opened: Callable[[], Copy], length: int) -> None:
    broken = kept[:length]
    home.database.write_bytes(broken)
    copy = opened()
    assert whole(copy)
    (set_aside,) = aside(home)
    assert set_aside.read_bytes() == broken
    assert copy.aside == set_aside
    assert copy.notices[0].startswith("The local copy could not be used: it is ")
    assert copy.notices[0].endswith(f"It was kept as {set_aside.name}, and the directory opened on the catalogue it shipped with.")
    assert set(notes(copy)) <= set(NOTES)
    assert bookmarks(copy) <= set(BOOKMARKS)
    assert copy.notices[1] == (
        f"{len(notes(copy))} note{'s' * (len(notes(copy)) != 1)} and {len(bookmarks(copy))} bookmark{'s' * (len(bookmarks(copy)) != 1)}"
        " could be read and were carried over."
    )
    assert len(copy.notices) == 2


def test_a_copy_that_lost_its_last_page_keeps_nearly_all(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    home.database.write_bytes(kept[:-4096])
    copy = opened()
    carried = len(notes(copy)) + len(bookmarks(copy))
    assert 400 < carried <= 600


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not a catalogue of this program"),
        (b"Dear all, please find attached the minutes.\n" * 200, "it is damaged (file is not a database)"),
        (b"\x00" * 8192, "it is damaged (file is not a database)"),
        (b"SQLite format 3\x00", "it is damaged (file is not a database)"),
    ],
    ids=["empty", "text", "zeros", "header"],
)
def test_what_is_no_copy_is_set_aside(home: Home, opened: Callable[[], Copy], content: bytes, reason: str) -> None:
    home.data.mkdir()
    home.database.write_bytes(content)
    copy = opened()
    assert whole(copy)
    (set_aside,) = aside(home)
    assert set_aside.read_bytes() == content
    assert copy.notices == (
        f"The local copy could not be used: {reason}. It was kept as {set_aside.name},"
        " and the directory opened on the catalogue it shipped with.",
        "0 notes and 0 bookmarks could be read and were carried over.",
    )


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE recipe (name)", "INSERT INTO recipe VALUES ('Nsima')"],
        ["CREATE TABLE note (id, body)", "INSERT INTO note VALUES (1, 'no note of ours')", "CREATE VIEW bookmark AS SELECT * FROM missing"],
        [f"PRAGMA application_id = {APPLICATION_ID + 1}", "CREATE TABLE t (n)"],
        [f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {VERSION}", "PRAGMA journal_mode = WAL"],
    ],
    ids=["other tables", "other notes", "other id", "no tables"],
)
def test_a_foreign_database_is_set_aside(home: Home, opened: Callable[[], Copy], statements: list[str]) -> None:
    home.data.mkdir()
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)
    before = home.database.read_bytes()
    copy = opened()
    assert whole(copy)
    assert aside(home)[0].read_bytes() == before
    assert (notes(copy), bookmarks(copy)) == ([], set())


def test_a_copy_with_the_id_of_another_program_keeps_its_notes(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    with closing(sqlite3.connect(home.database)) as other:
        other.execute("PRAGMA application_id = 5")
    before = home.database.read_bytes()
    copy = opened()
    assert (notes(copy), bookmarks(copy)) == (NOTES, set(BOOKMARKS))
    assert copy.notices[1] == "300 notes and 300 bookmarks could be read and were carried over."
    assert aside(home)[0].read_bytes() == before


def test_garbage_in_the_list_is_seen_and_all_notes_are_carried_over(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    overwrite(home.database, pages(home.database, "entry")[0])
    before = home.database.read_bytes()
    copy = opened()
    assert whole(copy)
    assert "it is damaged (database disk image is malformed)" in copy.notices[0]
    assert (notes(copy), bookmarks(copy)) == (NOTES, set(BOOKMARKS))
    assert aside(home)[0].read_bytes() == before


def test_notes_on_both_sides_of_a_damaged_page_are_carried_over(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    leaves = pages(home.database, "note")[1:]
    assert len(leaves) > 20
    overwrite(home.database, leaves[len(leaves) // 2])
    overwrite(home.database, pages(home.database, "entry")[0])
    copy = opened()
    carried = notes(copy)
    lost = sorted(set(NOTES) - set(carried))
    assert set(carried) < set(NOTES)
    assert 0 < len(lost) < 20
    assert lost == NOTES[NOTES.index(lost[0]) : NOTES.index(lost[-1]) + 1]
    assert lost[0] != NOTES[0]
    assert lost[-1] != NOTES[-1]
    assert bookmarks(copy) == set(BOOKMARKS)


def test_bookmarks_are_carried_over_where_no_note_can_be_read(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    overwrite(home.database, pages(home.database, "note")[0])
    overwrite(home.database, pages(home.database, "entry")[0])
    copy = opened()
    assert (notes(copy), bookmarks(copy)) == ([], set(BOOKMARKS))
    assert copy.notices[1] == "0 notes and 300 bookmarks could be read and were carried over."


def test_rows_that_no_note_can_be_are_left_behind(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    with closing(sqlite3.connect(home.database, isolation_level=None)) as old:
        old.execute("DROP TABLE note")
        old.execute("CREATE TABLE note (id, kind, record_id, text, written_at)")
        old.executemany(
            "INSERT INTO note VALUES (?, ?, ?, ?, ?)",
            [("a", "partners", "norec", "kept", "2026"), ("b", None, "norec", "no kind", "2026"), ("a", "funds", "x", "again", "2026")],
        )
        old.execute("INSERT INTO note VALUES ('c', 'partners', 'norec', CAST(x'41ff42' AS TEXT), '2026')")
        old.execute("PRAGMA application_id = 5")
    copy = opened()
    assert notes(copy) == [("a", "partners", "norec", "kept", "2026"), ("c", "partners", "norec", "A\ufffdB", "2026")]
    assert copy.notices[1].startswith("2 notes and 300 bookmarks")


# The log goes along.


def leave_a_log(home: Home, *statements: str) -> dict[str, bytes]:
    """Write without folding the log into the file, as a program that was killed leaves it; returns the bytes of the files."""
    with closing(sqlite3.connect(home.database, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            copy.execute(statement)
        left = {path.name: path.read_bytes() for path in home.data.iterdir() if not path.name.endswith("-shm")}
    for name, content in left.items():
        (home.data / name).write_bytes(content)
    return left


def kept_files(set_aside: Path) -> list[bytes]:
    """The bytes of what was set aside and of its log."""
    return [set_aside.with_name(set_aside.name + ending).read_bytes() for ending in ("", "-wal")]


def test_notes_in_the_log_are_carried_over_and_kept(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    left = leave_a_log(
        home, "PRAGMA application_id = 5", "DELETE FROM note WHERE id > 'n0000'", "UPDATE note SET text = 'Changed in the log'"
    )
    assert sorted(left) == ["catalogue.sqlite", "catalogue.sqlite-wal"]
    copy = opened()
    assert notes(copy) == [("n0000", "partners", "norec", "Changed in the log", "2026-01-02")]
    (set_aside,) = aside(home)
    assert kept_files(set_aside) == list(left.values())
    with closing(sqlite3.connect(set_aside)) as old:
        assert old.execute("SELECT text FROM note").fetchall() == [("Changed in the log",)]
        assert old.execute("SELECT count(*) FROM bookmark").fetchone() == (300,)


@pytest.mark.parametrize(
    "statement",
    [f"PRAGMA user_version = {VERSION + 1}", "DELETE FROM meta", "UPDATE note SET text = 'Changed in the log'"],
    ids=["newer", "no meta", "notes"],
)
def test_a_damaged_copy_and_its_log_are_kept_byte_for_byte(home: Home, kept: bytes, opened: Callable[[], Copy], statement: str) -> None:
    overwrite(home.database, pages(home.database, "entry")[0])
    left = leave_a_log(home, statement)
    copy = opened()
    assert whole(copy)
    assert len(notes(copy)) == len(NOTES)
    assert kept_files(aside(home)[0]) == list(left.values())


@pytest.mark.parametrize("content", [b"Dear all, please find attached the minutes.\n" * 200, b""], ids=["text", "empty"])
def test_what_is_no_copy_is_kept_byte_for_byte_with_what_lay_beside_it(
    home: Home, kept: bytes, opened: Callable[[], Copy], content: bytes
) -> None:
    left = leave_a_log(home, "UPDATE note SET text = 'Changed in the log'")
    home.database.write_bytes(content)
    assert whole(opened())
    assert kept_files(aside(home)[0]) == [content, left["catalogue.sqlite-wal"]]


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_no_log_of_the_old_copy_is_left_for_the_new_one(home: Home, ending: str) -> None:
    home.data.mkdir()
    home.database.write_text("damaged")
    home.database.with_name(home.database.name + ending).write_text("belongs to it")
    set_aside = salvage.set_aside(home.database)
    assert set_aside.read_text() == "damaged"
    assert set_aside.with_name(set_aside.name + ending).read_text() == "belongs to it"
    assert len(list(home.data.iterdir())) == 2


# Nothing is deleted.


def test_every_damaged_copy_has_a_name_of_its_own(home: Home, opened: Callable[[], Copy]) -> None:
    contents = [f"damaged {number}" for number in range(4)]
    home.data.mkdir()
    for content in contents:
        home.database.write_text(content)
        opened().connection.close()
    assert sorted(path.read_text() for path in aside(home)) == contents
    assert all(re.fullmatch(r"catalogue\.damaged-\d{4}-\d\d-\d\dT\d{6}Z(-\d+)?\.sqlite", path.name) for path in aside(home))


def test_names_that_are_taken_are_counted_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Stopped:
            return cls(2026, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr("ssc_tui.store.salvage.datetime", SimpleNamespace(datetime=Stopped, UTC=datetime.UTC))
    home.data.mkdir()
    names = []
    for content in ("one", "two", "three"):
        home.database.write_text(content)
        names.append(salvage.set_aside(home.database).name)
    stem = "catalogue.damaged-2026-01-02T030405Z"
    assert names == [f"{stem}.sqlite", f"{stem}-1.sqlite", f"{stem}-2.sqlite"]
    assert [(home.data / name).read_text() for name in names] == ["one", "two", "three"]


def test_it_is_the_folder_of_the_copy_that_must_be_writable(home: Home, opened: Callable[[], Copy]) -> None:
    home.data.mkdir()
    home.database.write_text("damaged")
    home.data.parent.chmod(0o500)
    try:
        assert whole(opened())
    finally:
        home.data.parent.chmod(0o700)
    assert aside(home)[0].read_text() == "damaged"


@pytest.mark.parametrize(("place", "mode"), [("database", 0o400), ("data", 0o500)])
def test_a_damaged_copy_that_is_read_only_is_told_and_left(home: Home, place: str, mode: int) -> None:
    home.data.mkdir()
    home.database.write_text("damaged")
    getattr(home, place).chmod(mode)
    with pytest.raises(CopyError, match="read-only"):
        open_copy(home)
    home.data.chmod(0o700)
    assert [path.name for path in home.data.iterdir()] == [home.database.name]
    assert home.database.read_text() == "damaged"


def test_carrying_over_leaves_no_copy_half_made(home: Home, kept: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(home.database)) as other:
        other.execute("PRAGMA application_id = 5")
    before = home.database.read_bytes()

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(salvage, "_readable", stop)
    with pytest.raises(KeyboardInterrupt):
        open_copy(home)
    assert aside(home)[0].read_bytes() == before


def test_what_can_be_read_of_a_file_that_is_gone(tmp_path: Path, opened: Callable[[], Copy]) -> None:
    assert salvage.carry_over(tmp_path / "missing" / "file.sqlite", opened().connection) == dict.fromkeys(salvage.PERSONAL, 0)


def test_an_edit_of_which_letters_were_lost_takes_no_other_with_it(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    """Fault 67."""
    rows = [("e0", "partners", "r0", "{}"), ("e1", "partners", "r1", '{"pho'), ("e2", "partners", "r2", "7"), ("e3", "nothing", "r3", "{}")]
    with closing(sqlite3.connect(home.database)) as copy, copy:
        copy.executemany(
            "INSERT INTO pending_edit (id, kind, record_id, base, change, new, author, at, state, attempts, reason)"
            f""" VALUES (?, ?, ?, ?, '{NEW}', '{{"name":"Kamuzu"}}', '', '2026-01-02', 'waiting', 0, '')""",
            rows,
        )
        copy.execute(
            "INSERT INTO conflict (edit, path, kind, record_id, author, found_at) VALUES ('e0', ?, 'partners', 'r0', '', '')", ('["na',)
        )
        copy.execute("PRAGMA application_id = 5")
    found = opened().connection
    assert found.execute("SELECT id FROM pending_edit").fetchall() == [("e0",)]
    assert found.execute("SELECT title FROM entry WHERE id = 'r0'").fetchone() == ("Kamuzu",)
    assert found.execute("SELECT count(*) FROM conflict").fetchone() == (0,)
    assert found.execute("SELECT count(*) FROM note").fetchone() == (len(NOTES),)


def test_suggestions_and_decisions_that_wait_are_carried_over(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    rows = [("e0", "partners", "r0", NEW, '{"name":"Kamuzu"}', "s1", "suggested"), ("d", "suggestions", "s2", CHANGED, "{}", "", "waiting")]
    with closing(sqlite3.connect(home.database)) as copy, copy:
        copy.executemany(
            "INSERT INTO pending_edit (id, kind, record_id, base, change, new, sent_as, author, at, state, attempts, reason, step)"
            " VALUES (?, ?, ?, '{}', ?, ?, ?, '', '2026-01-02', ?, 0, '', 'a step')",
            rows,
        )
        copy.execute("PRAGMA application_id = 5")
    found = opened().connection
    assert found.execute("SELECT id, kind, sent_as, state, step FROM pending_edit ORDER BY id").fetchall() == [
        ("d", "suggestions", "", "waiting", "a step"), ("e0", "partners", "s1", "suggested", "a step"),
    ]  # fmt: skip
    assert [finding for finding in examine(found) if not finding.ok] == []


def test_edits_of_a_copy_of_an_older_program_are_carried_over(home: Home, kept: bytes, opened: Callable[[], Copy]) -> None:
    with closing(sqlite3.connect(home.database)) as copy, copy:
        copy.execute(
            "INSERT INTO pending_edit (id, kind, record_id, base, change, new, author, at, state, attempts, reason)"
            f""" VALUES ('e0', 'partners', 'r0', '{{}}', '{NEW}', '{{"name":"Kamuzu"}}', '', '2026-01-02', 'waiting', 0, '')"""
        )
        copy.execute(
            "INSERT INTO conflict (edit, path, kind, record_id, mine, author, found_at) VALUES ('e1', ?, 'partners', 'r1', ?, '', '')",
            ('["name"]', '"Kachere"'),
        )
        for table, column in (("pending_edit", "step"), ("pending_edit", "sent_as"), ("conflict", "here")):
            copy.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        copy.execute("PRAGMA application_id = 5")
    found = opened().connection
    assert found.execute("SELECT id, step, sent_as FROM pending_edit").fetchall() == [("e0", "", "")]
    assert found.execute("SELECT edit, here FROM conflict").fetchall() == [("e1", 1)]
