"""The sheet of a country: both sides, who is there, and two pages of paper."""

from __future__ import annotations

from itertools import count
from sqlite3 import Connection
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Make
from tests.contributed import DOCUMENTS, without

from ssc_tui.errors import NotFound
from ssc_tui.insight.blocks import Block, Target
from ssc_tui.insight.country import root
from ssc_tui.insight.country_view import PAGE, PAGES, WIDTH, country_view
from ssc_tui.insight.flows_view import flows_view
from ssc_tui.insight.ledger_view import ledger_view
from ssc_tui.insight.page import lay_out
from ssc_tui.insight.report import Asked, Report
from ssc_tui.store.country import Area
from ssc_tui.store.search import search


def block(report: Report, heading: str) -> Block:
    return next(each for each in report.blocks if each.heading.startswith(heading))


def test_a3_1_a_country_gives_and_receives_in_all_and_by_theme(contributed: Connection) -> None:
    report = country_view(contributed, Asked("MX"))
    sides = block(report, "Gives, by area")
    assert sides.second is not None
    assert [line[1:3] for line in sides.lines] == [
        ("Health", "sent: 2; 4 planned; 1 offer; gave: 40 trainee-days (Training), not valued; money USD 300")
    ]
    assert [line[1:3] for line in sides.second] == [
        ("Health", "hosted: 5; 5 planned; 1 need; received: 2 expert-months (Expert time), valued at USD 9,000")
    ]


def test_a3_1_the_same_partner_is_found_as_provider_and_as_receiver(contributed: Connection) -> None:
    assert [
        search(contributed, asked, "partners").total(contributed) for asked in ("brings:nursing country:MX", "seeks:malaria country:MX")
    ] == [1, 1]
    partner = ledger_view(contributed, Asked("partners/amexcid")).numbers
    assert partner["gave"]["money"] == {"USD": 300}
    assert partner["received"]["total"] == {"USD": 9000}


def test_a2_8_partners_offers_needs_and_projects_are_on_the_sheet(contributed: Connection) -> None:
    report = country_view(contributed, Asked("MW"))
    assert [line.value for line in block(report, "Partners, by kind (2)").lines] == ["Kamuzu Hospital", "Malawi Grid"]
    capacities = block(report, "Offers (1)")
    assert [line.value for line in capacities.lines] == ["Tropical medicine"]
    assert capacities.second_heading == "Wants to learn (3)"
    assert [line.value for line in block(report, "Projects (2)").lines] == [
        "Grids for clinics (2020)",
        "Nurses both ways (South-South, 2019–2021)",
    ]
    assert [line.value for line in block(report, "Funds (1)").lines] == ["IBSA Fund (2004)"]
    assert [line.value for line in block(report, "Solutions (1)").lines] == ["Cooling pot (Proven)"]
    assert [line.value for line in block(report, "Publications (1)").lines] == ["The tale of the nurses (2021)"]


def test_a3_7_partners_are_grouped_by_kind_and_the_focal_point_is_none_stated(contributed: Connection) -> None:
    report = country_view(contributed, Asked("MW"))
    assert [line.label for line in block(report, "Partners, by kind").lines] == ["Other Public Sector (1)", "Private Sector (1)"]
    assert [line.value for line in report.blocks[0].lines if line.label == "Focal point"] == ["none stated"]
    assert report.numbers["focal_point"] is None
    assert report.numbers["partners_by_kind"] == {"15": ["partners/kch"], "70": ["partners/grid"]}


def test_a2_9_gaps_are_what_is_sought_and_of_which_nothing_came(contributed: Connection, make: Make) -> None:
    assert country_view(contributed, Asked("MW")).numbers["gaps"] == []
    report = country_view(make(*without("grids", "areas")), Asked("MW"))
    assert report.numbers["gaps"] == ["energy"]
    assert [line.value for line in block(report, "Sought").lines] == ["Clean energy"]


@pytest.mark.parametrize("query", ["", "year:2020", "area:health", "area:energy", "year:2019..2020"])
@pytest.mark.parametrize("code", ["MW", "MX", "NO"])
def test_a2_9_the_figures_of_the_sheet_are_those_of_the_views(contributed: Connection, code: str, query: str) -> None:
    data = country_view(contributed, Asked(code, query)).numbers
    for kind in ("projects", "exchanges", "solutions"):
        assert data["counts"][kind] == search(contributed, f"country:{code} {query}", kind).total(contributed), kind
    same = ledger_view(contributed, Asked(code, query)).numbers
    assert data["gives"]["contributions"] == same["gave"]
    assert data["receives"]["contributions"] == same["received"]
    assert data["money"]["all"] == same["projects"]["all"]
    matrix = flows_view(contributed, Asked(query=f"country:{code} {query}", options={"by": "country"})).numbers
    row = [name["key"] for name in matrix["names"]].index(code) if matrix["total"]["exchanges"] else None
    for side, persons in (("gives", "sent"), ("receives", "hosted")):
        same_side = None if row is None or not matrix[persons][row]["exchanges"] else matrix[persons][row]
        assert data[side][persons] == same_side


def test_a_filter_of_an_area_gives_the_figures_of_its_row(contributed: Connection) -> None:
    for code in ("MW", "MX", "NO"):
        whole = country_view(contributed, Asked(code)).numbers
        for area, row in whole["by_area"].items():
            only = country_view(contributed, Asked(code, f"area:{area}")).numbers
            for side, persons in (("gives", "sent"), ("receives", "hosted")):
                assert only[side]["contributions"] == row[side]["contributions"]
                assert only[side][persons] == row[side][persons]


@pytest.mark.parametrize("code", ["MW", "MX", "NO"])
def test_a3_22_the_row_of_a_goal_counts_what_the_lists_hold(contributed: Connection, code: str) -> None:
    rows = country_view(contributed, Asked(code)).numbers["goals"]
    assert rows
    for row in rows:
        for kind in ("partners", "projects", "exchanges"):
            assert row[kind] == search(contributed, f"country:{code} sdg:{row['number']}", kind).total(contributed), (row["number"], kind)


def test_a3_22_offers_and_needs_of_goal_7(contributed: Connection) -> None:
    (seventh,) = [row for row in country_view(contributed, Asked("MW")).numbers["goals"] if row["number"] == 7]
    assert (seventh["offers"], seventh["needs"], seventh["projects"]) == (0, 2, 1)


def test_headings_lead_to_lists_of_as_many_records(contributed: Connection) -> None:
    seen = 0
    for asked in (Asked("MW"), Asked("MX", "year:2020"), Asked("MW", "area:energy")):
        for each in country_view(contributed, asked).blocks:
            if each.target and each.target.what == "list":
                kind, _mark, query = each.target.value.partition("?")
                assert each.heading.endswith(f"({search(contributed, query, kind).total(contributed)})"), each.heading
                seen += 1
    assert seen >= 6


def test_what_no_exchange_tells_of_is_not_nought(contributed: Connection) -> None:
    sides = block(country_view(contributed, Asked("NO")), "Gives")
    assert sides.lines[0].value == "none yet; 1 planned"
    assert sides.second is not None
    assert sides.second[0].value == "no exchange on record"
    assert country_view(contributed, Asked("NO")).numbers["receives"]["hosted"] is None


def test_persons_within_the_country_are_named(make: Make) -> None:
    inside = ("exchanges", {"id": "in", "sender": "kch", "host": "grid", "actual": 3})
    report = country_view(make(*DOCUMENTS, inside), Asked("MW"))
    assert (report.numbers["gives"]["sent"]["persons"], report.numbers["receives"]["hosted"]["persons"]) == (8, 5)
    assert report.numbers["within"] == 3
    assert block(report, "Gives").lines[0].beside == "3 of them within the country"


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("mw", "Malawi (Eastern Africa)"),
        ("Malawi", "Malawi (Eastern Africa)"),
        ("México", "Mexico (Central America)"),
        ("partners/kch", "Malawi (Eastern Africa)"),
        ("projects/grids", "Malawi (Eastern Africa)"),
        ("projects/nurses", "Countries"),
        ("areas/health", "Countries"),
        ("", "Countries"),
    ],
)
def test_a_country_is_named_by_code_name_or_record(contributed: Connection, subject: str, title: str) -> None:
    assert country_view(contributed, Asked(subject)).title == title


def test_a_record_of_several_countries_lets_one_choose(contributed: Connection) -> None:
    report = country_view(contributed, Asked("projects/nurses"))
    assert [(line.value, line.target) for line in report.blocks[0].lines] == [
        ("Malawi", Target("view", "country MW")),
        ("Mexico", Target("view", "country MX")),
    ]


def test_all_countries_are_counted(contributed: Connection) -> None:
    rows = {row["country"]: row["counts"] for row in country_view(contributed, Asked()).numbers}
    assert rows["MW"] == {"partners": 2, "projects": 2, "exchanges": 3, "solutions": 1}
    assert list(rows) == ["MW", "MX", "NO"]


@pytest.mark.parametrize("subject", ["XX", "Atlantis", "partners/gone", "FR"])
def test_a_country_of_which_nothing_is_held_is_a_sentence(contributed: Connection, subject: str) -> None:
    with pytest.raises(NotFound):
        country_view(contributed, Asked(subject))


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 90), st.integers(0, 50), st.integers(0, 40), names, st.sampled_from([60, 72, WIDTH]))
def test_a2_9_however_much_there_is_it_fits_on_two_pages(
    make: Make, partners: int, projects: int, areas: int, name: str, width: int
) -> None:
    numbers = count()
    documents: list[tuple[str, dict[str, Any]]] = [
        ("partners", {"id": "first", "name": "First", "country": "MW"}),
        *(("areas", {"id": f"a{each}", "name": f"{name} {each}", "sdgs": [1 + each % 17]}) for each in range(areas)),
        *(
            (
                "partners",
                {
                    "id": f"p{each}",
                    "name": f"{name} {each}",
                    "country": "MW",
                    "kind": str(next(numbers) % 90),
                    "brings": [{"id": "b", "topic": name, "area": f"a{each % max(1, areas)}"}],
                    "seeks": [{"id": "s", "topic": name, "area": f"a{(each + 1) % max(1, areas)}"}],
                },
            )
            for each in range(partners)
        ),
        *(("projects", {"id": f"j{each}", "title": f"{name} {each}", "countries": ["MW", "KE"]}) for each in range(projects)),
        *(("solutions", {"id": f"s{each}", "title": f"{name} {each}", "countries": ["MW"]}) for each in range(projects)),
    ]
    lines = lay_out(country_view(make(*documents), Asked("MW", options={"width": str(width)})), width)
    assert len(lines) <= PAGE * PAGES


def test_areas_in_a_ring_end_where_it_closes() -> None:
    ring = {"a": Area("A", "b", ()), "b": Area("B", "a", ()), "c": Area("C", "c", ()), "d": Area("D", "gone", ())}
    assert [root(area, ring) for area in ring] == ["b", "a", "c", "d"]


def test_every_country_of_the_shipped_catalogue_fits_on_two_pages_and_counts_as_its_lists() -> None:
    from ssc_tui.store.connection import connect
    from ssc_tui.store.seed import SEED

    copy = connect(SEED)
    codes = [row["country"] for row in country_view(copy, Asked()).numbers]
    assert len(codes) > 100
    for code in codes[::5]:
        report = country_view(copy, Asked(code))
        assert len(lay_out(report, WIDTH)) <= PAGE * PAGES
        assert report.numbers["counts"]["projects"] == search(copy, f"country:{code}", "projects").total(copy)
    copy.close()
