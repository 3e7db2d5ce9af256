"""Gives screens and widgets the app that they are part of, under its own type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from ssc_tui.tui.app import SscApp


class _Shown(Protocol):
    """Whatever Textual shows."""

    @property
    def app(self) -> object:
        """The app."""


class Ours:
    """A screen or a widget of the app."""

    @property
    def ssc(self: _Shown) -> SscApp:
        """The app, under its own type."""
        return cast("SscApp", self.app)
