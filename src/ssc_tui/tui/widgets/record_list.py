"""The list of records: shows any number of them by holding only the pages that are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ssc_tui.insight.subtitle import columns
from ssc_tui.store.reader import Row
from ssc_tui.store.search import PAGE
from ssc_tui.text import cell_width, fit, one_line
from ssc_tui.tui.widgets.sentence import sentence_line

PAGES_KEPT = 16
"""Pages that are held; the one longest unseen goes first."""

LAST = 12
"""Columns of what stands last in a row: an acronym, years, a stage."""

WIDE = 64
"""Columns from which a row says where and when beside the title."""


class RecordList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of records with one highlighted. It asks for pages with `PageWanted` and is given them with `put`."""

    COMPONENT_CLASSES = {"record-list--row", "record-list--highlight", "record-list--beside", "record-list--mark", "record-list--kind"}

    class PageWanted(Message):
        """Rows from `first` on, at most `PAGE`, of the results that `show` was last told of."""

        def __init__(self, sender: RecordList, generation: int, first: int) -> None:
            super().__init__()
            self.record_list = sender
            self.generation = generation
            self.first = first

    class Highlighted(Message):
        """Another row is highlighted; None where the list is empty or the row has not been read yet."""

        def __init__(self, row: Row | None) -> None:
            super().__init__()
            self.row = row

    class Opened(Message):
        """A row was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.total = 0
        self.highlighted = 0
        self.generation = 0
        self.with_kinds = False
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._signs: dict[str, str] = {}
        self._told: str | None = None
        self._empty = ""

    def show(
        self,
        total: int,
        rows: Sequence[Row],
        *,
        first: int = 0,
        highlighted: int = 0,
        with_kinds: bool = False,
        empty: str = "",
        steady: bool = False,
    ) -> int:
        """Start on new results: how many there are, as far as is known, and the rows from `first` on; `empty` says why there are none.

        Where the list is to stay `steady`, the highlighted row stays where it is on the screen.

        Returns their generation, with which further rows are given.
        """
        above = self.highlighted - round(self.scroll_y)
        self.generation += 1
        self._pages.clear()
        self._asked.clear()
        self._signs.clear()
        self.with_kinds = with_kinds
        self._empty = empty
        self.total = total
        self._keep(first, rows)
        self._told = None
        self.virtual_size = Size(0, total)
        self.highlighted = -1
        if steady:
            self.scroll_to(y=highlighted - above, animate=False, immediate=True)
        self.highlight(highlighted)
        self.refresh()
        return self.generation

    def put(self, generation: int, first: int, rows: Sequence[Row]) -> None:
        """Take rows that were asked for; those of older results are dropped."""
        if generation == self.generation:
            self._keep(first, rows)
            self._asked.discard(first)
            self.refresh()
            self._tell()

    def sign(self, generation: int, signs: Mapping[str, str]) -> None:
        """Take a sign for each of some records, by reference; those for older results are dropped."""
        if generation == self.generation:
            self._signs.update(signs)
            self.refresh()

    @property
    def held(self) -> list[Row]:
        """The rows of every page that is held."""
        return [row for page in self._pages.values() for row in page]

    def set_total(self, generation: int, total: int) -> None:
        """Learn how many results there are in all."""
        if generation == self.generation and total != self.total:
            self.total = total
            self.virtual_size = Size(0, total)
            self.highlight(min(self.highlighted, total - 1))

    def reread(self) -> None:
        """Ask again for every page that is held, to see what was changed; the rows stay until the new ones are there."""
        for first in self._pages:
            self._ask(first)

    def wants(self, generation: int, first: int) -> bool:
        """Whether a page that was asked for is still looked at."""
        top = round(self.scroll_y)
        seen = generation == self.generation and first < top + self.size.height and first + PAGE > top
        if not seen:
            self._asked.discard(first)
        return seen

    @property
    def row(self) -> Row | None:
        """The highlighted row, None where there is none or it has not been read yet."""
        return self._row(self.highlighted)

    def highlight(self, index: int) -> None:
        """Highlight a row and bring it into view; beyond either end, the last or first one."""
        index = max(0, min(index, self.total - 1))
        if index != self.highlighted:
            self.highlighted = index
            self.refresh()
        # One row above and below stay in view, so that the way on can be seen.
        self.scroll_to_region(Region(0, index, 1, 1), animate=False, immediate=True, x_axis=False)
        self._tell()

    def move(self, way: str) -> None:
        """Move the highlight: up, down, page_up, page_down, first or last."""
        page = max(1, self.size.height - 1)
        step = {"up": -1, "down": 1, "page_up": -page, "page_down": page, "first": -self.total, "last": self.total}[way]
        self.highlight(self.highlighted + step)

    def render_line(self, y: int) -> Strip:
        """One line of the screen; asks for its page where it is not there yet."""
        index = round(self.scroll_y) + y
        width = self.scrollable_content_region.width
        base = self.get_component_rich_style("record-list--row")
        if not self.total:
            return Strip([Segment(sentence_line(self._empty, width, y), base)]).adjust_cell_length(width, base)
        if index >= self.total:
            return Strip.blank(width, base)
        row = self._row(index)
        if row is None:
            self._ask(index - index % PAGE)
            return Strip([Segment(fit(" …", width), base)], width)
        lit = index == self.highlighted
        style = self.get_component_rich_style("record-list--highlight" if lit else "record-list--row")
        return Strip(self._segments(row, width, style, lit)).adjust_cell_length(width, style)

    def _segments(self, row: Row, width: int, style: Style, lit: bool) -> list[Segment]:
        """Marks, title and, where there is room, what, where and when."""
        beside, kind_style, mark = (
            style if lit else self.get_component_rich_style(f"record-list--{part}") for part in ("beside", "kind", "mark")
        )
        beside_title, last = map(one_line, columns(row))
        marks = ("★" if row.bookmarked else " ") + ("✎" if row.noted else " ")
        # The highlight is a sign too, for those who see no colours.
        pointer = Segment("❯" if lit and self.has_focus else "›" if lit else " ", style)
        room = width - 4
        segments = [pointer, Segment(marks, mark), Segment(" ", style)]
        if self.with_kinds:
            kind = min(13, room // 4)
            segments.append(Segment(fit(row.kind, kind), kind_style))
            room -= kind
        title = one_line(row.title)
        if width < WIDE:
            side = min(room // 3, 18)
            both = f"{beside_title}, {last}"
            if row.kind == "exchanges" and last and cell_width(both) <= side:
                # The rounds between the same two differ by their years.
                beside_title = both
            return [
                *segments,
                Segment(fit(title, room - side - 1) + " ", style),
                Segment(self._signed(row, beside_title or last, side), beside),
            ]
        whole = room * 11 // 20
        return [
            *segments,
            Segment(fit(title, whole) + " ", style),
            Segment(fit(beside_title, room - whole - LAST - 2) + " ", beside),
            Segment(self._signed(row, last, LAST), beside),
        ]

    def _signed(self, row: Row, text: str, width: int) -> str:
        """The text, with the sign of the row at the end where it has one."""
        sign = self._signs.get(row.ref)
        return f"{fit(text, width - 2)} {sign}" if sign else fit(text, width)

    def _row(self, index: int) -> Row | None:
        first = index - index % PAGE
        page = self._pages.get(first)
        if page is None or not 0 <= index - first < len(page):
            return None
        self._pages.move_to_end(first)
        return page[index - first]

    def _keep(self, first: int, rows: Sequence[Row]) -> None:
        start = first - first % PAGE
        for number in range(start, first + len(rows), PAGE):
            begin = max(0, number - first)
            page = rows[begin : number - first + PAGE]
            # Only a page that is there from its beginning to its end, or to the end of the results, is one.
            if number >= first and (len(page) == PAGE or number + len(page) >= self.total):
                self._pages[number] = page
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)

    def _ask(self, first: int) -> None:
        if first not in self._asked:
            self._asked.add(first)
            self.post_message(self.PageWanted(self, self.generation, first))

    def _tell(self) -> None:
        """Say what is highlighted, once."""
        row = self.row if self.total else None
        if row is None and self.total:
            self._ask(self.highlighted - self.highlighted % PAGE)
        said = f"{self.generation} {row.ref if row else ''} {(row.bookmarked, row.edited) if row else ''}"
        if said != self._told:
            self._told = said
            self.post_message(self.Highlighted(row))

    def on_focus(self) -> None:
        """The pointer of the highlight says whether keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """See `on_focus`."""
        self.refresh()

    async def on_click(self, event: events.Click) -> None:
        """A click highlights, a second one opens."""
        index = round(self.scroll_y) + event.y
        if index < self.total:
            self.highlight(index)
            if event.chain == 2:
                self.post_message(self.Opened())
