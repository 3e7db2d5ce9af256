"""Accepts, declines, withdraws and makes suggestions; each in one transaction, and carried out by the next sync."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as File
from sqlite3 import Connection

from ssc_tui.catalogue.documents import rules
from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, Edit, changed_fields
from ssc_tui.catalogue.ids import new_id
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.suggestions import ACCEPTED, CREATE, DECLINED, DELETE, NOTE, OPEN, Suggestion, decided, noted, outcome
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import _
from ssc_tui.store import suggested
from ssc_tui.store.edits import content, mind, save, show
from ssc_tui.store.reader import document as shown_document
from ssc_tui.store.standing import standing
from ssc_tui.store.states import IN_FLIGHT, SUGGESTED, WAITING
from ssc_tui.store.suggestions import ONLY_EDITORS, Suggested, named
from ssc_tui.store.writing import moment, writing
from ssc_tui.text import clean

REASON_LENGTH = 2_000
"""Characters of a reason, and of a note that is suggested."""


def accept(file: File, suggestion_id: str, author: str, fields: Sequence[str] = ()) -> Edit | None:
    """Write what is suggested into the record as an edit of one's own; returns it, None where the record says so already.

    Args:
        file: the copy.
        suggestion_id: its id.
        author: who accepts it.
        fields: those that are accepted; all where there are none.

    Raises:
        NotFound: there is no such suggestion, it was decided already, or the record is gone.
        UsageError: it changes no such field, only editors decide, or (Unfit) the record would be none of its kind.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with writing(file) as copy:
        each = _open(copy, suggestion_id).suggestion
        _mind_rights(copy)
        known = [change.field for change in each.fields]
        if wrong := [name for name in fields if name not in known]:
            raise UsageError(
                _("The suggestion does not change {wrong}; it changes {fields}. Nothing was saved.").format(
                    wrong=", ".join(wrong), fields=", ".join(known) or _("no field")
                )
            )
        taken = [name for name in known if not fields or name in fields]
        edit = _carried_out(copy, each, taken, author)
        decision = decided(ACCEPTED, author, moment(), taken=taken)
        told = suggested.decide(copy, each.id, decision, author, by_hand=True)
        if edit and told:
            # The record goes first: nobody is to read that something was accepted before the catalogue holds it.
            copy.execute("UPDATE pending_edit SET step = ? WHERE id IN (?, ?)", (edit.id, edit.id, told))
        return edit


def decline(file: File, suggestion_id: str, author: str, reason: str) -> Suggested:
    """Decline a suggestion for a reason that its author will read; returns it.

    Raises:
        NotFound: there is no such suggestion, or it was decided already.
        UsageError: there is no reason, it is too long, or only editors decide.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    reason = _text(reason, _("Say why: whoever suggested it will read it. Nothing was saved."))
    with writing(file) as copy:
        each = _open(copy, suggestion_id)
        _mind_rights(copy)
        suggested.decide(copy, each.suggestion.id, decided(DECLINED, author, moment(), reason=reason), author, by_hand=True)
        return each


def withdraw(file: File, suggestion_id: str, author: str) -> Suggested:
    """Take back a suggestion of one's own that nobody has decided, with the edits that it was made of; returns it.

    Raises:
        NotFound: there is no such suggestion, or it was decided already.
        UsageError: somebody else made it.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with writing(file) as copy:
        each = _open(copy, suggestion_id)
        mine = copy.execute("SELECT kind, record_id, state FROM pending_edit WHERE sent_as = ?", (each.suggestion.id,)).fetchall()
        if not mine and each.suggestion.author != author:
            raise UsageError(
                _("{author} made this suggestion, and can take it back. Nothing was changed.").format(author=each.suggestion.author)
            )
        if any(state == IN_FLIGHT for _kind, _id, state in mine):
            raise UsageError(_("It is being sent right now. Try again after the sync."))
        copy.execute("DELETE FROM pending_edit WHERE sent_as = ? AND state IN (?, ?)", (each.suggestion.id, SUGGESTED, WAITING))
        suggested.withdraw(copy, each.suggestion.id, author)
        for kind, record_id, _state in mine:
            show(copy, kind, record_id)
        return each


def suggest_note(file: File, kind: str, record_id: str, text: str, author: str) -> str:
    """Suggest in words what an editor should do about a record; returns the id of the suggestion.

    Raises:
        UsageError: there is no text, or it is too long.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    text = _text(text, _("There is no text. Nothing was saved."))
    with writing(file) as copy:
        suggestion = new_id()
        document = {"id": suggestion, **noted(ref(kind, record_id), text, author, moment())}
        suggested.wish(copy, suggestion, NEW, {}, document, author, by_hand=True)
        return suggestion


def _open(copy: Connection, suggestion_id: str) -> Suggested:
    found = named(copy, suggestion_id)
    if found.suggestion.state != OPEN:
        raise NotFound(_("That was decided already."))
    return found


def _mind_rights(copy: Connection) -> None:
    if standing(copy).editor is False:
        raise UsageError(_(ONLY_EDITORS))


def _carried_out(copy: Connection, each: Suggestion, taken: Sequence[str], author: str) -> Edit | None:
    """The edit that writes what is suggested; None where nothing has to be written."""
    there = copy.execute("SELECT 1 FROM shown WHERE kind = ? AND id = ?", (each.kind, each.record_id)).fetchone()
    if each.change == NOTE:
        return None
    if each.change == DELETE:
        old = content(shown_document(copy, each.kind, each.record_id)) if there else {}
        return save(copy, each.kind, each.record_id, REMOVED, old, {}, author) if there else None
    if not there and each.change != CREATE:
        raise NotFound(_("The record is gone. Decline the suggestion, or bring the record back first."))
    old = content(shown_document(copy, each.kind, each.record_id)) if there else {"id": each.record_id}
    new = outcome(each, old, rules(each.kind), taken).document
    if there and not any(changed_fields(old, new)):
        return None
    mind(each.kind, old if there else {}, new)
    return save(copy, each.kind, each.record_id, CHANGED if there else NEW, old if there else {}, new, author)


def _text(text: str, nothing: str) -> str:
    text = clean(text).strip()
    if not text:
        raise UsageError(nothing)
    if len(text) > REASON_LENGTH:
        raise UsageError(_("The text has {n:,} characters and was not saved; {most:,} fit.").format(n=len(text), most=REASON_LENGTH))
    return text
