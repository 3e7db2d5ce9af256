"""Demand as a view: requests without an answer, requests on record, and needs without a planned exchange."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.query import parse
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.demand import Waited, oldest_first, standing, without_exchange
from ssc_tui.insight.report import Asked, Report, restricted
from ssc_tui.insight.saying import not_stated, shown
from ssc_tui.insight.views import leads_to
from ssc_tui.store import capacities, demand, reader, terms
from ssc_tui.store.capacities import Item
from ssc_tui.store.demand import Request
from ssc_tui.store.flows import Named, named
from ssc_tui.store.search import ids_found

NAMED = 100
"""Requests of each sort, and partners with needs, that are named; all are counted, and JSON holds all."""


def demand_view(copy: Connection, asked: Asked) -> Report:
    """What was asked for and not yet answered.

    Args:
        copy: the local copy.
        asked: `subject` is a partner, a project for its request and the needs of its partners, or empty for all; `query` restricts the
            partners that ask.

    Raises:
        NotFound: the copy does not hold the record.
        UsageError: the subject is neither.
    """
    kind, record_id = reader.resolve(copy, asked.subject) if asked.subject else ("", "")
    if kind not in ("", "partners", "projects"):
        raise UsageError(
            _("What was asked for is said of a partner or a project, and {reference} is neither.").format(reference=ref(kind, record_id))
        )
    among = _among(copy, kind, record_id, ids_found(copy, parse(asked.query), "partners"))
    today = datetime.date.today()
    requests = [standing(each, today) for each in demand.requests(copy, kind, record_id) if _allowed(each, kind, among)]
    needs = demand.needs(copy, among)
    open_needs = without_exchange(needs, demand.answers(copy, among))
    areas = {area.id: area.name for area in capacities.areas(copy)}
    waiting, answered = (oldest_first(each for each in requests if each.answered is way) for way in (False, True))
    first = [*waiting[:NAMED], *answered[:NAMED]]
    asking = list(dict.fromkeys(need.partner for need in open_needs))[:NAMED]
    known = named(copy, "partners", {*(each.request.asked_by for each in first), *asking})
    blocks = [
        Block(_counted(_("Requests without an answer, the oldest first"), waiting), tuple(_requests(waiting, known))),
        Block(_counted(_("Requests with an answer, the longest wait first"), answered), tuple(_requests(answered, known))),
        Block(_counted(_("Needs without a planned exchange"), open_needs), tuple(_needs(open_needs, known, areas))),
    ]
    if not any(block.lines for block in blocks):
        nothing = (
            _("No request is on record, and every need has an exchange.")
            if needs
            else _("There is no request and no need on record that fits.")
            if asked.query
            else _("No request and no need is on record.")
        )
        blocks.append(Block("", (Line("", nothing),)))
    if kind:
        blocks.append(Block("", (Line("", _("What everybody asked for"), target=leads_to("demand")),)))
    row = reader.row_of(copy, kind, record_id) if kind else None

    def data() -> dict[str, Any]:
        return {
            "subject": ref(kind, record_id) if kind else None,
            "query": asked.query,
            "unanswered": [_request_data(each) for each in waiting],
            "answered": [_request_data(each) for each in answered],
            "needs": len(needs),
            "needs_without_exchange": [_need_data(need) for need in open_needs],
        }

    title = _("What was asked for: {name}").format(name=shown(row.title)) if row else _("What was asked for")
    found = bool(requests or open_needs)
    return Report(
        f"demand/{kind}/{record_id}", restricted(title, asked.query), tuple(block for block in blocks if block.lines), data, found
    )


def _among(copy: Connection, kind: str, record_id: str, matching: frozenset[str] | None) -> frozenset[str] | None:
    """The partners whose demand it is; None for all."""
    if not kind:
        return matching
    if kind == "partners":
        among = frozenset((record_id,))
    else:
        among = frozenset(role.partner for project in terms.projects(copy, [record_id]) for role in project.roles)
    return among if matching is None else among & matching


def _allowed(request: Request, kind: str, among: frozenset[str] | None) -> bool:
    """Whether a request is by one of the partners whose demand it is; that of a project is, whoever asked."""
    return kind == "projects" or among is None or request.asked_by in among


def _counted(heading: str, found: Sequence[object]) -> str:
    return f"{heading} ({len(found):,})"


def _requests(found: Sequence[Waited], known: Mapping[str, Named]) -> Iterator[Line]:
    for each in found[:NAMED]:
        request = each.request
        by = known[request.asked_by].title if request.asked_by in known else request.asked_by
        parts = [
            _("asked by {partner}").format(partner=shown(by) or not_stated()),
            _("on {date}").format(date=shown(request.asked_on) or _("a date not stated")),
            label("activity_status", request.status) if request.status else "",
        ]
        yield Line(
            _age(each), shown(request.title), ", ".join(map(shown, filter(None, parts))), Target("record", ref("projects", request.project))
        )
    yield from _more(len(found))


def _age(waited: Waited) -> str:
    """How long a request waited, or waits."""
    if waited.ahead:
        return _("dated in the future")
    if waited.days is None:
        return _("not stated")
    days = ngettext("{n} day", "{n} days", waited.days)
    return days if waited.exact else _("{days} or more").format(days=days)


def _needs(found: Sequence[Item], known: Mapping[str, Named], areas: dict[str, str]) -> Iterator[Line]:
    """A line for each partner, which leads to its match, with its needs below."""
    by_partner: dict[str, list[Item]] = {}
    for need in found:
        by_partner.setdefault(need.partner, []).append(need)
    ordered = list(by_partner)
    for partner in ordered[:NAMED]:
        topics = "\n".join(_need(need, areas) for need in by_partner[partner])
        name = known[partner].title if partner in known else partner
        yield Line("", shown(name), topics, leads_to("match", ref("partners", partner)))
    yield from _more(len(ordered))


def _need(need: Item, areas: dict[str, str]) -> str:
    area = shown(areas.get(need.area, need.area))
    topic = shown(need.topic)
    return f"“{topic}”, {area}" if topic and area else f"“{topic}”" if topic else area or not_stated()


def _more(number: int) -> Iterator[Line]:
    if number > NAMED:
        yield Line("", ngettext("and {n} more; / restricts them", "and {n} more; / restricts them", number - NAMED))


def _request_data(waited: Waited) -> dict[str, Any]:
    request = waited.request
    return {
        "project": ref("projects", request.project),
        "title": shown(request.title),
        "asked_by": request.asked_by or None,
        "asked_on": request.asked_on or None,
        "days": waited.days,
        "at_least": not waited.exact,
        "start": request.start or None,
        "exchanges": request.exchanges,
    }


def _need_data(need: Item) -> dict[str, Any]:
    stated = {field: value for field, value in need._asdict().items() if value and field not in ("partner", "side")}
    return {"partner": ref("partners", need.partner), **stated}
