"""The screen behind the name of a view: some are pictures, all others are read line by line."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from textual.screen import Screen

from ssc_tui.insight.blocks import Target
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import led_to
from ssc_tui.tui.widgets.picture import Picture

PICTURES: Mapping[str, tuple[str, str]] = {
    "charts": ("charts", "Charts"),
    "lab": ("lab_board", "LabBoard"),
    "map": ("world_map", "WorldMap"),
}
"""Module of the widgets and class of each picture, by the name of the view that gives its numbers."""


def screen_of(target: Target) -> Screen[Target | None]:
    """The screen that a line opens which leads to a view.

    Raises:
        KeyError: there is no such view.
    """
    from ssc_tui.tui.screens.picture import PictureScreen
    from ssc_tui.tui.screens.view import ViewScreen

    name, _blank, subject = target.value.partition(" ")
    if name not in PICTURES:
        return ViewScreen(*led_to(target))
    module, widget = PICTURES[name]
    return PictureScreen(cast(Picture, getattr(import_module(f"ssc_tui.tui.widgets.{module}"), widget)()), Asked(subject))
