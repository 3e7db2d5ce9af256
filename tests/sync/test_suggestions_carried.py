"""The suggestions are carried as the kinds are, and are no part of the directory; a catalogue without them syncs as before."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica

from ssc_tui.catalogue.kinds import KINDS, SUGGESTIONS
from ssc_tui.store import reader
from ssc_tui.store.connection import connect
from ssc_tui.store.standing import Standing, reached, standing
from ssc_tui.store.whole import every_document

SAID = {
    "id": "s1",
    "document": "suggestion",
    "ref": "partners/norec",
    "change": "edit",
    "fields": {},
    "author": "bo",
    "at": "",
    "state": "open",
}


@pytest.fixture
def fake() -> FakeKinto:
    server = FakeKinto()
    server.put("partners", {"id": "norec", "name": "Norec"})
    server.put(SUGGESTIONS, SAID)
    return server


@pytest.fixture
def replica(tmp_path: Path, fake: FakeKinto) -> Replica:
    return Replica(tmp_path / "home", fake)


def kept(replica: Replica) -> dict[str, Any]:
    with closing(connect(replica.home.database)) as copy:
        return dict(copy.execute("SELECT id, document FROM record WHERE kind = ? AND NOT deleted", (SUGGESTIONS,)).fetchall())


def known(replica: Replica) -> Standing:
    with closing(connect(replica.home.database)) as copy:
        return standing(copy)


def test_they_are_kept_and_no_part_of_the_directory(replica: Replica, fake: FakeKinto) -> None:
    report = replica.sync()
    assert (report.outcome, tuple(report.applied)) == ("ok", (1, 0, 0))
    assert '"document":"suggestion"' in kept(replica)["s1"]
    assert [change.ref for change in replica.log()] == ["partners/norec"]
    assert replica.unsound() == []
    with closing(connect(replica.home.database)) as copy:
        assert reader.totals(copy) == dict.fromkeys(KINDS, 0) | {"partners": 1}
        assert [row for row in copy.execute("SELECT kind, id FROM shown")] == [("partners", "norec")]
        assert sum(map(len, every_document(copy).values())) == 1
    fake.put(SUGGESTIONS, SAID | {"state": "accepted"})
    assert not any(replica.sync().applied)
    assert '"accepted"' in kept(replica)["s1"]
    fake.delete(SUGGESTIONS, "s1")
    assert (replica.sync().outcome, kept(replica), replica.unsound()) == ("ok", {}, [])
    assert replica.sync().requests == 1


def test_what_makes_no_sense_is_put_aside(replica: Replica, fake: FakeKinto) -> None:
    fake.put(SUGGESTIONS, {"id": "poison", "number": 2**60})
    assert replica.sync().quarantined == 1
    assert list(kept(replica)) == ["s1"]


def test_a_restored_server_and_a_full_sync(replica: Replica, fake: FakeKinto) -> None:
    backup = fake.backup()
    fake.put(SUGGESTIONS, SAID | {"id": "s2"})
    replica.sync()
    assert set(kept(replica)) == {"s1", "s2"}
    fake.restore(backup, "another epoch")
    assert replica.sync().outcome == "ok"
    assert set(kept(replica)) == {"s1"}
    fake.purge()
    fake.shelves[SUGGESTIONS].rows.clear()
    assert replica.sync(full=True).outcome == "ok"
    assert kept(replica) == {}


def test_the_number_is_compared_too(replica: Replica, fake: FakeKinto) -> None:
    replica.sync()
    fake.put(SUGGESTIONS, SAID | {"id": "late", "last_modified": 5})
    replica.count_soon()
    assert replica.sync().outcome == "ok"
    assert set(kept(replica)) == {"s1", "late"}


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("missing", ["not there", "forbidden"])
def test_a_catalogue_without_them_syncs_as_before(tmp_path: Path, missing: str, signed_in: bool) -> None:
    server = FakeKinto(KINDS if missing == "not there" else (*KINDS, SUGGESTIONS))
    server.quirks.forbidden = {SUGGESTIONS} if missing == "forbidden" and signed_in else set()
    server.put("partners", {"id": "norec", "name": "Norec"})
    replica = Replica(tmp_path / "home", server)
    if signed_in:
        replica.sign_in("admin", "admin")
    report = replica.sync()
    assert (report.outcome, report.exit_code, tuple(report.applied)) == ("ok", 0, (1, 0, 0))
    again = replica.sync()
    assert (again.outcome, again.requests, again.words) == ("ok", 1, "Nothing had changed.")
    with closing(connect(replica.home.database)) as copy:
        assert reached(copy, SUGGESTIONS).forbidden is (
            {"not there": False, "forbidden": True}[missing] if signed_in or missing == "not there" else None
        )
    assert known(replica).others == []


def test_whether_one_may_decide_is_learned_with_the_first_question(tmp_path: Path, fake: FakeKinto) -> None:
    fake.accounts["vera"] = "vera"
    fake.viewers.add("vera")
    for user, editor in (("admin", True), ("vera", False)):
        replica = Replica(tmp_path / user, fake)
        replica.sign_in(user, user)
        assert replica.sync().outcome == "ok"
        assert known(replica).editor is editor
    without = Replica(tmp_path / "without", FakeKinto(KINDS))
    without.sign_in("admin", "admin")
    without.sync()
    assert known(without).editor is None
