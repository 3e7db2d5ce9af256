from __future__ import annotations

import httpx
import pytest

from ssc_tui.errors import Unreadable
from ssc_tui.sync.address import Address
from ssc_tui.sync.http import Link
from ssc_tui.sync.kinto import Kinto


def kinto(status: int, body: object) -> Kinto:
    return Kinto(
        Link(Address("https://catalogue.example/v1"), transport=httpx.MockTransport(lambda _request: httpx.Response(status, json=body)))
    )


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_list_that_is_refused_is_not_an_empty_list(status: int) -> None:
    with pytest.raises(Unreadable):
        kinto(status, {"code": status}).listing("partners", 0, 10)


def test_a_list_tells_records_from_tombstones() -> None:
    rows = [{"id": "a", "last_modified": 1}, {"id": "b", "last_modified": 2, "deleted": True}, {"id": 3}, "nonsense"]
    listed, more = kinto(200, {"data": rows}).listing("partners", 0, 10)
    assert [(each.id, each.deleted) for each in listed] == [("a", False), ("b", True)]
    assert not more
