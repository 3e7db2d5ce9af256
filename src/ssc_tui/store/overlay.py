"""Lays pending edits over the catalogue's documents.

`edited` holds what that leads to, and follows from `record` and `pending_edit` at every moment. `conflict` holds where an edit and the
catalogue disagree; it outlives the edit, so that what somebody wrote can be read for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.edits import CHANGED, WHOLE_RECORD, Edit, Found, Shown, lay_over
from ssc_tui.catalogue.merge import Key, Path, Rules, value_at, with_value
from ssc_tui.text import as_json

SHOWN = "(SELECT document FROM shown WHERE shown.kind = entry.kind AND shown.id = entry.id)"
"""In a statement, the document of an entry as it is shown. SQLite looks it up by its key so, and not where the view is joined."""

Ref = tuple[str, str]
"""Kind and id of a record."""

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


def edits_of(copy: Connection, kind: str, record_id: str) -> list[Edit]:
    """The pending edits of a record, in the order in which they were saved."""
    found = copy.execute(
        "SELECT id, kind, record_id, change, base, new, author, at FROM pending_edit WHERE kind = ? AND record_id = ? ORDER BY number",
        (kind, record_id),
    )
    return [_edit(*row) for row in found]


def _edit(edit_id: str, kind: str, record_id: str, change: str, base: str, new: str, author: str, at: str) -> Edit:
    return Edit(edit_id, kind, record_id, change, json.loads(base), json.loads(new), author, at)


def edited_refs(copy: Connection) -> set[Ref]:
    """The records that have pending edits, and those that are shown as if they had."""
    return set(copy.execute("SELECT kind, record_id FROM pending_edit UNION SELECT kind, id FROM edited"))


def waiting(copy: Connection) -> int:
    """How many edits the catalogue has not taken yet."""
    return int(copy.execute("SELECT count(*) FROM pending_edit").fetchone()[0])


def open_conflicts(copy: Connection) -> int:
    """How many conflicts wait for a decision."""
    return int(copy.execute("SELECT count(*) FROM conflict WHERE settled IS NULL").fetchone()[0])


def disputed(copy: Connection, kind: str, record_id: str) -> list[tuple[Path, Any, Any]]:
    """The open conflicts of a record: where, what was written here, and what the catalogue says."""
    found = copy.execute(
        "SELECT path, mine, theirs FROM conflict WHERE kind = ? AND record_id = ? AND settled IS NULL ORDER BY path", (kind, record_id)
    )
    return [(path_from_text(path), _read(mine), _read(theirs)) for path, mine, theirs in found.fetchall()]


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def reasons(copy: Connection, kind: str, record_id: str) -> list[str] | None:
    """Why the catalogue did not take edits of a record; None where the record has no edits."""
    found = copy.execute("SELECT reason FROM pending_edit WHERE kind = ? AND record_id = ? ORDER BY number", (kind, record_id)).fetchall()
    return [reason for (reason,) in found if reason] if found else None


def theirs(copy: Connection, kind: str, record_id: str) -> dict[str, Any] | None:
    """What the catalogue says of a record, whatever was edited here; None where it holds none."""
    said = copy.execute("SELECT document FROM record WHERE kind = ? AND id = ? AND NOT deleted", (kind, record_id)).fetchone()
    return dict(json.loads(said[0])) if said else None


def _in_conflict(copy: Connection) -> set[Ref]:
    """The records with conflicts that wait for a decision; the edits that they come from may be gone."""
    return set(copy.execute("SELECT kind, record_id FROM conflict WHERE settled IS NULL"))


def lay(copy: Connection, refs: Iterable[Ref] | None = None) -> set[Ref]:
    """Bring `edited` and `conflict` in step, in the caller's transaction, and before anything is projected.

    Args:
        copy: the copy.
        refs: records whose document or edits changed; all where None.

    Returns:
        Those of the records that have edits, or had until now: what is shown of them is to be projected anew.
    """
    every = edited_refs(copy)
    concerned = every if refs is None else every.intersection(refs)
    disagreeing = _in_conflict(copy)
    for kind, record_id in sorted(concerned | (disagreeing if refs is None else disagreeing.intersection(refs))):
        edits = edits_of(copy, kind, record_id)
        before = copy.execute("SELECT document FROM edited WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
        if not edits:
            copy.execute("DELETE FROM edited WHERE kind = ? AND id = ?", (kind, record_id))
            _say_what_theirs_is_now(copy, kind, record_id)
            continue
        shown = laid_over(copy, kind, record_id, edits)
        copy.execute("INSERT OR REPLACE INTO edited VALUES (?, ?, ?)", (kind, record_id, _text(shown)))
        _keep_conflicts(copy, edits, shown.clashes, before[0] if before else None)
    return concerned


def laid_over(copy: Connection, kind: str, record_id: str, edits: list[Edit]) -> Shown:
    """What the catalogue's document and these edits lead to."""
    # Imports pydantic, which only copies with edits need.
    from ssc_tui.catalogue.documents import rules

    of_kind = rules(kind)
    settled = copy.execute("SELECT edit, path FROM conflict WHERE kind = ? AND record_id = ? AND settled IS NOT NULL", (kind, record_id))
    for edit_id, path in settled.fetchall():
        edits = _without(edits, edit_id, path_from_text(path), of_kind)
    return lay_over(theirs(copy, kind, record_id), edits, of_kind)


def _without(edits: list[Edit], last: str, path: Path, of_kind: Rules) -> list[Edit]:
    """Edits without what they want of a value up to the one over which a person has decided, whatever the catalogue says of it later."""
    upto = next((number for number, edit in enumerate(edits, 1) if edit.id == last), 0)
    if path == WHOLE_RECORD:
        return [edit for edit in edits if edit.id != last]
    return [_left_alone(edit, path, of_kind) for edit in edits[:upto]] + edits[upto:]


def _left_alone(edit: Edit, path: Path, of_kind: Rules) -> Edit:
    """An edit that leaves a value as it was; a new record needs all of its own."""
    if edit.change != CHANGED:
        return edit
    try:
        return edit._replace(new=with_value(edit.new, path, value_at(edit.base, path, of_kind), of_kind))
    except LookupError:
        return edit


def text_shown(copy: Connection, kind: str, record_id: str) -> str | None:
    """What `edited` should hold of a record with edits; the empty text where it has none."""
    edits = edits_of(copy, kind, record_id)
    return _text(laid_over(copy, kind, record_id, edits)) if edits else ""


def _text(shown: Shown) -> str | None:
    return None if shown.document is None else as_json(shown.document)


def path_as_text(path: Path) -> str:
    """A path as the table of conflicts holds it: names as texts, keys of items as lists."""
    return as_json([list(step.values) if isinstance(step, Key) else step for step in path])


def path_from_text(text: str) -> Path:
    """The path that `path_as_text` wrote."""
    return tuple(Key(tuple(step)) if isinstance(step, list) else step for step in json.loads(text))


def _keep_conflicts(copy: Connection, edits: list[Edit], found: Iterable[Found], shown_before: str | None) -> None:
    """Keep what disagrees now, let go of what no longer does; what a person has settled stays settled."""
    clashes = {(each.edit, path_as_text(each.clash.path)): each for each in found}
    for edit in edits:
        open_paths = copy.execute("SELECT path FROM conflict WHERE edit = ? AND settled IS NULL", (edit.id,)).fetchall()
        copy.executemany(
            "DELETE FROM conflict WHERE edit = ? AND path = ?",
            ((edit.id, path) for (path,) in open_paths if (edit.id, path) not in clashes),
        )
    by_id = {edit.id: edit for edit in edits}
    copy.executemany(
        f"INSERT INTO conflict (edit, path, kind, record_id, base, mine, theirs, author, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_NOW})"
        " ON CONFLICT DO UPDATE SET theirs = excluded.theirs WHERE settled IS NULL",
        (
            (edit, path, by_id[edit].kind, by_id[edit].record_id, *_values(each, shown_before), by_id[edit].author)
            for (edit, path), each in clashes.items()
        ),
    )


def _say_what_theirs_is_now(copy: Connection, kind: str, record_id: str) -> None:
    """Keep the conflicts of edits that were let go of in step with the catalogue; where it came to say what they say, they are none."""
    from ssc_tui.catalogue.documents import rules

    document = theirs(copy, kind, record_id)
    for path, mine, _theirs in disputed(copy, kind, record_id):
        now = document if path == WHOLE_RECORD or document is None else value_at(document, path, rules(kind))
        where = (kind, record_id, path_as_text(path))
        if same(mine, now):
            copy.execute("DELETE FROM conflict WHERE kind = ? AND record_id = ? AND path = ? AND settled IS NULL", where)
        else:
            text = None if now is None else as_json(now)
            copy.execute("UPDATE conflict SET theirs = ? WHERE kind = ? AND record_id = ? AND path = ? AND settled IS NULL", (text, *where))


def _values(found: Found, shown_before: str | None) -> Iterator[str | None]:
    base, mine, theirs = found.clash[1:]
    if found.clash.path == WHOLE_RECORD and mine is not None and shown_before is not None:
        # The edit holds the fields that it touched; to have the record back, all of it is needed as it was shown.
        mine = json.loads(shown_before)
    for value in (base, mine, theirs):
        yield None if value is None else as_json(value)
