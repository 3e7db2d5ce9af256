from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ssc_tui.catalogue.query import FIELDS, STATES
from ssc_tui.store import qualifiers, reader
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.store.search import search

Make = Callable[..., sqlite3.Connection]

TODAY = datetime.date.today()

DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("areas", {"id": "health", "name": "Health", "names": {"fr": "Santé"}, "kind": "priority", "sdgs": [3]}),
    ("areas", {"id": "nursing", "name": "Nursing care", "parent": "health", "synonyms": [{"en": "midwives", "fr": "sages-femmes"}]}),
    ("areas", {"id": "wards", "name": "Wards", "parent": "nursing"}),
    ("areas", {
        "id": "energy", "name": "Clean energy", "sdgs": ["7", 13], "parent": "energy", "synonyms": [{"en": "solar", "fr": "solaire"}],
    }),
    ("partners", {
        "id": "kch", "name": "Kamuzu Central Hospital", "acronym": "KCH", "country": "MW", "kind": "15", "areas": ["nursing"],
        "seeks": [{"topic": "Theatre nurses", "area": "wards"}], "checked_on": f"{TODAY.year - 1}-01-01",
    }),
    ("partners", {
        "id": "sun", "name": "Sun Works", "country": "ZA", "kind": "70", "areas": ["energy"],
        "brings": [{"topic": "Solar pumps", "area": "energy"}, {"topic": "Training of staff"}], "checked_on": f"{TODAY.year - 3}-01-01",
    }),
    ("partners", {"id": "norec", "name": "Norec", "country": "NO", "kind": "10"}),
    ("projects", {
        "id": "pump", "title": "Pumps for clinics", "countries": ["MW", "ZA"], "modality": "south_south", "status": "2", "fund": "ibsa",
        "start": "2017", "end": "2019-06", "partners": [{"partner": "sun"}],
        "cross_cutting": [{"area": "health", "significance": 2}, {"area": "energy", "significance": 1}],
    }),
    ("projects", {
        "id": "ward", "title": "A new ward", "countries": ["MW"], "modality": "triangular", "status": "4", "areas": ["wards"],
        "start": "2021", "partners": [{"partner": "kch"}, {"partner": "norec"}], "requested_by": "The ministry",
    }),
    ("exchanges", {
        "id": "stay", "sender": "norec", "host": "kch", "project": "ward", "status": "completed", "kind": "expert", "start": "2020",
    }),
    ("solutions", {"id": "pot", "title": "Cooling pot", "stage": "proven", "provider": "sun", "countries": ["NG"], "project": "pump"}),
    ("publications", {"id": "tale", "title": "The tale", "year": 2019, "kind": "case_study", "publisher": "norec"}),
    ("funds", {"id": "ibsa", "name": "IBSA Fund"}),
    ("funds", {"id": "india", "name": "India-UN Fund"}),
]  # fmt: skip
EVERY = {fields["id"] for _, fields in DOCUMENTS}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("qualifiers") / "copy.sqlite"
    make_copy(path, DOCUMENTS, {})
    made = connect(path)
    made.execute("INSERT INTO bookmark VALUES ('partners', 'sun', '2026')")
    made.execute("INSERT INTO bookmark VALUES ('funds', 'ibsa', '2026')")
    made.execute("INSERT INTO note VALUES ('n', 'partners', 'sun', 'text', '2026')")
    made.execute("INSERT INTO note VALUES ('m', 'partners', 'ibsa', 'of another kind', '2026')")
    yield made
    made.close()


def found(copy: sqlite3.Connection, asked: str, kind: str | None = None) -> set[str]:
    results = search(copy, asked, kind)
    rows = reader.rows(copy, results.places(copy, limit=1000))
    assert len(rows) == results.total(copy) == len({row.ref for row in rows})
    return {row.id for row in rows}


CASES: dict[str, set[str]] = {
    "country:MW": {"kch", "pump", "ward", "stay"},
    "country:mw": {"kch", "pump", "ward", "stay"},
    "country:malawi": {"kch", "pump", "ward", "stay"},
    "country:Malaui": {"kch", "pump", "ward", "stay"},
    'country:"south africa"': {"sun", "pump"},
    'country:"Afrique du Sud"': {"sun", "pump"},
    "country:sudáf": {"sun", "pump"},
    "country:MW,ZA": {"kch", "pump", "ward", "stay", "sun"},
    'country:"Malawi,South Africa"': {"kch", "pump", "ward", "stay", "sun"},
    "country:MW country:ZA": {"pump"},
    "country:KE": set(),
    "country:nowhere": set(),
    'country:"south nowhere"': set(),
    "country:※": set(),
    "country:nowhere,MW": {"kch", "pump", "ward", "stay"},
    "region:southern-africa": {"sun", "pump"},
    'region:"Southern Africa"': {"sun", "pump"},
    "region:africa": {"kch", "pump", "ward", "stay", "sun", "pot"},
    "region:eastern": {"kch", "pump", "ward", "stay"},
    "region:europe": {"norec", "stay"},
    "region:asia": set(),
    "area:wards": {"ward", "stay"},
    "area:nursing": {"kch", "ward", "stay"},
    "area:health": {"kch", "ward", "stay", "pump"},
    "area:Santé": {"kch", "ward", "stay", "pump"},
    'area:"nursing care"': {"kch", "ward", "stay"},
    "area:care": {"kch", "ward", "stay"},
    "area:midwives": {"kch"},
    "area:sages-femmes": {"kch"},
    "area:energy": {"sun", "pump"},
    "area:solaire": {"sun", "pump"},
    'area:"clean health"': set(),
    "area:football": set(),
    "kind:funds": {"ibsa", "india"},
    "kind:Fund": {"ibsa", "india"},
    "kind:p": {"kch", "sun", "norec", "pump", "ward", "tale"},
    "kind:funds,areas": {"ibsa", "india", "health", "nursing", "wards", "energy"},
    "kind:contributions": set(),
    "kind:people": set(),
    "kind:fundss": set(),
    "brings:solar": {"sun"},
    'brings:"pumps solar"': {"sun"},
    "brings:solaire": {"sun"},
    "brings:energy": {"sun"},
    'brings:"clean energy"': {"sun"},
    "brings:staff": {"sun"},
    "brings:nurses": set(),
    'brings:"solar nurses"': set(),
    "brings:※": set(),
    "brings:area": set(),
    "brings:are": set(),
    "brings:sdg-7": {"sun"},
    "brings:SDG13": {"sun"},
    "brings:sdg-3": set(),
    "seeks:sdg-3": set(),
    "seeks:sdg-7": set(),
    "seeks:nurses": {"kch"},
    "seeks:theat": {"kch"},
    "seeks:health": {"kch"},
    "seeks:santé": {"kch"},
    "seeks:wards": {"kch"},
    "seeks:solar": set(),
    "modality:triangular": {"ward"},
    "modality:south_south": {"pump"},
    "modality:south-south": {"pump"},
    'modality:"South-South"': {"pump"},
    "modality:SOUTH": {"pump"},
    "modality:north": set(),
    "modality:※": set(),
    "status:4": {"ward"},
    "status:closed": {"ward"},
    "status:Implementation": {"pump"},
    "status:completed": {"stay"},
    "status:suspended": set(),
    "stage:proven": {"pot"},
    "stage:Prov": {"pot"},
    "stage:idea": set(),
    "type:15": {"kch"},
    'type:"other public sector"': {"kch"},
    "type:private": {"sun"},
    "type:expert": {"stay"},
    "type:case_study": {"tale"},
    'type:"case study"': {"tale"},
    "type:priority": {"health"},
    "type:multilateral": set(),
    "fund:ibsa": {"pump"},
    'fund:"IBSA Fund"': {"pump"},
    "fund:ibs": {"pump"},
    "fund:india": set(),
    "fund:missing": set(),
    "fund:※": set(),
    "partner:norec": {"ward", "stay", "tale"},
    "partner:KCH": {"ward", "stay"},
    'partner:"kamuzu central"': {"ward", "stay"},
    "partner:sun": {"pump", "pot"},
    "partner:ibsa": set(),
    "partner:※": set(),
    "partner:—,sun": {"pump", "pot"},
    "project:ward": {"stay"},
    'project:"Pumps for"': {"pot"},
    "project:tale": set(),
    "sdg:3": {"health", "pump"},
    "principal:health": {"pump"},
    "principal:Santé": {"pump"},
    "principal:wards": set(),
    "principal:energy": set(),
    "sdg:7": {"energy", "sun", "pump"},
    "sdg:SDG07": {"energy", "sun", "pump"},
    "sdg:sdg-13": {"energy", "sun", "pump"},
    "sdg:4": set(),
    "sdg:health": set(),
    "sdg:": EVERY,
    "year:2018": {"pump"},
    "year:2019": {"pump", "tale"},
    "year:2019..2021": {"pump", "tale", "stay", "ward"},
    "year:2022..2099": set(),
    "year:2021..2019": set(),
    "year:201": set(),
    "year:2019..": set(),
    "year:٢٠١٩": set(),
    "year:0001..9999": {"pump", "tale", "stay", "ward"},
    "is:bookmarked": {"sun", "ibsa"},
    "is:BOOKMARKED": {"sun", "ibsa"},
    "is:noted": {"sun"},
    "is:stale": {"sun"},
    "is:sending": {"norec"},
    "is:hosting": {"kch"},
    "is:edited": set(),
    "is:conflict": set(),
    "is:suggested": set(),
    "is:private-sector": {"pump"},
    "is:requested": {"ward"},
    "is:anything": set(),
    "is:bookmarked is:noted": {"sun"},
    "is:bookmarked,noted": {"sun", "ibsa"},
    "is:noted,bookmarked": {"sun", "ibsa"},
    "is:noted,edited": {"sun"},
    "is:edited,anything": set(),
    "country:ZA is:bookmarked": {"sun"},
    "pumps country:MW modality:south_south year:2018 fund:ibsa": {"pump"},
    "pumps country:MW modality:triangular": set(),
}


@pytest.mark.parametrize(("asked", "expected"), CASES.items(), ids=list(CASES))
def test_qualifier(copy: sqlite3.Connection, asked: str, expected: set[str]) -> None:
    assert found(copy, asked) == expected


@pytest.mark.parametrize("asked", [asked for asked in CASES if " " not in asked or asked.count(":") == 1], ids=lambda asked: f"-{asked}")
def test_a_negated_qualifier_finds_all_others(copy: sqlite3.Connection, asked: str) -> None:
    expected = EVERY if asked == "sdg:" else EVERY - CASES[asked]
    assert found(copy, f"-{asked}") == expected


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_cases_that_match_and_that_do_not(field: str) -> None:
    cases = [expected for asked, expected in CASES.items() if asked.startswith(f"{field}:")]
    assert set() in cases
    assert [expected for expected in cases if expected and expected != EVERY]


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_case(state: str) -> None:
    assert f"is:{state}" in CASES


@pytest.mark.parametrize(
    ("asked", "kind", "expected"),
    [
        ("country:MW", "partners", {"kch"}),
        ("-country:MW", "partners", {"sun", "norec"}),
        ("is:bookmarked", "funds", {"ibsa"}),
        ("-is:bookmarked", "funds", {"india"}),
        ("kind:partners", "funds", set()),
        ("health country:MW", "projects", {"pump"}),
        ("fund:missing", "projects", set()),
    ],
)
def test_qualifiers_within_a_section(copy: sqlite3.Connection, asked: str, kind: str, expected: set[str]) -> None:
    assert found(copy, asked, kind) == expected


def test_values_of_a_user_are_bound_or_quoted(copy: sqlite3.Connection, nasty: str) -> None:
    value = nasty.replace('"', "")
    for field in FIELDS:
        found(copy, f'{field}:"{value}"')
    assert found(copy, "") == EVERY


def test_a_record_that_belongs_to_itself_ends_no_search(make: Make) -> None:
    copy = make(
        ("areas", {"id": "a", "name": "Aa", "parent": "b"}),
        ("areas", {"id": "b", "name": "Bb", "parent": "a"}),
        ("partners", {"id": "p", "areas": ["a"]}),
    )
    assert found(copy, "area:a") == found(copy, "area:b") == {"p"}


def test_a_name_that_begins_many_records_stands_for_so_many(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qualifiers, "MOST_NAMED", 3)
    copy = make(
        *(("partners", {"id": f"p{number}", "name": f"Common {number}"}) for number in range(5)),
        *(("projects", {"id": f"j{number}", "title": "x", "partners": [{"partner": f"p{number}"}]}) for number in range(5)),
    )
    assert len(found(copy, "partner:common")) == 3
    assert found(copy, 'partner:"common 4"') == {"j4"}


@pytest.mark.parametrize(
    ("checked", "stale"),
    [("2024-02-28", True), ("2024-02-29", False), ("2024-03-01", False), ("2024", True), ("2025", False), ("2023-12-31", True)],
)
def test_stale_is_what_nobody_looked_at_for_two_years(make: Make, monkeypatch: pytest.MonkeyPatch, checked: str, stale: bool) -> None:
    today = SimpleNamespace(today=lambda: datetime.date(2026, 2, 28) + datetime.timedelta(1))
    monkeypatch.setattr("ssc_tui.store.qualifiers.datetime", SimpleNamespace(date=today))
    copy = make(("partners", {"id": "p", "checked_on": checked}), ("partners", {"id": "never", "name": "Never looked at"}))
    expected = {"p"} if stale else set()
    assert found(copy, "is:stale") == (expected if checked != "2024-02-29" else {"p"})


def test_bookmarks_and_notes_of_records_that_are_gone_match_nothing(make: Make) -> None:
    copy = make(("partners", {"id": "here", "name": "Here"}))
    copy.execute("INSERT INTO bookmark VALUES ('partners', 'gone', '2026'), ('partners', 'here', '2026')")
    copy.execute("INSERT INTO note VALUES ('n', 'partners', 'gone', 'text', '2026')")
    assert (found(copy, "is:bookmarked"), found(copy, "is:noted")) == ({"here"}, set())
