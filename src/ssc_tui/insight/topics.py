"""Whether a need and a capacity are about the same thing, and how closely: by words, by the tree of areas, by the tree of DAC sectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from ssc_tui.insight.common_words import EVERYWHERE, LITTLE
from ssc_tui.store.capacities import Area, Item, Reach, Typed
from ssc_tui.text import words

CATEGORY = 3
"""Digits of a DAC purpose code that name its category: 12220 lies in 122 (OECD DAC, CRS purpose codes)."""


class Closeness(IntEnum):
    """How closely a capacity fits a need; a greater one fits more closely."""

    WIDER = 1
    """The area of one lies within that of the other."""
    AREA = 2
    """Both are filed under the same area."""
    CATEGORY = 3
    """Their DAC sectors lie in the same category."""
    WORDS = 4
    """They have words in common, in areas that have nothing to do with each other or are not stated."""
    SECTOR = 5
    """They have the same DAC sector."""
    WORDS_AND_FIELD = 6
    """They have words in common, within one area or sector."""


class Fit(NamedTuple):
    """A need, a capacity that fits it, how closely, and the words that they have in common (of the capacity, folded)."""

    closeness: Closeness
    words: tuple[str, ...]
    need: Item
    capacity: Item


Field = tuple[str, str]
"""What a need or capacity is filed under: area and DAC sector, each empty where it is not stated."""


class Relation(NamedTuple):
    """What the fields of a need and a capacity have to do with each other.

    Attributes:
        alone: how closely they fit by that alone; None where it is nothing.
        near: whether one area or sector holds both, so that words in common weigh more.
        named: stems that name the area of both: they say no more than it does.
    """

    alone: Closeness | None = None
    near: bool = False
    named: frozenset[str] = frozenset()


UNRELATED = Relation()


def stem(word: str) -> str:
    """A folded word without the ending of the plural: `diseases` is `disease`, `policies` is `policy`."""
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def forms(base: str) -> Iterable[str]:
    """Every folded word whose stem this is."""
    candidates = (base, f"{base}s", f"{base[:-1]}ies" if base.endswith("y") else base)
    return {word for word in candidates if stem(word) == base}


@lru_cache(maxsize=20_000)
def telling_words(topic: str) -> frozenset[str]:
    """The stems of the words that say what a topic is about."""
    stems = (stem(word) for word in words(topic) if word not in LITTLE and (len(word) > 1 or not word.isascii()))
    return frozenset(each for each in stems if each not in EVERYWHERE)


class Topics:
    """Compares needs with capacities in one catalogue, whose areas it knows."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = {area.id: area for area in areas}
        self._lines: dict[str, frozenset[str]] = {}
        self._categories: dict[tuple[str, str], frozenset[str]] = {}
        self._relations: defaultdict[Field, dict[Field, Relation]] = defaultdict(dict)
        self._above = {area: self._wider(area) for area in self.areas}
        self._below: dict[str, set[str]] = {}
        for area, above in self._above.items():
            for each in above:
                self._below.setdefault(each, set()).add(area)

    def _wider(self, area: str) -> list[str]:
        """The areas around an area, the nearest first; a tree that runs in a circle is followed once."""
        found: list[str] = []
        while (here := self.areas.get(area)) and here.parent and here.parent not in found and here.parent != area:
            area = here.parent
            found.append(area)
        return found

    def lies_within(self, area: str, wider: str) -> bool:
        """Whether an area lies somewhere within another."""
        return wider in self._above.get(area, ())

    def line(self, area: str) -> frozenset[str]:
        """The area, those around it, and those within it."""
        if area not in self._lines:
            self._lines[area] = frozenset((area, *self._above.get(area, ()), *self._below.get(area, ()))) if area else frozenset()
        return self._lines[area]

    def categories(self, item: Item) -> frozenset[str]:
        """The DAC categories of an item: of its own sector, or, where it states none, of its area's sectors."""
        return self._in_categories(item.area, item.sector)

    def _in_categories(self, area: str, sector: str) -> frozenset[str]:
        key = (sector, "") if sector else ("", area)
        if key not in self._categories:
            found = self.areas.get(area)
            sectors = (sector,) if sector else found.sectors if found else ()
            self._categories[key] = frozenset(each[:CATEGORY] for each in sectors)
        return self._categories[key]

    def fits(self, needs: Iterable[Item], capacities: Sequence[Item]) -> list[Fit]:
        """Every fit of one of the needs with one of the capacities."""
        found: list[Fit] = []
        in_field, anywhere = Closeness.WORDS_AND_FIELD, Closeness.WORDS
        brought = [(capacity, telling_words(capacity.topic), (capacity.area, capacity.sector)) for capacity in capacities]
        for need in needs:
            needed, field = telling_words(need.topic), (need.area, need.sector)
            related = self._relations[field]
            for capacity, said, its_field in brought:
                alone, near, named = related.get(its_field) or self._relate(field, its_field)
                if not needed.isdisjoint(said) and (common := (needed & said) - named):
                    found.append(Fit(in_field if near else anywhere, tuple(sorted(common)), need, capacity))
                elif alone:
                    found.append(Fit(alone, (), need, capacity))
        return found

    def _relate(self, need: Field, capacity: Field) -> Relation:
        """What the fields of a need and a capacity have to do with each other, which is kept.

        Two items that state no sector are not compared by those of their areas: the tree of areas compares them better.
        """
        (need_area, need_sector), (area, sector) = need, capacity
        same_line = area in self.line(need_area)
        same_category = bool(need_sector or sector) and not self._in_categories(*need).isdisjoint(self._in_categories(*capacity))
        relation = UNRELATED
        if need_sector == sector != "" and len(sector) > CATEGORY:
            relation = Relation(Closeness.SECTOR, near=True)
        elif same_category:
            relation = Relation(Closeness.CATEGORY, near=True)
        elif same_line:
            relation = Relation(Closeness.AREA if need_area == area else Closeness.WIDER, near=True)
        if same_line:
            relation = relation._replace(named=self._words_of_area(need_area) | self._words_of_area(area))
        self._relations[need][capacity] = relation
        return relation

    def _words_of_area(self, area: str) -> frozenset[str]:
        found = self.areas.get(area)
        return telling_words(found.name if found else area.replace("-", " "))

    def reach(self, items: Iterable[Item]) -> Reach:
        """Where everything that fits one of the items is to be found."""
        near: set[str] = set()
        categories: set[str] = set()
        spelled: set[str] = set()
        for item in items:
            near |= self.line(item.area)
            categories |= self.categories(item)
            if item.sector:
                near |= {area.id for area in self.areas.values() if self.categories(item) & {each[:CATEGORY] for each in area.sectors}}
            spelled.update(form for word in telling_words(item.topic) for form in forms(word))
        return Reach(frozenset(near), frozenset(categories), frozenset(spelled))


def typed_fit(asked: Typed, item: Item) -> tuple[Closeness, tuple[str, ...]] | None:
    """How an item fits what was typed: each word, as typed or in English, begins one of its topic's, or its area is called so."""
    said = words(item.topic)
    found: set[str] = set()
    for ways in asked.words:
        held = [group for group in ways if all(any(word.startswith(token) for word in said) for token in group)]
        if not held:
            found.clear()
            break
        found.update(word for word in said if any(word.startswith(token) for group in held for token in group))
    in_area = item.area in asked.areas if item.area else False
    if found:
        return (Closeness.WORDS_AND_FIELD if in_area else Closeness.WORDS), tuple(sorted(found))
    return (Closeness.AREA, ()) if in_area else None
