"""Words of the interface in the user's language, through gettext.

Message catalogues lie in `locale/<language>/LC_MESSAGES/ssc_tui.mo`; where none fits the environment, the English of the source is used.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path


@cache
def _translations() -> gettext.NullTranslations:
    return gettext.translation("ssc_tui", str(Path(__file__).with_name("locale")), fallback=True)


def _(message: str) -> str:
    """The message in the user's language."""
    return _translations().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the message that goes with `number`; `{n}` in it is the number with separators."""
    return _translations().ngettext(singular, plural, number).replace("{n}", f"{number:,}")


def N_(message: str) -> str:
    """Mark a message for translation that is looked up later, so that no text is built at import."""
    return message
