"""Conflicts are read and settled in every home of an editor, wherever they came up; one is one, however often all sync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.fake_kinto import FakeKinto
from tests.sync.people import NOREC, Person, new_person, on_server, rounds, said

from ssc_tui.catalogue.kinds import KINDS, SUGGESTIONS
from ssc_tui.catalogue.suggestions import dispute_id, path_from_list
from ssc_tui.errors import UsageError
from ssc_tui.store import edits
from ssc_tui.store.conflicts import ANEW, MINE, THEIRS, Conflict


def only(person: Person) -> Conflict:
    (found,) = person.conflicts()
    return found


def settle(person: Person, how: str, value: Any = None) -> None:
    edits.settle(person.home.database, only(person), how, person.user, value)


def past(person: Person) -> list[tuple[Any, Any, str | None]]:
    return [(each.mine, each.theirs, each.settled) for each in person.conflicts(settled=True)]


def in_conflict(ada: Person, bo: Person) -> None:
    """Ada's telephone is 2 and in the catalogue, Bo's is 3 and lost; both know."""
    ada.edit(phone="2")
    bo.edit(phone="3")
    rounds(ada, bo, ada, bo)


def test_both_homes_read_both_values(ada: Person, bo: Person, fake: FakeKinto) -> None:
    in_conflict(ada, bo)
    here, there = only(bo), only(ada)
    assert (here.mine, here.theirs, here.base, here.here, here.author) == ("3", "2", "1", True, "bo")
    assert (there.mine, there.theirs, there.base, there.here, there.author, there.title) == ("2", "3", "1", False, "bo", "Norec")
    (document,) = said(fake)
    assert (document["document"], document["ref"], document["path"], document["state"]) == ("conflict", "partners/norec", ["phone"], "open")
    # One conflict is one conflict, however often both sync.
    for _time in range(3):
        rounds(ada, bo)
    assert (len(ada.conflicts()), len(bo.conflicts()), len(said(fake))) == (1, 1, 1)
    fake.requests.clear()
    assert (ada.carried().requests, bo.carried().requests) == (1, 1)


@pytest.mark.parametrize(
    ("who", "how", "value", "phone", "seen"),
    [
        ("bo", MINE, None, "3", ("mine", "theirs")),
        ("bo", THEIRS, None, "2", ("theirs", "mine")),
        ("bo", ANEW, "4", "4", ("anew", "anew")),
        ("ada", MINE, None, "2", ("theirs", "mine")),
        ("ada", THEIRS, None, "3", ("mine", "theirs")),
        ("ada", ANEW, "4", "4", ("anew", "anew")),
        ("ada", ANEW, None, None, ("anew", "anew")),
    ],
)
def test_either_home_settles_it_everywhere(
    ada: Person, bo: Person, fake: FakeKinto, who: str, how: str, value: str | None, phone: str | None, seen: tuple[str, str]
) -> None:
    in_conflict(ada, bo)
    one, other = (ada, bo) if who == "ada" else (bo, ada)
    settle(one, how, value)
    assert one.conflicts() == []
    rounds(one, other, one)
    assert ada.shown().get("phone") == bo.shown().get("phone") == on_server(fake).get("phone") == phone
    assert (ada.conflicts(), bo.conflicts(), ada.pending(), bo.pending()) == ([], [], [], [])
    # The value that lost can be read in both.
    assert past(bo) == [("3", "2", seen[0])]
    assert past(ada) == [("2", "3", seen[1])]
    assert [row["state"] for row in said(fake)] == ["settled"]


@pytest.mark.parametrize(
    ("ada_wants", "bo_wants"), [((ANEW, "4"), (ANEW, "5")), ((MINE, None), (MINE, None)), ((THEIRS, None), (THEIRS, None))]
)
def test_two_homes_settle_it_at_once(
    ada: Person, bo: Person, fake: FakeKinto, ada_wants: tuple[str, str | None], bo_wants: tuple[str, str | None]
) -> None:
    in_conflict(ada, bo)
    settle(ada, *ada_wants)
    settle(bo, *bo_wants)
    rounds(ada, bo, ada, bo)
    # The decision that reaches the catalogue first stands; there is no conflict about it.
    wanted = {ANEW: "4", MINE: "2", THEIRS: "3"}[ada_wants[0]]
    assert ada.shown()["phone"] == bo.shown()["phone"] == on_server(fake)["phone"] == wanted
    assert (ada.conflicts(), bo.conflicts(), ada.pending(), bo.pending()) == ([], [], [], [])
    assert ("3", "2") in [each[:2] for each in past(bo)]
    if bo_wants == (ANEW, "5"):
        # What was wanted and did not come about can be read, in both.
        assert any("5" in each[:2] for each in past(bo))
        assert any("5" in each[:2] for each in past(ada))


def test_one_settles_it_while_the_other_sends_a_decision(ada: Person, bo: Person, fake: FakeKinto) -> None:
    in_conflict(ada, bo)
    settle(ada, ANEW, "4")
    settle(bo, ANEW, "5")
    first: list[bool] = []

    def overtaking(request: httpx.Request) -> httpx.Response:
        if b'"PUT"' in request.content and not first:
            first.append(True)
            rounds(ada)
        return fake(request)

    assert bo.carried(overtaking).outcome == "ok"
    rounds(ada, bo, ada)
    assert ada.shown()["phone"] == bo.shown()["phone"] == on_server(fake)["phone"] == "4"
    assert (ada.conflicts(), bo.conflicts(), ada.pending(), bo.pending()) == ([], [], [], [])


def test_a_new_edit_settles_it_everywhere(ada: Person, bo: Person, fake: FakeKinto) -> None:
    in_conflict(ada, bo)
    ada.edit(phone="7")
    assert ada.conflicts() == []
    rounds(ada, bo)
    assert (bo.conflicts(), bo.shown()["phone"], past(bo)) == ([], "7", [("3", "2", "anew")])
    assert [row["state"] for row in said(fake)] == ["settled"]


def test_settled_before_anybody_else_heard_of_it(ada: Person, bo: Person) -> None:
    ada.edit(phone="2")
    rounds(ada)
    bo.edit(phone="3")
    bo.signed_in = None
    rounds(bo)
    settle(bo, MINE)
    bo.sign_in("bo", "bo")
    rounds(bo, ada)
    assert (ada.conflicts(), ada.shown()["phone"]) == ([], "3")
    assert past(ada) == [("2", "3", "theirs")]


def test_a_decision_is_taken_back_before_it_was_sent(ada: Person, bo: Person, fake: FakeKinto) -> None:
    in_conflict(ada, bo)
    for person, how in ((ada, THEIRS), (ada, MINE), (bo, MINE), (bo, THEIRS)):
        settle(person, how)
        assert edits.undo(person.home.database)
        assert (len(person.conflicts()), person.pending()) == (1, [])
    rounds(ada, bo)
    assert [row["state"] for row in said(fake)] == ["open"]
    assert (len(ada.conflicts()), len(bo.conflicts())) == (1, 1)


def test_when_both_come_to_write_the_same_it_is_none(ada: Person, bo: Person, fake: FakeKinto) -> None:
    in_conflict(ada, bo)
    fake.put("partners", NOREC | {"phone": "3"})
    rounds(ada, bo, ada)
    assert (ada.conflicts(), bo.conflicts(), past(ada), past(bo)) == ([], [], [], [])
    assert [(row["state"], row["how"]) for row in said(fake)] == [("settled", "none")]


def test_it_follows_what_the_catalogue_says_in_both(ada: Person, bo: Person, fake: FakeKinto) -> None:
    in_conflict(ada, bo)
    fake.put("partners", NOREC | {"phone": "8"})
    rounds(ada, bo)
    assert (only(ada).mine, only(ada).theirs, only(bo).mine, only(bo).theirs) == ("8", "3", "3", "8")


def test_an_edit_of_what_is_gone(ada: Person, bo: Person, fake: FakeKinto) -> None:
    edits.remove(ada.home.database, "partners", "norec", "ada")
    bo.edit(phone="3")
    rounds(ada, bo, ada)
    assert (only(ada).mine, only(ada).theirs) == (None, NOREC | {"phone": "3"})
    settle(ada, THEIRS)
    rounds(ada, bo)
    assert on_server(fake) == bo.shown() == NOREC | {"phone": "3"}
    assert (ada.conflicts(), bo.conflicts()) == ([], [])


def test_what_is_gone_stays_gone_where_the_other_home_says_so(ada: Person, bo: Person, fake: FakeKinto) -> None:
    edits.remove(ada.home.database, "partners", "norec", "ada")
    bo.edit(phone="3")
    rounds(ada, bo, ada)
    settle(ada, MINE)
    rounds(ada, bo)
    assert fake.live("partners") == {}
    assert (ada.conflicts(), bo.conflicts(), bo.pending()) == ([], [], [])
    assert [each.mine for each in bo.conflicts(settled=True)] == [NOREC | {"phone": "3"}]


def test_who_may_not_decide_is_not_asked(ada: Person, bo: Person, fake: FakeKinto, tmp_path: Path) -> None:
    vera = new_person(tmp_path, fake, "vera", viewer=True)
    reader = Person(tmp_path / "reader", fake)
    in_conflict(ada, bo)
    for person in (vera, reader):
        report = person.carried()
        assert (report.exit_code, person.conflicts()) == (0, [])
    settle(ada, MINE)
    rounds(ada, vera)
    assert past(vera) == [("2", "3", "mine")]


def test_a_conflict_of_a_viewer_is_told_too(ada: Person, fake: FakeKinto, tmp_path: Path) -> None:
    vera = new_person(tmp_path, fake, "vera", viewer=True)
    vera.edit(phone="3")
    fake.put("partners", NOREC | {"phone": "2"})
    report = vera.carried()
    assert (report.exit_code, only(vera).mine, only(vera).theirs) == (6, "3", "2")
    rounds(ada)
    assert (only(ada).theirs, only(ada).author) == ("3", "vera")
    settle(vera, MINE)
    rounds(vera, ada)
    # The decision is hers to make, the record is not hers to write.
    assert (ada.conflicts(), on_server(fake)["phone"]) == ([], "2")
    assert ada.only.suggestion.fields[0].new == "3"


@pytest.mark.parametrize(
    "lose", [lambda fake: fake.make(SUGGESTIONS), lambda fake: fake.delete(SUGGESTIONS, next(iter(fake.live(SUGGESTIONS))))]
)
def test_a_server_that_forgot_it_is_told_again(ada: Person, bo: Person, fake: FakeKinto, lose: Callable[[FakeKinto], None]) -> None:
    in_conflict(ada, bo)
    lose(fake)
    rounds(bo, ada, bo)
    assert (len(ada.conflicts()), len(bo.conflicts()), len(said(fake))) == (1, 1, 1)


def test_without_the_collection_a_conflict_stays_where_it_came_up(tmp_path: Path) -> None:
    server = FakeKinto(KINDS)
    server.put("partners", NOREC)
    ada, bo = new_person(tmp_path, server, "ada"), new_person(tmp_path, server, "bo")
    ada.edit(phone="2")
    bo.edit(phone="3")
    rounds(ada, bo, ada)
    assert (ada.conflicts(), len(bo.conflicts())) == ([], 1)
    settle(bo, MINE)
    rounds(bo)
    assert on_server(server)["phone"] == "3"
    assert bo.carried().requests == 1


def test_an_answer_that_was_lost(ada: Person, bo: Person, fake: FakeKinto) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        answer = fake(request)
        if b'"PUT"' in request.content:
            raise httpx.ReadError("reset", request=request)
        return answer

    ada.edit(phone="2")
    rounds(ada)
    bo.edit(phone="3")
    assert bo.carried(lost).outcome == "offline"
    rounds(bo, ada)
    settle(ada, THEIRS)
    for _time in range(3):
        ada.carried(lost)
    rounds(ada, bo)
    assert on_server(fake)["phone"] == bo.shown()["phone"] == "3"
    assert (ada.conflicts(), bo.conflicts(), len(said(fake))) == ([], [], 1)


MADE_UP: list[tuple[list[Any], Any]] = [
    (["phone"], "2"),
    (["brings", ["c1"], "topic"], "solar"),
    (["name", "x", "y"], 5),
    ([], {"name": 5}),
]


def test_a_conflict_that_somebody_made_up_does_no_harm(ada: Person, fake: FakeKinto) -> None:
    for number, (path, mine) in enumerate(MADE_UP):
        edit = f"01a20000-0000-7000-8000-00000000000{number}"
        document = {
            "id": dispute_id(edit, path_from_list(path)), "document": "conflict", "ref": "partners/norec", "edit": edit, "path": path,
            "base": {}, "mine": mine, "theirs": {}, "author": "eve", "at": "yesterday", "state": "open",
        }  # fmt: skip
        fake.put(SUGGESTIONS, document)
    fake.put(SUGGESTIONS, document | {"id": "another"})
    rounds(ada)
    assert len(ada.conflicts()) == len(MADE_UP)
    for conflict in sorted(ada.conflicts(), key=lambda each: len(each.path)):
        if conflict.field in ("phone", "brings[c1].topic"):
            edits.settle(ada.home.database, conflict, THEIRS, "ada")
        else:
            with pytest.raises(UsageError):
                edits.settle(ada.home.database, conflict, THEIRS, "ada")
            edits.settle(ada.home.database, conflict, MINE, "ada")
    rounds(ada, ada)
    assert ada.conflicts() == []
