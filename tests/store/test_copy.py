from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.by_hand import store_documents

from ssc_tui.catalogue.projection import VERSION as PROJECTION
from ssc_tui.errors import CopyError
from ssc_tui.paths import Home
from ssc_tui.store import connection, migrations, projections, seed
from ssc_tui.store import copy as copy_module
from ssc_tui.store.connection import APPLICATION_ID
from ssc_tui.store.copy import Copy, open_copy
from ssc_tui.store.loader import make_copy
from ssc_tui.store.stand_in import logs_of

NOTE = ("n1", "partners", "norec", "Ask for Amina", "2026-01-02T03:04:05.678+00:00")
BOOKMARK = ("partners", "norec", "2026-01-02T03:04:05.678+00:00")


@pytest.fixture
def opened(home: Home) -> Iterator[Callable[..., Copy]]:
    """Open the copy of the home; all are closed at the end, and the home may be written again."""
    copies: list[Copy] = []

    def open_it(announce: Callable[[str], None] = lambda _message: None) -> Copy:
        copies.append(open_copy(home, announce))
        return copies[-1]

    yield open_it
    for copy in copies:
        copy.connection.close()
    for place in (home.data, home.database):
        if place.exists():
            place.chmod(0o700)


@pytest.fixture
def kept(home: Home) -> bytes:
    """A copy in the home with a note and a bookmark, closed; its bytes."""
    copy = open_copy(home).connection
    copy.execute("INSERT INTO note VALUES (?, ?, ?, ?, ?)", NOTE)
    copy.execute("INSERT INTO bookmark VALUES (?, ?, ?)", BOOKMARK)
    copy.close()
    assert [path.name for path in home.data.iterdir()] == [home.database.name]
    return home.database.read_bytes()


def change(home: Home, *statements: str) -> None:
    with closing(sqlite3.connect(home.database, isolation_level=None)) as copy:
        for statement in statements:
            copy.execute(statement)


def personal(copy: Copy) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    return copy.connection.execute("SELECT * FROM note").fetchall(), copy.connection.execute("SELECT * FROM bookmark").fetchall()


def records(copy: Copy) -> int:
    return int(copy.connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def found(copy: Copy, word: str) -> list[str]:
    return [
        row[0]
        for row in copy.connection.execute(
            "SELECT id FROM entry WHERE place IN (SELECT rowid FROM entry_search WHERE entry_search MATCH ?)", (f'name : "{word}"',)
        )
    ]


# A home without a copy.


def test_a_fresh_home_gets_the_shipped_catalogue(home: Home, opened: Callable[..., Copy]) -> None:
    said: list[str] = []
    copy = opened(said.append)
    assert (copy.path, copy.notices, copy.read_only, copy.aside, said) == (home.database, (), False, None, [])
    assert records(copy) == 623
    assert personal(copy) == ([], [])
    assert copy.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_fresh_home_is_for_its_owner_alone(home: Home, opened: Callable[..., Copy]) -> None:
    opened().connection.execute("INSERT INTO bookmark VALUES (?, ?, ?)", BOOKMARK)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.data.iterdir()}
    assert stat.S_IMODE(home.data.stat().st_mode) == 0o700
    assert modes == {"catalogue.sqlite": 0o600, "catalogue.sqlite-wal": 0o600, "catalogue.sqlite-shm": 0o600}


def test_folders_above_the_home_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b c?#%" / "é"
    with closing(open_copy(Home(folder, folder, folder)).connection) as copy:
        assert copy.execute("SELECT count(*) FROM entry").fetchone() == (623,)


def test_opening_again_says_nothing(home: Home, kept: bytes, opened: Callable[..., Copy]) -> None:
    said: list[str] = []
    copy = opened(said.append)
    assert (copy.notices, copy.read_only, said) == ((), False, [])
    assert personal(copy) == ([NOTE], [BOOKMARK])


def test_a_log_that_goes_while_one_looks_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: True)
    assert logs_of(tmp_path / "catalogue.sqlite") == []


@pytest.mark.parametrize("processes", [2, 6])
def test_processes_that_open_a_fresh_home_at_once_all_get_it(home: Home, processes: int) -> None:
    script = (
        "import json, sys; from ssc_tui.paths import find_home; from ssc_tui.store.copy import open_copy\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "copy = open_copy(find_home(sys.argv[1]))\n"
        "print(json.dumps([copy.connection.execute('SELECT count(*) FROM entry').fetchone()[0], copy.notices, copy.read_only]))"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(home.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate() for process in running]
    assert [errors for _, errors in said] == [""] * processes
    assert [json.loads(answer) for answer, _ in said] == [[623, [], False]] * processes
    assert {path.name.removeprefix(home.database.name) for path in home.data.iterdir()} <= {"", "-wal", "-shm"}


def test_two_that_set_up_the_log_at_the_same_moment_both_succeed(
    home: Home, opened: Callable[..., Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    home.data.mkdir()
    seed.plant(home.database)
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:

        def interfere(statement: str) -> None:
            if statement.lower().startswith("pragma journal_mode ="):
                other.execute("ROLLBACK" if other.in_transaction else "BEGIN IMMEDIATE")

        def connect(path: Path) -> sqlite3.Connection:
            made = connection.connect(path)
            made.set_trace_callback(interfere)
            return made

        monkeypatch.setattr(copy_module, "connect", connect)
        assert records(opened()) == 623


@pytest.mark.parametrize("parent", ["file", "folder"])
def test_a_home_that_cannot_be_made_is_told(tmp_path: Path, parent: str) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "home" if parent == "folder" else tmp_path / "file"
    with pytest.raises(CopyError, match=r"No local copy could be made in .*file.*--home") as raised:
        open_copy(Home(folder, folder, folder))
    assert isinstance(raised.value.__cause__, OSError)


def test_a_folder_in_the_place_of_the_copy_is_told(home: Home) -> None:
    home.database.mkdir(parents=True)
    with pytest.raises(CopyError, match="cannot be opened now"):
        open_copy(home)
    assert home.database.is_dir()


# Copies that can only be read.


@pytest.mark.parametrize(("place", "mode"), [("database", 0o400), ("data", 0o500)])
def test_what_is_read_only_is_read(home: Home, kept: bytes, opened: Callable[..., Copy], place: str, mode: int) -> None:
    getattr(home, place).chmod(mode)
    copy = opened()
    assert copy.read_only
    assert copy.notices == (f"{home.database} is read-only: everything can be read, and notes and bookmarks cannot be saved.",)
    assert records(copy) == 623
    assert personal(copy) == ([NOTE], [BOOKMARK])
    assert [path.name for path in home.data.iterdir()] == [home.database.name]
    assert home.database.read_bytes() == kept


def test_what_a_killed_program_left_on_a_read_only_medium_is_read(home: Home, kept: bytes, opened: Callable[..., Copy]) -> None:
    with closing(sqlite3.connect(home.database, isolation_level=None)) as writer:
        writer.execute("UPDATE note SET text = 'Only in the log'")
        left = {path.name: path.read_bytes() for path in home.data.iterdir() if not path.name.endswith("-shm")}
    for name, content in left.items():
        (home.data / name).write_bytes(content)
        (home.data / name).chmod(0o400)
    home.data.chmod(0o500)
    copy = opened()
    assert copy.read_only
    assert (copy.path, copy.aside) == (home.database, None)
    assert copy.notices == (
        f"{home.database} is read-only, with its newest changes in a log beside it. A copy of both is read, newest changes included,"
        " and removed at the end; notes and bookmarks cannot be saved.",
    )
    assert records(copy) == 623
    assert personal(copy) == ([(*NOTE[:3], "Only in the log", NOTE[4])], [BOOKMARK])
    assert {path.name: path.read_bytes() for path in home.data.iterdir()} == left


def test_a_read_only_copy_of_an_older_schema_is_not_set_aside(home: Home, kept: bytes, opened: Callable[..., Copy]) -> None:
    change(home, "DROP TABLE bookmark", "DROP TABLE note", "DROP TABLE entry_search", "DROP TABLE entry", "PRAGMA user_version = 1")
    home.database.chmod(0o400)
    before = home.database.read_bytes()
    with pytest.raises(CopyError, match="read-only"):
        opened()
    assert [path.name for path in home.data.iterdir()] == [home.database.name]
    assert home.database.read_bytes() == before


def test_a_copy_of_a_newer_program_is_read(home: Home, kept: bytes, opened: Callable[..., Copy]) -> None:
    """Fault 70."""
    change(
        home, f"PRAGMA user_version = {migrations.VERSION + 1}", "ALTER TABLE entry ADD COLUMN later TEXT", "UPDATE meta SET value = 'x'"
    )
    before = home.database.read_bytes()
    copy = opened()
    assert copy.read_only
    assert copy.notices == (
        "This copy was written by a newer ssc-tui. It is open for reading; update the program to write notes and bookmarks.",
    )
    assert records(copy) == 623
    assert personal(copy) == ([NOTE], [BOOKMARK])
    copy.connection.close()
    assert home.database.read_bytes() == before


# Copies of older programs.


def test_a_copy_of_version_1_is_brought_up_to_date(home: Home, opened: Callable[..., Copy]) -> None:
    home.data.mkdir()
    with closing(sqlite3.connect(home.database)) as old:
        old.executescript(
            f"""PRAGMA application_id = {APPLICATION_ID};
            CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE record (kind TEXT NOT NULL, id TEXT NOT NULL, last_modified INTEGER, deleted INTEGER NOT NULL,
                document TEXT NOT NULL, PRIMARY KEY (kind, id));
            INSERT INTO meta VALUES ('origin', 'remote');
            INSERT INTO record VALUES ('partners', 'norec', 5, 0, '{{"id": "norec", "name": "Norec"}}');
            INSERT INTO record VALUES ('partners', 'gone', 6, 1, '{{"id": "gone"}}');
            PRAGMA user_version = 1;"""
        )
    said: list[str] = []
    copy = opened(said.append)
    assert said == ["Bringing the local copy up to date…", "Indexing the local copy anew…"]
    assert copy.notices == (
        "The local copy came from an older ssc-tui and was brought up to date; nothing was lost.",
        "The search index was made anew for this version of ssc-tui.",
    )
    assert not copy.read_only
    assert found(copy, "norec") == ["norec"]
    assert records(copy) == 1
    assert copy.connection.execute("SELECT count(*) FROM record").fetchone() == (2,)
    assert copy.connection.execute("PRAGMA user_version").fetchone() == (migrations.VERSION,)
    assert personal(copy) == ([], [])


def test_a_copy_of_version_0_is_brought_up_to_date(home: Home, opened: Callable[..., Copy]) -> None:
    home.data.mkdir()
    home.database.touch()
    change(home, f"PRAGMA application_id = {APPLICATION_ID}")
    copy = opened()
    assert [notice.split(" ", 3)[:3] for notice in copy.notices] == [["The", "local", "copy"], ["The", "search", "index"]]
    assert records(copy) == 0
    assert personal(copy) == ([], [])
    copy.connection.close()
    assert opened().notices == ()


def test_a_step_that_fails_leaves_the_copy_as_it_was(home: Home, kept: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(copy: sqlite3.Connection) -> None:
        copy.execute("DELETE FROM note")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, fails))
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)
    with pytest.raises(CopyError, match="disk is full"):
        open_copy(home)
    monkeypatch.undo()
    with closing(open_copy(home).connection) as copy:
        assert copy.execute("SELECT * FROM note").fetchall() == [NOTE]


@pytest.mark.parametrize("statement", ["UPDATE meta SET value = '0' WHERE key = 'projection'", "DELETE FROM meta WHERE key = 'projection'"])
def test_a_copy_of_an_older_projection_is_indexed_anew(home: Home, kept: bytes, opened: Callable[..., Copy], statement: str) -> None:
    change(home, statement, "DROP TABLE tally", "UPDATE entry SET title = 'Old title'", "CREATE TABLE flow_of_old (n)")
    said: list[str] = []
    copy = opened(said.append)
    assert said == ["Indexing the local copy anew…"]
    assert copy.notices == ("The search index was made anew for this version of ssc-tui.",)
    assert copy.connection.execute("SELECT count(*) FROM entry WHERE title = 'Old title'").fetchone() == (0,)
    assert copy.connection.execute("SELECT value FROM meta WHERE key = 'projection'").fetchone() == (str(PROJECTION),)
    assert personal(copy) == ([NOTE], [BOOKMARK])


def test_indexing_that_is_stopped_changes_nothing(home: Home, kept: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    change(home, "UPDATE meta SET value = '0' WHERE key = 'projection'")

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(projections, "_add_to_tally", stop)
    with pytest.raises(KeyboardInterrupt):
        open_copy(home)
    with closing(sqlite3.connect(home.database)) as copy:
        assert copy.execute("SELECT count(*) FROM entry").fetchone() == (623,)
        assert copy.execute("SELECT value FROM meta WHERE key = 'projection'").fetchone() == ("0",)


# A newer catalogue in the program.


@pytest.fixture
def newer_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "newer-seed.sqlite"
    meta = {"dataset": "ssc-directory", "origin": "seed", "seed": "newer", "released": "2999-01-01", "format": "1"}
    make_copy(path, [("partners", {"id": "newest", "name": "Newest Partner"})], meta)
    monkeypatch.setattr(seed, "SEED", path)


@pytest.mark.usefixtures("kept", "newer_seed")
def test_a_newer_catalogue_is_taken_over(opened: Callable[..., Copy]) -> None:
    said: list[str] = []
    copy = opened(said.append)
    assert said == ["Taking over the newer catalogue that came with this program…"]
    assert copy.notices == ("The catalogue was refreshed from the newer one that came with ssc-tui; notes and bookmarks stayed.",)
    assert (records(copy), found(copy, "newest")) == (1, ["newest"])
    assert personal(copy) == ([NOTE], [BOOKMARK])
    copy.connection.close()
    assert opened().notices == ()


@pytest.mark.usefixtures("kept", "newer_seed")
def test_a_catalogue_that_met_a_remote_one_is_left_alone(home: Home, opened: Callable[..., Copy]) -> None:
    change(home, "UPDATE meta SET value = 'remote' WHERE key = 'origin'")
    copy = opened()
    assert copy.notices == ()
    assert (records(copy), found(copy, "newest")) == (623, [])
    assert personal(copy) == ([NOTE], [BOOKMARK])


@pytest.mark.usefixtures("kept")
def test_a_later_catalogue_is_not_replaced_by_an_older_one(home: Home, opened: Callable[..., Copy]) -> None:
    change(home, "UPDATE meta SET value = '2999-01-01' WHERE key = 'released'", "UPDATE meta SET value = 'later' WHERE key = 'seed'")
    assert opened().notices == ()


@pytest.fixture(params=[b"", b"no database at all" * 100, None], ids=["empty", "foreign", "missing"])
def broken_seed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped catalogue that cannot be read: the installation is at fault."""
    broken = tmp_path / "broken.sqlite"
    if request.param is not None:
        broken.write_bytes(request.param)
    monkeypatch.setattr(seed, "SEED", broken)
    return broken


def test_a_shipped_catalogue_that_cannot_be_read_harms_no_copy(
    home: Home, kept: bytes, opened: Callable[..., Copy], broken_seed: Path
) -> None:
    copy = opened()
    assert copy.notices == ()
    assert records(copy) == 623
    assert personal(copy) == ([NOTE], [BOOKMARK])
    copy.connection.close()
    assert [path.name for path in home.data.iterdir()] == [home.database.name]
    assert home.database.read_bytes() == kept


def test_a_fresh_home_without_a_shipped_catalogue_is_told(home: Home, broken_seed: Path) -> None:
    there = broken_seed.exists()
    with pytest.raises(CopyError):
        open_copy(home)
    assert broken_seed.exists() is there


# Copies that another program holds.


@pytest.mark.parametrize("notes", [True, False])
def test_a_locked_copy_is_told_and_not_touched(home: Home, monkeypatch: pytest.MonkeyPatch, notes: bool) -> None:
    home.data.mkdir()
    seed.plant(home.database)
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        if notes:
            other.execute("INSERT INTO note VALUES (?, ?, ?, ?, ?)", NOTE)
        before = home.database.read_bytes()
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CopyError, match=r"cannot be opened now: database is locked\. Nothing was changed"):
            open_copy(home)
        other.execute("ROLLBACK")
    assert home.database.read_bytes() == before
    assert [path.name for path in home.data.iterdir()] == [home.database.name]


def test_a_copy_that_is_written_to_is_opened(home: Home, kept: bytes, opened: Callable[..., Copy], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    writer = opened().connection
    writer.execute("BEGIN EXCLUSIVE")
    writer.execute("DELETE FROM note")
    assert personal(opened()) == ([NOTE], [BOOKMARK])


def test_a_copy_that_another_one_writes_to_is_not_brought_up_to_date(
    home: Home, kept: bytes, opened: Callable[..., Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    writer = opened().connection
    writer.execute("UPDATE meta SET value = '0' WHERE key = 'projection'")
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(CopyError, match="database is locked"):
        opened()
    writer.execute("ROLLBACK")
    assert writer.execute("SELECT count(*) FROM entry").fetchone() == (623,)


def test_what_was_stored_is_there_when_opened_again(home: Home, opened: Callable[..., Copy]) -> None:
    store_documents(opened().connection, [("partners", {"id": "a-new-one", "name": "Zoological Garden of Nowhere"})])
    copy = opened()
    assert found(copy, "zoological") == ["a-new-one"]
    assert records(copy) == 624


def test_a_reader_does_not_keep_others_out(home: Home, opened: Callable[..., Copy]) -> None:
    reader = opened().connection
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM entry").fetchone() == (623,)
    store_documents(opened().connection, [("partners", {"id": "a-new-one", "name": "Zoological"})])
    assert reader.execute("SELECT count(*) FROM entry").fetchone() == (623,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM entry").fetchone() == (624,)


def test_a_seed_copy_from_before_a_table_was_projected_takes_the_newer_seed(home: Home, kept: bytes, opened: Callable[..., Copy]) -> None:
    change(
        home,
        "DROP TABLE seat",
        "UPDATE meta SET value = 'older' WHERE key = 'seed'",
        "UPDATE meta SET value = '3' WHERE key = 'projection'",
    )
    copy = opened()
    assert records(copy) == 623
    assert copy.connection.execute("SELECT count(*) FROM seat").fetchone()[0] > 0
    assert personal(copy) == ([NOTE], [BOOKMARK])
