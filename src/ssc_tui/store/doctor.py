"""Checks a copy from the file up to what is projected from its documents, and puts right what can be put right. Nothing is deleted.

Imports pydantic, for the models of the documents: nothing on the way to the first list may import this module.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from ssc_tui.catalogue.documents import MODELS, problems
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.projection import VERSION as PROJECTION
from ssc_tui.catalogue.projection import Entry
from ssc_tui.errors import CopyError, ReadOnly
from ssc_tui.i18n import _, ngettext
from ssc_tui.paths import Home
from ssc_tui.store import migrations, overlay, own, projections, reader, seed
from ssc_tui.store.connection import APPLICATION_ID, is_damage, transaction
from ssc_tui.store.copy import open_copy, start_again
from ssc_tui.text import one_line

NAMED = 3
"""Examples that a finding names of what is wrong."""


class Finding(NamedTuple):
    """What one check found.

    Attributes:
        name: the name of the check.
        ok: whether all is well; what is merely worth knowing is well.
        words: a sentence for the person.
    """

    name: str
    ok: bool
    words: str


Row = tuple[Any, ...]

_PROJECTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "entry": (", ".join(Entry._fields), ("kind", "id")),
    "link": ("*", ("kind", "id", "role", "to_kind", "to_id")),
    "handle": ("*", ("handle", "kind", "id")),
    "label": ("*", ("word", "tag", "english")),
    "word": ("*", ("word",)),
    "tally": ("*", ("kind", "field", "value")),
    "capacity": ("*", ("partner", "side", "id")),
    "seat": ("*", ("id",)),
    "flow": ("*", ("id",)),
    "moved": ("*", ("field", "value", "other")),
    "request": ("*", ("id",)),
    "contribution": ("*", ("id",)),
}
"""What is compared of each projected table, and the columns at its front that tell its rows apart; places differ between copies."""

_MORE_IS_WELL = ("word",)
"""Tables that keep what earlier documents gave, which does no harm."""


def examine(copy: sqlite3.Connection) -> list[Finding]:
    """Every check that a connection is enough for, in an order in which each rests on those before it. Changes nothing."""
    return [
        _check(name, check, copy)
        for name, check in (
            ("file", _file),
            ("schema", _schema),
            ("seed", _seed),
            ("documents", _documents),
            ("edits", _edits),
            ("own", _own),
            ("index", _index),
            ("projections", _projections),
            ("order", _order),
            ("links", _links),
        )
    ]


def _check(name: str, check: Callable[[sqlite3.Connection], tuple[bool, str]], copy: sqlite3.Connection) -> Finding:
    try:
        return Finding(name, *check(copy))
    except sqlite3.DatabaseError as error:
        # A copy that is locked or lies on a disk that fails is not at fault, and nothing may be repaired for it.
        if not is_damage(error) and isinstance(error, sqlite3.OperationalError):
            raise
        return _not_made(name, error)
    except ValueError as error:
        # Text that no table takes, such as an id with half a surrogate pair.
        return _not_made(name, error)


def _not_made(name: str, error: Exception) -> Finding:
    return Finding(name, False, _("The check could not be made: {reason}.").format(reason=error))


def _file(copy: sqlite3.Connection) -> tuple[bool, str]:
    # Later versions of SQLite look into the full-text index here too, which has a check of its own and is mended in place.
    wrong = [words for (words,) in copy.execute("PRAGMA integrity_check") if words != "ok" and "fts5" not in words.lower()]
    if wrong:
        return False, _("The file is damaged: {what}.").format(what=_some(wrong))
    return True, _("The file is whole.")


def _schema(copy: sqlite3.Connection) -> tuple[bool, str]:
    found = [copy.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    found.append(reader.meta(copy).get("projection"))
    if found == [APPLICATION_ID, migrations.VERSION, str(PROJECTION)]:
        return True, _("Schema {schema} and projection {projection} are those of this program.").format(
            schema=found[1], projection=found[2]
        )
    return False, _("Schema {schema} and projection {projection} are not those of this program ({own}).").format(
        schema=found[1], projection=found[2], own=f"{migrations.VERSION}, {PROJECTION}"
    )


def _seed(copy: sqlite3.Connection) -> tuple[bool, str]:
    here = reader.meta(copy)
    try:
        shipped = seed.seed_meta()
    except sqlite3.Error as error:
        return False, _("The catalogue that comes with this program cannot be read ({reason}). Install ssc-tui again.").format(reason=error)
    if here.get("origin") == "seed" and here.get("seed") == shipped["seed"]:
        return True, _("The catalogue is the one that came with this program, released on {date}.").format(date=shipped["released"])
    return True, _("The catalogue is another than the one that came with this program, released on {date}.").format(
        date=shipped["released"]
    )


def _documents(copy: sqlite3.Connection) -> tuple[bool, str]:
    number, wrong = 0, 0
    named: list[str] = []
    for kind, record_id, text in copy.execute("SELECT kind, id, document FROM shown"):
        number += 1
        if found := _unfit(kind, record_id, text):
            wrong += 1
            if len(named) < NAMED:
                named.append(f"{one_line(ref(kind, record_id))} ({found[0]})")
    if not wrong:
        return True, ngettext("{n} document fits its kind.", "{n} documents fit their kinds.", number)
    said = ngettext("{n} document does not fit its kind", "{n} documents do not fit their kinds", wrong)
    return False, f"{said}: {_and_more(named, wrong)}."


def _unfit(kind: str, record_id: str, text: str) -> list[str]:
    """Why a document cannot be used, or is not what its kind should be."""
    document = _parsed(text)
    if document is None:
        return [_("cannot be read")]
    if kind not in MODELS:
        return [_("there is no such kind")]
    if document.get("id") != record_id:
        return [_("is stored under another id")]
    return problems(kind, document)


def _parsed(text: object) -> dict[str, Any] | None:
    try:
        document = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and isinstance(document.get("id"), str) else None


def _edits(copy: sqlite3.Connection) -> tuple[bool, str]:
    """Whether what is shown of every edited record is what the catalogue says with the edits laid over it."""
    edits, sent = overlay.unsent(copy), overlay.suggested(copy)
    stored = {(kind, record_id): text for kind, record_id, text in copy.execute("SELECT kind, id, document FROM edited")}
    wrong = [
        reference for reference in sorted(overlay.edited_refs(copy)) if stored.get(reference, "") != overlay.text_shown(copy, *reference)
    ]
    if wrong:
        return False, _("What is shown of edited records is not what the edits give: {what}.").format(
            what=_some([one_line(ref(*each)) for each in wrong])
        )
    words = ngettext("{n} edit waits to be sent, and shows as it was saved.", "{n} edits wait to be sent, and show as saved.", edits)
    if sent:
        words += " " + ngettext("{n} edit was sent as a suggestion.", "{n} edits were sent as suggestions.", sent)
    return True, words


def _own(copy: sqlite3.Connection) -> tuple[bool, str]:
    """Whether the notes, bookmarks and saved searches that are shown are those that are kept for whoever is signed in."""
    if wrong := own.out_of_step(copy):
        return False, _("Notes, bookmarks or saved searches are not shown as they are kept: {what}.").format(what=_some(wrong))
    return True, _("Notes, bookmarks and saved searches are shown as they are kept.")


def _index(copy: sqlite3.Connection) -> tuple[bool, str]:
    """Whether the full-text index holds the words of the entries and no others: https://www.sqlite.org/fts5.html#the_integrity_check_command."""
    try:
        try:
            _compare_index(copy)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                raise
            # SQLite gives this command only to who may write.
            with closing(sqlite3.connect("")) as twin:
                copy.backup(twin)
                _compare_index(twin)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return False, _("The full-text index does not agree with the entries: {reason}.").format(reason=error)
    return True, _("The full-text index agrees with the entries.")


def _compare_index(copy: sqlite3.Connection) -> None:
    copy.execute("INSERT INTO entry_search (entry_search, rank) VALUES ('integrity-check', 1)")


def _projections(copy: sqlite3.Connection) -> tuple[bool, str]:
    """Whether every projected row is what the documents give, by projecting them once more beside the copy."""
    with closing(_fresh(copy)) as fresh:
        differing = {table: list(_differences(copy, fresh, table)) for table in _PROJECTED}
    wrong = [(table, keys) for table, keys in differing.items() if keys]
    if not wrong:
        return True, _("Every projected row is what the documents give.")
    said = (f"{table} {len(keys):,} ({one_line(_and_more(keys, len(keys)))})" for table, keys in wrong)
    return False, _("Projected rows differ from what the documents give: {what}.").format(what="; ".join(said))


def _fresh(copy: sqlite3.Connection) -> sqlite3.Connection:
    """The projections of the readable documents in a database of their own, which SQLite keeps in a temporary file."""
    fresh = sqlite3.connect("", isolation_level=None)
    migrations.migrate(fresh)
    stored = copy.execute("SELECT kind, id, last_modified, 0, document FROM shown")
    with transaction(fresh):
        fresh.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", (row for row in stored if _parsed(row[4])))
        projections.rebuild(fresh)
    return fresh


def _differences(copy: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> Iterator[str]:
    """The keys of the rows that only one side has, or that the two sides have otherwise."""
    columns, key = _PROJECTED[table]
    statement = f"SELECT {', '.join(key)}, {columns} FROM {table} ORDER BY {', '.join(key)}"
    width = len(key)
    stored, expected = copy.execute(statement), fresh.execute(statement)
    ours: Row | None = stored.fetchone()
    theirs: Row | None = expected.fetchone()
    while ours or theirs:
        first = min(row[:width] for row in (ours, theirs) if row)
        here, there = ours if ours and ours[:width] == first else None, theirs if theirs and theirs[:width] == first else None
        if here != there and not (table in _MORE_IS_WELL and here):
            yield "/".join(map(str, first))
        ours = stored.fetchone() if here else ours
        theirs = expected.fetchone() if there else theirs


def _order(copy: sqlite3.Connection) -> tuple[bool, str]:
    ordered = copy.execute("SELECT sort, kind, id FROM entry ORDER BY place")
    wrong = sum(earlier > later for earlier, later in pairwise(ordered))
    if wrong:
        return False, ngettext("{n} entry stands out of the order of names.", "{n} entries stand out of the order of names.", wrong)
    return True, _("Entries stand in the order of names.")


def _links(copy: sqlite3.Connection) -> tuple[bool, str]:
    missing = [
        f"{ref(kind, record_id)} → {ref(to_kind, to_id)}"
        for kind, record_id, to_kind, to_id in copy.execute(
            "SELECT link.kind, link.id, to_kind, to_id FROM link LEFT JOIN entry ON entry.kind = to_kind AND entry.id = to_id"
            " WHERE entry.id IS NULL ORDER BY 1, 2, 3, 4"
        )
    ]
    if missing:
        said = ngettext("{n} link leads to a record that is not here", "{n} links lead to records that are not here", len(missing))
        return True, f"{said}: {_and_more(missing, len(missing))}."
    return True, _("Every link leads to a record.")


def _some(wrong: list[str]) -> str:
    return _and_more([one_line(each).removesuffix(".") for each in wrong], len(wrong))


def _and_more(named: Iterable[str], number: int) -> str:
    shown = list(islice(named, NAMED))
    more = [_("{n:,} more").format(n=number - len(shown))] if number > len(shown) else []
    return ", ".join([*shown, *more])


def look_at_files(home: Home) -> Finding:
    """Whether the folder and the files in it are for their owner alone."""
    if os.name == "nt":
        return Finding("permissions", True, _("Windows keeps the folder of a user to that user."))
    found = [str(place) for place in _open_to_others(home)]
    if found:
        return Finding("permissions", False, _("Others may read {places}.").format(places=_and_more(found, len(found))))
    return Finding("permissions", True, _("Folder and files are for their owner alone."))


_OURS = ("catalogue.", "settings.toml", "ssc-tui.log", "secrets.json", "sync.lock", ".seed-", "server")
"""How the names of our files begin."""


def _private(home: Home) -> Iterator[Path]:
    """What should be private: our files, and a folder in which nothing else lies; one with other things in it may serve others."""
    for folder in dict.fromkeys(home):
        if folder.is_dir():
            inside = sorted(folder.iterdir())
            ours = [path for path in inside if path.name.startswith(_OURS)]
            yield from [folder, *ours] if len(ours) == len(inside) else ours


def _open_to_others(home: Home) -> list[Path]:
    return [place for place in _private(home) if place.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


def _close_to_others(home: Home) -> Iterator[str]:
    for place in _open_to_others(home):
        place.chmod(stat.S_IMODE(place.stat().st_mode) & stat.S_IRWXU)
        yield _("{place} is for its owner alone now.").format(place=place)


def repair(home: Home, findings: Iterable[Finding], announce: Callable[[str], None] = lambda _sentence: None) -> list[str]:
    """Put right what the findings say is wrong; returns what was done, in sentences. Close every other connection before.

    A damaged file is set aside whole, and the copy begins again on the seed with the notes, bookmarks and edits that can be read. Documents
    that cannot be used are replaced by the seed's where the copy never held others. What people keep for themselves is shown as it is
    kept. All else follows from the documents, and is made anew.

    Raises:
        ReadOnly: the copy may only be read; nothing was changed.
        CopyError: the documents cannot be projected; nothing was changed.
        OSError, sqlite3.Error: the disk is full or fails; what was being done was rolled back.
    """
    failed = {finding.name for finding in findings if not finding.ok}
    done: list[str] = []
    copy = open_copy(home, announce)
    with closing(copy.connection):
        if copy.read_only:
            raise ReadOnly(_("{path} is read-only; nothing was repaired.").format(path=copy.path))
        damaged = "file" in failed
        if not damaged:
            try:
                done += _mend(copy.connection, failed, announce)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                damaged = True
    if damaged:
        fresh = start_again(home.database, announce, _("the check found it damaged"))
        fresh.connection.close()
        done += fresh.notices
    if "permissions" in failed:
        done += _close_to_others(home)
    return done


def _mend(copy: sqlite3.Connection, failed: set[str], announce: Callable[[str], None]) -> Iterator[str]:
    if "own" in failed:
        with transaction(copy):
            own.mend(copy)
        yield _("Notes, bookmarks and saved searches are shown as they are kept again.")
    if "documents" in failed and reader.meta(copy).get("origin") == "seed":
        seed.refresh(copy)
        yield _("The catalogue was replaced by the one that came with this program; notes and bookmarks stayed.")
    elif failed - {"own", "permissions"}:
        announce(_("Indexing the local copy anew…"))
        try:
            with transaction(copy):
                projections.rebuild(copy)
        except (ValueError, sqlite3.IntegrityError) as error:
            raise CopyError(_("A document cannot be used ({reason}); nothing was changed.").format(reason=error)) from error
        yield _("Entries, links and the search index were made anew from the documents.")
