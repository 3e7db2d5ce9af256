"""Where an edit and the catalogue disagree: kept for good, so that what somebody wrote can be read whatever was decided."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.edits import REMOVED, WHOLE_RECORD, Edit, Found, held_at
from ssc_tui.catalogue.kinds import SUGGESTIONS, ref
from ssc_tui.catalogue.merge import Path, Rules, path_text
from ssc_tui.catalogue.suggestions import dispute_id, path_as_list, path_from_list
from ssc_tui.text import as_json

MINE = "mine"
THEIRS = "theirs"
ANEW = "anew"
"""How a conflict was settled: by either value, or by a new one."""

NONE = "none"
"""How one that other homes know of went: both came to say the same, or the edit was taken back."""

DECIDABLE = "(here OR EXISTS (SELECT 1 FROM remote WHERE key = 'editor' AND value = 'true'))"
"""In a statement, conflicts that came up here, and in the home of an editor those of others too."""

_SWAPPED = {MINE: THEIRS, THEIRS: MINE}

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


class Conflict(NamedTuple):
    """A value that two people wrote, each in their own way.

    Attributes:
        edit: the id of the edit that it comes from.
        title: of the record, empty where it is not shown.
        base: what it was before both; None where it was not stated.
        mine: what was written here; the whole document where the record is gone from the catalogue, None where it was to be taken away.
            Where another home found the conflict, what the catalogue says.
        theirs: what the catalogue says; where another home found the conflict, what was written there.
        author: who wrote what the catalogue does not hold.
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
    here: bool = True

    @property
    def ref(self) -> str:
        """The reference `kind/id`."""
        return ref(self.kind, self.record_id)

    @property
    def field(self) -> str:
        """The path as people write it; empty for the whole record."""
        return path_text(self.path)

    def other_author(self, reader: str) -> str:
        """Who wrote what the catalogue does not hold; empty where that is not known, or is whoever reads in the home where it was found."""
        return "" if self.here and self.author == reader else self.author

    def told(self, how: str) -> str:
        """What `MINE`, `THEIRS` or another decision taken here is from the side of whoever wrote what the catalogue does not hold."""
        return how if self.here else _SWAPPED.get(how, how)


class Decision(NamedTuple):
    """A settled conflict: its edit, the path of the value, what it was before, and what that edit wanted."""

    edit: str
    path: Path
    base: Any
    mine: Any


def conflicts(copy: Connection, *, settled: bool = False) -> list[Conflict]:
    """What waits for a decision, oldest first; or what was settled, newest first."""
    if settled:
        return _read(copy, f"settled IS NOT NULL AND settled != '{NONE}' ORDER BY settled_at DESC")
    return _read(copy, f"settled IS NULL AND {DECIDABLE} ORDER BY found_at")


def conflicts_of(copy: Connection, kind: str, record_id: str) -> list[Conflict]:
    """What waits for a decision about one record."""
    return _read(copy, f"settled IS NULL AND {DECIDABLE} AND conflict.kind = ? AND record_id = ? ORDER BY found_at", kind, record_id)


def _read(copy: Connection, which: str, *values: str) -> list[Conflict]:
    found = copy.execute(
        "SELECT edit, path, conflict.kind, record_id, coalesce(title, ''), base, mine, theirs, author, found_at, settled, settled_at,"
        " here"
        " FROM conflict LEFT JOIN entry ON entry.kind = conflict.kind AND entry.id = record_id"
        f" WHERE {which}, conflict.kind, record_id, path",
        values,
    )
    return [_seen_from_here(edit, path, kind, record_id, title, *rest) for edit, path, kind, record_id, title, *rest in found.fetchall()]


def _seen_from_here(edit: str, path: str, kind: str, record_id: str, title: str, *rest: Any) -> Conflict:
    base, mine, theirs, author, found_at, settled, settled_at, here = rest
    if not here:
        mine, theirs, settled = theirs, mine, _SWAPPED.get(settled, settled)
    return Conflict(
        edit,
        path_from_text(path),
        kind,
        record_id,
        title,
        value_from_text(base),
        value_from_text(mine),
        value_from_text(theirs),
        author,
        found_at,
        settled,
        settled_at,
        bool(here),
    )


def open_conflicts(copy: Connection) -> int:
    """How many conflicts wait for a decision."""
    return int(copy.execute(f"SELECT count(*) FROM conflict WHERE settled IS NULL AND {DECIDABLE}").fetchone()[0])


def in_conflict(copy: Connection) -> set[tuple[str, str]]:
    """Kind and id of the records with conflicts that wait for a decision; the edits that they come from may be gone."""
    return set(copy.execute("SELECT kind, record_id FROM conflict WHERE settled IS NULL"))


def decided(copy: Connection, kind: str, record_id: str) -> list[Decision]:
    """What a person has decided of a record."""
    found = copy.execute(
        "SELECT edit, path, base, mine FROM conflict WHERE kind = ? AND record_id = ? AND settled IS NOT NULL AND settled != ?"
        " ORDER BY edit, path",
        (kind, record_id, NONE),
    )
    return [
        Decision(edit, path_from_text(path), value_from_text(base), value_from_text(mine)) for edit, path, base, mine in found.fetchall()
    ]


def is_open(copy: Connection, conflict: Conflict) -> bool:
    """Whether it still waits for a decision."""
    where = (conflict.edit, path_as_text(conflict.path))
    return copy.execute("SELECT 1 FROM conflict WHERE edit = ? AND path = ? AND settled IS NULL", where).fetchone() is not None


def mark(copy: Connection, conflict: Conflict, how: str, at: str, edit: str | None) -> None:
    """Note how a conflict was settled, as seen from here, when, and by which edit, in the caller's transaction."""
    copy.execute(
        "UPDATE conflict SET settled = ?, settled_at = ?, settled_edit = ? WHERE edit = ? AND path = ?",
        (conflict.told(how), at, edit, conflict.edit, path_as_text(conflict.path)),
    )


def take_back(copy: Connection, edit: str) -> None:
    """Let go of the conflicts of an edit that is taken back, and open those again that it had settled, in the caller's transaction."""
    for (path,) in copy.execute("SELECT path FROM conflict WHERE edit = ? AND settled IS NULL", (edit,)).fetchall():
        _let_go(copy, edit, path)
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
        for (path,) in open_paths:
            if (edit.id, path) not in clashes:
                _let_go(copy, edit.id, path)
    by_id = {edit.id: edit for edit in edits}
    gone = next((edit.base for edit in reversed(edits) if edit.change == REMOVED), None)
    copy.executemany(
        f"INSERT INTO conflict (edit, path, kind, record_id, base, mine, theirs, author, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_NOW})"
        " ON CONFLICT DO UPDATE SET base = excluded.base, theirs = excluded.theirs, mine = iif(?, excluded.mine, mine), settled = NULL"
        f" WHERE settled IS NULL OR settled = '{NONE}'",
        (
            (edit, path, by_id[edit].kind, by_id[edit].record_id, *_values(each, gone, shown_before), by_id[edit].author, gone is not None)
            for (edit, path), each in clashes.items()
        ),
    )


def follow(copy: Connection, kind: str, record_id: str, theirs: Mapping[str, Any] | None, rules: Rules, lying: Container[str] = ()) -> None:
    """Keep the conflicts of edits that were let go of in step with what the catalogue says; where it came to say the same, they are none.

    Args:
        copy: the copy, in the caller's transaction.
        kind: of the record.
        record_id: its id.
        theirs: its document in the catalogue; None where there is none.
        rules: of its kind.
        lying: the ids of edits that still lie on the record, for which `keep` sees to that.
    """
    found = copy.execute("SELECT edit, path, mine FROM conflict WHERE settled IS NULL AND kind = ? AND record_id = ?", (kind, record_id))
    for edit, written, mine in found.fetchall():
        if edit in lying:
            continue
        path = path_from_text(written)
        now = held_at(theirs, path, rules)
        if same(value_from_text(mine), now):
            _let_go(copy, edit, written)
        else:
            copy.execute("UPDATE conflict SET theirs = ? WHERE edit = ? AND path = ?", (value_as_text(now), edit, written))


def _let_go(copy: Connection, edit: str, path: str) -> None:
    """Forget a conflict that is none any more; where other homes know of it, not before they are told."""
    document = (SUGGESTIONS, dispute_id(edit, path_from_text(path)))
    known = "SELECT 1 FROM record WHERE kind = ? AND id = ? AND NOT deleted UNION SELECT 1 FROM edited WHERE kind = ? AND id = ?"
    if copy.execute(known, (*document, *document)).fetchone():
        copy.execute("UPDATE conflict SET settled = ?, settled_at = NULL WHERE edit = ? AND path = ?", (NONE, edit, path))
    else:
        copy.execute("DELETE FROM conflict WHERE edit = ? AND path = ?", (edit, path))


def path_as_text(path: Path) -> str:
    """A path as the table holds it: names as texts, keys of items as lists."""
    return as_json(path_as_list(path))


def path_from_text(text: str) -> Path:
    """The path that `path_as_text` wrote."""
    return path_from_list(json.loads(text))


def value_as_text(value: Any) -> str | None:
    """A value as the table holds it: JSON, and nothing for one that is not stated."""
    return None if value is None else as_json(value)


def value_from_text(text: str | None) -> Any:
    """The value that `value_as_text` wrote."""
    return None if text is None else json.loads(text)


def _values(found: Found, gone: Mapping[str, Any] | None, shown_before: str | None) -> Iterator[str | None]:
    base, mine, theirs = found.clash[1:]
    if found.clash.path == WHOLE_RECORD and mine is not None:
        # The edit holds the fields that it touched; to have the record back, all of it is needed: as an edit here took it away, which is
        # the same in every home that has that edit, or as it was shown.
        if gone is not None:
            mine = {**{name: value for name, value in gone.items() if name not in base}, **mine}
        elif shown_before is not None:
            mine = json.loads(shown_before)
    return map(value_as_text, (base, mine, theirs))
