"""Memory sticks and the like, as far as the platform tells of them, and the bundles that lie on them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ssc_tui.sync.bundle_form import SUFFIX

MOUNTS = Path("/proc/self/mounts")
"""What is mounted where, on Linux; see proc_pid_mounts(5)."""

PLUGGED_IN = ("/media/", "/run/media/")
"""Where desktops mount what is plugged in."""

VOLUMES = Path("/Volumes")
"""Where macOS mounts everything but what it starts from."""

REMOVABLE = 2
"""What `GetDriveTypeW` of Windows says of a stick."""

MOST = 50
"""Bundles that are listed."""


class Drive(NamedTuple):
    """Where a bundle can be carried: its folder, the free bytes on it, None where they are not told, and whether it can be written to."""

    folder: Path
    free: int | None
    writable: bool = True


class Found(NamedTuple):
    """A bundle that lies somewhere: its file, its bytes, and when it was put there, in seconds since 1970."""

    file: Path
    size: int
    at: float


def removable() -> list[Drive]:
    """What is plugged in and can be read; a stick that is locked against writing still carries bundles here."""
    if sys.platform == "win32":
        folders = _windows_folders()
    elif sys.platform == "darwin":
        folders = mac_folders(VOLUMES)
    else:
        folders = linux_folders(_text(MOUNTS))
    return [Drive(folder, _free(folder), os.access(folder, os.W_OK)) for folder in folders if os.access(folder, os.R_OK)]


def linux_folders(mounts: str) -> list[Path]:
    """Folders of what is plugged in, of a table of mounts."""
    folders: dict[Path, None] = {}
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 2:
            continue
        # Blanks and the like stand there as their octal numbers.
        place = (
            re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1]).encode("latin-1", "replace").decode("utf-8", "replace")
        )
        if place.startswith(PLUGGED_IN):
            folders[Path(place)] = None
    return list(folders)


def mac_folders(volumes: Path) -> list[Path]:
    """Folders of what is plugged in; the disk that the system started from is a link there."""
    with suppress(OSError):
        return sorted(each for each in volumes.iterdir() if each.is_dir() and not each.is_symlink())
    return []


def _windows_folders() -> list[Path]:
    if sys.platform != "win32":
        return []
    import ctypes

    system = ctypes.windll.kernel32
    letters = system.GetLogicalDrives()
    roots = [f"{chr(ord('A') + number)}:\\" for number in range(26) if letters >> number & 1]
    return [Path(root) for root in roots if system.GetDriveTypeW(root) == REMOVABLE]


def bundles_in(folders: Iterable[Path]) -> list[Found]:
    """The bundles that lie in folders, the newest first."""
    found: dict[Path, Found] = {}
    for folder in folders:
        with suppress(OSError):
            for file in folder.iterdir():
                with suppress(OSError):
                    if file.suffix.lower() == SUFFIX and file.is_file():
                        stat = file.stat()
                        found.setdefault(file.resolve(), Found(file, stat.st_size, stat.st_mtime))
    return sorted(found.values(), key=lambda each: (-each.at, each.file))[:MOST]


def likely_folders() -> list[Path]:
    """Where a bundle that came by mail or by cable may lie."""
    with suppress(RuntimeError):
        home = Path.home()
        return [home, home / "Downloads"]
    return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
