"""The tables as typed classes, for whoever writes or reads them one row at a time.

The schema itself is in `migrations` and `projections`; a test holds the two against each other. Importing this module imports sqlmodel,
which costs more than the first list: it is done after that, or by commands that write.
"""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Meta(SQLModel, table=True):
    """What the copy knows of itself: dataset, format, seed, projection."""

    key: str = Field(primary_key=True)
    value: str


class Record(SQLModel, table=True):
    """A document as the catalogue last sent it, in JSON; `last_modified` in ms as the server counts, absent in the seed."""

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    last_modified: int | None = None
    deleted: int = 0
    document: str


class Note(SQLModel, table=True):
    """What the user wrote about a record; `written_at` is ISO 8601 in UTC."""

    id: str = Field(primary_key=True)
    kind: str
    record_id: str
    text: str
    written_at: str


class Bookmark(SQLModel, table=True):
    """A record that the user marked; `marked_at` is ISO 8601 in UTC."""

    kind: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    marked_at: str


class SavedSearch(SQLModel, table=True):
    """A search that the user keeps under a name, as typed, in a section or in all; `saved_at` is ISO 8601 in UTC."""

    __tablename__ = "saved_search"

    name: str = Field(primary_key=True)
    section: str
    query: str
    saved_at: str


class Own(SQLModel, table=True):
    """A note, bookmark or saved search of anybody who signed in here, as it is carried; see `store.own`. `said` is JSON."""

    id: str = Field(primary_key=True)
    owner: str
    form: str
    ref: str
    said: str
    stamp: int | None
    gone: int


class PendingEdit(SQLModel, table=True):
    """A save that the catalogue has not taken yet; see `catalogue.edits.Edit` and `store.edits.Pending`. `base` and `new` are JSON."""

    __tablename__ = "pending_edit"

    number: int = Field(primary_key=True)
    id: str = Field(unique=True)
    kind: str
    record_id: str
    change: str
    base: str
    new: str
    author: str
    at: str
    state: str
    attempts: int
    reason: str
    step: str = ""
    sent_as: str = ""


class Edited(SQLModel, table=True):
    """A record as pending edits make it; without a document where they take it away."""

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: str | None


class Conflict(SQLModel, table=True):
    """A value that two people wrote, each in their own way; see `store.conflicts.Conflict`. Path and values are JSON."""

    edit: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    kind: str
    record_id: str
    base: str | None
    mine: str | None
    theirs: str | None
    author: str
    found_at: str
    settled: str | None
    settled_at: str | None
    settled_edit: str | None
    here: int = 1


class Travelled(SQLModel, table=True):
    """An edit that left this home in a bundle or came with one; `taken` where the catalogue has taken it since."""

    edit: str = Field(primary_key=True)
    taken: int


class RemoteState(SQLModel, table=True):
    """What the copy knows of the remote catalogue; see `store.standing.Standing`."""

    __tablename__ = "remote"

    key: str = Field(primary_key=True)
    value: str


class Collection(SQLModel, table=True):
    """How far one collection of the remote catalogue was read; see `store.standing.Reached`."""

    kind: str = Field(primary_key=True)
    cursor: int
    etag: int | None
    resync: int
    counted_at: str | None
    forbidden: int | None


class Seen(SQLModel, table=True):
    """A record that the remote catalogue holds, as far as a resync that goes on has read."""

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)


class Quarantine(SQLModel, table=True):
    """A record that was sent and could not be taken, with the reason in words."""

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    last_modified: int | None
    document: str
    reason: str
    found_at: str


class Run(SQLModel, table=True):
    """How one run of the sync went; see `store.journal.Run`."""

    id: int | None = Field(default=None, primary_key=True, nullable=False)
    started_at: str
    seconds: float | None
    outcome: str
    words: str
    requests: int
    bytes_up: int
    bytes_down: int
    new: int
    changed: int
    removed: int
    sent: int


class Change(SQLModel, table=True):
    """What a run changed of one record; `fields` is JSON of `[{"field", "old", "new"}]`."""

    id: int | None = Field(default=None, primary_key=True, nullable=False)
    run: int
    at: str
    kind: str
    record_id: str
    title: str
    change: str
    fields: str


class EntryRow(SQLModel, table=True):
    """One record as lists show it; see `catalogue.projection.Entry`."""

    __tablename__ = "entry"

    place: int = Field(primary_key=True)
    kind: str
    id: str
    title: str
    acronym: str
    code: str
    city: str
    countries: str
    start: str | None
    finish: str | None
    persons: int | None
    checked: str | None
    sort: str
    country_sort: str
    name: str
    body: str
    tags: str


class LinkRow(SQLModel, table=True):
    """One record names another; see `catalogue.projection.Link`."""

    __tablename__ = "link"

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    to_kind: str = Field(primary_key=True)
    to_id: str = Field(primary_key=True)
    position: int


class Capacity(SQLModel, table=True):
    """What a partner brings or seeks (`side`)."""

    partner: str = Field(primary_key=True)
    side: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    area: str | None
    topic: str | None
    sector: str | None
    level: str | None
    language: str | None
    valid_until: str | None


class Seat(SQLModel, table=True):
    """Where a partner sits: country, and degrees north and east where they are stated."""

    id: str = Field(primary_key=True)
    country: str | None
    lat: float | None
    lon: float | None


class Flow(SQLModel, table=True):
    """People who went from one partner to another: planned and actual persons, months each."""

    id: str = Field(primary_key=True)
    project: str | None
    round: str | None
    sender: str | None
    host: str | None
    kind: str | None
    planned: int | None
    actual: int | None
    months: float | None
    start: str | None
    finish: str | None
    status: str | None
    need: str | None
    sender_country: str | None
    host_country: str | None


class Request(SQLModel, table=True):
    """A project that states by whom or when it was asked for; empty where one of both is not stated."""

    id: str = Field(primary_key=True)
    requested_by: str
    requested_on: str
    status: str


class Contribution(SQLModel, table=True):
    """What one partner gave to another in a year, in kind or in money."""

    id: str = Field(primary_key=True)
    project: str | None
    giver: str | None
    receiver: str | None
    year: str | None
    kind: str | None
    quantity: float | None
    unit: str | None
    unit_cost: float | None
    method: str | None
    amount: float | None
    currency: str | None
    agreed: int | None
    tossd: str | None
