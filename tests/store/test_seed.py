from __future__ import annotations

import errno
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ssc_tui.store import seed
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

Make = Callable[..., sqlite3.Connection]

SHIPPED = seed.SEED.read_bytes()


def no_links(self: Path, target: Path) -> NoReturn:
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.fixture
def newer_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped catalogue of one partner, released after all others."""
    path = tmp_path / "newer-seed.sqlite"
    meta = {"dataset": "ssc-directory", "origin": "seed", "seed": "newer", "released": "2999-01-01", "format": "1"}
    make_copy(path, [("partners", {"id": "newest", "name": "Newest Partner"})], meta)
    monkeypatch.setattr(seed, "SEED", path)
    return path


def test_the_seed_is_planted_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    seed.plant(path)
    assert path.read_bytes() == SHIPPED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_seed_is_planted_where_files_cannot_be_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", no_links)
    path = tmp_path / "copy.sqlite"
    seed.plant(path)
    assert path.read_bytes() == SHIPPED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False])
def test_a_copy_made_meanwhile_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    path = tmp_path / "copy.sqlite"
    path.write_text("somebody's notes")
    seed.plant(path)
    assert path.read_text() == "somebody's notes"
    assert list(tmp_path.iterdir()) == [path]


def test_two_that_plant_at_once_where_files_cannot_be_linked_leave_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", no_links)
    path = tmp_path / "copy.sqlite"
    planted: list[int] = []

    def plant_meanwhile() -> None:
        seed.plant(path)
        planted.append(path.stat().st_ino)

    other = threading.Thread(target=plant_meanwhile)
    exists = Path.exists

    def exists_and_wait(asked: Path) -> bool:
        there = exists(asked)
        if asked == path and not there and threading.current_thread() is not other:
            other.start()
            other.join(0.5)
        return there

    monkeypatch.setattr(Path, "exists", exists_and_wait)
    seed.plant(path)
    first = path.stat().st_ino
    other.join()
    assert planted == [first]
    assert path.stat().st_ino == first
    assert path.read_bytes() == SHIPPED
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    def fill(source: Any, target: Any) -> NoReturn:
        target.write(source.read(10_000))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", fill)
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    with pytest.raises(OSError, match="No space"):
        seed.plant(tmp_path / "copy.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        seed.plant(tmp_path / "missing" / "copy.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_what_the_seed_says_of_itself() -> None:
    meta = seed.seed_meta()
    assert {key: meta[key] for key in ("dataset", "format", "origin")} == {"dataset": "ssc-directory", "format": "1", "origin": "seed"}
    assert len(meta["seed"]) == 16
    assert len(meta["released"]) == len("2026-11-21")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, False),
        ({"seed": "other"}, True),
        ({"seed": "other", "released": "1999-01-01"}, True),
        ({"seed": "other", "released": "2999-01-01"}, False),
        ({"released": "1999-01-01"}, False),
        ({"seed": "other", "origin": "remote"}, False),
    ],
)
def test_which_copies_take_the_shipped_catalogue(changed: dict[str, str], expected: bool) -> None:
    assert seed.is_newer({**seed.seed_meta(), **changed}) is expected


@pytest.mark.parametrize(("meta", "expected"), [({}, False), ({"origin": "seed"}, True), ({"origin": "seed", "seed": "x"}, True)])
def test_copies_that_say_little_of_themselves(meta: dict[str, str], expected: bool) -> None:
    assert seed.is_newer(meta) is expected


def test_refreshing_replaces_the_catalogue_and_nothing_else(make: Make, newer_seed: Path) -> None:
    copy = make(("partners", {"id": "old", "name": "Old"}), ("areas", {"id": "health", "name": "Health"}), origin="seed", gone="with it")
    copy.execute("INSERT INTO note VALUES ('n1', 'partners', 'old', 'Call again', '2026-01-01')")
    copy.execute("INSERT INTO bookmark VALUES ('areas', 'health', '2026-01-02')")
    seed.refresh(copy)
    assert copy.execute("SELECT kind, id FROM record").fetchall() == [("partners", "newest")]
    assert copy.execute("SELECT title FROM entry").fetchall() == [("Newest Partner",)]
    assert copy.execute("SELECT count(*) FROM entry_search WHERE entry_search MATCH 'old'").fetchone() == (0,)
    assert dict(copy.execute("SELECT * FROM meta")) == dict(seed.seed_meta())
    assert copy.execute("SELECT * FROM note").fetchall() == [("n1", "partners", "old", "Call again", "2026-01-01")]
    assert copy.execute("SELECT * FROM bookmark").fetchall() == [("areas", "health", "2026-01-02")]
    assert "shipped" not in {row[1] for row in copy.execute("PRAGMA database_list")}


def test_refreshing_that_fails_changes_nothing(make: Make, newer_seed: Path) -> None:
    copy = make(("partners", {"id": "old", "name": "Old"}), origin="seed")
    before = list(copy.iterdump())
    with closing(connect(newer_seed)) as shipped:
        shipped.execute("UPDATE record SET document = 'no JSON'")
    with pytest.raises(ValueError, match="Expecting value"):
        seed.refresh(copy)
    assert list(copy.iterdump()) == before
    assert "shipped" not in {row[1] for row in copy.execute("PRAGMA database_list")}
