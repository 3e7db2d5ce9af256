"""How long the ledger and the sheet of a country take, as views make them, beside the bare SQL that adds the same rows up.

Processor time is taken: nothing here waits, and other programs on the machine are none of its business.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from sqlite3 import Connection
from statistics import median

from benchmarks.homes import kept_home
from benchmarks.measures import table
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import view_named
from ssc_tui.store.copy import open_copy

SIZE = 100_000
TARGET = 100.0
"""Milliseconds in which a view should open."""

REPEATS = 9

SUMS = (
    "SELECT kind, unit, currency, agreed, count(*), sum(quantity), sum(amount), sum(quantity * unit_cost) FROM contribution {where}"
    " GROUP BY kind, unit, currency, agreed"
)
"""Quantities and amounts by what they are counted in: what a ledger says before it groups anything."""

GROUPS = ("year", "project", "giver", "receiver")
"""What a ledger groups its lines by, each once more over the same rows."""


def bare_ledger(copy: Connection, where: str = "", *values: str) -> None:
    """The sums of the lines in all and by each field, without names, words or projects that have no lines."""
    copy.execute(SUMS.format(where=where), values).fetchall()
    for field in GROUPS:
        grouped = f"SELECT {field}, kind, unit, currency, sum(quantity), sum(amount) FROM contribution {where} GROUP BY 1, 2, 3, 4"
        copy.execute(grouped, values).fetchall()


def bare_sheet(copy: Connection, code: str) -> None:
    """The rows of one country by its tag: what is there, who brings and seeks what, who went, what was given."""
    there = "SELECT rowid FROM entry_search WHERE entry_search MATCH ?"
    tag = f'tags : "country_{code.lower()}"'
    copy.execute(f"SELECT kind, id, title, code, tags FROM entry WHERE place IN ({there})", (tag,)).fetchall()
    partners = f"SELECT id FROM entry WHERE kind = 'partners' AND place IN ({there})"
    copy.execute(f"SELECT side, area, count(*) FROM capacity WHERE partner IN ({partners}) GROUP BY side, area", (tag,)).fetchall()
    for end in ("sender", "host"):
        copy.execute(f"SELECT count(*), sum(actual), sum(planned) FROM flow WHERE {end} IN ({partners})", (tag,)).fetchall()
    for end in ("giver", "receiver"):
        copy.execute(SUMS.format(where=f"WHERE {end} IN ({partners})"), (tag,)).fetchall()


def milliseconds(act: Callable[[], object]) -> float:
    """The median of some runs, after one that warms up."""
    act()
    taken = []
    for _time in range(REPEATS):
        began = time.process_time()
        act()
        taken.append((time.process_time() - began) * 1000)
    return median(taken)


def main() -> int:
    """Measure, print, and end with 1 where a view takes longer than it should."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("size", nargs="?", type=int, default=SIZE, metavar="NUMBER", help="records in the catalogue")
    size = parser.parse_args().size
    copy = open_copy(kept_home(size)).connection
    ledger, country = view_named("ledger"), view_named("country")
    biggest = "SELECT value FROM tally WHERE kind = 'partners' AND field = 'country' ORDER BY n DESC LIMIT 1 OFFSET ?"
    most, middle = (copy.execute(biggest, (offset,)).fetchone()[0].upper() for offset in (0, 90))
    fund = copy.execute("SELECT to_id FROM link WHERE role = 'fund' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1").fetchone()[0]
    of_fund = "WHERE project IN (SELECT id FROM link WHERE to_kind = 'funds' AND to_id = ? AND kind = 'projects')"
    rows: list[tuple[str, float, float]] = [
        ("ledger of all", milliseconds(lambda: ledger(copy, Asked())), milliseconds(lambda: bare_ledger(copy))),
        (
            "ledger of the largest fund",
            milliseconds(lambda: ledger(copy, Asked(f"funds/{fund}"))),
            milliseconds(lambda: bare_ledger(copy, of_fund, fund)),
        ),
        *(
            (f"sheet of {code}", milliseconds(partial(country, copy, Asked(code))), milliseconds(partial(bare_sheet, copy, code)))
            for code in (most, middle)
        ),
        (
            "all countries",
            milliseconds(lambda: country(copy, Asked())),
            milliseconds(lambda: copy.execute("SELECT kind, value, n FROM tally WHERE field = 'country'").fetchall()),
        ),
    ]
    number = copy.execute("SELECT count(*) FROM contribution").fetchone()[0]
    print(f"{size:,} records, {number:,} contributions; median of {REPEATS}, ms\n")
    print(
        table(
            ("view", "view", "bare SQL", "times"), [(name, f"{ours:.1f}", f"{bare:.1f}", f"{ours / bare:.1f}") for name, ours, bare in rows]
        )
    )
    slowest = max(ours for _name, ours, _bare in rows)
    print(f"\nslowest {slowest:.1f} ms; the target is {TARGET:.0f} ms: {'met' if slowest <= TARGET else 'MISSED'}")
    return int(slowest > TARGET)


if __name__ == "__main__":
    sys.exit(main())
