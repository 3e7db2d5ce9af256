"""Writing a note about a record, below those that were written before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import TextArea

from ssc_tui.i18n import _
from ssc_tui.store.reader import Note
from ssc_tui.text import clean, one_line
from ssc_tui.tui.widgets.plain import Plain


class NoteScreen(ModalScreen[str | None]):
    """A text to write; gives it back when it is saved, None when it is left.

    Attributes:
        suggested: what is to be suggested to the editors: the text, or without one the newest of the earlier notes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+t", "suggest", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, title: str, draft: str = "") -> None:
        super().__init__()
        self._heading = title
        self._draft = draft
        self._earlier: Sequence[Note] = ()
        self._ready = False
        self._warned = False
        self.suggested = ""

    def compose(self) -> ComposeResult:
        """Room for earlier notes, and the one to write."""
        with VerticalScroll(classes="window", can_focus=False) as window:
            window.border_title = Content(_("Note: {title}").format(title=one_line(self._heading)))
            yield VerticalScroll(classes="earlier", can_focus=False)
            yield TextArea(self._draft, soft_wrap=True)
            yield Plain(_("ctrl+s saves, ctrl+t suggests it to the editors too, Esc leaves"), id="note-foot", classes="foot")

    def on_mount(self) -> None:
        """Write at once."""
        self.set_focus(self.query_one(TextArea))
        self._ready = True
        self.show_earlier(self._earlier)

    def show_earlier(self, notes: Sequence[Note]) -> None:
        """Show what was written before above what is being written; the notes are newest first."""
        self._earlier = notes
        if self._ready:
            self.query_one(".earlier").mount_all(Plain(f"{note.written_at[:10]}  {clean(note.text)}") for note in notes)

    def action_save(self) -> None:
        """Give the text back."""
        text = self.query_one(TextArea).text.strip()
        self.dismiss(text or None)

    def action_suggest(self) -> None:
        """Give the text back, and suggest it."""
        text = self.query_one(TextArea).text.strip()
        self.suggested = text or (self._earlier[0].text if self._earlier else "")
        if self.suggested:
            self.dismiss(text or None)
        else:
            self.query_one("#note-foot", Plain).say(_("There is nothing to suggest yet: write it first."))

    def action_leave(self) -> None:
        """Leave; where something was written, only when asked twice."""
        written = self.query_one(TextArea).text.strip()
        if written and not self._warned:
            self._warned = True
            self.query_one("#note-foot", Plain).say(_("Not saved yet: ctrl+s saves it, Esc once more throws it away."))
            return
        self.dismiss(None)

    def on_text_area_changed(self) -> None:
        """Typing on takes the warning back."""
        if self._warned:
            self._warned = False
            self.query_one("#note-foot", Plain).say(_("ctrl+s saves, ctrl+t suggests it to the editors too, Esc leaves"))
