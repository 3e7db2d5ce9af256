"""What was asked for: requests by their age, and needs for which no exchange is planned."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
import time_machine
from tests.conftest import Make

from ssc_tui.errors import NotFound, UsageError
from ssc_tui.insight.demand import standing
from ssc_tui.insight.demand_view import demand_view
from ssc_tui.insight.report import Asked, Report
from ssc_tui.store.demand import Request

TODAY = "2026-11-22"


def project(record_id: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "projects", {"id": record_id, "title": record_id.upper(), **fields}


def partner(record_id: str, *topics: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    seeks = [{"id": f"need-{n}", "topic": topic} for n, topic in enumerate(topics)]
    return "partners", {"id": record_id, "name": record_id.capitalize(), "seeks": seeks, **fields}


def demand(copy: sqlite3.Connection, subject: str = "", query: str = "") -> Report:
    with time_machine.travel(TODAY, tick=False):
        return demand_view(copy, Asked(subject, query))


def lines(report: Report, heading: str) -> list[tuple[str, str, str]]:
    blocks = [block for block in report.blocks if block.heading.startswith(heading)]
    return [(line.label, line.value, line.beside) for block in blocks for line in block.lines]


def test_a2_17_a_request_without_an_answer_for_ninety_days_is_first_and_shows_its_age(make: Make) -> None:
    copy = make(
        partner("amina"),
        project("fresh", requested_by="amina", requested_on="2026-11-20"),
        project("old", requested_by="amina", requested_on="2026-08-24", status="1"),
        project("undated", requested_by="Ministry of Wells"),
        project("begun", requested_by="amina", requested_on="2020-01-01", start="2020-01-31"),
        project("sent", requested_by="amina", requested_on="2019-01-01"),
        ("exchanges", {"id": "e", "project": "sent", "sender": "amina", "host": "b"}),
    )
    report = demand(copy)
    assert lines(report, "Requests without an answer, the oldest first (3)") == [
        ("90 days", "OLD", "asked by Amina, on 2026-08-24, Pipeline/identification"),
        ("2 days", "FRESH", "asked by Amina, on 2026-11-20"),
        ("not stated", "UNDATED", "asked by Ministry of Wells, on a date not stated"),
    ]
    assert lines(report, "Requests with an answer") == [
        ("30 days", "BEGUN", "asked by Amina, on 2020-01-01"),
        ("not stated", "SENT", "asked by Amina, on 2019-01-01"),
    ]
    assert [each["days"] for each in report.numbers["unanswered"]] == [90, 2, None]


@pytest.mark.parametrize(
    ("asked_on", "days", "exact"),
    [
        ("2026-11-21", 1, True),
        ("2026-11-22", 0, True),
        ("2026-12-31", None, True),
        ("2026-12", None, False),
        ("2027", None, False),
        ("2026-10", 22, False),
        ("2025-12", 326, False),
        ("2025", 326, False),
        ("2026", 0, False),
        ("", None, False),
        ("soon", None, False),
        ("2026-02-31", None, True),
        ("0000", None, False),
    ],
)
def test_the_age_of_a_request_is_at_least_so_much(asked_on: str, days: int | None, exact: bool) -> None:
    found = standing(Request("p", "P", "amina", asked_on, "", "", 0), date.fromisoformat(TODAY))
    assert (found.answered, found.days, found.exact) == (False, days, exact)


def test_nobody_waits_yet_for_a_request_that_is_dated_in_the_future(make: Make) -> None:
    report = demand(make(partner("amina"), project("later", requested_by="amina", requested_on="2026-12-01")))
    assert lines(report, "Requests without an answer") == [("dated in the future", "LATER", "asked by Amina, on 2026-12-01")]
    assert report.numbers["unanswered"][0]["days"] is None


@pytest.mark.parametrize(
    ("start", "status", "exchanges", "answered"),
    [
        ("", "", 0, False),
        ("2020", "", 0, True),
        ("", "1", 0, False),
        ("", "2", 0, True),
        ("", "5", 0, True),
        ("", "6", 0, False),
        ("", "", 1, True),
    ],
)
def test_what_answers_a_request(start: str, status: str, exchanges: int, answered: bool) -> None:
    request = Request("p", "P", "amina", "2019-05-01", start, status, exchanges)
    assert standing(request, date.fromisoformat(TODAY)).answered is answered


def test_a1_5_needs_without_a_planned_exchange_are_exactly_those_that_no_exchange_of_their_partner_names(make: Make) -> None:
    copy = make(
        partner("amina", "Wells", "Clean pumps", "Bees", "Looms", "Honey"),
        partner("binta", "Wells", "Bees"),
        ("exchanges", {"id": "by-id", "sender": "binta", "host": "amina", "need": "need-0", "status": "planned"}),
        ("exchanges", {"id": "by-words", "sender": "binta", "host": "amina", "need": "PUMP"}),
        ("exchanges", {"id": "called-off", "sender": "binta", "host": "amina", "need": "need-2", "status": "cancelled"}),
        ("exchanges", {"id": "other-host", "sender": "amina", "host": "cara", "need": "Looms"}),
        ("exchanges", {"id": "says-more", "sender": "binta", "host": "amina", "need": "Honey from hives"}),
        ("exchanges", {"id": "says-none", "sender": "binta", "host": "amina"}),
    )
    data = demand(copy).numbers
    open_needs = [(need["partner"], need["topic"]) for need in data["needs_without_exchange"]]
    assert open_needs == [
        ("partners/amina", "Bees"),
        ("partners/amina", "Looms"),
        ("partners/amina", "Honey"),
        ("partners/binta", "Wells"),
        ("partners/binta", "Bees"),
    ]
    assert data["needs"] == 7


def test_demand_of_one_partner_or_of_the_partners_of_a_project(make: Make) -> None:
    copy = make(
        partner("amina", "Wells"),
        partner("binta", "Bees", country="NP"),
        project("p", requested_by="amina", requested_on="2026-01-01", partners=[{"partner": "binta"}]),
        project("q", requested_by="binta", requested_on="2026-01-01"),
    )

    def asked(subject: str, query: str = "") -> tuple[list[str], list[str]]:
        data = demand(copy, subject, query).numbers
        return [each["project"] for each in data["unanswered"]], [need["topic"] for need in data["needs_without_exchange"]]

    assert asked("") == (["projects/p", "projects/q"], ["Wells", "Bees"])
    assert asked("amina") == (["projects/p"], ["Wells"])
    assert asked("projects/p") == (["projects/p"], ["Bees"])
    assert asked("", "country:NP") == (["projects/q"], ["Bees"])
    assert asked("amina", "country:NP") == ([], [])


def test_who_asked_for_nothing_is_told_so_and_led_on(make: Make) -> None:
    report = demand(make(("partners", {"id": "amina", "name": "Amina"})), "amina")
    assert not report.found
    assert [line.value for block in report.blocks for line in block.lines] == [
        "No request and no need is on record.",
        "What everybody asked for",
    ]


@pytest.mark.parametrize(("subject", "error"), [("gone", NotFound), ("areas/a", UsageError)])
def test_what_asks_for_nothing_is_refused_in_words(make: Make, subject: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        demand(make(("areas", {"id": "a", "name": "A"})), subject)


def test_every_need_of_the_shipped_catalogue_waits_since_no_exchange_names_one(shipped: sqlite3.Connection) -> None:
    data = demand(shipped).numbers
    assert data["unanswered"] == data["answered"] == []
    assert (
        len(data["needs_without_exchange"])
        == data["needs"]
        == shipped.execute("SELECT count(*) FROM capacity WHERE side = 'seeks'").fetchone()[0]
    )
