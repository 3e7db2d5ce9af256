"""The rules of the ledger, over lines that nobody wrote."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssc_tui.catalogue.codes import CONTRIBUTION_KIND, TOSSD_MODALITY, TOSSD_SOUTH_SOUTH, TOSSD_USUAL
from ssc_tui.insight import ledger
from ssc_tui.insight.ledger import Sharing, Worth, sums, worth
from ssc_tui.insight.ledger_words import in_a_line, sum_lines
from ssc_tui.insight.units import of_one
from ssc_tui.store.ledger import Item

NOTHING = Item("x", None, None, None, None, None, None, None, None, None, None, None, False, None)
MONTHS = NOTHING._replace(kind="expert_time", quantity=2, unit="expert-months", unit_cost=4500, method="salary scale", currency="USD")
GRANT = NOTHING._replace(kind="money", amount=300, currency="USD")

amounts = st.none() | st.integers(0, 10**9) | st.integers(0, 10**6).map(lambda cents: cents / 100)
few = st.sampled_from([None, "a", "b"])
lines = st.lists(
    st.builds(
        Item,
        id=st.just("x"),
        project=few,
        giver=few,
        receiver=few,
        year=st.sampled_from([None, "2019", "2020"]),
        kind=st.sampled_from([None, "money", "expert_time", "goods", "unheard of"]),
        quantity=amounts,
        unit=st.sampled_from([None, "days", "items"]),
        unit_cost=amounts,
        method=st.sampled_from([None, "market price"]),
        amount=amounts,
        currency=st.sampled_from([None, "USD", "MWK"]),
        agreed=st.booleans(),
        tossd=st.none(),
    ),
    max_size=30,
)


def exactly(number: float | None) -> Fraction:
    """A number as it is written, for sums without rounding."""
    return Fraction(str(number))


@given(lines)
def test_subtotals_are_the_sums_of_their_lines_in_each_unit_and_currency(items: list[Item]) -> None:
    money: dict[str, Fraction] = defaultdict(Fraction)
    quantities: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for item in items:
        if item.kind == "money" and item.amount is not None:
            money[item.currency or ""] += exactly(item.amount)
        elif item.kind != "money" and item.quantity is not None:
            quantities[item.kind or "", item.unit or ""] += exactly(item.quantity)
    found = sums(items)
    assert {currency: exactly(amount) for currency, amount in found.money.items()} == money
    assert {measure: exactly(amount) for measure, amount in found.quantities.items()} == quantities


@given(lines)
def test_what_is_valued_and_what_is_not_make_up_every_quantity_and_the_total_its_parts(items: list[Item]) -> None:
    found = sums(items)
    valued = sums(item for item in items if worth(item) is not None)
    for measure, quantity in found.quantities.items():
        parts = exactly(found.unvalued.get(measure, 0)) + exactly(valued.quantities.get(measure, 0))
        assert parts == exactly(quantity)
    for currency, total in found.total.items():
        # A product of two numbers with cents has four digits behind the point; both sides are said in fifteen.
        parts = exactly(found.money.get(currency, 0)) + exactly(found.in_kind.get(currency, 0))
        assert float(total) == pytest.approx(float(parts), rel=1e-14)


@given(lines, st.randoms())
def test_the_order_of_lines_changes_no_sum(items: list[Item], dice: Random) -> None:
    shuffled = list(items)
    dice.shuffle(shuffled)
    assert sums(shuffled) == sums(items)


@given(lines)
def test_groups_add_up_to_the_whole(items: list[Item]) -> None:
    whole = sums(items)
    by_year = [sums(group) for group in ledger.grouped(items, lambda item: [item.year]).values()]
    assert sum(each.lines for each in by_year) == whole.lines
    for currency, amount in whole.money.items():
        assert sum(exactly(each.money.get(currency, 0)) for each in by_year) == exactly(amount)
    for measure, amount in whole.quantities.items():
        assert sum(exactly(each.quantities.get(measure, 0)) for each in by_year) == exactly(amount)


@given(lines)
def test_nothing_is_worth_anything_without_cost_and_method(items: list[Item]) -> None:
    for item in items:
        value = worth(item)
        if item.kind != "money" and (item.unit_cost is None or item.method is None or item.quantity is None):
            assert value is None
    bare = [item._replace(unit_cost=None) for item in items]
    found = sums(bare)
    assert found.valued == {}
    assert found.unvalued == found.quantities


@settings(max_examples=50)
@given(lines)
def test_words_never_add_up_what_has_another_currency_or_unit(items: list[Item]) -> None:
    found = sums(items)
    said = [line.label for line in sum_lines(found)]
    assert said.count("Money") == len(found.money)
    assert said.count("Total") == len(found.total)


def test_a3_2_two_lines_one_subtotal_each_and_a_total() -> None:
    said = [(line.label, line.value, line.beside) for line in sum_lines(sums([MONTHS, GRANT]))]
    assert said == [
        ("Expert time", "2 expert-months", "valued at USD 9,000"),
        ("Money", "USD 300", ""),
        ("Total", "USD 9,300", "in kind, valued: 9,000; money: 300"),
    ]


@pytest.mark.parametrize(
    "months",
    [MONTHS._replace(unit_cost=None), MONTHS._replace(method=None), MONTHS._replace(unit_cost=None, method=None)],
    ids=["no cost", "no method", "neither"],
)
def test_a3_2_without_cost_or_method_a_quantity_stays_a_quantity_and_is_never_nought(months: Item) -> None:
    found = sums([months, GRANT])
    said = [(line.label, line.value) for line in sum_lines(found)]
    assert ("Total", "USD 300") in said
    assert ("In no total", "2 expert-months") in said
    assert in_a_line(sums([months])) == "2 expert-months (Expert time), not valued"
    assert in_a_line(sums([months._replace(quantity=1)])) == "1 expert-month (Expert time), not valued"
    assert found.in_kind == {}


def test_a_worth_that_a_line_states_without_method_is_in_no_total() -> None:
    found = sums([MONTHS._replace(method=None, amount=9000)])
    assert (found.stated, found.total) == ({"USD": 9000}, {})


def test_a_currency_that_is_not_stated_is_none_of_the_others() -> None:
    found = sums([GRANT, GRANT._replace(currency=None)])
    assert found.money == {"": 300, "USD": 300}
    assert "currency not stated 300" in in_a_line(found)


def test_money_without_an_amount_is_no_nought() -> None:
    found = sums([GRANT._replace(amount=None)])
    assert (found.money, found.unquantified) == ({}, 1)
    assert in_a_line(found) == "1 line without a quantity"


@pytest.mark.parametrize(
    ("numbers", "total"), [((0.1, 0.2), 0.3), ((0.7, 0.1), 0.8), ((1e308, 1e308), 2 * int(1e308)), ((2.0, 3), 5), ((), 0)]
)
def test_sums_say_no_more_digits_than_the_data(numbers: tuple[float, ...], total: float) -> None:
    assert ledger.add(numbers) == total


def test_a_worth_beyond_what_a_float_holds_is_still_a_number() -> None:
    value = worth(MONTHS._replace(quantity=1e200, unit_cost=1e200))
    assert value == Worth("USD", int(1e200) * int(1e200))


# Shares


def sharing(items: list[Item]) -> list[Sharing]:
    return [ledger.sharing(project, measure, group) for (project, measure), group in ledger.sharings(items).items()]


def share(partner: str, amount: float, *, agreed: bool) -> Item:
    return GRANT._replace(project="p", giver=partner, amount=amount, agreed=agreed)


def test_a3_8_shares_add_up_to_a_hundred_and_what_is_not_paid_is_named() -> None:
    (shared,) = sharing([share("a", 100, agreed=True), share("b", 200, agreed=True), share("b", 200, agreed=False)])
    assert [(each.partner, each.percent, each.unpaid) for each in shared.shares] == [("a", 33, 100), ("b", 67, 0)]
    assert (shared.agreed, shared.given) == (300, 200)


@given(lines)
def test_a3_8_the_shares_of_every_project_add_up_to_a_hundred(items: list[Item]) -> None:
    for shared in sharing(items):
        assert sum(each.percent for each in shared.shares) == 100
        assert sum(exactly(each.agreed) for each in shared.shares) == exactly(shared.agreed)
        assert sum(exactly(each.given) for each in shared.shares) == exactly(shared.given)
        assert all(each.unpaid >= 0 for each in shared.shares)


def test_a3_8_in_kind_is_shared_in_its_own_unit() -> None:
    agreed = MONTHS._replace(project="p", giver="a", agreed=True)
    months, money = sharing([agreed, agreed._replace(agreed=False, quantity=1, unit_cost=None), share("a", 5, agreed=True)])
    assert (months.measure, months.agreed, months.given) == (("expert_time", "expert-months"), 2, 1)
    assert (money.measure, money.agreed, money.given) == (("money", "USD"), 5, 0)


# Projects and modalities


def test_a2_20_projects_without_money_are_counted() -> None:
    months = MONTHS._replace(project="in-kind", unit_cost=None)
    found = ledger.projects({"paid", "in-kind", "bare"}, [months, GRANT._replace(project="paid")])
    assert found == ledger.Projects(all=3, with_money=1, in_kind=1, nothing=1)
    assert found.without_money == 2


@pytest.mark.parametrize("item", [GRANT._replace(project="p", agreed=True), GRANT._replace(project="p", amount=0)], ids=["agreed", "0"])
def test_a2_20_what_is_only_agreed_is_not_given(item: Item) -> None:
    assert ledger.projects({"p"}, [item]).nothing == 1


@given(lines)
def test_every_project_is_counted_once(items: list[Item]) -> None:
    found = ledger.projects({"a", "c"}, items)
    assert found.with_money + found.in_kind + found.nothing == found.all
    assert found.all == len({"a", "c"} | {item.project for item in items if item.project and not item.agreed and _is_something(item)})


def _is_something(item: Item) -> bool:
    return item.kind != "money" or item.amount != 0


def test_codes_of_tossd_are_those_of_the_list() -> None:
    assert set(TOSSD_SOUTH_SOUTH) <= set(TOSSD_MODALITY)
    assert set(TOSSD_USUAL.values()) <= set(TOSSD_MODALITY)
    assert set(TOSSD_USUAL) == set(CONTRIBUTION_KIND) - {"money", "event"}


def test_a_stated_modality_holds_and_a_usual_one_is_for_givers_in_the_south() -> None:
    assert ledger.modality(MONTHS, south=True) == ("D011", False)
    assert ledger.modality(MONTHS, south=False) == ("", False)
    assert ledger.modality(MONTHS._replace(tossd="D02"), south=True) == ("D02", True)
    assert ledger.modality(GRANT, south=True) == ("", False)
    assert ledger.modality(MONTHS, south=True).south_south


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("expert-months", "expert-month"),
        ("flight tickets", "flight ticket"),
        ("people", "person"),
        ("jours", "jours"),
        ("kWh", "kWh"),
        ("", ""),
    ],
)
def test_a_unit_in_the_number_that_goes_with_one(unit: str, one: str) -> None:
    assert of_one(unit) == one
