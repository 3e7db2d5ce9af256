"""One run of the sync from beginning to end: the door for the screens and the commands."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from ssc_tui.errors import Busy, CopyError, ReadOnly, SyncError, Unwell, UsageError
from ssc_tui.i18n import _
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import journal
from ssc_tui.store.conflicts import open_conflicts
from ssc_tui.store.connection import connect_to_fill, is_damage, transaction, writable
from ssc_tui.store.shadow import Applied
from ssc_tui.store.standing import remember, standing
from ssc_tui.store.writing import mind_version
from ssc_tui.sync import pace
from ssc_tui.sync.address import parse_address
from ssc_tui.sync.carry import Carry
from ssc_tui.sync.credentials import find_password
from ssc_tui.sync.http import Link, Transport
from ssc_tui.sync.kinto import Kinto
from ssc_tui.sync.pace import PATIENCE, Patience
from ssc_tui.sync.pull import Clock, Pull
from ssc_tui.sync.report import Progress, Report, Wishes

OK = "ok"
BUSY = "busy"

CONFLICTS = 6
"""What a command ends with where all was done, and a person has to decide something."""

SWEPT = 100_000
"""New objects after which Python looks for cycles among them; 700 is its own measure."""

ODD_CLOCK = 300.0
"""Seconds between the server's clock and ours from which the person is told."""


class Sync:
    """A run, which another thread can stop.

    Args:
        home: where the copy and the password are.
        settings: with the address of the remote catalogue.
        wishes: what the person wants beyond that.
        tell: told of progress after every page.
        patience: how long to wait on the line; as long as usual where None.
        transport: what carries requests; the network where None.

    Raises:
        UsageError: no catalogue is set, or its address is none.
    """

    def __init__(
        self,
        home: Home,
        settings: Settings,
        wishes: Wishes = Wishes(),  # noqa: B008
        tell: Callable[[Progress], None] = lambda _progress: None,
        patience: Patience | None = None,
        transport: Transport | None = None,
    ) -> None:
        if not settings.remote:
            raise UsageError(_("No remote catalogue is set. Set one with `ssc-tui remote URL`, or in the settings."))
        self._address = parse_address(settings.remote)
        self._home = home
        self._settings = settings
        self._wishes = wishes
        self._tell = tell
        self._patience = patience or PATIENCE
        self._transport = transport
        self._link: Link | None = None
        self._stopped = False

    def stop(self) -> None:
        """End the run after what is being kept right now; may be called from any thread."""
        self._stopped = True
        if self._link is not None:
            self._link.stop()

    def run(self) -> Report:
        """Carry the differences; what went wrong on the way is in the report.

        Raises:
            ReadOnly, CopyError: nothing can be kept in the copy, for one since a newer program wrote it, or a part of it is damaged.
        """
        path = self._home.database
        if not writable(path):
            raise ReadOnly(_("{path} is read-only, so nothing can be received.").format(path=path))
        try:
            with FileLock(self._home.sync_lock, timeout=0, mode=0o600), closing(connect_to_fill(path)) as copy, seldom_swept():
                mind_version(copy.execute("PRAGMA user_version").fetchone()[0])
                return self._run(copy)
        except Timeout:
            return Report(BUSY, _("Another ssc-tui is syncing this copy right now."), Busy.exit_code)
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                raise CopyError(
                    _("A part of the local copy is damaged ({reason}). `ssc-tui doctor --repair` keeps what is readable.").format(
                        reason=error
                    )
                ) from error
            if not isinstance(error, sqlite3.OperationalError):
                raise
            raise CopyError(
                _("The local copy could not be written: {reason}. What was received before is kept; sync again.").format(reason=error)
            ) from error

    def _run(self, copy: sqlite3.Connection) -> Report:
        known = standing(copy)
        if known.url != str(self._address):
            # The same catalogue may have moved; whether it is the same, its own words will tell.
            with transaction(copy):
                remember(copy, url=str(self._address), not_before=0.0, hello_at=0.0, rate=None, date=None, clock_offset=None, alert=None)
        started, tick = datetime.now(UTC), time.monotonic()
        number = journal.begin_run(copy, started.isoformat(timespec="milliseconds"))
        carry: Carry | None = None
        try:
            self._mind_wait(known.not_before if known.url == str(self._address) else 0.0)
            user = self._settings.user
            password = find_password(self._home, self._address, user) if user else None
            self._link = link = Link(
                self._address, (user, password) if password is not None else None, self._patience, self._transport, standing(copy).date
            )
            if self._stopped:
                link.stop()
            wishes = self._wishes._replace(
                signed_in=password is not None,
                user=user,
                budget=pace.METERED_BYTES if self._settings.metered and self._wishes.budget is None else self._wishes.budget,
            )
            clock = Clock(lambda: datetime.now(UTC), time.monotonic)
            remote = Kinto(link, known.batch_max)
            carry = Carry(
                copy,
                remote,
                wishes,
                lambda these, private: Pull(copy, remote, these, number, self._tell, clock, private),
                lambda: link.date or time.time(),
                str(self._address),
            )
            report, wait = Report(OK, carry.run()), 0.0
        except SyncError as error:
            report = Report(error.outcome, str(error), error.exit_code, wish=error.wish)
            wait = error.wait or 0.0 if isinstance(error, Unwell) else 0.0
        finally:
            if self._link is not None:
                # Where the run broke off, what was asked ahead is not waited for.
                self._link.stop()
            if carry is not None:
                carry.close()
            if self._link is not None:
                self._link.close()
        return self._close(copy, number, started, time.monotonic() - tick, carry, report, wait)

    def _mind_wait(self, not_before: float) -> None:
        wait = not_before - time.time()
        # A moment further away than any server may ask for comes from a clock that was set back.
        if 1 < wait <= 86_400:
            until = datetime.fromtimestamp(not_before).astimezone().strftime("%H:%M")
            raise Unwell(_("{host} asked to be left alone until {until}.").format(host=self._address.host, until=until), wait=wait)

    def _close(
        self, copy: sqlite3.Connection, number: int, started: datetime, seconds: float, carry: Carry | None, report: Report, wait: float
    ) -> Report:
        """Keep how the run went, and what its answers said of the server."""
        link, now = self._link, datetime.now(UTC)
        facts: dict[str, object] = {}
        if link is not None:
            facts |= {"clock_offset": link.clock_offset, "date": link.date, "alert": link.alert}
            wait = max(wait, link.backoff)
            report = report._replace(requests=link.traffic.requests, bytes_up=link.traffic.up, bytes_down=link.traffic.down)
        if wait:
            facts["not_before"] = time.time() + wait
        if carry is not None and carry.rate is not None:
            facts["rate"] = carry.rate
        if report.outcome == OK:
            facts["synced_at"] = now.isoformat(timespec="seconds")
        report = report._replace(
            seconds=seconds,
            applied=carry.applied if carry else Applied(),
            sent=carry.sent if carry else 0,
            own=carry.own.moved if carry and carry.own else 0,
            suggested=carry.suggested if carry else 0,
            heard=carry.heard if carry else 0,
            conflicts=(disputed := open_conflicts(copy)),
            exit_code=report.exit_code or (CONFLICTS if disputed else 0),
            quarantined=len(journal.quarantine(copy)),
        )
        with transaction(copy):
            remember(copy, **facts)
        journal.end_run(
            copy,
            journal.Run(
                number,
                started.isoformat(timespec="milliseconds"),
                round(seconds, 3),
                report.outcome,
                report.words,
                report.requests,
                report.bytes_up,
                report.bytes_down,
                *report.applied,
                report.sent,
            ),
        )
        return report


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Let Python look for cycles ever so seldom: a page is a hundred thousand objects without one, and looking is a tenth of all work."""
    before = gc.get_threshold()
    gc.set_threshold(SWEPT, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
