"""Those who answer in place of the catalogue, and answers that arrive damaged: one small function for each."""

from __future__ import annotations

import datetime
import functools
import gzip
import ssl
from collections.abc import Callable

import httpx
import trustme
from tests.faults.wire import Handler, Reply, head

LOG_IN = "http://portal.example/login"
PAGE = "<!doctype html><html><title>Welcome</title><body>Accept our terms to use the network.</body></html>"


def portal_page(_request: httpx.Request) -> httpx.Response:
    """A captive portal: its page in place of every answer, as a success."""
    return httpx.Response(200, html=PAGE)


def portal_redirect(_request: httpx.Request) -> httpx.Response:
    """A captive portal that sends everybody to its log-in page."""
    return httpx.Response(302, headers={"Location": LOG_IN})


def portal_page_called_json(_request: httpx.Request) -> httpx.Response:
    """A captive portal that does not look at its own headers."""
    return httpx.Response(200, headers={"Content-Type": "application/json"}, text=PAGE)


def network_sign_in(_request: httpx.Request) -> httpx.Response:
    """The one honest portal: 511 Network Authentication Required."""
    return httpx.Response(511, html=PAGE)


def empty_object(_request: httpx.Request) -> httpx.Response:
    """A success that says nothing."""
    return httpx.Response(200, json={})


def other_json(_request: httpx.Request) -> httpx.Response:
    """Some other service that speaks JSON."""
    return httpx.Response(200, json=["up", {"version": 3}])


def broken_page(_request: httpx.Request) -> httpx.Response:
    """The web server before the catalogue says in HTML that there is an error."""
    return httpx.Response(500, html="<h1>Internal Server Error</h1>")


def bad_gateway(_request: httpx.Request) -> httpx.Response:
    """The web server before the catalogue does not reach it."""
    return httpx.Response(502, html="<h1>Bad Gateway</h1>")


def no_name(request: httpx.Request) -> httpx.Response:
    """The name is not known: there is no network, or no such host."""
    raise httpx.ConnectError("[Errno -2] Name or service not known", request=request)


def refused(request: httpx.Request) -> httpx.Response:
    """Nobody listens there."""
    raise httpx.ConnectError("[Errno 111] Connection refused", request=request)


def too_deep(_request: httpx.Request) -> httpx.Response:
    """JSON that is nested ten thousand times."""
    return httpx.Response(200, headers={"Content-Type": "application/json"}, text='{"responses": ' + "[" * 10_000 + "]" * 10_000 + "}")


def edited(handler: Handler, edit: Callable[[str], str]) -> Handler:
    """The answers of another, with their text changed on the way."""

    def answer(request: httpx.Request) -> httpx.Response:
        response = handler(request)
        text = edit(response.read().decode())
        headers = {name: value for name, value in response.headers.items() if name not in ("content-encoding", "content-length")}
        return httpx.Response(response.status_code, headers=headers, content=text.encode("utf-8", "surrogatepass"))

    return answer


class StaleProxy:
    """A cache that obeys nothing: while `stale`, it repeats what it heard last from the same path, whatever was asked."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.stale = False
        self._heard: dict[tuple[str, str], tuple[int, dict[str, str], bytes]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer from memory where stale and heard before, else ask."""
        key = (request.method, request.url.path)
        if not self.stale or key not in self._heard:
            response = self.handler(request)
            self._heard[key] = response.status_code, dict(response.headers), b"".join(response.iter_raw())
        status, headers, body = self._heard[key]
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def plain(reply: Reply) -> bytes:
    """The body as it was before it was compressed."""
    return gzip.decompress(reply.body) if reply.headers.get("content-encoding") == "gzip" else reply.body


def _typed(**headers: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}


def truncated_chunks(reply: Reply) -> bytes:
    """A chunked body without its end."""
    body = plain(reply)
    half = body[: len(body) // 2]
    return head(reply.status, _typed(Transfer_Encoding="chunked")) + b"%x\r\n%s\r\n" % (len(half), half)


def length_too_long(reply: Reply) -> bytes:
    """More is announced than comes."""
    body = plain(reply)
    return head(reply.status, _typed(Content_Length=str(len(body) + 100))) + body


def length_too_short(reply: Reply) -> bytes:
    """Less is announced than comes."""
    body = plain(reply)
    return head(reply.status, _typed(Content_Length=str(len(body) - 10))) + body


def corrupted_gzip(reply: Reply) -> bytes:
    """A compressed body with damage in the middle."""
    body = bytearray(gzip.compress(plain(reply)))
    for place in range(len(body) // 2, len(body) // 2 + 8):
        body[place] ^= 0xFF
    return head(reply.status, _typed(Content_Encoding="gzip", Content_Length=str(len(body)))) + body


def truncated_gzip(reply: Reply) -> bytes:
    """A compressed body without its end, with a length that agrees."""
    body = gzip.compress(plain(reply))[:-20]
    return head(reply.status, _typed(Content_Encoding="gzip", Content_Length=str(len(body)))) + body


def gzip_bomb(reply: Reply) -> bytes:
    """Sixty-four megabytes of spaces in sixty-five kilobytes, and valid JSON at that."""
    body = _bomb()
    return head(reply.status, _typed(Content_Encoding="gzip", Content_Length=str(len(body)))) + body


@functools.cache
def _bomb() -> bytes:
    return gzip.compress(b'{"responses": [' + b" " * (64 << 20) + b"]}")


def called_gzip(reply: Reply) -> bytes:
    """Not compressed, though it says so."""
    body = plain(reply)
    return head(reply.status, _typed(Content_Encoding="gzip", Content_Length=str(len(body)))) + body


def not_called_gzip(reply: Reply) -> bytes:
    """Compressed, and it does not say so."""
    body = gzip.compress(plain(reply))
    return head(reply.status, _typed(Content_Length=str(len(body)))) + body


Certificate = Callable[[trustme.CA, ssl.SSLContext], None]
"""Gives a server a certificate; the authority is the one that clients trust."""

_DAY = datetime.timedelta(days=1)


def good(authority: trustme.CA, server: ssl.SSLContext) -> None:
    """What a client expects."""
    authority.issue_cert("127.0.0.1").configure_cert(server)


def expired(authority: trustme.CA, server: ssl.SSLContext) -> None:
    """It ended yesterday."""
    now = datetime.datetime.now(datetime.UTC)
    authority.issue_cert("127.0.0.1", not_before=now - 30 * _DAY, not_after=now - _DAY).configure_cert(server)


def not_yet_valid(authority: trustme.CA, server: ssl.SSLContext) -> None:
    """It begins tomorrow: mostly it is the client's clock that is wrong."""
    now = datetime.datetime.now(datetime.UTC)
    authority.issue_cert("127.0.0.1", not_before=now + _DAY, not_after=now + 30 * _DAY).configure_cert(server)


def wrong_host(authority: trustme.CA, server: ssl.SSLContext) -> None:
    """It is somebody else's."""
    authority.issue_cert("elsewhere.example").configure_cert(server)


def other_authority(_authority: trustme.CA, server: ssl.SSLContext) -> None:
    """Nobody here trusts who signed it, as with a proxy that looks into what passes."""
    trustme.CA(organization_name="Interception").issue_cert("127.0.0.1").configure_cert(server)


def self_signed(_authority: trustme.CA, server: ssl.SSLContext) -> None:
    """It vouches for itself."""
    itself = trustme.CA()
    with itself.private_key_pem.tempfile() as key, itself.cert_pem.tempfile() as certificate:
        server.load_cert_chain(certificate, key)


def serving(certificate: Certificate, authority: trustme.CA) -> ssl.SSLContext:
    """What a server needs to show this certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate(authority, context)
    return context
