"""Sending: what the catalogue takes, what somebody else wrote meanwhile, what it does not take, and answers that are lost."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from tests.faults.fake_kinto import FakeKinto
from tests.sync.people import NOREC, Desk, on_server, writes

from ssc_tui.errors import NotFound
from ssc_tui.store import edits, states
from ssc_tui.store.conflicts import MINE
from ssc_tui.store.writer import write_note


@pytest.fixture
def desks(tmp_path: Path, fake: FakeKinto) -> list[Desk]:
    """Two homes that have read the catalogue."""
    both = [Desk(tmp_path / name, fake) for name in ("ada", "bo")]
    for desk in both:
        desk.sign_in("admin", "admin")
        assert desk.carried().outcome == "ok"
    fake.requests.clear()
    return both


@pytest.fixture
def ada(desks: list[Desk]) -> Desk:
    return desks[0]


@pytest.fixture
def bo(desks: list[Desk]) -> Desk:
    return desks[1]


def test_an_edit_is_sent_over_the_version_that_it_was_made_on(ada: Desk, fake: FakeKinto) -> None:
    stamp = fake.live("partners")["norec"]["last_modified"]
    ada.edit(phone="2")
    ada.edit(city="Førde")
    report = ada.carried()
    assert (report.outcome, report.sent, report.conflicts, report.exit_code) == ("ok", 2, 0, 0)
    assert report.words == "Nothing had changed. 2 edits were sent."
    (part,) = writes(fake)
    assert (part["method"], part["headers"]) == ("PUT", {"If-Match": f'"{stamp}"'})
    assert on_server(fake) == ada.shown() == NOREC | {"phone": "2", "city": "Førde"}
    assert ada.pending() == []
    assert ada.carried().requests == 1


def test_a_new_record_and_one_that_goes(ada: Desk, bo: Desk, fake: FakeKinto) -> None:
    made = edits.create(ada.home.database, "partners", {"name": "Kamuzu"}, "")
    edits.remove(ada.home.database, "partners", "norec", "")
    assert ada.carried().sent == 2
    assert {part["method"]: part["headers"].keys() for part in writes(fake)} == {"PUT": {"If-None-Match"}, "DELETE": {"If-Match"}}
    assert list(fake.live("partners")) == [made.record_id]
    assert bo.carried().applied == (1, 0, 1)
    assert bo.shown(made.record_id) == {"id": made.record_id, "name": "Kamuzu"}


def test_a_record_made_and_taken_away_again_is_never_sent(ada: Desk, fake: FakeKinto) -> None:
    made = edits.create(ada.home.database, "partners", {"name": "Kamuzu"}, "")
    edits.remove(ada.home.database, "partners", made.record_id, "")
    ada.carried()
    assert (writes(fake), ada.pending()) == ([], [])


def test_two_people_edit_different_fields(ada: Desk, bo: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")
    bo.edit(email="b@norec.example", seeks=[{"id": "n1", "topic": "solar"}])
    for desk in (ada, bo, ada, bo):
        assert desk.carried().outcome == "ok"
    wanted = NOREC | {"phone": "2", "email": "b@norec.example", "seeks": [{"id": "n1", "topic": "solar"}]}
    assert ada.shown() == bo.shown() == on_server(fake) == wanted
    assert (ada.conflicts(), bo.conflicts()) == ([], [])


def test_two_people_edit_the_same_field(ada: Desk, bo: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")
    bo.edit(phone="3", city="Oslo")
    ada.carried()
    report = bo.carried()
    assert (report.outcome, report.sent, report.conflicts, report.exit_code) == ("ok", 1, 1, 6)
    assert report.words.endswith("1 edit was sent. 1 conflict waits for your decision.")
    assert on_server(fake) == bo.shown() == NOREC | {"phone": "2", "city": "Oslo"}
    (found,) = bo.conflicts()
    assert (found.field, found.base, found.mine, found.theirs) == ("phone", "1", "3", "2")
    edits.settle(bo.home.database, found, MINE, "")
    assert bo.carried().exit_code == 0
    ada.carried()
    assert ada.shown() == bo.shown() == on_server(fake) == NOREC | {"phone": "3", "city": "Oslo"}
    assert [(each.mine, each.theirs) for each in bo.conflicts(settled=True)] == [("3", "2")]


def test_somebody_writes_between_reading_and_sending(ada: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")

    def overtaking(request: httpx.Request) -> httpx.Response:
        if b'"PUT"' in request.content and "city" not in fake.live("partners")["norec"]:
            fake.put("partners", NOREC | {"city": "Oslo"})
        return fake(request)

    report = ada.carried(overtaking)
    assert (report.outcome, report.sent, report.applied.changed) == ("ok", 1, 1)
    assert on_server(fake) == ada.shown() == NOREC | {"phone": "2", "city": "Oslo"}
    assert [change.fields[0].field for change in ada.log() if change.change == "changed"] == ["city"]


def test_somebody_takes_away_what_is_about_to_be_changed(ada: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")

    def removing(request: httpx.Request) -> httpx.Response:
        if b'"PUT"' in request.content and "norec" in fake.live("partners"):
            fake.delete("partners", "norec")
        return fake(request)

    assert ada.carried(removing).exit_code == 6
    (found,) = ada.conflicts()
    assert (found.field, found.mine, found.theirs) == ("", NOREC | {"phone": "2"}, None)
    edits.settle(ada.home.database, found, MINE, "")
    assert ada.carried().exit_code == 0
    assert on_server(fake) == ada.shown() == NOREC | {"phone": "2"}


@pytest.mark.parametrize("what", ["change", "create", "remove"])
def test_an_answer_that_was_lost(ada: Desk, fake: FakeKinto, what: str) -> None:
    """Fault 34."""
    if what == "change":
        ada.edit(phone="2")
    elif what == "create":
        edits.create(ada.home.database, "partners", {"name": "Kamuzu"}, "")
    else:
        edits.remove(ada.home.database, "partners", "norec", "")

    def lost(request: httpx.Request) -> httpx.Response:
        answer = fake(request)
        if b'"PUT"' in request.content or b'"DELETE"' in request.content:
            raise httpx.ReadError("reset", request=request)
        return answer

    assert ada.carried(lost).outcome == "offline"
    assert [each.state for each in ada.pending()] == [states.IN_FLIGHT]
    stamps = {row["id"]: row["last_modified"] for row in fake.live("partners").values()}
    report = ada.carried()
    assert (report.outcome, ada.pending(), report.conflicts) == ("ok", [], 0)
    # It was taken once.
    assert {row["id"]: row["last_modified"] for row in fake.live("partners").values()} == stamps


def test_what_is_saved_while_it_is_being_sent_stays(ada: Desk, fake: FakeKinto) -> None:
    """Fault 69."""
    ada.edit(phone="2")

    def saving(request: httpx.Request) -> httpx.Response:
        answer = fake(request)
        if b'"PUT"' in request.content and ada.shown()["phone"] == "2":
            ada.edit(phone="3")
        return answer

    assert ada.carried(saving).sent == 2
    assert on_server(fake)["phone"] == ada.shown()["phone"] == "3"
    assert ada.conflicts() == []


def test_a_record_over_which_the_server_breaks_stands_in_nobodys_way(ada: Desk, fake: FakeKinto) -> None:
    """Fault 31."""
    made = [edits.create(ada.home.database, "partners", {"name": f"Partner {number}"}, "") for number in range(7)]

    def breaking(request: httpx.Request) -> httpx.Response:
        if made[4].record_id.encode() in request.content and b'"PUT"' in request.content:
            return httpx.Response(500, json={"code": 500, "errno": 999})
        return fake(request)

    report = ada.carried(breaking)
    assert (report.outcome, report.sent) == ("ok", 6)
    assert report.words.endswith("1 edit waits.")
    for _run in range(2):
        ada.carried(breaking)
    (parked,) = ada.pending()
    assert (parked.edit.id, parked.state) == (made[4].id, states.PARKED)
    assert parked.reason
    fake.requests.clear()
    ada.carried(breaking)
    assert writes(fake) == []
    # Whoever changes it has it sent again.
    ada.edit(made[4].record_id, city="Lilongwe")
    assert ada.carried().sent == 2
    assert len(fake.live("partners")) == 8


def test_what_the_server_refuses_is_parked_with_its_reason(ada: Desk, fake: FakeKinto) -> None:
    """Fault 58."""
    ada.edit(phone="2")
    edits.create(ada.home.database, "partners", {"name": "Kamuzu"}, "")

    def refusing(request: httpx.Request) -> httpx.Response:
        answer = fake(request)
        if b'"PUT"' not in request.content:
            return answer
        body = json.loads(answer.read())
        for part in body["responses"]:
            if part["path"].endswith("/norec"):
                part["status"], part["body"] = 400, {"code": 400, "errno": 107, "message": "phone in body: no such number"}
        return httpx.Response(200, json=body)

    assert ada.carried(refusing).sent == 1
    (parked,) = ada.pending()
    assert (parked.state, parked.reason) == (states.PARKED, "phone in body: no such number")
    assert ada.shown()["phone"] == "2"
    assert edits.undo(ada.home.database)
    assert ada.pending() == []


def test_who_is_not_signed_in_keeps_the_edits(ada: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")
    ada.signed_in = None
    report = ada.carried()
    assert (report.outcome, report.sent) == ("ok", 0)
    assert report.words == "Nothing had changed. 1 edit waits. Sign in with `ssc-tui login`, or in the settings, to send what waits."
    assert writes(fake) == []


def test_who_may_not_write_keeps_the_edits(ada: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")

    def denying(request: httpx.Request) -> httpx.Response:
        if b'"PUT"' not in request.content:
            return fake(request)
        refusal = {"status": 403, "headers": {}, "body": {"code": 403, "errno": 121, "message": "This user cannot access this resource."}}
        return httpx.Response(
            200, json={"responses": [{"path": f"/v1{part['path']}", **refusal} for part in json.loads(request.content)["requests"]]}
        )

    report = ada.carried(denying)
    assert report.words.endswith("1 edit waits. The catalogue does not let you write (This user cannot access this resource.).")
    assert [each.state for each in ada.pending()] == [states.WAITING]


def test_a_server_for_reading_alone(ada: Desk, fake: FakeKinto) -> None:
    """Fault 46."""
    for number in range(60):
        edits.create(ada.home.database, "partners", {"name": f"Partner {number}"}, "")
    fake.quirks.read_only = True
    report = ada.carried()
    assert (report.outcome, report.sent) == ("ok", 0)
    assert report.words.startswith("Nothing had changed. 60 edits wait. The catalogue does not let you write (")
    assert report.words.endswith(" is for reading alone).")
    assert not any(request.method in ("PUT", "DELETE") for request in fake.requests)
    fake.quirks.read_only = False
    assert ada.carried().sent == 60


def test_a_catalogue_that_wants_a_newer_program_gets_nothing(ada: Desk, fake: FakeKinto) -> None:
    assert fake.metadata
    fake.metadata["min_client"] = "99.0"
    ada.edit(phone="2")
    report = ada.carried()
    assert report.words.endswith("The catalogue takes edits from ssc-tui 99.0 on: update the program.")
    assert writes(fake) == []


def test_fields_that_this_program_does_not_know_are_sent_back_as_they_came(ada: Desk, fake: FakeKinto) -> None:
    """Fault 54."""
    fake.put("partners", NOREC | {"future": {"a": [1, 2.5]}})
    ada.carried()
    ada.edit(phone="2")
    ada.carried()
    assert on_server(fake) == NOREC | {"future": {"a": [1, 2.5]}, "phone": "2"}


def test_many_edits_go_in_few_requests(ada: Desk, fake: FakeKinto) -> None:
    for number in range(40):
        edits.create(ada.home.database, "partners", {"name": f"Partner {number}"}, "")
    report = ada.carried()
    assert (report.sent, len(writes(fake))) == (40, 40)
    assert report.requests == 1 + 2 + 1


def test_what_is_taken_back_before_its_turn_is_not_sent(ada: Desk, fake: FakeKinto) -> None:
    for number in range(30):
        edits.create(ada.home.database, "partners", {"name": f"Partner {number}"}, "")
    undone: list[str] = []

    def undoing(request: httpx.Request) -> httpx.Response:
        if b'"PUT"' in request.content and not undone:
            taken_back = edits.undo(ada.home.database)
            assert taken_back
            undone.append(taken_back[0].edit.record_id)
        return fake(request)

    assert ada.carried(undoing).sent == 29
    assert undone[0] not in fake.live("partners")


def test_what_may_have_been_taken_is_not_taken_back_before_the_catalogue_was_asked(ada: Desk, fake: FakeKinto) -> None:
    ada.edit(phone="2")

    def lost(request: httpx.Request) -> httpx.Response:
        answer = fake(request)
        if b'"PUT"' in request.content:
            raise httpx.ReadError("reset", request=request)
        return answer

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    ada.carried(lost)
    assert ada.carried(away).outcome == "offline"
    assert edits.undo(ada.home.database) == []
    assert ada.carried().outcome == "ok"
    assert (ada.pending(), ada.shown()["phone"]) == ([], "2")


def test_what_others_took_away_first_does_not_come_back_for_a_while(ada: Desk, fake: FakeKinto) -> None:
    edits.remove(ada.home.database, "partners", "norec", "")
    gone: list[bool] = []

    def removing(request: httpx.Request) -> httpx.Response:
        if gone:
            raise httpx.ConnectError("no route", request=request)
        if b'"DELETE"' in request.content:
            fake.delete("partners", "norec")
            gone.append(True)
        return fake(request)

    assert ada.carried(removing).outcome == "offline"
    assert ada.pending() == []
    with pytest.raises(NotFound):
        ada.shown()
    assert ada.carried().outcome == "ok"


def test_a_server_without_own_buckets_costs_notes_no_request(ada: Desk) -> None:
    write_note(ada.home.database, "partners", "norec", "Stays here.")
    for _time in range(2):
        report = ada.carried()
        assert (report.outcome, report.own, report.requests) == ("ok", 0, 1)


def test_an_edit_of_a_record_that_was_purged_is_a_question_at_once(ada: Desk, fake: FakeKinto) -> None:
    """Faults 33 and 37."""
    ada.edit(phone="2")
    asked: list[bool] = []

    def purging(request: httpx.Request) -> httpx.Response:
        if b"partners/records/norec" in request.content and b'"PUT"' in request.content:
            if not asked:
                fake.delete("partners", "norec")
                fake.put("partners", {"id": "newer", "name": "Newer"})
                fake.purge()
            asked.append(True)
        return fake(request)

    report = ada.carried(purging)
    assert (report.outcome, asked) == ("ok", [True])
    (conflict,) = ada.conflicts()
    assert (conflict.path, conflict.theirs, conflict.mine) == ((), None, {**NOREC, "phone": "2"})
    edits.settle(ada.home.database, conflict, MINE, "")
    assert ada.carried().outcome == "ok"
    assert (ada.pending(), fake.live("partners")["norec"]["phone"]) == ([], "2")


def test_a_record_over_which_the_server_breaks_is_tried_once_a_run(ada: Desk, fake: FakeKinto) -> None:
    made = [edits.create(ada.home.database, "partners", {"name": f"Partner {number}"}, "") for number in range(3)]

    def breaking(request: httpx.Request) -> httpx.Response:
        if made[1].record_id.encode() in request.content and b'"PUT"' in request.content:
            return httpx.Response(500, json={"code": 500, "errno": 999})
        return fake(request)

    assert ada.carried(breaking).sent == 2
    ada.carried(breaking)
    assert [each.state for each in ada.pending()] == [states.WAITING]
    report = ada.carried(breaking)
    assert [each.state for each in ada.pending()] == [states.PARKED]
    assert report.words.endswith("The catalogue did not take 1 edit; `ssc-tui pending` says why.")


def test_what_two_people_make_too_large_together_is_not_sent(ada: Desk, bo: Desk) -> None:
    ada.edit(description="x" * 200_000)
    bo.edit(city="y" * 100_000)
    edits.create(ada.home.database, "partners", {"name": "Kamuzu"}, "")
    bo.carried()
    assert ada.carried().sent == 1
    (parked,) = ada.pending()
    assert (parked.state, parked.reason) == (states.PARKED, "It is larger than 256 kB.")
    assert bo.carried().quarantined == 0


@pytest.mark.parametrize("status", [400, 413])
def test_a_record_that_is_too_much_for_something_on_the_way_stands_in_nobodys_way(ada: Desk, fake: FakeKinto, status: int) -> None:
    """Fault 30: of a batch, smaller ones; of one, parked with the reason."""
    for size in (10, 90_000, 20):
        edits.create(ada.home.database, "partners", {"name": "x", "description": "x" * size}, "")

    def narrow(request: httpx.Request) -> httpx.Response:
        if len(request.content) > 80_000:
            return httpx.Response(status, json={"code": status, "errno": 113, "message": "Too large"})
        return fake(request)

    assert ada.carried(narrow).sent == 2
    (parked,) = ada.pending()
    assert (parked.state, parked.reason) == (states.PARKED, "Too large")


def test_a_conflict_that_waits_says_what_the_catalogue_says_now(ada: Desk, bo: Desk) -> None:
    ada.edit(phone="2")
    ada.carried()
    bo.edit(phone="3")
    bo.carried()
    assert (bo.pending(), [each.theirs for each in bo.conflicts()]) == ([], ["2"])
    ada.edit(phone="4")
    ada.carried()
    bo.carried()
    assert [each.theirs for each in bo.conflicts()] == ["4"]
    # They came to write the same.
    ada.edit(phone="3")
    ada.carried()
    bo.carried()
    assert bo.conflicts() == []


def test_another_catalogue_gets_nothing_that_was_not_written_for_it(ada: Desk) -> None:
    edits.create(ada.home.database, "partners", {"name": "Kamuzu"}, "")
    other = FakeKinto()
    other.put("partners", NOREC)
    assert other.metadata
    other.metadata["dataset"] = "another"
    assert ada.carried(other, join=True).sent == 0
    (parked,) = ada.pending()
    assert (parked.state, parked.reason) == (states.PARKED, "It was written for another catalogue, made up.")
    assert writes(other) == []
    # Whoever changes it has it sent here.
    ada.edit(parked.edit.record_id, city="Lilongwe")
    assert ada.carried(other).sent == 2
