"""The ledger of contributions as a view: of the whole catalogue, of a partner, a project, a fund or a country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.countries import countries
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import ledger_words as words
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.figures import figure_data, figure_lines
from ssc_tui.insight.ledger import Modality, Projects, budget_sums, grouped, modality, sharing, sharings, sums
from ssc_tui.insight.ledger_groups import GROUPS, groupings
from ssc_tui.insight.ledger_read import Read, read, scope_of
from ssc_tui.insight.naming import list_query
from ssc_tui.insight.report import Asked, Report, left_off, restricted
from ssc_tui.insight.saying import shown, tossd
from ssc_tui.insight.views import leads_to
from ssc_tui.store import reader
from ssc_tui.store.ledger import Item

LINES = 50
"""Contributions that are listed one by one."""


def ledger_view(copy: Connection, asked: Asked) -> Report:
    """The ledger of what is asked for; with the option `beside`, two funds side by side."""
    if asked.options.get("beside"):
        from ssc_tui.insight.funds_view import side_by_side

        return side_by_side(copy, asked)
    found = read(copy, *scope_of(copy, asked))
    document = reader.document(copy, "funds", found.scope.id) if found.scope.kind == "funds" else {}
    given = [item for item in found.items if not item.agreed]
    names = found.names
    groups = groupings(found, given)
    blocks = [
        Block("", tuple(_overview(found))),
        *_subtotals(found, given),
        _shares(found, names),
        Block(_("By TOSSD modality"), tuple(_modality_lines(found, given))),
        *(group.block(given) for group in groups),
        Block(_("Line by line"), tuple(_item_lines(found, names))),
        Block(_("Figures stated by sources"), tuple(figure_lines(document))),
        Block("", tuple(_further(found))),
    ]
    title = _("Contributions: {name}").format(name=found.title) if found.title else _("Contributions")
    said = tuple(block for block in blocks if block.lines or block.second)
    any_of_it = bool(found.items or found.counted.all or figure_data(document))
    data = partial(_data, found, document, asked.query)
    return Report(f"ledger/{asked.subject}?{asked.query}", restricted(title, asked.query), said, data, any_of_it)


def _shares(found: Read, names: words.Names) -> Block:
    shared = list(sharings(found.items).items())
    lines = [line for (project, of), mine in shared[:GROUPS] for line in words.sharing_lines(sharing(project, of, mine), names)]
    return Block(_("Agreed and given"), (*lines, *left_off(len(shared) - GROUPS)))


def _data(found: Read, document: Mapping[str, Any], query: str) -> dict[str, Any]:
    """The ledger as data, with every group and every line."""
    given = [item for item in found.items if not item.agreed]
    return {
        "about": _about(found),
        "query": query,
        "contributions": len(found.items),
        "projects": _projects_data(found.counted),
        "given": words.sums_data(sums(given)),
        "agreed": words.sums_data(sums(item for item in found.items if item.agreed)),
        **_sides_data(found, given),
        "sharing": [words.sharing_data(sharing(project, of, lines)) for (project, of), lines in sharings(found.items).items()],
        "tossd": [
            {"code": of.code or None, "stated": of.stated, "south_south_only": of.south_south, **words.sums_data(sums(lines))}
            for of, lines in _modalities(found, given)
        ],
        "by": {group.field: group.data() for group in groupings(found, given)},
        "budgets_as_stated": None if found.budgets_unread else budget_sums(found.budgets),
        "figures_as_stated": figure_data(document),
        "lines": [words.item_data(item) for item in found.items],
    }


def _about(found: Read) -> str | None:
    scope = found.scope
    return (scope.id if scope.kind == "countries" else f"{scope.kind}/{scope.id}") if scope.kind else None


def _overview(found: Read) -> Iterator[Line]:
    agreed = sum(item.agreed for item in found.items)
    on_record = ngettext("{n} contribution", "{n} contributions", len(found.items))
    beside = ngettext("{n} of them agreed and to be given", "{n} of them agreed and to be given", agreed)
    yield Line(_("On record"), on_record, beside if agreed else "")
    counted = found.counted
    if found.scope.kind != "projects":
        without = ngettext("{n} project without money", "{n} projects without money", counted.without_money)
        yield Line(_("Projects"), words.project_words(counted), without, _project_list(found))
    if found.budgets:
        yield Line(
            _("Budgets"), words.by_currency(budget_sums(found.budgets)), words.stating(len(found.budgets)) + "; " + _("in no total below")
        )
    elif found.budgets_unread:
        yield Line(_("Budgets"), _("not added up for so many projects; / restricts the view"))


def _project_list(found: Read) -> Target | None:
    scope = found.scope
    asked = f"country:{scope.id}" if scope.kind == "countries" else list_query(scope.kind, scope.id)
    rest = " ".join(filter(None, (asked, *map(str, scope.query.qualifiers))))
    return None if scope.query.terms else Target("list", f"projects?{rest}")


def _subtotals(found: Read, given: list[Item]) -> Iterator[Block]:
    """What was given, with subtotals; for a partner and a country, what it gave beside what it received: everybody has both sides."""
    nothing = (Line("", _("nothing on record")),)
    if found.scope.kind in ("partners", "countries"):
        gave, received = (tuple(words.sum_lines(sums(filter(side, given)))) for side in (found.gave, found.received))
        yield Block(_("Gave"), gave or nothing, second_heading=_("Received"), second=received or nothing)
    else:
        yield Block(_("Given"), tuple(words.sum_lines(sums(given))) or nothing)


def _sides_data(found: Read, given: list[Item]) -> dict[str, Any]:
    if found.scope.kind not in ("partners", "countries"):
        return {}
    return {
        "gave": words.sums_data(sums(filter(found.gave, given))),
        "received": words.sums_data(sums(filter(found.received, given))),
    }


def _modalities(found: Read, given: list[Item]) -> list[tuple[Modality, list[Item]]]:
    known = countries()

    def key(item: Item) -> list[Modality]:
        return [modality(item, south=any(code in known and known[code].south for code in found.countries_of(item.giver)))]

    return sorted(grouped(given, key).items())


def _modality_lines(found: Read, given: list[Item]) -> Iterator[Line]:
    for of, lines in _modalities(found, given):
        said = tossd(shown(of.code)) if of.code else _("no modality stated")
        how = "" if of.stated or not of.code else _("by its kind, since the giver is in the South; not stated") + "; "
        yield Line("", said, how + words.in_a_line(sums(lines)))


def _item_lines(found: Read, names: words.Names) -> Iterator[Line]:
    yield from (words.item_line(item, names) for item in found.items[:LINES])
    yield from left_off(len(found.items) - LINES)


def _further(found: Read) -> Iterator[Line]:
    if found.scope.kind:
        yield Line("", _("All contributions on record"), target=leads_to("ledger"))


def _projects_data(counted: Projects) -> dict[str, int]:
    return {**counted._asdict(), "without_money": counted.without_money}
