"""Who could exchange with whom: `match` names partners that fit, each with its reasons and with what is missing."""

from __future__ import annotations

from ssc_tui.catalogue.query import Qualifier
from ssc_tui.cli.plain import Output
from ssc_tui.cli.views import print_view
from ssc_tui.insight.match_view import match_view
from ssc_tui.paths import Home


def match(
    home: Home,
    out: Output,
    *,
    reference: str | None,
    seeks: str,
    brings: str,
    country: list[str],
    region: list[str],
    area: list[str],
    limit: int,
) -> int:
    """Partners that could exchange with one, or with whoever seeks and brings what is typed.

    JSON: `{"subject", "title", "query", "seeks", "brings", "counts", "matches", "without_match"}`; see `docs/match.md`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        reference: a partner; None where only words say what is sought or brought.
        seeks: words in the place of the partner's own needs; so `brings` for its capacities.
        brings: see `seeks`.
        country: only partners in these, by code or name; so `region`, and `area`, by id or name.
        region: see `country`.
        area: see `country`.
        limit: matches of each sort that are shown at the most; all are counted.

    Raises:
        NotFound, UsageError: no partner is called so, or nothing is asked for.
    """
    given = {"country": country, "region": region, "area": area}
    query = " ".join(str(Qualifier(field, tuple(values))) for field, values in given.items() if values)
    return print_view(home, out, match_view, reference or "", query, {"seeks": seeks, "brings": brings, "limit": str(limit)})
