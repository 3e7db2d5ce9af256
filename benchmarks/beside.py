"""The app while a first sync runs in it: how long its searches take and its event loop stands still, against the same app at rest.

The sync is held after a page, again and again, so that both are measured on the same copy, next to each other in time.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import median
from typing import Any, NamedTuple

from benchmarks.measures import percentile
from benchmarks.scroll import Watch
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store.copy import open_copy
from ssc_tui.sync import run
from ssc_tui.sync.pull import Progress
from ssc_tui.tui import questions
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.reading import interrupted
from ssc_tui.tui.visits import Visit

RUNNING, RESTING = 4.0, 2.0
"""Seconds for which the sync runs and is held in turn."""

BETWEEN = 0.1
"""Seconds between two questions: somebody types."""

FEWEST = 3000
"""Records from which on it is measured: before that there is little to find."""

ASKED = (
    "health",
    "univ",
    "s",
    "minist",
    "water kenya",
    "area:health",
    "district hosp",
    "ka",
    "country:KE",
    "solar brings:solar",
    "nurse",
    "m",
)


class Beside(NamedTuple):
    """What was measured while the sync ran and while it was held: milliseconds of searches, and gaps of the loop by turn."""

    running: list[float]
    resting: list[float]
    gaps_running: list[float]
    gaps_resting: list[float]
    records: int
    seconds: float

    def figures(self) -> dict[str, float]:
        """The numbers of the table, in ms."""
        return {
            "p95 running": percentile(self.running, 0.95),
            "p95 resting": percentile(self.resting, 0.95),
            "median running": median(self.running),
            "median resting": median(self.resting),
            "gap running": max(self.gaps_running),
            "gap resting": max(self.gaps_resting),
            "gap running, p95 of turns": percentile(self.gaps_running, 0.95),
            "searches": len(self.running),
            "records": self.records,
            "seconds": self.seconds,
        }


class Gate:
    """Holds the thread of the sync after a page."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._held = threading.Event()
        self.done = 0

    def pass_through(self, progress: Progress) -> None:
        """Called on the thread of the sync."""
        self.done = progress.done
        if not self._open.is_set():
            self._held.set()
            self._open.wait()

    def hold(self) -> None:
        """Hold the sync at its next page."""
        self._held.clear()
        self._open.clear()

    @property
    def held(self) -> bool:
        """Whether it is held now."""
        return self._held.is_set()

    def release(self) -> None:
        """Let it go on."""
        self._open.set()


async def measure(home: Home, url: str) -> Beside:
    """Open the app on a copy that was never synced, and search while it syncs."""
    gate = Gate()

    class Held(run.Sync):
        """A run that passes through the gate after every page."""

        def __init__(self, home: Home, settings: Settings, wishes: Any, tell: Callable[[Progress], None]) -> None:
            def both(progress: Progress) -> None:
                tell(progress)
                gate.pass_through(progress)

            super().__init__(home, settings, wishes, both)

    # The app looks the name up when it begins a run.
    original, run.Sync = run.Sync, Held  # type: ignore[assignment, misc]
    began = time.perf_counter()
    measured = Beside([], [], [], [], 0, 0.0)
    app = SscApp(home, open_copy(home), Settings(remote=url))
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            watch, asked = Watch(), cycle(ASKED)
            await pilot.pause(1.0)
            while not app.syncing.state.running or gate.done < FEWEST:
                await asyncio.sleep(0.05)
            while app.syncing.state.running:
                await _turn(app, RUNNING, measured.running, measured.gaps_running, watch, asked)
                gate.hold()
                while app.syncing.state.running and not gate.held:
                    await asyncio.sleep(0.01)
                if app.syncing.state.running:
                    await asyncio.sleep(0.2)
                    await _turn(app, RESTING, measured.resting, measured.gaps_resting, watch, asked)
                gate.release()
            report = app.syncing.state.report
            if report is None or report.outcome != run.OK:
                raise RuntimeError(f"the sync ended with {report}")
    finally:
        gate.release()
        run.Sync = original  # type: ignore[misc]
    return measured._replace(records=gate.done, seconds=time.perf_counter() - began)


async def _turn(app: SscApp, seconds: float, taken: list[float], gaps: list[float], watch: Watch, asked: Iterator[str]) -> None:
    """Search as long as the turn lasts and the sync runs."""
    watch.take()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and app.syncing.state.running:
        began = time.perf_counter()
        await _search(app, next(asked))
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(BETWEEN)
    gaps.append(watch.take())


async def _search(app: SscApp, asked: str) -> None:
    """What the screen does for what was typed. Where the list is refreshed at this moment, it is asked again, as the screen does."""
    while True:
        try:
            await app.searching.ask(questions.look_up, Visit(None, asked))
        except sqlite3.OperationalError as error:
            if not interrupted(error):
                raise
        else:
            return
