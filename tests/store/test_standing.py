"""What a copy remembers of its remote catalogue."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.store.connection import transaction
from ssc_tui.store.standing import Reached, Standing, reached, remember, save_reached, standing

Make = Callable[..., sqlite3.Connection]


@pytest.fixture
def copy(make: Make) -> sqlite3.Connection:
    return make(("partners", {"id": "a", "name": "A"}))


def test_a_copy_that_met_nobody(copy: sqlite3.Connection) -> None:
    assert standing(copy) == Standing()
    assert [reached(copy, kind) for kind in KINDS] == [Reached(kind) for kind in KINDS]


def test_every_fact_is_remembered_and_others_stay(copy: sqlite3.Connection) -> None:
    facts = Standing(
        url="https://a/v1",
        dataset="kenya",
        epoch="x",
        user="account:mary",
        editor=True,
        batch_max=5,
        serialised=True,
        min_client="0.1",
        hello_at=1.5,
        synced_at="2026-11-21T10:00:00+00:00",
        not_before=2.5,
        date=3.5,
        clock_offset=-4.5,
        alert="Soon “over”",
        others=["recipes"],
        rate=6.5,
        replacing=True,
        written_for="chad",
    )
    assert all(value != default for value, default in zip(facts, Standing(), strict=True))
    remember(copy, **facts._asdict())
    assert standing(copy) == facts
    remember(copy, alert=None, rate=7.0)
    assert standing(copy) == facts._replace(alert=None, rate=7.0)


def test_a_fact_of_a_newer_program_is_passed_over(copy: sqlite3.Connection) -> None:
    remember(copy, colour="green", user="mary")
    assert standing(copy) == Standing(user="mary")


def test_nothing_is_remembered_of_a_transaction_that_failed(copy: sqlite3.Connection) -> None:
    with contextlib.suppress(ZeroDivisionError), transaction(copy):
        remember(copy, epoch="x")
        save_reached(copy, Reached("partners", 5))
        raise ZeroDivisionError
    assert not copy.in_transaction
    assert standing(copy).epoch is None
    assert reached(copy, "partners") == Reached("partners")


@pytest.mark.parametrize(
    "state",
    [
        Reached("partners"),
        Reached("partners", 5, 6, True, "2026-11-21T10:00:00+00:00", True),
        Reached("partners", 2**53, None, False, None, False),
    ],
)
def test_how_far_a_collection_was_read(copy: sqlite3.Connection, state: Reached) -> None:
    save_reached(copy, Reached("partners", 1, 1, True, "x", True))
    save_reached(copy, Reached("funds", 9))
    save_reached(copy, state)
    assert reached(copy, "partners") == state
    assert [type(value) for value in reached(copy, "partners")] == [type(value) for value in state]
    assert reached(copy, "funds") == Reached("funds", 9)


@given(st.text(), st.floats(allow_nan=False))
def test_every_text_and_number_is_remembered(text: str, number: float) -> None:
    copy = sqlite3.connect(":memory:")
    copy.execute("CREATE TABLE remote (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)")
    remember(copy, alert=text, rate=number)
    assert standing(copy) == Standing(alert=text, rate=number)
    copy.close()
