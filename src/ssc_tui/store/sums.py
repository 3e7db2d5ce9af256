"""Reads what exchanges come to, added up by the database: kept sums where all count, else sums of those that a query finds.

Numbers come in the order of `insight.sums.Sum`. Who or what is not stated is None.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.query import parse
from ssc_tui.store.flows import Flow, picked
from ssc_tui.store.moved import COLUMNS, NUMBERS, STANDING, added_up

_NUMBERS = ", ".join(f"coalesce(sum({number}), 0)" for number in NUMBERS)
_MONTHS = ", ".join(f"count({persons} * months), coalesce(sum({persons} * months), 0)" for persons in ("actual", "planned"))
_ALL = ", ".join([*(f"coalesce(sum({adds}), 0)" for adds in NUMBERS.values()), _MONTHS])
_COLUMNS = ("sender", "host", "sender_country", "host_country", "project", "round", "start", "actual", "planned", "months", "status")

BothWays = tuple[str | None, int, int, int, int, int, int]
"""What a partner sent and hosted, as far as it takes to put it in order: its id (None for exchanges that do not say who), persons sent,
persons hosted, exchanges (one within the partner counts on both sides), and of those the ones that state who went, the ones of which
the number is not known, and the ones still to come."""


Went = tuple[str | None, str | None, str | None, int, int]
"""An exchange in a group: the group, ids of the sender and of the host, persons who went, and a number of `moved.STANDING`."""

Between = tuple[str | None, str | None, int, int, int, int]
"""What goes on between two partners: the id of the first and of the second (None where it is not stated), exchanges, persons whom the first
sends, persons whom it hosts (those within one partner are both), and how they stand together."""


def _kept(copy: Connection, query: str, field: str) -> tuple[str, tuple[str, ...]]:
    """What follows FROM for the rows of `moved` of a field, or for the same of the exchanges that a query finds."""
    if parse(query).empty:
        return f"(SELECT * FROM moved WHERE field = '{field}')", ()
    source, values = picked(copy, query)
    return f"({added_up(f'(SELECT flow.* FROM {source})', field)})", values


def both_ways(copy: Connection, query: str = "", extra: Iterable[Flow] = ()) -> Iterator[BothWays]:
    """Everybody who sends or hosts in the exchanges that a query finds, and in those that are only thought of.

    The furthest from level come first; of equal ones those with more exchanges, then by id.
    """
    source, values = _kept(copy, query, "partner")
    if thought := _thought(extra):
        numbers = ", ".join(f"sum({number}) AS {number}" for number in COLUMNS)
        both = f"SELECT * FROM {source} UNION ALL {added_up(f'({_from_json(len(values) + 1)})', 'partner')}"
        source, values = f"(SELECT value, {numbers} FROM ({both}) GROUP BY value)", (*values, thought)
    return copy.execute(
        "SELECT nullif(value, ''), (persons + apart) / 2, (persons - apart) / 2, exchanges, stated, unstated, ahead + ahead_unstated"
        f" FROM {source} ORDER BY abs(apart) DESC, exchanges DESC, value",
        values,
    )


def furthest(copy: Connection, query: str, most: int) -> tuple[int, int, list[str]]:
    """Of the partners that send or host in the exchanges that a query finds: of how many it is known who went, and of how many not.

    And the ids of the first of the former: those furthest from level, of equal ones those with more exchanges, then by id. A test compares
    this with `insight.balance.stand`.
    """
    source, values = _kept(copy, query, "partner")
    known = "unstated = 0 AND (stated > 0 OR ahead + ahead_unstated = 0)"
    numbers = copy.execute(f"SELECT coalesce(sum({known}), 0), count(*) FROM {source} WHERE value <> ''", values).fetchone()
    first = f"SELECT value FROM {source} WHERE value <> '' AND {known} ORDER BY abs(apart) DESC, exchanges DESC, value LIMIT ?"
    return numbers[0], numbers[1] - numbers[0], [row[0] for row in copy.execute(first, (*values, most))]


def acquainted(copy: Connection, query: str = "") -> Iterator[tuple[str, str]]:
    """Sender and host of the exchanges that state who went, once each, in their order."""
    source, values = picked(copy, query)
    # The plus keeps SQLite from walking the hosts and sorting all, so that the first pairs come at once.
    return copy.execute(
        f"SELECT DISTINCT sender, host FROM {source} WHERE sender IS NOT NULL AND +host IS NOT NULL AND actual IS NOT NULL ORDER BY 1, 2",
        values,
    )


def whole_sum(copy: Connection, query: str = "") -> tuple[Any, ...]:
    """What the exchanges that a query finds come to in all, with person-months."""
    kept, kept_values = _kept(copy, query, "year")
    source, values = picked(copy, query)
    numbers = copy.execute(f"SELECT {_NUMBERS} FROM {kept}", kept_values).fetchone()
    return (*numbers, *copy.execute(f"SELECT {_MONTHS} FROM {source}", values).fetchone())


def by_year(copy: Connection, query: str = "") -> Iterator[tuple[Any, ...]]:
    """The year in which exchanges start, and what they come to, without person-months."""
    source, values = _kept(copy, query, "year")
    return copy.execute(f"SELECT nullif(value, ''), {', '.join(NUMBERS)} FROM {source}", values)


def totals(
    copy: Connection, query: str = "", by: Collection[str] = (), among: Collection[str | None] | None = None
) -> Iterator[tuple[Any, ...]]:
    """What the exchanges that a query finds come to with person-months, for each value of the fields `by`, of `start` the year.

    Each row holds the values of the fields, and then the numbers. Where `among` is given, each field has one of its values.
    """
    if tuple(by) == ("start",):
        return (row for row in _of_years(copy, query) if among is None or row[0] in among)
    rows, values = _flows(copy, query)
    keys = [_value(field) for field in by]
    where = ""
    if among is not None:
        values = (*values, json.dumps([value or "" for value in among]))
        where = f" WHERE {' AND '.join(_among(key, among, len(values)) for key in keys)}"
    grouped = f" GROUP BY {', '.join(keys)}" if by else ""
    return copy.execute(f"SELECT {', '.join([*keys, _ALL])} FROM {rows}{where}{grouped}", values)


def _flows(copy: Connection, query: str) -> tuple[str, tuple[str, ...]]:
    """What follows FROM for the exchanges that a query finds, with no columns but their own."""
    source, values = picked(copy, query)
    return f"(SELECT {', '.join(f'flow.{column}' for column in _COLUMNS)} FROM {source})", values


def _of_years(copy: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """What the exchanges of each year come to with person-months: the year, and the numbers, of which most are kept."""
    rows, values = _flows(copy, query)
    months = {row[0]: row[1:] for row in copy.execute(f"SELECT {_value('start')}, {_MONTHS} FROM {rows} GROUP BY 1", values)}
    return ((*numbers, *months[numbers[0]]) for numbers in by_year(copy, query))


def _value(field: str) -> str:
    """By what exchanges are grouped that are grouped by a field: of their start it is the year."""
    return "nullif(substr(start, 1, 4), '')" if field == "start" else field


def in_groups(copy: Connection, by: str, query: str = "", extra: Iterable[Flow] = ()) -> Iterator[Went]:
    """Every exchange with its project, round or year (`start`), in no order, also those that are only thought of.

    They are not added up here: for two sides of each, the database would sort what a dictionary need not.
    """
    rows, values = _with_thought(copy, query, extra)
    return copy.execute(f"SELECT {_value(by)}, sender, host, coalesce(actual, 0), {STANDING} FROM {rows}", values)


def between(copy: Connection, query: str = "", extra: Iterable[Flow] = ()) -> Iterator[Between]:
    """What goes on between each two partners, the first by id first, also in exchanges that are only thought of."""
    rows, values = _with_thought(copy, query, extra)
    ends = (
        f"SELECT coalesce(sender, '') AS here, coalesce(host, '') AS there, coalesce(actual, 0) AS went, {STANDING} AS standing FROM {rows}"
    )
    return copy.execute(
        "SELECT nullif(min(here, there), ''), nullif(max(here, there), ''), count(*), sum(CASE WHEN here <= there THEN went ELSE 0 END),"
        f" sum(CASE WHEN here >= there THEN went ELSE 0 END), max(standing) FROM ({ends}) GROUP BY min(here, there), max(here, there)",
        values,
    )


_THOUGHT = ("sender", "host", "project", "round", "start", "planned", "actual", "status")
"""The fields of an exchange that is only thought of."""


def _thought(extra: Iterable[Flow]) -> str:
    """Exchanges that are only thought of as a value for `_from_json`; empty where there are none."""
    rows = [[getattr(flow, field) for field in _THOUGHT] for flow in extra]
    return json.dumps(rows) if rows else ""


def _from_json(mark: int) -> str:
    """The statement that gives the rows of such a value."""
    columns = ", ".join(f"json_extract(value, '$[{place}]') AS {field}" for place, field in enumerate(_THOUGHT))
    return f"SELECT {columns} FROM json_each(?{mark})"


def _with_thought(copy: Connection, query: str, extra: Iterable[Flow]) -> tuple[str, tuple[str, ...]]:
    """What follows FROM for the exchanges that a query finds and those that are only thought of."""
    source, values = picked(copy, query)
    rows = f"SELECT {', '.join(f'flow.{field}' for field in _THOUGHT)} FROM {source}"
    if thought := _thought(extra):
        rows, values = f"{rows} UNION ALL {_from_json(len(values) + 1)}", (*values, thought)
    return f"({rows})", values


def without_exchange(copy: Connection, most: int) -> tuple[int, list[str]]:
    """How many partners neither send nor host in any exchange, and the ids of the first of them by name."""
    silent = "NOT EXISTS (SELECT 1 FROM moved WHERE field = 'partner' AND value = {}.id)"
    # Every partner has a seat, whose rows are narrow.
    number = copy.execute(f"SELECT count(*) FROM seat WHERE {silent.format('seat')}").fetchone()[0]
    rows = copy.execute(f"SELECT id FROM entry WHERE kind = 'partners' AND {silent.format('entry')} ORDER BY place LIMIT ?", (most,))
    return int(number), [row[0] for row in rows]


def sent_and_hosted(
    copy: Connection, partners: Collection[str | None], query: str = ""
) -> tuple[Iterator[tuple[Any, ...]], Iterator[tuple[Any, ...]]]:
    """What some partners sent, and what they hosted: the partner, and the numbers with person-months. None is who is not stated."""
    source, values = picked(copy, query)
    among = (*values, json.dumps([partner or "" for partner in partners]))
    sent, hosted = (
        copy.execute(f"SELECT {side}, {_ALL} FROM {source} WHERE {_among(side, partners, len(among))} GROUP BY {side}", among)
        for side in ("sender", "host")
    )
    return sent, hosted


def rounds_of(copy: Connection, partners: Collection[str], query: str = "") -> dict[str, set[str | None]]:
    """The rounds in which the exchanges of some partners took place that state who went."""
    source, values = picked(copy, query)
    among = (*values, json.dumps(list(partners)))
    found: dict[str, set[str | None]] = {partner: set() for partner in partners}
    for side in ("sender", "host"):
        where = f"{_among(side, partners, len(among))} AND actual IS NOT NULL"
        for partner, held in copy.execute(f"SELECT DISTINCT {side}, round FROM {source} WHERE {where}", among):
            found[partner].add(held)
    return found


def _among(field: str, ids: Collection[str | None], mark: int) -> str:
    """The condition that a field holds one of the ids, which are a value as JSON."""
    among = f"{field} IN (SELECT value FROM json_each(?{mark}))"
    return f"({among} OR {field} IS NULL)" if None in ids else among


def busiest(copy: Connection, query: str, most: int) -> list[str | None]:
    """The partners with the most exchanges, then by id; one within a partner counts once. None, who is not stated, comes last."""
    source, values = _kept(copy, query, "partner")
    flows, _values = picked(copy, query) if query else ("flow", ())
    within = f"SELECT coalesce(sender, '') AS value, count(*) AS twice FROM {flows} WHERE sender IS host GROUP BY 1"
    rows = copy.execute(
        f"SELECT nullif(value, ''), exchanges - coalesce(twice, 0) AS number FROM {source} LEFT JOIN ({within}) USING (value)"
        " ORDER BY value = '', number DESC, value LIMIT ?",
        (*values, most),
    )
    return [partner for partner, _number in rows]


def cells(copy: Connection, query: str, names: Collection[str | None], others: str) -> Iterator[tuple[Any, ...]]:
    """What those of some names sent to each other and all others, and these to them: sender, host, and the numbers with person-months."""
    source, values = picked(copy, query)
    known = json.dumps([name or "" for name in names])
    mark = len(values) + 1

    def side(column: str) -> str:
        return f"CASE WHEN coalesce({column}, '') IN (SELECT value FROM json_each(?{mark})) THEN {column} ELSE ?{mark + 1} END"

    rows = f"(SELECT {side('sender')} AS one, {side('host')} AS other, actual, planned, months, status FROM {source})"
    return copy.execute(f"SELECT one, other, {_ALL} FROM {rows} GROUP BY one, other", (*values, known, others))


def first_pairs(copy: Connection, query: str, most: int) -> tuple[int, list[tuple[Any, ...]]]:
    """How many pairs of sender and host there are; and those with the most persons, then with the most exchanges, then by their ids.

    Of these sender and host, and the numbers with person-months.
    """
    source, values = picked(copy, query)
    number = copy.execute(f"SELECT count(*) FROM (SELECT DISTINCT sender, host FROM {source})", values).fetchone()[0]
    # Two numbers order them; only the first are added up in full.
    first = copy.execute(
        f"SELECT sender, host FROM {source} GROUP BY sender, host"
        " ORDER BY total(actual) DESC, count(*) DESC, sender IS NULL, sender, host IS NULL, host LIMIT ?",
        (*values, most),
    ).fetchall()
    senders, hosts = ({pair[side] for pair in first} for side in (0, 1))
    known = len(values)
    where = f"{_among('sender', senders, known + 1)} AND {_among('host', hosts, known + 2)}"
    ids = (json.dumps([end or "" for end in ends]) for ends in (senders, hosts))
    rows = copy.execute(f"SELECT sender, host, {_ALL} FROM {source} WHERE {where} GROUP BY sender, host", (*values, *ids))
    numbers = {row[:2]: row for row in rows}
    return int(number), [numbers[pair] for pair in first]


def by_country(copy: Connection, query: str = "") -> tuple[Iterator[tuple[Any, ...]], Iterator[tuple[Any, ...]]]:
    """What partners of each country sent, and what they hosted: the country, and the numbers without person-months."""
    source, values = _kept(copy, query, "country")
    sent, hosted = (
        copy.execute(f"SELECT nullif({side}, ''), {_NUMBERS} FROM {source} GROUP BY {side}", values) for side in ("value", "other")
    )
    return sent, hosted


def between_countries(copy: Connection, query: str = "") -> list[tuple[Any, ...]]:
    """What went from each country to each other or itself: the two codes, and the numbers without person-months."""
    source, values = _kept(copy, query, "country")
    return copy.execute(f"SELECT nullif(value, ''), nullif(other, ''), {', '.join(NUMBERS)} FROM {source}", values).fetchall()


def ends(copy: Connection, query: str = "") -> Iterator[tuple[str | None, str | None]]:
    """Sender and host of each exchange, in no order."""
    source, values = picked(copy, query)
    return copy.execute(f"SELECT sender, host FROM {source}", values)
