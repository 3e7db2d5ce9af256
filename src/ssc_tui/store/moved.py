"""What exchanges come to, added up beforehand: persons by partner, by year and between countries, in the table `moved`.

A row adds up the exchanges of one `value` of a `field` (and an `other`, where two belong together), in whole numbers: the first ones of
`insight.sums.Sum`, in its order. Of a partner it holds both those that it sends and those that it hosts, one within the partner twice, and
how far they are `apart`: persons sent less persons hosted. The statement that adds up is the same for all exchanges, for one that comes or
goes, and for those that a query finds.
"""

from __future__ import annotations

from collections.abc import Iterable

COMES = "(actual IS NULL AND (status IS 'planned' OR (status IS NULL AND planned IS NOT NULL)))"
"""What is still to come; see `insight.sums.still_to_come`, with which a test compares it."""

CANCELLED, COMING, WENT, MISSING = range(4)
"""How one exchange stands: nobody moved; persons are still to go; it is stated who went; the number is missing."""

STANDING = f"""CASE WHEN actual IS NOT NULL THEN {WENT} WHEN {COMES} THEN CASE WHEN planned = 0 THEN {CANCELLED} ELSE {COMING} END
    WHEN status IS 'cancelled' THEN {CANCELLED} ELSE {MISSING} END"""
"""How an exchange stands; of several together, as the greatest of theirs."""

NUMBERS = {
    "exchanges": "1",
    "stated": "actual IS NOT NULL",
    "persons": "coalesce(actual, 0)",
    "unstated": f"actual IS NULL AND status IS NOT 'cancelled' AND NOT {COMES}",
    "with_plan": "planned IS NOT NULL",
    "planned": "coalesce(planned, 0)",
    "ahead": f"CASE WHEN {COMES} THEN coalesce(planned, 0) ELSE 0 END",
    "ahead_unstated": f"planned IS NULL AND {COMES}",
}
"""What one exchange adds to each number."""

FIELDS = {
    "partner": (("sender", "NULL", "coalesce(actual, 0)"), ("host", "NULL", "-coalesce(actual, 0)")),
    "year": (("substr(start, 1, 4)", "NULL", "0"),),
    "country": (("sender_country", "host_country", "0"),),
}
"""By what is added up: value, other, and apart of the rows to which an exchange adds; what is not stated is the empty text there."""

COLUMNS = (*NUMBERS, "apart")
TABLE = f"""CREATE TABLE moved (field TEXT NOT NULL, value TEXT NOT NULL, other TEXT NOT NULL,
    {", ".join(f"{number} INTEGER NOT NULL" for number in COLUMNS)}, PRIMARY KEY (field, value, other)) WITHOUT ROWID"""


def _each(source: str, fields: Iterable[str]) -> str:
    """The statement that gives, for each exchange of a source, the rows to which it adds and what."""
    numbers = ", ".join(f"{adds} AS {number}" for number, adds in NUMBERS.items())
    return " UNION ALL ".join(
        f"SELECT '{field}' AS field, coalesce({value}, '') AS value, coalesce({other}, '') AS other, {numbers}, {apart} AS apart"
        f" FROM {source}"
        for field in fields
        for value, other, apart in FIELDS[field]
    )


def added_up(source: str, *fields: str) -> str:
    """The statement that adds up the exchanges of a source, all or those that a query finds: rows as in `moved`, of these fields or all."""
    numbers = ", ".join(f"sum({number}) AS {number}" for number in COLUMNS)
    return f"SELECT field, value, other, {numbers} FROM ({_each(source, fields or FIELDS)}) GROUP BY field, value, other"


_SOME = "(SELECT flow.* FROM json_each(?1) AS one CROSS JOIN flow ON flow.id = one.value)"
"""The exchanges whose ids are a value, as JSON."""


def _changed(sign: str) -> str:
    changes = ", ".join(f"{number} = {number} {sign} excluded.{number}" for number in COLUMNS)
    return f"INSERT INTO moved SELECT * FROM ({added_up(_SOME)}) WHERE true ON CONFLICT DO UPDATE SET {changes}"


FILL = f"INSERT INTO moved {added_up('flow')}"
"""Adds up all exchanges in the empty table."""

ADD = _changed("+")
"""Adds some exchanges, which are there."""

TAKE = _changed("-")
"""Takes some exchanges away, which are still there."""

TIDY = f"DELETE FROM moved WHERE exchanges = 0 AND (field, value, other) IN (SELECT field, value, other FROM ({_each(_SOME, FIELDS)}))"
"""Takes out the rows to which some exchanges added that were taken away."""
