"""Sums measurements up and lays them out as text."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from statistics import median

MISSED = "MISSED"
"""What stands beside a target that is not met."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratio_of_pairs(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of how many times as long ours took as theirs, over runs that were made next to each other."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def verdict(met: bool) -> str:
    """A word for the last column."""
    return "met" if met else MISSED


def say(words: str) -> None:
    """Tell how far it is."""
    print(words, file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines of columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths) for row in (head, rule, *rows))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    others = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join([row[0].ljust(widths[0]), *others]).rstrip()
