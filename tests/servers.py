"""Real servers for tests: a Kinto in memory and one on a PostgreSQL, each started once for a session, on a free port.

Tests do not disturb each other when each works in a bucket of its own: `live.new_bucket(…)`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ssc_tui.host import bucket as buckets
from ssc_tui.host.asking import Answer, Request, Send, accepted
from ssc_tui.host.ini import ADMIN
from ssc_tui.host.loopback import sending
from ssc_tui.host.private import server_folder
from ssc_tui.host.publish import plan, write
from ssc_tui.host.server import Wanted, running
from ssc_tui.paths import Home

_NUMBERS = itertools.count(1)


class Live(NamedTuple):
    """A server that answers.

    Attributes:
        url: its address with the version, such as `http://127.0.0.1:8888/v1`.
        user: the account that may do everything.
        send: carries requests in that account's name.
        folder: where its files lie: `folder / "kinto.log"` tells what went wrong.
    """

    url: str
    user: str
    password: str
    send: Send
    folder: Path

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None, *, user: str = ""
    ) -> Answer:
        """What the server answers to the administrator, or to a user of `new_user`; path from behind the version."""
        request = Request(method, path, body, headers or {})
        if not user:
            return self.send(request)
        with sending(self.url, user, f"password of {user}") as send:
            return send(request)

    def new_bucket(
        self, documents: Mapping[str, Iterable[Mapping[str, Any]]] | None = None, *, dataset: str = "test", readers: str = buckets.OPEN
    ) -> str:
        """A bucket that no other test knows, prepared as `serve` does it, with the documents of each kind in it; returns its id."""
        bucket = f"test-{next(_NUMBERS)}"
        buckets.prepare(self.send, bucket, readers)
        done = write(self.send, plan(self.send, bucket, documents or {}).writes)
        assert not done.refused, done.refused
        buckets.introduce(self.send, bucket, dataset)
        return bucket

    def new_user(self, *editor_of: str) -> str:
        """An account that no other test knows, an editor of these buckets; returns its name. Its password is `password of <name>`."""
        user = f"user{next(_NUMBERS)}"
        accepted(self.ask("PUT", f"/accounts/{user}", {"data": {"password": f"password of {user}"}}))
        for bucket in editor_of:
            group = f"/buckets/{bucket}/groups/{buckets.EDITORS}"
            members = accepted(self.ask("GET", group)).data["members"]
            accepted(self.ask("PATCH", group, {"data": {"members": [*members, f"account:{user}"]}}))
        return user


@contextmanager
def live(folder: Path, *, memory: bool) -> Iterator[Live]:
    """A server of its own, with its files in the folder; for tests that stop it, flush it or look at what it leaves."""
    place = server_folder(Home(folder, folder, folder))
    with running(place, Wanted(port=0, memory=memory)) as server:
        assert server.password
        with sending(server.url, ADMIN, server.password) as send:
            yield Live(server.url, ADMIN, server.password, send, place.path)


@pytest.fixture(scope="session")
def kinto_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A Kinto that keeps everything in memory; slow above ten thousand records."""
    with live(tmp_path_factory.mktemp("kinto-memory"), memory=True) as server:
        yield server


@pytest.fixture(scope="session")
def kinto_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A Kinto on a PostgreSQL of its own."""
    with live(tmp_path_factory.mktemp("kinto-postgres"), memory=False) as server:
        yield server
