"""How long board, map and charts take in a catalogue of 100,000 records of all kinds, against the bare SQL that reads what they show.

The floor of a picture fetches the rows that it is made of, and does nothing with them: of the map the seats and the flows, of the board the
first solutions of each stage by name with their documents, of a chart the flows, or the numbers of projects in each area. The picture reads
the same through the query language, counts, puts into words, and draws on 120×34. Both are measured in time of the processor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from sqlite3 import Connection

from benchmarks.contests import Contest, bare, run, told
from benchmarks.homes import kept_home
from benchmarks.views import AREAS, FLOWS, SIZE, stages
from ssc_tui.insight import board_picture, map_picture
from ssc_tui.insight.board_picture import Place
from ssc_tui.insight.charts_view import chart_of
from ssc_tui.insight.lab_view import board, summaries
from ssc_tui.insight.map_view import atlas_of
from ssc_tui.insight.report import Asked
from ssc_tui.store.connection import connect

SCREEN = (120, 34)


def _map(copy: Connection) -> object:
    return map_picture.draw(atlas_of(copy, Asked()), *SCREEN)


def _board(copy: Connection) -> object:
    columns = board(copy, "")
    summaries(copy, [row for column in columns for row in column.rows])
    return board_picture.draw(columns, Place(), *SCREEN)


CONTESTS = (
    Contest("map", _map, bare("SELECT * FROM seat", FLOWS)),
    Contest("board", _board, stages),
    *(Contest(f"chart: {name}", partial(chart_of, name=name, query=""), bare(FLOWS)) for name in ("years", "persons", "balance")),
    *(Contest(f"chart: {name}", partial(chart_of, name=name, query=""), bare(AREAS)) for name in ("areas", "goals")),
)


def main(words: Sequence[str] | None = None) -> int:
    """Measure every picture; ends with 1 where one takes longer than the target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--records", type=int, default=SIZE, help="records of the catalogue (%(default)s)")
    number = parser.parse_args(words).records
    with closing(connect(kept_home(number).database)) as copy:
        return told(f"{number:,} records", run(copy, CONTESTS))


if __name__ == "__main__":
    sys.exit(main())
