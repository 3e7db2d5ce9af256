"""What was contributed: in kind as quantities, in money by currency, valued only where the record says by which cost and method.

The rules: nothing in kind is worth anything unless its line states the cost of a unit and how it was found, and then it is worth that; a
quantity without them stays a quantity and is never 0; amounts of different currencies, and quantities of different units, are never added
up. A worth that a record merely states stands beside what is computed here and is not mixed with it. (What "comprehensive accounting" of
public South-South resources asks for, and what TOSSD counts.)
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from ssc_tui.catalogue.codes import TOSSD_SOUTH_SOUTH, TOSSD_USUAL
from ssc_tui.store.ledger import Budget, Item

MONEY = "money"
"""The one kind of contribution that is not in kind."""

DIGITS = 15
"""Significant digits that sums are said in: what binary fractions add beyond them is not in the data."""

Number = int | float
Measure = tuple[str, str]
"""What is added up: a kind of contribution and its unit; for money, the currency. Empty where not stated."""


class Worth(NamedTuple):
    """What something is worth: an amount in a currency, which is empty where it is not stated."""

    currency: str
    amount: Number


class Sums(NamedTuple):
    """Contributions added up.

    Attributes:
        lines: how many contributions.
        money: money by currency.
        quantities: what was given in kind, by kind and unit.
        unvalued: the part of it whose lines state no cost of a unit, or no method.
        valued: what the other part is worth, by kind and unit, in each currency: quantity times cost of a unit.
        stated: worth that lines without cost or method state, by currency; not in `valued`.
        unquantified: how many lines state neither quantity nor, for money, an amount.
    """

    lines: int
    money: Mapping[str, Number]
    quantities: Mapping[Measure, Number]
    unvalued: Mapping[Measure, Number]
    valued: Mapping[Measure, Mapping[str, Number]]
    stated: Mapping[str, Number]
    unquantified: int

    @property
    def in_kind(self) -> dict[str, Number]:
        """What is given in kind is worth, by currency, as far as it is valued."""
        amounts: dict[str, list[Number]] = defaultdict(list)
        for by_currency in self.valued.values():
            for currency, amount in by_currency.items():
                amounts[currency].append(amount)
        return _added(amounts)

    @property
    def total(self) -> dict[str, Number]:
        """Money and what is valued in kind together, by currency."""
        in_kind = self.in_kind
        return {currency: add((self.money.get(currency, 0), in_kind.get(currency, 0))) for currency in sorted({*self.money, *in_kind})}


def plain(number: Number) -> Number:
    """A number as it is said: whole where it is whole, without the last binary digits."""
    if isinstance(number, int):
        return number
    rounded = float(f"{number:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 10**DIGITS else rounded


def add(numbers: Iterable[Number]) -> Number:
    """The sum, whatever the order, as it is said."""
    given = list(numbers)
    try:
        return plain(math.fsum(given))
    except OverflowError:
        return int(sum(map(Fraction, given), Fraction()))


def is_money(item: Item) -> bool:
    """Whether a line is of money; a line of no stated kind is not."""
    return item.kind == MONEY


def measure(item: Item) -> Measure:
    """What a line is counted in."""
    return (MONEY, item.currency or "") if is_money(item) else (item.kind or "", item.unit or "")


def given(item: Item) -> Number | None:
    """How much was given, in the measure of the line; None where that is not stated."""
    return item.amount if is_money(item) else item.quantity


def worth(item: Item) -> Worth | None:
    """What a line is worth: the amount of money; in kind, quantity times the cost of a unit, where a method stands behind it."""
    if is_money(item):
        return None if item.amount is None else Worth(item.currency or "", plain(item.amount))
    if item.quantity is None or item.unit_cost is None or not item.method:
        return None
    product = item.quantity * item.unit_cost
    if not math.isfinite(product):
        product = int(Fraction(item.quantity) * Fraction(item.unit_cost))
    return Worth(item.currency or "", plain(product))


def sums(items: Iterable[Item]) -> Sums:
    """The lines added up."""
    lines = unquantified = 0
    money: dict[str, list[Number]] = defaultdict(list)
    quantities: dict[Measure, list[Number]] = defaultdict(list)
    unvalued: dict[Measure, list[Number]] = defaultdict(list)
    valued: dict[Measure, dict[str, list[Number]]] = defaultdict(lambda: defaultdict(list))
    stated: dict[str, list[Number]] = defaultdict(list)
    for item in items:
        lines += 1
        amount, of, value = given(item), measure(item), worth(item)
        if amount is None:
            unquantified += 1
        elif is_money(item):
            money[item.currency or ""].append(amount)
        else:
            quantities[of].append(amount)
            if value is None:
                unvalued[of].append(amount)
            else:
                valued[of][value.currency].append(value.amount)
        if item.amount is not None and value is None:
            stated[item.currency or ""].append(item.amount)
    by_measure = {of: _added(amounts) for of, amounts in sorted(valued.items())}
    return Sums(lines, _added(money), _added(quantities), _added(unvalued), by_measure, _added(stated), unquantified)


_Key = TypeVar("_Key", str, Measure)


def _added(amounts: Mapping[_Key, list[Number]]) -> dict[_Key, Number]:
    return {key: add(amounts[key]) for key in sorted(amounts)}


_Group = TypeVar("_Group")


def grouped(items: Iterable[Item], keys: Callable[[Item], Iterable[_Group]]) -> dict[_Group, list[Item]]:
    """The lines by each of their keys, in the order in which the keys appear; a line with two keys is in both groups."""
    groups: dict[_Group, list[Item]] = {}
    for item in items:
        for key in keys(item):
            groups.setdefault(key, []).append(item)
    return groups


class Share(NamedTuple):
    """What one partner agreed to give and gave, and which part of all that was agreed it agreed to, in whole per cent."""

    partner: str
    agreed: Number
    given: Number
    percent: int

    @property
    def unpaid(self) -> Number:
        """What was agreed and has not been given yet."""
        return plain(max(0, self.agreed - self.given))


class Sharing(NamedTuple):
    """How partners share what a project takes of one measure: a currency, or a kind of thing and its unit."""

    project: str
    measure: Measure
    agreed: Number
    given: Number
    shares: tuple[Share, ...]


def sharings(items: Iterable[Item]) -> dict[tuple[str, Measure], list[Item]]:
    """The lines of every project and measure in which something was agreed, in their order."""
    groups = grouped((item for item in items if given(item) is not None), lambda item: [(item.project or "", measure(item))])
    return {key: groups[key] for key in sorted(groups) if any(line.agreed and given(line) for line in groups[key])}


def sharing(project: str, of: Measure, lines: Sequence[Item]) -> Sharing:
    """How partners share what a project takes of one measure, by their ids.

    The per cents of the shares add up to 100 (largest remainders).
    """
    agreed = {partner: _together(mine) for partner, mine in grouped((line for line in lines if line.agreed), _giver).items()}
    paid = {partner: _together(mine) for partner, mine in grouped((line for line in lines if not line.agreed), _giver).items()}
    partners = sorted({*agreed, *paid})
    percents = _percents([agreed.get(partner, 0) for partner in partners])
    shares = tuple(
        Share(partner, agreed.get(partner, 0), paid.get(partner, 0), percent) for partner, percent in zip(partners, percents, strict=True)
    )
    return Sharing(project, of, add(agreed.values()), add(paid.values()), shares)


def _giver(item: Item) -> list[str]:
    return [item.giver or ""]


def _together(items: Iterable[Item]) -> Number:
    return add(amount for item in items if (amount := given(item)) is not None)


def _percents(parts: list[Number]) -> list[int]:
    """Whole per cents of the sum of the parts, which is not 0, that add up to 100: the largest remainders are rounded up."""
    exact = [Fraction(part) for part in parts]
    whole = sum(exact, Fraction())
    shares = [100 * part / whole for part in exact]
    rounded = [int(share) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda number: (rounded[number] - shares[number], number))
    for number in by_remainder[: 100 - sum(rounded)]:
        rounded[number] += 1
    return rounded


class Modality(NamedTuple):
    """The TOSSD modality of a line.

    Attributes:
        code: see `catalogue.codes.TOSSD_MODALITY`; empty where none is stated and none follows.
        stated: whether the line states it; else it follows from the kind, for a giver in the South.
    """

    code: str
    stated: bool

    @property
    def south_south(self) -> bool:
        """Whether TOSSD keeps it for South-South providers."""
        return self.code in TOSSD_SOUTH_SOUTH


def modality(item: Item, *, south: bool) -> Modality:
    """The modality that the line states, or the usual one of its kind where the giver is `south`."""
    if item.tossd:
        return Modality(item.tossd, True)
    return Modality(TOSSD_USUAL.get(item.kind or "", "") if south else "", False)


class Projects(NamedTuple):
    """How many projects there are in a ledger, and what is on record of them; those without money are not left out.

    Attributes:
        all: every project of the ledger.
        with_money: money was given.
        in_kind: something was given, and no money.
        nothing: nothing is on record as given.
    """

    all: int
    with_money: int
    in_kind: int
    nothing: int

    @property
    def without_money(self) -> int:
        """Those in kind alone, and those of which nothing is on record."""
        return self.in_kind + self.nothing


def projects(ids: set[str], lines: Iterable[Item]) -> Projects:
    """The projects of a ledger, whose ids may name some of which there are no lines, by what its lines say was given."""
    money: set[str] = set()
    any_kind: set[str] = set()
    for line in lines:
        if line.project and not line.agreed and line.amount != 0 and is_money(line):
            money.add(line.project)
        elif line.project and not line.agreed and not is_money(line):
            any_kind.add(line.project)
    every = ids | money | any_kind
    return Projects(len(every), len(money), len(any_kind - money), len(every - money - any_kind))


def budget_sums(budgets: Iterable[Budget]) -> dict[str, int | float]:
    """Stated budgets by currency, which is empty where it is not stated."""
    by_currency: dict[str, list[float]] = {}
    for budget in budgets:
        by_currency.setdefault(budget.currency, []).append(budget.amount)
    return {currency: add(amounts) for currency, amounts in sorted(by_currency.items())}
