"""The shipped catalogue is what the facts give, record by record and row by row, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from tests.scripts import load_script

from ssc_tui.store.projections import TABLES
from ssc_tui.store.seed import SEED


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load_script("build_seed")


@pytest.fixture(scope="module")
def rebuilt(script: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target: Path = tmp_path_factory.mktemp("seed") / "seed.sqlite"
    script.build(target)
    return target


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as copy:
        return sorted(copy.execute(f"SELECT * FROM {table}"), key=repr)


@pytest.mark.parametrize("table", ["record", "meta", *(table for table in TABLES if table != "entry_search")])
def test_the_facts_give_every_row_of_the_shipped_catalogue(rebuilt: Path, table: str) -> None:
    shipped = rows(SEED, table)
    assert shipped or table in ("contribution", "request")
    assert rows(rebuilt, table) == shipped


def test_the_build_is_the_same_every_time(script: ModuleType, rebuilt: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.sqlite"
    script.build(again)
    assert again.read_bytes() == rebuilt.read_bytes()


def test_the_shipped_catalogue_holds_nothing_personal() -> None:
    assert rows(SEED, "note") == rows(SEED, "bookmark") == []
