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
