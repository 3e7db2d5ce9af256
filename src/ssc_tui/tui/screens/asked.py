"""What a view and a picture have in common on the whole screen: what restricts them is typed after /, and what they lead to leaves them."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from ssc_tui.i18n import _
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.report import Asked, View
from ssc_tui.insight.views import led_on
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.widgets.banner import banner


class AskedScreen(Ours, Screen[Target | None]):
    """A screen that shows what is asked for, and gives where to go when it is left, or None.

    Attributes:
        asked: what is asked for; `look` asks for something else.
        body: what shows it, and has the keys while nothing is typed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "out", show=False),
        Binding("slash", "restrict", show=False),
    ]

    def __init__(self, asked: Asked, body: Widget) -> None:
        super().__init__()
        self.asked = asked
        self.body = body

    def compose(self) -> ComposeResult:
        """What restricts it, and what shows it."""
        yield from banner(self.ssc.practising)
        yield Input(self.asked.query, placeholder=_("/ to restrict, such as year:2019 area:health"), id="restriction", compact=True)
        yield self.body

    def on_mount(self) -> None:
        """Show what is asked for."""
        self.set_focus(self.body)
        self.say_keys()
        self.look(self.asked)

    def on_resize(self) -> None:
        """Say as many keys as there is room for."""
        if self.is_mounted:
            self.say_keys()

    @abstractmethod
    def say_keys(self) -> None:
        """Say at the foot what the keys do."""

    def look(self, asked: Asked) -> None:
        """Show it for what is asked."""
        self.asked = asked
        self.ssc.searching.interrupt()
        self.run_worker(self.read(asked), exclusive=True, exit_on_error=False)

    @abstractmethod
    async def read(self, asked: Asked) -> None:
        """Read and show it."""

    def follow(self, target: Target, view: View) -> None:
        """Open the view that a line of this one leads to over this one, so that Esc comes back here; leave this one for anything else."""
        if target.what != "view":
            self.dismiss(target)
            return
        from ssc_tui.tui.screens.view import ViewScreen

        self.app.push_screen(ViewScreen(*led_on(target, view, self.asked)), self.leave_by)

    def leave_by(self, target: Target | None) -> None:
        """What leads out of a view over this one leads out of both."""
        if target:
            self.dismiss(target)

    @on(Input.Submitted, "#restriction")
    def _restricted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self.body)
        self.look(self.asked._replace(query=event.value))

    def action_restrict(self) -> None:
        """Type what restricts it."""
        self.set_focus(self.query_one("#restriction"))

    def action_out(self) -> None:
        """From the restriction to what it restricts; from there to where it was opened."""
        if isinstance(self.focused, Input):
            self.set_focus(self.body)
        else:
            self.dismiss(None)
