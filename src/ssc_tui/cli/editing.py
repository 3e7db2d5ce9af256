"""Writing: `new`, `edit`, `delete` and `undo` save on this machine; `pending`, `conflicts` and `resolve` say and settle what follows.

A save is sent at the next sync. A list without entries is an answer too: exit code 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.assign import Assignment, assign, parse
from ssc_tui.catalogue.difference import FieldChange
from ssc_tui.catalogue.documents import rules
from ssc_tui.catalogue.edits import REMOVED, Edit
from ssc_tui.catalogue.kinds import SUGGESTIONS, ref
from ssc_tui.catalogue.merge import path_text, value_at
from ssc_tui.catalogue.suggestions import ACCEPTED, DECLINED, OPEN, SETTLED, Suggestion
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.settings import author
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import N_, _
from ssc_tui.insight.changes import LOGGED, both_written, field_lines, value
from ssc_tui.paths import Home
from ssc_tui.store import edits, reader, states
from ssc_tui.store.conflicts import ANEW, MINE, THEIRS, Conflict
from ssc_tui.store.conflicts import conflicts as listed
from ssc_tui.store.edits import Pending
from ssc_tui.store.similar import similar
from ssc_tui.text import one_line

FIELDS = 20
"""Fields of an edit that are told one by one."""

RECORD = "record"
"""Stands for the whole record, where one side edited it and the other took it away."""

WAYS = (MINE, THEIRS)

STATES = {
    states.IN_FLIGHT: N_("It was sent, and no answer has come yet."),
    states.PARKED: N_("The catalogue did not take it."),
    states.SUGGESTED: N_("It was sent as a suggestion, and waits for an editor."),
    states.REFUSED: N_("It was not accepted."),
}
"""What is said of an edit that does not merely wait."""


DECIDED = {
    OPEN: N_("suggested about"),
    ACCEPTED: N_("accepted what is suggested of"),
    DECLINED: N_("declined what is suggested of"),
    SETTLED: N_("settled a conflict of"),
}
"""What is said of a suggestion that somebody made or decided here."""


def new(home: Home, out: Output, *, kind: str, words: list[str]) -> int:
    """Save a new record: JSON is the saved edit, see `edit`.

    Raises:
        UsageError: the words make no record of the kind; nothing was saved.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    with opened(home, out) as copy:
        document = assigned(kind, {}, words)
        name = str(document.get("name", document.get("title", "")))
        near = similar(copy.connection, kind, name)
        saved = edits.create(copy.path, kind, document, author(home, out))
        for row in near:
            out.say(_("There is already {title} [{reference}].").format(title=one_line(row.title), reference=row.ref))
        _answer(out, saved, _title(copy.connection, saved))
    return 0


def edit(home: Home, out: Output, *, reference: str, words: list[str]) -> int:
    """Change fields of a record: JSON is the saved edit, or null where nothing differs.

    An edit is `{"id", "ref", "title", "change": new, changed, removed; "fields": [{"field", "old", "new"}], "author", "at"}`.

    Raises:
        NotFound, UsageError: no record, or more than one, is called so; the words make it none of its kind. Nothing was saved.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    with opened(home, out) as copy:
        kind, record_id = reader.resolve(copy.connection, reference)
        old = reader.document(copy.connection, kind, record_id)
        saved = edits.change(copy.path, kind, record_id, old, assigned(kind, old, words), author(home, out))
        if saved is None:
            out.say(_("Nothing differs from what is there, and nothing was saved."))
            if out.as_json:
                out.json(None)
        else:
            _answer(out, saved, _title(copy.connection, saved))
    return 0


def delete(home: Home, out: Output, *, reference: str) -> int:
    """Take a record away: JSON is the saved edit, see `edit`.

    Raises:
        NotFound, UsageError: no record, or more than one, is called so.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    with opened(home, out) as copy:
        kind, record_id = reader.resolve(copy.connection, reference)
        row = reader.row_of(copy.connection, kind, record_id)
        _answer(out, edits.remove(copy.path, kind, record_id, author(home, out)), row.title if row else "")
    return 0


def undo(home: Home, out: Output) -> int:
    """Take back the last save that was not sent yet: JSON is that edit, see `edit`; null where there is none, with exit code 1.

    Of several that were saved in one step all are taken back; JSON is the first, with the others as `together`.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with opened(home, out) as copy:
        undone = edits.undo(copy.path)
        if not undone:
            out.say(_("There is no edit that could be taken back; what was sent, or left in a bundle, can only be changed again."))
            if out.as_json:
                out.json(None)
            return 1
        first, *others = reversed(undone)
        if out.as_json:
            together = {"together": [_edit(each) for each in others]} if others else {}
            out.json(_edit(first) | together)
        else:
            for each in (first, *others):
                out.lines(in_words(each.edit, each.title, _("Taken back: {what} {title} [{reference}]")))
    return 0


def pending(home: Home, out: Output) -> int:
    """List the edits that the catalogue has not taken yet, oldest first: JSON `[{…an edit…, "state", "reason", "suggested_by"}]`.

    `state` is `waiting`, `in_flight`, `parked`, `suggested` or `declined`; `suggested_by` who suggested what an edit carries out.
    What makes or decides a suggestion names the record that it is about, has `note`, `accepted`, `declined` or `settled` as its `change`,
    the fields that it is about, and the id of the `suggestion` with its `text`, or the reason of the decision, too.
    """
    with opened(home, out) as copy:
        found = edits.pending(copy.connection)
    if out.as_json:
        out.json([_edit(each) | {"state": each.state, "reason": each.reason, "suggested_by": each.suggested_by or None} for each in found])
    else:
        for each in found:
            out.lines(in_words(each.edit, each.title, _("{what} {title} [{reference}]")))
            if each.suggested_by:
                out.lines([_("  suggested by {author}").format(author=one_line(each.suggested_by))])
            if each.state in STATES:
                out.lines([f"  {_stands(each)}"])
    if not found:
        out.say(_("No edit waits to be sent."))
    return 0


def conflicts(home: Home, out: Output, *, settled: bool) -> int:
    """List what two people wrote into one field: JSON `[{"ref", "title", "field", "base", "mine", "theirs", "author", "found_at",
    "here"}]`; where it was found in another home (`here` is false), `theirs` is what was written there, and `mine` what the catalogue says.

    Those that were settled have `settled` (`mine`, `theirs` or `anew`) and `settled_at` too.
    """
    with opened(home, out) as copy:
        found = listed(copy.connection, settled=settled)
    if out.as_json:
        out.json([_conflict(each) for each in found])
    elif out.on_terminal:
        who = author(home, out)
        for each in found:
            mine, theirs = both_written(value(each.mine), value(each.theirs), each, who)
            out.lines(
                [
                    _("{title} [{reference}], {field}").format(
                        title=one_line(each.title) or each.record_id, reference=each.ref, field=each.field or _("the whole record")
                    ),
                    _("  mine:   {value}").format(value=mine),
                    _("  theirs: {value}").format(value=theirs),
                ]
            )
    else:
        out.table((each.ref, each.field or RECORD, value(each.mine), value(each.theirs)) for each in found)
    if found and not settled:
        out.say(_("`ssc-tui resolve REF FIELD mine|theirs|VALUE` settles one; the other value can still be read."))
    if not found:
        out.say(_("Nothing was settled so far.") if settled else _("There are no conflicts."))
    return 0


def resolve(home: Home, out: Output, *, reference: str, field: str, words: list[str]) -> int:
    """Settle a conflict: JSON is what `conflicts --settled` lists of it.

    Raises:
        NotFound: there is no such conflict.
        UsageError: the value does not fit the field; nothing was changed.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    said = " ".join(words)
    with opened(home, out) as copy:
        conflict = _named(listed(copy.connection), reference.strip().lower(), field)
        how, new_value = (said, None) if said in WAYS else (ANEW, _typed(copy.connection, conflict, said))
        edits.settle(copy.path, conflict, how, author(home, out), new_value)
        done = next(each for each in listed(copy.connection, settled=True) if (each.edit, each.path) == (conflict.edit, conflict.path))
    if out.as_json:
        out.json(_conflict(done))
    else:
        out.lines([_("Settled: {title} [{reference}], {field}.").format(title=done.title, reference=done.ref, field=field)])
    return 0


def assigned(kind: str, old: Mapping[str, Any], words: Iterable[str]) -> dict[str, Any]:
    """The document with what the words state.

    Raises:
        UsageError: they do not fit it.
    """
    try:
        assignments: list[Assignment] = [parse(each) for each in words]
        return assign(kind, old, assignments)
    except ValueError as error:
        raise UsageError(_("{reason} Nothing was saved.").format(reason=error)) from error


def _named(found: Iterable[Conflict], reference: str, field: str) -> Conflict:
    """The conflict that a person means.

    Raises:
        NotFound: there is none.
    """
    for each in found:
        if reference in (each.ref, each.record_id) and field in (each.field, RECORD if not each.field else each.field):
            return each
    raise NotFound(
        _("There is no open conflict in {field} of {reference}. `ssc-tui conflicts` lists them.").format(field=field, reference=reference)
    )


def _typed(copy: Connection, conflict: Conflict, said: str) -> Any:
    """The value that was typed, as the field takes it."""
    if not conflict.path:
        raise UsageError(_("A whole record is settled with mine or theirs."))
    old = reader.document(copy, conflict.kind, conflict.record_id)
    try:
        new_document = assign(conflict.kind, old, [Assignment(conflict.path, "=", said)])
    except ValueError as error:
        raise UsageError(_("{reason} Nothing was changed.").format(reason=error)) from error
    return value_at(new_document, conflict.path, rules(conflict.kind))


def _title(copy: Connection, saved: Edit) -> str:
    row = reader.row_of(copy, saved.kind, saved.record_id)
    stated = {**saved.base, **saved.new}
    return row.title if row else str(stated.get("name", stated.get("title", saved.record_id)))


def _answer(out: Output, saved: Edit, title: str) -> None:
    if out.as_json:
        out.json(as_json(saved, title))
    else:
        out.lines(in_words(saved, title, _("Saved: {what} {title} [{reference}]")))


def in_words(saved: Edit, title: str, sentence: str) -> list[str]:
    """An edit in lines: the sentence about it, and each field with what it held and holds."""
    if saved.kind == SUGGESTIONS:
        state = str(saved.new.get("state", OPEN))
        told = str(saved.new.get("text") or saved.new.get("reason") or "")
        head = sentence.format(what=_(DECIDED.get(state, state)), title=one_line(title), reference=ref(saved.kind, saved.record_id))
        return [head, *([f"  {one_line(told)}"] if told else [])]
    head = sentence.format(
        what=_(LOGGED[saved.change]), title=one_line(title) or saved.record_id, reference=ref(saved.kind, saved.record_id)
    )
    return [head, *("  " + line for line in field_lines(_fields(saved), FIELDS))]


def _stands(each: Pending) -> str:
    """How an edit stands that does not merely wait; the reason alone where it says that a part was accepted."""
    in_part = each.state == states.REFUSED and isinstance(each.about, Suggestion) and each.about.in_part
    return each.reason if in_part and each.reason else f"{_(STATES[each.state])} {each.reason}".rstrip()


def _fields(saved: Edit) -> Sequence[FieldChange]:
    """The fields that an edit changes; with a record that goes, all of them do, and none is named."""
    if saved.change == REMOVED:
        return []
    names = dict.fromkeys([*saved.new, *saved.base])
    return [FieldChange(name, saved.base.get(name), saved.new.get(name)) for name in names]


def as_json(saved: Edit, title: str) -> dict[str, Any]:
    """An edit as commands answer it; see `edit`."""
    return {
        "id": saved.id,
        "ref": ref(saved.kind, saved.record_id),
        "title": title,
        "change": saved.change,
        "fields": [each._asdict() for each in _fields(saved)],
        "author": saved.author,
        "at": saved.at,
    }


def _edit(each: Pending) -> dict[str, Any]:
    """An edit that waits or was taken back; one of a suggestion with the record that this is about, and what it says of it."""
    told = as_json(each.edit, each.title)
    if each.edit.kind != SUGGESTIONS or each.about is None:
        return told
    new = each.edit.new
    state, text = str(new.get("state", OPEN)), str(new.get("reason", ""))
    fields: list[FieldChange] = []
    if isinstance(each.about, Suggestion):
        fields = [change for change in each.about.fields if state != ACCEPTED or change.field in each.about.taken]
        text = text or each.about.text
    else:
        fields = [FieldChange(path_text(each.about.path) or RECORD, each.about.theirs, each.about.mine)]
    return told | {
        "ref": each.about.ref,
        "change": each.about.change if state == OPEN and isinstance(each.about, Suggestion) else state,
        "fields": [change._asdict() for change in fields],
        "suggestion": each.edit.record_id,
        "text": text,
    }


def _conflict(each: Conflict) -> dict[str, Any]:
    told = {
        "ref": each.ref,
        "title": each.title,
        "field": each.field or RECORD,
        "base": each.base,
        "mine": each.mine,
        "theirs": each.theirs,
        "author": each.author,
        "found_at": each.found_at,
        "here": each.here,
    }
    return told | ({"settled": each.settled, "settled_at": each.settled_at} if each.settled else {})
