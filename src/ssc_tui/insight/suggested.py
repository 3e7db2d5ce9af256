"""A suggestion in words: what it would change, beside what the record says now, and what was decided. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssc_tui.catalogue.suggestions import ACCEPTED, CREATE, DECLINED, DELETE, EDIT, NOTE, OPEN
from ssc_tui.i18n import N_, _
from ssc_tui.insight.changes import value
from ssc_tui.insight.field_labels import field_label
from ssc_tui.store.suggestions import Suggested
from ssc_tui.text import one_line

CHANGES = {EDIT: N_("change"), CREATE: N_("new record"), DELETE: N_("take away"), NOTE: N_("note")}
"""Words for what a suggestion wants."""

STATES = {OPEN: N_("open"), ACCEPTED: N_("accepted"), DECLINED: N_("declined")}


def heading(each: Suggested) -> str:
    """The record, and what is wanted of it."""
    stated = {change.field: change.new if change.new is not None else change.old for change in each.suggestion.fields}
    name = each.title or str(stated.get("name") or stated.get("title") or each.suggestion.record_id)
    return f"{_(CHANGES[each.suggestion.change])}: {one_line(name)}"


def field_line(each: Suggested, number: int) -> str:
    """What a field of it held and is to hold; and what it holds now, where others changed it since."""
    change = each.suggestion.fields[number]
    label = one_line(field_label(each.suggestion.kind, change.field)) or one_line(change.field)
    said = f"{label}: {value(change.old)} → {value(change.new)}"
    if change.field in each.moved:
        said += " " + _("(changed since: now {value})").format(value=value(each.now.get(change.field)))
    return said


def lines(each: Suggested) -> Iterator[str]:
    """Everything that it says, without its heading."""
    if each.suggestion.text:
        yield one_line(each.suggestion.text)
    if each.suggestion.change != DELETE:
        yield from (field_line(each, number) for number in range(len(each.suggestion.fields)))
    if not each.sent and each.suggestion.state == OPEN:
        yield _("It is sent at the next sync.")
    if each.suggestion.state != OPEN:
        yield decision(each)


def decision(each: Suggested) -> str:
    """How it was decided, by whom, and why."""
    said = each.suggestion
    how = _("accepted in part ({fields})").format(fields=", ".join(map(one_line, said.taken))) if said.in_part else _(STATES[said.state])
    by = _("{how} by {who}").format(how=how, who=one_line(said.decided_by)) if said.decided_by else how
    return f"{by}: {one_line(said.reason)}" if said.reason else by
