"""What the charts count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.catalogue.practice import documents
from ssc_tui.errors import UsageError
from ssc_tui.insight.balance import OUT, WITHIN, Tolerance, balances, worst_first
from ssc_tui.insight.balance_view import balance_view
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.charts import LONGEST_AXIS, MOST, TITLES, Bar, Chart, balance, by_year, counted, year_of
from ssc_tui.insight.charts_view import chart_of, charts_view
from ssc_tui.insight.report import Asked
from ssc_tui.insight.sums import HOST, SENDER, summed
from ssc_tui.store.flows import Bare
from ssc_tui.store.search import search


def went(
    year: str | None, actual: int | None = None, planned: int | None = None, sender: str = "a", host: str = "b", status: str | None = None
) -> Bare:
    return (sender, host, None, None, year, planned, actual, None, status)


def drawn(flows: Sequence[Bare], titles: Mapping[str | None, str]) -> Chart:
    """The balances of everybody in the flows."""
    ordered = worst_first(balances(*summed(flows, SENDER, HOST)))
    everybody = [each for each in ordered if each.partner is not None]
    known = [each for each in everybody if each.state(Tolerance(0, percent=False)) in (OUT, WITHIN)]
    return balance(known[:MOST], len(known), len(everybody) - len(known), titles)


def test_years_without_an_exchange_stand_between_those_with_one() -> None:
    (years,) = summed(
        [went("2017-05", 3, 4), went("2019", 2), went("2019", None, 6, status="ongoing"), went(None, 1), went("soon", 1)],
        lambda flow: year_of(flow[4]),
    )
    number, persons = by_year(years, "area:health")
    assert number.bars == (
        Bar("2017", (1,), Target("list", "exchanges?year:2017 area:health")),
        Bar("2018", (0,), Target("list", "exchanges?year:2018 area:health")),
        Bar("2019", (2,), Target("list", "exchanges?year:2019 area:health")),
    )
    assert [bar.values for bar in persons.bars] == [(4, 3, 0), (None, None, 0), (6, 2, 1)]
    assert number.notes == persons.notes == ("2 exchanges state no year.",)


def test_a_year_that_is_a_slip_of_the_pen_makes_no_axis_of_centuries() -> None:
    (years,) = summed([went("1019", 1), went("2019", 1)], lambda flow: year_of(flow[4]))
    number, _persons = by_year(years, "")
    assert [bar.label for bar in number.bars] == ["1019", "2019"]
    assert LONGEST_AXIS < 1000


def test_the_balance_stands_the_furthest_from_nought_first_and_leaves_out_who_does_not_state_all() -> None:
    flows = [went("2019", 5, sender="a", host="b"), went("2019", 2, sender="b", host="a"), went("2019", None, sender="c", host="d")]
    flows += [went("2019", 9, sender="c", host="e"), went("2019", 1, sender="e", host="e")]
    chart = drawn(flows, {"a": "Alpha"})
    assert [(bar.label, bar.values) for bar in chart.bars] == [("e", (-9, 1, 10)), ("Alpha", (3, 5, 2)), ("b", (-3, 2, 5))]
    assert chart.notes[-1] == "2 partners are not drawn: who went is not known."


def test_the_chart_of_balances_has_the_numbers_and_the_order_of_the_balance_view(make: Make) -> None:
    copy = make(*documents())
    rows = [row for row in balance_view(copy, Asked()).numbers["balances"] if row["state"] in ("out", "within") and row["partner"]]
    bars = chart_of(copy, "balance", "").bars
    assert [(bar.label, bar.values[0]) for bar in bars] == [(row["title"], row["difference"]) for row in rows]


def test_of_very_many_partners_the_furthest_from_nought_are_drawn_and_the_others_counted() -> None:
    flows = [went("2019", number, sender=f"s{number:03}", host="h") for number in range(100)]
    chart = drawn(flows, {})
    assert [bar.values[0] for bar in chart.bars] == [-4950, *range(99, 100 - MOST, -1)]
    assert chart.notes[-1] == f"{101 - MOST} more are no further from 0."


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 20)), max_size=40))
def test_what_all_sent_less_what_all_hosted_is_nought(flows: list[tuple[int, int, int]]) -> None:
    chart = drawn([went("2019", number, sender=str(one), host=str(other)) for one, other, number in flows], {})
    assert sum(bar.values[0] or 0 for bar in chart.bars) == 0


def test_nothing_to_count_draws_nothing_and_says_so() -> None:
    assert counted("goals", [("1", "sdg:1", 0)], "").bars == ()
    assert counted("goals", [("1", "sdg:1", 0)], "").notes == ("No project is filed here.",)
    assert all(chart.bars == () for chart in by_year({}, ""))


@pytest.mark.parametrize("query", ["", "area:health", "country:MW", "nobody"])
@pytest.mark.parametrize("name", TITLES)
def test_every_bar_is_as_long_as_the_list_that_it_leads_to(make: Make, name: str, query: str) -> None:
    areas = [
        ("areas", {"id": "care", "name": "Care", "kind": "theme", "parent": "health", "sdgs": [9, 12]}),
        ("projects", {"id": "x", "title": "Nurses", "areas": ["care"], "countries": ["MW"]}),
    ]
    copy = make(*documents(), *areas)
    chart = chart_of(copy, name, query)
    if name in ("balance", "persons"):
        return
    kind = "exchanges" if name == "years" else "projects"
    for bar in chart.bars:
        assert bar.target
        section, _mark, asked = bar.target.value.partition("?")
        assert section == kind
        assert search(copy, asked, kind, forgiving=False).total(copy) == bar.values[0], bar
    if name == "years":
        assert sum(bar.values[0] or 0 for bar in chart.bars) == search(copy, query, kind, forgiving=False).total(copy)
    if name == "goals" and query != "nobody":
        assert [bar.label for bar in chart.bars] == [str(goal) for goal in range(1, 18)]
        assert [bar.values for bar in chart.bars if bar.label in ("9", "12")] == [(1,), (1,)]


@pytest.mark.parametrize("query", ["", "country:MW"])
def test_a3_22_the_table_of_goals_counts_what_the_lists_hold(contributed: Connection, query: str) -> None:
    (chart,) = charts_view(contributed, Asked("", query, {"chart": "goals"})).numbers["charts"]
    assert chart["series"] == ["projects", "partners that bring", "partners that seek", "exchanges", "solutions"]
    lists = ("projects", "sdg:"), ("partners", "brings:sdg-"), ("partners", "seeks:sdg-"), ("exchanges", "sdg:"), ("solutions", "sdg:")
    for goal, bar in enumerate(chart["bars"], 1):
        assert bar["label"] == str(goal)
        assert bar["values"] == [
            search(contributed, f"{asked}{goal} {query}", kind, forgiving=False).total(contributed) for kind, asked in lists
        ]
    assert chart["bars"][6]["values"] == [1, 0, 2, 1, 1]


def test_a3_22_goals_without_a_project_still_have_their_offers(make: Make) -> None:
    area = ("areas", {"id": "energy", "name": "Energy", "sdgs": [7]})
    copy = make(area, ("partners", {"id": "a", "name": "A", "brings": [{"id": "b", "topic": "Sun", "area": "energy"}]}))
    (chart,) = charts_view(copy, Asked(options={"chart": "goals"})).numbers["charts"]
    assert [bar["label"] for bar in chart["bars"] if any(bar["values"])] == ["7"]
    assert chart_of(copy, "goals", "").bars == ()


def test_all_charts_are_each_of_them(make: Make) -> None:
    copy = make(*documents())
    whole = charts_view(copy, Asked(query="area:health"))
    assert [chart["name"] for chart in whole.numbers["charts"]] == list(TITLES)
    for name, chart, block in zip(TITLES, whole.numbers["charts"], whole.blocks, strict=True):
        one = charts_view(copy, Asked("", "area:health", {"chart": name}))
        assert one.numbers["charts"] == [chart]
        assert one.blocks == (block,)
        assert len(block.table.rows if block.table else ()) == len(chart["bars"])


def test_a_chart_that_there_is_not_is_refused(make: Make) -> None:
    with pytest.raises(UsageError, match="there are years, persons, balance, areas, goals"):
        charts_view(make(), Asked(options={"chart": "money"}))


def test_a_difference_has_a_sign_and_what_was_sent_and_hosted_has_none(make: Make) -> None:
    exchanges = [
        ("exchanges", {"id": "x1", "sender": "a", "host": "b", "actual": 5}),
        ("exchanges", {"id": "x2", "sender": "b", "host": "a", "actual": 2}),
        ("exchanges", {"id": "x3", "sender": "c", "host": "c", "actual": 4}),
    ]
    (block,) = charts_view(make(*exchanges), Asked(options={"chart": "balance"})).blocks
    assert block.table
    assert {row.label: row.cells for row in block.table.rows} == {"a": ("+3", "5", "2"), "b": ("-3", "2", "5"), "c": ("0", "4", "4")}
