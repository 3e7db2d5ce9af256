"""Writes what the user keeps: notes, bookmarks and saved searches, one transaction each.

Imports sqlmodel, so nothing that paints the first list may import this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, select

from ssc_tui.catalogue.ids import new_id
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.store.connection import connect
from ssc_tui.store.tables import Bookmark, Note, SavedSearch
from ssc_tui.store.writing import in_words, mind, mind_version, moment
from ssc_tui.text import clean, one_line

NOTE_LENGTH = 20_000
"""Characters of a note."""

NAME_LENGTH = 80
QUERY_LENGTH = 1000
"""Characters of the name of a saved search, and of what it searches for."""


def write_note(path: Path, kind: str, record_id: str, text: str) -> str:
    """Keep a note about a record; returns the note's id.

    Raises:
        UsageError: the note is empty or longer than `NOTE_LENGTH`.
        ReadOnly, Busy, CopyError: it could not be saved.
    """
    text = clean(text).strip()
    if not text:
        raise UsageError(_("An empty note was not saved."))
    if len(text) > NOTE_LENGTH:
        raise UsageError(_("The note has {n:,} characters and was not saved; {most:,} fit in one.").format(n=len(text), most=NOTE_LENGTH))
    note = Note(id=new_id(), kind=kind, record_id=record_id, text=text, written_at=moment())
    with _session(path) as session:
        session.add(note)
    return note.id


def turn_bookmark(path: Path, kind: str, record_id: str) -> bool:
    """Set the bookmark of a record, or take it away where it is set; returns whether it is set now.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with _session(path) as session:
        bookmark = session.get(Bookmark, (kind, record_id))
        if bookmark:
            session.delete(bookmark)
            return False
        session.add(Bookmark(kind=kind, record_id=record_id, marked_at=moment()))
        return True


def save_search(path: Path, name: str, section: str, query: str) -> str:
    """Keep a search under a name, in place of one of the same name; returns the name as it was kept.

    Raises:
        UsageError: there is no name or nothing to search for, or one of both is too long.
        ReadOnly, Busy, CopyError: it could not be saved.
    """
    name, query = one_line(name).strip(), one_line(query).strip()
    if not name or not query:
        raise UsageError(_("A search needs a name and words to search for; nothing was saved."))
    if len(name) > NAME_LENGTH or len(query) > QUERY_LENGTH:
        words = _("Nothing was saved: a name has at most {name} characters, a search {query}.")
        raise UsageError(words.format(name=NAME_LENGTH, query=QUERY_LENGTH))
    with _session(path) as session:
        _drop(session, name)
        session.add(SavedSearch(name=name, section=section, query=query, saved_at=moment()))
    return name


def drop_search(path: Path, name: str) -> bool:
    """Let go of a search; returns whether there was one of that name.

    Raises:
        ReadOnly, Busy, CopyError: nothing was changed.
    """
    with _session(path) as session:
        return _drop(session, one_line(name).strip())


def _drop(session: Session, name: str) -> bool:
    kept = [each for each in session.exec(select(SavedSearch)) if each.name.lower() == name.lower()]
    for each in kept:
        session.delete(each)
    session.flush()
    return bool(kept)


@contextmanager
def _session(path: Path) -> Iterator[Session]:
    """A session on the copy in one transaction, which is committed at the end; what goes wrong is told in words."""
    mind(path)
    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    try:
        with Session(engine, expire_on_commit=False) as session:
            mind_version(session.connection().exec_driver_sql("PRAGMA user_version").scalar_one())
            yield session
            session.commit()
    except DatabaseError as error:
        raise in_words(error.orig) from error


def _begin(connection: Any) -> None:
    # Our connections are in autocommit mode, so the dialect's own begin is empty.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
