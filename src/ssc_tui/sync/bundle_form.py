"""The form of a bundle: one file with a manifest, its signature, and a member for each collection and for the edits. Pure but for zstd.

The file is a tar archive (POSIX.1-1988, "ustar") of which nothing is left open: the order of the members, and every byte of their headers,
of what fills their last block and of the end follow from names and sizes. What is not exactly so is no bundle, so there is no room for
links, paths, second members of one name, or a byte that nobody looks at.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, Any, NamedTuple

import zstandard

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.catalogue.limits import SAFE_INTEGER
from ssc_tui.errors import Refused
from ssc_tui.i18n import _
from ssc_tui.text import as_json

FORMAT = 1
"""Of bundles that this program writes and reads."""

NAME = "ssc-tui bundle"
SUFFIX = ".sscb"
MANIFEST, SIGNATURE, EDITS = "manifest.json", "manifest.sig", "edits"
KEPT = timedelta(days=365)
"""How long a bundle is believed unless the person says otherwise: longer than staff are away, and not for ever."""

LEVEL = 19
"""Of zstd: a bundle is made seldom, and carried where every byte counts."""

WINDOW = 2**23
"""Bytes that zstd may look back at this level; a reader needs no more memory than that."""

BLOCK = tarfile.BLOCKSIZE
END = bytes(2 * BLOCK)
MOST_MANIFEST = 1024 * 1024
MOST_SIGNATURE = 1024
MOST_MEMBER = 2 * 1024**3
"""Bytes of a member as it lies in the file."""

MOST_RAW = 8 * 1024**3
"""Bytes of all members together, decompressed."""

MOST_RATIO = 200
"""Decompressed bytes for each byte in the file, above `FREE`; JSON of records comes to 10, of many equal ones to 100."""

FREE = 16 * 1024 * 1024
MOST_LINE = 1024 * 1024
CHUNK = 1024 * 1024

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,60}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class Member(NamedTuple):
    """What the manifest says of a member: lines, bytes decompressed (`raw`) and as it lies in the file (`size`), SHA-256 of the latter."""

    lines: int
    raw: int
    size: int
    sha256: str


class Collection(NamedTuple):
    """What a bundle holds of a collection.

    Attributes:
        member: its records and tombstones, a line of JSON each, in the order of their ids.
        tombstones: how many of the lines are tombstones.
        highest: the newest time stamp among them; 0 where there is none.
        since: the time stamp after which everything is in it, ms by the server's clock; 0 for a whole one.
        upto: the time stamp up to which everything is in it; None where whoever wrote it could not tell.
        quarantined: records that whoever wrote it could not take, and that are not in it.
    """

    member: Member
    tombstones: int
    highest: int
    since: int
    upto: int | None
    quarantined: int

    @property
    def whole(self) -> bool:
        """Whether it can stand for the whole collection."""
        return self.since == 0 and self.upto is not None


class Manifest(NamedTuple):
    """What a bundle says of itself.

    Attributes:
        dataset: the name of the catalogue.
        epoch: of the data, as the server named it; None where whoever wrote it never met a server.
        sequence: the newest time stamp in the copy that it was written from: of two bundles of one epoch, the later one.
        as_of: the server's clock when that copy last heard of it, seconds since 1970; None where never.
        synced_at: when that copy was last synced, ISO 8601 in UTC; None where never.
        created: when it was written, by the clock of whoever wrote it, ISO 8601 in UTC.
        expires: when it is no longer believed.
        author: who wrote it, in that person's words.
        program: the version that wrote it.
        since: the moment from which on it holds what changed; None for a whole one.
        collections: what it holds, by the name of the collection.
        edits: what rides along; None where nothing does.
    """

    dataset: str
    epoch: str | None
    sequence: int
    as_of: float | None
    synced_at: str | None
    created: str
    expires: str
    author: str
    program: str
    since: str | None
    collections: Mapping[str, Collection]
    edits: Member | None

    @property
    def whole(self) -> bool:
        """Whether it can stand for the whole directory."""
        return all(kind in self.collections and self.collections[kind].whole for kind in KINDS)

    @property
    def members(self) -> list[tuple[str, Member]]:
        """The members after manifest and signature, in their order, by their names in the file."""
        listed = [(member_name(kind), each.member) for kind, each in self.collections.items()]
        return listed + ([(member_name(EDITS), self.edits)] if self.edits else [])

    @property
    def records(self) -> int:
        """Records in it, without tombstones."""
        return sum(each.member.lines - each.tombstones for each in self.collections.values())


class Signed(NamedTuple):
    """What vouches for a manifest: its SHA-256, and the public key and the signature, both in hexadecimal; None where nobody signed it."""

    sha256: str
    key: str | None = None
    signature: str | None = None


def member_name(what: str) -> str:
    """The name of a member in the file, by the collection or `EDITS`."""
    return f"{what}.ndjson.zst"


def header(name: str, size: int) -> bytes:
    """The header of a member."""
    made = tarfile.TarInfo(name)
    made.size = size
    return made.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def padding(size: int) -> bytes:
    """What fills the last block of a member."""
    return bytes(-size % BLOCK)


def size_in(block: bytes) -> int:
    """The size that a header states; -1 where it states none. Whether the header is in order is another question."""
    digits = block[124:135]
    return int(digits, 8) if len(block) == BLOCK and re.fullmatch(rb"[0-7]{11}", digits) else -1


def as_bytes(manifest: Manifest) -> bytes:
    """A manifest as it lies in the file."""
    told: dict[str, Any] = {"kind": NAME, "format": FORMAT, **manifest._asdict()}
    told["collections"] = {kind: {**each._asdict(), "member": each.member._asdict()} for kind, each in manifest.collections.items()}
    told["edits"] = manifest.edits._asdict() if manifest.edits else None
    return as_json(told).encode() + b"\n"


def signed_as_bytes(signed: Signed) -> bytes:
    """The signature as it lies in the file."""
    return as_json(signed._asdict()).encode() + b"\n"


def manifest_from(raw: bytes) -> Manifest:
    """The manifest that `as_bytes` wrote.

    Raises:
        Refused: it is none, or of a newer program.
    """
    told = _object(raw)
    if told.get("kind") != NAME:
        raise damaged()
    if type(told.get("format")) is not int or told["format"] > FORMAT:
        raise Refused(_("This bundle was written by a newer ssc-tui: update the program to read it. Nothing was changed."))
    try:
        collections = {kind: _collection(kind, each) for kind, each in told["collections"].items()}
        edits = None if told["edits"] is None else _member(told["edits"])
        manifest = Manifest(**{name: told[name] for name in Manifest._fields} | {"collections": collections, "edits": edits})
        _mind(manifest)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged() from error
    return manifest


def signed_from(raw: bytes) -> Signed:
    """The signature that `signed_as_bytes` wrote.

    Raises:
        Refused: it is none.
    """
    told = _object(raw)
    try:
        signed = Signed(**told)
    except TypeError as error:
        raise damaged() from error
    given = [each for each in signed if each is not None]
    if any(not isinstance(each, str) for each in given) or (signed.key is None) != (signed.signature is None):
        raise damaged()
    if signed_as_bytes(signed) != raw:
        raise damaged()
    return signed


def damaged() -> Refused:
    """What is said of a file that is no bundle, or no longer the one that was written."""
    return Refused(_("This is no bundle, or it was damaged, cut short or changed on its way. Nothing was changed; ask for it once more."))


def compressed(lines: Iterable[str], into: IO[bytes]) -> tuple[int, int]:
    """Write lines compressed; returns how many there were, and their bytes."""
    count = raw = 0
    with zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(into, closefd=False) as writer:
        batch: list[str] = []
        for line in lines:
            count += 1
            batch.append(line)
            if len(batch) == 1000:
                raw += writer.write(_joined(batch))
                batch.clear()
        raw += writer.write(_joined(batch))
    return count, raw


def lines_of(source: IO[bytes], member: Member) -> Iterator[bytes]:
    """The lines of a member, decompressed as they are asked for.

    Args:
        source: reads its bytes as they lie in the file, and ends after them.
        member: what the manifest says of it.

    Raises:
        Refused: it holds more or less than the manifest says, or cannot be decompressed.
    """
    rest, raw, count = b"", 0, 0
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(source, closefd=False)
        while chunk := reader.read(CHUNK):
            raw += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            count += len(lines)
            if raw > member.raw or count > member.lines or len(rest) > MOST_LINE:
                raise damaged()
            yield from lines
    except zstandard.ZstdError as error:
        raise damaged() from error
    if rest or (raw, count) != (member.raw, member.lines):
        raise damaged()


def expiry(created: datetime) -> str:
    """Until when a bundle is believed."""
    return (created + KEPT).isoformat(timespec="seconds")


def is_over(moment: str) -> bool:
    """Whether a moment has passed, by the clock of this machine."""
    return datetime.fromisoformat(moment) < datetime.now(UTC)


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _object(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    if not isinstance(told, dict):
        raise damaged()
    return told


def _collection(kind: str, told: Mapping[str, Any]) -> Collection:
    found = Collection(**{**told, "member": _member(told["member"])})
    numbers = (found.tombstones, found.highest, found.since, 0 if found.upto is None else found.upto, found.quarantined)
    if not _KIND.match(kind) or kind == EDITS or not all(_is_number(each) for each in numbers) or found.tombstones > found.member.lines:
        raise ValueError(kind)
    return found


def _member(told: Mapping[str, Any]) -> Member:
    member = Member(**told)
    if not all(_is_number(each) for each in member[:3]) or not _DIGEST.match(member.sha256):
        raise ValueError(member)
    if member.size > MOST_MEMBER or member.raw > max(FREE, member.size * MOST_RATIO):
        raise ValueError(member)
    return member


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < SAFE_INTEGER


def _mind(manifest: Manifest) -> None:
    """See that every value is of its form.

    Raises:
        ValueError: one is not.
    """
    texts = (manifest.dataset, manifest.created, manifest.expires, manifest.author, manifest.program)
    maybe = (manifest.epoch, manifest.synced_at, manifest.since)
    if not all(isinstance(each, str) for each in texts) or not all(isinstance(each, str | None) for each in maybe):
        raise ValueError(manifest)
    if not _is_number(manifest.sequence) or not isinstance(manifest.as_of, float | int | None) or isinstance(manifest.as_of, bool):
        raise ValueError(manifest)
    for moment in (manifest.created, manifest.expires, manifest.synced_at, manifest.since):
        if moment is not None and datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError(moment)
    if sum(member.raw for _name, member in manifest.members) > MOST_RAW:
        raise ValueError(manifest)
