"""Every view reads records as they are shown, with the edits of this machine, before the catalogue has them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Make

from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import view_named
from ssc_tui.store import edits, reader

NOREC = {"id": "norec", "name": "Norec", "country": "NO"}


@pytest.mark.parametrize(
    ("kind", "record_id", "fields", "view"),
    [
        ("projects", "p", {"assessment": {"date": "2024", "present": ["norec"]}}, "terms"),
        ("projects", "p", {"requested_by": "norec", "requested_on": "2024"}, "demand"),
        ("projects", "p", {"budget": 5, "currency": "USD"}, "ledger"),
        ("partners", "norec", {"languages": ["sw"], "brings": [{"id": "c", "topic": "solar"}]}, "match"),
        ("exchanges", "e", {"actual": 7}, "balance"),
        ("exchanges", "e", {"planned": 9}, "flows"),
        ("solutions", "s", {"stage": "proven"}, "lab"),
        ("partners", "norec", {"country": "KE"}, "map"),
    ],
)
def test_every_view_reads_what_was_edited(
    make: Make, path_of: Callable[[sqlite3.Connection], Path], kind: str, record_id: str, fields: dict[str, Any], view: str
) -> None:
    copy = make(
        ("partners", NOREC),
        ("partners", {"id": "kch", "name": "KCH", "country": "MW", "seeks": [{"id": "n", "topic": "solar"}]}),
        ("projects", {"id": "p", "title": "P", "partners": [{"partner": "norec"}, {"partner": "kch"}]}),
        ("exchanges", {"id": "e", "project": "p", "sender": "norec", "host": "kch", "planned": 2, "round": "1", "start": "2024"}),
        ("solutions", {"id": "s", "title": "S", "stage": "idea", "provider": "kch"}),
    )
    asked = Asked({"match": "partners/kch", "terms": "projects/p", "ledger": "projects/p"}.get(view, ""))
    before = view_named(view)(copy, asked).data
    old = reader.document(copy, kind, record_id)
    assert edits.change(path_of(copy), kind, record_id, old, old | fields, "")
    assert view_named(view)(copy, asked).data != before
