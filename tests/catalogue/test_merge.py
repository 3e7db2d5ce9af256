"""The three-way merge: what it keeps, what it calls a clash, and its laws."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.documents import rules
from ssc_tui.catalogue.merge import Clash, Key, Merged, Path, Rules, merge, path_text, value_at, with_value

Document = dict[str, Any]

PARTNERS = rules("partners")
PROJECTS = rules("projects")

TEXTS = st.sampled_from(["a", "b", "c"])
SETS = st.lists(TEXTS, unique=True, max_size=3)
ITEMS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["c1", "c2", "c3"])}, optional={"topic": TEXTS, "level": TEXTS}),
    unique_by=lambda item: item["id"],
    max_size=3,
)
PLACES = st.fixed_dictionaries({"lat": st.integers(0, 2), "lon": st.integers(0, 2)})
DOCUMENTS = st.fixed_dictionaries(
    {"id": st.just("r"), "name": TEXTS},
    optional={
        "phone": TEXTS,
        "names": st.dictionaries(st.sampled_from(["fr", "ar"]), TEXTS, max_size=2),
        "languages": SETS,
        "brings": ITEMS,
        "location": PLACES,
        "unknown": st.one_of(st.integers(0, 2), st.lists(TEXTS, max_size=2), st.dictionaries(TEXTS, TEXTS, max_size=2)),
    },
)


def merged(base: Document, mine: Document, theirs: Document, by: Rules = PARTNERS) -> Merged:
    return merge(base, mine, theirs, by)


def content(document: Document) -> Any:
    """A document with its sets and lists of items in an order that says nothing."""

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: ordered(each) for name, each in sorted(value.items())}
        return sorted((ordered(each) for each in value), key=json.dumps) if isinstance(value, list) else value

    return {name: ordered(value) for name, value in sorted(document.items())}


@given(DOCUMENTS, DOCUMENTS)
def test_what_one_side_left_alone_is_as_the_other_wrote_it(base: Document, other: Document) -> None:
    assert merged(base, base, other) == (other, ())
    assert merged(base, other, base).clashes == ()
    assert content(merged(base, other, base).document) == content(other)
    assert merged(base, other, other) == (other, ())


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_without_a_clash_both_ways_give_the_same(base: Document, mine: Document, theirs: Document) -> None:
    one, other = merged(base, mine, theirs), merged(base, theirs, mine)
    assert {clash.path for clash in one.clashes} == {clash.path for clash in other.clashes}
    if not one.clashes:
        assert content(one.document) == content(other.document)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_clash_holds_what_both_wrote_and_the_document_shows_theirs(base: Document, mine: Document, theirs: Document) -> None:
    result = merged(base, mine, theirs)
    for clash in result.clashes:
        assert same(clash.base, value_at(base, clash.path, PARTNERS))
        assert same(clash.mine, value_at(mine, clash.path, PARTNERS))
        assert same(clash.theirs, value_at(theirs, clash.path, PARTNERS))
        assert same(clash.theirs, value_at(result.document, clash.path, PARTNERS))
        assert not same(clash.mine, clash.theirs)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_every_word_that_either_side_wrote_is_in_the_document_or_in_a_clash(base: Document, mine: Document, theirs: Document) -> None:
    result = merged(base, mine, theirs)
    clashing = {clash.path[0] for clash in result.clashes}
    for name in {*mine, *theirs} - clashing:
        if name in ("languages", "brings", "names", "unknown"):
            continue
        wanted = mine.get(name) if not same(mine.get(name), base.get(name)) else theirs.get(name)
        assert same(result.document.get(name), wanted)
    members = set(result.document.get("languages") or ())
    before, ours, others = (set(side.get("languages") or ()) for side in (base, mine, theirs))
    assert members == (others | (ours - before)) - (before - ours)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_clash_is_settled_by_writing_on_top_of_theirs(base: Document, mine: Document, theirs: Document) -> None:
    result = merged(base, mine, theirs)
    settled = result.document
    for clash in result.clashes:
        settled = with_value(settled, clash.path, clash.mine, PARTNERS)
    for clash in result.clashes:
        assert same(value_at(settled, clash.path, PARTNERS), clash.mine)
    assert merged(result.document, settled, result.document).clashes == ()
    assert content(merged(result.document, settled, result.document).document) == content(settled)


def test_two_fields_of_one_record() -> None:
    base = {"id": "norec", "name": "Norec", "phone": "1", "email": "a@x"}
    result = merged(base, base | {"phone": "2"}, base | {"email": "b@x"})
    assert result == ({"id": "norec", "name": "Norec", "phone": "2", "email": "b@x"}, ())


def test_the_same_field_is_a_clash_and_blocks_no_other() -> None:
    base = {"id": "norec", "phone": "1", "city": "Førde"}
    result = merged(base, base | {"phone": "2", "city": "Oslo"}, base | {"phone": "3"})
    assert result.document == {"id": "norec", "phone": "3", "city": "Oslo"}
    assert result.clashes == (Clash(("phone",), "1", "2", "3"),)


def test_one_item_changed_on_each_side_and_another_added() -> None:
    base = {"brings": [{"id": "c1", "topic": "solar", "level": "basic"}]}
    mine = {"brings": [{"id": "c1", "topic": "solar pumps", "level": "basic"}, {"id": "c2", "topic": "wells"}]}
    theirs = {"brings": [{"id": "c3", "topic": "seed"}, {"id": "c1", "topic": "solar", "level": "expert"}]}
    assert merged(base, mine, theirs) == (
        {
            "brings": [
                {"id": "c3", "topic": "seed"},
                {"id": "c1", "topic": "solar pumps", "level": "expert"},
                {"id": "c2", "topic": "wells"},
            ]
        },
        (),
    )


def test_one_item_changed_in_one_field_on_both_sides() -> None:
    base = {"brings": [{"id": "c1", "topic": "solar"}]}
    result = merged(base, {"brings": [{"id": "c1", "topic": "wind"}]}, {"brings": [{"id": "c1", "topic": "water"}]})
    path: Path = ("brings", Key(("c1",)), "topic")
    assert result == ({"brings": [{"id": "c1", "topic": "water"}]}, (Clash(path, "solar", "wind", "water"),))
    assert path_text(path) == "brings[c1].topic"


@pytest.mark.parametrize("mine_removes", [True, False])
def test_an_item_removed_on_one_side_and_changed_on_the_other(mine_removes: bool) -> None:
    base: Document = {"brings": [{"id": "c1", "topic": "solar"}, {"id": "c2"}]}
    removed: Document = {"brings": [{"id": "c2"}]}
    changed: Document = {"brings": [{"id": "c1", "topic": "wind"}, {"id": "c2"}]}
    mine, theirs = (removed, changed) if mine_removes else (changed, removed)
    result = merged(base, mine, theirs)
    assert result.document == theirs
    assert [path_text(clash.path) for clash in result.clashes] == ["brings[c1]"]


def test_the_last_member_taken_out_on_both_sides_leaves_no_empty_list() -> None:
    assert merged({"languages": ["en"]}, {}, {"languages": ["en", "fr"]}) == ({"languages": ["fr"]}, ())
    assert merged({"languages": ["en", "fr"]}, {"languages": ["en"]}, {"languages": ["fr"]}) == ({"languages": []}, ())
    assert merged({"languages": ["en", "fr"]}, {"languages": ["en"]}, {}) == ({}, ())


def test_half_of_one_place_and_half_of_another_is_no_place() -> None:
    result = merged({"location": {"lat": 1, "lon": 1}}, {"location": {"lat": 2, "lon": 1}}, {"location": {"lat": 1, "lon": 2}})
    assert result.document == {"location": {"lat": 1, "lon": 2}}
    assert [clash.path for clash in result.clashes] == [("location",)]


def test_a_set_inside_an_object_is_a_set() -> None:
    base = {"assessment": {"date": "2024", "present": ["a"]}}
    mine = {"assessment": {"date": "2024", "present": ["a", "b"]}}
    theirs = {"assessment": {"date": "2024-05", "present": ["a", "c"]}}
    assert merged(base, mine, theirs, PROJECTS) == ({"assessment": {"date": "2024-05", "present": ["a", "c", "b"]}}, ())


@pytest.mark.parametrize(
    "theirs",
    [
        [{"id": "c1"}, {"id": "c1", "topic": "twice"}],
        [{"id": "c1"}, "no object"],
        [{"id": ["no", "key"]}],
        "no list",
    ],
)
def test_a_list_whose_items_nothing_tells_apart_is_one_value(theirs: Any) -> None:
    result = merged({"brings": [{"id": "c1"}]}, {"brings": [{"id": "c2"}]}, {"brings": theirs})
    assert result.document == {"brings": theirs}
    assert [clash.path for clash in result.clashes] == [("brings",)]


def test_what_is_stated_as_null_and_not_known_here_is_kept() -> None:
    assert merged({"x": None, "phone": "1"}, {"phone": "2"}, {"x": None, "phone": "1"}).document == {"x": None, "phone": "2"}
    assert merged({"phone": "1"}, {"phone": None}, {"phone": "1"}).document == {}


@pytest.mark.parametrize(
    ("path", "document"),
    [
        (("phone", "number"), {"phone": "1"}),
        (("brings", Key(("c1",)), "topic"), {"brings": "no list"}),
        (("aliases", Key(("c1",))), {"aliases": []}),
    ],
)
def test_a_path_through_something_else_leads_nowhere(path: Path, document: Document) -> None:
    with pytest.raises(LookupError):
        with_value(document, path, "x", PARTNERS)


def test_with_its_last_field_or_item_an_object_or_list_goes_too_and_an_item_goes_whole() -> None:
    assert with_value({"names": {"fr": "N"}, "x": 1}, ("names", "fr"), None, PARTNERS) == {"x": 1}
    assert with_value({"names": {}}, ("names", "fr"), None, PARTNERS) == {"names": {}}
    assert with_value({"name": "N"}, ("name",), None, PARTNERS) == {}
    assert with_value({"brings": [{"id": "c1"}]}, ("brings", Key(("c1",))), None, PARTNERS) == {}
    assert with_value({"brings": [{"id": "c1"}, {"id": "c2"}]}, ("brings", Key(("c1",))), None, PARTNERS) == {"brings": [{"id": "c2"}]}
    assert with_value({}, ("names", "fr"), "N", PARTNERS) == {"names": {"fr": "N"}}


def test_what_is_put_into_an_item_that_is_gone_brings_it_back_under_its_key() -> None:
    path: Path = ("brings", Key(("c1",)), "topic")
    assert with_value({"brings": []}, path, "solar", PARTNERS) == {"brings": [{"id": "c1", "topic": "solar"}]}
    assert with_value({"brings": []}, path, None, PARTNERS) == {"brings": []}
