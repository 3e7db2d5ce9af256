"""What a run of the sync is told, and what it tells: shapes that cost nothing to import."""

from __future__ import annotations

from typing import NamedTuple

from ssc_tui.store.shadow import Applied


class Wishes(NamedTuple):
    """What the person wants of a run.

    Attributes:
        full: read everything again and compare.
        join: take the remote catalogue in place of one with another name.
        accept_removals: believe that many records are gone.
        budget: bytes that the run may use; None for any number.
        signed_in: whether a name and password go with the questions.
        user: the name that goes with them.
    """

    full: bool = False
    join: bool = False
    accept_removals: bool = False
    budget: int | None = None
    signed_in: bool = False
    user: str = ""


class Progress(NamedTuple):
    """Where a run is: records read of how many (None where unknown), bytes received, seconds so far."""

    done: int
    total: int | None
    bytes_down: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at the rate so far; None where that is unknown."""
        if not self.total or not self.done or self.done >= self.total:
            return None
        return self.seconds / self.done * (self.total - self.done)


class Report(NamedTuple):
    """How a run went.

    Attributes:
        outcome: ok, busy, or the outcome of a `SyncError`.
        words: a sentence for the person.
        exit_code: what a command ends with.
        applied: records that were new, changed and removed.
        quarantined: records that could not be taken, in all.
        requests: sent, with `bytes_up` and `bytes_down` as on the line, in `seconds`.
        sent: edits that the server took; `conflicts` those that wait for a decision.
        own: notes, bookmarks and saved searches that came or went.
        suggested: records whose edits it took as suggestions; `heard` those of one's own that were decided since the run before.
        wish: the wish of `Wishes` with which the run would come to its end; empty where none helps.
    """

    outcome: str
    words: str
    exit_code: int = 0
    applied: Applied = Applied()
    quarantined: int = 0
    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    seconds: float = 0.0
    sent: int = 0
    conflicts: int = 0
    own: int = 0
    wish: str = ""
    suggested: int = 0
    heard: int = 0
