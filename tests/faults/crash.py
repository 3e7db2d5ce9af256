"""What a crash leaves: the files of a copy as they are before a statement, taken while the run goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from types import ModuleType
from unittest import mock

from ssc_tui.store.connection import connect_to_fill
from ssc_tui.sync import run

Statement = Callable[[int], None]


@contextmanager
def before_each_statement(do: Statement, work: ModuleType = run) -> Iterator[None]:
    """Runs of the sync, or of other work that fills a copy, call this with the number of the statement that comes, from 1 on."""

    def traced(path: Path) -> Connection:
        opened = connect_to_fill(path)
        number = 0

        def count(_statement: str) -> None:
            nonlocal number
            number += 1
            do(number)

        opened.set_trace_callback(count)
        return opened

    with mock.patch.object(work, "connect_to_fill", traced):
        yield


def statements_of(do: Callable[[], object], work: ModuleType = run) -> int:
    """Do it undisturbed; returns how many statements it takes."""
    statements = 0

    def count(number: int) -> None:
        nonlocal statements
        statements = number

    with before_each_statement(count, work):
        do()
    return statements


def keep_as_crashed(database: Path, folder: Path) -> None:
    """Put the file and its log into a folder, as the next start would find them: a process that is killed takes nothing else with it."""
    folder.mkdir()
    for file in (database, database.with_name(database.name + "-wal")):
        if file.exists():
            shutil.copyfile(file, folder / file.name)


def put_as_crashed(folder: Path, database: Path) -> None:
    """Let a copy be as it was kept."""
    for file in folder.iterdir():
        shutil.copyfile(file, database.with_name(file.name))
    log = database.name + "-wal"
    if not (folder / log).exists():
        database.with_name(log).unlink(missing_ok=True)
    database.with_name(database.name + "-shm").unlink(missing_ok=True)


def kill(
    database: Path, at: int, folder: Path, do: Callable[[], object], work: ModuleType = run, dies: Callable[[], object] = lambda: None
) -> None:
    """Kill at a statement of what is done: the copy is left as that leaves it. `dies` ends what else goes with the process."""

    def at_last(number: int) -> None:
        if number == at:
            keep_as_crashed(database, folder)
            dies()

    with before_each_statement(at_last, work):
        do()
    put_as_crashed(folder, database)
    shutil.rmtree(folder)
