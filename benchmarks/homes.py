"""Home folders with a made-up catalogue: made once, kept under `benchmarks/made`, and made anew when what they follow from has changed."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.believable import documents
from ssc_tui.paths import Home, find_home, make_private
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.loader import make_copy
from ssc_tui.store.projections import TABLES

Documents = Iterable[tuple[str, dict[str, Any]]]

HERE = Path(__file__).parent
MADE = HERE / "made"

MARKED = 300
"""Records that are bookmarked, where there are so many."""

SAMPLE = 400
"""Records whose rows tell whether the code still makes what it made."""


def kept_home(number: int) -> Home:
    """The home with the believable catalogue of that size, made first where it is missing or no longer what the code would make."""
    folder = MADE / str(number)
    home = find_home(folder)
    if home.database.exists() and _made_with(home.database) != recipe():
        for old in home.data.glob(f"{home.database.name}*"):
            old.unlink()
    if not home.database.exists():
        make_home(folder, documents(number), number)
    return home


def make_home(folder: Path, given: Documents, number: int) -> Home:
    """Make a copy of the documents in the folder, and say on stderr how far it is.

    Args:
        folder: the home folder; made where it is missing.
        given: kind and document of each record.
        number: how many there are.

    Raises:
        FileExistsError: the folder holds a catalogue.
    """
    home = find_home(folder)
    if home.database.exists():
        raise FileExistsError(home.database)
    make_private(home.data)
    fresh = home.database.with_suffix(".new")
    for leftover in home.data.glob(f"{fresh.name}*"):
        leftover.unlink()
    said = _Progress()
    meta = {"dataset": "made-up-for-benchmarks", "format": "1", "origin": "benchmark", "released": "2026-01-01", "recipe": recipe()}
    make_copy(fresh, said.storing(given, number), meta, said.projecting)
    copy = connect(fresh)
    mark(copy)
    copy.execute("PRAGMA journal_mode = WAL")
    copy.close()
    fresh.replace(home.database)
    said.done(home.database)
    return home


def mark(copy: sqlite3.Connection) -> None:
    """Bookmark a few hundred records from all over a copy, and write a note about every other of them."""
    number = copy.execute("SELECT max(rowid) FROM record").fetchone()[0]
    chosen = [(rowid,) for rowid in range(1, number + 1, max(1, number // MARKED))]
    with transaction(copy):
        copy.executemany("INSERT INTO bookmark SELECT kind, id, '2026-01-01T00:00:00+00:00' FROM record WHERE rowid = ?", chosen)
        copy.executemany(
            "INSERT INTO note SELECT 'made-up-' || rowid, kind, id, '(made up)', '2026-01-01T00:00:00+00:00' FROM record WHERE rowid = ?",
            chosen[::2],
        )


@cache
def recipe() -> str:
    """A digest of a small copy, table by table: another one says that documents or projection have changed."""
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.sqlite"
        make_copy(path, documents(SAMPLE), {})
        copy = sqlite3.connect(path)
        for table, statement in copy.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall():
            digest.update(repr(statement).encode())
            if table in ("record", *TABLES):
                digest.update(repr(copy.execute(f"SELECT * FROM {table}").fetchall()).encode())
        copy.close()
    return digest.hexdigest()[:16]


def _made_with(database: Path) -> str | None:
    copy = sqlite3.connect(database)
    try:
        found = copy.execute("SELECT value FROM meta WHERE key = 'recipe'").fetchone()
    except sqlite3.DatabaseError:
        return None
    finally:
        copy.close()
    return found[0] if found else None


class _Progress:
    """Says on stderr what is being done and how long it took."""

    def __init__(self) -> None:
        self.began = self.step = time.perf_counter()

    def storing(self, given: Documents, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
        for done, each in enumerate(given, 1):
            if done % 5000 == 0 or done == number:
                self._show("making and storing", done, number)
            yield each

    def projecting(self, done: int, number: int) -> None:
        self._show("projecting", done, number)
        if done == number:
            print("indexing…", file=sys.stderr)

    def done(self, database: Path) -> None:
        seconds = time.perf_counter() - self.step
        size = database.stat().st_size / 1e6
        whole = time.perf_counter() - self.began
        print(f"indexed in {seconds:.1f} s; {database} holds {size:.1f} MB, made in {whole:.1f} s", file=sys.stderr)

    def _show(self, what: str, done: int, number: int) -> None:
        seconds = time.perf_counter() - self.step
        last = done == number
        print(f"\r{what} {done:,} of {number:,}" + (f" in {seconds:.1f} s\n" if last else ""), end="", file=sys.stderr, flush=True)
        if last:
            self.step = time.perf_counter()
