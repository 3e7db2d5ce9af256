"""What changes in a real catalogue comes into the copy, and nothing else happens to it."""

from __future__ import annotations

import pytest
from tests.servers import Live
from tests.sync.conftest import Catalogue, Document, NewCatalogue, NewClient, agree, partners

from ssc_tui.catalogue.difference import FieldChange
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.store import journal, reader
from ssc_tui.store.seed import SEED, seed_meta
from ssc_tui.store.standing import reached, standing
from ssc_tui.store.whole import documents_in
from ssc_tui.store.writer import turn_bookmark, write_note
from ssc_tui.sync import pace, pull
from ssc_tui.sync.report import Report


@pytest.fixture(scope="module")
def served_seed(kinto_memory: Live) -> Catalogue:
    """The shipped catalogue on a server; not to be written to."""
    return Catalogue(kinto_memory, kinto_memory.new_bucket(documents_in(SEED), dataset=seed_meta()["dataset"]))


def received(report: Report) -> tuple[int, int, int]:
    return report.applied


def test_the_shipped_catalogue_goes_on_from_where_it_stands(served_seed: Catalogue, new_client: NewClient) -> None:
    client = new_client(served_seed, seed=True)
    before = client.rows("SELECT kind, id, document FROM record ORDER BY kind, id")
    first = client.synced()
    assert received(first) == (0, 0, 0)
    assert client.changes() == []
    assert [(kind, record_id) for kind, record_id, _ in before] == client.rows("SELECT kind, id FROM record ORDER BY kind, id")
    agree(client, served_seed)
    second = client.synced()
    assert (second.requests, received(second), second.words) == (1, (0, 0, 0), "Nothing had changed.")
    assert second.bytes_down <= 1500


def test_the_shipped_catalogue_into_an_empty_copy(served_seed: Catalogue, new_client: NewClient, small_pages: None) -> None:
    client = new_client(served_seed, dataset=seed_meta()["dataset"])
    report = client.synced()
    number = sum(map(len, documents_in(SEED).values()))
    assert received(report) == (number, 0, 0)
    assert report.requests >= number // 10
    assert (client.progress[-1].done, client.progress[-1].total) == (number, number)
    assert [step.done for step in client.progress] == sorted(step.done for step in client.progress)
    agree(client, served_seed)
    assert client.synced().requests == 1


def test_a_change_comes_with_exactly_the_fields_that_changed(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    client = new_client(catalogue)
    assert received(client.synced()) == (3, 0, 0)
    catalogue.patch("partners", "p001", name="Renamed", city="Kisumu")
    assert received(client.synced()) == (0, 1, 0)
    with client.copy() as copy:
        change = journal.changes(copy)[0]
        assert reader.document(copy, "partners", "p001")["city"] == "Kisumu"
        found = copy.execute("SELECT title FROM entry WHERE kind = 'partners' AND id = 'p001'").fetchone()
    assert found == ("Renamed",)
    assert (change.ref, change.title, change.change) == ("partners/p001", "Renamed", "changed")
    assert sorted(change.fields) == [FieldChange("city", None, "Kisumu"), FieldChange("name", "Partner 1", "Renamed")]
    agree(client, catalogue)


def test_new_gone_and_made_again(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(4)})
    client = new_client(catalogue)
    client.synced()
    catalogue.put("partners", "new", name="New")
    catalogue.delete("partners", "p000")
    assert received(client.synced()) == (1, 0, 1)
    assert client.changes()[4:] == [("partners/new", "new"), ("partners/p000", "removed")]
    agree(client, catalogue)
    catalogue.put("partners", "p000", name="Again")
    assert received(client.synced()) == (1, 0, 0)
    assert client.changes()[6:] == [("partners/p000", "new")]
    # Gone and back between two runs is a change at the most.
    catalogue.delete("partners", "p001")
    catalogue.put("partners", "p001", name="Partner 1", country="KE")
    assert received(client.synced()) == (0, 0, 0)
    agree(client, catalogue)


def test_written_again_with_equal_content_is_no_change(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(2)})
    client = new_client(catalogue)
    client.synced()
    catalogue.put("partners", "p001", country="KE", name="Partner 1")
    before = client.changes()
    assert received(client.synced()) == (0, 0, 0)
    assert client.changes() == before
    agree(client, catalogue)


def test_every_kind_comes_and_what_names_others_is_linked(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue(
        {
            "areas": [{"id": "health", "name": "Health"}],
            "partners": [{"id": "one", "name": "One", "areas": ["health"]}, {"id": "two", "name": "Two"}],
            "projects": [{"id": "pr", "title": "Project", "partners": [{"partner": "one", "role": "coordinator"}], "areas": ["health"]}],
            "exchanges": [{"id": "ex", "project": "pr", "sender": "one", "host": "two", "actual": 3}],
            "contributions": [{"id": "co", "project": "pr", "from": "one", "to": "two", "year": 2024, "kind": "travel"}],
            "solutions": [{"id": "so", "title": "Solution", "project": "pr"}],
            "publications": [{"id": "pu", "title": "Publication"}],
            "funds": [{"id": "fu", "name": "Fund", "manager": "two"}],
        }
    )
    client = new_client(catalogue)
    assert received(client.synced()) == (9, 0, 0)
    agree(client, catalogue)
    assert client.rows("SELECT sender, host, actual FROM flow") == [("one", "two", 3)]
    assert client.rows("SELECT giver, receiver FROM contribution") == [("one", "two")]
    assert client.rows("SELECT to_id FROM link WHERE kind = 'partners' AND id = 'one'") == [("health",)]


def test_unknown_fields_survive(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    odd: Document = {"name": "Odd", "colour": {"r": 1, "deep": [None, 1.5, "x", {"é": True}]}, "x-y": []}
    catalogue = new_catalogue()
    catalogue.put("partners", "odd", **odd)
    client = new_client(catalogue)
    client.synced()
    agree(client, catalogue)
    assert client.live_set()["partners"]["odd"]["colour"] == odd["colour"]
    catalogue.patch("partners", "odd", colour={"r": 2})
    client.synced()
    with client.copy() as copy:
        assert [field.field for field in journal.changes(copy)[0].fields] == ["colour"]


def test_an_unknown_collection_is_passed_over_and_remembered(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(1)})
    catalogue.ask("PUT", "/collections/recipes")
    catalogue.ask("PUT", "/collections/recipes/records/soup", {"data": {"name": "Soup"}})
    client = new_client(catalogue)
    client.synced()
    with client.copy() as copy:
        assert list(standing(copy).others) == ["recipes"]
    assert set(client.rows("SELECT DISTINCT kind FROM record")) == {("partners",)}
    agree(client, catalogue)


def test_a_page_that_is_read_again_changes_nothing(
    new_catalogue: NewCatalogue, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    catalogue = new_catalogue({"partners": partners(25)})
    client = new_client(catalogue)
    client.synced()
    catalogue.patch("partners", "p003", name="Other")
    catalogue.delete("partners", "p004")
    client.synced()
    before = client.dump()
    # A server that promises nothing is asked again for the last half minute, which here is all there is.
    catalogue.describe(serialised_writer=False)
    client.synced()
    report = client.synced()
    assert received(report) == (0, 0, 0)
    assert report.bytes_down > 1500
    monkeypatch.setattr(pull, "OVERLAP", 10**15)
    client.synced()
    assert client.dump() == before


def test_a_run_that_was_broken_off_goes_on_at_its_page(new_catalogue: NewCatalogue, new_client: NewClient, small_pages: None) -> None:
    catalogue = new_catalogue({"partners": partners(200), "areas": [{"id": "a", "name": "A"}]})
    client = new_client(catalogue)
    seen = []
    for _run in range(200):
        report = client.sync(budget=1)
        seen.append(report)
        if report.outcome == "ok":
            break
        assert report.outcome == "partial", report
        # A budget is not overrun by more than a page.
        assert report.bytes_down + report.bytes_up < 6000
    assert seen[-1].outcome == "ok"
    assert len(seen) > 10
    assert sum(report.applied.new for report in seen) == 201
    agree(client, catalogue)
    with client.copy() as copy:
        assert len(client.changes()) == 201
        assert reached(copy, "partners").resync is False


def test_metered_is_a_budget(
    new_catalogue: NewCatalogue, new_client: NewClient, monkeypatch: pytest.MonkeyPatch, small_pages: None
) -> None:
    catalogue = new_catalogue({"partners": partners(40)})
    client = new_client(catalogue)
    client.settings = client.settings._replace(metered=True)
    monkeypatch.setattr(pace, "METERED_BYTES", 3000)
    report = client.sync()
    assert (report.outcome, report.exit_code) == ("partial", 1)
    assert 0 < report.applied.new < 40
    assert "metered" in report.words
    client.settings = client.settings._replace(metered=False)
    client.synced()
    agree(client, catalogue)


def test_full_reads_everything_again_and_changes_nothing(new_catalogue: NewCatalogue, new_client: NewClient, small_pages: None) -> None:
    catalogue = new_catalogue({"partners": partners(30)})
    client = new_client(catalogue)
    client.synced()
    before = client.rows("SELECT * FROM record"), client.changes()
    report = client.synced(full=True)
    assert received(report) == (0, 0, 0)
    assert report.requests > 3
    assert (client.rows("SELECT * FROM record"), client.changes()) == before
    agree(client, catalogue)
    assert client.rows("SELECT * FROM seen") == []


def test_bookmarks_and_notes_stay_with_a_record_that_goes(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(2)})
    client = new_client(catalogue)
    client.synced()
    write_note(client.home.database, "partners", "p001", "Ask for Mary")
    turn_bookmark(client.home.database, "partners", "p001")
    catalogue.delete("partners", "p001")
    client.synced()
    with client.copy() as copy:
        assert [note.text for note in reader.notes(copy)] == ["Ask for Mary"]
        gone = journal.changes(copy)[0]
    assert (gone.ref, gone.title, gone.change, gone.bookmarked) == ("partners/p001", "Partner 1", "removed", True)
    agree(client, catalogue)


def test_every_run_is_remembered(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(2)})
    client = new_client(catalogue)
    first = client.synced()
    client.synced()
    with client.copy() as copy:
        last, before = journal.runs(copy)
        assert reached(copy, "partners").cursor == max(row["last_modified"] for row in catalogue.live_set()["partners"].values())
        assert standing(copy).synced_at
    assert before[3:11] == ("ok", first.words, first.requests, first.bytes_up, first.bytes_down, 2, 0, 0)
    assert (last.outcome, last.new, last.requests) == ("ok", 0, 1)


@pytest.mark.parametrize("fields", [{"description": "x\x1b[31my"}, {"name": "a\u202eb"}, {"name": "tab\there", "nested": ["\x07"]}])
def test_what_could_drive_a_terminal_is_cleaned_once(new_catalogue: NewCatalogue, new_client: NewClient, fields: Document) -> None:
    catalogue = new_catalogue()
    catalogue.put("partners", "bad", **{"name": "Bad", **fields})
    client = new_client(catalogue)
    client.synced()
    text = client.rows("SELECT document FROM record")[0][0]
    assert not any(character in text for character in ("\\u001b", "\x1b", "\u202e", "\\u0007"))
    assert received(client.synced(full=True)) == (0, 0, 0)
    client.is_sound()


def test_a_catalogue_of_nothing(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue()
    client = new_client(catalogue)
    client.synced()
    assert client.live_set() == {kind: {} for kind in KINDS} == catalogue.live_set()
    assert client.synced().requests == 1
