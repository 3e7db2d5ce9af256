"""A catalogue that is for people who are signed in alone, and what a password does elsewhere."""

from __future__ import annotations

import pytest
from tests.sync.conftest import Catalogue, Client, NewCatalogue, NewClient, agree, partners

from ssc_tui.host.bucket import SIGNED_IN
from ssc_tui.store.standing import standing
from ssc_tui.sync.address import parse_address
from ssc_tui.sync.credentials import forget_password, save_password


def sign_in(client: Client, user: str, password: str) -> None:
    save_password(client.home, parse_address(client.settings.remote), user, password)
    client.settings = client.settings._replace(user=user)


@pytest.fixture
def closed(new_catalogue: NewCatalogue) -> Catalogue:
    return new_catalogue({"partners": partners(3)}, readers=SIGNED_IN)


def test_without_a_name_nothing_comes_and_nothing_goes(closed: Catalogue, new_client: NewClient) -> None:
    client = new_client(closed, ("partners", {"id": "kept", "name": "Kept"}))
    before = client.dump()
    report = client.sync()
    assert (report.outcome, report.exit_code) == ("sign_in", 4)
    assert "ssc-tui login" in report.words
    assert client.dump() == before


def test_whoever_signs_in_reads(closed: Catalogue, new_client: NewClient) -> None:
    user = closed.live.new_user()
    client = new_client(closed)
    sign_in(client, user, f"password of {user}")
    assert client.synced().applied == (3, 0, 0)
    agree(client, closed)
    with client.copy() as copy:
        assert standing(copy).user == f"account:{user}"
    assert client.synced().requests == 1


def test_a_wrong_password_is_noticed_where_it_is_needed(closed: Catalogue, new_client: NewClient) -> None:
    user = closed.live.new_user()
    client = new_client(closed)
    sign_in(client, user, f"password of {user}")
    client.synced()
    held = client.live_set()
    sign_in(client, user, "wrong")
    closed.delete("partners", "p000")
    report = client.sync()
    assert (report.outcome, report.exit_code) == ("sign_in", 4)
    assert "wrong" not in report.words
    assert client.live_set() == held
    forget_password(client.home, parse_address(client.settings.remote), user)
    assert client.sync().outcome == "sign_in"
    sign_in(client, user, f"password of {user}")
    assert client.synced().applied == (0, 0, 1)


def test_a_wrong_password_is_noticed_where_everybody_may_read(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    client = new_client(catalogue)
    sign_in(client, "nobody", "wrong")
    report = client.sync()
    assert (report.outcome, report.exit_code) == ("sign_in", 4)
    assert "does not take your name and password" in report.words
    client.settings = client.settings._replace(user="")
    client.synced()
    agree(client, catalogue)


def test_a_catalogue_that_becomes_closed_keeps_what_was_read(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3)})
    client = new_client(catalogue)
    client.synced()
    held = client.live_set()
    _read_by(catalogue, SIGNED_IN)
    assert client.sync().outcome == "sign_in"
    assert client.live_set() == held
    client.is_sound()


def test_one_collection_for_others_alone(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(3), "funds": [{"id": "f", "name": "Fund"}]})
    client = new_client(catalogue)
    client.synced()
    _read_by(catalogue)
    for kind in ("areas", "partners", "projects", "exchanges", "solutions", "publications", "contributions"):
        catalogue.ask("PATCH", f"/collections/{kind}", {"permissions": {"read": ["system.Everyone"]}})
    held = client.live_set()
    catalogue.patch("partners", "p000", name="Renamed")
    catalogue.delete("funds", "f")
    report = client.sync()
    # Without a right to the bucket itself nobody can tell which catalogue it is.
    assert report.outcome in ("sign_in", "refused")
    assert client.live_set() == held


def test_an_open_line_carries_no_password(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue()
    client = new_client(catalogue)
    client.settings = client.settings._replace(remote="http://catalogue.invalid/v1")
    sign_in(client, "mary", "secret")
    report = client.sync()
    assert (report.outcome, report.exit_code, report.requests, report.bytes_up) == ("refused", 5, 0, 0)
    assert "not encrypted" in report.words


def _read_by(catalogue: Catalogue, *readers: str) -> None:
    made = catalogue.ask("GET", "").body
    permissions = {**made["permissions"], "read": list(readers)}
    catalogue.ask("PUT", "", {"data": made["data"], "permissions": permissions})
