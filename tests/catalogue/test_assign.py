"""Changes as words: which item and which value they mean, and what is too much for any copy."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ssc_tui.catalogue.assign import assign, parse, parse_path
from ssc_tui.catalogue.fitness import unfit
from ssc_tui.catalogue.merge import Key, path_text

PROJECT: dict[str, Any] = {
    "id": "p",
    "title": "t",
    "partners": [{"partner": "norec"}, {"partner": "norec", "role": "funder"}, {"partner": "kch", "role": "partner"}],
    "figures": [{"year": 2020, "measure": "people trained", "value": 3}],
    "sources": [{"ref": "https://x.example/?page=1"}],
    "unknown": 1,
}


def assigned(*words: str, kind: str = "projects", **fields: Any) -> dict[str, Any]:
    return assign(kind, PROJECT | fields, [parse(each) for each in words])


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("partners[norec –].since=2024", 0),
        ("partners[norec].since=2024", 0),
        ("partners[norec funder].since=2024", 1),
        ("partners[kch partner].since=2024", 2),
    ],
)
def test_an_item_with_a_key_of_two_values_is_reached(words: str, place: int) -> None:
    changed = assigned(words)["partners"]
    assert changed[place] == {**PROJECT["partners"][place], "since": "2024"}
    assert len(changed) == 3


def test_a_number_in_a_key_is_written_as_it_is_read() -> None:
    assert assigned("figures[2020 people trained].value=4")["figures"] == [{"year": 2020, "measure": "people trained", "value": 4}]


def test_an_address_with_a_sign_in_it_names_its_item() -> None:
    assert assigned("sources[https://x.example/?page=1].seen_on=2024")["sources"] == [
        {"ref": "https://x.example/?page=1", "seen_on": "2024"}
    ]


def test_an_item_that_is_not_there_is_not_made() -> None:
    with pytest.raises(ValueError, match=r"partners\[nobody\]\.since leads nowhere in this record"):
        assigned("partners[nobody].since=2024")


def test_what_reads_as_a_number_is_taken_out_of_a_list_of_texts() -> None:
    assert assigned("sectors-=12220", kind="areas", sectors=["12220", "13010"])["sectors"] == ["13010"]


def test_the_same_twice_is_added_once() -> None:
    assert assigned('sectors+=["11110","11110"]', kind="areas")["sectors"] == ["11110"]


@pytest.mark.parametrize("depth", [40, 900])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="partners: It is nested too deeply"):
        assigned('partners+={"partner":"x","more":' + "[" * depth + "]" * depth + "}")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("budget=99999999999999999999999", "budget: It holds a number that is too large"),
        ("budget=1e22", "budget: It holds a number that is too large"),
        ("unknown=NaN", "unknown: It holds a number that is none"),
        ("unknown=1e999", "unknown: It holds a number that is none"),
    ],
)
def test_a_number_that_not_every_program_can_read_is_refused(words: str, sentence: str) -> None:
    assert unfit("projects", PROJECT, assigned(words)) == [sentence]


def test_what_is_nested_too_deeply_is_refused_however_it_came() -> None:
    deep: list[Any] = []
    for _level in range(40):
        deep = [deep]
    wanted = PROJECT | {"partners": [{"partner": "x", "more": deep}]}
    assert unfit("projects", PROJECT, wanted) == ["partners: It is nested too deeply"]


def test_room_is_left_for_the_time_stamp_of_the_server() -> None:
    rest = len('{"id":"p","title":"t","description":""}')
    fields = {"id": "p", "title": "t", "description": "x" * (256 * 1024 - rest)}
    assert unfit("projects", {}, fields) == ["description: is too long; a record holds 256 kB"]


@pytest.mark.parametrize("words", ["titles.fr=", "titles.fr=null", "titles=null", "titles="])
def test_with_its_last_language_a_name_in_languages_goes(words: str) -> None:
    assert assigned(words, titles={"fr": "N"}) == PROJECT


def test_null_takes_a_field_out_as_no_value_does() -> None:
    assert assigned("description=null", description="Old.") == PROJECT
    assert assigned("description=null ") == PROJECT
    assert assigned('description="null"')["description"] == "null"
    assert assigned("partners[kch partner].role=null")["partners"][2] == {"partner": "kch"}


KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(lambda text: text == text.strip())


@given(KEYS)
@example("a]b")
@example('"a"')
@example('"a]=\\')
@example("[x].y=")
def test_an_item_is_reached_whatever_is_in_its_key(key: str) -> None:
    items = [{"ref": key}, {"ref": key + "]"}]
    path = path_text(("sources", Key((key,)), "seen_on"))
    assert parse_path(path) == ("sources", Key((key,)), "seen_on")
    assert assigned(f"{path}=2024", sources=items)["sources"] == [{"ref": key, "seen_on": "2024"}, items[1]]
