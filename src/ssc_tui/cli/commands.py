"""Every command by name, with its words and options. Imports none of the modules that run them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.i18n import N_, _

SHELLS = ("bash", "zsh", "fish")
ORDERS = ("name", "country", "newest")
LIMIT = 50
"""Results that `find` shows unless asked for more: a page of the search."""

MOST = 2**31
"""A limit beyond which more makes no difference."""


class Command(NamedTuple):
    """A command: the module of this package whose function of the same name runs it, what it does in words, its words and options."""

    module: str
    help: str
    declare: Callable[[argparse.ArgumentParser], None]


def _several(parser: argparse.ArgumentParser, option: str, metavar: str, words: str) -> None:
    """An option that takes several values, parted by commas or each behind the option."""
    parser.add_argument(option, metavar=metavar, action="extend", type=_values, default=[], help=words)


def _nothing(parser: argparse.ArgumentParser) -> None:
    """The command takes no words and no options of its own."""


def _find(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="*", metavar="WORDS", help=_("beginnings of words, all of which must match, and qualifiers such as area:health")
    )
    parser.add_argument("--kind", metavar="K", action="extend", type=_kinds, default=[], help=_("only these: ") + ", ".join(KINDS))
    _several(parser, "--country", "CC", _("only in these, by code or name"))
    _several(parser, "--area", "A", _("only these priority areas, by id or name"))
    parser.add_argument("--limit", metavar="N", type=_limit, default=LIMIT, help=_("show so many at the most (%(default)s)"))
    parser.add_argument("--order", choices=ORDERS, default=ORDERS[0], help=_("best and by name (usual), or other"))


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REF", help=_("kind/id, or an id or acronym that only one record has"))


def _maybe_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REF", nargs="?", help=_("kind/id, or an id or acronym; without it, of all records"))


def _ledger(parser: argparse.ArgumentParser) -> None:
    about = _("a partner, project, fund or country; without it, all; with filters such as area:health")
    parser.add_argument("words", metavar="REF", nargs="*", help=about)
    years = _("only this year, or from one to another: 2019, 2015..2019")
    parser.add_argument("--year", metavar="Y", action="extend", type=_years, default=[], help=years)
    parser.add_argument("--beside", metavar="REF", help=_("set this fund beside the first one"))


def _funds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("references", metavar="FUND", nargs="*", help=_("none lists all; one shows its ledger; two stand side by side"))


def _country(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", metavar="CC", nargs="*", help=_("code or name; without it, all countries; with filters such as year:2019"))


def _note(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("words", nargs="+", metavar="TEXT", help=_("the note; - reads it from the standard input"))


def _searches(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help=_("a saved search, which is run; without it, all are listed"))
    parser.add_argument("words", metavar="WORDS", nargs="*", help=_("save these words under the name, in place of what it held"))
    parser.add_argument("--kind", choices=KINDS, help=_("with words: search for records of this kind alone"))
    parser.add_argument("--drop", action="store_true", help=_("let go of it"))


def _match(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REF", nargs="?", help=_("a partner: its id, or an acronym that only one record has"))
    parser.add_argument("--seeks", metavar="WORDS", default="", help=_("what is sought, in place of the partner's own needs"))
    parser.add_argument("--brings", metavar="WORDS", default="", help=_("what is brought, in place of the partner's own capacities"))
    _several(parser, "--country", "CC", _("only in these, by code or name"))
    _several(parser, "--region", "R", _("only in these regions, such as eastern-africa"))
    _several(parser, "--area", "A", _("only these priority areas, by id or name"))
    parser.add_argument("--limit", metavar="N", type=_limit, default=20, help=_("show so many of each sort at the most (%(default)s)"))


def _asked(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="QUERY", help=_("what restricts it, such as year:2019 area:health"))


def _charts(parser: argparse.ArgumentParser) -> None:
    _asked(parser)
    parser.add_argument("--chart", metavar="NAME", default="", help=_("only one: years, persons, balance, areas or goals"))


def _lab(parser: argparse.ArgumentParser) -> None:
    words = _("a solution, as solutions/ID, or what restricts the board, such as area:health")
    parser.add_argument("words", nargs="*", metavar="REF|QUERY", help=words)


def _terms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="PROJECT", nargs="?", help=_("a project; of another record, its projects; without it, all"))
    parser.add_argument("--rule", metavar="R", default="", help=_("this rule alone, with every project"))
    parser.add_argument("--query", metavar="Q", default="", help=_("only projects that match, such as modality:triangular (as stated)"))


def _demand(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REF", nargs="?", help=_("a partner; without it, all"))
    parser.add_argument("--query", metavar="Q", default="", help=_("only of partners that match, such as region:eastern-africa"))


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help=_("put right what can be put right; nothing is deleted"))


def _remote(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="URL", nargs="?", help=_("the catalogue, such as https://catalogue.example.org/v1"))
    parser.add_argument("--clear", action="store_true", help=_("have no remote catalogue any more; the copy stays"))


def _login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", metavar="U", required=True, help=_("the name to sign in with; the password is asked for"))


def _sync(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help=_("read the whole catalogue again and compare"))
    parser.add_argument("--join", action="store_true", help=_("take this catalogue in place of another; notes and bookmarks stay"))
    parser.add_argument("--accept-removals", action="store_true", help=_("believe that many records are gone"))
    parser.add_argument("--budget", metavar="BYTES", type=_number, help=_("end the run after so many bytes; the next one goes on"))


def _changes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="WHEN", help=_("from this date or time on, or so long ago: 36h, 7d, 2w"))
    parser.add_argument("--limit", metavar="N", type=_limit, default=MOST, help=_("show so many at the most"))


def _completions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help=_("the shell that is to complete"))


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", metavar="P", type=_port, default=8888, help=_("listen on this port (%(default)s); 0 takes a free one"))
    parser.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help=_("listen on this address (%(default)s: this machine alone)")
    )
    parser.add_argument("--name", metavar="DATASET", help=_("the name of a new catalogue; else that of the one that came with ssc-tui"))
    parser.add_argument("--empty", action="store_true", help=_("begin a new catalogue without records"))
    readers = parser.add_mutually_exclusive_group()
    readers.add_argument("--open", action="store_const", const="open", dest="readers", help=_("everybody may read (usual)"))
    readers.add_argument("--signed-in", action="store_const", const="signed-in", dest="readers", help=_("only who signed in may read"))
    store = parser.add_mutually_exclusive_group()
    store.add_argument("--memory", action="store_true", help=_("keep everything in memory, for a trial"))
    store.add_argument("--database", metavar="URL", help=_("use this PostgreSQL instead of one of our own"))
    parser.add_argument("--read-only", action="store_true", help=_("answer reads alone, beside another process that writes"))
    parser.add_argument("--public", metavar="URL", help=_("the address under which a proxy makes it known"))
    parser.add_argument("--new-epoch", action="store_true", help=_("the data were restored: let every copy compare all it has"))
    parser.add_argument("--print-ini", action="store_true", help=_("print the server file of Kinto, and start nothing"))


def _publish(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("folder", metavar="FOLDER", nargs="?", help=_("a folder of fact tables; `copy` is the local copy"))
    source.add_argument("--new-epoch", action="store_true", help=_("the server's data were restored: let every copy compare all it has"))
    parser.add_argument("--to", metavar="URL", required=True, help=_("the catalogue, such as https://catalogue.example.org/v1"))
    parser.add_argument("--user", metavar="U", help=_("the name to sign in with; else who signed in there, else admin"))
    parser.add_argument("--new", action="store_true", help=_("make the catalogue where there is none"))
    parser.add_argument("--prune", action="store_true", help=_("remove records that the source does not hold"))
    parser.add_argument("--accept-removals", action="store_true", help=_("remove even if that is much of what is there"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what would be done, and change nothing"))


def _restricted(parser: argparse.ArgumentParser) -> None:
    """What restricts the exchanges that a view counts."""
    about = _("a partner or project; without it, all exchanges; with filters such as region:eastern-africa")
    parser.add_argument("words", metavar="REF", nargs="*", help=about)
    years = _("under way in this year, or 2017..2019")
    parser.add_argument("--year", metavar="Y", action="extend", type=_years, default=[], help=years)
    _several(parser, "--area", "A", _("only these priority areas"))
    _several(parser, "--country", "CC", _("only in these, by code or name"))
    _several(parser, "--project", "P", _("only in these projects"))
    _several(parser, "--type", "T", _("only such as academic or study_visit"))
    parser.add_argument("--limit", metavar="N", type=_limit, default=100, help=_("list so many of each sort at the most (%(default)s)"))


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=_("one of {kinds}").format(kinds=", ".join(KINDS)))
    _assignments(parser)


def _edit(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    _assignments(parser)


def _assignments(parser: argparse.ArgumentParser) -> None:
    words = _("what a field is to hold; += adds to a list, -= takes out of one, names.fr=… reaches inside, no value takes the field out")
    parser.add_argument("words", nargs="+", metavar="FIELD=VALUE", help=words)


def _round(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help=_("its id"))
    parser.add_argument("which", metavar="ROUND", help=_("number or name of the round; `next` is the one after the last"))
    parser.add_argument("one", metavar="A", help=_("a partner, by id or acronym"))
    parser.add_argument("other", metavar="B", help=_("the partner with whom it exchanges"))
    words = _("what {sender} sends: how many are planned, or fields such as planned=3 actual=2 months=12 start=2026-01")
    parser.add_argument("--there", metavar="N|FIELD=VALUE", nargs="+", default=[], help=words.format(sender="A"))
    parser.add_argument("--back", metavar="N|FIELD=VALUE", nargs="+", default=[], help=words.format(sender="B"))


def _bundle(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("way", choices=("write", "read"), metavar="write|read", help=_("write the copy to a file, or read a file into it"))
    parser.add_argument("file", metavar="FILE", help=_("the bundle; to write, a folder such as that of a stick will do"))
    since = _("write only what changed from this date or time on, or so long ago: 36h, 7d, 2w")
    parser.add_argument("--since", metavar="WHEN", help=since)
    parser.add_argument("--without-edits", action="store_true", help=_("write no edits that wait; they ride along otherwise"))
    parser.add_argument("--accept-unsigned", action="store_true", help=_("read it though nobody signed it whose key is trusted"))
    parser.add_argument("--accept-expired", action="store_true", help=_("read it though it is more than a year old"))
    parser.add_argument("--accept-removals", action="store_true", help=_("believe that many records are gone"))
    parser.add_argument("--dry-run", action="store_true", help=_("say what reading would do, and change nothing"))


def _trust(parser: argparse.ArgumentParser) -> None:
    ways = ("new", "show", "add", "remove", "list")
    words = _("make a key for this home, or show it; trust another's, or no longer; list those")
    parser.add_argument("way", choices=ways, metavar="|".join(ways), help=words)
    parser.add_argument(
        "words", nargs="*", default=[], metavar="KEY", help=_("the key, a file with it, or a bundle; to remove, its name or first digits")
    )
    parser.add_argument("--name", metavar="NAME", default="", help=_("whose key it is, in words"))
    parser.add_argument(
        "--replace", action="store_true", help=_("with new: in place of the key that is there, which others must trust anew")
    )


def _conflicts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settled", action="store_true", help=_("those that were settled, with the value that lost"))


def _resolve(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("field", metavar="FIELD", help=_("as `conflicts` names it; `record` where one side took the record away"))
    parser.add_argument("words", nargs="+", metavar="mine|theirs|VALUE", help=_("which value the field is to hold"))


def _suggestions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--decided", action="store_true", help=_("those that were decided, with the reasons"))


def _suggestion(parser: argparse.ArgumentParser) -> None:
    actions = ("accept", "decline", "withdraw", "note")
    parser.add_argument("action", choices=actions, metavar="accept|decline|withdraw|note", help=_("what is to be done; note makes one"))
    parser.add_argument(
        "name", metavar="ID", help=_("as `suggestions` lists it, or its beginning; for a note, the record or the note's id")
    )
    parser.add_argument(
        "words", nargs="*", default=[], metavar="FIELD|TEXT", help=_("accept these fields alone; for a note, what is suggested")
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help=_("why it is declined; whoever suggested it will read it"))


def _balance(parser: argparse.ArgumentParser) -> None:
    _restricted(parser)
    ways = ("partner", "pair", "project", "round", "year")
    parser.add_argument("--by", choices=ways, default=ways[0], help=_("list balances so (%(default)s)"))
    parser.add_argument(
        "--tolerance", metavar="T", default="", help=_("what still is approximately equal: 2 persons, or 10%%; else the setting, else 10%%")
    )
    parser.add_argument(
        "--what-if", metavar="A>B:3", action="append", default=[], help=_("as if A had sent 3 persons whom B hosted; nothing is written")
    )


def _flows(parser: argparse.ArgumentParser) -> None:
    _restricted(parser)
    parser.add_argument("--by", choices=("partner", "country", "region"), default="partner", help=_("rows and columns (%(default)s)"))
    counted = ("persons", "planned", "months")
    parser.add_argument("--count", choices=counted, default=counted[0], help=_("what is counted (%(default)s)"))


COMMANDS: Mapping[str, Command] = {
    "find": Command("lookup", N_("Search the directory."), _find),
    "show": Command("lookup", N_("Show one record with its links."), _record),
    "ledger": Command("ledger", N_("Add up what was contributed, in kind and in money."), _ledger),
    "funds": Command("ledger", N_("List funds with their projects and totals, or set two side by side."), _funds),
    "country": Command("ledger", N_("Print the sheet of a country: what it gives and receives, on two pages."), _country),
    "status": Command("care", N_("Say what the local copy holds, how old it is, and what waits."), _nothing),
    "remote": Command("remote", N_("Show or set the remote catalogue."), _remote),
    "login": Command("remote", N_("Sign in to the remote catalogue."), _login),
    "logout": Command("remote", N_("Sign out; the copy stays."), _nothing),
    "sync": Command("remote", N_("Bring the local copy up to date with the remote catalogue."), _sync),
    "changes": Command("remote", N_("List what syncs changed, newest first."), _changes),
    "balance": Command("exchanges", N_("Say who sends and hosts in approximately equal numbers, and what would level the rest."), _balance),
    "flows": Command("exchanges", N_("Show who sends to whom, with totals."), _flows),
    "new": Command("editing", N_("Add a record; it is sent at the next sync."), _new),
    "edit": Command("editing", N_("Change fields of a record; it is sent at the next sync."), _edit),
    "round": Command("rounds", N_("Save what two partners send each other in a round, and say how they stand with it."), _round),
    "delete": Command("editing", N_("Take a record away; it is sent at the next sync."), _record),
    "undo": Command("editing", N_("Take back the last save that was not sent yet."), _nothing),
    "pending": Command("editing", N_("List the edits that wait to be sent, oldest first."), _nothing),
    "conflicts": Command("editing", N_("List where two people wrote different things into one field."), _conflicts),
    "resolve": Command("editing", N_("Settle a conflict; the value that loses can still be read."), _resolve),
    "suggestions": Command("suggesting", N_("List what is suggested by those who may not write."), _suggestions),
    "suggestion": Command("suggesting", N_("Accept, decline or take back a suggestion, or make one of a note."), _suggestion),
    "bundle": Command("bundle", N_("Carry the catalogue and edits to another machine in one file, where there is no link."), _bundle),
    "trust": Command("bundle", N_("Say whose bundles are believed, and show the key of this home."), _trust),
    "note": Command("personal", N_("Write a note about a record."), _note),
    "notes": Command("personal", N_("List your notes, newest first."), _maybe_record),
    "bookmark": Command("personal", N_("Set the bookmark of a record, or take it away where it is set."), _record),
    "bookmarks": Command("personal", N_("List your bookmarks, newest first."), _nothing),
    "searches": Command("personal", N_("Save a search under a name, run it, or list all of them."), _searches),
    "match": Command("matching", N_("Say who could exchange with a partner, why, and what is missing."), _match),
    "charts": Command("pictures", N_("Print the charts: exchanges per year, balance, areas and goals."), _charts),
    "lab": Command("pictures", N_("Show the solutions by stage, or one with its history and its replication tree."), _lab),
    "map": Command("pictures", N_("Draw partners and exchanges on a map of the world, with the numbers."), _asked),
    "terms": Command("matching", N_("Say whether the partners of a project work on equal terms."), _terms),
    "demand": Command("matching", N_("List requests without an answer, and needs without a planned exchange."), _demand),
    "serve": Command("host", N_("Serve a catalogue on this machine, for others to sync with."), _serve),
    "publish": Command("publish", N_("Write a folder of facts, or the local copy, into a catalogue on a server."), _publish),
    "doctor": Command("care", N_("Check the local copy, and mend it with --repair."), _doctor),
    "paths": Command("care", N_("Say where the files lie."), _nothing),
    "keys": Command("care", N_("List the keys of the screens."), _nothing),
    "completions": Command("completions", N_("Print the completions for a shell."), _completions),
}
"""Every command by name, in the order of the help."""


def _values(text: str) -> list[str]:
    return [value for value in (part.strip() for part in text.split(",")) if value]


def _years(text: str) -> list[str]:
    values = _values(text)
    for value in values:
        first, dots, last = value.partition("..")
        ends = [first, last] if dots else [first]
        if not all(len(end) == 4 and end.isascii() and end.isdecimal() for end in ends) or ends != sorted(ends):
            raise argparse.ArgumentTypeError(_("{value} is neither a year such as 2019 nor years such as 2015..2019").format(value=value))
    return values


def _kinds(text: str) -> list[str]:
    values = _values(text.lower())
    for value in values:
        if not any(kind.startswith(value) for kind in KINDS):
            raise argparse.ArgumentTypeError(_("there is no kind {value}; there are {kinds}").format(value=value, kinds=", ".join(KINDS)))
    return values


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise argparse.ArgumentTypeError(_("{text} is not a number").format(text=text))
    return int(text)


def _limit(text: str) -> int:
    try:
        return min(_number(text), MOST)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(_("{text} is not a number of results").format(text=text)) from error


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) < 2**16):
        raise argparse.ArgumentTypeError(_("{text} is not a port; ports are numbers from 0 to 65535").format(text=text))
    return int(text)
