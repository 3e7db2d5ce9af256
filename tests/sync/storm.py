"""Writers that change a catalogue at the same time, each over its own connection, as fast as the server lets them."""

from __future__ import annotations

import base64
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.sync.conftest import Catalogue

from ssc_tui.host.bucket import records

WRITERS = 4
IDS = 120
"""Records that the writers fight over, of each kind."""

BATCH = 8
WRITTEN = ("partners", "projects")
SECONDS = 60

Send = Callable[[str, str, Any], tuple[int, Any]]
"""Carries a request; returns the status and the body of the answer."""


class Storm:
    """What the writers did: how many writes of each sort, and the statuses of the answers."""

    def __init__(self) -> None:
        self.writes: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self._lock = threading.Lock()

    def note(self, sort: str, statuses: list[int]) -> None:
        with self._lock:
            self.writes[sort] += len(statuses)
            self.statuses.update(statuses)


def _write(catalogue: Catalogue, dice: random.Random, writer: int) -> tuple[str, str, dict[str, Any]]:
    """One write to one of the records, or to one that nobody wrote before."""
    kind = dice.choice(WRITTEN)
    record_id = f"r{dice.randrange(IDS):03}" if dice.random() < 0.9 else f"w{writer}-{dice.getrandbits(48):x}"
    path = f"{records(catalogue.bucket, kind)}/{record_id}"
    if dice.random() < 0.3:
        return "DELETE", path, {}
    title = f"{dice.getrandbits(40):x} by {writer}"
    return "PUT", path, {"data": {"name" if kind == "partners" else "title": title, "description": "words " * dice.randrange(60)}}


@contextmanager
def _connected(catalogue: Catalogue) -> Iterator[Send]:
    live = catalogue.live
    place = urlsplit(live.url)
    signed = "Basic " + base64.b64encode(f"{live.user}:{live.password}".encode()).decode()
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)) as connection:

        def send(method: str, path: str, body: Any) -> tuple[int, Any]:
            headers = {"Authorization": signed, "Content-Type": "application/json"}
            connection.request(method, place.path + path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        yield send


def _go_on(catalogue: Catalogue, storm: Storm, writer: int, until: float, seed: int) -> None:
    dice = random.Random(seed)
    with _connected(catalogue) as send:
        while time.monotonic() < until:
            (_batch if writer % 2 else _single)(catalogue, storm, dice, writer, send)


def _single(catalogue: Catalogue, storm: Storm, dice: random.Random, writer: int, send: Send) -> None:
    status, _body = send(*_write(catalogue, dice, writer))
    storm.note("single", [status])


def _batch(catalogue: Catalogue, storm: Storm, dice: random.Random, writer: int, send: Send) -> None:
    wanted = [_write(catalogue, dice, writer) for _number in range(dice.randint(2, BATCH))]
    parts = [{"method": method, "path": f"/v1{path}", "body": body} for method, path, body in wanted]
    status, body = send("POST", "/batch", {"requests": parts})
    storm.note("in batches", [each["status"] for each in body["responses"]] if status == 200 else [status])


@contextmanager
def storm_over(catalogue: Catalogue, seconds: float, seed: int) -> Iterator[Storm]:
    """Let the writers write for some seconds, while the block runs; what they raised is raised at its end."""
    storm = Storm()
    with ThreadPoolExecutor(WRITERS) as pool:
        until = time.monotonic() + seconds
        writing = [pool.submit(_go_on, catalogue, storm, writer, until, seed * WRITERS + writer) for writer in range(WRITERS)]
        yield storm
        for each in writing:
            each.result()
