"""Requests to a server and their answers, as what prepares and fills a catalogue needs them, whatever carries them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ssc_tui.host.trouble import ServerError
from ssc_tui.i18n import _

NEW = MappingProxyType({"If-None-Match": "*"})
"""The precondition of a write that must replace nothing."""


def only(last_modified: int) -> Mapping[str, str]:
    """The precondition of a write that replaces one version and no other; milliseconds as the server counts."""
    return {"If-Match": f'"{last_modified}"'}


class Request(NamedTuple):
    """What is asked of a server.

    Attributes:
        path: from behind the version of the protocol, such as `/buckets/directory`.
        body: the JSON object that is sent.
        headers: preconditions.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    """What a server says: the status of HTTP, the JSON object (empty where it sent none), headers by their names in small letters."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = MappingProxyType({})

    @property
    def data(self) -> Any:
        """What the answer is about."""
        return self.body.get("data")


Send = Callable[[Request], Answer]
"""Carries one request to a server, signed in; raises an `SscError` where there is no answer."""


def accepted(answer: Answer, *also: int) -> Answer:
    """The answer, if it is a success or has a status that will do as well.

    Raises:
        ServerError: it is a refusal.
    """
    if answer.status in also or 200 <= answer.status < 300:
        return answer
    if answer.status == 401:
        raise ServerError(_("The server does not take this name and password. Nothing was changed by this request."))
    raise ServerError(_("The server refused: {reason}.").format(reason=refusal(answer)))


def refusal(answer: Answer) -> str:
    """Why a server refused, in its own words."""
    details = answer.body.get("details")
    if isinstance(details, list) and details:
        return "; ".join(f"{each.get('name')}: {each.get('description')}" for each in details)
    return str(answer.body.get("message") or answer.body.get("error") or answer.status)
