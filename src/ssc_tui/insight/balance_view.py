"""The reciprocity ledger as a view: who sends and hosts in approximately equal numbers, by partner, pair, project, round or year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from heapq import merge
from itertools import chain, islice
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import UsageError
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.insight.balance import (
    AHEAD,
    OUT,
    UNKNOWN,
    WITHIN,
    Balance,
    Move,
    Tolerance,
    balances,
    level,
    next_round,
    tolerance,
)
from ssc_tui.insight.balance_groups import BY, Group, groups
from ssc_tui.insight.balance_words import (
    balance_data,
    both_ways,
    name_of,
    none_on_record,
    persons_went,
    standing,
    sum_data,
    to_level,
    tolerance_words,
    verdict,
)
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.glance import glance
from ssc_tui.insight.report import Asked, Report, Turn, left_off, restricted
from ssc_tui.insight.saying import not_stated, shown
from ssc_tui.insight.subtitle import persons
from ssc_tui.insight.sums import HOST, NOTHING, SENDER, Sum, less, summed, sums_by, together, whole
from ssc_tui.insight.views import leads_to
from ssc_tui.settings import TOLERANCE
from ssc_tui.store import reader, sums
from ssc_tui.store.flows import Flow, Named, bare, bare_flows, named

LIMIT = 100
"""Balances of each sort that are listed unless more are asked for; all are counted."""

UNNAMED = 20
"""Partners without any exchange that are named at the most."""

_BY_WORDS = {
    "partner": N_("By partner"), "pair": N_("By pair"), "project": N_("By project"), "round": N_("By round"), "year": N_("By year"),
}  # fmt: skip
_HEADINGS = {OUT: N_("Out of balance"), WITHIN: N_("Within the tolerance"), AHEAD: N_("Still to come"), UNKNOWN: N_("Not stated")}


def balance_view(copy: Connection, asked: Asked) -> Report:
    """The balances of everybody, or of one partner or project.

    Args:
        copy: the local copy.
        asked: `subject` is a partner or project, or empty; `query` restricts the exchanges; `options`: `tolerance`, `by` (a key of
            `_BY_WORDS`), `what-if` (see `thought_of`) and `limit`.

    Raises:
        NotFound: the copy does not hold the subject.
        UsageError: the subject is neither, or an option cannot be followed.
    """
    if asked.subject:
        from ssc_tui.insight.balance_page import balance_page

        return balance_page(copy, asked)
    tolerated = tolerance(asked.options.get("tolerance") or TOLERANCE)
    by = asked.options.get("by") or "partner"
    if by not in _BY_WORDS:
        raise UsageError(_("Balances are by {ways}, not by {by}.").format(ways=", ".join(_BY_WORDS), by=by))
    extra = thought_of(copy, asked.options.get("what-if", ""))
    ledger = _Ledger(copy, asked, tolerated, extra)
    return ledger.by_partner() if by == "partner" else ledger.by_group(by)


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
    ways = list(_BY_WORDS)
    following = ways[(ways.index(by) + 1) % len(ways)] if by else ""
    return (
        *((Turn("v", _(_BY_WORDS[following]), "by", following),) if by else ()),
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


class _Ledger:
    """The exchanges of everybody, and what restricts them."""

    def __init__(self, copy: Connection, asked: Asked, tolerated: Tolerance, extra: list[Flow]) -> None:
        self.copy, self.asked, self.tolerated, self.extra = copy, asked, tolerated, extra
        self.limit = asked.number("limit", LIMIT)

    def by_partner(self) -> Report:
        ordered = glance(sums.both_ways(self.copy, self.asked.query, self.extra), self.tolerated)
        states = {state: [each.partner for each in ordered if each.state == state] for state in _HEADINGS}
        past = merge(sums.acquainted(self.copy, self.asked.query), sorted((str(flow.sender), str(flow.host)) for flow in self.extra))
        # Most of what would level a large catalogue is never shown.
        moves = list(islice(level(ordered, past), self.limit + 1))
        first = {state: those[: self.limit] for state, those in states.items()}
        sides = {side for move in moves[: self.limit] for side in (move.sender, move.host)}
        found, rounds = self._in_full({*chain(*first.values()), *sides}, set(states[OUT]))
        without, silent = sums.without_exchange(self.copy, UNNAMED) if not self.asked.query else (0, [])
        total = self._together(Sum(*sums.whole_sum(self.copy, self.asked.query)))
        titles = named(self.copy, "partners", {one for one in (*found, *silent) if one})
        blocks = [head(self.asked, total, self.tolerated)]
        if self.extra:
            blocks.append(what_if_block(self.copy, self.extra, found, self.tolerated))

        def listed(state: str) -> Block:
            return self._listed(state, [found[each] for each in first[state]], len(states[state]), titles, rounds)

        blocks.append(listed(OUT))
        if moves:
            blocks.append(self._moves(moves, titles, rounds))
        blocks += [listed(state) for state in (WITHIN, AHEAD) if states[state]]
        blocks.append(self._unknown([found[each] for each in first[UNKNOWN]], states[UNKNOWN], without, silent, titles))

        def data() -> dict[str, Any]:
            return head_data(self.asked, total, self.tolerated, self.extra) | {
                "by": "partner",
                "counts": {state: sum(each is not None for each in those) for state, those in states.items()},
                "without_exchange": without,
                "balances": [self._data(found[each], state, titles, rounds) for state, those in first.items() for each in those],
                "levelling": [
                    {"sender": move.sender, "host": move.host, "persons": move.persons, "by_round": self._by_round(move, rounds)}
                    for move in moves[: self.limit]
                ],
            }

        return self._report(blocks, data, total, "partner")

    def _report(self, blocks: Sequence[Block], data: Any, total: Sum, by: str) -> Report:
        title = restricted(_("Balance of what is sent and hosted"), self.asked.query)
        return Report("balance", title, tuple(blocks), data, bool(total.exchanges), turns(self.asked, by))

    def _together(self, total: Sum) -> Sum:
        """It with the exchanges that are only thought of."""
        return together((total, whole(map(bare, self.extra)))) if self.extra else total

    def _in_full(self, partners: set[str | None], out: set[str | None]) -> tuple[dict[str | None, Balance], dict[str | None, int | None]]:
        """The balances of some partners and of those in a what-if, and the next round of those that are out of balance."""
        query = self.asked.query
        partners |= {side for flow in self.extra for side in (flow.sender, flow.host)}
        sent, hosted = (sums_by(rows) for rows in sums.sent_and_hosted(self.copy, partners, query))
        for found, added in zip((sent, hosted), summed(self.extra, SENDER, HOST), strict=True):
            found |= {partner: together((found.get(partner, NOTHING), total)) for partner, total in added.items()}
        held = sums.rounds_of(self.copy, [each for each in out & partners if each], query)
        for flow in self.extra:
            for side in {flow.sender, flow.host} & held.keys():
                held[str(side)].add(flow.round)
        rounds: dict[str | None, int | None] = {partner: next_round(those) for partner, those in held.items()}
        return {each.partner: each for each in balances(sent, hosted)}, rounds

    def _data(self, each: Balance, state: str, titles: Mapping[str, Named], rounds: Mapping[str | None, int | None]) -> dict[str, Any]:
        return {
            "partner": each.partner and ref("partners", each.partner),
            "title": name_of(titles, each.partner),
            **balance_data(each, self.tolerated),
            "to_level": to_level(each.difference, rounds.get(each.partner)) if state == OUT else None,
        }

    def _listed(
        self, state: str, found: Sequence[Balance], number: int, titles: Mapping[str, Named], rounds: Mapping[str | None, int | None]
    ) -> Block:
        """The first of so many partners in one state."""
        lines = [self._line(each, titles, rounds) for each in found]
        if not number:
            lines = [Line("", _("Nobody, as far as numbers are stated."))]
        return Block(f"{_(_HEADINGS[state])} ({number:,})", (*lines, *left_off(number - self.limit)))

    def _line(self, each: Balance, titles: Mapping[str, Named], rounds: Mapping[str | None, int | None]) -> Line:
        beside = both_ways(each, self.tolerated)
        if each.state(self.tolerated) == OUT:
            beside.append(_("to level it: {what}").format(what=to_level(each.difference, rounds.get(each.partner))))
        said = _("{partner}: {verdict}").format(partner=name_of(titles, each.partner), verdict=verdict(each, self.tolerated))
        return Line("", said, "\n".join(beside), leads_to("balance", f"partners/{each.partner}") if each.partner else None)

    def _moves(self, moves: Sequence[Move], titles: Mapping[str, Named], rounds: Mapping[str | None, int | None]) -> Block:
        lines = []
        for move in moves[: self.limit]:
            by_round = self._by_round(move, rounds)
            when = "" if by_round is None else _("by round {round}").format(round=by_round)
            lines.append(Line("", f"{name_of(titles, move.sender)} → {name_of(titles, move.host)}: {persons(move.persons)}", when))
        more = [Line("", _("and more; / restricts the view"))] if len(moves) > self.limit else []
        return Block(_("What would level it"), (*lines, *more))

    def _by_round(self, move: Move, rounds: Mapping[str | None, int | None]) -> int | None:
        """The round by which those out of balance would be level."""
        return next((each for side in (move.host, move.sender) if (each := rounds.get(side)) is not None), None)

    def _unknown(
        self, found: Sequence[Balance], all_of_them: Sequence[str | None], without: int, first: Sequence[str], titles: Mapping[str, Named]
    ) -> Block:
        """Whose numbers nobody states: those of exchanges without one, of which the first are found, and those without any exchange."""
        lines = [self._line(each, titles, {}) for each in found] + [*left_off(len(all_of_them) - self.limit)]
        lines += [
            Line("", f"{name_of(titles, each)}: {not_stated()}", _("no exchange on record"), Target("record", f"partners/{each}"))
            for each in first
        ]
        if without > len(first):
            more = without - len(first)
            words = ngettext("{n} more partner without an exchange on record", "{n} more partners without an exchange on record", more)
            lines.append(Line("", f"{words}: {not_stated()}"))
        number = sum(each is not None for each in all_of_them) + without
        return Block(f"{_(_HEADINGS[UNKNOWN])} ({number:,})", tuple(lines) or (Line("", _("Every exchange states its numbers.")),))

    def by_group(self, by: str) -> Report:
        unused = {"round": ("project", "start"), "year": ("project", "round")}.get(by, ("start", "round"))
        rows = [*bare_flows(self.copy, self.asked.query, without=unused), *map(bare, self.extra)]
        found = groups(rows, by, self.tolerated)
        total = together(each.total for each in found)
        listed = found[: self.limit]
        kind = "projects" if by == "project" else "partners"
        partners = {each.partner for group in listed for each in group.out[:1] if each.partner}
        ids = {part for group in listed for part in group.key if part} if by in ("project", "pair") else set()
        titles = named(self.copy, kind, ids) | (named(self.copy, "partners", partners) if by != "pair" else {})
        lines = [self._group_line(by, group, titles) for group in listed]
        blocks = [head(self.asked, total, self.tolerated)]
        if self.extra:
            sent, hosted = summed(rows, SENDER, HOST)
            blocks.append(what_if_block(self.copy, self.extra, {each.partner: each for each in balances(sent, hosted)}, self.tolerated))
        blocks.append(Block(f"{_(_BY_WORDS[by])} ({len(found):,})", (*lines, *left_off(len(found) - self.limit))))
        data = head_data(self.asked, total, self.tolerated, self.extra) | {
            "by": by,
            "counts": {"groups": len(found), "out": sum(bool(group.out) for group in found)},
            "groups": [self._group_data(by, group, titles) for group in listed],
        }
        return self._report(blocks, data, total, by)

    def _group_line(self, by: str, group: Group, titles: Mapping[str, Named]) -> Line:
        title, target = BY[by].title(group.key, lambda one: name_of(titles, one)), BY[by].target(group.key)
        if target and target.what == "list":
            target = target._replace(value=f"{target.value} {self.asked.query}".strip())
        if by == "pair":
            pair = group.balances[0]
            said = _("{partner}: {verdict}").format(partner=name_of(titles, group.key[0]), verdict=standing(pair, self.tolerated))
            return Line("", title, "\n".join([said, *both_ways(pair, self.tolerated)]), target)
        beside = [f"{persons_went(group.total)}, " + ngettext("{n} exchange", "{n} exchanges", group.total.exchanges)]
        if group.total.with_plan:
            beside[0] += ", " + _("planned {n}").format(n=f"{group.total.planned:,}")
        if group.total.months:
            beside.append(_("person-months: {n}").format(n=f"{group.total.months:,.0f}"))
        if group.out:
            worst = group.out[0]
            beside.append(_("{partner} {verdict}").format(partner=name_of(titles, worst.partner), verdict=verdict(worst, self.tolerated)))
            if len(group.out) > 1:
                more = len(group.out) - 1
                beside.append(ngettext("{n} more partner is out of balance", "{n} more partners are out of balance", more))
        elif group.unknown:
            beside.append(not_stated())
        elif group.total.stated:
            beside.append(_("everybody is within the tolerance"))
        return Line("", title, "\n".join(beside), target)

    def _group_data(self, by: str, group: Group, titles: Mapping[str, Named]) -> dict[str, Any]:
        said = {"key": list(group.key), "title": BY[by].title(group.key, lambda one: name_of(titles, one)), **sum_data(group.total)}
        if by == "pair":
            return said | {"balance": balance_data(group.balances[0], self.tolerated)}
        out = [{"partner": each.partner, "difference": each.difference} for each in group.out]
        return said | {"out": out, "not_known": group.unknown}
