"""Writes what the user keeps: notes and bookmarks, one transaction each.

Imports sqlmodel, so nothing that paints the first list may import this module.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.store.connection import connect
from ssc_tui.store.tables import Bookmark, Note
from ssc_tui.store.writing import in_words, mind, mind_version, moment
from ssc_tui.text import clean

NOTE_LENGTH = 20_000
"""Characters of a note."""


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
    note = Note(id=uuid.uuid4().hex, kind=kind, record_id=record_id, text=text, written_at=moment())
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
