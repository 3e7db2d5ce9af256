"""Prints what a shell needs to complete the commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any, cast

import shtab

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.cli.parser import whole_parser
from ssc_tui.cli.plain import Output
from ssc_tui.paths import Home


def completions(_home: Home, out: Output, *, shell: str) -> int:
    """Print the completions of a shell: JSON `{"shell", "script"}`."""
    parser = whole_parser()
    for action in _actions(parser):
        if action.dest == "home":
            cast(Any, action).complete = shtab.DIRECTORY
        elif action.dest == "kind":
            action.choices = KINDS
    script = shtab.complete(parser, shell)
    if out.as_json:
        out.json({"shell": shell, "script": script})
    else:
        out.lines(script.splitlines())
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every option of the parser and of the parsers under it."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)
