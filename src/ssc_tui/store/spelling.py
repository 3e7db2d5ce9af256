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


LAST = "\U0010ffff"
"""Sorts after every letter."""


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
    """Words of names one error away from what was asked, then words that begin with something one error away.

    What stands before the error is spelled right: each beginning of the asked word is continued, with one error, in every way in which some
    word goes on. So the work grows with the letters of the word and of the alphabet, and not with the words of the copy.
    """
    whole: dict[str, None] = {}
    begun: dict[str, None] = {}
    for at in range(len(asked) + 1):
        head, tail = asked[:at], asked[at:]
        letters = _letters_after(copy, head)
        if not letters:
            break
        ways = [head + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]] if tail else []
        ways += [head + letter + rest for letter in letters for rest in (tail[1:], tail)]
        for way in ways:
            row = copy.execute("SELECT word FROM word WHERE word >= ? AND word < ? LIMIT 1", (way, way + LAST)).fetchone()
            if row:
                (whole if row[0] == way else begun)[row[0]] = None
    # Words are never taken out of their table, so one may be of a record that is gone.
    return [word for word in whole | begun if _found(copy, f'name : "{word}"')][:TRIES]


def _letters_after(copy: Connection, head: str) -> list[str]:
    """The letters with which words go on after a beginning: one step from letter to letter, however many words there are."""
    letters: list[str] = []
    low, high = head, head + LAST
    while row := copy.execute("SELECT word FROM word WHERE word > ? AND word < ? LIMIT 1", (low, high)).fetchone():
        letters.append(row[0][len(head)])
        low = head + letters[-1] + LAST
    return letters


def _found(copy: Connection, match: str) -> bool:
    return copy.execute("SELECT 1 FROM entry_search WHERE entry_search MATCH ? LIMIT 1", (match,)).fetchone() is not None
