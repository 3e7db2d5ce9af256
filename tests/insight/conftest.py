"""What the tests of the views share: a copy in which things were given, and what a report says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.contributed import DOCUMENTS

from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Report
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy


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
