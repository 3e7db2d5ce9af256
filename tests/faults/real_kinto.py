"""A real Kinto on loopback, to hold the fake against."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

BATCH_MAX = 25
PAGINATE_BY = 5

INI = """
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = %(http_port)s
threads = 1

[pipeline:main]
pipeline = gzip kinto

[filter:gzip]
use = egg:Paste#gzip
compress_level = 6

[app:kinto]
use = egg:kinto
kinto.includes = kinto.plugins.accounts
{backends}
kinto.userid_hmac_secret = of-no-use-outside-tests
multiauth.policies = account
multiauth.policy.account.use = kinto.plugins.accounts.AccountsPolicy
kinto.account_create_principals = system.Everyone
kinto.account_write_principals = account:admin
kinto.bucket_create_principals = account:admin
kinto.experimental_collection_schema_validation = true
kinto.batch_max_requests = {batch_max}
kinto.paginate_by = {paginate_by}
"""


def _backends(database: str | None) -> str:
    if database is None:
        return "\n".join(f"kinto.{part}_backend = kinto.core.{part}.memory" for part in ("storage", "cache", "permission"))
    parts = ("storage", "cache", "permission")
    return "\n".join(f"kinto.{part}_backend = kinto.core.{part}.postgresql\nkinto.{part}_url = {database}" for part in parts)


def kinto(ini: Path, *command: str) -> list[str]:
    """The command line of Kinto."""
    return [sys.executable, "-c", "from kinto.__main__ import main; main()", command[0], "--ini", str(ini), *command[1:]]


@contextmanager
def real_kinto(folder: Path, database: str | None = None) -> Iterator[httpx.URL]:
    """Run a Kinto with an account admin/admin, in memory or on a PostgreSQL; gives the URL of its API."""
    ini = folder / "kinto.ini"
    ini.write_text(INI.format(backends=_backends(database), batch_max=BATCH_MAX, paginate_by=PAGINATE_BY))
    if database:
        subprocess.run(kinto(ini, "migrate"), check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = httpx.URL(f"http://127.0.0.1:{port}/v1")
    with (folder / "kinto.log").open("wb") as log:
        server = subprocess.Popen(kinto(ini, "start", "--port", str(port)), stdout=log, stderr=log)
        try:
            _wait_for(url, server)
            httpx.put(f"{url}/accounts/admin", json={"data": {"password": "admin"}}).raise_for_status()
            yield url
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: httpx.URL, server: subprocess.Popen[bytes]) -> None:
    for _turn in range(600):
        try:
            httpx.get(url)
        except httpx.TransportError:
            assert server.poll() is None, "Kinto ended at once: see kinto.log"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Kinto did not start within a minute")
