"""How much is asked for at once, and when the next attempt is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.sync.pace import (
    AFTER_FAILURE,
    FIRST_LIMIT,
    KNOCKS,
    LEAST,
    MOST,
    PAGE_SECONDS,
    REGULARLY,
    first_limit,
    next_limit,
    smaller,
    until_knock,
    until_next,
)


def test_the_first_question_of_all_is_small() -> None:
    assert first_limit(None, 8) == FIRST_LIMIT


@pytest.mark.parametrize(("records", "seconds", "limit"), [(50, 20.0, 50), (50, 10.0, 100), (50, 200.0, LEAST), (100, 0.0, MOST)])
def test_a_page_takes_as_long_as_it_should(records: int, seconds: float, limit: int) -> None:
    assert next_limit(records, seconds) == limit


@given(st.floats(0, 1e9), st.integers(1, 20))
def test_no_limit_is_out_of_bounds(rate: float, collections: int) -> None:
    assert LEAST <= first_limit(rate, collections) <= MOST
    assert first_limit(rate, collections) * collections <= max(LEAST * collections, rate * PAGE_SECONDS)


@given(st.integers(0, 10**6), st.floats(0, 1e6))
def test_no_next_limit_is_out_of_bounds(records: int, seconds: float) -> None:
    assert LEAST <= next_limit(records, seconds) <= MOST


def test_halving_comes_to_an_end() -> None:
    limit, steps = MOST, 0
    while limit > 1:
        limit, steps = smaller(limit), steps + 1
    assert (limit, steps) == (1, 9)


@pytest.mark.parametrize(("failures", "seconds"), [(0, REGULARLY), *enumerate(AFTER_FAILURE, 1), (50, AFTER_FAILURE[-1])])
def test_attempts_become_rarer_and_are_spread(failures: int, seconds: float) -> None:
    waits = [until_next(failures) for _number in range(200)]
    assert 0.5 * seconds <= min(waits) < 0.7 * seconds
    assert 1.3 * seconds < max(waits) <= 1.5 * seconds


def test_knocks_become_rarer() -> None:
    assert [until_knock(number) for number in range(8)] == [*KNOCKS, 60.0, 60.0, 60.0]
