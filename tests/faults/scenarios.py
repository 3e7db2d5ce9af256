"""What a client may ask of a Kinto, told as scenarios that run against a fake one and a real one alike."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
from tests.faults.fake_kinto import FakeKinto

from ssc_tui.host.ini import BATCH, PAGE

BUCKET = "compared"
STAMPS = ("last_modified", "schema")
FAR = 4102444800000


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
            self.client.put(self.collection, json={"data": data}).raise_for_status()

    def ask(self, method: str, path: str = "", *, signed_in: bool = True, **more: Any) -> httpx.Response:
        """Send one request, and note what the answer says apart from the words."""
        more |= {} if signed_in else {"auth": None}
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


def more_than_a_page(side: Side) -> None:
    for first in range(0, PAGE + 2, BATCH):
        numbers = range(first, min(first + BATCH, PAGE + 2))
        side.batch(*[{"path": f"{side.records}/r{number}", "method": "PUT", "body": {"data": {}}} for number in numbers])
    for limit in ({}, {"_limit": "0"}, {"_limit": str(PAGE + 1)}):
        side.ask("GET", params=limit | {"_since": "0", "_sort": "last_modified"})


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
    page = side.ask("GET", params={"_limit": "2"}, headers={"Host": "evil.example"})
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
    for ids in ("r0,r2,r6", '"r0","r2"', "nobody", "", "7", '"7"', "r0,7", "true", "[]"):
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
    side.batch(*[{"path": "/"}] * BATCH)
    side.batch(*[{"path": "/"}] * (BATCH + 1))
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


SCENARIOS = [
    nothing_there,
    one_record,
    posted,
    bad_writes,
    pages,
    more_than_a_page,
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
