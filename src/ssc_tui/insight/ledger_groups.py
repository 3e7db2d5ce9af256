"""The lines of a ledger by year, country, fund, project and partner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.countries import country_name
from ssc_tui.i18n import _
from ssc_tui.insight import ledger_words as words
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.ledger import grouped, sums
from ssc_tui.insight.ledger_read import Read
from ssc_tui.insight.report import left_off
from ssc_tui.insight.saying import number, shown
from ssc_tui.insight.views import leads_to
from ssc_tui.store.ledger import Item

GROUPS = 15
"""Partners, projects and the like that a block names; the data hold all of them."""


class Grouping(NamedTuple):
    """The given lines by one field.

    Attributes:
        lines: the lines of each value, in the order in which they are said.
        name: the words for a value.
        target: where the line of a value leads.
        sides: for partners and countries, what a value gave and what it received.
    """

    field: str
    heading: str
    lines: Mapping[str, list[Item]]
    name: Callable[[str], str]
    target: Callable[[str], Target | None]
    sides: tuple[Callable[[str, Item], bool], Callable[[str, Item], bool]] | None = None

    def block(self, given: Sequence[Item]) -> Block:
        """The first of them, a line each, and how many more there are; nothing where one value holds all that was given."""
        if [len(lines) for lines in self.lines.values()] == [len(given)]:
            return Block(self.heading, ())
        first = list(self.lines.items())[:GROUPS]
        said = [Line("", self.name(value), self._said(value, lines), self.target(value)) for value, lines in first]
        return Block(f"{self.heading} ({number(len(self.lines))})", (*said, *left_off(len(self.lines) - GROUPS)))

    def _said(self, value: str, lines: list[Item]) -> str:
        if self.sides is None:
            return words.in_a_line(sums(lines))
        gave, received = ([line for line in lines if side(value, line)] for side in self.sides)
        parts = [_("gave {what}").format(what=words.in_a_line(sums(gave)))] if gave else []
        parts += [_("received {what}").format(what=words.in_a_line(sums(received)))] if received else []
        return "; ".join(parts)

    def data(self) -> dict[str, Any]:
        """The sums of every value."""
        if self.sides is None:
            return {value: words.sums_data(sums(lines)) for value, lines in self.lines.items()}
        gave, received = self.sides
        return {
            value: {
                "gave": words.sums_data(sums(line for line in lines if gave(value, line))),
                "received": words.sums_data(sums(line for line in lines if received(value, line))),
            }
            for value, lines in self.lines.items()
        }


def groupings(found: Read, given: list[Item]) -> list[Grouping]:
    """By year, country, fund, project and partner: in the order of names, never of money."""
    names = found.names

    def ordered(kind: str, groups: Mapping[str, list[Item]]) -> dict[str, list[Item]]:
        known = [record_id for of, record_id in names if of == kind and record_id in groups]
        return {value: groups[value] for value in (*known, *sorted(set(groups) - set(known)))}

    def record(kind: str) -> Callable[[str], Target | None]:
        return lambda record_id: Target("record", f"{kind}/{record_id}") if (kind, record_id) in names else None

    by_country = grouped(given, lambda item: dict.fromkeys((*found.countries_of(item.giver), *found.countries_of(item.receiver))))
    by_fund = grouped(given, lambda item: [fund] if (fund := found.fund_of.get(item.project or "")) else [])
    by_project = grouped(given, lambda item: [item.project] if item.project else [])
    by_partner = grouped(given, lambda item: dict.fromkeys(filter(None, (item.giver, item.receiver))))
    by_year = grouped(given, lambda item: [item.year or ""])
    sides = (lambda value, item: item.giver == value, lambda value, item: item.receiver == value)
    there = (
        lambda value, item: value in found.countries_of(item.giver),
        lambda value, item: value in found.countries_of(item.receiver),
    )
    return [
        Grouping("year", _("By year"), dict(sorted(by_year.items())), lambda year: shown(year) or _("no year"), lambda year: None),
        Grouping("country", _("By country"), _by_name(by_country), country_name, lambda code: leads_to("country", code), there),
        Grouping("fund", _("By fund"), ordered("funds", by_fund), _namer(names, "funds"), record("funds")),
        Grouping("project", _("By project"), ordered("projects", by_project), _namer(names, "projects"), record("projects")),
        Grouping("partner", _("By partner"), ordered("partners", by_partner), _namer(names, "partners"), record("partners"), sides),
    ]


def _by_name(groups: Mapping[str, list[Item]]) -> dict[str, list[Item]]:
    return {code: groups[code] for code in sorted(groups, key=country_name)}


def _namer(names: words.Names, kind: str) -> Callable[[str], str]:
    return lambda record_id: words.name_of(names, kind, record_id)
