"""A Kinto 26.5 without a network: what a client that syncs asks of it and, on request, what breaks such a client.

It is a handler for `httpx.MockTransport`. `test_fake_is_kinto.py` holds it against a real one.
"""

from __future__ import annotations

import base64
import copy
import email.utils
import gzip
import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from tests.faults.shelf import Row, Shelf

from ssc_tui.catalogue.kinds import COLLECTIONS, SUGGESTIONS
from ssc_tui.host.bucket import BUCKET

DAY = 24 * 3600 * 1000
MOST = 10_000
"""Rows of one answer where neither the server nor the client sets a limit."""

RECORD_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*\Z")
KNOWN = {"_since", "_sort", "_limit", "_fields", "_token", "in_id"}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
BAD, DENIED, NOT_YOURS, GONE, CHANGED, BROKEN = 400, 401, 403, 404, 412, 500
ERRNO = {BAD: 107, DENIED: 104, NOT_YOURS: 121, GONE: 111, 405: 115, 410: 202, CHANGED: 114, BROKEN: 999, 503: 201}


@dataclass
class Quirks:
    """How the server is set up, and what is wrong with it at the moment."""

    paginate_by: int = 1000
    batch_max: int = 25
    open_reading: bool = True
    validating: bool = False
    """The collections have schemas: rows get a field `schema`, and none may be called deleted."""
    nul_breaks: bool = True
    """A NUL in a document is a 503, as on PostgreSQL; the memory backend takes it."""
    read_only: bool = False
    racing: bool = False
    """`If-Match` is checked before another writer is done: the version just replaced is accepted too."""
    down: int | None = None
    """Every answer has this status."""
    retry_after: str = "3"
    backoff: str | None = None
    alert: str | None = None
    end_of_life: bool = False
    forbidden: set[str] = field(default_factory=set)
    """Collections that are for others."""


@dataclass
class Answer:
    """What is answered to one request, or to one part of a batch."""

    status: int
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)


def refusal(status: int, errno: int | None = None, **more: Any) -> Answer:
    """An error as Kinto words it."""
    return Answer(status, {"code": status, "errno": errno or ERRNO.get(status, 999), "error": "Refused", **more})


def _native(text: str) -> str:
    """A value of a query: as JSON where it is JSON, so that ids of digits alone have to be quoted."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if not isinstance(value, str):
        raise ValueError(text)
    return value


class FakeKinto:
    """One bucket with its collections; `requests` is what came in, `viewers` are accounts that may write suggestions of their own alone."""

    def __init__(
        self, kinds: Iterable[str] = COLLECTIONS, dataset: str = "made up", clock: Callable[[], float] = time.time, bucket: str = BUCKET
    ) -> None:
        self.bucket = bucket
        self.now: Callable[[], int] = lambda: int(clock() * 1000)
        self.metadata: Row | None = {"dataset": dataset, "epoch": uuid.uuid4().hex, "format": 1, "serialised_writer": True}
        self.accounts = {"admin": "admin"}
        self.viewers: set[str] = set()
        self.owners: dict[str, str] = {}
        self.shelves = {kind: Shelf(self.now, self.now()) for kind in kinds}
        self.quirks = Quirks()
        self.requests: list[httpx.Request] = []

    def put(self, kind: str, document: Mapping[str, Any]) -> Row:
        """Write a document as somebody else would; a `last_modified` in it is taken as importers give it."""
        return self.shelves[kind].write(document["id"], dict(document))

    def delete(self, kind: str, record_id: str) -> Row:
        """Delete a record as somebody else would."""
        return self.shelves[kind].bury(record_id)

    def live(self, kind: str) -> dict[str, Row]:
        """The records that are there now, by id."""
        return self.shelves[kind].rows

    def make(self, kind: str) -> None:
        """Make a collection, or delete and make it again: empty, no tombstones, a newer ETag."""
        older = self.shelves[kind].highest + 1 if kind in self.shelves else 0
        self.shelves[kind] = Shelf(self.now, max(self.now(), older))

    def purge(self, destroying_twins: bool = False) -> None:
        """Run `kinto purge-deleted`; on PostgreSQL it takes live records with it that share their id with a tombstone elsewhere."""
        gone = set[str]().union(*(shelf.graves for shelf in self.shelves.values())) if destroying_twins else set()
        for shelf in self.shelves.values():
            shelf.rows = {record_id: row for record_id, row in shelf.rows.items() if record_id not in gone}
            shelf.purge()

    def backup(self) -> dict[str, Shelf]:
        """The collections as they are now, for `restore`."""
        return copy.deepcopy(self.shelves)

    def restore(self, backup: dict[str, Shelf], epoch: str | None = None) -> None:
        """Go back to a backup, with a new epoch or, where nobody thought of it, without."""
        self.shelves = copy.deepcopy(backup)
        if self.metadata and epoch:
            self.metadata["epoch"] = epoch

    def flush(self) -> None:
        """Everything is gone, accounts too, so that every answer but the first page is 401."""
        self.metadata = None
        self.accounts.clear()
        self.shelves.clear()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests.append(request)
        answer = self._outer(request)
        headers = {"Date": email.utils.formatdate(self.now() / 1000, usegmt=True), "Content-Type": "application/json", **answer.headers}
        headers |= {"Backoff": self.quirks.backoff} if self.quirks.backoff else {}
        headers |= {"Alert": self.quirks.alert} if self.quirks.alert else {}
        headers |= {"Retry-After": self.quirks.retry_after} if answer.status in (409, 429, 503) else {}
        body = b"" if request.method == "HEAD" or answer.body == "" else json.dumps(answer.body).encode()
        if body and "gzip" in request.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        return httpx.Response(answer.status, headers=headers | {"Content-Length": str(len(body))}, stream=httpx.ByteStream(body))

    def _outer(self, request: httpx.Request) -> Answer:
        path, query = urlsplit(str(request.url)).path, request.url.query.decode()
        if self.quirks.end_of_life:
            return refusal(410)
        if self.quirks.down:
            return refusal(self.quirks.down)
        if not path.startswith("/v1"):
            return Answer(307, headers={"Location": f"/v1{path}"})
        batch = path == "/v1/batch"
        if (batch and request.method != "POST") or (self.quirks.read_only and request.method in WRITING):
            return refusal(405)
        try:
            body = json.loads(request.content or b"{}")
            json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        except ValueError:
            return refusal(BAD)
        if batch:
            return self._batch(body, request.headers)
        return self._inner(request.method, path, query, request.headers, body)

    def _batch(self, body: Any, headers: httpx.Headers) -> Answer:
        parts = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(parts, list) or len(parts) > self.quirks.batch_max:
            return refusal(BAD)
        parts_known = all(set(part) <= {"method", "path", "headers", "body"} for part in parts)
        if not parts_known or not all(part["path"].startswith("/") and "/batch" not in part["path"] for part in parts):
            return refusal(BAD)
        before, responses = self.backup(), []
        for part in parts:
            path, _, query = part["path"].partition("?")
            path = path if path.startswith("/v1/") else f"/v1{path}"
            inherited = httpx.Headers({**headers, **{name.lower(): value for name, value in part.get("headers", {}).items()}})
            answer = self._inner(part.get("method", "GET"), path, query, inherited, part.get("body", {}))
            if answer.status == 304:
                answer = refusal(BROKEN)
            if answer.status >= 500:
                self.shelves = before
                return answer
            responses.append({"path": path, "status": answer.status, "headers": answer.headers, "body": answer.body})
        return Answer(200, {"responses": responses})

    def _inner(self, method: str, path: str, query: str, headers: httpx.Headers, body: Any) -> Answer:
        user = self._user(headers)
        steps = path.removeprefix("/v1").strip("/").split("/")
        if steps == [""]:
            return self._hello(user)
        if steps[0] != "buckets" or len(steps) not in (2, 3, 4, 5, 6) or [*steps, "", ""][2] not in ("", "collections"):
            return refusal(GONE)
        kind = steps[3] if len(steps) > 3 else ""
        mine = self.metadata is not None and steps[1] == self.bucket and kind not in self.quirks.forbidden
        if not mine or (user is None and not self.quirks.open_reading):
            return refusal(DENIED if user is None else NOT_YOURS)
        if len(steps) == 2:
            return Answer(
                200, {"permissions": {}, "data": {"id": self.bucket, "last_modified": 1, **(self.metadata or {})}}, {"ETag": '"1"'}
            )
        if len(steps) == 3:
            return Answer(200, {"data": [{"id": kind, "last_modified": shelf.made} for kind, shelf in self.shelves.items()]})
        if kind not in self.shelves:
            return refusal(GONE, details={"id": kind, "resource_name": "collection"})
        shelf = self.shelves[kind]
        if len(steps) == 4:
            rights = {} if user is None or user in self.viewers else {"write": ["account:admin"]}
            return Answer(200, {"data": {"id": kind, "last_modified": shelf.made}, "permissions": rights}, {"ETag": f'"{shelf.made}"'})
        if user is None and method in WRITING and (len(steps) == 5 or steps[5] in shelf.rows or method in ("PUT", "POST")):
            return refusal(DENIED)
        if len(steps) == 6:
            if user in self.viewers and method in WRITING and not self._may_write(kind, str(user), steps[5], headers):
                return refusal(NOT_YOURS)
            if method == "PUT":
                self.owners.setdefault(steps[5], str(user))
            return self._record(shelf, method, steps[5], headers, body)
        if method == "POST":
            return self._record(shelf, method, body["data"].get("id") or str(uuid.uuid4()), headers, body)
        return self._list(shelf, method, path, dict(parse_qsl(query, keep_blank_values=True)), headers)

    def _user(self, headers: httpx.Headers) -> str | None:
        scheme, _, secret = headers.get("Authorization", "").partition(" ")
        name, _, password = base64.b64decode(secret if scheme == "Basic" else "").decode().partition(":")
        return name if self.accounts.get(name, None) == password else None

    def _may_write(self, kind: str, user: str, record_id: str, headers: httpx.Headers) -> bool:
        """What a viewer may: make suggestions, and change those; what is to be new and is there already is a matter of the precondition."""
        new = record_id not in self.shelves[kind].rows or headers.get("If-None-Match") == "*"
        return kind == SUGGESTIONS and (new or self.owners.get(record_id) == user)

    def _hello(self, user: str | None) -> Answer:
        settings = {"batch_max_requests": self.quirks.batch_max, "readonly": self.quirks.read_only}
        hello = {"project_name": "kinto", "project_version": "26.5.0", "http_api_version": "1.23", "settings": settings}
        return Answer(200, hello | ({"user": {"id": f"account:{user}"}} if user else {}))

    def _list(self, shelf: Shelf, method: str, path: str, query: dict[str, str], headers: httpx.Headers) -> Answer:
        if (
            method not in ("GET", "HEAD")
            or set(query) - KNOWN
            or query.get("_sort", "last_modified") not in ("last_modified", "-last_modified")
        ):
            raise NotImplementedError(f"The fake knows no {method} with {query}.")
        etag = {"ETag": f'"{shelf.etag}"'}
        if headers.get("If-None-Match") == etag["ETag"]:
            return Answer(304, headers=etag)
        try:
            since = int(query["_since"].strip('"')) if "_since" in query else -1
            limit = int(query.get("_limit", self.quirks.paginate_by))
            after = int(base64.urlsafe_b64decode(query["_token"])) if "_token" in query else None
            ids = {_native(each) for each in query.get("in_id", "").split(",")}
        except ValueError:
            return refusal(BAD)
        if limit < 0 or since >= self.now() + DAY or (after or 0) >= self.now() + DAY or query.get("_since", "").startswith("-"):
            return refusal(BAD)
        rows = [*shelf.rows.values(), *(shelf.graves.values() if "_since" in query and method == "GET" else ())]
        rows = [row for row in rows if row["last_modified"] > since]
        if "in_id" in query:
            rows = [row for row in rows if row["id"] in ids]
        if method == "HEAD":
            return Answer(200, headers=etag | {"Total-Objects": str(len(rows))})
        newest_first = query.get("_sort") != "last_modified"
        rows.sort(key=lambda row: row["last_modified"], reverse=newest_first)
        if after is not None:
            rows = [row for row in rows if (row["last_modified"] < after if newest_first else row["last_modified"] > after)]
        limit = min(limit, self.quirks.paginate_by) if limit else MOST
        if len(rows) > limit:
            token = base64.urlsafe_b64encode(str(rows[limit - 1]["last_modified"]).encode()).decode()
            etag["Next-Page"] = f"http://{headers['Host']}{path}?{urlencode({**query, '_limit': limit, '_token': token})}"
        if "_fields" in query:
            fields = {*query["_fields"].split(","), "id", "last_modified"}
            rows = [{name: value for name, value in row.items() if name in fields} for row in rows]
        return Answer(200, {"data": copy.deepcopy(rows[:limit])}, etag)

    def _record(self, shelf: Shelf, method: str, record_id: str, headers: httpx.Headers, body: Any) -> Answer:
        existing = shelf.rows.get(record_id)
        if not RECORD_ID.match(record_id):
            return refusal(BAD)
        if existing is None and method in ("GET", "HEAD", "PATCH", "DELETE"):
            return refusal(GONE, 110, details={"id": record_id, "resource_name": "record"})
        if self._precondition_failed(shelf, existing, record_id, headers):
            more: Row = {"details": {"existing": copy.deepcopy(existing)}} if existing else {}
            answer = refusal(CHANGED, **more)
            answer.headers["ETag"] = f'"{existing["last_modified"] if existing else shelf.etag}"'
            return answer
        if method in ("GET", "HEAD") or (method == "POST" and existing):
            return self._one(200, existing or {})
        if method == "DELETE":
            return self._one(200, shelf.bury(record_id))
        document = body.get("data", {}) if isinstance(body, dict) else None
        if not isinstance(document, dict) or document.get("id", record_id) != record_id:
            return refusal(BAD)
        if self.quirks.nul_breaks and "\\u0000" in json.dumps(document):
            return refusal(503)
        if self.quirks.validating and "deleted" in document:
            return refusal(BAD)
        document = {**(existing or {}), **document} if method == "PATCH" else dict(document)
        document |= {"schema": shelf.made} if self.quirks.validating else {}
        return self._one(200 if existing else 201, shelf.write(record_id, document))

    def _precondition_failed(self, shelf: Shelf, existing: Row | None, record_id: str, headers: httpx.Headers) -> bool:
        if headers.get("If-None-Match") == "*" and existing is not None:
            return True
        match = headers.get("If-Match")
        if match is None or (match == "*" and existing):
            return False
        accepted = {existing["last_modified"]} if existing else set()
        accepted |= {shelf.replaced.get(record_id)} if self.quirks.racing and existing else set()
        return match.strip('"') not in map(str, accepted)

    def _one(self, status: int, row: Row) -> Answer:
        data: Row = {"data": copy.deepcopy(row)} | ({} if row.get("deleted") is True else {"permissions": {}})
        return Answer(status, data, {"ETag": f'"{row["last_modified"]}"'})
