"""The ledger, the matrix and the triangle on small catalogues, and on the shipped one: the rows of reference/field.md that they answer."""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any

import pytest
from tests.conftest import Make

from ssc_tui.catalogue.query import parse
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.insight.balance_view import balance_view
from ssc_tui.insight.card import Card
from ssc_tui.insight.flows_view import flows_view
from ssc_tui.insight.look import card_of
from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Asked, Report
from ssc_tui.store.facets import kinds
from ssc_tui.text import cell_width

Documents = list[tuple[str, dict[str, Any]]]
SIZES = [58, 78]
"""Columns that a view has on a screen of 60 and of 80."""


def partner(name: str, country: str = "MW", **more: Any) -> tuple[str, dict[str, Any]]:
    return "partners", {"id": name, "name": name.title() * 3, "country": country, **more}


def exchange(number: int, sender: str, host: str, actual: int | None = None, **more: Any) -> tuple[str, dict[str, Any]]:
    stated = {} if actual is None else {"actual": actual}
    return "exchanges", {"id": f"x{number}", "project": "p", "sender": sender, "host": host, **stated, **more}


PROJECT = ("projects", {"id": "p", "title": "Nurses both ways", "partners": [{"partner": "anna", "role": "coordinator"}]})
BASE: Documents = [partner("anna"), partner("berta", "KE"), partner("carla", "NP"), PROJECT]


def said(report: Report | Card, width: int = 78) -> list[str]:
    return [line.text for line in lay_out(report, width)]


def listed(report: Report, heading: str) -> list[str]:
    """The lines of the block of that heading."""
    return [line.value for block in report.blocks if block.heading.startswith(heading) for line in block.lines]


def test_a1_2_a_flow_is_on_both_cards_and_in_the_cell_of_the_matrix(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", 3, months=6, round=1))
    assert "sent 3, hosted none" in " ".join(said(card_of(copy, "partners", "anna")))
    assert "sent none, hosted 3" in " ".join(said(card_of(copy, "partners", "berta")))
    assert any(line.split() == ["Round", "1", "sent", "3,", "hosted", "none"] for line in said(card_of(copy, "partners", "anna")))
    cells = flows_view(copy, Asked()).numbers["cells"]
    assert [(cell["sender"], cell["host"], cell["persons"], cell["person_months"]) for cell in cells] == [("anna", "berta", 3, 18.0)]
    table = said(flows_view(copy, Asked()))
    row = next(line for line in table if line.startswith("1 Anna"))
    assert row.split()[-3:] == ["·", "3", "3"]
    page = balance_view(copy, Asked("projects/p"))
    targets = [line.target.value for block in page.blocks for line in block.lines if line.target]
    assert {"exchanges/x1", "projects/p", "balance partners/anna", "balance partners/berta"} <= set(targets)


def test_rounds_of_several_projects_are_told_apart_on_a_card(make: Make) -> None:
    other = ("projects", {"id": "q", "title": "Another"})
    copy = make(*BASE, other, exchange(1, "anna", "berta", 3, round=1), exchange(2, "anna", "carla", 2, round=1, project="q"))

    def rounds(kind: str, record_id: str) -> set[tuple[str, str, str]]:
        blocks = card_of(copy, kind, record_id).blocks
        return {line[:3] for block in blocks if block.heading == "By round" for line in block.lines}

    assert rounds("partners", "anna") == {
        ("Round 1", "sent 3, hosted none", "Nurses both ways"),
        ("Round 1", "sent 2, hosted none", "Another"),
    }
    assert rounds("partners", "berta") == {("Round 1", "sent none, hosted 3", "")}
    assert rounds("projects", "p") == {("Round 1", "3 persons", "")}


def test_a1_3_out_of_balance_is_said_first_and_goes_when_three_more_are_hosted(make: Make) -> None:
    fixture = [*BASE, exchange(1, "anna", "berta", 5, round=1), exchange(2, "berta", "anna", 2, round=2), exchange(3, "carla", "carla", 1)]
    report = balance_view(make(*fixture), Asked())
    assert listed(report, "Out of balance") == ["AnnaAnnaAnna: sends 3 more than it hosts", "BertaBertaBerta: hosts 3 more than it sends"]
    assert "to level it: host 3 more by round 3" in " ".join(said(report))
    assert listed(report, "What would level it") == ["BertaBertaBerta → AnnaAnnaAnna: 3 persons"]
    assert any("10 % of the greater number" in line for line in said(report))
    level = balance_view(make(*fixture, exchange(4, "berta", "anna", 3, round=3)), Asked())
    assert listed(level, "Out of balance") == ["Nobody, as far as numbers are stated."]
    assert balance_view(make(*fixture), Asked(options={"tolerance": "3"})).numbers["counts"]["out"] == 0


def test_a1_3_what_if_moves_the_balances_in_memory_alone(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", 5), exchange(2, "berta", "anna", 2))
    report = balance_view(copy, Asked(options={"what-if": "berta>anna:3, carla → anna : 1"}))
    assert report.numbers["what_if"] == [
        {"sender": "berta", "host": "anna", "persons": 3},
        {"sender": "carla", "host": "anna", "persons": 1},
    ]
    assert report.numbers["counts"]["out"] == 0
    words = " ".join(" ".join(said(report)).split())
    assert "was: sends 3 more than it hosts: out of balance now: hosts 1 more than it sends: within the tolerance" in words
    assert "was: no exchange on record now: sends 1 more than it hosts: within the tolerance" in words
    assert balance_view(copy, Asked()).numbers["counts"]["out"] == 2
    of_one = balance_view(copy, Asked("anna", options={"what-if": "berta>anna:3, carla>berta:9"}))
    assert (of_one.numbers["balances"][0]["difference"], len(of_one.numbers["flows"])) == (0, 3)


@pytest.mark.parametrize("text", ["anna", "anna>berta", "anna>berta:x", "anna>berta:-1", ">berta:2", "p>anna:2"])
def test_a_what_if_that_cannot_be_followed_says_why(make: Make, text: str) -> None:
    with pytest.raises(UsageError):
        balance_view(make(*BASE), Asked(options={"what-if": text}))


def test_a_what_if_with_an_unknown_partner_says_so(make: Make) -> None:
    with pytest.raises(NotFound, match="zelda"):
        balance_view(make(*BASE), Asked(options={"what-if": "zelda>anna:2"}))


def test_unknown_figures_are_listed_as_unknown(make: Make) -> None:
    report = balance_view(make(*BASE, exchange(1, "anna", "berta", 5), exchange(2, "berta", "anna", status="completed")), Asked())
    assert [(each["partner"], each["state"], each["difference"]) for each in report.numbers["balances"]] == [
        ("partners/anna", "unknown", None),
        ("partners/berta", "unknown", None),
    ]
    assert report.numbers["balances"][0]["hosted"]["persons"] is None
    assert report.numbers["without_exchange"] == 1
    assert "CarlaCarlaCarla: not stated" in listed(report, "Not stated (3)")


@pytest.mark.parametrize("by", ["round", "year"])
def test_a_round_and_a_year_without_a_number_have_no_nought(make: Make, by: str) -> None:
    exchanges = [
        exchange(1, "anna", "berta", round=10, start="2010"),
        exchange(2, "anna", "berta", round=2, start="2002", planned=3),
        exchange(3, "anna", "berta", 0, round=0, start="2000"),
        exchange(4, "anna", "berta", round=3, start="2003", status="cancelled"),
    ]
    copy = make(*BASE, *exchanges)
    page = [line.strip() for line in said(balance_view(copy, Asked("projects/p")))]
    if by == "round":
        assert [line for line in page if line.startswith("Round")] == [
            "Round 0: 0 persons", "Round 2: none yet", "Round 3: none", "Round 10: not stated",
        ]  # fmt: skip
    else:
        years = [line.split(maxsplit=1) for line in page if line[:4] in ("2000", "2002", "2003", "2010")]
        assert years == [["2000", "0 persons"], ["2002", "none yet"], ["2003", "none"], ["2010", "not stated"]]
    lines = [line.strip() for line in said(balance_view(copy, Asked(options={"by": by})))]
    start = next(number for number, line in enumerate(lines) if line.startswith(f"By {by}"))
    numbers = {"round": ("Round 0", "Round 2", "Round 3", "Round 10"), "year": ("2000", "2002", "2003", "2010")}[by]
    assert [line for line in lines[start:] if line in numbers] == list(numbers)
    at = {number: lines.index(number) for number in numbers}
    first, second, third, fourth = (lines[at[number] + 1 : at[number] + 3] for number in numbers)
    assert first[0] == "0 persons, 1 exchange"
    assert second[0] == "none yet, 1 exchange, planned 3"
    assert third[0] == "none, 1 exchange"
    assert fourth == ["not stated, 1 exchange", "not stated"]
    assert lines.count("everybody is within the tolerance") == 1


def test_a_project_without_a_number_counts_no_nought(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta"))
    assert any("1 exchange: not stated, 1 exchange without a number" in line for line in said(balance_view(copy, Asked())))


def test_what_is_still_to_come_is_no_nought_in_the_matrix_and_no_month_is_missing_of_it(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", planned=3), exchange(2, "berta", "carla", 2, months=6))
    for count, cells in (("persons", ["2", "+"]), ("months", ["12", "+"]), ("planned", ["?", "3"])):
        report = flows_view(copy, Asked(options={"count": count}))
        table = next(block.table for block in report.blocks if block.table)
        assert [cell for row in table.rows[:-1] for cell in row.cells[:-1] if cell != "·"] == cells
        assert "+: nobody yet, still to come" in " ".join(said(report))
    total = next(line for line in said(flows_view(copy, Asked(options={"count": "months"}))) if "2 exchanges" in line)
    assert "+?" not in total


@pytest.mark.parametrize(
    ("query", "years"),
    [
        ("year:2019", ["2019"]),
        ("year:2018..2020", ["2020", "2019"]),
        ("year:2017,2020", ["2020", "2017"]),
        ("-year:2019", ["2020", "2017"]),
        ("year:2017..2019 -year:2017", ["2019"]),
        ("area:health", ["2020", "2019", "2017"]),
    ],
)
def test_figures_are_stated_of_the_years_that_are_asked_for(make: Make, query: str, years: list[str]) -> None:
    figures = [{"measure": "participants exchanged", "value": 9, "unit": "people", "year": year} for year in (2017, 2019, 2020)]
    report = balance_view(make(partner("anna", figures=figures)), Asked("partners/anna", query))
    assert [str(each["year"]) for each in report.numbers["stated"]] == years


def test_beside_a_stated_figure_no_nought_stands_where_no_exchange_states_who_went(make: Make) -> None:
    figures = [{"measure": "participants exchanged", "value": 9, "unit": "people", "year": 2019}]
    anna = partner("anna", figures=figures)
    for exchanges in ([], [exchange(1, "anna", "berta", planned=3, start="2019")], [exchange(1, "anna", "berta", start="2019")]):
        report = balance_view(make(anna, *BASE[1:], *exchanges), Asked("partners/anna"))
        assert report.numbers["stated"][0]["computed"] is None
        assert not any("computed here" in line for line in said(report))
    report = balance_view(make(anna, *BASE[1:], exchange(1, "anna", "berta", 0, start="2019")), Asked("partners/anna"))
    assert report.numbers["stated"][0]["computed"] == 0


def test_one_way_the_other_way_is_none_and_not_unstated(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", 2, planned=3, months=6), exchange(2, "berta", "carla", planned=1, months=2))
    words = " ".join(" ".join(said(balance_view(copy, Asked(options={"by": "pair"})))).split())
    assert "person-months: sent 12, hosted none person-months planned: send 18, host none" in words
    assert "person-months planned: send 2, host none" in words
    missing = make(*BASE, exchange(1, "anna", "berta", planned=3, months=6), exchange(2, "anna", "berta", planned=1))
    assert "send 18 + not stated, host none" in " ".join(said(balance_view(missing, Asked(options={"by": "pair"}))))


def test_a1_13_computed_and_stated_stand_beside_each_other_and_are_never_mixed(make: Make) -> None:
    figures = [
        {"year": 2019, "measure": "participants exchanged", "value": 615, "unit": "people", "source": "report"},
        {"year": 2019, "measure": "South-South projects", "value": 50, "unit": "projects", "source": "report"},
        {"year": 2018, "measure": "participants exchanged", "value": 1, "unit": "people"},
        {"year": 2019, "measure": "countries", "value": 25, "unit": "countries"},
    ]
    project = {"id": "p", "title": "P", "modality": "south_south", "start": "2019", "partners": [{"partner": "norec", "role": "funder"}]}
    copy = make(
        partner("norec", "NO", figures=figures), *BASE[:3], ("projects", project),
        exchange(1, "anna", "berta", 5, start="2019-02"), exchange(2, "berta", "anna", 4, start="2020"),
    )  # fmt: skip
    report = balance_view(copy, Asked("norec", "year:2019"))
    assert [(each["measure"], each["value"], each["computed"]) for each in report.numbers["stated"]] == [
        ("participants exchanged", 615, 5),
        ("South-South projects", 50, 1),
        ("countries", 25, None),
    ]
    assert report.numbers["total"]["exchanges"] == 0
    text = " ".join(" ".join(said(report)).split())
    assert "participants exchanged: 615 people stated by report computed here: 5 persons, 610 fewer than stated" in text
    assert "Balance not stated" in text


def test_a3_17_the_kind_of_exchange_filters(make: Make) -> None:
    copy = make(
        *BASE,
        exchange(1, "anna", "berta", 5, kind="academic"),
        exchange(2, "berta", "carla", 2, kind="volunteer"),
        exchange(3, "carla", "anna", 1),
    )
    found = flows_view(copy, Asked(query="type:academic"))
    assert [(cell["sender"], cell["host"], cell["persons"]) for cell in found.numbers["cells"]] == [("anna", "berta", 5)]
    assert (
        kinds(copy, parse("type:academic"))["exchanges"]
        == balance_view(copy, Asked(query="type:academic")).numbers["total"]["exchanges"]
        == 1
    )


@pytest.mark.parametrize("width", SIZES)
def test_a3_18_a_triangular_project_draws_its_three_corners_with_counts_on_each_edge(make: Make, width: int) -> None:
    copy = make(
        *BASE, exchange(1, "anna", "berta", 3), exchange(2, "berta", "anna", 2), exchange(3, "berta", "carla", 4),
        exchange(4, "carla", "anna", status="completed"),
    )  # fmt: skip
    report = balance_view(copy, Asked("projects/p"))
    lines = said(report, width)
    first = lines.index("Between the three corners") + 1
    assert [line.rstrip() for line in lines[first : first + 7]] == [
        "           A",
        "A→B 3     ╱ ╲     A→C –",
        "B→A 2    ╱   ╲    C→A ?",
        "        ╱     ╲",
        "       B───────C",
        "       B→C 4",
        "       C→B –",
    ]
    assert "A  AnnaAnnaAnna" in lines
    assert report.numbers["edges"] == [
        {"sender": "anna", "host": "berta", "persons": 3, "exchanges": 1},
        {"sender": "berta", "host": "anna", "persons": 2, "exchanges": 1},
        {"sender": "berta", "host": "carla", "persons": 4, "exchanges": 1},
        {"sender": "carla", "host": "anna", "persons": None, "exchanges": 1},
    ]


def test_a3_1_who_sends_and_hosts_is_found_as_both(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", 3), exchange(2, "berta", "carla", 2))
    for state, number in (("is:sending", 2), ("is:hosting", 2), ("is:sending is:hosting", 1)):
        assert kinds(copy, parse(state)) == {"partners": number}


@pytest.mark.parametrize("query", ["", "country:KE", "year:2019", "project:p", "type:academic", "berta", "area:none", "-country:NP"])
def test_matrix_and_ledger_count_what_the_list_shows(make: Make, query: str) -> None:
    copy = make(
        *BASE,
        exchange(1, "anna", "berta", 3, start="2018", end="2020", kind="academic"),
        exchange(2, "berta", "carla", 2, start="2019"),
        exchange(3, "carla", "anna", start="2021"),
        exchange(4, "carla", "nobody-knows", 4),
    )
    number = kinds(copy, parse(query)).get("exchanges", 0)
    for by in ("partner", "country", "region"):
        assert flows_view(copy, Asked(query=query, options={"by": by})).numbers["total"]["exchanges"] == number
    for by in ("partner", "pair", "project", "round", "year"):
        assert balance_view(copy, Asked(query=query, options={"by": by})).numbers["total"]["exchanges"] == number


def test_figures_of_a_wrong_form_count_as_not_stated(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", 10**15), exchange(2, "berta", "anna", -4))
    total = balance_view(copy, Asked()).numbers["total"]
    assert (total["persons"], total["exchanges_without_number"]) == (None, 2)


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("by", ["partner", "pair", "project", "round", "year"])
def test_no_line_of_a_view_is_too_wide_or_cut_off(make: Make, by: str, width: int) -> None:
    names = [f"partner-with-a-very-long-name-{number}" for number in range(15)]
    flows = [exchange(n, names[n % 15], names[n * 7 % 15], n * 37, round=n % 3, planned=n, months=3.5) for n in range(40)]
    copy = make(*BASE, *(partner(name) for name in names), *flows)
    reports = [balance_view(copy, Asked(options={"by": by})), flows_view(copy, Asked()), flows_view(copy, Asked(options={"by": "region"}))]
    for report in [*reports, balance_view(copy, Asked(names[3])), balance_view(copy, Asked("projects/p"))]:
        lines = said(report, width)
        assert max(map(cell_width, lines)) <= width
        assert not any("…" in line for line in lines)


def test_what_has_no_balance_says_so(make: Make) -> None:
    copy = make(*BASE, ("areas", {"id": "health", "name": "Health"}))
    with pytest.raises(UsageError, match="partners and projects"):
        balance_view(copy, Asked("areas/health"))
    with pytest.raises(UsageError, match="partner, country, region"):
        flows_view(copy, Asked(options={"by": "moon"}))
    with pytest.raises(UsageError, match="not by moon"):
        balance_view(copy, Asked(options={"by": "moon"}))


# The shipped catalogue


def test_the_one_project_with_numbers_is_within_the_tolerance(shipped: Connection) -> None:
    report = balance_view(shipped, Asked())
    assert report.numbers["counts"] == {"out": 0, "within": 2, "ahead": 0, "unknown": 0}
    assert {(each["partner"], each["words"]) for each in report.numbers["balances"]} == {
        ("partners/nhrc-nepal", "sends 1 more than it hosts"),
        ("partners/csf-global", "hosts 1 more than it sends"),
    }
    partners = shipped.execute("SELECT count(*) FROM entry WHERE kind = 'partners'").fetchone()[0]
    assert report.numbers["without_exchange"] == partners - 2
    page = balance_view(shipped, Asked("projects/norec-nhrc-csf"))
    assert {each["state"] for each in page.numbers["balances"]} == {"within"}


def test_every_other_partner_is_not_stated(shipped: Connection) -> None:
    others = shipped.execute("SELECT id FROM entry WHERE kind = 'partners' AND id NOT IN ('nhrc-nepal', 'csf-global')").fetchall()
    assert len(others) > 200
    for (record_id,) in others:
        block = next(block for block in card_of(shipped, "partners", record_id).blocks if block.heading == "Sent and hosted")
        assert [line.value for line in block.lines] == ["not stated"]


def test_norec_shows_its_figures_of_2019_as_stated(shipped: Connection) -> None:
    report = balance_view(shipped, Asked("norec", "year:2019"))
    stated = {each["measure"]: (each["value"], each["computed"]) for each in report.numbers["stated"]}
    assert stated["participants exchanged"] == (615, 13)
    assert {"projects supported": 80, "South-South projects": 50, "triangular projects": 6}.items() <= {
        measure: value for measure, (value, _computed) in stated.items()
    }.items()
    assert report.numbers["balances"][0]["words"] == "not stated"
    assert "participants exchanged: 615 people" in " ".join(said(card_of(shipped, "partners", "norec")))


def test_of_what_would_level_it_as_much_is_worked_out_as_is_asked_for(make: Make) -> None:
    copy = make(*BASE, exchange(1, "anna", "berta", 9), exchange(2, "anna", "carla", 9))
    whole, first = balance_view(copy, Asked()), balance_view(copy, Asked(options={"limit": "1"}))
    assert len(whole.numbers["levelling"]) == 2
    assert first.numbers["levelling"] == whole.numbers["levelling"][:1]
    assert listed(first, "What would level it")[1:] == ["and more; / restricts the view"]
    assert "and more; / restricts the view" not in listed(whole, "What would level it")
