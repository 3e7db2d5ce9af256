"""One connection to one server: its limits, its patience, and what it never does."""

from __future__ import annotations

import email.utils
import gzip
import json
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import httpx
import pytest
import trustme
import zstandard
from tests.faults import impostors
from tests.faults.proxy import FaultProxy, Plan
from tests.faults.wire import OnTheWire, streamed
from tests.waiting import within

from ssc_tui.errors import CaptivePortal, Incompatible, Offline, Refused, SignInNeeded, Stopped, SyncError, Unreadable, Unwell
from ssc_tui.sync import body, http
from ssc_tui.sync.address import Address
from ssc_tui.sync.http import Answer, Link
from ssc_tui.sync.kinto import Kinto
from ssc_tui.sync.pace import Patience
from ssc_tui.sync.remote import Ask, Page

HASTY = Patience(connect=5, read=5, answer=30, first=0.01, most=0.3)
FAR = Address("https://catalogue.example/v1")
JSON = {"Content-Type": "application/json"}

Handler = Callable[[httpx.Request], httpx.Response]


def link_to(handler: Handler, user: tuple[str, str] | None = None, patience: Patience = HASTY, address: Address = FAR) -> Link:
    return Link(address, user, patience, httpx.MockTransport(streamed(handler)))


def ask(handler: Handler, method: str = "GET") -> Answer:
    with closing(link_to(handler)) as link:
        return link.ask(method, "/")


def packed(encoding: str, content: bytes) -> Handler:
    return lambda _request: httpx.Response(200, headers=JSON | {"Content-Encoding": encoding}, stream=httpx.ByteStream(content))


class InTurn:
    """Answers one after the other, the last one for ever; `asked` tells when."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(time.monotonic())
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def unwell(status: int = 503, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()}, json={})


FINE = httpx.Response(200, json={"fine": True})


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd", ""])
def test_an_answer_in_every_form_that_is_asked_for(encoding: str) -> None:
    body = json.dumps({"name": "Førde"}).encode()
    content = {"gzip": gzip.compress(body), "zstd": zstandard.compress(body)}.get(encoding, body)
    assert ask(packed(encoding, content)).body == {"name": "Førde"}


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("size", [1, 7, 70_000])
def test_an_answer_in_pieces_of_any_size(encoding: str, size: int) -> None:
    body = json.dumps([f"Førde {number}" for number in range(2000)]).encode()
    content = {"gzip": gzip.compress(body), "zstd": zstandard.compress(body)}.get(encoding, body)
    pieces = [content[first : first + size] for first in range(0, len(content), size)]
    stream = [httpx.Response(200, headers=JSON | {"Content-Encoding": encoding}, content=iter(pieces))]
    assert len(ask(lambda _request: stream.pop()).body) == 2000


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b'"' + b" " * (64 << 20) + b'"'),
        gzip.compress(gzip.compress(b"[" * (1 << 20)) * 2000),
        gzip.compress(b"1" * 2_000_000),
    ],
    ids=["64-MB", "inner", "ratio"],
)
def test_a_bomb_in_gzip_is_not_read_to_its_end(content: bytes) -> None:
    with pytest.raises(Unreadable):
        ask(packed("gzip", content))


def test_a_bomb_in_zstandard_is_not_read_to_its_end() -> None:
    with pytest.raises(Unreadable, match="more than an answer can hold"):
        ask(packed("zstd", zstandard.compress(b'"' + b" " * (256 << 20) + b'"')))


def test_what_was_read_before_a_bomb_was_known_stays_small() -> None:
    content = gzip.compress(b" " * (64 << 20))
    with closing(link_to(packed("gzip", content))) as link:
        with pytest.raises(Unreadable):
            link.ask("GET", "/")
        assert link.traffic.requests == HASTY.attempts
        assert link.traffic.down < 4 * (len(content) + 1000)


def test_an_answer_may_be_so_large_and_no_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MOST_BYTES", 100_000)
    fits = json.dumps("x" * 99_998).encode()
    assert len(fits) == 100_000
    assert ask(packed("identity", fits)).body == "x" * 99_998
    with pytest.raises(Unreadable):
        ask(packed("identity", fits + b" "))


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(b'{"a": 1}')[:-3]),
        ("gzip", b'{"a": 1}'),
        ("zstd", zstandard.compress(b'{"a": 1}')[:-3]),
        ("zstd", b'{"a": 1}'),
        ("identity", b'{"a": 1'),
        ("identity", b"\xff\xfe"),
        ("identity", b"[" * 100_000),
        ("identity", b"1" * 5000),
        ("br", b'{"a": 1}'),
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}"))),
    ],
    ids=["short gzip", "no gzip", "short zstd", "no zstd", "short json", "no utf-8", "deep", "long number", "brotli", "twice"],
)
def test_a_damaged_answer_is_said_to_be_one(encoding: str, content: bytes) -> None:
    with pytest.raises(Unreadable):
        ask(packed(encoding, content))


def test_a_wire_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "RATE_WINDOW", 0.4)
    with OnTheWire(streamed(lambda _request: httpx.Response(200, json="x" * 5000))) as wire, FaultProxy("127.0.0.1", wire.port) as proxy:
        proxy.plan = Plan(rate=100)
        with closing(Link(Address(f"{proxy.url}/v1"), None, HASTY._replace(attempts=1))) as link, pytest.raises(Offline) as raised:
            link.ask("GET", "/")
    assert raised.value.slow
    assert "slow" in str(raised.value)
    assert proxy.connections[0].down < 1000


def test_a_whole_answer_may_take_only_so_long() -> None:
    with OnTheWire(streamed(lambda _request: httpx.Response(200, json="x" * 5000))) as wire, FaultProxy("127.0.0.1", wire.port) as proxy:
        proxy.plan = Plan(rate=1000)
        patience = HASTY._replace(answer=0.4, attempts=1)
        with closing(Link(Address(f"{proxy.url}/v1"), None, patience)) as link, pytest.raises(Unwell) as raised:
            link.ask("GET", "/")
    assert raised.value.slow


def test_a_wire_that_falls_silent_is_given_up() -> None:
    with OnTheWire(streamed(lambda _request: httpx.Response(200, json="x" * 5000))) as wire, FaultProxy("127.0.0.1", wire.port) as proxy:
        proxy.plan = Plan(stall=400)
        with (
            closing(Link(Address(f"{proxy.url}/v1"), None, HASTY._replace(read=0.3, attempts=2))) as link,
            pytest.raises(Offline) as raised,
        ):
            link.ask("GET", "/")
    assert raised.value.slow
    assert len(proxy.connections) == 2


def test_what_takes_too_long_is_not_asked_again_where_the_caller_asks_for_less() -> None:
    handler = InTurn(unwell(504), FINE)
    with closing(link_to(handler)) as link:
        with pytest.raises(Unwell) as raised:
            link.ask("GET", "/", patient=False)
        assert raised.value.slow
        assert len(handler.asked) == 1
        assert link.ask("GET", "/").status == 200


@pytest.mark.parametrize(
    ("asked_for", "least"),
    [("0.2", 0.2), ("0", 0.0), ("-5", 0.0), ("soon", 0.0), ("", 0.0), ("nan", 0.0), (email.utils.formatdate(0, usegmt=True), 0.0)],
)
def test_retry_after_is_waited_for(asked_for: str, least: float) -> None:
    handler = InTurn(unwell(Retry_After=asked_for), FINE)
    assert ask(handler).body == {"fine": True}
    first, second = handler.asked
    assert least <= second - first < least + 2


@pytest.mark.parametrize(
    ("asked_for", "seconds"),
    [
        ("20", 20),
        ("315360000", 86_400),
        ("inf", 86_400),
        ("1e999", 86_400),
        ("in an hour", 3600),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 86_400),
    ],
)
def test_a_longer_wait_than_we_have_ends_the_run(asked_for: str, seconds: float) -> None:
    moment = email.utils.formatdate(time.time() + 3600, usegmt=True)
    handler = InTurn(unwell(Retry_After=asked_for.replace("in an hour", moment)), FINE)
    with pytest.raises(Unwell) as raised:
        ask(handler)
    assert len(handler.asked) == 1
    assert raised.value.wait == pytest.approx(seconds, abs=60)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_a_server_that_is_unwell_is_asked_again_and_not_for_ever(status: int) -> None:
    handler = InTurn(unwell(status))
    with pytest.raises(Unwell):
        ask(handler)
    assert len(handler.asked) == HASTY.attempts


@pytest.mark.parametrize("status", [400, 404, 409, 412, 413, 415, 422])
def test_a_refusal_is_an_answer(status: int) -> None:
    handler = InTurn(httpx.Response(status, json={"errno": 1}), FINE)
    assert ask(handler).status == status
    assert len(handler.asked) == 1


def test_where_nobody_ever_answered_the_person_is_told_at_once() -> None:
    handler = InTurn(httpx.ConnectError("refused"), FINE)
    with pytest.raises(Offline):
        ask(handler)
    assert len(handler.asked) == 1


def test_a_connection_that_breaks_is_made_again() -> None:
    handler = InTurn(FINE, httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"), FINE)
    with closing(link_to(handler)) as link:
        link.ask("GET", "/")
        assert link.ask("GET", "/").status == 200
        assert link.traffic.requests == 4


IMPOSTORS: list[tuple[httpx.Response, type[SyncError]]] = [
    (httpx.Response(200, html="<html>Welcome"), CaptivePortal),
    (httpx.Response(401, html="<html>Log in"), CaptivePortal),
    (httpx.Response(302, headers={"Location": "http://portal.example/login"}), CaptivePortal),
    (httpx.Response(307, headers={"Location": ""}), CaptivePortal),
    (httpx.Response(302, headers={"Location": "http://[bad"}), CaptivePortal),
    (httpx.Response(511, html="<html>Log in"), CaptivePortal),
    (httpx.Response(407, html="<html>Proxy"), CaptivePortal),
    (httpx.Response(307, headers={"Location": "https://catalogue.example/v2/"}), Incompatible),
    (httpx.Response(307, headers={"Location": "/v2/"}), Incompatible),
    (httpx.Response(404, html="<html>Not here"), Incompatible),
    (httpx.Response(200, text="hello"), Incompatible),
    (httpx.Response(200, content=b"\x00" * 100, headers={"Content-Type": "application/octet-stream"}), Incompatible),
    (httpx.Response(200, headers=JSON, text="<html>Welcome"), Unreadable),
    (httpx.Response(401, json={}), SignInNeeded),
    (httpx.Response(410, json={"errno": 202}, headers={"Alert": '{"message": "Over", "url": "https://x"}'}), Incompatible),
]


@pytest.mark.parametrize(
    ("answer", "error"), IMPOSTORS, ids=[f"{answer.status_code}-{number}" for number, (answer, _) in enumerate(IMPOSTORS)]
)
def test_who_answers_in_place_of_the_catalogue_is_told_apart(answer: httpx.Response, error: type[SyncError]) -> None:
    with pytest.raises(error) as raised:
        ask(InTurn(answer))
    assert type(raised.value) is error
    assert str(raised.value)


def test_no_redirect_is_followed_and_no_password_goes_elsewhere() -> None:
    elsewhere: list[httpx.Request] = []

    def other(request: httpx.Request) -> httpx.Response:
        elsewhere.append(request)
        return FINE

    with OnTheWire(streamed(other)) as there:
        redirect = httpx.Response(307, headers={"Location": f"{there.url}/v1/"})
        with (
            OnTheWire(streamed(lambda _request: redirect)) as here,
            closing(Link(Address(f"{here.url}/v1"), ("mary", "secret"), HASTY)) as link,
        ):
            with pytest.raises(CaptivePortal) as raised:
                link.ask("GET", "/")
            assert "secret" not in str(raised.value)
    assert elsewhere == []


def test_a_password_goes_with_every_question_to_its_own_server() -> None:
    seen: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={})

    with closing(link_to(handler, ("måry", "sécret:x"))) as link:
        link.ask("GET", "/")
        link.ask("POST", "/batch", {"requests": []})
    assert seen == ["Basic " + b64encode("måry:sécret:x".encode()).decode()] * 2
    ask(handler)
    assert seen[2] is None


@pytest.mark.parametrize("server", ["http://catalogue.example/v1", "http://10.0.0.1:8888/v1"])
def test_no_password_goes_over_an_open_line(server: str) -> None:
    handler = InTurn(FINE)
    with pytest.raises(Refused, match="not encrypted"):
        link_to(handler, ("mary", "secret"), address=Address(server))
    assert handler.asked == []
    with closing(link_to(handler, address=Address(server))) as link:
        assert link.ask("GET", "/").status == 200
    with closing(link_to(handler, ("mary", "secret"), address=Address("http://127.0.0.1:1/v1"))) as link:
        assert link.ask("GET", "/").status == 200


class Waiting:
    """A server that does not answer before it may."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.may_answer = threading.Event()

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked.set()
        self.may_answer.wait(30)
        return FINE


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    server = Waiting()
    yield server
    server.may_answer.set()


def _stopped(link: Link, waiting: Callable[[], object]) -> float:
    """Ask, stop from another thread when the server has the question, and say how long that took."""
    with closing(link), ThreadPoolExecutor(1) as pool:
        asking = pool.submit(link.ask, "GET", "/")
        waiting()
        began = time.monotonic()
        link.stop()
        with pytest.raises(Stopped):
            asking.result(20)
        return time.monotonic() - began


def test_stopping_ends_a_question_that_waits_for_its_answer(waiting: Waiting) -> None:
    with OnTheWire(streamed(waiting)) as wire:
        assert _stopped(Link(Address(f"{wire.url}/v1"), None, Patience()), lambda: waiting.asked.wait(10)) < 3
        waiting.may_answer.set()


def test_stopping_ends_a_question_that_waits_over_tls(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(http, "_trust", lambda _address: trusting)
    with OnTheWire(streamed(waiting), tls=impostors.serving(impostors.good, authority)) as wire:
        link = Link(Address(f"{wire.url}/v1"), ("mary", "secret"), Patience())
        assert _stopped(link, lambda: waiting.asked.wait(10)) < 3
        assert link.traffic.handshakes == 1
        waiting.may_answer.set()


def test_stopping_ends_an_answer_that_stands_still() -> None:
    with OnTheWire(streamed(lambda _request: httpx.Response(200, json="x" * 5000))) as wire, FaultProxy("127.0.0.1", wire.port) as proxy:
        proxy.plan = Plan(stall=300)

        def stands_still() -> None:
            assert within(10, lambda: proxy.connections and proxy.connections[0].down == 300)

        assert _stopped(Link(Address(f"{proxy.url}/v1"), None, Patience()), stands_still) < 3


def test_stopping_ends_the_wait_before_another_attempt() -> None:
    handler = InTurn(unwell(Retry_After="60"))
    link = link_to(handler, patience=Patience())

    def waits() -> None:
        assert within(10, lambda: handler.asked)

    assert _stopped(link, waits) < 3
    assert len(handler.asked) == 1


def test_after_a_stop_nothing_is_asked() -> None:
    handler = InTurn(FINE)
    link = link_to(handler)
    link.stop()
    with pytest.raises(Stopped):
        link.ask("GET", "/")
    assert handler.asked == []


def test_what_the_headers_say_is_remembered() -> None:
    date = email.utils.formatdate(time.time() + 7200, usegmt=True)
    headers = {"Date": date, "Backoff": "30", "Alert": json.dumps({"code": "soft-eol", "message": "Over\x07 soon", "url": "https://x"})}
    with closing(link_to(InTurn(httpx.Response(200, headers=headers, json={}), FINE))) as link:
        link.ask("GET", "/")
        assert link.clock_offset == pytest.approx(7200, abs=5)
        assert link.backoff == 30.0
        assert link.alert is not None
        assert link.alert.endswith("soon https://x")
        assert "\x07" not in link.alert
        link.ask("GET", "/")
        assert link.backoff == 0.0


@pytest.mark.parametrize("alert", ["", "no json", "[]", '{"message": null}', "5"])
def test_an_alert_that_says_nothing_is_none(alert: str) -> None:
    with closing(link_to(InTurn(httpx.Response(200, headers={"Alert": alert}, json={})))) as link:
        link.ask("GET", "/")
        assert not link.alert


@pytest.mark.parametrize(
    ("headers", "kept"),
    [({}, False), ({"Age": "0"}, False), ({"Age": "60"}, True), ({"Age": "x"}, False), ({"Date": "Sun, 01 Nov 2026 00:00:00 GMT"}, True)],
)
def test_an_answer_from_the_way_is_known(headers: dict[str, str], kept: bool) -> None:
    with closing(link_to(InTurn(httpx.Response(200, headers=headers, json={})))) as link:
        link.date = email.utils.parsedate_to_datetime("Sat, 21 Nov 2026 00:00:00 GMT").timestamp()
        link.ask("GET", "/")
        assert link.kept_on_the_way is kept


def test_bytes_are_counted_as_they_go_over_the_line_on_one_connection() -> None:
    content = gzip.compress(json.dumps(["words"] * 1000).encode())

    def handler(_request: httpx.Request) -> httpx.Response:
        headers = JSON | {"Content-Encoding": "gzip", "Content-Length": str(len(content))}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))

    with (
        OnTheWire(handler) as wire,
        FaultProxy("127.0.0.1", wire.port) as proxy,
        closing(Link(Address(f"{proxy.url}/v1"), None, HASTY)) as link,
    ):
        for _time in range(3):
            assert link.ask("POST", "/batch", {"é": "x" * 500}).body == ["words"] * 1000
        assert len(proxy.connections) == 1
        assert link.traffic.up == pytest.approx(proxy.connections[0].up, rel=0.1)
        assert link.traffic.down == pytest.approx(proxy.connections[0].down, rel=0.1)
        assert (link.traffic.requests, link.traffic.answered, link.traffic.handshakes) == (3, 3, 0)
        assert link.traffic.spent == link.traffic.up + link.traffic.down


def test_an_answer_with_more_rows_than_were_asked_for_is_not_believed() -> None:
    rows: list[dict[str, Any]] = [{"id": f"r{number}", "last_modified": number + 1} for number in range(11)]
    page = Kinto(link_to(InTurn(httpx.Response(200, json={"data": rows[:10]}, headers={"ETag": '"10"'})))).page("partners", 0, 10)
    assert isinstance(page, Page)
    assert len(page.rows) == 10
    with pytest.raises(Unreadable):
        Kinto(link_to(InTurn(httpx.Response(200, json={"data": rows})))).page("partners", 0, 10)


def test_a_batch_that_the_server_finds_too_long_is_cut() -> None:
    sizes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"project_name": "kinto", "http_api_version": "1.23", "settings": {"batch_max_requests": 3}})
        parts = json.loads(request.content)["requests"]
        sizes.append(len(parts))
        if len(parts) > 3:
            return httpx.Response(400, json={"errno": 107})
        bodies: list[dict[str, Any]] = [
            {"data": {"dataset": "d", "format": 1}} if part["path"].count("/") == 2 else {"data": []} for part in parts
        ]
        answers = [
            {"path": "/v1" + part["path"].partition("?")[0], "status": 200, "headers": {}, "body": body}
            for part, body in zip(parts, bodies, strict=True)
        ]
        return httpx.Response(200, json={"responses": answers})

    probe = Kinto(link_to(handler)).probe([Ask(kind, 0, 10) for kind in ("areas", "partners", "projects", "funds")], server=False)
    assert sizes == [6, 3, 3]
    assert [page.rows for page in probe.pages.values() if isinstance(page, Page)] == [[]] * 4
