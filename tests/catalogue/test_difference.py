"""How two versions of a document differ, field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.difference import UNCOUNTED, FieldChange, differences, same

Document = dict[str, Any]

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.booleans(), st.integers(-2, 2), st.sampled_from([0.0, -0.0, 1.0, 1.5, "", "a", "1"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["name", "city", "areas", "brings", "x"]), VALUES)


def applied(document: Document, changes: list[FieldChange]) -> Document:
    changed = document | {change.field: change.new for change in changes}
    return {name: value for name, value in changed.items() if value is not None}


def as_text(document: Document) -> str:
    return json.dumps(document, sort_keys=True)


@given(DOCUMENTS, DOCUMENTS)
def test_differences_lead_from_one_to_the_other_and_back(old: Document, new: Document) -> None:
    changes = differences(old, new)
    assert as_text(applied(old, changes)) == as_text(new)
    back = [FieldChange(change.field, change.new, change.old) for change in changes]
    assert as_text(applied(new, back)) == as_text(old)
    assert sorted(back, key=str) == sorted(differences(new, old), key=str)
    assert len({change.field for change in changes}) == len(changes)


@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    assert differences(document, json.loads(json.dumps(document))) == []
    assert differences(document, dict(reversed(document.items()))) == []


def test_only_what_changed_is_named_in_the_order_of_the_newer_document() -> None:
    old = {"id": "a", "last_modified": 1, "name": "Old", "city": "Oslo", "areas": ["x"]}
    new = {"id": "a", "last_modified": 2, "phone": "1", "name": "New", "areas": ["x"]}
    assert differences(old, new) == [
        FieldChange("phone", None, "1"),
        FieldChange("name", "Old", "New"),
        FieldChange("city", "Oslo", None),
    ]
    assert UNCOUNTED == ("id", "last_modified")


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (1, True), (0, False), (0.0, -0.0), ("1", 1), ([1], [True]), ({"a": 0}, {"a": False}), ([1, 2], [2, 1])]
)
def test_what_python_or_a_person_could_take_for_equal_and_json_does_not(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert [change.field for change in differences({"x": one}, {"x": other})] == ["x"]


def test_the_order_of_names_does_not_count() -> None:
    assert same({"a": {"b": 1, "c": 2}}, {"a": {"c": 2, "b": 1}})


def test_a_field_that_is_stated_as_nothing_is_as_one_that_is_not_stated() -> None:
    assert differences({"name": None}, {}) == []
