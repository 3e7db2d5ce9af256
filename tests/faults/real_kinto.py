"""A real Kinto in the place of the fake one: a bucket of its own behind the address that replicas know, and the accounts that they use."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import httpx
from tests.faults.fake_kinto import FakeKinto
from tests.faults.shelf import Row, Shelf
from tests.servers import Live

from ssc_tui.host.asking import accepted
from ssc_tui.host.bucket import BUCKET

LEFT_OUT = ("content-encoding", "content-length", "transfer-encoding", "connection")


class RealKinto(FakeKinto):
    """Carries every request to the server, and looks at it with its own API; what it can be made to do wrong is between both."""

    def __init__(self, server: Live, kinds: tuple[str, ...], viewer: str) -> None:
        super().__init__(kinds)
        self.kinds = kinds
        self.server = server
        self.own = server.new_bucket(dataset="made up")
        accepted(server.ask("PUT", f"/accounts/{viewer}", {"data": {"password": viewer}}))
        self.client = httpx.Client(timeout=60)

    def put(self, kind: str, document: Mapping[str, Any]) -> Row:
        """Write a document as somebody else would."""
        row: Row = accepted(self.server.ask("PUT", self._path(kind, document["id"]), {"data": dict(document)})).body["data"]
        return row

    def delete(self, kind: str, record_id: str) -> Row:
        """Delete a record as somebody else would."""
        row: Row = accepted(self.server.ask("DELETE", self._path(kind, record_id))).body["data"]
        return row

    def live(self, kind: str) -> dict[str, Row]:
        """The records that are there now, by id."""
        return {row["id"]: row for row in self._rows(kind) if not row.get("deleted")} if kind in self.kinds else {}

    def close(self) -> None:
        """Take the bucket away again."""
        accepted(self.server.ask("DELETE", f"/buckets/{self.own}"))
        self.client.close()

    def __getattribute__(self, name: str) -> Any:
        """What lies on the shelves is asked each time."""
        if name == "shelves" and "own" in vars(self):
            return {kind: self._shelf(kind) for kind in self.kinds}
        return super().__getattribute__(name)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Carry one request there and the answer back."""
        self.requests.append(request)
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length", "accept-encoding")}
        if headers.get("authorization") == _signed("admin", "admin"):
            headers["authorization"] = _signed(self.server.user, self.server.password)
        there, here = f"/buckets/{self.own}".encode(), f"/buckets/{BUCKET}".encode()
        path = request.url.raw_path.replace(here, there).decode().removeprefix("/v1")
        answer = self.client.request(request.method, self.server.url + path, content=request.read().replace(here, there), headers=headers)
        told = {name: value.replace(there.decode(), here.decode()) for name, value in answer.headers.items() if name not in LEFT_OUT}
        return httpx.Response(answer.status_code, headers=told, content=answer.content.replace(there, here))

    def _path(self, kind: str, record_id: str = "") -> str:
        return f"/buckets/{self.own}/collections/{kind}/records{record_id and '/'}{record_id}"

    def _rows(self, kind: str) -> list[Row]:
        rows: list[Row] = accepted(self.server.ask("GET", f"{self._path(kind)}?_since=0")).body["data"]
        return rows

    def _shelf(self, kind: str) -> Shelf:
        rows = self._rows(kind)
        shelf = Shelf(self.now, 0)
        shelf.rows = {row["id"]: row for row in rows if not row.get("deleted")}
        shelf.graves = {row["id"]: row for row in rows if row.get("deleted")}
        return shelf


def _signed(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
