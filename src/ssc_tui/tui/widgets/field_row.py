"""One field of a form: what it is called, a line to type in, and below it what is wrong or can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from ssc_tui.catalogue.field_text import Chip, Names, Typed, chip_at, shown, typed, with_chip
from ssc_tui.catalogue.fields import Field, Sort
from ssc_tui.text import clean
from ssc_tui.tui.widgets.below import Below, Suggestion
from ssc_tui.tui.widgets.plain import Plain


class Left(Message):
    """An arrow leads out of what is typed, upward (-1) or downward (1)."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step


class Line(Input):
    """A line to type in, which the arrows leave."""

    def action_scroll_up(self) -> None:
        """Out."""
        self.post_message(Left(-1))

    def action_scroll_down(self) -> None:
        """Out."""
        self.post_message(Left(1))


class LongText(TextArea):
    """A text of several lines, which the arrows leave at its ends."""

    def action_cursor_up(self, select: bool = False) -> None:
        """One line up, or out."""
        if not select and self.cursor_location == (0, 0):
            self.post_message(Left(-1))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """One line down, or out."""
        if not select and self.cursor_location == self.document.end:
            self.post_message(Left(1))
        else:
            super().action_cursor_down(select)


class FieldRow(Widget):
    """A field that is typed in one line, or a text of several."""

    class Changed(Message):
        """Something else is typed in the field of this row."""

        def __init__(self, row: FieldRow) -> None:
            super().__init__()
            self.row = row

    def __init__(
        self, kind: str, place: Field | None, field: Field, label: str, held: Any, preset: Any, names: Names, begun: str | None = None
    ) -> None:
        """Make the row; `begun` is what somebody has typed into it already."""
        super().__init__(classes="field-row")
        self.field = field
        self._kind = kind
        self._place = place
        self._label = label
        self._held = held
        self._preset = preset
        self._names = names
        self._first = clean(shown(field, preset, names))
        self._begun = self._first if begun is None else begun
        self.note = ""
        # A line break in a text of one line would not be seen.
        self._long = field.sort is Sort.LONG or (not field.many and "\n" in self._first)

    def compose(self) -> ComposeResult:
        """Label, line, and what is below."""
        yield Plain(self._label + (" *" if self.field.required else ""), classes="label")
        if self._long:
            yield LongText(self._begun, soft_wrap=True)
        else:
            yield Line(self._begun, compact=True, select_on_focus=False)
        yield Below()

    def on_descendant_focus(self) -> None:
        """Say by its label that keys go here."""
        self.add_class("-here")

    def on_descendant_blur(self) -> None:
        """Say so no longer."""
        self.remove_class("-here")

    @property
    def editor(self) -> Line | LongText:
        """What is typed into."""
        return self.query_one(LongText) if self._long else self.query_one(Line)

    @property
    def below(self) -> Below:
        """What stands below."""
        return self.query_one(Below)

    @property
    def text(self) -> str:
        """What is typed."""
        editor = self.editor
        return editor.text if isinstance(editor, LongText) else editor.value

    @property
    def touched(self) -> bool:
        """Whether something else stands there than at first."""
        return self.text != self._first

    @property
    def typed(self) -> Typed:
        """The value that is meant, and why it cannot be; what was not touched stays as it is."""
        if not self.touched:
            return Typed(self._preset)
        return typed(self._kind, self._place, self.field, self.text, self._held, self._names)

    @property
    def value(self) -> Any:
        """The value that is meant."""
        return self.typed.value

    def put(self, value: Any) -> None:
        """Have another value stand there as at first."""
        self._preset, self._first = value, clean(shown(self.field, value, self._names))
        editor = self.editor
        with editor.prevent(Input.Changed, TextArea.Changed):
            if isinstance(editor, LongText):
                editor.text = self._first
            else:
                editor.value = self._first
                editor.cursor_position = len(self._first)

    def check(self) -> str:
        """Say what is wrong, and give it back."""
        wrong = self.typed.wrong
        self.below.tell(wrong, self.note)
        return wrong

    def tell(self, wrong: str) -> None:
        """Say what is wrong by another rule than the field's own."""
        self.below.tell(wrong, self.note)

    def say_note(self, note: str) -> None:
        """Say what should be known, whether or not anything is wrong."""
        self.note = note
        self.below.tell(self.below.wrong, note)

    # Suggestions

    @property
    def sought(self) -> str:
        """The words for which suggestions are wanted: those of the part of a set in which the cursor is."""
        return (self._chip.text if self.field.many else self.text).strip()

    @property
    def _chip(self) -> Chip:
        editor = self.editor
        return chip_at(self.text, editor.cursor_position if isinstance(editor, Input) else 0)

    def offer(self, suggestions: Sequence[Suggestion]) -> None:
        """Show what can be taken."""
        self.below.offer(suggestions)
        if suggestions:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def move(self, step: int) -> bool:
        """Move among the suggestions; False where the arrow leads to another field."""
        return self.below.move(step)

    def take(self) -> bool:
        """Take the highlighted suggestion; False where there is none."""
        lit, editor = self.below.lit, self.editor
        if lit is None or not isinstance(editor, Input):
            return False
        text = self._names.learn(lit.reference, lit.text) if lit.reference else lit.typed or lit.text
        line, cursor = with_chip(self.text, self._chip, text) if self.field.many else (text, len(text))
        with editor.prevent(Input.Changed):
            editor.value = line
        editor.cursor_position = cursor
        self.offer(())
        self.post_message(self.Changed(self))
        return True

    @on(Below.Clicked)
    def _take_clicked(self, event: Below.Clicked) -> None:
        event.stop()
        self.take()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _tell_change(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        if self.touched or self.below.wrong:
            self.post_message(self.Changed(self))
