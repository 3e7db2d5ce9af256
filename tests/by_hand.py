"""Changes of a copy by hand, with everything that is projected from its documents: what a sync does, without a server."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from ssc_tui.store import projections
from ssc_tui.store.connection import transaction
from ssc_tui.store.loader import KindAndDocument
from ssc_tui.text import as_json, clean_all


def store_documents(copy: Connection, documents: Iterable[KindAndDocument]) -> None:
    """Put the documents into a copy, new or in place of older ones, in one transaction."""
    batch = list(documents)
    with transaction(copy):
        for kind, document in batch:
            content = {name: value for name, value in document.items() if name != "last_modified"}
            row = (kind, document["id"], document.get("last_modified"), as_json(clean_all(content)))
            copy.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, 0, ?)", row)
        projections.apply(copy, [(kind, str(document["id"])) for kind, document in batch])


def remove_documents(copy: Connection, refs: Iterable[tuple[str, str]]) -> None:
    """Take records out of a copy, in one transaction."""
    gone = list(refs)
    with transaction(copy):
        copy.executemany("DELETE FROM record WHERE kind = ? AND id = ?", gone)
        projections.apply(copy, gone)
