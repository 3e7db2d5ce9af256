"""What was asked for and not yet answered: requests by their age, and needs for which no exchange is planned.

"Demands need to be closely listened to" (retreat of UNOSSC); the joint assessment of needs "forms the basis" of every exchange (Norec).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ssc_tui.insight.topics import telling_words
from ssc_tui.store.capacities import Item
from ssc_tui.store.demand import Answer, Request
from ssc_tui.text import sort_key

ANSWERED = frozenset(("2", "3", "4", "5"))
"""Statuses of a project that say that its request was answered: from implementation on, and also if it was called off (IATI)."""


class Waited(NamedTuple):
    """A request with how it stands.

    Attributes:
        answered: whether the project began, has exchanges, or a status that says so.
        days: from the request to the answer's start, or until today; None where a date that it takes is not stated. Where only the month
            or year of the request is known, at least so many.
        exact: whether the day of the request is stated.
        ahead: whether the request is dated in the future, so that nobody waits yet; `days` is None then.
    """

    request: Request
    answered: bool
    days: int | None
    exact: bool
    ahead: bool = False


def standing(request: Request, today: date) -> Waited:
    """How a request stands."""
    answered = bool(request.start or request.exchanges or request.status in ANSWERED)
    asked, until = _latest(request.asked_on), _latest(request.start) if answered else today
    ahead = asked is not None and request.asked_on > today.isoformat()[: len(request.asked_on)]
    days = max(0, (until - asked).days) if asked and until and not ahead else None
    return Waited(request, answered, days, len(request.asked_on) == len("2024-05-17"), ahead)


def _latest(stated: str) -> date | None:
    """The latest day that a date shortened to a year or month can mean; None for none."""
    parts = stated.split("-")
    try:
        numbers = [int(part) for part in parts]
        match numbers:
            case [year]:
                return date(year, 12, 31)
            case [year, 12]:
                return date(year, 12, 31)
            case [year, month]:
                return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)
            case [year, month, day]:
                return date(year, month, day)
    except (ValueError, OverflowError):
        pass
    return None


def oldest_first(asked: Iterable[Waited]) -> list[Waited]:
    """Requests by age, the oldest first; those without a date last, by name."""
    return sorted(asked, key=lambda each: (each.days is None, -(each.days or 0), sort_key(each.request.title)))


def without_exchange(needs: Sequence[Item], answers: Iterable[Answer]) -> list[Item]:
    """The needs that no exchange names which their partner hosts: by their id, or by words that all stand in the topic."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for host, said in answers:
        named[host].add(said)
    return [need for need in needs if need.partner not in named or not _answered(need, named[need.partner])]


def _answered(need: Item, named: Collection[str]) -> bool:
    return need.id in named or any(_names(said, need) for said in named)


def _names(said: str, need: Item) -> bool:
    words = telling_words(said)
    return words <= telling_words(need.topic) if words else sort_key(said) == sort_key(need.topic) != ""
