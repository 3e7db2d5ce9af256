"""docs/coverage.md and the tests say the same: which row of what the sources ask for is shown by which test."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "coverage.md"

ASKED = [
    *(f"A1.{number}" for number in range(1, 18)),
    *(f"A2.{number}" for number in (*range(1, 9), 13, 17, 20)),
    *(f"A3.{number}" for number in (1, 2, *range(6, 10), 12, 13, *range(16, 19), 22)),
]
"""Rows that have to be there; others may be."""

_ROW = re.compile(r"^\| (A[123]\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
_NAMED = re.compile(r"def (test_a([123])_(\d+)_\w+)\(")


def rows() -> list[tuple[str, str, str, list[str], str]]:
    """Row, what is asked, where it is shown, its tests, what is open."""
    found = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [(row, asked, shown, re.findall(r"`(\w+)`", tests), still.strip()) for row, asked, shown, tests, still in found]


def written() -> dict[str, set[str]]:
    """The tests that name a row, by the row."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for name, part, number in _NAMED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(f"A{part}.{number}", set()).add(name)
    return found


def test_every_row_is_listed_once() -> None:
    listed = [row for row, *_rest in rows()]
    assert len(listed) == len(set(listed))
    assert [row for row in ASKED if row not in listed] == []


def test_each_row_names_every_test_that_names_it_and_no_other() -> None:
    assert {row: set(tests) for row, _asked, _shown, tests, _still in rows() if tests} == written()


def test_a_row_without_a_test_says_why() -> None:
    assert [row for row, _asked, _shown, tests, still in rows() if not tests and not still] == []
