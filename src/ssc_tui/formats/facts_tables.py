"""The fact tables: their columns, what a cell of each may hold, and how a table is read.

The tables are CSV as RFC 4180 has it, in UTF-8 with line feeds and one row of column names. Items of a list
inside a cell are joined by `;`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ssc_tui.catalogue import codes
from ssc_tui.errors import SscError


class FactsError(SscError):
    """A fact table holds something that it must not.

    Attributes:
        file: name of the table's file.
        line: line of the file, from 1; None where the whole file is meant.
        message: what is wrong.
    """

    def __init__(self, file: str, line: int | None, message: str) -> None:
        super().__init__(f"{file}: {message}" if line is None else f"{file}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


class Row(NamedTuple):
    """A row of a fact table: the file and the line on which it ends, and its cells by column."""

    file: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str | None:
        """The cell; None where it is empty, for an empty cell says that nothing is stated."""
        return self.cells[column] or None

    def items(self, column: str) -> list[str]:
        """The items of the list in the cell."""
        return self.cells[column].split(";") if self.cells[column] else []

    def number(self, column: str) -> int | float | None:
        """The number in the cell, an int where it is whole; None where the cell is empty.

        Raises:
            FactsError: the cell holds no number.
        """
        return self._parsed(column, self.cells[column]) if self.cells[column] else None

    def numbers(self, column: str) -> list[int | float]:
        """The numbers of the list in the cell.

        Raises:
            FactsError: an item is no number.
        """
        return [self._parsed(column, item) for item in self.items(column)]

    def _parsed(self, column: str, text: str) -> int | float:
        if not _NUMBER.match(text):
            raise self.error(f"{column} {text!r} is no number")
        number = Decimal(text)
        return int(number) if number == int(number) else float(number)

    def error(self, message: str) -> FactsError:
        """What to raise or report when something is wrong in this row."""
        return FactsError(self.file, self.line, message)


@dataclass(frozen=True)
class Column:
    """What the cells of a column may hold.

    Attributes:
        required: a cell must not be empty.
        many: a cell is a list of items.
        pattern: what an item looks like.
        known: the codes an item may be.
        refers: tables of which an item names a row, by its first column.
    """

    required: bool = False
    many: bool = False
    pattern: re.Pattern[str] | None = None
    known: Container[str] | None = None
    refers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A fact table: its columns in order, and those whose cells together occur only once."""

    columns: Mapping[str, Column]
    key: tuple[str, ...] = ("id",)


AREAS = "priority_areas.csv"
AREA_NAMES = "area_names.csv"
AREA_SYNONYMS = "area_synonyms.csv"
COUNTRIES = "countries.csv"
PARTNERS = "partners.csv"
CAPACITIES = "capacities.csv"
FUNDS = "funds.csv"
PROJECTS = "projects.csv"
PROJECT_PARTNERS = "project_partners.csv"
SOLUTIONS = "solutions.csv"
PUBLICATIONS = "publications.csv"
FIGURES = "figures.csv"

RECORD_TABLES: Mapping[str, str] = {
    PARTNERS: "partners",
    PROJECTS: "projects",
    AREAS: "areas",
    SOLUTIONS: "solutions",
    PUBLICATIONS: "publications",
    FUNDS: "funds",
}
"""Tables whose rows are records, each with their kind. No two rows of any of them share an id."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_COUNT = Column(pattern=re.compile(r"[0-9]+\Z"))
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?\Z")
_YEAR = Column(pattern=re.compile(r"(1[5-9]|20)[0-9]{2}\Z"))
_DAY = Column(pattern=re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z"))
_WEB = Column(pattern=re.compile(r"https?://\S+\Z"))
_ID = Column(required=True, pattern=re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z"))
_ANY = Column()
_TEXT = Column(required=True)
_IN_COUNTRIES = Column(many=True, refers=(COUNTRIES,))
_IN_AREAS = Column(many=True, refers=(AREAS,))
_AREA = Column(required=True, refers=(AREAS,))
_PARTNER = Column(refers=(PARTNERS,))
_PARTNER_NEEDED = Column(required=True, refers=(PARTNERS,))


def _code(list_name: str, *, required: bool = True) -> Column:
    return Column(required=required, known=codes.CODES[list_name])


TABLES: Mapping[str, Table] = {
    AREAS: Table(
        {
            "id": _ID,
            "name": _TEXT,
            "kind": _code("area_kind"),
            "parent_id": Column(refers=(AREAS,)),
            "sdgs": Column(many=True, known={str(goal) for goal in codes.GOALS}),
            "dac_sectors": Column(many=True, pattern=re.compile(r"[0-9]{3}([0-9]{2})?\Z")),
            "description": _TEXT,
            "source": _TEXT,
        }
    ),
    AREA_NAMES: Table({"area_id": _AREA, "fr": _TEXT, "es": _TEXT, "pt": _TEXT}, key=("area_id",)),
    AREA_SYNONYMS: Table({"area_id": _AREA, "en": _TEXT, "fr": _TEXT, "es": _TEXT, "pt": _TEXT}, key=("area_id", "en")),
    COUNTRIES: Table(
        {
            "code": Column(required=True, pattern=re.compile(r"[A-Z]{2}\Z")),
            "name": _TEXT,
            "region": _ANY,
            "south": Column(required=True, pattern=re.compile(r"[01]\Z")),
            "latitude": Column(required=True, pattern=_NUMBER),
            "longitude": Column(required=True, pattern=_NUMBER),
            "source": _TEXT,
        },
        key=("code",),
    ),
    PARTNERS: Table(
        {
            "id": _ID,
            "name": _TEXT,
            "acronym": _ANY,
            "aliases": Column(many=True),
            "kind": _code("organisation_type"),
            "country": Column(refers=(COUNTRIES,)),
            "city": _ANY,
            "website": _WEB,
            "email": _ANY,
            "phone": _ANY,
            "roles": Column(required=True, many=True, known={"provider", "beneficiary", "facilitator", "funder"}),
            "priority_areas": _IN_AREAS,
            "languages": Column(many=True, pattern=re.compile(r"[a-z]{2}\Z")),
            "founded": _YEAR,
            "description": _TEXT,
            "source": _TEXT,
        }
    ),
    CAPACITIES: Table(
        {
            "partner_id": _PARTNER_NEEDED,
            "direction": Column(required=True, known={"offer", "need"}),
            "priority_area": _AREA,
            "topic": _TEXT,
            "source": _TEXT,
        },
        key=("partner_id", "direction", "priority_area", "topic"),
    ),
    FUNDS: Table(
        {
            "id": _ID,
            "name": _TEXT,
            "manager_partner_id": _PARTNER_NEEDED,
            "founded": _YEAR,
            "contributors": Column(many=True, refers=(PARTNERS,)),
            "description": _TEXT,
            "source": _TEXT,
        }
    ),
    PROJECTS: Table(
        {
            "id": _ID,
            "title": _TEXT,
            "modality": _code("modality"),
            "status": _code("activity_status", required=False),
            "start_year": _YEAR,
            "end_year": _YEAR,
            "start_date": _DAY,
            "end_date": _DAY,
            "countries": _IN_COUNTRIES,
            "priority_areas": _IN_AREAS,
            "cross_cutting": _IN_AREAS,
            "fund_id": Column(refers=(FUNDS,)),
            "coordinator_partner_id": _PARTNER,
            "budget": Column(pattern=_AMOUNT),
            "currency": Column(pattern=re.compile(r"[A-Z]{3}\Z")),
            "description": _TEXT,
            "source": _TEXT,
        }
    ),
    PROJECT_PARTNERS: Table(
        {
            "project_id": Column(required=True, refers=(PROJECTS,)),
            "partner_id": _PARTNER_NEEDED,
            "role": _code("project_role"),
            "sent": _COUNT,
            "hosted": _COUNT,
            "source": _TEXT,
        },
        key=("project_id", "partner_id", "role"),
    ),
    SOLUTIONS: Table(
        {
            "id": _ID,
            "title": _TEXT,
            "stage": _code("solution_stage"),
            "provider_partner_id": _PARTNER,
            "project_id": Column(refers=(PROJECTS,)),
            "countries": _IN_COUNTRIES,
            "priority_areas": _IN_AREAS,
            "description": _TEXT,
            "source": _TEXT,
        }
    ),
    PUBLICATIONS: Table(
        {
            "id": _ID,
            "title": _TEXT,
            "publisher_partner_id": _PARTNER,
            "year": _YEAR,
            "kind": _code("publication_kind"),
            "url": _WEB,
            "related_ids": Column(many=True, refers=tuple(RECORD_TABLES)),
            "description": _TEXT,
            "source": _TEXT,
        }
    ),
    FIGURES: Table(
        {
            "subject_id": Column(required=True, refers=tuple(RECORD_TABLES)),
            "year": _YEAR,
            "measure": _TEXT,
            "value": Column(required=True, pattern=_AMOUNT),
            "unit": _TEXT,
            "source": _TEXT,
        },
        key=("subject_id", "year", "measure"),
    ),
}
"""Every fact table by its file name."""


def read_table(folder: Path, name: str) -> list[Row]:
    """The rows of one table of the folder, in the order of the file.

    Raises:
        FactsError: the file is missing, or is no table with the columns that belong to it.
    """
    try:
        text = (folder / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise FactsError(name, None, "is missing") from None
    except UnicodeDecodeError as error:
        raise FactsError(name, None, f"is not UTF-8: {error.reason} at byte {error.start}") from None
    if text.startswith("\ufeff"):
        raise FactsError(name, None, "begins with a byte order mark")
    if "\r" in text:
        raise FactsError(name, None, "has carriage returns, where lines end with a line feed alone")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = tuple(TABLES[name].columns)
    rows: list[Row] = []
    try:
        if tuple(next(lines, ())) != columns:
            raise FactsError(name, 1, f"columns must be {','.join(columns)}")
        for cells in lines:
            if len(cells) != len(columns):
                raise FactsError(name, lines.line_num, f"{len(cells)} cells where {len(columns)} belong")
            rows.append(Row(name, lines.line_num, dict(zip(columns, cells, strict=True))))
    except csv.Error as error:
        raise FactsError(name, lines.line_num, str(error)) from None
    return rows
