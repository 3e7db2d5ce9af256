"""The server file: what Kinto is told, in its INI format. The one source of it, for `serve` and for a head office alike.

Tested with Kinto 26.5.0. Its parser takes inline comments as values, so none are written.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

ADMIN = "admin"
"""The account that may make accounts and the catalogue."""

BODY_LIMIT = 4 * 1024 * 1024
"""Bytes of the largest request: Kinto itself has no limit."""

BATCH = 100
"""Requests in one batch; Kinto's own limit of 25 makes a catalogue of eight collections send two batches where it could send one."""

PAGE = 1000
"""Records in one page at the most."""


LOOPBACK = "127.0.0.1"
"""This machine, for itself alone."""


class Secrets(NamedTuple):
    """What a server signs with, each 64 hexadecimal digits. All processes of one catalogue share them."""

    users: str
    buckets: str


class ServerFile(NamedTuple):
    """What can differ between servers.

    Attributes:
        secrets: see there.
        database: the address of a PostgreSQL database; None keeps everything in memory.
        host: the address that is listened on, beside that of this machine itself.
        public: the address under which the world knows it, such as `https://catalogue.example.org`; None where it is asked directly.
        read_only: whether the process only answers reads, beside another one that writes.
    """

    secrets: Secrets
    database: str | None = None
    host: str = LOOPBACK
    public: str | None = None
    read_only: bool = False

    def text(self) -> str:
        """The whole file; the port is filled in when the server starts, as `http_port`."""
        return _FILE.format(
            listen=" ".join(f"{_in_address(host)}:%(http_port)s" for host in listened_on(self.host)),
            body_limit=BODY_LIMIT,
            storage=_backends(self.database, self.read_only),
            users=self.secrets.users,
            buckets=self.secrets.buckets,
            admin=ADMIN,
            batch=BATCH,
            page=PAGE,
            reading=_READING if self.read_only else "",
            public=_public(self.public),
        )


def listened_on(host: str) -> list[str]:
    """The addresses of a server on `host`: also that of this machine itself, where a password can be sent that nobody reads along."""
    return [host] if host in (LOOPBACK, "localhost", "0.0.0.0") else [host, LOOPBACK]  # noqa: S104


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def socket_address(folder: str) -> str:
    """The address of a PostgreSQL that listens on a Unix socket in the folder."""
    return f"postgresql://postgres@/postgres?host={quote(folder, safe='/')}"


def _backends(database: str | None, read_only: bool) -> str:
    if database is None:
        return "".join(_in_memory(part) for part in _PARTS)
    if not read_only:
        return "".join(_in_database(part, database) for part in _PARTS)
    refusing = f"{database}{'&' if '?' in database else '?'}options=-c%20default_transaction_read_only%3Don"
    return "".join(_in_memory(part) if part == "cache" else _in_database(part, refusing) for part in _PARTS)


def _in_memory(part: str) -> str:
    return f"kinto.{part}_backend = kinto.core.{part}.memory\n"


def _in_database(part: str, database: str) -> str:
    # The parser fills in what stands behind a per cent sign.
    address = database.replace("%", "%%")
    return f"kinto.{part}_backend = kinto.core.{part}.postgresql\nkinto.{part}_url = {address}\n"


def _public(address: str | None) -> str:
    if address is None:
        return ""
    scheme, _mark, host = address.rstrip("/").rpartition("://")
    # Addresses in answers would be built from what the asker says the host is.
    return f"kinto.http_scheme = {scheme or 'https'}\nkinto.http_host = {host}\n".replace("%", "%%")


_READING = "\n                 ssc_tui.host.reading"

_PARTS = ("storage", "cache", "permission")

_FILE = """\
[server:main]
use = egg:waitress#main
listen = {listen}
# With more, two writers win against each other and readers of what changed lose records.
threads = 1
max_request_body_size = {body_limit}

[pipeline:main]
pipeline = gzip kinto

[filter:gzip]
use = egg:Paste#gzip
compress_level = 6

[app:kinto]
use = egg:kinto
kinto.includes = kinto.plugins.default_bucket
                 kinto.plugins.accounts
                 kinto.plugins.history{reading}
{storage}kinto.userid_hmac_secret = {users}
kinto.default_bucket_hmac_secret = {buckets}
multiauth.policies = account
multiauth.policy.account.use = kinto.plugins.accounts.AccountsPolicy
kinto.account_create_principals = account:{admin}
kinto.account_write_principals = account:{admin}
kinto.bucket_create_principals = account:{admin}
kinto.experimental_collection_schema_validation = true
kinto.experimental_permissions_endpoint = true
kinto.batch_max_requests = {batch}
kinto.paginate_by = {page}
{public}
[loggers]
keys = root, kinto, queue

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_kinto]
level = WARNING
handlers = console
qualname = kinto
propagate = 0

# Says at every second request that the one thread is busy.
[logger_queue]
level = ERROR
handlers = console
qualname = waitress.queue
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)s %(name)s %(message)s
"""
