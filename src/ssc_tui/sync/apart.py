"""A run of the sync in a process of its own, so that nothing it does stands in the way of a key press.

What is to be done goes in as one pickle, progress and the outcome come back as one each; the run is stopped by closing the way in, which
the end of the app does too. `ssc_tui.sync.__main__` is the other end, and the only one that knows networks.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO, cast

from ssc_tui.errors import Stopped
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.sync import pace
from ssc_tui.sync.report import Progress, Report, Wishes


class Apart:
    """A run in another process, which another thread can stop.

    Args:
        home: where the copy and the password are.
        settings: with the address of the remote catalogue.
        wishes: what the person wants beyond that.
        tell: told of progress after every page, on the thread that runs.
    """

    def __init__(self, home: Home, settings: Settings, wishes: Wishes, tell: Callable[[Progress], None]) -> None:
        # Keys are of no use to a sync, and cannot be pickled.
        self._given = (home, settings._replace(keys={}), wishes, pace.PATIENCE)
        self._tell = tell
        # What lies in the folder where the app was started is not to be imported, nor may anything be written onto the screen.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ssc_tui.sync"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        # Both are pipes, so both are there.
        self._way_in, self._way_back = cast("tuple[IO[bytes], IO[bytes]]", (self._process.stdin, self._process.stdout))

    def stop(self) -> None:
        """End the run after what is being kept right now; may be called from any thread."""
        with suppress(OSError, ValueError):
            self._way_in.close()

    def run(self) -> Report:
        """Carry the differences; what went wrong on the way is in the report.

        Raises:
            UsageError, ReadOnly, CopyError: as `sync.run.Sync`.
            RuntimeError: a fault of the program, with its trace.
        """
        said: Progress | Report | Exception
        with self._process:
            try:
                with suppress(OSError, ValueError):
                    say(self._way_in, self._given)
                # From a process that this one began.
                while isinstance(said := pickle.load(self._way_back), Progress):  # noqa: S301
                    self._tell(said)
            except (EOFError, pickle.UnpicklingError):
                words = _("The sync was ended from outside. What was received before is kept.")
                said = Report(Stopped.outcome, words, Stopped.exit_code)
        if isinstance(said, Exception):
            raise said
        return said


def say(way: IO[bytes], what: object) -> None:
    """Send an object to the other end."""
    pickle.dump(what, way)
    way.flush()
