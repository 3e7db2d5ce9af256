"""A copy that syncs with a server inside the test, and what can be asked of it afterwards."""

from __future__ import annotations

import copy
import datetime
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Self
from unittest import mock

import httpx
from tests.faults.fake_kinto import FakeKinto
from tests.faults.wire import Handler, streamed

from ssc_tui.catalogue.kinds import COLLECTIONS, KINDS, SUGGESTIONS
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import reader
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.copy import open_copy
from ssc_tui.store.doctor import examine
from ssc_tui.store.journal import Change, Quarantined, changes, quarantine
from ssc_tui.store.loader import make_copy
from ssc_tui.store.standing import reached, remember, save_reached
from ssc_tui.sync import run
from ssc_tui.sync.address import parse_address
from ssc_tui.sync.pace import Patience
from ssc_tui.sync.report import Report, Wishes
from ssc_tui.text import clean_all

DATASET = "made up"
SERVER = "http://127.0.0.1:8888/v1"
HASTE = Patience(connect=2.0, read=1.0, answer=5.0, first=0.0, most=0.5, attempts=2)
"""As long as a test may wait; a server that asks for more ends the run."""

TOLD = ("date", "clock_offset", "not_before", "url", "alert", "rate", "hello_at", "synced_at")
"""What a run remembers of the server and the link, whatever came of it."""

Documents = dict[str, dict[str, dict[str, Any]]]


def _hasty(connect: Callable[[Path], Connection]) -> Callable[[Path], Connection]:
    """Connections that do not wait for the disk, which takes most of the time and matters at a power cut alone."""

    def connected(path: Path) -> Connection:
        opened = connect(path)
        opened.execute("PRAGMA synchronous = OFF")
        return opened

    return connected


class Replica:
    """A home of its own; `server` is where it syncs, unless it is told otherwise."""

    def __init__(self, folder: Path, server: Handler, documents: Mapping[str, Any] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.home = Home(folder, folder, folder)
        self.server = server
        self.told: list[Report] = []
        self.signed_in: tuple[str, str] | None = None
        rows = [(kind, document) for kind, each in (documents or {}).items() for document in each]
        make_copy(self.home.database, rows, {"dataset": DATASET, "format": "1", "origin": "remote"})
        open_copy(self.home).connection.close()

    def clone(self, folder: Path) -> Self:
        """Another replica in the same state."""
        other = copy.copy(self)
        shutil.copytree(self.home.data, folder)
        other.home, other.told = Home(folder, folder, folder), []
        if self.signed_in:
            other.sign_in(*self.signed_in)
        return other

    def sync(self, handler: Handler | None = None, *, url: str = "", user: str = "", **wishes: Any) -> Report:
        """One run: with a handler, or over the network with a URL."""
        transport = None if url else httpx.MockTransport(streamed(handler or self.server))
        settings = Settings(remote=url or SERVER, user=user or (self.signed_in[0] if self.signed_in else ""))
        inner = vars(run)["connect_to_fill"]
        with mock.patch.object(run, "connect_to_fill", _hasty(inner)):
            self._running = run.Sync(self.home, settings, Wishes(**wishes), patience=HASTE, transport=transport)
            report = self._running.run()
        self.told.append(report)
        return report

    def stop(self) -> None:
        """Stop the run that is going on."""
        self._running.stop()

    def sign_in(self, user: str, password: str) -> None:
        """Let every run know who asks; the password lies in a file of the home."""
        self.signed_in = user, password
        name = f"{user} at {parse_address(SERVER)} ({self.home.config})"
        self.home.secrets.write_text(json.dumps({name: password}))

    def held(self) -> Documents:
        """The documents that are shown, by kind and id."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            found: Documents = {kind: {} for kind in KINDS}
            for kind, record_id, document in opened.execute(
                "SELECT kind, id, document FROM record WHERE NOT deleted AND kind != ?", (SUGGESTIONS,)
            ):
                found[kind][record_id] = json.loads(document)
        return found

    def document(self, kind: str, record_id: str) -> dict[str, Any]:
        """A document as it is shown."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            found = reader.document(opened, kind, record_id)
        return {name: value for name, value in found.items() if name != "last_modified"}

    def dump(self) -> str:
        """Everything in the copy but the log of runs and what was learned of the link."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            lines = [line for line in opened.iterdump() if not line.startswith('INSERT INTO "run"')]
        return "\n".join(line for line in lines if not line.startswith(tuple(f"INSERT INTO \"remote\" VALUES('{name}'" for name in TOLD)))

    def log(self) -> list[Change]:
        """The change log, newest first."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            return changes(opened)

    def quarantined(self) -> list[Quarantined]:
        """What could not be taken."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            return quarantine(opened)

    def cursors(self) -> dict[str, int]:
        """How far each collection was read."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            return dict(opened.execute("SELECT kind, cursor FROM collection"))

    def remember(self, **facts: Any) -> None:
        """Let the copy remember other things of its server."""
        with closing(_hasty(connect)(self.home.database)) as opened, transaction(opened):
            remember(opened, **facts)

    def count_soon(self) -> None:
        """Let the numbers of records be compared at the next run, as they are after a day or a week."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            opened.execute("UPDATE collection SET counted_at = NULL")

    def count_late(self) -> None:
        """Let the numbers of records not be compared now, so that nothing is mended that should not have broken."""
        now = datetime.datetime.now(datetime.UTC).isoformat()
        with closing(_hasty(connect)(self.home.database)) as opened, transaction(opened):
            for kind in COLLECTIONS:
                save_reached(opened, reached(opened, kind)._replace(counted_at=now))

    def unsound(self) -> list[str]:
        """What the doctor finds wrong, and what the file says of itself; whether documents make sense is the server's affair."""
        with closing(_hasty(connect)(self.home.database)) as opened:
            whole = opened.execute("PRAGMA integrity_check").fetchone()[0]
            return [f"{found.name}: {found.words}" for found in examine(opened) if not found.ok and found.name != "documents"] + [whole] * (
                whole != "ok"
            )


def live(server: FakeKinto) -> Documents:
    """What a replica of this server should hold."""
    every: Documents = {kind: {} for kind in KINDS}
    for kind in KINDS:
        for record_id, row in server.live(kind).items():
            every[kind][record_id] = clean_all({name: value for name, value in row.items() if name not in ("last_modified", "schema")})
    return every
