"""What is filled in of a round: project, round and pairs. Another project or round brings other pairs, and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical

from ssc_tui.catalogue.field_text import Names
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight import rounds
from ssc_tui.insight.field_labels import field_label
from ssc_tui.insight.rounds import Direction, Round
from ssc_tui.store.edits import Wish
from ssc_tui.tui.widgets.field_row import FieldRow
from ssc_tui.tui.widgets.form_pane import FormPane
from ssc_tui.tui.widgets.item_rows import ItemRow
from ssc_tui.tui.widgets.pair_rows import FIELDS, KIND, Begun, PairRows, Way
from ssc_tui.tui.widgets.plain import Plain

Sides = tuple[str, str]


class RoundPane(FormPane):
    """The rows of a round."""

    def __init__(self, begun: Round, names: Names) -> None:
        super().__init__(names)
        self._begun = begun
        self._place = Vertical(id="pairs")
        self._left = Plain()
        self._project = FieldRow(KIND, None, FIELDS["project"], self._label("project"), None, begun.project or None, names)
        self._round = FieldRow(KIND, None, FIELDS["round"], self._label("round"), None, begun.round, names)

    def _label(self, name: str) -> str:
        return field_label(KIND, name)

    def compose(self) -> ComposeResult:
        """Project and round, then the pairs."""
        yield self._project
        yield self._round
        yield self._left
        self._say_more()
        with self._place:
            yield from self._pairs_of(self._begun, {})

    def _say_more(self) -> None:
        """Say that there are more pairs than can be filled in here."""
        left = self._begun.more
        words = ngettext(
            "{n} more pair of this round: e changes its exchanges", "{n} more pairs of this round: e changes their exchanges", left
        )
        self._left.display = bool(left)
        self._left.say(words.format(n=left))

    @property
    def pairs(self) -> list[PairRows]:
        """The pairs, in their order."""
        return [pair for pair in self._place.children if isinstance(pair, PairRows)]

    @property
    def rows(self) -> list[FieldRow | ItemRow]:
        """The fields, in their order."""
        return [self._project, self._round, *(row for pair in self.pairs for way in pair.ways for row in way.rows.values())]

    @property
    def ways(self) -> Iterator[tuple[Way, str]]:
        """Every direction, with who hosts."""
        return (each for pair in self.pairs for each in pair.both)

    @property
    def partners(self) -> list[str]:
        """Everybody who is named, those of the pair that has the focus first."""
        found = sorted(self.pairs, key=lambda pair: not pair.has_focus_within)
        return list(dict.fromkeys(way.sender for pair in found for way in pair.ways if way.sender))

    @property
    def common(self) -> dict[str, Any]:
        """What all exchanges of the round hold."""
        return {"project": self._project.value, "round": self._round.value}

    @property
    def round(self) -> tuple[str, int | str | None]:
        """The title of the project, and the round, as they are typed."""
        return self._project.text, self._round.value

    @property
    def changed(self) -> bool:
        """Whether anything would be lost."""
        return any(row.touched for way, _host in self.ways for row in way.rows.values())

    @property
    def lacks_figures(self) -> bool:
        """Whether something is typed in a direction of which nothing is on record; without figures it is not saved."""
        return any(row.touched for way, _host in self.ways if not way.direction.held for row in way.rows.values())

    @property
    def wishes(self) -> list[tuple[Way, Wish]]:
        """What is to be saved, and where it is typed."""
        found = []
        for way, host in self.ways:
            held = way.direction.held
            document = way.document(self.common, host)
            if rounds.changed(document, held):
                found.append((way, Wish(KIND, str(held.get("id", "")), held, document)))
        return found

    @property
    def documents(self) -> tuple[list[rounds.Document], list[rounds.Document]]:
        """The exchanges that are on record, and all as they are typed."""
        both = [(way, way.document(self.common, host)) for way, host in self.ways]
        return [way.direction.held for way, _now in both if way.direction.held], [now for way, now in both if way.is_stated]

    def start(self) -> None:
        """Write where the first thing is missing: the project, the partners, then how many are planned."""
        rows = [row for row in self.rows if isinstance(row, FieldRow) and row.field.name in ("project", "sender") and not row.text]
        first = [row for row in self.rows if row.field.name == "planned"]
        self.screen.set_focus((rows or first)[0].editor)

    def check(self) -> bool:
        """Whether all can be as it is typed; else each field says why not, and the first of those has the focus."""
        if not super().check():
            return False
        wrong = {row: _("is required") for row in (self._project, self._round) if row.value is None}
        for pair in self.pairs:
            if any(way.is_stated for way in pair.ways):
                wrong |= {way.rows["sender"]: _("is required") for way in pair.ways if not way.sender}
                there, back = (way.sender for way in pair.ways)
                if there and there == back:
                    wrong[pair.ways[1].rows["sender"]] = _("is the partner on the other side too")
        for row, reason in wrong.items():
            row.tell(reason)
        if wrong:
            self.screen.set_focus(next(iter(wrong)).editor)
        return not wrong

    def heard(self, row: FieldRow) -> None:
        """Another project or round brings other pairs."""
        if row is self._project:
            project = row.value
            if not row.typed.wrong and (project or "") != self._begun.project:
                self.read(partial(self._turn, project or "", None))
        elif row is self._round and self._begun.project and not rounds.same_round(row.value, self._begun.round):
            self.read(partial(self._turn, self._begun.project, row.value))
        elif isinstance(pair := next((each for each in row.ancestors if isinstance(each, PairRows)), None), PairRows):
            pair.say_hosts()
        self.say_where(typed=False)

    def read(self, question: Callable[[Callable[[], bool]], Any]) -> None:
        """Ask for another round; keys wait for it."""
        self._looking[self._round] = self.work("round", question)

    async def _turn(self, project: str, which: int | str | None, wanted: Callable[[], bool]) -> None:
        """Show another round; what somebody typed stays with its partners."""
        if which is None and project == self._begun.project:
            return
        begun = await self.ssc.pages.ask(rounds.round_of, project, which)
        if not wanted():
            return
        if which is None:
            self._round.put(begun.round)
        typed = {(way.sender, host): way.typed for way, host in self.ways if way.typed}
        self._begun = begun
        for reference, title in begun.titles.items():
            self.names.learn(reference, title)
        await self._place.remove_children()
        await self._place.mount_all(self._pairs_of(begun, typed))
        self._say_more()
        self.say_where(typed=True)

    def _pairs_of(self, begun: Round, typed: dict[Sides, dict[str, str]]) -> Iterator[PairRows]:
        left = dict(typed)

        def filled(direction: Direction) -> Begun:
            sides = (direction.sender, direction.host)
            return Begun(direction, begun.usual.get(sides, ""), left.pop(sides, {}))

        for there, back in begun.pairs:
            yield PairRows(filled(there), filled(back), self.names)
        for one, other in list(left):
            if (one, other) in left:
                yield PairRows(filled(Direction(one, other)), filled(Direction(other, one)), self.names)

    async def add_pair(self) -> None:
        """Another pair, whose partners are to be chosen."""
        pair = PairRows(Begun(Direction()), Begun(Direction()), self.names)
        await self._place.mount(pair)
        self.screen.set_focus(pair.ways[0].rows["sender"].editor)
