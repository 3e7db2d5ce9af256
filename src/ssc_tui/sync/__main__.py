"""One run of the sync, as `ssc_tui.sync.apart` tells it on standard input; what there is to tell goes to standard output."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import traceback
from contextlib import suppress
from typing import IO

from ssc_tui.errors import SscError
from ssc_tui.sync.apart import say
from ssc_tui.sync.report import Report
from ssc_tui.sync.run import Sync

POLITE = 10
"""By how much the process stands back behind others; see nice(2)."""


def main() -> None:
    """Do the run."""
    # From the process that began this one.
    home, settings, wishes, patience = pickle.load(sys.stdin.buffer)  # noqa: S301
    if hasattr(os, "nice"):
        os.nice(POLITE)
    back = sys.stdout.buffer
    said: Report | Exception
    try:
        sync = Sync(home, settings, wishes, lambda progress: say(back, progress), patience)
        threading.Thread(target=_stop_at_the_end, args=(sys.stdin.buffer, sync), daemon=True).start()
        said = sync.run()
    except SscError as error:
        said = error
    except Exception:
        said = RuntimeError(traceback.format_exc())
    with suppress(OSError):
        say(back, said)
    # The thread that still reads would be waited for.
    os._exit(0)


def _stop_at_the_end(way: IO[bytes], sync: Sync) -> None:
    way.read()
    sync.stop()


if __name__ == "__main__":
    main()
