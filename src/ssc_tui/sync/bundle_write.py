"""Writes a bundle: whole, or what changed since a moment; signed; in place of an older file only when all of it is on the disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from ssc_tui import __version__
from ssc_tui.errors import BundleError, UsageError
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.store import riding
from ssc_tui.store.connection import connect, transaction, writable
from ssc_tui.store.reader import meta
from ssc_tui.store.riding import Riding
from ssc_tui.store.standing import Standing, reached, standing
from ssc_tui.store.writing import in_words
from ssc_tui.sync import bundle_edits
from ssc_tui.sync.bundle_form import (
    CHUNK,
    EDITS,
    END,
    MANIFEST,
    SIGNATURE,
    SUFFIX,
    Collection,
    Manifest,
    Member,
    Signed,
    as_bytes,
    compressed,
    expiry,
    header,
    member_name,
    padding,
    signed_as_bytes,
)
from ssc_tui.sync.pull import ORDER
from ssc_tui.sync.trust import Key, key_to_sign
from ssc_tui.text import slug

Tell = Callable[[int, int], None]
"""Told how many of how many records are done."""

IN_MEMORY = 32 * 1024 * 1024
"""Bytes of a member that wait in memory; more wait in a temporary file."""

TOLD_EVERY = 1000


class Written(NamedTuple):
    """What was written: where, its manifest, its bytes, what rides along, the key that signed it, and whether that was made for it."""

    file: Path
    manifest: Manifest
    size: int
    riding: Riding
    key: Key
    new_key: bool


def write_bundle(
    home: Home,
    file: Path,
    *,
    since: datetime | None = None,
    with_edits: bool = True,
    author: str = "",
    tell: Tell = lambda _done, _all: None,
) -> Written:
    """Write a bundle of the copy.

    Args:
        home: where the copy and the key are.
        file: where to; in a folder it gets a name of its own.
        since: with what changed from then on, by the server's clock; None for all.
        with_edits: whether edits that wait ride along. They count as sent from then on.
        author: who writes it, where the key has no name.
        tell: told of progress.

    Raises:
        UsageError: the file is there and is no bundle, or there is nothing to write.
        BundleError: it could not be written; what was there before is whole.
        SettingsError: the key cannot be read or made.
        ReadOnly, Busy, CopyError: the copy cannot be used.
    """
    signer, new_key = key_to_sign(home, author)
    try:
        with closing(connect(home.database)) as copy:
            file = _target(file, copy)
            out, fresh = _riding(copy, home.database) if with_edits else (Riding(), [])
            try:
                with ExitStack() as held, _place_beside(file) as (place, temporary):
                    members, manifest = _members(copy, out, since, signer.key.name or author, held, tell)
                    told = as_bytes(manifest)
                    signed = Signed(hashlib.sha256(told).hexdigest(), signer.key.public, signer.sign(told))
                    size = _assemble(place, told, signed_as_bytes(signed), members)
                    place.close()
                    temporary.replace(file)
            except BaseException:
                if fresh:
                    with transaction(copy):
                        riding.stay(copy, fresh)
                raise
            _settle_on_disk(file.parent)
    except sqlite3.DatabaseError as error:
        raise in_words(error) from error
    except OSError as error:
        raise BundleError(
            _("The bundle could not be written to {file}: {reason}. What was there before is as it was.").format(
                file=file, reason=error.strerror or error
            )
        ) from error
    return Written(file, manifest, size, out, signer.key, new_key)


def bundle_name(dataset: str, on: datetime) -> str:
    """A name for a bundle."""
    return f"{slug(dataset) or 'catalogue'}-{on:%Y-%m-%d}{SUFFIX}"


def _target(file: Path, copy: sqlite3.Connection) -> Path:
    """The file to write.

    Raises:
        UsageError: there is something else.
    """
    if file.is_dir():
        file = file / bundle_name(_dataset(copy, standing(copy)), datetime.now())
    if not file.parent.is_dir():
        raise UsageError(_("There is no folder {folder}; nothing was written.").format(folder=file.parent))
    if (file.exists() or file.is_symlink()) and not (file.is_file() and _is_bundle(file)):
        raise UsageError(_("{file} is there already and is no bundle; it was left as it is. Name another file.").format(file=file))
    return file


def _is_bundle(file: Path) -> bool:
    """Whether a file begins as a bundle does, or is empty."""
    name = MANIFEST.encode()
    with file.open("rb") as found:
        return found.read(len(name)) in (name, b"")


def _dataset(copy: sqlite3.Connection, known: Standing) -> str:
    return known.dataset or meta(copy).get("dataset") or ""


def _riding(copy: sqlite3.Connection, path: Path) -> tuple[Riding, list[str]]:
    """What rides along, and the ids of the edits that now count as sent and did not before."""
    if not writable(path):
        # Nothing can be taken back there either.
        return riding.riding(copy), []
    with transaction(copy):
        out = riding.riding(copy)
        # Before the file can be seen anywhere: what is in it must not be taken back here, and come back from there.
        return out, riding.set_off(copy, out.edits)


def _members(
    copy: sqlite3.Connection, out: Riding, since: datetime | None, author: str, held: ExitStack, tell: Tell
) -> tuple[list[tuple[str, IO[bytes], Member]], Manifest]:
    """The members, compressed, and the manifest that follows from them."""
    known = standing(copy)
    after = max(0, int(since.timestamp() * 1000)) if since else 0
    members: list[tuple[str, IO[bytes], Member]] = []
    collections: dict[str, Collection] = {}
    copy.execute("BEGIN")
    try:
        sequence = copy.execute("SELECT coalesce(max(last_modified), 0) FROM record").fetchone()[0]
        counting = _Counting(copy.execute("SELECT count(*) FROM record WHERE last_modified > ?", (after,)).fetchone()[0], tell)
        # A copy that never met a catalogue holds what came with the program, which every program has.
        for kind in ORDER if known.dataset is not None else ():
            counting.begin()
            name, content, member = _compressed(kind, counting.lines(copy, kind, after), held)
            members.append((name, content, member))
            state = reached(copy, kind)
            read = copy.execute("SELECT 1 FROM collection WHERE kind = ?", (kind,)).fetchone() is not None
            upto = state.cursor if read and not state.resync and state.forbidden is None else None
            quarantined = copy.execute("SELECT count(*) FROM quarantine WHERE kind = ?", (kind,)).fetchone()[0]
            collections[kind] = Collection(member, counting.tombstones, counting.highest, after, upto, quarantined)
    finally:
        copy.execute("ROLLBACK")
    edits: Member | None = None
    if not out.empty:
        name, content, edits = _compressed(EDITS, bundle_edits.lines(out), held)
        members.append((name, content, edits))
    if not members:
        raise UsageError(_("There is nothing to write: this copy holds what came with ssc-tui, and no edits that could ride along."))
    created = datetime.now(UTC)
    manifest = Manifest(
        dataset=_dataset(copy, known),
        epoch=known.epoch,
        sequence=sequence,
        as_of=known.date,
        synced_at=known.synced_at,
        created=created.isoformat(timespec="seconds"),
        expires=expiry(created),
        author=author,
        program=__version__,
        since=since.astimezone(UTC).isoformat(timespec="seconds") if since else None,
        collections=collections,
        edits=edits,
    )
    return members, manifest


class _Counting:
    """Counts the lines that pass."""

    def __init__(self, number: int, tell: Tell) -> None:
        self.tombstones = self.highest = 0
        self._done = 0
        self._all = number
        self._tell = tell

    def begin(self) -> None:
        self.tombstones = self.highest = 0

    def lines(self, copy: sqlite3.Connection, kind: str, after: int) -> Iterator[str]:
        """Records and tombstones of a collection as the server sends them."""
        for record_id, stamp, deleted, document in copy.execute(
            "SELECT id, last_modified, deleted, document FROM record WHERE kind = ? AND last_modified > ? ORDER BY id", (kind, after)
        ):
            self.tombstones += bool(deleted)
            self.highest = max(self.highest, stamp)
            self._done += 1
            if self._done % TOLD_EVERY == 0:
                self._tell(self._done, self._all)
            # The id has a form that needs no escapes, and the document is an object with an id.
            if deleted:
                yield f'{{"id":"{record_id}","last_modified":{stamp},"deleted":true}}'
            else:
                yield f'{document[:-1]},"last_modified":{stamp}}}'


def _compressed(what: str, lines: Iterator[str], held: ExitStack) -> tuple[str, IO[bytes], Member]:
    content = held.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115
    count, raw = compressed(lines, content)
    size = content.tell()
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    content.seek(0)
    return member_name(what), content, Member(count, raw, size, digest.hexdigest())


@contextmanager
def _place_beside(file: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A new file beside another one, which goes where it was not moved into that one's place."""
    path = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    # Others are to read it, as far as they may read what this person writes.
    place = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb")
    try:
        yield place, path
    finally:
        with suppress(OSError):
            place.close()
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _assemble(place: IO[bytes], manifest: bytes, signature: bytes, members: list[tuple[str, IO[bytes], Member]]) -> int:
    """Write everything to where it is to lie; returns its bytes."""
    for name, content in ((MANIFEST, manifest), (SIGNATURE, signature)):
        place.write(header(name, len(content)) + content + padding(len(content)))
    for name, source, member in members:
        place.write(header(name, member.size))
        while chunk := source.read(CHUNK):
            place.write(chunk)
        place.write(padding(member.size))
    place.write(END)
    place.flush()
    os.fsync(place.fileno())
    return place.tell()


def _settle_on_disk(folder: Path) -> None:
    """Let the new name be on the disk too, so that a stick can be pulled; Windows and some sticks know no such thing."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
