"""A picture on the whole screen, what it says in words, and its numbers behind one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from ssc_tui.errors import SscError
from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.report import Asked
from ssc_tui.insight.views import led_to, view_named
from ssc_tui.tui import words
from ssc_tui.tui.reading import interrupted
from ssc_tui.tui.screens.view import ViewScreen
from ssc_tui.tui.widgets.banner import banner
from ssc_tui.tui.widgets.bars import Bar
from ssc_tui.tui.widgets.picture import Followed, Picture, Told, Wanted
from ssc_tui.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from ssc_tui.tui.app import SscApp


class PictureScreen(Screen[Target | None]):
    """A picture, which is left with Esc or by opening something in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "out", show=False),
        Binding("slash", "restrict", show=False),
        Binding("t", "numbers", show=False),
    ]

    def __init__(self, picture: Picture, asked: Asked) -> None:
        super().__init__()
        self.picture = picture
        self.asked = asked
        self.reading = False

    @property
    def ssc(self) -> SscApp:
        """The app, under its own type."""
        return cast("SscApp", self.app)

    @property
    def widget(self) -> Widget:
        """The picture as a widget."""
        return cast(Widget, self.picture)

    def compose(self) -> ComposeResult:
        """What restricts the picture, the picture, what it says, and what the keys do."""
        yield from banner(self.ssc.practising)
        yield Input(self.asked.query, placeholder=_("/ to restrict, such as year:2019 area:health"), id="restriction", compact=True)
        yield self.widget
        yield Plain(id="told")
        yield Bar(id="view-keys")

    def on_mount(self) -> None:
        """Read what the picture draws."""
        self.set_focus(self.widget)
        self._say_keys()
        self.look(self.asked)

    def on_resize(self) -> None:
        """Say as many keys as there is room for."""
        if self.is_mounted:
            self._say_keys()

    def _say_keys(self) -> None:
        """Say at the foot what the keys do; the last ones of the picture give way where there is no room."""
        common = [("t", _("Numbers"), "numbers"), ("/", _("Restrict"), "restrict"), ("Esc", _("Back"), "out")]
        foot = words.foot([], self.picture.keys, common, self.size.width or self.app.size.width)
        self.query_one("#view-keys", Bar).say(foot)

    def awaits(self, action: str) -> bool:
        """Whether what the action would act on is still being read."""
        return self.reading and action not in ("out", "restrict")

    def look(self, asked: Asked) -> None:
        """Show the picture for what is asked."""
        self.asked = asked
        self.reading = True
        self.ssc.searching.interrupt()
        self.run_worker(self._read(asked), exclusive=True, exit_on_error=False)

    async def _read(self, asked: Asked) -> None:
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

    @on(Input.Submitted, "#restriction")
    def _restricted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self.widget)
        self.look(self.asked._replace(query=event.value))

    def action_restrict(self) -> None:
        """Type what restricts the picture."""
        self.set_focus(self.query_one("#restriction"))

    def action_numbers(self) -> None:
        """The numbers of the picture as a table, over it."""
        self.app.push_screen(ViewScreen(view_named(self.picture.view), self.asked._replace(subject="")), self._leave_by)

    @on(Followed)
    def _followed(self, event: Followed) -> None:
        event.stop()
        if event.target.what == "view":
            # It opens over this one, so that Esc comes back here.
            self.app.push_screen(ViewScreen(*led_to(event.target)), self._leave_by)
        else:
            self.dismiss(event.target)

    def _leave_by(self, target: Target | None) -> None:
        if target:
            self.dismiss(target)

    def action_out(self) -> None:
        """From the restriction to the picture; from the picture to where it was opened."""
        if isinstance(self.focused, Input):
            self.set_focus(self.widget)
        else:
            self.dismiss(None)
