"""Catalogue servers with made-up records: a Kinto on PostgreSQL as `ssc-tui serve` starts it, filled once and kept under `benchmarks/made`.

The records go into PostgreSQL behind Kinto's back, since Kinto itself takes ten minutes for a hundred thousand.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from io import StringIO
from typing import Any, NamedTuple

import psycopg2
from psycopg2.extensions import connection as Connection

from benchmarks.believable import documents
from benchmarks.homes import MADE, recipe
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.host import postgres
from ssc_tui.host.bucket import introduce, prepare
from ssc_tui.host.ini import ADMIN
from ssc_tui.host.private import Folder
from ssc_tui.host.server import Wanted, running
from ssc_tui.paths import make_private
from ssc_tui.sync.address import BUCKET, parse_address
from ssc_tui.sync.http import Link

DATASET = "made-up-for-benchmarks"
EACH = 1
"""Milliseconds between the time stamps of two records: Kinto never gives one twice in a collection."""


class Filled(NamedTuple):
    """A server that answers: the address of its API, that of its PostgreSQL, how many records it holds, its administrator's password."""

    url: str
    database: str
    number: int
    password: str


@contextmanager
def filled_server(number: int) -> Iterator[Filled]:
    """The server with the believable catalogue of that size, while the block runs; filled first where it is missing or out of date."""
    folder = Folder(MADE / f"server-{number}")
    mark = folder.path / "recipe"
    if folder.path.exists() and not (mark.exists() and mark.read_text(encoding="ascii") == recipe()):
        shutil.rmtree(folder.path)
    make_private(folder.path)
    with postgres.running(folder.postgres) as (database, _process), running(folder, Wanted(database=database)) as server:
        if not mark.exists():
            with closing(Link(parse_address(server.url), (ADMIN, server.password or ""))) as link:
                prepare(link)
                _fill(database, documents(number), number)
                introduce(link, DATASET)
            mark.write_text(recipe(), encoding="ascii")
        yield Filled(server.url, database, number, server.password or "")


@contextmanager
def behind(database: str) -> Iterator[Connection]:
    """A connection to the server's PostgreSQL; committed at the end."""
    with closing(psycopg2.connect(database)) as connection, connection:
        yield connection


def newest(server: Filled) -> int:
    """The newest time stamp of all records on the server."""
    with behind(server.database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT as_epoch(max(last_modified)) FROM objects WHERE resource_name = 'record'")
        return int(cursor.fetchone()[0])


def change(server: Filled, number: int) -> None:
    """Give so many records, from all over the server, another text, as if somebody had written it just now."""
    texts = [document.get("description") or document.get("note") for _kind, document in documents(3 * number + 2000, time.time_ns())]
    others = iter([text for text in texts if text])
    with behind(server.database) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, parent_id, data FROM objects WHERE resource_name = 'record' AND parent_id IN %s AND NOT deleted"
            " ORDER BY md5(id || %s) LIMIT %s",
            (tuple(records(kind) for kind in KINDS), str(time.time_ns()), number),
        )
        for record_id, parent, data in cursor.fetchall():
            field = next((field for field in ("description", "note", "abstract") if field in data), "description")
            cursor.execute(
                "UPDATE objects SET data = %s, last_modified = NULL WHERE id = %s AND parent_id = %s AND resource_name = 'record'",
                (json.dumps({**data, field: next(others)}), record_id, parent),
            )


def records(kind: str) -> str:
    """What Kinto's table calls the collection of a kind."""
    return f"/buckets/{BUCKET}/collections/{kind}"


def _fill(database: str, given: Iterable[tuple[str, dict[str, Any]]], number: int) -> None:
    began = time.perf_counter()
    stamp = int(time.time() * 1000) - 3_600_000 - number * EACH
    rows = StringIO()
    for done, (kind, document) in enumerate(given, 1):
        content = {name: value for name, value in document.items() if name != "id"}
        # Kinto adds the time stamp of the schema that a record was held against.
        content["schema"] = stamp
        line = (document["id"], records(kind), "record", _moment(stamp + done * EACH), json.dumps(content), "f")
        rows.write("\t".join(map(_escaped, line)) + "\n")
        if done % 5000 == 0 or done == number:
            print(f"\rmaking {done:,} of {number:,} records for a server", end="", file=sys.stderr, flush=True)
    rows.seek(0)
    with behind(database) as connection, connection.cursor() as cursor:
        # It would ask for the newest time stamp before every row.
        cursor.execute("ALTER TABLE objects DISABLE TRIGGER tgr_objects_last_modified")
        cursor.copy_expert("COPY objects (id, parent_id, resource_name, last_modified, data, deleted) FROM STDIN", rows)
        cursor.execute("ALTER TABLE objects ENABLE TRIGGER tgr_objects_last_modified")
        cursor.execute(
            "INSERT INTO timestamps SELECT parent_id, 'record', max(last_modified) FROM objects WHERE parent_id IN %s"
            " AND resource_name = 'record' GROUP BY parent_id"
            " ON CONFLICT (parent_id, resource_name) DO UPDATE SET last_modified = excluded.last_modified",
            (tuple(records(kind) for kind in KINDS),),
        )
    with closing(psycopg2.connect(database)) as connection:
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE objects")
    print(f"\n{number:,} records are in PostgreSQL after {time.perf_counter() - began:.1f} s", file=sys.stderr)


def _moment(stamp: int) -> str:
    seconds, rest = divmod(stamp, 1000)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{rest:03}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
