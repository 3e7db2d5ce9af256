"""Sends a person's edits to the remote catalogue, each over the version that it was made on and over no other.

So nothing that others wrote is ever overwritten unseen, and sending the same thing twice does nothing: where an answer was lost, the next
run finds in the catalogue what it would send, and is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.difference import differences
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.catalogue.limits import SAFE_INTEGER, beyond
from ssc_tui.catalogue.suggestions import SUGGESTION
from ssc_tui.errors import Refused, SignInNeeded, Unreadable, Unwell
from ssc_tui.i18n import _
from ssc_tui.store import outbox
from ssc_tui.store.outbox import Outgoing
from ssc_tui.store.shadow import Applied, Delivered, Moment
from ssc_tui.sync.accept import sort_out
from ssc_tui.sync.pace import in_batches
from ssc_tui.sync.remote import Fate, Remote, Write, Written
from ssc_tui.text import clean_all

TOGETHER = 25
"""Records that are sent at once: few enough that a break repeats little."""

WEIGHT = 64_000
"""Bytes that are sent at once, unless one record is larger."""

ROUNDS = 3
"""How often in a run an edit is laid on what somebody else wrote meanwhile, and sent again."""


NOT_LET = (Fate.DENIED, Fate.FORBIDDEN)


class Push:
    """One run of sending.

    Args:
        copy: the copy, for this thread.
        remote: where to send.
        moment: for the change log, where somebody else turns out to have written.
        mind: called before each request; raises where the run may use no more.
        now: the time by the server's clock, milliseconds since 1970.
        failed: records that were not taken in this run, and are not sent in it again; more come to them.
        author: who is signed in.

    Attributes:
        sent: edits that the catalogue has taken.
        told: documents about suggestions and conflicts that it has taken; `decided` of them say how one was decided.
        moved: whether the server holds something now that is to be read.
        applied: what others turned out to have changed.
        denied: why the catalogue does not let us write; empty where it does.
        suggested: records whose edits it has taken as suggestions, since we may not write them.
        refused: decisions that were not ours to make, and were let go of.
    """

    def __init__(
        self,
        copy: Connection,
        remote: Remote,
        moment: Moment,
        mind: Callable[[], None],
        now: Callable[[], int],
        failed: set[tuple[str, str]],
        author: str = "",
    ) -> None:
        self.sent = 0
        self.moved = False
        self.applied = Applied()
        self.denied = ""
        self.told = 0
        self.decided = 0
        self.suggested = 0
        self.refused = 0
        self._copy = copy
        self._remote = remote
        self._moment = moment
        self._mind = mind
        self._now = now
        self._failed = failed
        self._author = author
        self._closed: set[str] = set()
        self._not_let: Refused | SignInNeeded | None = None
        self._breaks: Unwell | None = None
        self._last: Unwell | None = None

    def run(self) -> None:
        """Send what waits.

        Raises:
            SyncError: the run did not come to its end; what was taken is noted, and what was sent without an answer is found out next time.
        """
        for _round in range(ROUNDS):
            due = [each for each in outbox.due(self._copy) if (each.kind, each.id) not in self._failed]
            sendable = [each for each in due if not self._park_what_nobody_takes(each)]
            for ready in in_batches(sendable, lambda each: _size(each.document), TOGETHER, WEIGHT):
                self._mind()
                if not (batch := outbox.send(self._copy, [each for each in ready if each.kind not in self._closed])):
                    continue
                answers = self._write(batch)
                self._keep(batch, answers)
                if isinstance(self._not_let, SignInNeeded):
                    raise self._not_let
                if self._not_let:
                    return
                self._pass_over_closed(batch, answers)
            outbox.share(self._copy, self._author)
        if self._breaks:
            raise self._breaks

    def _pass_over_closed(self, batch: Sequence[Outgoing], answers: Sequence[Written]) -> None:
        """Send no more to a collection that took nothing of a batch from us, where we may not even suggest it; others may be open."""
        if not outbox.takes_suggestions(self._copy):
            let = {each.kind for each, written in zip(batch, answers, strict=True) if written.fate not in NOT_LET}
            self._closed |= {each.kind for each in batch} - let

    def _park_what_nobody_takes(self, each: Outgoing) -> bool:
        """Whether no copy would take in what this became, as where two people together made a record too large.

        A NUL breaks servers over the whole batch, and half a surrogate pair cannot even be sent: an edit that holds one is no save of ours.
        """
        reason = "" if each.document is None else beyond({**each.document, "last_modified": SAFE_INTEGER}) or _unclean(each.document)
        if reason:
            outbox.park(self._copy, each, reason)
        return bool(reason)

    def _write(self, batch: Sequence[Outgoing]) -> list[Written]:
        """What became of each; where all together break the server, of fewer and fewer."""
        try:
            return self._remote.write([Write(each.kind, each.id, each.document, each.base) for each in batch])
        except (Refused, SignInNeeded) as error:
            # A server for reading alone refuses all of it, and so does one that does not know us any more.
            self._not_let = error
            return [Written(Fate.DENIED, None, str(error)) for _each in batch]
        except Unwell as error:
            if error.wait is not None:
                raise
            # Where it is the server that is unwell, and not one of the records, this fails too.
            self._remote.server()
            if len(batch) == 1 or self._breaks:
                self._last = error
                return [Written(Fate.BROKEN, None, str(error)) for _each in batch]
        half = len(batch) // 2
        return self._write(batch[:half]) + self._write(batch[half:])

    def _keep(self, batch: Sequence[Outgoing], answers: Sequence[Written]) -> None:
        """Note what became of each; all that was taken in one step."""
        if (len(batch) > 1 or self._breaks) and all(written.fate is Fate.BROKEN for written in answers):
            # It takes none of many: it is the server that breaks, and no edit is to blame.
            self._breaks = self._last
            if not (isinstance(self._last, Unreadable) or (self._last and self._last.slow)):
                # Else it may have taken them, and the next run finds out.
                outbox.let_wait(self._copy, batch)
            self._failed.update((each.kind, each.id) for each in batch)
            return
        taken: list[tuple[Outgoing, Delivered | None]] = []
        others: list[tuple[Outgoing, Written, Delivered | None]] = []
        for each, written in zip(batch, answers, strict=True):
            row = self._fit(written)
            self.moved |= written.fate in (Fate.TAKEN, Fate.OVERTAKEN, Fate.GONE)
            if written.fate is Fate.TAKEN or (written.fate is Fate.OVERTAKEN and row is not None and _same(row, each)):
                taken.append((each, row))
            elif written.fate is Fate.GONE and each.document is None:
                taken.append((each, Delivered(each.id, each.base or 0, None)))
            else:
                others.append((each, written, row))
        outbox.acknowledge(self._copy, taken)
        for each, _row in taken:
            self._count(each)
        for each, written, row in others:
            self._not_taken(each, written, row)

    def _not_taken(self, each: Outgoing, written: Written, row: Delivered | None) -> None:
        match written.fate:
            case Fate.OVERTAKEN if row is not None:
                self.applied = self.applied.plus(outbox.rebase(self._copy, each, row, self._moment))
            case Fate.OVERTAKEN | Fate.GONE if written.row is None and each.base is not None and each.document is not None:
                # There was one, and it left no tombstone: whoever edited it is asked at once.
                self.applied = self.applied.plus(outbox.miss(self._copy, each, self._moment))
            case Fate.UNFIT:
                outbox.park(self._copy, each, written.reason)
            case Fate.BROKEN:
                outbox.fail(self._copy, each, written.reason)
                self._failed.add((each.kind, each.id))
            case Fate.FORBIDDEN if each.kind in KINDS and outbox.takes_suggestions(self._copy):
                outbox.suggest(self._copy, each)
            case Fate.FORBIDDEN if each.kind not in KINDS and each.base is not None:
                outbox.refused(self._copy, each)
                self.refused += 1
            case _:
                # Not now; or gone, or changed into something that cannot be kept here: the next pull says what it is now.
                outbox.let_wait(self._copy, [each])
                self._failed.add((each.kind, each.id))
                if written.fate in NOT_LET:
                    self.denied = written.reason

    def _count(self, each: Outgoing) -> None:
        if each.kind in KINDS:
            self.sent += len(each.edits)
        else:
            self.told += 1
            self.suggested += each.base is None and each.document is not None and each.document.get("document") == SUGGESTION
            self.decided += each.base is not None and each.document is not None

    def _fit(self, written: Written) -> Delivered | None:
        """The row that came with an answer, if it is one that can be kept."""
        kept, _rejected = sort_out([written.row] if written.row is not None else [], self._now())
        return kept[0] if kept else None


def _same(row: Delivered, each: Outgoing) -> bool:
    return row.document is not None and each.document is not None and not differences(row.document, each.document)


def _unclean(document: Mapping[str, Any]) -> str:
    """Why the text of a document cannot be sent; empty where it can."""
    return "" if clean_all(document) == document else _("It holds characters that no text may hold, such as control characters.")


def _size(document: Any) -> int:
    return len(json.dumps(document, ensure_ascii=False).encode())
