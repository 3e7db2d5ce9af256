"""What a person wants of a record, save by save, and what is shown when that is laid over what the catalogue says.

An edit states for each field what it held before and what it is to hold, so that it can be merged with whatever others wrote meanwhile.
Edits are never changed: what is shown follows from the catalogue's document and the edits in the order in which they were saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import differences, same
from ssc_tui.catalogue.merge import Clash, Path, Rules, merge, value_at

NEW = "new"
CHANGED = "changed"
REMOVED = "removed"

WHOLE_RECORD: Path = ()
"""The path of a clash between an edit and a removal."""


class Edit(NamedTuple):
    """One save.

    Attributes:
        id: a UUID of version 7, which no two saves on any machine share.
        change: `NEW`, `CHANGED` or `REMOVED`.
        base: what the fields that it touches held before; all fields of a record that it removes.
        new: what they are to hold; a field that is not named is to be taken out.
        author: who saved it, as known to the catalogue; empty where nobody was signed in.
        at: when, ISO 8601 in UTC, for people; nothing is decided by it.
    """

    id: str
    kind: str
    record_id: str
    change: str
    base: Mapping[str, Any]
    new: Mapping[str, Any]
    author: str
    at: str


class Found(NamedTuple):
    """A clash, and the edit whose value the document does not show."""

    edit: str
    clash: Clash


class Shown(NamedTuple):
    """A record with edits laid over it: None where it is not shown; and where an edit and the catalogue disagree."""

    document: dict[str, Any] | None
    clashes: tuple[Found, ...]


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`base` and `new` of the edit that leads from one document to another; both empty where nothing differs."""
    fields = differences(old, new)
    return (
        {change.field: change.old for change in fields if change.old is not None},
        {change.field: change.new for change in fields if change.new is not None},
    )


def held_at(document: Mapping[str, Any] | None, path: Path, rules: Rules) -> Any:
    """What a document holds where a clash is: all of it for one over the whole record, None where there is no document."""
    return document if path == WHOLE_RECORD or document is None else value_at(document, path, rules)


def lay_over(theirs: Mapping[str, Any] | None, edits: Sequence[Edit], rules: Rules) -> Shown:
    """What is shown of a record.

    An edit that was saved on top of an earlier one goes on from it. Edits of several homes can be among them, of which neither knew of the
    other: what they wrote into one field is a clash, as it is between an edit and the catalogue.

    Args:
        theirs: what the catalogue says; None where it holds no such record.
        edits: of this record, in the order in which they were saved.
        rules: of its kind.
    """
    document = None if theirs is None else dict(theirs)
    found: list[Found] = []
    for edit in edits:
        before, found = _gone_on_from(edit, found, rules)
        if edit.change == REMOVED:
            document, clashes = _removed(document, edit, disputed=any(each.clash.mine is not None for each in found))
        elif document is not None:
            document, clashes = merge(edit.base, edit.new, document, rules)
        elif edit.change == NEW:
            document, found = _brought_back({"id": edit.record_id, **edit.new}, found, rules)
            clashes = ()
        else:
            clashes = (Clash(WHOLE_RECORD, dict(edit.base), dict(edit.new), None),)
        for clash in clashes:
            clash = _since(before.get(clash.path), clash)
            if not same(clash.base, clash.mine):
                found.append(Found(edit.id, clash))
    return Shown(document, tuple(_in_the_end(found, document, rules)))


def _gone_on_from(edit: Edit, found: Sequence[Found], rules: Rules) -> tuple[dict[Path, Clash], list[Found]]:
    """The clashes whose values an edit was saved on top of, by their paths, and all others."""
    before: dict[Path, Clash] = {}
    others: list[Found] = []
    for each in reversed(found):
        # An edit of other fields fits on what any of several people wanted of a record that is gone, and belongs to one of them.
        taken = each.clash.path == WHOLE_RECORD and WHOLE_RECORD in before
        if not taken and _goes_on_from(edit, each.clash, rules):
            before.setdefault(each.clash.path, each.clash)
        else:
            others.insert(0, each)
    return before, others


def _goes_on_from(edit: Edit, clash: Clash, rules: Rules) -> bool:
    """Whether an edit was saved on top of the value that lost, so that this value is of no account any more."""
    if clash.path != WHOLE_RECORD:
        base, new = value_at(edit.base, clash.path, rules), value_at(edit.new, clash.path, rules)
        return same(base, clash.mine) and (edit.change == REMOVED or not same(base, new))
    if clash.mine is None or edit.change == NEW:
        return False
    touched = {**clash.base, **clash.mine}
    return all(same(edit.base.get(name), clash.mine.get(name)) for name in {**edit.base, **edit.new} if name in touched)


def _removed(document: dict[str, Any] | None, edit: Edit, *, disputed: bool) -> tuple[dict[str, Any] | None, tuple[Clash, ...]]:
    """A record that others changed meanwhile, or disagree about, stays until somebody decides."""
    if document is None or not (disputed or differences(edit.base, document)):
        return None, ()
    return document, (Clash(WHOLE_RECORD, dict(edit.base), None, document),)


def _brought_back(document: dict[str, Any], found: Sequence[Found], rules: Rules) -> tuple[dict[str, Any], list[Found]]:
    """A record that is there again, with what was wanted of it while it was gone."""
    still: list[Found] = []
    for each in found:
        if each.clash.path == WHOLE_RECORD and each.clash.mine is not None:
            document, clashes = merge(each.clash.base or {}, each.clash.mine, document, rules)
            still += [Found(each.edit, clash) for clash in clashes]
        else:
            still.append(each)
    return document, still


def _in_the_end(found: Sequence[Found], document: Mapping[str, Any] | None, rules: Rules) -> Iterator[Found]:
    """The clashes that are left, each beside what is shown after the last edit."""
    for each in found:
        now = held_at(document, each.clash.path, rules)
        if not same(each.clash.mine, now):
            yield Found(each.edit, each.clash._replace(theirs=now))


def _since(earlier: Clash | None, clash: Clash) -> Clash:
    """A clash of the last of several saves, told from the first of them on."""
    if earlier is None:
        return clash
    if clash.path != WHOLE_RECORD or clash.mine is None or earlier.mine is None:
        return clash._replace(base=earlier.base)
    # Fields of a record that is gone: this save may have touched others than the one before.
    untouched = {name: value for name, value in earlier.mine.items() if name not in {**clash.base, **clash.mine}}
    return clash._replace(base={**clash.base, **earlier.base}, mine={**untouched, **clash.mine})
