"""Notes, bookmarks and saved searches of one person on several laptops, and of several persons on one, over a real Kinto."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.servers import Live
from tests.sync.conftest import DATASET, Catalogue, Client, NewCatalogue, NewClient, partners
from tests.sync.test_signing_in import sign_in

from ssc_tui.host.bucket import SIGNED_IN
from ssc_tui.store import edits, own, reader, searches
from ssc_tui.store.writer import drop_search, save_search, turn_bookmark, write_note


@pytest.fixture
def catalogue(new_catalogue: NewCatalogue) -> Catalogue:
    return new_catalogue({"partners": partners(3)}, readers=SIGNED_IN)


@pytest.fixture(params=["kinto_memory", "kinto_postgres"])
def kept(request: pytest.FixtureRequest) -> Catalogue:
    """The same on a server in memory and on PostgreSQL."""
    live: Live = request.getfixturevalue(request.param)
    return Catalogue(live, live.new_bucket({"partners": partners(3)}, dataset=DATASET, readers=SIGNED_IN))


def laptop(new_client: NewClient, catalogue: Catalogue, user: str) -> Client:
    client = new_client(catalogue, *(("partners", each) for each in partners(3)))
    be(client, user)
    return client


def be(client: Client, user: str) -> None:
    """Sign in, as `ssc-tui login` does."""
    sign_in(client, user, f"password of {user}")
    own.welcome(client.home.database, user)


def note(client: Client, text: str, record_id: str = "p000") -> str:
    return write_note(client.home.database, "partners", record_id, text)


def mark(client: Client, record_id: str = "p001") -> bool:
    return turn_bookmark(client.home.database, "partners", record_id)


def shown(client: Client) -> tuple[list[str], list[str], list[tuple[str, str, str]]]:
    """Notes, bookmarks and searches as the screens and commands list them."""
    with client.copy() as copy:
        return (
            sorted(each.text for each in reader.notes(copy)),
            sorted(each.record_id for each in reader.bookmarks(copy)),
            [each[:3] for each in searches.saved(copy)],
        )


def held(catalogue: Catalogue, user: str) -> list[dict[str, Any]]:
    """What the own bucket of a user holds, read with that user's password."""
    with httpx.Client(auth=(user, f"password of {user}")) as asking:
        answer = asking.get(f"{catalogue.live.url}/buckets/default/collections/{catalogue.bucket}/records")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def test_a_second_laptop_has_what_was_kept_on_the_first_after_its_sync(kept: Catalogue, new_client: NewClient) -> None:
    user = kept.live.new_user()
    first, second = (laptop(new_client, kept, user) for _time in range(2))
    note(first, "Met in Bergen.\nCall Amina.")
    mark(first)
    save_search(first.home.database, "Health in Malawi", "partners", "area:health country:MW")
    report = first.synced()
    assert (report.own, "3 sent" in report.words) == (3, True)
    note(second, "From the second.")
    report = second.synced()
    assert (report.own, "1 sent, 3 new here" in report.words) == (4, True)
    first.synced()
    everything = (
        ["From the second.", "Met in Bergen.\nCall Amina."],
        ["p001"],
        [("Health in Malawi", "partners", "area:health country:MW")],
    )
    assert shown(first) == shown(second) == everything
    assert sorted(row["form"] for row in held(kept, user)) == ["bookmark", "note", "note", "search"]
    first.is_sound()


def test_what_is_taken_away_goes_everywhere(kept: Catalogue, new_client: NewClient) -> None:
    user = kept.live.new_user()
    first, second = (laptop(new_client, kept, user) for _time in range(2))
    for client in (first, second):
        assert mark(client)
        client.synced()
    save_search(first.home.database, "All", "", "solar")
    first.synced()
    second.synced()
    assert not mark(first)
    assert drop_search(first.home.database, "All")
    first.synced()
    second.synced()
    assert shown(first) == shown(second) == ([], [], [])
    assert held(kept, user) == []
    # It may be set again.
    assert mark(second)
    second.synced()
    first.synced()
    assert shown(first) == ([], ["p001"], [])


def test_a_search_that_is_saved_anew_is_the_newer_one_everywhere(catalogue: Catalogue, new_client: NewClient) -> None:
    user = catalogue.live.new_user()
    first, second = (laptop(new_client, catalogue, user) for _time in range(2))
    save_search(first.home.database, "Mine", "partners", "solar")
    save_search(second.home.database, "Mine", "projects", "wind")
    for client in (first, second, first):
        client.synced()
    assert shown(first)[2] == shown(second)[2] == [("Mine", "projects", "wind")]
    save_search(first.home.database, "Mine", "", "water")
    for client in (first, second):
        client.synced()
    assert shown(second)[2] == [("Mine", "", "water")]
    drop_search(second.home.database, "Mine")
    for client in (second, first):
        client.synced()
    assert shown(first)[2] == []


def test_another_person_never_sees_them(catalogue: Catalogue, new_client: NewClient) -> None:
    ada, eva = catalogue.live.new_user(), catalogue.live.new_user()
    hers, other = laptop(new_client, catalogue, ada), laptop(new_client, catalogue, eva)
    note(hers, "Of Ada alone.")
    hers.synced()
    report = other.synced()
    assert (report.own, shown(other)) == (0, ([], [], []))
    assert held(catalogue, eva) == []
    with httpx.Client(auth=(eva, f"password of {eva}")) as asking:
        for row in held(catalogue, ada):
            assert asking.get(f"{catalogue.live.url}/buckets/default/collections/{catalogue.bucket}/records/{row['id']}").status_code == 404


def test_whoever_signs_in_next_on_a_laptop_gets_nothing_of_the_one_before(catalogue: Catalogue, new_client: NewClient) -> None:
    ada, eva = catalogue.live.new_user(), catalogue.live.new_user()
    client = laptop(new_client, catalogue, ada)
    note(client, "Before anybody's first sync.")
    client.synced()
    note(client, "Ada's, not sent yet.")
    mark(client)
    be(client, eva)
    assert shown(client) == ([], [], [])
    note(client, "Eva's.")
    mark(client)
    client.synced()
    assert [row.get("text") for row in held(catalogue, eva) if row["form"] == "note"] == ["Eva's."]
    assert shown(client) == (["Eva's."], ["p001"], [])
    be(client, ada)
    assert shown(client) == (["Ada's, not sent yet.", "Before anybody's first sync."], ["p001"], [])
    client.synced()
    assert sorted(row["text"] for row in held(catalogue, ada) if row["form"] == "note") == [
        "Ada's, not sent yet.",
        "Before anybody's first sync.",
    ]
    # What is written while nobody is signed in is of the person whose things are on the screen.
    client.settings = client.settings._replace(user="")
    note(client, "Ada's, signed out.")
    be(client, eva)
    client.synced()
    assert shown(client)[0] == ["Eva's."]
    be(client, ada)
    client.synced()
    assert len([row for row in held(catalogue, ada) if row["form"] == "note"]) == 3


def test_a_name_that_no_catalogue_confirmed_takes_over_nothing(catalogue: Catalogue, new_client: NewClient) -> None:
    ada = catalogue.live.new_user()
    client = new_client(catalogue, ("partners", partners(1)[0]))
    note(client, "Before anybody signed in.")
    sign_in(client, "adda", "a slip")
    own.welcome(client.home.database, "adda")
    assert client.sync().outcome == "sign_in"
    be(client, ada)
    client.synced()
    assert [row["text"] for row in held(catalogue, ada)] == ["Before anybody signed in."]


def test_a_run_without_news_stays_one_request_and_costs_as_much_whatever_is_kept(catalogue: Catalogue, new_client: NewClient) -> None:
    catalogue.describe(serialised_writer=True)
    user = catalogue.live.new_user()
    client = laptop(new_client, catalogue, user)
    client.synced()
    mark(client)
    for _time in range(2):
        client.synced()
    few = client.synced()
    for number in range(30):
        note(client, f"Note {number}")
    # What was sent comes once.
    for _time in range(2):
        client.synced()
    many = client.synced()
    assert (few.requests, many.requests, few.own, many.own) == (1, 1, 0, 0)
    assert abs(many.bytes_down - few.bytes_down) < 100
    assert abs(many.bytes_up - few.bytes_up) < 100


def test_an_answer_that_was_lost_makes_nothing_twice(catalogue: Catalogue, new_client: NewClient) -> None:
    user = catalogue.live.new_user()
    first, second = (laptop(new_client, catalogue, user) for _time in range(2))
    note(first, "Once.")
    mark(first)
    first.synced()
    with first.copy() as copy:
        # As if the answer had not come.
        copy.execute("UPDATE own SET stamp = NULL")
        copy.execute("DELETE FROM remote WHERE key = 'own'")
    note(first, "Twice.")
    first.synced()
    second.synced()
    assert shown(first) == shown(second) == (["Once.", "Twice."], ["p001"], [])
    assert len(held(catalogue, user)) == 3


def test_what_was_sent_without_an_answer_and_taken_away_since_goes(catalogue: Catalogue, new_client: NewClient) -> None:
    user = catalogue.live.new_user()
    first, second = (laptop(new_client, catalogue, user) for _time in range(2))
    mark(first)
    first.synced()
    with first.copy() as copy:
        copy.execute("UPDATE own SET stamp = NULL")
    second.synced()
    assert not mark(first)
    first.synced()
    first.synced()
    second.synced()
    assert shown(first) == shown(second) == ([], [], [])


def test_an_own_bucket_that_was_emptied_is_filled_again(catalogue: Catalogue, new_client: NewClient) -> None:
    user = catalogue.live.new_user()
    client = laptop(new_client, catalogue, user)
    note(client, "Still here.")
    client.synced()
    with httpx.Client(auth=(user, f"password of {user}")) as asking:
        assert asking.delete(f"{catalogue.live.url}/buckets/default").status_code == 200
    with client.copy() as copy:
        copy.execute("UPDATE remote SET value = json_set(value, '$." + user + ".cursor', 9999999999999) WHERE key = 'own'")
    client.synced()
    assert shown(client)[0] == ["Still here."]
    assert [row["text"] for row in held(catalogue, user)] == ["Still here."]


def test_many_come_page_by_page(catalogue: Catalogue, new_client: NewClient, small_pages: None) -> None:
    user = catalogue.live.new_user()
    first = laptop(new_client, catalogue, user)
    for number in range(27):
        note(first, f"Note {number:02}")
    first.synced()
    second = laptop(new_client, catalogue, user)
    second.synced()
    assert shown(second)[0] == [f"Note {number:02}" for number in range(27)]


def test_what_is_none_of_our_things_is_passed_over(catalogue: Catalogue, new_client: NewClient) -> None:
    user = catalogue.live.new_user()
    client = laptop(new_client, catalogue, user)
    client.synced()
    odd: list[dict[str, Any]] = [
        {"form": "note", "ref": "partners/p000", "text": 5, "at": "2026"},
        {"form": "note", "ref": "no such", "text": "x", "at": "2026"},
        {"form": "map", "ref": "partners/p000", "at": "2026"},
        {"form": "note", "ref": "partners/p000", "text": "x" * 30_000, "at": "2026"},
        {"form": "note", "ref": "partners/p000", "text": "\x1b]52;c;aGk=\x07kept", "at": "2026"},
        {},
    ]
    with httpx.Client(auth=(user, f"password of {user}")) as asking:
        for document in odd:
            answer = asking.post(f"{catalogue.live.url}/buckets/default/collections/{catalogue.bucket}/records", json={"data": document})
            assert answer.status_code == 201
    client.synced()
    (text,) = shown(client)[0]
    assert text.endswith("kept")
    assert "\x1b" not in text


def test_where_own_things_are_not_taken_edits_go_out_all_the_same(catalogue: Catalogue, new_client: NewClient) -> None:
    user = catalogue.live.new_user(catalogue.bucket)
    client = laptop(new_client, catalogue, user)
    client.synced()
    note(client, "Not taken.")
    old = partners(1)[0]
    assert edits.change(client.home.database, "partners", "p000", old, old | {"city": "Bergen"}, user)

    class Refusing(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if b"buckets/default" in request.read() and b'"PUT"' in request.content:
                body = httpx.ByteStream(b'{"code": 403, "errno": 121}')
                return httpx.Response(403, headers={"Content-Type": "application/json"}, stream=body)
            return super().handle_request(request)

    client.transport = Refusing()
    report = client.synced()
    assert (report.sent, report.own) == (1, 0)
    client.transport = None
    assert client.synced().own == 1
