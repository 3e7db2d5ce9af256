"""What a run costs on the line."""

from __future__ import annotations

from dataclasses import dataclass

HANDSHAKE = 5_000
"""Bytes of a new TLS connection, both ways together."""


@dataclass
class Traffic:
    """Requests and bytes so far, as they go over the line: compressed, with headers, without what TLS and TCP add.

    Attributes:
        requests: requests sent, repeated ones too.
        answered: requests that were answered.
        up: bytes sent.
        down: bytes received.
        handshakes: encrypted connections made.
    """

    requests: int = 0
    answered: int = 0
    up: int = 0
    down: int = 0
    handshakes: int = 0

    @property
    def spent(self) -> int:
        """Bytes that count against a budget."""
        return self.up + self.down + self.handshakes * HANDSHAKE
