"""The words, in four languages, under which what is filed in a country or an area is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ssc_tui.catalogue.countries import countries as known_countries
from ssc_tui.text import words


class Label(NamedTuple):
    """A word under which records are filed in some language; `english` is the concept in English where it is a synonym, else empty."""

    word: str
    tag: str
    english: str = ""


def area_labels(document: Mapping[str, Any]) -> Iterator[Label]:
    """The words under which an area's records are found, in every language that it has names or synonyms in."""
    tag = f"area_{document['id']}"
    found: dict[Label, None] = {}
    names = document.get("names")
    for name in (document.get("name"), *(names.values() if isinstance(names, dict) else ())):
        found.update(dict.fromkeys(Label(word, tag) for word in _words(name)))
    synonyms = document.get("synonyms")
    for synonym in synonyms if isinstance(synonyms, list) else ():
        by_language = synonym if isinstance(synonym, dict) else {"en": synonym}
        english = " ".join(_words(by_language.get("en")))
        for name in by_language.values():
            found.update(dict.fromkeys(Label(word, tag, english) for word in _words(name)))
    yield from found


def _words(name: object) -> list[str]:
    return words(name) if isinstance(name, str) else []


@cache
def country_labels() -> tuple[Label, ...]:
    """Every word of every country's name in four languages."""
    return tuple(
        Label(word, f"country_{country.code.lower()}")
        for country in known_countries().values()
        for word in dict.fromkeys(word for name in (country.name, *country.names.values()) for word in words(name))
    )
