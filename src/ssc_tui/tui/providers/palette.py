"""What the palette finds: records by the search of the lists, and commands by their words."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.subtitle import subtitle
from ssc_tui.keys import key_table
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import search
from ssc_tui.text import one_line

if TYPE_CHECKING:
    from ssc_tui.tui.screens.browse import BrowseScreen

RECORDS = 12
"""Records that the palette offers at the most."""


class RecordProvider(Provider):
    """Records of every kind."""

    async def search(self, query: str) -> Hits:
        """The best records for the words; the first is surer than any command but one of that very name."""
        screen = cast("BrowseScreen", self.screen)
        try:
            rows = await screen.ssc.searching.ask(_best, query)
        except sqlite3.Error:
            return
        for number, row in enumerate(rows):
            yield Hit(
                0.9 - number * 0.01,
                # The help of a hit is parsed as markup, so what is said of the record stands with its title.
                Content.assemble(one_line(row.title), ("  " + one_line(str(subtitle(row))), "dim")),
                partial(screen.follow, Target("record", row.ref)),
                text=one_line(row.title),
            )


def _best(copy: sqlite3.Connection, query: str) -> list[Row]:
    return reader.rows(copy, search(copy, query).places(copy, limit=RECORDS))


class CommandProvider(Provider):
    """Everything that a key does."""

    async def discover(self) -> Hits:
        """All commands, before anything is typed."""
        for title, help_text, action in self._commands():
            yield DiscoveryHit(Content(title), partial(self.screen.run_action, action), text=title, help=help_text)

    async def search(self, query: str) -> Hits:
        """Commands whose words fit."""
        matcher = self.matcher(query)
        for title, help_text, action in self._commands():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(self.screen.run_action, action), text=title, help=help_text)

    def _commands(self) -> list[tuple[str, str, str]]:
        remapped = cast("BrowseScreen", self.screen).ssc.settings.keys
        moves = ("move", "app.palette")
        return [
            (f"{_(command.title)} ({keys})", _(command.help), command.action)
            for _group, command, keys in key_table(remapped)
            if not command.id.startswith(moves)
        ]
