"""Balances in words and in JSON, the same for the ledger, for cards and for the page of a partner or project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.balance import AHEAD, OUT, UNKNOWN, Balance, Tolerance
from ssc_tui.insight.report import bar
from ssc_tui.insight.saying import not_stated, shown
from ssc_tui.insight.subtitle import persons
from ssc_tui.insight.sums import Sum
from ssc_tui.store.flows import Named

BAR_WIDTH = 20
"""Cells of a bar: filled for those sent, light for those hosted, so that half is level."""


def amount(number: float) -> str:
    """A number of person-months, whole where it is."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


def name_of(titles: Mapping[str, Named], partner: str | None) -> str:
    """The name of a partner; its id where the copy does not hold it."""
    if partner is None:
        return _("partner not stated")
    return shown(titles[partner].title) if partner in titles else shown(partner)


def none_on_record(query: str) -> str:
    """That there is no exchange, among all or among those that a query leaves."""
    return _("no exchange on record that fits") if query else _("no exchange on record")


def difference(number: int) -> str:
    """How far sent and hosted are apart."""
    if number > 0:
        return ngettext("sends {n} more than it hosts", "sends {n} more than it hosts", number)
    if number < 0:
        return ngettext("hosts {n} more than it sends", "hosts {n} more than it sends", -number)
    return _("sends as many as it hosts")


def verdict(balance: Balance, tolerated: Tolerance) -> str:
    """How a balance stands: "sends 3 more than it hosts"; "not stated" where a number is missing, never nought."""
    state = balance.state(tolerated)
    if state == UNKNOWN:
        return not_stated()
    if state == AHEAD:
        if balance.sent.ahead_unstated or balance.hosted.ahead_unstated:
            return _("nobody went yet; planned, without a number")
        return _("nobody went yet; as planned it {difference}").format(difference=difference(balance.with_plans))
    return difference(balance.difference)


def went(total: Sum) -> str:
    """How many went: a number, "none", or what is missing."""
    if not total.stated:
        return not_stated() if total.unstated else _("none yet") if total.ahead or total.ahead_unstated else _("none")
    return f"{total.persons:,}" + (f" + {not_stated()}" if total.unstated else "")


def persons_went(total: Sum) -> str:
    """How many went, named as persons where a number is stated."""
    if not total.stated:
        return went(total)
    return persons(total.persons) + (f" + {not_stated()}" if total.unstated else "")


def planned(total: Sum) -> str:
    """How many were to go."""
    if not total.exchanges:
        return _("none")
    return f"{total.planned:,}" + (f" + {not_stated()}" if total.with_plan < total.exchanges else "") if total.with_plan else not_stated()


def person_months(total: Sum) -> str:
    """How many person-months they stayed."""
    if not total.stated and not total.unstated:
        return went(total)
    return (
        f"{amount(total.months)}" + (f" + {not_stated()}" if total.with_months < total.stated else "")
        if total.with_months
        else not_stated()
    )


def planned_months(total: Sum) -> str:
    """How many person-months they were to stay."""
    if not total.exchanges:
        return _("none")
    left = f" + {not_stated()}" if total.with_planned_months < total.exchanges else ""
    return f"{amount(total.planned_months)}{left}" if total.with_planned_months else not_stated()


def both_ways(balance: Balance, tolerated: Tolerance) -> list[str]:
    """What was sent and hosted, planned and actual, in a line each: the bar first, where there is anything to draw."""
    sent, hosted = balance.sent, balance.hosted
    said = _("sent {sent}, hosted {hosted}").format(sent=went(sent), hosted=went(hosted))
    whole = sent.persons + hosted.persons
    lines = [f"{bar(sent.persons, whole, BAR_WIDTH)} {said}" if whole and balance.state(tolerated) != UNKNOWN else said]
    with_plan, with_months = sent.with_plan + hosted.with_plan, sent.with_months + hosted.with_months
    if with_plan:
        lines.append(_("planned: send {sent}, host {hosted}").format(sent=planned(sent), hosted=planned(hosted)))
    if with_months:
        lines.append(_("person-months: sent {sent}, hosted {hosted}").format(sent=person_months(sent), hosted=person_months(hosted)))
    if sent.with_planned_months + hosted.with_planned_months:
        words = _("person-months planned: send {sent}, host {hosted}")
        lines.append(words.format(sent=planned_months(sent), hosted=planned_months(hosted)))
    missing = [word for word, there in ((_("planned"), with_plan), (_("person-months"), with_months)) if not there]
    if missing:
        lines.append(_("{what}: not stated").format(what=", ".join(missing)))
    if (sent.ahead or hosted.ahead) and balance.state(tolerated) not in (AHEAD, UNKNOWN):
        lines.append(_("with what is still planned it {difference}").format(difference=difference(balance.with_plans)))
    return lines


def to_level(number: int, by_round: int | None) -> str:
    """What would level a difference: "host 3 more by round 3"."""
    words = ngettext("host {n} more", "host {n} more", number) if number > 0 else ngettext("send {n} more", "send {n} more", -number)
    return words if by_round is None else _("{what} by round {round}").format(what=words, round=by_round)


def standing(balance: Balance, tolerated: Tolerance) -> str:
    """The verdict, and whether it is within the tolerance."""
    said = verdict(balance, tolerated)
    match balance.state(tolerated):
        case state if state == OUT:
            return _("{verdict}: out of balance").format(verdict=said)
        case state if state in (UNKNOWN, AHEAD):
            return said
        case _:
            return _("{verdict}: within the tolerance").format(verdict=said)


def tolerance_words(tolerated: Tolerance, usual: str) -> str:
    """The tolerance that holds, and the usual one."""
    if tolerated.percent:
        said = _("{n} % of the greater number, 1 person at the least").format(n=tolerated.amount) if tolerated.amount else _("none")
    else:
        said = persons(tolerated.amount)
    return said if str(tolerated) == usual else _("{tolerance} (usual: {usual})").format(tolerance=said, usual=usual)


def sum_data(total: Sum) -> dict[str, Any]:
    """A sum in JSON; null is what nobody states."""
    return {
        "exchanges": total.exchanges,
        "persons": total.persons if total.stated or not total.unstated else None,
        "exchanges_without_number": total.unstated,
        "planned": total.planned if total.with_plan or not total.exchanges else None,
        "still_to_come": total.ahead,
        "person_months": total.months if total.with_months or not total.exchanges else None,
        "person_months_planned": total.planned_months if total.with_planned_months or not total.exchanges else None,
    }


def balance_data(balance: Balance, tolerated: Tolerance) -> dict[str, Any]:
    """A balance in JSON, without the name of the partner; the difference is null where it is not known."""
    state = balance.state(tolerated)
    return {
        "state": state,
        "words": verdict(balance, tolerated),
        "difference": None if state == UNKNOWN else balance.difference,
        "difference_with_plans": None if state == UNKNOWN else balance.with_plans,
        "sent": sum_data(balance.sent),
        "hosted": sum_data(balance.hosted),
    }
