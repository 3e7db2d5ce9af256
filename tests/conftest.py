"""What the tests share: strings that do harm, a home of their own, and real servers (`tests/servers.py`)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import settings

from ssc_tui.paths import Home

pytest_plugins = ["tests.servers"]

settings.register_profile("default", deadline=None)
settings.register_profile("sweep", deadline=None, max_examples=3000)
settings.load_profile("default")


def _load_nasty() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("nasty", Path(__file__).with_name("nasty.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.NASTY)


_NASTY = _load_nasty()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `nasty` runs once for each of the strings."""
    if "nasty" in metafunc.fixturenames:
        metafunc.parametrize("nasty", [pytest.param(text, id=name.replace(" ", "-")) for name, text in _NASTY.items()])


@pytest.fixture(scope="session")
def nasty_strings() -> dict[str, str]:
    """The strings that do harm, by name."""
    return dict(_NASTY)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in a folder that is not there yet."""
    folder = tmp_path / "home"
    return Home(folder, folder, folder)
