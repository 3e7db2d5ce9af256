"""What every ledger of balances has: its head, what it can be asked for, and the exchanges that are only thought of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import UsageError
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.insight.balance import Balance, Tolerance, balances
from ssc_tui.insight.balance_words import name_of, none_on_record, persons_went, standing, sum_data, tolerance_words
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.report import Asked, Report, Turn, restricted
from ssc_tui.insight.saying import shown
from ssc_tui.insight.subtitle import persons
from ssc_tui.insight.sums import HOST, NOTHING, SENDER, Sum, less, summed, sums_by, together, whole
from ssc_tui.insight.views import leads_to
from ssc_tui.settings import TOLERANCE
from ssc_tui.store import reader, sums
from ssc_tui.store.flows import Flow, bare, named

LIMIT = 100
"""Balances of each sort that are listed unless more are asked for; all are counted."""

BY_WORDS = {
    "partner": N_("By partner"), "pair": N_("By pair"), "project": N_("By project"), "round": N_("By round"), "year": N_("By year"),
}  # fmt: skip
"""By what balances can be asked for."""

_THOUGHT = re.compile(r"\s*(?P<sender>[^>→:]+?)\s*(?:>|→)\s*(?P<host>[^>→:]+?)\s*:\s*(?P<persons>[0-9]{1,6})\s*\Z")


def thought_of(copy: Connection, text: str) -> list[Flow]:
    """The exchanges that a what-if names, such as `A>B:3` for three persons whom A sends and B hosts; several are parted by commas.

    Raises:
        NotFound, UsageError: it cannot be followed, or no partner is called so.
    """
    found: list[Flow] = []
    for part in filter(str.strip, text.split(",")):
        named_so = _THOUGHT.match(part)
        if not named_so:
            raise UsageError(_("A what-if reads A>B:3, for 3 persons whom A sends and B hosts; {text} does not.").format(text=shown(part)))
        sides = []
        for side in ("sender", "host"):
            kind, record_id = reader.resolve(copy, named_so[side])
            if kind != "partners":
                raise UsageError(_("{reference} is no partner.").format(reference=ref(kind, record_id)))
            sides.append(record_id)
        found.append(Flow(sides[0], sides[1], actual=int(named_so["persons"]), status="what-if"))
    return found


def what_if_block(copy: Connection, extra: Sequence[Flow], found: Mapping[str | None, Balance], tolerated: Tolerance) -> Block:
    """The exchanges that are only thought of, and how the balances move by them."""
    titles = named(copy, "partners", {side for flow in extra for side in (flow.sender, flow.host) if side})
    lines = [
        Line(
            _("What if"), f"{name_of(titles, flow.sender)} → {name_of(titles, flow.host)}: {persons(flow.actual or 0)}", _("in memory only")
        )
        for flow in extra
    ]
    sent, hosted = summed(extra, SENDER, HOST)
    for added in balances(sent, hosted):
        if added.partner in found:
            now = found[added.partner]
            before = Balance(added.partner, less(now.sent, added.sent), less(now.hosted, added.hosted))
            said = _("was: {before}").format(before=standing(before, tolerated) if before.exchanges else _("no exchange on record"))
            now_words = _("now: {now}").format(now=standing(now, tolerated))
            lines.append(Line("", name_of(titles, added.partner), f"{said}\n{now_words}", leads_to("balance", f"partners/{added.partner}")))
    return Block(_("What if"), tuple(lines))


def turns(asked: Asked, by: str = "") -> tuple[Turn, ...]:
    """How else the ledger can be asked."""
    ways = list(BY_WORDS)
    following = ways[(ways.index(by) + 1) % len(ways)] if by else ""
    return (
        *((Turn("v", _(BY_WORDS[following]), "by", following),) if by else ()),
        Turn("w", _("What if"), "what-if", asked.options.get("what-if", ""), _("Persons whom one sends and another hosts, such as A>B:3")),
        Turn(
            "t", _("Tolerance"), "tolerance", asked.options.get("tolerance") or TOLERANCE, _("Persons, such as 2, or a share, such as 10%")
        ),
    )


def head(asked: Asked, total: Sum, tolerated: Tolerance) -> Block:
    """What is counted, what restricts it, and the tolerance."""
    went = (persons(total.persons) if total.stated else persons_went(total)) + (
        "" if not total.unstated else ngettext(", {n} exchange without a number", ", {n} exchanges without a number", total.unstated)
    )
    counted = ngettext("{n} exchange", "{n} exchanges", total.exchanges)
    lines = [
        Line(
            _("Counted"),
            f"{counted}: {went}" if total.exchanges else none_on_record(asked.query),
            target=Target("list", f"exchanges?{asked.query}"),
        ),
        Line(
            _("Tolerance"),
            tolerance_words(tolerated, TOLERANCE),
            _("Approximately equal, as Norec puts it; t or --tolerance sets another."),
        ),
    ]
    if total.persons:
        lines.append(Line(_("Bars"), _("filled: sent; light: hosted; half is level")))
    return Block("", tuple(lines))


def head_data(asked: Asked, total: Sum, tolerated: Tolerance, extra: Iterable[Flow]) -> dict[str, Any]:
    """What heads every ledger, in JSON."""
    return {
        "query": asked.query,
        "tolerance": {"value": str(tolerated), "usual": TOLERANCE},
        "what_if": [{"sender": flow.sender, "host": flow.host, "persons": flow.actual} for flow in extra],
        "total": sum_data(total),
    }


def total_of(copy: Connection, query: str, extra: Sequence[Flow]) -> Sum:
    """What the exchanges that a query finds come to, with those that are only thought of."""
    total = Sum(*sums.whole_sum(copy, query))
    return together((total, whole(map(bare, extra)))) if extra else total


def in_full(copy: Connection, query: str, extra: Sequence[Flow], partners: set[str | None]) -> dict[str | None, Balance]:
    """The balances of some partners and of those in exchanges that are only thought of, with these."""
    partners = partners | {side for flow in extra for side in (flow.sender, flow.host)}
    sent, hosted = (sums_by(rows) for rows in sums.sent_and_hosted(copy, partners, query))
    for found, added in zip((sent, hosted), summed(extra, SENDER, HOST), strict=True):
        found |= {partner: together((found.get(partner, NOTHING), total)) for partner, total in added.items()}
    return {each.partner: each for each in balances(sent, hosted)}


def ledger(asked: Asked, blocks: Sequence[Block], data: Callable[[], dict[str, Any]], total: Sum, by: str) -> Report:
    """The ledger of everybody, by partner or by group."""
    title = restricted(_("Balance of what is sent and hosted"), asked.query)
    return Report("balance", title, tuple(blocks), data, bool(total.exchanges), turns(asked, by))
