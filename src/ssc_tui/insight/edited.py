"""What is said of a record that was edited here: what the catalogue says beside what is shown, and where two people disagree. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import differences
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.insight.changes import value
from ssc_tui.insight.field_labels import field_label
from ssc_tui.insight.suggested import lines as lines_of
from ssc_tui.store.conflicts import Conflict
from ssc_tui.store.suggestions import Suggested
from ssc_tui.text import one_line


class Unsent(NamedTuple):
    """What of a record others do not see yet.

    Attributes:
        theirs: what the catalogue says; None where it holds no such record.
        edited: whether edits lie on it.
        reasons: why the catalogue did not take edits.
        disputed: what waits for a decision.
        suggested: whether all edits went out as a suggestion.
        declined: why editors did not accept edits.
        wishes: what others suggest of it, where whoever reads may decide.
    """

    theirs: Mapping[str, Any] | None
    edited: bool
    reasons: Sequence[str]
    disputed: Sequence[Conflict]
    suggested: bool = False
    declined: Sequence[str] = ()
    wishes: Sequence[Suggested] = ()


def unsent_blocks(kind: str, document: Mapping[str, Any], unsent: Unsent) -> Iterator[Block]:
    """The blocks that a card begins with, where there is something to say."""
    if unsent.disputed:
        lines = [
            Line(
                one_line(field_label(kind, each.field)) or _("the record"),
                _("mine: {mine}").format(mine=value(each.mine)),
                _("theirs: {theirs}").format(theirs=value(each.theirs)),
            )
            for each in unsent.disputed
        ]
        yield Block(_("In conflict (! settles it)"), tuple(lines))
    for each in unsent.wishes:
        author = one_line(each.suggestion.author) or _("somebody")
        yield Block(_("Suggested by {author} (v decides)").format(author=author), tuple(Line("", line) for line in lines_of(each)))
    if not unsent.edited:
        return
    why = [Line(_("Not taken"), one_line(reason)) for reason in unsent.reasons]
    why += [Line(_("The answer"), one_line(reason)) for reason in unsent.declined]
    if unsent.theirs is None:
        sent = _("It was sent as a suggestion.") if unsent.suggested else _("It is sent at the next sync.")
        yield Block(_("Added here, not in the catalogue yet"), tuple(why) or (Line("", sent),))
        return
    changed = [
        Line(one_line(field_label(kind, each.field)), value(each.new), _("the catalogue says: {value}").format(value=value(each.old)))
        for each in differences(unsent.theirs, document)
    ]
    sent = _("Edited here, sent as a suggestion") if unsent.suggested else _("Edited here, not sent yet")
    yield Block(_("Edited here, not accepted") if unsent.declined else sent, (*changed, *why))
