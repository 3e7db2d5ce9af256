"""Which page comes after a page, and when it is asked for."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.faults.fake_kinto import FakeKinto
from tests.faults.wire import streamed
from tests.sync.conftest import NewClient, partners

from ssc_tui.store import shadow
from ssc_tui.sync import pace
from ssc_tui.sync.pages import Question

STAMPS = st.integers(1, 50)


def test_the_next_page_begins_with_the_last_time_stamp_of_this_one() -> None:
    assert Question("partners", 10, 25).after(20, 50) == Question("partners", 19, 50)


def test_after_a_page_of_one_time_stamp_a_longer_one_is_asked_for_and_then_what_lies_behind() -> None:
    question = Question("partners", 10, 25)
    longer = question.after(11, 25)
    assert longer == Question("partners", 10, pace.MOST, stuck=True)
    assert longer.after(11, pace.MOST) == Question("partners", 11, pace.MOST)
    assert longer.after(10, pace.MOST) is None


@given(st.lists(STAMPS, min_size=1, max_size=40), st.integers(1, 6))
def test_page_after_page_leads_to_the_end_of_every_collection(stamps: list[int], size: int) -> None:
    """However many records share a time stamp, no question is asked for ever; and all come up where a page has room for them."""
    stamps.sort()
    question, seen = Question("partners", 0, size), set[int]()
    for _turn in range(4 * len(stamps) + 4):
        page = [stamp for stamp in stamps if stamp > question.since][: min(question.limit, size)]
        seen.update(page)
        more = len([stamp for stamp in stamps if stamp > question.since]) > len(page)
        following = question.after(max(page, default=question.since), size) if more else None
        if following is None:
            break
        question = following
    else:
        pytest.fail("no end")
    if all(stamps.count(stamp) < size for stamp in stamps):
        assert seen == set(stamps)


def test_a_page_is_asked_for_while_the_one_before_is_being_kept(new_client: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "FIRST_LIMIT", 10)
    kinto = FakeKinto()
    for document in partners(15):
        kinto.put("partners", document)
    client = new_client("http://127.0.0.1:8888/v1", dataset="made up")
    second = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if "/partners/records" in request.url.path:
            second.set()
        return kinto(request)

    kept: list[bool] = []
    apply_page = shadow.apply_page

    def once_it_is_asked(*words: Any, **more: Any) -> shadow.Applied:
        # The first page is kept no sooner than the second was asked for, which would never be where one came after the other.
        kept.append(second.wait(20))
        return apply_page(*words, **more)

    client.transport = httpx.MockTransport(streamed(answer))
    monkeypatch.setattr(shadow, "apply_page", once_it_is_asked)
    assert client.synced().applied.new == 15
    assert kept == [True, True]
