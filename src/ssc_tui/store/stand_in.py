"""Reads a copy that may not be written, and changes nothing where it lies.

SQLite reads a log through an index that it keeps beside the file (-shm), and undoes a half-done transaction in the file itself. Where it
may do neither, a copy of both in a private temporary folder stands in until the program ends: nothing that was committed is missing.
"""

from __future__ import annotations

import atexit
import sqlite3
from contextlib import closing
from pathlib import Path

from ssc_tui.errors import CopyError
from ssc_tui.i18n import _

_LOGS = ("-wal", "-journal")

_made: dict[tuple[object, ...], Path] = {}
"""The stand-ins of this process, by the state of the files that each was made of."""


def logs_of(path: Path) -> list[Path]:
    """The logs beside a file that hold something."""
    beside = (path.with_name(path.name + ending) for ending in _LOGS)
    return [log for log in beside if _size(log)]


def _size(log: Path) -> int:
    """Bytes of a log; none where there is no log, be it that another process took it away just now."""
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that can only read, for one thread at a time.

    Raises:
        CopyError: a copy would have to stand in, and there is no room for one.
    """
    if not logs_of(path):
        # Without a log the file cannot change; `immutable` then spares the -shm, for which the folder may have no room or right.
        return _open(path, "immutable=1")
    try:
        # `readonly_shm` keeps the superuser from writing the index, which others cannot anyway.
        return _open(path, "mode=ro&readonly_shm=1")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    return _open(_stand_in(path), "immutable=1")


def is_stand_in(connection: sqlite3.Connection) -> bool:
    """Whether the connection reads a copy that stands in for the file."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2]) in _made.values()


def _open(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False)
    try:
        # Files are opened with the first question; what hinders that is to be known here.
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _stand_in(path: Path) -> Path:
    files = [path, *logs_of(path)]
    state = tuple((file, stat.st_ino, stat.st_size, stat.st_mtime_ns) for file in files for stat in [file.stat()])
    # Threads that ask at the same moment may make two, and use one.
    return _made.get(state) or _made.setdefault(state, _make(files))


def _make(files: list[Path]) -> Path:
    # Needed for few copies, and slow to import for every look-up.
    import shutil
    import tempfile

    try:
        folder = Path(tempfile.mkdtemp(prefix="ssc-tui-")).resolve()
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for file in files:
            (folder / file.name).touch(0o600)
            shutil.copyfile(file, folder / file.name)
    except OSError as error:
        sentence = _(
            "{path} is read-only, with changes in a log beside it, and no copy of both could be made to read them: {reason}."
            " Free the disk, or name a folder with room in TMPDIR."
        )
        raise CopyError(sentence.format(path=files[0], reason=error.strerror or error)) from error
    made = folder / files[0].name
    with closing(sqlite3.connect(made, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
    return made
