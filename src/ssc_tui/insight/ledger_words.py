"""Says sums of contributions in words and as data: in kind first, money by currency, what is not valued as "not valued"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ssc_tui.catalogue.codes import label
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.blocks import Line, Target
from ssc_tui.insight.ledger import MONEY, Measure, Number, Projects, Sharing, Sums, Worth, given, is_money, measure, worth
from ssc_tui.insight.report import bar
from ssc_tui.insight.saying import money as priced
from ssc_tui.insight.saying import not_stated, number, shown, tossd
from ssc_tui.insight.units import of_one
from ssc_tui.store.ledger import Item

BAR_WIDTH = 20
"""Cells of the bar that shows what was given of what was agreed."""

Names = Mapping[tuple[str, str], str]
"""Titles of records by kind and id."""


def name_of(names: Names, kind: str, record_id: str | None) -> str:
    """The title of a record; its id where the copy does not hold it."""
    return shown(names.get((kind, record_id or "")) or record_id) or not_stated()


def kind_words(kind: str) -> str:
    """The words for a kind of contribution."""
    return label("contribution_kind", shown(kind)) if kind else _("Kind not stated")


def amount_words(of: Measure, amount: Number) -> str:
    """An amount in its measure: `USD 300`, `2 expert-months`, `4 (unit not stated)`."""
    kind, unit = of
    if kind == MONEY:
        return priced(amount, unit)
    if not unit:
        return _("{n} (unit not stated)").format(n=number(amount))
    return f"{number(amount)} {shown(of_one(unit) if amount == 1 else unit)}"


def by_currency(amounts: Mapping[str, Number]) -> str:
    """Amounts in several currencies, none of which is turned into another."""
    return ", ".join(priced(amount, currency) for currency, amount in amounts.items())


def in_kind_words(sums: Sums, of: Measure) -> str:
    """How the quantity of one measure is valued: "valued at USD 9,000", "not valued", or which part of it is."""
    unvalued, valued = sums.unvalued.get(of), sums.valued.get(of)
    if valued is None:
        return _("not valued")
    worth_words = _("valued at {worth}").format(worth=by_currency(valued))
    return (
        worth_words
        if unvalued is None
        else _("{worth}; {rest} of it not valued").format(worth=worth_words, rest=amount_words(of, unvalued))
    )


def in_a_line(sums: Sums) -> str:
    """Everything in one line: in kind first, then money, then what the lines do not say."""
    parts = [f"{amount_words(of, amount)} ({kind_words(of[0])}), {in_kind_words(sums, of)}" for of, amount in sums.quantities.items()]
    if sums.money:
        parts.append(_("money {amounts}").format(amounts=by_currency(sums.money)))
    if sums.unquantified:
        parts.append(ngettext("{n} line without a quantity", "{n} lines without a quantity", sums.unquantified))
    return "; ".join(parts) or _("nothing on record")


def sum_lines(sums: Sums) -> Iterator[Line]:
    """The subtotals, a line each: every kind and unit, every currency, and the totals of each currency."""
    for of, amount in sums.quantities.items():
        yield Line(kind_words(of[0]), amount_words(of, amount), in_kind_words(sums, of))
    for currency, amount in sums.money.items():
        yield Line(kind_words(MONEY), priced(amount, currency))
    in_kind = sums.in_kind
    for currency, amount in sums.total.items():
        parts = [_("in kind, valued: {n}").format(n=number(in_kind[currency]))] if currency in in_kind else []
        parts += [_("money: {n}").format(n=number(sums.money[currency]))] if currency in sums.money else []
        yield Line(_("Total"), priced(amount, currency), "; ".join(parts))
    if sums.unvalued:
        rest = ", ".join(amount_words(of, amount) for of, amount in sums.unvalued.items())
        yield Line(_("In no total"), rest, _("not valued: no cost of a unit with its method is stated"))
    if sums.stated:
        yield Line(_("Worth as stated"), by_currency(sums.stated), _("without cost of a unit or method; in no total"))
    if sums.unquantified:
        yield Line(_("No quantity"), ngettext("{n} line states none", "{n} lines state none", sums.unquantified))


def item_line(item: Item, names: Names) -> Line:
    """One contribution: what, between whom, and how it is valued."""
    amount, value = given(item), worth(item)
    said = not_stated() if amount is None else amount_words(measure(item), amount)
    between = f"{name_of(names, 'partners', item.giver)} → {name_of(names, 'partners', item.receiver)}"
    about = [kind_words(item.kind or ""), between]
    if not is_money(item) and amount is not None:
        about.append(_valued(item, value))
    if not is_money(item) and item.amount is not None and (value is None or value.amount != item.amount):
        about.append(_("worth as stated: {worth}").format(worth=priced(item.amount, item.currency)))
    if item.agreed:
        about.append(_("agreed, to be given"))
    if item.tossd:
        about.append(tossd(shown(item.tossd)))
    return Line(shown(item.year) or _("no year"), said, "; ".join(about), Target("record", f"contributions/{item.id}"))


def _valued(item: Item, value: Worth | None) -> str:
    if value is None:
        return _("not valued")
    return _("valued at {worth}: {cost} each, {method}").format(
        worth=priced(value.amount, value.currency), cost=priced(item.unit_cost, item.currency), method=shown(item.method)
    )


def sharing_lines(shared: Sharing, names: Names) -> Iterator[Line]:
    """A bar for all and for each partner: what was given of what was agreed; what is still to be given is named."""
    project = name_of(names, "projects", shared.project) if shared.project else _("no project stated")
    target = Target("record", f"projects/{shared.project}") if ("projects", shared.project) in names else None
    yield Line("", f"{project}: {_what(shared.measure)}", _given_of(shared.measure, shared.given, shared.agreed), target)
    for share in sorted(shared.shares, key=lambda share: name_of(names, "partners", share.partner)):
        said = f"{bar(share.given, share.agreed, BAR_WIDTH)} {_given_of(shared.measure, share.given, share.agreed)}"
        beside = _("a share of {percent} %").format(percent=share.percent) if share.agreed else _("no share was agreed")
        if share.unpaid:
            beside += "; " + _("still to be given: {amount}").format(amount=amount_words(shared.measure, share.unpaid))
        yield Line("", f"{name_of(names, 'partners', share.partner)}: {said}", beside)


def _what(of: Measure) -> str:
    return _("money") if of[0] == MONEY else kind_words(of[0])


def _given_of(of: Measure, paid: Number, agreed: Number) -> str:
    return _("{given} given of {agreed} agreed").format(given=number(paid), agreed=amount_words(of, agreed))


def project_words(counted: Projects) -> str:
    """How many projects there are, and what of them is on record."""
    parts = [
        ngettext("{n} with money given", "{n} with money given", counted.with_money),
        ngettext("{n} in kind alone", "{n} in kind alone", counted.in_kind),
        ngettext("{n} with nothing on record", "{n} with nothing on record", counted.nothing),
    ]
    return f"{number(counted.all)}: {', '.join(parts)}"


def stating(number_of: int) -> str:
    """How many projects state a budget; empty for none."""
    return ngettext("as {n} project states it", "as {n} projects state them", number_of) if number_of else ""


def sums_data(sums: Sums) -> dict[str, Any]:
    """Sums as data; `not_valued` is absent where all is valued, never 0."""
    return {
        "lines": sums.lines,
        "in_kind": [
            {
                "kind": of[0] or None,
                "unit": of[1] or None,
                "quantity": amount,
                **({"valued": dict(sums.valued[of])} if of in sums.valued else {}),
                **({"not_valued": sums.unvalued[of]} if of in sums.unvalued else {}),
            }
            for of, amount in sums.quantities.items()
        ],
        "money": dict(sums.money),
        "in_kind_valued": sums.in_kind,
        "total": sums.total,
        "worth_as_stated": dict(sums.stated),
        "without_quantity": sums.unquantified,
    }


def item_data(item: Item) -> dict[str, Any]:
    """One contribution as data, with what it is worth where that follows."""
    value = worth(item)
    return {
        "ref": f"contributions/{item.id}",
        "project": item.project,
        "from": item.giver,
        "to": item.receiver,
        "year": item.year,
        "kind": item.kind,
        "quantity": item.quantity,
        "unit": item.unit,
        "unit_cost": item.unit_cost,
        "method": item.method,
        "amount": item.amount,
        "currency": item.currency,
        "agreed": item.agreed,
        "tossd": item.tossd,
        "worth": None if value is None else {"currency": value.currency or None, "amount": value.amount},
    }


def sharing_data(shared: Sharing) -> dict[str, Any]:
    """One sharing as data."""
    kind, unit = shared.measure
    return {
        "project": shared.project or None,
        "kind": kind or None,
        "unit": unit or None,
        "agreed": shared.agreed,
        "given": shared.given,
        "shares": [{**share._asdict(), "unpaid": share.unpaid} for share in shared.shares],
    }
