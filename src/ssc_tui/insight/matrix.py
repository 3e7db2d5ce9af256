"""Who sends to whom as a square: rows send, columns host, and totals add up. Pure: sums of pairs go in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ssc_tui.insight.sums import NOTHING, Sum, together

Pair = tuple[str | None, str | None]


class Matrix(NamedTuple):
    """Exchanges by who sends and who hosts.

    Attributes:
        names: of the rows and of the columns alike, those with most exchanges first; None is who is not stated, `OTHERS` the rest.
        cells: what each pair of names comes to, where there is any exchange.
    """

    names: tuple[str | None, ...]
    cells: Mapping[Pair, Sum]

    def cell(self, sender: str | None, host: str | None) -> Sum:
        """What a sender sent to a host."""
        return self.cells.get((sender, host), NOTHING)

    def sent(self, sender: str | None) -> Sum:
        """The total of a row."""
        return together(self.cell(sender, host) for host in self.names)

    def hosted(self, host: str | None) -> Sum:
        """The total of a column."""
        return together(self.cell(sender, host) for sender in self.names)

    @property
    def total(self) -> Sum:
        """All of it."""
        return together(self.cells.values())


OTHERS = "…"
"""Names all who are not shown by themselves; no id, code or region is called so."""


def regrouped(pairs: Mapping[Pair, Sum], name: Callable[[str | None], str | None]) -> dict[Pair, Sum]:
    """The sums of pairs whose sides are called otherwise: partners by their countries, say."""
    called: dict[str | None, str | None] = {}
    for pair in pairs:
        for side in pair:
            if side not in called:
                called[side] = name(side)
    if all(side == other for side, other in called.items()):
        return dict(pairs)
    found: dict[Pair, list[Sum]] = {}
    for (sender, host), total in pairs.items():
        found.setdefault((called[sender], called[host]), []).append(total)
    return {pair: together(sums) if len(sums) > 1 else sums[0] for pair, sums in found.items()}


def matrix(pairs: Mapping[Pair, Sum], most: int) -> Matrix:
    """The matrix of the `most` names with the most exchanges; the others are one row and one column, so that totals still add up."""
    weight: dict[str | None, int] = {}
    for pair, total in pairs.items():
        for side in set(pair):
            weight[side] = weight.get(side, 0) + total.exchanges
    ordered = sorted(weight, key=lambda side: (side is None, -weight[side], side or ""))
    shown = ordered if len(ordered) <= most else ordered[:most]
    if len(shown) == len(ordered):
        return Matrix(tuple(ordered), pairs)
    kept = set(shown)
    return Matrix((*shown, OTHERS), regrouped(pairs, lambda side: side if side in kept else OTHERS))
