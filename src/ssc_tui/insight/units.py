"""Units of what is given in kind, in the number that goes with an amount: 1 expert-month, 2 expert-months. Whatever is not known stays."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_IRREGULAR = {"people": "person", "copies": "copy", "boxes": "box", "batches": "batch", "buses": "bus"}
_REGULAR = """
bed book computer consultant course day desk device document dose expert fellowship flight generator hour item kilogram kilometre kit laptop
lecture litre machine manual meeting mission module month night panel participant person piece place printer pump report room scholarship
seat seminar session set specialist stay student tablet tent ticket tonne tool trainee trainer training trip truck unit vehicle visit
visitor volunteer week well workshop year
"""
SINGULAR: Mapping[str, str] = MappingProxyType({f"{word}s": word for word in _REGULAR.split()} | _IRREGULAR)
"""Words for many, and for one of them."""


def of_one(unit: str) -> str:
    """A unit as it is named where there is one: `expert-months` is `expert-month`."""
    start = max(unit.rfind(" "), unit.rfind("-")) + 1
    return unit[:start] + SINGULAR.get(unit[start:], unit[start:])
