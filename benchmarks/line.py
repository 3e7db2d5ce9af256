"""A line to a server that counts the bytes that go over it, both ways, as TCP carries them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Line:
    """The line: its address, and the bytes that went over it so far."""

    def __init__(self, url: str) -> None:
        self.down = 0
        self.up = 0
        self.url = ""
        self._to = urlsplit(url)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def take(self) -> tuple[int, int]:
        """The bytes down and up since the last call."""
        taken, self.down, self.up = (self.down, self.up), 0, 0
        return taken

    def run(self) -> None:
        """Carry bytes until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{self._to.path}"
        self._ready.set()
        self._loop.run_forever()

    def wait(self) -> None:
        """Wait until it has an address."""
        self._ready.wait()

    def stop(self) -> None:
        """Carry nothing any more."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        await asyncio.gather(self._pass(reader, back, "up"), self._pass(there, writer, "down"))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65536):
                setattr(self, way, getattr(self, way) + len(chunk))
                writer.write(chunk)
                await writer.drain()
        writer.close()


@contextmanager
def counted(url: str) -> Iterator[Line]:
    """A line to the server at the address, while the block runs."""
    line = Line(url)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    line.wait()
    try:
        yield line
    finally:
        line.stop()
        thread.join()
