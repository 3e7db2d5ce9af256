"""Keeps the copy in step with the remote catalogue while the app is open: by itself, at a measured pace, and when asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.sync import apart, pace
from ssc_tui.sync.report import Progress, Report, Wishes

KNOCK_SECONDS = 5.0
"""For a bare connection to the server, to see whether there is a way to it."""

FOUND_IN_VAIN = 2
"""How often a way that was found may lead to nobody, before only time counts."""


class State(NamedTuple):
    """How the sync stands.

    Attributes:
        running: whether a run goes on.
        progress: where it is; None before its first answer.
        report: how the last run went; None before the first one.
        failed: what kept the last run from being made at all.
    """

    running: bool = False
    progress: Progress | None = None
    report: Report | None = None
    failed: Exception | None = None


class Audience(Protocol):
    """Who is told."""

    def sync_moved(self) -> None:
        """Something of the state is another."""

    def sync_ended(self, report: Report, *, asked: bool) -> None:
        """A run ended, which the person had asked for or not."""

    def sync_failed(self, error: Exception, *, asked: bool) -> None:
        """A run could not be made."""


class Syncing:
    """The runs of one app; everything but the runs themselves happens on the event loop.

    Args:
        home: with the copy.
        settings: gives the settings as they are now.
        synced_at: gives when the copy was last synced (ISO 8601, UTC), None where never.
        audience: who is told.

    Attributes:
        state: how it stands.
    """

    def __init__(self, home: Home, settings: Callable[[], Settings], synced_at: Callable[[], str | None], audience: Audience) -> None:
        self.state = State()
        self._home = home
        self._settings = settings
        self._synced_at = synced_at
        self._audience = audience
        self._run: apart.Apart | None = None
        self._woken = asyncio.Event()
        self._asked: Wishes | None = None
        self._closed = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def possible(self) -> bool:
        """Whether a catalogue is set, and connections may be made."""
        settings = self._settings()
        return bool(settings.remote) and not settings.offline

    def ask(self, wishes: Wishes | None = None) -> None:
        """Sync now."""
        self._asked = wishes or Wishes()
        self._woken.set()

    def look_again(self) -> None:
        """The settings are others: do what follows from them."""
        if self._run is not None and not self.possible:
            self._run.stop()
        self._woken.set()

    def stop(self) -> None:
        """End the run that goes on; what was received is kept."""
        if self._run is not None:
            self._run.stop()

    def close(self) -> None:
        """End for good; a run that goes on is stopped."""
        self._closed = True
        self.stop()
        if self._keeping is not None:
            self._keeping.cancel()

    def begin(self) -> None:
        """Sync from now on, as long as the app is open."""
        self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        failures = vain = 0
        wait = self._first_wait(pace.STALE_HOURS, pace.until_next(0))
        while not self._closed:
            asked = await self._due(wait)
            if not self.possible:
                wait = pace.until_next(0)
                continue
            report = await self._once(asked)
            failures = 0 if report is not None and report.outcome in ("ok", "stopped", "busy") else failures + 1
            wait = pace.until_next(failures)
            if report is None or report.outcome != "offline":
                vain = 0
            elif vain < FOUND_IN_VAIN:
                wait, found = await self._until_way(wait)
                vain += found

    def _first_wait(self, hours: int, otherwise: float) -> float:
        synced_at = self._synced_at()
        fresh = synced_at and datetime.now(UTC) - datetime.fromisoformat(synced_at) < timedelta(hours=hours)
        return otherwise if fresh else 0.0

    async def _due(self, wait: float) -> Wishes | None:
        """Wait until a run is due, or asked for; what the person wants of it in that case."""
        if self._asked is None and not self._woken.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
        self._woken.clear()
        asked, self._asked = self._asked, None
        return asked

    async def _until_way(self, most: float) -> tuple[float, bool]:
        """Look, ever more rarely, whether there is a way to the server; the seconds that are left to wait, and whether there is one."""
        number, left = 0, most
        while left > 0 and not self._woken.is_set():
            pause = min(pace.until_knock(number), left)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)
            left -= pause
            number += 1
            if self.possible and await self._knock():
                return 0.0, True
        return max(left, 0.0), False

    async def _knock(self) -> bool:
        parts = urlsplit(self._settings().remote)
        try:
            opening = asyncio.open_connection(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
            _reader, writer = await asyncio.wait_for(opening, KNOCK_SECONDS)
        except (OSError, ValueError):
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    async def _once(self, asked: Wishes | None) -> Report | None:
        """One run in a process of its own, which does not keep the app from ending."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Report] = loop.create_future()
        settings = self._settings()

        def tell(progress: Progress) -> None:
            loop.call_soon_threadsafe(self._moved, progress)

        def work() -> None:
            try:
                self._run = apart.Apart(self._home, settings, asked or Wishes(), tell)
                if self._closed:
                    self._run.stop()
                report = self._run.run()
            except Exception as error:
                answer = partial(done.set_exception, error)
            else:
                answer = partial(done.set_result, report)
            # The loop is closed where the app has ended meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(answer)

        self.state = State(True, None, self.state.report)
        self._audience.sync_moved()
        threading.Thread(target=work, name="sync", daemon=True).start()
        try:
            report = await done
        except Exception as error:
            self.state = State(False, None, self.state.report, error)
            self._audience.sync_failed(error, asked=asked is not None)
            return None
        finally:
            self._run = None
        self.state = State(False, None, report)
        self._audience.sync_ended(report, asked=asked is not None)
        return report

    def _moved(self, progress: Progress) -> None:
        if self.state.running:
            self.state = self.state._replace(progress=progress)
            self._audience.sync_moved()
