"""What stands beside a title in a list, for every kind."""

from __future__ import annotations

from typing import Any

import pytest

from ssc_tui.catalogue.codes import CODES, label
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.insight.subtitle import CODE_LISTS, columns, span, subtitle
from ssc_tui.store.reader import Row


def row(kind: str, **values: Any) -> Row:
    return Row(1, kind, "x", "Title", "", "", "", "", None, None, None, False, False)._replace(**values)


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, name in CODE_LISTS.items() for code in CODES[name]])
def test_codes_are_spelled_out(kind: str, code: str) -> None:
    assert label(CODE_LISTS[kind], code) in subtitle(row(kind, code=code)).what


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_from_elsewhere_is_shown_as_it_is(kind: str) -> None:
    said = subtitle(row(kind, code="new-code")).what
    assert ("new-code" in said) == (kind != "funds")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "exchanges"])
def test_what_nobody_stated_is_left_out(kind: str) -> None:
    assert str(subtitle(row(kind))) == ""


@pytest.mark.parametrize(("persons", "words"), [(None, "persons not stated"), (0, "0 persons"), (1, "1 person"), (1500, "1,500 persons")])
def test_an_exchange_says_how_many_went(persons: int | None, words: str) -> None:
    said = subtitle(row("exchanges", code="volunteer", persons=persons))
    assert said.what == f"{words}, Volunteer exchange"


@pytest.mark.parametrize(
    ("city", "countries", "words"),
    [
        ("", "", ""),
        ("", "KE", "Kenya"),
        ("Nairobi", "KE", "Nairobi, Kenya"),
        ("Nairobi", "", "Nairobi"),
        ("", "KE UG MW", "Kenya, Uganda, Malawi"),
        ("", "KE UG MW NP", "Kenya, Uganda, Malawi, Nepal"),
        ("", "KE UG MW NP NO", "Kenya, Uganda, Malawi, 2 more"),
        ("", "ZZ", "ZZ"),
    ],
)
def test_where(city: str, countries: str, words: str) -> None:
    assert subtitle(row("projects", city=city, countries=countries)).where == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, None, ""),
        ("", "", ""),
        ("2017", "2020", "2017–2020"),
        ("2017-03-01", "2020-11", "2017–2020"),
        ("2017-01", "2017-12", "2017"),
        ("2022-05", None, "2022"),
        (None, "2020-05", "until 2020"),
    ],
)
def test_when(start: str | None, end: str | None, words: str) -> None:
    assert span(start, end) == words
    assert subtitle(row("projects", start=start, finish=end)).when == words


def test_parts_that_there_are_stand_in_one_line() -> None:
    assert str(subtitle(row("partners", code="10", city="Oslo", countries="NO", start="1963"))) == "Government · Oslo, Norway · 1963"
    assert str(subtitle(row("partners", code="10", start="1963"))) == "Government · 1963"


FULL = {"city": "Oslo", "countries": "NO", "start": "2001", "finish": "2004", "acronym": "ABC", "persons": 3}


@pytest.mark.parametrize(
    ("kind", "code", "beside"),
    [
        ("partners", "10", ("Oslo, Norway", "ABC")),
        ("projects", "triangular", ("Oslo, Norway", "2001–2004")),
        ("exchanges", "expert", ("3 persons", "2001–2004")),
        ("areas", "theme", ("Theme", "2001–2004")),
        ("solutions", "proven", ("Oslo, Norway", "Proven")),
        ("publications", "guide", ("Guide", "2001–2004")),
        ("funds", "", ("", "2001–2004")),
        ("contributions", "goods", ("Goods", "2001–2004")),
    ],
)
def test_the_columns_of_a_list(kind: str, code: str, beside: tuple[str, str]) -> None:
    assert columns(row(kind, code=code, **FULL)) == beside


def test_a_project_without_a_country_says_what_it_is() -> None:
    assert columns(row("projects", code="triangular")) == ("Triangular", "")
