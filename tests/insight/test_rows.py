"""What the sources ask of the catalogue and its search, row by row: what is found by which words, and what its card says."""

from __future__ import annotations

import sqlite3

import pytest
from tests.conftest import Make

from ssc_tui.catalogue.query import parse
from ssc_tui.insight.card import Card
from ssc_tui.insight.look import card_of
from ssc_tui.insight.modality import following
from ssc_tui.store import reader
from ssc_tui.store.facets import Facet, facets, kinds
from ssc_tui.store.search import search


def found(copy: sqlite3.Connection, asked: str, kind: str | None = None) -> list[str]:
    """Ids of the records that are found, the first first."""
    return [row.id for row in reader.rows(copy, search(copy, asked, kind).places(copy, 0, 1000))]


def lines(card: Card) -> list[tuple[str, str, str]]:
    return [(line.label, line.value, line.beside) for block in card.blocks for line in block.lines]


def test_a1_1_projects_stand_by_modality_each_as_many_as_its_list(shipped: sqlite3.Connection) -> None:
    card = card_of(shipped, "partners", "norec")
    (whole,) = [block for block in card.blocks if block.heading.startswith("Projects (")]
    parts = [block for block in card.blocks if block.heading.startswith("Projects: ")]
    assert [block.heading.partition(" (")[0] for block in parts] == [
        "Projects: South-South",
        "Projects: Triangular",
        "Projects: North-South",
    ]
    numbers = []
    for block in parts:
        assert block.target is not None
        numbers.append(search(shipped, block.target.value.partition("?")[2], "projects").total(shipped))
        assert block.heading.endswith(f"({numbers[-1]})")
        assert len(block.lines) == numbers[-1]
    assert whole.heading == f"Projects ({sum(numbers)})"


def test_a1_1_projects_without_a_modality_stand_apart_and_beyond_the_named_the_list_leads_on(make: Make) -> None:
    projects = [
        ("projects", {"id": f"p{number}", "title": f"P{number:03}", "partners": [{"partner": "a"}], **({"modality": of} if of else {})})
        for number, of in enumerate([*["south_south"] * 60, "triangular", None])
    ]
    card = card_of(make(("partners", {"id": "a", "name": "A"}), *projects), "partners", "a")
    blocks = {block.heading: [line.value for line in block.lines] for block in card.blocks if block.heading.startswith("Projects")}
    assert blocks["Projects (62)"] == ["South-South: 60", "Triangular: 1", "not stated: 1"]
    assert blocks["Projects: South-South (60)"][-1] == "10 more in the list"
    assert blocks["Projects: not stated (1)"] == ["1 more in the list"]


@pytest.mark.parametrize(
    ("homes", "roles", "follows"),
    [
        (("NO", "MW"), ("partner", "coordinator"), "north_south"),
        (("MW", "KE"), ("partner", "coordinator"), "south_south"),
        (("MW", "MW"), ("partner", "partner"), "south_south"),
        (("NO", "MW", "KE"), ("partner", "partner", "partner"), "triangular"),
        (("NO", "MW", "KE"), ("funder", "partner", "partner"), "south_south"),
        (("NO", "MW", "KE"), ("facilitator", "partner", "partner"), "south_south"),
        (("NO", "SE"), ("partner", "partner"), None),
        (("", "MW"), ("partner", "partner"), None),
        (("MW", "NO"), ("partner", "funder"), None),
        ((), (), None),
    ],
)
def test_the_modality_follows_from_where_those_are_who_exchange(
    homes: tuple[str, ...], roles: tuple[str, ...], follows: str | None
) -> None:
    ids = [str(number) for number in range(len(homes))]
    assert following(list(zip(ids, roles, strict=True)), dict(zip(ids, homes, strict=True))) == follows


def test_a1_9_a_partner_that_moves_south_turns_the_derived_modality(make: Make) -> None:
    def card(country: str, **stated: str) -> Card:
        project = {"id": "p", "title": "P", "partners": [{"partner": "a"}, {"partner": "b"}, {"partner": "f", "role": "funder"}], **stated}
        partners = [("partners", {"id": each, "name": each, "country": home}) for each, home in (("a", country), ("b", "KE"), ("f", "NO"))]
        return card_of(make(*partners, ("projects", project)), "projects", "p")

    derived = "not stated; follows from the countries of the partners"
    assert ("Modality", "North-South", derived) in lines(card("NO"))
    assert ("Modality", "South-South", derived) in lines(card("MW"))
    both = lines(card("MW", modality="north_south", modality_reason="Led from the North"))
    assert ("Modality", "North-South", "as stated; South-South by the countries of the partners") in both
    assert ("Why so", "Led from the North", "") in both
    assert ("Modality", "South-South", "") in lines(card("MW", modality="south_south"))


FOUR = {"climate-environment-ocean", "education", "health", "private-sector-agriculture-energy"}
"""The priority areas of Norec."""


@pytest.mark.parametrize("area", sorted(FOUR))
def test_a1_11_a_priority_area_lists_partners_and_projects_as_many_as_the_lists(shipped: sqlite3.Connection, area: str) -> None:
    assert reader.document(shipped, "areas", area)["kind"] == "priority"
    assert area in reader.document(shipped, "partners", "norec")["areas"]
    card = card_of(shipped, "areas", area)
    for heading, kind in (("Partners", "partners"), ("Projects", "projects")):
        block = next(block for block in card.blocks if block.heading.startswith(f"{heading} ("))
        assert block.target is not None
        section, _mark, query = block.target.value.partition("?")
        assert section == kind
        number = search(shipped, query, kind).total(shipped)
        assert number > 0
        assert block.heading == f"{heading} ({number:,})"
        assert dict(facets(shipped, parse(""), kind, "area"))[area] == number


def test_a1_12_a_principal_objective_is_found_and_only_where_it_is_marked_so(make: Make) -> None:
    gender = ("areas", {"id": "gender-equality", "name": "Gender equality", "kind": "cross_cutting"})
    marked = [
        ("projects", {"id": f"p{number}", "title": f"P{number}", "cross_cutting": [{"area": "gender-equality", "significance": number}]})
        for number in range(3)
    ]
    unmarked = ("projects", {"id": "p3", "title": "P3", "cross_cutting": [{"area": "gender-equality"}]})
    copy = make(gender, *marked, unmarked)
    assert found(copy, "principal:gender", "projects") == ["p2"]
    assert facets(copy, parse(""), "projects", "principal") == [Facet("gender-equality", 1)]
    assert found(copy, "area:gender", "projects") == ["p0", "p1", "p2", "p3"]
    assert ("", "Gender equality", "principal objective") in lines(card_of(copy, "projects", "p2"))
    assert ("", "Gender equality", "significant objective") in lines(card_of(copy, "projects", "p1"))
    assert ("", "Gender equality", "") in lines(card_of(copy, "projects", "p3"))


def test_a1_14_the_mandate_of_the_conference_finds_who_holds_it(shipped: sqlite3.Connection) -> None:
    assert "norec" in found(shipped, "BAPA", "partners")


@pytest.mark.parametrize("asked", ["sdg:17", "SDG 17", "partnerships for the goals"])
def test_a1_17_a_goal_is_found_by_number_and_words(shipped: sqlite3.Connection, asked: str) -> None:
    assert "sdg-17" in found(shipped, asked, "areas")
    assert kinds(shipped, parse("sdg:17")).get("projects", 0) > 0


def test_a2_5_the_project_for_remote_students_is_found_and_its_card_names_the_place(shipped: sqlite3.Connection) -> None:
    assert found(shipped, "remote students", "projects") == ["iuf-timor-ict"]
    said = " ".join(value for _label, value, _beside in lines(card_of(shipped, "projects", "iuf-timor-ict")))
    assert "Oé-Cusse" in said
    assert "Timor-Leste" in said


def test_a3_12_a_platform_that_nobody_has_seen_for_long_says_when_it_was_seen_last(make: Make) -> None:
    seen = [{"ref": "https://platform.example", "seen_on": "2017-03-01"}]
    copy = make(
        ("solutions", {"id": "silent", "title": "Exchange mechanism", "description": "The first portal", "sources": seen}),
        ("solutions", {"id": "quiet", "title": "Another", "sources": [{"ref": "https://other.example"}]}),
    )
    assert found(copy, "is:stale") == ["silent"]
    assert ("1", "https://platform.example", "seen on 2017-03-01") in lines(card_of(copy, "solutions", "silent"))


def test_a3_13_a_publication_in_two_languages_says_both(make: Make) -> None:
    copy = make(("publications", {"id": "mapping", "title": "Mapping", "year": 2011, "languages": ["en", "es"]}))
    assert ("Languages", "English, Spanish", "") in lines(card_of(copy, "publications", "mapping"))
