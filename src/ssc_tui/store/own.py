"""What people keep for themselves and carry between their laptops: notes, bookmarks, saved searches. Each is one thing that never changes.

The table `own` holds all of them, of everybody who ever signed in here; `note`, `bookmark` and `saved_search` show those of one person, and
what is written there is taken up in `own` by triggers. Nothing is shown to another person, and nothing is sent for another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path as File
from sqlite3 import Connection
from typing import Any, NamedTuple

from ssc_tui.catalogue.kinds import split_ref
from ssc_tui.store.migrations.m0008_own import NEW_ID, WHO
from ssc_tui.store.standing import remember
from ssc_tui.store.writing import writing
from ssc_tui.text import as_json, clean, one_line

NOTE, BOOKMARK, SEARCH = "note", "bookmark", "search"

LONGEST = 20_000
"""Characters of a note, and of anything else that is kept."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")
_ALIVE, _GONE, _BURIED = 0, 1, 2
"""What `gone` says: it is kept; it was taken away here; the person's own bucket holds no more than a tombstone of it."""

_SHOWN = (
    """INSERT INTO note SELECT id, substr(ref, 1, instr(ref, '/') - 1), substr(ref, instr(ref, '/') + 1), json_extract(said, '$.text'),
        json_extract(said, '$.at') FROM own WHERE form = 'note'""",
    """INSERT OR IGNORE INTO bookmark SELECT substr(ref, 1, instr(ref, '/') - 1), substr(ref, instr(ref, '/') + 1),
        json_extract(said, '$.at') FROM own WHERE form = 'bookmark'""",
    """INSERT OR REPLACE INTO saved_search SELECT ref, json_extract(said, '$.section'), json_extract(said, '$.query'),
        json_extract(said, '$.at') FROM own WHERE form = 'search'""",
)


class Outgoing(NamedTuple):
    """A thing that the person's own bucket does not know yet: its document, or None where it is to go; and the version that goes."""

    id: str
    document: Mapping[str, Any] | None
    stamp: int | None


class Taken(NamedTuple):
    """What came of a page: things that are new here, and things that are gone."""

    new: int = 0
    gone: int = 0


def person(copy: Connection) -> str:
    """Whose things are shown: who signed in last; empty before anybody did."""
    return str(copy.execute(f"SELECT {WHO}").fetchone()[0])


def welcome(file: File, user: str) -> None:
    """Show the things of whoever signs in, which no catalogue has confirmed yet.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with writing(file) as copy:
        if person(copy):
            be(copy, user)


def be(copy: Connection, user: str) -> None:
    """Show the things of a person, in the caller's transaction; the first one takes over what was written before anybody signed in."""
    before = person(copy)
    if not user or user == before:
        return
    if not before:
        copy.execute("UPDATE own SET owner = ? WHERE owner = ''", (user,))
    remember(copy, person=user)
    _show(copy)


def _show(copy: Connection) -> None:
    """Bring the tables that show things in step, in the caller's transaction."""
    remember(copy, turning=True)
    for table in ("note", "bookmark", "saved_search"):
        copy.execute(f"DELETE FROM {table}")
    for statement in _SHOWN:
        copy.execute(f"{statement} AND gone = {_ALIVE} AND owner = {WHO} ORDER BY json_extract(said, '$.at'), id")
    copy.execute("DELETE FROM remote WHERE key = 'turning'")


_NAMED = (
    ("note", "id", "id", NOTE, "kind || '/' || record_id", "json_object('text', text, 'at', written_at)"),
    ("bookmark", "kind || '/' || record_id", "ref", BOOKMARK, "kind || '/' || record_id", "json_object('at', marked_at)"),
    ("saved_search", "name", "ref", SEARCH, "name", "json_object('section', section, 'query', query, 'at', saved_at)"),
)
"""Each table that shows things: what names one there, what names it in `own` under its form, and what is kept of it there."""


def out_of_step(copy: Connection) -> list[str]:
    """What names the things that are shown and not kept for the person, or kept and not shown; none as long as all is well."""
    wrong: set[str] = set()
    for table, shown, kept, form, *_said in _NAMED:
        here = {name for (name,) in copy.execute(f"SELECT {shown} FROM {table}")}
        wrong |= here ^ {
            name for (name,) in copy.execute(f"SELECT {kept} FROM own WHERE form = ? AND gone = {_ALIVE} AND owner = {WHO}", (form,))
        }
    return sorted(wrong)


def mend(copy: Connection) -> None:
    """Keep for the person what is shown and kept for nobody, and show all that is kept, in the caller's transaction."""
    for table, shown, kept, form, reference, said in _NAMED:
        copy.execute(
            f"INSERT INTO own SELECT {NEW_ID}, {WHO}, ?1, {reference}, {said}, NULL, 0 FROM {table}"
            f" WHERE {shown} NOT IN (SELECT {kept} FROM own WHERE form = ?1 AND gone = {_ALIVE})",
            (form,),
        )
    _show(copy)


# How far the person's own bucket was read


def cursor(copy: Connection, url: str) -> int:
    """The time stamp up to which the own bucket of the person was read at an address; 0 for another one than at the last run."""
    stored = copy.execute("SELECT value FROM remote WHERE key = 'own'").fetchone()
    reached = json.loads(stored[0]).get(person(copy)) if stored else None
    return int(reached["cursor"]) if reached and reached["url"] == url else 0


def reach(copy: Connection, url: str, stamp: int) -> None:
    """Remember how far it was read, in the caller's transaction."""
    stored = copy.execute("SELECT value FROM remote WHERE key = 'own'").fetchone()
    remember(copy, own={**(json.loads(stored[0]) if stored else {}), person(copy): {"url": url, "cursor": stamp}})


def begin_anew(copy: Connection, url: str) -> None:
    """Read all of it again and send what is not there, in the caller's transaction: it is another bucket, or was made anew."""
    copy.execute(f"UPDATE own SET stamp = NULL, gone = min(gone, {_GONE}) WHERE owner = {WHO}")
    reach(copy, url, 0)


def take_in(copy: Connection, rows: Iterable[Any]) -> Taken:
    """Keep what the own bucket of the person holds, in the caller's transaction; what is none of our things is passed over."""
    new = gone = 0
    who = person(copy)
    for row in rows:
        if not isinstance(row, Mapping) or type(row.get("last_modified")) is not int:
            continue
        record_id, stamp = row.get("id"), row["last_modified"]
        if row.get("deleted") is True:
            where = (record_id, who)
            gone += copy.execute("SELECT count(*) FROM own WHERE gone = 0 AND id = ? AND owner = ?", where).fetchone()[0]
            copy.execute("UPDATE own SET gone = ?, stamp = ? WHERE id = ? AND owner = ?", (_BURIED, stamp, *where))
        elif thing := _thing(row):
            new += copy.execute("INSERT OR IGNORE INTO own VALUES (?, ?, ?, ?, ?, ?, ?)", (record_id, who, *thing, stamp, _ALIVE)).rowcount
            # What was taken away here meanwhile is to go there too.
            copy.execute("UPDATE own SET stamp = ?, gone = min(gone, ?) WHERE id = ? AND owner = ?", (stamp, _GONE, record_id, who))
    if new or gone:
        _show(copy)
    return Taken(new, gone)


def _thing(row: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Form, reference and what else a record of an own bucket says, cleaned; None where it is no such thing."""
    form, reference, at = row.get("form"), row.get("ref"), row.get("at")
    names = {NOTE: ("text",), BOOKMARK: (), SEARCH: ("section", "query")}.get(str(form))
    if names is None or not isinstance(row.get("id"), str) or not _ID.match(row["id"]):
        return None
    values = [row.get(name) for name in names]
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in (reference, at, *values)):
        return None
    if form != SEARCH:
        try:
            kind, _record_id = split_ref(str(reference))
        except ValueError:
            return None
        if kind is None:
            return None
    said = {name: clean(str(value)) for name, value in zip(names, values, strict=True)}
    return str(form), one_line(str(reference)), as_json({**said, "at": one_line(str(at))})


# What is to be sent


def outgoing(copy: Connection) -> list[Outgoing]:
    """What the own bucket of the person does not know yet, oldest first."""
    found = copy.execute(
        f"SELECT id, form, ref, said, stamp, gone FROM own WHERE owner = {WHO} AND owner != ''"
        f" AND ((gone = {_ALIVE} AND stamp IS NULL) OR (gone = {_GONE} AND stamp IS NOT NULL)) ORDER BY id"
    )
    return [
        Outgoing(record_id, None if gone else {"form": form, "ref": reference, **json.loads(said)}, stamp)
        for record_id, form, reference, said, stamp, gone in found
        if _ID.match(record_id)
    ]


def acknowledge(copy: Connection, each: Outgoing, stamp: int) -> None:
    """Note that the own bucket knows it now, in the caller's transaction; what was taken away meanwhile is to go there too."""
    if each.document is None:
        copy.execute("UPDATE own SET gone = ?, stamp = ? WHERE id = ?", (_BURIED, stamp, each.id))
    else:
        copy.execute("UPDATE own SET stamp = ? WHERE id = ?", (stamp, each.id))
