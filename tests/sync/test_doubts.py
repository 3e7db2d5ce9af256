"""A catalogue that was remade, restored, emptied or closed: nothing of the copy goes without a reason, and both end up equal."""

from __future__ import annotations

import json
import time

import pytest
from tests.sync.conftest import Catalogue, Client, NewCatalogue, NewClient, agree, partners

from ssc_tui.catalogue.kinds import COLLECTIONS
from ssc_tui.store import journal, reader
from ssc_tui.store.connection import transaction
from ssc_tui.store.standing import reached, standing
from ssc_tui.store.writer import turn_bookmark, write_note
from ssc_tui.sync import pull

HOUR = 3600 * 1000


def let_counts_be_due(client: Client) -> None:
    """As if a week had gone by since the numbers of records were compared."""
    with client.copy() as copy, transaction(copy):
        assert copy.execute("UPDATE collection SET counted_at = '2020-01-01T00:00:00+00:00'").rowcount == len(COLLECTIONS)


def remake(catalogue: Catalogue, kind: str, *but: str) -> None:
    """The records of a collection with their time stamps, without its tombstones and without some records: a purge does that."""
    rows = [row for row in catalogue.live_set()[kind].values() if row["id"] not in but]
    catalogue.empty(kind)
    catalogue.put_all(kind, rows)
    assert {row["last_modified"] for row in rows} == {row["last_modified"] for row in catalogue.live_set()[kind].values()}


def test_another_catalogue_is_refused_until_it_is_joined(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(30), "funds": [{"id": "f", "name": "Fund"}]}, dataset="the other")
    client = new_client(catalogue, seed=True)
    write_note(client.home.database, "partners", "norec", "Ask for Mary")
    turn_bookmark(client.home.database, "partners", "norec")
    before = client.dump()
    for _time in range(2):
        report = client.sync()
        assert (report.outcome, report.exit_code) == ("incompatible", 5)
        assert "the other" in report.words
        assert "--join" in report.words
        assert client.dump() == before
    joined = client.synced(join=True)
    assert joined.applied.new == 31
    agree(client, catalogue)
    assert client.changes() == []
    with client.copy() as copy:
        assert [note.text for note in reader.notes(copy)] == ["Ask for Mary"]
        assert [(mark.kind, mark.record_id) for mark in reader.bookmarks(copy)] == [("partners", "norec")]
        assert reader.meta(copy)["dataset"] == standing(copy).dataset == "the other"
        assert standing(copy).replacing is False
    # From now on it is the catalogue of this copy, and its changes are told.
    catalogue.patch("funds", "f", name="Renamed")
    client.synced()
    assert client.changes() == [("funds/f", "changed")]


def test_joining_goes_on_where_it_was_broken_off(new_catalogue: NewCatalogue, new_client: NewClient, small_pages: None) -> None:
    catalogue = new_catalogue({"partners": partners(60)}, dataset="the other")
    client = new_client(catalogue, *(("partners", {"id": f"old{number}", "name": "Old"}) for number in range(60)))
    assert client.sync(join=True, budget=1).outcome == "partial"
    with client.copy() as copy:
        assert standing(copy).replacing is True
    # No word is needed again, for the join or for what it takes away.
    client.synced()
    agree(client, catalogue)
    assert client.changes() == []


def test_a_new_epoch_is_read_from_the_beginning(new_catalogue: NewCatalogue, new_client: NewClient, small_pages: None) -> None:
    catalogue = new_catalogue({"partners": partners(40)})
    client = new_client(catalogue)
    client.synced()
    # A restored server: a record is older than the copy has it, one is gone without a trace, and one came without being seen.
    rows = catalogue.live_set()["partners"]
    catalogue.empty("partners")
    catalogue.put_all("partners", [row for record_id, row in rows.items() if record_id not in ("p001", "p002")])
    catalogue.put("partners", "p002", name="As it was", last_modified=rows["p002"]["last_modified"] - 1000)
    catalogue.put("partners", "extra", name="Extra", last_modified=rows["p000"]["last_modified"] - 1000)
    catalogue.new_epoch()
    report = client.synced()
    assert report.applied == (1, 1, 1)
    assert sorted(client.changes()[40:]) == [("partners/extra", "new"), ("partners/p001", "removed"), ("partners/p002", "changed")]
    agree(client, catalogue)
    assert client.rows("SELECT * FROM seen") == []
    assert client.synced().requests == 1


def test_the_old_rows_are_there_while_everything_is_read_again(
    new_catalogue: NewCatalogue, new_client: NewClient, small_pages: None
) -> None:
    catalogue = new_catalogue({"partners": partners(60)})
    client = new_client(catalogue)
    client.synced()
    remake(catalogue, "partners", "p059")
    catalogue.new_epoch()
    assert client.sync(budget=1).outcome == "partial"
    assert client.rows("SELECT count(*) FROM entry WHERE kind = 'partners'") == [(60,)]
    client.is_sound()
    assert client.synced().applied == (0, 0, 1)
    agree(client, catalogue)


def test_a_history_that_went_back_is_read_from_the_beginning(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(5)})
    ahead = catalogue.put("partners", "ahead", name="Ahead", last_modified=int(time.time() * 1000) + HOUR)
    client = new_client(catalogue)
    client.synced()
    with client.copy() as copy:
        assert reached(copy, "partners").cursor == ahead["last_modified"]
    rows = list(catalogue.live_set()["partners"].values())
    # Deleted with its bucket: a collection alone leaves its newest time stamp behind.
    catalogue.ask("DELETE", "")
    remade = new_catalogue({"partners": [row for row in rows if row["id"] != "ahead"]})
    assert max(row["last_modified"] for row in remade.live_set()["partners"].values()) < ahead["last_modified"]
    with client.copy() as copy:
        epoch = standing(copy).epoch
    remade.describe(epoch=epoch)
    client.settings = client.settings._replace(remote=remade.url)
    assert client.synced().applied == (0, 0, 1)
    agree(client, remade)
    with client.copy() as copy:
        assert reached(copy, "partners").cursor < ahead["last_modified"]


def test_many_removals_need_a_word(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(40), "funds": [{"id": "f", "name": "Fund"}]})
    client = new_client(catalogue)
    client.synced()
    catalogue.empty("partners")
    catalogue.new_epoch()
    before = client.live_set(), client.changes()
    for _time in range(2):
        report = client.sync()
        assert (report.outcome, report.exit_code, report.applied) == ("refused", 5, (0, 0, 0))
        assert "40 of 40 partners" in report.words
        assert "--accept-removals" in report.words
        assert (client.live_set(), client.changes()) == before
        client.is_sound()
    # Other collections go on meanwhile.
    catalogue.patch("funds", "f", name="Renamed")
    assert client.sync().applied == (0, 1, 0)
    assert client.synced(accept_removals=True).applied == (0, 0, 40)
    agree(client, catalogue)
    assert client.synced().requests == 1


def test_an_emptied_collection_is_noticed_at_once(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(40)})
    client = new_client(catalogue)
    client.synced()
    catalogue.empty("partners")
    assert client.sync().outcome == "refused"
    # Without a word it is not forgotten.
    assert client.sync().outcome == "refused"
    assert len(client.live_set()["partners"]) == 40
    assert client.synced(accept_removals=True).applied == (0, 0, 40)
    agree(client, catalogue)


def test_many_tombstones_are_believed(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(40)})
    client = new_client(catalogue)
    client.synced()
    catalogue.ask("DELETE", "/collections/partners/records")
    assert client.synced().applied == (0, 0, 40)
    agree(client, catalogue)


@pytest.mark.parametrize("number", [1, 3, 30], ids=["one", "few", "many"])
def test_what_was_dated_back_is_found_by_the_number(new_catalogue: NewCatalogue, new_client: NewClient, number: int) -> None:
    catalogue = new_catalogue({"partners": partners(40)})
    client = new_client(catalogue)
    client.synced()
    past = min(row["last_modified"] for row in catalogue.live_set()["partners"].values()) - HOUR
    for each in range(number):
        catalogue.put("partners", f"import{each}", name=f"Imported {each}", last_modified=past + each)
    assert client.synced().applied == (0, 0, 0)
    let_counts_be_due(client)
    assert client.synced().applied == (number, 0, 0)
    agree(client, catalogue)
    assert client.synced().requests == 1


@pytest.mark.parametrize("number", [1, 15])
def test_a_forgotten_tombstone_is_found_by_the_number(new_catalogue: NewCatalogue, new_client: NewClient, number: int) -> None:
    catalogue = new_catalogue({"partners": partners(100), "funds": [{"id": "f", "name": "Fund"}]})
    client = new_client(catalogue)
    client.synced()
    remake(catalogue, "partners", *(f"p{each:03}" for each in range(number)))
    catalogue.patch("partners", "p050", name="Written after it")
    assert client.synced().applied == (0, 1, 0)
    let_counts_be_due(client)
    report = client.synced()
    assert report.applied == (0, 0, number)
    assert [change for _reference, change in client.changes()[-number:]] == ["removed"] * number
    agree(client, catalogue)
    assert client.synced().requests == 1


def test_one_gone_and_one_dated_back_are_not_found_by_the_number_and_are_by_full(
    new_catalogue: NewCatalogue, new_client: NewClient
) -> None:
    catalogue = new_catalogue({"partners": partners(10)})
    client = new_client(catalogue)
    client.synced()
    rows = catalogue.live_set()["partners"]
    remake(catalogue, "partners", "p001")
    catalogue.put("partners", "other", name="Other", last_modified=rows["p000"]["last_modified"] - HOUR)
    let_counts_be_due(client)
    assert client.synced().applied == (0, 0, 0)
    assert client.synced(full=True).applied == (1, 0, 1)
    agree(client, catalogue)


def test_a_collection_that_cannot_be_read_keeps_its_records(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3), "funds": [{"id": "f", "name": "Fund"}]})
    client = new_client(catalogue)
    client.synced()
    held = client.live_set()
    catalogue.ask("DELETE", "/collections/partners")
    catalogue.patch("funds", "f", name="Renamed")
    assert client.synced().applied == (0, 1, 0)
    assert client.live_set()["partners"] == held["partners"]
    with client.copy() as copy:
        assert reached(copy, "partners").forbidden is False
    client.is_sound()
    catalogue.new_epoch()
    assert client.synced().applied == (0, 0, 0)
    assert client.live_set()["partners"] == held["partners"]
    client.is_sound()


def test_a_missing_collection_comes_back(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    schema = catalogue.ask("GET", "/collections/partners").body["data"]["schema"]
    client = new_client(catalogue)
    client.synced()
    catalogue.ask("DELETE", "/collections/partners")
    client.synced()
    catalogue.ask("PUT", "/collections/partners", {"data": {"schema": schema}})
    catalogue.put("partners", "fresh", name="Fresh")
    let_counts_be_due(client)
    assert client.synced().applied == (1, 0, 3)
    with client.copy() as copy:
        assert reached(copy, "partners").forbidden is None
    agree(client, catalogue)


def test_a_missing_bucket_is_refused(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    client = new_client(catalogue)
    client.synced()
    before = client.dump()
    catalogue.ask("DELETE", "")
    report = client.sync()
    assert (report.outcome, report.exit_code) in (("refused", 5), ("sign_in", 4))
    assert client.dump() == before


def test_a_bucket_that_is_no_catalogue(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue()
    catalogue.ask("PUT", "", {"data": {}})
    client = new_client(catalogue, ("partners", {"id": "kept", "name": "Kept"}))
    before = client.dump()
    report = client.sync()
    assert (report.outcome, report.exit_code) == ("incompatible", 5)
    catalogue.describe(dataset="test", format=2)
    newer = client.sync()
    assert newer.outcome == "incompatible"
    assert "newer ssc-tui" in newer.words
    assert client.dump() == before


BAD = [
    ({"name": "Alive", "deleted": True}, "deleted"),
    ({"name": "x" * 300_000}, "256 kB"),
    ({"name": "Big", "budget": 2**60}, "number"),
    ({"name": "Deep", "deep": json.loads("[" * 40 + "]" * 40)}, "nested"),
]


@pytest.mark.parametrize(("fields", "word"), BAD, ids=["deleted-though-alive", "large", "number", "deep"])
def test_what_cannot_be_kept_waits_in_quarantine_until_it_is_mended(
    new_catalogue: NewCatalogue, new_client: NewClient, fields: dict[str, object], word: str
) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    catalogue.loosen("partners")
    client = new_client(catalogue)
    client.synced()
    catalogue.put("partners", "bad", **fields)
    catalogue.put("partners", "p001", **fields)
    catalogue.put("partners", "after", name="After")
    report = client.synced()
    assert (report.applied, report.quarantined) == ((1, 0, 0), 2)
    with client.copy() as copy:
        waiting = journal.quarantine(copy)
    assert [(each.kind, each.id) for each in waiting] == [("partners", "bad"), ("partners", "p001")]
    assert all(word in each.reason for each in waiting)
    # What is in quarantine is counted and not fetched again; Kinto in memory does not count what says that it is deleted.
    let_counts_be_due(client)
    report = client.synced()
    assert (report.applied, report.requests) == ((0, 0, 0), 2 if "deleted" in fields else 1)
    client.is_sound()
    assert client.live_set()["partners"]["p001"]["name"] == "Partner 1"
    catalogue.put("partners", "bad", name="Mended")
    catalogue.delete("partners", "p001")
    report = client.synced()
    assert (report.applied, report.quarantined) == ((1, 0, 1), 0)
    agree(client, catalogue)


def test_a_record_dated_into_the_future_stops_nobody(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    client = new_client(catalogue)
    client.synced()
    catalogue.put("partners", "future", name="Future", last_modified=4_102_444_800_000)
    report = client.synced()
    assert report.quarantined == 1
    catalogue.put("funds", "f", name="Fund")
    assert client.synced().applied == (1, 0, 0)
    with client.copy() as copy:
        assert reached(copy, "partners").cursor < 4_102_444_800_000
    client.is_sound()


def test_a_server_that_contradicts_itself_ends_the_run(
    new_catalogue: NewCatalogue, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    client = new_client(catalogue)
    client.synced()
    monkeypatch.setattr(pull.Pull, "_went_back", lambda _self, state, _page: state.kind == "partners")
    before = client.live_set()
    assert client.sync().outcome == "unwell"
    assert client.live_set() == before
    client.is_sound()
