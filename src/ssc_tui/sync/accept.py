"""What of a page from outside is fit to be kept, and why the rest is not. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ssc_tui.catalogue.kinds import ID
from ssc_tui.catalogue.limits import SAFE_INTEGER, beyond
from ssc_tui.i18n import _
from ssc_tui.store.shadow import Delivered, Rejected
from ssc_tui.text import as_json, clean, clean_all, is_clean_json

MOST_ID = 200
"""Characters of an id."""

KEPT_BYTES = 4096
"""Of a document that was not taken."""

AHEAD = 24 * 3600 * 1000
"""Milliseconds by which a time stamp may be ahead of the server's own clock; later ones Kinto refuses to be asked about."""

MARKS = ("id", "last_modified", "deleted")
"""What a tombstone consists of."""


def sort_out(rows: Iterable[Any], now: int) -> tuple[list[Delivered], list[Rejected]]:
    """What of the rows can be kept, cleaned of what could drive a terminal, and what cannot.

    Args:
        rows: as the server sent them.
        now: the time by the server's clock, milliseconds since 1970.
    """
    kept: list[Delivered] = []
    rejected: list[Rejected] = []
    for row in rows:
        reason = why_not(row, now)
        if reason:
            rejected.append(_rejected(row, reason))
        elif row.get("deleted"):
            kept.append(Delivered(row["id"], row["last_modified"], None))
        else:
            kept.append(_cleaned(row))
    return kept, rejected


def _cleaned(row: Mapping[str, Any]) -> Delivered:
    content = {name: value for name, value in row.items() if name != "last_modified"}
    text = as_json(content)
    # Nearly every document is clean, and one look at all of it is cheaper than one at each of its texts.
    if not is_clean_json(text):
        content = clean_all(content)
        text = as_json(content)
    return Delivered(row["id"], row["last_modified"], content, text)


def why_not(row: Any, now: int) -> str:
    """Why a row cannot be kept, in a sentence; empty where it can."""
    if not isinstance(row, Mapping):
        return _("It is no record.")
    record_id, stamp = row.get("id"), row.get("last_modified")
    if not isinstance(record_id, str) or len(record_id) > MOST_ID or not ID.match(record_id):
        return _("Its id has a form that no record has.")
    if type(stamp) is not int or not 0 < stamp < SAFE_INTEGER:
        return _("Its time stamp is none.")
    if stamp > now + AHEAD:
        return _("Its time stamp lies in the future.")
    if "deleted" in row:
        if row["deleted"] is True and len(row) == len(MARKS):
            return ""
        return _("It says that it is deleted, and has content.")
    return beyond(row)


def _rejected(row: Any, reason: str) -> Rejected:
    record_id = row.get("id") if isinstance(row, Mapping) else None
    stamp = row.get("last_modified") if isinstance(row, Mapping) else None
    known = record_id if isinstance(record_id, str) and len(record_id) <= MOST_ID else ""
    dated = stamp if type(stamp) is int and abs(stamp) < SAFE_INTEGER else None
    return Rejected(clean(known), dated, clean(_excerpt(row)), reason)


def _excerpt(row: Any) -> str:
    try:
        return json.dumps(row, ensure_ascii=False)[:KEPT_BYTES]
    except (ValueError, RecursionError):
        return ""
