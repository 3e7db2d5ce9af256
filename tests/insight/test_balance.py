"""Balances of what is sent and hosted: they sum to zero, what is not stated is not nought, and the levelling levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.errors import UsageError
from ssc_tui.insight.balance import (
    AHEAD,
    OUT,
    UNKNOWN,
    WITHIN,
    Balance,
    Tolerance,
    balances,
    levelling,
    next_round,
    round_number,
    tolerance,
    worst_first,
)
from ssc_tui.insight.balance_words import difference, to_level, verdict, went
from ssc_tui.insight.matrix import OTHERS, matrix, regrouped
from ssc_tui.insight.sums import HOST, PAIR, SENDER, Sum, summed, together
from ssc_tui.store.flows import Flow

TEN = Tolerance(10, True)
PERSONS = st.none() | st.integers(0, 40)
PARTNERS = st.none() | st.sampled_from("abcdef")
FLOWS = st.lists(
    st.builds(
        Flow,
        PARTNERS,
        PARTNERS,
        st.sampled_from([None, "p", "q"]),
        st.sampled_from([None, "1", "Round 2"]),
        st.sampled_from([None, "2019", "2020-05"]),
        PERSONS,
        PERSONS,
        st.none() | st.sampled_from([0.5, 6.0]),
        st.sampled_from([None, "planned", "ongoing", "completed", "cancelled"]),
        st.just(""),
        st.none(),
        st.none(),
    ),
    max_size=12,
)
TOLERANCES = st.builds(Tolerance, st.integers(0, 30), st.booleans())


def balanced(flows: list[Flow]) -> list[Balance]:
    sent, hosted = summed(flows, SENDER, HOST)
    return balances(sent, hosted)


def one(partner: str, flows: list[Flow]) -> Balance:
    return next(each for each in balanced(flows) if each.partner == partner)


@given(FLOWS)
def test_all_balances_sum_to_zero(flows: list[Flow]) -> None:
    found = balanced(flows)
    assert sum(each.difference for each in found) == 0
    assert sum(each.with_plans for each in found) == 0
    assert sum(each.sent.persons for each in found) == sum(flow.actual or 0 for flow in flows)


@given(FLOWS, TOLERANCES)
def test_the_levelling_applied_leaves_nobody_out_of_balance(flows: list[Flow], tolerated: Tolerance) -> None:
    found = balanced(flows)
    moves = levelling(found, tolerated, {PAIR(flow) for flow in flows})
    assert all(move.persons > 0 and move.sender != move.host for move in moves)
    after = balanced([*flows, *(Flow(move.sender, move.host, actual=move.persons) for move in moves)])
    assert [each for each in after if each.state(tolerated) == OUT] == []
    assert bool(moves) == any(each.state(tolerated) == OUT for each in found)


@given(FLOWS, TOLERANCES)
def test_nobody_moves_past_level_or_without_need(flows: list[Flow], tolerated: Tolerance) -> None:
    before = {each.partner: each for each in balanced(flows)}
    moves = levelling(before.values(), tolerated)
    added = {partner: sum(m.persons * ((m.sender == partner) - (m.host == partner)) for m in moves) for partner in before}
    for partner, each in before.items():
        after = each.difference + added[partner]
        assert abs(after) <= abs(each.difference)
        assert each.difference * after >= 0
        if each.state(tolerated) == OUT:
            assert after == 0


@given(FLOWS)
def test_one_pass_says_what_plain_sums_say(flows: list[Flow]) -> None:
    (found,) = summed(flows, SENDER)
    for partner in {flow.sender for flow in flows}:
        own = [flow for flow in flows if flow.sender == partner]
        went_there = [flow for flow in own if flow.actual is not None]
        ahead = [
            flow for flow in own if flow.actual is None and (flow.status == "planned" or (not flow.status and flow.planned is not None))
        ]
        assert found[partner] == Sum(
            exchanges=len(own),
            stated=len(went_there),
            persons=sum(flow.actual or 0 for flow in went_there),
            unstated=sum(flow.actual is None and flow.status != "cancelled" and flow not in ahead for flow in own),
            with_plan=sum(flow.planned is not None for flow in own),
            planned=sum(flow.planned or 0 for flow in own),
            ahead=sum(flow.planned or 0 for flow in ahead),
            ahead_unstated=sum(flow.planned is None for flow in ahead),
            with_months=sum(flow.months is not None for flow in went_there),
            months=sum((flow.actual or 0) * (flow.months or 0) for flow in went_there),
            with_planned_months=sum(flow.planned is not None and flow.months is not None for flow in own),
            planned_months=sum((flow.planned or 0) * (flow.months or 0) for flow in own),
        )


@given(FLOWS, st.integers(1, 8))
def test_totals_of_the_matrix_are_the_totals_of_the_list(flows: list[Flow], most: int) -> None:
    (pairs,) = summed(flows, PAIR)
    found = matrix(pairs, most)
    whole = together(summed(flows, lambda flow: 0)[0].values())
    assert found.total == whole
    assert together(found.sent(each) for each in found.names) == whole
    assert together(found.hosted(each) for each in found.names) == whole
    assert len(found.names) <= most + 1
    for name in found.names:
        if name != OTHERS:
            assert found.sent(name) == together(summed([flow for flow in flows if flow.sender == name], SENDER)[0].values())


@given(FLOWS)
def test_a_matrix_by_country_has_the_same_total(flows: list[Flow]) -> None:
    (pairs,) = summed(flows, PAIR)
    by_country = regrouped(pairs, lambda side: "KE" if side and side < "c" else None)
    assert together(by_country.values()) == together(pairs.values())
    assert {side for pair in by_country for side in pair} <= {"KE", None}


def test_what_nobody_states_is_unknown_and_not_nought() -> None:
    flows = [Flow("a", "b", actual=7), Flow("b", "a", status="completed")]
    assert one("a", flows).state(TEN) == UNKNOWN
    assert verdict(one("a", flows), TEN) == "not stated"
    assert went(one("a", flows).hosted) == "not stated"
    assert levelling(balanced(flows), TEN) == []


def test_a_cancelled_exchange_moved_nobody_and_leaves_nothing_open() -> None:
    flows = [Flow("a", "b", actual=5), Flow("b", "a", planned=5, status="cancelled")]
    found = one("a", flows)
    assert (found.state(TEN), found.difference, found.hosted.planned) == (OUT, 5, 5)


def test_what_is_still_to_come_is_said_and_not_counted() -> None:
    planned = [Flow("a", "b", planned=3, status="planned")]
    assert one("a", planned).state(TEN) == AHEAD
    assert verdict(one("a", planned), TEN) == "nobody went yet; as planned it sends 3 more than it hosts"
    under_way = [Flow("a", "b", actual=3), Flow("b", "a", planned=3, status="planned")]
    found = one("a", under_way)
    assert (found.state(TEN), found.difference, found.with_plans) == (OUT, 3, 0)


def test_somebody_who_is_not_stated_takes_part_in_the_sum_alone() -> None:
    flows = [Flow("a", None, actual=4)]
    assert sorted((each.partner or "", each.difference, each.state(TEN)) for each in balanced(flows)) == [("", -4, UNKNOWN), ("a", 4, OUT)]
    assert [tuple(move) for move in levelling(balanced(flows), TEN)] == [(None, "a", 4)]


def test_those_who_know_each_other_level_each_other() -> None:
    flows = [Flow("a", "b", actual=6), Flow("c", "d", actual=6)]
    moves = levelling(balanced(flows), TEN, {PAIR(flow) for flow in flows})
    assert {tuple(move) for move in moves} == {("b", "a", 6), ("d", "c", 6)}


def test_the_worst_comes_first() -> None:
    flows = [Flow("a", "b", actual=2), Flow("c", "d", actual=9), Flow("d", "e", actual=4)]
    assert [each.partner for each in worst_first(balanced(flows))] == ["c", "d", "e", "a", "b"]


@pytest.mark.parametrize(
    ("text", "sent", "hosted", "state"),
    [
        ("10%", 7, 6, WITHIN),
        ("10%", 5, 2, OUT),
        ("10%", 100, 90, WITHIN),
        ("10%", 100, 89, OUT),
        ("10%", 1, 0, WITHIN),
        ("0", 1, 0, OUT),
        ("0%", 1, 0, OUT),
        ("3", 5, 2, WITHIN),
        (" 2 ", 5, 2, OUT),
    ],
)
def test_the_tolerance(text: str, sent: int, hosted: int, state: str) -> None:
    found = Balance("a", Sum(exchanges=1, stated=1, persons=sent), Sum(exchanges=1, stated=1, persons=hosted))
    assert found.state(tolerance(text)) == state


@pytest.mark.parametrize("text", ["", "some", "-1", "1.5", "10 %%", "%"])
def test_what_is_no_tolerance_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="number of persons"):
        tolerance(text)


@pytest.mark.parametrize(
    ("number", "words"), [(3, "sends 3 more than it hosts"), (-1, "hosts 1 more than it sends"), (0, "sends as many as it hosts")]
)
def test_differences_in_words(number: int, words: str) -> None:
    assert difference(number) == words


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("Round 7", 7), ("R2", 2), ("pilot", None), (None, None), ("2019-2020", None)])
def test_the_number_of_a_round(text: str | None, number: int | None) -> None:
    assert round_number(text) == number


def test_what_would_level_it_in_words() -> None:
    assert next_round(["1", "Round 2", None]) == 3
    assert to_level(2, 3) == "host 2 more by round 3"
    assert to_level(-2, None) == "send 2 more"
