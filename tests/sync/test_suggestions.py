"""Suggestions: what may not be written goes out as one, is accepted or declined elsewhere, and comes back so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.fake_kinto import FakeKinto
from tests.sync.people import NOREC, Person, new_person, on_server, rounds, said, writes

from ssc_tui.catalogue.kinds import KINDS, SUGGESTIONS
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.store import decisions, edits, states

OF_EVE = {"id": "s", "document": "suggestion", "ref": "partners/norec", "change": "edit", "author": "eve", "at": "", "state": "open"}


def test_an_edit_that_may_not_be_written_goes_out_as_a_suggestion(vera: Person, ada: Person, fake: FakeKinto) -> None:
    edit = vera.edit(phone="2", city="Førde", email=None)
    assert edit
    report = vera.carried()
    assert (report.outcome, report.sent, report.exit_code) == ("ok", 0, 0)
    assert report.words == "Nothing had changed. 1 record was sent as a suggestion."
    assert on_server(fake) == NOREC
    (document,) = said(fake)
    assert document.pop("at") > "2026"
    assert document == {
        "id": edit.id, "document": "suggestion", "ref": "partners/norec", "change": "edit", "author": "vera", "state": "open",
        "fields": {"phone": {"base": "1", "new": "2"}, "city": {"new": "Førde"}, "email": {"base": "a@norec.example"}},
    }  # fmt: skip
    assert (vera.states(), vera.waiting(), vera.shown()["phone"]) == ([("suggested", "")], 0, "2")
    ada.carried()
    found = ada.only
    assert (found.suggestion.author, found.title, found.is_there, found.moved, found.sent) == ("vera", "Norec", True, (), True)
    assert ada.shown() == NOREC
    # Nothing is sent again.
    fake.requests.clear()
    assert vera.carried().requests == 1
    assert writes(fake) == []


def test_it_is_accepted_and_its_author_sees_so(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2", city="Førde")
    rounds(vera, ada)
    accepted = ada.accept()
    assert accepted
    assert (accepted.author, ada.suggestions(), ada.shown()["city"]) == ("ada", [], "Førde")
    assert [(each.edit.kind, each.suggested_by) for each in ada.pending()] == [("partners", "vera"), (SUGGESTIONS, "")]
    report = ada.carried()
    assert (report.sent, ada.pending()) == (1, [])
    assert report.words == "Nothing had changed. 1 edit was sent. 1 decision was sent."
    (document,) = said(fake)
    assert (document["state"], document["decided_by"], document["taken"]) == ("accepted", "ada", ["phone", "city"])
    report = vera.carried()
    assert "1 suggestion of yours was accepted." in report.words
    assert (vera.pending(), vera.suggestions()) == ([], [])
    assert vera.shown() == ada.shown() == on_server(fake) == NOREC | {"phone": "2", "city": "Førde"}
    (past,) = vera.suggestions(decided=True)
    assert (past.suggestion.state, past.suggestion.decided_by) == ("accepted", "ada")


def test_the_record_is_there_before_anybody_reads_that_it_was_accepted(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    ada.accept()
    fake.requests.clear()
    ada.carried()
    assert [part["path"].split("/")[-3] for part in writes(fake)] == ["partners", SUGGESTIONS]


def test_a_part_of_it_is_accepted(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2", city="Førde")
    rounds(vera, ada)
    with pytest.raises(UsageError, match="does not change name; it changes phone, city"):
        ada.accept("name")
    ada.accept("city")
    rounds(ada, vera)
    assert on_server(fake) == NOREC | {"city": "Førde"}
    assert vera.states() == [("declined", "Only city was accepted.")]
    assert vera.shown()["phone"] == "2"


def test_it_is_declined_and_comes_back_with_its_reason(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    with pytest.raises(UsageError, match="Say why"):
        ada.decline(" ")
    ada.decline("That is the fax.")
    assert (ada.suggestions(), [each.edit.kind for each in ada.pending()]) == ([], [SUGGESTIONS])
    ada.carried()
    report = vera.carried()
    assert "1 suggestion of yours was declined; `ssc-tui suggestions --decided` says why." in report.words
    assert (vera.states(), vera.waiting(), vera.shown()["phone"]) == ([("declined", "That is the fax.")], 0, "2")
    # It is kept until it is taken back, or edited anew.
    assert vera.carried().requests == 1
    assert len(edits.undo(vera.home.database)) == 1
    assert (vera.pending(), vera.shown(), vera.suggestions()) == ([], NOREC, [])
    assert [each.suggestion.reason for each in vera.suggestions(decided=True)] == ["That is the fax."]
    rounds(vera)
    assert [row["state"] for row in said(fake)] == ["declined"]


def test_what_was_declined_is_edited_anew(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    ada.decline("That is the fax.")
    rounds(ada, vera)
    vera.edit(phone="3")
    rounds(vera, ada)
    assert [(row["state"], row["fields"]["phone"]) for row in said(fake)] == [
        ("declined", {"base": "1", "new": "2"}), ("open", {"base": "1", "new": "3"}),
    ]  # fmt: skip
    ada.accept()
    rounds(ada, vera)
    assert (vera.pending(), vera.shown()["phone"], on_server(fake)["phone"]) == ([], "3", "3")


@pytest.mark.parametrize("when", ["before it is sent", "after it was sent"])
@pytest.mark.parametrize("how", ["withdraw", "undo"])
def test_a_suggestion_is_taken_back(vera: Person, ada: Person, fake: FakeKinto, when: str, how: str) -> None:
    vera.edit(phone="2")
    if when == "after it was sent":
        rounds(vera, ada)
        assert len(ada.suggestions()) == 1
    else:

        def lost(request: httpx.Request) -> httpx.Response:
            if SUGGESTIONS.encode() in request.content and b'"PUT"' in request.content:
                raise httpx.ConnectError("no route", request=request)
            return fake(request)

        assert vera.carried(lost).outcome == "offline"
        assert vera.states() == [("waiting", "")]
    if how == "withdraw":
        vera.withdraw()
    else:
        assert [each.edit.kind for each in edits.undo(vera.home.database)] == ["partners"]
    assert (vera.pending(), vera.suggestions(), vera.shown()) == ([], [], NOREC)
    rounds(vera, ada)
    assert (said(fake), ada.suggestions()) == ([], [])


def test_only_who_made_it_takes_it_back(vera: Person, ada: Person) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    with pytest.raises(UsageError, match="vera made this suggestion"):
        ada.withdraw()


def test_what_was_decided_is_not_taken_back(vera: Person, ada: Person) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    made = ada.only.suggestion.id
    ada.accept()
    rounds(ada, vera)
    with pytest.raises(NotFound, match="decided already"):
        decisions.withdraw(vera.home.database, made, "vera")


def test_a_new_record_and_one_that_goes(vera: Person, ada: Person, fake: FakeKinto) -> None:
    made = edits.create(vera.home.database, "partners", {"name": "Kamuzu", "country": "MW"}, "vera")
    edits.remove(vera.home.database, "partners", "norec", "vera")
    rounds(vera, ada)
    assert list(fake.live("partners")) == ["norec"]
    first, second = ada.suggestions()
    assert (first.suggestion.change, first.suggestion.record_id, first.is_there) == ("create", made.record_id, False)
    assert (second.suggestion.change, second.suggestion.ref) == ("delete", "partners/norec")
    for each in (first, second):
        decisions.accept(ada.home.database, each.suggestion.id, "ada")
    rounds(ada, vera)
    assert {name: row["name"] for name, row in fake.live("partners").items()} == {made.record_id: "Kamuzu"}
    assert vera.pending() == []
    assert vera.shown(made.record_id) == {"id": made.record_id, "name": "Kamuzu", "country": "MW"}


def test_saves_before_and_after_it_was_sent_are_one_suggestion(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    vera.edit(phone="3", city="Oslo")
    rounds(vera, ada)
    assert [row["fields"] for row in said(fake)] == [{"phone": {"base": "1", "new": "3"}, "city": {"new": "Oslo"}}]
    vera.edit(city="Bergen")
    assert vera.states() == [("suggested", ""), ("suggested", ""), ("waiting", "")]
    rounds(vera, ada)
    assert [row["fields"] for row in said(fake)] == [{"phone": {"base": "1", "new": "3"}, "city": {"new": "Bergen"}}]
    assert [each.state for each in vera.pending()] == ["suggested"] * 3
    assert ada.only.suggestion.fields[1].new == "Bergen"


def test_of_two_saves_in_a_suggestion_one_is_taken_back(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    vera.edit(city="Oslo")
    rounds(vera)
    edits.undo(vera.home.database)
    rounds(vera, ada)
    assert [row["fields"] for row in said(fake)] == [{"phone": {"base": "1", "new": "2"}}]
    assert vera.states() == [("suggested", "")]


def test_what_changed_since_is_said_and_accepting_is_a_choice(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2", seeks=[{"id": "n1", "topic": "solar"}])
    rounds(vera)
    fake.put("partners", NOREC | {"phone": "9", "seeks": [{"id": "n2", "topic": "water"}]})
    rounds(ada)
    assert ada.only.moved == ("phone", "seeks")
    assert ada.only.now["phone"] == "9"
    ada.accept()
    rounds(ada, vera)
    held = on_server(fake)
    assert (held["phone"], [each["topic"] for each in held["seeks"]]) == ("2", ["water", "solar"])
    assert vera.pending() == []


def test_what_the_catalogue_came_to_say_by_itself_closes(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera)
    ada.edit(phone="2")
    rounds(ada)
    assert ada.accept() is None
    rounds(ada, vera)
    assert (vera.pending(), [row["state"] for row in said(fake)]) == ([], ["accepted"])


def test_answers_that_are_lost(vera: Person, ada: Person, fake: FakeKinto) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        answer = fake(request)
        if b'"PUT"' in request.content and SUGGESTIONS.encode() in request.content:
            raise httpx.ReadError("reset", request=request)
        return answer

    vera.edit(phone="2")
    assert vera.carried(lost).outcome == "offline"
    rounds(vera, ada)
    assert len(said(fake)) == 1
    assert vera.states() == [("suggested", "")]
    ada.accept()
    assert ada.carried(lost).outcome == "offline"
    rounds(ada, vera)
    assert (ada.pending(), vera.pending(), [row["state"] for row in said(fake)]) == ([], [], ["accepted"])


def test_two_editors_decide_one_suggestion(vera: Person, ada: Person, bo: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera, ada, bo)
    ada.decline("That is the fax.")
    bo.accept()
    # The first decision stands, and what was to be accepted is not written.
    assert "too late" not in ada.carried().words
    assert "1 decision of yours came too late" in bo.carried().words
    rounds(ada, bo, vera)
    assert on_server(fake) == bo.shown() == NOREC
    assert (bo.pending(), bo.suggestions(), bo.conflicts()) == ([], [], [])
    assert vera.states() == [("declined", "That is the fax.")]


def test_two_editors_accept_one_suggestion(vera: Person, ada: Person, bo: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera, ada, bo)
    ada.accept()
    bo.accept()
    assert "too late" not in ada.carried().words
    assert "1 decision of yours came too late" in bo.carried().words
    rounds(ada, bo, vera)
    assert on_server(fake)["phone"] == "2"
    assert (bo.pending(), bo.conflicts(), vera.pending()) == ([], [], [])
    assert [row["decided_by"] for row in said(fake)] == ["ada"]


def test_it_is_withdrawn_while_an_editor_accepts(vera: Person, ada: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    ada.accept()
    vera.withdraw()
    rounds(vera, ada, vera)
    # What an editor wrote is an edit like any other.
    assert on_server(fake)["phone"] == vera.shown()["phone"] == "2"
    assert (said(fake), ada.pending(), vera.pending()) == ([], [], [])


def test_accepting_is_taken_back_in_one(vera: Person, ada: Person) -> None:
    vera.edit(phone="2")
    rounds(vera, ada)
    ada.accept()
    assert {each.edit.kind for each in edits.undo(ada.home.database)} == {"partners", SUGGESTIONS}
    assert (ada.pending(), ada.shown()) == ([], NOREC)
    assert ada.only.suggestion.author == "vera"
    ada.decline("No.")
    assert [each.title for each in edits.undo(ada.home.database)] == ["Norec"]
    assert len(ada.suggestions()) == 1


def test_who_is_no_editor_does_not_decide(vera: Person, fake: FakeKinto, tmp_path: Path) -> None:
    vera.edit(phone="2")
    rounds(vera)
    other = new_person(tmp_path, fake, "vito", viewer=True)
    for decide in (other.accept, lambda: other.decline("No.")):
        with pytest.raises(UsageError, match="Only editors"):
            decide()
    other.remember(editor=None)
    other.decline("No.")
    report = other.carried()
    assert "1 decision was let go of: only editors decide." in report.words
    assert (other.pending(), len(other.suggestions()), [row["state"] for row in said(fake)]) == ([], 1, ["open"])
    other.remember(editor=None)
    other.accept()
    rounds(other, other)
    # What was to be accepted is a suggestion of one's own now.
    assert sorted(row["author"] for row in said(fake)) == ["vera", "vito"]
    assert other.carried().requests == 1


def test_a_note_is_a_suggestion(vera: Person, ada: Person, fake: FakeKinto) -> None:
    decisions.suggest_note(vera.home.database, "partners", "norec", "They have moved.", "vera")
    assert (len(vera.pending()), vera.waiting()) == (1, 1)
    rounds(vera, ada)
    assert (vera.pending(), ada.only.suggestion.text, ada.only.title) == ([], "They have moved.", "Norec")
    assert ada.accept() is None
    rounds(ada, vera)
    assert [row["state"] for row in said(fake)] == ["accepted"]
    assert (vera.suggestions(), [each.suggestion.state for each in vera.suggestions(decided=True)]) == ([], ["accepted"])


@pytest.mark.parametrize("kinds", [KINDS, (*KINDS, SUGGESTIONS)])
def test_without_the_collection_or_the_right_to_suggest_edits_wait(tmp_path: Path, kinds: Sequence[str]) -> None:
    server = FakeKinto(kinds)
    server.put("partners", NOREC)
    vera = new_person(tmp_path, server, "vera", viewer=True)
    vera.edit(phone="2")

    def stubborn(request: httpx.Request) -> httpx.Response:
        answer = server(request)
        body = json.loads(answer.read())
        for part in body.get("responses", []):
            if f"/{SUGGESTIONS}/records/" in part["path"]:
                part["status"], part["body"] = 403, {"code": 403, "errno": 121, "message": "Not yours"}
        return httpx.Response(answer.status_code, json=body, headers={"Date": answer.headers["Date"]})

    report = vera.carried(stubborn)
    assert report.outcome == "ok"
    assert "1 edit waits. The catalogue does not let you write" in report.words
    assert (vera.waiting(), [each.state for each in vera.pending()]) == (1, ["waiting"])


def test_a_server_for_reading_alone_makes_no_suggestions(vera: Person, fake: FakeKinto) -> None:
    vera.edit(phone="2")
    fake.quirks.read_only = True
    assert vera.carried().outcome == "ok"
    assert (vera.states(), vera.waiting()) == ([("waiting", "")], 1)
    fake.quirks.read_only = False
    rounds(vera)
    assert vera.states() == [("suggested", "")]


def test_who_is_not_signed_in_keeps_the_edit(vera: Person, fake: FakeKinto) -> None:
    vera.signed_in = None
    vera.edit(phone="2")
    report = vera.carried()
    assert report.words.endswith("1 edit waits. Sign in with `ssc-tui login`, or in the settings, to send what waits.")
    assert said(fake) == []


def test_a_restored_server_is_told_again(vera: Person, ada: Person, fake: FakeKinto) -> None:
    backup = fake.backup()
    vera.edit(phone="2")
    rounds(vera, ada)
    fake.restore(backup, "another epoch")
    rounds(vera, ada)
    assert (vera.states(), len(ada.suggestions())) == ([("suggested", "")], 1)


def test_what_no_suggestion_can_hold_says_why(vera: Person, fake: FakeKinto) -> None:
    fake.put("partners", NOREC | {"description": "x" * 150_000})
    rounds(vera)
    vera.edit(description="y" * 150_000)
    rounds(vera)
    assert vera.states() == [(states.PARKED, "It is larger than 256 kB.")]
    assert said(fake) == []
    edits.undo(vera.home.database)
    vera.edit(phone="2")
    rounds(vera)
    assert vera.states() == [("suggested", "")]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"ref": 5}, {"ref": "nobody/x"}, {"fields": []}, {"fields": {"phone": 3}}, {"state": "perhaps"}, {"author": None},
        {"change": "eat"}, {"taken": "phone"}, {"document": "poem"}, {"document": "conflict"}, {"ref": "norec"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_listed(ada: Person, fake: FakeKinto, nonsense: dict[str, Any]) -> None:
    sound: dict[str, Any] = {**OF_EVE, "fields": {}}
    fake.put(SUGGESTIONS, sound | nonsense)
    rounds(ada)
    assert (ada.suggestions(), ada.conflicts()) == ([], [])
    fake.put(SUGGESTIONS, sound)
    rounds(ada)
    assert len(ada.suggestions()) == 1


def test_what_would_make_no_record_is_not_accepted(ada: Person, fake: FakeKinto) -> None:
    changes = {"founded": "long ago", "id": "kch", "last_modified": 5, "phone": "2"}
    fake.put(SUGGESTIONS, OF_EVE | {"fields": {name: {"new": value} for name, value in changes.items()}})
    rounds(ada)
    with pytest.raises(UsageError, match="founded"):
        ada.accept()
    assert ada.shown() == NOREC
    ada.accept("phone")
    rounds(ada)
    assert on_server(fake) == NOREC | {"phone": "2"}


def test_another_catalogue_hears_nothing_of_what_was_suggested_in_this_one(vera: Person, ada: Person, bo: Person) -> None:
    vera.edit(phone="2")
    rounds(vera)
    ada.edit(city="Oslo")
    bo.edit(city="Bergen")
    rounds(ada, bo)
    bo.accept()
    other = FakeKinto()
    other.put("partners", NOREC)
    other.accounts |= {"vera": "vera", "bo": "bo"}
    other.viewers.add("vera")
    assert other.metadata
    other.metadata["dataset"] = "another"
    for person in (vera, bo):
        assert person.carried(other, join=True).outcome == "ok"
        assert person.carried(other).outcome == "ok"
        assert [each.state for each in person.pending()] == [states.PARKED]
        assert person.suggestions() == []
    assert (other.live(SUGGESTIONS), [each.mine for each in bo.conflicts()]) == ({}, ["Bergen"])
    # Whoever changes it suggests it here.
    vera.edit(phone="3")
    assert vera.carried(other).outcome == "ok"
    assert [row["fields"] for row in other.live(SUGGESTIONS).values()] == [{"phone": {"base": "1", "new": "3"}}]
