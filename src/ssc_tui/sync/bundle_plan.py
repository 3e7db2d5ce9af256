"""Finds out what reading a bundle would do, and whether it may be done; looks at every line, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import differences
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.errors import Incompatible, Refused
from ssc_tui.i18n import _, ngettext
from ssc_tui.store import riding
from ssc_tui.store.reader import meta
from ssc_tui.store.riding import News, Riding
from ssc_tui.store.shadow import Applied
from ssc_tui.store.standing import reached, standing
from ssc_tui.sync import bundle_edits
from ssc_tui.sync.bundle_form import EDITS, Collection, damaged
from ssc_tui.sync.bundle_open import Bundle, Wishes
from ssc_tui.sync.pull import ORDER, are_few

PAGE = 1000
"""Records that are looked at, or kept, at a time."""


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


class Planning:
    """What a bundle that was found to be whole would do to a copy.

    Attributes:
        removed: how many records of each collection that it stands for would go, and how many there are.
    """

    def __init__(self, copy: Connection, bundle: Bundle) -> None:
        self.removed: dict[str, tuple[int, int]] = {}
        self._copy = copy
        self._bundle = bundle
        self._manifest = bundle.manifest
        self._known = standing(copy)

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
        if not collection.whole:
            return False
        if not met:
            # To a copy that never met the catalogue, each collection that the giver had read to its end is one less to read.
            return self._manifest.whole or self._known.dataset is None
        never = self._copy.execute("SELECT 1 FROM collection WHERE kind = ?", (kind,)).fetchone() is None
        return never or reached(self._copy, kind).resync

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
        for page in rows(self._bundle, kind):
            for row in page:
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
                if before is None and not dead and not gone and self._is_same(kind, row):
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
            self.removed[kind] = missing, len(shown)
        return Applied(new, changed, removed)

    def _is_same(self, kind: str, row: Mapping[str, Any]) -> bool:
        """Whether a record that came with the program is the one in the bundle."""
        text: str = self._copy.execute("SELECT document FROM record WHERE kind = ? AND id = ?", (kind, row["id"])).fetchone()[0]
        return not differences(json.loads(text), {name: value for name, value in row.items() if name != "last_modified"})

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
            for kind, (gone, held) in self.removed.items()
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


def rows(bundle: Bundle, kind: str) -> Iterator[list[Any]]:
    """The rows of a collection, many at a time.

    Raises:
        Refused: a line is no JSON, or they are not what the manifest says.
    """
    batch: list[bytes] = []
    for line in bundle.lines(kind):
        batch.append(line)
        if len(batch) == PAGE:
            yield _parsed(batch)
            batch = []
    if batch:
        yield _parsed(batch)


def _parsed(lines: list[bytes]) -> list[Any]:
    try:
        found: list[Any] = json.loads(b"[%s]" % b",".join(lines))
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    if len(found) != len(lines):
        raise damaged()
    return found


def in_words(plan: Plan, *, done: bool) -> str:
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
