"""The solutions lab: all solutions by stage, or one with its history and its replication tree."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.codes import SOLUTION_STAGE, label
from ssc_tui.catalogue.query import Qualifier, parse
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.lab import STAGES, Column, Tree, history_block, partners_named, source_lines, summary, tree, tree_block
from ssc_tui.insight.report import Asked, Report, restricted
from ssc_tui.insight.saying import not_stated, objects, shown
from ssc_tui.insight.subtitle import subtitle
from ssc_tui.store import reader
from ssc_tui.store.flows import named
from ssc_tui.store.reader import Row
from ssc_tui.store.search import everything

MOST = 50
"""Solutions of a stage that are named; the list shows all."""


def board(copy: Connection, query: str) -> tuple[Column, ...]:
    """The solutions that a query finds, by stage; those without one come last, where there are any."""
    columns = []
    for stage in STAGES:
        run = everything(copy, parse(query).with_qualifier(_of_stage(stage)), "solutions")
        rows = reader.rows(copy, run.places(copy, 0, MOST))
        total = len(rows) if len(rows) < MOST else run.count(copy)
        columns.append(Column(stage, total, tuple(rows)))
    return tuple(column for column in columns if column.stage or column.total)


def summaries(copy: Connection, rows: Sequence[Row]) -> dict[str, str]:
    """A few lines about each solution, by its reference."""
    documents = [reader.document(copy, row.kind, row.id) for row in rows]
    partners = named(copy, "partners", dict.fromkeys(partner for document in documents for partner in partners_named(document)))
    titles = {partner: shown(about.title) for partner, about in partners.items()}
    told = {}
    for row, document in zip(rows, documents, strict=True):
        provider = partners.get(str(document.get("provider")))
        told[row.ref] = summary(document, provider.country if provider else None, titles)
    return told


def _of_stage(stage: str) -> Qualifier:
    return Qualifier("stage", (stage,)) if stage else Qualifier("stage", tuple(SOLUTION_STAGE), negated=True)


def list_of(stage: str, query: str) -> Target:
    """Where the whole list of a stage is."""
    return Target("list", f"solutions?{query} {_of_stage(stage)}".replace("? ", "?"))


def lab_view(copy: Connection, asked: Asked) -> Report:
    """All solutions by stage, or one solution.

    The data of all: `query`, `stages` (`stage`, `total`, `solutions` with `ref`, `title`, `countries`). That of one: `ref`, `title`,
    `stage`, `history` as the document has it, `tree` (`country`, `partner`, `taken`: `country`, `partner`, `year`, `changes`, `result`),
    `sources`.

    Raises:
        NotFound: there is no such solution.
    """
    kind, _slash, record_id = asked.subject.partition("/")
    return _one(copy, record_id) if kind == "solutions" else _all(copy, asked)


def _all(copy: Connection, asked: Asked) -> Report:
    columns = board(copy, asked.query)
    blocks = [_stage_block(column, asked.query) for column in columns]
    data = {
        "query": asked.query,
        "stages": [
            {
                "stage": column.stage or None,
                "total": column.total,
                "solutions": [{"ref": row.ref, "title": row.title, "countries": row.countries.split()} for row in column.rows],
            }
            for column in columns
        ],
    }
    found = any(column.total for column in columns)
    return Report("lab", restricted(_("Solutions lab"), asked.query), tuple(blocks), data, found)


def _stage_block(column: Column, query: str) -> Block:
    lines = [Line("", shown(row.title), subtitle(row).where, Target("record", row.ref)) for row in column.rows]
    whole = list_of(column.stage, query)
    if column.total > len(lines):
        more = column.total - len(lines)
        lines.append(Line("", ngettext("{n} more in the list", "{n} more in the list", more), target=whole))
    heading = f"{column.title} ({column.total:,})"
    return Block(heading, tuple(lines) or (Line("", _("none")),), whole if column.total else None)


def _one(copy: Connection, record_id: str) -> Report:
    document = reader.document(copy, "solutions", record_id)
    partners = named(copy, "partners", partners_named(document))
    titles = {partner: shown(about.title) for partner, about in partners.items()}
    provider = partners.get(str(document.get("provider")))
    drawn = tree(document, provider.country if provider else None)
    stage = label("solution_stage", shown(document.get("stage"))) or not_stated()
    title = shown(document.get("title")) or record_id
    about = [Line(_("Solution"), title, target=Target("record", f"solutions/{record_id}")), Line(_("Stage"), stage)]
    if challenge := shown(document.get("challenge")):
        about.append(Line(_("Challenge"), challenge))
    blocks = (Block("", tuple(about)), tree_block(drawn, titles), history_block(document, titles), source_lines(document))
    return Report(f"lab solutions/{record_id}", title, blocks, _data(document, drawn, title))


def _data(document: dict[str, Any], drawn: Tree, title: str) -> dict[str, Any]:
    taken = [{key: value for key, value in each._asdict().items() if key != "more"} for each in drawn.taken]
    return {
        "ref": f"solutions/{document['id']}",
        "title": title,
        "stage": document.get("stage"),
        "history": objects(document.get("history")),
        "tree": {"country": drawn.country, "partner": drawn.partner, "taken": taken},
        "sources": objects(document.get("sources")),
    }
