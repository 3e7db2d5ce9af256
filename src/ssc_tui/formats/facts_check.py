"""What is wrong in a folder of fact tables: cells, keys, references, and rows that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ssc_tui.catalogue import codes
from ssc_tui.formats.facts_tables import (
    AREA_NAMES,
    AREAS,
    COUNTRIES,
    PROJECT_PARTNERS,
    PROJECTS,
    RECORD_TABLES,
    TABLES,
    Column,
    FactsError,
    Row,
    read_table,
)

_Tables = Mapping[str, list[Row]]

_LOCAL_PATH = re.compile(r"(?<![\w.])/(?:home|mnt|opt|private|root|srv|tmp|Users|usr|var|work)/")


def check_facts(folder: Path) -> list[str]:
    """Everything that is wrong with the facts, as sentences such as "projects.csv:12: title is empty".

    Tables that cannot be read are told first, and alone, for nothing can be said about references to them.
    """
    tables: dict[str, list[Row]] = {}
    unreadable: list[FactsError] = []
    for name in TABLES:
        try:
            tables[name] = read_table(folder, name)
        except FactsError as error:
            unreadable.append(error)
    return [str(error) for error in unreadable or _faults(tables)]


def _faults(tables: _Tables) -> Iterator[FactsError]:
    keys = {name: {row.cells[TABLES[name].key[0]] for row in rows} for name, rows in tables.items()}
    for name, rows in tables.items():
        for row in rows:
            for column, rule in TABLES[name].columns.items():
                for fault in _cell_faults(row.cells[column], rule, keys):
                    yield row.error(f"{column} {fault}")
        yield from _repeated_keys(rows, TABLES[name].key)
    yield from _shared_ids(tables)
    yield from _area_faults(tables)
    yield from _country_faults(tables)
    yield from _project_faults(tables)


def _cell_faults(cell: str, rule: Column, keys: Mapping[str, set[str]]) -> Iterator[str]:
    if not cell:
        if rule.required:
            yield "is empty"
        return
    if cell != cell.strip():
        yield "has outer blanks"
    if _LOCAL_PATH.search(cell):
        yield "names a folder of somebody's machine"
    items = cell.split(";") if rule.many else [cell]
    if len(set(items)) < len(items):
        yield "repeats an item"
    for item in items:
        if rule.pattern and not rule.pattern.match(item):
            yield f"{item!r} has the wrong form"
        if rule.known is not None and item not in rule.known:
            yield f"{item!r} is unknown"
        if rule.refers and not any(item in keys[table] for table in rule.refers):
            yield f"{item!r} names no row of {' or '.join(rule.refers)}"


def _repeated_keys(rows: list[Row], columns: tuple[str, ...]) -> Iterator[FactsError]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.cells[column] for column in columns)
        if key in seen:
            yield row.error(f"repeats {', '.join(columns)} of line {seen[key]}")
        seen.setdefault(key, row.line)


def _shared_ids(tables: _Tables) -> Iterator[FactsError]:
    homes: dict[str, str] = {}
    for name in RECORD_TABLES:
        for row in tables[name]:
            home = homes.setdefault(row.cells["id"], name)
            if home != name:
                yield row.error(f"id {row.cells['id']!r} is in {home} too")


def _area_faults(tables: _Tables) -> Iterator[FactsError]:
    areas = {row.cells["id"] for row in tables[AREAS]}
    for row in tables[AREAS]:
        if row.cells["parent_id"] == row.cells["id"]:
            yield row.error("is its own parent")
    for goal in codes.GOALS:
        if f"sdg-{goal:02d}" not in areas:
            yield FactsError(AREAS, None, f"sdg-{goal:02d} is missing")
    for area in sorted(areas - {row.cells["area_id"] for row in tables[AREA_NAMES]}):
        yield FactsError(AREA_NAMES, None, f"{area} has no row")


def _country_faults(tables: _Tables) -> Iterator[FactsError]:
    for row in tables[COUNTRIES]:
        for column, limit in (("latitude", 90), ("longitude", 180)):
            try:
                off_the_globe = abs(row.number(column) or 0) > limit
            except FactsError:
                continue  # the cell was told of already
            if off_the_globe:
                yield row.error(f"{column} is off the globe")


def _project_faults(tables: _Tables) -> Iterator[FactsError]:
    issues = {row.cells["id"] for row in tables[AREAS] if row.cells["kind"] == "cross_cutting"}
    coordinators: dict[str, set[str]] = {}
    for row in tables[PROJECT_PARTNERS]:
        if row.cells["role"] == "coordinator":
            coordinators.setdefault(row.cells["project_id"], set()).add(row.cells["partner_id"])
    for row in tables[PROJECTS]:
        for side in ("start", "end"):
            day, year = row.cells[f"{side}_date"], row.cells[f"{side}_year"]
            if day and day[:4] != year:
                yield row.error(f"{side}_date and {side}_year differ")
        start = row.cells["start_date"] or row.cells["start_year"]
        end = row.cells["end_date"] or row.cells["end_year"]
        if start and end and start[: len(end)] > end[: len(start)]:
            yield row.error("ends before it starts")
        for area in row.items("cross_cutting"):
            if area not in issues:
                yield row.error(f"cross_cutting {area!r} is no cross-cutting issue")
        if bool(row.cells["budget"]) != bool(row.cells["currency"]):
            yield row.error("budget and currency go together")
        if set(row.items("coordinator_partner_id")) != coordinators.get(row.cells["id"], set()):
            yield row.error(f"coordinator_partner_id differs from {PROJECT_PARTNERS}")
