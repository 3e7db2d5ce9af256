"""What people suggest who may not write: `suggestions` lists, `suggestion` accepts, declines, takes back, and makes one of a note.

A decision is sent at the next sync. A list without entries is an answer too: exit code 0.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any

from ssc_tui.cli.editing import as_json
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.settings import author
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.suggested import heading, lines
from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store.copy import Copy
from ssc_tui.store.standing import standing
from ssc_tui.store.suggestions import Suggested, named
from ssc_tui.store.suggestions import suggestions as listed
from ssc_tui.text import one_line

ACCEPT = "accept"
DECLINE = "decline"
WITHDRAW = "withdraw"
NOTE = "note"


def suggestions(home: Home, out: Output, *, decided: bool) -> int:
    """List what is suggested, oldest first: JSON `[{"id", "ref", "title", "change": edit, create, delete, note; "fields": [{"field",
    "base", "new", "now", "moved"}], "text", "author", "at", "state", "sent"}]`.

    Those that were decided, newest first, have `reason`, `taken`, `decided_by` and `decided_at` too. On a pipe id, reference, author and
    what it says are parted by tabs.
    """
    with opened(home, out) as copy:
        found = listed(copy.connection, decided=decided)
        may_decide = standing(copy.connection).editor is not False
    if out.as_json:
        out.json([_as_json(each) for each in found])
    elif out.on_terminal:
        for each in found:
            out.lines([f"{heading(each)} [{each.suggestion.ref}]", f"  {_about(each)}", *(f"  {line}" for line in lines(each))])
    else:
        out.table((each.suggestion.id, each.suggestion.ref, each.suggestion.author, "; ".join(lines(each))) for each in found)
    if not found:
        out.say(_("Nothing was decided so far.") if decided else _("Nothing is suggested."))
    elif not decided and may_decide:
        out.say(_("`ssc-tui suggestion accept ID [FIELD…]` takes one, `ssc-tui suggestion decline ID --reason TEXT` does not."))
    return 0


def suggestion(home: Home, out: Output, *, action: str, name: str, words: list[str], reason: str) -> int:
    """Accept, decline or take back a suggestion, or make one of a note: JSON is what `suggestions` lists of it, with the saved `edit`.

    Raises:
        NotFound: there is no such suggestion or record, or it was decided already.
        UsageError: several are called so; it cannot be decided so, or not by this person. Nothing was changed.
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    # Imports pydantic, which no listing needs.
    from ssc_tui.store import decisions

    if action in (DECLINE, WITHDRAW) and words:
        raise UsageError(_("{words} was not expected; a reason stands behind --reason.").format(words=" ".join(words)))
    if reason and action != DECLINE:
        raise UsageError(_("A reason is given where a suggestion is declined."))
    with opened(home, out) as copy:
        who = author(home, out)
        if action == NOTE:
            return _of_note(copy, out, name, words, who)
        each = named(copy.connection, name)
        saved = None
        match action:
            case "accept":
                saved = decisions.accept(copy.path, each.suggestion.id, who, words)
            case "decline":
                decisions.decline(copy.path, each.suggestion.id, who, reason)
            case _:
                decisions.withdraw(copy.path, each.suggestion.id, who)
        done = each if action == WITHDRAW else named(copy.connection, each.suggestion.id)
    if out.as_json:
        out.json(_as_json(done) | {"edit": as_json(saved, each.title) if saved else None})
    else:
        said = {ACCEPT: _("Accepted: {what}"), DECLINE: _("Declined: {what}"), WITHDRAW: _("Taken back: {what}")}[action]
        out.lines([f"{said.format(what=heading(each))} [{each.suggestion.ref}]"])
        out.say(_("It is sent at the next sync."))
    return 0


def _of_note(copy: Copy, out: Output, name: str, words: list[str], who: str) -> int:
    from ssc_tui.store.decisions import suggest_note

    kind, record_id, text = _note(copy.connection, name, " ".join(words))
    made = suggest_note(copy.path, kind, record_id, text, who)
    each = named(copy.connection, made)
    if out.as_json:
        out.json(_as_json(each))
    else:
        out.lines([_("Suggested: {what} [{reference}]").format(what=heading(each), reference=each.suggestion.ref)])
        out.say(_("It is sent at the next sync."))
    return 0


def _note(copy: Connection, name: str, text: str) -> tuple[str, str, str]:
    """Kind and id of a record, and what is to be suggested: the text, else the note with this id, or the newest one about the record.

    Raises:
        NotFound: there is no such note or record, or no note about it.
    """
    for each in reader.notes(copy):
        if each.id == name and not text:
            return each.kind, each.record_id, each.text
    kind, record_id = reader.resolve(copy, name)
    if text:
        return kind, record_id, text
    kept = reader.notes(copy, kind, record_id)
    if not kept:
        raise NotFound(_("There is no note about {reference}. Write what you suggest behind it.").format(reference=name))
    return kind, record_id, kept[0].text


def _about(each: Suggested) -> str:
    said = each.suggestion
    return _("{id}, by {author}, {date}").format(id=said.id, author=one_line(said.author) or _("somebody"), date=one_line(said.at)[:10])


def _as_json(each: Suggested) -> dict[str, Any]:
    said = each.suggestion
    fields = [
        {
            "field": change.field,
            "base": change.old,
            "new": change.new,
            "now": each.now.get(change.field),
            "moved": change.field in each.moved,
        }
        for change in said.fields
    ]
    told = {
        "id": said.id, "ref": said.ref, "title": each.title, "change": said.change, "fields": fields, "text": said.text,
        "author": said.author, "at": said.at, "state": said.state, "sent": each.sent,
    }  # fmt: skip
    decided = {"reason": said.reason, "taken": list(said.taken), "decided_by": said.decided_by, "decided_at": said.decided_at}
    return told | (decided if said.decided_at else {})
