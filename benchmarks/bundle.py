"""Measures bundles of 100,000 records: their size against zstd over the bare records, writing and reading against their floors.

The floor of writing compresses the same lines at the same level. That of reading decompresses them, understands their JSON, and inserts
rows that were made beforehand into the same tables with the same indexes, as the floor of the sync does; what it leaves out is what reading
is for: it checks nothing, derives nothing, compares nothing and keeps no log. What counts is the time of the processor.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

import zstandard

from benchmarks.floor import insert, rows_of
from benchmarks.homes import kept_home
from benchmarks.measures import MISSED, ratio_of_pairs, say, table, verdict
from ssc_tui.paths import Home, find_home
from ssc_tui.store.connection import connect, connect_to_fill, transaction
from ssc_tui.store.loader import make_copy
from ssc_tui.store.standing import Reached, remember, save_reached
from ssc_tui.sync.bundle_form import LEVEL
from ssc_tui.sync.bundle_open import Wishes
from ssc_tui.sync.bundle_read import read_bundle
from ssc_tui.sync.bundle_write import write_bundle
from ssc_tui.sync.pull import ORDER
from ssc_tui.sync.trust import key_to_sign, trust

NUMBER = 100_000
RUNS = 3
PAGE = 1000
MOST_SIZE, MOST_TIME = 1.1, 1.5
BEGINNING = 1_700_000_000_000
"""The first time stamp, in ms."""

DATASET = "made-up-for-benchmarks"
T = TypeVar("T")


def synced_home(folder: Path, number: int) -> Home:
    """A home with the believable catalogue, as if it had been synced."""
    home = find_home(folder)
    home.data.mkdir()
    kept = kept_home(number).database
    with closing(sqlite3.connect(f"{kept.as_uri()}?mode=ro", uri=True)) as source, closing(sqlite3.connect(home.database)) as copy:
        source.backup(copy)
    with closing(connect(home.database)) as copy, transaction(copy):
        copy.execute("UPDATE record SET last_modified = ? + rowid * 7", (BEGINNING,))
        for kind in ORDER:
            save_reached(copy, Reached(kind, BEGINNING + number * 7, BEGINNING + number * 7))
        remember(copy, dataset=DATASET, epoch="benchmark", date=BEGINNING / 1000 + number, synced_at="2026-01-01T00:00:00+00:00")
    return home


def empty_copy(path: Path) -> Path:
    """A copy without records, kept as copies in use are."""
    make_copy(path, [], {"dataset": DATASET, "format": "1", "origin": "benchmark"})
    with closing(connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = WAL")
    return path


def raw_lines(home: Home) -> dict[str, bytes]:
    """The bare records of each collection: documents with their time stamps, a line each."""
    with closing(connect(home.database)) as copy:
        found: dict[str, bytes] = {}
        for kind in ORDER:
            rows = copy.execute("SELECT document, last_modified FROM record WHERE kind = ? ORDER BY id", (kind,))
            found[kind] = "".join(f'{document[:-1]},"last_modified":{stamp}}}\n' for document, stamp in rows).encode()
        return found


class Took(NamedTuple):
    """Seconds by the clock on the wall, and of the processor, where other work on the machine counts for nothing."""

    wall: float
    cpu: float

    def plus(self, other: Took) -> Took:
        """The sum of both."""
        return Took(self.wall + other.wall, self.cpu + other.cpu)


def timed(work: Callable[[], T]) -> tuple[Took, T]:
    """What something takes, and what it gives."""
    began, cpu = time.perf_counter(), time.process_time()
    done = work()
    return Took(time.perf_counter() - began, time.process_time() - cpu), done


def compress_all(raw: dict[str, bytes]) -> dict[str, bytes]:
    """The floor of writing."""
    packed: dict[str, bytes] = {}
    for kind, lines in raw.items():
        into = io.BytesIO()
        with zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(into, closefd=False) as writer:
            writer.write(lines)
        packed[kind] = into.getvalue()
    return packed


def lines_in(content: bytes) -> list[bytes]:
    """The lines of a compressed file."""
    return zstandard.ZstdDecompressor().stream_reader(content).read().splitlines()


def read_floor(packed: dict[str, bytes], made: Path, copy: sqlite3.Connection) -> Took:
    """The floor of reading, without the time in which the rows are fetched from where they were made."""
    all_of_it = Took(0.0, 0.0)
    copy.execute("CREATE TEMP TABLE arriving AS SELECT * FROM entry LIMIT 0")
    with closing(connect(made)) as source:
        for kind, content in packed.items():
            took, lines = timed(partial(lines_in, content))
            all_of_it = all_of_it.plus(took)
            for first in range(0, len(lines), PAGE):
                part = lines[first : first + PAGE]
                took, parsed = timed(partial(json.loads, b"[" + b",".join(part) + b"]"))
                all_of_it = all_of_it.plus(took)
                rows = dict(rows_of(source, kind, [row["id"] for row in parsed]))
                all_of_it = all_of_it.plus(timed(partial(insert, copy, rows))[0])
    return all_of_it


def measure(number: int, runs: int, folder: Path) -> list[Sequence[str]]:
    """The rows of the table."""
    home = synced_home(folder / "writer", number)
    raw = raw_lines(home)
    whole = b"".join(raw.values())
    alone = len(zstandard.ZstdCompressor(level=19).compress(whole))
    file = folder / "carried.sscb"
    writes, write_floors, reads, read_floors = [], [], [], []
    packed: dict[str, bytes] = {}
    size = 0
    for run in range(runs):
        took, packed = timed(partial(compress_all, raw))
        write_floors.append(took)
        took, made = timed(partial(write_bundle, home, file))
        writes.append(took)
        size = made.size
        say(f"write {run + 1}: {took.wall:.1f} s, floor {write_floors[-1].wall:.1f} s")
        reader = find_home(folder / f"reader-{run}")
        reader.data.mkdir()
        empty_copy(reader.database)
        trust(reader, key_to_sign(home, "")[0].key)
        with closing(connect_to_fill(empty_copy(folder / f"floor-{run}.sqlite"))) as copy:
            read_floors.append(read_floor(packed, home.database, copy))
        took, read = timed(partial(read_bundle, reader, file, Wishes()))
        reads.append(took)
        if read.applied.new != number:
            raise RuntimeError(read.words)
        say(f"read {run + 1}: {took.wall:.1f} s, floor {read_floors[-1].wall:.1f} s")
    return [
        (
            "size, MB, against zstd -19",
            f"{size / 1e6:.2f}",
            f"{alone / 1e6:.2f}",
            f"{size / alone:.3f}",
            verdict(size / alone <= MOST_SIZE),
        ),
        *compared("write", writes, write_floors),
        *compared("read", reads, read_floors),
    ]


def compared(what: str, ours: Sequence[Took], floors: Sequence[Took]) -> list[Sequence[str]]:
    """Both sides by the clock and by the processor, which is what counts."""
    listed: list[Sequence[str]] = []
    for how, words in (("wall", "s by the clock"), ("cpu", "s of the processor")):
        own, floor = [getattr(each, how) for each in ours], [getattr(each, how) for each in floors]
        ratio = ratio_of_pairs(own, floor)
        judged = verdict(ratio <= MOST_TIME) if how == "cpu" else ""
        listed.append((f"{what}, {words}", f"{median(own):.1f}", f"{median(floor):.1f}", f"{ratio:.2f}", judged))
    return listed


def main() -> int:
    """Print the table; ends with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bundle", description=__doc__)
    parser.add_argument("--number", type=int, default=NUMBER, help=f"records (default: {NUMBER})")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of each side, in turns (default: {RUNS})")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ssc-tui-bundle-"))
    try:
        rows = measure(asked.number, asked.runs, folder)
    finally:
        shutil.rmtree(folder)
    print(f"Bundles of {asked.number:,} records\n")
    print(table(("", "ours", "floor", "ratio", "target"), rows))
    return int(any(row[-1] == MISSED for row in rows))


if __name__ == "__main__":
    sys.exit(main())
