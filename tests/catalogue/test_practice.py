from __future__ import annotations

from collections import Counter

from ssc_tui.catalogue.documents import problems
from ssc_tui.catalogue.practice import PARTNERS, PROJECTS, RING, documents
from ssc_tui.catalogue.projection import project

ALL = [*documents()]
BY_REF = {(kind, document["id"]): document for kind, document in ALL}


def test_it_is_the_same_every_time() -> None:
    assert [*documents()] == ALL
    assert len(BY_REF) == len(ALL)


def test_there_is_as_much_of_everything_as_a_training_needs() -> None:
    numbers = Counter(kind for kind, _document in ALL)
    assert (numbers["partners"], numbers["projects"]) == (PARTNERS, PROJECTS) == (60, 25)
    assert min(numbers[kind] for kind in ("exchanges", "contributions", "solutions", "publications", "funds", "areas")) >= 2
    assert {document["stage"] for kind, document in ALL if kind == "solutions"} == {
        "idea", "incubating", "testing", "proven", "scaled", "dropped",
    }  # fmt: skip


def test_every_document_fits_its_kind_and_says_that_it_is_made_up() -> None:
    assert [(kind, document["id"], found) for kind, document in ALL if (found := problems(kind, document))] == []
    assert all(document["sources"] == [{"ref": "made up for practice"}] for _kind, document in ALL)


def test_every_record_that_is_named_is_there() -> None:
    for kind, document in ALL:
        for link in project(kind, document, lambda _kind, _id: None).links:
            assert (link.to_kind, link.to_id) in BY_REF, (kind, document["id"], link)


def test_the_ring_is_closed_and_nobody_else_is_in_it() -> None:
    ring = [BY_REF["partners", record_id] for record_id in RING]
    for place, partner in enumerate(ring):
        following = ring[(place + 1) % len(ring)]
        assert partner["seeks"][0]["topic"] == following["brings"][0]["topic"]
        topic = partner["brings"][0]["topic"]
        assert [each["id"] for kind, each in ALL if kind == "partners" and each["brings"][0]["topic"] == topic] == [partner["id"]]


def test_some_exchanges_are_stated_and_some_are_not_and_some_projects_are_out_of_balance() -> None:
    exchanges = [document for kind, document in ALL if kind == "exchanges"]
    assert {("actual" in each) for each in exchanges} == {True, False}
    sent: Counter[tuple[str, str]] = Counter()
    for each in exchanges:
        sent[each["project"], each["sender"]] += each.get("actual", 0)
        sent[each["project"], each["host"]] -= each.get("actual", 0)
    assert any(abs(difference) >= 5 for difference in sent.values())
    assert any(difference == 0 for difference in sent.values())
