from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.by_hand import remove_documents, store_documents

from ssc_tui.catalogue.query import parse
from ssc_tui.store import reader
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.store.search import search
from ssc_tui.store.spelling import SHORTEST, TRIES, forgive
from ssc_tui.text import terms, words

Make = Callable[..., sqlite3.Connection]


def tries(copy: sqlite3.Connection, asked: str) -> list[tuple[str, dict[str, str]]]:
    return [(query.phrase, forgiven) for query, forgiven in forgive(copy, parse(asked))]


def named(make: Make, *names: str) -> sqlite3.Connection:
    return make(*(("partners", {"id": f"p{number}", "name": name}) for number, name in enumerate(names)))


@pytest.mark.parametrize(
    ("asked", "forgiven", "first"),
    [
        ("kamuzo", {"kamuzo": "kamuzu"}, "partners/kamuzu-central-hospital"),
        ("kamuzzu", {"kamuzzu": "kamuzu"}, "partners/kamuzu-central-hospital"),
        ("kmauzu", {"kmauzu": "kamuzu"}, "partners/kamuzu-central-hospital"),
        ("heatlh nepal", {"heatlh": "health"}, "exchanges/norec-nhrc-csf-csf-global-nhrc-nepal"),
        ("nepal heatlh research", {"heatlh": "health"}, "partners/nhrc-nepal"),
        ("hosptal kamuzu", {"hosptal": "hospital"}, "projects/norec-bergen-kamuzu"),
        ("hosptal", {"hosptal": "hospital"}, None),
        ("norwegan agency", {"norwegan": "norwegian"}, "partners/norad"),
        ("heatlh country:NP", {"heatlh": "health"}, None),
    ],
)
def test_one_error_is_forgiven_and_told(shipped: sqlite3.Connection, asked: str, forgiven: dict[str, str], first: str | None) -> None:
    results = search(shipped, asked)
    assert results.forgiven == forgiven
    corrected = asked
    for wrong, right in forgiven.items():
        corrected = corrected.replace(wrong, right)
    expected = search(shipped, corrected)
    assert results.places(shipped, limit=1000) == expected.places(shipped, limit=1000)
    assert expected.forgiven == {}
    if first:
        assert reader.rows(shipped, results.places(shipped, limit=1))[0].ref == first


@pytest.mark.parametrize("asked", ["health", "nepal", "ISTIC", "", "country:MW", "helth country:ZZ", "zzzz", "zzzz yyyy", "hea1th9"])
def test_nothing_is_forgiven_that_was_found_or_cannot_be(shipped: sqlite3.Connection, asked: str) -> None:
    assert search(shipped, asked).forgiven == {}


@pytest.mark.parametrize("order", ["name", "newest"])
def test_errors_are_forgiven_in_every_order(make: Make, order: str) -> None:
    copy = named(make, "Solar pumps")
    results = search(copy, "soalr", "partners", order)
    assert (results.forgiven, len(results.places(copy))) == ({"soalr": "solar"}, 1)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("solat", [("solar", {"solat": "solar"})]),
        ("olar", [("solar", {"olar": "solar"})]),
        ("sollar", [("solar", {"sollar": "solar"})]),
        ("soalr", [("solar", {"soalr": "solar"})]),
        ("Soalr Pumps", [("solar pumps", {"soalr": "solar"})]),
        ("soalr pumsp", [("solar pumsp", {"soalr": "solar"}), ("soalr pumps", {"pumsp": "pumps"})]),
        ("solra", [("solar", {"solra": "solar"})]),
        ("sloar-pumps", []),
        ("sola", []),
        ("sol", []),
        ("sla", []),
        ("raols", []),
        ("南南合昨", []),
        ("", []),
    ],
)
def test_what_is_tried(make: Make, asked: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert tries(named(make, "Solar Pumps"), asked) == expected


def test_beginnings_of_words_are_tried_after_whole_words(make: Make) -> None:
    copy = named(make, "Healthcare", "Hearth")
    assert [forgiven for _, forgiven in tries(copy, "healht")] == [{"healht": "healthcare"}]
    assert [forgiven for _, forgiven in tries(copy, "hearht")] == [{"hearht": "hearth"}]
    assert [forgiven for _, forgiven in tries(copy, "heaith")] == [{"heaith": "hearth"}, {"heaith": "healthcare"}]
    both = named(make, "Healthcare", "Health")
    assert [forgiven for _, forgiven in tries(both, "heatlh")] == [{"heatlh": "health"}]


def test_a_word_one_letter_longer_than_asked_is_tried(make: Make) -> None:
    assert tries(named(make, "Hospital"), "hosptal") == [("hospital", {"hosptal": "hospital"})]


@given(
    st.sampled_from(["solar", "Hospital", "Łódź", "Ouagadougou", "北京大学南", "القاهرة"]),
    st.integers(0, 12),
    st.sampled_from(["missing", "more", "other", "swapped"]),
    st.sampled_from("aexzł京ا9"),
    st.sampled_from(["", " training", "ity of"]),
)
def test_any_one_error_is_forgiven(name: str, at: int, error: str, letter: str, more: str) -> None:
    (word,) = (token for token in words(name + more.split(" ")[0])[:1])
    at %= len(word)
    head, tail = word[:at], word[at:]
    asked = {
        "missing": head + tail[1:],
        "more": head + letter + tail,
        "other": head + letter + tail[1:],
        "swapped": head + tail[1:2] + tail[:1] + tail[2:],
    }[error]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.sqlite"
        make_copy(path, [("partners", {"id": "it", "name": f"{name}{more}"}), ("partners", {"id": "other", "name": "Other Zz"})], {})
        with closing(connect(path)) as copy:
            assume(len(asked) >= SHORTEST and [((asked,),)] == terms(asked) and not word.startswith(asked))
            assert [row.id for row in reader.rows(copy, search(copy, asked).places(copy))] == ["it"]


def test_an_error_in_the_beginning_of_a_long_word_is_forgiven(make: Make) -> None:
    copy = named(make, "Meteorological Office", "Other")
    results = search(copy, "meteroo")
    assert [row.id for row in reader.rows(copy, results.places(copy))] == ["p0"]
    assert list(results.forgiven) == ["meteroo"]


def test_only_so_many_words_are_tried(make: Make) -> None:
    copy = named(make, *(f"word{letter}" for letter in "bcdefghij"))
    assert len(tries(copy, "worda")) == TRIES


def test_the_nearest_that_matches_is_taken(make: Make) -> None:
    copy = make(
        ("partners", {"id": "a", "name": "Solar", "country": "KE"}),
        ("partners", {"id": "b", "name": "Polar", "country": "MW"}),
    )
    results = search(copy, "dolar country:MW")
    assert (results.forgiven, [row.id for row in reader.rows(copy, results.places(copy))]) == ({"dolar": "polar"}, ["b"])


def test_words_of_removed_and_renamed_records_are_not_tried(make: Make) -> None:
    copy = named(make, "Solar", "Water")
    remove_documents(copy, [("partners", "p0")])
    store_documents(copy, [("partners", {"id": "p1", "name": "Wind"})])
    assert tries(copy, "soalr") == tries(copy, "watre") == tries(copy, "sola") == tries(copy, "wate") == []
    store_documents(copy, [("partners", {"id": "p2", "name": "Sonar"})])
    assert tries(copy, "solar") == [("sonar", {"solar": "sonar"})]
