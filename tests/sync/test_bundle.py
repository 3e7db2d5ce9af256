"""Bundles between homes: what they carry, how far they are believed, and that a sync goes on from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica, live
from tests.sync.bundling import assembled, befriend, edit, fresh, hand, lines_in, parts, read, signer_of, state, with_lines, write

from ssc_tui.errors import Incompatible, Refused, UsageError
from ssc_tui.store import edits
from ssc_tui.store.conflicts import MINE, conflicts
from ssc_tui.store.connection import connect
from ssc_tui.sync.bundle_write import Written
from ssc_tui.sync.pull import OVERLAP

PARTNERS = [{"id": name, "name": name.upper(), "phone": "1", "unknown": {"deep": [1]}} for name in ("aku", "kch", "norec", "zomba")]


@pytest.fixture
def server() -> FakeKinto:
    made = FakeKinto()
    for partner in PARTNERS:
        made.put("partners", partner)
    made.put("areas", {"id": "health", "name": "Health"})
    made.delete("partners", "zomba")
    return made


@pytest.fixture
def a(tmp_path: Path, server: FakeKinto) -> Replica:
    made = Replica(tmp_path / "a", server)
    made.sign_in("admin", "admin")
    assert made.sync().outcome == "ok"
    return made


@pytest.fixture
def b(tmp_path: Path, server: FakeKinto, a: Replica) -> Replica:
    """A home that never met the server and holds another seed."""
    made = Replica(tmp_path / "b", server, {"partners": [{"id": "old", "name": "Old"}]})
    befriend(a, made)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stick" / "carried.sscb"


@pytest.fixture(autouse=True)
def _stick(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()


@contextmanager
def left_alone(replica: Replica) -> Iterator[None]:
    """Nothing of what the home holds changes meanwhile."""
    before = replica.dump()
    yield
    assert replica.dump() == before


def pending(replica: Replica) -> list[str]:
    with connect(replica.home.database) as copy:
        return [each.edit.id for each in edits.pending(copy)]


def test_a_whole_bundle_is_a_first_sync_and_the_next_one_goes_on_from_there(server: FakeKinto, a: Replica, b: Replica, file: Path) -> None:
    made = write(a, file)
    assert made.manifest.whole
    assert (made.manifest.records, made.manifest.collections["partners"].tombstones) == (4, 1)
    found = read(b, file)
    assert (found.applied.new, found.applied.removed, found.exit_code) == (4, 1, 0)
    assert b.held() == a.held() == live(server)
    assert state(b) == state(a)
    assert b.unsound() == []
    b.sign_in("admin", "admin")
    server.put("partners", PARTNERS[0] | {"phone": "2"})
    number = len(server.requests)
    report = b.sync()
    assert (report.outcome, report.applied) == ("ok", (0, 1, 0))
    assert b.held() == live(server)
    # It asked for what came after the bundle, and for nothing before.
    asked = b"".join(request.read() for request in server.requests[number:]).decode()
    assert f"_since={a.cursors()['partners'] - OVERLAP}" in asked


def test_a_catalogue_without_suggestions_is_carried_whole_all_the_same(server: FakeKinto, b: Replica, file: Path, tmp_path: Path) -> None:
    server.quirks.forbidden = {"suggestions"}
    other = Replica(tmp_path / "other", server)
    other.sign_in("admin", "admin")
    assert other.sync().outcome == "ok"
    befriend(other, b)
    assert write(other, file).manifest.whole
    read(b, file)
    assert b.held() == live(server)
    server.quirks.forbidden = set()
    b.sign_in("admin", "admin")
    assert b.sync().outcome == "ok"
    assert b.cursors()["partners"] == other.cursors()["partners"]


def test_what_a_bundle_changed_is_in_the_log(server: FakeKinto, a: Replica, b: Replica, file: Path) -> None:
    hand(a, b, file)
    server.put("partners", PARTNERS[0] | {"phone": "2"})
    server.delete("partners", "kch")
    a.sync()
    hand(a, b, file)
    logged = {(each.record_id, each.change, tuple((field.field, field.new) for field in each.fields)) for each in b.log()}
    assert {("aku", "changed", (("phone", "2"),)), ("kch", "removed", ())} <= logged


def test_reading_twice_does_nothing(a: Replica, b: Replica, file: Path) -> None:
    edit(a, "norec", phone="2")
    write(a, file)
    read(b, file)
    with left_alone(b):
        assert read(b, file).words == "Everything in this bundle is here already."


def test_what_came_with_the_program_and_is_the_same_is_not_said_to_change(
    server: FakeKinto, a: Replica, file: Path, tmp_path: Path
) -> None:
    one, other = PARTNERS[:2]
    seeded = Replica(tmp_path / "seeded", server, {"partners": [one, other | {"city": "Elsewhere"}]})
    befriend(a, seeded)
    write(a, file)
    dry, done = read(seeded, file, dry_run=True), read(seeded, file)
    assert dry.applied == done.applied
    assert (done.applied.changed, "1 changed" in done.words) == (1, True)
    assert seeded.held() == live(server)


def test_what_the_giver_had_not_read_to_its_end_is_read_later_and_the_rest_is_had(tmp_path: Path, server: FakeKinto, file: Path) -> None:
    server.put("areas", {"id": "health", "name": "Health"})
    server.quirks.forbidden = {"partners"}
    a, b = Replica(tmp_path / "gave", server), Replica(tmp_path / "took", server)
    befriend(a, b)
    a.sync()
    assert not write(a, file).manifest.whole
    read(b, file)
    with left_alone(b):
        assert read(b, file).words == "Everything in this bundle is here already."
    assert b.held() == a.held()
    assert b.unsound() == []
    server.quirks.forbidden = set()
    assert b.sync().outcome == "ok"
    assert b.held() == live(server)


def test_a_dry_run_says_the_same_and_changes_nothing(a: Replica, b: Replica, file: Path) -> None:
    edit(a, "norec", phone="2")
    write(a, file)
    with left_alone(b):
        told = read(b, file, dry_run=True)
    done = read(b, file)
    assert (told.applied, told.news) == (done.applied, done.news)


def test_what_changed_since_a_moment_moves_only_who_has_what_was_before(
    server: FakeKinto, a: Replica, b: Replica, file: Path, tmp_path: Path
) -> None:
    write(a, file)
    read(b, file)
    since = datetime.fromtimestamp((a.cursors()["partners"] + 1) / 1000, UTC)
    server.put("partners", PARTNERS[0] | {"phone": "2"})
    assert a.sync().outcome == "ok"
    part = write(a, file, since=datetime.fromtimestamp(a.cursors()["areas"] / 1000 - 1, UTC))
    assert not part.manifest.whole
    assert read(b, file).applied == (0, 1, 0)
    assert b.cursors() == a.cursors()
    # A home that lacks what was before takes the records, and reads everything at its next sync.
    late = Replica(tmp_path / "late", server)
    befriend(a, late)
    write(a, file, since=since)
    assert read(late, file).applied == (1, 0, 0)
    assert set(late.cursors().values()) == {0}
    assert late.sync().outcome == "ok"
    assert late.held() == live(server)


def test_an_edit_that_two_take_to_it_is_taken_once(server: FakeKinto, a: Replica, b: Replica, file: Path, tmp_path: Path) -> None:
    write(a, file)
    read(b, file)
    edit(b, "norec", phone="2")
    coordinators = [a, fresh(a, tmp_path / "c")]
    befriend(b, *coordinators)
    for each in coordinators:
        each.sign_in("admin", "admin")
        assert hand(b, each, file).news.edits == 1
    assert [each.sync().sent for each in coordinators] == [1, 0]
    stamp = server.live("partners")["norec"]["last_modified"]
    assert server.live("partners")["norec"]["phone"] == "2"
    # Nor is it sent again when its bundle is read once more, or comes back to whoever wrote it.
    for each in coordinators:
        with pytest.raises(Refused, match="older than what is here"):
            hand(b, each, file)
        assert each.sync().sent == 0
    hand(coordinators[1], b, file)
    assert pending(b) == pending(a) == []
    assert server.live("partners")["norec"]["last_modified"] == stamp


def test_what_the_catalogue_took_is_not_done_again_over_what_came_after(server: FakeKinto, a: Replica, b: Replica, file: Path) -> None:
    write(a, file)
    read(b, file)
    edit(b, "norec", phone="2")
    hand(b, a, file)
    assert a.sync().sent == 1
    server.put("partners", PARTNERS[2] | {"phone": "3"})
    server.delete("partners", "kch")
    assert a.sync().outcome == "ok"
    with pytest.raises(Refused, match="older than what is here"):
        hand(b, a, file)
    assert (pending(a), a.document("partners", "norec")["phone"]) == ([], "3")
    hand(a, b, file)
    assert (pending(b), b.document("partners", "norec")["phone"]) == ([], "3")
    with connect(b.home.database) as copy:
        assert conflicts(copy) == []
    assert state(a) == state(b)


def test_two_homes_without_a_server_agree_on_a_conflict_and_its_end(tmp_path: Path, file: Path, server: FakeKinto) -> None:
    homes = [Replica(tmp_path / name, server, {"partners": PARTNERS}) for name in "xy"]
    befriend(*homes)
    x, y = homes
    edit(x, "norec", phone="2", city="Oslo")
    edit(y, "norec", phone="3", email="post@norec.no")
    hand(x, y, file)
    hand(y, x, file)
    hand(x, y, file)
    assert state(x) == state(y)
    shown = x.document("partners", "norec")
    assert (shown["phone"], shown["city"], shown["email"]) == ("2", "Oslo", "post@norec.no")
    with connect(y.home.database) as copy:
        (conflict,) = conflicts(copy)
    assert (conflict.mine, conflict.theirs, conflict.author) == ("3", "2", "y")
    edits.settle(y.home.database, conflict, MINE, "y")
    assert hand(y, x, file).exit_code == 0
    hand(x, y, file)
    assert state(x) == state(y)
    assert x.document("partners", "norec")["phone"] == "3"


def test_without_edits_nothing_rides_and_everything_can_be_taken_back(a: Replica, b: Replica, file: Path) -> None:
    edit(a, "norec", phone="2")
    assert write(a, file, with_edits=False).manifest.edits is None
    assert read(b, file).news == (0, 0, 0)
    assert len(edits.undo(a.home.database)) == 1


def test_an_older_bundle_is_refused_unless_it_brings_edits(server: FakeKinto, a: Replica, b: Replica, file: Path, tmp_path: Path) -> None:
    write(a, file)
    read(b, file)
    old = fresh(b, tmp_path / "old")
    befriend(a, b, old)
    server.put("partners", PARTNERS[0] | {"phone": "2"})
    a.sync()
    hand(a, b, file)
    write(old, file)
    with left_alone(b), pytest.raises(Refused, match="older than what is here"):
        read(b, file)
    edit(old, "norec", phone="5")
    assert hand(old, b, file).news.edits == 1
    assert (b.document("partners", "aku")["phone"], b.document("partners", "norec")["phone"]) == ("2", "5")
    assert b.cursors() == a.cursors()


def test_another_catalogue_is_refused(server: FakeKinto, a: Replica, b: Replica, file: Path) -> None:
    assert server.metadata
    server.metadata["dataset"] = "somewhere else"
    assert a.sync(join=True).outcome == "ok"
    write(a, file)
    with left_alone(b), pytest.raises(Incompatible, match="another catalogue, somewhere else"):
        read(b, file)


def restored(server: FakeKinto, a: Replica) -> None:
    """The server's data are restored from a backup, and a home reads them."""
    assert server.metadata
    server.restore({kind: shelf for kind, shelf in server.backup().items()}, "another epoch")
    server.put("partners", {"id": "new", "name": "New"})
    assert a.sync().outcome == "ok"


def test_a_later_state_of_the_catalogue_takes_the_place_of_the_one_that_is_here_as_a_whole_alone(
    server: FakeKinto, a: Replica, b: Replica, file: Path, tmp_path: Path
) -> None:
    write(a, file)
    read(b, file)
    old = fresh(b, tmp_path / "old")
    befriend(a, b, old)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        restored(server, a)
        server.delete("partners", "aku")
        assert a.sync().outcome == "ok"
        write(a, file, since=datetime.now(UTC) - timedelta(days=9))
        with left_alone(b), pytest.raises(Refused, match="only a whole bundle"):
            read(b, file)
        hand(a, b, file)
        assert b.held() == a.held() == live(server)
        assert state(b) == state(a)
        # What is of the state before is left alone, but for its edits.
        write(old, file)
        with left_alone(b), pytest.raises(Refused, match="earlier state"):
            read(b, file)
        edit(old, "kch", phone="7")
        assert hand(old, b, file).applied == (0, 0, 0)
        assert b.held() == live(server)
        assert b.document("partners", "kch")["phone"] == "7"


def test_a_bundle_that_is_newer_than_the_server_is_sorted_out_by_the_next_sync(
    server: FakeKinto, a: Replica, b: Replica, file: Path
) -> None:
    backup = server.backup()
    server.put("partners", {"id": "lost", "name": "Lost"})
    a.sync()
    hand(a, b, file)
    # Without a sign of it: the epoch stays.
    assert server.metadata
    server.restore(backup, server.metadata["epoch"])
    b.sign_in("admin", "admin")
    b.count_soon()
    assert b.sync(accept_removals=True).outcome == "ok"
    assert b.held() == live(server)


def test_a_bundle_that_would_take_much_away_needs_a_word(server: FakeKinto, a: Replica, file: Path, tmp_path: Path) -> None:
    many = Replica(tmp_path / "many", server, {"partners": [{"id": f"p{number}", "name": "P"} for number in range(50)]})
    befriend(a, many)
    write(a, file)
    with left_alone(many), pytest.raises(Refused, match="50 of 50 partners") as refused:
        read(many, file)
    assert refused.value.wish == "accept_removals"
    read(many, file, accept_removals=True)
    assert many.held() == live(server)


def test_what_cannot_be_kept_goes_into_quarantine_and_the_rest_comes(a: Replica, b: Replica, file: Path) -> None:
    write(a, file)
    members = parts(file)
    first, *others = lines_in(members["partners.ndjson.zst"])
    odd = json.dumps(json.loads(first) | {"founded": 2**60})
    file.write_bytes(assembled(with_lines(members, "partners", [odd, *others], signer_of(a))))
    assert read(b, file).quarantined == 1
    assert [each.id for each in b.quarantined()] == ["aku"]
    assert len(b.held()["partners"]) == 2


def test_what_is_there_and_no_bundle_is_not_written_over(a: Replica, file: Path) -> None:
    file.write_text("My notes")
    with pytest.raises(UsageError, match="is no bundle"):
        write(a, file)
    assert file.read_text() == "My notes"
    made: Written = write(a, file.parent)
    assert made.file.name == f"made-up-{datetime.now():%Y-%m-%d}.sscb"
    assert write(a, made.file).size == made.size
    assert sorted(each.name for each in file.parent.iterdir()) == ["carried.sscb", made.file.name]
