"""What of a page from outside is kept, and that everything kept can be stored."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.limits import MOST_BYTES, MOST_DEPTH
from ssc_tui.sync.accept import AHEAD, MOST_ID, sort_out, why_not

NOW = 1_800_000_000_000
GOOD = {"id": "norec", "last_modified": NOW - 5, "name": "Norec"}


def nested(depth: int) -> Any:
    return json.loads("[" * depth + "]" * depth)


@pytest.mark.parametrize(
    "row",
    [
        GOOD,
        {"id": "a", "last_modified": 1},
        GOOD | {"last_modified": NOW + AHEAD},
        GOOD | {"id": "a" * MOST_ID},
        GOOD | {"id": "0_-x"},
        GOOD | {"deep": nested(MOST_DEPTH - 1)},
        GOOD | {"n": 2**53, "m": -(2**53), "f": 1e300, "zero": -0.0, "b": True},
        GOOD | {"unknown": {"": None}},
        {"id": "norec", "last_modified": 5, "deleted": True},
    ],
)
def test_what_is_kept(row: dict[str, Any]) -> None:
    kept, rejected = sort_out([row], NOW)
    assert rejected == []
    (only,) = kept
    assert (only.id, only.last_modified) == (row["id"], row["last_modified"])
    assert only.document == (None if "deleted" in row else {name: value for name, value in row.items() if name != "last_modified"})


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (None, "no record"),
        ([], "no record"),
        ("norec", "no record"),
        ({}, "id"),
        (GOOD | {"id": 5}, "id"),
        (GOOD | {"id": ""}, "id"),
        (GOOD | {"id": "a/b"}, "id"),
        (GOOD | {"id": ".."}, "id"),
        (GOOD | {"id": "Norec"}, "id"),
        (GOOD | {"id": "norec\n"}, "id"),
        (GOOD | {"id": "a" * (MOST_ID + 1)}, "id"),
        (GOOD | {"id": "x" * 10_000}, "id"),
        ({"id": "norec"}, "time stamp"),
        (GOOD | {"last_modified": "5"}, "time stamp"),
        (GOOD | {"last_modified": 5.0}, "time stamp"),
        (GOOD | {"last_modified": True}, "time stamp"),
        (GOOD | {"last_modified": -5}, "time stamp"),
        (GOOD | {"last_modified": 0}, "time stamp"),
        (GOOD | {"last_modified": 2**63}, "time stamp"),
        (GOOD | {"last_modified": NOW + AHEAD + 1}, "future"),
        (GOOD | {"deleted": True}, "deleted"),
        (GOOD | {"deleted": False}, "deleted"),
        ({"id": "norec", "last_modified": 5, "deleted": 1}, "deleted"),
        ({"id": "norec", "last_modified": 5, "deleted": None}, "deleted"),
        (GOOD | {"deep": nested(MOST_DEPTH)}, "nested"),
        (GOOD | {"deep": nested(900)}, "nested"),
        (GOOD | {"name": "x" * MOST_BYTES}, "256 kB"),
        (GOOD | {"name": "é" * (MOST_BYTES // 2)}, "256 kB"),
        (GOOD | {"n": math.inf}, "number"),
        (GOOD | {"n": math.nan}, "number"),
        (GOOD | {"n": [{"x": 2**53 + 1}]}, "number"),
    ],
)
def test_what_is_not(row: Any, word: str) -> None:
    assert word in why_not(row, NOW)
    kept, (rejected,) = sort_out([row], NOW)
    assert kept == []
    assert word in rejected.reason
    assert len(rejected.id) <= MOST_ID
    assert len(rejected.document) <= 4096


def test_a_bad_row_takes_no_other_with_it() -> None:
    kept, rejected = sort_out([GOOD, None, GOOD | {"id": "b"}, {"id": 5}], NOW)
    assert [each.id for each in kept] == ["norec", "b"]
    assert len(rejected) == 2


def test_text_is_cleaned_in_values_and_in_names() -> None:
    kept, _ = sort_out([GOOD | {"name": "a\x1b[31mb\u202e\x00", "x\x1by": ["\ud800"]}], NOW)
    text = json.dumps(kept[0].document, ensure_ascii=False)
    assert not set(text) & {"\x1b", "\u202e", "\x00", "\ud800"}
    text.encode()


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=()), max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(exclude_categories=())), inner, max_size=4)),
    max_leaves=12,
)
ROWS = st.one_of(
    VALUES,
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.one_of(VALUES, st.just("norec")),
            "last_modified": st.one_of(VALUES, st.integers(1, NOW)),
            "deleted": VALUES,
            "name": VALUES,
            "x": VALUES,
        },
    ),
)


@given(st.lists(ROWS, max_size=5))
def test_every_row_is_kept_or_told_and_can_be_written_as_utf_8(rows: list[Any]) -> None:
    kept, rejected = sort_out(rows, NOW)
    assert len(kept) + len(rejected) == len(rows)
    for each in kept:
        assert 0 < each.last_modified <= NOW + AHEAD
        json.dumps(each.document, ensure_ascii=False, allow_nan=False).encode()
    for unkept in rejected:
        assert unkept.reason
        (unkept.id + unkept.document).encode()
        assert unkept.last_modified is None or abs(unkept.last_modified) < 2**63


@pytest.mark.parametrize("filler", ["a", "\x00", "é", "\U0001f600"], ids=["plain", "escaped", "two bytes", "four bytes"])
def test_the_size_that_counts_is_that_in_json(filler: str) -> None:
    row = GOOD | {"long": filler}
    each = len(json.dumps(filler, ensure_ascii=False).encode()) - 2
    rest = len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) - each
    most = (MOST_BYTES - rest) // each
    assert why_not(row | {"long": filler * most}, NOW) == ""
    assert "larger" in why_not(row | {"long": filler * (most + 1)}, NOW)
