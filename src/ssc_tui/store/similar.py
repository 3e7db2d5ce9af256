"""Records that may be meant by a name that somebody is about to give to a new one."""

from __future__ import annotations

from sqlite3 import Connection

from ssc_tui.catalogue.query import WORDS, Qualifier, Query
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import search
from ssc_tui.text import folded, terms

NAMED = 3
"""Records that are named at the most."""


def similar(copy: Connection, kind: str, name: str) -> list[Row]:
    """Records of the kind that are found by the words of the name and have most of them in theirs, one typing error forgiven."""
    query = Query(folded(name), tuple(terms(name)[:WORDS]), (Qualifier("kind", (kind,)),))
    if not query.terms:
        return []
    results = search(copy, query)
    asked = {results.forgiven.get(word, word) for word in query.phrase.split()}
    return [row for row in reader.rows(copy, results.places(copy, limit=NAMED)) if _common(row, asked) * 2 >= len(asked)]


def _common(row: Row, asked: set[str]) -> int:
    return len(asked & set(folded(f"{row.title} {row.acronym}").split()))
