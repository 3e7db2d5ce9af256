"""Ids for what people make: UUIDs of version 7 (RFC 9562, section 5.7), which follow each other in time and need no server."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id(after: str = "") -> str:
    """An id that no other machine makes; it comes after another one, whatever the clock says, where one is given."""
    milliseconds, chance = time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big")
    if after:
        milliseconds = max(milliseconds, milliseconds_of(after) + 1)
    bits = (milliseconds & (1 << 48) - 1) << 80 | chance
    return str(UUID(int=bits & ~(0xF000 << 64) & ~(0xC000 << 48) | 0x7000 << 64 | 0x8000 << 48))


def milliseconds_of(made: str) -> int:
    """The time in an id that `new_id` made, since 1970; 0 for any other text."""
    try:
        return UUID(made).int >> 80
    except ValueError:
        return 0
