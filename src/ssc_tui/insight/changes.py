"""How a change is told: what happened to a record, and what its fields said before and say now. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ssc_tui.catalogue.difference import FieldChange
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.text import one_line

if TYPE_CHECKING:
    from ssc_tui.store.conflicts import Conflict

LOGGED = {"new": N_("new"), "changed": N_("changed"), "removed": N_("gone")}
"""Words for what happened to a record."""

VALUE = 60
"""Characters of a value that are shown."""


def field_lines(fields: Sequence[FieldChange], most: int) -> list[str]:
    """A line for each field, `most` at the most: its name, what it said, and what it says."""
    lines = [f"{one_line(each.field)}: {value(each.old)} → {value(each.new)}" for each in fields[:most]]
    if len(fields) > most:
        rest = len(fields) - most
        lines.append(ngettext("and {n} more field", "and {n} more fields", rest))
    return lines


def both_written(mine: str, theirs: str, conflict: Conflict, reader: str) -> tuple[str, str]:
    """Words for mine and theirs, with who wrote the one that the catalogue does not hold, where that was not the reader."""
    author = one_line(conflict.other_author(reader))
    if not author:
        return mine, theirs
    written = _("{value} (written by {author})")
    return (written.format(value=mine, author=author), theirs) if conflict.here else (mine, written.format(value=theirs, author=author))


def value(stated: Any) -> str:
    """A value in words that fit on a line."""
    if stated is None:
        return _("not stated")
    if isinstance(stated, list) and all(isinstance(each, (str, int, float)) for each in stated):
        text = ", ".join(str(each) for each in stated) or _("empty")
    else:
        text = stated if isinstance(stated, str) else json.dumps(stated, ensure_ascii=False)
    text = one_line(text)
    return text if len(text) <= VALUE else f"{text[: VALUE - 1]}…"
