from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue import documents
from ssc_tui.catalogue.codes import CODES
from ssc_tui.catalogue.documents import MODELS, codes, problems, rules
from ssc_tui.catalogue.kinds import KINDS

EVERY_KIND: dict[str, Any] = {
    "figures": [
        {"year": 2019, "measure": "people", "value": 615, "unit": "people", "source": "report"},
        {"measure": "share", "value": 0.5},
    ],
    "sources": [{"ref": "https://example.org/", "seen_on": "2024-05-17"}, {"ref": "common knowledge"}],
    "checked_on": "2024-05",
    "checked_by": "Amina",
    "last_modified": 1_700_000_000_000,
}

FULL: dict[str, dict[str, Any]] = {
    "partners": {
        "id": "norec",
        "name": "Norec",
        "names": {"no": "Norec"},
        "acronym": "NOREC",
        "aliases": ["FK Norway"],
        "kind": "10",
        "org_identifier": "NO-BRC-0",
        "parent": "mfa-norway",
        "country": "NO",
        "city": "Førde",
        "location": {"lat": 61.45, "lon": 6},
        "website": "https://www.norec.no",
        "email": "post@example.org",
        "phone": "+47 0",
        "languages": ["no", "en"],
        "founded": 2000,
        "description": "Agency.",
        "areas": ["health"],
        "brings": [
            {
                "id": "norec-brings-1",
                "area": "health",
                "topic": "Grants",
                "sector": "12110",
                "level": "expert",
                "language": "en",
                "valid_until": "2030",
                "source": "report",
            }
        ],
        "seeks": [{"id": "n1"}],
    },
    "areas": {
        "id": "health",
        "name": "Health",
        "names": {"en": "Health", "fr": "Santé"},
        "synonyms": ["medicine", {"en": "nurse", "fr": "infirmière"}],
        "kind": "priority",
        "parent": "sdg-03",
        "sdgs": [3],
        "sectors": ["120"],
        "description": "Health services.",
    },
    "projects": {
        "id": "p1",
        "title": "Nurses",
        "titles": {"fr": "Infirmières"},
        "identifier": "NO-1",
        "modality": "triangular",
        "modality_reason": "a third partner paid",
        "status": "2",
        "start": "2024",
        "end": "2025-12-31",
        "countries": ["KE", "NO"],
        "areas": ["health"],
        "cross_cutting": [{"area": "gender-equality", "significance": 2}, {"area": "human-rights"}],
        "fund": "norec-grant",
        "partners": [{"partner": "norec", "role": "funder", "since": "2024"}, {"partner": "a"}],
        "assessment": {"date": "2023-11", "present": ["norec", "a"]},
        "requested_by": "Ministry of Health",
        "requested_on": "2023",
        "budget": 107000,
        "currency": "USD",
        "description": "Nurses change places.",
    },
    "exchanges": {
        "id": "e1",
        "project": "p1",
        "round": 2,
        "sender": "a",
        "host": "b",
        "kind": "professional",
        "planned": 8,
        "actual": 0,
        "months": 5.5,
        "start": "2024-02",
        "end": "2024-09",
        "status": "completed",
        "need": "b-seeks-1",
        "capacity": "surgery",
        "note": "The visa took long.",
    },
    "contributions": {
        "id": "c1",
        "project": "p1",
        "from": "a",
        "to": "b",
        "year": 2024,
        "kind": "expert_time",
        "quantity": 2.5,
        "unit": "expert-months",
        "unit_cost": 1000,
        "method": "salary",
        "amount": 2500.0,
        "currency": "USD",
        "agreed": False,
        "tossd": "D011",
    },
    "solutions": {
        "id": "s1",
        "title": "Rocket stoves",
        "stage": "scaled",
        "provider": "a",
        "project": "p1",
        "countries": ["FJ"],
        "areas": ["energy"],
        "challenge": "Smoke",
        "description": "Stoves.",
        "replications": [
            {"country": "WS", "partner": "b", "year": 2020, "changes": "clay", "result": "less wood"},
            {},
        ],
        "history": [{"stage": "idea", "on": "2018", "by": "Amina", "reason": "a visit"}, {"stage": "testing"}],
    },
    "publications": {
        "id": "pub1",
        "title": "Reciprocity",
        "publisher": "norec",
        "year": 2016,
        "kind": "report",
        "languages": ["en"],
        "url": "https://example.org/r",
        "related": ["partners/norec", "events/gssd-2019"],
        "abstract": "On reciprocity.",
    },
    "funds": {
        "id": "f1",
        "name": "Fund",
        "manager": "unossc",
        "contributors": ["gov-india"],
        "founded": 2017,
        "description": "A fund.",
    },
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
UNKNOWN = st.dictionaries(st.text() | st.sampled_from(["from_", "schema", "model_config", "to_document"]), JSON)


def known(kind: str) -> set[str]:
    return {field.alias or name for name, field in MODELS[kind].model_fields.items()}


def round_trip(kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
    return MODELS[kind].model_validate(document).to_document()


def test_every_kind_has_a_model() -> None:
    assert set(MODELS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_document_comes_back_as_it_was(kind: str) -> None:
    document = FULL[kind] | EVERY_KIND
    assert set(document) == known(kind), "the example lacks a field, or has one too many"
    assert problems(kind, document) == []
    again = round_trip(kind, document)
    assert again == document
    assert list(again) == list(document), "fields are not in the order of the format"


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_id_and_the_name_are_required(kind: str) -> None:
    names = [name for name in FULL[kind] if name in {"id", "name", "title"}]
    least = {name: FULL[kind][name] for name in names}
    assert problems(kind, least) == []
    assert round_trip(kind, least) == least
    assert problems(kind, {}) == [f"{name}: is required" for name in names]


@given(kind=st.sampled_from(KINDS), extra=UNKNOWN)
def test_fields_nobody_knows_are_kept(kind: str, extra: dict[str, Any]) -> None:
    document = {name: value for name, value in extra.items() if name not in known(kind)} | FULL[kind] | EVERY_KIND
    assert problems(kind, document) == []
    assert round_trip(kind, document) == document


@given(extra=UNKNOWN)
def test_unknown_fields_of_objects_inside_are_kept(extra: dict[str, Any]) -> None:
    inside = {name: value for name, value in extra.items() if name not in {"partner", "role", "since", "from"}}
    document = {
        "id": "p1",
        "title": "t",
        "partners": [inside | {"partner": "a"}],
        "assessment": {"present": ["a"], "extra": extra},
    }
    assert round_trip("projects", document) == document


def test_null_means_not_stated_and_is_never_written() -> None:
    document = {"id": "a", "name": "A", "country": None, "seeks": [{"id": "n", "area": None}], "figures": None}
    assert round_trip("partners", document) == {"id": "a", "name": "A", "seeks": [{"id": "n"}]}


def test_null_in_a_field_nobody_knows_is_kept() -> None:
    document = {"id": "a", "name": "A", "rating": None, "nested": {"rating": None}}
    assert round_trip("partners", document) == document


def test_an_empty_list_and_a_zero_are_statements() -> None:
    document = {"id": "e", "actual": 0, "sources": []}
    assert round_trip("exchanges", document) == document


def test_numbers_stay_whole_or_broken() -> None:
    again = round_trip("projects", {"id": "p", "title": "t", "budget": 10**400})
    assert again["budget"] == 10**400
    assert type(round_trip("exchanges", {"id": "e", "months": 6.0})["months"]) is float


def test_unknown_codes_are_kept() -> None:
    document = {"id": "p", "title": "t", "modality": "regional", "status": "9", "countries": ["XK"]}
    assert problems("projects", document) == []
    assert round_trip("projects", document) == document


@pytest.mark.parametrize("date", ["2024", "2024-05", "2024-05-17", "2024-02-29", "1500"])
def test_dates_are_shortened_to_what_is_known(date: str) -> None:
    assert problems("exchanges", {"id": "e", "start": date}) == []


@pytest.mark.parametrize(
    "date",
    ["", "24", "2024-13", "2024-02-30", "2023-02-29", "2024-5", "2024-05-17T10:00", "20240517", "0000", 2024,
     "2024-05-17-01", "٢٠٢٤", "2024\n"],
)  # fmt: skip
def test_other_dates_are_refused(date: object) -> None:
    expected = ["start: must be a date: 2024, 2024-05 or 2024-05-17"]
    assert problems("exchanges", {"id": "e", "start": date}) == expected


@pytest.mark.parametrize(
    ("kind", "field", "value", "sentence"),
    [
        ("partners", "id", "Norec", "id: must be an id: small letters, digits, - and _, beginning with a letter or digit"),
        ("partners", "id", None, "id: must be an id: small letters, digits, - and _, beginning with a letter or digit"),
        ("partners", "name", 5, "name: must be text"),
        ("partners", "name", None, "name: must be text"),
        ("partners", "country", "Kenya", "country: must be a country code of two capitals, such as KE"),
        ("partners", "country", "ke", "country: must be a country code of two capitals, such as KE"),
        ("partners", "founded", 200, "founded: must be a year of four digits"),
        ("partners", "founded", 20000, "founded: must be a year of four digits"),
        ("partners", "founded", "2000", "founded: must be a year of four digits"),
        ("partners", "languages", "en", "languages: must be a list"),
        ("partners", "names", ["x"], "names: must be an object"),
        ("partners", "names", {"fr": 1}, "names.fr: must be text"),
        ("partners", "location", {"lat": 91, "lon": 0}, "location.lat: must be degrees from -90 to 90"),
        ("partners", "location", {"lat": 9, "lon": "0"}, "location.lon: must be degrees from -180 to 180"),
        ("partners", "location", {"lat": 9, "lon": float("nan")}, "location.lon: must be degrees from -180 to 180"),
        ("partners", "location", {"lat": 9}, "location.lon: is required"),
        ("partners", "location", "here", "location: must be an object"),
        ("partners", "areas", ["health", "A B"],
         "areas[1]: must be an id: small letters, digits, - and _, beginning with a letter or digit"),
        ("partners", "brings", [{"topic": "x"}], "brings[0].id: is required"),
        ("partners", "seeks", ["x"], "seeks[0]: must be an object"),
        ("partners", "last_modified", 1.5, "last_modified: must be a whole number"),
        ("partners", "figures", [{"measure": "people", "value": "80"}], "figures[0].value: must be a number"),
        ("partners", "figures", [{"measure": "people", "value": True}], "figures[0].value: must be a number"),
        ("partners", "figures", [{"measure": "x", "value": float("inf")}], "figures[0].value: must be a number"),
        ("areas", "synonyms", [5], "synonyms[0]: must be text, or an object with text for each language"),
        ("areas", "synonyms", [{"en": 5}], "synonyms[0]: must be text, or an object with text for each language"),
        ("areas", "sdgs", ["3"], "sdgs[0]: must be a whole number"),
        ("projects", "budget", -1, "budget: must be a number, 0 or more"),
        ("projects", "budget", float("inf"), "budget: must be a number, 0 or more"),
        ("projects", "currency", "usd", "currency: must be a currency code of three capitals, such as USD"),
        ("exchanges", "actual", -1, "actual: must be a whole number, 0 or more"),
        ("exchanges", "actual", 1.5, "actual: must be a whole number, 0 or more"),
        ("exchanges", "round", [], "round: must be a number or text"),
        ("contributions", "agreed", "yes", "agreed: must be true or false"),
        ("contributions", "from", "A b",
         "from: must be an id: small letters, digits, - and _, beginning with a letter or digit"),
        ("publications", "related", ["norec"], "related[0]: must name a record as kind/id, such as partners/norec"),
    ],
)  # fmt: skip
def test_a_problem_is_a_sentence_about_its_field(kind: str, field: str, value: object, sentence: str) -> None:
    assert problems(kind, FULL[kind] | {field: value}) == [sentence]


def test_all_problems_are_told() -> None:
    document = {"id": "p", "start": "soon", "partners": [{"partner": "a"}, {"role": "funder"}]}
    assert problems("projects", document) == [
        "title: is required",
        "start: must be a date: 2024, 2024-05 or 2024-05-17",
        "partners[1].partner: is required",
    ]


@given(kind=st.sampled_from(KINDS), field=st.data(), value=JSON)
def test_no_problem_speaks_of_the_machinery(kind: str, field: st.DataObject, value: Any) -> None:
    name = field.draw(st.sampled_from(sorted(known(kind))))
    for sentence in problems(kind, FULL[kind] | {name: value}):
        field_name, words = sentence.split(": ", 1)
        assert field_name.startswith(name)
        assert words.startswith(("must ", "is required")), sentence


def test_problems_are_told_in_the_users_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_", {"is required": "est obligatoire", "must be a list": "…"}.get)
    assert problems("funds", {"id": "f"}) == ["name: est obligatoire"]


def test_an_unknown_kind_is_a_fault() -> None:
    with pytest.raises(KeyError):
        rules("events")
    with pytest.raises(KeyError):
        problems("events", {"id": "e"})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("partners", {"aliases", "languages", "areas"}),
        ("areas", {"synonyms", "sdgs", "sectors"}),
        ("projects", {"countries", "areas", "assessment.present"}),
        ("exchanges", set()),
        ("contributions", set()),
        ("solutions", {"countries", "areas", "history"}),
        ("publications", {"languages", "related"}),
        ("funds", {"contributors"}),
    ],
)
def test_fields_that_are_sets_say_so(kind: str, fields: set[str]) -> None:
    assert rules(kind).sets == fields


@pytest.mark.parametrize("kind", KINDS)
def test_lists_of_objects_say_what_tells_their_items_apart(kind: str) -> None:
    own: dict[str, dict[str, tuple[str, ...]]] = {
        "partners": {"brings": ("id",), "seeks": ("id",)},
        "projects": {"cross_cutting": ("area",), "partners": ("partner", "role")},
        "solutions": {"replications": ("country", "partner")},
    }
    every = {"figures": ("year", "measure"), "sources": ("ref",)}
    assert rules(kind).keys == every | own.get(kind, {})


@pytest.mark.parametrize("kind", KINDS)
def test_no_list_goes_without_a_rule(kind: str) -> None:
    lists = {name for name, value in (FULL[kind] | EVERY_KIND).items() if isinstance(value, list)}
    assert lists == {name for name in rules(kind).sets | set(rules(kind).keys) if "." not in name}


def test_a_place_is_merged_as_a_whole() -> None:
    assert {kind: rules(kind).whole for kind in KINDS if rules(kind).whole} == {"partners": {"location"}}


def test_fields_that_hold_codes_name_a_list() -> None:
    named = {path: name for kind in KINDS for path, name in codes(kind).items()}
    assert set(named.values()) <= set(CODES)
    assert codes("projects") == {
        "modality": "modality",
        "status": "activity_status",
        "cross_cutting.significance": "significance",
        "partners.role": "project_role",
    }
    assert codes("solutions") == {"stage": "solution_stage", "history.stage": "solution_stage"}
