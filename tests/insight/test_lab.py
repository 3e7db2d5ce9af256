"""The solutions lab: the board, how a solution got to its stage, and where it was taken up (field.md A2.6, A2.7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.catalogue.codes import SOLUTION_STAGE
from ssc_tui.catalogue.practice import documents
from ssc_tui.errors import NotFound
from ssc_tui.insight.blocks import Line, Target
from ssc_tui.insight.board_picture import Place, draw, moved
from ssc_tui.insight.lab import Column, summary, tree, tree_block
from ssc_tui.insight.lab_view import MOST, board, lab_view
from ssc_tui.insight.report import Asked
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import search

STOVES: dict[str, Any] = {
    "id": "stoves",
    "title": "Rocket stoves",
    "stage": "scaled",
    "provider": "fiji",
    "countries": ["FJ", "MW", "NP"],
    "history": [
        {"stage": "idea", "on": "2017", "by": "fiji", "reason": "Smoke in kitchens"},
        {"stage": "testing", "on": "2018-03", "by": "Women of Ba", "reason": "Ten households for a season"},
        {"stage": "scaled"},
    ],
    "replications": [
        {"country": "NP", "year": 2021, "changes": "Clay in place of brick", "result": "Dropped in the rains"},
        {"country": "MW", "partner": "kch", "year": 2019, "result": "In use", "cost": 3},
    ],
    "sources": [{"ref": "https://galaxy.example/1", "seen_on": "2026-11-01"}],
}
FIJI = ("partners", {"id": "fiji", "name": "Ministry for Women", "country": "FJ"})
HOSPITAL = ("partners", {"id": "kch", "name": "Kamuzu Central Hospital", "country": "MW"})


def test_a2_7_a_practice_with_two_adaptations_is_a_tree_of_three_nodes_in_text() -> None:
    drawn = tree_block(tree(STOVES, "FJ"), {"fiji": "Ministry for Women", "kch": "Kamuzu Central Hospital"})
    assert drawn.lines == (
        Line("●", "Fiji: Ministry for Women", "comes from here", Target("record", "partners/fiji")),
        Line(
            "├─",
            "Malawi: Kamuzu Central Hospital",
            "since 2019; changes not stated; result: In use; cost: 3",
            Target("record", "partners/kch"),
        ),
        Line("└─", "Nepal", "since 2021; changed: Clay in place of brick; result: Dropped in the rains"),
    )


@pytest.mark.parametrize(
    ("fields", "home", "root"),
    [
        ({"provider": "gone", "countries": ["FJ"]}, None, "Fiji: gone"),
        ({"countries": ["MW", "FJ"], "replications": [{"country": "MW"}]}, None, "Fiji"),
        ({"countries": ["MW", "FJ"]}, None, "country not stated"),
        ({}, None, "country not stated"),
        ({"countries": ["MW"]}, "NO", "Norway"),
    ],
)
def test_where_a_solution_comes_from_is_said_only_where_it_is_known(fields: dict[str, Any], home: str | None, root: str) -> None:
    drawn = tree_block(tree(fields, home), {})
    assert drawn.lines[0].value == root
    assert (drawn.lines[-1].value == "No replication is on record.") == ("replications" not in fields)


def test_a2_6_the_history_shows_who_moved_it_and_when_and_why(make: Make) -> None:
    copy = make(("solutions", STOVES), FIJI, HOSPITAL)
    report = lab_view(copy, Asked("solutions/stoves"))
    (history,) = (block for block in report.blocks if block.heading == "History")
    assert history.lines == (
        Line("2017", "Idea", "by Ministry for Women; Smoke in kitchens", Target("record", "partners/fiji")),
        Line("2018-03", "Testing", "by Women of Ba; Ten households for a season"),
        Line("no date", "Scaled", "by whom is not stated; reason not stated"),
    )
    assert report.data["history"] == STOVES["history"]
    assert report.data["tree"]["taken"][0] == {"country": "MW", "partner": "kch", "year": "2019", "changes": None, "result": "In use"}
    (sources,) = (block for block in report.blocks if block.heading == "Sources")
    assert sources.lines == (Line("", "https://galaxy.example/1", "seen on 2026-11-01", Target("web", "https://galaxy.example/1")),)


def test_a2_6_a_dropped_idea_stays_on_the_board_and_is_found(make: Make) -> None:
    copy = make(("solutions", STOVES | {"id": "gone", "title": "Bamboo pumps", "stage": "dropped"}), FIJI)
    dropped = board(copy, "")[5]
    assert (dropped.stage, dropped.total, [row.id for row in dropped.rows]) == ("dropped", 1, ["gone"])
    assert search(copy, "bamboo", "solutions").total(copy) == 1
    assert search(copy, "stage:dropped").total(copy) == 1


def test_the_board_holds_every_solution_once(make: Make) -> None:
    odd = [("solutions", {"id": f"odd-{number}", "title": "Odd", "stage": stage}) for number, stage in enumerate(("proved", "", None))]
    copy = make(*documents(), *odd)
    for query in ("", "area:health", "as", "country:MW,KE", "nobody"):
        columns = board(copy, query)
        total = search(copy, query, "solutions", forgiving=False).total(copy)
        assert sum(column.total for column in columns) == total, query
        assert [column.stage for column in columns[:6]] == list(SOLUTION_STAGE)
        report = lab_view(copy, Asked(query=query))
        assert [stage["total"] for stage in report.data["stages"]] == [column.total for column in columns]
        assert report.found == bool(total)
        for block, column in zip(report.blocks, columns, strict=True):
            if block.target:
                section, _mark, asked = block.target.value.partition("?")
                assert search(copy, asked, section).total(copy) == column.total, block.target
    assert [row.id for row in board(copy, "odd")[6].rows] == ["odd-0", "odd-1", "odd-2"]


def test_a_long_stage_names_the_first_and_leads_to_all(make: Make) -> None:
    copy = make(*(("solutions", {"id": f"s{number:03}", "title": f"S {number:03}", "stage": "idea"}) for number in range(MOST + 7)))
    report = lab_view(copy, Asked())
    assert len(report.data["stages"][0]["solutions"]) == MOST
    assert report.blocks[0].heading == f"Idea ({MOST + 7})"
    assert report.blocks[0].lines[-1] == Line("", "7 more in the list", target=Target("list", "solutions?stage:idea"))


def test_a_solution_that_is_not_there_is_not_found(make: Make) -> None:
    with pytest.raises(NotFound):
        lab_view(make(FIJI), Asked("solutions/gone"))


@pytest.mark.parametrize("wrong", [None, "x", 5, ["x", None], {"a": 1}, [{"country": 5, "partner": ["x"], "year": {}}]])
def test_fields_of_wrong_types_break_nothing(make: Make, wrong: Any) -> None:
    fields = dict.fromkeys(("replications", "history", "countries", "provider", "sources", "title", "challenge"), wrong)
    copy = make(("solutions", {"id": "s", "stage": "idea", **fields}))
    report = lab_view(copy, Asked("solutions/s"))
    assert len(report.data["tree"]["taken"]) == (isinstance(wrong, list) and isinstance(wrong[0], dict))
    assert summary(reader.document(copy, "solutions", "s"), None, {})


def test_a_summary_names_a_few_branches_and_counts_the_others() -> None:
    taken = [{"country": code, "year": 2019} for code in ("MW", "NP", "KE", "BR")]
    assert summary(STOVES, "FJ", {"fiji": "Ministry"}).splitlines()[1:] == [
        "History: Idea 2017 → Testing 2018-03 → Scaled no date",
        "● Fiji: Ministry",
        "├─ Malawi: kch, 2019",
        "└─ Nepal, 2021",
    ]
    assert summary(STOVES | {"replications": taken}, "FJ", {}).splitlines()[-1] == "└─ 2 more"
    assert summary(STOVES | {"replications": taken[:3]}, "FJ", {}).splitlines()[-1] == "└─ Kenya, 2019"
    assert summary({"title": "Bare"}, None, {}).splitlines() == ["Bare", "History: not stated", "● country not stated"]


# The drawing.

TITLES = st.text("abc xyz", max_size=60).map(lambda text: f"T{text}")


def row(number: int, title: str) -> Row:
    return Row(number, "solutions", f"s{number}", title, "", "idea", "", "", None, None, None, False, False)


COLUMNS = st.lists(
    st.tuples(st.lists(TITLES, max_size=12), st.integers(0, 900)).map(
        lambda made: Column(
            "idea", len(made[0]) + made[1] * bool(made[0]), tuple(row(number, title) for number, title in enumerate(made[0]))
        )
    ),
    min_size=1,
    max_size=7,
)


@given(COLUMNS, st.integers(8, 160), st.integers(1, 40), st.data())
def test_the_board_fills_any_size_with_the_chosen_one_on_it(columns: list[Column], width: int, height: int, data: st.DataObject) -> None:
    column = data.draw(st.integers(0, len(columns) - 1))
    at = Place(column, data.draw(st.integers(0, max(len(columns[column].rows) - 1, 0))))
    drawn = draw(columns, at, width, height)
    assert [sum(len(span.text) for span in line) for line in drawn] == [width] * height
    if columns[column].rows and height > 3:
        assert any(span.role == "chosen" for line in drawn for span in line)


@given(COLUMNS, st.integers(19, 160), st.data())
def test_a_title_on_the_board_is_whole_and_what_is_not_shown_is_counted(columns: list[Column], width: int, data: st.DataObject) -> None:
    only = columns[:1]
    at = Place(0, data.draw(st.integers(0, max(len(only[0].rows) - 1, 0))))
    drawn = draw(only, at, width, data.draw(st.integers(10, 40)))[1:]
    spans = [line[0] for line in drawn if line[0].text.strip()]
    begun = [span for span in spans if span.role in ("text", "chosen") and span.text[2] != " "]
    counted = sum(int(span.text.split()[0]) for span in spans if span.role == "beside" and span.text.strip() != "none")
    assert len(begun) + counted == only[0].total
    if only[0].rows:
        chosen = "".join(span.text[2:] for span in spans if span.role == "chosen")
        assert chosen.replace(" ", "") == only[0].rows[at.row].title.replace(" ", "")


@given(COLUMNS, st.lists(st.sampled_from(["left", "right", "up", "down", "first", "last"])))
def test_one_stays_on_the_board(columns: list[Column], ways: list[str]) -> None:
    at = Place()
    for way in ways:
        at = moved(columns, at, way)
        assert 0 <= at.column < len(columns)
        assert 0 <= at.row < max(len(columns[at.column].rows), 1)
    assert moved((), Place(), "right") == Place()
