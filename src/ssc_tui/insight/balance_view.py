"""The reciprocity ledger as a view: who sends and hosts in approximately equal numbers, by partner, pair, project, round or year."""

from __future__ import annotations

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
    level,
    next_round,
    tolerance,
)
from ssc_tui.insight.balance_by_group import by_group
from ssc_tui.insight.balance_head import BY_WORDS, LIMIT, head, head_data, in_full, ledger, thought_of, total_of, what_if_block
from ssc_tui.insight.balance_page import balance_page
from ssc_tui.insight.balance_words import (
    balance_data,
    both_ways,
    name_of,
    to_level,
    verdict,
)
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.glance import glance
from ssc_tui.insight.report import Asked, Report, left_off
from ssc_tui.insight.saying import not_stated
from ssc_tui.insight.subtitle import persons
from ssc_tui.insight.views import leads_to
from ssc_tui.settings import TOLERANCE
from ssc_tui.store import sums
from ssc_tui.store.flows import Flow, Named, named

UNNAMED = 20
"""Partners without any exchange that are named at the most."""

_HEADINGS = {OUT: N_("Out of balance"), WITHIN: N_("Within the tolerance"), AHEAD: N_("Still to come"), UNKNOWN: N_("Not stated")}


def balance_view(copy: Connection, asked: Asked) -> Report:
    """The balances of everybody, or of one partner or project.

    Args:
        copy: the local copy.
        asked: `subject` is a partner or project, or empty; `query` restricts the exchanges; `options`: `tolerance`, `by` (a key of
            `BY_WORDS`), `what-if` (see `thought_of`) and `limit`.

    Raises:
        NotFound: the copy does not hold the subject.
        UsageError: the subject is neither, or an option cannot be followed.
    """
    if asked.subject:
        return balance_page(copy, asked)
    tolerated = tolerance(asked.options.get("tolerance") or TOLERANCE)
    by = asked.options.get("by") or "partner"
    if by not in BY_WORDS:
        raise UsageError(_("Balances are by {ways}, not by {by}.").format(ways=", ".join(BY_WORDS), by=by))
    extra = thought_of(copy, asked.options.get("what-if", ""))
    return _Ledger(copy, asked, tolerated, extra).report() if by == "partner" else by_group(copy, asked, by, tolerated, extra)


class _Ledger:
    """The exchanges of everybody, and what restricts them."""

    def __init__(self, copy: Connection, asked: Asked, tolerated: Tolerance, extra: list[Flow]) -> None:
        self.copy, self.asked, self.tolerated, self.extra = copy, asked, tolerated, extra
        self.limit = asked.number("limit", LIMIT)

    def report(self) -> Report:
        ordered = glance(sums.both_ways(self.copy, self.asked.query, self.extra), self.tolerated)
        states = {state: [each.partner for each in ordered if each.state == state] for state in _HEADINGS}
        past = merge(sums.acquainted(self.copy, self.asked.query), sorted((str(flow.sender), str(flow.host)) for flow in self.extra))
        # Most of what would level a large catalogue is never shown.
        moves = list(islice(level(ordered, past), self.limit + 1))
        first = {state: those[: self.limit] for state, those in states.items()}
        sides = {side for move in moves[: self.limit] for side in (move.sender, move.host)}
        found = in_full(self.copy, self.asked.query, self.extra, {*chain(*first.values()), *sides})
        rounds = self._next_rounds(set(states[OUT]) & found.keys())
        without, silent = sums.without_exchange(self.copy, UNNAMED) if not self.asked.query else (0, [])
        total = total_of(self.copy, self.asked.query, self.extra)
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

        return ledger(self.asked, blocks, data, total, "partner")

    def _next_rounds(self, partners: Iterable[str | None]) -> dict[str | None, int | None]:
        """The round after those in which each of some partners sent or hosted."""
        held = sums.rounds_of(self.copy, [each for each in partners if each], self.asked.query)
        for flow in self.extra:
            for side in {flow.sender, flow.host} & held.keys():
                held[str(side)].add(flow.round)
        return {partner: next_round(those) for partner, those in held.items()}

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
