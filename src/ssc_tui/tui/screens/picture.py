"""A picture on the whole screen, what it says in words, and its numbers behind one key."""

from __future__ import annotations

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from ssc_tui.errors import SscError
from ssc_tui.i18n import _
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import view_named
from ssc_tui.tui import words
from ssc_tui.tui.reading import interrupted
from ssc_tui.tui.screens.asked import AskedScreen
from ssc_tui.tui.screens.view import ViewScreen
from ssc_tui.tui.widgets.bars import Bar
from ssc_tui.tui.widgets.picture import Followed, Picture, Told, Wanted
from ssc_tui.tui.widgets.plain import Plain


class PictureScreen(AskedScreen):
    """A picture, which is left with Esc or by opening something in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "numbers", show=False),
    ]

    def __init__(self, picture: Picture, asked: Asked) -> None:
        super().__init__(asked, cast(Widget, picture))
        self.picture = picture
        self.reading = False

    def compose(self) -> ComposeResult:
        """What restricts the picture, the picture, what it says, and what the keys do."""
        yield from super().compose()
        yield Plain(id="told")
        yield Bar(id="view-keys")

    def say_keys(self) -> None:
        """Say at the foot what the keys do; the last ones of the picture give way where there is no room."""
        common = [("t", _("Numbers"), "numbers"), ("/", _("Restrict"), "restrict"), ("Esc", _("Back"), "out")]
        foot = words.foot([], self.picture.keys, common, self.size.width or self.app.size.width)
        self.query_one("#view-keys", Bar).say(foot)

    def awaits(self, action: str) -> bool:
        """Whether what the action would act on is still being read."""
        return self.reading and action not in ("out", "restrict")

    def look(self, asked: Asked) -> None:
        """Show the picture for what is asked."""
        self.reading = True
        super().look(asked)

    async def read(self, asked: Asked) -> None:
        """Read what the picture draws."""
        try:
            answer = await self.ssc.searching.ask(self.picture.read, asked)
        except SscError as error:
            self._say(Told(str(error)))
        except Exception as error:
            if interrupted(error):
                # It was replaced by one that is still being read.
                return
            self.ssc.tell_error(error)
        else:
            self.picture.show(answer)
        self.reading = False

    @on(Told)
    def _say(self, event: Told) -> None:
        self.query_one("#told", Plain).say(event.words)

    @on(Wanted)
    def _wanted(self, event: Wanted) -> None:
        event.stop()
        self.look(self.asked._replace(options=event.options))

    def action_numbers(self) -> None:
        """The numbers of the picture as a table, over it."""
        self.app.push_screen(ViewScreen(view_named(self.picture.view), self.asked._replace(subject="")), self.leave_by)

    @on(Followed)
    def _followed(self, event: Followed) -> None:
        event.stop()
        self.follow(event.target, view_named(self.picture.view))
