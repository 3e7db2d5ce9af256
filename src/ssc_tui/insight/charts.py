"""What the charts show: for each chart its bars, with the numbers that they stand for. None is a number that is not stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssc_tui.catalogue.codes import GOALS
from ssc_tui.catalogue.projection import YEAR
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.insight.balance import Balance
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.sums import NOTHING, Sum

TITLES = {
    "years": N_("Exchanges per year"),
    "persons": N_("Persons per year, planned and gone"),
    "balance": N_("Persons sent less persons hosted, by partner"),
    "areas": N_("Projects by area"),
    "goals": N_("Projects by goal (SDG)"),
}
"""The charts, in their order."""


class Bar(NamedTuple):
    """One place on the axis: its label, a number for each series of the chart, and the list that it stands for."""

    label: str
    values: tuple[int | None, ...]
    target: Target | None = None


class Chart(NamedTuple):
    """A chart and its numbers.

    Attributes:
        name: a key of `TITLES`.
        series: what each number of a bar counts; the first `drawn` of them are drawn, the others stand in the table.
        bars: in their order.
        upright: whether bars stand side by side; else they lie one under the other.
        notes: what the bars do not say, in sentences.
    """

    name: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    drawn: int = 1
    upright: bool = True
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The chart in a few words."""
        return _(TITLES[self.name])


def year_of(start: str | None) -> int | None:
    """The year of a date; None where that is not stated."""
    return int(start[:4]) if start and YEAR.match(start) else None


def by_year(years: Mapping[int | None, Sum], query: str) -> tuple[Chart, Chart]:
    """The two charts of exchanges by the year in which they start; years between the first and the last without any are there too."""
    stated = sorted(year for year in years if year is not None)
    # A year that is a slip of the pen would make an axis of centuries.
    span: Iterable[int] = range(stated[0], stated[-1] + 1) if stated and stated[-1] - stated[0] < LONGEST_AXIS else stated
    whole = [(year, years.get(year, NOTHING)) for year in span]
    notes = []
    if left := years.get(None, NOTHING).exchanges:
        notes.append(ngettext("{n} exchange states no year.", "{n} exchanges state no year.", left))
    number = tuple(Bar(str(year), (each.exchanges,), _list("exchanges", f"year:{year}", query)) for year, each in whole)
    persons = tuple(
        Bar(
            str(year),
            (each.planned if each.with_plan else None, each.persons if each.stated else None, each.unstated),
            _list("exchanges", f"year:{year}", query),
        )
        for year, each in whole
    )
    series = (_("planned"), _("gone"), _("exchanges that state no number"))
    return (
        Chart("years", (_("exchanges"),), number, notes=tuple(notes)),
        Chart("persons", series, persons if any(any(bar.values) for bar in persons) else (), drawn=2, notes=tuple(notes)),
    )


MOST = 60
"""Partners whose balance is drawn."""

LONGEST_AXIS = 80
"""Years between the first and the last beyond which only those with exchanges are shown."""


def balance(first: Sequence[Balance], known: int, unknown: int, titles: Mapping[str | None, str]) -> Chart:
    """How many more persons each partner sent than it hosted; who does not state all is not drawn.

    Args:
        first: the balances that are drawn, the furthest from nought first.
        known: how many could be drawn.
        unknown: of how many partners it is not known who went.
        titles: the titles of partners by their ids.
    """
    bars = [
        Bar(
            titles.get(each.partner, str(each.partner)),
            (each.difference, each.sent.persons, each.hosted.persons),
            Target("record", f"partners/{each.partner}"),
        )
        for each in first
    ]
    notes = [_("Right of 0: sent more than it hosted; left of it: hosted more.")] if bars else []
    if left := known - len(first):
        notes.append(ngettext("{n} more is no further from 0.", "{n} more are no further from 0.", left))
    if unknown:
        notes.append(
            ngettext("{n} partner is not drawn: who went is not known.", "{n} partners are not drawn: who went is not known.", unknown)
        )
    return Chart("balance", (_("difference"), _("sent"), _("hosted")), tuple(bars), upright=False, notes=tuple(notes))


def counted(name: str, counts: Sequence[tuple[str, str, int]], query: str) -> Chart:
    """Projects by area or goal.

    Args:
        name: `areas` or `goals`.
        counts: label, qualifier, and how many projects it leaves.
        query: what restricts them all.
    """
    bars = tuple(Bar(label, (number,), _list("projects", qualifier, query)) for label, qualifier, number in counts)
    if not any(number for *_rest, number in counts):
        return Chart(name, (_("projects"),), (), notes=(_("No project is filed here."),))
    return Chart(name, (_("projects"),), bars, upright=name == "goals", notes=(_("A project with several counts under each."),))


BESIDE_GOALS = (("partners", "brings"), ("partners", "seeks"), ("exchanges", "sdg"), ("solutions", "sdg"))
"""What stands beside the projects of a goal in the table: the kind of the records, and the qualifier that finds them."""


def beside_goals(chart: Chart, counts: Sequence[Sequence[int]]) -> Chart:
    """The projects of each goal beside the partners that bring and seek something for it, exchanges and solutions.

    Args:
        chart: projects by goal; without a bar where there is none.
        counts: for each of `BESIDE_GOALS`, how many there are for each goal.
    """
    series = (_("projects"), _("partners that bring"), _("partners that seek"), _("exchanges"), _("solutions"))
    if not any(map(any, counts)):
        return chart
    bars = chart.bars or tuple(Bar(str(goal), (0,)) for goal in GOALS)
    filled = tuple(bar._replace(values=(*bar.values, *beside)) for bar, beside in zip(bars, zip(*counts, strict=True), strict=True))
    found = _("The lists of goal 7: sdg:7 for projects, exchanges and solutions, brings:sdg-7 and seeks:sdg-7 for partners.")
    return chart._replace(series=series, bars=filled, notes=(*chart.notes, found))


def _list(kind: str, qualifier: str, query: str) -> Target:
    return Target("list", f"{kind}?{qualifier} {query}".strip())
