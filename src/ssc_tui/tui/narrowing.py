"""Changes which records the list shows: filters, searches that are kept, and the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssc_tui.store.search import ORDERS
from ssc_tui.tui.visits import Visit

if TYPE_CHECKING:
    from ssc_tui.store.searches import Saved
    from ssc_tui.tui.screens.browse import BrowseScreen


def choose_filters(browse: BrowseScreen) -> None:
    """Let filters be chosen; they become part of the search."""
    from ssc_tui.tui.screens.filter import FilterScreen

    def chosen(asked: str | None) -> None:
        if asked is not None and asked != browse.visits.now.asked:
            browse.visit(browse.visits.now._replace(asked=asked, ref=None, at=0, on_card=False, followed=False))

    browse.app.push_screen(FilterScreen(browse.visits.now.asked, browse.shown_section), chosen)


def choose_search(browse: BrowseScreen) -> None:
    """Let a saved search be run, or the present one be saved."""
    from ssc_tui.tui.screens.searches import SearchesScreen

    now = browse.visits.now

    def chosen(saved: Saved | None) -> None:
        if saved:
            browse.visit(Visit(saved.section or None, saved.query, browse.visits.now.order))

    browse.app.push_screen(SearchesScreen(now.section, now.asked), chosen)


def next_order(browse: BrowseScreen) -> None:
    """Take the order that comes after the present one."""
    orders = list(ORDERS)
    order = orders[(orders.index(browse.visits.now.order) + 1) % len(orders)]
    browse.ssc.remember("order", order)
    browse.order_by(order)
