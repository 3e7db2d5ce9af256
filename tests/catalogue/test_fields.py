"""The fields of forms: every field of every model, and text that means the value which it was made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.codes import CODES
from ssc_tui.catalogue.countries import countries
from ssc_tui.catalogue.documents import MODELS
from ssc_tui.catalogue.field_text import Names, chip_at, chips, choices, quoted, read, shown, typed, with_chip
from ssc_tui.catalogue.fields import (
    HIDDEN,
    PHRASE,
    Field,
    Sort,
    as_items,
    at_odds,
    fields,
    fields_of,
    from_items,
    item_fields,
    value_of,
    with_value_of,
)
from ssc_tui.catalogue.fitness import unfit
from ssc_tui.insight.field_labels import field_label
from ssc_tui.text import clean

ALL = [(kind, place, field) for kind in MODELS for place in fields(kind) for field in (place, *place.items)]
TYPED = [(kind, None if field is place else place, field) for kind, place, field in ALL if not field.is_list]
LABEL_WIDTH = 19
UNCHOSEN = "{} is not chosen yet: take a record with ↓ and Enter"

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).map(clean).map(str.strip).filter(bool)
IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def named(kind: str, name: str) -> Field:
    return next(field for field in fields(kind) if field.name == name)


def one_value(field: Field) -> st.SearchStrategy[Any]:
    """What one value of the field may be."""
    match field.sort:
        case Sort.CODE:
            codes = st.sampled_from([int(code) if field.whole else code for code in CODES[field.of]])
            return codes | (st.integers() if field.whole else TEXTS)
        case Sort.COUNTRY:
            return st.sampled_from(list(countries())) | st.just("XK")
        case Sort.RECORD:
            return IDS if field.of else IDS.map(lambda each: f"partners/{each}")
        case Sort.WHOLE:
            return st.integers()
        case Sort.NUMBER:
            return NUMBERS
        case Sort.ROUND:
            return st.integers() | TEXTS
        case Sort.YES_NO:
            return st.booleans()
        case Sort.JSON:
            return TEXTS | st.dictionaries(TEXTS, TEXTS, max_size=3)
        case Sort.PHRASES:
            return TEXTS | st.dictionaries(TEXTS.filter(lambda text: text != PHRASE), TEXTS, min_size=1, max_size=3)
        case _:
            return TEXTS


@given(data=st.data(), which=st.sampled_from(TYPED))
def test_what_is_shown_means_the_value(data: st.DataObject, which: tuple[str, Field | None, Field]) -> None:
    _kind, _place, field = which
    values = one_value(field)
    value = data.draw(st.lists(values, min_size=1, max_size=4, unique_by=repr) if field.many else values)
    names = Names()
    for each in value if field.many and field.sort is Sort.RECORD else [value] if field.sort is Sort.RECORD else []:
        names.learn(f"{field.of}/{each}" if field.of else each, data.draw(TEXTS))
    assert repr(read(field, shown(field, value, names), names)) == repr(value)


@given(data=st.data(), which=st.sampled_from([(kind, field) for kind, _place, field in ALL if field.is_list]))
def test_items_are_those_of_the_document(data: st.DataObject, which: tuple[str, Field]) -> None:
    _kind, field = which
    if field.sort is Sort.WORDS:
        value: Any = data.draw(st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3))
    elif field.sort is Sort.PHRASES:
        value = data.draw(st.lists(one_value(field), min_size=1, max_size=4))
        assert not any(at_odds(field, item) for item in as_items(field, value))
    else:
        value = [{each.name: data.draw(one_value(each)) for each in field.items}, {"id": "c1", "unheard of": [1]}]
    assert from_items(field, as_items(field, value)) == value


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_of_a_model_is_in_the_form(kind: str) -> None:
    model = [info.alias or name for name, info in MODELS[kind].model_fields.items()]
    assert {field.path[0] for field in fields(kind)} == set(model) - set(HIDDEN)


def test_every_field_has_a_short_label_of_its_own() -> None:
    for kind, place, field in ALL:
        words = field_label(kind if field is place else "", field.name)
        assert words != field.name
        assert len(words) <= LABEL_WIDTH


def test_every_code_and_country_can_stand_where_it_is_offered() -> None:
    for kind, place, field in TYPED:
        for choice in choices(field, ""):
            text = quoted(choice.text) if field.many else choice.text
            assert typed(kind, place, field, text, None, Names()).wrong == ""


@pytest.mark.parametrize(
    ("kind", "name", "text", "value", "wrong"),
    [
        ("partners", "founded", "1962", 1962, ""),
        ("partners", "founded", "62", 62, "must be a year of four digits"),
        ("partners", "founded", "long ago", "long ago", "must be a year of four digits"),
        ("partners", "location.lat", "-13.9", -13.9, ""),
        ("partners", "location.lat", "91", 91, "must be degrees from -90 to 90"),
        ("partners", "country", "malawi", "MW", ""),
        ("partners", "country", "mw", "MW", ""),
        ("partners", "country", "Côte d’Ivoire", "CI", ""),
        ("partners", "country", "Nowhere", "Nowhere", "is no country, and no code of one"),
        ("partners", "kind", "government", "10", ""),
        ("partners", "kind", "10", "10", ""),
        ("partners", "kind", "guild", "guild", "is none of the list; Enter shows it"),
        ("partners", "languages", "Nepali, xx", ["ne", "xx"], ""),
        ("partners", "areas", "health", ["health"], UNCHOSEN.format("health")),
        ("partners", "aliases", 'KCH, "Kamuzu, Central", KCH', ["KCH", "Kamuzu, Central"], ""),
        ("partners", "name", " ", None, "is required"),
        ("partners", "name", "a\x00b", "a\x00b", "holds characters that no text may hold, such as control characters"),
        ("projects", "countries", "Malawi, Nowhere", ["MW", "Nowhere"], "Nowhere: is no country, and no code of one"),
        ("partners", "location.lat", "1e1", 10.0, ""),
        ("partners", "aliases", "a, , ", ["a"], ""),
        (
            "publications",
            "related",
            "partners/norec",
            ["partners/norec"],
            "partners/norec is not chosen yet: take a record with ↓ and Enter",
        ),
        ("projects", "budget", "1 250 000", 1250000, ""),
        ("projects", "budget", "-1", -1, "must be a number, 0 or more"),
        ("projects", "start", "2024-05", "2024-05", ""),
        ("projects", "start", "May 2024", "May 2024", "must be a date: 2024, 2024-05 or 2024-05-17"),
        ("projects", "requested_by", "Ministry of Health", "Ministry of Health", ""),
        ("projects", "currency", "usd", "usd", "must be a currency code of three capitals, such as USD"),
        ("exchanges", "round", "7", 7, ""),
        ("exchanges", "round", '"7"', "7", ""),
        ("exchanges", "planned", "2.5", "2.5", "must be a whole number, 0 or more"),
        ("contributions", "agreed", "yes", True, ""),
        ("contributions", "agreed", "perhaps", "perhaps", "must be true or false"),
        ("areas", "sdgs", "3, 17", [3, 17], ""),
        ("areas", "sdgs", "3, x", [3, "x"], "x: must be a whole number"),
    ],
)
def test_what_is_typed_is_a_value_or_is_refused_in_words(kind: str, name: str, text: str, value: Any, wrong: str) -> None:
    held = "x" if name == "name" else None
    assert typed(kind, None, named(kind, name), text, held, Names()) == (value, wrong)


def test_what_was_odd_before_may_stay() -> None:
    assert typed("partners", None, named("partners", "kind"), "guild", "guild", Names()) == ("guild", "")
    assert typed("partners", None, named("partners", "areas"), "gone", ["gone"], Names()) == (["gone"], "")


def test_a_field_of_an_item_is_checked_as_in_the_document() -> None:
    figures = named("partners", "figures")
    value = next(field for field in figures.items if field.name == "value")
    assert typed("partners", figures, value, "many", None, Names()).wrong == "must be a number"
    assert typed("partners", figures, value, "12", None, Names()) == (12, "")


def test_a_value_of_another_shape_is_typed_as_json_and_lost_in_no_way() -> None:
    document = {"id": "x", "name": "X", "brings": "solar", "location": [1, 2], "languages": [1], "founded": None, "city": 5}
    found = {field.name: field for field in fields_of("partners", document)}
    for name in ("brings", "location", "languages", "city"):
        assert found[name].sort is Sort.JSON
        assert read(found[name], shown(found[name], document[name], Names()), Names()) == document[name]
    assert "location.lat" not in found
    item = {"id": "c1", "area": {"a": 1}}
    assert next(field for field in item_fields(named("partners", "brings"), item) if field.name == "area").sort is Sort.JSON


def test_a_field_within_an_object_leaves_the_rest_of_it() -> None:
    latitude, longitude = named("partners", "location.lat"), named("partners", "location.lon")
    document = {"id": "x", "location": {"lat": 1, "lon": 2, "height": 3}}
    assert with_value_of(latitude, document, 5) == {"id": "x", "location": {"lat": 5, "lon": 2, "height": 3}}
    assert with_value_of(latitude, {"id": "x"}, 5) == {"id": "x", "location": {"lat": 5}}
    assert with_value_of(longitude, {"id": "x", "location": {"lon": 2}}, None) == {"id": "x"}
    assert with_value_of(longitude, {"id": "x"}, None) == {"id": "x"}
    assert value_of(longitude, document) == 2


def test_two_records_of_one_name_are_told_apart() -> None:
    names, areas = Names(), named("partners", "areas")
    assert names.learn("areas/health", "Health") == "Health"
    assert names.learn("areas/health-2", "Health") == "Health [areas/health-2]"
    assert names.learn("partners/health", "Health") == "Health [partners/health]"
    assert read(areas, "Health, Health [areas/health-2]", names) == ["health", "health-2"]
    assert typed("partners", None, areas, "Health [partners/health]", None, names).wrong.endswith("take a record with ↓ and Enter")


def test_what_is_quoted_may_hold_commas() -> None:
    assert [chip.text for chip in chips('a, "b, c" ,{"en": "x"}, , [d')] == ["a", '"b, c"', '{"en": "x"}', "[d"]


def test_a_part_of_a_set_is_replaced_where_the_cursor_is() -> None:
    assert with_chip("mal", chip_at("mal", 3), "Malawi") == ("Malawi, ", 8)
    assert with_chip("Kenya, mal", chip_at("Kenya, mal", 10), "Malawi") == ("Kenya, Malawi, ", 15)
    assert with_chip("mal, Kenya", chip_at("mal, Kenya", 2), "Malawi") == ("Malawi, Kenya", 6)
    assert with_chip("", chip_at("", 0), "a, b") == ('"a, b", ', 8)


def test_choices_begin_with_those_that_begin_so() -> None:
    found = choices(named("partners", "country"), "mal")
    assert [choice.text for choice in found[:3]] == ["Malawi", "Malaysia", "Maldives"]
    assert "Falkland Islands (Malvinas)" in [choice.text for choice in found]
    assert [choice.text for choice in choices(named("partners", "country"), "alemanha")] == ["Germany"]
    assert choices(named("partners", "name"), "x") == []


def test_a_new_record_needs_its_name() -> None:
    assert unfit("partners", {}, {"id": "x", "city": "Mzuzu"}) == ["name: is required"]
