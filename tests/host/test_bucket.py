"""What a server holds for a catalogue, and what it takes and refuses."""

from __future__ import annotations

import pytest
from tests.servers import Live

from ssc_tui.host import bucket as buckets


@pytest.fixture(params=["kinto_memory", "kinto_postgres"])
def live(request: pytest.FixtureRequest) -> Live:
    found: Live = request.getfixturevalue(request.param)
    return found


def test_a_catalogue_says_what_it_is(live: Live) -> None:
    assert buckets.describe(live.send, "nowhere") is None
    about = buckets.describe(live.send, live.new_bucket(dataset="ssc"))
    assert about
    assert (about["dataset"], about["format"], about["serialised_writer"], about["min_client"]) == ("ssc", 1, True, "0.1.0")
    assert len(bytes.fromhex(about["epoch"])) == 16
