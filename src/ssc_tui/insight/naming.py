"""The records that name a record, in blocks that lead to the lists of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import KINDS, SECTIONS, ref
from ssc_tui.catalogue.projection import tag_value
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.card_fields import ROLES_BACK
from ssc_tui.insight.modality import by_modality
from ssc_tui.insight.saying import shown
from ssc_tui.insight.subtitle import persons, span
from ssc_tui.store.reader import Group, Linked
from ssc_tui.text import sort_key

_FIRST = ("projects", "exchanges")
"""What is looked for first on any card."""


def naming_blocks(
    kind: str, record_id: str, naming: Sequence[Group], totals: Mapping[str, int], modalities: Mapping[str, int]
) -> Iterator[Block]:
    """The records that name a record: a block for each kind, its heading leading to the whole list where a list can show it.

    Args:
        kind: the kind of the record that is named.
        record_id: its id.
        naming: the records that name it.
        totals: how many records of each kind `list_query` finds; where that is not known, those that name the record are counted.
        modalities: how many of the projects that `list_query` finds are of each modality; projects of one modality are not parted.
    """
    for section in dict.fromkeys((*_FIRST, *KINDS)):
        if groups := [group for group in naming if group.kind == section]:
            block = _group(kind, record_id, section, groups, totals.get(section))
            of_projects = (
                section == "projects" and block.target and totals["projects"] > max(modalities.values(), default=totals["projects"])
            )
            yield from by_modality(block, _codes(groups), modalities, totals["projects"]) if of_projects else [block]


def _codes(groups: Sequence[Group]) -> dict[str, str]:
    """The code of each record that is named, as its tag has it, by where its line leads."""
    return {ref(linked.kind, linked.id): tag_value(linked.code) for group in groups for linked in group.first}


def _group(kind: str, record_id: str, section: str, groups: Sequence[Group], total: int | None) -> Block:
    """One line for each record, with everything that it says of this one."""
    said: dict[str, tuple[Linked, list[str]]] = {}
    for group in groups:
        for linked in group.first:
            said.setdefault(linked.id, (linked, []))[1].append(_(ROLES_BACK.get(group.role, group.role)))
    lines = tuple(
        Line("", shown(linked.title), _about(linked, roles), Target("record", ref(section, linked.id)))
        for linked, roles in sorted(said.values(), key=lambda pair: sort_key(pair[0].title))
    )
    naming = len(lines) if all(group.total == len(group.first) for group in groups) else sum(group.total for group in groups)
    asked = list_query(kind, record_id)
    whole = Target("list", f"{section}?{asked}") if asked and total and section in SECTIONS else None
    number = total if whole and total else naming
    if whole and number > len(lines):
        lines = (*lines, Line("", ngettext("{n} more in the list", "{n} more in the list", number - len(lines)), target=whole))
    return Block(f"{label('record_kinds', section)} ({number:,})", lines, whole)


def list_query(kind: str, record_id: str) -> str:
    """The query for all records that have to do with this one; empty for kinds that no qualifier asks for."""
    field = {"partners": "partner", "projects": "project", "funds": "fund", "areas": "area"}.get(kind)
    return f"{field}:{record_id}" if field else ""


def _about(linked: Linked, roles: list[str]) -> str:
    """What the record is to this one, how many went, and when."""
    parts = [", ".join(dict.fromkeys(roles))]
    if linked.kind == "exchanges":
        parts.append(persons(linked.persons))
    return " · ".join(part for part in (*parts, span(linked.start, linked.finish)) if part)
