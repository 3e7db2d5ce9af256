"""The entry point: understands what was typed, runs the command, and ends with its exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from ssc_tui.cli.commands import COMMANDS
from ssc_tui.cli.parser import Request, parse
from ssc_tui.cli.plain import Output
from ssc_tui.errors import SscError, UsageError
from ssc_tui.i18n import _
from ssc_tui.paths import Home, find_home

FAULT = 70
"""The program itself is at fault: EX_SOFTWARE of sysexits.h."""

CONNECTING = ("login", "sync", "publish")
"""Commands that are told whether connections may be made at all."""

INTERRUPTED = 130
"""Ended by Ctrl-C, as shells count it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the words ask for; without a command, open the screens.

    Args:
        argv: the words after the program's name; those of the process where None.

    Returns:
        The exit code: 0 done, 1 nothing found or a failed check, 2 wrong use, 70 a fault of the program, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    out = Output(as_json="--json" in words)
    try:
        try:
            code = _run(words, out)
            out.flush()
        except SscError as error:
            code = error.exit_code
            out.refuse(str(error))
            out.flush()
    except BrokenPipeError:
        # Whoever reads has read enough, as `head` does.
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(words: list[str], out: Output) -> int:
    try:
        request = parse(words)
    except SystemExit as end:
        return int(end.code or 0)
    out.as_json = request.json
    try:
        home = find_home(request.home)
    except RuntimeError as error:
        raise UsageError(_("The folder {folder} cannot be found: {reason}.").format(folder=request.home, reason=error)) from error
    try:
        if request.practice:
            home = _practice(home, out)
        return _follow(request, home, out)
    except (SscError, BrokenPipeError):
        raise
    except Exception as error:
        from ssc_tui.fault import record

        out.refuse(record(home, error))
        return FAULT


def _practice(home: Home, out: Output) -> Home:
    """The home of the made-up catalogue, which is made where there is none."""
    import sqlite3

    from ssc_tui.store import practice

    home = home.for_practice()
    try:
        practice.plant(home)
    except (OSError, sqlite3.Error) as error:
        raise SscError(
            _("The practice catalogue could not be made in {folder}: {reason}.").format(folder=home.data, reason=error)
        ) from error
    out.say(_("Practice data: everything in it is made up."))
    return home


def _follow(request: Request, home: Home, out: Output) -> int:
    if request.command is None:
        import gc

        # Hardly anything that is made on the way to the first list is let go of again; the screen turns the collector on after it.
        gc.disable()
        from ssc_tui.tui.app import run

        return run(home, offline=request.offline)
    module = import_module(f"ssc_tui.cli.{COMMANDS[request.command].module}")
    options = dict(request.options)
    if request.command in CONNECTING:
        options["offline"] = request.offline
    return int(getattr(module, request.command)(home, out, **options))
