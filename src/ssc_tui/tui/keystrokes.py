"""Keys act one after the other, however fast they come: each finds the focus, the text and the list that the one before it led to.

Textual hands a key to the focused widget and takes the next one before that widget, and whoever hears of it, has acted on it. Typed fast or
sent over a slow line, the `q` of `/quito` would be obeyed as a command of the list, and the `j` after Esc typed into the search.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events

    from ssc_tui.tui.app import SscApp

PATIENCE = 0.25
"""Seconds for which a key waits for what the one before it led to; whatever takes longer is acted on as it is."""

START = 5.0
"""Seconds for which the first key waits for the first screen."""

LOOK = 0.002
"""Seconds between two looks at whether it is there."""


@runtime_checkable
class Awaiting(Protocol):
    """A screen that reads what its keys lead to, and so has them wait for it."""

    def awaits(self, action: str) -> bool:
        """Whether the action, as a binding names it, would act on something that an earlier key is about to replace."""


class Keystrokes:
    """Takes the keys of the app."""

    def __init__(self, app: SscApp) -> None:
        self._app = app
        self._heard: asyncio.Event | None = None
        self._patient = True

    async def act(self, event: events.Key) -> bool:
        """Do what the key is bound to; False where it is typed into a text or not bound, so that Textual hands it on."""
        await self.hear_out()
        if self._is_typed(event) or event.key not in self._app.screen.active_bindings:
            return False
        await self._wait_for(self._app.screen.active_bindings[event.key].binding.action)
        # What was waited for may have moved the focus.
        active = self._app.screen.active_bindings.get(event.key)
        if active is None or not active.enabled or self._is_typed(event):
            return False
        focused = self._app.focused
        acted = await self._app.run_action(active.binding.action, default_namespace=active.node)
        if acted:
            self.follow(focused)
        return acted

    def _is_typed(self, event: events.Key) -> bool:
        return self._app.focused is not None and self._app.focused.check_consume_key(event.key, event.character)

    async def hear_out(self) -> None:
        """Wait until what was done last has been heard by all whom it concerns."""
        patience = PATIENCE if self._heard else START
        heard = self._heard or self.follow(None)
        if not heard.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), patience)
            heard.set()

    def follow(self, first: Widget | None) -> asyncio.Event:
        """Have the next key wait until the widget, all above it and the screen then shown have handled what was sent to them.

        Returns what is set then.
        """
        self._heard = heard = asyncio.Event()
        line = [each for each in first.ancestors_with_self if isinstance(each, Widget)] if first is not None else []
        # Each is passed twice: what it says about a key, it says behind the first passing.
        stops = [each for each in (*line, self._app.screen) for _time in range(2)]

        def pass_on() -> None:
            while stops:
                # One that is being closed hears nothing any more.
                if stops.pop(0).call_later(pass_on):
                    return
            heard.set()

        pass_on()
        return heard

    async def _wait_for(self, action: str) -> None:
        """Wait for what the screen is about to show; a second time only when it has come."""
        screen = self._app.screen
        if not isinstance(screen, Awaiting):
            return
        end = monotonic() + PATIENCE * self._patient
        while (underway := screen.awaits(action)) and monotonic() < end:
            await asyncio.sleep(LOOK)
        self._patient = not underway
