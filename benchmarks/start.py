"""How long whole processes take: the app until its first list is painted, and a look-up from the command line, each against a baseline.

The two sides of each comparison run in turns, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.bare import FIRST
from benchmarks.homes import MADE, kept_home
from benchmarks.measures import ratio_of_pairs, table
from benchmarks.terminal import seconds_until_shown
from ssc_tui.catalogue.countries import country_name
from ssc_tui.paths import Home, find_home
from ssc_tui.store.copy import open_copy
from ssc_tui.store.reader import rows
from ssc_tui.store.search import search

APP = "{python} -m ssc_tui --home {home}"
FIND = "{python} -m ssc_tui --home {home} find {word}"
BARE = "{python} -m benchmarks.bare"
IMPORTS = "{python} -c 'import sqlite3, argparse, json'"
FZF = "fzf --filter {word}"

WORD = "kamuzu"
RUNS = 15
SHOWN = 12
"""Characters of the first title by which the first list is known; a narrow column may cut the rest."""

Run = Callable[[], float]
"""Runs a process once; returns how many seconds it took."""


class Comparison(NamedTuple):
    """Two processes that are measured in turns."""

    what: str
    ours: Run
    against: str
    theirs: Run


def compare(comparison: Comparison, runs: int) -> tuple[str, ...]:
    """A row of the table: each side's median with its least and most in ms, the ratio of the medians, the median ratio of the pairs."""
    comparison.ours()
    comparison.theirs()
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(runs):
        turns = [(comparison.ours, ours), (comparison.theirs, theirs)]
        # Whoever goes second may find a warmer machine.
        for run, taken in turns if number % 2 else reversed(turns):
            taken.append(run())
    return (
        comparison.what,
        _spread(ours),
        comparison.against,
        _spread(theirs),
        f"{median(ours) / median(theirs):.2f}",
        f"{ratio_of_pairs(ours, theirs):.2f}",
    )


def _spread(taken: Sequence[float]) -> str:
    return f"{median(taken) * 1000:.0f} ({min(taken) * 1000:.0f}-{max(taken) * 1000:.0f})"


def seconds_to_end(command: Sequence[str], stdin: Path | None = None) -> float:
    """Seconds that a whole process takes; its output is read and thrown away.

    Raises:
        RuntimeError: it ended with another code than 0 for done or 1 for nothing found.
    """
    with (stdin or Path("/dev/null")).open("rb") as given:
        began = time.perf_counter()
        done = subprocess.run(command, stdin=given, capture_output=True, check=False)
        taken = time.perf_counter() - began
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return taken


def rows_as_text(home: Home) -> Path:
    """A file with a line for each record, as fuzzy finders want it: title, acronym, countries; written where it is missing or older."""
    file = home.data / "rows.txt"
    if not file.exists() or file.stat().st_mtime < home.database.stat().st_mtime:
        copy = open_copy(home).connection
        with file.open("w", encoding="utf-8") as lines:
            for title, acronym, codes in copy.execute("SELECT title, acronym, countries FROM entry ORDER BY place"):
                lines.write(" ".join(filter(None, (title, acronym, *map(country_name, codes.split())))) + "\n")
        copy.close()
    return file


def first_title(home: Home, section: str) -> str:
    """The beginning of the first title in the section's list."""
    copy = open_copy(home).connection
    title = rows(copy, search(copy, "", section).places(copy, limit=1))[0].title
    copy.close()
    return title[:SHOWN].strip()


def main() -> int:
    """Measure starts and look-ups."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--number", type=int, default=1_000_000, help="records of the large catalogue (default: 10^6)")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"runs of each side (default: {RUNS})")
    parser.add_argument("--word", default=WORD, help="the word that is looked up")
    parser.add_argument("--section", default="partners", help="the section that the app opens with")
    parser.add_argument("--shown", help="a text of the app's first list (default: the beginning of the section's first title)")
    parser.add_argument("--quit", default="q", help="the keys that end the app")
    parser.add_argument("--app", default=APP, help=f"the app's command (default: {APP})")
    parser.add_argument("--find", default=FIND, help=f"the look-up's command (default: {FIND})")
    parser.add_argument("--only", choices=("app", "find"), help="measure only one of the two")
    asked = parser.parse_args()
    small, large = find_home(MADE / "seed"), kept_home(asked.number)
    open_copy(small).connection.close()

    def words(command: str, home: Home = small) -> list[str]:
        return [part.format(python=sys.executable, home=home.data, word=asked.word) for part in shlex.split(command)]

    def app(home: Home) -> Run:
        text = asked.shown or first_title(home, asked.section)
        return lambda: seconds_until_shown(words(asked.app, home), text, asked.quit.encode())

    def find(home: Home) -> Run:
        return lambda: seconds_to_end(words(asked.find, home))

    def bare() -> float:
        return seconds_until_shown(words(BARE), FIRST, b"\x11")

    def imports() -> float:
        return seconds_to_end(words(IMPORTS))

    def fzf() -> float:
        return seconds_to_end(words(FZF), rows_as_text(large))

    many = f"{asked.number:,} records"
    comparisons = []
    if asked.only != "find":
        comparisons += [
            Comparison("app, first list, seed", app(small), "bare Textual app", bare),
            Comparison(f"app, first list, {many}", app(large), "bare Textual app", bare),
        ]
    if asked.only != "app":
        comparisons += [
            Comparison(f"find {asked.word}, seed", find(small), "python, imports", imports),
            Comparison(f"find {asked.word}, {many}", find(large), "python, imports", imports),
            Comparison(f"find {asked.word}, {many}", find(large), "fzf --filter", fzf),
        ]
    head = ("ms: median (least-most)", "ours", "against", "theirs", "ratio of medians", "median ratio of pairs")
    print(f"Whole processes, {asked.runs} runs of each side in turns after one that does not count\n")
    print(table(head, [compare(each, asked.runs) for each in comparisons]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
