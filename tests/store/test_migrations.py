from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from ssc_tui.store import migrations, tables
from ssc_tui.store.connection import connect
from ssc_tui.store.migrations import STEPS, VERSION, migrate

Columns = list[tuple[str, str, bool, int]]
"""Name, type, whether NULL is refused, and the place in the primary key, of each column."""

BY_HAND = (
    "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE record (kind TEXT NOT NULL, id TEXT NOT NULL, last_modified INTEGER, deleted INTEGER NOT NULL,"
    " document TEXT NOT NULL, PRIMARY KEY (kind, id))",
    "INSERT INTO meta VALUES ('dataset', 'test')",
    """INSERT INTO record VALUES ('partners', 'norec', 5, 0, '{"id":"norec","name":"Norec"}')""",
    "PRAGMA user_version = 1",
)
"""A copy as version 1 made it."""


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "copy.sqlite"
    path.touch()
    return path


@pytest.fixture
def copy(empty: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(empty)) as connection:
        yield connection


def version(copy: sqlite3.Connection) -> int:
    return int(copy.execute("PRAGMA user_version").fetchone()[0])


def tables_of(copy: sqlite3.Connection) -> set[str]:
    return {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def columns_of(copy: sqlite3.Connection, table: str) -> Columns:
    return [(name, of_type, bool(refused), key) for _, name, of_type, refused, _, key in copy.execute(f"PRAGMA table_info({table})")]


def columns_of_class(table: str) -> Columns:
    """The columns as the classes have them, with the types as the schema writes them."""
    model = SQLModel.metadata.tables[table]
    keys = [column.name for column in model.primary_key.columns]
    words = {"VARCHAR": "TEXT", "INTEGER": "INTEGER", "FLOAT": "REAL"}
    return [
        (column.name, words[str(column.type)], not column.nullable, keys.index(column.name) + 1 if column.name in keys else 0)
        for column in model.columns
    ]


def test_there_is_a_step_for_each_version() -> None:
    assert VERSION == len(STEPS) == 8


def test_an_empty_file_gets_the_whole_schema(copy: sqlite3.Connection) -> None:
    assert migrate(copy) == 0
    assert version(copy) == VERSION
    sync = {"remote", "collection", "seen", "quarantine", "run", "change"}
    kept = {"note", "bookmark", "saved_search", "own"}
    assert tables_of(copy) == {"meta", "record", *kept, *sync, "pending_edit", "edited", "conflict", "travelled"}
    assert migrate(copy) == VERSION


def test_version_1_as_made_by_hand_keeps_its_records(copy: sqlite3.Connection) -> None:
    for statement in BY_HAND:
        copy.execute(statement)
    assert migrate(copy) == 1
    assert version(copy) == VERSION
    assert copy.execute("SELECT * FROM record").fetchall() == [("partners", "norec", 5, 0, '{"id":"norec","name":"Norec"}')]
    assert copy.execute("SELECT * FROM meta").fetchall() == [("dataset", "test")]
    assert copy.execute("SELECT count(*) FROM note").fetchone() == copy.execute("SELECT count(*) FROM bookmark").fetchone() == (0,)


def test_the_first_step_makes_what_version_1_had(copy: sqlite3.Connection, tmp_path: Path) -> None:
    other_path = tmp_path / "other.sqlite"
    other_path.touch()
    with closing(connect(other_path)) as other:
        for statement in BY_HAND:
            other.execute(statement)
        STEPS[0](copy)
        assert tables_of(copy) == tables_of(other) == {"meta", "record"}
        assert columns_of(copy, "meta") == columns_of(other, "meta")
        assert columns_of(copy, "record") == columns_of(other, "record")


@pytest.mark.parametrize("steps", range(VERSION))
def test_every_older_version_ends_with_the_same_schema(
    copy: sqlite3.Connection, make: Callable[..., sqlite3.Connection], steps: int
) -> None:
    for step in STEPS[:steps]:
        step(copy)
    copy.execute(f"PRAGMA user_version = {steps}")
    migrate(copy)
    made = make()
    durable = ", ".join(f"'{table}'" for table in tables_of(copy))
    schema = f"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name IN ({durable}) ORDER BY type, name"
    assert copy.execute(schema).fetchall() == made.execute(schema).fetchall()


def test_a_step_that_fails_is_rolled_back_and_those_before_are_kept(copy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half_made (n)")
        connection.execute("SELECT * FROM table_that_is_not_there")

    monkeypatch.setattr(migrations, "STEPS", (STEPS[0], fails))
    with pytest.raises(sqlite3.OperationalError, match="table_that_is_not_there"):
        migrate(copy)
    assert version(copy) == 1
    assert tables_of(copy) == {"meta", "record"}
    assert not copy.in_transaction
    monkeypatch.undo()
    assert migrate(copy) == 1
    assert version(copy) == VERSION


def test_what_went_wrong_is_raised_though_sqlite_has_rolled_back_by_itself(
    copy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.execute("INSERT OR ROLLBACK INTO t VALUES (1)")

    monkeypatch.setattr(migrations, "STEPS", (fails, STEPS[1]))
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        migrate(copy)
    assert (version(copy), tables_of(copy)) == (0, set())


def test_steps_that_another_process_took_meanwhile_are_not_taken_again(
    copy: sqlite3.Connection, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[sqlite3.Connection] = []

    def noted(step: Callable[[sqlite3.Connection], None]) -> Callable[[sqlite3.Connection], None]:
        def take(connection: sqlite3.Connection) -> None:
            taken.append(connection)
            step(connection)

        return take

    monkeypatch.setattr(migrations, "STEPS", tuple(map(noted, STEPS)))
    with closing(connect(empty)) as other:
        waiting = [other]

        def take_over(statement: str) -> None:
            if statement == "BEGIN IMMEDIATE" and waiting:
                migrate(waiting.pop())
                other.execute("INSERT INTO meta VALUES ('made by', 'the other')")

        copy.set_trace_callback(take_over)
        assert migrate(copy) == 0
        assert waiting == []
        assert taken == [other] * VERSION
        assert version(copy) == VERSION
        assert copy.execute("SELECT * FROM meta").fetchall() == [("made by", "the other")]


def test_a_newer_version_is_left_alone(copy: sqlite3.Connection) -> None:
    copy.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert migrate(copy) == VERSION + 1
    assert tables_of(copy) == set()


# The classes.

CLASSES = {
    "meta": tables.Meta,
    "record": tables.Record,
    "note": tables.Note,
    "bookmark": tables.Bookmark,
    "saved_search": tables.SavedSearch,
    "own": tables.Own,
    "remote": tables.RemoteState,
    "collection": tables.Collection,
    "seen": tables.Seen,
    "quarantine": tables.Quarantine,
    "run": tables.Run,
    "change": tables.Change,
    "pending_edit": tables.PendingEdit,
    "edited": tables.Edited,
    "conflict": tables.Conflict,
    "travelled": tables.Travelled,
    "entry": tables.EntryRow,
    "link": tables.LinkRow,
    "capacity": tables.Capacity,
    "seat": tables.Seat,
    "flow": tables.Flow,
    "contribution": tables.Contribution,
    "request": tables.Request,
}

UNTYPED = {"handle", "label", "word", "tally", "moved"}
"""Tables that are only looked up, by a statement of their own."""


@pytest.mark.parametrize("table", CLASSES)
def test_tables_are_as_their_classes_say(make: Callable[..., sqlite3.Connection], table: str) -> None:
    assert SQLModel.metadata.tables[table] is CLASSES[table].__table__  # type: ignore[attr-defined]
    assert columns_of(make(), table) == columns_of_class(table)


def test_every_table_has_a_class(make: Callable[..., sqlite3.Connection]) -> None:
    made = {name for name in tables_of(make()) if not name.startswith(("entry_search", "sqlite_"))}
    assert made == {*CLASSES, *UNTYPED}
