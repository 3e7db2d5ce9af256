"""Says the matches of a partner in words and in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ssc_tui.catalogue.countries import country_name
from ssc_tui.catalogue.kinds import ref
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.insight.blocks import Block, Line, Target
from ssc_tui.insight.match import Found, Match, Way
from ssc_tui.insight.reasons import World, against, missing, reasons, steps
from ssc_tui.insight.report import Asked, Report, Turn, restricted
from ssc_tui.insight.saying import not_stated, shown
from ssc_tui.insight.topics import CATEGORY, Fit, Topics
from ssc_tui.store.capacities import Item

SHOWN_FITS = 2
"""Fits of one direction that are spelled out."""

HEADINGS: Mapping[Way, str] = {
    Way.BOTH: N_("Both ways: each brings what the other seeks"),
    Way.RING: N_("Rings of three: each brings what the one before seeks"),
    Way.TO_US: N_("One way: they bring what is sought"),
    Way.FROM_US: N_("One way: they seek what is brought"),
}

NAMES: Mapping[Way, str] = {Way.BOTH: "two_way", Way.RING: "ring", Way.TO_US: "brings", Way.FROM_US: "seeks"}
"""The sort of a match in JSON; the last two say what the other partner does."""

ORDER = (
    N_("Both ways come first, then rings of three, then one way."),
    N_("Within each, what was stated to hold until a day that is past comes last."),
    N_(
        "Then it counts how closely need and capacity fit, the looser direction first: words in common within an area or sector; the same"
        " DAC sector; words in common; the same DAC category; the same area; one area within the other."
    ),
    N_("Then how many words they have in common; then how many further reasons there are; then the name."),
    N_("Words that stand in topics of every kind, such as training or support, do not count."),
)
"""How matches are ordered, a sentence for each step."""


class Sides(NamedTuple):
    """What the subject seeks and brings: its items, or what was typed in their stead."""

    seeks: tuple[Item, ...]
    brings: tuple[Item, ...]
    typed: frozenset[str]


class Words:
    """Says matches in words and in JSON."""

    def __init__(self, subject: str, sides: Sides, topics: Topics, world: World, asked: Asked) -> None:
        self.subject = subject
        self.sides = sides
        self.topics = topics
        self.world = world
        self.asked = asked

    def report(self, best: Sequence[Match], counts: Mapping[Way, int], found: Found) -> Report:
        """The whole view."""
        blocks = [self._summary(counts)]
        for way in Way:
            of_way = [match for match in best if match.way is way]
            lines = [line for rank, match in enumerate(of_way, 1) for line in self._lines(rank, match)]
            if more := counts[way] - len(of_way):
                lines.append(Line("", ngettext("{n} more, less close", "{n} more, less close", more)))
            if lines:
                blocks.append(Block(_(HEADINGS[way]), tuple(lines)))
        alone = self._without(found)
        blocks += [
            Block(_("Nobody fits"), tuple(Line(self._side(item), self._item(item)) for item in alone)),
            Block(_("How they are ordered"), tuple(Line("", _(sentence)) for sentence in ORDER if best)),
        ]

        def data() -> dict[str, Any]:
            return {
                "subject": ref("partners", self.subject) if self.subject else None,
                "title": self.world.name(self.subject) if self.subject else None,
                "query": self.asked.query,
                "seeks": [_item_data(item) for item in self.sides.seeks],
                "brings": [_item_data(item) for item in self.sides.brings],
                "counts": {NAMES[way]: counts[way] for way in Way},
                "matches": [self._match(match) for match in best],
                "without_match": [_item_data(item) for item in alone],
            }

        return Report(
            f"match/{self.subject}",
            restricted(self._title(), self.asked.query),
            tuple(block for block in blocks if block.lines),
            data,
            bool(best),
            self._turns(),
        )

    def _turns(self) -> tuple[Turn, ...]:
        """What else may be sought or brought than what the partner states."""
        asks = _("Words in place of what the partner states; none for what it states")
        return (
            Turn("s", _("Sought"), "seeks", shown(self.asked.options.get("seeks")), asks),
            Turn("b", _("Brought"), "brings", shown(self.asked.options.get("brings")), asks),
        )

    def _title(self) -> str:
        typed = [
            self._side(item) + " " + self._item(item) for item in (*self.sides.seeks, *self.sides.brings) if item.side in self.sides.typed
        ]
        if not self.subject:
            return _("Who could exchange with whoever {typed}").format(typed=_(" and ").join(typed))
        beside = f" ({', '.join(typed)})" if typed else ""
        return _("Who could exchange with {partner}{typed}").format(partner=self.world.name(self.subject), typed=beside)

    def _summary(self, counts: Mapping[Way, int]) -> Block:
        if not self.sides.seeks and not self.sides.brings:
            why = _("{partner} states neither what it seeks nor what it brings, so nothing can be matched.")
            return Block("", (Line("", why.format(partner=self.world.name(self.subject))),))
        lines = []
        if self.sides.seeks and self.sides.brings:
            lines += [Line(_("Both ways"), f"{counts[Way.BOTH]:,}"), Line(_("Rings of three"), f"{counts[Way.RING]:,}")]
        if self.sides.seeks:
            bring = ngettext("{n} brings what is sought", "{n} bring what is sought", counts[Way.TO_US])
            lines.append(Line(_("One way"), bring))
        if self.sides.brings:
            one_way = "" if self.sides.seeks else _("One way")
            seek = ngettext("{n} seeks what is brought", "{n} seek what is brought", counts[Way.FROM_US])
            lines.append(Line(one_way, seek))
        if self.subject and not self.sides.seeks:
            lines.append(Line(_("Seeks"), not_stated()))
        if self.subject and not self.sides.brings:
            lines.append(Line(_("Brings"), not_stated()))
        if self.asked.query:
            lines.append(Line(_("Among"), shown(self.asked.query)))
        return Block("", tuple(lines))

    def _match(self, match: Match) -> dict[str, Any]:
        directions = zip(steps(match, self.subject), match.steps, strict=True)
        return {
            "match": NAMES[match.way],
            "partners": [{"ref": ref("partners", other), "title": self.world.name(other)} for other in match.others],
            "steps": [
                {
                    "seeks": ref("partners", seeker) if seeker else None,
                    "brings": ref("partners", bringer) if bringer else None,
                    "fits": [self._fit(fit) for fit in fits],
                }
                for (seeker, bringer), fits in directions
            ],
            "reasons": [{"about": reason.what, "sentence": reason.sentence} for reason in reasons(match, self.world)],
            "against": against(match, self.world),
            "missing": missing(match, self.world),
        }

    def _fit(self, fit: Fit) -> dict[str, Any]:
        return {
            "closeness": fit.closeness.name.lower(),
            "words": list(fit.words),
            "need": _item_data(fit.need),
            "capacity": _item_data(fit.capacity),
            "sentence": self._sentence(fit),
        }

    def _sentence(self, fit: Fit) -> str:
        """A need, the capacity that fits it, and why."""
        named = {
            "bringer": self.world.name(fit.capacity.partner),
            "seeker": self.world.name(fit.need.partner),
            "capacity": self._item(fit.capacity),
            "need": self._item(fit.need),
            "why": "; ".join(self._why(fit)),
        }
        if not fit.need.partner:
            return _("Brings {capacity}: {why}.").format(**named)
        if not fit.capacity.partner:
            return _("Seeks {need}: {why}.").format(**named)
        if fit.need.partner == self.subject:
            return _("Brings {capacity} for {need}: {why}.").format(**named)
        if fit.capacity.partner == self.subject:
            return _("Seeks {need}, for which there is {capacity}: {why}.").format(**named)
        return _("{bringer} brings {capacity} for {need} of {seeker}: {why}.").format(**named)

    def _why(self, fit: Fit) -> Iterator[str]:
        """What need and capacity have in common."""
        need, capacity = fit.need, fit.capacity
        if fit.words:
            words = ", ".join(fit.words)
            yield ngettext("word in common: {words}", "words in common: {words}", len(fit.words)).format(words=shown(words))
        if need.sector and need.sector == capacity.sector and len(need.sector) > CATEGORY:
            yield _("same DAC sector: {code}").format(code=shown(need.sector))
        elif (need.sector or capacity.sector) and (both := self.topics.categories(need) & self.topics.categories(capacity)):
            yield _("same DAC category: {code}").format(code=", ".join(map(shown, sorted(both))))
        if need.area and need.area == capacity.area:
            yield _("same area: {area}").format(area=self._area(need.area))
        elif need.area and capacity.area in self.topics.line(need.area):
            wide, narrow = (need.area, capacity.area) if self.topics.lies_within(capacity.area, need.area) else (capacity.area, need.area)
            yield _("{narrow} lies within {wide}").format(narrow=self._area(narrow), wide=self._area(wide))
        elif not need.partner or not capacity.partner:
            area = need.area or capacity.area
            if area:
                yield _("area: {area}").format(area=self._area(area))

    def _area(self, area: str) -> str:
        found = self.topics.areas.get(area)
        return shown(found.name if found else area)

    def _item(self, item: Item) -> str:
        return (
            f"“{shown(item.topic) or self._area(item.area) or shown(item.sector)}”"
            if item.topic or item.area or item.sector
            else not_stated()
        )

    def _side(self, item: Item) -> str:
        return _("seeks") if item.side == "seeks" else _("brings")

    def _lines(self, rank: int, match: Match) -> Iterator[Line]:
        """A line for each partner of the match; under the last one, why, and what is missing."""
        sentences: list[str] = []
        for fits in match.steps:
            sentences += map(self._sentence, fits[:SHOWN_FITS])
            if (more := len(fits) - SHOWN_FITS) > 0:
                sentences.append(ngettext("{n} more fits this way.", "{n} more fit this way.", more))
        sentences += [*(reason.sentence for reason in reasons(match, self.world)), *against(match, self.world)]
        if lacking := missing(match, self.world):
            sentences.append(_("Missing: {what}.").format(what="; ".join(lacking)))
        for number, other in enumerate(match.others):
            known = self.world.known.get(other)
            where = shown(country_name(known.country)) if known and known.country else _("country not stated")
            last = number == len(match.others) - 1
            yield Line(
                f"{rank}" if not number else "",
                f"{self.world.name(other)} · {where}",
                "\n".join(sentences) if last else "",
                Target("record", ref("partners", other)),
            )

    def _without(self, found: Found) -> list[Item]:
        """Needs and capacities of the subject that nothing of anybody else's fits."""
        met = {fit.need[:3] for fits in found.to_us.values() for fit in fits} | {
            fit.capacity[:3] for fits in found.from_us.values() for fit in fits
        }
        return [item for item in (*self.sides.seeks, *self.sides.brings) if item[:3] not in met]


def _item_data(item: Item) -> dict[str, Any]:
    """An item with what it states."""
    stated = {field: value for field, value in item._asdict().items() if value and field not in ("partner", "side")}
    return {"partner": ref("partners", item.partner) if item.partner else None, **stated}
