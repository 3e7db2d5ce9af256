"""What of a person's edits is to be sent, and what is kept of the answers; each step is one transaction, so that nothing is forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import differences
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.store import overlay, projections, suggested
from ssc_tui.store.connection import transaction
from ssc_tui.store.shadow import TOMBSTONE, Applied, Delivered, Moment, keep, purge
from ssc_tui.store.states import IN_FLIGHT, PARKED, WAITING
from ssc_tui.text import as_json

_HELD = """EXISTS (SELECT 1 FROM pending_edit AS earlier WHERE earlier.step = pending_edit.step AND pending_edit.step != ''
    AND earlier.number < pending_edit.number AND (earlier.kind = 'suggestions') != (pending_edit.kind = 'suggestions'))"""
"""Whether an edit waits for another one of its step, since of a decision and the record that it changes one has to be there first."""

RUNS = 3
"""Runs in which the catalogue may fail over an edit before the person is asked to look at it."""


class Outgoing(NamedTuple):
    """A record with edits that are to be sent.

    Attributes:
        document: as it is to be in the catalogue; None where it is to go.
        base: the time stamp of the version that the edits lie on; None where the catalogue holds no such record.
        edits: the ids of the edits that this carries.
        needless: whether the catalogue holds just that already, so that nothing has to be sent.
    """

    kind: str
    id: str
    document: Mapping[str, Any] | None
    base: int | None
    edits: tuple[str, ...]
    needless: bool


def outgoing(copy: Connection) -> list[Outgoing]:
    """Every record or suggestion with an edit that waits and is not held, in the order in which they were first edited."""
    found = copy.execute(
        "SELECT pending_edit.kind, record_id, group_concat(pending_edit.id), edited.document, last_modified, record.document, deleted"
        " FROM pending_edit JOIN edited ON edited.kind = pending_edit.kind AND edited.id = record_id"
        " LEFT JOIN record ON record.kind = pending_edit.kind AND record.id = record_id"
        f" GROUP BY pending_edit.kind, record_id HAVING sum(state = ? AND sent_as = '') AND NOT sum({_HELD}) ORDER BY min(number)",
        (WAITING,),
    )
    listed: list[Outgoing] = []
    for kind, record_id, ids, wanted, stamp, theirs, deleted in found.fetchall():
        document = None if wanted is None else json.loads(wanted)
        held = None if theirs is None or deleted else json.loads(theirs)
        # What came with the program and was never met in the catalogue has no version that could be replaced.
        if held is not None and stamp is None:
            continue
        needless = held is None if document is None else held is not None and not differences(held, document)
        listed.append(Outgoing(kind, record_id, document, stamp if held is not None else None, tuple(ids.split(",")), needless))
    return listed


def due(copy: Connection) -> list[Outgoing]:
    """What is to be sent; edits that lead to what the catalogue holds already are let go of."""
    every = outgoing(copy)
    while needless := [(each, None) for each in every if each.needless]:
        acknowledge(copy, needless)
        # What was held for one of them is due now.
        every = outgoing(copy)
    return every


def waiting(copy: Connection) -> int:
    """How many edits wait to be sent; those that are parked, or went out as suggestions, are not among them."""
    where = f"WHERE state IN (?, ?) AND {overlay.BY_HAND}"
    return int(copy.execute(f"SELECT count(*) FROM pending_edit {where}", (WAITING, IN_FLIGHT)).fetchone()[0])


def parked(copy: Connection) -> int:
    """How many edits the catalogue does not take."""
    return int(copy.execute("SELECT count(*) FROM pending_edit WHERE state = ?", (PARKED,)).fetchone()[0])


def send(copy: Connection, due: Sequence[Outgoing]) -> list[Outgoing]:
    """Note that these are about to be sent: until their answer came, nobody can say whether they were taken.

    Returns:
        Those that are to be sent; of the others an edit was taken back meanwhile, and what they lead to is another document now.
    """
    with transaction(copy):
        sent = [each for each in due if _stands(copy, each)]
        _set(copy, sent, IN_FLIGHT)
    return sent


def _stands(copy: Connection, each: Outgoing) -> bool:
    marks = ", ".join("?" * len(each.edits))
    return bool(copy.execute(f"SELECT count(*) = ? FROM pending_edit WHERE id IN ({marks})", (len(each.edits), *each.edits)).fetchone()[0])


def take_up_again(copy: Connection) -> None:
    """Let what was sent without an answer wait again; where the catalogue took it, that will be seen."""
    if copy.execute("SELECT 1 FROM pending_edit WHERE state = ?", (IN_FLIGHT,)).fetchone():
        with transaction(copy):
            copy.execute("UPDATE pending_edit SET state = ? WHERE state = ?", (WAITING, IN_FLIGHT))


def let_wait(copy: Connection, sent: Sequence[Outgoing]) -> None:
    """Note that these were not taken now and are to be sent again."""
    _mark(copy, sent, WAITING)


def park(copy: Connection, each: Outgoing, reason: str) -> None:
    """Note that the catalogue does not take this, and why; the edits stay, and stay shown."""
    with transaction(copy):
        _set(copy, [each], PARKED, reason)
        suggested.parked(copy, each.edits, each.id, reason)


def park_all(copy: Connection, reason: str) -> None:
    """Park every edit, in the caller's transaction, since another catalogue takes the place of the one that they were written for."""
    suggested.leave(copy)
    copy.execute("UPDATE pending_edit SET state = ?, reason = ?", (PARKED, reason))


def fail(copy: Connection, each: Outgoing, reason: str) -> None:
    """Note that the server broke over this; after `RUNS` runs it is parked."""
    with transaction(copy):
        copy.executemany(
            "UPDATE pending_edit SET attempts = attempts + 1, state = iif(attempts + 1 >= ?, ?, ?), reason = iif(attempts + 1 >= ?, ?, '')"
            " WHERE id = ?",
            ((RUNS, PARKED, WAITING, RUNS, reason, edit) for edit in each.edits),
        )
        suggested.parked(copy, each.edits, each.id, reason)


def acknowledge(copy: Connection, taken: Sequence[tuple[Outgoing, Delivered | None]]) -> None:
    """Keep what the catalogue holds now that it took the edits, and let go of them; those saved meanwhile stay and lie on top of it.

    Args:
        copy: the copy.
        taken: what was sent, with the record or tombstone as the server answered; None where it said nothing new.
    """
    if not taken:
        return
    refs = [(each.kind, each.id) for each, _row in taken]
    with transaction(copy):
        for each, row in taken:
            _acknowledge(copy, each, row)
        overlay.lay(copy, refs)
        projections.apply(copy, refs)
        suggested.take_in(copy, [record_id for kind, record_id in refs if kind == SUGGESTIONS])


def _acknowledge(copy: Connection, each: Outgoing, row: Delivered | None) -> None:
    held = copy.execute("SELECT last_modified FROM record WHERE kind = ? AND id = ?", (each.kind, each.id)).fetchone()
    if row is not None and (held is None or held[0] is None or row.last_modified >= held[0]):
        text = TOMBSTONE if row.document is None else row.text or as_json(row.document)
        copy.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)", (each.kind, each.id, row.last_modified, row.document is None, text)
        )
    marks = ", ".join("?" * len(each.edits))
    sent_as = copy.execute(f"SELECT DISTINCT sent_as, author FROM pending_edit WHERE id IN ({marks}) AND sent_as != ''", each.edits)
    for suggestion, author in sent_as.fetchall():
        suggested.withdraw(copy, suggestion, author)
    copy.execute(f"DELETE FROM pending_edit WHERE id IN ({marks})", each.edits)
    # A bundle may bring them again.
    copy.execute(f"UPDATE travelled SET taken = 1 WHERE edit IN ({marks})", each.edits)


def takes_suggestions(copy: Connection) -> bool:
    """Whether the catalogue takes suggestions, as far as is known here."""
    return suggested.are_taken(copy)


def suggest(copy: Connection, each: Outgoing) -> None:
    """Let edits that we may not write go out as a suggestion."""
    with transaction(copy):
        suggested.suggest(copy, each.kind, each.id, each.document, each.edits)


def refused(copy: Connection, each: Outgoing) -> None:
    """Let go of a decision that is not ours to make."""
    with transaction(copy):
        suggested.refused(copy, each.id, each.edits)


def share(copy: Connection, author: str) -> None:
    """Let the suggestions follow from conflicts and edits here, where the catalogue takes any."""
    if suggested.are_taken(copy) and suggested.has_something(copy):
        with transaction(copy):
            suggested.share(copy, author)


def rebase(copy: Connection, each: Outgoing, row: Delivered, moment: Moment) -> Applied:
    """Keep what somebody else wrote meanwhile; the edits lie on top of it now, and are to be sent again."""
    with transaction(copy):
        copy.executemany("UPDATE pending_edit SET state = ? WHERE id = ?", ((WAITING, edit) for edit in each.edits))
        return keep(copy, each.kind, [row], moment)


def miss(copy: Connection, each: Outgoing, moment: Moment) -> Applied:
    """Note that the catalogue holds the record no more, not even as a tombstone; whether it is to come back, the person decides."""
    with transaction(copy):
        copy.executemany("UPDATE pending_edit SET state = ? WHERE id = ?", ((WAITING, edit) for edit in each.edits))
        return purge(copy, each.kind, [each.id], moment)


def _mark(copy: Connection, sent: Sequence[Outgoing], state: str, reason: str = "") -> None:
    with transaction(copy):
        _set(copy, sent, state, reason)


def _set(copy: Connection, sent: Sequence[Outgoing], state: str, reason: str = "") -> None:
    copy.executemany(
        "UPDATE pending_edit SET state = ?, reason = ? WHERE id = ?", ((state, reason, edit) for each in sent for edit in each.edits)
    )
