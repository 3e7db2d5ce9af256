"""What stands beside a title in a list: what the record is, where, and when, in words."""

from __future__ import annotations

from typing import NamedTuple

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.countries import country_name
from ssc_tui.i18n import _, ngettext
from ssc_tui.store.reader import Row
from ssc_tui.text import one_line

CODE_LISTS = {
    "partners": "organisation_type",
    "projects": "modality",
    "exchanges": "exchange_kind",
    "areas": "area_kind",
    "solutions": "solution_stage",
    "publications": "publication_kind",
    "contributions": "contribution_kind",
}
"""The list that an entry's code is of, by kind; funds have none."""

NAMED_COUNTRIES = 3
"""Countries that are named; more are counted."""


class Parts(NamedTuple):
    """What, where and when; each may be empty."""

    what: str
    where: str
    when: str

    def __str__(self) -> str:
        """The parts that there are, in one line."""
        return " · ".join(part for part in self if part)


def subtitle(row: Row) -> Parts:
    """The three parts for a row of any kind."""
    what = [label(CODE_LISTS[row.kind], row.code)] if row.code and row.kind in CODE_LISTS else []
    if row.kind == "exchanges":
        what.insert(0, persons(row.persons))
    return Parts(", ".join(what), _where(row.city, row.countries.split()), span(row.start, row.finish))


def columns(row: Row) -> tuple[str, str]:
    """What a list says in two columns beside the title: the wider one, and one of at most a dozen characters."""
    wide, narrow = _columns(row)
    return (", ".join(part for part in (_("edited"), wide) if part), narrow) if row.edited else (wide, narrow)


def _columns(row: Row) -> tuple[str, str]:
    what, where, when = subtitle(row)
    match row.kind:
        case "partners":
            return where, row.acronym
        case "projects":
            return where or what, when
        case "solutions":
            return where, what
        case "exchanges":
            return persons(row.persons), when
        case _:
            return what, when


def _where(city: str, countries: list[str]) -> str:
    names = [country_name(code) for code in countries]
    if len(names) > NAMED_COUNTRIES + 1:
        names = [*names[:NAMED_COUNTRIES], ngettext("{n} more", "{n} more", len(names) - NAMED_COUNTRIES)]
    return ", ".join([city, *names] if city else names)


def persons(number: int | None) -> str:
    """So many persons; None where that is not stated."""
    return _("persons not stated") if number is None else ngettext("{n} person", "{n} persons", number)


def span(start: str | None, end: str | None) -> str:
    """The years from start to end: `2017-2020`, `since 2022`, `until 2020`; empty where neither is stated."""
    start, end = one_line(start or ""), one_line(end or "")
    if start and end:
        return start[:4] if start[:4] == end[:4] else f"{start[:4]}–{end[:4]}"
    if end:
        return _("until {year}").format(year=end[:4])
    return start[:4] if start else ""
