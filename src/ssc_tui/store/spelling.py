"""Forgives one typing error in a word, where nothing matches as typed."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

from ssc_tui.catalogue.query import Query
from ssc_tui.text import Term

SHORTEST = 4
"""Letters of a word below which one error leaves too little to go by."""

TRIES = 5
"""Words that are tried in the stead of one."""


def forgive(copy: Connection, query: Query) -> Iterator[tuple[Query, dict[str, str]]]:
    """Queries in which one unknown word is replaced by a word of some name that is one error away, nearest first.

    An error is a letter more, less, wrong or swapped with its neighbour. With each query comes what was replaced by what.
    """
    for number, term in enumerate(query.terms):
        if len(term) > 1 or len(term[0]) > 1 or len(term[0][0]) < SHORTEST or _known(copy, term[0][0]):
            continue
        asked = term[0][0]
        for word in _near(copy, asked):
            corrected: Term = ((word,),)
            replaced = (*query.terms[:number], corrected, *query.terms[number + 1 :])
            yield query._replace(terms=replaced, phrase=query.phrase.replace(asked, word)), {asked: word}


def _known(copy: Connection, word: str) -> bool:
    return _found(copy, f'{{name body}} : "{word}" *')


def _near(copy: Connection, asked: str) -> list[str]:
    """Words of names one error away from what was asked, then words that begin with something one error away."""
    words = [row[0] for row in copy.execute("SELECT word FROM word WHERE length(word) >= ?", (len(asked) - 1,))]
    near = _nearest(asked, words)
    for length in (len(asked), len(asked) - 1, len(asked) + 1):
        begun = {word[:length]: word for word in words if len(word) > length}
        near += [begun[beginning] for beginning in _nearest(asked, list(begun))]
    # Words are never taken out of their table, so one may be of a record that is gone.
    return [word for word in dict.fromkeys(near) if _found(copy, f'name : "{word}"')][:TRIES]


def _nearest(asked: str, words: list[str]) -> list[str]:
    # Costs as much as the rest of a look-up, and is needed where nothing matched.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    return [word for word, *_ in extract(asked, words, scorer=OSA.distance, score_cutoff=1, limit=TRIES * 4)]


def _found(copy: Connection, match: str) -> bool:
    return copy.execute("SELECT 1 FROM entry_search WHERE entry_search MATCH ? LIMIT 1", (match,)).fetchone() is not None
