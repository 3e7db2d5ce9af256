"""Runs a sync again and again in a child that is killed at a given statement or byte, and looks at what is left. A program of its own.

It has no threads, so that a child can be forked after all imports; that makes thousands of kills affordable.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import keyring
from httpcore._backends.sync import SyncStream
from keyring.backends.fail import Keyring

from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import connection, doctor
from ssc_tui.store.standing import reached, standing
from ssc_tui.sync import pace, run
from ssc_tui.sync.pace import Patience
from ssc_tui.sync.report import Report, Wishes

PAGE = 10
HASTY = Patience(connect=10, read=60, answer=60, first=0.01, most=0.1)


class Job(NamedTuple):
    """What to do.

    Attributes:
        before: a copy that has something to receive.
        folder: where to work.
        url: of the catalogue.
        at: `statement` or `byte`.
        places: the places at which to kill; all where empty.
        stride: between two places where all are asked for, and `first` the first of them.
        epoch: of the catalogue.
        expected: every row of each kind on the server, tombstones too.
        changes: what the change log says after a run that was not disturbed.
    """

    before: str
    folder: str
    url: str
    at: str
    places: list[int]
    first: int
    stride: int
    epoch: str
    expected: dict[str, list[dict[str, Any]]]
    changes: list[list[str]]


class Wrong(Exception):
    """What must hold after a kill does not."""


def sync(home: Home, url: str) -> Report:
    return run.Sync(home, Settings(remote=url), Wishes(accept_removals=True), patience=HASTY).run()


def count_statements(count: Callable[[], None]) -> None:
    """Let every statement of every connection be counted before it is run, those of triggers and of the full-text index too."""

    def traced(path: Path) -> sqlite3.Connection:
        made = connection.connect_to_fill(path)
        made.set_trace_callback(lambda _statement: count())
        return made

    run.connect_to_fill = traced  # type: ignore[attr-defined]


def count_bytes(count: Callable[[], None]) -> None:
    """Let every byte from the server be received by itself."""
    read = SyncStream.read

    def one_by_one(stream: SyncStream, max_bytes: int, timeout: float | None = None) -> bytes:
        del max_bytes
        count()
        return read(stream, 1, timeout)

    SyncStream.read = one_by_one  # type: ignore[assignment, method-assign]


COUNTING = {"statement": count_statements, "byte": count_bytes}


def in_a_child(home: Home, job: Job, kill_at: int | None) -> tuple[int, int]:
    """Sync in a child, which is killed before the statement or byte of that number; its status, and how many there were."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        number = 0

        def count() -> None:
            nonlocal number
            number += 1
            if number == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        os.close(reading)
        COUNTING[job.at](count)
        try:
            report = sync(home, job.url)
            outcome = report.outcome if report.outcome == "ok" else str(report)
            os.write(writing, json.dumps([outcome, number]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        said = answers.read()
    _child, status = os.waitpid(child, 0)
    if kill_at is None:
        outcome, number = json.loads(said)
        demand(outcome == "ok", f"undisturbed: {outcome}")
        return status, int(number)
    return status, 0


def demand(holds: bool, words: str) -> None:
    if not holds:
        raise Wrong(words)


def look(home: Home, job: Job) -> None:
    """What must hold at every moment: the file is whole, everything projected fits its document, no cursor is ahead of what is stored."""
    with closing(connection.connect(home.database)) as copy:
        demand(copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "integrity")
        demand(copy.execute("PRAGMA foreign_key_check").fetchall() == [], "foreign keys")
        for finding in doctor.examine(copy):
            demand(finding.ok, f"doctor: {finding}")
        # How far an earlier history was read says nothing about this one.
        met = standing(copy).epoch == job.epoch
        for kind, rows in job.expected.items() if met else ():
            state = reached(copy, kind)
            held = {
                record_id: (stamp, deleted)
                for record_id, stamp, deleted in copy.execute("SELECT id, last_modified, deleted FROM record WHERE kind = ?", (kind,))
            }
            for row in rows:
                if row["last_modified"] > state.cursor:
                    continue
                stamp, deleted = held.get(row["id"], (None, True))
                demand(bool(deleted) == bool(row.get("deleted")), f"cursor of {kind} is past {row['id']}, which is not what it should be")
                demand(row.get("deleted", False) or stamp == row["last_modified"], f"{row['id']} is of another version")
                if state.resync and not row.get("deleted"):
                    seen = copy.execute("SELECT 1 FROM seen WHERE kind = ? AND id = ?", (kind, row["id"])).fetchone()
                    demand(seen is not None, f"{row['id']} is not marked as seen")


def look_at_the_end(home: Home, job: Job) -> None:
    """What must hold after one more run: the copy is the server's, and each change is told once."""
    look(home, job)
    with closing(connection.connect(home.database)) as copy:
        for kind, rows in job.expected.items():
            expected = {
                row["id"]: {name: value for name, value in row.items() if name != "schema"} for row in rows if not row.get("deleted")
            }
            found = {
                record_id: {**json.loads(document), "last_modified": stamp}
                for record_id, stamp, document in copy.execute(
                    "SELECT id, last_modified, document FROM record WHERE kind = ? AND NOT deleted", (kind,)
                )
            }
            demand(found == expected, f"{kind}: {found.keys() ^ expected.keys() or 'content'}")
        told = [list(row) for row in copy.execute("SELECT kind, record_id, change, fields FROM change ORDER BY 1, 2, 3")]
        demand(told == job.changes, f"change log: {told}")
        demand(copy.execute("SELECT count(*) FROM seen").fetchone() == (0,), "seen")


def kill_once(job: Job, place: int) -> None:
    folder = Path(job.folder) / f"{job.at}-{place}"
    folder.mkdir()
    home = Home(folder, folder, folder)
    shutil.copyfile(job.before, home.database)
    status, _number = in_a_child(home, job, place)
    demand(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"the child was not killed but ended with {status}")
    if place % 3 == 0:
        # Or the power went, and what had not yet come into the file itself is lost.
        for end in ("-wal", "-shm"):
            home.database.with_name(home.database.name + end).unlink(missing_ok=True)
    look(home, job)
    report = sync(home, job.url)
    demand(report.outcome == "ok", f"{report}")
    look_at_the_end(home, job)
    shutil.rmtree(folder)


def main() -> None:
    """Do the job that stands on standard input; prints how many places there are, how many were tried, and what was wrong at which."""
    job = Job(**json.load(sys.stdin))
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    for name in ("FIRST_LIMIT", "LEAST", "MOST"):
        setattr(pace, name, PAGE)
    folder = Path(job.folder) / "whole"
    folder.mkdir()
    home = Home(folder, folder, folder)
    shutil.copyfile(job.before, home.database)
    _status, number = in_a_child(home, job, None)
    look_at_the_end(home, job)
    wrong = {}
    places = [1 + place % number for place in job.places] or list(range(1 + job.first, number + 1, job.stride))
    for place in dict.fromkeys(places):
        try:
            kill_once(job, place)
        except Exception as error:
            wrong[place] = f"{type(error).__name__}: {error}"
    print(json.dumps({"number": number, "tried": len(set(places)), "wrong": wrong}))


if __name__ == "__main__":
    main()
