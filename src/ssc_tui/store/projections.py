"""The tables that follow from the documents, and the one place where their rows are written.

They hold nothing of their own: `rebuild` makes them anew from the documents, `apply` keeps them in step with the records that changed.

The full-text index gives its matches in the order of `entry.place`, so places follow the order of names: the first page of any search is
then a walk that stops after fifty rows, however many match (see "prefix indexes" and "external content tables" in
https://www.sqlite.org/fts5.html).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from sqlite3 import Connection
from types import MappingProxyType
from typing import TypeVar

from ssc_tui.catalogue.labels import country_labels
from ssc_tui.catalogue.projection import (
    DEPENDENT,
    FILED,
    NAMED,
    VERSION,
    Entry,
    Look,
    Projection,
    Stub,
    project,
    stub,
    stub_of,
)
from ssc_tui.catalogue.typed import TABLES as TYPED
from ssc_tui.catalogue.typed import Document
from ssc_tui.store import moved, overlay, places

FACETS = ("area", "country", "fund", "modality", "region", "sdg", "stage", "status", "type", "year")
"""Tags that are counted for each kind, so that filters can say how many they leave."""

_TABLES = (
    """CREATE TABLE entry (
        place INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, acronym TEXT NOT NULL,
        code TEXT NOT NULL, city TEXT NOT NULL, countries TEXT NOT NULL, start TEXT, finish TEXT, persons INTEGER, checked TEXT,
        sort TEXT NOT NULL, country_sort TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, tags TEXT NOT NULL)""",
    """CREATE VIRTUAL TABLE entry_search USING fts5(name, body, tags, content='entry', content_rowid='place', detail='column',
        columnsize=0, tokenize="ascii tokenchars '_-'", prefix='1 2 3 4 5 6')""",
    """CREATE TABLE link (kind TEXT NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, to_kind TEXT NOT NULL, to_id TEXT NOT NULL,
        position INTEGER NOT NULL, PRIMARY KEY (kind, id, role, to_kind, to_id)) WITHOUT ROWID""",
    """CREATE TABLE handle (handle TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (handle, kind, id))
        WITHOUT ROWID""",
    """CREATE TABLE label (word TEXT NOT NULL, tag TEXT NOT NULL, english TEXT NOT NULL, PRIMARY KEY (word, tag, english))
        WITHOUT ROWID""",
    """CREATE TABLE word (word TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID""",
    """CREATE TABLE tally (kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (kind, field, value)) WITHOUT ROWID""",
    """CREATE TABLE capacity (partner TEXT NOT NULL, side TEXT NOT NULL, id TEXT NOT NULL, area TEXT, topic TEXT, sector TEXT, level TEXT,
        language TEXT, valid_until TEXT, PRIMARY KEY (partner, side, id)) WITHOUT ROWID""",
    """CREATE TABLE seat (id TEXT NOT NULL PRIMARY KEY, country TEXT, lat REAL, lon REAL) WITHOUT ROWID""",
    """CREATE TABLE flow (id TEXT NOT NULL PRIMARY KEY, project TEXT, round TEXT, sender TEXT, host TEXT, kind TEXT, planned INTEGER,
        actual INTEGER, months REAL, start TEXT, finish TEXT, status TEXT, need TEXT, sender_country TEXT, host_country TEXT)""",
    moved.TABLE,
    """CREATE TABLE contribution (id TEXT NOT NULL PRIMARY KEY, project TEXT, giver TEXT, receiver TEXT, year TEXT, kind TEXT,
        quantity REAL, unit TEXT, unit_cost REAL, method TEXT, amount REAL, currency TEXT, agreed INTEGER, tossd TEXT)""",
    "CREATE TABLE request (id TEXT NOT NULL PRIMARY KEY, requested_by TEXT NOT NULL, requested_on TEXT NOT NULL, status TEXT NOT NULL)",
)
_INDEXES = (
    "CREATE UNIQUE INDEX entry_by_ref ON entry (kind, id)",
    "CREATE INDEX entry_by_kind ON entry (kind)",
    "CREATE UNIQUE INDEX entry_by_name ON entry (sort, kind, id)",
    "CREATE INDEX entry_by_country ON entry (kind, country_sort)",
    "CREATE INDEX entry_by_start ON entry (kind, start DESC)",
    "CREATE INDEX link_back ON link (to_kind, to_id, kind, role)",
    "CREATE INDEX handle_by_ref ON handle (kind, id)",
    "CREATE INDEX label_by_tag ON label (tag)",
    "CREATE INDEX seat_by_country ON seat (country)",
    # All that is added up of exchanges stands in these, so that sums by who sends and who hosts read no row and sort nothing.
    "CREATE INDEX flow_by_sender ON flow (sender, host, actual, planned, months, status, round)",
    "CREATE INDEX flow_by_host ON flow (host, sender, actual, planned, months, status, round)",
)
_TRIGGERS = (
    """CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
        INSERT INTO entry_search (rowid, name, body, tags) VALUES (new.place, new.name, new.body, new.tags); END""",
    """CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
        INSERT INTO entry_search (entry_search, rowid, name, body, tags)
        VALUES ('delete', old.place, old.name, old.body, old.tags); END""",
)
TABLES = (
    *("entry_search", "entry", "link", "handle", "label", "word", "tally", "capacity", "seat", "flow", "moved", "contribution", "request"),
)
"""Every projected table, the full-text index before its content."""

BATCH = 1000
"""Documents between two reports of progress; values in one statement."""

T = TypeVar("T")

Ref = tuple[str, str]
"""Kind and id of a record."""

Progress = Callable[[int, int], None]
"""Told how many of how many documents are done."""


def rebuild(copy: Connection, progress: Progress | None = None) -> int:
    """Make every projected table anew from the documents, edits laid over them, in the caller's transaction; returns how many there are.

    Raises:
        sqlite3.Error: the documents cannot be read or the disk is full; roll back, and nothing has changed.
    """
    overlay.lay(copy)
    for table in TABLES:
        # A copy from before a table was projected has none, and the seed that is attached to it would lose its own.
        copy.execute(f"DROP TABLE IF EXISTS main.{table}")
    for statement in _TABLES:
        copy.execute(statement)
    copy.execute("CREATE TEMP TABLE IF NOT EXISTS staged AS SELECT * FROM entry LIMIT 0")
    copy.execute("DELETE FROM staged")
    look = _look(copy)
    total = copy.execute("SELECT count(*) FROM shown").fetchone()[0]
    tally: Counter[tuple[str, str, str]] = Counter()
    documents = copy.execute("SELECT kind, document FROM shown")
    for done in range(0, total, BATCH):
        batch = [project(kind, json.loads(document), look) for kind, document in documents.fetchmany(BATCH)]
        copy.executemany(f"INSERT INTO staged VALUES (NULL{', ?' * len(Entry._fields)})", (each.entry for each in batch))
        _write_side_tables(copy, batch)
        for each in batch:
            tally.update(_facets(each.entry.kind, each.entry.tags))
        if progress:
            progress(min(done + BATCH, total), total)
    _add_to_tally(copy, tally)
    columns = ", ".join(Entry._fields)
    copy.execute(
        f"INSERT INTO entry (place, {columns})"
        f" SELECT ? + row_number() OVER (ORDER BY sort, kind, id) * ?, {columns} FROM staged ORDER BY sort, kind, id",
        (places.FIRST, places.GAP),
    )
    copy.execute("DROP TABLE staged")
    copy.execute("INSERT INTO entry_search (entry_search) VALUES ('rebuild')")
    copy.execute(moved.FILL)
    copy.executemany("INSERT OR IGNORE INTO label VALUES (?, ?, ?)", country_labels())
    for statement in (*_INDEXES, *_TRIGGERS):
        copy.execute(statement)
    copy.execute("INSERT OR REPLACE INTO meta VALUES ('projection', ?)", (str(VERSION),))
    return int(total)


def apply(copy: Connection, changed: Iterable[Ref], at_hand: Mapping[Ref, Document] = MappingProxyType({})) -> None:
    """Bring the rows of the changed or removed records, and of those that took over what changed, in step, in the caller's transaction.

    Args:
        copy: the copy.
        changed: kind and id of each record.
        at_hand: documents that are stored just so, and need not be read again.
    """
    refs = set(changed)
    look = _look(copy)
    before = _stubs(copy, refs)
    shown = _project(copy, refs, at_hand, look)
    after = {(each.entry.kind, each.entry.id): stub_of(each) for each in shown if each.entry.kind in NAMED}
    dependent = _naming(copy, [ref for ref in refs if before.get(ref) != after.get(ref)]) - refs
    shown += _project(copy, dependent, {}, look)
    for kind, ids in _by_kind(refs | dependent).items():
        _remove(copy, kind, ids)
    _write_side_tables(copy, shown)
    _add_to_tally(copy, Counter(facet for each in shown for facet in _facets(each.entry.kind, each.entry.tags)))
    if exchanges := [each.entry.id for each in shown if each.entry.kind == "exchanges"]:
        copy.execute(moved.ADD, (json.dumps(exchanges),))
    # In the order of places: the index writes a segment of its own for every row that comes before its forerunner.
    places.insert(copy, sorted((each.entry for each in shown), key=lambda entry: (entry.sort, entry.kind, entry.id)))


def _project(copy: Connection, refs: Iterable[Ref], at_hand: Mapping[Ref, Document], look: Look) -> list[Projection]:
    return [project(kind, document, look) for kind, ids in _by_kind(refs).items() for document in _documents(copy, kind, ids, at_hand)]


def _stubs(copy: Connection, refs: Iterable[Ref]) -> dict[Ref, Stub]:
    """What other records have taken over of these until now; nothing of those that are not projected yet."""
    found: dict[Ref, Stub] = {}
    for kind, ids in _by_kind(refs).items():
        for marks, part in _parts(ids) if kind in NAMED else ():
            filed: defaultdict[str, list[str]] = defaultdict(list)
            areas = f"SELECT id, to_id FROM link WHERE kind = ? AND id IN ({marks}) AND role = '{FILED}' ORDER BY id, position"
            for record_id, area in copy.execute(areas, (kind, *part)):
                filed[record_id].append(area)
            entries = f"SELECT id, title, acronym, countries FROM entry WHERE kind = ? AND id IN ({marks})"
            for record_id, title, acronym, countries in copy.execute(entries, (kind, *part)):
                found[kind, record_id] = Stub(title, acronym, tuple(countries.split()), tuple(filed[record_id]))
    return found


def _naming(copy: Connection, refs: Iterable[Ref]) -> set[Ref]:
    """The records that take over something of these."""
    found: set[Ref] = set()
    for kind, ids in _by_kind(refs).items():
        for marks, part in _parts(ids) if kind in NAMED else ():
            found.update(
                copy.execute(f"SELECT kind, id FROM link WHERE to_kind = ? AND to_id IN ({marks}) AND kind IN {DEPENDENT}", (kind, *part))
            )
    return found


def _documents(copy: Connection, kind: str, ids: Sequence[str], at_hand: Mapping[Ref, Document]) -> Iterator[Document]:
    """The documents of these records, as far as they are there."""
    yield from (at_hand[kind, record_id] for record_id in ids if (kind, record_id) in at_hand)
    for marks, part in _parts([record_id for record_id in ids if (kind, record_id) not in at_hand]):
        rows = copy.execute(f"SELECT document FROM shown WHERE kind = ? AND id IN ({marks})", (kind, *part))
        yield from (json.loads(document) for (document,) in rows)


def _by_kind(refs: Iterable[Ref]) -> dict[str, list[str]]:
    """The ids of each kind, in their order, so that tables are read and written along their keys."""
    ids: dict[str, list[str]] = {}
    for kind, record_id in sorted(refs):
        ids.setdefault(kind, []).append(record_id)
    return ids


def _parts(values: Sequence[T]) -> Iterator[tuple[str, Sequence[T]]]:
    """Values, as many at once as a statement takes, with the marks that stand for them in it."""
    for start in range(0, len(values), BATCH):
        part = values[start : start + BATCH]
        yield ", ".join("?" * len(part)), part


def _remove(copy: Connection, kind: str, ids: Sequence[str]) -> None:
    """Take out every projected row of the records; those that are not there yet cost no more than the look."""
    gone: list[tuple[int, str, str]] = []
    for marks, part in _parts(ids):
        gone += copy.execute(f"SELECT place, id, tags FROM entry WHERE kind = ? AND id IN ({marks})", (kind, *part))
    if not gone:
        return
    _add_to_tally(copy, Counter(facet for *_rest, tags in gone for facet in _facets(kind, tags)), sign=-1)
    # Along the places and by few statements: the index writes a segment of its own at every step back, and with every statement.
    for marks, places_of_part in _parts(sorted(place for place, *_rest in gone)):
        copy.execute(f"DELETE FROM entry WHERE place IN ({marks})", places_of_part)
    removed = [record_id for _place, record_id, _tags in gone]
    for table in ("link", "handle"):
        copy.executemany(f"DELETE FROM {table} WHERE kind = ? AND id = ?", ((kind, record_id) for record_id in removed))
    own = [("capacity", "partner")] if kind == "partners" else []
    if kind in TYPED:
        own.append((TYPED[kind][0], "id"))
    if kind == "exchanges":
        for statement in (moved.TAKE, moved.TIDY):
            copy.execute(statement, (json.dumps(removed),))
    for table, column in own:
        copy.executemany(f"DELETE FROM {table} WHERE {column} = ?", ((record_id,) for record_id in removed))
    if kind == "areas":
        copy.executemany("DELETE FROM label WHERE tag = ?", ((f"area_{record_id}",) for record_id in removed))


def _write_side_tables(copy: Connection, batch: list[Projection]) -> None:
    copy.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?)", (link for each in batch for link in each.links))
    copy.executemany(
        "INSERT INTO handle VALUES (?, ?, ?)", ((name, each.entry.kind, each.entry.id) for each in batch for name in each.handles)
    )
    copy.executemany("INSERT OR IGNORE INTO label VALUES (?, ?, ?)", (label for each in batch for label in each.labels))
    copy.executemany(
        "INSERT OR IGNORE INTO word VALUES (?)", ((word,) for word in {word for each in batch for word in each.entry.name.split()})
    )
    copy.executemany(
        "INSERT OR REPLACE INTO capacity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (row for each in batch for row in each.capacities)
    )
    for kind, (table, fields) in TYPED.items():
        rows = [each.typed for each in batch if each.entry.kind == kind and each.typed]
        copy.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(fields))})", rows)


def _facets(kind: str, tags: str) -> Iterator[tuple[str, str, str]]:
    """What of an entry is counted: its kind itself, and each tag that a filter offers."""
    yield kind, "kind", kind
    for tag in tags.split():
        field, _, value = tag.partition("_")
        if field in FACETS:
            yield kind, field, value


def _add_to_tally(copy: Connection, counted: Counter[tuple[str, str, str]], sign: int = 1) -> None:
    copy.executemany(
        "INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        ((*facet, sign * number) for facet, number in counted.items()),
    )
    copy.execute("DELETE FROM tally WHERE n <= 0")


def _look(copy: Connection) -> Look:
    """Finds stubs in the documents, remembering those that many records name."""

    @lru_cache(maxsize=50_000)
    def look(kind: str, record_id: str) -> Stub | None:
        row = copy.execute("SELECT document FROM shown WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
        return stub(kind, json.loads(row[0])) if row else None

    return look
