"""A view says what restricts it, and whether that left anything: whoever pastes its figures elsewhere has nothing else to go by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.insight.conftest import text

from ssc_tui.catalogue.practice import documents
from ssc_tui.insight.report import Asked, Report
from ssc_tui.insight.views import leads_to, led_on, view_named
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

VIEWS = (
    ("balance", ""),
    ("balance", "partners/practice-20"),
    ("balance", "projects/practice-project-05"),
    ("flows", ""),
    ("flows", "partners/practice-20"),
    ("match", "partners/practice-20"),
    ("charts", ""),
    ("lab", ""),
    ("map", ""),
    ("country", "MW"),
    ("country", ""),
    ("funds", ""),
    ("ledger", ""),
    ("ledger", "partners/practice-20"),
    ("ledger", "areas/health"),
    ("terms", ""),
    ("terms", "partners/practice-20"),
    ("demand", ""),
    ("demand", "partners/practice-20"),
)
"""Views, and what they are about."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("practice") / "copy.sqlite"
    make_copy(path, documents(), {})
    with closing(connect(path)) as connection:
        yield connection


def seen(copy: sqlite3.Connection, name: str, subject: str = "", query: str = "") -> Report:
    return view_named(name)(copy, Asked(subject, query))


@pytest.mark.parametrize(("name", "subject"), VIEWS)
def test_what_restricts_a_view_stands_above_it_and_in_its_data(copy: sqlite3.Connection, name: str, subject: str) -> None:
    whole = seen(copy, name, subject)
    restricted = seen(copy, name, subject, "region:eastern-africa")
    assert restricted.title == f"{whole.title}: region:eastern-africa"
    if isinstance(restricted.numbers, dict):  # Those of all funds and of all countries are a list.
        assert "region:eastern-africa" in restricted.numbers["query"]
        assert "region:eastern-africa" not in whole.numbers["query"]


@pytest.mark.parametrize("name", ["balance", "flows", "charts", "lab", "map", "country", "funds", "ledger", "terms", "demand"])
def test_a_view_knows_that_nothing_is_left(copy: sqlite3.Connection, name: str) -> None:
    assert seen(copy, name).found
    assert not seen(copy, name, "", "country:zz").found


@pytest.mark.parametrize(("name", "subject"), [*VIEWS[:3], *VIEWS[3:5], *VIEWS[-2:]])
def test_what_a_restriction_leaves_out_is_not_said_to_be_missing(copy: sqlite3.Connection, name: str, subject: str) -> None:
    said = text(seen(copy, name, subject, "country:zz"))
    assert "on record that fits" in said
    assert "no exchange on record" not in said.replace("no exchange on record that fits", "").replace("–: no exchange on record", "")
    assert "No request and no need is on record" not in said


def test_who_is_left_out_of_a_list_by_its_length_is_somebody(copy: sqlite3.Connection) -> None:
    report = view_named("balance")(copy, Asked(options={"limit": "0"}))
    assert "Nobody" not in text(report)


@pytest.mark.parametrize("reference", ["solutions/practice-solution-10", "publications/practice-publication-0"])
def test_the_projects_of_a_record_are_those_that_have_to_do_with_it(copy: sqlite3.Connection, reference: str) -> None:
    kind, _slash, record_id = reference.partition("/")
    linked = {
        row[0]
        for row in copy.execute(
            "SELECT to_id FROM link WHERE kind = ? AND id = ? AND to_kind = 'projects'"
            " UNION SELECT id FROM link WHERE to_kind = ? AND to_id = ? AND kind = 'projects'",
            (kind, record_id, kind, record_id),
        )
    }
    report = seen(copy, "terms", reference)
    assert report.numbers["projects"] == len(linked) < 25
    for rule in report.numbers["rules"]:
        assert {*rule["holds"], *rule["does_not"], *rule["not_stated"]} == {f"projects/{each}" for each in linked}


@pytest.mark.parametrize("by", ["year", "pair"])
def test_a_list_behind_a_group_of_balances_is_restricted_as_it_is(copy: sqlite3.Connection, by: str) -> None:
    report = view_named("balance")(copy, Asked(query="area:health", options={"by": by}))
    lines = next(block.lines for block in report.blocks if block.heading.startswith(f"By {by}"))
    assert all(line.target.value.endswith(" area:health") for line in lines if line.target)
    assert any(line.target for line in lines)


def test_what_restricts_a_view_restricts_the_one_behind_its_lines() -> None:
    balance, match, country = map(view_named, ("balance", "match", "country"))
    asked = Asked("", "year:2019", {"tolerance": "3"})
    assert led_on(leads_to("balance", "partners/a"), balance, asked) == (balance, Asked("partners/a", "year:2019", {"tolerance": "3"}))
    assert led_on(leads_to("country", "MW"), balance, asked) == (country, Asked("MW", "year:2019"))
    assert led_on(leads_to("match", "partners/a"), balance, asked) == (match, Asked("partners/a"))
    assert led_on(leads_to("ledger"), view_named("ledger"), asked) == (view_named("ledger"), Asked())
