"""The collection of suggestions in the copy: what its documents mean for edits and conflicts here, and which documents follow from those.

A document is wished for like a record, by a row of `pending_edit`, and so goes out, waits and survives as an edit does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue import suggestions
from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, Edit, held_at
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.catalogue.suggestions import ACCEPTED, DECLINED, OPEN, Dispute, Suggestion, dispute_id
from ssc_tui.i18n import ngettext
from ssc_tui.store import conflicts, overlay, projections
from ssc_tui.store.conflicts import NONE, path_as_text, path_from_text, value_as_text, value_from_text
from ssc_tui.store.overlay import Ref
from ssc_tui.store.standing import reached
from ssc_tui.store.states import IN_FLIGHT, PARKED, REFUSED, SUGGESTED, WAITING
from ssc_tui.store.writing import moment
from ssc_tui.text import one_line

UNTOLD = 2
"""Of a conflict that came up here (`conflict.here`), in another catalogue, whose people alone it concerns."""


def are_taken(copy: Connection) -> bool:
    """Whether the catalogue has a collection for suggestions that can be read, and it was read to its end."""
    state = reached(copy, SUGGESTIONS)
    return state.etag is not None and state.forbidden is None and not state.resync


def wanted(copy: Connection, document_id: str) -> dict[str, Any] | None:
    """A document with what is wanted of it here laid over; None where there is none."""
    found = copy.execute("SELECT document FROM edited WHERE kind = ? AND id = ?", (SUGGESTIONS, document_id)).fetchone()
    if found is None:
        return overlay.theirs(copy, SUGGESTIONS, document_id)
    return None if found[0] is None else dict(json.loads(found[0]))


def about(copy: Connection, edit: Edit, sent_as: str) -> Suggestion | Dispute | None:
    """The suggestion or conflict that an edit makes or decides, or the suggestion that it went out as; None where there is none."""
    ours = edit.kind == SUGGESTIONS
    document_id = edit.record_id if ours else sent_as
    document = wanted(copy, document_id) or (edit.new if ours else None)
    return suggestions.read({**document, "id": document_id}) if document else None


def wish(
    copy: Connection,
    document_id: str,
    how: str,
    base: Mapping[str, Any],
    new: Mapping[str, Any],
    author: str,
    *,
    by_hand: bool = False,
    edit_id: str = "",
) -> str:
    """Want something of a document from the next sync on, in the caller's transaction; returns the id of the edit, which may be given.

    What a person did by hand is a step of its own, which can be taken back; what merely follows from edits and conflicts is none.
    """
    edit = Edit(edit_id or overlay.next_id(copy), SUGGESTIONS, document_id, how, base, new, author, moment())
    overlay.add(copy, edit, step=edit.id if by_hand else "")
    overlay.lay(copy, [(SUGGESTIONS, document_id)])
    return edit.id


def decide(
    copy: Connection, document_id: str, decision: Mapping[str, Any], author: str, *, by_hand: bool = False, edit_id: str = ""
) -> str | None:
    """Want a document that is open to hold a decision; returns the id of the edit, None where it is not open any more."""
    document = wanted(copy, document_id)
    if document is None or document.get("state") != OPEN:
        return None
    base = {name: document[name] for name in decision if name in document}
    return wish(copy, document_id, CHANGED, base, decision, author, by_hand=by_hand, edit_id=edit_id)


def withdraw(copy: Connection, document_id: str, author: str) -> None:
    """Want an open document to be gone, in the caller's transaction; one that was never sent, at once."""
    copy.execute("DELETE FROM pending_edit WHERE kind = ? AND record_id = ? AND state != ?", (SUGGESTIONS, document_id, IN_FLIGHT))
    overlay.lay(copy, [(SUGGESTIONS, document_id)])
    document = wanted(copy, document_id)
    if document is not None and document.get("state") == OPEN:
        wish(copy, document_id, REMOVED, document, {}, author)


def suggest(copy: Connection, kind: str, record_id: str, wanted_document: Mapping[str, Any] | None, edits: Iterable[str]) -> None:
    """Let edits that may not be written go out as one suggestion, in the caller's transaction; one that they were before is withdrawn."""
    ids = list(edits)
    marks = ", ".join("?" * len(ids))
    rows = copy.execute(f"SELECT id, author, step, sent_as FROM pending_edit WHERE id IN ({marks}) ORDER BY number", ids).fetchall()
    if not rows:
        return
    suggestion, author = rows[-1][0], rows[-1][1]
    for _id, _author, step, sent_as in rows:
        if sent_as:
            withdraw(copy, sent_as, author)
        if step:
            # Whoever may not write may not decide either: what was to be accepted is a suggestion again.
            let_go_of_decisions(copy, step)
    reference = f"{kind}/{record_id}"
    document = suggestions.suggested(reference, overlay.theirs(copy, kind, record_id), wanted_document, author, moment())
    copy.execute(f"UPDATE pending_edit SET sent_as = ?, state = ?, reason = '' WHERE id IN ({marks})", (suggestion, WAITING, *ids))
    wish(copy, suggestion, NEW, {}, {"id": suggestion, **document}, author)


def let_go_of_decisions(copy: Connection, step: str) -> None:
    """Forget the decisions that were saved in a step, in the caller's transaction."""
    found = copy.execute(
        "SELECT id, record_id FROM pending_edit WHERE kind = ? AND change = ? AND step = ?", (SUGGESTIONS, CHANGED, step)
    ).fetchall()
    for edit, document_id in found:
        copy.execute("DELETE FROM pending_edit WHERE id = ?", (edit,))
        overlay.lay(copy, [(SUGGESTIONS, document_id)])


def refused(copy: Connection, document_id: str, edits: Iterable[str]) -> None:
    """Let go of a decision that is not ours to make, in the caller's transaction: what it was about is open again."""
    for edit in edits:
        copy.execute("DELETE FROM pending_edit WHERE id = ? AND change != ?", (edit, NEW))
        conflicts.take_back(copy, edit)
    overlay.lay(copy, [(SUGGESTIONS, document_id)])
    said = _said(copy, document_id)
    if isinstance(said, Dispute) and not said.how:
        copy.execute(
            "UPDATE conflict SET settled = NULL, settled_at = NULL, settled_edit = NULL WHERE edit = ? AND path = ? AND NOT here",
            (said.edit, path_as_text(said.path)),
        )


def take_in(copy: Connection, document_ids: Iterable[str]) -> None:
    """Let what the catalogue now says of documents hold for one's own edits and conflicts, in the caller's transaction."""
    concerned: set[Ref] = set()
    ours = {sent_as for (sent_as,) in copy.execute("SELECT DISTINCT sent_as FROM pending_edit WHERE sent_as != ''")}
    for document_id in document_ids:
        said = _said(copy, document_id)
        suggestion = said if isinstance(said, Suggestion) else None
        if suggestion is not None and suggestion.state == DECLINED:
            _void(copy, document_id)
        if document_id in ours:
            concerned |= _for_edits(copy, document_id, suggestion)
        if isinstance(said, Dispute):
            concerned |= _for_conflict(copy, said)
        elif said is None:
            concerned |= _without_document(copy, document_id)
    if concerned:
        edited = overlay.lay(copy, concerned)
        projections.apply(copy, concerned | edited)


def _said(copy: Connection, document_id: str) -> Suggestion | Dispute | None:
    document = overlay.theirs(copy, SUGGESTIONS, document_id)
    return suggestions.read({**document, "id": document_id}) if document else None


def _for_edits(copy: Connection, document_id: str, said: Suggestion | None) -> set[Ref]:
    """What became of the edits that went out as a suggestion; returns their records."""
    mine = copy.execute("SELECT DISTINCT kind, record_id FROM pending_edit WHERE sent_as = ?", (document_id,)).fetchall()
    if said is None:
        if not _is_awaited(copy, document_id):
            # It was never taken, or a server that was restored has forgotten it.
            copy.execute(
                "UPDATE pending_edit SET sent_as = '', state = ? WHERE sent_as = ? AND state != ?", (WAITING, document_id, REFUSED)
            )
    elif said.state == ACCEPTED and not said.in_part:
        # A bundle may bring them again.
        copy.execute("UPDATE travelled SET taken = 1 WHERE edit IN (SELECT id FROM pending_edit WHERE sent_as = ?)", (document_id,))
        copy.execute("DELETE FROM pending_edit WHERE sent_as = ?", (document_id,))
    elif said.state == OPEN and _is_awaited(copy, document_id):
        return set()
    else:
        state, reason = (SUGGESTED, "") if said.state == OPEN else (REFUSED, _why(said))
        copy.execute("UPDATE pending_edit SET state = ?, reason = ? WHERE sent_as = ?", (state, reason, document_id))
    return set(mine)


def _is_awaited(copy: Connection, document_id: str) -> bool:
    """Whether something is wanted of a document that the catalogue does not hold yet."""
    where = (SUGGESTIONS, document_id)
    return copy.execute("SELECT 1 FROM pending_edit WHERE kind = ? AND record_id = ?", where).fetchone() is not None


def _why(said: Suggestion) -> str:
    if said.state == DECLINED:
        return one_line(said.reason)
    part = ngettext("Only {fields} was accepted.", "Only {fields} were accepted.", len(said.taken))
    return " ".join(filter(None, [part.format(fields=", ".join(said.taken)) if said.taken else "", one_line(said.reason)]))


def _void(copy: Connection, document_id: str) -> None:
    """What was to be accepted here and was declined elsewhere first is not written any more."""
    mine = copy.execute(
        "SELECT step FROM pending_edit WHERE kind = ? AND record_id = ? AND change = ? AND step != ''", (SUGGESTIONS, document_id, CHANGED)
    ).fetchall()
    for (step,) in mine:
        where = (step, SUGGESTIONS, WAITING)
        refs = copy.execute("SELECT kind, record_id FROM pending_edit WHERE step = ? AND kind != ? AND state = ?", where).fetchall()
        copy.execute("DELETE FROM pending_edit WHERE step = ? AND kind != ? AND state = ?", where)
        edited = overlay.lay(copy, refs)
        projections.apply(copy, {*refs, *edited})


def _for_conflict(copy: Connection, said: Dispute) -> set[Ref]:
    """Keep a conflict that another home found, or what was decided of one; returns its record."""
    where = (said.edit, path_as_text(said.path))
    row = copy.execute("SELECT settled_edit FROM conflict WHERE edit = ? AND path = ?", where).fetchone()
    if row is None:
        values = map(value_as_text, (said.base, said.mine, said.theirs))
        copy.execute(
            "INSERT INTO conflict (edit, path, kind, record_id, base, mine, theirs, author, found_at, here)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (*where, said.kind, said.record_id, *values, said.author, said.at or moment()),
        )
    if said.how:
        settled_edit = row[0] if row else None
        if settled_edit and settled_edit != said.by_edit:
            _overruled(copy, said, settled_edit)
        if not settled_edit or settled_edit != said.by_edit:
            copy.execute(
                "UPDATE conflict SET settled = ?, settled_at = ?, settled_edit = NULL, theirs = ? WHERE edit = ? AND path = ?",
                (said.how, said.decided_at or moment(), value_as_text(said.theirs), *where),
            )
    return {(said.kind, said.record_id)}


def _overruled(copy: Connection, said: Dispute, settling: str) -> None:
    """Somebody else's decision came first: the edit of this one is of no account any more, and can be read as what lost."""
    found = copy.execute(f"SELECT {overlay.EDIT} FROM pending_edit WHERE id = ? AND state = ?", (settling, WAITING)).fetchone()
    if found is None:
        return
    edit = overlay.edit(*found)
    of_kind = overlay.rules_of(said.kind)
    values = (held_at(side, said.path, of_kind) for side in (edit.base, edit.new, overlay.theirs(copy, said.kind, said.record_id)))
    copy.execute(
        "INSERT OR REPLACE INTO conflict (edit, path, kind, record_id, base, mine, theirs, author, found_at, settled, settled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(edit.id, path_as_text(said.path), said.kind, said.record_id),
            *map(value_as_text, values),
            *(edit.author, edit.at, conflicts.THEIRS, said.decided_at or moment()),
        ),
    )


def _without_document(copy: Connection, document_id: str) -> set[Ref]:
    """Forget a conflict that another home found and that is in the catalogue no more; returns its record."""
    edit = document_id.rpartition("-")[0]
    found = copy.execute("SELECT path, kind, record_id FROM conflict WHERE edit = ? AND NOT here AND settled IS NULL", (edit,)).fetchall()
    gone = [(path, kind, record_id) for path, kind, record_id in found if dispute_id(edit, path_from_text(path)) == document_id]
    copy.executemany("DELETE FROM conflict WHERE edit = ? AND path = ?", ((edit, path) for path, _kind, _record_id in gone))
    return {(kind, record_id) for _path, kind, record_id in gone}


def leave(copy: Connection) -> None:
    """Forget what is suggested in a catalogue that another takes the place of; conflicts that came up here stay, and are told nobody."""
    refs = copy.execute("SELECT DISTINCT kind, record_id FROM pending_edit WHERE kind = ?", (SUGGESTIONS,)).fetchall()
    for table in ("pending_edit", "record", "quarantine"):
        copy.execute(f"DELETE FROM {table} WHERE kind = ?", (SUGGESTIONS,))
    copy.execute("UPDATE pending_edit SET sent_as = ''")
    copy.execute("DELETE FROM conflict WHERE NOT here AND settled IS NULL")
    copy.execute("UPDATE conflict SET here = ? WHERE here", (UNTOLD,))
    overlay.lay(copy, refs)


def parked(copy: Connection, edits: Iterable[str], document_id: str, reason: str) -> None:
    """Say of one's own edits that the catalogue does not take them as a suggestion either, where their suggestion was parked."""
    ids = list(edits)
    marks = ", ".join("?" * len(ids))
    of_ours = f"id IN ({marks}) AND kind = ? AND step = '' AND state = ?"
    where = (*ids, SUGGESTIONS, PARKED)
    mine = copy.execute("SELECT 1 FROM pending_edit WHERE sent_as = ?", (document_id,)).fetchone()
    if mine and copy.execute(f"DELETE FROM pending_edit WHERE {of_ours}", where).rowcount:
        copy.execute("UPDATE pending_edit SET state = ?, reason = ?, sent_as = '' WHERE sent_as = ?", (PARKED, reason, document_id))
        overlay.lay(copy, [(SUGGESTIONS, document_id)])


def has_something(copy: Connection) -> bool:
    """Whether there is anything here that suggestions could follow from."""
    return bool(
        copy.execute(
            "SELECT EXISTS (SELECT 1 FROM conflict WHERE here = 1) OR EXISTS (SELECT 1 FROM pending_edit WHERE sent_as != '')"
        ).fetchone()[0]
    )


_OF_CONFLICT = "edit, path, kind, record_id, base, mine, theirs, author, found_at"


def _dispute(edit: str, path: str, kind: str, record_id: str, base: Any, mine: Any, theirs: Any, author: str, found_at: str) -> Dispute:
    steps = path_from_text(path)
    base, mine, theirs = map(value_from_text, (base, mine, theirs))
    return Dispute(dispute_id(edit, steps), kind, record_id, edit, steps, base, mine, theirs, author, found_at)


def share(copy: Connection, author: str) -> None:
    """Wish for the documents that follow from conflicts and edits here, in the caller's transaction; those that are there stay.

    Args:
        copy: the copy, after the collection was read to its end.
        author: who is signed in.
    """
    found = copy.execute(f"SELECT {_OF_CONFLICT}, settled, settled_at, settled_edit FROM conflict WHERE here = 1")
    for *columns, settled, settled_at, by_edit in found.fetchall():
        dispute = _dispute(*columns)
        document = wanted(copy, dispute.id)
        decision = suggestions.settled(settled, author, settled_at or moment(), dispute.theirs, by_edit or "") if settled else {}
        if document is None and settled != NONE:
            wish(copy, dispute.id, NEW, {}, {"id": dispute.id, **suggestions.disputed(dispute), **decision}, author)
        elif document is not None and decision:
            decide(copy, dispute.id, decision, author)
    sent = copy.execute("SELECT sent_as, sum(state = ?) FROM pending_edit WHERE sent_as != '' GROUP BY sent_as", (WAITING,)).fetchall()
    take_in(copy, [document_id for document_id, waiting in sent if waiting or wanted(copy, document_id) is None])


def author_of(copy: Connection, edit_id: str) -> str:
    """Who suggested what an edit of one's own carries out; empty for nobody."""
    found = copy.execute(
        "SELECT decision.record_id FROM pending_edit AS decision JOIN pending_edit AS own ON own.step = decision.step"
        " WHERE own.id = ? AND own.step != '' AND own.kind != 'suggestions' AND decision.kind = 'suggestions' AND decision.change = ?",
        (edit_id, CHANGED),
    ).fetchone()
    document = wanted(copy, found[0]) if found else None
    author = document.get("author", "") if document and document.get("document") == "suggestion" else ""
    return author if isinstance(author, str) else ""
