"""The one-error look-up against a judge that reads every word: the distance of rapidfuzz (optimal string alignment)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from ssc_tui.catalogue.query import parse
from ssc_tui.store.connection import connect
from ssc_tui.store.seed import SEED
from ssc_tui.store.spelling import SHORTEST, TRIES, forgive

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def copy() -> Iterator[sqlite3.Connection]:
    connection = connect(SEED)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def words(copy: sqlite3.Connection) -> list[str]:
    found = [row[0] for row in copy.execute("SELECT word FROM word WHERE length(word) BETWEEN 5 AND 14 ORDER BY word")]
    return [word for word in found if word.isascii() and word.isalpha()]


@given(st.data())
def test_what_is_tried_is_what_the_judge_finds(copy: sqlite3.Connection, words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    asked = data.draw(st.sampled_from([word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]))
    begun = copy.execute("SELECT 1 FROM entry_search WHERE entry_search MATCH ?", (f'{{name body}} : "{asked}" *',)).fetchone()
    assume(len(asked) >= SHORTEST and begun is None)
    tried = [replaced[asked] for _query, replaced in forgive(copy, parse(asked))]
    near = {known for known in words if OSA.distance(asked, known) <= 1}
    # The nearest come first, and no more than a few are tried.
    assert set(tried[: len(near)]) <= near if len(near) >= TRIES else near <= set(tried)
    assert all(any(OSA.distance(asked, each[:length]) <= 1 for length in range(len(asked) - 1, len(asked) + 2)) for each in tried)
