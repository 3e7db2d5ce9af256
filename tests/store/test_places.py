from __future__ import annotations

import sqlite3
from collections.abc import Callable
from string import ascii_lowercase
from typing import Any

import pytest
from tests.by_hand import remove_documents, store_documents

from ssc_tui.store import places

Make = Callable[..., sqlite3.Connection]


def partner(name: str) -> tuple[str, dict[str, Any]]:
    return "partners", {"id": name, "name": name}


def in_order(copy: sqlite3.Connection) -> list[str]:
    """Ids by place; the order of names and the index are checked on the way."""
    found = copy.execute("SELECT id FROM entry ORDER BY place").fetchall()
    assert found == copy.execute("SELECT id FROM entry ORDER BY sort, kind, id").fetchall()
    copy.execute("INSERT INTO entry_search (entry_search, rank) VALUES ('integrity-check', 1)")
    assert (
        found
        == copy.execute(
            "SELECT id FROM entry_search JOIN entry ON place = entry_search.rowid WHERE entry_search MATCH 'tags : kind_partners'"
        ).fetchall()
    )
    return [row[0] for row in found]


def place_of(copy: sqlite3.Connection, record_id: str) -> int:
    return int(copy.execute("SELECT place FROM entry WHERE id = ?", (record_id,)).fetchone()[0])


def test_new_places_lie_a_gap_apart(make: Make) -> None:
    copy = make(partner("b"), partner("c"), partner("d"))
    start = places.FIRST + places.GAP
    assert [place_of(copy, name) for name in "bcd"] == [start, start + places.GAP, start + 2 * places.GAP]


def test_the_first_of_all_stands_at_the_start(make: Make) -> None:
    copy = make()
    store_documents(copy, [partner("b"), partner("c")])
    assert [place_of(copy, name) - places.FIRST for name in "bc"] == [places.GAP, 2 * places.GAP]


@pytest.mark.parametrize(("name", "gaps"), [("a", -1.0), ("bb", 0.5), ("z", 2.0)], ids=["before all", "between", "after all"])
def test_one_goes_into_the_middle_of_a_gap_or_a_gap_beyond(make: Make, name: str, gaps: float) -> None:
    copy = make(partner("b"), partner("c"))
    store_documents(copy, [partner(name)])
    assert (place_of(copy, name) - place_of(copy, "b")) / places.GAP == gaps
    assert in_order(copy) == sorted(["b", "c", name])


def test_several_share_a_gap_evenly(make: Make) -> None:
    copy = make(partner("b"), partner("c"))
    store_documents(copy, [partner(name) for name in ("bd", "a2", "bb", "z", "bc", "a1")])
    assert in_order(copy) == ["a1", "a2", "b", "bb", "bc", "bd", "c", "z"]
    base = place_of(copy, "b")
    assert [(place_of(copy, name) - base) / places.GAP for name in ("a1", "a2", "bb", "bc", "bd", "z")] == [-2, -1, 0.25, 0.5, 0.75, 2]


def test_names_that_are_equal_stand_by_kind_and_id(make: Make) -> None:
    copy = make(("partners", {"id": "m", "name": "Same"}))
    store_documents(
        copy,
        [
            (kind, {"id": record_id, "name": "Same", "title": "Same"})
            for kind, record_id in [("partners", "z"), ("funds", "z"), ("partners", "a"), ("projects", "a")]
        ],
    )
    found = copy.execute("SELECT kind, id FROM entry ORDER BY place").fetchall()
    assert found == [("funds", "z"), ("partners", "a"), ("partners", "m"), ("partners", "z"), ("projects", "a")]


def test_a_gap_that_is_used_up_is_spread(make: Make) -> None:
    copy = make(partner("a"), partner("b"))
    spread = {place_of(copy, "a"), place_of(copy, "b")}
    names = ["a" + "m" * number + "z" for number in range(1, 81)]
    for name in names:
        store_documents(copy, [partner(name)])
    assert in_order(copy) == sorted(["a", "b", *names])
    assert {place_of(copy, "a"), place_of(copy, "b")} != spread


@pytest.mark.parametrize("gap", [4, 64])
@pytest.mark.parametrize("backwards", [False, True])
def test_small_gaps_are_spread_again_and_again(make: Make, monkeypatch: pytest.MonkeyPatch, gap: int, backwards: bool) -> None:
    monkeypatch.setattr(places, "GAP", gap)
    pairs = sorted(one + other for one in ascii_lowercase[:8] for other in ascii_lowercase[:8])
    copy = make(partner("a0"), partner("zz"))
    for name in reversed(pairs) if backwards else pairs:
        store_documents(copy, [partner(name)])
    assert in_order(copy) == ["a0", *pairs, "zz"]


def test_only_a_window_is_spread_where_the_list_is_long(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"n{number:04}" for number in range(0, 4000, 10)]
    monkeypatch.setattr(places, "GAP", 64)
    copy = make(*map(partner, names))
    before = {name: place_of(copy, name) for name in names}
    more = [f"n2000{letter}" for letter in ascii_lowercase]
    for name in more:
        store_documents(copy, [partner(name)])
    assert in_order(copy) == sorted(names + more)
    moved = [name for name in names if place_of(copy, name) != before[name]]
    assert 0 < len(moved) < 300
    assert (place_of(copy, names[0]), place_of(copy, names[-1])) == (before[names[0]], before[names[-1]])


def test_a_window_that_is_full_is_made_wider(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"n{number:04}" for number in range(400)]
    monkeypatch.setattr(places, "GAP", 4)
    copy = make(*map(partner, names))
    before = {name: place_of(copy, name) for name in names}
    more = [f"n0200{one}{other}" for one in ascii_lowercase[:6] for other in ascii_lowercase]
    for name in more:
        store_documents(copy, [partner(name)])
    assert in_order(copy) == sorted(names + more)
    assert len([name for name in names if place_of(copy, name) != before[name]]) > 2 * 64


@pytest.mark.parametrize("at", ["a", "zz"], ids=["at the beginning", "at the end"])
def test_a_window_at_an_end_of_a_long_list_keeps_the_other_end(make: Make, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    names = [f"n{number:04}" for number in range(300)]
    monkeypatch.setattr(places, "GAP", 64)
    copy = make(partner("a"), partner("b"), *map(partner, names), partner("zz"), partner("zzz"))
    more = [f"{at}{letter}" for letter in ascii_lowercase[:20]]
    far = names[-1] if at == "a" else names[0]
    before = place_of(copy, far)
    for name in more:
        store_documents(copy, [partner(name)])
    assert in_order(copy) == sorted(["a", "b", *names, "zz", "zzz", *more])
    assert place_of(copy, far) == before


def test_many_at_once_between_two_neighbours(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "GAP", 1 << 12)
    copy = make(partner("a"), partner("b"), partner("c"))
    store_documents(copy, [partner("ab"), partner("ac")])
    more = [f"ab{number:04}" for number in range(1500)]
    store_documents(copy, map(partner, more))
    assert in_order(copy) == sorted(["a", "b", "c", "ab", "ac", *more])


def test_many_at_once_into_a_gap_that_is_used_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "GAP", 64)
    copy = make(partner("a"), partner("b"))
    first, second = [f"a{letter}" for letter in ascii_lowercase], [f"aa{letter}" for letter in ascii_lowercase]
    store_documents(copy, map(partner, first))
    store_documents(copy, map(partner, second))
    assert in_order(copy) == sorted(["a", "b", *first, *second])


def test_a_place_that_is_left_is_free_again(make: Make) -> None:
    copy = make(partner("a"), partner("b"), partner("c"))
    middle = place_of(copy, "b")
    remove_documents(copy, [("partners", "b")])
    store_documents(copy, [partner("bb")])
    assert place_of(copy, "bb") == middle
    assert in_order(copy) == ["a", "bb", "c"]


def test_a_renamed_record_moves(make: Make) -> None:
    copy = make(partner("a"), partner("b"), partner("c"))
    store_documents(copy, [("partners", {"id": "a", "name": "zebra"}), ("partners", {"id": "c", "name": "aardvark"})])
    assert in_order(copy) == ["c", "b", "a"]


def test_a_window_that_is_spread_holds_those_that_came_along(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "GAP", 64)
    copy = make(partner("a"), partner("b"), partner("c"), partner("d"))
    close = [f"b{letter}" for letter in ascii_lowercase]
    store_documents(copy, map(partner, close))
    before = place_of(copy, "b")
    # One fits between a and b; the next ones need room, for which the first is moved too.
    more = ["am", *(f"bc{letter}" for letter in ascii_lowercase), "cm"]
    store_documents(copy, map(partner, more))
    assert place_of(copy, "b") != before
    assert in_order(copy) == sorted(["a", "b", "c", "d", *close, *more])


def test_a_page_goes_into_the_index_by_one_statement_in_and_one_out(make: Make) -> None:
    copy = make(*(partner(f"n{number:03}") for number in range(0, 200, 2)))
    done: list[str] = []
    copy.set_trace_callback(done.append)
    store_documents(copy, [partner(f"n{number:03}") for number in range(200)])
    copy.set_trace_callback(None)
    # Whatever the triggers do is reported under the statement that set them off.
    written = {each for each in done if each.startswith(("INSERT INTO entry ", "DELETE FROM entry "))}
    assert sorted(each[:6] for each in written) == ["DELETE", "INSERT"]
    assert len(in_order(copy)) == 200
