"""A catalogue on a real Kinto, a client of it with a home of its own, and what both must agree on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.faults.fake_kinto import FakeKinto
from tests.servers import Live
from tests.sync.people import NOREC, Person, new_person

from ssc_tui.catalogue.kinds import KINDS, SUGGESTIONS
from ssc_tui.host.asking import accepted
from ssc_tui.host.bucket import OPEN, records, renew_epoch
from ssc_tui.paths import Home, make_private
from ssc_tui.settings import Settings
from ssc_tui.store import doctor, journal
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.loader import make_copy
from ssc_tui.sync import pace
from ssc_tui.sync.http import Answer, Transport
from ssc_tui.sync.pace import Patience
from ssc_tui.sync.report import Progress, Report, Wishes
from ssc_tui.sync.run import Sync

Document = dict[str, Any]
HASTY = Patience(connect=5, read=20, answer=30, first=0.01, most=0.1)
DATASET = "test"


@pytest.fixture(autouse=True)
def _no_key_store(no_key_store: None) -> None:
    """No test of the sync asks it."""


class Catalogue:
    """A bucket on a real server, changed as somebody else would: through Kinto's own API."""

    def __init__(self, live: Live, bucket: str) -> None:
        self.live = live
        self.bucket = bucket

    @property
    def url(self) -> str:
        """What a client is told."""
        return f"{self.live.url}/buckets/{self.bucket}"

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        return accepted(self.live.ask(method, f"/buckets/{self.bucket}{path}", body, headers))

    def put(self, kind: str, record_id: str, **fields: Any) -> Document:
        """Write a record; returns it as the server keeps it."""
        return dict(self.ask("PUT", f"/collections/{kind}/records/{record_id}", {"data": fields}).body["data"])

    def patch(self, kind: str, record_id: str, **fields: Any) -> Document:
        return dict(self.ask("PATCH", f"/collections/{kind}/records/{record_id}", {"data": fields}).body["data"])

    def delete(self, kind: str, record_id: str) -> None:
        self.ask("DELETE", f"/collections/{kind}/records/{record_id}")

    def put_all(self, kind: str, documents: Iterable[Document]) -> None:
        """Write many records, a batch at a time."""
        rows = list(documents)
        for first in range(0, len(rows), 25):
            parts = [
                {"method": "PUT", "path": f"/v1{records(self.bucket, kind)}/{row['id']}", "body": {"data": row}}
                for row in rows[first : first + 25]
            ]
            answers = accepted(self.live.ask("POST", "/batch", {"requests": parts})).body["responses"]
            assert all(answer["status"] < 300 for answer in answers), answers

    def empty(self, kind: str) -> None:
        """Delete a collection and make it again: nothing in it, no tombstones, a newer ETag."""
        made = self.ask("GET", f"/collections/{kind}").body
        self.ask("DELETE", f"/collections/{kind}")
        self.ask("PUT", f"/collections/{kind}", {"data": {"schema": made["data"]["schema"]}, "permissions": made["permissions"]})

    def loosen(self, kind: str) -> None:
        """Take the schema of a collection away, so that anything can be written."""
        self.ask("PATCH", f"/collections/{kind}", {"data": {"schema": {}}})

    def describe(self, **facts: Any) -> None:
        """Change what the catalogue says of itself."""
        self.ask("PATCH", "", {"data": facts})

    def new_epoch(self) -> None:
        with self.live.link(self.bucket) as link:
            renew_epoch(link)

    def live_set(self) -> dict[str, dict[str, Document]]:
        """Every record of every kind, as the server has it, without the `schema` that Kinto adds."""
        found: dict[str, dict[str, Document]] = {}
        for kind in KINDS:
            answer = self.live.ask("GET", f"{records(self.bucket, kind)}?_limit=1000")
            if answer.status == 200:
                assert "next-page" not in answer.headers, "more than one page"
                found[kind] = {row["id"]: {name: value for name, value in row.items() if name != "schema"} for row in answer.body["data"]}
        return found


class Client:
    """A home with a copy that syncs."""

    def __init__(self, home: Home, url: str) -> None:
        self.home = home
        self.settings = Settings(remote=url)
        self.transport: Transport | None = None
        self.progress: list[Progress] = []

    def begin(self, *documents: tuple[str, Document], dataset: str = DATASET) -> Client:
        """Begin with a copy of these documents in place of the seed."""
        make_private(self.home.data)
        make_copy(self.home.database, documents, {"dataset": dataset, "origin": "test", "format": "1"})
        return self

    def sync(self, **wishes: Any) -> Report:
        """One run, whatever comes of it."""
        return Sync(self.home, self.settings, Wishes(**wishes), self.progress.append, HASTY, self.transport).run()

    def synced(self, **wishes: Any) -> Report:
        """One run that comes to its end."""
        report = self.sync(**wishes)
        assert report.outcome == "ok", report
        return report

    @contextmanager
    def copy(self) -> Iterator[sqlite3.Connection]:
        with closing(connect(self.home.database)) as copy:
            yield copy

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.copy() as copy:
            return copy.execute(statement, values).fetchall()

    def live_set(self) -> dict[str, dict[str, Document]]:
        """Every record of every kind, as the copy has it, with the server's time stamps."""
        found: dict[str, dict[str, Document]] = {kind: {} for kind in KINDS}
        kept = self.rows("SELECT kind, id, last_modified, document FROM record WHERE NOT deleted AND kind != ?", SUGGESTIONS)
        for kind, record_id, stamp, document in kept:
            found[kind][record_id] = json.loads(document) | {"last_modified": stamp}
        return found

    def changes(self) -> list[tuple[str, str]]:
        """Reference and change of each line of the log, oldest first."""
        with self.copy() as copy:
            return [(each.ref, each.change) for each in reversed(journal.changes(copy))]

    def dump(self) -> list[str]:
        """Everything in the copy that a run which changed nothing leaves alone."""
        with self.copy() as copy:
            tables = ("record", "entry", "link", "word", "note", "bookmark", "change", "meta", "collection", "seen", "quarantine")
            return [f"{table} {row}" for table in tables for row in sorted(map(repr, copy.execute(f"SELECT * FROM {table}")))]

    def is_sound(self) -> None:
        """Everything that `doctor` checks is well."""
        with self.copy() as copy:
            assert [finding for finding in doctor.examine(copy) if not finding.ok] == []


def agree(client: Client, catalogue: Catalogue) -> None:
    """The copy holds what the server holds, byte by byte as JSON, and is sound."""
    here, there = client.live_set(), catalogue.live_set()
    for kind, expected in there.items():
        assert _as_text(here[kind]) == _as_text(expected)
    client.is_sound()


def _as_text(documents: Mapping[str, Document]) -> dict[str, str]:
    return {record_id: json.dumps(document, sort_keys=True) for record_id, document in documents.items()}


NewCatalogue = Callable[..., Catalogue]
NewClient = Callable[..., Client]


@pytest.fixture
def new_catalogue(kinto_memory: Live) -> NewCatalogue:
    """Make a bucket with documents by kind."""

    def made(documents: Mapping[str, Iterable[Document]] | None = None, *, dataset: str = DATASET, readers: str = OPEN) -> Catalogue:
        return Catalogue(kinto_memory, kinto_memory.new_bucket(documents, dataset=dataset, readers=readers))

    return made


@pytest.fixture
def new_client(tmp_path: Path) -> NewClient:
    """Make a client of a catalogue; its copy is empty unless documents or `seed=True` are given."""
    made: list[Client] = []

    def one(catalogue: Catalogue | str, *documents: tuple[str, Document], seed: bool = False, dataset: str = DATASET) -> Client:
        folder = tmp_path / f"home-{len(made)}"
        client = Client(Home(folder, folder, folder), catalogue if isinstance(catalogue, str) else catalogue.url)
        made.append(client)
        if seed:
            open_copy(client.home).connection.close()
            return client
        return client.begin(*documents, dataset=dataset)

    return one


@pytest.fixture
def fake() -> FakeKinto:
    """A catalogue inside the test, of one partner."""
    server = FakeKinto()
    server.put("partners", NOREC)
    return server


@pytest.fixture
def vera(tmp_path: Path, fake: FakeKinto) -> Person:
    return new_person(tmp_path, fake, "vera", viewer=True)


@pytest.fixture
def ada(tmp_path: Path, fake: FakeKinto) -> Person:
    return new_person(tmp_path, fake, "ada")


@pytest.fixture
def bo(tmp_path: Path, fake: FakeKinto) -> Person:
    return new_person(tmp_path, fake, "bo")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of ten records, however fast they come."""
    for name in ("FIRST_LIMIT", "LEAST", "MOST"):
        monkeypatch.setattr(pace, name, 10)


def partners(number: int, first: int = 0) -> list[Document]:
    """Made-up partners `p000`, `p001`…"""
    return [{"id": f"p{each:03}", "name": f"Partner {each}", "country": "KE"} for each in range(first, first + number)]
