"""Carries requests to a server on this machine that we started ourselves, over one connection."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from ssc_tui.host.asking import Answer, Request, Send
from ssc_tui.host.trouble import ServerError
from ssc_tui.i18n import _

SECONDS = 120.0
"""How long an answer may take: a batch of large records on a slow disk does."""


@contextmanager
def sending(url: str, user: str, password: str) -> Iterator[Send]:
    """Requests to the server at the address, such as `http://127.0.0.1:8888/v1`, in the name of the user."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
    signed = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def send(request: Request) -> Answer:
        body = None if request.body is None else json.dumps(request.body)
        try:
            connection.request(
                request.method,
                place.path + request.path,
                body,
                {"Authorization": signed, "Content-Type": "application/json", **request.headers},
            )
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise ServerError(
                _("The server does not answer any more: {reason}. What it wrote before is kept.").format(reason=error)
            ) from error
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, json.loads(content) if content else {}, headers)

    try:
        yield send
    finally:
        connection.close()
