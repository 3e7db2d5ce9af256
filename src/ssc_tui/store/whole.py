"""Every document of a copy at once, for whoever takes the catalogue elsewhere."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from ssc_tui.catalogue.kinds import KINDS

Documents = dict[str, list[dict[str, Any]]]
"""The documents of each kind of format 1, in the order of their ids."""


def every_document(copy: sqlite3.Connection) -> Documents:
    """The documents of a copy as the catalogue sent them."""
    found: Documents = {kind: [] for kind in KINDS}
    for kind, document in copy.execute("SELECT kind, document FROM record WHERE NOT deleted ORDER BY kind, id"):
        if kind in found:
            found[kind].append(json.loads(document))
    return found


def documents_in(path: Path) -> Documents:
    """The documents in a file that nobody writes to, such as the seed."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as copy:
        return every_document(copy)
