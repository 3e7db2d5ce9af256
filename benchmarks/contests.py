"""Runs what is measured beside its floor, in turns and in time of the processor, and says whether it meets its target.

Nothing measured so waits for anything, and other programs on the machine are no business of its time.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from benchmarks.measures import percentile, ratio_of_pairs, table, verdict

RUNS = 11

Work = Callable[[Connection], object]


class Contest(NamedTuple):
    """What is measured.

    Attributes:
        name: what it is called in the table.
        ours: what the program does.
        floor: the bare SQL that fetches or adds up the rows which that is made of.
        target: milliseconds that half of the runs should not exceed; None where there is no such number.
    """

    name: str
    ours: Work
    floor: Work
    target: float | None = 100.0


class Outcome(NamedTuple):
    """How a contest went: medians in ms of the processor, and the median of the ratios of neighbouring runs."""

    contest: Contest
    ours: float
    floor: float
    ratio: float

    @property
    def missed(self) -> bool:
        """Whether it took longer than it should."""
        return self.contest.target is not None and self.ours > self.contest.target


def milliseconds(work: Work, copy: Connection) -> float:
    """Time of the processor that the work takes."""
    began = time.process_time()
    work(copy)
    return (time.process_time() - began) * 1000


def bare(*statements: str, values: Sequence[object] = ()) -> Work:
    """A floor: every row of the statements fetched, each with the same values."""
    return lambda copy: [copy.execute(statement, values).fetchall() for statement in statements]


def run(copy: Connection, contests: Iterable[Contest], runs: int = RUNS) -> list[Outcome]:
    """Ours and the floor in turns, after one run of each that warms up."""
    outcomes = []
    for contest in contests:
        contest.ours(copy)
        contest.floor(copy)
        # As the app does once its first list stands: what was imported is not looked through again.
        gc.freeze()
        pairs = [(milliseconds(contest.ours, copy), milliseconds(contest.floor, copy)) for _run in range(runs)]
        ours, floor = zip(*pairs, strict=True)
        outcomes.append(Outcome(contest, percentile(ours, 0.5), percentile(floor, 0.5), ratio_of_pairs(ours, floor)))
    return outcomes


def told(head: str, outcomes: Iterable[Outcome]) -> int:
    """Print the table; 1 where a target is missed, else 0."""
    found = list(outcomes)
    print(table((head, "ms", "bare SQL", "ratio", "target", ""), [_row(each) for each in found]))
    return int(any(each.missed for each in found))


def _row(each: Outcome) -> tuple[str, ...]:
    target = each.contest.target
    judged = "" if target is None else verdict(not each.missed)
    numbers = (f"{each.ours:.1f}", f"{each.floor:.1f}", f"{each.ratio:.1f}")
    return (each.contest.name, *numbers, "" if target is None else f"{target:.0f}", judged)
