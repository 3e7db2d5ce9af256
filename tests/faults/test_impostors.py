"""Each impostor is what its name says: seen with a plain httpx client and a fake Kinto behind it."""

from __future__ import annotations

import gzip
import json
import ssl
import time
from collections.abc import Iterator

import httpx
import pytest
import trustme
from tests.faults import impostors
from tests.faults.fake_kinto import FakeKinto
from tests.faults.proxy import FaultProxy, Plan
from tests.faults.wire import Handler, OnTheWire, Spoil

from ssc_tui.host.bucket import records

PATH = f"/v1{records('directory', 'partners')}"


@pytest.fixture
def kinto() -> FakeKinto:
    server = FakeKinto()
    for number in range(20):
        server.put("partners", {"id": f"p{number}", "name": f"Partner {number}"})
    return server


@pytest.fixture
def wire(kinto: FakeKinto) -> Iterator[OnTheWire]:
    with OnTheWire(kinto) as wire:
        yield wire


def ask(handler: Handler) -> httpx.Response:
    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        return client.get(f"http://catalogue.example{PATH}")


def test_on_the_wire_as_without_it(kinto: FakeKinto, wire: OnTheWire) -> None:
    with httpx.Client() as client:
        first, second = (client.get(wire.url + PATH) for _ in range(2))
        counted = client.head(wire.url + PATH)
    assert first.json() == second.json() == ask(kinto).json()
    assert (counted.headers["Total-Objects"], counted.content) == ("20", b"")


def test_the_fake_behind_the_proxy(wire: OnTheWire) -> None:
    with FaultProxy("127.0.0.1", wire.port) as proxy, httpx.Client() as client:
        for _ in range(3):
            client.get(proxy.url + PATH).raise_for_status()
        assert [link.plan for link in proxy.connections] == [Plan()]


@pytest.mark.parametrize("portal", [impostors.portal_page, impostors.portal_page_called_json, impostors.network_sign_in])
def test_portals_show_a_page(portal: Handler) -> None:
    assert "<html>" in ask(portal).text


def test_log_in_page() -> None:
    assert (ask(impostors.portal_redirect).status_code, ask(impostors.portal_redirect).headers["Location"]) == (302, impostors.LOG_IN)


def test_nothing_and_something_else() -> None:
    assert (ask(impostors.empty_object).json(), type(ask(impostors.other_json).json())) == ({}, list)


@pytest.mark.parametrize("broken", [impostors.broken_page, impostors.bad_gateway])
def test_errors_in_html(broken: Handler) -> None:
    assert ask(broken).status_code >= 500
    assert ask(broken).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("nobody", [impostors.no_name, impostors.refused])
def test_nobody_there(nobody: Handler) -> None:
    with pytest.raises(httpx.ConnectError):
        ask(nobody)


def test_json_that_is_too_deep() -> None:
    with pytest.raises(RecursionError):
        ask(impostors.too_deep).json()


def test_edited_on_the_way(kinto: FakeKinto) -> None:
    edited = impostors.edited(kinto, lambda text: text.replace("Partner 7", "Nobody"))
    names = [row["name"] for row in ask(edited).json()["data"]]
    assert (names.count("Nobody"), len(names)) == (1, 20)


def test_stale_proxy_repeats_until_it_does_not(kinto: FakeKinto) -> None:
    proxy = impostors.StaleProxy(kinto)
    before = ask(proxy).headers["ETag"]
    kinto.delete("partners", "p1")
    proxy.stale = True
    assert ask(proxy).headers["ETag"] == before
    proxy.stale = False
    assert ask(proxy).headers["ETag"] > before


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (impostors.truncated_chunks, httpx.RemoteProtocolError),
        (impostors.length_too_long, httpx.RemoteProtocolError),
        (impostors.length_too_short, json.JSONDecodeError),
        (impostors.corrupted_gzip, httpx.DecodingError),
        (impostors.truncated_gzip, json.JSONDecodeError),
        (impostors.called_gzip, httpx.DecodingError),
        (impostors.not_called_gzip, UnicodeDecodeError),
    ],
)
def test_damaged_on_the_way(wire: OnTheWire, spoil: Spoil, error: type[Exception]) -> None:
    wire.spoil(spoil)
    with pytest.raises(error):
        httpx.get(wire.url + PATH).json()
    wire.spoil(None)
    assert len(httpx.get(wire.url + PATH).json()["data"]) == 20


def test_gzip_bomb_is_small_and_becomes_large(wire: OnTheWire) -> None:
    wire.spoil(impostors.gzip_bomb)
    with httpx.stream("GET", wire.url + PATH) as response:
        assert len(packed := b"".join(response.iter_raw())) < 100_000
    assert len(gzip.decompress(packed)) > 64 << 20


AUTHORITY = trustme.CA()


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (impostors.good, None),
        (impostors.expired, "expired"),
        (impostors.not_yet_valid, "not yet valid"),
        (impostors.wrong_host, "mismatch"),
        (impostors.other_authority, "unable to get local issuer"),
        (impostors.self_signed, "self-signed"),
    ],
)
def test_certificates(kinto: FakeKinto, certificate: impostors.Certificate, reason: str | None) -> None:
    trusting = ssl.create_default_context()
    AUTHORITY.configure_trust(trusting)
    with OnTheWire(kinto, tls=impostors.serving(certificate, AUTHORITY)) as wire, httpx.Client(verify=trusting) as client:
        if reason is None:
            assert client.get(wire.url + PATH).status_code == 200
        else:
            with pytest.raises(httpx.ConnectError, match=reason):
                client.get(wire.url + PATH)


def test_trickle(wire: OnTheWire) -> None:
    with FaultProxy("127.0.0.1", wire.port, Plan(rate=2000)) as proxy:
        began = time.monotonic()
        answer = httpx.get(proxy.url + PATH)
        assert len(answer.json()["data"]) == 20
        assert time.monotonic() - began >= (proxy.connections[0].up + proxy.connections[0].down - 200) / 2000
