"""`round`: both directions of a round of exchanges in one step, with how the two partners stand."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection

from ssc_tui.catalogue.kinds import ref
from ssc_tui.cli.editing import as_json, assigned, in_words
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.settings import author, settings_of
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.balance import tolerance
from ssc_tui.insight.balance_words import balance_data
from ssc_tui.insight.round_words import standing_lines
from ssc_tui.insight.rounds import Direction, balances_with, on_record, round_of
from ssc_tui.paths import Home
from ssc_tui.store import edits, reader
from ssc_tui.store.edits import Wish

NEXT = "next"
"""Stands for the round after the last one on record."""


def round(  # noqa: A001 - a command and its function have one name
    home: Home, out: Output, *, project: str, which: str, one: str, other: str, there: list[str], back: list[str]
) -> int:
    """Save what two partners send each other in a round, or show how they stand where nothing is to be saved.

    JSON: `{"project", "round", "partners": [2 refs], "there", "back": the exchanges as they are then, null for none; "saved": […edits…],
    "balances": [{"partner", …see balance…}]}`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        project: as `show` takes it.
        which: number or name of the round, or `next`.
        one: the partner that sends there.
        other: the partner that sends back.
        there: how many are planned, or fields with values; none leaves it as it is. So `back`.
        back: see there.

    Raises:
        NotFound, UsageError: nothing is called so, or the words make no exchange; nothing was saved.
        ReadOnly, Busy, CopyError: nothing was saved.
    """
    with opened(home, out) as copy:
        project_id = _named(copy.connection, "projects", project)
        one, other = (_named(copy.connection, "partners", partner) for partner in (one, other))
        if one == other:
            raise UsageError(_("A round takes two different partners. Nothing was saved."))
        begun = round_of(copy.connection, project_id, None if which == NEXT else int(which) if which.isdecimal() else which)
        ways = [way for pair in begun.pairs for way in pair]
        common = {"project": project_id, "round": begun.round}
        wishes: list[Wish] = []
        for sender, host, words in ((one, other, there), (other, one, back)):
            if words:
                held = _held(ways, sender, host)
                fields = [_field(word) for word in words]
                before = dict(held.held) or {**common, "sender": sender, "host": host}
                wishes.append(Wish("exchanges", str(held.held.get("id", "")), held.held, assigned("exchanges", before, fields)))
        saved = edits.save_together(copy.path, wishes, author(home, out)) if wishes else []
        titles = {each.record_id: row.title for each in saved if (row := reader.row_of(copy.connection, "exchanges", each.record_id))}
        balances = balances_with(on_record(copy.connection, [one, other]), (), ())
        names = {partner: row.title for partner in (one, other) if (row := reader.row_of(copy.connection, "partners", partner))}
        now = [way for pair in round_of(copy.connection, project_id, begun.round).pairs for way in pair if way.held]
    tolerated = tolerance(settings_of(home, out).tolerance)
    if out.as_json:
        found = [next((way.held for way in now if (way.sender, way.host) == sides), None) for sides in ((one, other), (other, one))]
        out.json(
            {
                "project": ref("projects", project_id),
                "round": begun.round,
                "partners": [ref("partners", one), ref("partners", other)],
                "there": found[0],
                "back": found[1],
                "saved": [as_json(each, titles.get(each.record_id, "")) for each in saved],
                "balances": [{"partner": ref("partners", str(each.partner))} | balance_data(each, tolerated) for each in balances],
            }
        )
        return 0
    for each in saved:
        out.lines(in_words(each, titles.get(each.record_id, ""), _("Saved: {what} {title} [{reference}]")))
    if wishes and not saved:
        out.say(_("Nothing differs from what is there, and nothing was saved."))
    out.lines(standing_lines(balances, names, tolerated, out.width))
    return 0


def _named(copy: Connection, kind: str, reference: str) -> str:
    """The id of a record of a kind.

    Raises:
        NotFound, UsageError: no record of the kind, or more than one, is called so.
    """
    given = reference.strip().lower()
    if reader.row_of(copy, kind, given):
        return given
    found, record_id = reader.resolve(copy, reference)
    if found != kind:
        raise NotFound(_("{reference} is none of the {kind}.").format(reference=reference, kind=kind))
    return record_id


def _field(word: str) -> str:
    """What a word sets; a bare number says how many are planned.

    Raises:
        UsageError: it is neither FIELD=VALUE nor a number of people.
    """
    if "=" in word:
        return word
    if not word.isdecimal():
        raise UsageError(
            _(
                "A number of people is a whole number, 0 or more, and {word} is none; anything else is FIELD=VALUE. Nothing was saved."
            ).format(word=word)
        )
    return f"planned={word}"


def _held(ways: Sequence[Direction], sender: str, host: str) -> Direction:
    """The direction, with what is on record of it.

    Raises:
        UsageError: several exchanges are.
    """
    found = [way for way in ways if (way.sender, way.host) == (sender, host) and way.held]
    if len(found) > 1:
        named = ", ".join(ref("exchanges", str(way.held["id"])) for way in found)
        raise UsageError(
            _("The round has several exchanges that way: {named}. `ssc-tui edit` changes one. Nothing was saved.").format(named=named)
        )
    return found[0] if found else Direction(sender, host)
