"""The match of a partner as a view: reads what is sought and brought, finds who fits, and weighs it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection

from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.query import parse
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _
from ssc_tui.insight.match import Found, Match, Way, first_by_rank, fits_by_partner, in_order, ring_ends, rings
from ssc_tui.insight.match_words import Sides, Words
from ssc_tui.insight.reasons import World, exchanged, reasons
from ssc_tui.insight.report import Asked, Report
from ssc_tui.insight.saying import shown
from ssc_tui.insight.topics import Fit, Topics, typed_fit
from ssc_tui.store import capacities, reader
from ssc_tui.store.capacities import Item
from ssc_tui.store.flows import bare_flows_of
from ssc_tui.store.search import ids_found
from ssc_tui.text import one_line, sort_key

LIMIT = 20
"""Matches of each sort that are shown unless more are asked for; all are counted."""

WEIGHED = 200
"""Matches of each sort that rank equal, among which further reasons decide."""

RING_SIDE = 40
"""Partners on either side of the subject among whom rings are looked for, the closest ones."""


def match_view(copy: Connection, asked: Asked) -> Report:
    """Who could exchange with a partner, or with whoever seeks and brings what `options` say.

    Args:
        copy: the local copy.
        asked: `subject` is a partner or empty; `query` restricts the partners that are named; `options`: `seeks`, `brings` (words in the
            place of the partner's own needs or capacities) and `limit`.

    Raises:
        NotFound: the copy does not hold the partner.
        UsageError: the subject is no partner, or nothing is asked for.
    """
    subject = _partner(copy, asked.subject)
    sides = _sides(copy, subject, asked.options)
    if not subject and not sides.typed:
        raise UsageError(_("Name a partner, or say what is sought: match --seeks solar."))
    today = datetime.date.today().isoformat()
    topics = Topics(capacities.areas(copy))
    found = _found(copy, subject, sides, topics, asked, today)
    circles = _rings(copy, found, topics, today)
    limit = asked.number("limit", LIMIT)
    world, best = _best(copy, subject, first_by_rank(found, circles, limit, WEIGHED, today), limit, today)
    counts = found.counts() | {Way.RING: len(circles)}
    return Words(subject, sides, topics, world, asked).report(best, counts, found)


def _partner(copy: Connection, called: str) -> str:
    """The id of the partner that is called so; empty where none is named."""
    if not called:
        return ""
    kind, record_id = reader.resolve(copy, called)
    if kind != "partners":
        raise UsageError(_("A match is made for a partner, and {reference} is none.").format(reference=one_line(ref(kind, record_id))))
    return record_id


def _sides(copy: Connection, subject: str, options: Mapping[str, str]) -> Sides:
    given = {side: shown(options.get(side)) for side in capacities.SIDES}
    seeks, brings = (
        (Item(subject, side, "", topic=given[side]),)
        if given[side]
        else tuple(capacities.items_of(copy, [subject], side) if subject else ())
        for side in capacities.SIDES
    )
    return Sides(seeks, brings, frozenset(side for side, text in given.items() if text))


def _found(copy: Connection, subject: str, sides: Sides, topics: Topics, asked: Asked, today: str) -> Found:
    """Everything that fits, by partner, among the partners that the query leaves."""
    allowed = ids_found(copy, parse(asked.query), "partners")

    def fitting(own: Sequence[Item], side: str, typed: bool) -> dict[str, tuple[Fit, ...]]:
        if not own:
            return {}
        fits = _typed_fits(copy, own[0], side) if typed else _stated_fits(copy, own, side, topics)
        by_partner = fits_by_partner(fits, side, today)
        by_partner.pop(subject, None)
        return by_partner

    to_us = fitting(sides.seeks, "brings", "seeks" in sides.typed)
    from_us = fitting(sides.brings, "seeks", "brings" in sides.typed)
    if allowed is not None:
        to_us, from_us = ({other: fits for other, fits in each.items() if other in allowed} for each in (to_us, from_us))
    return Found(to_us, from_us)


def _typed_fits(copy: Connection, own: Item, side: str) -> Iterator[Fit]:
    asked = capacities.typed(copy, own.topic)
    for item in capacities.items_called(copy, side, asked):
        if fit := typed_fit(asked, item):
            yield Fit(*fit, own, item) if side == "brings" else Fit(*fit, item, own)


def _stated_fits(copy: Connection, own: Sequence[Item], side: str, topics: Topics) -> list[Fit]:
    theirs = capacities.items_within(copy, side, topics.reach(own))
    return topics.fits(own, theirs) if side == "brings" else topics.fits(theirs, own)


def _rings(copy: Connection, found: Found, topics: Topics, today: str) -> list[Match]:
    near = ring_ends(found, RING_SIDE)
    if not near.to_us or not near.from_us:
        return []
    partners = near.to_us.keys() | near.from_us.keys()
    stated: dict[str, defaultdict[str, list[Item]]] = {side: defaultdict(list) for side in capacities.SIDES}
    for side, by_partner in stated.items():
        for item in capacities.items_of(copy, partners, side):
            by_partner[item.partner].append(item)
    # Nearly every pair is asked for in the first direction, and hardly any in the other.
    first: defaultdict[tuple[str, str], list[Fit]] = defaultdict(list)
    needs = [need for partner in near.to_us for need in stated["seeks"][partner]]
    for fit in topics.fits(needs, [capacity for partner in near.from_us for capacity in stated["brings"][partner]]):
        first[fit.need.partner, fit.capacity.partner].append(fit)

    def learns(seeker: str, bringer: str) -> list[Fit]:
        if seeker in near.to_us and bringer in near.from_us:
            return first.get((seeker, bringer), [])
        return topics.fits(stated["seeks"][seeker], stated["brings"][bringer])

    return rings(found, near, learns, today)


def _best(copy: Connection, subject: str, near: Sequence[Match], limit: int, today: str) -> tuple[World, list[Match]]:
    """Those of the matches that are shown, in order, and what is known of their partners."""
    partners = {subject, *(other for match in near for other in match.others)} - {""}
    balance, pairs = exchanged(list(bare_flows_of(copy, partners)))
    together = capacities.shared_projects(copy, subject) if subject else {}
    known = {partner: each._replace(title=shown(each.title)) for partner, each in capacities.known(copy, partners).items()}
    world = World(subject, known, together, balance, pairs, {}, today)
    ordered = in_order(
        near,
        lambda match: len(reasons(match, world)),
        lambda match: " ".join(f"{sort_key(world.name(other))} {other}" for other in match.others),
        today,
    )
    best = [match for way in Way for match in [each for each in ordered if each.way is way][:limit]]
    other_side: dict[tuple[str, str], list[Item]] = {}
    for way, side in ((Way.TO_US, "seeks"), (Way.FROM_US, "brings")):
        for item in capacities.items_of(copy, (match.others[0] for match in best if match.way is way), side):
            other_side.setdefault((side, item.partner), []).append(item)
    return world._replace(other_side=other_side), best
