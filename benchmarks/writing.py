"""What writing costs: a save until it is shown as edited, and a thousand edits sent to a Kinto on PostgreSQL.

A save is measured beside the least that keeps anything at all in a copy of that size: one row in one committed transaction. What is sent is
measured beside the server's own rate: the same number of whole documents with preconditions in the same batches, made ready beforehand, and
only the status looked at; and beside kinto.js doing the same work.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from random import Random
from sqlite3 import Connection
from statistics import median
from typing import Any

import httpx

from benchmarks.homes import MADE, kept_home
from benchmarks.line import Line, counted
from benchmarks.measures import MISSED, percentile, ratio_of_pairs, say, table, verdict
from benchmarks.peers import node_peer
from benchmarks.servers import Filled, filled_server
from benchmarks.sync import FEW, HEAD, MANY, Row, fresh_home, spread
from ssc_tui.host.ini import ADMIN
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import overlay
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.edits import Wish, change, save_together
from ssc_tui.store.reader import document, row_of
from ssc_tui.sync.address import BUCKET, parse_address
from ssc_tui.sync.credentials import save_password
from ssc_tui.sync.push import TOGETHER
from ssc_tui.sync.report import Report
from ssc_tui.sync.run import OK, Sync

SAVES = 300
SENT = 1000
RUNS = 3
MOST = 16
"""Milliseconds within which nearly every save should be shown."""

KIND = "partners"
PHONES = itertools.count(time.time_ns())


def saves(number: int) -> list[Row]:
    """Saves of one field, each on another partner, and bare rows, in turns."""
    written = MADE / "written.sqlite"
    for leftover in MADE.glob(f"{written.name}*"):
        leftover.unlink()
    shutil.copyfile(kept_home(number).database, written)
    ours, bare = [], []
    with closing(connect(written)) as shown:
        shown.execute("PRAGMA journal_mode = WAL")
        shown.execute("CREATE TABLE bare (row TEXT)")
        for record_id in some_ids(shown, SAVES + 1):
            old = document(shown, KIND, record_id)
            began = time.perf_counter()
            change(written, KIND, record_id, old, old | {"phone": phone()}, "benchmark")
            row, why_not = row_of(shown, KIND, record_id), overlay.states_of(shown, KIND, record_id)
            ours.append((time.perf_counter() - began) * 1000)
            if row is None or not why_not:
                raise RuntimeError(f"{record_id} is not shown as edited")
            began = time.perf_counter()
            with closing(connect(written)) as copy, transaction(copy):
                copy.execute("INSERT INTO bare VALUES (?)", (record_id,))
            bare.append((time.perf_counter() - began) * 1000)
    # The first one reads into memory what all need.
    ours, bare = ours[1:], bare[1:]
    rows: list[Row] = []
    for share, target in ((0.5, 0), (0.95, MOST)):
        mine, theirs = percentile(ours, share), percentile(bare, share)
        what = f"save to shown as edited, {number:,} records: ms, {'half' if share == 0.5 else '95 %'} take no longer"
        asked, met = (f"≤ {target}", verdict(mine <= target)) if target else ("", "")
        rows.append((what, f"{mine:.1f}", "one bare row", f"{theirs:.1f}", f"{mine / theirs:.2f}", asked, met))
    return rows


def sending(server: Filled, line: Line, runs: int) -> list[Row]:
    """A thousand edits in one run, and as many documents sent barely, in turns."""
    home, settings = signed_in(line.url, server.password)
    run(home, settings)
    ours, least, up = [], [], []
    for number in range(runs):
        least.append(barely(server, number))
        run(home, settings)
        edit_some(home, SENT)
        line.take()
        report = run(home, settings)
        up.append(line.take()[1])
        if report.sent != SENT:
            raise RuntimeError(f"{report.sent} edits were sent: {report.words}")
        ours.append(report.seconds)
        say(f"sent in {report.seconds:.1f} s, barely in {least[-1]:.1f} s")
    ratio = ratio_of_pairs(ours, least)
    rows: list[Row] = [
        (f"{SENT:,} edits: s", spread(ours), "the server's batch rate", spread(least), f"{ratio:.2f}", "≤ 1.3", verdict(ratio <= 1.3))
    ]
    theirs = by_kinto_js(line, server.password)
    if theirs:
        seconds, bytes_up = theirs
        rows.append((f"{SENT:,} edits by kinto.js: s", spread(ours), "", f"{seconds:.1f}", f"{median(ours) / seconds:.2f}", "", ""))
        rows.append((f"{SENT:,} edits: bytes up", f"{median(up):,}", "kinto.js", f"{bytes_up:,}", f"{median(up) / bytes_up:.2f}", "", ""))
    return rows


def signed_in(url: str, password: str) -> tuple[Home, Settings]:
    """A fresh home that may write to the server."""
    home = fresh_home("writing")
    save_password(home, parse_address(url), ADMIN, password)
    return home, Settings(remote=url, user=ADMIN)


def run(home: Home, settings: Settings) -> Report:
    """One run.

    Raises:
        RuntimeError: it did not come to its end.
    """
    report = Sync(home, settings).run()
    if report.outcome != OK:
        raise RuntimeError(report.words)
    return report


def edit_some(home: Home, number: int) -> None:
    """Give so many partners another telephone number."""
    with closing(connect(home.database)) as copy:
        wishes = [
            Wish(KIND, record_id, old, old | {"phone": phone()})
            for record_id in some_ids(copy, number)
            for old in [document(copy, KIND, record_id)]
        ]
    save_together(home.database, wishes, "benchmark")


def barely(server: Filled, seed: int) -> float:
    """Seconds that the server takes for as many whole documents with preconditions, in batches of the same size."""
    path = f"/buckets/{BUCKET}/collections/{KIND}/records"
    with httpx.Client(auth=(ADMIN, server.password), timeout=60) as client:
        rows = client.get(f"{server.url}{path}", params={"_limit": 10_000}).json()["data"]
        chosen = Random(seed).sample(rows, SENT)
        batches = [
            json.dumps({"requests": [put(path, row) for row in chosen[start : start + TOGETHER]]}).encode()
            for start in range(0, SENT, TOGETHER)
        ]
        began = time.perf_counter()
        for batch in batches:
            answer = client.post(f"{server.url}/batch", content=batch, headers={"Content-Type": "application/json"})
            if any(each["status"] != 200 for each in answer.raise_for_status().json()["responses"]):
                raise RuntimeError(answer.text[:500])
        return time.perf_counter() - began


def put(path: str, row: dict[str, Any]) -> dict[str, Any]:
    """The part of a batch that writes a record over the version that was read."""
    content = {name: value for name, value in row.items() if name not in ("id", "last_modified", "schema")}
    headers = {"If-Match": f'"{row["last_modified"]}"'}
    return {"method": "PUT", "path": f"{path}/{row['id']}", "headers": headers, "body": {"data": content | {"phone": phone()}}}


def by_kinto_js(line: Line, password: str) -> tuple[float, int] | None:
    """Seconds and bytes up of the same with kinto.js; None where there is no Node here."""
    script = node_peer("peer_kinto_writes.mjs")
    if script is None:
        return None
    authorization = "Basic " + base64.b64encode(f"{ADMIN}:{password}".encode()).decode()
    command = ["node", str(script), line.url, BUCKET, KIND, str(SENT), authorization]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=script.parent) as process:
        if process.stdout is None or process.stdin is None or process.stdout.readline().strip() != "read":
            raise RuntimeError("kinto.js did not read the records")
        line.take()
        process.stdin.write("go\n")
        process.stdin.flush()
        found = json.loads(process.stdout.readline())
        up = line.take()[1]
    if found["records"] != SENT:
        raise RuntimeError(f"kinto.js sent {found['records']}")
    return float(found["seconds"]), up


def some_ids(copy: Connection, number: int) -> list[str]:
    """Partners from all over a copy."""
    ids = [row[0] for row in copy.execute("SELECT id FROM record WHERE kind = ? AND NOT deleted ORDER BY id", (KIND,))]
    return Random(number).sample(ids, number)


def phone() -> str:
    """A telephone number that nobody has yet."""
    return f"+47 {next(PHONES)}"


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; ends with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writing", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs and bare runs in turns (default: %(default)s)")
    parser.add_argument("--only", choices=("saves", "sending"), help="measure only one part")
    asked = parser.parse_args(words)
    rows: list[Row] = []
    if asked.only != "sending":
        rows += saves(MANY)
    if asked.only != "saves":
        with filled_server(FEW) as server, counted(server.url) as line:
            rows += sending(server, line, asked.runs)
    print("Saves in a copy, and edits sent to Kinto on PostgreSQL, on loopback; bytes as TCP carries them\n")
    print(table(HEAD, rows))
    return int(any(row[-1] == MISSED for row in rows))


if __name__ == "__main__":
    sys.exit(main())
