"""How one version of a document differs from another, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

UNCOUNTED = ("id", "last_modified")
"""Fields that name a version of a document and are no part of its content."""


class FieldChange(NamedTuple):
    """A field with its values before and after; None where it was or is not stated."""

    field: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FieldChange]:
    """The fields whose content differs, in the order of the newer document, then those that are gone."""
    fields = [*new, *(field for field in old if field not in new)]
    return [
        FieldChange(field, old.get(field), new.get(field))
        for field in fields
        if field not in UNCOUNTED and not same(old.get(field), new.get(field))
    ]


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same text, the order of names aside: 1, 1.0 and true are three values."""
    return one is other or (one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))
