"""How everybody stands at a glance is how their balances stand; what the database adds up is what is added up flow by flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from operator import itemgetter
from sqlite3 import Connection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.insight.balance import OUT, UNKNOWN, WITHIN, Balance, Tolerance, balances, level, levelling, worst_first
from ssc_tui.insight.balance_groups import BY, Group, in_order, pairs, shared
from ssc_tui.insight.glance import glance
from ssc_tui.insight.matrix import OTHERS, matrix
from ssc_tui.insight.sums import HOST, PAIR, SENDER, Sum, summed, sums_by, whole
from ssc_tui.store import moved
from ssc_tui.store.connection import connect
from ssc_tui.store.flows import Bare, Flow, bare, flows
from ssc_tui.store.loader import make_copy
from ssc_tui.store.sums import (
    acquainted,
    between,
    both_ways,
    busiest,
    by_year,
    cells,
    first_pairs,
    furthest,
    in_groups,
    rounds_of,
    sent_and_hosted,
    totals,
    whole_sum,
)

NONE = Tolerance(0, percent=False)

STATUSES = (None, "planned", "ongoing", "completed", "cancelled", "unheard-of")


side = st.sampled_from(["a", "b", "c", "d", None])
flows_made: st.SearchStrategy[list[Bare]] = st.lists(
    st.tuples(
        side,
        side,
        st.sampled_from([None, "p", "q"]),
        st.sampled_from([None, "2", "Round 10"]),
        st.sampled_from([None, "2019", "2020"]),
        st.none() | st.integers(0, 4),
        st.none() | st.integers(0, 9),
        st.none() | st.just(6.5),
        st.sampled_from(STATUSES),
    ),
    max_size=30,
)
tolerances = st.builds(Tolerance, st.integers(0, 4), st.just(False)) | st.builds(Tolerance, st.integers(0, 60), st.just(True))


@pytest.fixture(scope="module", autouse=True)
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A copy without a record, for the examples."""
    path = tmp_path_factory.mktemp("empty") / "copy.sqlite"
    make_copy(path, [], {})
    with closing(connect(path)) as copy:
        EMPTY.append(copy)
        yield
        EMPTY.clear()


EMPTY: list[Connection] = []


@contextmanager
def holding(flows: list[Bare]) -> Iterator[Connection]:
    """A copy that holds these exchanges for a while."""
    (copy,) = EMPTY
    copy.execute("BEGIN")
    copy.executemany(
        "INSERT INTO flow (sender, host, project, round, start, planned, actual, months, status, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*flow, f"x{number}") for number, flow in enumerate(flows)),
    )
    copy.execute(moved.FILL)
    try:
        yield copy
    finally:
        copy.execute("ROLLBACK")


@given(flows_made, tolerances)
def test_a_glance_says_what_the_balances_say(flows: list[Bare], tolerated: Tolerance) -> None:
    full = balances(*summed(flows, SENDER, HOST))
    past = sorted({(each[0], each[1]) for each in flows if each[6] is not None and each[0] and each[1]})
    with holding(flows) as copy:
        seen = glance(both_ways(copy), tolerated)
        assert seen == [each.stands(tolerated) for each in worst_first(full)]
        assert list(acquainted(copy)) == past
        assert list(level(seen, past)) == levelling(full, tolerated, past)


@given(flows_made, st.integers(1, 4))
def test_the_furthest_from_level_are_the_first_of_those_of_whom_all_is_known(made: list[Bare], most: int) -> None:
    everybody = [each.stands(NONE) for each in worst_first(balances(*summed(made, SENDER, HOST))) if each.partner is not None]
    known = [each.partner for each in everybody if each.state in (OUT, WITHIN)]
    with holding(made) as copy:
        assert furthest(copy, "", most) == (len(known), len(everybody) - len(known), known[:most])


@given(flows_made, flows_made)
def test_what_is_only_thought_of_is_added(flows: list[Bare], thought: list[Bare]) -> None:
    extra = [Flow(sender, host, actual=actual or 0, status="what-if") for sender, host, *_rest, actual, _months, _status in thought]
    full = balances(*summed([*flows, *map(bare, extra)], SENDER, HOST))
    with holding(flows) as copy:
        assert glance(both_ways(copy, "", extra), NONE) == [each.stands(NONE) for each in worst_first(full)]


@given(flows_made, flows_made, tolerances, st.sampled_from(sorted(BY)))
def test_groups_are_those_of_all_exchanges_and_hold_all_of_them(
    made: list[Bare], thought: list[Bare], tolerated: Tolerance, by: str
) -> None:
    extra = [Flow(*each[:6], each[6] or 0, status="what-if") for each in thought]
    everything = [*made, *map(bare, extra)]
    with holding(made) as copy:
        if by == "pair":
            found = in_order(pairs(between(copy, "", extra), tolerated), by)
        else:
            found = in_order(shared(in_groups(copy, BY[by].fields[0], "", extra), tolerated), by)
    assert found == in_order(plain(everything, by, tolerated), by)
    assert sum(group.exchanges for group in found) == len(everything)
    assert [group.worst for group in found] == sorted((group.worst for group in found), reverse=True)


def plain(everything: list[Bare], by: str, tolerated: Tolerance) -> Iterator[Group]:
    """The groups, each added up by itself from whole balances."""
    of: Mapping[str, Callable[[Bare], str | None]] = {"project": itemgetter(2), "round": itemgetter(3), "year": itemgetter(4)}
    grouped: dict[tuple[str | None, ...], list[Bare]] = {}
    for each in everything:
        key = tuple(sorted(each[:2], key=lambda one: one or "")) if by == "pair" else (of[by](each),)
        grouped.setdefault(key, []).append(each)
    for key, of_group in grouped.items():
        if by == "pair":
            there, back = (whole([each for each in of_group if each[:2] == way]) for way in (key, key[::-1]))
            full = [Balance(key[0] if all(key) else None, there, back)]
        else:
            full = balances(*summed(of_group, SENDER, HOST))
        stands = worst_first(each.stands(tolerated) for each in full)
        if by == "pair":
            stands = [each._replace(exchanges=len(of_group)) for each in stands]
        out = tuple(each for each in stands if each.state == OUT)
        yield Group(key, len(of_group), out, sum(each.state == UNKNOWN for each in stands))


@pytest.fixture
def every_sort(make: Make) -> Connection:
    """Exchanges of every status, with and without each number, and with numbers that are none."""
    made = []
    for status in STATUSES:
        for planned in (None, 0, 3):
            for actual in (None, 0, 2):
                for months in (None, 1.5):
                    stated = {"sender": "a", "host": "b", "planned": planned, "actual": actual, "months": months, "status": status}
                    stated["kind"] = "expert"
                    made.append({field: value for field, value in stated.items() if value is not None})
    made += [
        {"host": "b", "actual": 10**12},
        {"sender": "c", "host": "", "planned": -4, "start": "2019-03"},
        {"actual": 1, "start": "2019"},
        {"sender": "b", "host": "b", "actual": 1, "start": "2019", "kind": "expert"},
        {"sender": "b", "host": "c", "actual": 2, "start": "2019-01", "kind": "expert"},
    ]
    return make(*(("exchanges", {"id": f"x{number}", **document}) for number, document in enumerate(made)))


QUERIES = ["", "type:expert", "year:2019", "year:1900"]


@pytest.mark.parametrize("query", QUERIES)
def test_the_database_adds_up_what_is_added_up_flow_by_flow(every_sort: Connection, query: str) -> None:
    everything = whole(map(bare, flows(every_sort, query)))
    assert Sum._make(next(totals(every_sort, query))) == everything
    assert Sum(*whole_sum(every_sort, query)) == everything
    for field, place in (("sender", 0), ("start", 4), ("status", 8)):
        (sums,) = summed(map(bare, flows(every_sort, query)), itemgetter(place))
        assert {value: Sum(*numbers) for value, *numbers in totals(every_sort, query, [field])} == sums
        for among in ({None}, {"a", "2019", "planned"}, set[str | None]()):
            some = {value: total for value, total in sums.items() if value in among}
            assert {value: Sum(*numbers) for value, *numbers in totals(every_sort, query, [field], among)} == some
    (years,) = summed(map(bare, flows(every_sort, query)), itemgetter(4))
    assert {year: Sum(*numbers) for year, *numbers in by_year(every_sort, query)} == {
        year: without_months(total) for year, total in years.items()
    }


def without_months(total: Sum) -> Sum:
    return total._replace(with_months=0, months=0, with_planned_months=0, planned_months=0)


@pytest.mark.parametrize("query", QUERIES)
def test_whoever_stands_in_exchanges_that_a_query_finds_stands_as_in_their_balances(every_sort: Connection, query: str) -> None:
    full = balances(*summed(map(bare, flows(every_sort, query)), SENDER, HOST))
    assert glance(both_ways(every_sort, query), NONE) == [each.stands(NONE) for each in worst_first(full)]
    past = {PAIR(each) for each in map(bare, flows(every_sort, query)) if each[6] is not None and all(PAIR(each))}
    assert list(acquainted(every_sort, query)) == sorted(past)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_the_first_pairs_and_cells_are_those_of_all_pairs(every_sort: Connection, query: str, most: int) -> None:
    (pairs,) = summed(map(bare, flows(every_sort, query)), PAIR)
    ordered = sorted(
        pairs,
        key=lambda pair: (-pairs[pair].persons, -pairs[pair].exchanges, pair[0] is None, pair[0] or "", pair[1] is None, pair[1] or ""),
    )
    number, first = first_pairs(every_sort, query, most)
    assert number == len(pairs)
    assert [((sender, host), Sum(*numbers)) for sender, host, *numbers in first] == [(pair, pairs[pair]) for pair in ordered[:most]]
    full = matrix(pairs, most)
    names = busiest(every_sort, query, most)
    assert names == list(full.names[:most])
    found = {(sender, host): Sum(*numbers) for sender, host, *numbers in cells(every_sort, query, full.names, OTHERS)}
    assert found == dict(full.cells)


@pytest.mark.parametrize("query", QUERIES)
def test_some_are_added_up_as_among_all_and_none_stands_for_who_is_not_stated(every_sort: Connection, query: str) -> None:
    everybody = summed(map(bare, flows(every_sort, query)), SENDER, HOST)
    for partners in ({"c"}, {"a"}, {None}, {"c", None}, set[str | None]()):
        some = tuple({partner: total for partner, total in side.items() if partner in partners} for side in everybody)
        assert tuple(map(sums_by, sent_and_hosted(every_sort, partners, query))) == some


def test_rounds_are_those_of_exchanges_that_state_who_went(make: Make) -> None:
    exchanges = [("a", "b", "1", 2), ("b", "a", "2", 0), ("a", "b", "3", None), ("a", "a", None, 1)]
    documents: list[dict[str, Any]] = []
    for number, (sender, host, round_, actual) in enumerate(exchanges):
        stated = {"id": f"x{number}", "sender": sender, "host": host, "round": round_, "actual": actual}
        documents.append({field: value for field, value in stated.items() if value is not None})
    copy = make(*(("exchanges", document) for document in documents))
    assert rounds_of(copy, ["a", "b", "c"]) == {"a": {"1", "2", None}, "b": {"1", "2"}, "c": set()}
