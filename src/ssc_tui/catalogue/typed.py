"""The rows of the tables that hold one kind each: seats of partners, flows of people, contributions, requests for projects.

Pure: a document goes in, at most one row comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

from ssc_tui.catalogue.values import whole_number

Document = Mapping[str, Any]

SEAT_FIELDS = ("id", "country", "lat", "lon")
FLOW_FIELDS = (
    "id", "project", "round", "sender", "host", "kind", "planned", "actual", "months", "start", "end", "status",
    "need", "sender_country", "host_country",
)  # fmt: skip
CONTRIBUTION_FIELDS = (
    "id", "project", "from", "to", "year", "kind", "quantity", "unit", "unit_cost", "method", "amount", "currency", "agreed", "tossd",
)  # fmt: skip
REQUEST_FIELDS = ("id", "requested_by", "requested_on", "status")
"""The columns of each table, by what documents call them."""

TABLES = {
    "partners": ("seat", SEAT_FIELDS),
    "exchanges": ("flow", FLOW_FIELDS),
    "contributions": ("contribution", CONTRIBUTION_FIELDS),
    "projects": ("request", REQUEST_FIELDS),
}
"""The table that each kind has for itself, and its columns."""

MOST_PERSONS = 10**9
"""Persons of one exchange beyond which a figure is a slip of the pen, and counts as not stated."""

MOST_MONTHS = 10**6
"""The same of months."""


def typed_row(kind: str, document: Document, countries: Sequence[str], country_of: Callable[[str], str | None]) -> tuple[Any, ...] | None:
    """The row in the table of its kind; None where the kind has none, or a project was asked for by nobody.

    Args:
        kind: of the document.
        document: as it is stored.
        countries: ISO 3166-1 codes of the record, its own first.
        country_of: gives the country of a partner by its id.
    """
    match kind:
        case "partners":
            return (str(document["id"]), next(iter(countries), None), *_point(document.get("location")))
        case "exchanges":
            return _flow(document, country_of)
        case "contributions":
            return tuple(_plain(document.get(field)) for field in CONTRIBUTION_FIELDS)
        case "projects":
            return _request(document)
        case _:
            return None


def _point(stated: object) -> tuple[float | None, float | None]:
    """The point in degrees where one is stated that lies on Earth."""
    lat, lon = (stated.get("lat"), stated.get("lon")) if isinstance(stated, dict) else (None, None)
    return (float(lat), float(lon)) if _number(lat, -90, 90) and _number(lon, -180, 180) else (None, None)


def _number(value: object, least: int, most: int) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _plain(value: object) -> str | float | int | None:
    return value if isinstance(value, str | float | bool) else whole_number(value)


def _flow(document: Document, country_of: Callable[[str], str | None]) -> tuple[Any, ...]:
    """People who went or are to go, as they count: what is empty, or no number of persons or months, is not stated.

    The countries of both ends stand beside them, so that exchanges are added up by country without asking for every partner.
    """
    stated = {field: value for field, value in document.items() if value != ""}
    row = [_plain(stated.get(field)) for field in FLOW_FIELDS[:6]]
    row += [_persons(stated.get("planned")), _persons(stated.get("actual"))]
    row.append(float(months) if _number(months := stated.get("months"), 0, MOST_MONTHS) else None)
    row += [_plain(stated.get(field)) for field in FLOW_FIELDS[9:13]]
    return (*row, *(country_of(end) if isinstance(end := stated.get(side), str) else None for side in ("sender", "host")))


def _persons(value: object) -> int | None:
    return int(value) if _number(value, 0, MOST_PERSONS) and value == int(value) else None


def not_counted(field: str, value: object) -> bool:
    """Whether an exchange states in a field a figure that no sum takes in: it is none, or so large that it is a slip of the pen."""
    if field in ("planned", "actual"):
        return _persons(value) is None
    return field == "months" and not _number(value, 0, MOST_MONTHS)


def _request(document: Document) -> tuple[Any, ...] | None:
    """Who asked for a project, and when; nothing where it states neither."""
    by, on, status = (value if isinstance(value := document.get(field), str) else "" for field in REQUEST_FIELDS[1:])
    return (str(document["id"]), by, on, status) if by or on else None
