"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

GLANCE = 0.01
"""Seconds between two looks."""


def within(seconds: float, true: Callable[[], object]) -> bool:
    """Whether something comes true in that time; returns as soon as it does."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(GLANCE)
    return True
