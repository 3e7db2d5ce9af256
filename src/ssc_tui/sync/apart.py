"""A run of the sync in a process of its own, so that nothing it does stands in the way of a key press.

`Apart` begins the process and hears it out; `main` is what the process does. What is to be done goes in as one pickle, progress and the
outcome come back as one each; the run is stopped by closing the way in, which the end of the app does too.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from ssc_tui.errors import SscError, Stopped
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.sync import http
from ssc_tui.sync.pull import Progress, Wishes
from ssc_tui.sync.run import Report, Sync

POLITE = 10
"""By how much the process stands back behind others; see nice(2)."""


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
        self._given = (home, settings._replace(keys={}), wishes, http.PATIENCE)
        self._tell = tell
        # What lies in the folder where the app was started is not to be imported, nor may anything be written onto the screen.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "ssc_tui.sync.apart"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """End the run after what is being kept right now; may be called from any thread."""
        with suppress(OSError, ValueError):
            _way_in(self._process).close()

    def run(self) -> Report:
        """Carry the differences; what went wrong on the way is in the report.

        Raises:
            UsageError, ReadOnly, CopyError: as `sync.run.Sync`.
            RuntimeError: a fault of the program, with its trace.
        """
        said: Progress | Report | Exception
        with self._process as process:
            try:
                with suppress(OSError, ValueError):
                    _say(_way_in(process), self._given)
                # From a process that this one began.
                while isinstance(said := pickle.load(process.stdout), Progress):  # type: ignore[arg-type]  # noqa: S301
                    self._tell(said)
            except (EOFError, pickle.UnpicklingError):
                words = _("The sync was ended from outside. What was received before is kept.")
                said = Report(Stopped.outcome, words, Stopped.exit_code)
        if isinstance(said, Exception):
            raise said
        return said


def _way_in(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101
    return process.stdin


def _say(way: IO[bytes], what: object) -> None:
    pickle.dump(what, way)
    way.flush()


def main() -> None:
    """Do one run, as it is told on standard input."""
    home, settings, wishes, patience = pickle.load(sys.stdin.buffer)  # noqa: S301
    if hasattr(os, "nice"):
        os.nice(POLITE)
    back = sys.stdout.buffer
    said: Report | Exception
    try:
        sync = Sync(home, settings, wishes, lambda progress: _say(back, progress), patience)
        threading.Thread(target=_stop_at_the_end, args=(sys.stdin.buffer, sync), daemon=True).start()
        said = sync.run()
    except SscError as error:
        said = error
    except Exception:
        said = RuntimeError(traceback.format_exc())
    with suppress(OSError):
        _say(back, said)
        back.close()
    # The thread that waits for the end of the input would be waited for.
    os._exit(0)


def _stop_at_the_end(way: IO[bytes], sync: Sync) -> None:
    way.read()
    sync.stop()


if __name__ == "__main__":
    main()
