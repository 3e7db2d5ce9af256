from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from ssc_tui.catalogue.query import parse
from ssc_tui.store import facets as facets_module
from ssc_tui.store.connection import connect
from ssc_tui.store.facets import Facet, facets, kinds
from ssc_tui.store.loader import make_copy
from ssc_tui.store.search import everything, search

Make = Callable[..., sqlite3.Connection]

DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("areas", {"id": "health", "name": "Health", "names": {"fr": "Santé"}}),
    ("partners", {"id": "a", "name": "Alpha", "country": "MW", "areas": ["health"]}),
    ("partners", {"id": "b", "name": "Beta health", "country": "KE"}),
    ("partners", {"id": "c", "name": "Gamma", "country": "KE", "areas": ["health"]}),
    ("projects", {"id": "d", "title": "Delta", "countries": ["KE", "ZA"], "areas": ["health"], "start": "2019"}),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("facets") / "copy.sqlite"
    make_copy(path, DOCUMENTS, {})
    with closing(connect(path)) as made:
        yield made


@pytest.mark.parametrize(
    ("asked", "kind", "field", "expected"),
    [
        ("", None, "country", [("ke", 3), ("mw", 1), ("za", 1)]),
        ("", "partners", "country", [("ke", 2), ("mw", 1)]),
        ("country:MW", "partners", "country", [("ke", 2), ("mw", 1)]),
        ("-country:MW", "partners", "country", [("ke", 2), ("mw", 1)]),
        ("area:health", "partners", "country", [("ke", 1), ("mw", 1)]),
        ("area:health", None, "country", [("ke", 2), ("mw", 1), ("za", 1)]),
        ("area:health country:ZA", None, "country", [("ke", 2), ("mw", 1), ("za", 1)]),
        ("santé", None, "country", [("ke", 2), ("mw", 1), ("za", 1)]),
        ("health", None, "country", [("ke", 3), ("mw", 1), ("za", 1)]),
        ("health", "projects", "country", [("ke", 1), ("za", 1)]),
        ("health country:MW", "projects", "country", [("ke", 1), ("za", 1)]),
        ("alpha", None, "area", [("health", 1)]),
        ("-country:KE", None, "area", [("health", 1)]),
        ("is:bookmarked", None, "country", []),
        ("-is:bookmarked", None, "country", [("ke", 3), ("mw", 1), ("za", 1)]),
        ("country:nowhere", None, "area", []),
        ("zzzz", None, "country", []),
        ("", None, "stage", []),
        ("", "funds", "country", []),
        ("health", None, "year", [("2019", 1)]),
    ],
)
def test_facets(copy: sqlite3.Connection, asked: str, kind: str | None, field: str, expected: list[tuple[str, int]]) -> None:
    assert facets(copy, parse(asked), kind, field) == [Facet(*each) for each in expected]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", {"partners": 3, "areas": 1, "projects": 1}),
        ("health", {"partners": 3, "areas": 1, "projects": 1}),
        ("kind:areas", {"partners": 3, "areas": 1, "projects": 1}),
        ("country:KE", {"partners": 2, "projects": 1}),
        ("alpha", {"partners": 1}),
        ("zzzz", {}),
    ],
)
def test_kinds(copy: sqlite3.Connection, asked: str, expected: dict[str, int]) -> None:
    assert kinds(copy, parse(asked)) == expected


def test_only_the_most_frequent_values_are_counted(copy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets_module, "VALUES", 2)
    assert facets(copy, parse(""), None, "country") == [Facet("ke", 3), Facet("mw", 1)]


@pytest.mark.parametrize("asked", ["", "health", "country:MW,KE", "santé country:KE", "unido", "koica"])
@pytest.mark.parametrize("kind", [None, "partners"])
@pytest.mark.parametrize("field", ["year", "area", "sdg", "fund", "type"])
def test_numbers_say_what_choosing_the_value_shows(shipped: sqlite3.Connection, asked: str, kind: str | None, field: str) -> None:
    counted = facets(shipped, parse(asked), kind, field)
    shown = {facet.value: search(shipped, f"{asked} {field}:{facet.value}", kind).total(shipped) for facet in counted[:6]}
    assert shown == {facet.value: facet.number for facet in counted[:6]}


@pytest.mark.parametrize(("field", "fields"), [("area", {"areas": ["gone"]}), ("fund", {"fund": "gone"}), ("country", {"country": "XX"})])
@pytest.mark.parametrize("asked", ["", "delta", "year:2019", "-year:2020"])
def test_values_of_records_that_are_gone_are_counted(make: Make, asked: str, field: str, fields: dict[str, Any]) -> None:
    copy = make(("projects", {"id": "d", "title": "Delta", "start": "2019", **fields}))
    value = "xx" if field == "country" else "gone"
    assert facets(copy, parse(asked), None, field) == [Facet(value, 1)]
    assert search(copy, f"{asked} {field}:{value}").total(copy) == 1


@pytest.mark.parametrize(("field", "fields"), [("sdg", {"sdgs": ["seven"]}), ("year", {"end": "0019"}), ("type", {"kind": "※"})])
@pytest.mark.parametrize("asked", ["", "delta", "country:KE"])
def test_values_that_no_qualifier_can_ask_for_stop_nothing(make: Make, asked: str, field: str, fields: dict[str, Any]) -> None:
    copy = make(("projects", {"id": "d", "title": "Delta", "countries": ["KE"], **fields}))
    counted = facets(copy, parse(asked), None, field)
    assert [search(copy, f"{asked} {field}:{facet.value}").total(copy) for facet in counted] == [facet.number for facet in counted]


@pytest.mark.parametrize("order", ["name", "country", "newest"])
@pytest.mark.parametrize("asked", ["", "health", "santé malaui", "country:MW", "Ko Ica", "koica", "unido country:GB"])
def test_everything_is_all_that_the_search_finds(make: Make, asked: str, order: str) -> None:
    copy = make(*DOCUMENTS, ("partners", {"id": "k", "name": "Ko Ica"}), ("partners", {"id": "u", "name": "London", "country": "GB"}))
    run = everything(copy, parse(asked), None, order)
    found = search(copy, asked, None, order)
    assert run.count(copy) == found.total(copy)
    assert sorted(run.places(copy, 0, 100)) == sorted(found.places(copy, limit=100))
