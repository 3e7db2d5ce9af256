"""How long each view takes to open in a catalogue of 100,000 records of all kinds, beside the bare SQL of the rows that it is made of.

A view opens when its report is made and laid out on 120 columns. The floor fetches the rows, or adds them up where the view names no more
than sums, and does nothing with them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

from benchmarks.contests import Contest, Work, bare, run, told
from benchmarks.homes import kept_home
from ssc_tui.catalogue.codes import SOLUTION_STAGE
from ssc_tui.insight.lab_view import MOST
from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Asked
from ssc_tui.insight.terms_view import MOST as JUDGED
from ssc_tui.insight.views import view_named
from ssc_tui.store.connection import connect

SIZE = 100_000
WIDTH = 120

MIDDLING = 90
"""A country that stands so far below the one with the most partners."""

SUMS = (
    "SELECT sender, count(*), sum(actual), sum(planned) FROM flow GROUP BY sender",
    "SELECT host, count(*), sum(actual), sum(planned) FROM flow GROUP BY host",
)
FLOWS = "SELECT sender, host, project, round, start, planned, actual, months, status FROM flow"
BY_YEAR = "SELECT substr(start, 1, 4), count(*), sum(actual), sum(planned) FROM flow GROUP BY 1"
AREAS = "SELECT to_id, count(DISTINCT id) FROM link WHERE to_kind = 'areas' AND kind = 'projects' GROUP BY to_id"

GIVEN = (
    "SELECT kind, unit, currency, agreed, count(*), sum(quantity), sum(amount), sum(quantity * unit_cost) FROM contribution {where}"
    " GROUP BY kind, unit, currency, agreed"
)
"""Quantities and amounts by what they are counted in: what a ledger says before it groups anything."""

GROUPS = ("year", "project", "giver", "receiver")
"""What a ledger groups its lines by, each once more over the same rows."""


def contests(copy: Connection) -> Iterator[Contest]:
    """Every view, of all and of those records about which there is most to say."""
    yield from _exchanges(copy)
    yield from _needs(copy)
    yield from _contributions(copy)
    yield _contest("charts", bare(*SUMS, BY_YEAR, AREAS))
    yield _contest("lab", stages)
    between = "SELECT value, other, exchanges, persons FROM moved WHERE field = 'country'"
    yield _contest("map", bare("SELECT country, count(*) FROM seat GROUP BY country", between))
    yield _contest("country", bare("SELECT kind, value, n FROM tally WHERE field = 'country'"))
    tally = "SELECT value FROM tally WHERE kind = 'partners' AND field = 'country' ORDER BY n DESC LIMIT 1 OFFSET ?"
    for offset in (0, MIDDLING):
        code = copy.execute(tally, (offset,)).fetchone()[0].upper()
        yield _contest("country", _sheet(code), code)


def _exchanges(copy: Connection) -> Iterator[Contest]:
    partner = _most(copy, "SELECT to_id FROM link WHERE to_kind = 'partners' AND kind = 'exchanges'")
    project = _most(copy, "SELECT project FROM flow WHERE project IS NOT NULL")
    its = "SELECT flow.* FROM link JOIN flow USING (id) WHERE to_kind = 'partners' AND to_id = ? AND link.kind = 'exchanges'"
    document = "SELECT document FROM record WHERE kind = 'projects' AND id = ?"
    first = "SELECT document FROM entry JOIN record USING (kind, id) WHERE kind = 'projects' ORDER BY place LIMIT ?"
    yield _contest("balance", bare(*SUMS))
    yield _contest("balance", bare(its, values=(partner,)), f"partners/{partner}")
    yield _contest("flows", bare("SELECT sender, host, count(*), sum(actual), sum(planned) FROM flow GROUP BY sender, host"))
    yield _contest("terms", bare(first, values=(JUDGED,)))
    yield _contest("terms", bare(document, "SELECT sender, host FROM flow WHERE project = ?", values=(project,)), f"projects/{project}")


def _needs(copy: Connection) -> Iterator[Contest]:
    partner = _most(copy, "SELECT partner FROM capacity")
    sought = "SELECT * FROM capacity WHERE side = 'seeks'"
    asked_and_answered = ("SELECT * FROM request", "SELECT host, need FROM flow")
    yield _contest("match", bare("SELECT * FROM capacity"), f"partners/{partner}")
    yield _contest("demand", bare(sought, *asked_and_answered))
    yield _contest("demand", bare(f"{sought} AND partner = ?", values=(partner,)), f"partners/{partner}")


def _contributions(copy: Connection) -> Iterator[Contest]:
    fund = _most(copy, "SELECT to_id FROM link WHERE role = 'fund'")
    partner = _most(copy, "SELECT giver FROM contribution WHERE giver IS NOT NULL")
    of_funds = "FROM link JOIN contribution ON project = link.id WHERE link.kind = 'projects' AND role = 'fund'"
    projects = "FROM link JOIN entry USING (kind, id) WHERE kind = 'projects' AND role = 'fund'"
    yield _contest("ledger", bare(*_ledger()))
    of_fund = "WHERE project IN (SELECT id FROM link WHERE to_kind = 'funds' AND to_id = ? AND kind = 'projects')"
    yield _contest("ledger", bare(*_ledger(of_fund), values=(fund,)), f"funds/{fund}")
    yield _contest("ledger", bare(*_ledger("WHERE ? IN (giver, receiver)"), values=(partner,)), f"partners/{partner}")
    given = f"SELECT to_id, contribution.kind, unit, currency, sum(quantity), sum(amount) {of_funds} GROUP BY 1, 2, 3, 4"
    yield _contest("funds", bare(given, f"SELECT to_id, count(*), min(start), max(finish) {projects} GROUP BY 1"))


def opened(view: str, asked: Asked) -> Work:
    """Opens a view: makes its report and lays it out."""
    return lambda copy: lay_out(view_named(view)(copy, asked), WIDTH)


def _contest(view: str, floor: Work, subject: str = "") -> Contest:
    kind, slash, _id = subject.partition("/")
    about = f"one {kind.removesuffix('s')}" if slash else subject or "all"
    return Contest(f"{view} of {about}", opened(view, Asked(subject)), floor)


def _ledger(where: str = "") -> tuple[str, ...]:
    """The sums of contributions in all and by each field, without names, words or projects that have none."""
    by = (
        f"SELECT {each}, kind, unit, currency, sum(quantity), sum(amount) FROM contribution {where} GROUP BY 1, 2, 3, 4" for each in GROUPS
    )
    return (GIVEN.format(where=where), *by)


def _sheet(code: str) -> Work:
    """The rows of one country by its tag: what is there, who brings and seeks what, who went, what was given."""
    there = "SELECT rowid FROM entry_search WHERE entry_search MATCH ?"
    partners = f"SELECT id FROM entry WHERE kind = 'partners' AND place IN ({there})"
    return bare(
        f"SELECT kind, id, title, code, tags FROM entry WHERE place IN ({there})",
        f"SELECT side, area, count(*) FROM capacity WHERE partner IN ({partners}) GROUP BY side, area",
        *(f"SELECT count(*), sum(actual), sum(planned) FROM flow WHERE {end} IN ({partners})" for end in ("sender", "host")),
        *(GIVEN.format(where=f"WHERE {end} IN ({partners})") for end in ("giver", "receiver")),
        values=(f'tags : "country_{code.lower()}"',),
    )


def stages(copy: Connection) -> object:
    """The first solutions of each stage by name, with their documents."""
    of_stage = """SELECT entry.*, document FROM entry JOIN record USING (kind, id)
        WHERE entry.kind = 'solutions' AND code = ? ORDER BY place LIMIT ?"""
    return [copy.execute(of_stage, (stage, MOST)).fetchall() for stage in SOLUTION_STAGE]


def _most(copy: Connection, column: str) -> str:
    """What a column names most often."""
    return str(copy.execute(f"{column} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1").fetchone()[0])


def main(words: Sequence[str] | None = None) -> int:
    """Measure every view; ends with 1 where one takes longer than its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.views", description=__doc__)
    parser.add_argument("--records", type=int, default=SIZE, help="records of the catalogue (%(default)s)")
    parser.add_argument("--copy", type=Path, help="measure in this copy, whatever it holds")
    parser.add_argument("--only", default="", metavar="VIEW", help="measure this view alone")
    given = parser.parse_args(words)
    with closing(connect(given.copy or kept_home(given.records).database)) as copy:
        number = copy.execute("SELECT count(*) FROM entry").fetchone()[0]
        return told(f"{number:,} records", run(copy, (each for each in contests(copy) if each.name.startswith(given.only))))


if __name__ == "__main__":
    sys.exit(main())
