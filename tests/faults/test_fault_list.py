"""What the pull must survive, numbered as in the list of faults of the specification.

Those of writing are in `test_writing_fault_list.py`, which says where those of the machine under the program are, from 61 on.
"""

from __future__ import annotations

import datetime
import email.utils
import itertools
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
import trustme
from tests.faults import impostors
from tests.faults.fake_kinto import FakeKinto
from tests.faults.listed import Listed, breaking
from tests.faults.proxy import FaultProxy, Plan, Reset
from tests.faults.replica import Replica, live
from tests.faults.wire import Handler, OnTheWire, Reply

from ssc_tui.store.connection import connect
from ssc_tui.sync import body
from ssc_tui.sync.report import Report

FAR = 4102444800000
TWO_DAYS = datetime.timedelta(days=2)


class Scene:
    """A server with some partners and areas, and a replica that has them all but for the last four changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FakeKinto()
        for number in range(24):
            self.server.put("partners", {"id": f"p{number}", "name": f"Partner {number}", "country": "KE"})
        for number in range(5):
            self.server.put("areas", {"id": f"a{number}", "name": f"Area {number}", "kind": "theme"})
        self.replica = Replica(folder / "home", self.server)
        assert self.replica.sync().outcome == "ok"
        self.change()

    def change(self) -> None:
        """A new partner, a changed and a removed one."""
        there = sorted(self.server.live("partners"))
        self.server.put("partners", {"id": f"new{len(there)}", "name": "New"})
        self.server.put("partners", {"id": there[0], "name": f"Renamed {len(there)}", "country": "KE"})
        self.server.delete("partners", there[2])
        self.server.put("areas", {"id": "a1", "name": f"Area {len(there)}", "kind": "theme"})

    def fails(self, outcome: str, words: str, handler: Handler | None = None, **how: Any) -> Report:
        """A run that ends so, says so and changes nothing."""
        before = self.replica.dump()
        report = self.replica.sync(handler, **how)
        assert report.outcome == outcome, report
        assert re.search(words, report.words), report
        assert report.exit_code != 0
        assert self.replica.dump() == before
        return report

    def converges(self, handler: Handler | None = None, **wishes: Any) -> Report:
        """A run that ends well, after which the replica holds what the server has, and one more that finds nothing to do."""
        report = self.replica.sync(handler, **wishes)
        assert report.outcome == "ok", report
        self.agrees()
        again = self.replica.sync()
        assert (again.outcome, any(again.applied)) == ("ok", False), again
        return report

    def agrees(self) -> None:
        """The replica holds what the server has, and is sound."""
        assert self.replica.held() == live(self.server)
        assert self.replica.unsound() == []

    @contextmanager
    def proxied(self, *plans: Plan) -> Iterator[FaultProxy]:
        """The server on a real socket behind a proxy."""
        with OnTheWire(self.server) as wire, FaultProxy("127.0.0.1", wire.port, *plans) as proxy:
            yield proxy


fault = Listed["Scene"]()


@fault("1")
def no_such_name(scene: Scene) -> None:
    scene.fails("offline", "No connection", impostors.no_name)


@fault("2")
def nobody_listens(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    scene.fails("offline", "No connection", url=f"http://127.0.0.1:{port}/v1")


@fault("3")
def reset_before_the_answer(scene: Scene) -> None:
    with scene.proxied() as proxy:
        for reset in (Reset.ON_CONNECT, Reset.BEFORE_REQUEST):
            proxy.plan = Plan(reset=reset)
            scene.fails("offline", "(No|The) connection to 127.0.0.1", url=f"{proxy.url}/v1")


@fault("4")
def reset_after_the_request(scene: Scene) -> None:
    with scene.proxied() as proxy:
        proxy.plan = Plan(reset=Reset.BEFORE_ANSWER)
        scene.fails("offline", "connection to 127.0.0.1 broke", url=f"{proxy.url}/v1")


@fault("5")
def cut_in_the_body(scene: Scene) -> None:
    with scene.proxied() as proxy:
        for abrupt, many in itertools.product((True, False), (100, 300, 500)):
            proxy.plan = Plan(cut_down=many, abrupt=abrupt)
            scene.fails("offline", "connection to 127.0.0.1 broke", url=f"{proxy.url}/v1")


def _damaged(scene: Scene, spoil: Callable[[Any], bytes], outcome: str, words: str) -> None:
    with OnTheWire(scene.server, spoil) as wire:
        scene.fails(outcome, words, url=f"{wire.url}/v1")


@fault("6")
def truncated_chunks(scene: Scene) -> None:
    _damaged(scene, impostors.truncated_chunks, "offline", "connection to 127.0.0.1 broke")


@fault("7-longer")
def length_too_long(scene: Scene) -> None:
    _damaged(scene, impostors.length_too_long, "offline", "connection to 127.0.0.1 broke")


@fault("7-shorter")
def length_too_short(scene: Scene) -> None:
    _damaged(scene, impostors.length_too_short, "unwell", "cut short or damaged")


@fault("8")
def stall_after_the_headers(scene: Scene) -> None:
    with scene.proxied() as proxy:
        proxy.plan = Plan(stall=150)
        scene.fails("offline", "did not answer in time", url=f"{proxy.url}/v1")


@fault("9")
def trickle(scene: Scene) -> None:
    with scene.proxied() as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "RATE_WINDOW", 0.02)
        patch.setattr(body, "LEAST_RATE", 100_000)
        proxy.plan = Plan(rate=4000)
        scene.fails("offline", "too slow", url=f"{proxy.url}/v1")


@fault("10")
def slow_and_broken_again_and_again(scene: Scene) -> None:
    scene.server.quirks.paginate_by = 5
    for number in range(60):
        scene.server.put("partners", {"id": f"late{number}", "name": f"Late {number}"})
    with scene.proxied() as proxy:
        proxy.plan = Plan(latency=0.02, cut_down=3000)
        for _run in range(20):
            if scene.replica.sync(url=f"{proxy.url}/v1").outcome == "ok":
                break
        assert len(proxy.connections) > 2
    scene.agrees()


@fault("11")
def untrusted(scene: Scene) -> None:
    authority = trustme.CA()
    bundle = scene.folder / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    reasons = {
        impostors.expired: "expired.*is its clock right",
        impostors.not_yet_valid: "not yet valid.*is its clock right",
        impostors.wrong_host: "could not prove that it is 127.0.0.1",
        impostors.self_signed: "self-signed.*nothing was sent",
        impostors.other_authority: "local issuer.*nothing was sent",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(bundle))
        for certificate, words in reasons.items():
            with OnTheWire(scene.server, tls=impostors.serving(certificate, authority)) as wire:
                asked = len(scene.server.requests)
                scene.fails("refused", words, url=f"{wire.url}/v1")
                assert len(scene.server.requests) == asked
        with OnTheWire(scene.server, tls=impostors.serving(impostors.good, authority)) as wire:
            assert scene.replica.sync(url=f"{wire.url}/v1").outcome == "ok"
    scene.agrees()


@fault("12")
def corrupted_gzip(scene: Scene) -> None:
    for spoil in (impostors.corrupted_gzip, impostors.truncated_gzip):
        _damaged(scene, spoil, "unwell", "damaged")


@fault("13")
def gzip_bomb(scene: Scene) -> None:
    # The bomb is built once, which takes longer than the patience of these tests.
    impostors.gzip_bomb(Reply(200, {}, b""))
    _damaged(scene, impostors.gzip_bomb, "unwell", "more than an answer can hold")


@fault("14")
def wrong_encoding(scene: Scene) -> None:
    for spoil in (impostors.called_gzip, impostors.not_called_gzip):
        _damaged(scene, spoil, "unwell", "damaged")


@fault("15")
def breaks_at_each_page(scene: Scene) -> None:
    for number in range(40):
        scene.server.put("partners", {"id": f"late{number}", "name": f"Late {number}"})
    scene.server.quirks.paginate_by = 10
    kept = []
    for last in range(1, 9):
        replica = Replica(scene.folder / f"home{last}", breaking(scene.server, last))
        report = replica.sync()
        assert report.outcome == "offline", report
        kept.append(len(replica.held()["partners"]))
        cursors = replica.cursors()
        report = replica.sync(scene.server)
        assert report.outcome == "ok"
        assert replica.held() == live(scene.server)
        assert all(cursor >= cursors.get(kind, 0) for kind, cursor in replica.cursors().items())
    assert kept[0] == 0
    assert kept == sorted(kept)
    assert kept[-1] > 40


@fault("16")
def portal_page(scene: Scene) -> None:
    scene.fails("captive_portal", "a page of the network.*Open a web browser", impostors.portal_page)
    scene.fails("unwell", "cut short or damaged", impostors.portal_page_called_json)


@fault("17")
def log_in_page(scene: Scene) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return impostors.portal_redirect(request)

    scene.fails("captive_portal", "a page of the network.*Open a web browser", answer)
    assert set(asked) == {"127.0.0.1"}


@fault("18")
def empty_object(scene: Scene) -> None:
    for impostor in (impostors.empty_object, impostors.other_json):
        report = scene.fails("incompatible", "is no catalogue", impostor)
        assert report.exit_code == 5


@fault("19")
def network_authentication_required(scene: Scene) -> None:
    scene.fails("captive_portal", "a page of the network", impostors.network_sign_in)


@fault("20-dated")
def stale_proxy(scene: Scene) -> None:
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - TWO_DAYS, tick=True):
        older = Scene(scene.folder / "older")
        proxy = impostors.StaleProxy(older.server)
        older.replica.sync(proxy)
        older.change()
    older.change()
    assert older.replica.sync().outcome == "ok"
    proxy.stale = True
    older.fails("stale", "old copy of it", proxy)
    older.converges()


@fault("20-undated")
def stale_proxy_that_does_not_say_so(scene: Scene) -> None:
    def without_a_date(request: httpx.Request) -> httpx.Response:
        answer = scene.server(request)
        del answer.headers["Date"]
        return answer

    proxy = impostors.StaleProxy(without_a_date)
    scene.replica.sync(proxy)
    scene.change()
    scene.replica.sync()
    proxy.stale = True
    scene.replica.sync(proxy)
    assert scene.replica.unsound() == []
    scene.converges()


@fault("21")
def another_dataset(scene: Scene) -> None:
    other = FakeKinto(dataset="somebody else's")
    other.put("partners", {"id": "theirs", "name": "Theirs"})
    report = scene.fails("incompatible", "another catalogue, somebody else's", other)
    assert report.exit_code == 5
    scene.converges()
    assert scene.replica.sync(other, join=True).outcome == "ok"
    assert scene.replica.held() == live(other)
    assert scene.replica.sync(join=True).outcome == "ok"


def _after_the_first(scene: Scene, answer: Callable[[], httpx.Response]) -> Handler:
    asked = itertools.count()
    return lambda request: scene.server(request) if next(asked) == 0 else answer()


@fault("22")
def signed_out_in_the_middle(scene: Scene) -> None:
    scene.server.quirks.paginate_by = 2
    told = {"code": 401, "errno": 104, "error": "Unauthorized"}
    report = scene.replica.sync(_after_the_first(scene, lambda: httpx.Response(401, json=told)))
    assert (report.outcome, report.exit_code) == ("sign_in", 4)
    assert "Sign in" in report.words
    assert scene.replica.unsound() == []
    scene.converges()


@fault("23")
def one_collection_is_for_others(scene: Scene) -> None:
    before = scene.replica.held()
    scene.server.quirks.forbidden = {"partners"}
    scene.server.put("areas", {"id": "seen", "name": "Seen"})
    assert scene.replica.sync().outcome == "ok"
    assert scene.replica.held() == {**before, "areas": live(scene.server)["areas"]}
    scene.server.quirks.forbidden = set()
    scene.converges()


@fault("23-anew")
def one_collection_is_for_others_and_all_is_read_again(scene: Scene) -> None:
    scene.server.quirks.forbidden = {"areas"}
    for full, read_only in ((True, False), (False, True), (True, True)):
        scene.change()
        scene.server.quirks.read_only = read_only
        assert scene.replica.sync(full=full).outcome == "ok"
        assert scene.replica.held()["partners"] == live(scene.server)["partners"]
    scene.server.quirks.forbidden = set()
    scene.converges()


@fault("24")
def a_collection_is_gone(scene: Scene) -> None:
    before = scene.replica.held()
    areas = live(scene.server)["areas"]
    partners = scene.server.shelves.pop("partners")
    assert scene.replica.sync().outcome == "ok"
    assert scene.replica.held() == {**before, "areas": areas}
    scene.server.shelves["partners"] = partners
    scene.converges()


@fault("25")
def end_of_life(scene: Scene) -> None:
    scene.server.quirks.end_of_life = True
    scene.server.quirks.alert = json.dumps({"code": "hard-eol", "message": "We moved.", "url": "https://new.example"})
    scene.fails("incompatible", "has ended its service. We moved. https://new.example")
    scene.server.quirks.end_of_life = False
    scene.converges()


def _waits(scene: Scene, status: int, retry_after: str) -> float:
    """Seconds for which the server is left alone after it answered so."""
    scene.server.quirks.down, scene.server.quirks.retry_after = status, retry_after
    scene.fails("unwell", str(status))
    scene.server.quirks.down = None
    asked, now = len(scene.server.requests), time.time()
    alone = scene.replica.sync()
    if alone.outcome == "ok":
        scene.agrees()
        return 0
    assert "left alone" in alone.words
    assert len(scene.server.requests) == asked
    for hours in (1, 2, 25):
        with time_machine.travel(now + hours * 3600, tick=True):
            if scene.replica.sync().outcome == "ok":
                scene.agrees()
                return hours * 3600
    raise AssertionError("never asked again")


@fault("26-seconds")
def retry_after_seconds(scene: Scene) -> None:
    for status in (429, 503):
        assert _waits(scene, status, "3000") == 3600
        scene.replica.remember(not_before=0.0)


@fault("26-date")
def retry_after_a_date(scene: Scene) -> None:
    assert _waits(scene, 503, email.utils.formatdate(time.time() + 7000, usegmt=True)) == 7200


@fault("26-absurd")
def retry_after_ten_years(scene: Scene) -> None:
    assert _waits(scene, 503, "315360000") == 25 * 3600


@fault("26-none")
def retry_after_nothing_of_use(scene: Scene) -> None:
    for text in ("-5", "", "soon", "nan", "Mon, 99 Foo 2026 99:99:99 GMT", "1970-01-01"):
        assert _waits(scene, 503, text) == 0, text


@fault("27")
def backoff_with_an_answer(scene: Scene) -> None:
    scene.server.quirks.backoff = "3000"
    assert scene.replica.sync().outcome == "ok"
    scene.agrees()
    asked = len(scene.server.requests)
    assert "left alone" in scene.replica.sync().words
    assert len(scene.server.requests) == asked
    scene.server.quirks.backoff = None
    with time_machine.travel(time.time() + 3600, tick=True):
        scene.converges()


@fault("28")
def error_in_html(scene: Scene) -> None:
    scene.fails("unwell", "cannot answer now .500", impostors.broken_page)


@fault("29")
def gateway_gives_up_on_large_pages(scene: Scene) -> None:
    for number in range(150):
        scene.server.put("partners", {"id": f"late{number}", "name": f"Late {number}"})
    for status in (502, 504):
        replica = Replica(scene.folder / f"home{status}", _weak_gateway(scene.server, status))
        assert replica.sync().outcome == "ok"
        assert replica.held() == live(scene.server)
    scene.fails("unwell", "502", impostors.bad_gateway)


def _weak_gateway(handler: Handler, status: int) -> Handler:
    def answer(request: httpx.Request) -> httpx.Response:
        limits = [int(found) for found in re.findall(r"_limit=(\d+)", str(request.url) + request.content.decode())]
        if sum(limits) > 120:
            return httpx.Response(status, html="<h1>Gateway</h1>")
        return handler(request)

    return answer


@fault("32")
def answers_that_do_not_fit_the_questions(scene: Scene) -> None:
    edits: list[Callable[[list[Any]], list[Any]]] = [
        lambda parts: parts[:-1],
        lambda parts: [*parts, parts[-1]],
        lambda parts: parts[::-1],
        lambda parts: [*parts[1:], parts[0]],
        lambda _parts: [],
        lambda parts: [None, *parts[1:]],
        lambda parts: [{**part, "status": "200"} for part in parts],
    ]
    for edit in edits:
        scene.fails("unwell", "does not fit what was asked", impostors.edited(scene.server, _in_responses(edit)))


def _in_responses(edit: Callable[[list[Any]], list[Any]]) -> Callable[[str], str]:
    def change(text: str) -> str:
        body = json.loads(text) if text else {}
        return json.dumps(body | {"responses": edit(body["responses"])}) if "responses" in body else text

    return change


@fault("36")
def committed_late(scene: Scene) -> None:
    assert scene.server.metadata
    scene.server.metadata["serialised_writer"] = False
    scene.converges()
    scene.server.shelves["partners"].hold("late", {"name": "Late"})
    scene.server.put("partners", {"id": "later", "name": "Later"})
    scene.converges()
    scene.server.shelves["partners"].release()
    scene.converges()
    assert "late" in scene.replica.held()["partners"]


@fault("36-unannounced")
def committed_late_by_a_server_that_promised_not_to(scene: Scene) -> None:
    scene.converges()
    scene.server.shelves["partners"].hold("late", {"name": "Late"})
    scene.server.put("partners", {"id": "later", "name": "Later"})
    scene.converges()
    scene.server.shelves["partners"].release()
    scene.replica.count_soon()
    scene.converges()


@fault("37")
def purged(scene: Scene) -> None:
    scene.server.purge()
    scene.replica.count_soon()
    scene.converges()


@fault("37-twins")
def purged_with_what_shared_an_id(scene: Scene) -> None:
    scene.server.put("areas", {"id": "p2", "name": "Shares the id of a partner"})
    scene.server.delete("partners", "p2")
    scene.replica.sync()
    scene.server.purge(destroying_twins=True)
    scene.replica.count_soon()
    scene.converges()
    assert "p2" not in scene.replica.held()["areas"]


@fault("38")
def purged_then_written(scene: Scene) -> None:
    scene.server.purge()
    scene.server.put("partners", {"id": "after", "name": "After"})
    for days in (0, 8):
        with time_machine.travel(time.time() + days * 86400, tick=True):
            assert scene.replica.sync().outcome == "ok"
    scene.agrees()


@fault("39")
def collection_made_again(scene: Scene) -> None:
    scene.server.make("partners")
    for number in range(10, 24):
        scene.server.put("partners", {"id": f"p{number}", "name": f"Partner {number}", "country": "KE"})
    scene.replica.count_soon()
    scene.converges()


@fault("39-silent")
def collection_made_again_and_left_empty(scene: Scene) -> None:
    """Its newest time stamp is newer than what was read, and nothing comes: that alone says that something is wrong."""
    scene.converges()
    scene.server.make("partners")
    report = scene.replica.sync(accept_removals=True)
    assert report.outcome == "ok"
    assert scene.replica.held()["partners"] == {}


@fault("40")
def restored_with_a_new_epoch(scene: Scene) -> None:
    backup = scene.server.backup()
    scene.server.put("partners", {"id": "lost", "name": "Lost"})
    scene.server.put("partners", {"id": "p5", "name": "Reverts"})
    scene.server.delete("partners", "p6")
    scene.converges()
    scene.server.restore(backup, "another epoch")
    scene.converges()
    assert scene.replica.held()["partners"]["p5"]["name"] == "Partner 5"


@fault("40-unannounced")
def restored_and_nobody_says_so(scene: Scene) -> None:
    backup = scene.server.backup()
    scene.server.put("partners", {"id": "lost", "name": "Lost"})
    scene.server.put("partners", {"id": "p5", "name": "Reverts"})
    scene.server.delete("partners", "p6")
    scene.converges()
    scene.server.restore(backup)
    scene.converges()


@fault("41")
def flushed(scene: Scene) -> None:
    backup, metadata = scene.server.backup(), scene.server.metadata
    scene.server.flush()
    report = scene.fails("sign_in", "Sign in")
    assert report.exit_code == 4
    scene.server.metadata = metadata
    scene.server.restore(backup, "after the flush")
    scene.converges()


@fault("42")
def record_of_the_far_future(scene: Scene) -> None:
    scene.server.put("partners", {"id": "far", "name": "Far", "last_modified": FAR})
    report = scene.replica.sync()
    assert (report.outcome, report.quarantined) == ("ok", 1)
    expected = live(scene.server)
    del expected["partners"]["far"]
    assert scene.replica.held() == expected
    scene.server.put("areas", {"id": "others-go-on", "name": "Others go on"})
    assert scene.replica.sync().applied.new == 1
    scene.server.delete("partners", "far")
    scene.server.purge()
    scene.server.put("partners", {"id": "mended", "name": "Mended"})
    scene.replica.count_soon()
    scene.converges()
    assert scene.replica.quarantined() == []


@fault("43")
def imported_into_the_past(scene: Scene) -> None:
    scene.converges()
    scene.server.put("partners", {"id": "old", "name": "Old", "last_modified": 5})
    scene.replica.count_soon()
    scene.converges()
    assert "old" in scene.replica.held()["partners"]


@fault("44")
def smaller_batches(scene: Scene) -> None:
    for most in (7, 3, 1):
        scene.server.quirks.batch_max = most
        scene.server.put("partners", {"id": f"of{most}", "name": "Of"})
        scene.converges()


@fault("45")
def smaller_pages(scene: Scene) -> None:
    for most in (5, 2, 1):
        scene.server.quirks.paginate_by = most
        for number in range(9):
            scene.server.put("partners", {"id": f"of{most}-{number}", "name": "Of"})
        scene.converges()


@fault("46")
def reads_only(scene: Scene) -> None:
    scene.server.quirks.read_only = True
    scene.converges()


@fault("47")
def rows_twice(scene: Scene) -> None:
    def twice(text: str) -> str:
        body = json.loads(text) if text else {}
        for page in [body, *(part["body"] for part in body.get("responses", []) if isinstance(part["body"], dict))]:
            if isinstance(page.get("data"), list):
                page["data"] = [row for row in page["data"] for _ in range(2)]
        return json.dumps(body)

    scene.server.quirks.paginate_by = 3
    log = len(scene.replica.log())
    scene.converges(impostors.edited(scene.server, twice))
    assert len(scene.replica.log()) == log + 4


@fault("48")
def changed_between_two_pages(scene: Scene) -> None:
    scene.server.quirks.paginate_by = 4
    rounds = itertools.count()

    def answer(request: httpx.Request) -> httpx.Response:
        response = scene.server(request)
        number = next(rounds)
        if number < 10:
            scene.server.put("partners", {"id": f"p{23 - number}", "name": f"Changed {number}"})
            scene.server.put("partners", {"id": f"between{number}", "name": "Between"})
            scene.server.delete("partners", min(scene.server.live("partners")))
        return response

    replica = Replica(scene.folder / "second", answer)
    assert replica.sync().outcome == "ok"
    assert replica.sync(scene.server).outcome == "ok"
    assert replica.held() == live(scene.server)


@fault("49")
def next_page_elsewhere(scene: Scene) -> None:
    hosts: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.add(request.url.host)
        response = scene.server(request)
        response.headers["Next-Page"] = "http://evil.example/v1/more"
        return response

    scene.server.quirks.paginate_by = 4
    replica = Replica(scene.folder / "second", answer)
    assert replica.sync().outcome == "ok"
    assert (replica.held(), hosts) == (live(scene.server), {"127.0.0.1"})


def _set_aside(scene: Scene, bad: set[str], handler: Handler | None = None) -> None:
    """The partners of these ids go into quarantine and stand in nobody's way; once the server mended them, all is as it should be."""
    before = scene.replica.held()["partners"]
    expected = live(scene.server)
    for record_id in bad:
        expected["partners"].pop(record_id, None)
    expected["partners"] |= {record_id: before[record_id] for record_id in bad & set(before)}
    for _run in range(2):
        report = scene.replica.sync(handler)
        assert report.outcome == "ok", report
        assert scene.replica.held() == expected
        assert scene.replica.unsound() == []
    assert report.quarantined == len(bad), scene.replica.quarantined()
    for kind in ("areas", "partners"):
        scene.server.put(kind, {"id": "others", "name": "Others go on"})
        expected[kind]["others"] = {"id": "others", "name": "Others go on"}
    scene.replica.sync(handler)
    assert scene.replica.held() == expected
    for record_id in bad:
        del scene.server.shelves["partners"].rows[record_id]
        scene.server.put("partners", {"id": record_id, "name": "Mended"})
    scene.converges()
    assert scene.replica.quarantined() == []


def _raw(scene: Scene, stands_for: str, text: str) -> Handler:
    """The server, with these words of its answers in the place of others, be they JSON or not."""
    return impostors.edited(scene.server, lambda answer: answer.replace(stands_for, text))


@fault("50")
def deleted_and_alive(scene: Scene) -> None:
    scene.converges()
    scene.server.put("partners", {"id": "p7", "name": "Alive", "deleted": True})
    scene.server.put("partners", {"id": "p99", "name": "Alive", "deleted": "no"})
    _set_aside(scene, {"p7", "p99"})


@fault("51")
def tombstone_of_somebody_unknown(scene: Scene) -> None:
    scene.server.put("partners", {"id": "short-lived", "name": "Short"})
    scene.server.delete("partners", "short-lived")
    log = len(scene.replica.log())
    scene.converges()
    assert len(scene.replica.log()) == log + 4


BAD_IDS = ("a/b", "..", "x" * 10_000, "P7", "p 7", "", "é", "p\u202e7")


@fault("52")
def bad_ids(scene: Scene) -> None:
    for bad in BAD_IDS:
        shelf = scene.server.shelves["partners"]
        shelf.write(bad, {"name": "Odd", "country": "KE"})
        expected = live(scene.server)
        del expected["partners"][bad]
        assert scene.replica.sync().outcome == "ok"
        assert scene.replica.held() == expected, bad
        assert scene.replica.quarantined(), bad
        shelf.bury(bad)
    assert scene.replica.unsound() == []
    scene.server.put("partners", {"id": "p3", "name": "These too"})
    assert scene.replica.sync().applied.changed == 1


@fault("52-missing")
def no_id(scene: Scene) -> None:
    scene.converges()
    scene.server.put("partners", {"id": "odd", "name": "Odd"})
    expected = live(scene.server)
    del expected["partners"]["odd"]
    for instead in ("", '"id": 7, ', '"id": null, ', '"id": ["odd"], '):
        report = scene.replica.sync(_raw(scene, '"id": "odd", ', instead))
        assert (report.outcome, report.quarantined) == ("ok", 1)
        assert scene.replica.held() == expected
    assert scene.replica.unsound() == []
    scene.server.put("partners", {"id": "odd", "name": "Mended"})
    scene.replica.count_soon()
    scene.converges()
    assert scene.replica.quarantined() == []


@fault("52-twice")
def the_same_id_twice_in_a_page(scene: Scene) -> None:
    older = {"id": "p9", "name": "Older", "last_modified": scene.server.shelves["partners"].highest - 1}
    newer = json.dumps(scene.server.put("partners", {"id": "p9", "name": "Newer"}))
    for pair in (f"{json.dumps(older)}, {newer}", f"{newer}, {json.dumps(older)}"):
        replica = Replica(scene.folder / str(len(list(scene.folder.iterdir()))), _raw(scene, newer, pair))
        assert replica.sync().outcome == "ok"
        assert replica.held() == live(scene.server)


@fault("53")
def time_stamps_that_are_none(scene: Scene) -> None:
    scene.converges()
    odd = scene.server.put("partners", {"id": "odd", "name": "Odd"})
    expected = live(scene.server)
    del expected["partners"]["odd"]
    stated = f'"last_modified": {odd["last_modified"]}'
    for instead in (f'"{odd["last_modified"]}"', f"{odd['last_modified']}.5", "-5", "true", "null", str(2**63), str(2**70), "0", "[]"):
        report = scene.replica.sync(_raw(scene, f"{stated}}}", f'"last_modified": {instead}}}'))
        assert (report.outcome, report.quarantined) == ("ok", 1), instead
        assert scene.replica.held() == expected, instead
    assert scene.replica.unsound() == []
    # What could not be dated was passed by nobody: it is asked for again.
    scene.converges()
    assert scene.replica.quarantined() == []


def _under_one_stamp(scene: Scene, many: int) -> None:
    scene.server.quirks.paginate_by = 3
    shelf = scene.server.shelves["partners"]
    stamp = shelf.highest + 5
    for number in range(many):
        shelf.rows[f"same{number}"] = {"id": f"same{number}", "name": "Same", "last_modified": stamp}
    shelf.etag = shelf.highest = stamp
    scene.server.put("partners", {"id": "after", "name": "After"})


@fault("53-equal")
def one_time_stamp_for_two(scene: Scene) -> None:
    for place in range(3):
        scene.server.put("partners", {"id": f"before{place}", "name": "Before"})
        _under_one_stamp(scene, 2)
        scene.converges()


@fault("53-many")
def one_time_stamp_for_more_than_a_page(scene: Scene) -> None:
    _under_one_stamp(scene, 8)
    for _run in range(2):
        scene.replica.count_soon()
        assert scene.replica.sync().outcome == "ok"
        missing = set(live(scene.server)["partners"]) - set(scene.replica.held()["partners"])
        assert {record_id[:4] for record_id in missing} <= {"same"}
    shelf = scene.server.shelves["partners"]
    for number in range(8):
        shelf.write(f"same{number}", {"name": "Dated anew"})
    scene.converges()


@fault("54")
def fields_of_other_types(scene: Scene) -> None:
    scene.server.put("partners", {"id": "p4", "name": ["A", "list"], "country": 7, "brings": "nothing", "kind": "invented", "areas": None})
    scene.server.put("partners", {"id": "p5", "name": {"en": "An object"}, "figures": [[1]], "novelty": {"deep": [{"er": True}]}})
    scene.server.put("projects", {"id": "x", "partners": [{"partner": 5}, "text", None], "countries": {"KE": 1}, "start": 2020})
    scene.converges()


NASTY = (
    "\x1b[31mred\x1b]8;;http://evil.example\x07link",
    "a\x00b",
    "\u202eright to left\u2066",
    "👩‍🚀 emoji",
    "[bold]markup[/]",
    "line\nbreak\ttab\rreturn\x85next",
)


@fault("55")
def hostile_text(scene: Scene) -> None:
    for number, text in enumerate(NASTY):
        scene.server.put("partners", {"id": f"p{number + 3}", "name": text, "aliases": [text], "names": {"en": text}, text: text})
    scene.converges()
    assert "\x1b" not in json.dumps(scene.replica.held(), ensure_ascii=False)


@fault("55-surrogate")
def half_a_surrogate_pair(scene: Scene) -> None:
    scene.converges()
    scene.server.put("partners", {"id": "p7", "name": "ODD"})
    report = scene.replica.sync(_raw(scene, '"ODD"', r'"\ud800"'))
    assert report.outcome == "ok"
    assert scene.replica.unsound() == []
    scene.server.put("partners", {"id": "p7", "name": "Whole"})
    scene.converges()


@fault("55-large")
def one_megabyte(scene: Scene) -> None:
    scene.converges()
    scene.server.put("partners", {"id": "p7", "name": "Large", "description": "word " * 210_000})
    _set_aside(scene, {"p7"})


@fault("56")
def numbers_that_are_none(scene: Scene) -> None:
    for text in ("1e400", "NaN", "-Infinity", str(2**53 + 1), str(-(2**70)), "1" * 400, '[1, {"a": 1e999}]'):
        scene.server.put("partners", {"id": "p7", "name": "Odd", "founded": "ODD"})
        _set_aside(scene, {"p7"}, _raw(scene, '"ODD"', text))


@fault("56-kept")
def numbers_that_are_unusual(scene: Scene) -> None:
    values = [-0.0, 2**53, -(2**53), 1e300, 5e-324, 0.1 + 0.2]
    scene.server.put("partners", {"id": "p7", "name": "Odd", "figures": values})
    scene.converges()
    assert json.dumps(scene.replica.held()["partners"]["p7"]["figures"]) == json.dumps(values)


@fault("57-keys")
def the_same_key_twice(scene: Scene) -> None:
    scene.converges()
    scene.server.put("partners", {"id": "p7", "name": "ODD"})
    assert scene.replica.sync(_raw(scene, '"name": "ODD"', '"name": "First", "name": "ODD"')).outcome == "ok"
    scene.agrees()


@fault("57-depth")
def nested_too_deeply(scene: Scene) -> None:
    for depth in (40, 900, 10_000, 200_000):
        scene.server.put("partners", {"id": "p7", "name": "Deep", "more": "ODD"})
        _set_aside(scene, {"p7"}, _raw(scene, '"ODD"', "[" * depth + "]" * depth))


@fault("58")
def schema_added_and_removed(scene: Scene) -> None:
    scene.converges()
    log = len(scene.replica.log())
    for validating in (True, False, True):
        scene.server.quirks.validating = validating
        scene.server.put("partners", {"id": "p7", "name": "Partner 7", "country": "KE", **({"schema": 12345} if validating else {})})
        assert not any(scene.converges().applied)
    assert len(scene.replica.log()) == log


@fault("59")
def collection_that_nobody_knows(scene: Scene) -> None:
    scene.server.make("novelties")
    scene.server.put("novelties", {"id": "x", "name": "Novelty"})
    scene.converges()


def _empties(scene: Scene, empty: Callable[[], object]) -> None:
    for number in range(200):
        scene.server.put("partners", {"id": f"many{number}", "name": f"Many {number}"})
    scene.converges()
    held = scene.replica.held()
    empty()
    scene.replica.count_soon()
    for _run in range(2):
        report = scene.replica.sync()
        assert (report.outcome, report.exit_code) == ("refused", 5)
        assert re.search("22[0-9] of 22[0-9] partners are no longer.*None was removed.*--accept-removals", report.words), report.words
        assert scene.replica.held() == held
        assert scene.replica.unsound() == []
    scene.server.put("areas", {"id": "others-go-on", "name": "Others go on"})
    assert scene.replica.sync().outcome == "refused"
    assert scene.replica.held()["areas"] == live(scene.server)["areas"]
    scene.converges(accept_removals=True)


@fault("60")
def empty_where_many_were(scene: Scene) -> None:
    _empties(scene, lambda: scene.server.make("partners"))


@fault("60-small")
def empty_where_few_were(scene: Scene) -> None:
    scene.server.put("funds", {"id": "one", "name": "One"})
    scene.server.put("funds", {"id": "two", "name": "Two"})
    scene.converges()
    scene.server.make("funds")
    report = scene.replica.sync()
    assert (report.outcome, len(scene.replica.held()["funds"])) == ("refused", 2)
    assert "2 of 2 funds" in report.words
    scene.converges(accept_removals=True)


@fault("60-epoch")
def empty_after_a_restore(scene: Scene) -> None:
    backup = FakeKinto().backup()
    _empties(scene, lambda: scene.server.restore(backup | {"areas": scene.server.shelves["areas"]}, "another epoch"))


@fault("62")
def power_cut(scene: Scene) -> None:
    """The file without what stood in its log, as after a disk that promised too much."""
    before = scene.replica.held()
    with closing(connect(scene.replica.home.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record").fetchone()
        assert scene.replica.sync().outcome == "ok"
        assert scene.replica.held() == live(scene.server)
        older = Replica(scene.folder / "older", scene.server)
        older.home.database.write_bytes(scene.replica.home.database.read_bytes())
    assert older.unsound() == []
    assert older.held() in (before, live(scene.server))
    assert older.sync().outcome == "ok"
    assert older.held() == live(scene.server)


@pytest.mark.parametrize("happens", fault)
def test_fault(happens: Callable[[Scene], None], tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    happens(scene)
    scene.replica.remember(not_before=0.0)
    scene.converges(accept_removals=True)
