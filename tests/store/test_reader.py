from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from tests.by_hand import remove_documents

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.catalogue.projection import VERSION as PROJECTION
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.store import reader
from ssc_tui.store.reader import Bookmark, Group, Linked, Note, Row

Make = Callable[..., sqlite3.Connection]

DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("partners", {"id": "norec", "name": "Norec", "acronym": "NRC", "country": "NO", "city": "Førde", "kind": "10", "founded": 2000}),
    (
        "partners",
        {
            "id": "kch",
            "name": "Kamuzu Central Hospital",
            "aliases": ["NRC"],
            "parent": "norec",
            "country": "MW",
            "areas": ["gone", "health"],
        },
    ),
    ("areas", {"id": "health", "name": "Health"}),
    ("projects", {"id": "health", "title": "Health for all", "fund": "missing", "partners": [{"partner": "norec", "role": "funder"}]}),
    (
        "exchanges",
        {
            "id": "e1",
            "sender": "norec",
            "host": "kch",
            "actual": 3,
            "start": "2019-01",
            "end": "2020",
            "kind": "expert",
            "project": "health",
        },
    ),
    ("contributions", {"id": "c1", "from": "norec", "to": "kch", "kind": "travel"}),
]


@pytest.fixture
def copy(make: Make) -> sqlite3.Connection:
    made = make(*DOCUMENTS, dataset="test")
    made.executemany(
        "INSERT INTO note VALUES (?, ?, ?, ?, ?)",
        [
            ("b", "partners", "norec", "older", "2026-01-01"),
            ("c", "partners", "norec", "newer", "2026-02-01"),
            ("a", "funds", "gone", "of nothing", "2026-01-01"),
        ],
    )
    made.executemany(
        "INSERT INTO bookmark VALUES (?, ?, ?)",
        [("partners", "norec", "2026-01-01"), ("areas", "health", "2026-02-01"), ("funds", "gone", "2026-01-01")],
    )
    return made


def place(copy: sqlite3.Connection, kind: str, record_id: str) -> int:
    return int(copy.execute("SELECT place FROM entry WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()[0])


# Rows.


def test_row_of(copy: sqlite3.Connection) -> None:
    assert reader.row_of(copy, "partners", "norec") == Row(
        place(copy, "partners", "norec"), "partners", "norec", "Norec", "NRC", "10", "Førde", "NO", "2000", None, None, True, True
    )
    assert reader.row_of(copy, "exchanges", "e1") == Row(
        place(copy, "exchanges", "e1"),
        "exchanges",
        "e1",
        "Norec → Kamuzu Central Hospital",
        "",
        "expert",
        "",
        "NO MW",
        "2019-01",
        "2020",
        3,
        False,
        False,
    )


def test_a_row_is_bookmarked_and_noted_by_kind_and_id(copy: sqlite3.Connection) -> None:
    marks = {
        (row.kind, row.id): (row.bookmarked, row.noted)
        for row in [reader.row_of(copy, kind, document["id"]) for kind, document in DOCUMENTS]
        if row
    }
    assert marks == dict.fromkeys([(kind, document["id"]) for kind, document in DOCUMENTS], (False, False)) | {
        ("partners", "norec"): (True, True),
        ("areas", "health"): (True, False),
    }


def test_a_row_knows_its_reference(copy: sqlite3.Connection) -> None:
    row = reader.row_of(copy, "partners", "kch")
    assert row is not None
    assert row.ref == "partners/kch"


@pytest.mark.parametrize(("kind", "record_id"), [("partners", "missing"), ("funds", "norec"), ("", "")])
def test_there_is_no_row_of_what_is_not_there(copy: sqlite3.Connection, kind: str, record_id: str) -> None:
    assert reader.row_of(copy, kind, record_id) is None


def test_rows_come_in_the_order_of_the_places_that_are_asked(copy: sqlite3.Connection) -> None:
    norec, kch = place(copy, "partners", "norec"), place(copy, "partners", "kch")
    assert [row.id for row in reader.rows(copy, [norec, 1, kch, norec])] == ["norec", "kch", "norec"]
    assert reader.rows(copy, [norec]) == [reader.row_of(copy, "partners", "norec")]
    assert reader.rows(copy, []) == []


# References.


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("partners/norec", ("partners", "norec")),
        ("  Partners/NOREC ", ("partners", "norec")),
        ("norec", ("partners", "norec")),
        ("NOREC", ("partners", "norec")),
        ("areas/health", ("areas", "health")),
        ("projects/health", ("projects", "health")),
        ("e1", ("exchanges", "e1")),
        ("contributions/c1", ("contributions", "c1")),
        ("Kamuzu Central Hospital", ("partners", "kch")),
        ("kamuzu-central HOSPITAL", ("partners", "kch")),
        ("Health for all", ("projects", "health")),
    ],
)
def test_resolve(copy: sqlite3.Connection, reference: str, expected: tuple[str, str]) -> None:
    assert reader.resolve(copy, reference) == expected


@pytest.mark.parametrize(
    "reference", ["partners/missing", "missing", "areas/norec", "people/norec", "Kamuzu", "", "/", "※", "a/b/c", "\ud800", "x' OR 1=1 --"]
)
def test_what_no_record_is_called_is_told(copy: sqlite3.Connection, reference: str) -> None:
    with pytest.raises(NotFound) as raised:
        reader.resolve(copy, reference)
    assert str(raised.value) == f"No record is called {reference}. Search for it with `ssc-tui find`."


@pytest.mark.parametrize(
    ("reference", "several"),
    [("health", "areas/health, projects/health"), ("nrc", "partners/kch, partners/norec"), ("NRC", "partners/kch, partners/norec")],
)
def test_what_several_records_are_called_is_told(copy: sqlite3.Connection, reference: str, several: str) -> None:
    with pytest.raises(UsageError) as raised:
        reader.resolve(copy, reference)
    assert str(raised.value) == f"{reference} could be {several}. Name one of them."


def test_document(copy: sqlite3.Connection) -> None:
    assert [reader.document(copy, kind, document["id"]) for kind, document in DOCUMENTS] == [document for _, document in DOCUMENTS]


def test_a_document_that_is_not_there_is_told(copy: sqlite3.Connection) -> None:
    copy.execute("UPDATE record SET deleted = 1 WHERE id = 'kch'")
    for record_id in ("kch", "missing"):
        with pytest.raises(NotFound, match=f"^partners/{record_id} is not in this copy.$"):
            reader.document(copy, "partners", record_id)


# Links.


def test_links_from(copy: sqlite3.Connection) -> None:
    assert reader.links_from(copy, "partners", "kch") == [
        Linked("parent", "partners", "norec", "Norec", "2000", code="10"),
        Linked("area", "areas", "gone", ""),
        Linked("area", "areas", "health", "Health"),
    ]
    assert reader.links_from(copy, "projects", "health") == [
        Linked("fund", "funds", "missing", ""),
        Linked("funder", "partners", "norec", "Norec", "2000", code="10"),
    ]
    assert reader.links_from(copy, "partners", "norec") == []


def test_links_to(copy: sqlite3.Connection) -> None:
    exchange = Linked("sender", "exchanges", "e1", "Norec → Kamuzu Central Hospital", "2019-01", "2020", 3, "expert")
    assert reader.links_to(copy, "partners", "norec") == [
        Group("partners", "parent", 1, (Linked("parent", "partners", "kch", "Kamuzu Central Hospital"),)),
        Group("projects", "funder", 1, (Linked("funder", "projects", "health", "Health for all"),)),
        Group("exchanges", "sender", 1, (exchange,)),
        Group("contributions", "from", 1, (Linked("from", "contributions", "c1", "Norec → Kamuzu Central Hospital", code="travel"),)),
    ]
    assert reader.links_to(copy, "projects", "health") == [Group("exchanges", "project", 1, (exchange._replace(role="project"),))]
    assert reader.links_to(copy, "areas", "health") == [
        Group("partners", "area", 1, (Linked("area", "partners", "kch", "Kamuzu Central Hospital"),))
    ]
    assert reader.links_to(copy, "partners", "kch")[0].role == "host"
    assert reader.links_to(copy, "funds", "nothing") == []


def test_of_many_links_the_first_by_name_are_read(make: Make) -> None:
    number = reader.GROUP + 5
    named = [("partners", {"id": f"p{number - each:03}", "name": f"Partner {each:03}", "areas": ["health"]}) for each in range(number)]
    copy = make(*named)
    (group,) = reader.links_to(copy, "areas", "health")
    assert (group.kind, group.role, group.total) == ("partners", "area", number)
    assert [linked.title for linked in group.first] == [f"Partner {each:03}" for each in range(reader.GROUP)]


@pytest.mark.parametrize(("most", "read"), [(0, 0), (2, 2), (reader.GROUP + 5, reader.GROUP + 5), (None, reader.GROUP + 5)])
def test_as_many_links_are_read_as_asked(make: Make, most: int | None, read: int) -> None:
    number = reader.GROUP + 5
    copy = make(*(("partners", {"id": f"p{each}", "areas": ["health"]}) for each in range(number)))
    (group,) = reader.links_to(copy, "areas", "health", most)
    assert (group.total, len(group.first)) == (number, read)


# What the user keeps.


def test_notes(copy: sqlite3.Connection) -> None:
    newer, older = (
        Note("c", "partners", "norec", "Norec", "newer", "2026-02-01"),
        Note("b", "partners", "norec", "Norec", "older", "2026-01-01"),
    )
    assert reader.notes(copy) == [newer, Note("a", "funds", "gone", "", "of nothing", "2026-01-01"), older]
    assert reader.notes(copy, "partners", "norec") == [newer, older]
    assert reader.notes(copy, "areas", "norec") == []


def test_bookmarks(copy: sqlite3.Connection) -> None:
    assert reader.bookmarks(copy) == [
        Bookmark("areas", "health", "Health", "2026-02-01"),
        Bookmark("funds", "gone", "", "2026-01-01"),
        Bookmark("partners", "norec", "Norec", "2026-01-01"),
    ]


def test_notes_and_bookmarks_outlive_their_record(copy: sqlite3.Connection) -> None:
    remove_documents(copy, [("partners", "norec")])
    assert [note.title for note in reader.notes(copy, "partners", "norec")] == ["", ""]
    assert [bookmark.title for bookmark in reader.bookmarks(copy)] == ["Health", "", ""]


# Counts.


def test_meta(copy: sqlite3.Connection) -> None:
    assert reader.meta(copy) == {"dataset": "test", "projection": str(PROJECTION)}


def test_totals_name_every_kind(copy: sqlite3.Connection) -> None:
    counted = {"partners": 2, "areas": 1, "projects": 1, "exchanges": 1, "contributions": 1}
    assert reader.totals(copy) == dict.fromkeys(KINDS, 0) | counted
    assert list(reader.totals(copy)) == list(KINDS)


def test_tally_has_the_most_first(make: Make) -> None:
    copy = make(
        *[("partners", {"id": f"p{number}", "country": code}) for number, code in enumerate(["MW", "KE", "ZA", "KE", "MW", "KE"])],
        ("projects", {"id": "x", "countries": ["ZA"]}),
    )
    assert list(reader.tally(copy, "partners", "country").items()) == [("ke", 3), ("mw", 2), ("za", 1)]
    assert reader.tally(copy, "projects", "country") == {"za": 1}
    assert reader.tally(copy, "funds", "country") == reader.tally(copy, "partners", "modality") == {}


def test_tally_of_equal_numbers_is_in_the_order_of_values(make: Make) -> None:
    copy = make(("projects", {"id": "x", "countries": ["ZA", "BR", "MW"]}))
    assert list(reader.tally(copy, "projects", "country")) == ["br", "mw", "za"]


def test_position(copy: sqlite3.Connection) -> None:
    kch, norec = place(copy, "partners", "kch"), place(copy, "partners", "norec")
    assert [reader.position(copy, "partners", at) for at in (0, kch, kch + 1, norec, norec + 1)] == [0, 0, 1, 1, 2]
    assert reader.position(copy, "funds", norec) == 0


def test_the_shipped_catalogue_holds_together(shipped: sqlite3.Connection) -> None:
    assert reader.totals(shipped) == {
        "partners": 225, "projects": 226, "exchanges": 2, "areas": 69, "solutions": 42, "publications": 47, "funds": 12, "contributions": 0,
    }  # fmt: skip
    titled = shipped.execute("SELECT kind, id FROM entry").fetchall()
    missing = [
        (kind, record_id, linked)
        for kind, record_id in titled
        for linked in reader.links_from(shipped, kind, record_id)
        if not linked.title
    ]
    assert missing == []
