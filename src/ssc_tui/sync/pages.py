"""Reads a collection page by page, oldest first, each as long as the link allows; the next one comes while the one before is being kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from ssc_tui.errors import Offline, Unreadable, Unwell
from ssc_tui.store.shadow import Delivered, Rejected
from ssc_tui.sync import pace
from ssc_tui.sync.accept import AHEAD, sort_out
from ssc_tui.sync.remote import BadSince, Page, Remote, Unavailable


class Question(NamedTuple):
    """What changed in a collection after a time stamp, and how many records of it at the most.

    Attributes:
        stuck: whether the page before this one had a single time stamp, so that only a longer one may lead on.
    """

    kind: str
    since: int
    limit: int
    stuck: bool = False

    def after(self, last: int, limit: int) -> Question | None:
        """What to ask after a page that ends with the time stamp `last`; None where no question leads on."""
        # The next page may begin with the time stamp that this one ends with.
        if last - 1 > self.since:
            return Question(self.kind, last - 1, limit)
        if not self.stuck:
            return self._replace(limit=pace.MOST, stuck=True)
        return Question(self.kind, last, limit) if last > self.since else None


class Sorted(NamedTuple):
    """A page with what of it can be kept.

    Attributes:
        page: as it came.
        kept: its records and tombstones that are fit to be kept.
        rejected: those that are not.
        last: its newest time stamp that can be asked about; that of the question where it has none.
        following: the question for the next page; None where there is none.
    """

    page: Page
    kept: Sequence[Delivered]
    rejected: Sequence[Rejected]
    last: int
    following: Question | None


Answer = Sorted | Unavailable | BadSince


class Pages:
    """The pages of a run, one question at a time.

    Args:
        remote: where to read.
        limit: records to ask for as long as nothing is known of the link.
        mind: called before each question; raises where the run may use no more.
        now: the time by our clock, seconds since 1970, for answers that do not state theirs.
        tick: seconds, for durations.

    Attributes:
        rate: records that came in a second, at the last page that tells; None before one came.
    """

    def __init__(self, remote: Remote, limit: int, mind: Callable[[], None], now: Callable[[], float], tick: Callable[[], float]) -> None:
        self.rate: float | None = None
        self._remote = remote
        self._limit = limit
        self._mind = mind
        self._now = now
        self._tick = tick
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="next page")

    def close(self) -> None:
        """Wait for the question that was asked ahead, if there is one; whoever does not want to, stops the remote before."""
        self._ahead.shutdown(cancel_futures=True)

    def from_the_beginning(self, kind: str) -> Answer:
        """The first page of a collection that is read anew."""
        return self.ask(Question(kind, 0, self._limit))

    def ask_ahead(self, question: Question) -> Future[Answer]:
        """Ask on another thread; nothing else may be asked before the answer was taken."""
        return self._ahead.submit(self.ask, question)

    def ask(self, question: Question) -> Answer:
        """The page that answers a question, smaller where a larger one does not come through.

        Raises:
            SyncError: there was no answer.
        """
        self._mind()
        limit = question.limit
        while True:
            started = self._tick()
            try:
                page = self._remote.page(question.kind, question.since, limit)
            except Unreadable:
                if limit == 1:
                    return self.sort_out(question._replace(limit=self._limit), self._unreadable(question))
                limit = pace.smaller(limit)
            except (Unwell, Offline) as error:
                if not error.slow or limit <= pace.LEAST:
                    raise
                limit = max(pace.LEAST, pace.smaller(limit))
            else:
                if not isinstance(page, Page):
                    return page
                return self.sort_out(question._replace(limit=self._next_limit(limit, len(page.rows), self._tick() - started)), page)

    def sort_out(self, question: Question, page: Page) -> Sorted:
        """A page with what of it can be kept; the limit of the question is the one for the next page."""
        now = int((page.date or self._now()) * 1000)
        kept, rejected = sort_out(page.rows, now)
        # What was not taken has been read too, so that it stands in nobody's way.
        stamps = [row.last_modified for row in kept]
        stamps += [row.last_modified for row in rejected if row.last_modified is not None and row.last_modified <= now + AHEAD]
        last = max(stamps, default=question.since)
        return Sorted(page, kept, rejected, last, question.after(last, question.limit) if page.more else None)

    def _next_limit(self, limit: int, number: int, seconds: float) -> int:
        if number >= pace.LEAST:
            seconds = max(seconds, 0.001)
            self.rate = number / seconds
            limit = pace.next_limit(number, seconds)
        return max(limit, min(2 * limit, pace.LEAST))

    def _unreadable(self, question: Question) -> Page:
        """A page for one record that no answer can hold: it goes into quarantine by its id."""
        listed, more = self._remote.listing(question.kind, question.since, 1)
        return Page([{"id": each.id, "last_modified": each.last_modified, "deleted": None} for each in listed], None, more)
