"""What the tests share: strings that do harm, a home of their own, copies of catalogues, and real servers (`tests/servers.py`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import keyring
import pytest
from hypothesis import settings
from keyring.backends.fail import Keyring
from tests.nasty import NASTY

from ssc_tui.paths import Home
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.loader import make_copy

pytest_plugins = ["tests.servers"]

settings.register_profile("default", deadline=None)
settings.register_profile("sweep", deadline=None, max_examples=3000)
settings.load_profile("default")


Make = Callable[..., sqlite3.Connection]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `nasty` runs once for each of the strings."""
    if "nasty" in metafunc.fixturenames:
        metafunc.parametrize("nasty", [pytest.param(text, id=name.replace(" ", "-")) for name, text in NASTY.items()])


@pytest.fixture(scope="session")
def nasty_strings() -> dict[str, str]:
    """The strings that do harm, by name."""
    return dict(NASTY)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in a folder that is not there yet."""
    folder = tmp_path / "home"
    return Home(folder, folder, folder)


@pytest.fixture
def no_key_store() -> Iterator[None]:
    """The key store of whoever runs the tests stays as it is."""
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An open copy of the catalogue that the program ships with; not to be written to."""
    folder = tmp_path_factory.mktemp("shipped")
    with closing(open_copy(Home(folder, folder, folder)).connection) as connection:
        yield connection


@pytest.fixture
def path_of() -> Callable[[sqlite3.Connection], Path]:
    """The file behind a connection."""

    def found(connection: sqlite3.Connection) -> Path:
        return Path(connection.execute("PRAGMA database_list").fetchone()[2])

    return found


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make a copy of documents, each a kind and its fields, and open it."""
    made: list[sqlite3.Connection] = []

    def made_of(*documents: tuple[str, dict[str, Any]], **meta: str) -> sqlite3.Connection:
        path = tmp_path / f"made-{len(made)}.sqlite"
        make_copy(path, documents, meta)
        made.append(connect(path))
        return made[-1]

    yield made_of
    for connection in made:
        connection.close()
