"""One connection to one server, with the manners of a bad link: patience, limits, and a sentence for everything that can go wrong.

The only module that knows httpx. What is asked goes to the server's own origin and nowhere else: no redirect is followed, and no address
that an answer names is ever used.
"""

from __future__ import annotations

import contextlib
import datetime
import email.utils
import json
import random
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx
import tenacity
from tenacity.nap import sleep_using_event

from ssc_tui import __version__
from ssc_tui.errors import CaptivePortal, Incompatible, Offline, Refused, SignInNeeded, Stopped, SyncError, Unreadable, Unwell
from ssc_tui.i18n import _
from ssc_tui.sync.address import Address
from ssc_tui.sync.body import read_body
from ssc_tui.sync.pace import PATIENCE, Patience
from ssc_tui.sync.traffic import Traffic
from ssc_tui.text import one_line

Transport = httpx.BaseTransport
"""What carries requests: the network, or a server inside a test."""

OLD = 600.0
"""Seconds by which an answer may be dated before an earlier one."""


class Answer(NamedTuple):
    """What came back: the body read from JSON; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Link:
    """A connection to the server of a catalogue, for one thread.

    Args:
        address: where it is.
        user: name and password, sent to this server alone.
        patience: how long to wait.
        transport: what carries the requests; the network where None.
        date: the time by the server's clock when it last answered, in an earlier run; seconds since 1970.

    Attributes:
        traffic: what was sent and received so far.
        clock_offset: seconds by which the server's clock is ahead of ours; None before the first answer.
        date: the time by the server's clock at its last answer, seconds since 1970.
        backoff: seconds for which the server asked to be left alone after its last answer.
        alert: what the server says about its end of service.
        kept_on_the_way: whether something between here and the server seems to have kept the last answer.
    """

    def __init__(
        self,
        address: Address,
        user: tuple[str, str] | None = None,
        patience: Patience = PATIENCE,
        transport: Transport | None = None,
        date: float | None = None,
    ) -> None:
        if user and not address.private:
            raise Refused(
                _("{server} is not encrypted, so your password was not sent. Use its https address, or sign out.").format(
                    server=address.server
                )
            )
        self.address = address
        self.traffic = Traffic()
        self.clock_offset: float | None = None
        self.date = date
        self.backoff = 0.0
        self.alert: str | None = None
        self.kept_on_the_way = False
        self._patience = patience
        self._stop = threading.Event()
        self._socket: Any = None
        headers = {"User-Agent": f"ssc-tui/{__version__}", "Accept": "application/json", "Accept-Encoding": "zstd, gzip"}
        # A proxy on the way must not answer for the server.
        headers["Cache-Control"] = "no-cache"
        if user:
            headers["Authorization"] = f"Basic {b64encode(':'.join(user).encode()).decode()}"
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(patience.read, connect=patience.connect, pool=5.0),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=60.0),
            transport=transport,
            verify=_trust(address) if transport is None else False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def stop(self) -> None:
        """Make every question end with `Stopped`, the one that waits for its answer too; may be called from any thread."""
        self._stop.set()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def pause(self, seconds: float) -> None:
        """Wait, unless the run is stopped.

        Raises:
            Stopped: it was.
        """
        if self._stop.wait(seconds):
            raise Stopped(_("Stopped. What was received before is kept."))

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, *, patient: bool = True) -> Answer:
        """Ask the server, again where that may help; an answer with a status of 400 to 499 is one too, save those raised.

        Args:
            method: of HTTP.
            path: below the server's address, such as `/batch`.
            body: sent as JSON.
            headers: sent with this question alone.
            patient: whether to ask again after an answer that took too long; the caller asks for less where not.

        Raises:
            Offline, CaptivePortal, Unwell, SignInNeeded, Refused, Incompatible, Stopped: there is no answer to go on with.
        """
        content = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: self._worth_another(error, patient)),
            wait=self._wait,
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            sleep=sleep_using_event(self._stop),
            reraise=True,
        )
        return attempts(self._ask_once, method, path, content, headers)

    def _worth_another(self, error: BaseException, patient: bool) -> bool:
        if self._stop.is_set():
            return False
        if isinstance(error, Unwell):
            return (patient or not error.slow) and (error.wait is None or error.wait <= self._patience.most)
        # Where nobody ever answered there is no connection, and the person is told at once.
        return isinstance(error, Offline) and self.traffic.answered > 0 and (patient or not error.slow)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """As long as the server asks, else at random up to a bound that doubles each time ("full jitter")."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Unwell) and error.wait is not None:
            return error.wait
        return random.uniform(0, min(self._patience.first * 2**state.attempt_number, self._patience.most))  # noqa: S311

    def _ask_once(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        self.pause(0)
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/json"
        request = self._client.build_request(method, self.address.server + path, content=content, headers=sent)
        request.extensions["trace"] = self._trace
        self.traffic.requests += 1
        self.traffic.up += len(method) + len(path) + _size(request.headers) + len(content or b"")
        try:
            response = self._client.send(request, stream=True)
        except httpx.TransportError as error:
            raise self._broken(error) from error
        try:
            self.traffic.answered += 1
            self.traffic.down += _size(response.headers)
            self._note(response.headers)
            self._refuse_early(response)
            body = b"" if method == "HEAD" else self._read(response)
        except httpx.TransportError as error:
            raise self._broken(error) from error
        finally:
            response.close()
        return self._understood(response, body)

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep hold of the socket, so that `stop` can end a wait, and count handshakes."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            self.traffic.handshakes += event.startswith("connection.start_tls")
            if self._stop.is_set():
                # It was stopped while it connected.
                self._hang_up()

    def _note(self, headers: httpx.Headers) -> None:
        """Remember what the headers say of clocks, waiting and end of service."""
        age = headers.get("age", "")
        date = _moment(headers.get("date"))
        self.kept_on_the_way = (age.isdecimal() and age.strip("0") != "") or bool(date and self.date and date < self.date - OLD)
        if date:
            self.date = date
            self.clock_offset = date - time.time()
        self.backoff = _seconds(headers.get("backoff")) or 0.0
        if alert := headers.get("alert"):
            self.alert = one_line(_alert(alert))

    def _refuse_early(self, response: httpx.Response) -> None:
        """Raise for answers of which no part has to be read."""
        host = self.address.host
        if response.status_code in (407, 511) or (response.is_redirect and response.status_code != 304):
            target = response.headers.get("location", "")
            if _same_host(target, self.address.server):
                raise Incompatible(
                    _("{server} sends us on to {target}. Is that the catalogue's address?").format(
                        server=self.address.server, target=one_line(target)
                    )
                )
            raise CaptivePortal(_portal(host))
        # That a question is too large is said by web servers on the way too, each in a page of its own.
        if response.status_code < 500 and response.status_code not in (413, 429) and not _is_json(response.headers):
            if response.status_code in (200, 203, 401, 403) and b"html" in response.headers.get("content-type", "").lower().encode():
                raise CaptivePortal(_portal(host))
            if response.status_code not in (204, 304) and response.request.method != "HEAD":
                raise Incompatible(
                    _("What answers at {server} is no catalogue. Check the address; nothing was changed.").format(
                        server=self.address.server
                    )
                )

    def _read(self, response: httpx.Response) -> bytes:
        encoding = response.headers.get("content-encoding", "")
        return read_body(response.iter_raw(), encoding, self.address.host, self._received, self._patience.answer)

    def _received(self, number: int) -> None:
        self.traffic.down += number
        self.pause(0)

    def _understood(self, response: httpx.Response, body: bytes) -> Answer:
        status, headers = response.status_code, {name.lower(): value for name, value in response.headers.items()}
        if status == 429 or status == 408 or status >= 500:
            raise Unwell(
                _("{host} is there and cannot answer now ({status}). What was received before is kept.").format(
                    host=self.address.host, status=status
                ),
                wait=_seconds(headers.get("retry-after")),
                slow=status in (502, 504),
            )
        try:
            parsed = json.loads(body) if body and (status != 413 or _is_json(response.headers)) else None
        except (ValueError, RecursionError) as error:
            raise Unreadable(_("An answer of {host} arrived cut short or damaged.").format(host=self.address.host)) from error
        raise_for(Answer(status, headers, parsed), self.address.host)
        return Answer(status, headers, parsed)

    def _broken(self, error: httpx.TransportError) -> SyncError:
        """What a failure of the connection means."""
        host = self.address.host
        if self._stop.is_set():
            return Stopped(_("Stopped. What was received before is kept."))
        cause = _certificate_error(error)
        if cause is not None:
            return Refused(self._untrusted(cause))
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
            return Offline(_("No connection to {host}. Everything here can be used without one.").format(host=host))
        if isinstance(error, (httpx.ReadTimeout, httpx.WriteTimeout)):
            return Offline(_("{host} did not answer in time. What was received before is kept.").format(host=host), slow=True)
        if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
            return Offline(_("No way to {host}: {reason}.").format(host=host, reason=one_line(str(error))))
        return Offline(_("The connection to {host} broke. What was received before is kept.").format(host=host), answered=True)

    def _untrusted(self, cause: ssl.SSLCertVerificationError) -> str:
        words = _("{host} could not prove that it is {host} ({reason}), so nothing was sent.").format(
            host=self.address.host, reason=one_line(cause.verify_message)
        )
        # X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED.
        if cause.verify_code in (9, 10):
            today = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
            return f"{words} {_('This machine takes it to be {today}: is its clock right?').format(today=today)}"
        return f"{words} {_('A network that wants you to log in can be the reason; open a web page first.')}"


def raise_for(answer: Answer, host: str) -> None:
    """Raise what the status of an answer, or of a part of one, means for the whole run.

    Raises:
        Unwell: the server cannot answer now.
        SignInNeeded: it wants to know who asks.
        Incompatible: it is at the end of its service.
    """
    if answer.status == 401:
        raise SignInNeeded(_("{host} wants to know who you are. Sign in with `ssc-tui login`, or in the settings.").format(host=host))
    if answer.status == 410 and isinstance(answer.body, dict) and answer.body.get("errno") == 202:
        told = one_line(_alert(answer.headers.get("alert", "")) or str(answer.body.get("message") or ""))
        raise Incompatible(_("{host} has ended its service. {told}").format(host=host, told=told).strip())
    if answer.status == 429 or answer.status >= 500:
        raise Unwell(_("{host} is there and cannot answer now ({status}).").format(host=host, status=answer.status))


def _trust(address: Address) -> ssl.SSLContext | bool:
    """The certificates that the operating system trusts: offices behind proxies that look into traffic have their own there."""
    if not address.server.startswith("https:"):
        return False
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _portal(host: str) -> str:
    return _("Not {host} answered but a page of the network. Open a web browser, log in to the network, then sync again.").format(host=host)


def _is_json(headers: httpx.Headers) -> bool:
    return headers.get("content-type", "").split(";")[0].strip().lower() in ("application/json", "application/problem+json")


def _same_host(target: str, server: str) -> bool:
    """Whether a redirect leads to the same server: to the version of its interface, or from http to https."""
    try:
        here = httpx.URL(server)
        there = here.join(target)
    except httpx.InvalidURL:
        return False
    same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
    return bool(target) and (same or (here.scheme, there.scheme, there.host) == ("http", "https", here.host))


def _size(headers: httpx.Headers) -> int:
    """Bytes of a head: its lines, the first line's fixed parts and the empty line."""
    return sum(len(name) + len(value) + 4 for name, value in headers.raw) + 17


def _moment(text: str | None) -> float | None:
    """Seconds since 1970 of a date of HTTP."""
    try:
        return email.utils.parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, OverflowError):
        return None


def _seconds(text: str | None) -> float | None:
    """How long to wait, from seconds or a date; at the most a day, since a longer wait is nobody's wish."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = _moment(text)
        seconds = moment - time.time() if moment is not None else 0.0
    return min(max(seconds, 0.0), 86_400.0) if seconds == seconds else None


def _alert(text: str) -> str:
    """The message of an `Alert` header, which is JSON with `message` and `url`."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(parsed, dict):
        return ""
    return " ".join(str(parsed[part]) for part in ("message", "url") if parsed.get(part))
