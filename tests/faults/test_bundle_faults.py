"""Bundles that are not what they should be, and sticks that are pulled: faults 72, 73 and 75. What is refused has changed nothing.

That a bundle is newer than the server (74), or read twice or by two who send it (76), is in `tests/sync/test_bundle.py`.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest
import time_machine
import zstandard
from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica
from tests.sync.bundling import assembled, befriend, edit, fresh, parts, read, signed_anew, signer_of, with_lines, write

from ssc_tui.catalogue.ids import new_id
from ssc_tui.errors import BundleError, Busy, Refused, SscError
from ssc_tui.store import edits
from ssc_tui.store.connection import connect
from ssc_tui.sync import bundle_write
from ssc_tui.sync.bundle_form import EDITS, MANIFEST, SIGNATURE, Manifest, Member, header, manifest_from, padding
from ssc_tui.text import as_json


@pytest.fixture
def a(tmp_path: Path) -> Replica:
    """A home with a catalogue of some size, and edits that wait."""
    server = FakeKinto()
    for number in range(40):
        # What cannot be made much smaller.
        noise = hashlib.sha512(str(number).encode()).hexdigest()
        server.put("partners", {"id": f"p{number:02}", "name": f"Partner {number}", "description": noise * 3})
    server.delete("partners", "p07")
    made = Replica(tmp_path / "a", server)
    assert made.sync().outcome == "ok"
    edit(made, "p01", phone="1")
    edit(made, "p02", phone="2")
    return made


@pytest.fixture
def file(tmp_path: Path, a: Replica) -> Path:
    """A bundle that this home wrote."""
    write(a, tmp_path / "good.sscb")
    return tmp_path / "good.sscb"


@pytest.fixture
def b(tmp_path: Path, a: Replica) -> Iterator[Replica]:
    """A home that trusts it and could read that bundle; nothing in it may change."""
    made = Replica(tmp_path / "b", a.server, {"partners": [{"id": "p01", "name": "As it was"}]})
    befriend(a, made)
    before = made.dump()
    yield made
    assert made.dump() == before


def refuses(b: Replica, file: Path, content: bytes, match: str | None = None, **wishes: bool) -> None:
    """The home does not take this in."""
    file.write_bytes(content)
    with pytest.raises(Refused, match=match) as refused:
        read(b, file, **wishes)
    assert "othing was changed" in str(refused.value)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return tmp_path / "bad.sscb"


def test_a_byte_that_is_another_is_found_wherever_it_is(file: Path, b: Replica, bad: Path) -> None:
    content = file.read_bytes()
    assert len(content) > 10_000
    ends = [place for place in range(len(content)) if place < 2000 or place > len(content) - 1100]
    for place in sorted({*range(0, len(content), 1000), *ends[::37]}):
        for bit in (1, 128):
            changed = bytearray(content)
            changed[place] ^= bit
            refuses(b, bad, bytes(changed), accept_unsigned=place % 2 == 0)
    before = b.dump()
    read(fresh(b, bad.with_name("c")), file, accept_unsigned=True)
    assert b.dump() == before


def test_every_byte_of_manifest_and_signature_counts(file: Path, b: Replica, bad: Path) -> None:
    members = parts(file)
    for name in (MANIFEST, SIGNATURE):
        for place in range(0, len(members[name]), 3):
            changed = bytearray(members[name])
            changed[place] ^= 4
            refuses(b, bad, assembled({**members, name: bytes(changed)}), accept_unsigned=True)


def test_what_is_cut_short_or_goes_on_is_refused(file: Path, b: Replica, bad: Path) -> None:
    content = file.read_bytes()
    for end in (0, 1, 511, 512, 513, 1000, len(content) // 2, len(content) - 1024, len(content) - 512, len(content) - 1):
        refuses(b, bad, content[:end])
    for more in (b"\0", b"x", bytes(512), content):
        refuses(b, bad, content + more)


def test_what_is_no_bundle_at_all_is_refused(b: Replica, bad: Path) -> None:
    for content in (b"My notes", b"\0" * 5000, b"PK\x03\x04" + bytes(600), b"manifest.json" + bytes(1000)):
        refuses(b, bad, content, "no bundle")
    with pytest.raises(BundleError, match="no bundle"):
        read(b, bad.with_name("absent.sscb"))
    with pytest.raises(BundleError, match="is a folder"):
        read(b, bad.parent)


def test_nobody_and_a_stranger_need_a_word(file: Path, b: Replica, bad: Path, tmp_path: Path) -> None:
    members = parts(file)
    unsigned = assembled(signed_anew(members, lambda manifest: manifest, None))
    refuses(b, bad, unsigned, "Nobody signed")
    stranger = fresh(b, tmp_path / "stranger")
    strange = assembled(signed_anew(members, lambda manifest: manifest, signer_of(stranger)))
    refuses(b, bad, strange, signer_of(stranger).key.fingerprint)
    for number, content in enumerate((unsigned, strange)):
        reader = fresh(b, tmp_path / f"reader {number}")
        bad.write_bytes(content)
        found = read(reader, bad, accept_unsigned=True)
        assert (found.applied.new, found.trusted) == (38, False)


def test_a_signature_of_something_else_is_refused_whatever_one_accepts(file: Path, b: Replica, bad: Path, a: Replica) -> None:
    members = parts(file)
    other = signed_anew(members, lambda manifest: manifest._replace(author="Eve"), signer_of(a))
    # Somebody keeps the signature and the key, and changes what is signed; or says what the digest would be.
    refuses(b, bad, assembled({**members, MANIFEST: other[MANIFEST]}), accept_unsigned=True)
    told = json.loads(members[SIGNATURE]) | {"sha256": hashlib.sha256(other[MANIFEST]).hexdigest()}
    signature = as_json(told).encode() + b"\n"
    refuses(b, bad, assembled({**other, SIGNATURE: signature}), "changed on its way", accept_unsigned=True)


def test_an_expired_one_needs_a_word(file: Path, b: Replica, bad: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    reader = fresh(b, tmp_path / "reader")
    befriend(reader, b)
    reader.home.trusted_keys.write_text(b.home.trusted_keys.read_text())
    with time_machine.travel(datetime.now(UTC) + timedelta(days=400)):
        refuses(b, bad, content, "expired")
        assert read(reader, bad, accept_expired=True).applied.new == 38


def test_a_newer_program_s_is_refused(file: Path, b: Replica, bad: Path, a: Replica) -> None:
    members = parts(file)
    told = as_json(json.loads(members[MANIFEST]) | {"format": 2}).encode() + b"\n"
    signer = signer_of(a)
    signature = as_json({"sha256": hashlib.sha256(told).hexdigest(), "key": signer.key.public, "signature": signer.sign(told)})
    refuses(b, bad, assembled({**members, MANIFEST: told, SIGNATURE: signature.encode() + b"\n"}), "newer ssc-tui")


def with_headers(members: Mapping[str, bytes], change: Callable[[tarfile.TarInfo], None]) -> bytes:
    """An archive whose members have other headers."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            change(info)
            made.addfile(info, io.BytesIO(content))
    return whole.getvalue()


def _link(info: tarfile.TarInfo) -> None:
    if info.name.startswith("partners"):
        info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0


def _hard_link(info: tarfile.TarInfo) -> None:
    if info.name.startswith("partners"):
        info.type, info.linkname, info.size = tarfile.LNKTYPE, MANIFEST, 0


def _path(info: tarfile.TarInfo) -> None:
    if info.name.startswith("partners"):
        info.name = f"../{info.name}"


def _absolute(info: tarfile.TarInfo) -> None:
    info.name = f"/tmp/{info.name}"


def _mode(info: tarfile.TarInfo) -> None:
    info.mode = 0o4755


@pytest.mark.parametrize("change", [_link, _hard_link, _path, _absolute, _mode])
def test_nothing_but_plain_members_of_the_right_names_is_taken(
    file: Path, b: Replica, bad: Path, change: Callable[[tarfile.TarInfo], None]
) -> None:
    refuses(b, bad, with_headers(parts(file), change), "no bundle")


def test_members_that_are_missing_doubled_moved_or_more_are_refused(file: Path, b: Replica, bad: Path) -> None:
    members = list(parts(file).items())

    def whole(listed: list[tuple[str, bytes]]) -> bytes:
        return b"".join(header(name, len(content)) + content + padding(len(content)) for name, content in listed) + bytes(1024)

    assert whole(members) == file.read_bytes()
    for listed in (
        members[:-1],
        members[1:],
        [*members, members[-1]],
        [*members[:3], members[2], *members[3:]],
        [members[1], members[0], *members[2:]],
        [*members[:-2], members[-1], members[-2]],
        [*members, ("evil.py", b"")],
    ):
        refuses(b, bad, whole(listed))


class Bomb:
    """A member that becomes much larger than it is."""

    def __init__(self, raw: int, window: int = 20) -> None:
        parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=window)
        into = io.BytesIO()
        with zstandard.ZstdCompressor(compression_params=parameters).stream_writer(into, closefd=False) as writer:
            for _chunk in range(raw // 2**20):
                writer.write(b" " * 2**20)
        self.content = into.getvalue()
        self.raw = raw

    def member(self, **said: Any) -> Member:
        told = Member(0, self.raw, len(self.content), hashlib.sha256(self.content).hexdigest())
        return told._replace(**said)


@pytest.mark.parametrize("said", [{}, {"raw": 1000}, {"raw": 2**52}, {"lines": 10**12}], ids=str)
def test_what_would_fill_the_machine_is_refused(file: Path, b: Replica, bad: Path, a: Replica, said: dict[str, int]) -> None:
    bomb = Bomb(2**28)
    assert len(bomb.content) < 2**16

    def change(manifest: Manifest) -> Manifest:
        collection = manifest.collections["partners"]._replace(member=bomb.member(**said))
        return manifest._replace(collections={**manifest.collections, "partners": collection})

    members = {**parts(file), "partners.ndjson.zst": bomb.content}
    refuses(b, bad, assembled(signed_anew(members, change, signer_of(a))), "no bundle")


def test_what_would_need_more_memory_than_a_window_is_refused(file: Path, b: Replica, bad: Path, a: Replica) -> None:
    bomb = Bomb(2**23, window=27)

    def change(manifest: Manifest) -> Manifest:
        collection = manifest.collections["areas"]._replace(member=bomb.member())
        return manifest._replace(collections={**manifest.collections, "areas": collection})

    members = {**parts(file), "areas.ndjson.zst": bomb.content}
    refuses(b, bad, assembled(signed_anew(members, change, signer_of(a))), "no bundle")


@pytest.mark.parametrize(
    "lines",
    [
        ["{"],
        ["[" * 100_000],
        ["[]"],
        ['{"id":"a"}'],
        ['{"id":"a","last_modified":"5"}'],
        ['{"id":"b","last_modified":5},{"id":"c","last_modified":5}'],
        ['{"id":"b","last_modified":5}', '{"id":"a","last_modified":5}'],
        ['{"id":"a","last_modified":5}', '{"id":"a","last_modified":6}'],
        ['{"id":"a","last_modified":5,"deleted":true}'],
    ],
    ids=lambda lines: lines[0][:40],
)
def test_lines_that_are_no_records_or_not_those_of_the_manifest_are_refused(
    file: Path, b: Replica, bad: Path, a: Replica, lines: list[str]
) -> None:
    refuses(b, bad, assembled(with_lines(parts(file), "partners", lines, signer_of(a))), "no bundle")


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest._replace(expires="soon"),
        lambda manifest: manifest._replace(created="2026-01-01"),
        lambda manifest: manifest._replace(sequence=-1),
        lambda manifest: manifest._replace(as_of="now"),
        lambda manifest: manifest._replace(dataset=5),
        lambda manifest: manifest._replace(collections={"../x": manifest.collections["areas"]}),
        lambda manifest: manifest._replace(collections={"edits": manifest.collections["areas"]}),
        lambda manifest: manifest._replace(
            collections={**manifest.collections, "areas": manifest.collections["areas"]._replace(upto=2**60)}
        ),
        lambda manifest: manifest._replace(
            collections={**manifest.collections, "areas": manifest.collections["areas"]._replace(tombstones=9)}
        ),
        lambda manifest: manifest._replace(edits=manifest.edits._replace(sha256="0" * 63)),
    ],
)
def test_a_manifest_of_odd_values_is_refused_even_where_it_is_signed(
    file: Path, b: Replica, bad: Path, a: Replica, change: Callable[[Manifest], Manifest]
) -> None:
    refuses(b, bad, assembled(signed_anew(parts(file), change, signer_of(a))))


def _rider(**other: Any) -> str:
    told = {
        "id": new_id(), "kind": "partners", "record_id": "p01", "change": "changed", "base": {}, "new": {"phone": "9"}, "author": "x",
        "at": "2026-11-22T08:00:00+00:00",
    }  # fmt: skip
    return as_json({"edit": {**told, **other}, "step": ""})


def test_of_edits_that_ride_along_what_is_odd_is_left_out_and_the_rest_comes(
    file: Path, b: Replica, bad: Path, a: Replica, tmp_path: Path
) -> None:
    odd = [
        _rider(id="x"),
        _rider(id="ffffffff-ffff-7fff-bfff-ffffffffffff"),
        _rider(id=new_id().upper()),
        _rider(kind="people"),
        _rider(record_id="../x"),
        _rider(change="exploded"),
        _rider(base=[]),
        _rider(new={"name": "\x1b[31mred"}),
        _rider(new={"name": "x" * 300_000}),
        _rider(new={"founded": 2**70}),
        _rider(at="yesterday"),
        _rider(author="x" * 1000),
        _rider(more=1),
        as_json({"taken": "x"}),
        as_json({"dispute": {}}),
        as_json({"later": 1}),
        as_json([]),
    ]
    file.write_bytes(assembled(with_lines(parts(file), EDITS, [*odd, _rider()], signer_of(a))))
    reader = fresh(b, tmp_path / "reader")
    reader.home.trusted_keys.write_text(b.home.trusted_keys.read_text())
    found = read(reader, file)
    assert (found.news.edits, found.left_out) == (1, len(odd))
    assert reader.document("partners", "p01")["phone"] == "9"
    assert reader.unsound() == []


def test_a_stranger_s_word_that_an_edit_was_taken_lets_go_of_none(file: Path, b: Replica, bad: Path, tmp_path: Path) -> None:
    reader = fresh(b, tmp_path / "reader")
    edit(reader, "p01", city="Oslo")
    with closing(connect(reader.home.database)) as copy:
        (own,) = edits.pending(copy)
    stranger = signer_of(fresh(b, tmp_path / "stranger"))
    bad.write_bytes(assembled(with_lines(parts(file), EDITS, [as_json({"taken": own.edit.id})], stranger)))
    read(reader, bad, accept_unsigned=True)
    assert reader.document("partners", "p01")["city"] == "Oslo"


def test_a_collection_of_a_newer_program_is_passed_over(file: Path, b: Replica, bad: Path, a: Replica, tmp_path: Path) -> None:
    members = parts(file)
    areas = manifest_from(members[MANIFEST]).collections["areas"]
    listed = list(members.items())
    extended = dict([*listed[:-1], ("visits.ndjson.zst", members["areas.ndjson.zst"]), listed[-1]])
    signed = signed_anew(extended, lambda manifest: manifest._replace(collections={**manifest.collections, "visits": areas}), signer_of(a))
    bad.write_bytes(assembled(signed))
    reader = fresh(b, tmp_path / "reader")
    reader.home.trusted_keys.write_text(b.home.trusted_keys.read_text())
    found = read(reader, bad)
    assert "cannot show: visits" in found.words
    assert reader.held() == a.held()


def test_while_a_sync_goes_on_nothing_is_read(file: Path, b: Replica) -> None:
    from filelock import FileLock

    with FileLock(b.home.sync_lock), pytest.raises(Busy):
        read(b, file)


# Sticks


def left_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
def test_a_disk_that_is_full_leaves_the_older_bundle_whole(a: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    write(a, stick / "old.sscb")
    before = (stick / "old.sscb").read_bytes()
    edit(a, "p03", phone="3")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fails(*_values: object) -> Any:
        raise full

    if where == "write":
        inner = bundle_write._assemble

        def cut(place: IO[bytes], *rest: Any) -> int:
            place.write(b"x" * 100_000)
            raise full

        assert inner is not cut
        monkeypatch.setattr(bundle_write, "_assemble", cut)
    elif where == "fsync":
        monkeypatch.setattr(os, "fsync", fails)
    else:
        monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(BundleError, match="No space left"):
        write(a, stick / "old.sscb")
    monkeypatch.undo()
    assert (stick / "old.sscb").read_bytes() == before
    assert left_in(stick) == ["old.sscb"]
    # It did not leave, so it can be taken back.
    (undone,) = edits.undo(a.home.database)
    assert undone.edit.record_id == "p03"


KILLED = """
import os, signal, sys
from pathlib import Path
from ssc_tui.paths import find_home
from ssc_tui.sync import bundle_write

assemble = bundle_write._assemble

def killed(place, *rest):
    place.write(b"x" * 100_000)
    place.flush()
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "assembling":
    bundle_write._assemble = killed
else:
    Path.replace = lambda self, other: os.kill(os.getpid(), signal.SIGKILL)
bundle_write.write_bundle(find_home(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("at", ["assembling", "replacing"])
def test_a_stick_that_is_pulled_keeps_the_older_bundle(a: Replica, b: Replica, tmp_path: Path, at: str) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    write(a, stick / "old.sscb")
    before = (stick / "old.sscb").read_bytes()
    edit(a, "p03", phone="3")
    done = subprocess.run([sys.executable, "-c", KILLED, str(a.home.data), str(stick / "old.sscb"), at], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (stick / "old.sscb").read_bytes() == before
    # What was left beside it is in nobody's way, and is no bundle.
    (rest,) = [each for each in stick.iterdir() if each.name.endswith(".part")]
    if at == "assembling":
        with pytest.raises(Refused):
            read(b, rest)
    # Whether it left, nobody knows: so it is not taken back, and goes out with the next one.
    assert edits.undo(a.home.database) == []
    assert len(write(a, stick / "old.sscb").riding.edits) == 3


def test_a_stick_that_is_pulled_while_it_is_read_changes_nothing(file: Path, b: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    class Pulled(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 3000:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(min(size or 0, 2000))

    def pulled(self: Path, *values: Any, **named: Any) -> Any:
        return Pulled(self) if self == file else opened(self, *values, **named)

    monkeypatch.setattr(Path, "open", pulled)
    with pytest.raises(BundleError, match="could not be read: Input/output error"):
        read(b, file)
    monkeypatch.undo()


def test_a_folder_that_is_not_there_or_not_for_us_is_told(a: Replica, tmp_path: Path) -> None:
    with pytest.raises(SscError, match="no folder"):
        write(a, tmp_path / "absent" / "x.sscb")
