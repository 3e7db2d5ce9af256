"""A TCP proxy on loopback that spoils connections as bad links do: slow, cut, reset, silent, or answered with nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Self

CHUNK = 65536
AT_ONCE = struct.pack("ii", 1, 0)
"""The value of SO_LINGER that makes closing a reset."""


class Reset(Enum):
    """Where the connection is reset."""

    ON_CONNECT = "before anything was read"
    BEFORE_REQUEST = "when the request came, before the server saw it"
    BEFORE_ANSWER = "when the server answered, before the client saw it"


@dataclass(frozen=True)
class Plan:
    """What happens to one connection; without anything set, all passes through."""

    latency: float = 0.0
    """Seconds that each piece of a request waits."""
    rate: int | None = None
    """Bytes a second, in each direction."""
    cut_up: int | None = None
    """Bytes from the client after which the connection ends."""
    cut_down: int | None = None
    """Bytes to the client after which the connection ends."""
    stall: int | None = None
    """Bytes to the client after which nothing comes any more, though the connection stays open."""
    abrupt: bool = False
    """The cut is a reset, where else it looks like an orderly end."""
    reset: Reset | None = None
    garbage: bytes | None = None
    """Sent in place of the answer, without asking the server."""


@dataclass
class Connection:
    """One connection that was made: the bytes that came from the client and went to it, and what the client sent."""

    plan: Plan
    up: int = 0
    down: int = 0
    asked: bytes = b""


class _Spoilt(Exception):
    """The plan says that the connection ends here; `hard` makes it a reset."""

    def __init__(self, hard: bool) -> None:
        self.hard = hard


class FaultProxy:
    """Stands before a server while the context lasts; each new connection takes the next of `plans`, and then `plan`."""

    def __init__(self, host: str, port: int, *plans: Plan) -> None:
        self.upstream = (host, port)
        self.plans = deque(plans)
        self.plan = Plan()
        self.connections: list[Connection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop).result()
        self.host, self.port = self._server.sockets[0].getsockname()
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """Where a client finds the proxy."""
        return f"http://{self.host}:{self.port}"

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Connection(self.plans.popleft() if self.plans else self.plan)
        self.connections.append(link)
        hard = False
        try:
            await self._relay(link, reader, writer)
        except _Spoilt as end:
            hard = end.hard
        except (OSError, asyncio.CancelledError):
            hard = True
        await _end(writer, hard)

    async def _relay(self, link: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if link.plan.reset is Reset.ON_CONNECT:
            raise _Spoilt(hard=True)
        if link.plan.reset is Reset.BEFORE_REQUEST or link.plan.garbage is not None:
            link.up += len(await reader.read(CHUNK))
            writer.write(link.plan.garbage or b"")
            link.down += len(link.plan.garbage or b"")
            raise _Spoilt(hard=link.plan.reset is not None)
        from_server, to_server = await asyncio.open_connection(*self.upstream)
        ways = [asyncio.create_task(_up(link, reader, to_server)), asyncio.create_task(_down(link, from_server, writer))]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _end(to_server, hard=False)


async def _up(link: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(_size(link.plan)):
        await asyncio.sleep(link.plan.latency)
        kept = piece if link.plan.cut_up is None else piece[: link.plan.cut_up - link.up]
        link.up += len(kept)
        link.asked += kept
        await _pass(link.plan, writer, kept)
        if link.up == link.plan.cut_up:
            raise _Spoilt(link.plan.abrupt)


async def _down(link: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    limit = link.plan.stall if link.plan.cut_down is None else link.plan.cut_down
    while piece := await reader.read(_size(link.plan)):
        if link.plan.reset is Reset.BEFORE_ANSWER:
            raise _Spoilt(hard=True)
        kept = piece if limit is None else piece[: limit - link.down]
        link.down += len(kept)
        await _pass(link.plan, writer, kept)
        if link.down == link.plan.cut_down:
            raise _Spoilt(link.plan.abrupt)
        if link.down == link.plan.stall:
            await asyncio.Event().wait()


def _size(plan: Plan) -> int:
    return CHUNK if plan.rate is None else max(1, plan.rate // 20)


async def _pass(plan: Plan, writer: asyncio.StreamWriter, piece: bytes) -> None:
    writer.write(piece)
    await writer.drain()
    if plan.rate:
        await asyncio.sleep(len(piece) / plan.rate)


async def _end(writer: asyncio.StreamWriter, hard: bool) -> None:
    if hard:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        writer.transport.abort()
    else:
        writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
