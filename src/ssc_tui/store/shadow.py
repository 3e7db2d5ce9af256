"""Puts what a remote catalogue sent into the copy: a page is a transaction, and a checkpoint.

`record` holds what the server last said of each record, tombstones too, so that pages may come twice and in any order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import differences
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.store import overlay, projections, suggested
from ssc_tui.store.connection import transaction
from ssc_tui.store.standing import Reached, save_reached
from ssc_tui.text import as_json

TOMBSTONE = "{}"
"""What is kept as the document of a record that is gone."""


class Delivered(NamedTuple):
    """A record as the server sent it, found fit to be kept.

    Attributes:
        document: None for a tombstone.
        text: the document `as_json`, where that is at hand.
    """

    id: str
    last_modified: int
    document: Mapping[str, Any] | None
    text: str | None = None


class Rejected(NamedTuple):
    """What was sent and cannot be kept, with the reason in words; the id is empty where there is none."""

    id: str
    last_modified: int | None
    document: str
    reason: str


class Applied(NamedTuple):
    """How many records a page added, changed and took away."""

    new: int = 0
    changed: int = 0
    removed: int = 0

    def plus(self, other: Applied) -> Applied:
        """The sum of both."""
        return Applied(*(one + another for one, another in zip(self, other, strict=True)))


class Moment(NamedTuple):
    """What the change log says of when a change came: the run and the time (ISO 8601, UTC); nothing is logged where `logged` is not set."""

    run: int
    at: str
    logged: bool = True


class _Held(NamedTuple):
    last_modified: int | None
    deleted: int
    document: str


def apply_page(
    copy: Connection,
    page: Iterable[Delivered],
    rejected: Iterable[Rejected],
    state: Reached,
    moment: Moment,
    *,
    believe_older: bool = False,
) -> Applied:
    """Keep a page of a collection with how far it leads, in one transaction; what is known already changes nothing.

    Args:
        copy: the copy.
        page: records and tombstones, in any order.
        rejected: what goes into quarantine.
        state: how far the collection was read with this page.
        moment: for the change log.
        believe_older: whether a version with an older time stamp than the one held is believed, which a restored server may have; once for
            each record while a resync goes on.
    """
    with transaction(copy):
        return keep_page(copy, page, rejected, state, moment, believe_older=believe_older)


def keep_page(
    copy: Connection,
    page: Iterable[Delivered],
    rejected: Iterable[Rejected],
    state: Reached,
    moment: Moment,
    *,
    believe_older: bool = False,
) -> Applied:
    """Keep a page as `apply_page` does, in the caller's transaction."""
    kind = state.kind
    rows = {row.id: row for row in sorted(page, key=lambda row: row.last_modified)}
    refused = list(rejected)
    held = _held(copy, kind, list(rows))
    seen = _seen(copy, kind, list(rows)) if state.resync else set()
    fresh = [
        row
        for row in rows.values()
        if _is_newer(row, held.get(row.id)) or (believe_older and row.id not in seen and held[row.id].last_modified != row.last_modified)
    ]
    applied = _store(copy, kind, fresh, held, moment)
    quarantine(copy, kind, refused, [row.id for row in fresh], moment.at)
    if state.resync:
        marks = {*rows, *(each.id for each in refused)}
        copy.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", ((kind, each) for each in marks))
    save_reached(copy, state)
    return applied


def keep(copy: Connection, kind: str, page: Sequence[Delivered], moment: Moment, rejected: Iterable[Rejected] = ()) -> Applied:
    """Keep records that came by the way, in the caller's transaction; what is known already changes nothing."""
    held = _held(copy, kind, [row.id for row in page])
    fresh = [row for row in page if _is_newer(row, held.get(row.id))]
    quarantine(copy, kind, list(rejected), [row.id for row in fresh], moment.at)
    return _store(copy, kind, fresh, held, moment)


def start_resync(copy: Connection, state: Reached) -> None:
    """Begin to read a collection anew, in the caller's transaction; what the copy holds stays until the end was reached."""
    copy.execute("DELETE FROM seen WHERE kind = ?", (state.kind,))
    save_reached(copy, state)


def unseen(copy: Connection, kind: str) -> list[str]:
    """Ids of the records that a resync did not come across."""
    return [
        record_id
        for (record_id,) in copy.execute(
            "SELECT id FROM record WHERE kind = ? AND NOT deleted AND NOT EXISTS"
            " (SELECT 1 FROM seen WHERE seen.kind = record.kind AND seen.id = record.id)",
            (kind,),
        )
    ]


def end_resync(copy: Connection, state: Reached, gone: Sequence[str], moment: Moment) -> Applied:
    """Take away what a resync did not come across, tombstones and quarantine too, in one transaction."""
    with transaction(copy):
        applied = purge(copy, state.kind, gone, moment)
        for table in ("record", "quarantine"):
            copy.execute(f"DELETE FROM {table} WHERE kind = ? AND id NOT IN (SELECT id FROM seen WHERE kind = ?)", (state.kind, state.kind))
        copy.execute("DELETE FROM seen WHERE kind = ?", (state.kind,))
        save_reached(copy, state)
    return applied


def remove(copy: Connection, kind: str, gone: Sequence[str], moment: Moment) -> Applied:
    """Take away records that the server no longer has, from the quarantine too, in one transaction."""
    with transaction(copy):
        return purge(copy, kind, gone, moment)


def time_stamps(copy: Connection, kind: str) -> dict[str, int | None]:
    """The server's time stamp of every record of the kind, by id."""
    return dict(copy.execute("SELECT id, last_modified FROM record WHERE kind = ? AND NOT deleted", (kind,)))


def quarantined_stamps(copy: Connection, kind: str) -> dict[str, int | None]:
    """The server's time stamp of every record of the kind that could not be taken, by id."""
    return dict(copy.execute("SELECT id, last_modified FROM quarantine WHERE kind = ?", (kind,)))


def number_held(copy: Connection, kind: str) -> int:
    """Records of the kind that the server must have too: those in the copy, and those in quarantine alone."""
    counted = copy.execute(
        "SELECT (SELECT count(*) FROM record WHERE kind = :kind AND NOT deleted) + (SELECT count(*) FROM quarantine WHERE kind = :kind"
        " AND NOT EXISTS (SELECT 1 FROM record WHERE record.kind = :kind AND record.id = quarantine.id AND NOT record.deleted))",
        {"kind": kind},
    )
    return int(counted.fetchone()[0])


def name_catalogue(copy: Connection, dataset: str) -> None:
    """Let the copy be one of this catalogue from now on, and no seed that a newer program would replace; in the caller's transaction."""
    copy.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("dataset", dataset), ("origin", "remote")])


def _is_newer(row: Delivered, held: _Held | None) -> bool:
    return held is None or held.last_modified is None or row.last_modified > held.last_modified


def _held(copy: Connection, kind: str, ids: Sequence[str]) -> dict[str, _Held]:
    marks = ", ".join("?" * len(ids))
    found = copy.execute(f"SELECT id, last_modified, deleted, document FROM record WHERE kind = ? AND id IN ({marks})", (kind, *ids))
    return {record_id: _Held(*rest) for record_id, *rest in found}


def _seen(copy: Connection, kind: str, ids: Sequence[str]) -> set[str]:
    marks = ", ".join("?" * len(ids))
    return {record_id for (record_id,) in copy.execute(f"SELECT id FROM seen WHERE kind = ? AND id IN ({marks})", (kind, *ids))}


def _store(copy: Connection, kind: str, fresh: Sequence[Delivered], held: Mapping[str, _Held], moment: Moment) -> Applied:
    """Keep newer versions, project those that differ, and log them."""
    if kind not in KINDS:
        _store_suggestions(copy, kind, fresh)
        return Applied()
    log: dict[str, tuple[str, str]] = {}
    differing: dict[projections.Ref, Mapping[str, Any]] = {}
    stored: list[tuple[str, str, int, int, str]] = []
    for row in fresh:
        before = held.get(row.id)
        alive = before is not None and not before.deleted
        if row.document is None:
            stored.append((kind, row.id, row.last_modified, 1, TOMBSTONE))
            if alive:
                log[row.id] = ("removed", "[]")
            continue
        document = row.text or as_json(row.document)
        if before is None or before.deleted:
            log[row.id] = ("new", "[]")
            differing[kind, row.id] = row.document
        elif document != before.document:
            if fields := differences(json.loads(before.document), row.document):
                differing[kind, row.id] = row.document
                log[row.id] = ("changed", json.dumps([change._asdict() for change in fields], ensure_ascii=False, separators=(",", ":")))
            else:
                # PostgreSQL gives the names in an order of its own, and what was projected follows the one that is held.
                document = before.document
        stored.append((kind, row.id, row.last_modified, 0, document))
    titles = _titles(copy, kind, [record_id for record_id, (change, _fields) in log.items() if change == "removed"])
    copy.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)", stored)
    edited = overlay.lay(copy, [(kind, record_id) for _kind, record_id, *_rest in stored])
    if log or edited:
        at_hand = {each: document for each, document in differing.items() if each not in edited}
        projections.apply(copy, [*((kind, record_id) for record_id in log), *edited], at_hand)
    _log(copy, kind, log, titles, moment)
    changes = [change for change, _fields in log.values()]
    return Applied(changes.count("new"), changes.count("changed"), changes.count("removed"))


def _store_suggestions(copy: Connection, kind: str, fresh: Sequence[Delivered]) -> None:
    """Keep newer versions of what is no part of the directory, with what follows from them."""
    texts = [(row, TOMBSTONE if row.document is None else row.text or as_json(row.document)) for row in fresh]
    copy.executemany(
        "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)",
        ((kind, row.id, row.last_modified, row.document is None, text) for row, text in texts),
    )
    overlay.lay(copy, [(kind, row.id) for row in fresh])
    suggested.take_in(copy, [row.id for row in fresh])


def purge(copy: Connection, kind: str, gone: Sequence[str], moment: Moment) -> Applied:
    """Take away records of which the server holds nothing, in the caller's transaction."""
    held = time_stamps(copy, kind)
    shown = [record_id for record_id in gone if record_id in held]
    titles = _titles(copy, kind, shown)
    for table in ("record", "quarantine"):
        copy.executemany(f"DELETE FROM {table} WHERE kind = ? AND id = ?", ((kind, record_id) for record_id in gone))
    overlay.lay(copy, [(kind, record_id) for record_id in gone])
    if kind not in KINDS:
        suggested.take_in(copy, gone)
        return Applied()
    projections.apply(copy, [(kind, record_id) for record_id in gone])
    _log(copy, kind, dict.fromkeys(shown, ("removed", "[]")), titles, moment)
    return Applied(removed=len(shown))


def _log(copy: Connection, kind: str, log: Mapping[str, tuple[str, str]], titles: dict[str, str], moment: Moment) -> None:
    if not moment.logged:
        return
    titles |= _titles(copy, kind, [record_id for record_id in log if record_id not in titles])
    copy.executemany(
        "INSERT INTO change (run, at, kind, record_id, title, change, fields) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (moment.run, moment.at, kind, record_id, titles.get(record_id, record_id), change, fields)
            for record_id, (change, fields) in log.items()
        ),
    )


def _titles(copy: Connection, kind: str, ids: Sequence[str]) -> dict[str, str]:
    if kind not in KINDS or not ids:
        return {}
    titles: dict[str, str] = {}
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        marks = ", ".join("?" * len(part))
        titles.update(copy.execute(f"SELECT id, title FROM entry WHERE kind = ? AND id IN ({marks})", (kind, *part)).fetchall())
    return titles


def quarantine(copy: Connection, kind: str, rejected: Sequence[Rejected], mended: Sequence[str], at: str) -> None:
    """Put records aside that cannot be taken, in the caller's transaction; those that are mended are there no more."""
    copy.executemany("DELETE FROM quarantine WHERE kind = ? AND id = ?", ((kind, record_id) for record_id in mended))
    copy.executemany(
        "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_modified = excluded.last_modified,"
        " document = excluded.document, reason = excluded.reason",
        ((kind, each.id, each.last_modified, each.document, each.reason, at) for each in rejected),
    )
