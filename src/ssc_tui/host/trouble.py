"""What can go wrong with a server of our own."""

from __future__ import annotations

from ssc_tui.errors import SscError


class ServerError(SscError):
    """A server of our own cannot be started or prepared."""
