"""What a server holds beside the records: the bucket, the editors, a collection for each kind and for suggestions, what it is called."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from ssc_tui.catalogue.kinds import COLLECTIONS, KINDS, SUGGESTIONS
from ssc_tui.host.asking import accepted
from ssc_tui.host.schema import collection_schema
from ssc_tui.sync.address import BUCKET
from ssc_tui.sync.http import Answer, Link
from ssc_tui.sync.kinto import NEW

__all__ = ["BUCKET", "EDITORS", "OPEN", "SIGNED_IN", "count", "describe", "introduce", "prepare", "records", "renew_epoch"]

EDITORS = "editors"
FORMAT = 1

MIN_CLIENT = "0.1.0"
"""The oldest version of this program that may write documents of this format."""

OPEN = "system.Everyone"
SIGNED_IN = "system.Authenticated"


def describe(link: Link) -> dict[str, Any] | None:
    """What the catalogue says of itself (dataset, epoch, format, …); None where there is none, or one whose records were never all written.

    Raises:
        SyncError: the server does not answer, or refuses.
    """
    answer = link.ask("GET", _path(link))
    if answer.status in (403, 404):
        return None
    about: dict[str, Any] = accepted(answer).body["data"]
    return about if "dataset" in about else None


def prepare(link: Link, readers: str | None = None) -> None:
    """Make what is not there, and bring what is there to what this program knows. Records are left alone.

    Args:
        link: signed in as one who may make buckets; its address names the bucket.
        readers: who may read, `OPEN` or `SIGNED_IN`; None leaves it as it is, and opens a new bucket to everyone.

    Raises:
        SyncError: the server does not answer, or refuses.
    """
    made = link.ask("PUT", _path(link), {"permissions": {"read": [readers or OPEN]}}, NEW)
    if made.status != 412:
        accepted(made)
    elif readers:
        accepted(link.ask("PATCH", _path(link), {"permissions": {"read": [readers]}}))
    group = f"{_path(link)}/groups/{EDITORS}"
    accepted(link.ask("PUT", group, {"data": {"members": []}}, NEW), 412)
    there = {each["id"]: each for each in accepted(link.ask("GET", f"{_path(link)}/collections")).body["data"]}
    for kind in COLLECTIONS:
        schema = collection_schema(kind)
        if kind not in there:
            accepted(_make(link, kind))
        elif there[kind].get("schema") != schema:
            accepted(link.ask("PATCH", f"{_path(link)}/collections/{kind}", {"data": {"schema": schema}}))


def take_suggestions(link: Link) -> None:
    """Make the collection for suggestions in a catalogue that an older program made, where we may.

    Raises:
        SyncError: the server does not answer.
    """
    if link.ask("GET", f"{_path(link)}/collections/{SUGGESTIONS}").status == 404:
        _make(link, SUGGESTIONS)


def _make(link: Link, kind: str) -> Answer:
    """Make a collection that editors may write; suggestions everybody who signs in may make."""
    path = f"{_path(link)}/collections/{kind}"
    rights = {"write": [f"{_path(link)}/groups/{EDITORS}"]} | ({"record:create": [SIGNED_IN]} if kind == SUGGESTIONS else {})
    answer = link.ask("PUT", path, {"data": {"schema": collection_schema(kind)}, "permissions": rights}, NEW)
    if answer.status == 201:
        # Gives the empty list its time stamp, which a process for reading cannot do.
        accepted(link.ask("HEAD", f"{path}/records"))
    return answer


def introduce(link: Link, dataset: str) -> None:
    """Let the catalogue say what it is: the last step of making one, since from here on clients take it for whole.

    Raises:
        SyncError: the server does not answer, or refuses.
    """
    about = {"dataset": dataset, "format": FORMAT, "serialised_writer": True, "min_client": MIN_CLIENT, "epoch": _new_epoch()}
    _change(link, about)


def renew_epoch(link: Link) -> str:
    """Give the catalogue a new epoch, so that every client compares all it has; returns it.

    Raises:
        SyncError: the server does not answer, or refuses.
    """
    epoch = _new_epoch()
    _change(link, {"epoch": epoch})
    return epoch


def count(link: Link) -> int:
    """How many records the catalogue holds.

    Raises:
        SyncError: the server does not answer, or refuses.
    """
    lists = (accepted(link.ask("HEAD", records(link.address.bucket, kind))) for kind in KINDS)
    return sum(int(each.headers["total-objects"]) for each in lists)


def records(bucket: str, kind: str) -> str:
    """The path of the records of a kind."""
    return f"/buckets/{bucket}/collections/{kind}/records"


def _path(link: Link) -> str:
    return f"/buckets/{link.address.bucket}"


def _new_epoch() -> str:
    return secrets.token_hex(16)


def _change(link: Link, fields: Mapping[str, Any]) -> None:
    accepted(link.ask("PATCH", _path(link), {"data": fields}))
