"""What a server holds beside the records: the bucket, the editors, a collection for each kind, what the catalogue says of itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.host.asking import NEW, Request, Send, accepted
from ssc_tui.host.schema import collection_schema

BUCKET = "directory"
EDITORS = "editors"
FORMAT = 1

MIN_CLIENT = "0.1.0"
"""The oldest version of this program that may write documents of this format."""

OPEN = "system.Everyone"
SIGNED_IN = "system.Authenticated"


def describe(send: Send, bucket: str) -> dict[str, Any] | None:
    """What the catalogue says of itself (dataset, epoch, format, …); None where there is none, or one whose records were never all written.

    Raises:
        ServerError: the server refuses.
    """
    answer = send(Request("GET", _path(bucket)))
    if answer.status in (403, 404):
        return None
    about: dict[str, Any] = accepted(answer).data
    return about if "dataset" in about else None


def prepare(send: Send, bucket: str, readers: str | None = None) -> None:
    """Make what is not there, and bring what is there to what this program knows. Records are left alone.

    Args:
        send: signed in as one who may make buckets.
        bucket: the id of the bucket.
        readers: who may read, `OPEN` or `SIGNED_IN`; None leaves it as it is, and opens a new bucket to everyone.

    Raises:
        ServerError: the server refuses.
    """
    made = send(Request("PUT", _path(bucket), {"permissions": {"read": [readers or OPEN]}}, NEW))
    if made.status != 412:
        accepted(made)
    elif readers:
        accepted(send(Request("PATCH", _path(bucket), {"permissions": {"read": [readers]}})))
    group = f"{_path(bucket)}/groups/{EDITORS}"
    accepted(send(Request("PUT", group, {"data": {"members": []}}, NEW)), 412)
    there = {each["id"]: each for each in accepted(send(Request("GET", f"{_path(bucket)}/collections"))).data}
    for kind in KINDS:
        schema = collection_schema(kind)
        path = f"{_path(bucket)}/collections/{kind}"
        if kind not in there:
            accepted(send(Request("PUT", path, {"data": {"schema": schema}, "permissions": {"write": [group]}}, NEW)))
            # Gives the empty list its time stamp, which a process for reading cannot do.
            accepted(send(Request("HEAD", records(bucket, kind))))
        elif there[kind].get("schema") != schema:
            accepted(send(Request("PATCH", path, {"data": {"schema": schema}})))


def introduce(send: Send, bucket: str, dataset: str) -> None:
    """Let the catalogue say what it is: the last step of making one, since from here on clients take it for whole.

    Raises:
        ServerError: the server refuses.
    """
    about = {"dataset": dataset, "format": FORMAT, "serialised_writer": True, "min_client": MIN_CLIENT, "epoch": _new_epoch()}
    _change(send, bucket, about)


def renew_epoch(send: Send, bucket: str) -> str:
    """Give the catalogue a new epoch, so that every client compares all it has; returns it.

    Raises:
        ServerError: the server refuses.
    """
    epoch = _new_epoch()
    _change(send, bucket, {"epoch": epoch})
    return epoch


def count(send: Send, bucket: str) -> int:
    """How many records the catalogue holds.

    Raises:
        ServerError: the server refuses.
    """
    return sum(int(accepted(send(Request("HEAD", records(bucket, kind)))).headers["total-objects"]) for kind in KINDS)


def records(bucket: str, kind: str) -> str:
    """The path of the records of a kind."""
    return f"{_path(bucket)}/collections/{kind}/records"


def _path(bucket: str) -> str:
    return f"/buckets/{bucket}"


def _new_epoch() -> str:
    return secrets.token_hex(16)


def _change(send: Send, bucket: str, fields: Mapping[str, Any]) -> None:
    accepted(send(Request("PATCH", _path(bucket), {"data": fields})))
