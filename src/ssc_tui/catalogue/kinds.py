"""The kinds of record, their order on the screen, and how a record is referred to."""

from __future__ import annotations

import re

SECTIONS = ("partners", "projects", "exchanges", "areas", "solutions", "publications", "funds")
"""Kinds that have a list of their own, in the order of the keys 1 to 7."""

KINDS = (*SECTIONS, "contributions")
"""Every kind of format 1: the names of the collections that the directory is made of."""

SUGGESTIONS = "suggestions"
"""The collection of suggestions, and of conflicts that several homes decide: carried as the kinds are, and no part of the directory."""

COLLECTIONS = (*KINDS, SUGGESTIONS)
"""Every collection of a catalogue that a copy carries."""

ID = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
"""What an id looks like, in every kind."""


def ref(kind: str, record_id: str) -> str:
    """The reference `kind/id` of a record."""
    return f"{kind}/{record_id}"


def split_ref(reference: str) -> tuple[str | None, str]:
    """Kind and id of a reference; the kind is None where only an id was given.

    Raises:
        ValueError: the kind is unknown or the id has a form that no record has.
    """
    kind, slash, record_id = reference.rpartition("/")
    if slash and kind not in KINDS:
        raise ValueError(kind)
    if not ID.match(record_id):
        raise ValueError(record_id)
    return kind or None, record_id
