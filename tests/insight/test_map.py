"""Partners and exchanges on the map: the numbers, the drawing, and the way from country to country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.catalogue.countries import countries
from ssc_tui.catalogue.practice import documents
from ssc_tui.insight import map_view as map_module
from ssc_tui.insight.atlas import Atlas, atlas, in_countries, middle
from ssc_tui.insight.map_picture import DIRECTIONS, MOST_LINES, Shown, draw, lines, nearest, neighbour
from ssc_tui.insight.map_view import atlas_of, country_of, map_view, told
from ssc_tui.insight.report import Asked
from ssc_tui.insight.sums import summed
from ssc_tui.insight.world import NORTH, SOUTH, ZOOMS, Point, frame
from ssc_tui.store.connection import connect
from ssc_tui.store.flows import Bare
from ssc_tui.store.loader import make_copy
from ssc_tui.store.search import search

KENYA, MALAWI, NORWAY = "KE", "MW", "NO"


class Seat(NamedTuple):
    partner: str
    country: str | None
    lat: float | None
    lon: float | None


SEATS = [Seat("k", KENYA, None, None), Seat("m", MALAWI, -9.9, 33.9), Seat("n", NORWAY, None, None), Seat("nowhere", None, None, None)]


def went(sender: str | None, host: str | None, actual: int | None = None, planned: int | None = None, status: str | None = None) -> Bare:
    return (sender, host, None, None, "2019", planned, actual, None, status)


def made(*flows: Bare, seats: Sequence[Seat] = SEATS, found: set[str] | None = None) -> Atlas:
    country = {seat.partner: seat.country for seat in seats}
    sent, hosted = summed(flows, lambda flow: country.get(flow[0] or ""), lambda flow: country.get(flow[1] or ""))
    partners = Counter(seat.country for seat in seats if found is None or seat.partner in found)
    return atlas(in_countries(+partners, sent, hosted), seats, found, [(flow[0], flow[1]) for flow in flows])


def documents_of(seats: Sequence[Seat], flows: Sequence[Bare]) -> list[tuple[str, dict[str, Any]]]:
    """Partners and exchanges as the catalogue has them."""
    found: list[tuple[str, dict[str, Any]]] = []
    for seat in seats:
        stated = {"id": seat.partner, "name": seat.partner, "country": seat.country, "location": {"lat": seat.lat, "lon": seat.lon}}
        found.append(("partners", {field: value for field, value in stated.items() if value is not None}))
    for number, (sender, host, _project, _round, start, planned, actual, _months, status) in enumerate(flows):
        exchange = {
            "id": f"x{number}",
            "sender": sender,
            "host": host,
            "start": start,
            "planned": planned,
            "actual": actual,
            "status": status,
        }
        found.append(("exchanges", {field: value for field, value in exchange.items() if value is not None}))
    return found


def numbers_of(seats: Sequence[Seat], flows: Sequence[Bare]) -> dict[str, Any]:
    """What the view of the map says of them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.sqlite"
        make_copy(path, documents_of(seats, flows), {})
        with closing(connect(path)) as copy:
            found: dict[str, Any] = map_view(copy, Asked()).numbers
            return found


def text(shown: Atlas, width: int = 80, height: int = 17, how: Shown | None = None) -> list[str]:
    return ["".join(span.text for span in row) for row in draw(shown, width, height, how)]


# The numbers.


def test_partners_stand_where_they_say_else_in_the_middle_of_their_country() -> None:
    shown = made()
    assert {shown.points[number]: partners for number, partners in shown.places.items()} == {
        middle(KENYA): 1,
        Point(-9.9, 33.9): 1,
        middle(NORWAY): 1,
    }
    assert numbers_of(SEATS, [])["partners_without_country"] == 1
    assert [(each.name, each.partners) for each in shown.countries] == [("Kenya", 1), ("Malawi", 1), ("Norway", 1)]


def test_exchanges_are_summed_by_country_and_what_is_not_stated_is_not_zero() -> None:
    flows = [went("n", "m", 7), went("n", "m"), went("m", "n", 6), went("k", "m"), went("nowhere", "m", 1), went("n", None, 2)]
    shown = made(*flows)
    norway, malawi, kenya = (shown.country(code) for code in (NORWAY, MALAWI, KENYA))
    assert norway
    assert malawi
    assert kenya
    assert (norway.sent.exchanges, norway.sent.persons, norway.sent.unstated) == (3, 9, 1)
    assert (malawi.hosted.exchanges, malawi.hosted.persons, malawi.hosted.unstated) == (4, 8, 2)
    assert told(kenya) == "Kenya: 1 partner; sends persons not stated in 1 exchange"
    assert told(norway) == "Norway: 1 partner; sends 9 persons (1 not stated) in 3 exchanges; hosts 6 persons in 1 exchange"
    numbers = numbers_of(SEATS, flows)
    assert [(each["sender"], each["host"], each["exchanges"]) for each in numbers["between"]] == [
        ("KE", "MW", 1),
        ("MW", "NO", 1),
        ("NO", "MW", 2),
    ]
    assert numbers["exchanges_without_country"] == 2


def test_an_exchange_within_a_country_is_counted_and_draws_no_line() -> None:
    seats = [Seat("a", KENYA, None, None), Seat("b", KENYA, None, None)]
    assert made(went("a", "b", 2), seats=seats).lines == {}
    between = numbers_of(seats, [went("a", "b", 2)])["between"]
    assert [(each["sender"], each["host"], each["persons"]) for each in between] == [(KENYA, KENYA, 2)]


def test_a_country_whose_partners_were_not_asked_for_is_there_for_its_exchange() -> None:
    shown = made(went("n", "m", 7), found={"n"})
    malawi = shown.country(MALAWI)
    assert malawi
    assert (malawi.partners, malawi.hosted.persons) == (0, 7)
    assert shown.country(KENYA) is None


@given(
    st.lists(st.tuples(st.sampled_from([KENYA, MALAWI, "BR", "ZZ", None]), st.booleans()), max_size=12),
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14), st.none() | st.integers(0, 9)), max_size=30),
)
@settings(max_examples=settings().max_examples // 2)
def test_sums_over_countries_are_sums_over_exchanges(
    partners: list[tuple[str | None, bool]], flows: list[tuple[int, int, int | None]]
) -> None:
    seats = [Seat(str(number), code, 1.0 if stated else None, 2.0 if stated else None) for number, (code, stated) in enumerate(partners)]
    shown = numbers_of(seats, [went(str(sender), str(host), actual) for sender, host, actual in flows])
    assert sum(each["partners"] for each in shown["countries"]) + shown["partners_without_country"] == len(seats)
    assert sum(each["exchanges"] for each in shown["between"]) + shown["exchanges_without_country"] == len(flows)
    country = dict(enumerate(code for code, _stated in partners))
    sent = Counter(code for sender, _host, _actual in flows if (code := country.get(sender)))
    assert {each["code"]: number for each in shown["countries"] if (number := each["sent"]["exchanges"])} == sent
    persons = sum(actual or 0 for sender, _host, actual in flows if country.get(sender))
    assert sum(each["sent"]["persons"] or 0 for each in shown["countries"]) == persons


def test_where_there_are_very_many_pairs_of_countries_the_first_are_named_and_the_data_hold_all(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = make(*documents())
    whole = map_view(copy, Asked())
    monkeypatch.setattr(map_module, "LIMIT", 3)
    report = map_view(copy, Asked())
    (block,) = [each for each in report.blocks if each.heading == "Exchanges between countries"]
    (before,) = [each for each in whole.blocks if each.heading == "Exchanges between countries"]
    assert block.table
    assert before.table
    assert block.table.rows == before.table.rows[:3]
    assert [line.value for line in block.lines] == [f"{len(before.table.rows) - 3} more; / restricts the view"]
    assert report.numbers == whole.numbers
    assert len(report.numbers["between"]) == len(before.table.rows)


# The drawing.


@given(st.integers(1, 200), st.integers(1, 60), st.sampled_from(ZOOMS), st.sampled_from(sorted(countries())), st.booleans())
def test_the_map_fills_any_size_at_any_zoom(width: int, height: int, zoom: int, code: str, own: bool) -> None:
    shown = made(went("a", "b", 1), seats=[Seat("a", code, None, None), Seat("b", KENYA, None, None)])
    drawn = text(shown, width, height, Shown(code, zoom, own))
    assert [len(row) for row in drawn] == [width] * height


@given(st.integers(20, 200), st.integers(6, 60), st.sampled_from(ZOOMS), st.floats(SOUTH, NORTH), st.floats(-180, 180))
def test_what_is_in_the_middle_of_a_part_is_on_it(width: int, height: int, zoom: int, lat: float, lon: float) -> None:
    column, row = frame(width, height, zoom, Point(lat, lon)).cell(Point(lat, lon))
    assert 0 <= column < width
    assert 0 <= row < height


@pytest.mark.parametrize("size", [(60, 12), (80, 16), (120, 24)])
def test_coasts_exchanges_and_partners_are_told_apart_by_shape(size: tuple[int, int]) -> None:
    drawn = "".join(text(made(went("n", "m", 7)), *size, Shown(NORWAY)))
    assert any("\u2800" < char <= "\u28ff" for char in drawn)
    assert "[1]" in drawn
    assert "↓" in drawn or "↘" in drawn
    roles = {span.role for row in draw(made(went("n", "m", 7)), *size, Shown(NORWAY)) for span in row}
    assert roles == {"coast", "flow", "place", "chosen"}


def test_many_partners_are_a_plus_and_a_country_with_exchanges_alone_an_o() -> None:
    many = [Seat(str(number), NORWAY, None, None) for number in range(12)]
    shown = made(went("0", "k", 1), seats=[*many, Seat("k", KENYA, None, None)], found={each.partner for each in many})
    drawn = "".join(text(shown))
    assert "+" in drawn
    assert "o" in drawn


def test_only_the_exchanges_of_the_chosen_country_are_drawn_where_that_is_asked() -> None:
    shown = made(went("n", "m", 7), went("k", "m", 1))
    assert text(shown, how=Shown(KENYA, own=True)) == text(made(went("k", "m", 1)), how=Shown(KENYA))
    assert text(shown, how=Shown(KENYA)) != text(shown, how=Shown(KENYA, own=True))


def test_of_very_many_lines_those_with_the_most_exchanges_are_drawn() -> None:
    codes = sorted(countries())[:30]
    seats = [Seat(code, code, None, None) for code in codes]
    flows = [went(one, other, 1) for one in codes for other in codes if one != other]
    shown = made(*flows, went("AD", "AE", 1), went(codes[-1], codes[-2], 1), seats=seats)
    drawn, number = lines(shown, Shown())
    assert (len(drawn), number) == (MOST_LINES, 30 * 29)
    ends = {(shown.points[one], shown.points[other]) for one, other in drawn}
    assert {(middle("AD"), middle("AE")), (middle(codes[-1]), middle(codes[-2]))} <= ends
    own, of = lines(shown, Shown("AD", own=True))
    assert (len(own), of) == (58, 58)


def test_the_way_across_the_pacific_goes_over_the_edge_of_the_map() -> None:
    shown = made(went("f", "s", 1), seats=[Seat("f", "FJ", None, None), Seat("s", "WS", None, None)])
    drawn = text(shown, 120, 24)
    assert max(sum(char in "─╱╲│→" for char in row) for row in drawn) < 20


# From country to country.


def test_by_name_one_goes_around_and_the_ends_are_first_and_last() -> None:
    shown = made()
    assert [neighbour(shown, code, "next") for code in (KENYA, MALAWI, NORWAY)] == [MALAWI, NORWAY, KENYA]
    assert [neighbour(shown, code, "previous") for code in (KENYA, MALAWI, NORWAY)] == [NORWAY, KENYA, MALAWI]
    assert (neighbour(shown, MALAWI, "first"), neighbour(shown, MALAWI, "last")) == (KENYA, NORWAY)
    assert (neighbour(shown, KENYA, "up"), neighbour(shown, KENYA, "down"), neighbour(shown, NORWAY, "up")) == (NORWAY, MALAWI, NORWAY)
    assert neighbour(Atlas(), "", "next") == ""


@given(st.sets(st.sampled_from(sorted(countries())), min_size=1, max_size=30), st.sampled_from(sorted(DIRECTIONS)), st.data())
def test_a_step_to_a_side_goes_to_that_side_or_nowhere(codes: set[str], way: str, data: Any) -> None:
    shown = made(seats=[Seat(code, code, None, None) for code in codes])
    start = data.draw(st.sampled_from(sorted(codes)))
    end = neighbour(shown, start, way)
    here, there = middle(start), middle(end)
    assert here
    assert there
    across, down = DIRECTIONS[way]
    assert end == start or (there.lon - here.lon) * across - (there.lat - here.lat) * down > 0


def test_a_click_chooses_what_is_nearest() -> None:
    shown = made()
    part = frame(80, 17)
    for code in (KENYA, NORWAY):
        point = middle(code)
        assert point
        assert nearest(shown, 80, 17, Shown(), part.cell(point)) == code


# The view.


def test_the_numbers_of_the_map_are_those_of_the_lists(make: Make) -> None:
    copy = make(*documents())
    for query in ("", "country:KE", "area:health", "year:2019", "kyangera", "country:XX"):
        data = map_view(copy, Asked(query=query)).numbers
        partners = search(copy, query, "partners", forgiving=False).total(copy)
        exchanges = search(copy, query, "exchanges", forgiving=False).total(copy)
        assert sum(each["partners"] for each in data["countries"]) + data["partners_without_country"] == partners, query
        assert sum(each["exchanges"] for each in data["between"]) + data["exchanges_without_country"] == exchanges, query
        assert map_view(copy, Asked(query=query)).found == bool(partners or exchanges)


def test_the_map_opens_on_the_country_of_the_record(make: Make) -> None:
    copy = make(("partners", {"id": "p", "name": "P", "country": "MW"}), ("projects", {"id": "x", "title": "X", "countries": ["NP", "IN"]}))
    assert [country_of(copy, subject) for subject in ("partners/p", "projects/x", "partners/gone", "ke", "")] == ["MW", "NP", "", "KE", ""]
    assert atlas_of(copy, Asked()).country("MW")


def test_who_is_still_to_go_is_neither_nobody_nor_not_stated(make: Make) -> None:
    partners = [("partners", {"id": code, "name": code, "country": code.upper()}) for code in ("mw", "ke", "np")]
    exchanges = [
        ("exchanges", {"id": "x1", "sender": "mw", "host": "ke", "planned": 3}),
        ("exchanges", {"id": "x2", "sender": "ke", "host": "np", "status": "ongoing", "start": "2019"}),
        ("exchanges", {"id": "x3", "sender": "np", "host": "mw", "status": "cancelled", "start": "2019"}),
    ]
    copy = make(*partners, *exchanges)
    report = map_view(copy, Asked())
    between = next(block for block in report.blocks if block.heading == "Exchanges between countries")
    assert between.table
    assert {row.label: row.cells for row in between.table.rows} == {
        "Malawi → Kenya": ("1", "+"), "Kenya → Nepal": ("1", "?"), "Nepal → Malawi": ("1", "–"),
    }  # fmt: skip
    assert "+: nobody yet, still to come; –: nobody was to go" in report.blocks[0].lines[0].value
    shown = {each.code: told(each) for each in atlas_of(copy, Asked()).countries}
    assert "sends nobody yet in 1 exchange" in shown["MW"]
    assert "sends persons not stated in 1 exchange" in shown["KE"]


def test_a_list_behind_the_numbers_of_the_map_is_restricted_as_they_are(make: Make) -> None:
    copy = make(*documents())
    report = map_view(copy, Asked(query="year:2019"))
    between = next(block for block in report.blocks if block.heading == "Exchanges between countries")
    assert between.table
    for row in between.table.rows:
        assert row.target
        assert row.target.value.endswith(" year:2019")
