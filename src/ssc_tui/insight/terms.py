"""Whether the partners of a project work together on equal terms: six rules, each held against what the records state.

The rules are those of Norec's model of reciprocal exchange. A rule holds, does not hold, or what it asks for is not stated; what is not
stated is never held against anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from ssc_tui.catalogue.codes import BESIDE_EXCHANGE
from ssc_tui.catalogue.countries import countries
from ssc_tui.i18n import N_, _, ngettext
from ssc_tui.insight.saying import shown
from ssc_tui.store.terms import Project, Role
from ssc_tui.text import sort_key

SOURCE = N_("Norec, “South-South & Triangular Cooperation Partner of the Month”, UNOSSC")
"""Where the rules are stated."""


class Held(Enum):
    """What became of a rule."""

    HOLDS = N_("holds")
    DOES_NOT = N_("does not hold")
    NOT_STATED = N_("not stated")


class Verdict(NamedTuple):
    """What became of a rule, why in a sentence, and ids of the partners because of whom it does not hold or is not known."""

    held: Held
    sentence: str
    partners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a project is judged by.

    Attributes:
        project: what it states itself.
        names: names of the partners as they are shown, by id.
        sorts: the same folded, by which names are ordered.
        homes: their countries, ISO 3166-1, by id; those without one are left out.
        states: whether partners bring, or seek, something, by partner and side; what is not stated is left out.
        senders: partners that send in an exchange of the project.
        hosts: partners that host in one.
    """

    project: Project
    names: Mapping[str, str]
    sorts: Mapping[str, str]
    homes: Mapping[str, str]
    states: Mapping[tuple[str, str], bool]
    senders: frozenset[str]
    hosts: frozenset[str]

    def name(self, partner: str) -> str:
        """The partner's name; its id where the copy does not hold it."""
        return self.names.get(partner) or shown(partner)

    def list_of(self, partners: Iterable[str]) -> str:
        """The names of partners, in their order."""
        return ", ".join(map(self.name, partners))

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """Who exchanges: everybody but those who only pay or facilitate, each once, in the order of names."""
        ids = {role.partner for role in self.project.roles if role.role not in BESIDE_EXCHANGE}
        return tuple(sorted(ids, key=lambda partner: (self.sorts.get(partner) or sort_key(partner), partner)))

    @property
    def funders(self) -> frozenset[str]:
        """Who pays."""
        return frozenset(role.partner for role in self.project.roles if role.role == "funder")

    @cached_property
    def coordinators(self) -> tuple[Role, ...]:
        """Everybody who was coordinator, the present one first: the one that has been since the latest date."""
        found = [role for role in self.project.roles if role.role == "coordinator"]
        return tuple(sorted(found, key=lambda role: role.since, reverse=True))


class Rule(NamedTuple):
    """A rule of equal terms.

    Attributes:
        id: names it in commands and JSON.
        question: what it asks, marked for translation.
        quoted: the words of `SOURCE` that it follows.
        judge: says what became of it.
    """

    id: str
    question: str
    quoted: str
    judge: Callable[[Facts], Verdict]


def _everyone_exchanges(facts: Facts) -> Verdict:
    if not facts.partners:
        return Verdict(Held.NOT_STATED, _("No partner is on record."))
    if not facts.senders and not facts.hosts:
        return Verdict(Held.NOT_STATED, _("No exchange of this project is on record."))
    only_host = [partner for partner in facts.partners if partner not in facts.senders and partner in facts.hosts]
    only_send = [partner for partner in facts.partners if partner in facts.senders and partner not in facts.hosts]
    neither = [partner for partner in facts.partners if partner not in facts.senders and partner not in facts.hosts]
    sentences = [
        sentence.format(partners=facts.list_of(those))
        for those, sentence in (
            (only_send, _("Sends and does not host: {partners}.")),
            (only_host, _("Hosts and does not send: {partners}.")),
            (neither, _("Neither sends nor hosts: {partners}.")),
        )
        if those
    ]
    if sentences:
        return Verdict(Held.DOES_NOT, " ".join(sentences), (*only_send, *only_host, *neither))
    return Verdict(Held.HOLDS, _("Every partner sends and hosts."))


def _all_assessed(facts: Facts) -> Verdict:
    project = facts.project
    if not project.assessed:
        return Verdict(Held.NOT_STATED, _("No joint assessment is on record."))
    if not facts.partners:
        return Verdict(Held.NOT_STATED, _("No partner is on record."))
    if not project.present:
        return Verdict(Held.NOT_STATED, _("Who took part in the joint assessment is not stated."))
    absent = tuple(partner for partner in facts.partners if partner not in project.present)
    if absent:
        return Verdict(Held.DOES_NOT, _("Assessment incomplete: {partners} absent.").format(partners=facts.list_of(absent)), absent)
    when = shown(project.assessed_on) or _("date not stated")
    return Verdict(Held.HOLDS, _("All partners took part in the joint assessment ({date}).").format(date=when))


def _coordinator_chosen(facts: Facts) -> Verdict:
    if not facts.coordinators:
        return Verdict(Held.NOT_STATED, _("No coordinator is on record."))
    now, *before = facts.coordinators
    since = _("since {date}").format(date=shown(now.since)) if now.since else _("since when is not stated")
    said = _("Coordinator: {partner}, {since}.").format(partner=facts.name(now.partner), since=since)
    for role in before:
        earlier = _("since {date}").format(date=shown(role.since)) if role.since else _("since when is not stated")
        said += " " + _("Before: {partner}, {since}.").format(partner=facts.name(role.partner), since=earlier)
    others = [partner for partner in facts.partners if partner != now.partner]
    if now.chosen_by:
        passed_over = tuple(partner for partner in others if partner not in now.chosen_by and "partners" not in now.chosen_by)
        if passed_over:
            return Verdict(
                Held.DOES_NOT,
                _("{said} Took no part in the choice: {partners}.").format(said=said, partners=facts.list_of(passed_over)),
                passed_over,
            )
        return Verdict(Held.HOLDS, _("{said} Chosen by the partners.").format(said=said))
    roles = {role.role for role in facts.project.roles if role.partner == now.partner}
    if "funder" in roles and now.partner not in facts.senders | facts.hosts:
        return Verdict(Held.DOES_NOT, _("{said} It pays and takes no part in the exchange.").format(said=said), (now.partner,))
    return Verdict(Held.NOT_STATED, _("{said} Who chose it is not stated.").format(said=said), (now.partner,))


def _all_bring_and_seek(facts: Facts) -> Verdict:
    if not facts.partners:
        return Verdict(Held.NOT_STATED, _("No partner is on record."))
    sentences: list[str] = []
    lacking: dict[str, None] = {}
    denied = False
    for side, nothing, unstated in (
        ("brings", _("Brings nothing, as it states: {partners}."), _("Does not state what it brings: {partners}.")),
        ("seeks", _("Seeks nothing, as it states: {partners}."), _("Does not state what it seeks: {partners}.")),
    ):
        for said, words in ((False, nothing), (None, unstated)):
            if those := [partner for partner in facts.partners if facts.states.get((partner, side)) is said]:
                sentences.append(words.format(partners=facts.list_of(those)))
                lacking.update(dict.fromkeys(those))
                denied = denied or said is False
    if sentences:
        return Verdict(Held.DOES_NOT if denied else Held.NOT_STATED, " ".join(sentences), tuple(lacking))
    return Verdict(Held.HOLDS, _("Every partner states what it brings and what it seeks."))


def _decided_in_the_south(facts: Facts) -> Verdict:
    if not facts.coordinators:
        return Verdict(Held.NOT_STATED, _("No coordinator is on record."))
    coordinator = facts.coordinators[0].partner
    home = countries().get(facts.homes.get(coordinator, ""))
    if home is None:
        return Verdict(
            Held.NOT_STATED,
            _("The country of the coordinator, {partner}, is not stated.").format(partner=facts.name(coordinator)),
            (coordinator,),
        )
    said = {"partner": facts.name(coordinator), "country": home.name}
    if home.south:
        return Verdict(Held.HOLDS, _("The coordinator, {partner}, is in the South: {country}.").format(**said))
    return Verdict(Held.DOES_NOT, _("The coordinator, {partner}, is in the North: {country}.").format(**said), (coordinator,))


def _no_funder_first(facts: Facts) -> Verdict:
    if not facts.project.roles:
        return Verdict(Held.NOT_STATED, _("No partner is on record."))
    if not facts.funders:
        return Verdict(Held.HOLDS, _("No funder is named among the partners."))
    first = facts.project.roles[0]
    if first.role == "funder" and facts.partners:
        said = _("The record names a funder before the partners: {partner}. Lists here do not.")
        return Verdict(Held.DOES_NOT, said.format(partner=facts.name(first.partner)), (first.partner,))
    title = sort_key(facts.project.title)
    named = sorted(funder for funder in facts.funders if title.startswith(sort_key(facts.names.get(funder) or funder) + " "))
    if named:
        return Verdict(
            Held.DOES_NOT, _("The title begins with the name of a funder: {partner}.").format(partner=facts.list_of(named)), tuple(named)
        )
    return Verdict(Held.HOLDS, _("No funder is named before the partners."))


RULES = (
    Rule("exchange", N_("Does everyone send and host?"), "all partner organisations send and receive personnel", _everyone_exchanges),
    Rule(
        "assessment",
        N_("Did all partners take part in the joint assessment?"),
        "they jointly identify their needs and capacities",
        _all_assessed,
    ),
    Rule(
        "coordinator",
        N_("Was the coordinator chosen by the partners, and when?"),
        "it is the partners who select the coordinator of the project among themselves",
        _coordinator_chosen,
    ),
    Rule(
        "both_sides",
        N_("Does each bring and seek something?"),
        "everyone in an exchange project has both something valuable to bring to the table, as well as something to learn",
        _all_bring_and_seek,
    ),
    Rule(
        "decisions",
        N_("Are decisions taken in the South?"),
        "The ownership of the projects and all decisions made are in the Global South",
        _decided_in_the_south,
    ),
    Rule("funder", N_("Is no funder put first?"), "Norec engages with all partners on equal terms", _no_funder_first),
)
"""The rules, in the order in which they are shown."""


def verdicts(facts: Facts) -> dict[str, Verdict]:
    """What became of each rule, by the rule's id."""
    return {rule.id: rule.judge(facts) for rule in RULES}


def tally(held: Sequence[Verdict]) -> str:
    """How many rules hold, do not, and ask for what is not stated, in words."""
    counts = {each: sum(verdict.held is each for verdict in held) for each in Held}
    return ", ".join(
        (
            ngettext("{n} holds", "{n} hold", counts[Held.HOLDS]),
            ngettext("{n} does not", "{n} do not", counts[Held.DOES_NOT]),
            ngettext("{n} not stated", "{n} not stated", counts[Held.NOT_STATED]),
        )
    )
