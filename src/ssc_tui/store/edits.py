"""Saves what a person wants of records, takes it back, and settles where it disagrees with what others wrote; each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path as File
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.documents import rules
from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, WHOLE_RECORD, Edit, changed_fields
from ssc_tui.catalogue.fitness import unfit
from ssc_tui.catalogue.ids import new_id
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.catalogue.merge import value_at, with_value
from ssc_tui.catalogue.suggestions import Dispute, Suggestion, dispute_id, settled
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import _
from ssc_tui.store import conflicts, overlay, projections, suggested
from ssc_tui.store.conflicts import ANEW, MINE, THEIRS, Conflict
from ssc_tui.store.reader import document as shown_document
from ssc_tui.store.reader import row_of
from ssc_tui.store.states import IN_FLIGHT, REFUSED, WAITING
from ssc_tui.store.writing import moment, writing
from ssc_tui.text import as_json

_OURS_ALONE = f"state != '{IN_FLIGHT}' AND id NOT IN (SELECT edit FROM travelled)"
"""In a statement, the edits that nobody else can have: what was sent may be in the catalogue, what left in a bundle in another home."""


class Unfit(UsageError):
    """What a person wants cannot be a record; `problems` are the sentences, each begun by the field.

    Of several that are saved together, `number` says which.
    """

    def __init__(self, problems: Iterable[str], number: int = 0) -> None:
        self.problems = tuple(problems)
        self.number = number
        super().__init__(_("Nothing was saved. {problems}.").format(problems="; ".join(self.problems)))


class Wish(NamedTuple):
    """What is to become of a record: from `old`, as the person saw it, to `new`; one without an id is new."""

    kind: str
    record_id: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]


class Pending(NamedTuple):
    """An edit that the catalogue has not taken yet, with the record's title, how it stands, why it was not taken, and whose wish it is.

    Attributes:
        about: the suggestion or conflict that it makes or decides, or the suggestion that it went out as.
    """

    edit: Edit
    title: str
    state: str
    reason: str
    suggested_by: str = ""
    about: Suggestion | Dispute | None = None


def create(file: File, kind: str, fields: Mapping[str, Any], author: str) -> Edit:
    """Save a new record; its id is made here.

    Raises:
        Unfit: the fields make no record of the kind.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    (edit,) = save_together(file, [Wish(kind, "", {}, fields)], author)
    return edit


def change(file: File, kind: str, record_id: str, old: Mapping[str, Any], new: Mapping[str, Any], author: str) -> Edit | None:
    """Save what a person made of a record; None where that is no change.

    Args:
        file: the copy.
        kind: of the record.
        record_id: its id.
        old: the document as the person saw it.
        new: the document as it is to be.
        author: who saves it.

    Raises:
        Unfit: it would be no record of the kind any more, by what was changed.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    return next(iter(save_together(file, [Wish(kind, record_id, old, new)], author)), None)


def save_together(file: File, wishes: Iterable[Wish], author: str) -> list[Edit]:
    """Save what a person made of several records in one step, which is taken back in one; what is no change is left out.

    Raises:
        Unfit: one of them would be no record of its kind, by what was changed; none was saved.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    wanted = []
    for number, wish in enumerate(wishes):
        how, record_id = (CHANGED, wish.record_id) if wish.record_id else (NEW, new_id())
        new = _stated(wish.new) if how == CHANGED else {"id": record_id, **_stated(wish.new)}
        if how == NEW or any(changed_fields(wish.old, new)):
            mind(wish.kind, wish.old, new, number)
            wanted.append((how, wish._replace(record_id=record_id, new=new)))
    if not wanted:
        return []
    with writing(file) as copy:
        saved = [_save_wish(copy, how, wish, author) for how, wish in wanted]
        if len(saved) > 1:
            copy.executemany("UPDATE pending_edit SET step = ? WHERE id = ?", ((saved[0].id, edit.id) for edit in saved))
    return saved


def remove(file: File, kind: str, record_id: str, author: str) -> Edit:
    """Save that a record is to go.

    Raises:
        NotFound: it is not shown.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    with writing(file) as copy:
        old = content(shown_document(copy, kind, record_id))
        return save(copy, kind, record_id, REMOVED, old, {}, author)


def undo(file: File) -> list[Pending]:
    """Take the last save back that has not been sent yet; of several edits in one step, those that were not. Empty where there is none.

    What left this home in a bundle, or came with one, counts as sent.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with writing(file) as copy:
        last = copy.execute(
            f"SELECT id, step FROM pending_edit WHERE {_OURS_ALONE} AND {overlay.BY_HAND} ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if last is None:
            return []
        found = copy.execute(
            f"SELECT {overlay.EDIT}, state, reason FROM pending_edit WHERE {_OURS_ALONE} AND (id = ? OR step = nullif(?, ''))"
            " ORDER BY number DESC",
            last,
        ).fetchall()
        return [_take_back(copy, overlay.edit(*columns), state, reason) for *columns, state, reason in found]


def _take_back(copy: Connection, edit: Edit, state: str, reason: str) -> Pending:
    kind, record_id = edit.kind, edit.record_id
    (sent_as,) = copy.execute("SELECT sent_as FROM pending_edit WHERE id = ?", (edit.id,)).fetchone()
    about = suggested.about(copy, edit, sent_as)
    title = _title(copy, edit, about)
    copy.execute("DELETE FROM pending_edit WHERE id = ?", (edit.id,))
    if sent_as and state != REFUSED:
        suggested.withdraw(copy, sent_as, edit.author)
        copy.execute("UPDATE pending_edit SET sent_as = '', state = ? WHERE sent_as = ?", (WAITING, sent_as))
    conflicts.take_back(copy, edit.id)
    show(copy, kind, record_id)
    return Pending(edit, _title(copy, edit, about) or title, state, reason, about=about)


def _title(copy: Connection, edit: Edit, about: Suggestion | Dispute | None) -> str:
    """The title of the record that an edit is of, or that a suggestion is about."""
    of = about if about and edit.kind == SUGGESTIONS else edit
    row = row_of(copy, of.kind, of.record_id)
    return row.title if row else ""


def settle(file: File, conflict: Conflict, how: str, author: str, value: Any = None) -> None:
    """Decide a conflict; the value that loses can still be read.

    Args:
        file: the copy.
        conflict: as `conflicts.conflicts` lists it.
        how: `MINE`, `THEIRS`, or `ANEW` of `conflicts` with a `value`; for a record that was edited here and taken away there, or the
            other way round, there is no third way.
        author: who decides.
        value: what the field is to hold; None takes it out.

    Raises:
        NotFound: it is settled already, or gone.
        Unfit: with the value, the record would be none of its kind.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    kind, record_id = conflict.kind, conflict.record_id
    with writing(file) as copy:
        if not conflicts.is_open(copy, conflict):
            raise NotFound(_("That is settled already."))
        edit, telling = None, overlay.next_id(copy)
        edit_id = new_id(telling)
        # Other homes hear of the decision before the record changes: of two that decide at once, the first is heard, and writes alone.
        told = _tell(copy, conflict, how, author, edit_id, telling)
        if conflict.told(how) != THEIRS:
            edit = _decided(copy, conflict, {MINE: conflict.mine, THEIRS: conflict.theirs}.get(how, value), author, edit_id)
        if edit and told:
            copy.execute("UPDATE pending_edit SET step = ? WHERE id IN (?, ?)", (told, told, edit.id))
        conflicts.mark(copy, conflict, how, moment(), edit.id if edit else told)
        show(copy, kind, record_id)


def pending(copy: Connection) -> list[Pending]:
    """Every edit that the catalogue has not taken yet, oldest first."""
    found = copy.execute(f"SELECT {overlay.EDIT}, state, reason, sent_as FROM pending_edit WHERE {overlay.BY_HAND} ORDER BY number")
    listed = []
    for *columns, state, reason, sent_as in found.fetchall():
        edit = overlay.edit(*columns)
        about = suggested.about(copy, edit, sent_as)
        listed.append(Pending(edit, _title(copy, edit, about), state, reason, suggested.author_of(copy, edit.id), about))
    return listed


def _save_wish(copy: Connection, how: str, wish: Wish, author: str) -> Edit:
    kind, record_id, old, new = wish
    if how == CHANGED and not copy.execute("SELECT 1 FROM shown WHERE kind = ? AND id = ?", (kind, record_id)).fetchone():
        # Others took it away meanwhile: to have it back, all of it is needed as the person saw it.
        copy.execute("INSERT OR REPLACE INTO edited VALUES (?, ?, ?)", (kind, record_id, as_json({**content(new), "id": record_id})))
    return save(copy, kind, record_id, how, old, new, author)


def _tell(copy: Connection, conflict: Conflict, how: str, author: str, edit_id: str, telling: str = "") -> str | None:
    """Let every home know how a conflict was settled that they know of; returns the id of the edit that does, None where they do not."""
    decision = settled(conflict.told(how), author, moment(), conflict.theirs if conflict.here else conflict.mine, edit_id)
    return suggested.decide(copy, dispute_id(conflict.edit, conflict.path), decision, author, by_hand=True, edit_id=telling)


def save(
    copy: Connection,
    kind: str,
    record_id: str,
    how: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    author: str,
    edit_id: str | None = None,
) -> Edit:
    """Save what a record is to be, in the caller's transaction, as an edit with a certain id where one is given."""
    base, wanted = (dict(old), {}) if how == REMOVED else changed_fields(old, new)
    edit = Edit(edit_id or overlay.next_id(copy), kind, record_id, how, base, wanted, author, moment())
    overlay.add(copy, edit)
    _settle_what_was_written_anew(copy, edit)
    show(copy, kind, record_id)
    return edit


def _settle_what_was_written_anew(copy: Connection, edit: Edit) -> None:
    """Whoever writes to a field that is in conflict saw both values, and has decided."""
    of_kind = rules(edit.kind)
    for each in conflicts.conflicts_of(copy, edit.kind, edit.record_id):
        whole = edit.change == REMOVED or each.path == WHOLE_RECORD
        if whole or not same(value_at(edit.base, each.path, of_kind), value_at(edit.new, each.path, of_kind)):
            if told := _tell(copy, each, ANEW, edit.author, edit.id):
                copy.execute("UPDATE pending_edit SET step = ? WHERE id IN (?, ?)", (edit.id, told, edit.id))
            conflicts.mark(copy, each, ANEW, moment(), edit.id)


def _decided(copy: Connection, conflict: Conflict, value: Any, author: str, edit_id: str) -> Edit | None:
    """The edit that brings a decision about; None where the record holds that value already."""
    kind, record_id = conflict.kind, conflict.record_id
    if conflict.path != WHOLE_RECORD:
        old = content(shown_document(copy, kind, record_id))
        try:
            new = with_value(old, conflict.path, _stated({"": value}).get(""), rules(kind))
        except LookupError as error:
            raise Unfit([_("{field}: leads nowhere in this record").format(field=conflict.field)]) from error
        if not any(changed_fields(old, new)):
            return None
        mind(kind, old, new)
        return save(copy, kind, record_id, CHANGED, old, new, author, edit_id)
    if value is None:
        return save(copy, kind, record_id, REMOVED, content(shown_document(copy, kind, record_id)), {}, author, edit_id)
    mind(kind, {}, value)
    return save(copy, kind, record_id, NEW, {}, value, author, edit_id)


def show(copy: Connection, kind: str, record_id: str) -> None:
    """Let what is shown of a record follow from its edits, in the caller's transaction."""
    overlay.lay(copy, [(kind, record_id)])
    projections.apply(copy, [(kind, record_id)])


def content(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without the server's time stamp."""
    return {name: value for name, value in document.items() if name != "last_modified"}


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that state something."""
    return {name: value for name, value in fields.items() if value is not None}


def mind(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], number: int = 0) -> None:
    """See that a change makes nothing wrong that was right.

    Raises:
        Unfit: it does.
    """
    if wrong := unfit(kind, old, new):
        raise Unfit(wrong, number)
