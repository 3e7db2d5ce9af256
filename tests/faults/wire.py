"""Puts a handler of `httpx.MockTransport` on a real socket, where an answer can be spoilt byte by byte."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

import httpx

Handler = Callable[[httpx.Request], httpx.Response]


class Reply(NamedTuple):
    """An answer before it is put into bytes; the body is as the headers say, compressed or not."""

    status: int
    headers: dict[str, str]
    body: bytes


Spoil = Callable[[Reply], bytes]
"""Puts an answer into bytes, and not as HTTP has it. The connection is closed behind them."""


def head(status: int, headers: dict[str, str]) -> bytes:
    """The first lines of an answer, with the empty one."""
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


def streamed(handler: Handler) -> Handler:
    """A handler whose answers come as a stream, as from a network, however they were made."""

    def answer(request: httpx.Request) -> httpx.Response:
        response = handler(request)
        if not response.is_closed:
            return response
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(response.content))

    return answer


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            # The client left, or did not like the certificate.
            self.close_connection = True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = f"http://{self.headers['Host']}{self.path}"
        response = self.server.handler(httpx.Request(self.command, url, headers=list(self.headers.items()), content=body))
        reply = Reply(response.status_code, dict(response.headers), b"".join(response.iter_raw()))
        if self.server.spoil:
            self.wfile.write(self.server.spoil(reply))
            self.close_connection = True
        else:
            self.wfile.write(head(reply.status, reply.headers) + reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    handler: Handler
    spoil: Spoil | None = None
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            if self.tls:
                request = self.tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except OSError:
            # A handshake that came to nothing is what some tests are about.
            return
        finally:
            if self.tls:
                request.close()


class OnTheWire:
    """A handler that listens on loopback while the context lasts; `spoil` can be changed at any time."""

    def __init__(self, handler: Handler, spoil: Spoil | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._server.handler, self._server.spoil, self._server.tls = handler, spoil, tls
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="on the wire")
        self.port = int(self._server.server_address[1])
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def spoil(self, spoil: Spoil | None) -> None:
        """Spoil the answers from now on, or no more."""
        self._server.spoil = spoil

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
