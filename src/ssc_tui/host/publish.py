"""Writes documents into a catalogue on a server: those that differ, each under a precondition, so that no change is overwritten unseen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import Refused, SignInNeeded
from ssc_tui.host.bucket import records
from ssc_tui.host.ini import PAGE
from ssc_tui.i18n import _
from ssc_tui.sync.http import Answer, Link
from ssc_tui.sync.kinto import BATCH_MAX, NEW, Kinto, Request, only, refusal
from ssc_tui.sync.pace import in_batches
from ssc_tui.sync.remote import Page
from ssc_tui.text import clean_all

Document = Mapping[str, Any]
Catalogue = Mapping[str, Iterable[Document]]
"""The documents of each kind."""

Progress = Callable[[int, int], None]
"""Told how many of how many writes are done."""

WEIGHT = 500_000
"""Bytes of a batch, unless one document is larger: below what proxies let through."""

OF_THE_SERVER = frozenset({"last_modified", "schema"})
"""Fields that a server adds to a document."""


CREATE, CHANGE, REMOVE = "created", "changed", "removed"


class Write(NamedTuple):
    """One write of a plan.

    Attributes:
        reference: `kind/id` of the record.
        what: `CREATE`, `CHANGE` or `REMOVE`.
    """

    reference: str
    what: str
    request: Request


class Plan(NamedTuple):
    """What makes the catalogue on a server equal to the documents.

    Attributes:
        unchanged: records that are equal already.
        extra: writes that remove what the documents do not hold.
        held: records that the server held before.
    """

    writes: list[Write]
    extra: list[Write]
    unchanged: int
    held: int

    @property
    def drastic(self) -> bool:
        """Whether so much is extra that a person should be asked before it goes: more than twenty records, and more than a fifth of all."""
        return len(self.extra) > 20 and len(self.extra) * 5 > self.held


class Published(NamedTuple):
    """What was done.

    Attributes:
        done: how many records were created, changed and removed.
        overtaken: references of records that somebody else changed meanwhile; they were left as that person wrote them.
        refused: references of records that the server does not take, each with its reason.
    """

    done: Mapping[str, int]
    overtaken: list[str]
    refused: dict[str, str]


def plan(link: Link, documents: Catalogue) -> Plan:
    """What would have to be written, from one reading of the server's records.

    Raises:
        SyncError: the server does not answer, or there is no catalogue that we may read.
    """
    catalogue = Kinto(link)
    writes: list[Write] = []
    extra: list[Write] = []
    unchanged = held = 0
    for kind, of_kind in documents.items():
        path = records(link.address.bucket, kind)
        theirs = {row["id"]: row for row in _read(catalogue, kind)}
        held += len(theirs)
        for document in of_kind:
            wanted = clean_all(_without(document))
            record_id = wanted["id"]
            old = theirs.pop(record_id, None)
            if old is None:
                writes.append(Write(ref(kind, record_id), CREATE, Request("PUT", f"{path}/{record_id}", {"data": wanted}, NEW)))
            elif _without(old) != wanted:
                condition = only(old["last_modified"])
                writes.append(Write(ref(kind, record_id), CHANGE, Request("PUT", f"{path}/{record_id}", {"data": wanted}, condition)))
            else:
                unchanged += 1
        for record_id, old in theirs.items():
            request = Request("DELETE", f"{path}/{record_id}", None, only(old["last_modified"]))
            extra.append(Write(ref(kind, record_id), REMOVE, request))
    return Plan(writes, extra, unchanged, held)


def write(link: Link, writes: Sequence[Write], progress: Progress = lambda _done, _all: None) -> Published:
    """Write in batches. What was written before an error stays; a second run finds it and goes on.

    Raises:
        SignInNeeded: the server does not take this name and password.
        SyncError: the server does not answer, or refuses a whole batch.
    """
    catalogue = Kinto(link)
    counts = dict.fromkeys((CREATE, CHANGE, REMOVE), 0)
    overtaken: list[str] = []
    refused: dict[str, str] = {}
    done = 0
    progress(done, len(writes))
    for batch in in_batches(writes, _size, BATCH_MAX, WEIGHT):
        for each, answer in zip(batch, catalogue.batch([one.request for one in batch]), strict=True):
            if answer.status == 401:
                raise SignInNeeded(_("The server does not take this name and password. Nothing more was written."))
            if _is_done(each, answer):
                counts[each.what] += 1
            elif answer.status in (404, 412):
                overtaken.append(each.reference)
            else:
                refused[each.reference] = refusal(answer)
        done += len(batch)
        progress(done, len(writes))
    return Published(counts, overtaken, refused)


def _is_done(write: Write, answer: Answer) -> bool:
    """Whether the server holds what the write wants, be it from an earlier attempt whose answer was lost."""
    if write.what == REMOVE and answer.status in (404, 412):
        return answer.status == 404
    if answer.status != 412:
        return 200 <= answer.status < 300
    details = answer.body.get("details") if isinstance(answer.body, dict) else None
    existing = details.get("existing") if isinstance(details, dict) else None
    return isinstance(existing, dict) and _without(existing) == write.request.body["data"]


def _read(catalogue: Kinto, kind: str) -> Iterator[dict[str, Any]]:
    """The live records of a kind, in the order of their changes."""
    since = 0
    while True:
        page = catalogue.page(kind, since, PAGE)
        if not isinstance(page, Page):
            raise Refused(_("There is no catalogue at this address that you may write to. Nothing was changed."))
        yield from (row for row in page.rows if not row.get("deleted"))
        if not page.more or not page.rows:
            return
        since = max(row["last_modified"] for row in page.rows)


def _without(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in OF_THE_SERVER}


def _size(write: Write) -> int:
    return len(json.dumps(write.request.body, ensure_ascii=False).encode())
