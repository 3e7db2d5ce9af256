"""What speaks for a match beside its topic, and what is missing to it: languages, hosting, balance, region, work together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.countries import countries
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.balance import Balance, balances
from ssc_tui.insight.match import Match, Way, expired
from ssc_tui.insight.saying import shown
from ssc_tui.insight.subtitle import persons
from ssc_tui.insight.sums import HOST, NOTHING, PAIR, SENDER, Sum, summed
from ssc_tui.store.capacities import Item, Known
from ssc_tui.store.flows import Bare


class Reason(NamedTuple):
    """Something that speaks for a match: what it is about (language, hosted, together, balance, region), and in words."""

    what: str
    sentence: str


class World(NamedTuple):
    """What is known of the partners that a match names.

    Attributes:
        subject: id of the partner that asks; empty where nobody does.
        known: partners by id, with titles in one safe line.
        together: projects in which others take part beside the subject, by the other's id.
        balance: what each partner sent and hosted, by id.
        pairs: what went from whom to whom, by sender and host.
        other_side: what each other partner seeks (where it brings one way) or brings (where it seeks one way), by side and id.
        today: ISO 8601 date.
    """

    subject: str
    known: Mapping[str, Known]
    together: Mapping[str, Sequence[tuple[str, str]]]
    balance: Mapping[str, Balance]
    pairs: Mapping[tuple[str | None, str | None], Sum]
    other_side: Mapping[tuple[str, str], Sequence[Item]]
    today: str

    def name(self, partner: str) -> str:
        """The partner's name; its id where the copy does not hold it; "you" for who asks without being one."""
        if not partner:
            return _("you")
        found = self.known.get(partner)
        return found.title if found else shown(partner)


def exchanged(flows: Sequence[Bare]) -> tuple[dict[str, Balance], Mapping[tuple[str | None, str | None], Sum]]:
    """What each partner sent and hosted, and what went from whom to whom."""
    (pairs,) = summed(flows, PAIR)
    return {each.partner: each for each in balances(*summed(flows, SENDER, HOST)) if each.partner}, pairs


def steps(match: Match, subject: str) -> list[tuple[str, str]]:
    """Who would learn and host, and who would bring and send, for each direction of a match."""
    first, *second = match.others
    match match.way:
        case Way.BOTH:
            return [(subject, first), (first, subject)]
        case Way.RING:
            return [(subject, first), (first, second[0]), (second[0], subject)]
        case Way.TO_US:
            return [(subject, first)]
        case Way.FROM_US:
            return [(first, subject)]


def reasons(match: Match, world: World) -> list[Reason]:
    """What speaks for a match beside its topics."""
    if not world.subject:
        return []
    found = [
        _languages(match, world)[0],
        *_hosted(match, world),
        _together(match, world),
        _balance(match, world)[0],
        _region(match, world),
    ]
    return [reason for reason in found if reason]


def _languages(match: Match, world: World) -> tuple[Reason | None, list[str]]:
    """A language in common for every direction, or what is missing to it."""
    common: dict[str, None] = {}
    missing: dict[str, None] = {}
    for (seeker, bringer), fits in zip(steps(match, world.subject), match.steps, strict=True):
        needed = fits[0].capacity.language
        learns, brings = (world.known[each].languages if each in world.known else frozenset() for each in (seeker, bringer))
        if needed and (needed in learns or needed == fits[0].need.language):
            common[needed] = None
        elif needed and learns:
            missing[_("{language} at {partner}").format(partner=world.name(seeker), language=_language(needed))] = None
        elif shared := sorted(learns & brings):
            common.update(dict.fromkeys(shared))
        elif learns and brings:
            missing[_("a language in common of {one} and {other}").format(one=world.name(seeker), other=world.name(bringer))] = None
        else:
            unstated = [partner for partner, languages in ((seeker, learns), (bringer, brings)) if not languages]
            missing.update(dict.fromkeys(_("languages of {partner}").format(partner=world.name(partner)) for partner in unstated))
    if missing:
        return None, list(missing)
    said = ", ".join(_language(code) for code in common)
    return Reason("language", _("A language in common: {languages}.").format(languages=said)), []


def _language(code: str) -> str:
    return shown(label("language", code))


def _hosted(match: Match, world: World) -> Iterator[Reason]:
    """Who would host and has done so: the same partner's people, or at least others'."""
    for host, sender in steps(match, world.subject):
        between = world.pairs.get((sender, host), NOTHING)
        ever = world.balance.get(host, Balance(host)).hosted
        names = {"host": world.name(host), "sender": world.name(sender)}
        if between.persons or between.unstated:
            yield Reason("hosted", _("{host} has hosted before: {persons} of {sender}.").format(persons=_persons(between), **names))
        elif host != world.subject and (ever.persons or ever.unstated):
            yield Reason("hosted", _("{host} has hosted before: {persons}.").format(persons=_persons(ever), **names))


def _persons(hosted: Sum) -> str:
    """How many were hosted, and whether there may be more."""
    if not hosted.persons:
        return persons(None)
    known = persons(hosted.persons)
    return _("{persons} and more, not stated").format(persons=known) if hosted.unstated else known


def _together(match: Match, world: World) -> Reason | None:
    shared = [project for other in match.others for project in world.together.get(other, ())]
    if not shared:
        return None
    more = len(dict.fromkeys(shared)) - 1
    others = " " + ngettext("and {n} more", "and {n} more", more) if more else ""
    return Reason("together", _("Already together in {project}{others}.").format(project=shown(shared[0][1]), others=others))


def _balance(match: Match, world: World) -> tuple[Reason | None, str]:
    """What the match would do to what its partners sent and hosted until now; in a ring each sends and hosts, which moves nothing.

    Returns: a reason for the match, and what speaks against it.
    """
    if match.way is Way.RING:
        return None, ""
    (host, sender), *back = steps(match, world.subject)
    if back and _leaning(world, host) < 0:
        host, sender = sender, host
    # Hosting levels whoever has sent more, sending levels whoever has hosted more (Norec: "approximately equal numbers").
    good = [_leaning(world, host) > 0, _leaning(world, sender) < 0]
    bad = [_leaning(world, host) < 0, _leaning(world, sender) > 0]
    state = "; ".join(filter(None, (_state(world, host), _state(world, sender))))
    names = {"sender": world.name(sender), "host": world.name(host), "state": state}
    if back:
        if not all(good):
            return None, ""
        return Reason("balance", _("More persons from {sender} to {host} than back would level both: {state}.").format(**names)), ""
    if any(good) and not any(bad):
        return Reason("balance", _("{sender} sending to {host} would bring the balance nearer to level: {state}.").format(**names)), ""
    if any(bad) and not any(good):
        return None, _("One way would take the balance further from level: {state}.").format(**names)
    return None, ""


def _leaning(world: World, partner: str) -> int:
    """Persons sent more than hosted, negative where more were hosted; 0 too where that is not known, since it then says nothing."""
    balance = world.balance.get(partner, Balance(partner))
    return 0 if balance.sent.unstated or balance.hosted.unstated else balance.difference


def _state(world: World, partner: str) -> str:
    """How many persons more a partner sent than it hosted, or the other way round, in words; empty where level or not known."""
    more = _leaning(world, partner)
    if not more:
        return ""
    if more > 0:
        said = ngettext("{partner} has sent {n} more than it has hosted", "{partner} has sent {n} more than it has hosted", more)
    else:
        said = ngettext("{partner} has hosted {n} more than it has sent", "{partner} has hosted {n} more than it has sent", -more)
    return said.format(partner=world.name(partner))


def _region(match: Match, world: World) -> Reason | None:
    where = [countries().get(world.known[each].country) if each in world.known else None for each in (world.subject, *match.others)]
    regions = {country.region if country else "" for country in where}
    if len(regions) != 1 or not (region := regions.pop()):
        return None
    return Reason("region", _("In the same region: {region}.").format(region=region))


def against(match: Match, world: World) -> list[str]:
    """What speaks against a match, a sentence for each."""
    found = [_balance(match, world)[1]] if world.subject else []
    for step in match.steps:
        if expired(step[0], world.today):
            until = min(until for until in (step[0].need.valid_until, step[0].capacity.valid_until) if until)
            found.append(_("Was stated to hold until {date}.").format(date=shown(until)))
    return [each for each in found if each]


def missing(match: Match, world: World) -> list[str]:
    """What no record states and would have to be asked before the match can be planned, most important first."""
    found = list(_other_direction(match, world))
    if world.subject:
        found += _languages(match, world)[1]
    needs = [step[0].need for step in match.steps if step[0].need.partner]
    brought = [step[0].capacity for step in match.steps if step[0].capacity.partner]
    unstated = {
        _("level sought"): any(not need.level for need in needs),
        _("level brought"): any(not capacity.level for capacity in brought),
        _("until when it holds"): any(not capacity.valid_until for capacity in brought),
    }
    return found + [name for name, holds in unstated.items() if holds]


def _other_direction(match: Match, world: World) -> Iterator[str]:
    """What one way lacks: an exchange goes both ways."""
    side = {Way.TO_US: "seeks", Way.FROM_US: "brings"}.get(match.way)
    if side is None:
        return
    items = world.other_side.get((side, match.others[0]), ())
    topics = ", ".join(f"“{shown(item.topic) or shown(item.area)}”" for item in items if item.topic or item.area)
    if side == "seeks":
        yield _("a way back, since it seeks {topics}").format(topics=topics) if topics else _("what it seeks in return")
    else:
        yield _("a way back, since it brings {topics}").format(topics=topics) if topics else _("what it brings in return")
