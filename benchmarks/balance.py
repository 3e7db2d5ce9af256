"""How long balances and the flow matrix take over a hundred thousand exchanges, against bare SQL sums of the same table.

The floor sums persons sent by sender and persons hosted by host: no plans, no person-months, no exchanges without a number, no tolerance,
no levelling, no words. The views do all of that.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.contests import Contest, bare, run, told
from benchmarks.views import SUMS, opened
from ssc_tui.catalogue.countries import countries
from ssc_tui.insight.report import Asked
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

EXCHANGES = 100_000
PARTNERS = 2_000
PROJECTS = 5_000
TARGET = 300.0
"""Milliseconds that a balance over all exchanges should not exceed."""

BALANCES = {
    "balance": Asked(),
    "balance, one partner": Asked("partners/made-1"),
    "balance, one project": Asked("projects/project-1"),
    "balance, one year": Asked(query="year:2019"),
    "balance by pair": Asked(options={"by": "pair"}),
    "balance by project": Asked(options={"by": "project"}),
    "balance by round": Asked(options={"by": "round"}),
    "balance by year": Asked(options={"by": "year"}),
    "what if": Asked(options={"what-if": "made-1>made-2:3"}),
}
"""What the balance is asked for."""

CONTESTS = (
    *(Contest(name, opened("balance", asked), bare(*SUMS), TARGET) for name, asked in BALANCES.items()),
    Contest("flows by partner", opened("flows", Asked()), bare(*SUMS), None),
    Contest("flows by country", opened("flows", Asked(options={"by": "country"})), bare(*SUMS), None),
)


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
    with tempfile.TemporaryDirectory() as folder:
        make_copy(Path(folder) / "made.sqlite", documents(given.exchanges, Random(1)), {})
        with closing(connect(Path(folder) / "made.sqlite")) as copy:
            print(f"{given.exchanges:,} exchanges of {PARTNERS:,} partners in {PROJECTS:,} projects")
            return told("", run(copy, CONTESTS))


if __name__ == "__main__":
    sys.exit(main())
