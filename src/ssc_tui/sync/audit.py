"""Which records differ between a collection of the remote catalogue and the copy, found by their time stamps alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ssc_tui.sync.remote import Remote

PAGE = 1000
"""Records listed at once, 26 bytes each on the line."""

FETCHED = 50
"""Records fetched at once by their ids, which stand in the address."""

REREAD = 0.05
"""Part of a collection from which reading all of it again costs less than fetching what differs."""

FEW = 20


class Audit(NamedTuple):
    """What an audit found.

    Attributes:
        gone: ids that only the copy holds, as records or in quarantine.
        differing: ids whose version the copy does not hold.
        held: how many records the server has.
    """

    gone: list[str]
    differing: list[str]
    held: int

    @property
    def much(self) -> bool:
        """Whether it is better to read the whole collection again."""
        return len(self.gone) + len(self.differing) > max(FEW, REREAD * self.held)


def audit(remote: Remote, kind: str, held: Mapping[str, int | None], rejected: Mapping[str, int | None], mind: Callable[[], None]) -> Audit:
    """Compare a collection with what the copy holds.

    Args:
        remote: the remote catalogue.
        kind: the collection.
        held: the time stamp of each record in the copy, by id.
        rejected: the same of those in quarantine, which are not to be fetched again.
        mind: called before each request; raises where the run may use no more.

    Raises:
        SyncError: there was no answer.
    """
    listed: dict[str, int] = {}
    since, more, whole = 0, True, True
    while more:
        mind()
        rows, more = remote.listing(kind, since, PAGE)
        for row in rows:
            # What has content and says that it is deleted is in quarantine, and no tombstone.
            if row.deleted and rejected.get(row.id) != row.last_modified:
                listed.pop(row.id, None)
            else:
                listed[row.id] = row.last_modified
        last = max((row.last_modified for row in rows), default=since)
        if more and last - 1 <= since:
            # More records share a time stamp than a page has room for: what is not listed may be there all the same.
            whole = False
            if last <= since:
                break
            since = last
        else:
            since = last - 1
    gone = [record_id for record_id in {**held, **rejected} if record_id not in listed] if whole else []
    differing = [record_id for record_id, stamp in listed.items() if held.get(record_id) != stamp and rejected.get(record_id) != stamp]
    return Audit(gone, differing, len(listed))
