"""What a server's refusals mean for whoever keeps it."""

from __future__ import annotations

from ssc_tui.errors import Refused
from ssc_tui.i18n import _
from ssc_tui.sync.http import Answer
from ssc_tui.sync.kinto import refusal


def accepted(answer: Answer, *also: int) -> Answer:
    """The answer, if it is a success or has a status that will do as well.

    Raises:
        Refused: it is a refusal.
    """
    if answer.status in also or 200 <= answer.status < 300:
        return answer
    raise Refused(_("The server refused: {reason}.").format(reason=refusal(answer)))
