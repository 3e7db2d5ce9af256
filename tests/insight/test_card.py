"""The card: every field in words, what is missing named, and nothing that a document holds can stop it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from sqlite3 import Connection
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.documents import MODELS, problems
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.catalogue.typed import FLOW_FIELDS, typed_row
from ssc_tui.errors import SscError
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.card import Card, build_card
from ssc_tui.insight.card_fields import EXPECTED, FIELDS, HEADINGS, Form
from ssc_tui.insight.saying import not_stated
from ssc_tui.store import reader
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.store.reader import Group, Linked, Note

CAPACITY = {
    "id": "item-1", "area": "water", "topic": "Rope pumps", "sector": "14032", "level": "can teach it", "language": "pt",
    "valid_until": "2031-05", "source": "interview of March",
}  # fmt: skip
SHARED = {
    "figures": [{"year": 2019, "measure": "rooms built", "value": 4321, "unit": "rooms", "source": "annual report"}],
    "sources": [{"ref": "https://source.example/page", "seen_on": "2026-07-01"}],
    "checked_on": "2026-08-02",
    "checked_by": "Amina",
    "last_modified": 1700000000000,
}
FULL: dict[str, dict[str, Any]] = {
    "partners": {
        "id": "full", "name": "Full Partner", "names": {"fr": "Partenaire entier"}, "acronym": "FULLP", "aliases": ["Old Partner"],
        "kind": "22", "org_identifier": "XX-REG-1", "parent": "other", "country": "KE", "city": "Kisumu",
        "location": {"lat": -0.125, "lon": 34.75}, "website": "https://full.example", "email": "post@full.example", "phone": "+254 1",
        "languages": ["sw"], "founded": 1987, "description": "It does a lot.", "areas": ["health"], "brings": [CAPACITY],
        "seeks": [{**CAPACITY, "topic": "Vaccines", "sector": "12250", "level": "beginner", "language": "fr", "valid_until": "2032",
                   "source": "letter of May"}],
        **SHARED,
    },
    "projects": {
        "id": "full", "title": "Full Project", "titles": {"es": "Proyecto entero"}, "identifier": "XM-1-2", "modality": "triangular",
        "modality_reason": "three sides pay", "status": "2", "start": "2017-03", "end": "2020-11-30", "countries": ["NP"],
        "areas": ["health"], "cross_cutting": [{"area": "water", "significance": 2}], "fund": "pot",
        "partners": [{"partner": "other", "role": "coordinator", "since": "2018-01"}],
        "assessment": {"date": "2016-09", "present": ["third"]}, "requested_by": "asker", "requested_on": "2016-02", "budget": 98765,
        "currency": "NOK", "description": "It goes on.", **SHARED,
    },
    "exchanges": {
        "id": "full", "project": "scheme", "round": "Round 7", "sender": "other", "host": "third", "kind": "study_visit", "planned": 19,
        "actual": 17, "months": 11.5, "start": "2021-01", "end": "2021-12", "status": "ongoing", "need": "nurses for nights",
        "capacity": "night nursing", "note": "They came back.", **SHARED,
    },
    "areas": {
        "id": "full", "name": "Full Area", "names": {"pt": "Saúde inteira"},
        "synonyms": ["wellness", {"fr": "bien-être", "en": "well-being"}],
        "kind": "theme", "parent": "health", "sdgs": [3], "sectors": ["12281"], "description": "All of it.", **SHARED,
    },
    "solutions": {
        "id": "full", "title": "Full Solution", "stage": "proven", "provider": "other", "project": "scheme", "countries": ["NP"],
        "areas": ["health"], "challenge": "It is far.", "description": "A boat.",
        "replications": [{"country": "MW", "partner": "third", "year": 2022, "changes": "smaller boat", "result": "fewer losses"}],
        "history": [{"stage": "incubating", "on": "2015-04", "by": "the cooperative", "reason": "first money"}], **SHARED,
    },
    "publications": {
        "id": "full", "title": "Full Publication", "publisher": "other", "year": 2014, "kind": "case_study", "languages": ["ar"],
        "url": "https://text.example", "related": ["projects/scheme"], "abstract": "In short.", **SHARED,
    },
    "funds": {
        "id": "full", "name": "Full Fund", "manager": "other", "contributors": ["third"], "founded": 2003, "description": "Pays.", **SHARED,
    },
    "contributions": {
        "id": "full", "project": "scheme", "from": "other", "to": "third", "year": 2013, "kind": "expert_time", "quantity": 12.5,
        "unit": "weeks", "unit_cost": 432.1, "method": "market price", "amount": 5401.25, "currency": "MWK", "agreed": True,
        "tossd": "T07", **SHARED,
    },
}  # fmt: skip
"""A document of each kind with every field of its model."""

NAMED = [
    ("partners", {"id": "other", "name": "Other Partner"}),
    ("partners", {"id": "third", "name": "Third Partner"}),
    ("partners", {"id": "asker", "name": "Asking Partner"}),
    ("areas", {"id": "health", "name": "Health"}),
    ("areas", {"id": "water", "name": "Water supply"}),
    ("funds", {"id": "pot", "name": "Common Pot"}),
    ("projects", {"id": "scheme", "title": "Named Scheme"}),
]

SAID = {
    "founded": "1987", "from": "Other Partner", "to": "Third Partner", "parent": "Other Partner", "sender": "Other Partner",
    "host": "Third Partner", "provider": "Other Partner", "publisher": "Other Partner", "manager": "Other Partner",
    "contributors": "Third Partner", "requested_by": "Asking Partner", "partners.partner": "Other Partner",
    "assessment.present": "Third Partner", "replications.partner": "Third Partner", "fund": "Common Pot", "project": "Named Scheme",
    "related": "Named Scheme", "areas": "Health", "cross_cutting.area": "Water supply", "brings.area": "Water supply",
    "seeks.area": "Water supply", "country": "Kenya", "countries": "Nepal", "replications.country": "Malawi", "languages": None,
    "brings.language": "Portuguese", "seeks.language": "French", "figures.value": "4,321", "agreed": "yes", "planned": "19 persons",
    "actual": "17 persons", "budget": "NOK 98,765", "amount": "MWK 5,401.25", "currency": None, "tossd": "T07",
    "synonyms": "bien-être / well-being", "modality": label("modality", "triangular"), "status": None, "kind": None,
    "stage": label("solution_stage", "proven"), "history.stage": label("solution_stage", "incubating"),
    "cross_cutting.significance": label("significance", 2), "partners.role": label("project_role", "coordinator"),
    "names": None, "titles": "Proyecto entero (es)", "title": None, "name": None,
}  # fmt: skip
"""What stands on the card for a field, where that is not its value; None where it differs by kind (see below)."""

BY_KIND: dict[tuple[str, str], str] = {
    ("partners", "kind"): label("organisation_type", "22"),
    ("exchanges", "kind"): label("exchange_kind", "study_visit"),
    ("areas", "kind"): label("area_kind", "theme"),
    ("publications", "kind"): label("publication_kind", "case_study"),
    ("contributions", "kind"): label("contribution_kind", "expert_time"),
    ("projects", "status"): label("activity_status", 2),
    ("exchanges", "status"): label("exchange_status", "ongoing"),
    ("partners", "languages"): "Swahili",
    ("publications", "languages"): "Arabic",
    ("projects", "currency"): "NOK",
    ("contributions", "currency"): "MWK",
    ("partners", "names"): "Partenaire entier (fr)",
    ("areas", "names"): "Saúde inteira (pt)",
    ("areas", "parent"): "Health",
    ("funds", "founded"): "2003",
    ("partners", "name"): "Full Partner",
    ("areas", "name"): "Full Area",
    ("funds", "name"): "Full Fund",
    ("projects", "title"): "Full Project",
    ("solutions", "title"): "Full Solution",
    ("publications", "title"): "Full Publication",
}

SILENT = {"id", "last_modified", "brings.id", "seeks.id"}
"""What tells a machine which record or item is meant."""


def paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The path of every field of a model that holds no object, with those of the objects inside."""
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        parts = [part for part in _inside(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        if parts:
            yield from paths(parts[0], f"{path}.")
        else:
            yield path


def _inside(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _inside(part)


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a path, of the first item where there is a list on the way."""
    value: Any = document
    for step in path.split("."):
        value = value[0] if isinstance(value, list) else value
        value = value[step]
    return value


ALL_PATHS = [(kind, path) for kind in KINDS for path in paths(MODELS[kind])]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("cards") / "copy.sqlite"
    documents = [*NAMED, *FULL.items()]
    make_copy(path, documents, {"dataset": "made up", "format": "1", "origin": "remote", "released": "2026-11-01", "seed": "none"})
    connection = connect(path)
    yield connection
    connection.close()


def card_of(copy: Connection, kind: str, record_id: str = "full") -> Card:
    row = reader.row_of(copy, kind, record_id)
    assert row
    document = reader.document(copy, kind, record_id)
    return build_card(kind, row.title, document, reader.links_from(copy, kind, record_id), reader.links_to(copy, kind, record_id))


def lines_of(card: Card) -> Iterator[Line]:
    for block in card.blocks:
        yield from block.lines
        yield from block.second or ()


def said_on(card: Card) -> str:
    """Everything that the card says."""
    parts = [card.title]
    for block in card.blocks:
        parts += [block.heading, block.second_heading]
        parts += [part for line in (*block.lines, *(block.second or ())) for part in (line.label, line.value, line.beside)]
    return "\n".join(parts)


def block_of(card: Card, heading: str) -> Block:
    return next(block for block in card.blocks if block.heading.startswith(heading))


@pytest.mark.parametrize("kind", KINDS)
def test_the_made_up_documents_are_valid_and_hold_every_field(kind: str) -> None:
    assert problems(kind, FULL[kind]) == []
    for path in paths(MODELS[kind]):
        assert value_at(FULL[kind], path) not in (None, "", [], {}), f"{kind}: give {path} a value in FULL"


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, path in ALL_PATHS if path not in SILENT])
def test_every_field_of_the_model_stands_on_the_card_in_words(copy: Connection, kind: str, path: str) -> None:
    words = BY_KIND.get((kind, path)) or SAID.get(path)
    if words is None:
        value = value_at(FULL[kind], path)
        words = str(value[0] if isinstance(value, list) else value)
    assert words in said_on(card_of(copy, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_of_the_model_is_called_unknown(copy: Connection, kind: str) -> None:
    assert not [block for block in card_of(copy, kind).blocks if block.heading == "Other fields"]


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in KINDS for field in sorted(EXPECTED[kind])])
def test_an_expected_field_that_is_missing_is_not_stated(kind: str, field: str) -> None:
    heading = next(heading for name, heading, _form in FIELDS[kind] if name == field)
    card = build_card(kind, "Bare", {"id": "bare"}, (), ())
    assert [line.value for line in lines_of(card) if line.label == heading] == [not_stated()]


NUMBERS = (Form.NUMBER, Form.PERSONS, Form.MONEY)


@pytest.mark.parametrize(
    ("kind", "field", "heading"),
    [(kind, field, heading) for kind in KINDS for field, heading, form in FIELDS[kind] if form in NUMBERS],
)
def test_a_zero_is_a_statement(kind: str, field: str, heading: str) -> None:
    line = next(line for line in lines_of(build_card(kind, "Bare", {"id": "bare", field: 0}, (), ())) if line.label == heading)
    assert "0" in line.value.split(" ")


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind in KINDS for field in ("colour", "title", "name", "x" * 60) if field not in MODELS[kind].model_fields],
)
def test_a_field_that_the_program_does_not_know_is_shown_as_it_came(kind: str, field: str) -> None:
    card = build_card(kind, "Bare", {"id": "bare", field: {"deep": ["green"]}}, (), ())
    assert Line(field, '{"deep": ["green"]}') in block_of(card, "Other fields").lines


@pytest.mark.parametrize(
    ("kind", "path"),
    sorted({(kind, path.rpartition(".")[0]) for kind, path in ALL_PATHS if "." in path}),
)
def test_a_field_inside_an_object_that_the_program_does_not_know_is_shown(kind: str, path: str) -> None:
    document = json.loads(json.dumps(FULL[kind]))
    part = value_at(document, path)
    (part[0] if isinstance(part, list) else part)["colour"] = "greenish"
    assert "greenish" in said_on(build_card(kind, "Full", document, (), ()))


WRONG = [5, -1.5, True, "text", "", [], [7], ["text"], [["text"]], [{}], {}, {"a": 1}, [{"partner": 5, "area": {}}], None]


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind in KINDS for path in dict.fromkeys(FULL[kind]) if path != "id"])
def test_no_value_of_a_wrong_form_stops_the_card(kind: str, path: str) -> None:
    for value in WRONG:
        assert build_card(kind, "Wrong", {**FULL[kind], path: value}, (), ()).ref == f"{kind}/full", value


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, path in ALL_PATHS if "." in path])
def test_no_value_of_a_wrong_form_inside_an_object_stops_the_card(kind: str, path: str) -> None:
    outer, _dot, inner = path.rpartition(".")
    for value in WRONG:
        document = json.loads(json.dumps(FULL[kind]))
        part = value_at(document, outer)
        (part[0] if isinstance(part, list) else part)[inner] = value
        assert build_card(kind, "Wrong", document, (), ()).ref == f"{kind}/full", value


def test_a_record_that_the_copy_does_not_hold_is_named_by_its_id_and_leads_nowhere() -> None:
    card = build_card("projects", "One", {"id": "one", "fund": "gone", "partners": [{"partner": "away"}]}, (), ())
    assert Line("Fund", "gone") in block_of(card, "").lines
    assert Line("Partner", "away") in block_of(card, "Partners").lines


def test_a_capacity_in_an_area_that_the_copy_does_not_hold_leads_nowhere() -> None:
    card = build_card("partners", "One", {"id": "one", "brings": [{"id": "b", "topic": "Wells", "area": "gone"}]}, (), ())
    assert [(line.value, line.beside, line.target) for line in block_of(card, "Brings").lines] == [("Wells", "gone", None)]


def test_a_capacity_without_a_topic_is_called_by_its_area() -> None:
    named = [Linked("brings", "areas", "water", "Water supply")]
    card = build_card("partners", "One", {"id": "one", "brings": [{"id": "b", "area": "water"}, {"id": "c"}]}, named, ())
    assert [line.value for line in block_of(card, "Brings").lines] == ["Water supply", not_stated()]


def test_needs_stand_beside_capacities_and_a_side_without_any_says_so() -> None:
    block = block_of(build_card("partners", "One", {"id": "one", "seeks": [{"id": "s", "topic": "Nursing"}]}, (), ()), "Brings")
    assert [line.value for line in block.lines] == [not_stated()]
    assert block.second_heading == "Wants to learn"
    assert [line.value for line in block.second or ()] == ["Nursing"]


def test_partners_of_a_project_stand_by_name_after_the_coordinator_and_never_by_money() -> None:
    named = [Linked("partner", "partners", one, one.title()) for one in ("zeta", "alpha", "mid")]
    partners = [{"partner": "mid", "budget": 9}, {"partner": "zeta", "role": "coordinator"}, {"partner": "alpha", "budget": 1}]
    card = build_card("projects", "One", {"id": "one", "partners": partners}, named, ())
    assert [line.value for line in block_of(card, "Partners").lines] == ["Zeta", "Alpha", "Mid"]


def test_figures_stand_newest_first_with_their_source() -> None:
    figures = [
        {"year": 2018, "measure": "a", "value": 1},
        {"measure": "b", "value": 2, "source": "report"},
        {"year": 2020, "measure": "c", "value": 3},
    ]
    lines = block_of(build_card("funds", "One", {"id": "one", "figures": figures}, (), ()), "Figures").lines
    assert [(line.label, line.beside) for line in lines] == [
        ("2020", "no source stated"),
        ("2018", "no source stated"),
        ("no year", "stated by source 1"),
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("https://listed.example", "stated by source 1"),
        ("https://second.example", "stated by source 2"),
        ("report", "stated by source 3"),
        ("https://second.example; report; https://listed.example", "stated by sources 2, 3, 1"),
    ],
)
@pytest.mark.parametrize(
    ("field", "item"), [("figures", {"measure": "wells", "value": 1}), ("brings", {"topic": "Wells"}), ("seeks", {"topic": "Wells"})]
)
def test_what_a_source_states_carries_its_number(field: str, item: Mapping[str, Any], source: str, words: str) -> None:
    sources = [{"ref": "https://listed.example", "seen_on": "2026-07-01"}, {"ref": "https://second.example"}]
    card = build_card("partners", "One", {"id": "one", "sources": sources, field: [{**item, "source": source}]}, (), ())
    assert [line.beside for line in lines_of(card) if "stated by" in line.beside] == [words]
    named = {line.label: (line.value, line.beside) for line in block_of(card, "Sources").lines}
    assert named["1"] == ("https://listed.example", "seen on 2026-07-01")
    assert named["2"] == ("https://second.example", "date not stated")
    assert named.get("3") == (("report", "date not stated") if "report" in source else None)


@pytest.mark.parametrize("source", ["", None])
def test_a_figure_without_a_source_says_so(source: str | None) -> None:
    card = build_card("funds", "One", {"id": "one", "figures": [{"measure": "wells", "value": 1, "source": source}]}, (), ())
    assert block_of(card, "Figures").lines[0].beside == "no source stated"
    assert not [block for block in card.blocks if block.heading == "Sources"]


def test_a_source_that_a_figure_and_a_capacity_name_stands_once() -> None:
    document = {
        "id": "one",
        "brings": [{"id": "b", "topic": "Wells", "source": "report"}],
        "figures": [{"measure": "wells", "value": 1, "source": "report"}, {"measure": "pumps", "value": 2, "source": "letter"}],
    }
    card = build_card("partners", "One", document, (), ())
    assert [(line.label, line.value) for line in block_of(card, "Sources").lines] == [("1", "report"), ("2", "letter")]


def test_records_that_name_this_one_stand_once_each_with_all_they_say() -> None:
    def linked(role: str, record_id: str, title: str, persons: int | None = None) -> Linked:
        return Linked(role, "projects", record_id, title, "2019", "2021", persons)

    groups = [
        Group("projects", "partner", 2, (linked("partner", "b", "Beta"), linked("partner", "a", "Alpha"))),
        Group("projects", "funder", 1, (linked("funder", "b", "Beta"),)),
    ]
    block = block_of(build_card("partners", "One", {"id": "one"}, (), groups, {"projects": 2}), "Projects")
    assert block.heading == "Projects (2)"
    assert block.target == Target("list", "projects?partner:one")
    assert [(line.value, line.beside, line.target) for line in block.lines] == [
        ("Alpha", "partner · 2019–2021", Target("record", "projects/a")),
        ("Beta", "partner, funder · 2019–2021", Target("record", "projects/b")),
    ]


TWO = [Group("projects", "partner", 2, tuple(Linked("partner", "projects", one, one.title()) for one in ("alpha", "beta")))]


@pytest.mark.parametrize(
    ("kind", "totals", "heading", "target", "more"),
    [
        ("partners", {"projects": 2}, "Projects (2)", "projects?partner:one", None),
        ("areas", {"projects": 2}, "Projects (2)", "projects?area:one", None),
        ("funds", {"projects": 2}, "Projects (2)", "projects?fund:one", None),
        ("projects", {"projects": 2}, "Projects (2)", "projects?project:one", None),
        # The list holds more than what names the record itself: what is filed under an area below it, say.
        ("areas", {"projects": 1234}, "Projects (1,234)", "projects?area:one", "1,232 more in the list"),
        # No list can show it: there is no such qualifier, or the list would be empty.
        ("partners", {"funds": 2}, "Projects (2)", None, None),
        ("partners", None, "Projects (2)", None, None),
        ("publications", {"projects": 2}, "Projects (2)", None, None),
        ("exchanges", {"projects": 2}, "Projects (2)", None, None),
        ("solutions", {"projects": 2}, "Projects (2)", None, None),
    ],
)
def test_a_heading_leads_to_a_list_that_holds_what_it_says(
    kind: str, totals: Mapping[str, int] | None, heading: str, target: str | None, more: str | None
) -> None:
    block = block_of(build_card(kind, "One", {"id": "one"}, (), TWO, totals), "Projects")
    assert block.heading == heading
    assert block.target == (Target("list", target) if target else None)
    assert [line.value for line in block.lines] == ["Alpha", "Beta", *([more] if more else [])]
    if more:
        assert block.lines[-1].target == block.target


def test_records_of_a_kind_without_a_section_stand_under_a_heading_that_leads_nowhere() -> None:
    given = [Group("contributions", "from", 60, (Linked("from", "contributions", "c", "Giver → Taker"),))]
    block = block_of(build_card("partners", "One", {"id": "one"}, (), given, {"contributions": 60}), "Contributions")
    assert (block.heading, block.target) == ("Contributions (60)", None)
    assert [line.value for line in block.lines] == ["Giver → Taker"]


def test_areas_of_capacities_stand_once_under_the_areas_of_the_record() -> None:
    named = [Linked("area", "areas", area, area.title()) for area in ("health", "water", "soil")]
    document = {
        "id": "one",
        "areas": ["health"],
        "brings": [{"id": "a", "area": "health"}, {"id": "b", "area": "water"}, {"id": "c", "area": "water"}, {"id": "d", "area": "gone"}],
        "seeks": [{"id": "e", "area": "water"}, {"id": "f", "area": "soil"}, {"id": "g"}],
    }
    lines = block_of(build_card("partners", "One", document, named, ()), "").lines
    first = next(number for number, line in enumerate(lines) if line.label == "Priority areas")
    brings, seeks = "brings something here", "wants to learn something here"
    assert lines[first:] == (
        Line("Priority areas", "Health", "", Target("record", "areas/health")),
        Line("", "Water", brings, Target("record", "areas/water")),
        Line("", "gone", brings),
        Line("", "Soil", seeks, Target("record", "areas/soil")),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_lines_of_two_columns_lead_nowhere(copy: Connection, kind: str) -> None:
    sides = [line for block in card_of(copy, kind).blocks if block.second is not None for line in (*block.lines, *block.second)]
    assert bool(sides) is (kind == "partners")
    assert [line for line in sides if line.target] == []


@pytest.mark.parametrize(("persons", "words"), [(None, "persons not stated"), (0, "0 persons"), (1, "1 person"), (1200, "1,200 persons")])
def test_an_exchange_says_how_many_went(persons: int | None, words: str) -> None:
    group = Group("exchanges", "sender", 1, (Linked("sender", "exchanges", "x", "Round", None, None, persons),))
    block = block_of(build_card("partners", "One", {"id": "one"}, (), [group]), "Exchanges")
    assert words in block.lines[0].beside.split(" · ")


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("https://a.example", "https://a.example"),
        ("http://a.example", "http://a.example"),
        ("https://a.example; https://b.example", "https://a.example"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("a.example", None),
    ],
)
def test_only_web_addresses_lead_to_the_browser(value: str, target: str | None) -> None:
    card = build_card("partners", "One", {"id": "one", "website": value}, (), ())
    line = next(line for line in lines_of(card) if line.label == "Website")
    assert line.value == value
    assert line.target == (Target("web", target) if target else None)


def test_notes_stand_with_their_day() -> None:
    notes = [Note("n", "funds", "one", "One", "Ring on Monday", "2026-11-02T08:00:00.000+00:00")]
    card = build_card("funds", "One", {"id": "one"}, (), (), notes=notes)
    assert block_of(card, "My notes").lines == (Line("2026-11-02", "Ring on Monday"),)


@pytest.mark.parametrize("kind", KINDS)
def test_labels_and_values_of_one_line_hold_no_line_end(kind: str) -> None:
    def lined(value: Any) -> Any:
        if isinstance(value, str):
            return f"{value}\nsecond\tthird"
        if isinstance(value, list):
            return [lined(item) for item in value]
        return {key: lined(item) for key, item in value.items()} if isinstance(value, dict) else value

    document = {**lined(FULL[kind]), "id": "full", "odd\nname": 1}
    for block in build_card(kind, "One", document, (), ()).blocks:
        for line in (*block.lines, *(block.second or ())):
            assert not set("\n\t\r") & set(line.label)
            if block.heading not in HEADINGS.values():
                assert not set("\n\t\r") & set(line.value)


def test_the_reference_of_an_unknown_record_is_no_card(copy: Connection) -> None:
    with pytest.raises(SscError):
        reader.document(copy, "partners", "nobody")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("actual", 10**9 + 1, "does not count: more than 1,000,000,000 is taken for a slip of the pen"),
        ("planned", -1, "does not count: it is no whole number from 0 on"),
        ("actual", 2.5, "does not count: it is no whole number from 0 on"),
        ("actual", "seven", "does not count: it is no whole number from 0 on"),
        ("months", 10**7, "does not count: more than 1,000,000 is taken for a slip of the pen"),
        ("months", -0.5, "does not count: it is no number from 0 on"),
        ("months", 2.5, ""),
        ("actual", 3.0, ""),
        ("planned", 0, ""),
        ("planned", True, "does not count: it is no whole number from 0 on"),
    ],
)
def test_a_figure_that_no_balance_counts_says_why(field: str, value: Any, why: str) -> None:
    card = build_card("exchanges", "E", {"id": "e", field: value}, [], [])
    heading = next(heading for name, heading, _form in FIELDS["exchanges"] if name == field)
    (line,) = [line for line in lines_of(card) if line.label == heading]
    assert line.beside == why
    row = typed_row("exchanges", {"id": "e", field: value}, (), lambda _partner: None)
    assert row
    assert (row[FLOW_FIELDS.index(field)] is None) is bool(why)
