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

_HOST = re.compile(r"(?=.{1,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!-)[a-z0-9_-]{1,63}(?<!-)\.?\Z")
_PATH = re.compile(r"(?P<base>(?:/(?!\.{1,2}/)[A-Za-z0-9._~-]+)*?/v\d+)(?:/buckets/(?P<bucket>[A-Za-z0-9][A-Za-z0-9_-]*))?/?\Z")


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
    try:
        if "://" not in typed:
            typed = f"{'http' if _is_loopback(urlsplit(f'//{typed}').hostname or '') else 'https'}://{typed}"
        parts = urlsplit(typed)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        host = None
    path = _PATH.match(parts.path if parts.path.strip("/") else "/v1") if host else None
    if path is None or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise UsageError(
            _("{text} is not the address of a catalogue. One looks like https://catalogue.example.org/v1.").format(
                text=_without_secrets(text.strip())
            )
        )
    if parts.username or parts.password:
        raise UsageError(_("Leave name and password out of the address: `ssc-tui login` keeps them safe."))
    return Address(f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{path['base']}", path["bucket"] or BUCKET)


def _host(host: str) -> str:
    """The host as it stands in requests: in ASCII, an IPv6 address in brackets.

    Raises:
        ValueError: there is no such host.
    """
    if not host.isascii() or "xn--" in host:
        # Comes with httpx, which would raise what it finds wrong only when it connects.
        import idna

        host = idna.encode(host, uts46=True).decode()
    if "%" not in host and (":" in host or re.fullmatch(r"[0-9.]+", host)):
        address = ipaddress.ip_address(host)
        return f"[{address}]" if address.version == 6 else str(address)
    if not _HOST.match(host):
        raise ValueError(host)
    return host


def _without_secrets(text: str) -> str:
    """What was typed, without what may be a name and a password in it."""
    return re.sub(r"[^/\s]*@", "", text)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
