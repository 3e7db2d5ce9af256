"""A section opened and scrolled to its end: longest gap of the event loop, and memory, against the shipped catalogue in the same run.

Each size is run in a process of its own, so that one's memory is not counted to the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measures import table
from ssc_tui.paths import Home, find_home
from ssc_tui.settings import Settings
from ssc_tui.store.copy import open_copy
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.widgets.record_list import RecordList

SEED = Path(__file__).parent / "made" / "seed"
TICK = 0.002
"""Seconds that the task which watches the loop sleeps; the gap is what it slept longer."""

STEPS = 60
"""Pages that are scrolled down by key before the jump to the end."""


def resident() -> float:
    """Memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


class Watch:
    """Notes the longest gap of the loop since it was last asked."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(TICK)
            now = time.perf_counter()
            self._longest = max(self._longest, now - last - TICK)
            last = now

    def take(self) -> float:
        """The longest gap since the last call, in ms."""
        longest, self._longest = self._longest, 0.0
        return longest * 1000


async def scroll(home: Home, section: str) -> dict[str, float]:
    """Open the section, page down, jump to the end and back; gaps in ms, memory in MB."""
    app = SscApp(home, open_copy(home), Settings())
    async with app.run_test(size=(120, 40)) as pilot:
        watch = Watch()
        await pilot.pause(1.5)
        gaps = {"sqlmodel imported behind the first list": watch.take()}
        await pilot.press({"projects": "2", "partners": "1"}[section])
        await pilot.pause(0.5)
        gaps["section opened"] = watch.take()
        for _step in range(STEPS):
            await pilot.press("pagedown")
        gaps[f"{STEPS} pages down"] = watch.take()
        await pilot.press("G")
        await pilot.pause(1.0)
        gaps["to the end"] = watch.take()
        await pilot.press("g")
        await pilot.pause(0.5)
        gaps["to the beginning"] = watch.take()
        await pilot.press("slash", *"health")
        await pilot.pause(1.0)
        gaps["search typed"] = watch.take()
        total = float(app.screen.query_one(RecordList).total)
        return {**gaps, "rows found": total, "memory": resident()}


def measure(home: Path, section: str) -> dict[str, float]:
    """The figures of one home, taken in a process of its own that does nothing else."""
    command = [sys.executable, "-m", "benchmarks.scroll", "--one", str(home), "--section", section]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Print the table; ends with 1 where a gap is over 50 ms, or the memory over 1.3 times that at the seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=1_000_000, help="records of the large catalogue")
    parser.add_argument("--section", choices=("partners", "projects"), default="projects")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(asyncio.run(scroll(find_home(options.one), options.section))))
        return 0
    # Making the catalogue needs much that scrolling does not, so it is imported by this process alone.
    from benchmarks.homes import kept_home

    large_home = kept_home(options.number).data
    seed, large = measure(SEED, options.section), measure(large_home, options.section)
    rows = [[name, f"{seed[name]:,.1f}", f"{large[name]:,.1f}", f"{large[name] / max(seed[name], 0.001):.2f}"] for name in seed]
    print(table([f"gaps in ms, memory in MB ({options.section})", "shipped", f"{options.number:,}", "ratio"], rows))
    gaps = [value for name, value in large.items() if name not in ("rows found", "memory")]
    return int(max(gaps) > 50 or large["memory"] > 1.3 * seed["memory"])


if __name__ == "__main__":
    sys.exit(main())
