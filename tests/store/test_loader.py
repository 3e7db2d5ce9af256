from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.by_hand import remove_documents, store_documents

from ssc_tui.catalogue.projection import VERSION as PROJECTION
from ssc_tui.store import connection, loader, migrations, projections
from ssc_tui.store.connection import APPLICATION_ID, connect, transaction
from ssc_tui.store.loader import KindAndDocument, make_copy

Make = Callable[..., sqlite3.Connection]

NOREC: KindAndDocument = (
    "partners",
    {"id": "norec", "name": "Norec", "country": "NO", "areas": ["health"], "brings": [{"topic": "Grants", "area": "health"}]},
)
KCH: KindAndDocument = ("partners", {"id": "kch", "name": "Kamuzu Central Hospital", "acronym": "KCH", "country": "MW"})
HEALTH: KindAndDocument = (
    "areas",
    {"id": "health", "name": "Health", "names": {"fr": "Santé"}, "synonyms": [{"en": "medicine", "fr": "médecine"}]},
)
NURSES: KindAndDocument = ("exchanges", {"id": "nurses", "sender": "norec", "host": "kch", "actual": 2, "start": "2019"})
TRAVEL: KindAndDocument = ("contributions", {"id": "travel", "from": "norec", "to": "kch", "amount": 5.5, "year": 2019, "agreed": True})


def rows(copy: sqlite3.Connection, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    return sorted(copy.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)


def titles(copy: sqlite3.Connection) -> list[str]:
    return [row[0] for row in copy.execute("SELECT title FROM entry ORDER BY place")]


def found(copy: sqlite3.Connection, match: str) -> list[str]:
    return [
        row[0]
        for row in copy.execute("SELECT id FROM entry_search JOIN entry ON place = entry_search.rowid WHERE entry_search MATCH ?", (match,))
    ]


def check_index(copy: sqlite3.Connection) -> None:
    copy.execute("INSERT INTO entry_search (entry_search, rank) VALUES ('integrity-check', 1)")


# A new copy.


def test_a_new_copy(tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    assert make_copy(path, iter([NOREC, KCH, HEALTH]), {"dataset": "test", "origin": "remote"}) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    with closing(connect(path)) as copy:
        pragmas = {
            name: copy.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version", "page_size", "freelist_count")
        }
        assert pragmas == {"application_id": APPLICATION_ID, "user_version": migrations.VERSION, "page_size": 4096, "freelist_count": 0}
        assert dict(rows(copy, "meta")) == {"dataset": "test", "origin": "remote", "projection": str(PROJECTION)}
        assert titles(copy) == ["Health", "Kamuzu Central Hospital", "Norec"]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        check_index(copy)


@pytest.mark.parametrize("small", [3, 4])
def test_a_large_copy_is_not_packed_and_holds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int) -> None:
    monkeypatch.setattr(loader, "SMALL", small)
    path = tmp_path / "copy.sqlite"
    assert make_copy(path, [NOREC, KCH, HEALTH], {}) == 3
    with closing(connect(path)) as copy:
        assert titles(copy) == ["Health", "Kamuzu Central Hospital", "Norec"]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        check_index(copy)


def test_the_same_documents_make_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    documents = [NOREC, KCH, HEALTH, NURSES, TRAVEL]
    make_copy(one, documents, {"dataset": "test"})
    make_copy(other, documents, {"dataset": "test"})
    assert one.read_bytes() == other.read_bytes()


def test_a_copy_of_nothing(make: Make) -> None:
    copy = make()
    assert rows(copy, "record") == rows(copy, "entry") == rows(copy, "tally") == []
    assert found(copy, "norec") == []
    check_index(copy)


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        make_copy(path, [NOREC], {})
    assert path.read_text() == "mine"


def test_making_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def documents() -> Iterator[KindAndDocument]:
        yield NOREC
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        make_copy(tmp_path / "copy.sqlite", documents(), {})
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "BATCH", 2)
    told: list[tuple[int, int]] = []
    documents = [("partners", {"id": f"p{number}", "name": f"P {number}"}) for number in range(5)]
    assert make_copy(tmp_path / "copy.sqlite", documents, {}, lambda done, total: told.append((done, total))) == 5
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_batches_make_no_difference(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [NOREC, KCH, HEALTH, NURSES, TRAVEL]
    whole = make(*documents)
    monkeypatch.setattr(projections, "BATCH", 2)
    assert list(make(*documents).iterdump()) == list(whole.iterdump())


# Documents.


def test_documents_are_kept_whole_and_clean(make: Make) -> None:
    document = {"id": "x", "name": "É\x1b[1mx\u202e", "unknown": {"de\x00ep": [1, 2.5, None, True, "\ud800"]}, "last_modified": 7}
    copy = make(("partners", document))
    assert rows(copy, "record", "kind, id, last_modified, deleted") == [("partners", "x", 7, 0)]
    stored = copy.execute("SELECT document FROM record").fetchone()[0]
    assert stored == '{"id":"x","name":"Éx","unknown":{"deep":[1,2.5,null,true,"\ufffd"]}}'


def test_a_document_that_comes_twice_is_the_later_one(make: Make) -> None:
    copy = make(KCH, ("partners", {"id": "kch", "name": "Later"}))
    assert titles(copy) == ["Later"]
    store_documents(copy, [("partners", {"id": "kch", "name": "Even later"}), ("partners", {"id": "kch", "name": "Last"})])
    assert titles(copy) == ["Last"]
    check_index(copy)


def test_stored_documents_are_found_and_counted(make: Make) -> None:
    copy = make(HEALTH)
    store_documents(copy, iter([NOREC, KCH, NURSES, TRAVEL]))
    assert titles(copy) == [
        "Health",
        "Kamuzu Central Hospital",
        "Norec",
        "Norec → Kamuzu Central Hospital",
        "Norec → Kamuzu Central Hospital",
    ]
    assert sorted(found(copy, "norec")) == ["norec", "nurses", "travel"]
    assert rows(copy, "capacity", "partner, side, id, area, topic") == [("norec", "brings", "brings-1", "health", "Grants")]
    assert rows(copy, "flow") == [("nurses", None, None, "norec", "kch", None, None, 2, None, "2019", None, None, None, "NO", "MW")]
    assert rows(copy, "contribution") == [("travel", None, "norec", "kch", "2019", None, None, None, None, None, 5.5, None, 1, None)]
    assert [row for row in rows(copy, "tally") if row[1] in ("kind", "country")] == [
        ("areas", "kind", "areas", 1),
        ("contributions", "country", "mw", 1),
        ("contributions", "country", "no", 1),
        ("contributions", "kind", "contributions", 1),
        ("exchanges", "country", "mw", 1),
        ("exchanges", "country", "no", 1),
        ("exchanges", "kind", "exchanges", 1),
        ("partners", "country", "mw", 1),
        ("partners", "country", "no", 1),
        ("partners", "kind", "partners", 2),
    ]
    check_index(copy)


def test_a_renamed_partner_renames_its_exchanges(make: Make) -> None:
    copy = make(NOREC, KCH, NURSES, TRAVEL)
    store_documents(copy, [("partners", {"id": "kch", "name": "Aaa", "country": "ZA"})])
    assert titles(copy) == ["Aaa", "Norec", "Norec → Aaa", "Norec → Aaa"]
    assert copy.execute("SELECT countries FROM entry WHERE id = 'nurses'").fetchone() == ("NO ZA",)
    assert found(copy, "kamuzu") == []
    assert sorted(found(copy, 'tags : "country_za"')) == ["kch", "nurses", "travel"]
    check_index(copy)


def test_a_partner_that_comes_later_names_its_exchanges(make: Make) -> None:
    copy = make(NURSES)
    assert titles(copy) == ["norec → kch"]
    store_documents(copy, [NOREC])
    assert titles(copy) == ["Norec", "Norec → kch"]


def test_removed_documents_are_gone_with_all_their_rows(make: Make) -> None:
    copy = make(NOREC, KCH, HEALTH, NURSES, TRAVEL)
    remove_documents(copy, iter([("exchanges", "nurses"), ("contributions", "travel"), ("areas", "health"), ("partners", "norec")]))
    assert titles(copy) == ["Kamuzu Central Hospital"]
    assert rows(copy, "record", "kind, id") == [("partners", "kch")]
    for table in ("flow", "contribution", "capacity", "link"):
        assert rows(copy, table) == []
    assert rows(copy, "seat") == [("kch", "MW", None, None)]
    assert rows(copy, "handle", "handle, id") == [("kamuzucentralhospital", "kch"), ("kch", "kch")]
    assert copy.execute("SELECT count(*) FROM label WHERE tag = 'area_health'").fetchone() == (0,)
    assert copy.execute("SELECT sum(n) FROM tally WHERE field = 'kind'").fetchone() == (1,)
    check_index(copy)


def test_removing_what_is_not_there_changes_nothing(make: Make) -> None:
    copy = make(KCH)
    before = list(copy.iterdump())
    remove_documents(copy, [("partners", "missing"), ("funds", "kch")])
    store_documents(copy, [])
    assert list(copy.iterdump()) == before


def test_removing_a_partner_leaves_its_exchanges_with_the_id(make: Make) -> None:
    copy = make(NOREC, KCH, NURSES)
    remove_documents(copy, [("partners", "kch")])
    assert titles(copy) == ["Norec", "Norec → kch"]
    assert copy.execute("SELECT countries FROM entry WHERE id = 'nurses'").fetchone() == ("NO",)


def test_an_exchange_goes_by_the_areas_of_its_project_as_they_change(make: Make) -> None:
    side = ("partners", {"id": "a", "name": "A", "areas": ["health"]})
    exchange = ("exchanges", {"id": "x", "sender": "a", "project": "p"})
    copy = make(side, exchange)

    def areas() -> list[str]:
        (tags,) = copy.execute("SELECT tags FROM entry WHERE id = 'x'").fetchone()
        return [tag for tag in tags.split() if tag.startswith("area_")]

    assert areas() == ["area_health"]
    store_documents(copy, [("projects", {"id": "p", "title": "P", "areas": ["energy"]})])
    assert areas() == ["area_energy"]
    store_documents(copy, [("projects", {"id": "p", "title": "P"})])
    assert areas() == ["area_health"]
    store_documents(copy, [("projects", {"id": "p", "title": "P", "areas": ["water"]})])
    remove_documents(copy, [("projects", "p")])
    assert areas() == ["area_health"]


def test_a_tombstone_is_kept_and_not_shown(make: Make) -> None:
    copy = make(NOREC, KCH, NURSES)
    copy.execute("UPDATE record SET deleted = 1 WHERE id = 'kch'")
    with transaction(copy):
        projections.apply(copy, [("partners", "kch")])
    assert titles(copy) == ["Norec", "Norec → kch"]
    with transaction(copy):
        assert projections.rebuild(copy) == 2
    assert titles(copy) == ["Norec", "Norec → kch"]
    assert copy.execute("SELECT count(*) FROM record").fetchone() == (3,)


@pytest.mark.parametrize(
    "bad", [("partners", {"name": "No id"}), ("partners", {"id": "x", "name": {1, 2}}), ("funds", {"id": "x", "n": float("nan")})]
)
def test_storing_that_fails_changes_nothing(make: Make, bad: KindAndDocument) -> None:
    copy = make(KCH)
    before = list(copy.iterdump())
    with pytest.raises((KeyError, TypeError, ValueError)):
        store_documents(copy, [NOREC, bad])
    assert list(copy.iterdump()) == before
    assert not copy.in_transaction


def test_a_number_that_no_table_holds_stops_nothing(make: Make) -> None:
    copy = make(NOREC)
    store_documents(copy, [("exchanges", {"id": "huge", "title": "Huge", "actual": 2**63, "planned": -(2**80)}), KCH])
    assert titles(copy) == ["Huge", "Kamuzu Central Hospital", "Norec"]
    assert rows(copy, "flow", "id, planned, actual") == [("huge", None, None)]


def test_the_areas_of_a_partner_make_no_other_tags(make: Make) -> None:
    copy = make(("partners", {"id": "evil", "name": "Evil", "areas": ["x kind_funds", "ok"]}), ("exchanges", {"id": "e", "sender": "evil"}))
    assert found(copy, 'tags : "kind_funds"') == []
    assert sorted(found(copy, 'tags : "area_ok"')) == ["e", "evil"]


def test_nasty_names_are_stored_and_found(make: Make, nasty: str) -> None:
    copy = make(("partners", {"id": "first", "name": nasty}))
    store_documents(
        copy, [("partners", {"id": "x", "name": f"Xylophone {nasty}", "description": nasty, "aliases": [nasty], "country": nasty})]
    )
    assert found(copy, "xylophone") == ["x"]
    stored = json.loads(copy.execute("SELECT document FROM record WHERE id = 'x'").fetchone()[0])
    assert stored["name"].startswith("Xylophone")
    assert not set(stored["name"]) & set("\x00\x1b\x9b\x07\u202e")
    check_index(copy)
    remove_documents(copy, [("partners", "first"), ("partners", "x")])
    assert rows(copy, "entry") == rows(copy, "handle") == rows(copy, "tally") == []
    check_index(copy)


def test_two_writers_one_after_the_other(
    make: Make, path_of: Callable[[sqlite3.Connection], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0)
    copy = make(KCH)
    with closing(connect(path_of(copy))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store_documents(copy, [NOREC])
        other.execute("ROLLBACK")
        store_documents(copy, [NOREC])
        assert titles(other) == ["Kamuzu Central Hospital", "Norec"]


# Made anew.


def test_rebuilding_makes_every_table_anew(make: Make) -> None:
    copy = make(NOREC, KCH, HEALTH, NURSES, TRAVEL)
    before = list(copy.iterdump())
    copy.execute("DELETE FROM link")
    copy.execute("UPDATE entry SET title = 'wrong', name = 'wrong'")
    copy.execute("DROP TABLE flow")
    with transaction(copy):
        assert projections.rebuild(copy) == 5
    assert sorted(copy.iterdump()) == sorted(before)
    check_index(copy)


def test_rebuilding_that_fails_changes_nothing(make: Make) -> None:
    copy = make(NOREC, KCH)
    copy.execute("UPDATE record SET document = 'no JSON' WHERE id = 'kch'")
    before = list(copy.iterdump())
    with pytest.raises(json.JSONDecodeError), transaction(copy):
        projections.rebuild(copy)
    assert list(copy.iterdump()) == before
    copy.execute("DELETE FROM record WHERE id = 'kch'")
    with transaction(copy):
        assert projections.rebuild(copy) == 1
    assert titles(copy) == ["Norec"]
