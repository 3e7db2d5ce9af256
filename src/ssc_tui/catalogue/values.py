"""Reads the fields of a document whatever they hold: what is of a wrong type is left out and never raises."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ssc_tui.text import one_line

ITEMS_OF = MappingProxyType({"need": ("host", "seeks"), "capacity": ("sender", "brings")})
"""Fields of an exchange that name an item of a list of a partner by its id, or say it in words: who names the partner, and the list."""


def text_at(document: Mapping[str, Any], field: str) -> str:
    """The text of a field in one safe line, a number as its text; empty where the field holds neither."""
    value = document.get(field)
    if value is None:
        return ""
    if isinstance(value, str):
        return one_line(value)
    return one_line(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts_of(document: Mapping[str, Any], *fields: str) -> list[str]:
    """The texts of several fields, those that hold none left out."""
    return [text for field in fields if (text := text_at(document, field))]


def list_at(document: Mapping[str, Any], field: str) -> list[Any]:
    """The items of a list; none where the field holds no list."""
    value = document.get(field)
    return value if isinstance(value, list) else []


def texts_at(document: Mapping[str, Any], field: str) -> list[str]:
    """The texts and whole numbers in a list, each in one safe line."""
    return [one_line(str(item)) for item in list_at(document, field) if isinstance(item, str | int)]


def objects_at(document: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    """The objects in a list; everything else is passed over."""
    return [item for item in list_at(document, field) if isinstance(item, dict)]


def whole_number(value: object) -> int | None:
    """A whole number that the database can hold; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63 else None
