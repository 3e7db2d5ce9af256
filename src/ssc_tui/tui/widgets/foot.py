"""The last line of a form: which keys act, why nothing was saved, and whether what was typed may be thrown away."""

from __future__ import annotations

from ssc_tui.catalogue.fields import Field, Sort
from ssc_tui.i18n import _
from ssc_tui.tui.widgets.plain import Plain


class Foot(Plain):
    """Asks once before something is lost; `done` says what ctrl+s does."""

    def __init__(self, done: str) -> None:
        super().__init__(form_keys(done, None), classes="foot")
        self._done = done
        self._asked = False
        self._stays = False
        self._keys = form_keys(done, None)

    def follow(self, field: Field | None, *, typed: bool) -> None:
        """Say which keys act on the field that has the focus; what was said of saving stays until something is `typed`."""
        if typed:
            self._asked = self._stays = False
        keys = form_keys(self._done, field)
        if not self._stays and keys != self._keys:
            self.say(keys)
            self._keys = keys

    def refuse(self, reason: str) -> None:
        """Say why nothing was saved."""
        self._asked, self._stays, self._keys = False, True, ""
        self.say(_("Not saved. {reason}").format(reason=reason))

    def may_leave(self, *, lost: bool) -> bool:
        """Whether the form may be left; where something would be lost, only when asked twice."""
        if not lost or self._asked:
            return True
        self._asked = self._stays = True
        self._keys = ""
        self.say(_("Not saved yet: ctrl+s saves it, Esc once more throws it away."))
        return False


def form_keys(done: str, field: Field | None) -> str:
    """Which keys act on a field; `done` says what ctrl+s does."""
    leave = _("Esc leaves")
    if field is None:
        return f"{done}, {leave}"
    if field.is_list:
        return f"{done}, {leave}. " + _("Enter opens a line or adds one, Delete takes it out")
    move = _("Tab and arrows: next field")
    if field.sort is Sort.LONG:
        return f"{done}, {leave}, {move}"
    if field.sort in (Sort.CODE, Sort.COUNTRY, Sort.YES_NO, Sort.RECORD, Sort.ITEM):
        take = _("Type words: ↓ and Enter take one; Enter alone lists all")
        more = _("several are parted by commas") if field.many else move
        return f"{done}, {leave}. {take}; {more}"
    return f"{done}, {leave}, " + (_("several are parted by commas") if field.many else move)
