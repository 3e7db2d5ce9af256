"""The app while a first sync runs in it: how long its searches take and its event loop stands still, against the same app at rest.

The sync's process is held again and again, so that both are measured on the same copy, next to each other in time.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from statistics import median
from typing import NamedTuple

from benchmarks.measures import percentile
from benchmarks.scroll import Watch
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store.copy import open_copy
from ssc_tui.sync import apart, run
from ssc_tui.sync.report import Progress, Wishes
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


class Held(apart.Apart):
    """A run whose process can be held and let go."""

    def hold(self) -> None:
        """Hold it wherever it is; a transaction that it has begun is in no reader's way."""
        self._process.send_signal(signal.SIGSTOP)

    def release(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)


async def measure(home: Home, url: str) -> Beside:
    """Open the app on a copy that was never synced, and search while it syncs."""
    runs: list[Held] = []

    def begin(home: Home, settings: Settings, wishes: Wishes, tell: Callable[[Progress], None]) -> Held:
        runs.append(Held(home, settings, wishes, tell))
        return runs[-1]

    # The app looks the name up when it begins a run.
    original, apart.Apart = apart.Apart, begin  # type: ignore[assignment, misc]
    began = time.perf_counter()
    measured = Beside([], [], [], [], 0, 0.0)
    app = SscApp(home, open_copy(home), Settings(remote=url))
    done = 0
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            watch, asked = Watch(), cycle(ASKED)
            await pilot.pause(1.0)
            while not (app.syncing.state.progress and app.syncing.state.progress.done >= FEWEST):
                await asyncio.sleep(0.05)
            while app.syncing.state.running:
                done = app.syncing.state.progress.done
                await _turn(app, RUNNING, measured.running, measured.gaps_running, watch, asked)
                if app.syncing.state.running:
                    runs[-1].hold()
                    await asyncio.sleep(0.2)
                    await _turn(app, RESTING, measured.resting, measured.gaps_resting, watch, asked)
                    runs[-1].release()
            report = app.syncing.state.report
            if report is None or report.outcome != run.OK:
                raise RuntimeError(f"the sync ended with {report}")
    finally:
        apart.Apart = original  # type: ignore[misc]
    return measured._replace(records=done, seconds=time.perf_counter() - began)


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
