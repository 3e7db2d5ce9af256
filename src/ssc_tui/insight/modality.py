"""Modalities of projects: which follows from the countries of the partners, and projects grouped by the stated one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ssc_tui.catalogue.codes import BESIDE_EXCHANGE, MODALITY, label
from ssc_tui.catalogue.countries import countries
from ssc_tui.catalogue.query import Query
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.saying import not_stated


def following(roles: Iterable[tuple[str, str]], homes: Mapping[str, str]) -> str | None:
    """The code of the list "modality" that follows from where those are who exchange; None where that does not say it.

    Among partners in the South it is South-South; with one in the North and partners in one country of the South, North-South; with one in
    the North and partners in several countries of the South, triangular (UN Office for South-South Cooperation: "Southern-driven
    partnerships between two or more developing countries, supported by a developed country"). Who only pays or facilitates decides
    nothing: Norec counts as South-South the projects between partners in the South for which it pays.

    Args:
        roles: partner and role, a partner once for each of its roles.
        homes: the countries of the partners, ISO 3166-1, by id.
    """
    exchanging = {partner for partner, role in roles if role not in BESIDE_EXCHANGE}
    known = countries()
    codes = [homes.get(partner, "") for partner in exchanging]
    if len(exchanging) < 2 or not all(code in known for code in codes):
        return None
    south = {code for code in codes if known[code].south}
    if len(south) == len(set(codes)):
        return "south_south"
    return "triangular" if len(south) > 1 else "north_south" if south else None


def states_alone(query: Query) -> str:
    """What is to be known where a query for a modality finds nothing: one that follows from the partners is on the card alone.

    Empty where no modality is asked for.
    """
    if not any(each.field == "modality" for each in query.qualifiers):
        return ""
    return _("modality: finds the modality that a project states; one that follows from its partners stands on its card alone.")


def by_modality(block: Block, codes: Mapping[str, str], modalities: Mapping[str, int], total: int) -> Iterator[Block]:
    """Projects, how many of each modality; then those of each modality under a heading that leads to their list.

    Args:
        block: the projects that are named, a line each; its heading leads to the list of all.
        codes: the modality of each of them, by where its line leads.
        modalities: how many there are of each modality, whether named or not.
        total: how many there are in all.
    """
    known = [code for code in MODALITY if code in modalities]
    counts = {code: modalities[code] for code in (*known, *sorted(modalities.keys() - set(known)))}
    if (without := total - sum(counts.values())) > 0:
        counts[""] = without
    said, parts = [], []
    for code, number in counts.items():
        named = label("modality", code) if code else not_stated()
        query = Target("list", f"{block.target.value} modality:{code}") if code and block.target else None
        lines = tuple(
            line for line in block.lines if line.target and line.target.what == "record" and codes.get(line.target.value, "") == code
        )
        if more := number - len(lines):
            lines = (*lines, Line("", ngettext("{n} more in the list", "{n} more in the list", more), target=query or block.target))
        said.append(Line("", f"{named}: {number:,}", target=query))
        heading = _("Projects: {modality}").format(modality=named)
        parts.append(Block(f"{heading} ({number:,})", lines, query))
    yield block._replace(lines=tuple(said))
    yield from parts
