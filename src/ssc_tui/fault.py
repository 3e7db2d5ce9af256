"""Keeps the trace of a fault of the program in the log."""

from __future__ import annotations

import datetime
import os
import platform
import sys
import traceback

from ssc_tui import __version__
from ssc_tui.i18n import _
from ssc_tui.paths import Home, make_private
from ssc_tui.text import clean


def record(home: Home, error: Exception) -> str:
    """Write the trace of the error to the log of the home; returns a sentence for the person. What was typed is not written.

    Where the log cannot be written, the trace goes to standard error.
    """
    trace = "".join(traceback.format_exception(error))
    moment = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    try:
        make_private(home.log)
        log = os.open(home.log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(log, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{moment} ssc-tui {__version__}, Python {platform.python_version()}\n{trace}\n")
    except OSError:
        print(clean(trace), file=sys.stderr)
        return _(
            "This is a fault of ssc-tui. What was saved before is kept. Please report it with the trace above; no log could be written."
        )
    name = type(error).__name__
    return _("This is a fault of ssc-tui ({name}). What was saved before is kept. Please report it with the trace in {log}.").format(
        name=name, log=home.log_file
    )
