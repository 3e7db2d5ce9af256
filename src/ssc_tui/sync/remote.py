"""What a remote catalogue answers, whatever serves it: the protocol that a back end fulfils, and the shapes of its answers.

Time stamps of records count milliseconds since 1970 UTC by the server's clock and rise with every change of a collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from ssc_tui.sync.traffic import Traffic

OWN = "own"
"""Stands for the collection in the bucket that the server keeps for whoever is signed in, and that nobody else reads."""


class About(NamedTuple):
    """What a catalogue says of itself.

    Attributes:
        dataset: its name; two servers with the same name hold the same catalogue.
        epoch: changes when its data were restored or made anew; None where it states none.
        format: the format of its documents; this program knows 1.
        min_client: the oldest version of this program that may write to it.
        serialised: whether no change becomes visible after a later one.
    """

    dataset: str
    epoch: str | None
    format: int
    min_client: str | None
    serialised: bool


class Server(NamedTuple):
    """What the server says of itself: sub-requests of a batch at the most, and who it takes us for, None where for nobody."""

    batch_max: int
    user: str | None


class Ask(NamedTuple):
    """The changes of a collection after a time stamp, oldest first, and whether to count its records."""

    kind: str
    since: int
    limit: int
    counted: bool = False


class Page(NamedTuple):
    """Changed records of a collection, oldest first, as the server sent them.

    Attributes:
        rows: what should be records and tombstones; nothing in them is checked.
        etag: the newest time stamp of the collection; None where the server does not say.
        more: whether there are more after them.
        total: how many records the collection holds, where that was asked.
        date: the time by the server's clock, seconds since 1970; None where it does not say.
        kept_on_the_way: whether something between here and the server seems to have kept the answer.
    """

    rows: Sequence[Any]
    etag: int | None
    more: bool
    total: int | None = None
    date: float | None = None
    kept_on_the_way: bool = False


class Unavailable(NamedTuple):
    """A collection that cannot be read: it is not there, or not for us (`forbidden`)."""

    forbidden: bool


class BadSince(NamedTuple):
    """The server does not take the time stamp that it was asked about."""


class Probe(NamedTuple):
    """The answer to the first question of a run.

    Attributes:
        server: what the server says of itself, where that was asked.
        pages: the changes of each collection.
        others: collections that we know nothing of.
        editor: whether we may decide what others suggest, where the server was asked about itself and takes suggestions.
    """

    about: About
    server: Server | None
    pages: Mapping[str, Page | Unavailable | BadSince]
    others: tuple[str, ...]
    editor: bool | None = None


class Listed(NamedTuple):
    """A record without its content."""

    id: str
    last_modified: int
    deleted: bool


class Write(NamedTuple):
    """A record as it is to be in the catalogue.

    Attributes:
        document: None to take the record away.
        base: the time stamp of the one version that this may replace; None where there must be none.
    """

    kind: str
    id: str
    document: Mapping[str, Any] | None
    base: int | None


class Fate(Enum):
    """What became of a write."""

    TAKEN = auto()
    OVERTAKEN = auto()
    """Somebody else wrote meanwhile, or an earlier attempt was taken and its answer lost."""
    GONE = auto()
    """There is no such record any more."""
    DENIED = auto()
    """Nothing can be written there by us."""
    FORBIDDEN = auto()
    """Others may write there, and we may not."""
    UNFIT = auto()
    """The server does not take it, now or later."""
    LATER = auto()
    """The server cannot take it now."""
    BROKEN = auto()
    """The server breaks over it."""


class Written(NamedTuple):
    """What became of a write: the record or tombstone that the server holds now, where it says so; and why it was not taken."""

    fate: Fate
    row: Mapping[str, Any] | None = None
    reason: str = ""


class Remote(Protocol):
    """A remote catalogue. Every method raises a `SyncError` that tells the person what is wrong."""

    @property
    def traffic(self) -> Traffic:
        """What was sent and received so far."""

    def server(self) -> Server:
        """What the server says of itself, by one small request."""

    def probe(self, asks: Sequence[Ask], *, server: bool) -> Probe:
        """One request for what the catalogue says of itself and for the changes of every collection asked for."""

    def page(self, kind: str, since: int, limit: int) -> Page | Unavailable | BadSince:
        """Changes of one collection after `since`.

        Raises:
            Unreadable: the answer makes no sense; one with fewer records may.
            Unwell, Offline: with `slow` where fewer records may come through.
        """

    def listing(self, kind: str, since: int, limit: int) -> tuple[list[Listed], bool]:
        """Records and tombstones changed after `since`, oldest first, without their content, and whether there are more."""

    def write(self, writes: Sequence[Write]) -> list[Written]:
        """Write records, each only over the version that it names; what became of each, by position. It can safely be said twice.

        Raises:
            Refused: it takes no writes at all.
            Unwell: the server could not make anything of them all together; of fewer it may.
        """

    def fetch(self, kind: str, ids: Sequence[str]) -> Page:
        """The records of these ids, and their tombstones."""
