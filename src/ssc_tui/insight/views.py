"""The views by name: what a key, a line of a card or of another view opens. Each is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from ssc_tui.insight.blocks import Target
from ssc_tui.insight.report import Asked, View

VIEWS: Mapping[str, tuple[str, str]] = {
    "balance": ("balance_view", "balance_view"),
    "flows": ("flows_view", "flows_view"),
    "match": ("match_view", "match_view"),
    "charts": ("charts_view", "charts_view"),
    "lab": ("lab_view", "lab_view"),
    "map": ("map_view", "map_view"),
    "country": ("country_view", "country"),
    "funds": ("funds_view", "funds"),
    "ledger": ("ledger_view", "ledger"),
    "terms": ("terms_view", "terms_view"),
    "demand": ("demand_view", "demand_view"),
}
"""Module of this package and function of each view; a view goes by the name of its command."""


def view_named(name: str) -> View:
    """The view of that name.

    Raises:
        KeyError: there is none.
    """
    module, function = VIEWS[name]
    return cast(View, getattr(import_module(f"ssc_tui.insight.{module}"), function))


def leads_to(name: str, subject: str = "") -> Target:
    """Where a line leads that opens a view."""
    return Target("view", f"{name} {subject}".strip())


def led_to(target: Target) -> tuple[View, Asked]:
    """The view behind such a line, and what it is asked for.

    Raises:
        KeyError: there is no such view.
    """
    name, _blank, subject = target.value.partition(" ")
    return view_named(name), Asked(subject)
