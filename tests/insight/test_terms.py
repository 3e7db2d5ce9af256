"""Equal terms: each rule on a project for which it holds, for which it does not, and which does not state what it asks for."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from tests.conftest import Make

from ssc_tui.catalogue.query import parse
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.insight.card import Card
from ssc_tui.insight.look import card_of
from ssc_tui.insight.report import Asked, Report
from ssc_tui.insight.terms import RULES
from ssc_tui.insight.terms_view import MOST, terms_view
from ssc_tui.store.search import search

Stated = tuple[str, dict[str, Any]]


def partner(record_id: str, country: str = "KE", **fields: Any) -> Stated:
    return "partners", {"id": record_id, "name": record_id.capitalize(), "country": country, **fields}


def role(record_id: str, said: str = "partner", **fields: Any) -> dict[str, Any]:
    return {"partner": record_id, "role": said, **fields}


def project(*roles: dict[str, Any], record_id: str = "p", **fields: Any) -> Stated:
    return "projects", {"id": record_id, "title": record_id.upper(), "partners": list(roles), **fields}


def exchange(sender: str, host: str, **fields: Any) -> Stated:
    return "exchanges", {"id": f"{sender}-{host}", "project": "p", "sender": sender, "host": host, **fields}


AMINA, BINTA, FUND = partner("amina"), partner("binta", "NP"), partner("agency", "NO")
THREE = (role("amina"), role("binta"), role("agency", "funder"))


def ruled(copy: sqlite3.Connection, rule: str, subject: str = "projects/p") -> tuple[str, str, list[str]]:
    """Verdict, sentence and partners of one rule."""
    data = terms_view(copy, Asked(subject)).data
    found = next(each for each in data["rules"] if each["rule"] == rule)
    return found["verdict"], found["sentence"], found["partners"]


# The six rules


def test_everyone_sends_and_hosts(make: Make) -> None:
    copy = make(AMINA, BINTA, FUND, project(*THREE), exchange("amina", "binta", actual=3), exchange("binta", "amina", planned=1))
    assert ruled(copy, "exchange") == ("holds", "Every partner sends and hosts.", [])


@pytest.mark.parametrize(
    ("exchanges", "sentence", "partners"),
    [
        ([("amina", "binta", {})], "Sends and does not host: Amina. Hosts and does not send: Binta.", ["partners/amina", "partners/binta"]),
        (
            [("amina", "binta", {}), ("binta", "amina", {"actual": 0})],
            "Sends and does not host: Amina. Hosts and does not send: Binta.",
            None,
        ),
        ([("amina", "binta", {}), ("binta", "amina", {"status": "cancelled"})], "Sends and does not host: Amina.", None),
        ([("amina", "other", {}), ("other", "amina", {})], "Neither sends nor hosts: Binta.", ["partners/binta"]),
    ],
)
def test_not_everyone_sends_and_hosts(
    make: Make, exchanges: list[tuple[str, str, dict[str, Any]]], sentence: str, partners: list[str] | None
) -> None:
    copy = make(AMINA, BINTA, FUND, project(*THREE), *(exchange(sender, host, **said) for sender, host, said in exchanges))
    verdict, said, concerned = ruled(copy, "exchange")
    assert verdict == "does_not"
    assert sentence in said
    assert partners is None or concerned == partners


def test_without_exchanges_it_is_not_stated_who_sends_and_hosts(make: Make) -> None:
    copy = make(AMINA, BINTA, project(*THREE), exchange("amina", "binta", project="another"))
    assert ruled(copy, "exchange")[:2] == ("not_stated", "No exchange of this project is on record.")


def test_a1_4_a_partner_that_is_absent_makes_the_assessment_incomplete_until_it_is_added(make: Make) -> None:
    incomplete = project(*THREE, assessment={"date": "2020-05", "present": ["amina"]})
    copy = make(AMINA, BINTA, FUND, incomplete)
    assert ruled(copy, "assessment") == ("does_not", "Assessment incomplete: Binta absent.", ["partners/binta"])
    assert ("Absent", "Binta", "the assessment is incomplete") in card_lines(card_of(copy, "projects", "p"))
    complete = project(*THREE, assessment={"date": "2020-05", "present": ["amina", "binta"]})
    copy = make(AMINA, BINTA, FUND, complete)
    assert ruled(copy, "assessment") == ("holds", "All partners took part in the joint assessment (2020-05).", [])
    assert not [line for line in card_lines(card_of(copy, "projects", "p")) if line[0] == "Absent"]


def card_lines(card: Card) -> list[tuple[str, str, str]]:
    return [(line.label, line.value, line.beside) for block in card.blocks for line in block.lines]


@pytest.mark.parametrize("assessment", [None, {"date": "2020"}, {"present": []}])
def test_an_assessment_that_does_not_say_who_was_there_is_held_against_nobody(make: Make, assessment: dict[str, Any] | None) -> None:
    copy = make(AMINA, BINTA, FUND, project(*THREE, assessment=assessment))
    assert ruled(copy, "assessment")[0] == "not_stated"
    assert not [line for line in card_lines(card_of(copy, "projects", "p")) if line[0] == "Absent"]


def test_a1_7_the_coordinator_is_shown_with_those_before_and_who_chose(make: Make) -> None:
    roles = (role("amina", "coordinator", since="2019-03"), role("binta", "coordinator", since="2021"), role("amina"), role("binta"))
    copy = make(AMINA, BINTA, project(*roles))
    assert ruled(copy, "coordinator") == (
        "not_stated",
        "Coordinator: Binta, since 2021. Before: Amina, since 2019-03. Who chose it is not stated.",
        ["partners/binta"],
    )
    shown = [line for line in card_lines(card_of(copy, "projects", "p")) if line[0] == "Coordinator"]
    assert shown == [("Coordinator", "Amina", "since 2019-03"), ("Coordinator", "Binta", "since 2021")]


def test_the_partners_choose_the_coordinator(make: Make) -> None:
    chosen = role("amina", "coordinator", since="2020", chosen_by=["amina", "binta"])
    copy = make(AMINA, BINTA, FUND, project(chosen, *THREE[1:]))
    assert ruled(copy, "coordinator") == ("holds", "Coordinator: Amina, since 2020. Chosen by the partners.", [])
    by_words = make(AMINA, BINTA, FUND, project(role("amina", "coordinator", chosen_by="partners"), *THREE[1:]))
    assert ruled(by_words, "coordinator")[:2] == ("holds", "Coordinator: Amina, since when is not stated. Chosen by the partners.")


def test_the_partners_do_not_choose_the_coordinator(make: Make) -> None:
    passed_over = make(AMINA, BINTA, FUND, project(role("amina", "coordinator", chosen_by=["agency"]), *THREE[1:]))
    verdict, sentence, partners = ruled(passed_over, "coordinator")
    assert (verdict, partners) == ("does_not", ["partners/binta"])
    assert sentence.endswith("Took no part in the choice: Binta.")
    funder = make(AMINA, BINTA, FUND, project(*THREE, role("agency", "coordinator")))
    assert ruled(funder, "coordinator")[:2] == (
        "does_not",
        "Coordinator: Agency, since when is not stated. It pays and takes no part in the exchange.",
    )


def test_without_a_coordinator_it_is_not_stated_who_chose(make: Make) -> None:
    assert ruled(make(AMINA, BINTA, project(*THREE)), "coordinator") == ("not_stated", "No coordinator is on record.", [])


ITEM = [{"id": "x", "topic": "Wells"}]


@pytest.mark.parametrize(
    ("sides", "verdict", "sentence"),
    [
        ({"brings": ITEM, "seeks": ITEM}, "holds", "Every partner states what it brings and what it seeks."),
        ({"brings": ITEM}, "not_stated", "Does not state what it seeks: Amina."),
        ({}, "not_stated", "Does not state what it brings: Amina. Does not state what it seeks: Amina."),
        ({"brings": ITEM, "seeks": []}, "does_not", "Seeks nothing, as it states: Amina."),
        ({"brings": [], "seeks": ITEM}, "does_not", "Brings nothing, as it states: Amina."),
    ],
)
def test_each_brings_and_seeks_something(make: Make, sides: dict[str, Any], verdict: str, sentence: str) -> None:
    copy = make(partner("amina", **sides), partner("binta", brings=ITEM, seeks=ITEM), FUND, project(*THREE))
    assert ruled(copy, "both_sides") == (verdict, sentence, [] if verdict == "holds" else ["partners/amina"])


@pytest.mark.parametrize(
    ("country", "verdict", "sentence"),
    [
        ("KE", "holds", "The coordinator, Amina, is in the South: Kenya."),
        ("NO", "does_not", "The coordinator, Amina, is in the North: Norway."),
        ("XX", "not_stated", "The country of the coordinator, Amina, is not stated."),
    ],
)
def test_decisions_are_in_the_south(make: Make, country: str, verdict: str, sentence: str) -> None:
    copy = make(partner("amina", country), BINTA, project(role("amina", "coordinator"), role("binta")))
    assert ruled(copy, "decisions")[:2] == (verdict, sentence)


def test_a1_10_decisions_in_the_south_are_those_of_the_seven_projects_with_a_southern_coordinator(make: Make) -> None:
    homes = ["KE"] * 7 + ["NO"] * 2
    partners = [partner(f"c{n}", home) for n, home in enumerate(homes)]
    projects = [project(role(f"c{n}", "coordinator"), record_id=f"p{n}") for n in range(9)] + [project(role("c0"), record_id="p9")]
    copy = make(*partners, *projects)
    data = terms_view(copy, Asked("", "", {"rule": "decisions"})).data
    (rule,) = data["rules"]
    assert rule["holds"] == [f"projects/p{n}" for n in range(7)]
    assert rule["does_not"] == ["projects/p7", "projects/p8"]
    assert rule["not_stated"] == ["projects/p9"]


def test_a1_7_projects_without_a_coordinator_are_listed(make: Make) -> None:
    copy = make(AMINA, project(role("amina", "coordinator")), project(role("amina"), record_id="q"))
    report = terms_view(copy, Asked())
    assert report.data["without_coordinator"] == ["projects/q"]
    block = next(block for block in report.blocks if block.heading == "Without a coordinator (1)")
    assert [line.value for line in block.lines] == ["Q"]


def test_a1_6_no_list_names_the_funder_before_the_partners(make: Make) -> None:
    copy = make(AMINA, BINTA, FUND, project(role("agency", "funder"), role("amina"), role("binta")))
    card = card_of(copy, "projects", "p")
    named = [line.value for block in card.blocks if block.heading == "Partners" for line in block.lines]
    assert named == ["Amina", "Binta", "Agency"]
    assert ruled(copy, "funder") == (
        "does_not",
        "The record names a funder before the partners: Agency. Lists here do not.",
        ["partners/agency"],
    )


@pytest.mark.parametrize(
    ("roles", "title", "verdict"),
    [
        (THREE, "Wells", "holds"),
        (THREE, "Agency of the future", "does_not"),
        (THREE, "Agencyless", "holds"),
        (THREE[:2], "Wells", "holds"),
        ((), "Wells", "not_stated"),
    ],
)
def test_no_funder_is_put_first(make: Make, roles: tuple[dict[str, Any], ...], title: str, verdict: str) -> None:
    copy = make(AMINA, BINTA, FUND, ("projects", {"id": "p", "title": title, "partners": list(roles)}))
    assert ruled(copy, "funder")[0] == verdict


def test_every_rule_says_its_words_and_its_source(make: Make) -> None:
    report = terms_view(make(AMINA, BINTA, project(*THREE)), Asked("p"))
    assert [rule["rule"] for rule in report.data["rules"]] == [rule.id for rule in RULES]
    said = "\n".join(f"{line.value} {line.beside}" for block in report.blocks for line in block.lines)
    assert [rule.quoted for rule in RULES if f"Norec: “{rule.quoted}”" not in said] == []
    assert all("Norec" in rule["source"] for rule in report.data["rules"])


# Of which projects


def test_a_project_an_exchange_of_it_and_its_partners_lead_to_its_terms(make: Make) -> None:
    copy = make(AMINA, BINTA, project(*THREE), project(role("binta"), record_id="q"), exchange("amina", "binta"))
    assert terms_view(copy, Asked("projects/p")) == terms_view(copy, Asked("exchanges/amina-binta"))
    assert terms_view(copy, Asked("partners/amina")).data["projects"] == 1
    assert terms_view(copy, Asked("partners/amina")).title == "Equal terms: projects of Amina"
    assert terms_view(copy, Asked("partners/binta")).data["projects"] == 2
    assert terms_view(copy, Asked("", "partner:amina")).data["projects"] == 1


@pytest.mark.parametrize(
    ("subject", "options", "error"), [("projects/gone", {}, NotFound), ("", {"rule": "money"}, UsageError), ("gone", {}, NotFound)]
)
def test_what_is_not_there_is_said(make: Make, subject: str, options: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        terms_view(make(AMINA), Asked(subject, "", options))


def test_beyond_what_is_judged_at_once_it_says_so(make: Make) -> None:
    copy = make(*(project(record_id=f"p{n:04}") for n in range(MOST + 1)))
    report = terms_view(copy, Asked())
    assert (report.data["projects"], report.data["judged"]) == (MOST + 1, MOST)
    assert "The first 1,000 of them by name are judged; / restricts them." in words(report)


def words(report: Report) -> str:
    return "\n".join(f"{line.label} {line.value} {line.beside}" for block in report.blocks for line in block.lines)


def test_the_answers_of_every_rule_add_up_on_the_shipped_catalogue(shipped: sqlite3.Connection) -> None:
    data = terms_view(shipped, Asked()).data
    assert data["projects"] == data["judged"] == 226
    for rule in data["rules"]:
        assert len(rule["holds"]) + len(rule["does_not"]) + len(rule["not_stated"]) == 226
        for verdict in ("holds", "does_not", "not_stated"):
            if rule[verdict]:
                assert ruled(shipped, rule["rule"], rule[verdict][0])[0] == verdict


def test_a1_8_a_partner_that_sends_and_hosts_is_found_as_both(shipped: sqlite3.Connection) -> None:
    rows = shipped.execute("SELECT place, id FROM entry WHERE kind = 'partners'").fetchall()
    ids = dict(rows)
    for state in ("is:sending", "is:hosting"):
        assert {ids[place] for place in search(shipped, parse(state), "partners").places(shipped)} == {"nhrc-nepal", "csf-global"}


def test_a1_8_no_table_has_a_column_that_makes_a_partner_a_donor_or_a_recipient(shipped: sqlite3.Connection) -> None:
    schema = " ".join(row[0] for row in shipped.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).lower()
    assert "capacity" in schema
    assert [word for word in ("donor", "recipient", "beneficiary") if word in schema] == []
