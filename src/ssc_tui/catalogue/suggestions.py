"""The documents of the collection of suggestions: what somebody suggests of a record, and a value that two people wrote differently. Pure.

What a document says never changes, only what was decided of it, and that once: whoever decides second finds it decided.

    {"document": "suggestion", "ref", "change", "fields": {field: {"base", "new"}}, "text", "author", "at",
     "state": open, accepted, declined; "reason", "taken": [field], "decided_by", "decided_at"}
    {"document": "conflict", "ref", "path", "base", "mine", "theirs", "author", "at", "state": open, settled;
     "how": mine, theirs, anew, none; "by_edit", "decided_by", "decided_at"}
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import FieldChange, differences, same
from ssc_tui.catalogue.edits import NEW, REMOVED, WHOLE_RECORD, Edit, Shown
from ssc_tui.catalogue.kinds import ref, split_ref
from ssc_tui.catalogue.merge import Clash, Key, Path, Rules, merge, with_value

SUGGESTION = "suggestion"
CONFLICT = "conflict"

EDIT = "edit"
CREATE = "create"
DELETE = "delete"
NOTE = "note"
"""What a suggestion wants of a record; a note is for an editor to read."""

OPEN = "open"
ACCEPTED = "accepted"
DECLINED = "declined"
SETTLED = "settled"

HOWS = ("mine", "theirs", "anew", "none")
"""How a conflict was settled, told from the side of whoever wrote the value that the catalogue does not hold."""


class Suggestion(NamedTuple):
    """What somebody suggests of a record.

    Attributes:
        change: `EDIT`, `CREATE`, `DELETE` or `NOTE`.
        fields: what the fields held in the catalogue when it was made, and what they are to hold.
        text: of a note.
        author: as known to the catalogue.
        at: when, ISO 8601 in UTC; `decided_at` likewise, empty while it is open.
        state: `OPEN`, `ACCEPTED` or `DECLINED`; `reason` says why.
        taken: the fields that were accepted.
    """

    id: str
    kind: str
    record_id: str
    change: str
    fields: tuple[FieldChange, ...]
    text: str
    author: str
    at: str
    state: str
    reason: str = ""
    taken: tuple[str, ...] = ()
    decided_by: str = ""
    decided_at: str = ""

    @property
    def ref(self) -> str:
        """The reference `kind/id` of the record."""
        return ref(self.kind, self.record_id)

    @property
    def in_part(self) -> bool:
        """Whether some of its fields were accepted, and others not."""
        return self.state == ACCEPTED and not {each.field for each in self.fields} <= set(self.taken)


class Dispute(NamedTuple):
    """A value that two people wrote differently, as every home reads it.

    Attributes:
        edit: the id of the edit that it comes from.
        mine: what the author wrote, which the catalogue does not hold; the whole document where others took the record away.
        theirs: what the catalogue said then.
        how: one of `HOWS`, empty while it is open.
        by_edit: the id of the edit that brings the decision about; empty where none is needed.
    """

    id: str
    kind: str
    record_id: str
    edit: str
    path: Path
    base: Any
    mine: Any
    theirs: Any
    author: str
    at: str
    how: str = ""
    by_edit: str = ""
    decided_at: str = ""

    @property
    def ref(self) -> str:
        """The reference `kind/id` of the record."""
        return ref(self.kind, self.record_id)


def dispute_id(edit: str, path: Path) -> str:
    """The id of the document about a value that an edit wrote: the same in every home."""
    return f"{edit}-{zlib.crc32(json.dumps(path_as_list(path)).encode()):08x}"


def path_as_list(path: Path) -> list[Any]:
    """A path in JSON: names as texts, keys of items as lists."""
    return [list(step.values) if isinstance(step, Key) else step for step in path]


def path_from_list(steps: Iterable[Any]) -> Path:
    """The path that `path_as_list` made."""
    return tuple(Key(tuple(step)) if isinstance(step, list) else step for step in steps)


def suggested(record: str, theirs: Mapping[str, Any] | None, wanted: Mapping[str, Any] | None, author: str, at: str) -> dict[str, Any]:
    """The document of a suggestion, without an id.

    Args:
        record: the reference of the record.
        theirs: what the catalogue says of it; None where it holds none.
        wanted: what it is to say; None where the record is to go.
        author: who suggests it.
        at: when.
    """
    change = DELETE if wanted is None else CREATE if theirs is None else EDIT
    fields = {each.field: _stated({"base": each.old, "new": each.new}) for each in differences(theirs or {}, wanted or {})}
    return {"document": SUGGESTION, "ref": record, "change": change, "fields": fields, "author": author, "at": at, "state": OPEN}


def noted(record: str, text: str, author: str, at: str) -> dict[str, Any]:
    """The document of a note that is a suggestion, without an id."""
    return {
        "document": SUGGESTION, "ref": record, "change": NOTE, "fields": {}, "text": text, "author": author, "at": at, "state": OPEN,
    }  # fmt: skip


def decided(state: str, by: str, at: str, *, reason: str = "", taken: Sequence[str] = ()) -> dict[str, Any]:
    """What a decision about a suggestion writes into its document."""
    return {"state": state, "decided_by": by, "decided_at": at} | _said({"reason": reason, "taken": list(taken)})


def settled(how: str, by: str, at: str, theirs: Any, by_edit: str = "") -> dict[str, Any]:
    """What a decision about a conflict writes into its document; `theirs` is what the catalogue said when it was made."""
    return {"state": SETTLED, "how": how, "decided_by": by, "decided_at": at} | _stated({"theirs": theirs}) | _said({"by_edit": by_edit})


def disputed(dispute: Dispute) -> dict[str, Any]:
    """The document of a conflict, open, without an id."""
    stated = _stated({"base": dispute.base, "mine": dispute.mine, "theirs": dispute.theirs})
    return {
        "document": CONFLICT, "ref": dispute.ref, "edit": dispute.edit, "path": path_as_list(dispute.path), **stated,
        "author": dispute.author, "at": dispute.at, "state": OPEN,
    }  # fmt: skip


def read(document: Mapping[str, Any]) -> Suggestion | Dispute | None:
    """What a document says; None where it says nothing that makes sense here: anybody who signs in can write one."""
    texts = {
        name: document.get(name, "") for name in ("ref", "change", "text", "author", "at", "state", "reason", "decided_by", "decided_at")
    }
    if not all(isinstance(value, str) for value in texts.values()):
        return None
    try:
        kind, record_id = split_ref(texts.pop("ref"))
    except ValueError:
        return None
    if kind is None:
        return None
    texts |= {name: texts[name] if _is_moment(texts[name]) else "" for name in ("at", "decided_at")}
    match document.get("document"):
        case "suggestion":
            return _suggestion(document, kind, record_id, texts)
        case "conflict":
            return _dispute(document, kind, record_id, texts)
    return None


def _is_moment(text: str) -> bool:
    """Whether a text is a moment with its zone, in ISO 8601."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _suggestion(document: Mapping[str, Any], kind: str, record_id: str, texts: dict[str, str]) -> Suggestion | None:
    fields, taken = document.get("fields", {}), document.get("taken", [])
    if texts["change"] not in (EDIT, CREATE, DELETE, NOTE) or texts["state"] not in (OPEN, ACCEPTED, DECLINED):
        return None
    if not isinstance(fields, dict) or not all(isinstance(each, dict) for each in fields.values()):
        return None
    if not isinstance(taken, list) or not all(isinstance(each, str) for each in taken):
        return None
    changes = tuple(
        FieldChange(name, each.get("base"), each.get("new")) for name, each in fields.items() if name not in ("id", "last_modified")
    )
    return Suggestion(str(document.get("id")), kind, record_id, fields=changes, taken=tuple(taken), **texts)


def _dispute(document: Mapping[str, Any], kind: str, record_id: str, texts: dict[str, str]) -> Dispute | None:
    edit, steps, how, by_edit = (document.get(name, "") for name in ("edit", "path", "how", "by_edit"))
    is_path = isinstance(steps, list) and all(isinstance(step, str | list) for step in steps) and (not steps or isinstance(steps[0], str))
    scalar = is_path and all(not isinstance(value, list | dict) for step in steps if isinstance(step, list) for value in step)
    if not isinstance(edit, str) or not isinstance(by_edit, str) or not scalar:
        return None
    if not (texts["state"] == OPEN or (texts["state"] == SETTLED and how in HOWS)):
        return None
    path = path_from_list(steps)
    if document.get("id") != dispute_id(edit, path):
        return None
    base, mine, theirs = (document.get(name) for name in ("base", "mine", "theirs"))
    if not path:
        if not all(isinstance(side, dict | None) for side in (base, mine, theirs)):
            return None
        mine = None if mine is None else {**mine, "id": record_id}
    said = how if texts["state"] == SETTLED else ""
    return Dispute(
        *(str(document["id"]), kind, record_id, edit, path, base, mine, theirs, texts["author"], texts["at"], said, by_edit),
        texts["decided_at"],
    )


def laid(theirs: Mapping[str, Any] | None, edits: Sequence[Edit]) -> Shown:
    """A document with what is wanted of it laid over: all of a wish, or nothing of it where somebody else was first. Never a conflict."""
    document = None if theirs is None else dict(theirs)
    for edit in edits:
        if edit.change == NEW:
            document = document or {"id": edit.record_id, **edit.new}
        elif document is None:
            continue
        elif edit.change == REMOVED:
            document = document if document.get("state") != OPEN else None
        elif all(same(document.get(name), edit.base.get(name)) for name in {*edit.base, *edit.new}):
            document = {name: value for name, value in document.items() if name not in edit.base} | dict(edit.new)
    return Shown(document, ())


class Outcome(NamedTuple):
    """What accepting a suggestion makes of a record; `moved` are the values that others changed since it was made."""

    document: dict[str, Any]
    moved: tuple[Clash, ...]


def outcome(suggestion: Suggestion, present: Mapping[str, Any], rules: Rules, fields: Iterable[str] | None = None) -> Outcome:
    """The record with a suggestion accepted: what it holds now, merged with what the suggestion changes, which goes before what moved.

    Args:
        suggestion: that changes a record or makes one.
        present: the record as it is now; empty for one that is to be made.
        rules: of its kind.
        fields: those that are accepted; all where None.
    """
    chosen = [each for each in suggestion.fields if fields is None or each.field in fields]
    base = _stated({each.field: each.old for each in chosen})
    new = _stated({each.field: each.new for each in chosen})
    document, clashes = merge(base, new, present, rules)
    for clash in clashes:
        try:
            document = with_value(document, clash.path, clash.mine, rules)
        except LookupError:
            document = with_value(document, clash.path[:1], new.get(str(clash.path[0])), rules)
    return Outcome(document, tuple(each for each in clashes if each.path != WHOLE_RECORD))


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
