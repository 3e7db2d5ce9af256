"""Solutions on their way: by stage, how each got there, and where it was taken up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.codes import SOLUTION_STAGE, label
from ssc_tui.catalogue.countries import country_name
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target, web
from ssc_tui.insight.saying import not_stated, objects, rest, shown
from ssc_tui.store.reader import Row

STAGES = (*SOLUTION_STAGE, "")
"""Codes of the columns of the board, in their order; the last is for solutions whose stage is not stated, or is none of the list."""


class Column(NamedTuple):
    """A stage, how many solutions are in it, and the first of them by name."""

    stage: str
    total: int
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The stage in words."""
        return label("solution_stage", self.stage) if self.stage else _("Stage not stated")


class Taken(NamedTuple):
    """A solution taken up somewhere; None for what is not stated.

    Attributes:
        country: ISO 3166-1 code.
        partner: id of the partner that took it up.
        year: when it began.
        changes: what was made different; `result` what came of it.
        more: fields that this program does not know, as they came.
    """

    country: str | None
    partner: str | None
    year: str | None
    changes: str | None
    result: str | None
    more: str = ""


class Tree(NamedTuple):
    """Where a solution comes from, and where it was taken up, oldest first."""

    country: str | None
    partner: str | None
    taken: tuple[Taken, ...]


def tree(solution: Mapping[str, Any], home: str | None) -> Tree:
    """The replication tree of a solution.

    Args:
        solution: the document.
        home: the country of the partner that it comes from, where that is known. Else it is the one country of the solution in which
            nobody took it up, where there is only one.
    """
    taken = tuple(
        Taken(
            _stated(item, "country"),
            _stated(item, "partner"),
            _stated(item, "year"),
            _stated(item, "changes"),
            _stated(item, "result"),
            rest(item, "country", "partner", "year", "changes", "result"),
        )
        for item in objects(solution.get("replications"))
    )
    countries = solution.get("countries")
    left = {shown(code) for code in countries} - {each.country for each in taken} if isinstance(countries, list) else set()
    first = home or (next(iter(left)) if len(left) == 1 else None)
    return Tree(first, _stated(solution, "provider"), tuple(sorted(taken, key=lambda each: each.year or "~")))


def _stated(item: Mapping[str, Any], field: str) -> str | None:
    return shown(item.get(field)) or None


def tree_block(drawn: Tree, titles: Mapping[str, str]) -> Block:
    """The tree in text: where it comes from, and a branch for each place that took it up.

    Args:
        drawn: the tree.
        titles: titles of partners by id, of those that the copy holds.
    """
    lines = [Line("●", _place(drawn.country, drawn.partner, titles), _("comes from here"), _target(drawn.partner, titles))]
    for number, each in enumerate(drawn.taken, 1):
        about = (
            _("since {year}").format(year=each.year) if each.year else _("year not stated"),
            _("changed: {what}").format(what=each.changes) if each.changes else _("changes not stated"),
            _("result: {what}").format(what=each.result) if each.result else _("result not stated"),
            each.more,
        )
        branch = "└─" if number == len(drawn.taken) else "├─"
        place = _place(each.country, each.partner, titles)
        lines.append(Line(branch, place, "; ".join(part for part in about if part), _target(each.partner, titles)))
    if not drawn.taken:
        lines.append(Line("", _("No replication is on record.")))
    return Block(_("Where it was taken up"), tuple(lines))


def _place(country: str | None, partner: str | None, titles: Mapping[str, str]) -> str:
    where = country_name(country) if country else _("country not stated")
    return f"{where}: {titles.get(partner, partner)}" if partner else where


def _target(partner: str | None, titles: Mapping[str, str]) -> Target | None:
    return Target("record", f"partners/{partner}") if partner in titles else None


def history_block(solution: Mapping[str, Any], titles: Mapping[str, str]) -> Block:
    """Every step of a solution: when, to which stage, by whom and why, as the record has them.

    Args:
        solution: the document.
        titles: titles of partners by id, for those who moved it.
    """
    lines = []
    for item in objects(solution.get("history")):
        by = shown(item.get("by"))
        who = _("by {who}").format(who=titles.get(by, by)) if by else _("by whom is not stated")
        why = shown(item.get("reason")) or _("reason not stated")
        about = "; ".join(part for part in (who, why, rest(item, "stage", "on", "by", "reason")) if part)
        step = label("solution_stage", shown(item.get("stage"))) or not_stated()
        lines.append(Line(shown(item.get("on")) or _("no date"), step, about, _target(by, titles)))
    return Block(_("History"), tuple(lines) or (Line("", not_stated()),))


def source_lines(solution: Mapping[str, Any]) -> Block:
    """Where the solution is documented, and when it was last seen there."""
    lines = []
    for item in objects(solution.get("sources")):
        seen = _("seen on {date}").format(date=shown(item["seen_on"])) if item.get("seen_on") else _("date not stated")
        address = shown(item.get("ref"))
        lines.append(Line("", address or not_stated(), seen, web(address)))
    return Block(_("Sources"), tuple(lines) or (Line("", not_stated()),))


def partners_named(solution: Mapping[str, Any]) -> Sequence[str]:
    """Ids of all partners that the tree and the history may name."""
    named = [solution.get("provider"), *(item.get("partner") for item in objects(solution.get("replications")))]
    named += [item.get("by") for item in objects(solution.get("history"))]
    return tuple(dict.fromkeys(one for one in named if isinstance(one, str)))


BRANCHES = 2
"""Branches of the tree that a summary names, where it has more than one beyond them."""


def summary(solution: Mapping[str, Any], home: str | None, titles: Mapping[str, str]) -> str:
    """A solution in a few lines: its title, how it got to its stage, and its tree."""
    steps = [
        f"{label('solution_stage', shown(item.get('stage')))} {shown(item.get('on')) or _('no date')}"
        for item in objects(solution.get("history"))
    ]
    history = _("History: {steps}").format(steps=" → ".join(steps) or not_stated())
    drawn = tree(solution, home)
    lines = [shown(solution.get("title")), history, f"● {_place(drawn.country, drawn.partner, titles)}"]
    named = drawn.taken if len(drawn.taken) <= BRANCHES + 1 else drawn.taken[:BRANCHES]
    for number, each in enumerate(named, 1):
        since = f", {each.year}" if each.year else ""
        lines.append(f"{'└─' if number == len(drawn.taken) else '├─'} {_place(each.country, each.partner, titles)}{since}")
    if left := len(drawn.taken) - len(named):
        lines.append("└─ " + ngettext("{n} more", "{n} more", left))
    return "\n".join(lines)
