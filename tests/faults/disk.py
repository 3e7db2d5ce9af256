"""A disk that has no room left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from unittest import mock


@contextmanager
def full_disk(module: ModuleType, name: str) -> Iterator[None]:
    """No room for one page more in copies to which a module connects by a function of this name."""
    connect = getattr(module, name)

    def connect_small(path: Path) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(path)
        pages = opened.execute("PRAGMA page_count").fetchone()[0]
        opened.execute(f"PRAGMA max_page_count = {pages}")
        return opened

    with mock.patch.object(module, name, connect_small):
        yield
