"""Steps of the schema of what cannot be made anew: documents, notes, bookmarks, edits and what a sync
remembers. One module a step, run in order,
each in a transaction.

The projected tables have no steps: `projections.rebuild` makes them from the documents.
"""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import Connection

from ssc_tui.store.connection import transaction
from ssc_tui.store.migrations import (
    m0001_documents,
    m0002_personal,
    m0003_sync,
    m0004_edits,
    m0005_steps,
    m0006_suggestions,
    m0007_travelled,
    m0008_own,
)

STEPS: tuple[Callable[[Connection], None], ...] = (
    m0001_documents.upgrade,
    m0002_personal.upgrade,
    m0003_sync.upgrade,
    m0004_edits.upgrade,
    m0005_steps.upgrade,
    m0006_suggestions.upgrade,
    m0007_travelled.upgrade,
    m0008_own.upgrade,
)
"""Step n brings a copy from `user_version` n to n + 1."""

VERSION = len(STEPS)
"""The `user_version` of a copy that this program writes."""


def migrate(copy: Connection) -> int:
    """Bring the schema up to `VERSION`; returns the version that was found. The connection must be in autocommit mode.

    Raises:
        sqlite3.Error: a step failed; it was rolled back, and the steps before it are kept.
    """
    found = int(copy.execute("PRAGMA user_version").fetchone()[0])
    for version in range(found, VERSION):
        with transaction(copy):
            # Another process may have taken the step while this one waited for the lock.
            if copy.execute("PRAGMA user_version").fetchone()[0] == version:
                STEPS[version](copy)
                copy.execute(f"PRAGMA user_version = {version + 1}")
    return found
