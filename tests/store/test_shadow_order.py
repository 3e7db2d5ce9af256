from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from ssc_tui.store.doctor import examine
from ssc_tui.store.shadow import Applied, Delivered, Moment, apply_page
from ssc_tui.store.standing import Reached

HEALTH: dict[str, Any] = {"id": "health", "name": "Health", "names": {"en": "Health", "fr": "Santé", "es": "Salud"}}


def test_the_same_content_in_another_order_leaves_document_and_projection_as_they_are(make: Callable[..., sqlite3.Connection]) -> None:
    copy = make(("areas", HEALTH))
    before = copy.execute("SELECT document FROM record").fetchone()
    turned = {"names": dict(reversed(HEALTH["names"].items())), "name": "Health", "id": "health"}
    assert list(turned["names"]) != list(HEALTH["names"])
    applied = apply_page(copy, [Delivered("health", 7, turned)], [], Reached("areas", cursor=7), Moment(1, "2026-11-22"))
    assert applied == Applied()
    assert copy.execute("SELECT document FROM record").fetchone() == before
    assert copy.execute("SELECT last_modified FROM record").fetchone() == (7,)
    assert json.loads(before[0]) == HEALTH
    assert [finding.name for finding in examine(copy) if not finding.ok] == []
