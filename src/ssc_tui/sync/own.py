"""Carries what a person keeps for himself or herself to the own bucket on the server, which nobody else reads, and back."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection
from typing import Any

from ssc_tui.errors import Refused, Unwell
from ssc_tui.i18n import _
from ssc_tui.store import own
from ssc_tui.store.connection import transaction
from ssc_tui.store.own import Outgoing, Taken
from ssc_tui.sync.remote import OWN, Ask, BadSince, Fate, Page, Remote, Unavailable, Write, Written

TOGETHER = 25
"""Things that are sent at once."""


class Own:
    """One run, both ways, for whoever is signed in.

    Args:
        copy: the copy, for this thread.
        remote: where to read and write.
        url: the address of the catalogue: at another one, the own bucket is another.
        mind: called before each request; raises where the run may use no more.

    Attributes:
        taken: what came.
        sent: how many things went out.
    """

    def __init__(self, copy: Connection, remote: Remote, url: str, mind: Callable[[], None]) -> None:
        self.taken = Taken()
        self.sent = 0
        self._there = False
        self._copy = copy
        self._remote = remote
        self._url = url
        self._mind = mind

    @property
    def moved(self) -> int:
        """How many things came or went."""
        return self.sent + self.taken.new + self.taken.gone

    @property
    def words(self) -> str:
        """What was carried, in a sentence."""
        return _("Notes, bookmarks and searches: {sent} sent, {new} new here, {gone} gone.").format(
            sent=self.sent, new=self.taken.new, gone=self.taken.gone
        )

    def ask(self, user: str, limit: int, overlap: int) -> Ask:
        """The question for what changed, to be asked with the others; of somebody who is not known here yet, for all of it."""
        reached = own.cursor(self._copy, self._url) if own.person(self._copy) == user else 0
        return Ask(OWN, max(0, reached - overlap), limit)

    def take(self, user: str, asked: Ask, page: Page | Unavailable | BadSince | None) -> None:
        """Keep what changed; whoever is signed in was confirmed by the server."""
        with transaction(self._copy):
            own.be(self._copy, user)
        # A server without own buckets has none to write to either.
        self._there = not isinstance(page, Unavailable)
        reached = own.cursor(self._copy, self._url)
        went_back = isinstance(page, BadSince) or (isinstance(page, Page) and page.etag is not None and page.etag < reached)
        if went_back or not reached:
            with transaction(self._copy):
                own.begin_anew(self._copy, self._url)
        if went_back:
            asked, page = asked._replace(since=0), None
        since = asked.since
        while not isinstance(page, Unavailable | BadSince):
            if page is None:
                self._mind()
                page = self._remote.page(OWN, since, asked.limit)
                continue
            stamps = [row["last_modified"] for row in page.rows if isinstance(row, dict) and type(row.get("last_modified")) is int]
            last = max(stamps, default=page.etag or since)
            with transaction(self._copy):
                taken = own.take_in(self._copy, page.rows)
                own.reach(self._copy, self._url, max(last - 1 if page.more else last, own.cursor(self._copy, self._url)))
            self.taken = Taken(self.taken.new + taken.new, self.taken.gone + taken.gone)
            if not page.more or last <= since + 1:
                return
            since, page = last - 1, None

    def send(self) -> None:
        """Send what is not there yet; where the server takes nothing now, it waits and holds up nothing else."""
        due = own.outgoing(self._copy) if self._there else []
        for first in range(0, len(due), TOGETHER):
            part = due[first : first + TOGETHER]
            self._mind()
            try:
                answers = self._remote.write([Write(OWN, each.id, each.document, each.stamp) for each in part])
            except (Refused, Unwell) as error:
                if isinstance(error, Unwell) and error.wait is not None:
                    raise
                return
            with transaction(self._copy):
                for each, written in zip(part, answers, strict=True):
                    self._keep(each, written)
            if any(written.fate in (Fate.DENIED, Fate.FORBIDDEN) for written in answers):
                return

    def _keep(self, each: Outgoing, written: Written) -> None:
        if written.row is not None and written.row.get("deleted") is True and each.document is not None:
            # It was sent before without an answer, and taken away from another laptop since.
            own.take_in(self._copy, [written.row])
            return
        # What was sent without an answer is there already.
        there = (Fate.TAKEN, Fate.OVERTAKEN) if each.document else (Fate.TAKEN, Fate.GONE)
        stamp = each.stamp if written.fate is Fate.GONE else _stamp(written.row)
        if stamp is not None and written.fate in there:
            own.acknowledge(self._copy, each, stamp)
            self.sent += 1


def _stamp(row: Any) -> int | None:
    stamp = row.get("last_modified") if isinstance(row, dict) else None
    return stamp if type(stamp) is int else None
