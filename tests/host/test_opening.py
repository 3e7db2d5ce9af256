"""How the catalogue of a server comes to be, on servers that hold something already."""

from __future__ import annotations

from typing import Any

import pytest
from tests.servers import Live

from ssc_tui.errors import UsageError
from ssc_tui.host import bucket as buckets
from ssc_tui.host import publish
from ssc_tui.host.opening import Wish, open_catalogue
from ssc_tui.store.seed import SEED
from ssc_tui.store.whole import documents_in


class Told:
    """What a progress was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.steps.append((done, total))


def test_loading_that_was_broken_off_goes_on_and_overwrites_nothing(kinto_memory: Live) -> None:
    bucket, told = "broken-off", Told()
    buckets.prepare(kinto_memory.send, bucket)
    seed = documents_in(SEED)
    written = seed["partners"][:40]
    publish.write(kinto_memory.send, publish.plan(kinto_memory.send, bucket, {"partners": written}).writes)
    path = f"{buckets.records(bucket, 'partners')}/{written[0]['id']}"
    kinto_memory.ask("PATCH", path, {"data": {"city": "edited meanwhile"}})
    assert buckets.describe(kinto_memory.send, bucket) is None
    opened = open_catalogue(kinto_memory.send, Wish(), told, bucket)
    total = sum(map(len, seed.values()))
    assert opened == ("ssc-directory", total, total - 40)
    assert kinto_memory.ask("GET", path).data["city"] == "edited meanwhile"
    assert told.steps[0] == (0, total - 40)
    assert told.steps[-1] == (total - 40, total - 40)
    assert open_catalogue(kinto_memory.send, Wish(), told, bucket) == ("ssc-directory", total, 0)


def test_a_catalogue_keeps_its_name_and_epoch(kinto_memory: Live) -> None:
    bucket = kinto_memory.new_bucket(dataset="ours")
    about = buckets.describe(kinto_memory.send, bucket)
    with pytest.raises(UsageError, match="holds the catalogue ours"):
        open_catalogue(kinto_memory.send, Wish("theirs"), Told(), bucket)
    assert open_catalogue(kinto_memory.send, Wish("ours"), Told(), bucket) == ("ours", 0, 0)
    assert buckets.describe(kinto_memory.send, bucket) == about
    open_catalogue(kinto_memory.send, Wish(new_epoch=True), Told(), bucket)
    anew = buckets.describe(kinto_memory.send, bucket)
    assert anew
    assert about
    assert {name for name in anew if anew[name] != about[name]} == {"epoch", "last_modified"}


def test_collections_get_the_schema_of_a_newer_program(kinto_memory: Live) -> None:
    bucket = kinto_memory.new_bucket({"partners": [{"id": "norec", "name": "Norec"}]})
    path = f"/buckets/{bucket}/collections/partners"
    current: Any = kinto_memory.ask("GET", path).data["schema"]
    kinto_memory.ask("PATCH", path, {"data": {"schema": {"type": "object"}}})
    kinto_memory.ask("DELETE", f"/buckets/{bucket}/collections/funds")
    open_catalogue(kinto_memory.send, Wish(), Told(), bucket)
    assert kinto_memory.ask("GET", path).data["schema"] == current
    assert kinto_memory.ask("GET", f"{path}/records/norec").data["name"] == "Norec"
    assert kinto_memory.ask("GET", f"/buckets/{bucket}/collections/funds").status == 200
