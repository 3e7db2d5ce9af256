"""What exchanges come to: persons and person-months, planned beside actual, and how many exchanges state none. Not stated is not zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from ssc_tui.store.flows import Bare, Flow

Key = TypeVar("Key")

SENDER: Callable[[Bare | Flow], str | None] = itemgetter(0)
HOST: Callable[[Bare | Flow], str | None] = itemgetter(1)
PAIR: Callable[[Bare | Flow], tuple[str | None, str | None]] = itemgetter(0, 1)


class Sum(NamedTuple):
    """What a number of exchanges come to.

    An exchange without a number of those who went is still to come where its status is "planned", or where nothing but a plan is stated;
    a cancelled one moved nobody; of any other the number is not known.

    Attributes:
        exchanges: how many there are, cancelled ones too.
        stated: exchanges that state who went: `persons` in all.
        unstated: exchanges that state no number, and are neither cancelled nor still to come.
        with_plan: exchanges that state a plan: `planned` persons in all.
        ahead: persons of exchanges that are still to come; `ahead_unstated` counts those without a number.
        with_months: exchanges that state who went and for how long: `months` person-months in all.
        with_planned_months: exchanges that state a plan and for how long: `planned_months` person-months in all.
    """

    exchanges: int = 0
    stated: int = 0
    persons: int = 0
    unstated: int = 0
    with_plan: int = 0
    planned: int = 0
    ahead: int = 0
    ahead_unstated: int = 0
    with_months: int = 0
    months: float = 0
    with_planned_months: int = 0
    planned_months: float = 0


NOTHING = Sum()


def still_to_come(planned: int | None, status: str | None) -> bool:
    """Whether an exchange that states nobody who went is still to come."""
    return status == "planned" or (status is None and planned is not None)


def summed(flows: Iterable[Bare | Flow], *keys: Callable[[Bare | Flow], Key]) -> tuple[dict[Key, Sum], ...]:
    """The sums of the flows for each value of each key, in one pass: a dictionary for each key."""
    into: list[tuple[Callable[[Bare | Flow], Key], dict[Key, list[float]]]] = [(key, {}) for key in keys]
    for flow in flows:
        planned, actual, months, status = flow[5], flow[6], flow[7], flow[8]
        for key, sums in into:
            value = key(flow)
            cell = sums.get(value)
            if cell is None:
                cell = sums[value] = [0] * len(NOTHING)
            cell[0] += 1
            if actual is not None:
                cell[1] += 1
                cell[2] += actual
                if months is not None:
                    cell[8] += 1
                    cell[9] += actual * months
            elif still_to_come(planned, status):
                if planned is None:
                    cell[7] += 1
                else:
                    cell[6] += planned
            elif status != "cancelled":
                cell[3] += 1
            if planned is not None:
                cell[4] += 1
                cell[5] += planned
                if months is not None:
                    cell[10] += 1
                    cell[11] += planned * months
    return tuple({value: Sum._make(cell) for value, cell in sums.items()} for _key, sums in into)


def sums_by(rows: Iterable[tuple[Any, ...]]) -> dict[Any, Sum]:
    """The sums of rows that the database added up, each by what comes before its numbers."""
    return {row[0]: Sum._make(row[1:]) for row in rows}


def whole(flows: Iterable[Bare | Flow]) -> Sum:
    """What all the flows come to, each counted once."""
    (sums,) = summed(flows, lambda _flow: None)
    return sums.get(None, NOTHING)


def together(sums: Iterable[Sum]) -> Sum:
    """The sum of sums."""
    columns = list(zip(*sums, strict=True))
    return Sum._make(map(sum, columns)) if columns else NOTHING


def less(total: Sum, part: Sum) -> Sum:
    """A sum without a part of it."""
    return Sum._make(one - other for one, other in zip(total, part, strict=True))
