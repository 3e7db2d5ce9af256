"""How long balances and the flow matrix take over a hundred thousand exchanges, against bare SQL sums of the same table.

The floor sums persons sent by sender and persons hosted by host: no plans, no person-months, no exchanges without a number, no tolerance,
no levelling, no words. The views do all of that. Neither waits for anything, so both are measured in time of the processor.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from sqlite3 import Connection
from typing import Any

from benchmarks.measures import percentile, ratio_of_pairs, table
from ssc_tui.catalogue.countries import countries
from ssc_tui.insight.balance_view import balance_view
from ssc_tui.insight.flows_view import flows_view
from ssc_tui.insight.report import Asked
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

EXCHANGES = 100_000
PARTNERS = 2_000
PROJECTS = 5_000
RUNS = 11
TARGET = 300.0
"""Milliseconds that a balance over all exchanges should not exceed."""

FLOOR = (
    "SELECT sender, sum(actual), sum(planned) FROM flow GROUP BY sender",
    "SELECT host, sum(actual), sum(planned) FROM flow GROUP BY host",
)

ASKED: dict[str, tuple[Callable[[Connection, Asked], Any], Asked]] = {
    "balance": (balance_view, Asked()),
    "balance, one partner": (balance_view, Asked("partners/made-1")),
    "balance, one project": (balance_view, Asked("projects/project-1")),
    "balance, one year": (balance_view, Asked(query="year:2019")),
    "balance by pair": (balance_view, Asked(options={"by": "pair"})),
    "balance by project": (balance_view, Asked(options={"by": "project"})),
    "balance by round": (balance_view, Asked(options={"by": "round"})),
    "balance by year": (balance_view, Asked(options={"by": "year"})),
    "what if": (balance_view, Asked(options={"what-if": "made-1>made-2:3"})),
    "flows by partner": (flows_view, Asked()),
    "flows by country": (flows_view, Asked(options={"by": "country"})),
}
"""What is measured: a view, and what it is asked for."""


def documents(exchanges: int, dice: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Partners, projects of up to four of them, and exchanges between these; one in ten states no number, one in five is still planned."""
    codes = sorted(countries())
    for number in range(PARTNERS):
        yield "partners", {"id": f"made-{number}", "name": f"Made-up partner {number}", "country": dice.choice(codes)}
    members = [dice.sample(range(PARTNERS), dice.randint(2, 4)) for _project in range(PROJECTS)]
    for number in range(PROJECTS):
        yield "projects", {"id": f"project-{number}", "title": f"Made-up project {number}"}
    for number in range(exchanges):
        project = dice.randrange(PROJECTS)
        sender, host = dice.sample(members[project], 2)
        made: dict[str, Any] = {"id": f"x-{number}", "project": f"project-{project}", "sender": f"made-{sender}", "host": f"made-{host}"}
        made |= {"round": dice.randint(1, 5), "start": f"{dice.randint(2010, 2026)}-03", "planned": dice.randint(1, 8)}
        fate = dice.random()
        if fate < 0.2:
            made["status"] = "planned"
        elif fate < 0.3:
            made["status"] = "completed"
        else:
            made |= {"status": "completed", "actual": dice.randint(0, 8), "months": dice.choice([6, 9.5, 12])}
        yield "exchanges", made


def main(words: Sequence[str] | None = None) -> int:
    """Print how long each view takes, the floor, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=EXCHANGES)
    given = parser.parse_args(words)
    rows: list[list[str]] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        make_copy(Path(folder) / "made.sqlite", documents(given.exchanges, Random(1)), {})
        with closing(connect(Path(folder) / "made.sqlite")) as copy:
            for name, (view, asked) in ASKED.items():
                ours: list[float] = []
                theirs: list[float] = []
                for _run in range(RUNS):
                    theirs.append(_milliseconds(lambda: [copy.execute(each).fetchall() for each in FLOOR]))
                    ours.append(_milliseconds(partial(view, copy, asked)))
                if name == "balance":
                    slowest = percentile(ours, 0.5)
                    rows.append(["floor: bare SQL sums", *(f"{percentile(theirs, share):.0f}" for share in (0.5, 0.95)), "1.0"])
                rows.append([name, *(f"{percentile(ours, share):.0f}" for share in (0.5, 0.95)), f"{ratio_of_pairs(ours, theirs):.1f}"])
    print(f"{given.exchanges:,} exchanges of {PARTNERS:,} partners in {PROJECTS:,} projects; target {TARGET:.0f} ms for a balance of all")
    print(table(["ms", "half", "95 %", "ratio to the floor"], rows))
    return int(slowest > TARGET)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
