"""Says the sheet of a country in words and as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.countries import country_name
from ssc_tui.catalogue.query import Query
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import ledger_words
from ssc_tui.insight.balance_words import sum_data, went
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.card_fields import Form
from ssc_tui.insight.country import Both, Side
from ssc_tui.insight.country_read import Sheet
from ssc_tui.insight.ledger import budget_sums
from ssc_tui.insight.saying import not_stated, number, say, shown
from ssc_tui.insight.subtitle import span
from ssc_tui.insight.views import leads_to
from ssc_tui.store.country import Capacity, There, asked_of


def title(sheet: Sheet) -> str:
    """The country, with its region."""
    return say(Form.COUNTRY, sheet.code)


def counts_words(counted: Mapping[str, int]) -> str:
    """How many records of each kind there are, the kinds of which there are none left out."""
    said = (f"{number(n)} {label('record_kind' if n == 1 else 'record_kinds', kind).lower()}" for kind, n in counted.items() if n)
    return ", ".join(said) or _("nothing on record")


_Thing = TypeVar("_Thing")

KINDS = 12
"""Kinds of organisation that are told apart, once the sheet names no record; a code list has fewer, and a catalogue may hold more."""

THINGS = 8
"""Units and currencies of contributions that are told apart; where there are more, the contributions are counted."""


def blocks(sheet: Sheet, most: int) -> tuple[Block, ...]:
    """The sheet, with at most so many records of each list named."""
    every = (
        _overview(sheet),
        _sides(sheet),
        _areas(sheet, most),
        _countries(sheet, most),
        _partners(sheet, most),
        _capacities(sheet, most),
        Block(_("Sought, and nothing received on record"), tuple(_first(sheet.gaps, most, lambda area: Line("", _area(sheet, area))))),
        _goals(sheet),
        _records(sheet, "projects", most, _about_project),
        _records(sheet, "funds", most, lambda each: span(each.start, each.finish)),
        _records(sheet, "solutions", most, lambda each: label("solution_stage", shown(each.code)) if each.code else ""),
        _records(sheet, "publications", most, lambda each: span(each.start, None)),
    )
    return tuple(block for block in every if block.lines or block.second)


def _first(things: Sequence[_Thing], most: int, line: Callable[[_Thing], Line]) -> Iterator[Line]:
    """The lines of the first things, and how many more there are."""
    yield from map(line, things[:most])
    if left := len(things[most:]):
        yield Line("", ngettext("and {n} more", "and {n} more", left) if most else ngettext("{n} in the list", "{n} in the list", left))


def _overview(sheet: Sheet) -> Block:
    lines = [Line(_("On record"), counts_words({kind: len(found) for kind, found in sheet.records.items()}))]
    budgets = sheet.ledger.budgets
    lines.append(Line(_("Projects"), ledger_words.project_words(sheet.ledger.counted)))
    if 0 < len(budget_sums(budgets)) <= THINGS:
        lines.append(Line(_("Budgets"), ledger_words.by_currency(budget_sums(budgets)), ledger_words.stating(len(budgets))))
    lines.append(Line(_("Focal point"), _("none stated")))
    lines.append(
        Line(_("Figures"), _("computed from the records of this catalogue: {name}").format(name=shown(sheet.dataset) or not_stated()))
    )
    return Block("", tuple(lines))


def _sides(sheet: Sheet) -> Block:
    gives, receives = sheet.all
    left, right = (
        (
            Line(_("Persons"), _persons(side), _inside(sheet) if number_of else ""),
            Line(_("Offers") if number_of else _("Needs"), number(side.capacities)),
            Line(_("Contributions"), _given(side)),
        )
        for number_of, side in ((1, gives), (0, receives))
    )
    return Block(_("Gives"), left, leads_to("ledger", sheet.code), second_heading=_("Receives"), second=right, level=True)


def _persons(side: Side) -> str:
    """Who went, as the balances say it; who was to go stands beside it."""
    total = side.exchanges
    if not total.exchanges:
        return _("no exchange on record")
    return went(total) + ("; " + _("{n} planned").format(n=number(total.planned)) if total.with_plan else "")


def _inside(sheet: Sheet) -> str:
    return _("{n} of them within the country").format(n=number(sheet.within)) if sheet.within else ""


def _areas(sheet: Sheet, most: int) -> Block:
    """Both sides area by area, each area at one height."""
    rows = list(sheet.by_area.items())
    left = tuple(_first(rows, most, lambda row: Line("", _area(sheet, row[0]), _side(row[1].gives, giving=True))))
    right = tuple(_first(rows, most, lambda row: Line("", _area(sheet, row[0]), _side(row[1].receives, giving=False))))
    return Block(_("Gives, by area"), left, second_heading=_("Receives, by area"), second=right or None, level=True)


def _area(sheet: Sheet, area: str) -> str:
    known = sheet.areas.get(area)
    return shown(known.title if known else area)


def _side(side: Side, *, giving: bool) -> str:
    parts: list[str] = []
    if side.exchanges.exchanges:
        parts.append((_("sent: {persons}") if giving else _("hosted: {persons}")).format(persons=_persons(side)))
    if side.capacities:
        counted = ngettext("{n} offer", "{n} offers", side.capacities) if giving else ngettext("{n} need", "{n} needs", side.capacities)
        parts.append(counted)
    if side.contributions.lines:
        parts.append((_("gave: {what}") if giving else _("received: {what}")).format(what=_given(side)))
    return "; ".join(parts) or _("nothing on record")


def _given(side: Side) -> str:
    """What was contributed, or how many contributions there are where it would fill the page; the ledger adds them up."""
    sums = side.contributions
    if len(sums.quantities) + len(sums.money) <= THINGS:
        return ledger_words.in_a_line(sums)
    return ngettext("{n} contribution", "{n} contributions", sums.lines)


def _countries(sheet: Sheet, most: int) -> Block:
    def said(each: Both) -> str:
        return "; ".join(_side(side, giving=giving) for side, giving in ((each.gives, True), (each.receives, False)) if side)

    rows = sorted(sheet.by_country.items(), key=lambda row: country_name(row[0]))
    lines = _first(rows, most, lambda row: Line("", country_name(row[0]), said(row[1]), leads_to("country", row[0])))
    return Block(_("With whom"), tuple(lines))


def _partners(sheet: Sheet, most: int) -> Block:
    """Who is there, grouped by kind of organisation: all kinds are counted, and the first partners of each are named."""
    groups: dict[str, list[There]] = {}
    for partner in sheet.records["partners"]:
        groups.setdefault(partner.code, []).append(partner)
    lines: list[Line] = []
    each_kind = -(-most // max(1, len(groups)))
    ordered = sorted(groups, key=lambda code: (not code, code))
    told = ordered if each_kind else ordered[:KINDS]
    for code in told:
        found = groups[code]
        kind = label("organisation_type", shown(code)) if code else _("Type not stated")
        heading = f"{kind} ({number(len(found))})"
        for each in found[:each_kind]:
            lines.append(Line(heading, shown(each.title), target=Target("record", f"partners/{each.id}")))
            heading = ""
        if left := len(found) - len(found[:each_kind]):
            lines.append(Line(heading, _("and {n} more").format(n=number(left)) if each_kind else _("in the list")))
    if len(told) < len(ordered):
        rest = ngettext("and {n} more kind", "and {n} more kinds", len(ordered) - len(told))
        lines.append(Line(rest, _("in the list")))
    return Block(_heading(sheet, "partners", _("Partners, by kind")), tuple(lines), _list(sheet, "partners"))


def _capacities(sheet: Sheet, most: int) -> Block:
    names = {each.id: each.title for each in sheet.records["partners"]}
    sides = {side: [each for each in sheet.capacities if each.side == side] for side in ("brings", "seeks")}

    def lines(side: str) -> tuple[Line, ...]:
        return tuple(_first(sides[side], most, lambda each: Line("", _topic(sheet, each), shown(names[each.partner]))))

    brings, seeks = (lines(side) or (Line("", not_stated()),) for side in sides)
    headings = [f"{words} ({number(len(sides[side]))})" for words, side in ((_("Offers"), "brings"), (_("Wants to learn"), "seeks"))]
    return Block(headings[0], brings if sheet.capacities else (), second_heading=headings[1], second=seeks if sheet.capacities else None)


def _topic(sheet: Sheet, each: Capacity) -> str:
    return shown(each.topic) or (_area(sheet, each.area) if each.area else not_stated())


def _goals(sheet: Sheet) -> Block:
    lines: list[Line] = []
    for goal in sheet.goals:
        parts = [
            ngettext("{n} offer", "{n} offers", goal.offers),
            ngettext("{n} need", "{n} needs", goal.needs),
            counts_words({"partners": goal.partners, "projects": goal.projects, "exchanges": goal.exchanges}),
        ]
        lines.append(Line(_("Goal {n}").format(n=goal.number), ", ".join(parts), target=_list(sheet, "projects", f"sdg:{goal.number}")))
    return Block(_("Sustainable Development Goals"), tuple(lines))


def _records(sheet: Sheet, kind: str, most: int, about: Callable[[There], str]) -> Block:
    found = sheet.records[kind]

    def line(each: There) -> Line:
        said = about(each)
        return Line("", shown(each.title) + (f" ({said})" if said else ""), target=Target("record", f"{kind}/{each.id}"))

    # Funds and publications have no country of their own: no list holds just these.
    whole = _list(sheet, kind) if kind not in ("funds", "publications") else None
    return Block(_heading(sheet, kind, label("record_kinds", kind)), tuple(_first(found, most, line)), whole)


def _heading(sheet: Sheet, kind: str, words: str) -> str:
    return f"{words} ({number(len(sheet.records[kind]))})"


def _about_project(each: There) -> str:
    parts = (label("modality", shown(each.code)) if each.code else "", span(each.start, each.finish))
    return ", ".join(filter(None, parts))


def _list(sheet: Sheet, kind: str, more: str = "") -> Target | None:
    """Where the whole list is; none where words restrict the sheet, which a list would order by how well they fit."""
    asked: Query = asked_of(kind, sheet.code, sheet.query)
    return None if asked.terms else Target("list", f"{kind}?{' '.join(filter(None, (*map(str, asked.qualifiers), more)))}")


def data(sheet: Sheet, query: str) -> dict[str, Any]:
    """The sheet as data: every number that the words say, and all that the lists hold."""
    partners = sheet.records["partners"]
    codes = sorted({each.code for each in partners})
    return {
        "country": sheet.code,
        "query": query,
        "name": country_name(sheet.code),
        "catalogue": sheet.dataset or None,
        "counts": {kind: len(found) for kind, found in sheet.records.items()},
        **_both_data(sheet.all),
        "within": sheet.within,
        "by_area": {area: _both_data(each) for area, each in sheet.by_area.items()},
        "by_country": {code: _both_data(each) for code, each in sheet.by_country.items()},
        "partners_by_kind": {code or "not_stated": [f"partners/{each.id}" for each in partners if each.code == code] for code in codes},
        "focal_point": None,
        "offers": [_capacity_data(each) for each in sheet.capacities if each.side == "brings"],
        "needs": [_capacity_data(each) for each in sheet.capacities if each.side == "seeks"],
        "gaps": list(sheet.gaps),
        "goals": [goal._asdict() for goal in sheet.goals],
        "money": {**sheet.ledger.counted._asdict(), "budgets_as_stated": budget_sums(sheet.ledger.budgets)},
        **{kind: _refs(kind, found) for kind, found in sheet.records.items() if kind != "partners"},
    }


def _refs(kind: str, found: Sequence[There]) -> list[str]:
    return [f"{kind}/{each.id}" for each in found]


def _both_data(each: Both) -> dict[str, Any]:
    return {"gives": _side_data(each.gives, "sent", "offers"), "receives": _side_data(each.receives, "hosted", "needs")}


def _side_data(side: Side, persons: str, capacities: str) -> dict[str, Any]:
    return {
        persons: sum_data(side.exchanges) if side.exchanges.exchanges else None,
        capacities: side.capacities,
        "contributions": ledger_words.sums_data(side.contributions),
    }


def _capacity_data(each: Capacity) -> dict[str, Any]:
    return {"partner": f"partners/{each.partner}", "topic": each.topic, "area": each.area}
