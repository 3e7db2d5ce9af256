from __future__ import annotations

import errno
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ssc_tui.errors import CopyError
from ssc_tui.store import connection
from ssc_tui.store.connection import connect, is_damage, transaction, writable
from ssc_tui.store.stand_in import is_stand_in


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A database of one table in a folder of its own, which may be written again at the end."""
    folder = tmp_path / "a folder? 100% #é"
    folder.mkdir()
    database = folder / "file?#.sqlite"
    with closing(sqlite3.connect(database)) as made:
        made.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT UNIQUE)")
        made.execute("INSERT INTO t VALUES (1, 'one')")
        made.commit()
    yield database
    folder.chmod(0o700)


def numbers(copy: sqlite3.Connection) -> list[int]:
    return [row[0] for row in copy.execute("SELECT n FROM t ORDER BY n")]


def test_a_connection_commits_each_statement(path: Path) -> None:
    with closing(connect(path)) as one, closing(connect(path)) as other:
        one.execute("INSERT INTO t VALUES (2, 'two')")
        assert numbers(other) == [1, 2]


def test_a_connection_holds_to_foreign_keys_and_waits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 1.25)
    with closing(connect(path)) as copy:
        asked = ("foreign_keys", "synchronous", "busy_timeout")
        assert [copy.execute(f"PRAGMA {name}").fetchone()[0] for name in asked] == [1, 2, 1250]


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        connect(tmp_path / "missing.sqlite")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("of_file", "of_folder", "expected"), [(0o600, 0o700, True), (0o400, 0o700, False), (0o600, 0o500, False)])
def test_writable(path: Path, of_file: int, of_folder: int, expected: bool) -> None:
    path.chmod(of_file)
    path.parent.chmod(of_folder)
    assert writable(path) is expected


@pytest.mark.parametrize(("of_file", "of_folder"), [(0o400, 0o700), (0o600, 0o500)])
def test_what_is_marked_read_only_is_read_and_never_written(path: Path, of_file: int, of_folder: int) -> None:
    path.chmod(of_file)
    path.parent.chmod(of_folder)
    before = path.read_bytes()
    with closing(connect(path)) as copy:
        assert numbers(copy) == [1]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            copy.execute("INSERT INTO t VALUES (2, 'two')")
        assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_read_only_file_is_read_with_its_log(path: Path) -> None:
    with closing(connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO t VALUES (2, 'two')")
        path.chmod(0o400)
        with closing(connect(path)) as copy:
            assert numbers(copy) == [1, 2]
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                copy.execute("DELETE FROM t")


def test_an_empty_log_beside_a_read_only_file_is_no_hindrance(path: Path) -> None:
    path.with_name(path.name + "-wal").touch()
    path.chmod(0o400)
    with closing(connect(path)) as copy:
        assert numbers(copy) == [1]


def leave(path: Path, mode: str, *, shared: bool = False) -> dict[str, bytes]:
    """Leave the file as a program that was killed leaves it, one row committed in a log beside it, and marked read-only."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute(f"PRAGMA journal_mode = {mode}")
        copy.execute("PRAGMA cache_size = 1")
        copy.execute("CREATE TABLE wide (text)")
        if mode == "delete":
            # A transaction that was not committed is half in the file, and the journal holds what was there before.
            copy.execute("BEGIN")
            copy.execute("UPDATE t SET word = 'half done'")
            copy.executemany("INSERT INTO wide VALUES (?)", [("x" * 4000,)] * 50)
        else:
            copy.execute("INSERT INTO t VALUES (2, 'two')")
        left = {each.name: each.read_bytes() for each in path.parent.iterdir() if shared or not each.name.endswith("-shm")}
        if mode == "delete":
            copy.execute("ROLLBACK")
    for each in path.parent.iterdir():
        each.unlink()
    for name, content in left.items():
        (path.parent / name).write_bytes(content)
        (path.parent / name).chmod(0o400)
    path.parent.chmod(0o500)
    return left


@pytest.mark.parametrize(("mode", "shared", "found"), [("wal", False, [1, 2]), ("wal", True, [1, 2]), ("delete", False, [1])])
def test_what_a_log_on_a_read_only_medium_holds_is_read_and_nothing_there_is_changed(
    path: Path, mode: str, shared: bool, found: list[int]
) -> None:
    left = leave(path, mode, shared=shared)
    assert len(left) == 2 + shared
    for _again in range(2):
        with closing(connect(path)) as copy:
            assert numbers(copy) == found
            assert copy.execute("SELECT word FROM t WHERE n = 1").fetchone() == ("one",)
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                copy.execute("DELETE FROM t")
            assert is_stand_in(copy) is not shared
            assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == left


def test_a_stand_in_is_made_once_and_anew_for_what_changed(path: Path) -> None:
    leave(path, "wal")
    with closing(connect(path)) as one, closing(connect(path)) as other:
        stand_in, again = (Path(each.execute("PRAGMA database_list").fetchone()[2]) for each in (one, other))
    assert stand_in == again
    assert stat.S_IMODE(stand_in.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(stand_in.stat().st_mode) == 0o600
    assert list(stand_in.parent.iterdir()) == [stand_in]
    path.parent.chmod(0o700)
    log = path.with_name(path.name + "-wal")
    log.chmod(0o600)
    # The log without its last transaction.
    log.write_bytes(log.read_bytes()[: 32 + 4120])
    path.parent.chmod(0o500)
    with closing(connect(path)) as copy:
        assert numbers(copy) == [1]


def test_a_stand_in_is_gone_with_the_program(path: Path) -> None:
    leave(path, "wal")
    script = (
        "import sys; from pathlib import Path; from ssc_tui.store.connection import connect\n"
        "copy = connect(Path(sys.argv[1])); print(copy.execute('PRAGMA database_list').fetchone()[2])"
    )
    said = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith(path.name)
    assert not Path(said.strip()).parent.exists()


def test_no_room_for_a_stand_in_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    leave(path, "wal")
    monkeypatch.setattr(shutil, "copyfile", fill)
    with pytest.raises(CopyError, match=r"No space left on device.*TMPDIR"):
        connect(path)


def test_a_transaction_is_kept(path: Path) -> None:
    with closing(connect(path)) as copy, closing(connect(path)) as other:
        with transaction(copy):
            copy.execute("INSERT INTO t VALUES (2, 'two')")
            assert numbers(other) == [1]
        assert numbers(other) == [1, 2]
        assert not copy.in_transaction


def write_and_raise(copy: sqlite3.Connection, error: BaseException) -> None:
    with transaction(copy):
        copy.execute("INSERT INTO t VALUES (2, 'two')")
        raise error


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_transaction_that_fails_changes_nothing(path: Path, error: BaseException) -> None:
    with closing(connect(path)) as copy:
        with pytest.raises(type(error)) as raised:
            write_and_raise(copy, error)
        assert raised.value is error
        assert numbers(copy) == [1]
        assert not copy.in_transaction


def test_only_one_transaction_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with closing(connect(path)) as one, closing(connect(path)) as other, transaction(one):
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(other):
            raise AssertionError("not reached")
        assert not other.in_transaction


def test_a_commit_that_fails_leaves_no_transaction_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with closing(connect(path)) as copy, closing(connect(path)) as reader:
        reader.execute("BEGIN")
        assert numbers(reader) == [1]
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(copy):
            copy.execute("INSERT INTO t VALUES (2, 'two')")
        assert not copy.in_transaction
        reader.execute("ROLLBACK")
        assert numbers(copy) == [1]


def test_what_went_wrong_is_raised_though_sqlite_has_rolled_back_by_itself(path: Path) -> None:
    with closing(connect(path)) as copy:
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), transaction(copy):
            copy.execute("INSERT OR ROLLBACK INTO t VALUES (2, 'one')")
        assert numbers(copy) == [1]


def test_a_file_that_is_no_database_is_damage_and_not_held_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_text("This is no database, though it is long enough to be taken for one at first sight." * 20)
    opened: list[sqlite3.Connection] = []
    really_connect = sqlite3.connect

    def remember(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(really_connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remember)
    with pytest.raises(sqlite3.DatabaseError, match="not a database") as raised:
        connect(foreign)
    assert is_damage(raised.value)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT * FROM missing", True),
        ("SELECT missing FROM t", True),
        ("SELECT FROM WHERE", False),
        ("INSERT INTO t VALUES (1, 'again')", False),
        ("SELECT load_extension('x')", False),
    ],
)
def test_which_errors_are_damage(path: Path, statement: str, expected: bool) -> None:
    with closing(connect(path)) as copy, pytest.raises(sqlite3.DatabaseError) as raised:
        copy.execute(statement)
    assert is_damage(raised.value) is expected


def test_a_missing_module_of_sqlite_is_no_damage(path: Path) -> None:
    with closing(connect(path)) as copy, pytest.raises(sqlite3.OperationalError) as raised:
        copy.execute("CREATE VIRTUAL TABLE v USING module_that_is_not_there(a)")
    assert not is_damage(raised.value)


def test_an_error_without_a_code_is_no_damage() -> None:
    assert not is_damage(sqlite3.DatabaseError("made by hand"))


def test_a_locked_file_is_no_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    with closing(connect(path)) as one, closing(connect(path)) as other:
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            numbers(other)
        assert not is_damage(raised.value)
