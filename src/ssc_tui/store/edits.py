"""Saves what a person wants of records, takes it back, and settles where it disagrees with what others wrote; each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path as File
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.documents import rules
from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, WHOLE_RECORD, Edit, changed_fields
from ssc_tui.catalogue.fitness import unfit
from ssc_tui.catalogue.ids import new_id
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.merge import Path, path_text, value_at, with_value
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import _
from ssc_tui.store import overlay, projections
from ssc_tui.store.reader import document as shown_document
from ssc_tui.store.reader import row_of
from ssc_tui.store.writing import moment, writing
from ssc_tui.text import as_json

WAITING = "waiting"
"""The edit has still to be sent."""

IN_FLIGHT = "in_flight"
"""The edit was sent, and no answer has come."""

PARKED = "parked"
"""The catalogue does not take the edit; it stays here until it is changed or taken back."""

MINE = "mine"
THEIRS = "theirs"
ANEW = "anew"
"""How a conflict was settled: by either value, or by a new one."""


class Unfit(UsageError):
    """What a person wants cannot be a record; `problems` are the sentences, each begun by the field."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(_("Nothing was saved. {problems}.").format(problems="; ".join(self.problems)))


class Conflict(NamedTuple):
    """A value that two people wrote, each in their own way.

    Attributes:
        edit: the id of the edit that it comes from.
        title: of the record, empty where it is not shown.
        base: what it was before both; None where it was not stated.
        mine: what was written here; the whole document where the record is gone from the catalogue, None where it was to be taken away.
        theirs: what the catalogue says.
        author: who wrote mine.
        settled: `MINE`, `THEIRS` or `ANEW`; None as long as it is open.
    """

    edit: str
    path: Path
    kind: str
    record_id: str
    title: str
    base: Any
    mine: Any
    theirs: Any
    author: str
    found_at: str
    settled: str | None
    settled_at: str | None

    @property
    def ref(self) -> str:
        """The reference `kind/id`."""
        return ref(self.kind, self.record_id)

    @property
    def field(self) -> str:
        """The path as people write it; empty for the whole record."""
        return path_text(self.path)


class Pending(NamedTuple):
    """An edit that the catalogue has not taken yet, with the record's title, how it stands, and why it was not taken."""

    edit: Edit
    title: str
    state: str
    reason: str


def create(file: File, kind: str, fields: Mapping[str, Any], author: str) -> Edit:
    """Save a new record; its id is made here.

    Raises:
        Unfit: the fields make no record of the kind.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    record_id = new_id()
    document = {"id": record_id, **_stated(fields)}
    _mind(kind, {}, document)
    with writing(file) as copy:
        return _save(copy, kind, record_id, NEW, {}, document, author)


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
    new = _stated(new)
    if not any(changed_fields(old, new)):
        return None
    _mind(kind, old, new)
    with writing(file) as copy:
        if not copy.execute("SELECT 1 FROM shown WHERE kind = ? AND id = ?", (kind, record_id)).fetchone():
            # Others took it away meanwhile: to have it back, all of it is needed as the person saw it.
            copy.execute("INSERT OR REPLACE INTO edited VALUES (?, ?, ?)", (kind, record_id, as_json({**_content(new), "id": record_id})))
        return _save(copy, kind, record_id, CHANGED, old, new, author)


def remove(file: File, kind: str, record_id: str, author: str) -> Edit:
    """Save that a record is to go.

    Raises:
        NotFound: it is not shown.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    with writing(file) as copy:
        old = _content(shown_document(copy, kind, record_id))
        return _save(copy, kind, record_id, REMOVED, old, {}, author)


def undo(file: File) -> Pending | None:
    """Take the last save back that has not been sent yet; None where there is none.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with writing(file) as copy:
        last = copy.execute(
            "SELECT id, kind, record_id, state, reason FROM pending_edit WHERE state != ? ORDER BY number DESC LIMIT 1", (IN_FLIGHT,)
        ).fetchone()
        if last is None:
            return None
        edit_id, kind, record_id, state, reason = last
        edit = next(each for each in overlay.edits_of(copy, kind, record_id) if each.id == edit_id)
        row = row_of(copy, kind, record_id)
        copy.execute("DELETE FROM pending_edit WHERE id = ?", (edit.id,))
        copy.execute("DELETE FROM conflict WHERE edit = ? AND settled IS NULL", (edit.id,))
        copy.execute("UPDATE conflict SET settled = NULL, settled_at = NULL, settled_edit = NULL WHERE settled_edit = ?", (edit.id,))
        _show(copy, kind, record_id)
        row = row_of(copy, kind, record_id) or row
        return Pending(edit, row.title if row else "", state, reason)


def settle(file: File, conflict: Conflict, how: str, author: str, value: Any = None) -> None:
    """Decide a conflict; the value that loses can still be read.

    Args:
        file: the copy.
        conflict: as `conflicts` lists it.
        how: `MINE`, `THEIRS`, or `ANEW` with a `value`; for a record that was edited here and taken away there, or the other way round,
            there is no third way.
        author: who decides.
        value: what the field is to hold; None takes it out.

    Raises:
        NotFound: it is settled already, or gone.
        Unfit: with the value, the record would be none of its kind.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    kind, record_id = conflict.kind, conflict.record_id
    with writing(file) as copy:
        if not copy.execute(
            "SELECT 1 FROM conflict WHERE edit = ? AND path = ? AND settled IS NULL", (conflict.edit, overlay.path_as_text(conflict.path))
        ).fetchone():
            raise NotFound(_("That is settled already."))
        edit = None
        if how != THEIRS:
            edit = _decided(copy, conflict, conflict.mine if how == MINE else value, author)
        copy.execute(
            "UPDATE conflict SET settled = ?, settled_at = ?, settled_edit = ? WHERE edit = ? AND path = ?",
            (how, moment(), edit.id if edit else None, conflict.edit, overlay.path_as_text(conflict.path)),
        )
        _show(copy, kind, record_id)


def conflicts(copy: Connection, *, settled: bool = False) -> list[Conflict]:
    """What waits for a decision, oldest first; or what was settled, newest first."""
    found = copy.execute(
        "SELECT edit, path, conflict.kind, record_id, coalesce(title, ''), base, mine, theirs, author, found_at, settled, settled_at"
        " FROM conflict LEFT JOIN entry ON entry.kind = conflict.kind AND entry.id = record_id"
        f" WHERE settled IS {'NOT NULL ORDER BY settled_at DESC' if settled else 'NULL ORDER BY found_at'}, conflict.kind, record_id, path"
    )
    return [
        Conflict(edit, overlay.path_from_text(path), kind, record_id, title, *map(_value, (base, mine, theirs)), *rest)
        for edit, path, kind, record_id, title, base, mine, theirs, *rest in found
    ]


def pending(copy: Connection) -> list[Pending]:
    """Every edit that the catalogue has not taken yet, oldest first."""
    found = copy.execute(
        "SELECT pending_edit.id, pending_edit.kind, record_id, coalesce(title, ''), state, reason FROM pending_edit"
        " LEFT JOIN entry ON entry.kind = pending_edit.kind AND entry.id = record_id ORDER BY number"
    )
    edits: dict[str, Edit] = {}
    listed: list[Pending] = []
    for edit_id, kind, record_id, title, state, reason in found.fetchall():
        if edit_id not in edits:
            edits |= {edit.id: edit for edit in overlay.edits_of(copy, kind, record_id)}
        listed.append(Pending(edits[edit_id], title, state, reason))
    return listed


def _save(copy: Connection, kind: str, record_id: str, how: str, old: Mapping[str, Any], new: Mapping[str, Any], author: str) -> Edit:
    base, wanted = (dict(old), {}) if how == REMOVED else changed_fields(old, new)
    edit = Edit(new_id(), kind, record_id, how, base, wanted, author, moment())
    copy.execute(
        "INSERT INTO pending_edit (id, kind, record_id, change, base, new, author, at, state, attempts, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')",
        (edit.id, kind, record_id, how, as_json(base), as_json(wanted), author, edit.at, WAITING),
    )
    _settle_what_was_written_anew(copy, edit)
    _show(copy, kind, record_id)
    return edit


def _settle_what_was_written_anew(copy: Connection, edit: Edit) -> None:
    """Whoever writes to a field that is in conflict saw both values, and has decided."""
    open_ones = copy.execute(
        "SELECT edit, path FROM conflict WHERE kind = ? AND record_id = ? AND settled IS NULL", (edit.kind, edit.record_id)
    ).fetchall()
    of_kind = rules(edit.kind)
    written = [
        (moment(), edit.id, each, path)
        for each, path in open_ones
        if edit.change == REMOVED
        or (way := overlay.path_from_text(path)) == WHOLE_RECORD
        or not same(value_at(edit.base, way, of_kind), value_at(edit.new, way, of_kind))
    ]
    copy.executemany(
        f"UPDATE conflict SET settled = '{ANEW}', settled_at = ?, settled_edit = ? WHERE edit = ? AND path = ?",
        written,
    )


def _decided(copy: Connection, conflict: Conflict, value: Any, author: str) -> Edit | None:
    """The edit that brings a decision about; None where the record holds that value already."""
    kind, record_id = conflict.kind, conflict.record_id
    if conflict.path != WHOLE_RECORD:
        old = _content(shown_document(copy, kind, record_id))
        new = with_value(old, conflict.path, _stated({"": value}).get(""), rules(kind))
        if not any(changed_fields(old, new)):
            return None
        _mind(kind, old, new)
        return _save(copy, kind, record_id, CHANGED, old, new, author)
    if value is None:
        return _save(copy, kind, record_id, REMOVED, _content(shown_document(copy, kind, record_id)), {}, author)
    _mind(kind, {}, value)
    return _save(copy, kind, record_id, NEW, {}, value, author)


def _show(copy: Connection, kind: str, record_id: str) -> None:
    overlay.lay(copy, [(kind, record_id)])
    projections.apply(copy, [(kind, record_id)])


def _content(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "last_modified"}


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that state something."""
    return {name: value for name, value in fields.items() if value is not None}


def _mind(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """See that a change makes nothing wrong that was right.

    Raises:
        Unfit: it does.
    """
    if wrong := unfit(kind, old, new):
        raise Unfit(wrong)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
