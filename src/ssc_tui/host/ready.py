"""Tells the service manager that started this process that it is ready, as `sd_notify` does."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def tell_ready() -> None:
    """Say it where a unit with `Type=notify` listens; nothing happens where nobody does."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address.startswith(("/", "@")):
        # A manager that cannot be told waits until its time is up, and says so; there is nothing to do about it here.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
            # What begins with @ is no file, which the system writes with a zero.
            telling.connect("\0" + address[1:] if address.startswith("@") else address)
            telling.sendall(b"READY=1\n")
