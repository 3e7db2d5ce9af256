"""What forms have in common: fields that are checked as they are typed, with what can be taken looked up behind the typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from textual import events, on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker, WorkerError

from ssc_tui.catalogue.codes import CODES
from ssc_tui.catalogue.field_text import Names, choices
from ssc_tui.catalogue.fields import Field, Sort
from ssc_tui.insight.subtitle import subtitle
from ssc_tui.store.reader import Row
from ssc_tui.text import folded, one_line
from ssc_tui.tui import form_questions
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.widgets.below import Suggestion
from ssc_tui.tui.widgets.field_row import FieldRow, Left
from ssc_tui.tui.widgets.item_rows import ItemRow

LISTED = (Sort.CODE, Sort.COUNTRY, Sort.YES_NO)
"""Sorts of fields that are chosen from a list."""

OFFERED = (*LISTED, Sort.RECORD, Sort.ITEM)
"""Sorts of fields of which Enter shows what can be taken."""


class FormPane(Ours, VerticalScroll, can_focus=False):
    """Rows to fill in. The order of the rows is that of Tab and of the arrows.

    Attributes:
        names: the records that its rows name.
    """

    BINDINGS = [Binding("down", "step(1)", show=False), Binding("up", "step(-1)", show=False)]

    class Moved(Message):
        """Another field has the focus, which may be none of these, or something else is typed."""

        def __init__(self, field: Field | None, *, typed: bool) -> None:
            super().__init__()
            self.field = field
            self.typed = typed

    def __init__(self, names: Names) -> None:
        super().__init__(classes="fields")
        self.names = names
        self._looking: dict[FieldRow, Worker[None]] = {}
        self._asked: dict[str, int] = {}

    @property
    def rows(self) -> list[FieldRow | ItemRow]:
        """The fields, in their order."""
        return [row for row in self.children if isinstance(row, FieldRow | ItemRow)]

    @property
    def row(self) -> FieldRow | ItemRow | None:
        """The field that has the focus."""
        focused = self.screen.focused
        return next((row for row in self.rows if focused is not None and focused in row.children), None)

    def say_where(self, *, typed: bool) -> None:
        """Tell which field has the focus."""
        row = self.row
        self.post_message(self.Moved(row.field if row else None, typed=typed))

    def start(self) -> None:
        """Give the first field the focus."""
        self.screen.set_focus(self.rows[0].editor)

    def check(self) -> bool:
        """Whether all can be as it is typed; else each field says why not, and the first of those has the focus."""
        wrong = [row for row in self.rows if row.check()]
        if wrong:
            self.screen.set_focus(wrong[0].editor)
        return not wrong

    # Moving

    def action_step(self, step: int) -> None:
        """Among suggestions or items, then to the next field."""
        if self.row is None or not self.row.move(step):
            self._go(step)

    def _go(self, step: int) -> None:
        rows = self.rows
        place = rows.index(self.row) + step if self.row else 0
        if 0 <= place < len(rows):
            self.screen.set_focus(rows[place].editor)

    @on(Left)
    def _leave_text(self, event: Left) -> None:
        event.stop()
        self.action_step(event.step)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say which keys act."""
        self.say_where(typed=False)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """What could be taken for a field that is left is no longer shown."""
        for row in self.rows:
            if isinstance(row, FieldRow) and event.widget in row.children:
                self._forget(row)

    def close_suggestions(self) -> bool:
        """Show no suggestions any more; False where none were."""
        row = self.row
        if not isinstance(row, FieldRow) or not row.below.offered:
            return False
        self._forget(row)
        return True

    def _forget(self, row: FieldRow) -> None:
        row.offer(())

    # Typing

    @property
    def looking(self) -> bool:
        """Whether what can be taken is still being looked up."""
        return any(not worker.is_finished for worker in self._looking.values())

    async def settled(self) -> None:
        """Wait until it is known which records are meant."""
        for worker in list(self._looking.values()):
            with suppress(WorkerError):
                await worker.wait()

    @on(FieldRow.Changed)
    def _typed(self, event: FieldRow.Changed) -> None:
        event.stop()
        row = event.row
        row.check()
        self.say_where(typed=True)
        known = row.field.sort is Sort.RECORD and self.names.meant(row.field, row.sought) is not None
        if row.has_focus_within and row.sought and not known:
            self._suggest(row)
        else:
            row.offer(())
        self.heard(row)

    def heard(self, row: FieldRow) -> None:
        """Something else is typed in a row."""

    def _suggest(self, row: FieldRow) -> None:
        """Show what the words may mean."""
        field, words = row.field, row.sought
        if field.sort is Sort.RECORD:
            self._looking[row] = self.work(f"suggest {id(row)}", partial(self._suggest_records, row, words))
        elif field.sort is Sort.ITEM:
            self._looking[row] = self.work(f"suggest {id(row)}", partial(self._suggest_items, row, words))
        elif field.sort in LISTED:
            found = choices(field, words)
            said = [choice for choice in found if folded(choice.text) == folded(words)]
            row.offer([] if said and len(found) == 1 else [Suggestion(*choice) for choice in found])

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        row = self.row
        if not isinstance(row, FieldRow) or row.take():
            return
        if row.below.offered and row.sought and self._is_open(row):
            row.move(1)
            row.take()
        elif not row.below.offered and not row.sought and row.field.sort in OFFERED:
            self._suggest(row)
        else:
            self._go(1)

    def _is_open(self, row: FieldRow) -> bool:
        """Whether it is not yet one of those that are offered."""
        typed = row.typed
        if typed.wrong:
            return True
        values = typed.value if isinstance(typed.value, list) else [typed.value]
        return row.field.sort is Sort.CODE and any(str(value) not in CODES[row.field.of] for value in values)

    # Asking the copy

    def work(self, name: str, question: Callable[[Callable[[], bool]], Any]) -> Worker[None]:
        """Ask something about what is typed, in place of what was asked about what was typed before."""
        number = self._asked[name] = self._asked.get(name, 0) + 1

        async def guarded() -> None:
            try:
                await question(lambda: self._asked[name] == number)
            except Exception as error:
                self.ssc.tell_error(error)

        return self.run_worker(guarded, group=name, exclusive=True, exit_on_error=False)

    async def _suggest_records(self, row: FieldRow, words: str, wanted: Callable[[], bool]) -> None:
        rows = await self.ssc.pages.ask(form_questions.suggested, wanted, row.field.of, words)
        if rows is None or not wanted():
            return
        called = [each for each in rows if words.lower() == each.id or folded(words) in (folded(each.title), folded(each.acronym))]
        if len(called) == 1:
            self.names.learn(called[0].ref, called[0].title)
            self.names.mean(words, called[0].ref)
            row.check()
            self.heard(row)
        if row.has_focus_within and row.sought == words:
            row.offer(_as_suggestions(rows, with_kind=not row.field.of))

    # Items of partners

    def _partner_of(self, row: FieldRow) -> str:
        """The id of the partner whose item a row names; empty where none is chosen."""
        value = next((each.value for each in self.rows if each.field.name == row.field.whose), None)
        return value if isinstance(value, str) else ""

    async def _suggest_items(self, row: FieldRow, words: str, wanted: Callable[[], bool]) -> None:
        items = await self.ssc.pages.ask(form_questions.items_of, wanted, self._partner_of(row), row.field.of)
        if items is not None and wanted() and row.has_focus_within and row.sought == words:
            sought = folded(words).split()
            found = [each for each in items if each.id.startswith(words) or all(word in folded(each.topic) for word in sought)]
            row.offer(
                [] if words in [each.id for each in items] else [Suggestion(each.topic, each.beside, typed=each.id) for each in found]
            )

    def explain(self, row: FieldRow) -> None:
        """Say below a row what the item is about that it names by its id."""
        # No key waits for this: it changes nothing that a key acts on.
        self.work(f"explain {id(row)}", partial(self._explain, row))

    async def _explain(self, row: FieldRow, wanted: Callable[[], bool]) -> None:
        items = await self.ssc.pages.ask(form_questions.items_of, wanted, self._partner_of(row), row.field.of)
        if items is not None and wanted():
            row.say_note(next((f"{each.topic} {each.beside}".strip() for each in items if each.id == row.text.strip()), ""))


def _as_suggestions(rows: Sequence[Row], *, with_kind: bool) -> list[Suggestion]:
    return [Suggestion(one_line(row.title), row.ref if with_kind else str(subtitle(row)), row.ref) for row in rows]
