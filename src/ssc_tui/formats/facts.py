"""The facts as documents: each row of the fact tables finds its place in a record, and nothing is added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ssc_tui.catalogue.documents import MODELS, problems
from ssc_tui.catalogue.kinds import KINDS, ref
from ssc_tui.formats.facts_tables import (
    AREA_NAMES,
    AREA_SYNONYMS,
    AREAS,
    CAPACITIES,
    FIGURES,
    FUNDS,
    PARTNERS,
    PROJECT_PARTNERS,
    PROJECTS,
    PUBLICATIONS,
    RECORD_TABLES,
    SOLUTIONS,
    TABLES,
    FactsError,
    Row,
    read_table,
)

__all__ = ["FactsError", "read_facts"]

_Fields = dict[str, Any]
"""Fields of a document; one that is None or an empty list is not stated."""


def read_facts(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The documents in a folder of fact tables: every kind, each in the order of its ids.

    An empty cell leaves its field out. The roles of `partners.csv` are left behind: who gives and who receives
    is said by exchanges and by what partners bring and seek. `sent` and `hosted` become exchanges.

    Raises:
        FactsError: a table cannot be read, a row tells of a record that is not there, `sent` and `hosted` do
            not fit together, or a row makes no document of its kind.
    """
    facts = _Facts({name: read_table(folder, name) for name in TABLES})
    documents: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
    for kind, row, fields in facts.records():
        stated = {name: value for name, value in fields.items() if value is not None and value != []}
        if wrong := problems(kind, stated):
            raise row.error("; ".join(wrong))
        if stated["id"] in documents[kind]:
            raise row.error(f"id {stated['id']!r} is made twice")
        documents[kind][stated["id"]] = MODELS[kind].model_validate(stated).to_document()
    return {kind: [by_id[each] for each in sorted(by_id)] for kind, by_id in documents.items()}


class _Facts:
    """The rows of all tables, those that tell more of a record filed under its id."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self.tables = tables
        self.refs: dict[str, str] = {}
        for name, kind in RECORD_TABLES.items():
            for row in tables[name]:
                record_id = row.cells["id"]
                if record_id in self.refs:
                    raise row.error(f"id {record_id!r} is taken by {self.refs[record_id]}")
                self.refs[record_id] = ref(kind, record_id)
        self.area_names = self._filed(AREA_NAMES, "area_id", "areas")
        self.synonyms = self._filed(AREA_SYNONYMS, "area_id", "areas")
        self.capacities = self._filed(CAPACITIES, "partner_id", "partners")
        self.participants = self._filed(PROJECT_PARTNERS, "project_id", "projects")
        self.figures = self._filed(FIGURES, "subject_id", *RECORD_TABLES.values())

    def _filed(self, name: str, column: str, *kinds: str) -> dict[str, list[Row]]:
        filed: dict[str, list[Row]] = {record_id: [] for record_id in self.refs}
        for row in self.tables[name]:
            record_id = row.cells[column]
            if self.refs.get(record_id) not in [ref(kind, record_id) for kind in kinds]:
                raise row.error(f"{column} {record_id!r} names no record of {' or '.join(kinds)}")
            filed[record_id].append(row)
        return filed

    def records(self) -> Iterator[tuple[str, Row, _Fields]]:
        """The kind, the row and the fields of every record, exchanges last."""
        makers = {
            PARTNERS: self._partner,
            AREAS: self._area,
            PROJECTS: self._project,
            SOLUTIONS: self._solution,
            PUBLICATIONS: self._publication,
            FUNDS: self._fund,
        }
        for name, make in makers.items():
            for row in self.tables[name]:
                record_id = row.cells["id"]
                shared: _Fields = {
                    "id": record_id,
                    "figures": [_figure(each) for each in self.figures[record_id]],
                    "sources": _sources(row),
                }
                yield RECORD_TABLES[name], row, shared | make(row)
        for row in self.tables[PROJECTS]:
            for exchange in _exchanges(row, self.participants[row.cells["id"]]):
                yield "exchanges", row, exchange

    def _partner(self, row: Row) -> _Fields:
        return (
            _texts(row, "name", "acronym", "kind", "country", "city", "website", "email", "phone", "description")
            | _competences(row.cells["id"], self.capacities[row.cells["id"]])
            | {
                "aliases": row.items("aliases"),
                "languages": row.items("languages"),
                "founded": row.number("founded"),
                "areas": row.items("priority_areas"),
            }
        )

    def _area(self, row: Row) -> _Fields:
        names = {"en": row.cells["name"]}
        for translated in self.area_names[row.cells["id"]]:
            names |= _texts(translated, "fr", "es", "pt")
        return _texts(row, "name", "kind", "description") | {
            "names": names,
            "synonyms": [_texts(each, "en", "fr", "es", "pt") for each in self.synonyms[row.cells["id"]]],
            "parent": row.text("parent_id"),
            "sdgs": row.numbers("sdgs"),
            "sectors": row.items("dac_sectors"),
        }

    def _project(self, row: Row) -> _Fields:
        participants = self.participants[row.cells["id"]]
        coordinators = {each.cells["partner_id"] for each in participants if each.cells["role"] == "coordinator"}
        if not coordinators.issuperset(row.items("coordinator_partner_id")):
            raise row.error(f"the coordinator is not in {PROJECT_PARTNERS}")
        start, end = _dates(row)
        return _texts(row, "title", "modality", "status", "currency", "description") | {
            "start": start,
            "end": end,
            "countries": row.items("countries"),
            "areas": row.items("priority_areas"),
            "cross_cutting": [{"area": area} for area in row.items("cross_cutting")],
            "fund": row.text("fund_id"),
            "partners": [{"partner": each.cells["partner_id"]} | _texts(each, "role") for each in participants],
            "budget": row.number("budget"),
            "sources": _sources(row, *participants),
        }

    def _solution(self, row: Row) -> _Fields:
        return _texts(row, "title", "stage", "description") | {
            "provider": row.text("provider_partner_id"),
            "project": row.text("project_id"),
            "countries": row.items("countries"),
            "areas": row.items("priority_areas"),
        }

    def _publication(self, row: Row) -> _Fields:
        related = row.items("related_ids")
        if unknown := [each for each in related if each not in self.refs]:
            raise row.error(f"related_ids {', '.join(unknown)} names no record")
        return _texts(row, "title", "kind", "url") | {
            "publisher": row.text("publisher_partner_id"),
            "year": row.number("year"),
            "related": [self.refs[each] for each in related],
            "abstract": row.text("description"),
        }

    def _fund(self, row: Row) -> _Fields:
        return _texts(row, "name", "description") | {
            "manager": row.text("manager_partner_id"),
            "contributors": row.items("contributors"),
            "founded": row.number("founded"),
        }


def _texts(row: Row, *columns: str) -> _Fields:
    return {column: row.cells[column] for column in columns if row.cells[column]}


def _dates(row: Row) -> tuple[str | None, str | None]:
    return row.text("start_date") or row.text("start_year"), row.text("end_date") or row.text("end_year")


def _sources(*rows: Row) -> list[dict[str, str]]:
    """Each source of the rows once, in their order."""
    found = dict.fromkeys(each for row in rows for each in row.cells["source"].split("; ") if each)
    return [{"ref": each} for each in found]


def _figure(row: Row) -> _Fields:
    year = {} if row.number("year") is None else {"year": row.number("year")}
    return year | _texts(row, "measure", "unit", "source") | {"value": row.number("value")}


_SIDES = {"offer": "brings", "need": "seeks"}


def _competences(partner: str, rows: list[Row]) -> dict[str, list[_Fields]]:
    """What a partner brings and seeks, numbered on each side in the order of the rows."""
    sides: dict[str, list[_Fields]] = {side: [] for side in _SIDES.values()}
    for row in rows:
        side = _SIDES.get(row.cells["direction"])
        if side is None:
            raise row.error(f"direction {row.cells['direction']!r} is neither {' nor '.join(_SIDES)}")
        item = {"id": f"{partner}-{side}-{len(sides[side]) + 1}", "area": row.text("priority_area")}
        sides[side].append(item | _texts(row, "topic", "source"))
    return sides


def _exchanges(project: Row, participants: list[Row]) -> Iterator[_Fields]:
    """One exchange for each pair of partners between whom people went."""
    sent = _stated("sent", participants)
    hosted = _stated("hosted", participants)
    start, end = _dates(project)
    for sender, host, people in _flows(project, sent, hosted):
        yield {
            "id": f"{project.cells['id']}-{sender}-{host}",
            "project": project.cells["id"],
            "sender": sender,
            "host": host,
            "actual": people,
            "start": start,
            "end": end,
            "sources": _sources(sent[sender][0], hosted[host][0]),
        }


_People = dict[str, tuple[Row, int | float]]
"""By partner: the row that states how many people, and how many."""


def _stated(column: str, participants: list[Row]) -> _People:
    stated: _People = {}
    for row in participants:
        people = row.number(column)
        if people is None:
            continue
        if row.cells["partner_id"] in stated:
            raise row.error(f"{column} is stated twice for {row.cells['partner_id']}")
        stated[row.cells["partner_id"]] = row, people
    return stated


def _flows(project: Row, sent: _People, hosted: _People) -> list[tuple[str, str, int | float]]:
    """Who sent how many people to whom: sender, host, people.

    The totals of the partners say it when every sender has only one host to send to, or every host only one
    sender to receive from. In all other cases more than one answer may fit, and none is chosen.
    """
    if not sent and not hosted:
        return []
    pairs = [(sender, host) for sender in sent for host in hosted if sender != host]
    if sent and all(sum(pair[0] == sender for pair in pairs) == 1 for sender in sent):
        flows = [(sender, host, sent[sender][1]) for sender, host in pairs]
    elif hosted and all(sum(pair[1] == host for pair in pairs) == 1 for host in hosted):
        flows = [(sender, host, hosted[host][1]) for sender, host in pairs]
    else:
        row = next(iter([*sent.values(), *hosted.values()]))[0]
        raise row.error(f"sent and hosted in {project.cells['id']} do not say who went where")
    for side, (column, stated) in enumerate((("sent", sent), ("hosted", hosted))):
        for partner, (row, people) in stated.items():
            if sum(flow[2] for flow in flows if flow[side] == partner) != people:
                raise row.error(f"{column} {people} does not agree with what the other partners state")
    return flows
