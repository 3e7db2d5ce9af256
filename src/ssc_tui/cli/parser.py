"""Understands what was typed: which command, with which words and options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from ssc_tui import __version__
from ssc_tui.cli.commands import COMMANDS, Command
from ssc_tui.cli.plain import terminal_width
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _

PROGRAM = "ssc-tui"


class Request(NamedTuple):
    """What was typed, understood.

    Attributes:
        command: the name of the command; None where the screens are to be opened.
        home: the folder named by `--home`.
        practice: whether the made-up catalogue is used.
        offline: whether nothing may be connected to.
        json: whether the answer is to be JSON.
        options: the words and options of the command alone, by name.
    """

    command: str | None
    home: str | None
    practice: bool
    offline: bool
    json: bool
    options: Mapping[str, Any]


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. One is made for every option that is declared."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=terminal_width())


class Parser(argparse.ArgumentParser):
    """An argument parser that raises what is wrong with the words, and knows no abbreviations that a later option could break."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **settings)
        # Python 3.14 would colour the help.
        self.color = False

    def error(self, message: str) -> NoReturn:
        """Raise the message, with where to read on."""
        raise UsageError(_("{message}. See `{program} --help`.").format(message=message.rstrip("."), program=self.prog))


def parse(words: Sequence[str]) -> Request:
    """The request that the words of the command line make.

    Only the parser of the command that was typed is built, since all of them would cost a third of a look-up.

    Raises:
        UsageError: the words cannot be followed.
        SystemExit: help or version was asked for, and printed.
    """
    name, rest = _split(words)
    if name is None:
        parser = whole_parser() if {"-h", "--help"} & set(rest) else _parser(PROGRAM)
    elif name in COMMANDS:
        parser = _parser(f"{PROGRAM} {name}", COMMANDS[name])
    else:
        raise UsageError(
            _("There is no command {name}; there are {commands}. `{program} find {name}` would search for it.").format(
                name=name, commands=", ".join(COMMANDS), program=PROGRAM
            )
        )
    found, more = parser.parse_known_args([_shielded(word) for word in rest])
    options = vars(found)
    # Words that stand behind an option: argparse ends a list of words at the first option.
    if more and "words" in options and not any(word.startswith("-") for word in more):
        options["words"] += more
    elif more:
        parser.error(_("not understood: {words}").format(words=" ".join(more)))
    home, practice, offline, json = (options.pop(option) for option in ("home", "practice", "offline", "json"))
    return Request(name, home, practice, offline, json, options)


def whole_parser() -> argparse.ArgumentParser:
    """The parser with all commands under it, for the help and for what a shell completes."""
    parser = _parser(PROGRAM)
    parser.description = _("The directory of South-South and triangular exchange partners. Without a command it opens on the screen.")
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND", prog=PROGRAM)
    for name, command in COMMANDS.items():
        _declare(commands.add_parser(name, help=_(command.help), description=_(command.help)), command)
    return parser


def _split(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The command, which is the first word that belongs to no option, and all other words."""
    before: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            return word, [*before, *rest]
        before.append(word)
        if word == "--home":
            before += [value for value in [next(rest, None)] if value is not None]
    return None, before


def _shielded(word: str) -> str:
    """A qualifier such as `-country:KE` behind a blank, which the query language passes over and argparse takes for no option."""
    field, colon, _value = word[1:].partition(":")
    return f" {word}" if word.startswith("-") and colon and field.isalpha() else word


def _parser(program: str, command: Command | None = None) -> argparse.ArgumentParser:
    parser = Parser(prog=program, description=_(command.help) if command else None)
    return _declare(parser, command)


def _declare(parser: argparse.ArgumentParser, command: Command | None) -> argparse.ArgumentParser:
    if command:
        command.declare(parser)
    parser.add_argument(
        "--home", metavar="DIR", help=_("keep everything under this folder; else $SSC_TUI_HOME, else the platform's folders")
    )
    parser.add_argument("--practice", action="store_true", help=_("use a made-up catalogue for training, in a home of its own"))
    parser.add_argument("--offline", action="store_true", help=_("make no connection at all"))
    parser.add_argument("--json", action="store_true", help=_("answer with one JSON value"))
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}", help=_("say which version this is and end"))
    return parser
