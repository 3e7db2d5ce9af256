"""Edits laid over what the catalogue says: what is shown, and what has to be decided by a person."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.test_merge import DOCUMENTS, Document, content

from ssc_tui.catalogue.difference import differences, same
from ssc_tui.catalogue.documents import rules
from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, WHOLE_RECORD, Edit, Shown, changed_fields, lay_over
from ssc_tui.catalogue.merge import path_text, value_at

PARTNERS = rules("partners")
BASE: Document = {"id": "r", "name": "a", "phone": "1", "city": "Førde"}


def edit(old: Document, new: Document | None, number: int = 1, change: str = CHANGED) -> Edit:
    base, wanted = changed_fields(old, new) if new is not None else (old, {})
    return Edit(f"e{number}", "partners", "r", change if new is not None else REMOVED, base, wanted, "", "2026-11-22T08:00:00Z")


def laid(theirs: Document | None, *edits: Edit) -> Shown:
    return lay_over(theirs, edits, PARTNERS)


@given(st.lists(DOCUMENTS, min_size=1, max_size=5))
def test_saves_on_an_unchanged_record_show_what_was_saved_last(versions: list[Document]) -> None:
    edits = [edit(old, new, number) for number, (old, new) in enumerate(pairwise(versions))]
    result = laid(versions[0], *edits)
    assert result.document is not None
    assert content(result.document) == content(versions[-1])
    assert result.clashes == ()


@given(st.lists(DOCUMENTS, min_size=2, max_size=4), DOCUMENTS)
def test_no_value_that_was_saved_last_is_lost(versions: list[Document], theirs: Document) -> None:
    edits = [edit(old, new, number) for number, (old, new) in enumerate(pairwise(versions))]
    result = laid(theirs, *edits)
    assert result.document is not None
    clashing = {found.clash.path[0] for found in result.clashes}
    wanted = {"name": versions[-1]["name"]}
    if "phone" in versions[-1]:
        wanted["phone"] = versions[-1]["phone"]
    for name, value in wanted.items():
        touched = any(name in each.base or name in each.new for each in edits)
        if touched and not same(versions[0].get(name), value):
            assert same(result.document.get(name), value) or name in clashing


@given(st.lists(DOCUMENTS, min_size=2, max_size=4), DOCUMENTS)
def test_what_the_server_took_needs_the_edits_no_more(versions: list[Document], theirs: Document) -> None:
    edits = [edit(old, new, number) for number, (old, new) in enumerate(pairwise(versions))]
    first = laid(theirs, *edits)
    assert first.document is not None
    # Sent but not acknowledged: the same edits lie on what they led to.
    again = laid(first.document, *edits)
    assert again.document is not None
    for found in again.clashes:
        assert path_text(found.clash.path) in {path_text(each.clash.path) for each in first.clashes} or len(edits) > 1
    if len(edits) == 1:
        assert content(again.document) == content(first.document)


def test_a_new_record_and_its_changes() -> None:
    made = edit({}, {"id": "r", "name": "a"}, 1, NEW)
    assert laid(None, made) == ({"id": "r", "name": "a"}, ())
    assert laid(None, made, edit({"id": "r", "name": "a"}, {"id": "r", "name": "b"}, 2)).document == {"id": "r", "name": "b"}
    assert laid({"id": "r", "name": "a", "unknown": 1}, made).document == {"id": "r", "name": "a", "unknown": 1}


def test_a_removal_holds_as_long_as_nobody_else_changed_the_record() -> None:
    assert laid(BASE, edit(BASE, None)) == (None, ())
    assert laid(None, edit(BASE, None)) == (None, ())
    changed = BASE | {"phone": "2"}
    result = laid(changed, edit(BASE, None))
    assert result.document == changed
    assert [(found.edit, found.clash.path, found.clash.mine) for found in result.clashes] == [("e1", WHOLE_RECORD, None)]


def test_a_removal_after_a_change_of_ones_own() -> None:
    changed = BASE | {"phone": "2"}
    assert laid(BASE, edit(BASE, changed), edit(changed, None, 2)) == (None, ())
    # The change was taken by the server, the removal has still to go.
    assert laid(changed, edit(changed, None, 2)) == (None, ())


def test_edits_of_a_record_that_is_gone_are_kept_together() -> None:
    first, second = BASE | {"phone": "2", "city": "Oslo"}, {"id": "r", "name": "b", "phone": "3"}
    result = laid(None, edit(BASE, first), edit(first, second, 2))
    assert result.document is None
    (found,) = result.clashes
    assert (found.edit, found.clash.path) == ("e2", WHOLE_RECORD)
    assert found.clash.mine == {"phone": "3", "name": "b"}
    assert found.clash.base == {"phone": "1", "city": "Førde", "name": "a"}


def test_two_saves_of_one_field_are_one_clash_from_the_first_to_the_last() -> None:
    second, third = BASE | {"phone": "2"}, BASE | {"phone": "3"}
    result = laid(BASE | {"phone": "9"}, edit(BASE, second), edit(second, third, 2))
    assert [(found.edit, *found.clash) for found in result.clashes] == [("e2", ("phone",), "1", "3", "9")]
    back = laid(BASE | {"phone": "9"}, edit(BASE, second), edit(second, BASE, 2))
    assert back == (BASE | {"phone": "9"}, ())


def test_a_save_on_top_of_theirs_settles_the_clash() -> None:
    theirs = BASE | {"phone": "9"}
    result = laid(theirs, edit(BASE, BASE | {"phone": "2"}), edit(theirs, theirs | {"phone": "2"}, 2))
    assert result == (BASE | {"phone": "2"}, ())
    other: Any = laid(theirs, edit(BASE, BASE | {"phone": "2"}), edit(theirs, theirs | {"city": "Oslo"}, 2))
    assert value_at(other.document, ("city",), PARTNERS) == "Oslo"
    assert [found.edit for found in other.clashes] == ["e1"]


@given(DOCUMENTS, DOCUMENTS)
def test_an_edit_holds_nothing_that_it_does_not_change(old: Document, new: Document) -> None:
    base, wanted = changed_fields(old, new)
    assert set(base) | set(wanted) == {change.field for change in differences(old, new)}


def test_what_two_wrote_without_knowing_of_each_other_is_a_clash_for_each_but_the_first() -> None:
    first, second, third = (edit(BASE, BASE | {"phone": phone}, int(phone)) for phone in "234")
    result = laid(BASE, first, second, third)
    assert result.document == BASE | {"phone": "2"}
    assert [(found.edit, *found.clash) for found in result.clashes] == [
        ("e3", ("phone",), "1", "3", "2"),
        ("e4", ("phone",), "1", "4", "2"),
    ]


def test_who_goes_on_from_one_of_two_does_not_decide_over_the_other() -> None:
    first, second = edit(BASE, BASE | {"phone": "2"}, 1), edit(BASE, BASE | {"phone": "3"}, 2)
    onward = edit(BASE | {"phone": "2"}, BASE | {"phone": "4"}, 3)
    result = laid(BASE, first, second, onward)
    assert result.document == BASE | {"phone": "4"}
    assert [(found.edit, *found.clash) for found in result.clashes] == [("e2", ("phone",), "1", "3", "4")]
    other = laid(BASE, first, second, edit(BASE | {"phone": "3"}, BASE | {"phone": "4"}, 3))
    assert other.document == BASE | {"phone": "2"}
    assert [(found.edit, *found.clash) for found in other.clashes] == [("e3", ("phone",), "1", "4", "2")]


def test_a_removal_by_somebody_who_did_not_know_of_a_change_waits_for_a_decision() -> None:
    seen = BASE | {"phone": "2"}
    result = laid(BASE, edit(BASE, seen, 1), edit(BASE, BASE | {"phone": "3"}, 2), edit(seen, None, 3))
    assert result.document == seen
    assert [(found.edit, found.clash.path, found.clash.mine) for found in result.clashes] == [
        ("e2", ("phone",), "3"),
        ("e3", WHOLE_RECORD, None),
    ]
    twice = laid(BASE, edit(BASE, None, 1), edit(BASE, None, 2))
    assert twice == (None, ())


def test_what_two_wanted_of_a_record_that_is_gone_is_kept_apart_until_it_is_back() -> None:
    one, other = edit(BASE, BASE | {"phone": "2"}, 1), edit(BASE, BASE | {"phone": "3"}, 2)
    gone = laid(None, one, other)
    assert [(found.edit, found.clash.mine) for found in gone.clashes] == [("e1", {"phone": "2"}), ("e2", {"phone": "3"})]
    back = laid(None, one, other, edit({}, BASE, 3, NEW))
    assert back.document == BASE | {"phone": "2"}
    assert [(found.edit, *found.clash) for found in back.clashes] == [("e2", ("phone",), "1", "3", "2")]
