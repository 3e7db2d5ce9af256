"""The copy on which staff can practise: the made-up catalogue, in a home of its own."""

from __future__ import annotations

import json
from contextlib import closing

from ssc_tui.catalogue.practice import DATASET, VERSION, documents
from ssc_tui.paths import Home, make_private
from ssc_tui.store import projections, reader
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.loader import make_copy

ORIGIN = "practice"
"""What a practice copy says of where it comes from."""

META = {"dataset": DATASET, "format": "1", "origin": ORIGIN, "released": "2026-11-22", "seed": VERSION}


def plant(home: Home) -> None:
    """Make the practice copy where there is none; one of an older version gets the documents of this one, and keeps notes and bookmarks.

    Raises:
        OSError, sqlite3.Error: the folder cannot be written.
    """
    make_private(home.data.parent)
    make_private(home.data)
    if not home.database.exists():
        make_copy(home.database, documents(), META)
        return
    with closing(connect(home.database)) as copy:
        if reader.meta(copy).get("seed") == VERSION:
            return
        with transaction(copy):
            copy.execute("DELETE FROM record")
            rows = ((kind, document["id"], json.dumps(document, ensure_ascii=False)) for kind, document in documents())
            copy.executemany("INSERT INTO record VALUES (?, ?, NULL, 0, ?)", rows)
            copy.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", META.items())
            projections.rebuild(copy)
