"""The balance of one partner or project, exchange by exchange: why it is as it is, and what would level it."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.balance import (
    OUT,
    Balance,
    Move,
    Tolerance,
    levelling,
    next_round,
    tolerance,
)
from ssc_tui.insight.balance_groups import balance_of, balances_in, rounds_of, seen_from, year_of
from ssc_tui.insight.balance_head import LIMIT, head, head_data, thought_of, turns, what_if_block
from ssc_tui.insight.balance_words import balance_data, both_ways, name_of, none_on_record, persons_went, standing, to_level
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.report import Asked, Report, restricted
from ssc_tui.insight.saying import not_stated, objects, shown
from ssc_tui.insight.stated import figures_block
from ssc_tui.insight.subtitle import persons, span
from ssc_tui.insight.sums import PAIR, summed, whole
from ssc_tui.insight.triangle import triangle_blocks, triangle_data
from ssc_tui.insight.views import leads_to
from ssc_tui.settings import TOLERANCE
from ssc_tui.store import reader
from ssc_tui.store.flows import Flow, Named, flows, named

KINDS = ("partners", "projects")


def balance_page(copy: Connection, asked: Asked) -> Report:
    """The balance of the subject; see `balance_view`."""
    kind, record_id = reader.resolve(copy, asked.subject)
    if kind not in KINDS:
        raise UsageError(
            _("Balances are of partners and projects; {reference} is neither. / restricts the view to it.").format(
                reference=ref(kind, record_id)
            )
        )
    tolerated = tolerance(asked.options.get("tolerance") or TOLERANCE)
    extra = [
        flow._replace(project=record_id) if kind == "projects" else flow
        for flow in thought_of(copy, asked.options.get("what-if", ""))
        if kind == "projects" or record_id in (flow.sender, flow.host)
    ]
    return _Page(copy, asked, (kind, record_id), tolerated, flows(copy, asked.query, of=(kind, record_id)), extra).report()


class _Page:
    """One subject, its exchanges, and those that are only thought of."""

    def __init__(
        self, copy: Connection, asked: Asked, subject: tuple[str, str], tolerated: Tolerance, found: list[Flow], extra: list[Flow]
    ) -> None:
        self.copy, self.asked, self.tolerated, self.extra = copy, asked, tolerated, extra
        self.kind, self.id = subject
        self.found = [*found, *extra]
        self.limit = asked.number("limit", LIMIT)
        self.document = reader.document(copy, *subject)
        ids = {side for flow in self.found for side in (flow.sender, flow.host) if side}
        # Those that the project names, in its order.
        self.stated_partners = self._stated_partners()
        self.partners: Mapping[str, Named] = named(copy, "partners", ids.union(self.stated_partners))
        self.projects = named(copy, "projects", {flow.project for flow in self.found if flow.project})
        self.balances = [balance_of(self.id, self.found)] if self.kind == "partners" else balances_in(self.found)
        # An exchange within the partner counts once.
        self.total = whole(self.found)
        self.next_round = next_round(flow.round for flow in self.found if flow.actual is not None)
        self.moves = self._moves()

    def _stated_partners(self) -> list[str]:
        roles = objects(self.document.get("partners")) if self.kind == "projects" else []
        return [str(item["partner"]) for item in roles if item.get("partner") and item.get("role") != "funder"]

    def report(self) -> Report:
        row = reader.row_of(self.copy, self.kind, self.id)
        title = shown(row.title) if row else self.id
        first = head(self.asked, self.total, self.tolerated)
        card = Line(_("Card"), title, target=Target("record", ref(self.kind, self.id)))
        blocks = [first._replace(lines=(card, *first.lines))]
        if self.extra:
            blocks.append(what_if_block(self.copy, self.extra, {each.partner: each for each in self.balances}, self.tolerated))
        blocks += self._of_partner() if self.kind == "partners" else self._of_project()
        blocks.append(self._exchanges())
        stated, stated_data = figures_block(self.copy, self.kind, self.id, self.document, self.asked.query)
        blocks.append(stated)
        data = head_data(self.asked, self.total, self.tolerated, self.extra) | {
            "subject": ref(self.kind, self.id),
            "title": title,
            "balances": [
                {"partner": each.partner and ref("partners", each.partner), "title": self._name(each.partner)}
                | balance_data(each, self.tolerated)
                | {"to_level": self._level_words(each) if each.state(self.tolerated) == OUT else None}
                for each in self.balances
            ],
            "rounds": self._rounds_data(),
            "flows": [self._flow_data(flow) for flow in self.found[: self.limit]],
            "levelling": [move._asdict() | {"by_round": self.next_round} for move in self.moves],
            "stated": stated_data,
        }
        if self.kind == "projects":
            data["edges"] = triangle_data(self.found)
        shown_blocks = tuple(block for block in blocks if block.lines or block.table)
        return Report(
            f"balance {ref(self.kind, self.id)}",
            restricted(_("Balance of {title}").format(title=title), self.asked.query),
            shown_blocks,
            data,
            bool(self.total.exchanges or stated.lines),
            turns(self.asked),
        )

    def _name(self, partner: str | None) -> str:
        return name_of(self.partners, partner)

    def _level_words(self, balance: Balance) -> str:
        return to_level(balance.difference, self.next_round)

    def _with_whom(self) -> dict[str | None, Balance]:
        """The balances of a partner with each of those whom it exchanges with."""
        return seen_from(self.id, self.found, lambda flow: flow[1] if flow[0] == self.id else flow[0])

    def _moves(self) -> list[Move]:
        """What would level the subject."""
        acquainted = set(map(PAIR, self.found))
        if self.kind == "projects":
            return levelling(self.balances, self.tolerated, acquainted)
        (own,) = self.balances
        if own.state(self.tolerated) != OUT:
            return []
        # Seen from one partner, each of those it exchanges with is as far from level as the two of them are.
        others = [Balance(other, each.hosted, each.sent) for other, each in self._with_whom().items() if other != self.id]
        return [move for move in levelling([own, *others], self.tolerated, acquainted) if self.id in (move.sender, move.host)]

    def _levelling(self) -> Block:
        when = "" if self.next_round is None else _("by round {round}").format(round=self.next_round)
        lines = [Line("", f"{self._name(move.sender)} → {self._name(move.host)}: {persons(move.persons)}", when) for move in self.moves]
        return Block(_("What would level it"), tuple(lines))

    def _line(self, heading: str, title: str, balance: Balance, target: Target | None = None) -> Line:
        """A balance: whose, or in what, how it stands, and its numbers."""
        said = standing(balance, self.tolerated)
        beside = both_ways(balance, self.tolerated) if balance.exchanges else []
        if balance.state(self.tolerated) == OUT:
            beside.append(_("to level it: {what}").format(what=self._level_words(balance)))
        return Line(heading, f"{title}: {said}" if title else said, "\n".join(beside), target)

    def _of_partner(self) -> list[Block]:
        (own,) = self.balances
        pairs = [
            self._line("", self._name(partner), each, Target("record", f"partners/{partner}") if partner else None)
            for partner, each in sorted(self._with_whom().items(), key=lambda item: (-abs(item[1].difference), self._name(item[0])))
        ]
        projects = [
            self._line("", self._project(project), each, leads_to("balance", f"projects/{project}") if project else None)
            for project, each in seen_from(self.id, self.found, lambda flow: flow[2]).items()
        ]
        years = seen_from(self.id, self.found, year_of)
        return [
            Block("", (self._line(_("Balance"), "", own),)),
            self._levelling(),
            Block(_("With whom"), tuple(pairs)),
            self._rounds(),
            Block(_("By project"), tuple(projects)),
            Block(
                _("By year in which they begin"),
                tuple(self._line(year or not_stated(), "", years[year]) for year in sorted(years, key=str)),
            ),
        ]

    def _of_project(self) -> list[Block]:
        lines = [
            self._line("", self._name(each.partner), each, leads_to("balance", f"partners/{each.partner}") if each.partner else None)
            for each in self.balances
        ]
        exchanging = {each.partner for each in self.balances}
        silent = [one for one in dict.fromkeys(self.stated_partners) if one not in exchanging]
        lines += [
            Line("", f"{self._name(one)}: {not_stated()}", none_on_record(self.asked.query), Target("record", f"partners/{one}"))
            for one in silent
        ]
        named_first = [one for one in self.stated_partners if one in self.partners]
        return [
            Block(_("Partners, the worst first"), tuple(lines)),
            self._levelling(),
            *triangle_blocks(self.found, named_first, self._name),
            self._rounds(),
            self._years(),
        ]

    def _project(self, project: str | None) -> str:
        if project is None:
            return _("project not stated")
        return shown(self.projects[project].title) if project in self.projects else shown(project)

    def _round_title(self, project: str | None, round_: str | None) -> str:
        title = _("Round {round}").format(round=shown(round_)) if round_ else _("round not stated")
        return title if self.kind == "projects" or len(self.projects) < 2 else f"{title}, {self._project(project)}"

    def _rounds(self) -> Block:
        """Sent and hosted by round; in a project, by everybody in it."""
        lines: list[Line] = []
        for (project, round_), found in rounds_of(self.found):
            title = self._round_title(project, round_)
            if self.kind == "partners":
                lines.append(self._line("", title, balance_of(self.id, found)))
                continue
            total = whole(found)
            beside = [f"{self._name(each.partner)}: {standing(each, self.tolerated)}" for each in balances_in(found)]
            lines.append(Line("", f"{title}: {persons_went(total)}", "\n".join(beside)))
        return Block(_("By round"), tuple(lines))

    def _years(self) -> Block:
        (years,) = summed(self.found, year_of)
        lines = []
        for year, total in sorted(years.items(), key=lambda item: str(item[0])):
            counted = ngettext("{n} exchange", "{n} exchanges", total.exchanges)
            lines.append(Line(year or not_stated(), persons_went(total), counted))
        return Block(_("By year in which they begin"), tuple(lines))

    def _exchanges(self) -> Block:
        lines = []
        for flow in self.found[: self.limit]:
            when = span(flow.start, flow.finish)
            plan = _("planned {n}").format(n=f"{flow.planned:,}") if flow.planned is not None else ""
            what = label("exchange_kind", flow.kind) if flow.kind else ""
            status = label("exchange_status", flow.status) if flow.status and flow.id else ""
            thought = "" if flow.id else _("What if")
            beside = " · ".join(part for part in (persons(flow.actual), plan, thought, when, what, status) if part)
            title = f"{self._name(flow.sender)} → {self._name(flow.host)}"
            lines.append(Line("", title, beside, Target("record", f"exchanges/{flow.id}") if flow.id else None))
        if (left := len(self.found) - self.limit) > 0:
            lines.append(Line("", ngettext("{n} more in the list", "{n} more in the list", left)))
        field = "partner" if self.kind == "partners" else "project"
        whole = Target("list", f"exchanges?{f'{field}:{self.id} {self.asked.query}'.strip()}")
        return Block(f"{_('Exchanges')} ({len(self.found):,})", tuple(lines), whole)

    def _rounds_data(self) -> list[dict[str, Any]]:
        said = []
        for (project, round_), found in rounds_of(self.found):
            one = {"project": project, "round": round_}
            if self.kind == "partners":
                said.append(one | balance_data(balance_of(self.id, found), self.tolerated))
            else:
                said.append(
                    one | {"balances": [{"partner": each.partner, **balance_data(each, self.tolerated)} for each in balances_in(found)]}
                )
        return said

    def _flow_data(self, flow: Flow) -> dict[str, Any]:
        return {key: value for key, value in flow._asdict().items() if value is not None and value != ""}
