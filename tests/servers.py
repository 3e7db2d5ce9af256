"""Real servers for tests: a Kinto in memory and one on a PostgreSQL, each started once for a session, on a free port.

Tests do not disturb each other when each works in a bucket of its own: `live.new_bucket(…)`.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from ssc_tui.host import bucket as buckets
from ssc_tui.host.asking import accepted
from ssc_tui.host.ini import ADMIN
from ssc_tui.host.private import server_folder
from ssc_tui.host.publish import plan, write
from ssc_tui.host.server import Wanted, running
from ssc_tui.paths import Home
from ssc_tui.sync.address import Address
from ssc_tui.sync.http import Answer, Link

SECONDS = 60
_NUMBERS = itertools.count(1)


class Wire(NamedTuple):
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


def over_the_wire(url: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Wire:
    """Ask a server with nothing of ours between; the path stands behind the version, the body is sent as JSON unless it is bytes."""
    place = urlsplit(url)
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)) as connection:
        connection.request(method, place.path + path, content, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return Wire(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


class Live(NamedTuple):
    """A server that answers.

    Attributes:
        url: its address with the version, such as `http://127.0.0.1:8888/v1`.
        user: the account that may do everything.
        folder: where its files lie: `folder / "kinto.log"` tells what went wrong.
    """

    url: str
    user: str
    password: str
    folder: Path

    @contextmanager
    def link(self, bucket: str = buckets.BUCKET) -> Iterator[Link]:
        """A connection to a catalogue on it, as the administrator."""
        with closing(Link(Address(self.url, bucket), (self.user, self.password))) as link:
            yield link

    def about(self, bucket: str) -> dict[str, Any]:
        """What a catalogue says of itself; empty where there is none."""
        with self.link(bucket) as link:
            return buckets.describe(link) or {}

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, user: str | None = None) -> Answer:
        """What the server answers to the administrator, or to a user of `new_user` ("" for nobody); path from behind the version."""
        name, password = (self.user, self.password) if user is None else (user, f"password of {user}")
        signed = {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()} if name else {}
        wire = over_the_wire(self.url, method, path, body, {**signed, **(headers or {})})
        return Answer(wire.status, wire.headers, wire.json() if wire.content else None)

    def new_bucket(
        self, documents: Mapping[str, Iterable[Mapping[str, Any]]] | None = None, *, dataset: str = "test", readers: str = buckets.OPEN
    ) -> str:
        """A bucket that no other test knows, prepared as `serve` does it, with the documents of each kind in it; returns its id."""
        bucket = f"test-{next(_NUMBERS)}"
        with self.link(bucket) as link:
            buckets.prepare(link, readers)
            done = write(link, plan(link, documents or {}).writes)
            assert not done.refused, done.refused
            buckets.introduce(link, dataset)
        return bucket

    def new_user(self, *editor_of: str) -> str:
        """An account that no other test knows, an editor of these buckets; returns its name. Its password is `password of <name>`."""
        user = f"user{next(_NUMBERS)}"
        accepted(self.ask("PUT", f"/accounts/{user}", {"data": {"password": f"password of {user}"}}))
        for bucket in editor_of:
            group = f"/buckets/{bucket}/groups/{buckets.EDITORS}"
            members = accepted(self.ask("GET", group)).body["data"]["members"]
            accepted(self.ask("PATCH", group, {"data": {"members": [*members, f"account:{user}"]}}))
        return user


@contextmanager
def live(folder: Path, *, memory: bool) -> Iterator[Live]:
    """A server of its own, with its files in the folder; for tests that stop it, flush it or look at what it leaves."""
    place = server_folder(Home(folder, folder, folder))
    with running(place, Wanted(port=0, memory=memory)) as server:
        assert server.password
        yield Live(server.url, ADMIN, server.password, place.path)


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
