"""The catalogue that the program ships with: put into a home, and taken over by copies that never met another."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ssc_tui.store import projections
from ssc_tui.store.connection import transaction

_PACKAGED = Path(__file__).with_name("seed.sqlite")
SEED = _PACKAGED if _PACKAGED.exists() else Path(__file__).parents[3] / "data" / "seed.sqlite"
"""Inside the installed package, or in the checkout that the program runs from."""


def plant(path: Path) -> None:
    """Put the seed where there is no copy yet: whole or not at all, for its owner alone. A copy made meanwhile is left as it is.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    # Needed once in the life of a home, and slow to import for every look-up.
    import shutil
    import tempfile

    handle, name = tempfile.mkstemp(prefix=".seed-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, SEED.open("rb") as source:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        except OSError:
            # No hard links on this disk, as on most memory sticks.
            with _alone(path.parent):
                if not path.exists():
                    fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against others that plant in it; on a system that cannot, as Windows, nothing is held."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def seed_meta() -> Mapping[str, str]:
    """What the shipped catalogue says of itself."""
    seed = sqlite3.connect(f"{SEED.as_uri()}?immutable=1", uri=True)
    try:
        return dict(seed.execute("SELECT key, value FROM meta"))
    finally:
        seed.close()


def is_newer(meta: Mapping[str, str]) -> bool:
    """Whether the shipped catalogue should replace that of a copy: one that still is a seed, another, and not a later one."""
    if meta.get("origin") != "seed":
        return False
    try:
        shipped = seed_meta()
    except sqlite3.Error:
        # A broken installation is no reason to touch a copy that works.
        return False
    return meta.get("seed") != shipped.get("seed") and meta.get("released", "") <= shipped.get("released", "")


def refresh(copy: sqlite3.Connection) -> None:
    """Replace a copy's catalogue by the shipped one in one transaction; notes and bookmarks are not touched."""
    copy.execute("ATTACH ? AS shipped", (f"{SEED.as_uri()}?immutable=1",))
    try:
        with transaction(copy):
            copy.execute("DELETE FROM main.record")
            copy.execute("INSERT INTO main.record SELECT * FROM shipped.record")
            copy.execute("DELETE FROM main.meta")
            copy.execute("INSERT INTO main.meta SELECT * FROM shipped.meta")
            projections.rebuild(copy)
    finally:
        copy.execute("DETACH shipped")
