"""Homes that hand each other bundles, and bundles that are not as they should be."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import zstandard
from tests.faults.replica import Replica

from ssc_tui.store import edits
from ssc_tui.store.connection import connect
from ssc_tui.sync.bundle_form import (
    EDITS,
    END,
    MANIFEST,
    SIGNATURE,
    Manifest,
    Member,
    Signed,
    as_bytes,
    compressed,
    header,
    manifest_from,
    member_name,
    padding,
    signed_as_bytes,
)
from ssc_tui.sync.bundle_open import Wishes
from ssc_tui.sync.bundle_read import Read, read_bundle
from ssc_tui.sync.bundle_write import Written, write_bundle
from ssc_tui.sync.trust import Signer, key_to_sign, make_key, own_key, trust

STATE = {
    "record": "*",
    "pending_edit": "(SELECT count(*) FROM pending_edit AS other WHERE other.number < pending_edit.number),"
    " id, kind, record_id, change, base, new, author, at, state, attempts, reason, step",
    "edited": "*",
    "conflict": "edit, path, kind, record_id, base, mine, theirs, author, found_at, settled, settled_at, settled_edit",
    "travelled": "*",
    "collection": "kind, cursor, resync",
    "entry": "kind, id, title, acronym, name, body, tags",
    "link": "*",
    "tally": "*",
}
"""What has to be the same in every home, with its columns: of numbers that follow from the order in which things came, the order."""


def write(replica: Replica, file: Path, **options: Any) -> Written:
    """Let a home write a bundle."""
    return write_bundle(replica.home, file, **options)


def read(replica: Replica, file: Path, *, dry_run: bool = False, **wishes: bool) -> Read:
    """Let a home read one."""
    return read_bundle(replica.home, file, Wishes(**wishes), dry_run=dry_run)


def befriend(*replicas: Replica) -> None:
    """Let homes trust each other's keys."""
    for one in replicas:
        for other in replicas:
            if other is not one:
                trust(one.home, key_to_sign(other.home, other.home.data.name)[0].key)


def state(replica: Replica) -> dict[str, list[Any]]:
    """What a home holds, table by table."""
    with closing(connect(replica.home.database)) as opened:
        held = {table: sorted(opened.execute(f"SELECT {columns} FROM {table}"), key=repr) for table, columns in STATE.items()}
        held["remote"] = sorted(opened.execute("SELECT * FROM remote WHERE key IN ('dataset', 'epoch')"))
        return held


def hand(giver: Replica, taker: Replica, file: Path) -> Read:
    """Carry everything from one home to another."""
    write(giver, file)
    return read(taker, file)


def edit(replica: Replica, record_id: str, **fields: Any) -> None:
    """Let somebody change a partner."""
    old = replica.document("partners", record_id)
    assert edits.change(replica.home.database, "partners", record_id, old, old | fields, replica.home.data.name)


def parts(file: Path) -> dict[str, bytes]:
    """The members of a bundle by their names, in their order."""
    with tarfile.open(file) as opened:
        return {member.name: opened.extractfile(member).read() for member in opened}  # type: ignore[union-attr]


def assembled(members: Mapping[str, bytes]) -> bytes:
    """A file of such members, in the form of a bundle."""
    whole = io.BytesIO()
    for name, content in members.items():
        whole.write(header(name, len(content)) + content + padding(len(content)))
    return whole.getvalue() + END


def signer_of(replica: Replica) -> Signer:
    """The key of a home."""
    found = own_key(replica.home)
    return found or make_key(replica.home, "")


def signed_anew(members: Mapping[str, bytes], change: Callable[[Manifest], Manifest], signer: Signer | None) -> dict[str, bytes]:
    """Members with another manifest, signed by somebody or by nobody."""
    told = as_bytes(change(manifest_from(members[MANIFEST])))
    digest = hashlib.sha256(told).hexdigest()
    signed = Signed(digest, signer.key.public, signer.sign(told)) if signer else Signed(digest)
    return {**members, MANIFEST: told, SIGNATURE: signed_as_bytes(signed)}


def lines_in(content: bytes) -> list[str]:
    """The lines of a member."""
    return zstandard.ZstdDecompressor().stream_reader(content).read().decode().splitlines()


def with_lines(members: Mapping[str, bytes], what: str, lines: Sequence[str], signer: Signer | None) -> dict[str, bytes]:
    """Members with other lines in one of them, and a manifest that says so."""
    into = io.BytesIO()
    number, raw = compressed(iter(lines), into)
    member = Member(number, raw, len(into.getvalue()), hashlib.sha256(into.getvalue()).hexdigest())

    def change(manifest: Manifest) -> Manifest:
        if what == EDITS:
            return manifest._replace(edits=member)
        return manifest._replace(collections={**manifest.collections, what: manifest.collections[what]._replace(member=member)})

    return signed_anew({**members, member_name(what): into.getvalue()}, change, signer)


def fresh(replica: Replica, folder: Path) -> Replica:
    """Another home with the copy of this one, and no keys."""
    other = replica.clone(folder)
    for file in (other.home.signing_key, other.home.trusted_keys):
        file.unlink(missing_ok=True)
    return other
