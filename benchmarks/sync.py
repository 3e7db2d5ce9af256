"""What a sync costs: bytes and requests when little changed, a first sync against its floor and its peers, the app while it runs.

Every first sync is a process of its own, so that one's memory is not counted to another; ours and the floor take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks import beside, floor
from benchmarks.homes import MADE
from benchmarks.line import Line, counted
from benchmarks.measures import MISSED, ratio_of_pairs, say, table, verdict
from benchmarks.peers import peers, read
from benchmarks.servers import DATASET, Filled, change, filled_server, newest
from ssc_tui.paths import Home, find_home, make_private
from ssc_tui.settings import Settings
from ssc_tui.store.connection import connect, connect_to_fill
from ssc_tui.store.loader import make_copy
from ssc_tui.sync.address import BUCKET
from ssc_tui.sync.pull import ORDER
from ssc_tui.sync.report import Report
from ssc_tui.sync.run import OK, Sync

FEW, MANY = 10_000, 100_000
CHANGED = (10, 100, 1000)
RUNS = 3
HEADS = 1500
"""Bytes that an answer may take beside what changed."""

Row = tuple[str, ...]
HEAD = ("what", "ours", "against", "theirs", "ratio", "target", "")


def fresh_home(name: str) -> Home:
    """A home with an empty copy of the servers' catalogue, as the app keeps it."""
    folder = MADE / name
    shutil.rmtree(folder, ignore_errors=True)
    home = find_home(folder)
    make_private(home.data)
    make_copy(home.database, (), {"dataset": DATASET, "format": "1", "origin": "benchmark", "released": "2026-01-01"})
    copy = connect(home.database)
    copy.execute("PRAGMA journal_mode = WAL")
    copy.close()
    return home


def sync(home: Home, url: str) -> Report:
    """One run.

    Raises:
        RuntimeError: it did not come to its end.
    """
    report = Sync(home, Settings(remote=url)).run()
    if report.outcome != OK:
        raise RuntimeError(report.words)
    return report


def alone(what: str, url: str, home: str) -> dict[str, Any]:
    """The figures of a first sync (ours, of the floor, or beside the app), in this process."""
    fresh = fresh_home(home)
    figures: dict[str, Any]
    if what == "floor":
        copy = connect_to_fill(fresh.database)
        least = floor.run(url, MADE / "synced" / "catalogue.sqlite", copy)
        figures = {**least._asdict(), "seconds": least.seconds}
        copy.close()
    elif what == "beside":
        figures = asyncio.run(beside.measure(fresh, url)).figures()
    else:
        cpu = time.process_time()
        report = sync(fresh, url)
        figures = {"seconds": report.seconds, "cpu": time.process_time() - cpu, "records": report.applied.new}
    return figures | {"memory": most_memory()}


def most_memory() -> float:
    """The most memory that this process took, in MB. `getrusage` would count that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def in_process(what: str, url: str, home: str) -> dict[str, Any]:
    """The same in a process of its own that does nothing else."""
    command = [sys.executable, "-m", "benchmarks.sync", "--one", what, "--url", url, "--home", home]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    say(f"{what}: {figures}")
    return figures


def nothing_changed(home: Home, line: Line) -> list[Row]:
    """A run after which nothing is another."""
    sync(home, line.url)
    line.take()
    report = sync(home, line.url)
    down, up = line.take()
    requests = str(report.requests)
    return [
        ("nothing changed: requests", requests, "", "", "", "1", verdict(report.requests == 1)),
        ("nothing changed: bytes down", f"{down:,}", "", "", "", f"≤ {HEADS:,}", verdict(down <= HEADS)),
        ("nothing changed: bytes up", f"{up:,}", "", "", "", "", ""),
    ]


def some_changed(home: Home, line: Line, server: Filled, number: int) -> Row:
    """A run after some records were changed; against the same records as the server sends them, gzipped at once."""
    before = newest(server)
    change(server, number)
    with httpx.Client(headers={"Accept-Encoding": "identity"}, timeout=60) as client:
        sent = [
            client.get(f"{server.url}/buckets/{BUCKET}/collections/{kind}/records?_since={before}&_sort=last_modified").content
            for kind in ORDER
        ]
    least = len(gzip.compress(b"".join(sent), 6))
    line.take()
    report = sync(home, line.url)
    down, _up = line.take()
    if report.applied.changed != number:
        raise RuntimeError(f"{number} records were changed and {report.applied.changed} arrived")
    most = 1.2 * least + HEADS
    what = f"{number:,} changed of {server.number:,}: bytes down"
    ratio = f"{(down - HEADS) / least:.2f}"
    return what, f"{down:,}", "gzipped records", f"{least:,}", ratio, "≤ 1.2 + 1.5 kB", verdict(down <= most)


def first_sync(server: Filled, runs: int) -> list[Row]:
    """First syncs and floors in turns; the median of the ratios of neighbours counts."""
    ours: list[dict[str, Any]] = []
    least: list[dict[str, Any]] = []
    for number in range(runs):
        turns = [("ours", ours), ("floor", least)]
        for what, found in turns if number % 2 else turns[::-1]:
            found.append(in_process(what, server.url, f"run-{what}"))
    rows: list[Row] = []
    for name, target in (("seconds", 1.5), ("cpu", 0.0)):
        mine, theirs = [each[name] for each in ours], [each[name] for each in least]
        ratio = ratio_of_pairs(mine, theirs)
        label = {"seconds": "s", "cpu": "s of processor, without the server"}[name]
        what = f"first sync of {server.number:,}: {label}"
        asked = f"≤ {target}" if target else ""
        rows.append((what, spread(mine), "floor", spread(theirs), f"{ratio:.2f}", asked, verdict(ratio <= target) if target else ""))
    parts = ", ".join(f"{part} {median(each[part] for each in least):.1f}" for part in ("reading", "parsing", "inserting"))
    rows.append((f"of the floor: {parts}", "", "", "", "", "", ""))
    return rows


def memory(few: dict[str, Any], many: dict[str, Any]) -> Row:
    """The most memory that a first sync takes, by the number of records."""
    ratio = many["memory"] / few["memory"]
    what = f"first sync of {MANY:,}: peak MB"
    return what, f"{many['memory']:.0f}", f"{FEW:,} records", f"{few['memory']:.0f}", f"{ratio:.2f}", "≤ 1.2", verdict(ratio <= 1.2)


def in_the_app(figures: dict[str, Any]) -> list[Row]:
    """Searches and gaps of the app while a first sync runs in it."""
    ratio = figures["p95 running"] / figures["p95 resting"]
    gap, rest = figures["gap running"], figures["gap resting"]
    middle, quiet = figures["median running"], figures["median resting"]
    return [
        (
            "in the app: search p95, ms",
            f"{figures['p95 running']:.1f}",
            "sync held",
            f"{figures['p95 resting']:.1f}",
            f"{ratio:.2f}",
            "≤ 2",
            verdict(ratio <= 2),
        ),
        ("in the app: search median, ms", f"{middle:.1f}", "sync held", f"{quiet:.1f}", f"{middle / quiet:.2f}", "", ""),
        ("in the app: longest gap of the loop, ms", f"{gap:.0f}", "sync held", f"{rest:.0f}", "", "≤ 50", verdict(gap <= 50)),
    ]


def beside_peers(server: Filled, line: Line) -> list[Row]:
    """The same collections read by others, over the same line."""
    line.take()
    ours = in_process("ours", line.url, "run-peer")
    down, _up = line.take()
    rows: list[Row] = []
    for peer in peers():
        found = read(peer, line.url)
        theirs, _up = line.take()
        what = f"first sync of {server.number:,} by {peer.name} (keeps it in {peer.keeps})"
        if found is None:
            rows.append((f"{what}: given up", "", "", "", "", "", ""))
            continue
        if found.records != server.number:
            raise RuntimeError(f"{peer.name} has {found.records} records")
        rows.append((f"{what}: s", f"{ours['seconds']:.1f}", "", f"{found.seconds:.1f}", f"{ours['seconds'] / found.seconds:.2f}", "", ""))
        rows.append((f"{what}: bytes down", f"{down:,}", "", f"{theirs:,}", f"{down / theirs:.2f}", "", ""))
    return rows


def spread(values: Sequence[float]) -> str:
    """The median with the least and the most."""
    return f"{median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def main() -> int:
    """Print the table; ends with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"first syncs and floors in turns (default: {RUNS})")
    parser.add_argument("--only", choices=("bytes", "first", "app", "peers"), help="measure only one part")
    for hidden in ("--one", "--url", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(alone(asked.one, asked.url, asked.home)))
        return 0

    def wanted(part: str) -> bool:
        return asked.only in (None, part)

    rows: list[Row] = []
    few: dict[str, Any] = {}
    if wanted("first") or wanted("peers"):
        with filled_server(FEW) as server, counted(server.url) as line:
            if wanted("first"):
                few = in_process("ours", server.url, "run-ours")
            if wanted("peers"):
                rows += beside_peers(server, line)
    with filled_server(MANY) as server, counted(server.url) as line:
        if wanted("bytes") or wanted("first"):
            many = in_process("ours", line.url, "synced")
        if wanted("first"):
            rows = [*first_sync(server, asked.runs), memory(few, many), *rows]
        if wanted("app"):
            rows += in_the_app(in_process("beside", server.url, "run-beside"))
        if wanted("bytes"):
            home = find_home(MADE / "synced")
            rows = [*nothing_changed(home, line), *(some_changed(home, line, server, number) for number in CHANGED), *rows]
    print("Sync with Kinto on PostgreSQL, on loopback; bytes as TCP carries them\n")
    print(table(HEAD, rows))
    return int(any(row[-1] == MISSED for row in rows))


if __name__ == "__main__":
    sys.exit(main())
