"""Choosing filters: fields on the left, their values with counts on the right; what is chosen becomes part of the search."""

from __future__ import annotations

from sqlite3 import Connection
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.countries import CONTINENTS, country_name, region_slug
from ssc_tui.catalogue.query import Qualifier, parse, spoken
from ssc_tui.i18n import N_, _
from ssc_tui.store import reader
from ssc_tui.store.facets import Facet, facets
from ssc_tui.text import fit, one_line
from ssc_tui.tui.ours import Ours
from ssc_tui.tui.widgets.plain import Plain

FIELDS = {
    "country": N_("Country"),
    "region": N_("Region"),
    "area": N_("Priority area"),
    "type": N_("Type"),
    "modality": N_("Modality"),
    "status": N_("Status"),
    "fund": N_("Fund"),
    "stage": N_("Stage"),
    "year": N_("Year"),
    "sdg": N_("Goal (SDG)"),
    "principal": N_("Main aim"),
}
"""Fields that can be chosen from, in the order in which they are offered."""

TYPES = {
    "partners": "organisation_type", "areas": "area_kind", "exchanges": "exchange_kind", "publications": "publication_kind",
}  # fmt: skip

_NAMED = {"area": "areas", "fund": "funds", "principal": "areas"}
"""Fields whose values are ids of records, with the kind of those."""

_CONTINENT_OF = {region_slug(region): region_slug(continent) for region, continent in CONTINENTS.items()}


class FilterScreen(Ours, ModalScreen[str | None]):
    """Gives the search back with the chosen filters in it, None where nothing was to be changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f", "done", show=False),
        Binding("h,left", "side(-1)", show=False),
        Binding("l,right", "side(1)", show=False),
        Binding("j", "cursor('down')", show=False),
        Binding("k", "cursor('up')", show=False),
        Binding("g", "cursor('first')", show=False),
        Binding("G", "cursor('last')", show=False),
        Binding("space", "choose", show=False),
        Binding("c,backspace", "clear", show=False),
    ]

    def __init__(self, asked: str, section: str | None) -> None:
        super().__init__()
        self.query_asked = parse(asked)
        self._words = spoken(asked)
        self._section = section
        self._chosen: list[Qualifier] = list(self.query_asked.qualifiers)
        self._field = "country"
        self._facets: list[Facet] = []
        self._titles: dict[str, str] = {}
        self._counting: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Fields, values, and which keys do what."""
        with Vertical(classes="window -tall") as window:
            window.border_title = Content(_("Filter"))
            with Horizontal(classes="columns"):
                yield OptionList(*(Option(Content(_(title)), id=field) for field, title in FIELDS.items()), id="fields", classes="side")
                yield OptionList(id="values")
            yield Plain("", id="chosen", classes="foot")
            yield Plain(_("Enter or Space chooses, h and l change sides, c clears, Esc shows the list"), classes="foot")

    def on_mount(self) -> None:
        """Start with the fields."""
        self.set_focus(self.query_one("#fields"))
        self._say()

    def awaits(self, action: str) -> bool:
        """Whether the values that the action would act on are still being counted."""
        on_values = self.focused is not None and self.focused.id == "values"
        return on_values and self._counting is not None and not self._counting.is_finished

    @on(OptionList.OptionHighlighted, "#fields")
    def _field_changed(self, event: OptionList.OptionHighlighted) -> None:
        self._field = event.option_id or "country"
        self.ssc.counting.interrupt()
        self._counting = self.run_worker(self._count, exclusive=True, group="facets", exit_on_error=False)

    @on(OptionList.OptionSelected, "#fields")
    def _to_values(self) -> None:
        self.action_side(1)

    @on(OptionList.OptionSelected, "#values")
    def _value_chosen(self) -> None:
        self.action_choose()

    async def _count(self) -> None:
        """Count the values of the field, each as if it were the only one of its field that is chosen."""
        query = self.query_asked._replace(qualifiers=tuple(self._chosen))
        try:
            self._facets = await self.ssc.counting.ask(facets, query, self._section, self._field)
            if kind := _NAMED.get(self._field):
                self._titles = await self.ssc.counting.ask(_titles, kind, [facet.value for facet in self._facets])
            elif self._field == "region":
                self._facets = _by_continent(self._facets)
        except Exception as error:
            self.ssc.tell_error(error)
            return
        self._fill()

    def _fill(self) -> None:
        values = self.query_one("#values", OptionList)
        at = values.highlighted
        chosen = self._values()
        # Two columns go to the option's padding, one to the scroll bar.
        width = values.size.width - 3
        values.clear_options()
        if not self._facets:
            values.add_option(Option(Content(_("No record says anything here.")), disabled=True))
        for facet in self._facets:
            mark = "[x]" if facet.value in chosen else "[ ]"
            number = f"{facet.number:,}"
            beneath = "  " * (self._field == "region" and facet.value in _CONTINENT_OF)
            title = fit(beneath + one_line(self._title(facet.value)), max(8, width - len(number) - 5))
            values.add_option(Option(Content(f"{mark} {title} {number}"), id=facet.value))
        values.highlighted = min(at or 0, len(self._facets) - 1) if self._facets else None

    def _title(self, value: str) -> str:
        """A value in words."""
        match self._field:
            case "country":
                return country_name(value.upper())
            case "region":
                names = (name for pair in CONTINENTS.items() for name in pair)
                return next((name for name in names if region_slug(name) == value), value)
            case "type":
                lists = (TYPES[self._section],) if self._section in TYPES else tuple(TYPES.values())
                return next((said for name in lists if (said := label(name, value)) != value), value)
            case "modality" | "status" | "stage":
                return label({"modality": "modality", "status": "activity_status", "stage": "solution_stage"}[self._field], value)
            case field if field in _NAMED:
                return one_line(self._titles.get(value, value))
            case _:
                return value

    def _values(self) -> tuple[str, ...]:
        """The chosen values of the field, as they are in the tags."""
        return tuple(value.lower() for each in self._chosen if each.field == self._field and not each.negated for value in each.values)

    def action_choose(self) -> None:
        """Choose the highlighted value, or no longer; several of a field are alternatives."""
        values = self.query_one("#values", OptionList)
        if self.focused is not values:
            self.action_side(1)
            return
        if values.highlighted is None or not self._facets:
            return
        value = self._facets[values.highlighted].value
        chosen = self._values()
        chosen = tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
        self._chosen = [each for each in self._chosen if each.field != self._field or each.negated]
        if chosen:
            self._chosen.append(Qualifier(self._field, chosen))
        self._fill()
        self._say()

    def action_clear(self) -> None:
        """Choose nothing."""
        self._chosen = []
        self._fill()
        self._say()

    def action_side(self, step: int) -> None:
        """To the fields (-1) or to the values (1)."""
        self.set_focus(self.query_one("#values" if step > 0 else "#fields"))

    def action_cursor(self, way: str) -> None:
        """Move the highlight of the side that has the focus."""
        if isinstance(self.focused, OptionList):
            getattr(self.focused, f"action_{'cursor_' if way in ('up', 'down') else ''}{way}")()

    def action_done(self) -> None:
        """Show the list."""
        self.dismiss(" ".join(part for part in (self._words, *map(str, self._chosen)) if part))

    def _say(self) -> None:
        chosen = one_line(" ".join(map(str, self._chosen))) or _("nothing")
        self.query_one("#chosen", Plain).say(Content(_("Chosen: {chosen}").format(chosen=chosen)))


def _by_continent(found: list[Facet]) -> list[Facet]:
    """Continents, most first, each with its regions after it, so that nobody adds up what stands for the same records."""
    order = {facet.value: number for number, facet in enumerate(found)}
    return sorted(
        found, key=lambda facet: (order.get(_CONTINENT_OF.get(facet.value, facet.value), len(found)), facet.value in _CONTINENT_OF)
    )


def _titles(copy: Connection, kind: str, ids: list[str]) -> dict[str, str]:
    """The titles of records of a kind by their ids."""
    rows = (reader.row_of(copy, kind, record_id) for record_id in ids)
    return {row.id: row.title for row in rows if row}
