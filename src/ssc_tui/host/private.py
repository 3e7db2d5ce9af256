"""What the server keeps for its owner alone: the folder, the secrets it signs with, the password of its first account."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from ssc_tui.errors import ServerError
from ssc_tui.host.ini import Secrets
from ssc_tui.i18n import _
from ssc_tui.paths import Home, make_private


class Folder(NamedTuple):
    """Where the files of the server lie: `path` is a folder of the home, 0700, and each file in it 0600."""

    path: Path

    @property
    def ini(self) -> Path:
        """The server file of the last start."""
        return self.path / "catalogue.ini"

    @property
    def log(self) -> Path:
        """What Kinto has to say."""
        return self.path / "kinto.log"

    @property
    def password(self) -> Path:
        """The password of the first account, and nothing else."""
        return self.path / "admin.password"

    @property
    def postgres(self) -> Path:
        """The data of PostgreSQL."""
        return self.path / "postgres"

    @property
    def lock(self) -> Path:
        """Held by the run that serves from this folder."""
        return self.path / "serving.lock"


def server_folder(home: Home) -> Folder:
    """The server's folder in the home, made where it is not there.

    Raises:
        ServerError: the folder cannot be made.
    """
    folder = Folder(home.data / "server")
    try:
        make_private(home.data)
        make_private(folder.path)
    except OSError as error:
        raise ServerError(
            _("No server can be kept in {folder}: {reason}. Name another folder with --home.").format(
                folder=folder.path, reason=error.strerror or error
            )
        ) from error
    return folder


def signing_secrets(folder: Folder) -> Secrets:
    """The secrets of the server: random, made once.

    Raises:
        ServerError: the file of secrets holds something else.
    """
    path = folder.path / "secrets.json"
    # At a first start, the processes for reading look for it while the one that writes makes it.
    with FileLock(folder.path / "secrets.lock", mode=0o600):
        if not path.exists():
            write_private(path, json.dumps(Secrets(secrets.token_hex(32), secrets.token_hex(32))._asdict()))
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ServerError(
            _("{path} holds no secrets of a server. Put back the file from a backup; with a new one, everybody signs in anew.").format(
                path=path
            )
        ) from error


def admin_password(folder: Folder) -> tuple[str, bool]:
    """The password of the first account, and whether it was made just now."""
    try:
        return folder.password.read_text(encoding="utf-8").strip(), False
    except FileNotFoundError:
        password = secrets.token_urlsafe(18)
        _write_new(folder.password, password + "\n")
        return password, True


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read; whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    _write_new(fresh, text)
    fresh.replace(path)


def _write_new(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
