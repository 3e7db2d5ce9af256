"""Edits that ride in bundles: what of them goes out with one, and what becomes of those that come with one.

Edits are a set that only grows, and so are those that the catalogue has taken; what is decided of a conflict wins over what is not. So
homes that hand each other all they have come to hold the same, in whatever order they do it, and reading a bundle twice does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.edits import Edit
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.store import overlay, projections
from ssc_tui.store.conflicts import NONE, value_as_text, value_from_text
from ssc_tui.store.states import IN_FLIGHT, WAITING
from ssc_tui.text import as_json

_RIDES = f"state IN ('{WAITING}', '{IN_FLIGHT}') AND sent_as = '' AND {overlay.BY_HAND}"
"""In a statement, the edits that ride."""


class Rider(NamedTuple):
    """An edit, and the step that it was saved in (the id of the first edit of the step; empty for one that was saved alone)."""

    edit: Edit
    step: str = ""


class Dispute(NamedTuple):
    """A conflict as the table holds it, with values in place of JSON; see `conflicts.Conflict`."""

    edit: str
    path: list[Any]
    kind: str
    record_id: str
    base: Any
    mine: Any
    theirs: Any
    author: str
    found_at: str
    settled: str | None
    settled_at: str | None
    settled_edit: str | None


class Riding(NamedTuple):
    """What rides in a bundle: edits, conflicts, and the ids of edits that rode before and that the catalogue has taken since."""

    edits: Sequence[Rider] = ()
    disputes: Sequence[Dispute] = ()
    taken: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing rides."""
        return not (self.edits or self.disputes or self.taken)


class News(NamedTuple):
    """What of it is new to a copy: edits, conflicts or decisions over them, and edits that need not be sent any more."""

    edits: int = 0
    disputes: int = 0
    taken: int = 0


def riding(copy: Connection) -> Riding:
    """What rides in a bundle of this copy: every edit that waits or is on its way, and what is disputed.

    What the catalogue does not take, or took as a suggestion, stays here; so does what follows from conflicts, in whatever home they are.
    """
    edits = copy.execute(f"SELECT {overlay.EDIT}, step FROM pending_edit WHERE {_RIDES} ORDER BY id")
    riders = [Rider(overlay.edit(*columns), step) for *columns, step in edits.fetchall()]
    stays = {edit for (edit,) in copy.execute(f"SELECT id FROM pending_edit WHERE NOT ({_RIDES})")}
    disputes = [each for each in _disputes(copy).values() if each.edit not in stays and each.settled_edit not in stays]
    taken = [edit for (edit,) in copy.execute("SELECT edit FROM travelled WHERE taken ORDER BY edit")]
    return Riding(riders, disputes, taken)


def set_off(copy: Connection, riders: Iterable[Rider]) -> list[str]:
    """Note that edits leave this home, in the caller's transaction; returns the ids of those that had not before."""
    known = {edit for (edit,) in copy.execute("SELECT edit FROM travelled")}
    fresh = [each.edit.id for each in riders if each.edit.id not in known]
    copy.executemany("INSERT INTO travelled VALUES (?, 0)", ((edit,) for edit in fresh))
    return fresh


def stay(copy: Connection, edits: Iterable[str]) -> None:
    """Note that edits did not leave after all, in the caller's transaction."""
    copy.executemany("DELETE FROM travelled WHERE edit = ? AND NOT taken", ((edit,) for edit in edits))


def news(copy: Connection, came: Riding) -> News:
    """What of it is new here."""
    return _sorted_out(copy, came).news


def take_in(copy: Connection, came: Riding) -> News:
    """Let edits of others wait here like one's own, in the caller's transaction; what is known already changes nothing."""
    new = _sorted_out(copy, came)
    concerned = {(each.edit.kind, each.edit.record_id) for each in new.edits} | {(each.kind, each.record_id) for each in new.disputes}
    for edit in new.taken:
        found = copy.execute("SELECT kind, record_id FROM pending_edit WHERE id = ?", (edit,)).fetchone()
        concerned |= {found} if found else set()
    for each in new.edits:
        overlay.add(copy, each.edit, each.step)
    copy.executemany("INSERT OR IGNORE INTO travelled VALUES (?, 0)", ((each.edit.id,) for each in came.edits))
    copy.executemany("INSERT INTO travelled VALUES (?, 1) ON CONFLICT DO UPDATE SET taken = 1", ((edit,) for edit in new.taken))
    copy.executemany("DELETE FROM pending_edit WHERE id = ?", ((edit,) for edit in new.taken))
    copy.executemany(
        "INSERT INTO conflict (edit, path, kind, record_id, base, mine, theirs, author, found_at, settled, settled_at, settled_edit, here)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, EXISTS (SELECT 1 FROM pending_edit WHERE id = ?))"
        " ON CONFLICT DO UPDATE SET base = excluded.base, mine = excluded.mine, theirs = excluded.theirs, found_at = excluded.found_at,"
        " settled = excluded.settled, settled_at = excluded.settled_at, settled_edit = excluded.settled_edit",
        ((each.edit, as_json(each.path), *each[2:4], *map(value_as_text, each[4:7]), *each[7:], each.edit) for each in new.disputes),
    )
    _put_in_order(copy)
    # Whether an edit that waits is in conflict follows from what lies here.
    shown = concerned | overlay.lay(copy, concerned)
    projections.apply(copy, sorted(each for each in shown if each[0] != SUGGESTIONS))
    return new.news


def waiting(copy: Connection, kind: str, edits: Iterable[str]) -> dict[str, list[str]]:
    """Those of the edits that wait here for records of the kind, by the id of the record."""
    wanted = set(edits)
    found: dict[str, list[str]] = {}
    if wanted:
        for record_id, edit in copy.execute("SELECT record_id, id FROM pending_edit WHERE kind = ? ORDER BY id", (kind,)):
            if edit in wanted:
                found.setdefault(record_id, []).append(edit)
    return found


class _New(NamedTuple):
    """What is new of a bundle: edits; ids of edits that are over here too now; conflicts as they are to be, some as they follow from it."""

    edits: list[Rider]
    taken: list[str]
    disputes: list[Dispute]
    follow: int

    @property
    def news(self) -> News:
        return News(len(self.edits), len(self.disputes) - self.follow, len(self.taken))


def _sorted_out(copy: Connection, came: Riding) -> _New:
    held = {edit for (edit,) in copy.execute("SELECT id FROM pending_edit")}
    over_here = {edit for (edit,) in copy.execute("SELECT edit FROM travelled WHERE taken")}
    over = over_here.union(came.taken)
    fresh = [each for each in came.edits if each.edit.id not in held and each.edit.id not in over]
    waiting = {each.edit.id for each in fresh} | held - over
    here = _disputes(copy)
    joined: list[Dispute] = []
    follow = 0
    for each in came.disputes:
        ours = here.get((each.edit, as_json(each.path)))
        if (both := _joined(ours, each)) != ours:
            joined.append(both)
            follow += both.settled is None and each.edit in waiting
    return _New(fresh, [edit for edit in came.taken if edit not in over_here], joined, follow)


def _joined(ours: Dispute | None, theirs: Dispute) -> Dispute:
    """What two homes know of one conflict: a decision before none, the later of two, and the fuller record."""
    if ours is None:
        return theirs
    first, last = sorted((ours, theirs), key=_weight)
    mine = max(first.mine, last.mine, key=_fullness)
    found_at = min(first.found_at, last.found_at)
    if ours.settled is None and theirs.settled is None:
        # What both stand against follows from what lies in each home.
        return ours._replace(mine=mine, found_at=found_at)
    return last._replace(mine=mine, found_at=found_at)


def _weight(dispute: Dispute) -> tuple[str, ...]:
    return dispute.settled_at or "", dispute.settled or "", dispute.settled_edit or "", as_json(dispute)


def _fullness(value: Any) -> tuple[int, str]:
    text = as_json(value)
    return len(text), text


def _disputes(copy: Connection) -> dict[tuple[str, str], Dispute]:
    """Every conflict, by edit and path."""
    found: dict[tuple[str, str], Dispute] = {}
    for row in copy.execute(
        "SELECT edit, path, kind, record_id, base, mine, theirs, author, found_at, settled, settled_at, settled_edit FROM conflict"
        " WHERE coalesce(settled, '') != ? ORDER BY edit, path",
        (NONE,),
    ):
        edit, path, kind, record_id, base, mine, theirs, *rest = row
        values = map(value_from_text, (base, mine, theirs))
        found[edit, path] = Dispute(edit, json.loads(path), kind, record_id, *values, *rest)
    return found


def _put_in_order(copy: Connection) -> None:
    """Number the edits in the order of their ids, which is the same in every home."""
    edits = copy.execute("SELECT number, id FROM pending_edit ORDER BY id").fetchall()
    if [number for number, _id in edits] != list(range(1, len(edits) + 1)):
        copy.executemany("UPDATE pending_edit SET number = ? WHERE id = ?", ((-place, edit) for place, (_n, edit) in enumerate(edits, 1)))
        copy.execute("UPDATE pending_edit SET number = -number")
