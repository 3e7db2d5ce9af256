from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.countries import countries
from ssc_tui.catalogue.kinds import ID, KINDS
from ssc_tui.catalogue.labels import Label, country_labels
from ssc_tui.catalogue.projection import (
    CAPACITY_FIELDS,
    DEPENDENT,
    LAST,
    LONGEST_SPAN,
    Entry,
    Link,
    Projection,
    Stub,
    handle,
    project,
    stub,
    title_of,
)
from ssc_tui.catalogue.typed import CONTRIBUTION_FIELDS, FLOW_FIELDS, Document
from ssc_tui.text import words

STUBS = {
    ("partners", "norec"): Stub("Norec", "NRC", ("NO",), ("health",)),
    ("partners", "kch"): Stub("Kamuzu Hospital", "", ("MW", "ZA"), ("health", "energy")),
    ("partners", "bare"): Stub("Bare", "", (), ()),
    ("projects", "p1"): Stub("The project", "PROJ", ("KE",), ("water",)),
}


def look(kind: str, record_id: str) -> Stub | None:
    return STUBS.get((kind, record_id))


def nothing(_kind: str, _record_id: str) -> None:
    return None


def projected(kind: str, /, **fields: Any) -> Projection:
    return project(kind, {"id": "x", **fields}, look)


def entry(kind: str, /, **fields: Any) -> Entry:
    return projected(kind, **fields).entry


def tags(kind: str, /, **fields: Any) -> list[str]:
    return entry(kind, **fields).tags.split()


def links(kind: str, /, **fields: Any) -> list[tuple[str, str, str]]:
    found = projected(kind, **fields).links
    assert [(link.kind, link.id, link.position) for link in found] == [(kind, "x", number) for number in range(len(found))]
    return [(link.role, link.to_kind, link.to_id) for link in found]


def test_a_whole_partner() -> None:
    assert project(
        "partners",
        {
            "id": "kch",
            "name": "Kamuzu\x1b[1m Central\n Hospital",
            "names": {"ny": "Chipatala cha Kamuzu"},
            "acronym": "K.C.H.",
            "aliases": ["Lilongwe Hospital"],
            "kind": "11",
            "org_identifier": "MW-1",
            "country": "mw",
            "city": "Lilongwe",
            "location": {"lat": -13.98, "lon": 33},
            "website": "https://kch.example",
            "founded": 1977,
            "description": "Teaches surgery.",
            "areas": ["health"],
            "brings": [{"id": "b1", "area": "health", "topic": "Surgery"}, {"topic": "Nursing", "level": "expert"}],
            "seeks": [{"area": "energy", "topic": "Solar power"}],
            "figures": [{"measure": "beds", "value": 1000}],
            "sources": [{"ref": "a", "seen_on": "2023-05-01"}, {"ref": "b", "seen_on": "2024-01"}],
            "checked_on": "2023-12-31",
            "unknown": {"kept": True},
        },
        nothing,
    ) == Projection(
        Entry(
            kind="partners",
            id="kch",
            title="Kamuzu Central Hospital",
            acronym="K.C.H.",
            code="11",
            city="Lilongwe",
            countries="MW",
            start="1977",
            finish=None,
            persons=None,
            checked="2024-01",
            sort="kamuzu central hospital",
            country_sort="malawi",
            name="kamuzu central hospital k c h kch lilongwe chipatala cha mw 1 mw1",
            body="teaches surgery lilongwe https kch example kchexample nursing solar power beds",
            tags="kind_partners country_mw region_eastern-africa region_africa area_health type_11"
            " brings_surgery brings_health brings-area_health brings_nursing"
            " seeks_solar seeks_power seeks_energy seeks-area_energy",
        ),
        handles=("kch", "kamuzucentralhospital", "lilongwehospital", "chipatalachakamuzu", "mw1"),
        links=(
            Link("partners", "kch", "area", "areas", "health", 0),
            Link("partners", "kch", "brings", "areas", "health", 1),
            Link("partners", "kch", "seeks", "areas", "energy", 2),
        ),
        labels=(),
        capacities=(
            ("kch", "brings", "b1", "health", "Surgery", None, None, None, None),
            ("kch", "brings", "brings-2", None, "Nursing", None, "expert", None, None),
            ("kch", "seeks", "seeks-1", "energy", "Solar power", None, None, None, None),
        ),
        typed=("kch", "MW", -13.98, 33.0),
    )


def test_a_record_of_nothing_but_an_id() -> None:
    assert projected("partners") == Projection(
        Entry("partners", "x", "x", "", "", "", "", None, None, None, None, "x", LAST, "x", "", "kind_partners"),
        ("x",),
        (),
        (),
        (),
        ("x", None, None, None),
    )


# Titles.


@pytest.mark.parametrize(
    ("kind", "fields", "title"),
    [
        ("partners", {"name": "Name", "title": "Title"}, "Name"),
        ("areas", {"name": "Name"}, "Name"),
        ("funds", {"name": "Name"}, "Name"),
        ("projects", {"name": "Name", "title": "Title"}, "Title"),
        ("solutions", {"title": "Title"}, "Title"),
        ("publications", {"title": " Ti\ttle "}, "Ti tle"),
        ("publications", {"title": 2020}, "2020"),
        ("publications", {"title": ["Title"]}, "x"),
        ("publications", {"title": ""}, "x"),
        ("publications", {"title": True}, "x"),
        ("exchanges", {"sender": "norec", "host": "kch"}, "Norec → Kamuzu Hospital"),
        ("exchanges", {"sender": "norec", "host": "unknown-one"}, "Norec → unknown-one"),
        ("exchanges", {"host": "kch"}, "Kamuzu Hospital"),
        ("exchanges", {"title": "Own title"}, "Own title"),
        ("exchanges", {"from": "norec"}, "x"),
        ("contributions", {"from": "kch", "to": "norec"}, "Kamuzu Hospital → Norec"),
        ("contributions", {"sender": "norec"}, "x"),
    ],
)
def test_title(kind: str, fields: Document, title: str) -> None:
    assert title_of(kind, {"id": "x", **fields}, look) == title
    assert entry(kind, **fields).title == title


@pytest.mark.parametrize(
    ("kind", "document", "expected"),
    [
        ("partners", {"id": "a", "name": "A", "acronym": "AA", "country": "ke", "areas": ["x", "y"]}, Stub("A", "AA", ("KE",), ("x", "y"))),
        ("projects", {"id": "p", "title": "P", "countries": ["KE", "mw"]}, Stub("P", "", ("KE", "MW"), ())),
        ("partners", {"id": "a", "title": "T"}, Stub("a", "", (), ())),
        ("exchanges", {"id": "e", "sender": "norec", "host": "kch"}, Stub("e", "", (), ())),
    ],
)
def test_stub(kind: str, document: Document, expected: Stub) -> None:
    assert stub(kind, document) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("U.N.D.P.", "undp"),
        ("N'Djamena", "ndjamena"),
        ("Guinea-Bissau", "guineabissau"),
        ("FK  Norway", "fknorway"),
        ("Łódź", "lodz"),
        ("※", ""),
    ],
)
def test_handle(name: str, expected: str) -> None:
    assert handle(name) == expected


def test_handles_are_every_name_once_and_none_empty() -> None:
    found = projected("partners", name="X", acronym="※", aliases=["FAO", "F.A.O."], org_identifier="XM-DAC-41301").handles
    assert found == ("x", "fao", "xmdac41301")
    assert projected("projects", identifier="NO-1-P", titles={"fr": "Projet"}).handles == ("x", "projet", "no1p")


# What the entry holds.


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("partners", {"kind": "22"}, "22"),
        ("partners", {"kind": 22}, "22"),
        ("areas", {"kind": "theme"}, "theme"),
        ("exchanges", {"kind": "expert"}, "expert"),
        ("projects", {"modality": "triangular", "kind": "other"}, "triangular"),
        ("solutions", {"stage": "proven", "kind": "other"}, "proven"),
        ("funds", {"modality": "triangular"}, ""),
    ],
)
def test_code(kind: str, fields: Document, code: str) -> None:
    assert entry(kind, **fields).code == code


@pytest.mark.parametrize(
    ("kind", "fields", "found", "sort"),
    [
        ("partners", {"country": "CI"}, "CI", "cote divoire"),
        ("partners", {"country": "ke", "countries": ["MW", "KE", "ke"]}, "KE MW", "kenya"),
        ("partners", {"country": "XX"}, "XX", "xx"),
        ("partners", {"country": "KEN"}, "", LAST),
        ("partners", {"country": "K1"}, "", LAST),
        ("partners", {"country": "ÉÉ"}, "", LAST),
        ("partners", {"country": ["KE"]}, "", LAST),
        ("projects", {"countries": ["MW", 12, None, "", {"code": "KE"}, "ZA"]}, "MW ZA", "malawi"),
        ("projects", {"countries": "MW"}, "", LAST),
        ("projects", {"partners": [{"partner": "norec"}]}, "", LAST),
        ("exchanges", {"sender": "kch", "host": "norec"}, "MW ZA NO", "malawi"),
        ("exchanges", {"sender": "norec", "country": "KE", "project": "p1"}, "KE NO", "kenya"),
        ("contributions", {"from": "bare", "to": "unknown"}, "", LAST),
    ],
)
def test_countries(kind: str, fields: Document, found: str, sort: str) -> None:
    shown = entry(kind, **fields)
    assert (shown.countries, shown.country_sort) == (found, sort)
    assert [tag for tag in shown.tags.split() if tag.startswith("country_")] == [f"country_{code.lower()}" for code in found.split()]


@pytest.mark.parametrize(
    ("fields", "start", "finish"),
    [
        ({}, None, None),
        ({"start": "2019-05", "end": "2020"}, "2019-05", "2020"),
        ({"year": 2019}, "2019", None),
        ({"founded": 2000}, "2000", None),
        ({"start": "2019", "year": 2018, "founded": 2000}, "2019", None),
        ({"year": 2018, "founded": 2000}, "2018", None),
        ({"start": None, "end": ""}, None, None),
    ],
)
def test_span(fields: Document, start: str | None, finish: str | None) -> None:
    shown = entry("projects", **fields)
    assert (shown.start, shown.finish) == (start, finish)


@pytest.mark.parametrize(
    ("kind", "actual", "persons"),
    [
        ("exchanges", 4, 4),
        ("exchanges", 0, 0),
        ("exchanges", None, None),
        ("exchanges", True, None),
        ("exchanges", "4", None),
        ("exchanges", 4.5, None),
        ("exchanges", 2**63, None),
        ("exchanges", -(2**70), None),
        ("projects", 4, None),
    ],
)
def test_persons(kind: str, actual: Any, persons: int | None) -> None:
    assert entry(kind, actual=actual).persons == persons


@pytest.mark.parametrize(
    ("fields", "checked"),
    [
        ({}, None),
        ({"checked_on": "2024"}, "2024"),
        ({"sources": [{"seen_on": "2022-01-01"}, {"seen_on": "2023-01-01"}, {"ref": "x"}]}, "2023-01-01"),
        ({"checked_on": "2024", "sources": [{"seen_on": "2023-12"}]}, "2024"),
        ({"sources": "2024"}, None),
        ({"sources": ["2024", None]}, None),
    ],
)
def test_checked(fields: Document, checked: str | None) -> None:
    assert entry("partners", **fields).checked == checked


@pytest.mark.parametrize(
    ("kind", "fields", "name"),
    [
        ("partners", {"name": "A b", "acronym": "C", "aliases": ["D", 5, None]}, "a b c d 5 x"),
        ("partners", {"names": {"fr": "Un", "es": None, "pt": ["Dois"], "en": "One"}}, "x un one"),
        ("partners", {"names": ["One"]}, "x"),
        ("projects", {"titles": {"fr": "Projet"}, "identifier": "NO-1"}, "x projet no 1 no1"),
        ("areas", {"synonyms": [{"en": "solar", "fr": "solaire", "es": None}, "wind", 5]}, "x solar solaire wind"),
        ("areas", {"synonyms": "solar"}, "x"),
        ("exchanges", {"sender": "norec", "host": "kch"}, "norec kamuzu hospital nrc x"),
        ("contributions", {"from": "norec", "to": "kch"}, "norec kamuzu hospital nrc x"),
        ("partners", {"name": "Solar solar SOLAR"}, "solar x"),
    ],
)
def test_words_of_the_name(kind: str, fields: Document, name: str) -> None:
    assert entry(kind, **fields).name == name


@pytest.mark.parametrize(
    ("kind", "fields", "body"),
    [
        ("partners", {"description": "Aa", "abstract": "Bb", "challenge": "Cc", "note": "Dd", "city": "Ee"}, "aa bb cc dd ee"),
        ("exchanges", {"need": "Nurses", "capacity": "Teachers"}, "nurses teachers"),
        ("publications", {"url": "example.org", "email": "a@b"}, "example org exampleorg a b"),
        ("partners", {"brings": [{"topic": "Solar"}, "Wind", {"area": "x"}], "seeks": [{"topic": "Water"}]}, "solar water"),
        ("partners", {"brings": {"topic": "Solar"}, "figures": [{"measure": "people sent"}]}, "people sent"),
        ("solutions", {"replications": [{"changes": "Smaller", "result": "Cheaper", "partner": "norec"}]}, "smaller cheaper"),
        ("exchanges", {"sender": "norec", "host": "bare"}, "norec bare"),
        ("exchanges", {"sender": "norec", "project": "p1"}, "norec"),
        ("projects", {"partners": [{"partner": "norec"}]}, ""),
        ("partners", {"description": ["Aa"], "note": False, "city": None}, ""),
    ],
)
def test_words_of_the_body(kind: str, fields: Document, body: str) -> None:
    assert entry(kind, **fields).body == body


@pytest.mark.parametrize(
    ("record_id", "name"),
    [
        ("norec-bergen-kamuzu", "title norec bergen kamuzu"),
        ("title-norec", "title norec"),
        ("sdg-07", "title sdg"),
        ("x_1", "title"),
        ("2019", "title"),
        ("019a7b2c-1d2e-7f00-8a1b-0123456789ab", "title"),
    ],
)
def test_spoken_words_of_an_id_are_words_of_the_name(record_id: str, name: str) -> None:
    assert project("projects", {"id": record_id, "title": "Title"}, nothing).entry.name == name


# Links.


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("partners", {"parent": "mother"}, [("parent", "partners", "mother")]),
        ("areas", {"parent": "mother"}, [("parent", "areas", "mother")]),
        ("exchanges", {"project": "p1", "host": "a", "sender": "b"}, [
            ("sender", "partners", "b"), ("host", "partners", "a"), ("project", "projects", "p1"),
        ]),
        ("contributions", {"from": "a", "to": "b"}, [("from", "partners", "a"), ("to", "partners", "b")]),
        ("solutions", {"provider": "a"}, [("provider", "partners", "a")]),
        ("publications", {"publisher": "a"}, [("publisher", "partners", "a")]),
        ("funds", {"manager": "a", "contributors": ["c", "b", "c"]}, [
            ("manager", "partners", "a"), ("contributor", "partners", "c"), ("contributor", "partners", "b"),
        ]),
        ("projects", {"fund": "f", "areas": ["health"], "requested_by": "a"}, [
            ("fund", "funds", "f"), ("area", "areas", "health"), ("requested_by", "partners", "a"),
        ]),
        ("projects", {"requested_by": "Ministry of Health"}, []),
        ("projects", {"cross_cutting": [{"area": "gender", "significance": 1}, {}, "climate"]}, [("cross_cutting", "areas", "gender")]),
        ("projects", {"partners": [{"partner": "a", "role": "funder"}, {"partner": "b"}, {"partner": "a"}, {"role": "funder"}, "c"]}, [
            ("funder", "partners", "a"), ("partner", "partners", "b"), ("partner", "partners", "a"),
        ]),
        ("partners", {"brings": [{"area": "health"}, {"area": "health"}], "seeks": [{"area": "energy"}, {}]}, [
            ("brings", "areas", "health"), ("seeks", "areas", "energy"),
        ]),
        ("projects", {"assessment": {"date": "2020", "present": ["b", "a", "Not an id", 7]}}, [
            ("present", "partners", "b"), ("present", "partners", "a"), ("present", "partners", "7"),
        ]),
        ("projects", {"assessment": ["a"]}, []),
        ("projects", {"assessment": {"present": "a"}}, []),
        ("solutions", {"replications": [{"partner": "a"}, {"country": "KE"}]}, [("replicated_by", "partners", "a")]),
        ("publications", {"related": ["partners/a", "projects/p1", "a", "people/b", "partners/Not An Id", "", 5]}, [
            ("related", "partners", "a"), ("related", "projects", "p1"),
        ]),
        ("projects", {"areas": ["Not an id", "../x", "", "ok"], "fund": "no fund", "parent": 5}, [
            ("parent", "projects", "5"), ("area", "areas", "ok"),
        ]),
        ("projects", {"areas": "health", "fund": ["f", "g"]}, [
            ("fund", "funds", "f"), ("fund", "funds", "g"), ("area", "areas", "health"),
        ]),
        ("projects", {"areas": [], "fund": None, "partners": {"partner": "a"}}, []),
    ],
)  # fmt: skip
def test_links(kind: str, fields: Document, expected: list[tuple[str, str, str]]) -> None:
    assert links(kind, **fields) == expected


# Tags.


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("partners", {"country": "MW"}, ["country_mw", "region_eastern-africa", "region_africa"]),
        ("partners", {"country": "AQ"}, ["country_aq"]),
        ("partners", {"country": "XX"}, ["country_xx"]),
        ("projects", {"countries": ["MW", "KE"]}, ["country_mw", "region_eastern-africa", "region_africa", "country_ke"]),
        ("projects", {"areas": ["a"], "cross_cutting": [{"area": "b"}]}, ["area_a", "area_b"]),
        ("areas", {"parent": "mother"}, []),
        ("projects", {"fund": "f", "partners": [{"partner": "a"}], "requested_by": "b"}, ["fund_f", "partner_b", "partner_a"]),
        ("publications", {"related": ["projects/p1", "solutions/s1"]}, ["project_p1"]),
        ("exchanges", {"sender": "kch", "host": "bare"}, [
            "country_mw", "region_eastern-africa", "region_africa", "country_za", "region_southern-africa", "partner_kch", "partner_bare",
            "area_health", "area_energy",
        ]),
        ("exchanges", {"sender": "kch", "project": "p1"}, [
            "country_mw", "region_eastern-africa", "region_africa", "country_za", "region_southern-africa", "partner_kch", "project_p1",
            "area_water",
        ]),
        ("contributions", {"from": "kch", "project": "gone"}, [
            "country_mw", "region_eastern-africa", "region_africa", "country_za", "region_southern-africa", "partner_kch", "project_gone",
            "area_health", "area_energy",
        ]),
        ("projects", {"cross_cutting": [{"area": "a", "significance": 2}, {"area": "b", "significance": 1}, {"significance": 2}]}, [
            "area_a", "area_b", "principal_a",
        ]),
        ("projects", {"modality": "South South", "status": 2, "stage": "Proven!", "kind": "x_y-z"}, [
            "modality_south-south", "status_2", "stage_proven-", "type_x_y-z",
        ]),
        ("partners", {"kind": "Über"}, ["type_über"]),
        ("areas", {"sdgs": [7, "13"]}, ["sdg_7", "sdg_13"]),
        ("areas", {"sdgs": 7}, []),
    ],
)  # fmt: skip
def test_tags(kind: str, fields: Document, expected: list[str]) -> None:
    assert tags(kind, **fields) == [f"kind_{kind}", *expected]


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"start": "2019-05", "end": "2021"}, [2019, 2020, 2021]),
        ({"start": "2019"}, [2019]),
        ({"end": "2021-12-31"}, [2021]),
        ({"start": "2021", "end": "2019"}, [2019, 2020, 2021]),
        ({"year": 2015}, [2015]),
        ({"year": 2015, "start": "2017"}, [2015, 2016, 2017]),
        ({"start": str(2020 - LONGEST_SPAN + 1), "end": "2020"}, [*range(2020 - LONGEST_SPAN + 1, 2021)]),
        ({"start": str(2020 - LONGEST_SPAN), "end": "2020"}, [2020 - LONGEST_SPAN, 2020]),
        ({"start": "20x9", "end": "٢٠٢١", "year": "²⁰²¹"}, []),
        ({"founded": 2000}, []),
    ],
)
def test_years(fields: Document, years: list[int]) -> None:
    assert tags("projects", **fields) == ["kind_projects", *(f"year_{year}" for year in years)]


def test_the_areas_of_a_hostile_partner_make_no_other_tags() -> None:
    hostile = stub("partners", {"id": "evil", "areas": ["health kind_funds", "ok"]})
    shown = project("exchanges", {"id": "x", "sender": "evil"}, lambda _kind, _id: hostile).entry
    assert shown.tags.split() == ["kind_exchanges", "partner_evil", "area_ok"]


@pytest.mark.parametrize("item", [{"topic": "a_b kind_funds"}, {"area": "Health & kind_funds"}])
def test_capacities_make_no_other_tags(item: Document) -> None:
    assert all(tag.startswith(("kind_partners", "brings_", "brings-area_")) for tag in tags("partners", brings=[item]))


# Labels.


def test_labels_of_an_area() -> None:
    found = projected(
        "areas",
        name="Clean energy",
        names={"fr": "Énergie propre", "en": "Clean energy"},
        synonyms=[{"en": "solar power", "fr": "énergie solaire"}, "wind", {"fr": "barrage"}],
    ).labels
    assert found == (
        Label("clean", "area_x"),
        Label("energy", "area_x"),
        Label("energie", "area_x"),
        Label("propre", "area_x"),
        Label("solar", "area_x", "solar power"),
        Label("power", "area_x", "solar power"),
        Label("energie", "area_x", "solar power"),
        Label("solaire", "area_x", "solar power"),
        Label("wind", "area_x", "wind"),
        Label("barrage", "area_x"),
    )


def test_a_synonym_without_its_english_is_a_name() -> None:
    assert projected("areas", synonyms=[{"fr": "soleil", "en": None}]).labels == (Label("soleil", "area_x"),)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "areas"])
def test_only_areas_have_labels(kind: str) -> None:
    assert projected(kind, name="Energy", title="Energy", synonyms=["solar"]).labels == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"names": ["A"]},
        {"names": {"fr": None, "es": 5, "pt": ["A"]}},
        {"synonyms": [None, 5, ["A"], {"fr": None, "en": ["A"]}]},
        {"synonyms": "A"},
    ],
)
def test_labels_of_a_wrong_type_are_left_out(fields: Document) -> None:
    assert projected("areas", **fields).labels == ()


def test_labels_of_countries() -> None:
    found = list(country_labels())
    assert [label.word for label in found if label.tag == "country_za"] == [
        "south",
        "africa",
        "afrique",
        "du",
        "sud",
        "sudafrica",
        "do",
        "sul",
    ]
    assert {label.tag for label in found} == {f"country_{code.lower()}" for code in countries()}
    assert len(found) == len(set(found))
    assert {label.english for label in found} == {""}


# Tables of their own.


def test_capacities_of_wrong_types_are_left_out() -> None:
    found = projected("partners", brings=["solar", None, {"topic": ["a"], "area": 5, "level": True}], seeks={"topic": "a"}).capacities
    assert found == (("x", "brings", "brings-1", "5", None, None, None, None, None),)
    assert len(found[0]) == 2 + len(CAPACITY_FIELDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "partners"])
def test_only_partners_have_capacities(kind: str) -> None:
    assert projected(kind, brings=[{"topic": "a"}]).capacities == ()


@pytest.mark.parametrize(
    ("location", "point"),
    [
        ({"lat": 90, "lon": -180}, (90.0, -180.0)),
        ({"lat": 90.5, "lon": 0}, (None, None)),
        ({"lat": 0, "lon": 181}, (None, None)),
        ({"lat": 0}, (None, None)),
        ({"lat": "1", "lon": True}, (None, None)),
        ({"lat": float("nan"), "lon": 1}, (None, None)),
        ("Lilongwe", (None, None)),
    ],
)
def test_a_partner_sits_at_a_point_of_the_earth_or_at_none(location: Any, point: tuple[float | None, float | None]) -> None:
    assert projected("partners", country="mw", location=location).typed == ("x", "MW", *point)


def test_flow() -> None:
    stated = {
        "project": "p1",
        "round": 3,
        "sender": "a",
        "host": "b",
        "kind": "expert",
        "planned": 4,
        "actual": 3,
        "months": 2.5,
        "start": "2019",
    }
    plain = ("x", "p1", 3, "a", "b", "expert", 4, 3, 2.5, "2019", None, None)
    assert projected("exchanges", **stated).typed == (*plain, None, None, None)
    assert projected("exchanges", **stated, need="surgery").typed == (*plain, "surgery", None, None)
    assert len(FLOW_FIELDS) == 15


@pytest.mark.parametrize(
    ("stated", "counted"),
    [
        ({"planned": 10**9, "actual": 0, "months": 10**6}, (10**9, 0, 10**6)),
        ({"planned": 3.0, "actual": 2.5, "months": 2}, (3, None, 2.0)),
        ({"planned": 10**9 + 1, "actual": -1, "months": -0.5}, (None, None, None)),
        ({"planned": "4", "actual": True, "months": "6"}, (None, None, None)),
        ({"planned": float("nan"), "actual": float("inf"), "months": float("inf")}, (None, None, None)),
    ],
)
def test_only_numbers_of_persons_and_months_count(stated: dict[str, Any], counted: tuple[Any, ...]) -> None:
    row = projected("exchanges", **stated).typed
    assert row is not None
    assert row[6:9] == counted


def test_a_flow_names_the_countries_of_both_ends_and_nothing_that_is_empty() -> None:
    row = projected("exchanges", sender="norec", host="kch", project="", status="", need="").typed
    assert row == ("x", None, None, "norec", "kch", *[None] * 8, "NO", "MW")


def test_request() -> None:
    assert projected("projects", requested_by="kch", requested_on="2024-05", status="2").typed == ("x", "kch", "2024-05", "2")
    assert projected("projects", requested_on="2024").typed == ("x", "", "2024", "")


def test_contribution() -> None:
    stated = {"project": "p1", "from": "a", "to": "b", "year": 2019, "kind": "travel", "quantity": 2, "unit_cost": 10.5, "agreed": True}
    row = ("x", "p1", "a", "b", 2019, "travel", 2, None, 10.5, None, None, None, True, None)
    assert projected("contributions", **stated).typed == row
    assert len(CONTRIBUTION_FIELDS) == 14


@pytest.mark.parametrize("wrong", [["2019"], {"a": 1}, None, 2**63, -(2**70)])
@pytest.mark.parametrize(("kind", "field", "index"), [("exchanges", "planned", 6), ("contributions", "amount", 10)])
def test_numbers_that_no_table_holds_are_left_out(kind: str, field: str, index: int, wrong: Any) -> None:
    row = projected(kind, **{field: wrong}).typed
    assert row is not None
    assert row[index] is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (*DEPENDENT, "partners")])
def test_other_kinds_have_no_table_of_their_own(kind: str) -> None:
    assert projected(kind, planned=4, quantity=2).typed is None


# Every document.

FIELDS = sorted({
    "name", "title", "names", "titles", "acronym", "aliases", "kind", "country", "countries", "areas", "parent", "sdgs", "city", "note",
    "brings", "seeks", "figures", "sources", "partners", "replications", "cross_cutting", "related", "synonyms", "contributors", "fund",
    "identifier", "description", "founded", "checked_on", "modality", "stage", "manager", "publisher", "provider", "requested_by",
    "assessment", *FLOW_FIELDS[1:], *CONTRIBUTION_FIELDS[1:],
})  # fmt: skip
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["norec", "kch", "partners/norec", "projects/p1", "MW", "2019-05", "health"]))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
OBJECTS = st.dictionaries(
    st.sampled_from(["partner", "role", "area", "topic", "en", "fr", "seen_on", "measure", "result", "id", "present"]), LEAVES
)
DOCUMENTS = st.builds(
    lambda fields, record_id: {**fields, "id": record_id},
    st.dictionaries(st.sampled_from(FIELDS), st.one_of(LEAVES, st.lists(st.one_of(LEAVES, OBJECTS), max_size=4), OBJECTS)),
    st.from_regex(ID, fullmatch=True),
)


@given(st.sampled_from(KINDS), DOCUMENTS)
def test_every_document_has_rows(kind: str, document: dict[str, Any]) -> None:
    found = project(kind, document, look)
    shown = found.entry
    assert (shown.kind, shown.id) == (kind, document["id"])
    assert shown.title
    assert shown.title == " ".join(shown.title.split())
    assert [word for word in f"{shown.name} {shown.body}".split() if words(word)[:1] != [word]] == []
    assert set(words(shown.title)) <= set(shown.name.split())
    fields = {tag.partition("_")[0] for tag in shown.tags.split()}
    assert fields <= {
        *("kind", "country", "region", "area", "partner", "project", "fund", "modality", "status", "stage", "type", "sdg", "year"),
        *("brings", "seeks", "brings-area", "seeks-area"),
    }
    assert [tag for tag in shown.tags.split() if tag.startswith("kind_")] == [f"kind_{kind}"]
    assert [link for link in found.links if not ID.match(link.to_id) or link.to_kind not in KINDS] == []
    assert len({link[:5] for link in found.links}) == len(found.links)
    assert document["id"] in found.handles or handle(document["id"]) in found.handles or not handle(document["id"])


@given(st.sampled_from(KINDS), DOCUMENTS)
def test_rows_fit_into_the_tables(kind: str, document: dict[str, Any]) -> None:
    found = project(kind, document, look)
    values = [*found.entry, *(found.typed or ())]
    assert [value for value in values if isinstance(value, int) and not -(2**63) <= value < 2**63] == []


def test_nasty_text_in_every_field(nasty: str) -> None:
    document = dict.fromkeys(FIELDS, nasty) | {"id": "x"}
    shown = project("projects", document, look).entry
    assert shown.title == (" ".join(shown.title.split()) or "x")
    assert not set('"*^:()\x00\x1b') & set(shown.name + shown.body + shown.tags)
