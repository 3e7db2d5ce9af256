"""Whether a need and a capacity are about the same thing: by words, by the tree of areas, by the tree of DAC sectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.insight.common_words import EVERYWHERE, LITTLE
from ssc_tui.insight.topics import Closeness, Fit, Topics, forms, stem, telling_words, typed_fit
from ssc_tui.store.capacities import Area, Item, Typed

AREAS = (
    Area("health", "Health", sectors=("120", "12220")),
    Area("nursing", "Nursing", "health"),
    Area("wards", "Wards", "nursing"),
    Area("energy", "Energy", sectors=("231", "23230")),
    Area("round", "Round", "about"),
    Area("about", "About", "round"),
)


def need(**fields: str) -> Item:
    return Item("seeker", "seeks", "n", **fields)


def capacity(**fields: str) -> Item:
    return Item("bringer", "brings", "c", **fields)


def fit_of(topics: Topics, sought: Item, brought: Item) -> Fit | None:
    """How a capacity fits a need; None where they have nothing to do with each other."""
    return next(iter(topics.fits([sought], [brought])), None)


@pytest.mark.parametrize(
    ("sought", "brought", "closeness"),
    [
        ({"topic": "Solar pumps", "area": "energy"}, {"topic": "Pump with solar panels", "area": "energy"}, Closeness.WORDS_AND_FIELD),
        ({"topic": "Solar pumps", "sector": "23130"}, {"topic": "Solar cells", "sector": "23110"}, Closeness.WORDS_AND_FIELD),
        ({"topic": "Solar pumps", "sector": "23110"}, {"topic": "Solar cells", "sector": "23110"}, Closeness.WORDS_AND_FIELD),
        ({"topic": "Pumps", "sector": "23110"}, {"topic": "Cells", "sector": "23110"}, Closeness.SECTOR),
        ({"topic": "Pumps", "sector": "23110"}, {"topic": "Cells", "sector": "23181"}, Closeness.CATEGORY),
        ({"topic": "Pumps", "sector": "231"}, {"topic": "Cells", "sector": "231"}, Closeness.CATEGORY),
        ({"topic": "Pumps", "sector": "23110"}, {"topic": "Cells", "sector": "12220"}, None),
        ({"topic": "Pumps", "sector": "23110"}, {"topic": "Cells", "area": "energy"}, Closeness.CATEGORY),
        ({"topic": "Pumps", "area": "health"}, {"topic": "Cells", "sector": "12220"}, Closeness.CATEGORY),
        ({"topic": "Pumps", "area": "energy"}, {"topic": "Cells", "sector": "12220"}, None),
        ({"topic": "Solar pumps"}, {"topic": "solar"}, Closeness.WORDS),
        ({"topic": "Solar pumps", "area": "energy"}, {"topic": "Solar wards", "area": "health"}, Closeness.WORDS),
        ({"topic": "Beds", "area": "health"}, {"topic": "Cots", "area": "health"}, Closeness.AREA),
        ({"area": "nowhere"}, {"area": "nowhere"}, Closeness.AREA),
        ({"topic": "Beds", "area": "health"}, {"topic": "Cots", "area": "wards"}, Closeness.WIDER),
        ({"topic": "Beds", "area": "wards"}, {"topic": "Cots", "area": "health"}, Closeness.WIDER),
        ({"topic": "Beds", "area": "energy"}, {"topic": "Cots", "area": "wards"}, None),
        ({"topic": "Beds", "area": "round"}, {"topic": "Cots", "area": "about"}, Closeness.WIDER),
        ({"topic": "Beds"}, {"topic": "Cots"}, None),
        ({}, {}, None),
    ],
)
def test_how_closely_a_capacity_fits_a_need(sought: dict[str, str], brought: dict[str, str], closeness: Closeness | None) -> None:
    topics = Topics(AREAS)
    fit = fit_of(topics, need(**sought), capacity(**brought))
    assert (fit and fit.closeness) == closeness


def test_words_that_name_the_area_say_no_more_than_the_area() -> None:
    fit = fit_of(Topics(AREAS), need(topic="Health of nurses", area="health"), capacity(topic="Health of miners", area="health"))
    assert fit
    assert (fit.closeness, fit.words) == (Closeness.AREA, ())


def test_words_of_every_topic_fit_nothing() -> None:
    assert fit_of(Topics(()), need(topic="Training and support for people"), capacity(topic="Support: training of people")) is None


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("Children's surgery", {"children", "surgery"}),
        ("Énergie solaire pour les cliniques", {"energie", "solaire", "clinique"}),
        ("Policies on HIV and AI", {"policy", "hiv", "ai"}),
        ("Glass, gas, bus", {"glass", "gas", "bus"}),
        ("健康教育", {"健康", "康教", "教育", "育"}),
        ("", set()),
    ],
)
def test_the_words_that_tell(topic: str, told: set[str]) -> None:
    assert telling_words(topic) == told


@given(st.text("abciesy", min_size=1, max_size=9))
def test_a_word_is_among_the_forms_of_its_stem(word: str) -> None:
    assert word in forms(stem(word))


def test_no_word_of_the_lists_is_unreachable() -> None:
    assert [word for word in EVERYWHERE if word not in forms(word)] == []
    assert [word for word in LITTLE if word != word.lower()] == []


def test_typed_words_begin_words_of_the_topic_or_name_its_area() -> None:
    asked = Typed("sol pump", ((("sol",),), (("pump",), ("bomba",))), frozenset({"energy"}))
    assert typed_fit(asked, capacity(topic="Solar pumps")) == (Closeness.WORDS, ("pumps", "solar"))
    assert typed_fit(asked, capacity(topic="Bomba solar", area="energy")) == (Closeness.WORDS_AND_FIELD, ("bomba", "solar"))
    assert typed_fit(asked, capacity(topic="Solar cells", area="energy")) == (Closeness.AREA, ())
    assert typed_fit(asked, capacity(topic="Solar cells")) is None
