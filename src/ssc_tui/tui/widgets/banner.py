"""Says above a screen that what is on it is made up."""

from __future__ import annotations

from collections.abc import Iterator

from ssc_tui.i18n import _
from ssc_tui.tui.widgets.plain import Plain


def banner(practising: bool) -> Iterator[Plain]:
    """The line, where somebody practises."""
    if practising:
        yield Plain(_("Practice data: everything here is made up"), classes="banner")
