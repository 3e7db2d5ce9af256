"""Lays pending edits over the catalogue's documents.

`edited` holds what that leads to, and follows from `record`, `pending_edit` and what a person has decided at every moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue import suggestions
from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.edits import CHANGED, WHOLE_RECORD, Edit, Shown, lay_over
from ssc_tui.catalogue.ids import new_id
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.catalogue.merge import Path, Rules, value_at, with_value
from ssc_tui.store import conflicts
from ssc_tui.store.conflicts import Decision
from ssc_tui.store.states import REFUSED, SUGGESTED, WAITING
from ssc_tui.text import as_json

SHOWN = "(SELECT document FROM shown WHERE shown.kind = entry.kind AND shown.id = entry.id)"
"""In a statement, the document of an entry as it is shown. SQLite looks it up by its key so, and not where the view is joined."""

Ref = tuple[str, str]
"""Kind and id of a record."""

BY_HAND = "(pending_edit.kind != 'suggestions' OR step != '')"
"""In a statement, the edits that a person saved; the others let the suggestions follow from those, and from conflicts."""

EDIT = "pending_edit.id, pending_edit.kind, pending_edit.record_id, change, base, new, author, at"
"""In a statement, the columns of which `edit` makes an edit."""


def edit(edit_id: str, kind: str, record_id: str, change: str, base: str, new: str, author: str, at: str) -> Edit:
    """An edit from its row."""
    return Edit(edit_id, kind, record_id, change, json.loads(base), json.loads(new), author, at)


def add(copy: Connection, new: Edit, step: str = "") -> None:
    """Let an edit wait, in the caller's transaction; `lay` has to follow. `step` is the id of the first edit of its step, if it has one."""
    copy.execute(
        "INSERT INTO pending_edit (id, kind, record_id, change, base, new, author, at, state, attempts, reason, step)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?)",
        (*new[:4], as_json(new.base), as_json(new.new), new.author, new.at, WAITING, step),
    )


def edits_of(copy: Connection, kind: str, record_id: str) -> list[Edit]:
    """The pending edits of a record, in the order in which they were saved."""
    found = copy.execute(f"SELECT {EDIT} FROM pending_edit WHERE kind = ? AND record_id = ? ORDER BY number", (kind, record_id))
    return [edit(*row) for row in found]


def edited_refs(copy: Connection) -> set[Ref]:
    """The records that have pending edits, and those that are shown as if they had."""
    return set(copy.execute("SELECT kind, record_id FROM pending_edit UNION SELECT kind, id FROM edited"))


def unsent(copy: Connection) -> int:
    """How many edits the catalogue has not taken, not even as suggestions, be it that they wait, are on their way, or are parked."""
    where = f"WHERE {BY_HAND} AND state NOT IN (?, ?)"
    return int(copy.execute(f"SELECT count(*) FROM pending_edit {where}", (SUGGESTED, REFUSED)).fetchone()[0])


def suggested(copy: Connection) -> int:
    """How many edits were sent as suggestions, and nobody has decided about them."""
    return int(copy.execute("SELECT count(*) FROM pending_edit WHERE state = ?", (SUGGESTED,)).fetchone()[0])


def declined(copy: Connection) -> int:
    """How many edits an editor declined, and nobody has changed or taken back."""
    return int(copy.execute("SELECT count(*) FROM pending_edit WHERE state = ?", (REFUSED,)).fetchone()[0])


def states_of(copy: Connection, kind: str, record_id: str) -> list[tuple[str, str]]:
    """How the edits of a record stand, and why the catalogue or an editor did not take them, in the order in which they were saved."""
    found = copy.execute("SELECT state, reason FROM pending_edit WHERE kind = ? AND record_id = ? ORDER BY number", (kind, record_id))
    return found.fetchall()


def theirs(copy: Connection, kind: str, record_id: str) -> dict[str, Any] | None:
    """What the catalogue says of a record, whatever was edited here; None where it holds none."""
    said = copy.execute("SELECT document FROM record WHERE kind = ? AND id = ? AND NOT deleted", (kind, record_id)).fetchone()
    return dict(json.loads(said[0])) if said else None


def next_id(copy: Connection) -> str:
    """The id of an edit that is saved now: after every one that lies here, in every home and whatever the clock says."""
    last = copy.execute("SELECT max(id) FROM pending_edit").fetchone()[0]
    return new_id(last or "")


def lay(copy: Connection, refs: Iterable[Ref] | None = None) -> set[Ref]:
    """Bring `edited` and `conflict` in step, in the caller's transaction, and before anything is projected.

    Args:
        copy: the copy.
        refs: records whose document or edits changed; all where None.

    Returns:
        Those of the records that have edits, or had until now: what is shown of them is to be projected anew.
    """
    every = edited_refs(copy)
    concerned = every if refs is None else every.intersection(refs)
    for kind, record_id in sorted(concerned):
        edits = edits_of(copy, kind, record_id)
        before = copy.execute("SELECT document FROM edited WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
        if not edits:
            copy.execute("DELETE FROM edited WHERE kind = ? AND id = ?", (kind, record_id))
            continue
        shown = laid_over(copy, kind, record_id, edits)
        copy.execute("INSERT OR REPLACE INTO edited VALUES (?, ?, ?)", (kind, record_id, _text(shown)))
        if kind != SUGGESTIONS:
            conflicts.keep(copy, edits, shown.clashes, before[0] if before else None)
    disagreeing = conflicts.in_conflict(copy)
    for kind, record_id in sorted(disagreeing if refs is None else disagreeing.intersection(refs)):
        lying = {edit.id for edit in edits_of(copy, kind, record_id)}
        conflicts.follow(copy, kind, record_id, theirs(copy, kind, record_id), rules_of(kind), lying)
    return concerned


def laid_over(copy: Connection, kind: str, record_id: str, edits: list[Edit]) -> Shown:
    """What the catalogue's document and these edits lead to."""
    if kind == SUGGESTIONS:
        return suggestions.laid(theirs(copy, kind, record_id), edits)
    of_kind = rules_of(kind)
    for decision in conflicts.decided(copy, kind, record_id):
        edits = _without(edits, decision, of_kind)
    return lay_over(theirs(copy, kind, record_id), edits, of_kind)


def _without(edits: list[Edit], decision: Decision, of_kind: Rules) -> list[Edit]:
    """Edits without what they want of a value over which a person has decided, whatever the catalogue says of it later.

    What the edit of the conflict went on from goes with it, back to the value from which the conflict is told; edits of others stay.
    """
    upto = next((number for number, edit in enumerate(edits, 1) if edit.id == decision.edit), 0)
    if decision.path == WHOLE_RECORD:
        return [*_without_whole(edits[:upto], decision), *edits[upto:]]
    kept = list(edits)
    wanted: Any = None
    for number in range(upto - 1, -1, -1):
        edit = kept[number]
        base, new = value_at(edit.base, decision.path, of_kind), value_at(edit.new, decision.path, of_kind)
        if edit.id == decision.edit or (not same(base, new) and same(new, wanted)):
            kept[number] = _left_alone(edit, decision.path, of_kind)
            wanted = base
            if same(wanted, decision.base):
                break
    return kept


def _without_whole(edits: list[Edit], decision: Decision) -> list[Edit]:
    """Edits up to the one over which a person has decided, without it and those whose values its conflict has taken in."""
    kept: list[Edit] = []
    wanted = dict(decision.mine or {})
    for edit in reversed(edits):
        fields = {**edit.base, **edit.new}
        taken_in = edit.change == CHANGED and bool(decision.mine) and all(same(edit.new.get(name), wanted.get(name)) for name in fields)
        if edit.id == decision.edit or taken_in:
            wanted.update({name: edit.base.get(name) for name in fields})
        else:
            kept.insert(0, edit)
    return kept


def _left_alone(edit: Edit, path: Path, of_kind: Rules) -> Edit:
    """An edit that leaves a value as it was; a new record needs all of its own."""
    if edit.change != CHANGED:
        return edit
    try:
        return edit._replace(new=with_value(edit.new, path, value_at(edit.base, path, of_kind), of_kind))
    except LookupError:
        return edit


def text_shown(copy: Connection, kind: str, record_id: str) -> str | None:
    """What `edited` should hold of a record with edits; the empty text where it has none."""
    edits = edits_of(copy, kind, record_id)
    return _text(laid_over(copy, kind, record_id, edits)) if edits else ""


def _text(shown: Shown) -> str | None:
    return None if shown.document is None else as_json(shown.document)


def rules_of(kind: str) -> Rules:
    """The rules by which documents of a kind are merged."""
    # Imports pydantic, which only copies with edits need.
    from ssc_tui.catalogue.documents import rules

    return rules(kind)
