"""A view on the whole screen: what it says in lines that lead on, and what restricts it."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ssc_tui.errors import SscError
from ssc_tui.i18n import _
from ssc_tui.insight.report import Asked, Report, View
from ssc_tui.tui import words
from ssc_tui.tui.screens.asked import AskedScreen
from ssc_tui.tui.widgets.bars import Bar
from ssc_tui.tui.widgets.card_view import CardView


class ViewScreen(AskedScreen):
    """A report, which is left with Esc or by following a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", show=False),
        Binding("j,down", "move('down')", show=False),
        Binding("k,up", "move('up')", show=False),
        Binding("pagedown,ctrl+d", "move('page_down')", show=False),
        Binding("pageup,ctrl+u", "move('page_up')", show=False),
        Binding("g,home", "move('first')", show=False),
        Binding("G,end", "move('last')", show=False),
        Binding("y", "copy", show=False),
    ]

    def __init__(self, view: View, asked: Asked) -> None:
        super().__init__(asked, CardView(id="view"))
        self._view = view
        self._followed = asked
        self.report: Report | None = None

    @property
    def page(self) -> CardView:
        """What the view says."""
        return self.query_one(CardView)

    def compose(self) -> ComposeResult:
        """What restricts the view, the view, and what the keys do."""
        yield from super().compose()
        yield Bar(id="view-keys")

    def say_keys(self) -> None:
        """Say at the foot what the keys do; those of all views give way where there is no room."""
        turns = self.report.turns if self.report else ()
        own = [(turn.key, turn.title, f"turn('{turn.key}')") for turn in turns]
        restrict = ("/", _("Restrict"), "restrict")
        giving_way = [*own, ("Enter", _("Follow"), "open"), ("y", _("Copy"), "copy")]
        foot = words.foot([restrict], giving_way, [("Esc", _("Back"), "out")], self.size.width or self.app.size.width)
        self.query_one("#view-keys", Bar).say(foot)

    def _settings(self) -> dict[str, str]:
        """The options of views that the settings hold."""
        return {"tolerance": self.ssc.settings.tolerance}

    async def read(self, asked: Asked) -> None:
        """Make the report."""
        try:
            # What is asked for on the screen goes before what the settings say.
            report = await self.ssc.searching.ask(self._view, asked._replace(options={**self._settings(), **asked.options}))
        except SscError as error:
            # The next key asks otherwise than what could be followed.
            self.asked = self._followed
            self.page.show(None, str(error))
        except Exception as error:
            self.ssc.tell_error(error)
        else:
            self.report, self._followed = report, asked
            self.page.show(report)
            self.say_keys()

    def on_key(self, event: events.Key) -> None:
        """A key of this view's own."""
        if self.focused is self.page and self.report and event.character in {turn.key for turn in self.report.turns}:
            event.stop()
            self.action_turn(str(event.character))

    def action_turn(self, key: str) -> None:
        """Ask the view otherwise, with what the person types where something is to be typed."""
        turn = next(each for each in self.report.turns if each.key == key) if self.report else None
        if turn is None:
            return
        if not turn.asks:
            self.look(self.asked.turned(turn.option, turn.value))
            return
        from ssc_tui.tui.screens.ask import Wanted, WordsScreen

        def typed(answers: dict[str, str] | None) -> None:
            if answers is not None:
                self.look(self.asked.turned(turn.option, answers[turn.option]))

        self.app.push_screen(WordsScreen(turn.title, [Wanted(turn.option, turn.asks, turn.value)]), typed)

    def action_move(self, way: str) -> None:
        """Move the highlight."""
        self.page.move(way)

    @on(CardView.Followed)
    def action_open(self) -> None:
        """Follow the highlighted line."""
        line = self.page.line
        if line and line.target and line.target.what == "web":
            self.ssc.open_outside(line.target.value)
        elif line and line.target:
            self.follow(line.target, self._view)
        else:
            self.ssc.tell(_("This line leads nowhere; underlined lines do."))

    def action_copy(self) -> None:
        """Copy the highlighted line."""
        line = self.page.line
        if line and line.copied:
            self.app.copy_to_clipboard(line.copied)
            self.ssc.tell(_("Copied."))
