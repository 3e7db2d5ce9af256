"""What is asked in the measurements: the same questions in every run and of every size, drawn from names that are in the catalogues."""

from __future__ import annotations

import sqlite3
from collections import Counter
from random import Random
from typing import NamedTuple

from benchmarks.believable import documents
from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.store.seed import SEED
from ssc_tui.text import words


class Question(NamedTuple):
    """What a person typed, in which section (None: in all), and how the list is ordered."""

    text: str
    kind: str | None = None
    order: str = "name"

    def __str__(self) -> str:
        """The question in one line."""
        return self.text + f" [{self.kind or 'all'}{f', {self.order}' if self.order != 'name' else ''}]" * (self[1:] != (None, "name"))


BEGINNINGS = 14
"""Beginnings of words of each length from one letter to six, which the index keeps ready."""

LONG_BEGINNINGS = 5
"""Beginnings of each length from seven letters to ten, for which the index must gather the words."""

LANGUAGES = (
    "santé sénégal", "agua bolivia", "energia solar", "health kenya", "ministère santé", "educación rural", "hôpital district",
    "water uganda",
)  # fmt: skip
NAMES = ("university of mb", "ministry of health of k", "kasulu district hosp", "national institute of w")

QUALIFIERS = (
    "country:KE", "region:africa", "region:eastern-africa", "area:health", "area:santé", "kind:partners", "kind:funds", "brings:solar",
    "brings:water", "seeks:health", "modality:triangular", "status:4", "status:implementation", "stage:proven", "type:academic", "sdg:7",
    "year:2019", "year:2005..2015", "is:bookmarked", "is:noted", "is:stale", "-country:KE", "partner:kasulu", "partner:university",
)  # fmt: skip
COMBINED = (
    "kind:partners country:KE brings:solar", "area:health country:KE,UG,TZ", "kind:projects modality:triangular year:2019",
    "-region:africa area:water", "is:stale kind:partners", "kind:exchanges status:completed year:2020", "region:asia seeks:water is:stale",
    "sdg:3 region:africa kind:solutions", "kind:contributions year:2012", "country:AQ kind:publications",
)  # fmt: skip
WITH_WORDS = (
    "hospital country:KE", "kind:partners university", "water area:health", "uni region:africa", "a kind:funds", "train year:2019",
    "nurse is:stale", "s -country:KE", "district is:bookmarked", "kasulu kind:projects", "solar brings:solar", "m modality:triangular",
    "health status:4 year:2018", "of country:AQ", "the is:noted", "rice seeks:rice", "inst type:academic country:IN", "ka sdg:7",
    "e kind:exchanges", "min heal country:BR", "research -kind:publications -kind:projects", "santé region:western-africa",
)  # fmt: skip


def questions() -> dict[str, list[Question]]:
    """Groups of questions for the first page, by the name of the group."""
    dice = Random("questions")
    names = _names()
    said = Counter(word for name in names for word in name)
    return {
        "sections": [Question("", kind) for kind in SECTIONS] + [Question("")],
        "beginnings": [Question(text) for text in _beginnings(dice, said, range(1, 7), BEGINNINGS)],
        "long beginnings": [Question(text) for text in _beginnings(dice, said, range(7, 11), LONG_BEGINNINGS)],
        "words": [Question(text) for text in (*_pairs(dice, names, said), *LANGUAGES, *NAMES)],
        "qualifiers": [Question(text) for text in (*QUALIFIERS, *COMBINED)],
        "both": [Question(text) for text in WITH_WORDS],
    }


def wrong_questions() -> list[Question]:
    """Words with one typing error."""
    dice = Random("errors")
    said = Counter(word for name in _names() for word in name)
    whole = [word for word in said if len(word) > 4 and word.isascii() and word.isalpha()]
    return [Question(_misspelt(dice, word)) for word in dice.choices(whole, [said[word] for word in whole], k=12)]


def ordered_questions() -> list[Question]:
    """Lists in another order than that of names."""
    asked = ("", "kas", "water", "health kenya", "country:KE", "area:health", "a")
    return [Question(text, kind, order) for order in ("country", "newest") for text in asked for kind in ("partners", "projects")]


def _names() -> list[list[str]]:
    """The words of each name in the real seed, and of as many made-up ones."""
    with sqlite3.connect(f"{SEED.as_uri()}?immutable=1", uri=True) as seed:
        titles = [title for (title,) in seed.execute("SELECT title FROM entry ORDER BY kind, id")]
    seed.close()
    made = (str(document.get("name") or document.get("title") or "") for _, document in documents(2 * len(titles)))
    titles += [title for title in made if title][: len(titles)]
    return [words(title) for title in titles]


def _beginnings(dice: Random, said: Counter[str], lengths: range, number: int) -> list[str]:
    """So many beginnings of each length in letters; half of words as often as they are said, half of any word."""
    found: dict[str, None] = {}
    for length in lengths:
        fitting = [word for word in said if len(word) >= length]
        before = len(found)
        while len(found) < before + number:
            weights = [said[word] for word in fitting] if len(found) % 2 else None
            found[dice.choices(fitting, weights)[0][:length]] = None
    return list(found)


def _pairs(dice: Random, names: list[list[str]], said: Counter[str]) -> list[str]:
    """Two words of one name, the second begun; then two words of anywhere."""
    long_enough = [name for name in names if len(name) > 1]
    together = [dice.sample(dice.choice(long_enough), 2) for _ in range(14)]
    anywhere = [dice.choices(list(said), list(said.values()), k=2) for _ in range(6)]
    return [f"{first} {second[: dice.randint(1, 6)]}" for first, second in together + anywhere]


def _misspelt(dice: Random, word: str) -> str:
    """The word with a letter swapped with its neighbour, wrong, missing or too many; never the first."""
    at = dice.randrange(1, len(word) - 1)
    other = dice.choice("aeioust")
    return dice.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + other + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + other + word[at:],
        )
    )
