"""What the bars say: sections with counts, keys, where in the list one is, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.catalogue.query import parse
from ssc_tui.i18n import _
from ssc_tui.insight.modality import states_alone
from ssc_tui.keys import COMMANDS, key_label
from ssc_tui.text import cell_width, one_line
from ssc_tui.tui.visits import Visit
from ssc_tui.tui.widgets.bars import Piece


def section_pieces(section: str | None, counts: Mapping[str, int], width: int) -> list[Piece]:
    """The sections with their keys and, where there is room, how many records each holds."""
    names = [label("record_kinds", kind) for kind in SECTIONS]
    numbers = [f" {counts[kind]:,}" if kind in counts else "" for kind in SECTIONS]
    for texts in (
        [f" {key} {name}{number} " for key, (name, number) in enumerate(zip(names, numbers, strict=True), 1)],
        [f" {key} {name}" for key, name in enumerate(names, 1)],
        [f" {key} {name if kind == section else name[:4]}" for key, (kind, name) in enumerate(zip(SECTIONS, names, strict=True), 1)],
    ):
        if sum(map(cell_width, texts)) <= width:
            break
    return [
        Piece(text, "on" if kind == section or section is None else "off", f"section('{kind}')")
        for text, kind in zip(texts, SECTIONS, strict=True)
    ]


def key_pieces(remapped: Mapping[str, str]) -> list[Piece]:
    """The few keys that the footer shows."""
    pieces: list[Piece] = []
    for command in COMMANDS:
        if command.footer:
            key = remapped.get(command.id, command.keys).split(",")[0]
            pieces += [Piece(f" {key_label(key)} ", "key", command.action), Piece(f"{_(command.title)} ", "text", command.action)]
    return pieces


def where(section: str | None, index: int, total: int, order: str, *, counting: bool) -> str:
    """Which row of how many is highlighted."""
    kind = label("record_kinds", section).lower() if section else _("records")
    if not total:
        return _("no {kind}").format(kind=kind)
    many = _("more than {n:,}").format(n=total) if counting else f"{total:,}"
    by = {"name": "", "country": _(", by country"), "newest": _(", newest first")}[order]
    return _("{index:,} of {many} {kind}{by}").format(index=index + 1, many=many, kind=kind, by=by)


def forgiven(forgiven: Mapping[str, str]) -> str:
    """As what each word was read that matches nothing as it was typed; empty where all match."""
    return ", ".join(_("{asked} read as {used}").format(asked=asked, used=used) for asked, used in forgiven.items())


def why_empty(visit: Visit) -> str:
    """Why a list holds nothing, and what to do."""
    if visit.asked:
        said = _("Nothing matches “{asked}”. Esc clears the search.").format(asked=one_line(visit.asked))
        return " ".join(filter(None, (said, states_alone(parse(visit.asked)))))
    kind = label("record_kinds", visit.section).lower() if visit.section else _("records")
    return _("This copy holds no {kind}.").format(kind=kind)


Key = tuple[str, str, str]
"""A key as it is printed, what it does in a word or two, and its action."""


def foot(before: Sequence[Key], giving_way: Sequence[Key], after: Sequence[Key], width: int) -> list[Piece]:
    """Keys side by side; where there is no room for all, the last ones of the middle are left out."""
    middle = list(giving_way)
    while middle and sum(cell_width(key) + cell_width(words) + 3 for key, words, _action in (*before, *middle, *after)) > width:
        middle.pop()
    return [
        piece
        for key, words, action in (*before, *middle, *after)
        for piece in (Piece(f" {key} ", "key", action), Piece(f"{words} ", "text", action))
    ]


def longest_that_fits(ways: Sequence[str], width: int) -> str:
    """The first of the ways that is no longer than the width; the last where none is."""
    return next((way for way in ways if cell_width(way) <= width), ways[-1])
