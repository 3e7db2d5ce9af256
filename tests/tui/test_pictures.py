"""The board, the map and the charts on the screen: by keys alone, at every size, with the numbers of the commands."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

import pytest
from tests.tui.conftest import NARROW, SMALL, WIDE, Desk, MakeApp, Sit, until

from ssc_tui.catalogue.practice import documents
from ssc_tui.cli import pictures
from ssc_tui.cli.plain import Output
from ssc_tui.paths import Home
from ssc_tui.text import cell_width
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.screens.picture import PictureScreen
from ssc_tui.tui.widgets.charts import Charts
from ssc_tui.tui.widgets.lab_board import LabBoard
from ssc_tui.tui.widgets.world_map import WorldMap

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW, SMALL], ids=["120x40", "80x24", "60x20"])


@pytest.fixture
def practice(make_app: MakeApp) -> SscApp:
    return make_app(documents(), origin="practice", dataset="practice")


def picture(desk: Desk) -> PictureScreen:
    assert isinstance(desk.app.screen, PictureScreen)
    return desk.app.screen


def world(desk: Desk) -> WorldMap:
    widget = picture(desk).picture
    assert isinstance(widget, WorldMap)
    return widget


def lab(desk: Desk) -> LabBoard:
    widget = picture(desk).picture
    assert isinstance(widget, LabBoard)
    return widget


def charts(desk: Desk) -> Charts:
    widget = picture(desk).picture
    assert isinstance(widget, Charts)
    return widget


def said(desk: Desk) -> str:
    """All that the screen says, blanks and breaks as one blank."""
    return " ".join(" ".join(desk.lines()).split())


def says(desk: Desk, words: str) -> bool:
    return words in said(desk)


# The map.


@SIZES
async def test_the_map_is_whole_at_every_size_and_says_what_its_signs_are(sit: Sit, practice: SscApp, size: tuple[int, int]) -> None:
    async with sit(app=practice, size=size) as desk:
        await desk.press("M")
        await until(desk.pilot, lambda: world(desk).atlas.countries)
        lines = desk.lines()
        assert max(map(cell_width, lines)) <= size[0]
        assert "…" not in "".join(lines)
        assert "[3]" in said(desk)
        assert "Ethiopia: 3 partners; sends 24 persons in 9 exchanges; hosts 23 persons in 9 exchanges" in said(desk)
        assert "1-9 partners there, + more, o only exchanges, [ ] chosen; arrows go to the host. Lines: all exchanges." in said(desk)
        assert "t Numbers" in lines[-1]
        drawn = [line for line in lines if any("\u2800" < char <= "\u28ff" for char in line)]
        assert len(drawn) >= 11


async def test_every_country_is_reached_by_key_and_opens(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=SMALL) as desk:
        await desk.press("M", "g")
        codes = [world(desk).shown.chosen]
        for _country in range(len(world(desk).atlas.countries)):
            await desk.press("tab")
            codes.append(world(desk).shown.chosen)
        assert codes[0] == codes[-1]
        assert set(codes) == {country.code for country in world(desk).atlas.countries}
        await desk.press("G", "shift+tab", "home")
        assert world(desk).shown.chosen == codes[0]


async def test_arrows_and_letters_move_to_the_sides(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=NARROW) as desk:
        await desk.type("brazil")
        await desk.press("escape", "M")
        assert world(desk).shown.chosen == "BR"
        for key, other in (("right", "l"), ("left", "h"), ("up", "k"), ("down", "j")):
            start = world(desk).shown
            await desk.press(key)
            end = world(desk).shown.chosen
            world(desk).look(start)
            await desk.press(other)
            assert world(desk).shown.chosen == end


async def test_zoom_shows_more_of_less_and_o_the_exchanges_of_one(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=NARROW) as desk:
        await desk.press("M")
        whole = desk.lines()
        await desk.press("plus", "plus")
        assert world(desk).shown.zoom == 4
        assert desk.lines() != whole
        await desk.press("minus", "minus", "minus")
        assert desk.lines() == whole
        await desk.press("o")
        assert "Lines: its own exchanges." in said(desk)
        assert "".join(desk.lines()).count("→") < "".join(whole).count("→")


async def test_a_filter_applies_to_the_map_and_to_its_numbers(
    sit: Sit, practice: SscApp, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(app=practice, size=NARROW) as desk:
        await desk.press("M", "slash", *"country", "colon", *"KE", "enter")
        await until(desk.pilot, lambda: len(world(desk).atlas.countries) == 2)
        assert world(desk).shown.chosen == "KE"
        await desk.press("t")
        shown = desk.report.numbers
        assert "Kenya → Vietnam" in said(desk)
        await desk.press("escape", "escape")
        assert desk.on == "list"
    capsys.readouterr()
    assert pictures.map(home, Output(as_json=True), words=["country:KE"]) == 0
    assert json.loads(capsys.readouterr().out) == shown


async def test_enter_on_a_country_opens_its_sheet_and_escape_leads_back(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=NARROW) as desk:
        await desk.press("M", "tab")
        assert world(desk).shown.chosen == "GH"
        await desk.press("enter")
        assert "Ghana" in desk.report.title
        await desk.press("escape")
        assert world(desk).shown.chosen == "GH"


async def test_a_map_without_anything_says_so(sit: Sit) -> None:
    async with sit([("areas", {"id": "health", "name": "Health"})], size=SMALL) as desk:
        await desk.press("M", "j", "tab", "enter", "plus", "o")
        assert "Nothing to show on the map." in said(desk)


async def test_a_click_chooses_a_country(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=NARROW) as desk:
        await desk.press("M")
        row = next(number for number, line in enumerate(desk.lines()) if "⠈⠳3" in line)
        await desk.pilot.click(offset=(desk.lines()[row].index("⠈⠳3") + 2, row))
        await desk.settle()
        assert said(desk).count("Peru: 3 partners") == 1


# The board.


@SIZES
async def test_a2_6_the_board_is_used_by_keyboard_at_every_size(sit: Sit, practice: SscApp, size: tuple[int, int]) -> None:
    async with sit(app=practice, size=size) as desk:
        await desk.press("L", "g", *"hhhhhh")
        stages = []
        for _stage in range(6):
            assert lab(desk).row
            heading = lab(desk).columns[lab(desk).at.column].title
            assert f"❯ {heading} 3" in said(desk)
            stages.append(heading)
            assert max(map(cell_width, desk.lines())) <= size[0]
            assert "…" not in "".join(desk.lines())
            await desk.press("l")
        assert stages == ["Idea", "Incubating", "Testing", "Proven", "Scaled", "Dropped"]
        await desk.press("j")
        row = lab(desk).row
        assert row
        assert row.title in said(desk)
        assert "History: Idea 2018-06 → Testing 2019-06 → Dropped 2020-06" in said(desk)


@SIZES
async def test_a2_7_the_tree_of_a_solution_is_on_the_board_and_behind_enter(sit: Sit, practice: SscApp, size: tuple[int, int]) -> None:
    async with sit(app=practice, size=size) as desk:
        await desk.press("L", "l", "l", "l", "g", "j")
        assert lab(desk).row
        assert "● Mozambique: Chirambo Solar Workshop ├─ Vietnam: Tan Hoa Farmers' Union, 2022 └─ Malawi:" in said(desk)
        await desk.press("enter")
        page = desk.view_lines()
        assert sum(line.startswith(("●", "├─", "└─")) for line in page) == 3
        assert max(map(cell_width, page)) <= size[0] - 2
        await desk.press("escape")
        assert isinstance(desk.app.screen, PictureScreen)
        await desk.press("enter", "j", "enter")
        await until(desk.pilot, lambda: desk.on == "card")
        assert desk.ref == "solutions/practice-solution-03"


async def test_the_numbers_of_the_board_are_those_of_the_command(
    sit: Sit, practice: SscApp, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(app=practice, size=SMALL) as desk:
        await desk.press("L", "slash", *"area", "colon", *"health", "enter")
        await until(desk.pilot, lambda: not lab(desk).columns[1].total)
        await desk.press("l")
        assert "No solution is in this stage." in said(desk)
        await desk.press("j", "enter")
        assert lab(desk).row is None
        await desk.press("t")
        shown = desk.report.numbers
    capsys.readouterr()
    assert pictures.lab(home, Output(as_json=True), words=["area:health"]) == 0
    assert json.loads(capsys.readouterr().out) == shown


async def test_the_board_opens_on_the_highlighted_solution(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice) as desk:
        await desk.press("5", "j", "j")
        ref = desk.ref
        await desk.press("L")
        row = lab(desk).row
        assert row
        assert row.ref == ref


async def test_a_board_that_finds_nothing_says_so(sit: Sit) -> None:
    async with sit(size=SMALL) as desk:
        await desk.press("L", "slash", *"zzzz", "enter")
        await until(desk.pilot, lambda: "No solution matches." in said(desk))


# The charts.


@SIZES
async def test_every_chart_is_drawn_and_told_at_every_size(sit: Sit, practice: SscApp, size: tuple[int, int]) -> None:
    async with sit(app=practice, size=size) as desk:
        await desk.press("C")
        titles = []
        for number in range(1, 6):
            await until(desk.pilot, partial(says, desk, f"Chart {number} of 5:"))
            chart = charts(desk).chart
            assert chart
            titles.append(chart.title)
            assert max(map(cell_width, desk.lines())) <= size[0]
            if chart.bars:
                assert charts(desk).seen
                assert "█" in said(desk)
                shown = "".join(line for line in desk.lines() if not line.startswith(" Chart"))
                assert all(bar.label in shown for bar in charts(desk).seen if len(bar.label) < 20)
            else:
                assert "Nothing to draw." in said(desk)
            await desk.press("l")
        assert len(set(titles)) == 5
        await until(desk.pilot, lambda: "Chart 1 of 5:" in said(desk))


async def test_planned_and_gone_are_told_apart_by_shape(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=NARROW) as desk:
        await desk.press("C", "l")
        await until(desk.pilot, lambda: "░ planned, █ gone." in said(desk))
        drawn = "".join(desk.lines()[2:-4])
        assert "░" in drawn
        assert "█" in drawn


async def test_what_there_is_no_room_for_is_counted_and_reached(sit: Sit, practice: SscApp) -> None:
    async with sit(app=practice, size=SMALL) as desk:
        await desk.press("C", "l", "l")
        await until(desk.pilot, lambda: charts(desk).name_shown == "balance")
        chart = charts(desk).chart
        assert chart
        seen = list(charts(desk).seen)
        assert f"1 to {len(seen)} of {len(chart.bars)}." in said(desk)
        await desk.press("k")
        assert charts(desk).first == 0
        while len(seen) < len(chart.bars):
            await desk.press("j")
            seen += charts(desk).seen
        assert seen == list(chart.bars)
        await desk.press("j")
        assert seen[-1] in charts(desk).seen


async def test_the_numbers_of_a_chart_are_those_of_the_command(
    sit: Sit, practice: SscApp, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    async with sit(app=practice, size=SMALL) as desk:
        await desk.press("C", "l", "l", "slash", *"year", "colon", *"2019", "enter")
        await until(desk.pilot, lambda: charts(desk).chart)
        await desk.settle()
        await desk.press("t")
        shown = desk.report.numbers
        assert shown["query"] == "year:2019"
        assert [chart["name"] for chart in shown["charts"]] == ["balance"]
    capsys.readouterr()
    assert pictures.charts(home, Output(as_json=True), words=["year:2019"], chart="balance") == 0
    assert json.loads(capsys.readouterr().out) == shown


def test_the_plots_are_not_imported_before_they_are_asked_for() -> None:
    code = "import sys; import ssc_tui.tui.app, ssc_tui.cli.pictures; print(*(n for n in sys.modules if 'plotext' in n))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
