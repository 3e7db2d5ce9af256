"""How long board, map and charts take in a catalogue of 100,000 records of all kinds, against the bare SQL that reads what they show.

The floor of a picture fetches the rows that it is made of, and does nothing with them: of the map the seats and the flows, of the board the
first solutions of each stage by name with their documents, of a chart the flows, or the numbers of projects in each area. The picture reads
the same through the query language, counts, puts into words, and draws on 120×34. Both are measured in time of the processor.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from sqlite3 import Connection
from typing import Any, NamedTuple

from benchmarks.homes import kept_home
from benchmarks.measures import percentile, ratio_of_pairs, table
from ssc_tui.catalogue.codes import SOLUTION_STAGE
from ssc_tui.insight import board_picture, map_picture
from ssc_tui.insight.board_picture import Place
from ssc_tui.insight.charts_view import chart_of
from ssc_tui.insight.lab_view import MOST, board, summaries
from ssc_tui.insight.map_view import atlas_of
from ssc_tui.insight.report import Asked
from ssc_tui.store.connection import connect

NUMBER = 100_000
TARGET = 100.0
"""Milliseconds that a view should not exceed."""

RUNS = 15
SIZE = (120, 34)

FLOWS = "SELECT sender, host, project, round, start, planned, actual, months, status FROM flow"
SOLUTIONS = """SELECT entry.*, document FROM entry JOIN record USING (kind, id)
    WHERE entry.kind = 'solutions' AND code = ? ORDER BY place LIMIT ?"""
AREAS = "SELECT to_id, count(DISTINCT id) FROM link WHERE to_kind = 'areas' AND kind = 'projects' GROUP BY to_id"


class Contest(NamedTuple):
    """A picture, and the floor that it is measured against."""

    name: str
    picture: Callable[[Connection], object]
    floor: Callable[[Connection], object]


def _fetched(*statements: str) -> Callable[[Connection], object]:
    def fetch(copy: Connection) -> object:
        return [copy.execute(statement).fetchall() for statement in statements]

    return fetch


def _stages(copy: Connection) -> object:
    return [copy.execute(SOLUTIONS, (stage, MOST)).fetchall() for stage in SOLUTION_STAGE]


def _map(copy: Connection) -> object:
    return map_picture.draw(atlas_of(copy, Asked()), *SIZE)


def _board(copy: Connection) -> object:
    columns = board(copy, "")
    summaries(copy, [row for column in columns for row in column.rows])
    return board_picture.draw(columns, Place(), *SIZE)


def _chart(name: str) -> Callable[[Connection], Any]:
    return lambda copy: chart_of(copy, name, "")


CONTESTS = (
    Contest("map", _map, _fetched("SELECT * FROM seat", FLOWS)),
    Contest("board", _board, _stages),
    Contest("chart: years", _chart("years"), _fetched(FLOWS)),
    Contest("chart: persons", _chart("persons"), _fetched(FLOWS)),
    Contest("chart: balance", _chart("balance"), _fetched(FLOWS)),
    Contest("chart: areas", _chart("areas"), _fetched(AREAS)),
    Contest("chart: goals", _chart("goals"), _fetched(AREAS)),
)


def took(work: Callable[[Connection], object], copy: Connection) -> float:
    """Milliseconds of the processor."""
    begun = time.process_time()
    work(copy)
    return (time.process_time() - begun) * 1000


def main(words: Sequence[str] | None = None) -> int:
    """Measure every picture; ends with 1 where one takes longer than the target."""
    parser = argparse.ArgumentParser(description="Measure board, map and charts against the SQL that reads what they show.")
    parser.add_argument("--records", type=int, default=NUMBER, help="records of the catalogue (%(default)s)")
    number = parser.parse_args(words).records
    rows, slow = [], False
    with closing(connect(kept_home(number).database)) as copy:
        for contest in CONTESTS:
            took(contest.picture, copy)
            pairs = [(took(contest.picture, copy), took(contest.floor, copy)) for _run in range(RUNS)]
            ours, floor = [one for one, _other in pairs], [other for _one, other in pairs]
            slow |= percentile(ours, 0.5) > TARGET
            rows.append((contest.name, *(f"{percentile(each, 0.5):.1f}" for each in (ours, floor)), f"{ratio_of_pairs(ours, floor):.1f}"))
    print(table((f"{number:,} records", "picture ms", "SQL ms", "ratio"), rows))
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
