"""Preconditions of what is written to a server, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ssc_tui.errors import Refused
from ssc_tui.i18n import _
from ssc_tui.sync.http import Answer
from ssc_tui.text import one_line

NEW: Final[Mapping[str, str]] = {"If-None-Match": "*"}
"""The precondition of a write that must replace nothing."""


def only(last_modified: int) -> dict[str, str]:
    """The precondition of a write that replaces one version and no other; milliseconds as the server counts."""
    return {"If-Match": f'"{last_modified}"'}


def accepted(answer: Answer, *also: int) -> Answer:
    """The answer, if it is a success or has a status that will do as well.

    Raises:
        Refused: it is a refusal.
    """
    if answer.status in also or 200 <= answer.status < 300:
        return answer
    raise Refused(_("The server refused: {reason}.").format(reason=refusal(answer)))


def refusal(answer: Answer) -> str:
    """Why a server refused, in its own words."""
    body = answer.body if isinstance(answer.body, dict) else {}
    details = body.get("details")
    if isinstance(details, list) and details and all(isinstance(each, dict) for each in details):
        return one_line("; ".join(f"{each.get('name')}: {each.get('description')}" for each in details))
    return one_line(str(body.get("message") or body.get("error") or answer.status))
