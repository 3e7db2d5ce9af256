"""What people suggest, as a person reads it: beside what the record holds now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.edits import CHANGED
from ssc_tui.catalogue.kinds import SUGGESTIONS, ref
from ssc_tui.catalogue.suggestions import OPEN, SUGGESTION, Suggestion, read
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.i18n import N_, _
from ssc_tui.store.overlay import theirs

_WANTED = """SELECT id, document FROM record WHERE kind = 'suggestions' AND NOT deleted
        AND NOT EXISTS (SELECT 1 FROM edited WHERE edited.kind = record.kind AND edited.id = record.id)
    UNION ALL SELECT id, document FROM edited WHERE kind = 'suggestions' AND document IS NOT NULL"""
"""The documents of the collection, with what is wanted of them here laid over."""

_IS_OPEN = f"json_extract(document, '$.state') = '{OPEN}' AND json_extract(document, '$.document') = '{SUGGESTION}'"

OPEN_REFS = f"SELECT json_extract(document, '$.ref') AS ref FROM ({_WANTED}) WHERE {_IS_OPEN}"
"""In a statement, the references of the records that something open is suggested of."""


_OPEN_OF_MINE = f"""SELECT id FROM record WHERE kind = 'suggestions' AND NOT deleted AND {_IS_OPEN}
    AND 'account:' || json_extract(document, '$.author') = (SELECT json_extract(value, '$') FROM remote WHERE key = 'user')"""
"""In a statement, the ids of what whoever is signed in suggests, as long as it is open."""


ONLY_EDITORS = N_("Only editors of the catalogue accept or decline. Nothing was changed.")
"""What is said to others who want to."""


class Suggested(NamedTuple):
    """A suggestion.

    Attributes:
        title: of the record, empty where it is not shown.
        now: what the fields that it changes hold now.
        is_there: whether the record is shown.
        sent: whether the catalogue holds it.
    """

    suggestion: Suggestion
    title: str
    now: Mapping[str, Any]
    is_there: bool
    sent: bool

    @property
    def moved(self) -> tuple[str, ...]:
        """The fields that others changed since it was made."""
        return tuple(
            each.field
            for each in self.suggestion.fields
            if not same(self.now.get(each.field), each.old) and not same(self.now.get(each.field), each.new)
        )


def suggestions(copy: Connection, *, decided: bool = False) -> list[Suggested]:
    """What is to be decided, oldest first; or what was decided, newest first."""
    found = [each for each in _every(copy) if (each.state != OPEN) == decided]
    found.sort(key=lambda each: (each.decided_at or each.at, each.id), reverse=decided)
    return [_beside(copy, each) for each in found]


def about(copy: Connection, kind: str, record_id: str) -> list[Suggested]:
    """What is suggested of a record and not decided, oldest first."""
    condition = f"json_extract(document, '$.state') = '{OPEN}' AND json_extract(document, '$.ref') = ?"
    found = copy.execute(f"SELECT id, document FROM ({_WANTED}) WHERE {condition} ORDER BY id", (ref(kind, record_id),)).fetchall()
    said = (read({**json.loads(text), "id": document_id}) for document_id, text in found)
    return [_beside(copy, each) for each in said if isinstance(each, Suggestion)]


def named(copy: Connection, name: str) -> Suggested:
    """The suggestion with this id, one that begins so, or the only open one about a record.

    Raises:
        NotFound: there is none.
        UsageError: there are several.
    """
    name = name.strip().lower()
    every = list(_every(copy))
    about = [each for each in every if each.state == OPEN and name in (each.ref, each.record_id)]
    found = [each for each in every if each.id == name] or [each for each in every if name and each.id.startswith(name)] or about
    if not found:
        raise NotFound(_("There is no suggestion {name}. `ssc-tui suggestions` lists them.").format(name=name))
    if len(found) > 1:
        listed = ", ".join(each.id for each in found)
        raise UsageError(_("{name} are several suggestions: {listed}.").format(name=name, listed=listed))
    return _beside(copy, found[0])


def open_suggestions(copy: Connection) -> int:
    """How many suggestions that the catalogue holds wait for a decision."""
    held = "EXISTS (SELECT 1 FROM record WHERE record.kind = 'suggestions' AND record.id = wanted.id AND NOT record.deleted)"
    return int(copy.execute(f"SELECT count(*) FROM ({_WANTED}) AS wanted WHERE {_IS_OPEN} AND {held}").fetchone()[0])


def for_editor(copy: Connection) -> int:
    """How many suggestions wait for a decision of whoever is signed in here; none where that is no editor."""
    editor = copy.execute("SELECT value FROM remote WHERE key = 'editor'").fetchone()
    return open_suggestions(copy) if editor and editor[0] == "true" else 0


def outcomes(copy: Connection, ids: Iterable[str] | None = None) -> dict[str, str]:
    """How suggestions stand in the catalogue, by id: one's own that wait for a decision, unless ids are given."""
    if ids is None:
        found = copy.execute(f"SELECT DISTINCT sent_as FROM pending_edit WHERE sent_as != '' UNION {_OPEN_OF_MINE}")
        ids = [each for (each,) in found.fetchall()]
    return {each: str((theirs(copy, SUGGESTIONS, each) or {}).get("state", "")) for each in ids}


def decisions(copy: Connection) -> dict[str, dict[str, Any]]:
    """What was decided here and has not been sent, by the ids of the documents that it is about."""
    found = copy.execute("SELECT record_id, new FROM pending_edit WHERE kind = ? AND change = ? ORDER BY number", (SUGGESTIONS, CHANGED))
    return {document_id: json.loads(new) for document_id, new in found}


def overtaken(copy: Connection, wanted: Mapping[str, Mapping[str, Any]]) -> int:
    """Of such decisions, how many came to nothing since the catalogue holds another one, or the document is gone."""
    count = 0
    for document_id, decision in wanted.items():
        held = theirs(copy, SUGGESTIONS, document_id) or {}
        count += held.get("state") != OPEN and any(not same(held.get(name), value) for name, value in decision.items())
    return count


def _every(copy: Connection) -> Iterator[Suggestion]:
    for document_id, text in copy.execute(_WANTED).fetchall():
        said = read({**json.loads(text), "id": document_id})
        if isinstance(said, Suggestion):
            yield said


def _beside(copy: Connection, suggestion: Suggestion) -> Suggested:
    where = (suggestion.kind, suggestion.record_id)
    shown = copy.execute("SELECT document FROM shown WHERE kind = ? AND id = ?", where).fetchone()
    title = copy.execute("SELECT title FROM entry WHERE kind = ? AND id = ?", where).fetchone()
    sent = copy.execute("SELECT 1 FROM record WHERE kind = ? AND id = ? AND NOT deleted", (SUGGESTIONS, suggestion.id)).fetchone()
    held = json.loads(shown[0]) if shown else {}
    now = {each.field: held.get(each.field) for each in suggestion.fields}
    return Suggested(suggestion, title[0] if title else "", now, shown is not None, sent is not None)
