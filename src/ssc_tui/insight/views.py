"""The views by name: what a key, a line of a card or of another view opens. Each is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ssc_tui.insight.blocks import Target
from ssc_tui.insight.report import Asked, View

VIEWS = ("balance", "flows", "match", "charts", "lab", "map", "country", "funds", "ledger", "terms", "demand")
"""Names of the views, which are those of their commands: the view `map` is the function `map_view` of the module `map_view`."""


def view_named(name: str) -> View:
    """The view of that name.

    Raises:
        KeyError: there is none.
    """
    if name not in VIEWS:
        raise KeyError(name)
    door = f"{name}_view"
    return cast(View, getattr(import_module(f"ssc_tui.insight.{door}"), door))


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


def led_on(target: Target, view: View, asked: Asked) -> tuple[View, Asked]:
    """The view behind a line of another view: what restricts the one restricts the other too, so that both say the same numbers.

    A line that names nothing leads to all there is, and partners who could exchange are restricted by nothing but themselves. Within one
    view, how it is asked goes on with it, such as a tolerance.

    Raises:
        KeyError: there is no such view.
    """
    to, plain = led_to(target)
    if not plain.subject or to is view_named("match"):
        return to, plain
    return to, plain._replace(query=asked.query, options=asked.options if to is view else plain.options)
