"""Whether the terminal is still there: one that was closed without a signal leaves the app reading nothing for ever, at full speed."""

from __future__ import annotations

import select
import sys

SECONDS = 3.0
"""Between two looks."""


def is_terminal() -> bool:
    """Whether keys come from a terminal of a system on which its end can be noticed."""
    return sys.__stdin__ is not None and sys.__stdin__.isatty() and hasattr(select, "poll")


def is_gone() -> bool:
    """Whether the terminal was hung up."""
    if sys.__stdin__ is None:
        return True
    poll = select.poll()
    poll.register(sys.__stdin__.fileno(), 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _fd, event in poll.poll(0))
