"""Two people with homes of their own write with no connection, and sync with a real server when there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Done, Run
from tests.servers import Live

from ssc_tui.store.seed import SEED
from ssc_tui.store.whole import documents_in

NO_KEY_STORE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
Person = Callable[..., Done]


@pytest.fixture
def people(kinto_memory: Live, run: Run, tmp_path: Path) -> tuple[Person, Person]:
    """Ada and Bo, signed in to a catalogue that holds what the program ships with."""
    bucket = kinto_memory.new_bucket(documents_in(SEED), dataset="ssc-directory")
    both: list[Person] = []
    for name in ("ada", "bo"):
        env = {**NO_KEY_STORE, "SSC_TUI_HOME": str(tmp_path / name)}

        def person(*words: str, typed: str = "", env: dict[str, str] = env) -> Done:
            return run(*words, typed=typed, env=env)

        assert person("remote", f"{kinto_memory.url}/buckets/{bucket}").code == 0
        assert person("login", "--user", kinto_memory.user, typed=f"{kinto_memory.password}\n").code == 0
        assert person("sync").code == 0
        both.append(person)
    return both[0], both[1]


def shown(person: Person) -> dict[str, Any]:
    document = person("show", "norec", "--json").json()
    return {name: value for name, value in document.items() if name not in ("links", "last_modified")}


def test_two_people_write_into_one_record(people: tuple[Person, Person]) -> None:
    ada, bo = people
    assert ada("edit", "norec", "phone=+47 1").code == 0
    assert bo("edit", "norec", "email=post@norec.example", 'seeks+={"topic":"solar"}').code == 0
    for person in (ada, bo, ada, bo):
        done = person("sync", "--json")
        assert (done.code, done.json()["outcome"], done.json()["conflicts"]) == (0, "ok", 0)
    assert shown(ada) == shown(bo)
    assert (shown(ada)["phone"], shown(ada)["email"], [need["topic"] for need in shown(ada)["seeks"]]) == (
        "+47 1", "post@norec.example", ["solar"],
    )  # fmt: skip
    assert [ada("pending", "--json").json(), bo("pending", "--json").json()] == [[], []]
    told = bo("changes", "--json").json()
    assert [field["field"] for change in told if change["ref"] == "partners/norec" for field in change["fields"]] == ["phone"]


@pytest.mark.parametrize(("decision", "phone"), [(["mine"], "+47 3"), (["+47", "4"], "+47 4")])
def test_two_people_write_into_one_field(people: tuple[Person, Person], decision: list[str], phone: str) -> None:
    ada, bo = people
    ada("edit", "norec", "phone=+47 2")
    bo("edit", "norec", "phone=+47 3", "city=Bergen")
    assert ada("sync", "--json").json()["sent"] == 1
    done = bo("sync", "--json")
    assert (done.code, done.json()["outcome"], done.json()["conflicts"]) == (6, "ok", 1)
    assert (shown(bo)["phone"], shown(bo)["city"]) == ("+47 2", "Bergen")
    (conflict,) = bo("conflicts", "--json").json()
    assert (conflict["ref"], conflict["field"], conflict["mine"], conflict["theirs"]) == ("partners/norec", "phone", "+47 3", "+47 2")
    settled = bo("resolve", "norec", "phone", *decision, "--json")
    assert settled.code == 0
    assert bo("sync", "--json").code == 0
    ada("sync")
    assert shown(ada) == shown(bo)
    assert shown(ada)["phone"] == phone
    (past,) = bo("conflicts", "--settled", "--json").json()
    assert (past["mine"], past["theirs"]) == ("+47 3", "+47 2")
    assert bo("doctor").code == 0


def test_a_record_is_added_changed_and_taken_away(people: tuple[Person, Person]) -> None:
    ada, bo = people
    reference = ada("new", "partners", "name=Zomba Central Hospital", "country=MW", "--json").json()["ref"]
    ada("sync")
    bo("sync")
    assert bo("show", reference, "--json").json()["name"] == "Zomba Central Hospital"
    bo("delete", reference)
    ada("edit", reference, "city=Zomba")
    bo("sync")
    done = ada("sync", "--json")
    assert (done.code, done.json()["conflicts"]) == (6, 1)
    assert ada("show", reference).code == 1
    assert ada("resolve", reference, "record", "mine").code == 0
    assert ada("sync", "--json").code == 0
    bo("sync")
    assert bo("show", reference, "--json").json()["city"] == "Zomba"


@pytest.mark.parametrize("who", [0, 1])
def test_one_conflict_is_read_and_settled_in_both_homes(people: tuple[Person, Person], who: int) -> None:
    ada, bo = people
    ada("edit", "norec", "phone=+47 2")
    bo("edit", "norec", "phone=+47 3")
    for person in (ada, bo, ada, bo):
        person("sync")
    (theirs,), (mine,) = ada("conflicts", "--json").json(), bo("conflicts", "--json").json()
    assert {theirs["mine"], theirs["theirs"]} == {mine["mine"], mine["theirs"]} == {"+47 2", "+47 3"}
    assert (mine["here"], theirs["here"]) == (True, False)
    assert [person("status", "--json").json()["conflicts"] for person in people] == [1, 1]
    one, other = people[who], people[1 - who]
    assert one("resolve", "norec", "phone", "mine").code == 0
    for person in (one, other, one):
        assert person("sync").code == 0
    assert shown(ada) == shown(bo)
    assert shown(ada)["phone"] == ("+47 2" if who == 0 else "+47 3")
    for person in people:
        (past,) = person("conflicts", "--settled", "--json").json()
        assert {past["mine"], past["theirs"]} == {"+47 2", "+47 3"}
        assert person("conflicts", "--json").json() == person("pending", "--json").json() == []
        assert person("doctor").code == 0


@pytest.fixture
def viewer(kinto_memory: Live, run: Run, tmp_path: Path, people: tuple[Person, Person]) -> Person:
    """Vera, who may sign in to the catalogue of Ada and Bo, and not write to it."""
    name = kinto_memory.new_user()
    env = {**NO_KEY_STORE, "SSC_TUI_HOME": str(tmp_path / "vera")}

    def person(*words: str, typed: str = "") -> Done:
        return run(*words, typed=typed, env=env)

    address = people[0]("remote", "--json").json()["remote"]
    assert person("remote", address).code == 0
    assert person("login", "--user", name, typed=f"password of {name}\n").code == 0
    assert person("sync").code == 0
    return person


def test_a_suggestion_is_accepted_and_one_is_declined(people: tuple[Person, Person], viewer: Person) -> None:
    ada, bo = people
    viewer("edit", "norec", "phone=+47 5", "city=Oslo")
    viewer("edit", "partners/undp", "phone=1")
    done = viewer("sync", "--json").json()
    assert (done["outcome"], done["sent"], done["suggested"]) == ("ok", 0, 2)
    assert [each["state"] for each in viewer("pending", "--json").json()] == ["suggested", "suggested"]
    assert "It was sent as a suggestion, and waits for an editor." in viewer("pending").out
    assert "2 edits were sent as suggestions." in viewer("status").out
    assert "No edits wait to be sent" in viewer("status").out
    told = viewer("suggestions", "--json").json()
    assert viewer("suggestion", "accept", told[0]["id"]).code == 2

    ada("sync")
    assert ada("status", "--json").json()["suggestions"] == 2
    first, second = ada("suggestions", "--json").json()
    assert (first["ref"], first["state"], {each["field"] for each in first["fields"]}) == ("partners/norec", "open", {"phone", "city"})
    assert "→ +47 5" in ada("suggestions").out
    accepted = ada("suggestion", "accept", "norec", "city", "--json").json()
    assert (accepted["state"], accepted["taken"]) == ("accepted", ["city"])
    carried_out, decision = ada("pending", "--json").json()
    assert carried_out["suggested_by"] == first["author"]
    assert (decision["ref"], decision["suggestion"], decision["change"]) == ("partners/norec", first["id"], "accepted")
    assert [(each["field"], each["new"]) for each in decision["fields"]] == [("city", "Oslo")]
    assert ada("suggestion", "decline", second["id"]).code == 2
    assert ada("suggestion", "decline", second["id"], "--reason", "That is the fax.").code == 0
    assert ada("suggestions", "--json").json() == []
    assert ada("find", "is:suggested").code == 1
    assert "2 decisions were sent." in ada("sync").out

    told = viewer("sync").out
    assert "1 suggestion of yours was accepted. 1 suggestion of yours was declined" in told
    states = {each["ref"]: (each["state"], each["reason"]) for each in viewer("pending", "--json").json()}
    assert states == {"partners/norec": ("declined", "Only city was accepted."), second["ref"]: ("declined", "That is the fax.")}
    assert "It was not accepted. That is the fax." in viewer("pending").out
    assert "  Only city was accepted." in viewer("pending").out.splitlines()
    assert shown(viewer)["city"] == "Oslo"
    assert viewer("undo").code == viewer("undo").code == 0
    assert viewer("pending", "--json").json() == []
    assert shown(viewer) == shown(ada)
    outcome = {each["ref"]: each["state"] for each in viewer("suggestions", "--decided", "--json").json()}
    assert outcome == {"partners/norec": "accepted", second["ref"]: "declined"}

    viewer("edit", "norec", "phone=+47 6")
    viewer("sync")
    bo("sync")
    assert bo("find", "is:suggested", "--json").json()["results"][0]["ref"] == "partners/norec"
    assert bo("suggestion", "accept", "norec").code == 0
    bo("sync")
    assert "1 suggestion of yours was accepted." in viewer("sync").out
    assert (viewer("pending", "--json").json(), shown(viewer)["phone"]) == ([], "+47 6")
    for person in (ada, bo, viewer):
        assert person("doctor").code == 0


def test_a_note_becomes_a_suggestion_and_one_is_taken_back(people: tuple[Person, Person], viewer: Person) -> None:
    ada, _bo = people
    viewer("note", "norec", "They have moved to Oslo.")
    assert viewer("suggestion", "note", "norec", "--json").json()["text"] == "They have moved to Oslo."
    made = viewer("suggestion", "note", "norec", "Ask", "them.", "--json").json()
    viewer("sync")
    ada("sync")
    assert {each["text"] for each in ada("suggestions", "--json").json()} == {"They have moved to Oslo.", "Ask them."}
    assert viewer("suggestion", "withdraw", made["id"]).code == 0
    viewer("sync")
    ada("sync")
    (left,) = ada("suggestions", "--json").json()
    assert ada("suggestion", "accept", left["id"][:20]).code == 0
    ada("sync")
    viewer("sync")
    assert [each["state"] for each in viewer("suggestions", "--decided", "--json").json()] == ["accepted"]
    assert viewer("suggestion", "withdraw", left["id"]).code == 1
