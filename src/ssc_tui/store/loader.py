"""Puts documents into a new copy, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from ssc_tui.store import migrations, projections
from ssc_tui.store.connection import APPLICATION_ID, connect, transaction
from ssc_tui.text import as_json, clean_all

SMALL = 10_000
"""Records up to which a new copy is packed: a larger one has hardly an empty page, and packing it takes long."""

KindAndDocument = tuple[str, Mapping[str, Any]]


def make_copy(
    path: Path, documents: Iterable[KindAndDocument], meta: Mapping[str, str], progress: projections.Progress | None = None
) -> int:
    """Make a new copy of the documents at a path where no file is; returns how many records it holds.

    The file is left without a write-ahead log, so that it can be copied as it is.
    """
    path.touch(mode=0o600, exist_ok=False)
    copy = connect(path)
    try:
        # Nothing is lost with a new file: what goes wrong takes it away.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA cache_size = -200000")
        copy.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.migrate(copy)
        with transaction(copy):
            _store(copy, documents)
            copy.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            number = projections.rebuild(copy, progress)
        copy.execute("INSERT INTO entry_search (entry_search) VALUES ('optimize')")
        if number < SMALL:
            copy.execute("VACUUM")
    except BaseException:
        copy.close()
        path.unlink()
        raise
    copy.close()
    return number


def _store(copy: Connection, documents: Iterable[KindAndDocument]) -> None:
    copy.executemany(
        "INSERT OR REPLACE INTO record VALUES (?, ?, ?, 0, ?)",
        (
            (
                kind,
                document["id"],
                document.get("last_modified"),
                as_json(clean_all(_content(document))),
            )
            for kind, document in documents
        ),
    )


def _content(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the server's time stamp, which has a column of its own."""
    return {name: value for name, value in document.items() if name != "last_modified"}
