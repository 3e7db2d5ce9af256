"""Copies for the tests of the views: one of the shipped catalogue to read, and small ones of made-up documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.contributed import DOCUMENTS

from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Report
from ssc_tui.paths import Home
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.loader import make_copy

Make = Callable[..., sqlite3.Connection]


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An open copy of the catalogue that the program ships with; not to be written to."""
    folder = tmp_path_factory.mktemp("shipped")
    with closing(open_copy(Home(folder, folder, folder)).connection) as connection:
        yield connection


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make a copy of documents, each a kind and its fields, and open it."""
    made: list[sqlite3.Connection] = []

    def made_of(*documents: tuple[str, dict[str, Any]]) -> sqlite3.Connection:
        path = tmp_path / f"made-{len(made)}.sqlite"
        make_copy(path, documents, {})
        made.append(connect(path))
        return made[-1]

    yield made_of
    for connection in made:
        connection.close()


@pytest.fixture(scope="session")
def contributed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An open copy of the catalogue in which things were given; not to be written to."""
    path = tmp_path_factory.mktemp("contributed") / "copy.sqlite"
    make_copy(path, DOCUMENTS, {})
    with closing(connect(path)) as connection:
        yield connection


def text(report: Report, width: int = 78) -> str:
    """What a report says."""
    return "\n".join(line.text.rstrip() for line in lay_out(report, width))
