"""Moments as people read them."""

from __future__ import annotations

from datetime import datetime


def local_time(moment: str) -> str:
    """A moment (ISO 8601) by the clock on the wall: "2026-11-22 14:05".

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def told_time(moment: str) -> str:
    """A moment that somebody else stated, by the clock on the wall; as it stands where it is none."""
    try:
        return local_time(moment)
    except ValueError:
        return moment
