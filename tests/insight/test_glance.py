"""How everybody stands at a glance is how their balances stand; what the database adds up is what is added up flow by flow."""

from __future__ import annotations

from operator import itemgetter
from sqlite3 import Connection

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.insight.balance import Tolerance, balances, level, levelling, worst_first
from ssc_tui.insight.glance import glance
from ssc_tui.insight.sums import HOST, PAIR, SENDER, Sum, summed, whole
from ssc_tui.store.flows import Bare, bare_flows, bare_flows_of, totals

STATUSES = (None, "planned", "ongoing", "completed", "cancelled", "unheard-of")


def flow(sender: str | None, host: str | None, planned: int | None, actual: int | None, months: float | None, status: str | None) -> Bare:
    return (sender, host, None, None, None, planned, actual, months, status)


side = st.sampled_from(["a", "b", "c", "d", None])
flows_made = st.lists(
    st.builds(
        flow, side, side, st.none() | st.integers(0, 4), st.none() | st.integers(0, 9), st.none() | st.just(6.5), st.sampled_from(STATUSES)
    ),
    max_size=30,
)


@given(flows_made, st.builds(Tolerance, st.integers(0, 4), st.just(False)) | st.builds(Tolerance, st.integers(0, 60), st.just(True)))
def test_a_glance_says_what_the_balances_say(flows: list[Bare], tolerated: Tolerance) -> None:
    full = balances(*summed(flows, SENDER, HOST))
    seen = glance(flows, tolerated)
    assert set(seen.stands) == {each.stands(tolerated) for each in full}
    assert [each.partner for each in worst_first(seen.stands)] == [each.partner for each in worst_first(full)]
    assert seen.past == {PAIR(each) for each in flows if each[6] is not None}
    assert level(worst_first(seen.stands), seen.past) == levelling(full, tolerated, seen.past)


@pytest.fixture
def every_sort(make: Make) -> Connection:
    """Exchanges of every status, with and without each number, and with numbers that are none."""
    made = []
    for status in STATUSES:
        for planned in (None, 0, 3):
            for actual in (None, 0, 2):
                for months in (None, 1.5):
                    stated = {"sender": "a", "host": "b", "planned": planned, "actual": actual, "months": months, "status": status}
                    made.append({field: value for field, value in stated.items() if value is not None})
    made += [
        {"host": "b", "actual": 10**12},
        {"sender": "c", "host": "", "planned": -4, "start": "2019-03"},
        {"actual": 1, "start": "2019"},
    ]
    return make(*(("exchanges", {"id": f"x{number}", **document}) for number, document in enumerate(made)))


@pytest.mark.parametrize("query", ["", "year:2019", "year:1900"])
def test_the_database_adds_up_what_is_added_up_flow_by_flow(every_sort: Connection, query: str) -> None:
    assert Sum._make(*totals(every_sort, query)) == whole(bare_flows(every_sort, query))
    for field, place in (("sender", 0), ("start", 4), ("status", 8)):
        (sums,) = summed(bare_flows(every_sort, query), itemgetter(place))
        assert {value: Sum(*numbers) for value, *numbers in totals(every_sort, query, [field])} == sums


def test_the_flows_of_partners_are_those_that_name_one_and_none_stands_for_who_is_not_stated(every_sort: Connection) -> None:
    for partners in ({"c"}, {"a"}, {None}, {"c", None}, set[str | None]()):
        named = [each for each in bare_flows(every_sort, without=["start"]) if each[0] in partners or each[1] in partners]
        found = [(*each[:4], None, *each[5:]) for each in bare_flows_of(every_sort, partners)]
        assert sorted(found, key=repr) == sorted(named, key=repr)
