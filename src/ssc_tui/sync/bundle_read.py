"""Reads a bundle into the copy: finds out what it would do, and does it through the same code as a sync.

Records go by their time stamps: what is here already, or newer, stays. How far a collection was read is believed of a bundle of the same
epoch alone, and of a whole one that takes the place of a copy that never met the catalogue, or met it in an earlier state. A reading that
is cut off leaves a copy that is sound, and is completed by another one, or by a sync.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.errors import Busy, CopyError, Incompatible, ReadOnly, Refused
from ssc_tui.i18n import _, ngettext
from ssc_tui.paths import Home
from ssc_tui.store import journal, outbox, riding, shadow
from ssc_tui.store.conflicts import open_conflicts
from ssc_tui.store.connection import connect_to_fill, is_damage, transaction, writable
from ssc_tui.store.reader import meta
from ssc_tui.store.riding import News, Riding
from ssc_tui.store.shadow import Applied, Moment
from ssc_tui.store.standing import Reached, reached, remember, save_reached, standing
from ssc_tui.sync import bundle_edits
from ssc_tui.sync.accept import sort_out
from ssc_tui.sync.bundle_form import EDITS, Collection, Manifest, damaged
from ssc_tui.sync.bundle_open import Bundle, Wishes, opened_bundle
from ssc_tui.sync.pull import ORDER, are_few
from ssc_tui.sync.run import CONFLICTS, OK, seldom_swept
from ssc_tui.sync.trust import Key

NOTHING_SPECIAL = Wishes()

PAGE = 1000
"""Records that are kept in one transaction."""

Tell = Callable[[int, int], None]
"""Told how many of how many records are done."""


class Plan(NamedTuple):
    """What reading a bundle does.

    Attributes:
        anew: collections that it stands for as a whole: what it does not hold is not in the catalogue.
        onward: collections to which it adds what is newer.
        meets: whether the copy becomes one of this catalogue, or of another state of it, by this bundle.
        moves: how far those collections will have been read that it brings further.
        applied: records that will be new, changed and gone.
        beside: versions that it brings of what is no part of the directory, such as suggestions.
        news: edits, conflicts and decisions that are new here.
        believed: what rides along and can be taken in.
        left_out: lines of what rides along that cannot.
        passed_over: why its records are left alone, in a sentence; empty where they are not.
        others: collections that this program does not know.
    """

    anew: tuple[str, ...]
    onward: tuple[str, ...]
    meets: bool
    moves: dict[str, int]
    applied: Applied
    beside: int
    news: News
    believed: Riding
    left_out: int
    passed_over: str
    others: tuple[str, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it is here already."""
        return not (any(self.applied) or self.beside or any(self.news) or self.moves or self.meets)


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
            with FileLock(home.sync_lock, timeout=0, mode=0o600), closing(connect_to_fill(path)) as copy, seldom_swept():
                reading = _Reading(copy, bundle, tell)
                plan = reading.plan()
                reading.mind(plan, wishes)
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
    """One reading of a bundle that was found to be whole."""

    def __init__(self, copy: Connection, bundle: Bundle, tell: Tell) -> None:
        self._copy = copy
        self._bundle = bundle
        self._manifest = bundle.manifest
        self._known = standing(copy)
        self._tell = tell
        self._done = 0
        self._removed: dict[str, tuple[int, int]] = {}
        # By the server's own clock, which the clock of this machine may be years away from.
        heard = self._manifest.as_of if self._manifest.as_of is not None else datetime.fromisoformat(self._manifest.created).timestamp()
        self._now = int(heard * 1000)

    # What it would do

    def plan(self) -> Plan:
        """Find out what the bundle brings; every line of it is read.

        Raises:
            Refused: a line is none.
            Incompatible: it is of another catalogue.
        """
        manifest = self._manifest
        self._mind_dataset()
        passed_over = self._why_passed_over()
        mine = {} if passed_over else {kind: each for kind, each in manifest.collections.items() if kind in ORDER}
        met = self._known.dataset is not None and self._known.epoch == manifest.epoch
        anew = tuple(kind for kind, each in mine.items() if self._stands_for_all(kind, each, met=met))
        onward = tuple(kind for kind in mine if kind not in anew)
        applied, beside = Applied(), 0
        for kind, each in manifest.collections.items():
            # What is left alone is read too: a bundle is right as a whole or not at all.
            found = self._looked_through(kind, each, anew=kind in anew)
            if kind in mine:
                applied, beside = (applied.plus(found), beside) if kind in KINDS else (applied, beside + sum(found))
        believed, left_out = bundle_edits.read(self._bundle.lines(EDITS), ORDER)
        if not self._bundle.trusted:
            # Nobody lets go of an edit on the word of a stranger.
            believed = believed._replace(taken=())
        return Plan(
            anew,
            onward,
            bool(mine) and not met,
            self._moves(anew, onward) if met or anew else {},
            applied,
            beside,
            riding.news(self._copy, believed),
            believed,
            left_out,
            passed_over,
            tuple(kind for kind in manifest.collections if kind not in ORDER),
        )

    def _mind_dataset(self) -> None:
        held = self._known.dataset or meta(self._copy).get("dataset") or ""
        if self._manifest.dataset != held:
            raise Incompatible(
                _("This bundle is of another catalogue, {theirs}; this copy holds {ours}. Nothing was changed.").format(
                    theirs=self._manifest.dataset or _("one without a name"), ours=held or _("one without a name")
                )
            )

    def _why_passed_over(self) -> str:
        """Why the records of the bundle are left alone, in a sentence; empty where they are not."""
        manifest, known = self._manifest, self._known
        if not manifest.collections or known.dataset is None or known.epoch == manifest.epoch:
            return ""
        if (manifest.as_of or 0.0) <= (known.date or 0.0):
            return _("Its records are of an earlier state of the catalogue than the one that is here, and were left alone.")
        if not manifest.whole:
            return _(
                "Its records are of a later state of the catalogue, which only a whole bundle, or a sync, brings; they were left alone."
            )
        return ""

    def _stands_for_all(self, kind: str, collection: Collection, *, met: bool) -> bool:
        """Whether the bundle takes the place of what is here of a collection."""
        if not met:
            return self._manifest.whole
        never = self._copy.execute("SELECT 1 FROM collection WHERE kind = ?", (kind,)).fetchone() is None
        return (never or reached(self._copy, kind).resync) and collection.since == 0 and collection.upto is not None

    def _moves(self, anew: tuple[str, ...], onward: tuple[str, ...]) -> dict[str, int]:
        """How far the collections will have been read that the bundle brings further."""
        moves: dict[str, int] = {}
        for kind in (*anew, *onward):
            collection, state = self._manifest.collections[kind], reached(self._copy, kind)
            if collection.upto is None:
                continue
            if kind in anew:
                moves[kind] = (
                    max(collection.upto, state.cursor) if state.resync and self._known.epoch == self._manifest.epoch else collection.upto
                )
            elif not state.resync and collection.since <= state.cursor < collection.upto:
                moves[kind] = collection.upto
        return moves

    def _looked_through(self, kind: str, collection: Collection, *, anew: bool) -> Applied:
        """Read every line of a collection; returns what it would do.

        Raises:
            Refused: it is not what the manifest says.
        """
        held = {
            record_id: (stamp, deleted)
            for record_id, stamp, deleted in self._copy.execute("SELECT id, last_modified, deleted FROM record WHERE kind = ?", (kind,))
        }
        new = changed = removed = tombstones = highest = 0
        live: set[str] = set()
        last = ""
        for rows in self._rows(kind):
            for row in rows:
                if not isinstance(row, dict) or type(stamp := row.get("last_modified")) is not int or not last < str(row.get("id")):
                    raise damaged()
                last, gone = str(row["id"]), row.get("deleted") is True
                tombstones += gone
                highest = max(highest, stamp)
                before, dead = held.get(last, (None, 1))
                if not gone:
                    live.add(last)
                if last in held and before is not None and not (stamp != before if anew else stamp > before):
                    continue
                new += bool(dead) and not gone
                changed += not dead and not gone
                removed += not dead and gone
        if (tombstones, highest) != (collection.tombstones, collection.highest):
            raise damaged()
        if anew:
            shown = [record_id for record_id, (_stamp, dead) in held.items() if not dead]
            missing = sum(record_id not in live for record_id in shown)
            removed = missing
            self._removed[kind] = missing, len(shown)
        return Applied(new, changed, removed)

    def _rows(self, kind: str) -> Iterator[list[Any]]:
        """The rows of a collection, many at a time."""
        batch: list[bytes] = []
        for line in self._bundle.lines(kind):
            batch.append(line)
            if len(batch) == PAGE:
                yield _parsed(batch)
                batch = []
        if batch:
            yield _parsed(batch)

    def mind(self, plan: Plan, wishes: Wishes) -> None:
        """See that the person would want it.

        Raises:
            Refused: all of it is older than what is here, or it would take much away.
        """
        ours = self._copy.execute("SELECT coalesce(max(last_modified), 0) FROM record").fetchone()[0]
        if plan.changes_nothing and plan.passed_over:
            raise Refused(_("{why} Nothing was changed.").format(why=plan.passed_over))
        if plan.changes_nothing and self._manifest.collections and self._manifest.sequence < ours:
            raise Refused(_("This bundle is older than what is here, and brings no edits that are not here too. Nothing was changed."))
        much = [
            _("{n:,} of {all:,} {kind}").format(n=gone, all=held, kind=kind)
            for kind, (gone, held) in self._removed.items()
            if not are_few(gone, held)
        ]
        if much and not wishes.accept_removals:
            raise Refused(
                _(
                    "{what} are not in this bundle, which stands for the whole catalogue. Nothing was changed; --accept-removals believes"
                    " it."
                ).format(what=", ".join(much)),
                wish="accept_removals",
            )

    # Doing it

    def follow(self, plan: Plan) -> None:
        """Do what the plan says."""
        started, began = datetime.now(UTC), time.monotonic()
        run = journal.begin_run(self._copy, started.isoformat(timespec="milliseconds"))
        moment = Moment(run, started.isoformat(timespec="milliseconds"))
        applied = Applied()
        if plan.meets:
            self._meet()
        for kind in ORDER:
            if kind in (*plan.anew, *plan.onward):
                applied = applied.plus(self._keep(kind, moment, riding.waiting(self._copy, kind, plan.believed.taken)))
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
        # What a home that writes to the catalogue would find there already need not wait any more.
        outbox.due(self._copy)
        words = _in_words(plan._replace(applied=applied), done=True)
        journal.end_run(self._copy, journal.Run(run, moment.at, round(time.monotonic() - began, 3), OK, words, 0, 0, 0, *applied, 0))

    def _meet(self) -> None:
        """Let the copy be one of this catalogue, in this state, of which nothing was read yet."""
        with transaction(self._copy):
            for kind in ORDER:
                shadow.start_resync(self._copy, Reached(kind, resync=True))
            remember(self._copy, dataset=self._manifest.dataset, epoch=self._manifest.epoch)
            shadow.name_catalogue(self._copy, self._manifest.dataset)

    def _keep(self, kind: str, moment: Moment, taken: Mapping[str, Sequence[str]]) -> Applied:
        """Keep the records of a collection; `taken` are edits of each record that the catalogue has taken, and that wait here still."""
        applied, state = Applied(), reached(self._copy, kind)
        for rows in self._rows(kind):
            kept, rejected = sort_out(rows, self._now)
            over = [edit for row in kept for edit in taken.get(row.id, ())]
            with transaction(self._copy):
                if over:
                    # Before the record comes that holds what they wanted, and maybe what somebody wrote after: no conflict with that.
                    riding.take_in(self._copy, Riding(taken=over))
                if kind in self._removed:
                    applied = applied.plus(shadow.keep_page(self._copy, kept, rejected, state, moment, believe_older=True))
                else:
                    applied = applied.plus(shadow.keep(self._copy, kind, kept, moment, rejected))
            self._done += len(rows)
            self._tell(self._done, sum(each.member.lines for each in self._manifest.collections.values()))
        return applied

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
            _in_words(plan, done=done),
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


def _parsed(lines: list[bytes]) -> list[Any]:
    try:
        found: list[Any] = json.loads(b"[%s]" % b",".join(lines))
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    if len(found) != len(lines):
        raise damaged()
    return found


def _in_words(plan: Plan, *, done: bool) -> str:
    """What was done, or would be."""
    if plan.changes_nothing:
        return _("Everything in this bundle is here already.")
    records = (
        _("Records: {new:,} new, {changed:,} changed, {removed:,} gone.").format(**plan.applied._asdict()) if any(plan.applied) else ""
    )
    news = plan.news
    edits = ngettext("{n} edit of others waits here too now.", "{n} edits of others wait here too now.", news.edits)
    taken = ngettext("{n} edit is in the catalogue by now.", "{n} edits are in the catalogue by now.", news.taken)
    disputes = ngettext(
        "What others found or decided of {n} conflict is here too now.",
        "What others found or decided of {n} conflicts is here too now.",
        news.disputes,
    )
    left = ngettext("{n} edit in it could not be taken in.", "{n} edits in it could not be taken in.", plan.left_out)
    said = [
        "" if done else _("Reading it does this:"),
        records,
        edits.format(n=news.edits) if news.edits else "",
        taken.format(n=news.taken) if news.taken else "",
        disputes.format(n=news.disputes) if news.disputes else "",
        left.format(n=plan.left_out) if plan.left_out else "",
        _("Suggestions came, or what became of some.") if plan.beside else "",
        _("The next sync goes on from there.") if plan.moves else "",
        plan.passed_over,
        _("It also holds what this version cannot show: {names}.").format(names=", ".join(plan.others)) if plan.others else "",
    ]
    return " ".join(filter(None, said))
