"""How everybody stands, at a glance: the little of a balance that orders and levels, for all partners.

What is listed of them is summed in full afterwards, and only that: most of a large catalogue is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from ssc_tui.insight.balance import Stand, Tolerance, stand
from ssc_tui.store.sums import BothWays


def glance(sums: Iterable[BothWays], tolerated: Tolerance) -> list[Stand]:
    """How everybody stands, in the order of the sums."""
    stands = []
    for partner, sent, hosted, exchanges, stated, unstated, coming in sums:
        known = partner is not None and not unstated
        state = stand(sent, hosted, tolerated, known=known, coming=bool(coming and not stated))
        stands.append(Stand(partner, sent - hosted, exchanges, state))
    return stands
