"""Other programs that read from a Kinto server: kinto.js in Node, and kinto-http in Python, installed under `benchmarks/made`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.homes import HERE, MADE
from ssc_tui.sync.address import BUCKET
from ssc_tui.sync.pull import ORDER

FOLDER = MADE / "peers"
KINTO_JS, FAKE_INDEXEDDB, KINTO_HTTP = "17.1.1", "6", "11.11.0"
PATIENCE = 900.0
"""Seconds after which a peer is given up."""


class Peer(NamedTuple):
    """A peer: its name with its version, what it leaves the records in, and its command without the address."""

    name: str
    keeps: str
    command: Sequence[str]


class Reading(NamedTuple):
    """How long it took by the peer's own clock, without the start of its process, and how many records it has."""

    seconds: float
    records: int


def peers() -> list[Peer]:
    """The peers that can be installed here."""
    found = [_python()]
    if shutil.which("npm") and shutil.which("node"):
        found.append(_node())
    return found


def read(peer: Peer, url: str) -> Reading | None:
    """Let the peer read every collection; None where it was given up.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    surroundings = {**os.environ, "PYTHONPATH": str(FOLDER / "python")}
    command = [*peer.command, url, BUCKET, *ORDER]
    try:
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=surroundings, cwd=FOLDER, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    return Reading(**json.loads(run.stdout.splitlines()[-1]))


def _python() -> Peer:
    where = FOLDER / "python"
    if not where.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", where, f"kinto-http=={KINTO_HTTP}"], check=True)
    return Peer(f"kinto-http {KINTO_HTTP}", "memory", (sys.executable, str(_here("peer_http.py"))))


def _node() -> Peer:
    return Peer(f"kinto.js {KINTO_JS}", "fake-indexeddb", ("node", "--max-old-space-size=8192", str(_node_script("peer_kinto.mjs"))))


def node_peer(name: str) -> Path | None:
    """A script for kinto.js, beside what it needs; None where there is no Node here."""
    return _node_script(name) if shutil.which("npm") and shutil.which("node") else None


def _node_script(name: str) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (FOLDER / "node_modules").exists():
        wanted = (f"kinto@{KINTO_JS}", f"fake-indexeddb@{FAKE_INDEXEDDB}")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *wanted], check=True, cwd=FOLDER)
    return _here(name)


def _here(name: str) -> Path:
    """The script, beside what was installed, where both languages look for it."""
    return Path(shutil.copy(HERE / name, FOLDER / name))
