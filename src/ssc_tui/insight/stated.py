"""Figures that sources state, beside what is computed from the records; neither is ever taken for the other."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.query import Qualifier, parse
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.figures import figure_words, newest_first, source_words, year_words
from ssc_tui.insight.naming import list_query
from ssc_tui.insight.saying import number, shown
from ssc_tui.insight.subtitle import persons
from ssc_tui.insight.sums import whole
from ssc_tui.store.flows import flows_around
from ssc_tui.store.search import everything
from ssc_tui.text import words

_MODALITIES = {"south": "modality:south_south", "triangular": "modality:triangular"}
"""What a count of projects is restricted to, by a word of its measure."""


def figures_block(
    copy: Connection, kind: str, record_id: str, document: Mapping[str, Any], query: str
) -> tuple[Block, list[dict[str, Any]]]:
    """The stated figures of the record, those of one year where the query names years, newest first; and the same in JSON.

    Beside a figure of participants exchanged stands what the exchanges on record come to, in which it takes part or in whose projects it
    does; beside a figure of projects, how many are on record. Anything else is not computed here.
    """
    years = [qualifier for qualifier in parse(query).qualifiers if qualifier.field == "year"]
    lines, data = [], []
    for item in newest_first(document.get("figures")):
        if not all(_of_years(str(item.get("year")), qualifier) for qualifier in years):
            continue
        measure, unit, value = shown(item.get("measure")), shown(item.get("unit")), item.get("value")
        computed, found_by = _computed(copy, kind, record_id, measure, unit, item.get("year"))
        said = [source_words(item)]
        if computed is not None and isinstance(value, int | float) and not isinstance(value, bool):
            here = persons(computed) if unit == "people" else f"{computed:,}"
            apart = value - computed
            gap = _("{n} fewer than stated") if apart > 0 else _("{n} more than stated") if apart < 0 else _("as stated")
            said.append(_("computed here: {number}, {gap}").format(number=here, gap=gap.format(n=number(abs(apart)))))
        lines.append(Line(year_words(item), figure_words(item), "\n".join(said), found_by))
        data.append({key: item.get(key) for key in ("year", "measure", "value", "unit", "source")} | {"computed": computed})
    return Block(_("Figures stated by sources"), tuple(lines)), data


def _of_years(year: str, asked: Qualifier) -> bool:
    """Whether a figure of that year is asked for, by years such as 2019 and 2015..2019."""
    spans = (value.partition("..") for value in asked.values)
    return any(first <= year <= (last if dots else first) for first, dots, last in spans) is not asked.negated


def _computed(copy: Connection, kind: str, record_id: str, measure: str, unit: str, year: object) -> tuple[int | None, Target | None]:
    """What the records say about a measure, and the list that shows it; None where they cannot."""
    said = words(measure)
    restricted = f"year:{year}" if year else ""
    own = f"{list_query(kind, record_id)} {restricted}".strip()
    if unit == "people" and ("exchanged" in said or {"participants", "exchange"} <= {*said}):
        here = whole(flows_around(copy, (kind, record_id), restricted))
        # A partner's list of exchanges would leave out those in its projects.
        shown_by = Target("list", f"{'projects' if kind == 'partners' else 'exchanges'}?{own}")
        return here.persons if here.stated else None, shown_by
    modalities = [qualifier for word, qualifier in _MODALITIES.items() if word in said]
    if kind == "partners" and unit == "projects" and (modalities or said == ["projects", "supported"]):
        query = " ".join([own, *modalities])
        return everything(copy, parse(query), "projects").count(copy), Target("list", f"projects?{query}")
    return None, None
