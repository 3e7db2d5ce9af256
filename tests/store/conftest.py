"""What the tests of the store share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def path_of() -> Callable[[sqlite3.Connection], Path]:
    """The file behind a connection."""

    def found(connection: sqlite3.Connection) -> Path:
        return Path(connection.execute("PRAGMA database_list").fetchone()[2])

    return found
