"""What whoever writes to a copy may meet on the machine: a disk that has no room left, and another program that writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program is in the middle of a write."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
