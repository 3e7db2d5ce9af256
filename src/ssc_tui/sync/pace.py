"""How much to ask for at once, and when to try again. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

T = TypeVar("T")

FIRST_LIMIT = 50
"""Records of each collection in the first question of all: 75 kB together, compressed, which a slow 2G link carries in 20 s."""

LEAST, MOST = 25, 1000
PAGE_SECONDS = 20.0
"""What a page should take: long enough to be worth its round trip, short enough that a break loses little."""

METERED_BYTES = 2_000_000
"""Of a run on a metered link."""

STALE_HOURS = 1
"""Age of a copy from which it is synced when the app starts."""

REGULARLY = 15 * 60.0
"""Seconds between two runs that came to their end."""

AFTER_FAILURE = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until the next run after the first, second… failed one."""

KNOCKS = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds between two looks whether the server can be reached: a bare TCP connection, some 200 bytes."""


class Patience(NamedTuple):
    """Seconds to wait, for links over 2G and satellites with round trips of up to 3 s.

    Attributes:
        connect: for a connection, encrypted.
        read: between two parts of an answer; also for a part of a question to be taken.
        answer: for a whole answer.
        first: before the second attempt; longer before every further one, at random.
        most: between two attempts; a server that asks for more ends the run.
        attempts: how often a question is asked.
    """

    connect: float = 20.0
    read: float = 60.0
    answer: float = 300.0
    first: float = 2.0
    most: float = 120.0
    attempts: int = 4


PATIENCE = Patience()


def first_limit(rate: float | None, collections: int) -> int:
    """Records to ask for of each collection at once, by the rate at which they came last (records in a second)."""
    return FIRST_LIMIT if rate is None else _bounded(rate * PAGE_SECONDS / collections)


def next_limit(records: int, seconds: float) -> int:
    """Records to ask for next, after so many took so long."""
    return _bounded(records / max(seconds, 0.001) * PAGE_SECONDS)


def smaller(limit: int) -> int:
    """Records to ask for after a page of `limit` did not come through."""
    return limit // 2


def _bounded(number: float) -> int:
    return int(min(max(number, LEAST), MOST))


def until_next(failures: int) -> float:
    """Seconds until the next run: regular after one that came to its end, longer with every failed one, never at the same time for all."""
    seconds = AFTER_FAILURE[min(failures, len(AFTER_FAILURE)) - 1] if failures else REGULARLY
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311


def until_knock(number: int) -> float:
    """Seconds until the next look whether the server can be reached."""
    return KNOCKS[min(number, len(KNOCKS) - 1)]


def in_batches(items: Iterable[T], size: Callable[[T], int], most: int, weight: int) -> Iterator[list[T]]:
    """The items in their order, as many together as there may be and weigh no more than so many bytes; or one that weighs more."""
    batch: list[T] = []
    weighed = 0
    for item in items:
        heavy = size(item)
        if batch and (len(batch) == most or weighed + heavy > weight):
            yield batch
            batch, weighed = [], 0
        batch.append(item)
        weighed += heavy
    if batch:
        yield batch
