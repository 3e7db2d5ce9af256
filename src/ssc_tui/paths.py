"""Where files lie: the platform's folders, or everything under one home."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

APP = "ssc-tui"
HOME_VARIABLE = "SSC_TUI_HOME"


class Home(NamedTuple):
    """The folders of one user: the local copy, the settings and the log."""

    data: Path
    config: Path
    log: Path

    @property
    def database(self) -> Path:
        """The local copy of the catalogue, with notes and bookmarks."""
        return self.data / "catalogue.sqlite"

    def for_practice(self) -> Home:
        """The home of the made-up catalogue, in folders of its own."""
        return Home(self.data / "practice", self.config / "practice", self.log)

    @property
    def settings(self) -> Path:
        """The settings, in TOML."""
        return self.config / "settings.toml"

    @property
    def sync_lock(self) -> Path:
        """Held by the one run of the sync that may go on at a time."""
        return self.data / "sync.lock"

    @property
    def secrets(self) -> Path:
        """Passwords, where the system has no key store."""
        return self.config / "secrets.json"

    @property
    def signing_key(self) -> Path:
        """The private key with which bundles of this home are signed."""
        return self.config / "signing-key"

    @property
    def trusted_keys(self) -> Path:
        """The keys of others whose bundles are believed, a line each."""
        return self.config / "trusted-keys"

    @property
    def log_file(self) -> Path:
        """Where faults are written with their traces."""
        return self.log / "ssc-tui.log"


def named(text: str) -> Path:
    """The file or folder that somebody names; ~ is their home, and what begins like the home of nobody known is a name like any other."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def find_home(folder: str | Path | None = None) -> Home:
    """The home under `folder`, else under $SSC_TUI_HOME, else in the platform's folders. Makes nothing.

    Raises:
        RuntimeError: the folder is to lie in the home of somebody unknown.
    """
    folder = folder or os.environ.get(HOME_VARIABLE)
    if folder:
        root = Path(folder).expanduser().absolute()
        return Home(root, root, root)
    # The import costs half a look-up, and a home that is named needs none of it.
    from platformdirs import PlatformDirs

    platform = PlatformDirs(APP, appauthor=False)
    return Home(platform.user_data_path, platform.user_config_path, platform.user_log_path)


def make_private(folder: Path) -> None:
    """Make the folder with its parents; one that is new is for its owner alone (0700)."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
