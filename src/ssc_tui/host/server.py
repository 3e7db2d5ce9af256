"""Starts a Kinto with what it stands on, says where it answers, and stops it."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from ssc_tui.errors import ServerError, UsageError
from ssc_tui.host import postgres
from ssc_tui.host.children import child, last_words
from ssc_tui.host.ini import LOOPBACK, ServerFile, listened_on
from ssc_tui.host.private import Folder, admin_password, signing_secrets, write_private
from ssc_tui.i18n import _

START_SECONDS = 60.0


class Wanted(NamedTuple):
    """How a server is to be run.

    Attributes:
        host: the address to listen on.
        port: the port; 0 takes a free one.
        memory: whether nothing is kept when it ends.
        database: the address of a PostgreSQL to use; None starts one of our own, unless `memory`.
        public: the address under which the world knows it; None where it is asked directly.
        read_only: whether it only answers reads, beside another one that writes.
    """

    host: str = LOOPBACK
    port: int = 0
    memory: bool = False
    database: str | None = None
    public: str | None = None
    read_only: bool = False


class Server(NamedTuple):
    """A server that answers.

    Attributes:
        url: where for this machine, with the version of the protocol, such as `http://127.0.0.1:8888/v1`.
        password: that of the account `ADMIN`; None where nothing can be written.
        password_is_new: whether it was made at this start.
        parts: the processes that it is made of, each with its log.
    """

    url: str
    password: str | None
    password_is_new: bool
    parts: tuple[tuple[subprocess.Popen[bytes], Path], ...]

    def wait(self) -> ServerError:
        """Wait until it ends by itself, as it should not; returns what to tell the person."""
        while True:
            for process, log in self.parts:
                if process.poll() is not None:
                    return _ended(process, log)
            time.sleep(0.3)


def server_file(folder: Folder, wanted: Wanted, database: str | None) -> ServerFile:
    """The server file of a server that is to be run so, on the database."""
    return ServerFile(signing_secrets(folder), database, wanted.host, wanted.public, wanted.read_only)


@contextmanager
def running(folder: Folder, wanted: Wanted) -> Iterator[Server]:
    """A server that answers while the block runs, and is stopped with everything it stands on when the block is left.

    Raises:
        UsageError: the port is taken, or the address is none of this machine.
        ServerError: a part is not installed, another run serves from the folder, or the server does not start.
    """
    _require_kinto()
    if wanted.read_only and not wanted.database:
        raise UsageError(_("A process for reading alone needs the database of the one that writes: name it with --database."))
    port = _free_port(wanted.host, wanted.port)
    with ExitStack() as stack:
        if wanted.read_only:
            ini = folder.path / f"read-only-{port}.ini"
        else:
            stack.enter_context(_only_run(folder))
            ini = folder.ini
        database = wanted.database
        parts = []
        if database is None and not wanted.memory:
            database, process = stack.enter_context(postgres.running(folder.postgres))
            parts.append((process, postgres.log_of(folder.postgres)))
        write_private(ini, server_file(folder, wanted, database).text())
        password, is_new = (None, False) if wanted.read_only else admin_password(folder)
        words = [sys.executable, "-m", "ssc_tui.host.worker", str(ini), str(port)]
        if password:
            words += [str(folder.password), *(["--reset"] if is_new else [])]
        log = folder.log.with_stem(f"kinto-{port}") if wanted.read_only else folder.log
        process = stack.enter_context(child(words, log, signal.SIGINT))
        parts.append((process, log))
        _wait_until_it_answers(process, port, log)
        yield Server(f"http://{LOOPBACK}:{port}/v1", password, is_new, tuple(parts))


def _require_kinto() -> None:
    if any(find_spec(name) is None for name in ("kinto", "waitress", "paste")):
        raise ServerError(_("The server is not installed here: `pip install 'ssc-tui[server]'` brings it."))


def _free_port(host: str, port: int) -> int:
    """The port, if it can be listened on; a free one where it is 0."""
    for each in listened_on(host):
        try:
            family, kind, protocol, _name, address = socket.getaddrinfo(each, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                # As the server does, so that a port that was used a moment ago can be used again.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                port = int(probe.getsockname()[1])
        except (OSError, OverflowError) as error:
            raise UsageError(
                _("{host}, port {port}, cannot be served on: {reason}. Nothing was started; name another --port or --host.").format(
                    host=each, port=port, reason=getattr(error, "strerror", None) or error
                )
            ) from error
    return port


@contextmanager
def _only_run(folder: Folder) -> Iterator[None]:
    lock = FileLock(folder.lock, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise ServerError(
            _("Another ssc-tui serves from {folder} already. Stop that one, or name another folder with --home.").format(folder=folder.path)
        ) from error
    try:
        yield
    finally:
        lock.release()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        asking = http.client.HTTPConnection(LOOPBACK, port, timeout=START_SECONDS)
        with contextlib.closing(asking), contextlib.suppress(OSError, http.client.HTTPException):
            asking.request("GET", "/v1/")
            if asking.getresponse().status == http.client.OK:
                return
        time.sleep(0.02)
    raise _ended(process, log)


def _ended(process: subprocess.Popen[bytes], log: Path) -> ServerError:
    return ServerError(
        _("The server ended by itself: {reason}. What was written is kept; the whole story is in {log}.").format(
            reason=last_words(log) or process.returncode, log=log
        )
    )


def is_loopback(host: str) -> bool:
    """Whether a server on this address can be reached from this machine alone."""
    return host in ("localhost", "::1") or host.startswith("127.")
