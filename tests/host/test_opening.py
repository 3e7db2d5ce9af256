"""How the catalogue of a server comes to be, on servers that hold something already."""

from __future__ import annotations

from typing import Any

import pytest
from tests.servers import Live

from ssc_tui.errors import UsageError
from ssc_tui.host import bucket as buckets
from ssc_tui.host import publish
from ssc_tui.host.opening import Opened, Wish, open_catalogue
from ssc_tui.store.seed import SEED
from ssc_tui.store.whole import documents_in


def opened(live: Live, bucket: str, wish: Wish | None = None, told: Told | None = None) -> Opened:
    with live.link(bucket) as link:
        return open_catalogue(link, wish or Wish(), told or Told())


class Told:
    """What a progress was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.steps.append((done, total))


def test_loading_that_was_broken_off_goes_on_and_overwrites_nothing(kinto_memory: Live) -> None:
    bucket, told = "broken-off", Told()
    seed = documents_in(SEED)
    written = seed["partners"][:40]
    with kinto_memory.link(bucket) as link:
        buckets.prepare(link)
        publish.write(link, publish.plan(link, {"partners": written}).writes)
    path = f"{buckets.records(bucket, 'partners')}/{written[0]['id']}"
    kinto_memory.ask("PATCH", path, {"data": {"city": "edited meanwhile"}})
    assert kinto_memory.about(bucket) == {}
    total = sum(map(len, seed.values()))
    assert opened(kinto_memory, bucket, told=told) == ("ssc-directory", total, total - 40)
    assert kinto_memory.ask("GET", path).body["data"]["city"] == "edited meanwhile"
    assert told.steps[0] == (0, total - 40)
    assert told.steps[-1] == (total - 40, total - 40)
    assert opened(kinto_memory, bucket, told=told) == ("ssc-directory", total, 0)


def test_a_catalogue_keeps_its_name_and_epoch(kinto_memory: Live) -> None:
    bucket = kinto_memory.new_bucket(dataset="ours")
    about = kinto_memory.about(bucket)
    with pytest.raises(UsageError, match="holds the catalogue ours"):
        opened(kinto_memory, bucket, Wish("theirs"))
    assert opened(kinto_memory, bucket, Wish("ours")) == ("ours", 0, 0)
    assert kinto_memory.about(bucket) == about
    opened(kinto_memory, bucket, Wish(new_epoch=True))
    anew = kinto_memory.about(bucket)
    assert {name for name in anew if anew[name] != about[name]} == {"epoch", "last_modified"}


def test_collections_get_the_schema_of_a_newer_program(kinto_memory: Live) -> None:
    bucket = kinto_memory.new_bucket({"partners": [{"id": "norec", "name": "Norec"}]})
    path = f"/buckets/{bucket}/collections/partners"
    current: Any = kinto_memory.ask("GET", path).body["data"]["schema"]
    kinto_memory.ask("PATCH", path, {"data": {"schema": {"type": "object"}}})
    kinto_memory.ask("DELETE", f"/buckets/{bucket}/collections/funds")
    opened(kinto_memory, bucket)
    assert kinto_memory.ask("GET", path).body["data"]["schema"] == current
    assert kinto_memory.ask("GET", f"{path}/records/norec").body["data"]["name"] == "Norec"
    assert kinto_memory.ask("GET", f"/buckets/{bucket}/collections/funds").status == 200
