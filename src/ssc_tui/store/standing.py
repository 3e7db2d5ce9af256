"""How the copy stands towards its remote catalogue: which one it is, and how far each of its collections was read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple


class Standing(NamedTuple):
    """What is remembered of the remote catalogue between two runs.

    Attributes:
        url: its address.
        dataset: the name of the catalogue that the copy holds since it met this remote; None before.
        epoch: the epoch of the data that were read.
        user: who the server took us for at the last run; None for nobody.
        editor: whether we may decide what others suggest; None where it is not known, or nothing can be suggested there.
        batch_max: sub-requests that it takes in one batch.
        serialised: whether it promises that no change becomes visible after a later one.
        min_client: the oldest version of this program that may write to it.
        hello_at: when it was last asked about itself, seconds since 1970.
        synced_at: when a run last came to its end, ISO 8601 in UTC.
        not_before: seconds since 1970 before which it wants to be left alone.
        date: the time by its own clock at its last answer, seconds since 1970.
        clock_offset: seconds by which its clock is ahead of ours.
        alert: what it says about its end of service.
        others: collections it holds that this program knows nothing of.
        rate: records that came in a second, at the last page.
        replacing: whether the catalogue is taking the place of another one, by the person's wish, and has not been read to its end.
        written_for: the catalogue that a copy held which could not be used, and of which the edits here were carried over; None where
            there was none.
    """

    url: str | None = None
    dataset: str | None = None
    epoch: str | None = None
    user: str | None = None
    editor: bool | None = None
    batch_max: int = 25
    serialised: bool = False
    min_client: str | None = None
    hello_at: float = 0.0
    synced_at: str | None = None
    not_before: float = 0.0
    date: float | None = None
    clock_offset: float | None = None
    alert: str | None = None
    others: Sequence[str] = ()
    rate: float | None = None
    replacing: bool = False
    written_for: str | None = None


class Reached(NamedTuple):
    """How far a collection was read.

    Attributes:
        cursor: the highest time stamp up to which everything is in the copy.
        etag: the newest time stamp of the collection when it was last read to its end.
        resync: whether all of it is being read again; the cursor then counts from the beginning.
        counted_at: when the number of records was last found to be the server's, ISO 8601 in UTC.
        forbidden: None where it can be read, else whether it is not for us (True) or not there (False).
    """

    kind: str
    cursor: int = 0
    etag: int | None = None
    resync: bool = False
    counted_at: str | None = None
    forbidden: bool | None = None


def standing(copy: Connection) -> Standing:
    """What the copy remembers of its remote catalogue."""
    stored = {key: json.loads(value) for key, value in copy.execute("SELECT key, value FROM remote")}
    return Standing(**{name: stored[name] for name in Standing._fields if name in stored})


def remember(copy: Connection, **facts: Any) -> None:
    """Remember facts of `Standing` by their names, in the caller's transaction."""
    copy.executemany("INSERT OR REPLACE INTO remote VALUES (?, ?)", [(name, json.dumps(value)) for name, value in facts.items()])


def reached(copy: Connection, kind: str) -> Reached:
    """How far the collection was read."""
    row = copy.execute("SELECT kind, cursor, etag, resync, counted_at, forbidden FROM collection WHERE kind = ?", (kind,)).fetchone()
    if row is None:
        return Reached(kind)
    state = Reached(*row)
    return state._replace(resync=bool(state.resync), forbidden=None if state.forbidden is None else bool(state.forbidden))


def save_reached(copy: Connection, state: Reached) -> None:
    """Keep how far a collection was read, in the caller's transaction."""
    copy.execute("INSERT OR REPLACE INTO collection VALUES (?, ?, ?, ?, ?, ?)", state)
