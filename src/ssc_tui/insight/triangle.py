"""Triangular cooperation in the terminal: three corners and how many went along each edge, each way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ssc_tui.i18n import _
from ssc_tui.insight.balance_words import went
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.sums import NOTHING, PAIR, Sum, summed
from ssc_tui.store.flows import Flow

CORNERS = "ABC"


def corners(found: Sequence[Flow], partners: Sequence[str]) -> list[str]:
    """The partners of a project, those of its exchanges first, then those that it names; each once."""
    exchanging = [side for flow in found for side in (flow.sender, flow.host) if side]
    return list(dict.fromkeys([*sorted(exchanging), *partners]))


def compact(total: Sum) -> str:
    """How many went, in a few characters: `3`, `?` where nobody states it, `3+?` where some exchanges do not.

    `+` stands for exchanges that are still to come, `–` where there is none at all.
    """
    if not total.exchanges:
        return "–"
    if not total.stated and not total.unstated and (total.ahead or total.ahead_unstated):
        return "+"
    return f"{total.persons:,}" + "+?" * bool(total.unstated) if total.stated or not total.unstated else "?"


def triangle_blocks(found: Sequence[Flow], partners: Sequence[str], name: Callable[[str | None], str]) -> list[Block]:
    """The three partners at the corners, and on each edge how many went one way and the other; an edge list where there are more or fewer.

    Args:
        found: the exchanges of a project.
        partners: ids of the partners that it names, funders aside.
        name: says the name of a partner.
    """
    (edges,) = summed(found, PAIR)
    at = corners(found, partners)
    if len(at) != len(CORNERS):
        lines = [Line("", f"{name(one)} → {name(other)}: {went(total)}") for (one, other), total in sorted(edges.items(), key=str)]
        return [Block(_("Between the partners"), tuple(lines))]

    def edge(one: int, other: int) -> str:
        return f"{CORNERS[one]}→{CORNERS[other]} {compact(edges.get((at[one], at[other]), NOTHING))}"

    left, right = [edge(0, 1), edge(1, 0)], [edge(0, 2), edge(2, 0)]
    room = max(map(len, left))
    drawing = [
        f"{'':{room}}      A",
        f"{left[0]:>{room}}     ╱ ╲     {right[0]}",
        f"{left[1]:>{room}}    ╱   ╲    {right[1]}",
        f"{'':{room}}   ╱     ╲",
        f"{'':{room}}  B───────C",
        f"{'':{room}}  {edge(1, 2)}",
        f"{'':{room}}  {edge(2, 1)}",
    ]
    signs = _("–: no exchange on record; ?: a number is not stated; +: nobody yet, still to come")
    key = [Line(letter, name(partner), target=Target("record", f"partners/{partner}")) for letter, partner in zip(CORNERS, at, strict=True)]
    return [
        Block(_("Between the three corners"), tuple(Line("", line) for line in drawing), drawn=True),
        Block("", (*key, Line("", signs))),
    ]


def triangle_data(found: Sequence[Flow]) -> list[dict[str, Any]]:
    """Each edge one way: sender, host, persons (null where nobody states them) and exchanges."""
    (edges,) = summed(found, PAIR)
    return [
        {"sender": sender, "host": host, "persons": total.persons if total.stated else None, "exchanges": total.exchanges}
        for (sender, host), total in sorted(edges.items(), key=str)
    ]
