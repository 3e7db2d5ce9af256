"""Reads a bundle into the copy: finds out what it would do, and does it through the same code as a sync.

Records go by their time stamps: what is here already, or newer, stays. How far a collection was read is believed of a bundle of the same
epoch alone, and of a whole one that takes the place of a copy that never met the catalogue, or met it in an earlier state. A reading that
is cut off leaves a copy that is sound, and is completed by another one, or by a sync.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple, TypeVar

from filelock import FileLock, Timeout

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.errors import Busy, CopyError, ReadOnly
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.store import instead, journal, outbox, projections, riding, shadow
from ssc_tui.store.conflicts import open_conflicts
from ssc_tui.store.connection import connect_to_fill, is_damage, transaction, writable
from ssc_tui.store.riding import News, Riding
from ssc_tui.store.shadow import Applied, Delivered, Moment, Rejected
from ssc_tui.store.standing import Reached, reached, remember, save_reached, standing
from ssc_tui.sync.accept import sort_out
from ssc_tui.sync.bundle_form import Manifest
from ssc_tui.sync.bundle_open import Bundle, Wishes, opened_bundle
from ssc_tui.sync.bundle_plan import Plan, Planning, in_words, rows
from ssc_tui.sync.pull import ORDER
from ssc_tui.sync.run import CONFLICTS, OK, seldom_swept
from ssc_tui.sync.trust import Key

NOTHING_SPECIAL = Wishes()

T = TypeVar("T")

Tell = Callable[[int, int], None]
"""Told how many of how many records are done."""


class Read(NamedTuple):
    """How a reading went, or what it would do.

    Attributes:
        words: a sentence for the person.
        exit_code: what a command ends with.
        manifest: of the bundle; `signer` the key that signed it, None where nobody did, and whether it is a known one.
        applied: records that are new, changed and gone.
        news: edits, conflicts and decisions that are new here; `left_out`: how many lines of such could not be taken in.
        quarantined: records that could not be taken, in all; `conflicts` those that wait for a decision.
        done: whether it was done, and not only found out.
    """

    words: str
    exit_code: int
    manifest: Manifest
    signer: Key | None
    trusted: bool
    applied: Applied
    news: News
    left_out: int
    quarantined: int
    conflicts: int
    seconds: float
    done: bool


def read_bundle(
    home: Home,
    file: Path,
    wishes: Wishes = NOTHING_SPECIAL,
    *,
    dry_run: bool = False,
    tell: Tell = lambda _done, _all: None,
) -> Read:
    """Read a bundle into the copy, or find out what that would do.

    Raises:
        BundleError: the file cannot be read.
        Refused: it is no bundle, was changed, has expired, nobody known wrote it, it is older than what is here, or would take much away.
        Incompatible: it is of another catalogue.
        SettingsError: the trusted keys cannot be read.
        ReadOnly, Busy, CopyError: the copy cannot be written.
    """
    path = home.database
    if not dry_run and not writable(path):
        raise ReadOnly(_("{path} is read-only, so nothing can be read into it.").format(path=path))
    began = time.monotonic()
    with opened_bundle(home, file, wishes) as bundle:
        try:
            # What only looks may do so beside a sync, and where nothing may be written.
            alone = nullcontext() if dry_run else FileLock(home.sync_lock, timeout=0, mode=0o600)
            with alone, closing(connect_to_fill(path)) as copy, seldom_swept():
                planning = Planning(copy, bundle)
                plan = planning.plan()
                planning.mind(plan, wishes)
                reading = _Reading(copy, bundle, tell)
                if not dry_run and not plan.changes_nothing:
                    reading.follow(plan)
                return reading.report(plan, time.monotonic() - began, done=not dry_run)
        except Timeout as error:
            raise Busy(_("Another ssc-tui is syncing this copy right now. Nothing was changed; try again in a moment.")) from error
        except sqlite3.DatabaseError as error:
            if is_damage(error) or not isinstance(error, sqlite3.OperationalError):
                raise
            raise CopyError(
                _("The local copy could not be written: {reason}. What was kept before is sound; read the bundle again.").format(
                    reason=error
                )
            ) from error


class _Reading:
    """Does what a bundle brings."""

    def __init__(self, copy: Connection, bundle: Bundle, tell: Tell) -> None:
        self._copy = copy
        self._bundle = bundle
        self._manifest = bundle.manifest
        self._known = standing(copy)
        self._tell = tell
        self._done = 0
        # By the server's own clock, which the clock of this machine may be years away from.
        heard = self._manifest.as_of if self._manifest.as_of is not None else datetime.fromisoformat(self._manifest.created).timestamp()
        self._now = int(heard * 1000)

    def follow(self, plan: Plan) -> None:
        """Do what the plan says."""
        started, began = datetime.now(UTC), time.monotonic()
        run = journal.begin_run(self._copy, started.isoformat(timespec="milliseconds"))
        # Where a copy meets the catalogue, everything is new, and that is said once.
        moment = Moment(run, started.isoformat(timespec="milliseconds"), logged=self._known.dataset is not None)
        meets = bool(plan.anew) and self._known.dataset is None
        applied = self._take_its_place(plan, moment) if meets else self._add(plan, moment)
        # What a home that writes to the catalogue would find there already need not wait any more.
        outbox.due(self._copy)
        words = in_words(plan._replace(applied=applied), done=True)
        journal.end_run(self._copy, journal.Run(run, moment.at, round(time.monotonic() - began, 3), OK, words, 0, 0, 0, *applied, 0))

    def _take_its_place(self, plan: Plan, moment: Moment) -> Applied:
        """Put the catalogue in the place of what came with the program: all of it or nothing."""
        with transaction(self._copy):
            self._meet()
            riding.take_in(self._copy, Riding(taken=plan.believed.taken))
            directory = [kind for kind in ORDER if kind in plan.anew and kind in KINDS]
            for kind in directory:
                instead.clear(self._copy, kind)
                for number, kept, rejected in _ahead(self._sorted_rows(kind)):
                    instead.fill(self._copy, kind, kept, rejected, moment.at)
                    self._count(number)
            projections.rebuild(self._copy)
            for kind in (*plan.anew, *plan.onward):
                if kind not in directory:
                    for number, kept, rejected in _ahead(self._sorted_rows(kind)):
                        shadow.keep(self._copy, kind, kept, moment, rejected)
                        self._count(number)
                if kind in plan.anew:
                    save_reached(self._copy, Reached(kind, plan.moves[kind]))
            riding.take_in(self._copy, plan.believed)
            self._remember(plan)
        return plan.applied

    def _add(self, plan: Plan, moment: Moment) -> Applied:
        """Add to what is here, page by page; each of them leaves a copy that is sound."""
        applied = Applied()
        if plan.meets:
            with transaction(self._copy):
                self._meet()
        for kind in ORDER:
            if kind in (*plan.anew, *plan.onward):
                applied = applied.plus(self._keep(plan, kind, moment))
            if kind in plan.anew:
                state = Reached(kind, plan.moves[kind])
                applied = applied.plus(shadow.end_resync(self._copy, state, shadow.unseen(self._copy, kind), moment))
        with transaction(self._copy):
            riding.take_in(self._copy, plan.believed)
            for kind in plan.onward:
                if kind in plan.moves:
                    # Whether both sides hold the same is counted at the next sync.
                    save_reached(self._copy, reached(self._copy, kind)._replace(cursor=plan.moves[kind], etag=None, counted_at=None))
            self._remember(plan)
        return applied

    def _meet(self) -> None:
        """Let the copy be one of this catalogue, in this state, of which nothing was read yet; in the caller's transaction."""
        for kind in ORDER:
            shadow.start_resync(self._copy, Reached(kind, resync=True))
        remember(self._copy, dataset=self._manifest.dataset, epoch=self._manifest.epoch)
        shadow.name_catalogue(self._copy, self._manifest.dataset)

    def _count(self, number: int) -> None:
        """Tell how far it is."""
        self._done += number
        self._tell(self._done, sum(each.member.lines for each in self._manifest.collections.values()))

    def _keep(self, plan: Plan, kind: str, moment: Moment) -> Applied:
        """Keep the records of a collection."""
        applied, state = Applied(), reached(self._copy, kind)
        taken = riding.waiting(self._copy, kind, plan.believed.taken)
        for number, kept, rejected in _ahead(self._sorted_rows(kind)):
            over = [edit for row in kept for edit in taken.get(row.id, ())]
            with transaction(self._copy):
                if over:
                    # Before the record comes that holds what they wanted, and maybe what somebody wrote after: no conflict with that.
                    riding.take_in(self._copy, Riding(taken=over))
                if kind in plan.anew:
                    applied = applied.plus(shadow.keep_page(self._copy, kept, rejected, state, moment, believe_older=True))
                else:
                    applied = applied.plus(shadow.keep(self._copy, kind, kept, moment, rejected))
            self._count(number)
        return applied

    def _sorted_rows(self, kind: str) -> Iterator[tuple[int, list[Delivered], list[Rejected]]]:
        """How many rows came at a time, which of them can be kept, and which cannot."""
        for page in rows(self._bundle, kind):
            yield len(page), *sort_out(page, self._now)

    def _remember(self, plan: Plan) -> None:
        """Remember how fresh the copy is now, in the caller's transaction."""
        manifest, known = self._manifest, self._known
        facts: dict[str, Any] = {}
        if plan.moves and manifest.as_of is not None:
            facts["date"] = max(manifest.as_of, known.date or 0.0)
        as_read = all(reached(self._copy, kind).cursor >= (each.upto or 0) for kind, each in manifest.collections.items() if kind in ORDER)
        if plan.moves and as_read and manifest.synced_at and manifest.synced_at > (known.synced_at or ""):
            facts["synced_at"] = manifest.synced_at
        remember(self._copy, **facts)

    def report(self, plan: Plan, seconds: float, *, done: bool) -> Read:
        """How it went."""
        disputed = open_conflicts(self._copy)
        return Read(
            in_words(plan, done=done),
            CONFLICTS if disputed and done else 0,
            self._manifest,
            self._bundle.signer,
            self._bundle.trusted,
            plan.applied,
            plan.news,
            plan.left_out,
            len(journal.quarantine(self._copy)),
            disputed,
            seconds,
            done,
        )


def _ahead(pages: Iterator[T]) -> Iterator[T]:
    """The pages, each of which is made while the one before is being kept: the database does most of its work beside Python."""
    with ThreadPoolExecutor(1) as making:
        coming = making.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = making.submit(next, pages, None)
            yield page
