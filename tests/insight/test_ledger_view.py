"""The ledger of what is asked for, over a small catalogue in which things were given."""

from __future__ import annotations

import json
from sqlite3 import Connection
from typing import Any

import pytest
from tests.conftest import Make
from tests.contributed import DOCUMENTS, without
from tests.insight.conftest import text

from ssc_tui.errors import NotFound, UsageError
from ssc_tui.insight import funds_view as funds_module
from ssc_tui.insight import ledger_read
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.funds_view import funds_view
from ssc_tui.insight.ledger_view import ledger_view
from ssc_tui.insight.look import card_of
from ssc_tui.insight.report import Asked, Report
from ssc_tui.store.search import search


def lines_of(report: Report, heading: str) -> list[tuple[str, str, str]]:
    return [line[:3] for block in report.blocks if block.heading == heading for line in block.lines]


def refs(report: Report) -> list[str]:
    return sorted(line["ref"].removeprefix("contributions/") for line in report.numbers["lines"])


@pytest.mark.parametrize(
    ("subject", "query", "expected"),
    [
        ("", "", ["a1", "a2", "c1", "c2", "c3", "c4"]),
        ("", "year:2019", ["a1", "a2", "c1"]),
        ("", "area:energy", ["c3"]),
        ("areas/nursing", "", ["a1", "a2", "c1", "c2", "c4"]),
        ("projects/nurses", "", ["a1", "a2", "c1", "c2", "c4"]),
        ("projects/nurses", "year:2020", ["c2", "c4"]),
        ("projects/bare", "", []),
        ("exchanges/x3", "", ["c3"]),
        ("contributions/c3", "", ["c3"]),
        ("partners/oslo", "", ["c3"]),
        ("partners/amexcid", "year:2020", ["c2", "c4"]),
        ("MX", "", ["a1", "a2", "c1", "c2", "c4"]),
        ("norway", "", ["c3"]),
        ("Norvège", "", ["c3"]),
        ("funds/ibsa", "", ["a1", "a2", "c1", "c2", "c3", "c4"]),
        ("india", "", []),
        ("solutions/pot", "", ["a1", "a2", "c1", "c2", "c3", "c4"]),
    ],
)
def test_a_ledger_holds_the_lines_of_what_is_asked_for(contributed: Connection, subject: str, query: str, expected: list[str]) -> None:
    assert refs(ledger_view(contributed, Asked(subject, query))) == expected


def test_a3_2_per_project_partner_country_fund_and_year(contributed: Connection) -> None:
    by = ledger_view(contributed, Asked()).numbers["by"]
    assert {field: list(values) for field, values in by.items()} == {
        "year": ["2019", "2020"],
        "country": ["MW", "MX", "NO"],
        "fund": ["ibsa"],
        "project": ["grids", "nurses"],
        "partner": ["amexcid", "kch", "grid", "oslo"],
    }
    assert by["project"]["nurses"]["total"] == {"USD": 9300}
    assert by["partner"]["kch"]["gave"]["in_kind"] == [
        {"kind": "expert_time", "unit": "expert-months", "quantity": 2, "valued": {"USD": 9000}}
    ]
    assert by["partner"]["kch"]["received"]["money"] == {"USD": 300}
    assert by["country"]["NO"]["gave"]["in_kind"] == [{"kind": "expert_time", "unit": "expert-months", "quantity": 2, "not_valued": 2}]
    assert by["year"]["2020"]["money"] == {"USD": 300}


def test_a3_2_removing_the_unit_cost_leaves_the_quantity_not_valued(make: Make) -> None:
    before, after = (ledger_view(make(*documents), Asked("projects/nurses")) for documents in (DOCUMENTS, without("c1", "unit_cost")))
    assert ("Expert time", "2 expert-months", "valued at USD 9,000") in lines_of(before, "Given")
    assert ("Total", "USD 9,300", "in kind, valued: 9,000; money: 300") in lines_of(before, "Given")
    assert ("Expert time", "2 expert-months", "not valued") in lines_of(after, "Given")
    assert ("Total", "USD 300", "money: 300") in lines_of(after, "Given")
    assert "valued at USD 0" not in text(after)


def test_the_lines_say_by_which_method_they_are_valued(contributed: Connection) -> None:
    said = lines_of(ledger_view(contributed, Asked("projects/nurses")), "Line by line")
    assert ("2019", "2 expert-months", "Expert time; Kamuzu Hospital → AMEXCID; valued at USD 9,000: USD 4,500 each, salary scale") in said


def test_a_worth_stated_without_method_stands_beside_and_in_no_total(contributed: Connection) -> None:
    report = ledger_view(contributed, Asked("projects/nurses"))
    assert ("Worth as stated", "MXN 800", "without cost of a unit or method; in no total") in lines_of(report, "Given")
    assert "MXN" not in report.numbers["given"]["total"]


def test_a3_8_what_is_agreed_stands_beside_what_is_given_in_a_bar(contributed: Connection) -> None:
    report = ledger_view(contributed, Asked("projects/nurses"))
    assert lines_of(report, "Agreed and given") == [
        ("", "Nurses both ways: money", "300 given of USD 400 agreed"),
        ("", f"AMEXCID: {'█' * 20} 300 given of USD 300 agreed", "a share of 75 %"),
        ("", f"Kamuzu Hospital: {'░' * 20} 0 given of USD 100 agreed", "a share of 25 %; still to be given: USD 100"),
    ]
    (shared,) = report.numbers["sharing"]
    assert sum(share["percent"] for share in shared["shares"]) == 100
    assert report.numbers["given"]["money"] == {"USD": 300}
    assert report.numbers["agreed"]["money"] == {"USD": 400}


def test_a2_20_a_project_with_no_money_and_two_expert_months_is_in_the_totals_as_in_kind(contributed: Connection) -> None:
    report = ledger_view(contributed, Asked())
    assert report.numbers["projects"] == {"all": 3, "with_money": 1, "in_kind": 1, "nothing": 1, "without_money": 2}
    assert ("Projects", "3: 1 with money given, 1 in kind alone, 1 with nothing on record", "2 projects without money") in lines_of(
        report, ""
    )
    assert ("In no total", "2 expert-months, 40 trainee-days", "not valued: no cost of a unit with its method is stated") in lines_of(
        report, "Given"
    )


def test_d1_7_a_project_without_money_yields_a_complete_tossd_sheet(make: Make) -> None:
    south = [
        *DOCUMENTS,
        ("contributions", {"id": "s", "project": "grids", "from": "kch", "to": "grid", "kind": "travel", "quantity": 1, "unit": "trips"}),
    ]
    sheet = {(each["code"], each["stated"], each["south_south_only"]) for each in ledger_view(make(*south), Asked()).numbers["tossd"]}
    assert sheet == {(None, False, False), ("D011", False, True), ("D012", False, True), ("D021", True, True)}
    said = text(ledger_view(make(*south), Asked("projects/grids")))
    assert "D012: In-kind technical cooperation experts: travel related costs" in said
    assert "(South-South providers only)" in said


def test_budgets_and_figures_that_sources_state_are_in_no_total(contributed: Connection) -> None:
    report = ledger_view(contributed, Asked("funds/ibsa"))
    assert report.numbers["budgets_as_stated"] == {"USD": 9000}
    assert ("Budgets", "USD 9,000", "as 1 project states it; in no total below") in lines_of(report, "")
    assert lines_of(report, "Figures stated by sources") == [("2022", "projects: 42 projects", "stated by report 2022")]
    assert report.numbers["given"]["total"] == {"USD": 9300}


@pytest.mark.parametrize("query", ["", "fund:ibsa", "country:MW"])
def test_the_ledger_of_all_adds_up_the_budgets_that_projects_state(contributed: Connection, query: str) -> None:
    report = ledger_view(contributed, Asked(query=query))
    assert report.numbers["budgets_as_stated"] == {"USD": 9000}
    assert ("Budgets", "USD 9,000", "as 1 project states it; in no total below") in lines_of(report, "")


@pytest.mark.parametrize("query", ["", "country:MW"])
def test_budgets_of_too_many_projects_are_said_to_be_left_out(contributed: Connection, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_read, "BUDGETS", 1)
    report = ledger_view(contributed, Asked(query=query))
    assert report.numbers["budgets_as_stated"] is None
    assert ("Budgets", "not added up for so many projects; / restricts the view", "") in lines_of(report, "")
    assert ledger_view(contributed, Asked("funds/ibsa")).numbers["budgets_as_stated"] == {"USD": 9000}


def test_a2_3_a_funds_projects_are_as_many_as_the_list_that_its_line_opens(contributed: Connection) -> None:
    report = ledger_view(contributed, Asked("funds/ibsa"))
    (target,) = [line.target for line in report.blocks[0].lines if line.label == "Projects"]
    assert target == Target("list", "projects?fund:ibsa")
    card = next(block.heading for block in card_of(contributed, "funds", "ibsa").blocks if block.target)
    assert search(contributed, "fund:ibsa", "projects").total(contributed) == report.numbers["projects"]["all"] == 2
    assert card == "Projects (2)"


def test_a2_3_demand_driven_projects_are_found_by_their_request(contributed: Connection) -> None:
    assert search(contributed, "is:requested fund:ibsa", "projects").total(contributed) == 1
    by_fund = {each["ref"]: each for each in funds_view(contributed, Asked()).numbers}
    assert by_fund["funds/ibsa"]["projects"]["requested"] == 1
    assert by_fund["funds/india"]["projects"]["requested"] == 0


def test_a3_9_the_private_sector_is_found_as_partner_and_as_giver(make: Make) -> None:
    gift = (
        "contributions",
        {"id": "csr", "project": "bare", "from": "grid", "to": "amexcid", "kind": "goods", "quantity": 3, "unit": "pumps"},
    )
    before, after = make(*DOCUMENTS), make(*DOCUMENTS, gift)
    assert search(before, "is:private-sector").total(before) == 1
    assert search(after, "is:private-sector", "projects").total(after) == 2


def test_funds_are_listed_with_projects_countries_and_totals(contributed: Connection) -> None:
    report = funds_view(contributed, Asked())
    assert [(each["ref"], each["projects"]["all"], each["countries"]) for each in report.numbers] == [
        ("funds/ibsa", 2, ["MW", "MX"]),
        ("funds/india", 1, ["MX"]),
    ]
    assert report.numbers[0]["given"]["total"] == {"USD": 9300}
    assert [line.value for line in report.blocks[0].lines] == ["IBSA Fund", "India-UN Fund"]


@pytest.mark.parametrize("query", ["", "country:MX", "year:2020", "area:energy", "nurses"])
def test_funds_read_together_are_as_the_ledger_of_each_has_them(contributed: Connection, query: str) -> None:
    for each in funds_view(contributed, Asked(query=query)).numbers:
        alone = ledger_view(contributed, Asked(each["ref"], query)).numbers
        requested = each["projects"].pop("requested")
        assert requested == search(contributed, f"is:requested fund:{each['ref'].removeprefix('funds/')} {query}", "projects").total(
            contributed
        )
        for field in ("projects", "given", "budgets_as_stated", "figures_as_stated"):
            assert each[field] == alone[field], (each["ref"], field)


def test_where_there_are_very_many_funds_the_first_are_named_and_the_data_hold_all(
    contributed: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(funds_module, "NAMED", 1)
    report = funds_view(contributed, Asked())
    assert [(line.value, line.target) for line in report.blocks[0].lines] == [
        ("IBSA Fund", Target("view", "ledger funds/ibsa")),
        ("and 1 more", Target("list", "funds?")),
    ]
    assert report.blocks[0].heading == "2 funds"
    assert [each["ref"] for each in report.numbers] == ["funds/ibsa", "funds/india"]


def test_a2_4_two_funds_open_side_by_side_with_the_same_rows(contributed: Connection) -> None:
    report = ledger_view(contributed, Asked("funds/ibsa", options={"beside": "funds/india"}))
    rows = report.blocks[0]
    assert rows.second is not None
    assert [line.label for line in rows.lines] == [line.label for line in rows.second]
    assert {"Managed by", "Contributors", "Projects", "Countries", "Given", "Budgets"} <= {line.label for line in rows.lines}
    assert [report.numbers[side]["projects"]["all"] for side in ("first", "second")] == [2, 1]


@pytest.mark.parametrize("width", [56, 58, 78, 118])
def test_a2_4_each_row_begins_at_one_height(contributed: Connection, width: int) -> None:
    said = text(ledger_view(contributed, Asked("funds/ibsa", options={"beside": "funds/india"})), width).splitlines()
    for row in ("Managed by", "Founded", "Projects", "Countries", "Budgets"):
        assert any(line.count(row) == 2 for line in said), row


@pytest.mark.parametrize(
    ("subject", "options", "error"),
    [
        ("gone", {}, NotFound),
        ("projects/gone", {}, NotFound),
        ("funds/ibsa", {"beside": "funds/ibsa"}, UsageError),
        ("funds/ibsa", {"beside": "partners/kch"}, UsageError),
        ("funds/ibsa", {"beside": "gone"}, NotFound),
        ("", {"beside": "funds/ibsa"}, UsageError),
    ],
)
def test_what_is_not_there_is_a_sentence(contributed: Connection, subject: str, options: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        ledger_view(contributed, Asked(subject, options=options))


@pytest.mark.parametrize("width", [20, 58, 78])
def test_no_line_is_wider_than_the_screen(contributed: Connection, width: int) -> None:
    for subject in ("", "partners/kch", "funds/ibsa"):
        assert all(len(line) <= width for line in text(ledger_view(contributed, Asked(subject)), width).splitlines())


def test_partners_are_named_in_the_order_of_names_never_of_money(contributed: Connection) -> None:
    said = [line[1] for line in lines_of(ledger_view(contributed, Asked()), "By partner (4)")]
    assert said == ["AMEXCID", "Kamuzu Hospital", "Malawi Grid", "Oslo Hospital"]


@pytest.mark.parametrize("value", ["many", True, {"a": 1}, [], -1])
def test_a_number_that_is_none_is_not_stated(make: Make, value: Any) -> None:
    odd = {"id": "odd", "project": "nurses", "from": "kch", "kind": "goods", "quantity": value, "unit": "items", "unit_cost": value}
    copy = make(("contributions", odd))
    data = json.dumps(ledger_view(copy, Asked()).numbers, allow_nan=False)
    assert json.loads(data)["contributions"] == 1


def test_strings_that_do_harm_stay_words(make: Make, nasty: str) -> None:
    fields = dict.fromkeys(("kind", "unit", "method", "currency", "tossd"), nasty)
    item = {"id": "n", "project": "p", "from": "q", "to": "q", "quantity": 1, "unit_cost": 2, "agreed": True, **fields}
    copy = make(
        *[("contributions", item), ("contributions", {**item, "id": "m", "agreed": False}), ("projects", {"id": "p", "title": nasty})]
    )
    said = text(ledger_view(copy, Asked()))
    assert not any(char in said for char in "\x1b\x00\x07\u202e")


def test_an_empty_catalogue_says_so(make: Make) -> None:
    said = text(ledger_view(make(), Asked()))
    assert "0 contributions" in said
    assert "nothing on record" in said
