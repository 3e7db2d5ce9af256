"""How long the first page of a search takes, by the size of the catalogue: the search as screens run it, with the rows that they show."""

from __future__ import annotations

import argparse
import sqlite3
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from statistics import median
from typing import NamedTuple

from benchmarks.homes import kept_home
from benchmarks.measures import percentile, table
from benchmarks.queries import Question, ordered_questions, questions, wrong_questions
from ssc_tui.catalogue.query import parse
from ssc_tui.store.copy import open_copy
from ssc_tui.store.reader import rows
from ssc_tui.store.search import PAGE, search

SIZES = (10_000, 100_000, 1_000_000)

TARGET = 16.0
"""Milliseconds that 95 of 100 first pages should not exceed: one frame at 60 a second."""

REPEATS = 5
"""Times that each question is asked after the first time."""

PATIENCE = 10_000.0
"""Milliseconds after which a page is given up; a question whose first time was, is not asked again and counts so each time."""

SLOWEST = 5
"""Questions of each size that are named."""


class Timing(NamedTuple):
    """How long the first page of a question took, in milliseconds: the first time it was asked, and each time after."""

    question: Question
    cold: float
    warm: tuple[float, ...]


Timings = Mapping[str, Sequence[Timing]]
"""The timings of each group of questions."""


def first_page(copy: Connection, question: Question) -> int:
    """What the screen does for a question; returns how many rows it got."""
    results = search(copy, question.text, question.kind, question.order)
    return len(rows(copy, results.places(copy, limit=PAGE)))


def measure(copy: Connection, groups: Mapping[str, Sequence[Question]], repeats: int = REPEATS) -> Timings:
    """Ask everything once, then all of it again as often as told, so that no question follows upon itself."""
    asked = [(name, question) for name, group in groups.items() for question in group]
    cold = [_milliseconds(copy, question) for _, question in asked]
    warm = [
        [first if first == PATIENCE else _milliseconds(copy, question) for (_, question), first in zip(asked, cold, strict=True)]
        for _ in range(repeats)
    ]
    timings: dict[str, list[Timing]] = {name: [] for name in groups}
    for (name, question), first, *again in zip(asked, cold, *warm, strict=True):
        timings[name].append(Timing(question, first, tuple(again)))
    return timings


def part(copy: Connection, groups: Mapping[str, Sequence[Question]]) -> tuple[dict[str, list[Question]], list[Question]]:
    """The groups without the questions that find nothing as typed in this copy, and these: there the search looks for typing errors."""
    found: dict[str, list[Question]] = {name: [] for name in groups}
    unknown: list[Question] = []
    for name, group in groups.items():
        for question in group:
            as_typed = not parse(question.text).terms or _finds(copy, question)
            (found[name] if as_typed else unknown).append(question)
    return found, unknown


def _finds(copy: Connection, question: Question) -> bool:
    return bool(search(copy, question.text, question.kind, question.order, forgiving=False).places(copy, limit=1))


def _milliseconds(copy: Connection, question: Question) -> float:
    """How long the first page took, `PATIENCE` where it was not awaited."""
    limit = threading.Timer(PATIENCE / 1000, copy.interrupt)
    limit.start()
    began = time.perf_counter()
    try:
        first_page(copy, question)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return PATIENCE
    finally:
        taken = time.perf_counter() - began
        limit.cancel()
    return taken * 1000


def report(number: int, counted: Timings, apart: Timings) -> str:
    """The table of one size: groups that the target holds for, all of them together, groups that it does not hold for."""
    everything = [timing for group in counted.values() for timing in group]
    lines = [*counted.items(), ("ALL THESE", everything), *((f"({name})", group) for name, group in apart.items())]
    head = (f"{number:,} records, ms", "questions", "p50", "p95", "max", "first time p50", "p95", "max")
    shown = table(head, [(name, str(len(group)), *_spread(_warm(group)), *_spread([each.cold for each in group])) for name, group in lines])
    slowest = sorted(everything, key=lambda timing: -median(timing.warm))[:SLOWEST]
    named = table(
        ("slowest, ms", "median", "max", "first time"),
        [(str(each.question), f"{median(each.warm):.2f}", f"{max(each.warm):.2f}", f"{each.cold:.2f}") for each in slowest],
    )
    return f"{shown}\n\n{named}\n"


def _warm(group: Sequence[Timing]) -> list[float]:
    return [taken for timing in group for taken in timing.warm]


def _spread(taken: Sequence[float]) -> tuple[str, str, str]:
    return f"{percentile(taken, 0.5):.2f}", f"{percentile(taken, 0.95):.2f}", f"{max(taken):.2f}"


def compare(by_size: Mapping[int, Sequence[float]]) -> str:
    """How many times as long the first page takes as at the smallest size; `by_size` holds milliseconds."""
    head = ["records", "p50, ms", "times", "p95, ms", "times"]
    lines: list[list[str]] = []
    least: tuple[float, ...] = ()
    for number, taken in sorted(by_size.items()):
        found = percentile(taken, 0.5), percentile(taken, 0.95)
        least = least or found
        lines.append([f"{number:,}", *(cell for one, low in zip(found, least, strict=True) for cell in (f"{one:.2f}", f"{one / low:.1f}"))])
    return table(head, lines)


def main() -> int:
    """Measure the first page of a search; returns 1 where the largest catalogue misses the target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="NUMBER", help="sizes of catalogues")
    parser.add_argument("--all", action="store_true", help="list every question with its median")
    asked = parser.parse_args()
    asked_of_all = questions()
    print(f"First page of a search ({PAGE} rows), SQLite {sqlite3.sqlite_version}; each question once, then {REPEATS} times more\n")
    by_size: dict[int, list[float]] = {}
    for number in sorted(asked.sizes):
        opened = open_copy(kept_home(number))
        counted, unknown = part(opened.connection, asked_of_all)
        apart = {"not as typed": [*unknown, *wrong_questions()], "other orders": ordered_questions()}
        timings, timings_apart = measure(opened.connection, counted), measure(opened.connection, apart)
        opened.connection.close()
        by_size[number] = [taken for group in timings.values() for taken in _warm(group)]
        print(report(number, timings, timings_apart))
        if asked.all:
            print(_every_question({**timings, **timings_apart}))
    print(compare(by_size))
    largest = max(by_size)
    p95 = percentile(by_size[largest], 0.95)
    print(f"\np95 at {largest:,} records: {p95:.2f} ms; the target is {TARGET:.0f} ms: {'met' if p95 <= TARGET else 'MISSED'}")
    return int(p95 > TARGET)


def _every_question(timings: Timings) -> str:
    listed = sorted(((name, each) for name, group in timings.items() for each in group), key=lambda pair: -median(pair[1].warm))
    return table(
        ("every question, ms", "group", "median", "first time"),
        [(str(each.question), name, f"{median(each.warm):.2f}", f"{each.cold:.2f}") for name, each in listed],
    )


if __name__ == "__main__":
    sys.exit(main())
