"""The sign by which a list says how the balance of a partner stands; the card and the ledger say it in words."""

from __future__ import annotations

from collections.abc import Collection
from sqlite3 import Connection

from ssc_tui.insight.balance import AHEAD, OUT, UNKNOWN, WITHIN, Balance, tolerance
from ssc_tui.insight.sums import HOST, NOTHING, SENDER, summed
from ssc_tui.store.flows import bare_flows_naming

SIGNS = {OUT: "≠", WITHIN: "≈", UNKNOWN: "?", AHEAD: "+"}
"""Out of balance, approximately equal, not stated, still to come; a partner without an exchange on record has none."""


def balance_marks(copy: Connection, partners: Collection[str], tolerated: str) -> dict[str, str]:
    """The sign of each of the partners that an exchange names, by id.

    Raises:
        UsageError: the tolerance has no such form.
    """
    allowed = tolerance(tolerated)
    sent, hosted = summed(bare_flows_naming(copy, partners), SENDER, HOST)
    each = (Balance(partner, sent.get(partner, NOTHING), hosted.get(partner, NOTHING)) for partner in partners)
    return {str(balance.partner): SIGNS[balance.state(allowed)] for balance in each if balance.exchanges}
