"""Where an edit and the catalogue disagree: kept for good, so that what somebody wrote can be read whatever was decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.edits import WHOLE_RECORD, Edit, Found
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.merge import Key, Path, Rules, path_text, value_at
from ssc_tui.text import as_json

MINE = "mine"
THEIRS = "theirs"
ANEW = "anew"
"""How a conflict was settled: by either value, or by a new one."""

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


class Conflict(NamedTuple):
    """A value that two people wrote, each in their own way.

    Attributes:
        edit: the id of the edit that it comes from.
        title: of the record, empty where it is not shown.
        base: what it was before both; None where it was not stated.
        mine: what was written here; the whole document where the record is gone from the catalogue, None where it was to be taken away.
        theirs: what the catalogue says.
        author: who wrote mine.
        settled: `MINE`, `THEIRS` or `ANEW`; None as long as it is open.
    """

    edit: str
    path: Path
    kind: str
    record_id: str
    title: str
    base: Any
    mine: Any
    theirs: Any
    author: str
    found_at: str
    settled: str | None
    settled_at: str | None

    @property
    def ref(self) -> str:
        """The reference `kind/id`."""
        return ref(self.kind, self.record_id)

    @property
    def field(self) -> str:
        """The path as people write it; empty for the whole record."""
        return path_text(self.path)


def conflicts(copy: Connection, *, settled: bool = False) -> list[Conflict]:
    """What waits for a decision, oldest first; or what was settled, newest first."""
    return _read(copy, "settled IS NOT NULL ORDER BY settled_at DESC" if settled else "settled IS NULL ORDER BY found_at")


def conflicts_of(copy: Connection, kind: str, record_id: str) -> list[Conflict]:
    """What waits for a decision about one record."""
    return _read(copy, "settled IS NULL AND conflict.kind = ? AND record_id = ? ORDER BY found_at", kind, record_id)


def _read(copy: Connection, which: str, *values: str) -> list[Conflict]:
    found = copy.execute(
        "SELECT edit, path, conflict.kind, record_id, coalesce(title, ''), base, mine, theirs, author, found_at, settled, settled_at"
        " FROM conflict LEFT JOIN entry ON entry.kind = conflict.kind AND entry.id = record_id"
        f" WHERE {which}, conflict.kind, record_id, path",
        values,
    )
    return [
        Conflict(edit, path_from_text(path), kind, record_id, title, *map(_value, (base, mine, theirs)), *rest)
        for edit, path, kind, record_id, title, base, mine, theirs, *rest in found.fetchall()
    ]


def open_conflicts(copy: Connection) -> int:
    """How many conflicts wait for a decision."""
    return int(copy.execute("SELECT count(*) FROM conflict WHERE settled IS NULL").fetchone()[0])


def in_conflict(copy: Connection) -> set[tuple[str, str]]:
    """Kind and id of the records with conflicts that wait for a decision; the edits that they come from may be gone."""
    return set(copy.execute("SELECT kind, record_id FROM conflict WHERE settled IS NULL"))


def decided(copy: Connection, kind: str, record_id: str) -> list[tuple[str, Path]]:
    """The edits of a record over which a person has decided, each with the path of the value."""
    found = copy.execute("SELECT edit, path FROM conflict WHERE kind = ? AND record_id = ? AND settled IS NOT NULL", (kind, record_id))
    return [(edit, path_from_text(path)) for edit, path in found.fetchall()]


def is_open(copy: Connection, conflict: Conflict) -> bool:
    """Whether it still waits for a decision."""
    where = (conflict.edit, path_as_text(conflict.path))
    return copy.execute("SELECT 1 FROM conflict WHERE edit = ? AND path = ? AND settled IS NULL", where).fetchone() is not None


def mark(copy: Connection, conflict: Conflict, how: str, at: str, edit: str | None) -> None:
    """Note how a conflict was settled, when, and by which edit, in the caller's transaction."""
    copy.execute(
        "UPDATE conflict SET settled = ?, settled_at = ?, settled_edit = ? WHERE edit = ? AND path = ?",
        (how, at, edit, conflict.edit, path_as_text(conflict.path)),
    )


def take_back(copy: Connection, edit: str) -> None:
    """Let go of the conflicts of an edit that is taken back, and open those again that it had settled, in the caller's transaction."""
    copy.execute("DELETE FROM conflict WHERE edit = ? AND settled IS NULL", (edit,))
    copy.execute("UPDATE conflict SET settled = NULL, settled_at = NULL, settled_edit = NULL WHERE settled_edit = ?", (edit,))


def keep(copy: Connection, edits: list[Edit], found: Iterable[Found], shown_before: str | None) -> None:
    """Keep where a record's edits disagree now, let go of where they no longer do; what a person has settled stays settled.

    Args:
        copy: the copy, in the caller's transaction.
        edits: all that are pending of one record.
        found: where they disagree with the catalogue.
        shown_before: the document as it was shown until now, in JSON; None where it was not.
    """
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


def follow(copy: Connection, kind: str, record_id: str, theirs: Mapping[str, Any] | None, rules: Rules) -> None:
    """Keep the conflicts of edits that were let go of in step with what the catalogue says; where it came to say the same, they are none.

    Args:
        copy: the copy, in the caller's transaction.
        kind: of the record.
        record_id: its id.
        theirs: its document in the catalogue; None where there is none.
        rules: of its kind.
    """
    for each in conflicts_of(copy, kind, record_id):
        now = theirs if each.path == WHOLE_RECORD or theirs is None else value_at(theirs, each.path, rules)
        where = (each.edit, path_as_text(each.path))
        if same(each.mine, now):
            copy.execute("DELETE FROM conflict WHERE edit = ? AND path = ?", where)
        else:
            copy.execute("UPDATE conflict SET theirs = ? WHERE edit = ? AND path = ?", (_text(now), *where))


def path_as_text(path: Path) -> str:
    """A path as the table holds it: names as texts, keys of items as lists."""
    return as_json([list(step.values) if isinstance(step, Key) else step for step in path])


def path_from_text(text: str) -> Path:
    """The path that `path_as_text` wrote."""
    return tuple(Key(tuple(step)) if isinstance(step, list) else step for step in json.loads(text))


def _values(found: Found, shown_before: str | None) -> Iterator[str | None]:
    base, mine, theirs = found.clash[1:]
    if found.clash.path == WHOLE_RECORD and mine is not None and shown_before is not None:
        # The edit holds the fields that it touched; to have the record back, all of it is needed as it was shown.
        mine = json.loads(shown_before)
    return map(_text, (base, mine, theirs))


def _text(value: Any) -> str | None:
    return None if value is None else as_json(value)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
