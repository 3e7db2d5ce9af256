"""The one table of what can be done in the app. Bindings, footer, help, palette and `ssc-tui keys` are all made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ssc_tui.catalogue.codes import RECORD_KINDS
from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.i18n import N_, _
from ssc_tui.text import one_line


class Command(NamedTuple):
    """Something that can be done.

    Attributes:
        id: the name by which it is remapped in the settings, `group.verb`.
        keys: the keys that do it unless remapped, as Textual spells them, parted by commas.
        title: two or three words, marked for translation.
        help: a sentence, marked for translation.
        action: the app's action.
        footer: whether the footer shows it.
    """

    id: str
    keys: str
    title: str
    help: str
    action: str
    footer: bool = False

    @property
    def group(self) -> str:
        """The first half of the name, under which help lists it."""
        return self.id.partition(".")[0]


GROUPS: Mapping[str, str] = {
    "go": N_("Go to"),
    "move": N_("Move"),
    "list": N_("The list"),
    "record": N_("This record"),
    "app": N_("The app"),
}
"""Headings of the help, in its order."""

COMMANDS: tuple[Command, ...] = (
    Command(
        "go.search", "slash", N_("Search"), N_("Search as you type; Enter opens the first result, Esc goes to the list."), "search", True
    ),
    Command("go.all", "0", N_("All sections"), N_("Search in all sections at once."), "section(None)"),
    *(
        Command(f"go.{kind}", str(number), RECORD_KINDS[kind], N_("Open this section."), f"section('{kind}')")
        for number, kind in enumerate(SECTIONS, 1)
    ),
    Command("go.open", "enter", N_("Open"), N_("Open the highlighted record, or follow the highlighted link."), "open", True),
    Command(
        "go.out", "escape", N_("Back"), N_("One step outward: from the card to the list, from a search to the whole section."), "out", True
    ),
    Command(
        "go.back", "left_square_bracket,alt+left", N_("Back in history"), N_("Return to what was shown before, as in a browser."), "back"
    ),
    Command("go.forward", "right_square_bracket,alt+right", N_("Forward"), N_("Undo a step back."), "forward"),
    Command("move.next_pane", "tab,l,right", N_("Next pane"), N_("From the list to the card."), "pane(1)"),
    Command("move.previous_pane", "shift+tab,h,left", N_("Previous pane"), N_("From the card to the list."), "pane(-1)"),
    Command("move.down", "j,down", N_("Down"), N_("One line down."), "move('down')"),
    Command("move.up", "k,up", N_("Up"), N_("One line up."), "move('up')"),
    Command("move.page_down", "pagedown,ctrl+d", N_("Page down"), N_("One page down."), "move('page_down')"),
    Command("move.page_up", "pageup,ctrl+u", N_("Page up"), N_("One page up."), "move('page_up')"),
    Command("move.first", "g,home", N_("First"), N_("To the first line."), "move('first')"),
    Command("move.last", "G,end", N_("Last"), N_("To the last line."), "move('last')"),
    Command("list.filter", "f", N_("Filter"), N_("Choose countries, regions, areas and more, with counts."), "filter", True),
    Command(
        "list.searches", "F", N_("Saved searches"), N_("Run a search that was saved, or save the present one under a name."), "searches"
    ),
    Command("list.order", "o", N_("Order"), N_("By name, by country, or newest first."), "order"),
    Command("record.edit", "e", N_("Edit"), N_("Change the record in a form; ctrl+s saves, Esc leaves."), "edit"),
    Command(
        "record.add",
        "a",
        N_("Add"),
        N_("Add a record to the section that is open; on the card of a project, an exchange."),
        "add",
    ),
    Command(
        "record.round",
        "r",
        N_("Round"),
        N_("Fill in a round of exchanges, both ways side by side: the next one of a project, or that of an exchange."),
        "round",
    ),
    Command("record.bookmark", "asterisk", N_("Bookmark"), N_("Set or take away a bookmark; is:bookmarked finds them."), "bookmark"),
    Command("record.note", "n", N_("Note"), N_("Write a note about the record; is:noted finds them."), "note"),
    Command("record.copy", "y", N_("Copy"), N_("Copy the highlighted line, or the record's name and reference, to the clipboard."), "copy"),
    Command(
        "go.balance",
        "b",
        N_("Balance"),
        N_(
            "Who sends and hosts in approximately equal numbers, the worst first; from a card, of that partner or project."
            " In the list: ≠ out of balance, ≈ approximately equal, ? not stated, + still to come."
        ),
        "exchange_view('balance')",
    ),
    Command(
        "go.flows",
        "X",
        N_("Flow matrix"),
        N_("Who sends to whom, by partner, country or region, with totals; from a card, of that record's exchanges."),
        "exchange_view('flows')",
    ),
    Command("record.web", "w", N_("Web address"), N_("Open the highlighted address, or the record's own, in the browser."), "web"),
    Command(
        "record.match",
        "m",
        N_("Match"),
        N_("Who could exchange with this partner: both ways first, each with its reasons."),
        "view('match')",
    ),
    Command(
        "record.ledger",
        "dollar_sign",
        N_("Contributions"),
        N_("What was given to and by it, in kind and in money; of a fund, its projects and totals."),
        "view('ledger')",
    ),
    Command(
        "record.country", "N", N_("Country sheet"), N_("What the record's country gives and receives, and who is there."), "view('country')"
    ),
    Command(
        "record.compare", "equals_sign", N_("Compare funds"), N_("Remember this fund; on another one, set the two side by side."), "compare"
    ),
    Command(
        "record.terms",
        "t",
        N_("Equal terms"),
        N_("Whether the partners of the project work on equal terms; on other records, in which of their projects."),
        "view('terms')",
    ),
    Command(
        "record.demand",
        "d",
        N_("Demand"),
        N_("What a partner, or the partners of a project, asked for: requests by age, needs without a planned exchange."),
        "view('demand')",
    ),
    Command("go.changes", "c", N_("What changed"), N_("What syncs changed, newest first; Enter opens the record."), "app.changes"),
    Command("app.undo", "u", N_("Undo"), N_("Take back the last save that was not sent yet."), "app.undo"),
    Command(
        "app.conflicts",
        "exclamation_mark",
        N_("Conflicts"),
        N_("Where two people wrote different things into one field: left takes yours, right theirs, Enter lets you type."),
        "app.conflicts",
    ),
    Command(
        "app.bundles",
        "i",
        N_("Bundles"),
        N_("Write the catalogue and the edits that wait to a stick, or read them from one, where there is no link."),
        "app.bundles",
    ),
    Command(
        "app.suggestions",
        "v",
        N_("Suggestions"),
        N_("What is suggested by those who may not write: a accepts, Enter by field, d declines, w takes back, t lists what was decided."),
        "app.suggestions",
    ),
    Command("app.sync", "s", N_("Sync"), N_("Bring the copy up to date with the remote catalogue now."), "app.sync_now"),
    Command("app.sync_page", "S", N_("Sync page"), N_("How the sync stands, the last runs, and what could not be taken."), "app.sync_page"),
    Command(
        "go.lab", "L", N_("Solutions lab"), N_("Solutions by stage on a board, with their history and replication tree."), "view('lab')"
    ),
    Command("go.map", "M", N_("Map"), N_("Partners and exchanges on a map of the world; t gives the numbers."), "view('map')"),
    Command(
        "go.charts", "C", N_("Charts"), N_("Exchanges per year, balance, areas and goals as charts; t gives the numbers."), "view('charts')"
    ),
    Command("app.help", "question_mark,f1", N_("Help"), N_("What the keys do, for what has the focus."), "help", True),
    Command("app.palette", "ctrl+p", N_("Palette"), N_("Find a record or a command by typing."), "app.command_palette"),
    Command("app.settings", "comma", N_("Settings"), N_("Theme, first section, order, the remote catalogue, signing in."), "settings"),
    Command("app.quit", "q,ctrl+q", N_("Quit"), N_("Leave the app; everything is saved already."), "app.quit", True),
)
"""Every command, in the order of the help."""

_SIGNS = {
    "slash": "/", "asterisk": "*", "question_mark": "?", "comma": ",", "left_square_bracket": "[", "right_square_bracket": "]",
    "pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc", "enter": "Enter", "tab": "Tab", "left": "←", "right": "→", "up": "↑",
    "down": "↓", "home": "Home", "end": "End", "f1": "F1", "exclamation_mark": "!", "dollar_sign": "$", "equals_sign": "=",
}  # fmt: skip


def key_label(key: str) -> str:
    """A key as it is printed: `slash` is `/`, `alt+left` is `alt+←`."""
    *held, last = one_line(key).split("+")
    return "+".join([*held, _SIGNS.get(last, last)])


def key_table(remapped: Mapping[str, str] | None = None) -> Iterator[tuple[str, Command, str]]:
    """Heading, command and printed keys of every command, in the order of the help; `remapped` gives other keys by id."""
    for command in sorted(COMMANDS, key=lambda each: list(GROUPS).index(each.group)):
        keys = (remapped or {}).get(command.id, command.keys)
        yield _(GROUPS[command.group]), command, " ".join(key_label(key) for key in keys.split(","))
