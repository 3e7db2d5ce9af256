"""What a card says of exchanges: sent and hosted, the balance in words, and both by round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import Connection

from ssc_tui.catalogue.kinds import ref
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.balance import Balance, tolerance
from ssc_tui.insight.balance_groups import balance_of, balances_in, rounds_of
from ssc_tui.insight.balance_words import name_of, persons_went, standing, went
from ssc_tui.insight.blocks import Block, Line
from ssc_tui.insight.saying import not_stated, shown
from ssc_tui.insight.sums import whole
from ssc_tui.insight.views import leads_to
from ssc_tui.settings import TOLERANCE
from ssc_tui.store.flows import Flow, flows, named

MOST = 12
"""Rounds and partners that a card names; the balance behind the line has all."""


def exchanged_blocks(copy: Connection, kind: str, record_id: str, tolerated: str = TOLERANCE) -> tuple[Block, ...]:
    """Sent and hosted in all and by round, of a partner or project; nothing for any other kind.

    Raises:
        UsageError: the tolerance has no such form.
    """
    if kind not in ("partners", "projects"):
        return ()
    found = flows(copy, of=(kind, record_id))
    if not found:
        return (Block(_("Sent and hosted"), (Line("", not_stated()),)),)
    allowed = tolerance(tolerated)
    leads = leads_to("balance", ref(kind, record_id))
    if kind == "partners":
        own = balance_of(record_id, found)
        lines = [Line("", standing(own, allowed), _numbers(own), leads)]
    else:
        names = named(copy, "partners", {side for flow in found for side in (flow.sender, flow.host) if side})
        each = balances_in(found)
        lines = [
            Line("", f"{name_of(names, one.partner)}: {standing(one, allowed)}", _numbers(one), leads if one is each[0] else None)
            for one in each[:MOST]
        ]
    return (Block(_("Sent and hosted"), tuple(lines)), Block(_("By round"), tuple(_rounds(copy, kind, record_id, found))))


def _numbers(balance: Balance) -> str:
    return _("sent {sent}, hosted {hosted}").format(sent=went(balance.sent), hosted=went(balance.hosted))


def _rounds(copy: Connection, kind: str, record_id: str, found: Sequence[Flow]) -> Iterator[Line]:
    """Both by round, where rounds are stated; the project is named where a partner has had rounds in several."""
    rounds = [(project, round_, flows_) for (project, round_), flows_ in rounds_of(found) if round_]
    projects = {project for project, _round, _flows in rounds if project}
    names = named(copy, "projects", projects) if len(projects) > 1 else {}
    for project, round_, flows_ in rounds[:MOST]:
        said = _numbers(balance_of(record_id, flows_)) if kind == "partners" else persons_went(whole(flows_))
        yield Line(_("Round {round}").format(round=shown(round_)), said, name_of(names, project) if names and project else "")
    if (left := len(rounds) - MOST) > 0:
        yield Line("", ngettext("{n} more round", "{n} more rounds", left))
