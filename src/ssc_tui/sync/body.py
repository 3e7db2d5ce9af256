"""Reads the body of an answer: decompressed, and given up where it is larger, denser or slower than an answer can be."""

from __future__ import annotations

import gzip
import io
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, cast

import zstandard

from ssc_tui.errors import Offline, Unreadable, Unwell
from ssc_tui.i18n import _

MOST_BYTES = 32 * 1024 * 1024
"""Of an answer, decompressed."""

MOST_RATIO = 50
"""Decompressed bytes for each received one, above the first `FREE_BYTES`; JSON of records comes to 10 at the most."""

FREE_BYTES = 1024 * 1024
LEAST_RATE = 200
"""Bytes in a second below which an answer is given up, over `RATE_WINDOW` seconds."""

RATE_WINDOW = 60.0
CHUNK = 64 * 1024


def read_body(chunks: Iterator[bytes], encoding: str, host: str, received: Callable[[int], None], most_seconds: float) -> bytes:
    """The body, decompressed.

    Args:
        chunks: the bytes as they come; pieces of a size would be waited for, out of sight of every limit.
        encoding: the value of `Content-Encoding`.
        host: who answers, for the person.
        received: told how many bytes came, each time.
        most_seconds: for all of it.

    Raises:
        Unreadable: it is too large, damaged, or compressed as nobody asked for.
        Unwell, Offline: it takes too long, or trickles.
    """
    raw = _Raw(chunks, received, most_seconds)
    form = encoding.strip().lower() or "identity"
    if form not in _DECODERS:
        raise Unreadable(_("{host} answers in a form that nobody asked for ({form}).").format(host=host, form=form))
    body = bytearray()
    try:
        decoded = _DECODERS[form](raw)
        while chunk := decoded.read(CHUNK):
            body += chunk
            if len(body) > MOST_BYTES or len(body) > max(FREE_BYTES, raw.taken * MOST_RATIO):
                raise Unreadable(_("{host} sent more than an answer can hold; it was not read to its end.").format(host=host))
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
        raise Unreadable(_("An answer of {host} arrived damaged.").format(host=host)) from error
    return bytes(body)


class _Raw(io.RawIOBase):
    """The received bytes as a file, which gives up on an answer that trickles."""

    def __init__(self, chunks: Iterator[bytes], received: Callable[[int], None], most_seconds: float) -> None:
        self.taken = 0
        self._chunks = chunks
        self._received = received
        self._rest = b""
        self._started = self._window = time.monotonic()
        self._in_window = 0
        self._most_seconds = most_seconds

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end alone: `gzip` takes a head that comes in pieces for damage."""
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                size = len(self._rest)
                break
            self.taken += len(chunk)
            self._received(len(chunk))
            self._watch(len(chunk))
            self._rest += chunk
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    def _watch(self, number: int) -> None:
        now = time.monotonic()
        self._in_window += number
        if now - self._started > self._most_seconds:
            raise Unwell(_("An answer took too long. What was received before is kept."), slow=True)
        if now - self._window >= RATE_WINDOW:
            if self._in_window < LEAST_RATE * RATE_WINDOW:
                raise Offline(_("The connection is too slow to go on now. What was received before is kept."), slow=True)
            self._window, self._in_window = now, 0


_DECODERS: Mapping[str, Callable[[_Raw], Any]] = {
    "identity": lambda raw: raw,
    "gzip": lambda raw: gzip.GzipFile(fileobj=raw, mode="rb"),
    "zstd": lambda raw: zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", raw), read_across_frames=True),
}
