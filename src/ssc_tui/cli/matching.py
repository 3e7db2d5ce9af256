"""Who could exchange with whom, on which terms, and what was asked for: `match`, `terms`, `demand`."""

from __future__ import annotations

from ssc_tui.cli.plain import Output
from ssc_tui.cli.views import print_view, restriction
from ssc_tui.insight.demand_view import demand_view
from ssc_tui.insight.match_view import match_view
from ssc_tui.insight.terms_view import terms_view
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
    query = restriction({"country": country, "region": region, "area": area})
    return print_view(home, out, match_view, reference or "", query, {"seeks": seeks, "brings": brings, "limit": str(limit)})


def terms(home: Home, out: Output, *, reference: str | None, rule: str, query: str) -> int:
    """The six rules of equal terms for a project; without one, which projects each of them holds for.

    JSON: `{"project", "title", "requested_by", "requested_on", "rules"}`, or `{"query", "projects", "judged", "rules",
    "without_coordinator"}`; see `docs/terms.md`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        reference: a project, or another record for the projects that have to do with it; None for all.
        rule: the id of the only rule that is asked for; empty for all.
        query: restricts the projects, in the query language.

    Raises:
        NotFound, UsageError: no record, or no rule, is called so.
    """
    return print_view(home, out, terms_view, reference or "", query, {"rule": rule})


def demand(home: Home, out: Output, *, reference: str | None, query: str) -> int:
    """Requests without an answer by age, requests on record, and needs without a planned exchange.

    JSON: `{"subject", "query", "unanswered", "answered", "needs", "needs_without_exchange"}`.

    Args:
        home: where the copy lies.
        out: where the answer goes.
        reference: a partner; None for all.
        query: restricts the partners, in the query language.

    Raises:
        NotFound, UsageError: no partner is called so.
    """
    return print_view(home, out, demand_view, reference or "", query)
