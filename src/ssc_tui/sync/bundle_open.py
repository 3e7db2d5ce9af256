"""Opens a bundle and finds out whether it is whole, as it was written, and by whom; nothing of the copy is touched.

What is read is a copy of the file in a temporary place, so that a stick that is pulled, or a file that somebody changes, makes no
difference once it was checked.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from ssc_tui.errors import BundleError, Refused
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.sync.bundle_form import (
    BLOCK,
    CHUNK,
    END,
    MANIFEST,
    MOST_MANIFEST,
    MOST_SIGNATURE,
    SIGNATURE,
    SUFFIX,
    Manifest,
    Member,
    damaged,
    header,
    is_over,
    lines_of,
    manifest_from,
    member_name,
    padding,
    signed_from,
    size_in,
)
from ssc_tui.sync.trust import Key, known, vouches
from ssc_tui.text import one_line

MOST_FILE = 8 * 1024**3
"""Bytes of a file that is looked at."""

IN_MEMORY = 32 * 1024 * 1024
"""Bytes of a bundle that are read in memory; more go to a temporary file."""


class Wishes(NamedTuple):
    """What the person believes: a bundle that nobody known signed, one that has expired, that many records are gone."""

    accept_unsigned: bool = False
    accept_expired: bool = False
    accept_removals: bool = False


class Bundle:
    """A bundle that was found to be as it was written.

    Attributes:
        manifest: what it says of itself.
        signer: the key that signed it; None where nobody did.
        trusted: whether that key is this home's own or a trusted one.
    """

    def __init__(self, source: IO[bytes], manifest: Manifest, signer: Key | None, trusted: bool, places: dict[str, int]) -> None:
        self.manifest = manifest
        self.signer = signer
        self.trusted = trusted
        self._source = source
        self._places = places

    def lines(self, what: str) -> Iterator[bytes]:
        """The lines of a collection, or of the edits; none where it holds no such thing.

        Raises:
            Refused: they are not what the manifest says.
        """
        name = member_name(what)
        member = dict(self.manifest.members).get(name)
        if member is None:
            return iter(())
        self._source.seek(self._places[name])
        return lines_of(cast("IO[bytes]", _Part(self._source, member.size)), member)


class _Part(io.RawIOBase):
    """So many bytes of a file from where it stands, as a file."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source = source
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        given = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(given)
        return given


@contextmanager
def opened_bundle(home: Home, file: Path, wishes: Wishes) -> Iterator[Bundle]:
    """A bundle, every byte of which was looked at.

    Raises:
        BundleError: the file cannot be read.
        Refused: it is no bundle, not as it was written, has expired, or nobody known signed it.
        SettingsError: the trusted keys cannot be read.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as source:
        size = _copied(file, source)
        manifest, signer, trusted = _vouched(home, source, wishes)
        if is_over(manifest.expires) and not wishes.accept_expired:
            raise Refused(
                _(
                    "This bundle was written on {created} and expired on {expires}, or the clock of this machine is wrong. Nothing was"
                    " changed; ask for a newer one, or read it with --accept-expired."
                ).format(created=manifest.created[:10], expires=manifest.expires[:10]),
                wish="accept_expired",
            )
        places = {name: _checked(source, name, member) for name, member in manifest.members}
        if source.read(len(END) + 1) != END or source.tell() != size:
            raise damaged()
        yield Bundle(source, manifest, signer, trusted, places)


def _copied(file: Path, into: IO[bytes]) -> int:
    """Copy a file that begins as a bundle does to a temporary one; returns its bytes."""
    try:
        if file.is_dir():
            raise BundleError(_a_folder(file))
        if not file.is_file():
            raise BundleError(_("There is no bundle {file}. Nothing was changed.").format(file=file))
        if file.stat().st_size > MOST_FILE:
            raise damaged()
        with file.open("rb") as found:
            chunk = found.read(CHUNK)
            if not chunk.startswith(MANIFEST.encode()):
                raise damaged()
            while chunk:
                into.write(chunk)
                chunk = found.read(CHUNK)
        size = into.tell()
        into.seek(0)
        return size
    except OSError as error:
        raise BundleError(
            _("{file} could not be read: {reason}. Nothing was changed.").format(file=file, reason=error.strerror or error)
        ) from error


def _a_folder(folder: Path) -> str:
    """What is said of a folder in place of a bundle: which bundles lie in it."""
    names = sorted(one_line(each.name) for each in folder.iterdir() if each.suffix.lower() == SUFFIX and each.is_file())
    said = _("It holds {names}: name one of them.").format(names=", ".join(names)) if names else _("There is no bundle in it.")
    return _("{file} is a folder. {said} Nothing was changed.").format(file=one_line(str(folder)), said=said)


def _vouched(home: Home, source: IO[bytes], wishes: Wishes) -> tuple[Manifest, Key | None, bool]:
    """The manifest, who signed it, and whether that is somebody known."""
    raw = _short(source, MANIFEST, MOST_MANIFEST)
    signed = signed_from(_short(source, SIGNATURE, MOST_SIGNATURE))
    if hashlib.sha256(raw).hexdigest() != signed.sha256:
        raise damaged()
    if signed.key is not None and not vouches(signed.key, signed.signature or "", raw):
        raise Refused(_("The signature of this bundle is not that of its content: it was changed on its way. Nothing was changed here."))
    manifest = manifest_from(raw)
    found = known(home, signed.key) if signed.key else None
    if found is None and not wishes.accept_unsigned:
        raise Refused(_strange(signed.key), wish="accept_unsigned")
    return manifest, found or (Key(signed.key, manifest.author) if signed.key else None), found is not None


def _strange(key: str | None) -> str:
    if key is None:
        return _(
            "Nobody signed this bundle, so it may come from anybody. Nothing was changed; where you know whom it is from,"
            " --accept-unsigned reads it."
        )
    return _(
        "This bundle is signed with a key that you do not trust: {fingerprint}. Nothing was changed. Compare these digits over the phone"
        " with those that `ssc-tui trust show` gives whoever wrote it; where they are the same, `ssc-tui trust add FILE` trusts the key."
    ).format(fingerprint=Key(key).fingerprint)


def _short(source: IO[bytes], name: str, most: int) -> bytes:
    """A member that is read whole."""
    head = source.read(BLOCK)
    size = size_in(head)
    if not 0 <= size <= most or head != header(name, size):
        raise damaged()
    content = source.read(size)
    if len(content) != size or source.read(len(padding(size))) != padding(size):
        raise damaged()
    return content


def _checked(source: IO[bytes], name: str, member: Member) -> int:
    """Look at every byte of a member; returns where its content begins."""
    if source.read(BLOCK) != header(name, member.size):
        raise damaged()
    place, left, digest = source.tell(), member.size, hashlib.sha256()
    while left:
        chunk = source.read(min(CHUNK, left))
        if not chunk:
            raise damaged()
        digest.update(chunk)
        left -= len(chunk)
    if digest.hexdigest() != member.sha256 or source.read(len(padding(member.size))) != padding(member.size):
        raise damaged()
    return place


def key_of(file: Path) -> Key | None:
    """The key with which a bundle says it is signed, and rightly so; None where the file is no bundle, or nobody signed it.

    Raises:
        BundleError: the file cannot be read.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as source:
        try:
            _copied(file, source)
            raw = _short(source, MANIFEST, MOST_MANIFEST)
            signed = signed_from(_short(source, SIGNATURE, MOST_SIGNATURE))
            if signed.key is None or not vouches(signed.key, signed.signature or "", raw):
                return None
            return Key(signed.key, manifest_from(raw).author)
        except Refused:
            return None
