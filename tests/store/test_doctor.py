from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from tests.by_hand import store_documents
from tests.faults.disk import locked

from ssc_tui.errors import CopyError, ReadOnly
from ssc_tui.paths import Home
from ssc_tui.store import doctor, migrations, projections, reader, searches, seed
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.doctor import Finding, examine, look_at_files, repair
from ssc_tui.store.loader import make_copy
from ssc_tui.store.standing import remember


@pytest.fixture
def copy(home: Home) -> Iterator[sqlite3.Connection]:
    """An open copy of the seed."""
    connection = open_copy(home).connection
    yield connection
    connection.close()


def failing(copy: sqlite3.Connection) -> dict[str, str]:
    """What each failed check says."""
    return {finding.name: finding.words for finding in examine(copy) if not finding.ok}


def checked(home: Home) -> list[Finding]:
    """All findings on a home, by a connection of their own."""
    copy = connect(home.database)
    try:
        return [*examine(copy), look_at_files(home)]
    finally:
        copy.close()


def write_document(copy: sqlite3.Connection, record_id: str, document: object, kind: str = "partners") -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    copy.execute("INSERT OR REPLACE INTO record VALUES (?, ?, NULL, 0, ?)", (kind, record_id, text))


def make_other(copy: sqlite3.Connection) -> None:
    """Let the copy hold a catalogue that is not the seed's."""
    copy.execute("UPDATE meta SET value = 'elsewhere' WHERE key = 'origin'")


def test_a_new_copy_is_well(copy: sqlite3.Connection, home: Home) -> None:
    findings = checked(home)
    assert all(finding.ok and finding.words for finding in findings)
    assert [finding.name for finding in findings] == [
        "file", "schema", "seed", "documents", "edits", "own", "index", "projections", "order", "links", "permissions",
    ]  # fmt: skip
    assert repair(home, findings) == []


def test_looking_changes_nothing(copy: sqlite3.Connection, home: Home) -> None:
    before = copy.total_changes, home.database.read_bytes()
    examine(copy)
    assert home.database.read_bytes() == before[1]


def damage(home: Home) -> None:
    """Overwrite a page of the documents, which no look at the schema meets."""
    copy = connect(home.database)
    copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root, size = copy.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'record'"
    ).fetchone()
    copy.close()
    with home.database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


def test_a_damaged_file_is_set_aside_and_what_is_readable_is_kept(copy: sqlite3.Connection, home: Home) -> None:
    copy.execute("INSERT INTO note VALUES ('1', 'partners', 'norec', 'call them', '2026-01-01')")
    copy.execute("INSERT INTO bookmark VALUES ('partners', 'norec', '2026-01-01')")
    copy.close()
    damage(home)
    damaged = home.database.read_bytes()
    findings = checked(home)
    assert {finding.name for finding in findings if not finding.ok} >= {"file", "documents"}
    done = repair(home, findings)
    assert "1 note and 1 bookmark could be read and were carried over." in done
    (aside,) = home.data.glob("catalogue.damaged-*.sqlite")
    assert aside.read_bytes() == damaged
    assert aside.name in done[0]
    assert all(finding.ok for finding in checked(home))
    mended = connect(home.database)
    assert [note.text for note in reader.notes(mended)] == ["call them"]
    assert [mark.record_id for mark in reader.bookmarks(mended)] == ["norec"]
    mended.close()


def test_many_complaints_about_a_file_are_counted() -> None:
    class Complaining:
        def execute(self, _statement: str) -> list[tuple[str]]:
            return [("malformed inverted index for FTS5 table main.entry_search",), *((f"page {number}.",) for number in range(5))]

    assert doctor._file(cast(sqlite3.Connection, Complaining())) == (False, "The file is damaged: page 0, page 1, page 2, 2 more.")


def test_another_schema_or_projection_is_found(copy: sqlite3.Connection, home: Home) -> None:
    copy.execute("UPDATE meta SET value = '0' WHERE key = 'projection'")
    assert "not those of this program" in failing(copy)["schema"]
    assert repair(home, examine(copy))
    assert failing(copy) == {}
    copy.execute(f"PRAGMA user_version = {migrations.VERSION - 1}")
    assert "schema" in failing(copy)


def test_another_catalogue_than_the_seed_is_well(copy: sqlite3.Connection) -> None:
    make_other(copy)
    (finding,) = (finding for finding in examine(copy) if finding.name == "seed")
    assert finding.ok
    assert "another" in finding.words


def test_a_program_without_its_seed_is_found(copy: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed, "SEED", tmp_path / "missing.sqlite")
    assert "Install ssc-tui again" in failing(copy)["seed"]


@pytest.mark.parametrize(
    ("record_id", "document", "kind", "said"),
    [
        ("x", "{", "partners", "1 document does not fit its kind: partners/x (cannot be read)."),
        ("x", "[]", "partners", "partners/x (cannot be read)"),
        ("x", {"name": "No id"}, "partners", "partners/x (cannot be read)"),
        ("x", "[" * 100_000, "partners", "partners/x (cannot be read)"),
        ("x", {"id": "y", "name": "Y"}, "partners", "partners/x (is stored under another id)"),
        ("x", {"id": "x"}, "partners", "partners/x (name: is required)"),
        ("x", {"id": "x"}, "donors", "donors/x (there is no such kind)"),
    ],
)
def test_documents_that_cannot_be_used_are_named_and_replaced(
    copy: sqlite3.Connection, home: Home, record_id: str, document: Any, kind: str, said: str
) -> None:
    copy.execute("INSERT INTO note VALUES ('1', 'partners', 'norec', 'call them', '2026-01-01')")
    write_document(copy, record_id, document, kind)
    assert said in failing(copy)["documents"]
    (done,) = repair(home, examine(copy))
    assert "notes and bookmarks stayed" in done
    assert failing(copy) == {}
    assert [note.text for note in reader.notes(copy)] == ["call them"]


def test_what_is_shown_and_not_kept_is_kept_and_what_is_kept_is_shown(copy: sqlite3.Connection, home: Home) -> None:
    copy.execute("INSERT INTO note VALUES ('1', 'partners', 'norec', 'call them', '2026-01-01')")
    copy.execute("INSERT INTO note VALUES ('2', 'partners', 'norec', 'write to them', '2026-01-02')")
    copy.execute("INSERT INTO bookmark VALUES ('partners', 'norec', '2026-01-01')")
    copy.execute("INSERT INTO saved_search VALUES ('mine', 'partners', 'oslo', '2026-01-01')")
    copy.execute("INSERT INTO saved_search VALUES ('theirs', '', 'bergen', '2026-01-01')")
    assert failing(copy) == {}
    copy.execute("UPDATE own SET gone = 1 WHERE id = '1'")
    copy.execute("DELETE FROM own WHERE ref = 'mine' OR form = 'bookmark'")
    with turning(copy):
        copy.execute("DELETE FROM note WHERE id = '2'")
        copy.execute("DELETE FROM saved_search WHERE name = 'theirs'")
    assert list(failing(copy)) == ["own"]
    assert "1, 2, mine, 2 more" in failing(copy)["own"]
    assert repair(home, examine(copy)) == ["Notes, bookmarks and saved searches are shown as they are kept again."]
    assert failing(copy) == {}
    assert sorted(note.text for note in reader.notes(copy)) == ["call them", "write to them"]
    assert [mark.record_id for mark in reader.bookmarks(copy)] == ["norec"]
    assert [(each.name, each.query) for each in searches.saved(copy)] == [("mine", "oslo"), ("theirs", "bergen")]


@contextmanager
def turning(copy: sqlite3.Connection) -> Iterator[None]:
    """What is written meanwhile is shown only."""
    remember(copy, turning=True)
    yield
    copy.execute("DELETE FROM remote WHERE key = 'turning'")


def test_a_document_that_is_no_text_is_found(copy: sqlite3.Connection) -> None:
    copy.execute("UPDATE record SET document = CAST('{}' AS BLOB) WHERE id = 'norec'")
    assert "norec (cannot be read)" in failing(copy)["documents"]


def test_many_bad_documents_are_counted(copy: sqlite3.Connection) -> None:
    for number in range(5):
        write_document(copy, f"x{number}", "{")
    assert failing(copy)["documents"].endswith("x0 (cannot be read), partners/x1 (cannot be read), partners/x2 (cannot be read), 2 more.")


def test_documents_of_another_catalogue_are_left(copy: sqlite3.Connection, home: Home) -> None:
    make_other(copy)
    write_document(copy, "x", {"id": "x", "name": 7})
    assert repair(home, examine(copy)) == ["Entries, links and the search index were made anew from the documents."]
    assert list(failing(copy)) == ["documents"]
    write_document(copy, "x", "{")
    with pytest.raises(CopyError, match=r"cannot be used .*; nothing was changed"):
        repair(home, examine(copy))
    assert "x" in {row.id for row in reader.rows(copy, [row[0] for row in copy.execute("SELECT place FROM entry WHERE id = 'x'")])}


@pytest.mark.parametrize(
    "document",
    [
        '{"id": "\\ud800", "sender": "norec"}',
        {"id": "norec-nhrc-csf-csf-global-nhrc-nepal", "sender": "norec"},
    ],
)
def test_documents_that_no_table_takes_fail_the_comparison(copy: sqlite3.Connection, document: object) -> None:
    write_document(copy, "x", document, "exchanges")
    assert failing(copy)["projections"].startswith("The check could not be made: ")


def take_out_of_index(copy: sqlite3.Connection) -> None:
    copy.execute(
        "INSERT INTO entry_search (entry_search, rowid, name, body, tags)"
        " SELECT 'delete', place, name, body, tags FROM entry WHERE id = 'norec'"
    )


def test_an_index_that_disagrees_is_made_anew(copy: sqlite3.Connection, home: Home) -> None:
    take_out_of_index(copy)
    assert list(failing(copy)) == ["index"]
    assert repair(home, examine(copy)) == ["Entries, links and the search index were made anew from the documents."]
    assert failing(copy) == {}


def test_a_missing_index_is_made_anew(copy: sqlite3.Connection, home: Home) -> None:
    copy.execute("DROP TABLE entry_search")
    assert "no such table" in failing(copy)["index"]
    repair(home, examine(copy))
    assert failing(copy) == {}


def read_only(home: Home) -> sqlite3.Connection:
    home.database.chmod(0o400)
    return connect(home.database)


def test_a_read_only_copy_is_examined_and_not_repaired(copy: sqlite3.Connection, home: Home) -> None:
    copy.close()
    still = read_only(home)
    assert failing(still) == {}
    still.close()
    home.database.chmod(0o600)
    writing = connect(home.database)
    take_out_of_index(writing)
    writing.close()
    still = read_only(home)
    findings = examine(still)
    assert [finding.name for finding in findings if not finding.ok] == ["index"]
    still.close()
    with pytest.raises(ReadOnly, match="nothing was repaired"):
        repair(home, findings)


@pytest.mark.parametrize(
    ("statement", "table", "key"),
    [
        ("UPDATE entry SET title = 'Other' WHERE id = 'norec'", "entry", "partners/norec"),
        ("DELETE FROM link WHERE kind = 'partners' AND id = 'norec' AND role = 'area' AND to_id = 'health'", "link", "partners/norec/area"),
        ("INSERT INTO handle VALUES ('zzz', 'partners', 'norec')", "handle", "zzz/partners/norec"),
        ("DELETE FROM label WHERE tag = 'country_ke'", "label", "country_ke"),
        ("DELETE FROM word WHERE word = 'kamuzu'", "word", "kamuzu"),
        ("UPDATE tally SET n = n + 1 WHERE kind = 'partners' AND field = 'kind'", "tally", "partners/kind/partners"),
        ("UPDATE capacity SET topic = 'Other' WHERE partner = 'norec'", "capacity", "norec/brings"),
        ("UPDATE seat SET country = 'ZZ' WHERE id = 'norec'", "seat", "norec"),
        ("DELETE FROM flow", "flow", "norec-nhrc-csf"),
        ("UPDATE moved SET persons = persons + 1 WHERE field = 'year'", "moved", "year/20"),
        ("INSERT INTO contribution (id) VALUES ('zzz')", "contribution", "zzz"),
    ],
)
def test_projected_rows_that_differ_are_named_and_made_anew(
    copy: sqlite3.Connection, home: Home, statement: str, table: str, key: str
) -> None:
    assert copy.execute(statement).rowcount
    said = failing(copy)["projections"]
    assert said.startswith(f"Projected rows differ from what the documents give: {table} ")
    assert key in said
    repair(home, examine(copy))
    assert failing(copy) == {}


def test_words_of_earlier_documents_do_no_harm(copy: sqlite3.Connection) -> None:
    copy.execute("INSERT INTO word VALUES ('zzz')")
    assert failing(copy) == {}


def test_a_copy_that_was_changed_record_by_record_is_well(home: Home) -> None:
    home.data.mkdir(parents=True, mode=0o700)
    make_copy(home.database, [("partners", {"id": "a", "name": "A"})], {"origin": "elsewhere", "format": "1"})
    copy = connect(home.database)
    store_documents(copy, [("partners", {"id": "b", "name": "B"}), ("exchanges", {"id": "e", "sender": "a", "host": "b"})])
    store_documents(copy, [("partners", {"id": "a", "name": "Z"})])
    assert failing(copy) == {}
    copy.close()


def test_places_out_of_order_are_found(copy: sqlite3.Connection, home: Home) -> None:
    first = copy.execute("SELECT min(place) FROM entry").fetchone()[0]
    copy.execute("UPDATE entry SET place = (SELECT max(place) + 1 FROM entry) WHERE place = ?", (first,))
    assert failing(copy)["order"] == "1 entry stands out of the order of names."
    repair(home, examine(copy))
    assert failing(copy) == {}


def test_links_to_records_that_are_not_here_are_reported_and_well(copy: sqlite3.Connection) -> None:
    make_other(copy)
    store_documents(copy, [("publications", {"id": f"x{number}", "title": "X", "publisher": "nobody"}) for number in range(5)])
    (finding,) = (finding for finding in examine(copy) if finding.name == "links")
    assert finding.ok
    assert finding.words.startswith("5 links lead to records that are not here: publications/x0 → partners/nobody, ")
    assert finding.words.endswith(", 2 more.")


def test_a_copy_that_another_run_writes_to_is_no_finding(copy: sqlite3.Connection, home: Home) -> None:
    copy.execute("PRAGMA busy_timeout = 10")
    with locked(home.database), pytest.raises(sqlite3.OperationalError, match="locked"):
        examine(copy)


def test_a_copy_without_its_documents_begins_again(copy: sqlite3.Connection, home: Home) -> None:
    copy.execute("DROP TABLE record")
    assert "no such table" in failing(copy)["documents"]
    findings = examine(copy)
    copy.close()
    assert "could be read and were carried over" in repair(home, findings)[1]
    assert all(finding.ok for finding in checked(home))


def test_a_repair_that_the_disk_refuses_is_not_taken_for_damage(
    copy: sqlite3.Connection, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_copy: sqlite3.Connection) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(projections, "rebuild", refuse)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        repair(home, [Finding("order", False, "")])
    assert not list(home.data.glob("*damaged*"))


def test_a_repair_says_what_it_begins(copy: sqlite3.Connection, home: Home) -> None:
    said: list[str] = []
    repair(home, [Finding("order", False, "")], said.append)
    assert said == ["Indexing the local copy anew…"]


posix = pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")


@posix
def test_files_open_to_others_are_found_and_closed(copy: sqlite3.Connection, home: Home) -> None:
    home.settings.write_text("")
    for place, mode in ((home.data, 0o755), (home.database, 0o664), (home.settings, 0o644)):
        place.chmod(mode)
    finding = look_at_files(home)
    assert not finding.ok
    assert str(home.database) in finding.words
    done = repair(home, [finding])
    assert f"{home.data} is for its owner alone now." in done
    assert look_at_files(home).ok
    assert [place.stat().st_mode & 0o777 for place in (home.data, home.database, home.settings)] == [0o700, 0o600, 0o600]


@posix
def test_a_folder_that_serves_others_too_is_left(copy: sqlite3.Connection, home: Home) -> None:
    (home.data / "letter.txt").write_text("not ours")
    (home.data / "letter.txt").chmod(0o644)
    home.data.chmod(0o755)
    home.database.chmod(0o644)
    assert f"{home.data} is for its owner alone now." not in repair(home, [look_at_files(home)])
    assert look_at_files(home).ok
    assert home.data.stat().st_mode & 0o777 == 0o755
    assert (home.data / "letter.txt").stat().st_mode & 0o777 == 0o644


def test_folders_that_are_not_there_are_well(copy: sqlite3.Connection, home: Home, tmp_path: Path) -> None:
    assert look_at_files(Home(home.data, tmp_path / "config", tmp_path / "log")).ok


def test_windows_keeps_folders_itself(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        finding = look_at_files(home)
    assert finding.ok
