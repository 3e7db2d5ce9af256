"""Asks for a password."""

from __future__ import annotations

import getpass
import sys

from ssc_tui.i18n import _


def ask_password(user: str) -> str:
    """The password of a user, from a prompt; from a line of standard input where that is no terminal. Empty where none is given."""
    if sys.stdin.isatty():
        return getpass.getpass(_("Password of {user}: ").format(user=user))
    return sys.stdin.readline().rstrip("\r\n")
