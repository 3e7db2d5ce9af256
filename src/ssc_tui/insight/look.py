"""The one door from a copy to a card, for the screen and the command alike."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.query import parse
from ssc_tui.catalogue.values import ITEMS_OF, objects_at, text_at
from ssc_tui.insight.card import Card, build_card
from ssc_tui.insight.edited import Unsent
from ssc_tui.insight.modality import following
from ssc_tui.insight.naming import list_query
from ssc_tui.insight.saying import objects
from ssc_tui.settings import TOLERANCE
from ssc_tui.store import overlay, reader
from ssc_tui.store.conflicts import conflicts_of
from ssc_tui.store.facets import facets, kinds
from ssc_tui.store.flows import named
from ssc_tui.store.standing import standing
from ssc_tui.store.states import REFUSED, SUGGESTED
from ssc_tui.store.suggestions import about


def card_of(copy: Connection, kind: str, record_id: str, tolerance: str = TOLERANCE) -> Card:
    """The card of a record; `tolerance` is what of sent and hosted still is approximately equal.

    Raises:
        NotFound: the copy does not hold it.
    """
    # The first list needs none of it.
    from ssc_tui.insight.exchanged import exchanged_blocks

    document = reader.document(copy, kind, record_id)
    row = reader.row_of(copy, kind, record_id)
    asked = list_query(kind, record_id)
    totals = kinds(copy, parse(asked)) if asked else None
    modalities = facets(copy, parse(asked), "projects", "modality") if totals and totals.get("projects", 0) > 1 else []
    return build_card(
        kind,
        row.title if row else record_id,
        document,
        reader.links_from(copy, kind, record_id),
        reader.links_to(copy, kind, record_id),
        totals,
        reader.notes(copy, kind, record_id),
        exchanged_blocks(copy, kind, record_id, tolerance),
        dict(modalities),
        _following(copy, document) if kind == "projects" else None,
        _unsent(copy, kind, record_id),
        _items(copy, document) if kind == "exchanges" else {},
    )


def _items(copy: Connection, exchange: Mapping[str, Any]) -> dict[str, str]:
    """What the items of its partners are about that an exchange names by their ids, by the field that does."""
    found: dict[str, str] = {}
    for field, (whose, side) in ITEMS_OF.items():
        named_item, partner = text_at(exchange, field), text_at(exchange, whose)
        if named_item and partner and reader.row_of(copy, "partners", partner):
            items = objects_at(reader.document(copy, "partners", partner), side)
            topics = (text_at(item, "topic") or text_at(item, "area") for item in items if text_at(item, "id") == named_item)
            found[field] = next(topics, "")
    return found


def _unsent(copy: Connection, kind: str, record_id: str) -> Unsent:
    """What of the record others do not see yet."""
    states = overlay.states_of(copy, kind, record_id)
    return Unsent(
        overlay.theirs(copy, kind, record_id),
        bool(states),
        [reason for state, reason in states if reason and state != REFUSED],
        conflicts_of(copy, kind, record_id),
        bool(states) and all(state == SUGGESTED for state, _reason in states),
        [reason for state, reason in states if state == REFUSED],
        about(copy, kind, record_id) if standing(copy).editor else (),
    )


def _following(copy: Connection, document: Mapping[str, Any]) -> str | None:
    """The modality that follows from the countries of a project's partners."""
    roles = [(str(item.get("partner") or ""), str(item.get("role") or "partner")) for item in objects(document.get("partners"))]
    known = named(copy, "partners", {partner for partner, _role in roles})
    return following(roles, {partner: about.country for partner, about in known.items()})
