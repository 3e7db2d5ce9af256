"""Finds records: a query becomes a few runs over the full-text index, best first, each read in the order of names and only as far as asked.

The order: exact acronym, id or name; names that start with what was typed; names that hold the words whole; names that hold their
beginnings; the text, whole words before beginnings; the text in English for words in French, Spanish or Portuguese; at last records filed
under a country or area of that name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.query import Query, parse
from ssc_tui.store.called import called
from ssc_tui.store.qualifiers import ROW, Condition, condition, tagged
from ssc_tui.store.spelling import forgive
from ssc_tui.text import Term

PAGE = 50
"""Rows that a search answers with unless asked for more."""

LABELS = 64
"""Countries and areas that one word may stand for at the most; a shorter beginning of a word stands for too many to mean one."""

ORDERS = {
    "name": (("rowid", False),),
    "country": (("country_sort", False), ("rowid", False)),
    "newest": (("start", True), ("rowid", False)),
}
"""How a list can be ordered: columns, and whether they run downwards."""


class Run(NamedTuple):
    """One stretch of the results.

    Attributes:
        match: an expression for the full-text index; None for a stretch of the table itself.
        where: conditions on the row, joined by AND.
        values: the values of the conditions.
        order: a key of `ORDERS`.
    """

    match: str | None
    where: tuple[str, ...] = ()
    values: tuple[object, ...] = ()
    order: str = "name"

    def within(self, match: str) -> Run:
        """The part of the run that matches an expression for the full-text index too."""
        return self._replace(match=_and(f"({self.match})", match) if self.match else match)

    def count(self, copy: Connection) -> int:
        """How many records the run holds."""
        source, values = self._rows_of()
        return int(copy.execute(f"SELECT count(*) FROM {source}", values).fetchone()[0])

    def places(self, copy: Connection, offset: int, limit: int, size: int | None = None) -> list[int]:
        """The places from `offset` on, at most `limit`. Where the run's `size` is given, its far half is reached from the end."""
        source, values = self._rows_of()
        backwards = size is not None and offset > size // 2
        if size is not None and backwards:
            limit = max(0, min(limit, size - offset))
            offset = size - offset - limit
        order = ", ".join(f"{column} {'DESC' if down != backwards else 'ASC'}" for column, down in ORDERS[self.order])
        found = copy.execute(f"SELECT rowid FROM {source} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset)).fetchall()
        return [row[0] for row in (reversed(found) if backwards else found)]

    def _rows_of(self) -> tuple[str, tuple[object, ...]]:
        """What follows FROM. The full-text index gives its rows by place; for any other order the table sorts what matched."""
        conditions = list(self.where)
        table = "entry"
        if self.match is not None and self.order == "name":
            table = "entry_search"
            conditions.insert(0, "entry_search MATCH ?")
        elif self.match is not None:
            conditions.insert(0, "rowid IN (SELECT rowid FROM entry_search WHERE entry_search MATCH ?)")
        values = self.values if self.match is None else (self.match, *self.values)
        # The plus keeps SQLite from asking the index once for every row that the condition names.
        row = "+entry_search.rowid" if table == "entry_search" else "entry.rowid"
        return f"{table} WHERE {' AND '.join(conditions).replace(ROW, row) or '1'}", values


class Results:
    """What a search found, read as far as somebody looks.

    Attributes:
        forgiven: words that were asked and matched nothing, each with the word that was searched in its stead.
    """

    def __init__(self, runs: Sequence[Run], forgiven: dict[str, str] | None = None) -> None:
        self.forgiven = forgiven or {}
        self._runs = runs
        self._sizes: list[int | None] = [None] * len(runs)
        self._head: list[int] | None = None

    def places(self, copy: Connection, offset: int = 0, limit: int = PAGE) -> list[int]:
        """The places of the results from `offset` on, at most `limit`; counts only the runs that it has to pass over."""
        if offset == 0 and limit <= PAGE:
            if self._head is None:
                self._head = self._read(copy, 0, PAGE)
            return self._head[:limit]
        return self._read(copy, offset, limit)

    def _read(self, copy: Connection, offset: int, limit: int) -> list[int]:
        found: list[int] = []
        for number, run in enumerate(self._runs):
            size = self._sizes[number]
            if offset and size is None:
                size = self._size(copy, number)
            if size is not None and offset >= size:
                offset -= size
                continue
            wanted = limit - len(found)
            stretch = run.places(copy, offset, wanted, size)
            if len(stretch) < wanted:
                self._sizes[number] = offset + len(stretch)
            found += stretch
            if len(found) == limit:
                break
            offset = 0
        return found

    def total(self, copy: Connection) -> int:
        """How many records match; on a large copy this takes longer than the first page, so it is asked after it."""
        return sum(self._size(copy, number) for number in range(len(self._runs)))

    def _size(self, copy: Connection, number: int) -> int:
        size = self._sizes[number]
        if size is None:
            size = self._sizes[number] = self._runs[number].count(copy)
        return size


def search(copy: Connection, asked: Query | str, kind: str | None = None, order: str = "name", *, forgiving: bool = True) -> Results:
    """The records that match, of one kind or of all; where nothing matches as typed, one typing error in a word is forgiven.

    Args:
        copy: the local copy.
        asked: the query, parsed or as typed.
        kind: the kind to search; None for all.
        order: a key of `ORDERS`; within "name", better matches come first.
        forgiving: whether an error is forgiven.

    Raises:
        sqlite3.OperationalError: the search was interrupted by a newer one.
    """
    query = parse(asked) if isinstance(asked, str) else asked
    bound = condition(copy, query, kind)
    if not query.terms:
        return Results([_listed(bound, query, kind, order)])
    results = Results(_runs(copy, query, bound, order))
    if not forgiving or results.places(copy, limit=1):
        return results
    for corrected, forgiven in forgive(copy, query):
        again = Results(_runs(copy, corrected, bound, order), forgiven)
        if again.places(copy, limit=1):
            return again
    return results


def everything(copy: Connection, query: Query, kind: str | None, order: str = "name") -> Run:
    """All that a query finds as typed, as one run."""
    bound = condition(copy, query, kind)
    return _whole(copy, query, bound, order) if query.terms else Run(bound.match, bound.where, bound.values, order)


def ids_found(copy: Connection, query: Query, kind: str) -> frozenset[str] | None:
    """The ids of the records of a kind that a query finds as typed: those that their list shows. None where it restricts nothing."""
    if query.empty:
        return None
    places = json.dumps(everything(copy, query, kind).places(copy, 0, -1))
    return frozenset(row[0] for row in copy.execute("SELECT id FROM entry WHERE place IN (SELECT value FROM json_each(?))", (places,)))


def _whole(copy: Connection, query: Query, bound: Condition, order: str) -> Run:
    ways = [_all(query.terms, "{name body}"), *_by_other_names(copy, query.terms)]
    words = " OR ".join(f"({way})" for way in ways if way)
    exact = _exact(copy, query.phrase)
    if exact:
        held = copy.execute(f"SELECT rowid FROM entry_search WHERE entry_search MATCH ? AND {_these(exact)}", (words,))
        exact = sorted(set(exact) - {row[0] for row in held})
    if not exact:
        return Run(_and(words, bound.match), bound.where, bound.values, order)
    either = f"rowid IN (SELECT rowid FROM entry_search WHERE entry_search MATCH ? UNION ALL SELECT place FROM entry WHERE {_these(exact)})"
    return Run(bound.match, (either, *bound.where), (words, *bound.values), order)


def _listed(bound: Condition, query: Query, kind: str | None, order: str) -> Run:
    """All records of a kind, or those that the qualifiers leave."""
    if kind and not query.qualifiers:
        return Run(None, ("kind = ?",), (kind,), order)
    return Run(bound.match, bound.where, bound.values, order)


def _runs(copy: Connection, query: Query, bound: Condition, order: str) -> list[Run]:
    """The stretches of the results, best first, none holding what an earlier one holds."""
    if order != "name":
        return [_whole(copy, query, bound, order)]
    name_whole, name = _all(query.terms, "name", whole=True), _all(query.terms, "name")
    text_whole, text = _all(query.terms, "{name body}", whole=True), _all(query.terms, "{name body}")
    english, filed = _by_other_names(copy, query.terms)
    exact = _exact(copy, query.phrase)
    these = _these(exact)
    low, high = _starting(copy, query.phrase)
    inside, outside = f"rowid BETWEEN {low} AND {high}", f"rowid NOT BETWEEN {low} AND {high}"
    runs = [Run(bound.match, (these, *bound.where), bound.values)] if exact else []
    if low <= high:
        runs.append(Run(bound.match, (inside, f"NOT {these}", *bound.where), bound.values))
    ways = [name_whole, f"({name}) NOT ({name_whole})", f"({text_whole}) NOT ({name})", f"({text}) NOT (({name}) OR ({text_whole}))"]
    if english:
        ways.append(f"({english}) NOT ({text})")
    if filed:
        ways.append(f"({filed}) NOT ({f'({text}) OR ({english})' if english else text})")
    apart = (f"NOT {these}", *((outside,) if low <= high else ()), *bound.where)
    return runs + [Run(_and(way, bound.match), apart, bound.values) for way in ways]


def _exact(copy: Connection, phrase: str) -> list[int]:
    """The places of what is called so."""
    return [each.place for each in called(copy, phrase)]


def _these(places: Sequence[int]) -> str:
    return f"rowid IN ({', '.join(map(str, places))})"


def _and(way: str, bound: str | None) -> str:
    return f"({way}) AND {bound}" if bound else way


def _all(asked: Sequence[Term], columns: str, *, whole: bool = False) -> str:
    """An expression for entries that hold every term in the columns."""
    return f"{columns} : ({' AND '.join(_any(term, whole=whole) for term in asked)})"


def _any(term: Term, *, whole: bool = False) -> str:
    star = "" if whole else " *"
    return "(" + " OR ".join(" AND ".join(f'"{token}"{star}' for token in group) for group in term) + ")"


def _starting(copy: Connection, phrase: str) -> tuple[int, int]:
    """First and last place of the names that start with the phrase; the first is higher where there are none."""
    end = phrase + "\U0010ffff"
    first = copy.execute("SELECT place FROM entry WHERE sort >= ? AND sort < ? ORDER BY sort, kind, id LIMIT 1", (phrase, end)).fetchone()
    last = copy.execute(
        "SELECT place FROM entry WHERE sort >= ? AND sort < ? ORDER BY sort DESC, kind DESC, id DESC LIMIT 1", (phrase, end)
    ).fetchone()
    return (first[0], last[0]) if first and last else (1, 0)


def _by_other_names(copy: Connection, asked: Sequence[Term]) -> tuple[str, str]:
    """Two expressions, empty where they would find no more than the words do.

    The first finds entries that hold every word in their text as typed or in English; a word that has no English counts as held by what is
    filed under it. The second finds entries that hold every word or are filed under it.
    """
    english = [_translations(copy, term) for term in asked]
    tags = [[tag for (tag,) in _label_rows(copy, term, "SELECT DISTINCT tag FROM label WHERE {} LIMIT ?")] for term in asked]
    said = [_held(term, others, [] if others else under) for term, others, under in zip(asked, english, tags, strict=True)]
    filed = [_held(term, [], under) for term, under in zip(asked, tags, strict=True)]
    return " AND ".join(said) if any(english) else "", " AND ".join(filed) if any(tags) else ""


def _held(term: Term, others: list[str], tags: list[str]) -> str:
    """An expression for entries that hold the term, or one of the other sayings of it, in their text, or carry one of the tags."""
    text = f"{{name body}} : ({' OR '.join([_any(term), *others])})"
    return f"({text} OR {tagged(tags)})" if tags else f"({text})"


def _translations(copy: Connection, term: Term) -> list[str]:
    return [
        "(" + " AND ".join(f'"{word}" *' for word in english.split()) + ")"
        for (english,) in _label_rows(copy, term, "SELECT DISTINCT english FROM label WHERE {} AND english NOT IN ('', word) LIMIT ?")
    ]


def _label_rows(copy: Connection, term: Term, statement: str) -> list[tuple[str]]:
    """Labels that begin with the term's token; words under three letters must be whole, since they begin too much."""
    rows: list[tuple[str]] = []
    for group in term:
        if len(group) == 1:
            token = group[0]
            end = token + "\U0010ffff" if len(token) > 2 else token
            rows += copy.execute(statement.format("word >= ? AND word <= ?"), (token, end, LABELS)).fetchall()
    return list(dict.fromkeys(rows))
