from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from ssc_tui.errors import Incompatible, Unreadable
from ssc_tui.sync.address import Address
from ssc_tui.sync.http import Link
from ssc_tui.sync.kinto import Kinto


class Body(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


def kinto(status: int, body: object) -> Kinto:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"Content-Type": "application/json"}, stream=Body(json.dumps(body).encode()))

    return Kinto(Link(Address("https://catalogue.example/v1"), transport=httpx.MockTransport(answer)))


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_list_that_is_refused_is_not_an_empty_list(status: int) -> None:
    with pytest.raises(Unreadable):
        kinto(status, {"code": status}).listing("partners", 0, 10)


def test_a_server_that_moved_to_https_is_no_log_in_page() -> None:
    def moved(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": "https://catalogue.example/v1/"})

    link = Link(Address("http://catalogue.example/v1"), transport=httpx.MockTransport(moved))
    with pytest.raises(Incompatible, match=r"https://catalogue\.example/v1/"):
        Kinto(link).server()


def test_a_list_tells_records_from_tombstones() -> None:
    rows = [{"id": "a", "last_modified": 1}, {"id": "b", "last_modified": 2, "deleted": True}, {"id": 3}, "nonsense"]
    listed, more = kinto(200, {"data": rows}).listing("partners", 0, 10)
    assert [(each.id, each.deleted) for each in listed] == [("a", False), ("b", True)]
    assert not more
