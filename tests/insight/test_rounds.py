"""A round of exchanges: which pairs are proposed, and what the balance says of figures that are typed and not saved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.insight.rounds import balances_with, is_stated, next_round, on_record, round_beside, round_of, same_round
from ssc_tui.insight.sums import HOST, NOTHING, SENDER, summed
from ssc_tui.store.flows import Flow, bare

PEOPLE = st.none() | st.integers(0, 9)
EXCHANGES = st.lists(
    st.fixed_dictionaries(
        {"sender": st.sampled_from("abc"), "host": st.sampled_from("abc")},
        optional={"planned": PEOPLE, "actual": PEOPLE, "months": st.integers(1, 12), "status": st.sampled_from(["planned", "cancelled"])},
    ),
    max_size=8,
)


def project(record_id: str, *partners: str) -> tuple[str, dict[str, Any]]:
    return "projects", {"id": record_id, "title": record_id, "partners": [{"partner": each} for each in partners]}


def exchange(record_id: str, of: str, round_: Any, sender: str, host: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "exchanges", {"id": record_id, "project": of, "round": round_, "sender": sender, "host": host, **more}


def flow(document: dict[str, Any]) -> Any:
    planned, actual, months, status = (document.get(name) for name in ("planned", "actual", "months", "status"))
    return bare(Flow(document["sender"], document["host"], planned=planned, actual=actual, months=months, status=status))


@given(EXCHANGES, EXCHANGES, EXCHANGES)
def test_what_is_typed_counts_in_place_of_what_is_on_record(
    others: list[dict[str, Any]], before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    sent, hosted = summed(map(flow, [*others, *before]), SENDER, HOST)
    sums = {partner: (sent.get(partner, NOTHING), hosted.get(partner, NOTHING)) for partner in "abc"}
    sent, hosted = summed(map(flow, [*others, *after]), SENDER, HOST)
    for balance in balances_with(sums, before, after):
        assert (balance.sent, balance.hosted) == (sent.get(balance.partner, NOTHING), hosted.get(balance.partner, NOTHING))


@pytest.mark.parametrize(
    ("partners", "pairs"),
    [
        ("ab", ["ab"]),
        ("abc", ["ab", "ac", "bc"]),
        ("abcde", ["ab", "bc", "cd", "de", "ea"]),
        ("", [""]),
    ],
)
def test_the_pairs_of_a_project_are_proposed(make: Make, partners: str, pairs: list[str]) -> None:
    found = round_of(make(project("p", *partners)), "p")
    assert [there.sender + there.host for there, _back in found.pairs] == pairs
    assert [back.sender + back.host for _there, back in found.pairs] == [pair[::-1] for pair in pairs]
    assert found.round == 1


def test_of_many_partners_those_are_proposed_that_exchanged_and_who_did_without_being_named(make: Make) -> None:
    copy = make(project("p", *"abcde"), exchange("e1", "p", 1, "e", "b", kind="expert"), exchange("e2", "p", 1, "x", "a"))
    found = round_of(copy, "p")
    assert [there.sender + there.host for there, _back in found.pairs] == ["be", "xa"]
    assert found.usual == {("e", "b"): "expert"}


def test_what_is_on_record_comes_first_and_several_of_one_direction_apart(make: Make) -> None:
    copy = make(
        project("p", *"abc"),
        exchange("e1", "p", 2, "c", "b", planned=1),
        exchange("e2", "p", "2", "c", "b", planned=2),
        exchange("e3", "p", 2, "b", "c", planned=3),
        exchange("e4", "p", 1, "b", "c", planned=4),
        exchange("e5", "q", 2, "b", "c", planned=5),
    )
    found = round_beside(copy, "exchanges", "e2")
    held = [tuple(way.held.get("id", "") for way in pair) for pair in found.pairs]
    assert held == [("e3", "e1"), ("", "e2"), ("", ""), ("", "")]
    assert {(way.sender, way.host) for way in found.pairs[1]} == {("b", "c"), ("c", "b")}
    assert round_of(copy, "p").round == 3


def test_a_project_that_is_not_here_and_partners_without_one(make: Make) -> None:
    copy = make(("partners", {"id": "a", "name": "A"}))
    assert round_of(copy, "gone").pairs[0][0].sender == ""
    assert [way.sender for way in round_beside(copy, "partners", "a").pairs[0]] == ["a", ""]
    assert round_beside(copy, "areas", "x").round is None


def test_the_record_of_partners_is_that_of_all_their_exchanges(make: Make) -> None:
    copy = make(
        ("partners", {"id": "a", "name": "A"}), exchange("e1", "p", 1, "a", "b", actual=3), exchange("e2", "q", 1, "b", "a", actual=1)
    )
    sums = on_record(copy, ["b", "a"])
    assert list(sums) == ["b", "a"]
    assert [total.persons for total in sums["a"]] == [3, 1]


def test_rounds_are_told_apart_by_what_they_are_called() -> None:
    assert same_round(2, "2")
    assert not same_round(None, None)
    assert next_round([1, "Round 3", None, True, 2.5, "pilot"]) == 4
    assert next_round([]) == 1


def test_a_kind_alone_states_no_exchange() -> None:
    assert not is_stated({"kind": "expert"}, {})
    assert is_stated({"months": 3}, {})
    assert is_stated({}, {"id": "e1"})
