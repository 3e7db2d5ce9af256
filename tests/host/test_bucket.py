"""What a real server with our server file and our bucket takes, refuses and sends."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from tests.servers import Live, over_the_wire

from ssc_tui.catalogue.kinds import COLLECTIONS
from ssc_tui.host import bucket as buckets
from ssc_tui.host.ini import BODY_LIMIT
from ssc_tui.host.schema import collection_schema

NOREC = {"data": {"name": "Norec"}}


def path(bucket: str, record_id: str = "", kind: str = "partners") -> str:
    return f"{buckets.records(bucket, kind)}/{record_id}".rstrip("/")


def test_a_catalogue_says_what_it_is(live: Live) -> None:
    assert live.about("nowhere") == {}
    bucket = live.new_bucket(dataset="ssc")
    about = live.about(bucket)
    assert (about["dataset"], about["format"], about["serialised_writer"], about["min_client"]) == ("ssc", 1, True, "0.1.0")
    assert re.fullmatch("[0-9a-f]{32}", about["epoch"])
    collections = live.ask("GET", f"/buckets/{bucket}/collections").body["data"]
    assert {each["id"]: each["schema"] for each in collections} == {kind: collection_schema(kind) for kind in COLLECTIONS}


def test_everybody_reads_and_editors_write(live: Live) -> None:
    bucket = live.new_bucket({"partners": [{"id": "norec", "name": "Norec"}]})
    editor, guest = live.new_user(bucket), live.new_user()
    assert over_the_wire(live.url, "GET", f"/buckets/{bucket}").json()["data"]["dataset"] == "test"
    assert over_the_wire(live.url, "GET", path(bucket, "norec")).json()["data"]["name"] == "Norec"
    assert over_the_wire(live.url, "PUT", path(bucket, "new"), NOREC).status == 401
    assert live.ask("PUT", path(bucket, "new"), NOREC, user=guest).status == 403
    assert live.ask("PUT", path(bucket, "new"), NOREC, user=editor).status == 201
    assert live.ask("PUT", path(bucket, "norec"), NOREC, user=editor).status == 200
    assert live.ask("DELETE", path(bucket, "norec"), user=guest).status == 403
    assert live.ask("DELETE", path(bucket, "norec"), user=editor).status == 200
    assert live.ask("PATCH", f"/buckets/{bucket}", {"data": {"epoch": "mine"}}, user=editor).status == 403
    assert live.ask("PATCH", f"/buckets/{bucket}/groups/editors", {"data": {"members": [f"account:{guest}"]}}, user=editor).status == 403
    assert live.ask("PUT", "/buckets/another", user=editor).status == 403
    assert over_the_wire(live.url, "PUT", "/accounts/anybody", {"data": {"password": "x"}}).status == 401


def test_a_catalogue_for_who_signed_in(live: Live) -> None:
    bucket = live.new_bucket({"partners": [{"id": "norec", "name": "Norec"}]}, readers=buckets.SIGNED_IN)
    guest = live.new_user()
    for place in (f"/buckets/{bucket}", path(bucket), path(bucket, "norec")):
        assert over_the_wire(live.url, "GET", place).status == 401
        assert live.ask("GET", place, user=guest).status == 200
    assert live.ask("PUT", path(bucket, "new"), NOREC, user=guest).status == 403
    with live.link(bucket) as link:
        buckets.prepare(link)
    assert over_the_wire(live.url, "GET", path(bucket)).status == 401
    with live.link(bucket) as link:
        buckets.prepare(link, buckets.OPEN)
    assert over_the_wire(live.url, "GET", path(bucket)).status == 200


@pytest.mark.parametrize(
    "data", [{"name": "x", "deleted": True}, {"name": 5}, {"name": "x", "country": "Kenya"}, {"name": "x", "brings": [{}]}, {}]
)
def test_what_is_no_partner_is_refused(live: Live, data: dict[str, Any]) -> None:
    bucket = live.new_bucket()
    refused = live.ask("PUT", path(bucket, "x"), {"data": data})
    assert (refused.status, refused.body["errno"]) == (400, 107)
    assert live.ask("GET", path(bucket, "x")).status == 404
    assert live.ask("PUT", path(bucket, "x"), {"data": {"name": "x", "of a later format": [1]}}).body["data"]["of a later format"] == [1]
    tombstone = live.ask("DELETE", path(bucket, "x")).body["data"]
    assert live.ask("GET", f"{path(bucket)}?_since=0").body["data"] == [tombstone]
    assert tombstone["deleted"] is True


def test_answers_are_compressed_on_the_wire(live: Live) -> None:
    bucket = live.new_bucket({"areas": [{"id": f"a{number}", "name": f"Area number {number}"} for number in range(100)]})
    plain = over_the_wire(live.url, "GET", path(bucket, kind="areas"))
    packed = over_the_wire(live.url, "GET", path(bucket, kind="areas"), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert len(packed.content) * 4 < len(plain.content)


def test_large_requests_are_refused_and_large_batches_taken(live: Live) -> None:
    bucket = live.new_bucket()
    # The head alone: the server answers before the rest is sent.
    assert over_the_wire(live.url, "PUT", path(bucket, "x"), b"", {"Content-Length": str(BODY_LIMIT + 1)}).status == 413
    assert live.ask("GET", path(bucket)).body["data"] == []
    hundred = [{"method": "GET", "path": f"/buckets/{bucket}"}] * 100
    assert over_the_wire(live.url, "POST", "/batch", {"requests": hundred}).status == 200
    assert over_the_wire(live.url, "POST", "/batch", {"requests": [*hundred, hundred[0]]}).status == 400
    hello = over_the_wire(live.url, "GET", "/").json()
    assert hello["settings"]["batch_max_requests"] == 100
    assert "flush_endpoint" not in hello["capabilities"]
