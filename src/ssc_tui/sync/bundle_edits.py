"""The edits that ride in a bundle as lines of JSON, and what of such lines can be believed. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, Edit
from ssc_tui.catalogue.ids import milliseconds_of
from ssc_tui.catalogue.kinds import ID
from ssc_tui.catalogue.limits import beyond
from ssc_tui.store.conflicts import ANEW, MINE, THEIRS
from ssc_tui.store.riding import Dispute, Rider, Riding
from ssc_tui.sync.accept import MOST_ID
from ssc_tui.sync.bundle_form import damaged
from ssc_tui.text import as_json, clean_all

LATEST = 2**47
"""Milliseconds since 1970 (the year 6429) beyond which the time in the id of an edit would leave no room for those that come after it."""

MOST_WORD = 200
"""Characters of a name or a time."""


class Believed(NamedTuple):
    """What of the lines can be taken in, and how many of them cannot: of a kind that this program does not know, or not fit to be kept."""

    riding: Riding
    left_out: int


def lines(riding: Riding) -> Iterator[str]:
    """What rides, a line each."""
    for rider in riding.edits:
        yield as_json({"edit": rider.edit._asdict(), "step": rider.step})
    for dispute in riding.disputes:
        yield as_json({"dispute": dispute._asdict()})
    for edit in riding.taken:
        yield as_json({"taken": edit})


def count(riding: Riding) -> int:
    """How many lines that makes."""
    return len(riding.edits) + len(riding.disputes) + len(riding.taken)


def read(found: Iterable[bytes], kinds: Iterable[str]) -> Believed:
    """What the lines say.

    Args:
        found: the lines.
        kinds: collections that this program knows.

    Raises:
        Refused: a line is not JSON.
    """
    known = frozenset(kinds)
    edits: list[Rider] = []
    disputes: list[Dispute] = []
    taken: list[str] = []
    left_out = 0
    for line in found:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise damaged() from error
        try:
            match told:
                case {"edit": dict(edit), "step": str(step)}:
                    edits.append(Rider(_edit(edit, known), _edit_id(step) if step else ""))
                case {"dispute": dict(dispute)}:
                    disputes.append(_dispute(dispute, known))
                case {"taken": edit}:
                    taken.append(_edit_id(edit))
                case _:
                    left_out += 1
        except (KeyError, TypeError, ValueError):
            left_out += 1
    return Believed(Riding(edits, disputes, taken), left_out)


def _edit(told: Mapping[str, Any], kinds: frozenset[str]) -> Edit:
    edit = Edit(**told)
    _edit_id(edit.id)
    _record(edit.kind, edit.record_id, kinds)
    _words(edit.author, edit.at)
    datetime.fromisoformat(edit.at)
    if edit.change not in (NEW, CHANGED, REMOVED) or not isinstance(edit.base, dict) or not isinstance(edit.new, dict):
        raise ValueError(edit.change)
    # A new record, and one that is gone, is stated in full.
    if edit.change == NEW and edit.new.get("id", edit.record_id) != edit.record_id:
        raise ValueError(edit.record_id)
    _fit(edit.base)
    _fit(edit.new)
    return edit


def _dispute(told: Mapping[str, Any], kinds: frozenset[str]) -> Dispute:
    dispute = Dispute(**told)
    _edit_id(dispute.edit)
    _record(dispute.kind, dispute.record_id, kinds)
    _words(dispute.author, dispute.found_at)
    if not isinstance(dispute.path, list) or not all(isinstance(step, str | list) for step in dispute.path):
        raise ValueError(dispute.path)
    if dispute.settled is None:
        if dispute.settled_at is not None or dispute.settled_edit is not None:
            raise ValueError(dispute.settled_at)
    elif dispute.settled not in (MINE, THEIRS, ANEW):
        raise ValueError(dispute.settled)
    else:
        _words(dispute.settled_at)
    if dispute.settled_edit is not None:
        _edit_id(dispute.settled_edit)
    _fit({"path": dispute.path, "base": dispute.base, "mine": dispute.mine, "theirs": dispute.theirs}, weighed=False)
    return dispute


def _edit_id(value: Any) -> str:
    """An id as `new_id` makes it."""
    made = UUID(value)
    if str(made) != value or made.version != 7 or milliseconds_of(value) >= LATEST:
        raise ValueError(value)
    return str(value)


def _record(kind: Any, record_id: Any, kinds: frozenset[str]) -> None:
    if kind not in kinds or not isinstance(record_id, str) or len(record_id) > MOST_ID or not ID.match(record_id):
        raise ValueError(kind)


def _words(*values: Any) -> None:
    for value in values:
        if not isinstance(value, str) or len(value) > MOST_WORD:
            raise ValueError(value)
        _fit({"": value})


def _fit(value: dict[str, Any], *, weighed: bool = True) -> None:
    """See that it can be kept as it is, since it has to be the same in every home."""
    if beyond(value, weighed=weighed) or not same(clean_all(value), value):
        raise ValueError
    as_json(value).encode()
