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
    row = copy.execute("SELECT 1 FROM word WHERE word >= ? AND word < ? LIMIT 1", (word, word + "\U0010ffff")).fetchone()
    return row is not None


def _near(copy: Connection, asked: str) -> list[str]:
    """Words of names one error away from what was asked, then words that begin with something one error away."""
    # Costs as much as the rest of a look-up, and is needed when nothing matched.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    words = [row[0] for row in copy.execute("SELECT word FROM word WHERE length(word) >= ?", (len(asked) - 1,))]
    near = [word for word, *_ in extract(asked, words, scorer=OSA.distance, score_cutoff=1, limit=TRIES)]
    if len(near) < TRIES:
        begun = {word[: len(asked)]: word for word in words if len(word) > len(asked)}
        near += [begun[found] for found, *_ in extract(asked, begun, scorer=OSA.distance, score_cutoff=1, limit=TRIES)]
    return list(dict.fromkeys(near))[:TRIES]
