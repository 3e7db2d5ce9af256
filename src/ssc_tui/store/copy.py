"""Opens the local copy, whatever state it is in, with the standard library alone.

A home without a copy gets the seed. A copy of an older schema or an older program is brought up to date in place. A damaged or foreign
file is set aside under a name that says so, never deleted, and what could be read of notes, bookmarks and edits is carried over.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ssc_tui.catalogue.projection import VERSION as PROJECTION
from ssc_tui.errors import CopyError
from ssc_tui.i18n import _, ngettext
from ssc_tui.paths import Home, make_private
from ssc_tui.store import migrations, projections, salvage, seed
from ssc_tui.store.connection import APPLICATION_ID, connect, is_damage, transaction, writable
from ssc_tui.store.stand_in import is_stand_in, logs_of

Announce = Callable[[str], None]


class Copy(NamedTuple):
    """An open copy.

    Attributes:
        connection: in autocommit mode, for one thread at a time.
        path: the file.
        notices: what happened on the way, in sentences for the person.
        read_only: whether it can only be read.
        aside: the unusable file that it took the place of, under its new name.
    """

    connection: sqlite3.Connection
    path: Path
    notices: tuple[str, ...] = ()
    read_only: bool = False
    aside: Path | None = None


class _Unusable(Exception):
    """The file is no copy that can be opened; the message says why, for the person."""


def open_copy(home: Home, announce: Announce = lambda _message: None) -> Copy:
    """The local copy of the home, made from the seed where there is none.

    Args:
        home: where the copy lies.
        announce: told a sentence before work that takes longer than a moment.

    Raises:
        CopyError: the folder cannot be written and holds no copy, or the copy is locked or on a disk that fails.
    """
    path = home.database
    try:
        make_private(home.data)
        if not path.exists():
            seed.plant(path)
        try:
            return _open(path, announce)
        except _Unusable as error:
            if not writable(path):
                sentence = _("{path} cannot be used ({reason}) and is read-only, so it was left as it is. Name another --home.")
                raise CopyError(sentence.format(path=path, reason=error)) from error
            return start_again(path, announce, str(error))
    except OSError as error:
        raise CopyError(
            _("No local copy could be made in {folder}: {reason}. Free the disk, or name another folder with --home.").format(
                folder=home.data, reason=error.strerror or error
            )
        ) from error
    except sqlite3.Error as error:
        raise CopyError(
            _("The local copy {path} cannot be opened now: {reason}. Nothing was changed; close other programs that use it.").format(
                path=path, reason=error
            )
        ) from error


def start_again(path: Path, announce: Announce, reason: str) -> Copy:
    """Set a copy aside and open on the seed, with the notes, bookmarks and edits that could be read; the notices say so.

    Raises:
        CopyError: the seed cannot be used either.
    """
    aside = salvage.set_aside(path)
    seed.plant(path)
    try:
        copy = _open(path, announce)
    except _Unusable as error:
        raise CopyError(
            _("The catalogue that came with ssc-tui cannot be used either: {reason}. Your copy was kept as {name}; install again.").format(
                reason=error, name=aside.name
            )
        ) from error
    kept = salvage.carry_over(aside, copy.connection)
    what = _(
        "The local copy could not be used: {reason}. It was kept as {name}, and the directory opened on the catalogue it shipped with."
    )
    notes = ngettext("{n} note", "{n} notes", kept["note"])
    bookmarks = ngettext("{n} bookmark", "{n} bookmarks", kept["bookmark"])
    carried = _("{notes} and {bookmarks} could be read and were carried over.").format(notes=notes, bookmarks=bookmarks)
    if kept["pending_edit"]:
        edits = ngettext("{n} edit that was", "{n} edits that were", kept["pending_edit"])
        carried += " " + _("So were {edits} still to be sent.").format(edits=edits)
    return copy._replace(notices=(what.format(reason=reason, name=aside.name), carried, *copy.notices), aside=aside)


def _open(path: Path, announce: Announce) -> Copy:
    connection = None
    try:
        if logs_of(path) and writable(path):
            _look(path)
        connection = connect(path)
        version = _recognise(connection)
        may_write = writable(path) and version <= migrations.VERSION
        if not may_write and version < migrations.VERSION:
            raise CopyError(
                _("{path} came from an older ssc-tui and is read-only, so it cannot be brought up to date. Make it writable.").format(
                    path=path
                )
            )
        notices = _update(connection, version, announce) if may_write else [_why_read_only(connection, path, version)]
        connection.execute("SELECT title FROM entry LIMIT 1").fetchone()
    except (sqlite3.DatabaseError, CopyError, _Unusable) as error:
        if connection:
            connection.close()
        if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
            raise _Unusable(_("it is damaged ({error})").format(error=error)) from error
        raise
    return Copy(connection, path, tuple(notices), not may_write)


def _look(path: Path) -> None:
    """Recognise a file with a log while nothing is written: a connection that may write folds the log into the file when it is closed.

    Raises:
        _Unusable, sqlite3.DatabaseError: the file is no copy of ours, or damaged.
    """
    if not path.stat().st_size:
        # SQLite would delete the log.
        raise _Unusable(_("it is not a catalogue of this program"))
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        try:
            if _recognise(connection) >= migrations.VERSION:
                connection.execute("SELECT title FROM entry LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            # What was half done must be undone first, or another program holds the file: that is for a connection that may write.
            if is_damage(error):
                raise


def _recognise(connection: sqlite3.Connection) -> int:
    """The schema version of a copy of ours.

    Raises:
        _Unusable: the file is empty or belongs to another program.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise _Unusable(_("it is not a catalogue of this program"))
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _why_read_only(connection: sqlite3.Connection, path: Path, version: int) -> str:
    if version > migrations.VERSION:
        return _("This copy was written by a newer ssc-tui. It is open for reading; update the program to write notes and bookmarks.")
    if is_stand_in(connection):
        return _(
            "{path} is read-only, with its newest changes in a log beside it. A copy of both is read, newest changes included,"
            " and removed at the end; notes and bookmarks cannot be saved."
        ).format(path=path)
    return _("{path} is read-only: everything can be read, and notes and bookmarks cannot be saved.").format(path=path)


def _update(connection: sqlite3.Connection, version: int, announce: Announce) -> list[str]:
    """Bring schema, catalogue and projections up to date; returns what was done."""
    notices: list[str] = []
    with contextlib.suppress(sqlite3.OperationalError):
        # Needs the file for itself for a moment; where another process has it, that one or the next start does it.
        connection.execute("PRAGMA journal_mode = WAL")
    if version < migrations.VERSION:
        announce(_("Bringing the local copy up to date…"))
        migrations.migrate(connection)
        notices.append(_("The local copy came from an older ssc-tui and was brought up to date; nothing was lost."))
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    if seed.is_newer(meta):
        announce(_("Taking over the newer catalogue that came with this program…"))
        seed.refresh(connection)
        notices.append(_("The catalogue was refreshed from the newer one that came with ssc-tui; notes and bookmarks stayed."))
    elif meta.get("projection") != str(PROJECTION):
        announce(_("Indexing the local copy anew…"))
        with transaction(connection):
            projections.rebuild(connection)
        notices.append(_("The search index was made anew for this version of ssc-tui."))
    return notices
