"""The least that a first sync can do: read the same pages, understand their JSON, insert rows that were made beforehand.

The rows are those of a copy that was synced before, in the same tables with the same indexes, one transaction for each page. What the floor
leaves out is what a sync is for: it checks nothing, derives nothing, compares nothing, keeps no change log, and cannot go on where it was.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple, TypeVar

import httpx

from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.projections import FACETS
from ssc_tui.sync.address import BUCKET
from ssc_tui.sync.pull import ORDER

PAGE = 1000
"""Records of a page: as many as the server gives at once."""

Rows = Sequence[Sequence[Any]]
T = TypeVar("T")

_BY_RECORD = ("record", "link", "handle", "entry")
"""Tables in which a row names its record by `kind` and `id`."""

_OF_A_KIND = (
    ("partners", "capacity", "partner"),
    ("partners", "seat", "id"),
    ("exchanges", "flow", "id"),
    ("contributions", "contribution", "id"),
    ("projects", "request", "id"),
    ("areas", "label", "substr(tag, 6)"),
)
_VERBS = {"word": "INSERT OR IGNORE", "label": "INSERT OR IGNORE"}


class Floor(NamedTuple):
    """What it took: seconds in the network and the server, in JSON, and in SQLite; of the processor; how many records."""

    reading: float
    parsing: float
    inserting: float
    cpu: float
    records: int

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.reading + self.parsing + self.inserting


def run(url: str, made: Path, copy: Connection) -> Floor:
    """Read every page and insert the rows of its records.

    Args:
        url: the address of the server's API.
        made: the copy that has the rows.
        copy: an empty one.
    """
    clock = _Clock()
    number = 0
    copy.execute("CREATE TEMP TABLE arriving AS SELECT * FROM entry LIMIT 0")
    with closing(connect(made)) as source, httpx.Client(headers={"Accept-Encoding": "gzip"}, timeout=60) as client:
        for kind in ORDER:
            since, more = 0, True
            while more:
                path = f"{url}/buckets/{BUCKET}/collections/{kind}/records?_since={since}&_sort=last_modified&_limit={PAGE}"
                content = clock.timed("reading", client.get, path).content
                page = clock.timed("parsing", json.loads, content)["data"]
                # The clock stands while the rows are fetched from where they were made.
                rows = dict(rows_of(source, kind, [row["id"] for row in page]))
                clock.timed("inserting", insert, copy, rows)
                number += len(page)
                more = len(page) == PAGE
                since = page[-1]["last_modified"] if more else since
    return Floor(**clock.seconds, cpu=clock.cpu, records=number)


class _Clock:
    """Runs only while something is timed."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("reading", "parsing", "inserting"), 0.0)
        self.cpu = 0.0

    def timed(self, part: str, work: Callable[..., T], *values: Any) -> T:
        began, cpu = time.perf_counter(), time.process_time()
        done = work(*values)
        self.seconds[part] += time.perf_counter() - began
        self.cpu += time.process_time() - cpu
        return done


def rows_of(source: Connection, kind: str, ids: Sequence[str]) -> Iterator[tuple[str, Rows]]:
    """The rows of each table that these records have."""
    marks = ", ".join("?" * len(ids))
    for table in _BY_RECORD:
        yield table, source.execute(f"SELECT * FROM {table} WHERE kind = ? AND id IN ({marks}) ORDER BY 1", (kind, *ids)).fetchall()
    for of, table, named in _OF_A_KIND:
        if of == kind:
            yield table, source.execute(f"SELECT * FROM {table} WHERE {named} IN ({marks})", ids).fetchall()
    entries = source.execute(f"SELECT name, tags FROM entry WHERE kind = ? AND id IN ({marks})", (kind, *ids)).fetchall()
    yield "word", [(word,) for word in dict.fromkeys(word for name, _tags in entries for word in name.split())]
    counted = Counter(facet for _name, tags in entries for facet in _facets(kind, tags))
    yield "tally", [(*facet, number) for facet, number in counted.items()]


def _facets(kind: str, tags: str) -> Iterator[tuple[str, str, str]]:
    yield kind, "kind", kind
    for field, _mark, value in (tag.partition("_") for tag in tags.split()):
        if field in FACETS:
            yield kind, field, value


def insert(copy: Connection, made_rows: Mapping[str, Rows]) -> None:
    """Insert ready-made rows of a page, by their tables, in one transaction."""
    with transaction(copy):
        for table, rows in made_rows.items():
            if not rows:
                continue
            # As the sync does: one statement for the entries, since each makes the full-text index write a segment.
            into = "arriving" if table == "entry" else table
            end = " ON CONFLICT DO UPDATE SET n = n + excluded.n" if table == "tally" else ""
            copy.executemany(f"{_VERBS.get(table, 'INSERT')} INTO {into} VALUES ({', '.join('?' * len(rows[0]))}){end}", rows)
        copy.execute("INSERT INTO entry SELECT * FROM arriving ORDER BY place")
        copy.execute("DELETE FROM arriving")
