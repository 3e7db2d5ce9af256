"""What stands below a field of a form: why it cannot be so, what else should be known, and what can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message

from ssc_tui.i18n import _
from ssc_tui.text import fit, one_line
from ssc_tui.tui.widgets.plain import Plain

ROWS = 6
"""Suggestions that are seen at once."""


class Suggestion(NamedTuple):
    """Something that can be taken: its words, what is said beside them, the record that it is, as `kind/id`, and what is typed for it."""

    text: str
    beside: str = ""
    reference: str = ""
    typed: str = ""


class Below(Plain):
    """Sentences, then suggestions with one of them highlighted."""

    class Clicked(Message):
        """A suggestion was clicked, which is highlighted now."""

    def __init__(self) -> None:
        super().__init__(classes="below")
        self.display = False
        self._sentences: tuple[str, ...] = ()
        self._offered: Sequence[Suggestion] = ()
        self._lit: int | None = None

    @property
    def wrong(self) -> str:
        """Why the field cannot be so; empty where it can."""
        return self._sentences[0] if self._sentences else ""

    @property
    def offered(self) -> Sequence[Suggestion]:
        """What can be taken."""
        return self._offered

    @property
    def lit(self) -> Suggestion | None:
        """The highlighted suggestion."""
        return None if self._lit is None else self._offered[self._lit]

    def tell(self, wrong: str, note: str = "") -> None:
        """Say why the field cannot be so, and what should be known; empty for neither."""
        if (wrong, note) != self._sentences:
            self._sentences = (wrong, note)
            self._paint()

    def offer(self, suggestions: Sequence[Suggestion]) -> None:
        """Show other suggestions; none for none."""
        if suggestions or self._offered:
            self._offered, self._lit = suggestions, None
            self._paint()

    def move(self, step: int) -> bool:
        """Move the highlight; False where there is nothing to move to."""
        if not self._offered or (step < 0 and self._lit is None):
            return False
        place = (-1 if self._lit is None else self._lit) + step
        self._lit = min(place, len(self._offered) - 1) if place >= 0 else None
        self._paint()
        return True

    def on_resize(self) -> None:
        """Suggestions are cut to the width."""
        if self._offered:
            self._paint()

    def on_click(self, event: events.Click) -> None:
        """Take what is clicked."""
        number = self._first + event.y - (self.size.height - self._seen)
        if self._offered and 0 <= number < len(self._offered) and event.y >= self.size.height - self._seen:
            self._lit = number
            self.post_message(self.Clicked())

    @property
    def _first(self) -> int:
        """The number of the first suggestion that is seen."""
        return max(0, (self._lit or 0) - ROWS + 1)

    @property
    def _seen(self) -> int:
        return min(ROWS, len(self._offered))

    def _paint(self) -> None:
        wrong, note = self._sentences or ("", "")
        lines = [Content.styled(one_line(f"! {wrong}"), "bold")] if wrong else []
        lines += [Content(one_line(note))] if note else []
        width = max(20, (self.size.width or self.app.size.width - 24) - 1)
        for number in range(self._first, self._first + self._seen):
            each = self._offered[number]
            lit = number == self._lit
            beside = f"  {one_line(each.beside)}" if each.beside else ""
            left = len(self._offered) - self._first - self._seen
            if number == self._first + self._seen - 1 and left:
                beside += _("  (and {n} more)").format(n=left)
            text = fit(f"{'❯' if lit else ' '} {one_line(each.text)}{beside}", width)
            lines.append(Content.styled(text, "bold reverse") if lit else Content(text))
        self.display = bool(lines)
        self.say(Content("\n").join(lines))
