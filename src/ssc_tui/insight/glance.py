"""How everybody stands, at a glance: the little of a balance that orders and levels, for all partners in one pass over the exchanges.

What is listed of them is summed in full afterwards, and only that: most of a large catalogue is never shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ssc_tui.insight.balance import Stand, Tolerance, stand
from ssc_tui.insight.sums import still_to_come
from ssc_tui.store.flows import Bare


class Glance(NamedTuple):
    """Everybody who sends or hosts.

    Attributes:
        stands: how each stands, in no order.
        past: senders and hosts of exchanges that state who went.
    """

    stands: list[Stand]
    past: set[tuple[str | None, str | None]]


def glance(flows: Iterable[Bare], tolerated: Tolerance) -> Glance:
    """How everybody stands in the exchanges."""
    exchanges: defaultdict[str | None, int] = defaultdict(int)
    # Whoever states a number of persons is a key, also where it is 0.
    sent: defaultdict[str | None, int] = defaultdict(int)
    hosted: defaultdict[str | None, int] = defaultdict(int)
    unstated: set[str | None] = set()
    ahead: set[str | None] = set()
    past: set[tuple[str | None, str | None]] = set()
    for sender, host, _project, _round, _start, planned, actual, _months, status in flows:
        exchanges[sender] += 1
        exchanges[host] += 1
        if actual is not None:
            sent[sender] += actual
            hosted[host] += actual
            past.add((sender, host))
        elif still_to_come(planned, status):
            # Nobody is not ahead; a plan without a number is.
            if planned != 0:
                ahead.update((sender, host))
        elif status != "cancelled":
            unstated.update((sender, host))
    stands = []
    for partner, number in exchanges.items():
        out, back = sent.get(partner, 0), hosted.get(partner, 0)
        coming = partner in ahead and partner not in sent and partner not in hosted
        state = stand(out, back, tolerated, known=partner is not None and partner not in unstated, coming=coming)
        stands.append(Stand(partner, out - back, number, state))
    return Glance(stands, past)
