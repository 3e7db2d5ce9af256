"""Where a remote catalogue is: a Kinto server and a bucket on it, from what a person typed."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from ssc_tui.errors import UsageError
from ssc_tui.i18n import _

BUCKET = "directory"
"""The bucket of a catalogue where the address names none."""

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-fA-F:]+")
_PATH = re.compile(r"(?P<base>(?:/[A-Za-z0-9._~-]+)*?/v\d+)(?:/buckets/(?P<bucket>[A-Za-z0-9][A-Za-z0-9_-]*))?/?\Z")


class Address(NamedTuple):
    """A remote catalogue.

    Attributes:
        server: scheme, host, port and version of the server, such as `https://catalogue.example.org/v1`.
        bucket: the bucket that holds the catalogue.
    """

    server: str
    bucket: str = BUCKET

    def __str__(self) -> str:
        """As a person types it."""
        return self.server if self.bucket == BUCKET else f"{self.server}/buckets/{self.bucket}"

    @property
    def host(self) -> str:
        """The host, for sentences."""
        return urlsplit(self.server).hostname or ""

    @property
    def private(self) -> bool:
        """Whether nobody on the way can read along: encrypted, or on this machine."""
        return self.server.startswith("https:") or _is_loopback(self.host)


def parse_address(text: str) -> Address:
    """The address that a person typed; `https://` and `/v1` are put where they are missing.

    Raises:
        UsageError: it is no address of a server.
    """
    typed = text.strip()
    if "://" not in typed:
        typed = f"{'http' if _is_loopback(typed.split('/')[0].split(':')[0]) else 'https'}://{typed}"
    try:
        parts = urlsplit(typed)
        # Reading the port checks it.
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    path = _PATH.match(parts.path if host and parts.path.strip("/") else "/v1") if host else None
    if not host or not _HOST.fullmatch(host) or path is None or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise UsageError(
            _("{text} is not the address of a catalogue. One looks like https://catalogue.example.org/v1.").format(text=text.strip())
        )
    if parts.username or parts.password:
        raise UsageError(_("Leave name and password out of the address: `ssc-tui login` keeps them safe."))
    return Address(f"{parts.scheme}://{parts.netloc}{path['base']}", path["bucket"] or BUCKET)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
