"""How the partners of a round stand, in lines as wide as the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ssc_tui.i18n import _
from ssc_tui.insight.balance import AHEAD, UNKNOWN, Balance, Tolerance
from ssc_tui.insight.balance_words import difference, standing, went
from ssc_tui.insight.report import bar
from ssc_tui.text import cell_width, fit

BAR_WIDTH = 12
"""Cells of a bar."""

SHORTEST = 8
"""Columns of a name at the least."""


def standing_lines(balances: Iterable[Balance], names: Mapping[str, str], tolerated: Tolerance, width: int) -> list[str]:
    """Two lines for each partner: how it stands, and what it sent and hosted, with what is still planned."""
    lines = []
    for each in balances:
        said = standing(each, tolerated)
        name = fit(names.get(str(each.partner), str(each.partner)), max(SHORTEST, width - cell_width(said) - 2)).rstrip()
        lines += [fit(f"{name}: {said}", width).rstrip(), _numbers(each, tolerated, width)]
    return lines


def _numbers(balance: Balance, tolerated: Tolerance, width: int) -> str:
    """What was sent and hosted, and how it stands when those have gone who are planned; with a bar where there is room."""
    sent, hosted = balance.sent, balance.hosted
    said = _("sent {sent}, hosted {hosted}").format(sent=went(sent), hosted=went(hosted))
    if (sent.ahead or hosted.ahead) and balance.state(tolerated) not in (AHEAD, UNKNOWN):
        said += "; " + _("as planned, {difference}").format(difference=difference(balance.with_plans))
    whole = sent.persons + hosted.persons
    if whole and balance.state(tolerated) != UNKNOWN and cell_width(said) + 1 + BAR_WIDTH <= width:
        said = f"{bar(sent.persons, whole, BAR_WIDTH)} {said}"
    room = width - cell_width(said)
    return fit(" " * max(0, min(2, room)) + said, width).rstrip()
