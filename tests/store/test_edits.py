"""What a person saves: kept apart from the catalogue's documents, shown at once, taken back, and settled where others wrote too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Make
from tests.faults.disk import locked

from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED
from ssc_tui.catalogue.query import parse
from ssc_tui.errors import Busy, NotFound, ReadOnly
from ssc_tui.store import edits, overlay, reader, states
from ssc_tui.store.conflicts import ANEW, MINE, THEIRS, conflicts
from ssc_tui.store.doctor import examine
from ssc_tui.store.edits import Unfit, Wish
from ssc_tui.store.journal import quarantine
from ssc_tui.store.search import search
from ssc_tui.store.shadow import Applied, Delivered, Moment, Rejected, apply_page, keep
from ssc_tui.store.standing import Reached

NOREC = {"id": "norec", "name": "Norec", "phone": "1", "city": "Førde", "languages": ["no"]}
NOON = Moment(1, "2026-11-22T12:00:00.000+00:00")


@pytest.fixture
def copy(make: Make) -> Iterator[sqlite3.Connection]:
    opened = make(("partners", NOREC), ("areas", {"id": "health", "name": "Health"}))
    yield opened
    assert [finding.words for finding in examine(opened) if not finding.ok and finding.name != "links"] == []


@pytest.fixture
def path(copy: sqlite3.Connection, path_of: Callable[[sqlite3.Connection], Path]) -> Path:
    return path_of(copy)


def shown(copy: sqlite3.Connection, record_id: str = "norec") -> dict[str, Any]:
    found = dict(reader.document(copy, "partners", record_id))
    found.pop("last_modified", None)
    return found


def edit(path: Path, copy: sqlite3.Connection, **fields: Any) -> None:
    old = shown(copy)
    assert edits.change(path, "partners", "norec", old, old | fields, "ada")


def receive(copy: sqlite3.Connection, stamp: int, document: dict[str, Any] | None, record_id: str = "norec") -> Applied:
    return apply_page(copy, [Delivered(record_id, stamp, document)], [], Reached("partners", stamp), NOON)


def titles(copy: sqlite3.Connection, words: str) -> list[str]:
    return [row.title for row in reader.rows(copy, search(copy, parse(words)).places(copy, limit=9))]


def test_an_edit_is_shown_found_and_kept_apart(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, name="Norwegian Agency", phone=None)
    assert shown(copy) == {"id": "norec", "name": "Norwegian Agency", "city": "Førde", "languages": ["no"]}
    assert titles(copy, "agency") == ["Norwegian Agency"]
    assert json.loads(copy.execute("SELECT document FROM record WHERE id = 'norec'").fetchone()[0]) == NOREC
    (waiting,) = edits.pending(copy)
    assert (waiting.edit.change, waiting.edit.base, waiting.edit.new, waiting.edit.author) == (
        CHANGED, {"name": "Norec", "phone": "1"}, {"name": "Norwegian Agency"}, "ada",
    )  # fmt: skip
    assert (waiting.title, waiting.state, waiting.reason) == ("Norwegian Agency", states.WAITING, "")


def test_what_changes_nothing_is_not_saved(copy: sqlite3.Connection, path: Path) -> None:
    assert edits.change(path, "partners", "norec", NOREC, {**NOREC, "website": None}, "") is None
    assert edits.pending(copy) == []


def test_a_new_record_and_one_taken_away(copy: sqlite3.Connection, path: Path) -> None:
    made = edits.create(path, "partners", {"name": "Kamuzu", "country": "MW"}, "")
    assert (made.change, shown(copy, made.record_id)) == (NEW, {"id": made.record_id, "name": "Kamuzu", "country": "MW"})
    assert reader.totals(copy)["partners"] == 2
    assert edits.remove(path, "partners", "norec", "").change == REMOVED
    assert reader.totals(copy)["partners"] == 1
    assert titles(copy, "norec") == []
    with pytest.raises(NotFound):
        edits.remove(path, "partners", "norec", "")


def test_saves_are_taken_back_one_by_one_the_last_first(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    edit(path, copy, phone="3")
    edits.remove(path, "partners", "norec", "")
    assert [each.edit.change for each in (*edits.undo(path), *edits.undo(path))] == [REMOVED, CHANGED]
    assert shown(copy)["phone"] == "2"
    assert edits.undo(path)
    assert shown(copy) == NOREC
    assert edits.undo(path) == []
    assert copy.execute("SELECT count(*) FROM edited").fetchone() == (0,)


def test_what_is_saved_in_one_step_is_taken_back_in_one(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    wishes = [
        Wish("partners", "norec", shown(copy), shown(copy) | {"phone": "3"}),
        Wish("partners", "", {}, {"name": "Kamuzu"}),
        Wish("areas", "health", {"id": "health", "name": "Health"}, {"id": "health", "name": "Health"}),
    ]
    assert [each.change for each in edits.save_together(path, wishes, "ada")] == [CHANGED, NEW]
    assert (shown(copy)["phone"], titles(copy, "kamuzu")) == ("3", ["Kamuzu"])
    copy.execute("UPDATE pending_edit SET state = ? WHERE change = ?", (states.IN_FLIGHT, NEW))
    assert [each.edit.change for each in edits.undo(path)] == [CHANGED]
    edits.save_together(path, [wishes[0]._replace(old=shown(copy)), wishes[1]], "ada")
    assert [each.edit.change for each in edits.undo(path)] == [NEW, CHANGED]
    assert (shown(copy)["phone"], titles(copy, "kamuzu")) == ("2", ["Kamuzu"])
    assert [each.edit.change for each in edits.undo(path)] == [CHANGED]
    assert edits.undo(path) == []


def test_of_several_that_are_saved_in_one_step_none_is_where_one_cannot_be(copy: sqlite3.Connection, path: Path) -> None:
    wishes = [Wish("partners", "", {}, {"name": "Kamuzu"}), Wish("partners", "", {}, {"name": "N", "founded": "x"})]
    with pytest.raises(Unfit) as refused:
        edits.save_together(path, wishes, "")
    assert (refused.value.number, refused.value.problems) == (1, ("founded: must be a year of four digits",))
    assert edits.pending(copy) == []


def test_what_is_being_sent_is_not_taken_back(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    copy.execute("UPDATE pending_edit SET state = ?", (states.IN_FLIGHT,))
    assert edits.undo(path) == []
    assert shown(copy)["phone"] == "2"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"founded": 12}, "founded: must be a year of four digits"),
        ({"kind": "99"}, "kind: 99 is no code of it"),
        ({"phone": "a\x00b"}, "phone: holds characters"),
        ({"phone": "a\ud800"}, "phone: holds characters"),
        ({"description": "x" * 1_000_000}, "description: is too long; a record holds 256 kB"),
        ({"name": None}, "name: is required"),
        ({"brings": [{"topic": "no id"}]}, "brings[0].id: is required"),
    ],
)
def test_what_is_no_partner_is_refused_at_its_field(copy: sqlite3.Connection, path: Path, fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unfit) as refused:
        edits.change(path, "partners", "norec", NOREC, NOREC | fields, "")
    assert refused.value.problems[0].startswith(sentence)
    assert edits.pending(copy) == []


def test_what_was_odd_before_hinders_no_other_field(make: Make, path_of: Callable[[sqlite3.Connection], Path]) -> None:
    odd = NOREC | {"founded": "long ago", "kind": "x9"}
    copy = make(("partners", odd))
    assert edits.change(path_of(copy), "partners", "norec", odd, odd | {"phone": "2"}, "")


def test_of_what_came_too_large_something_can_be_taken_out(make: Make, path_of: Callable[[sqlite3.Connection], Path]) -> None:
    large = NOREC | {"description": "x" * 300_000}
    copy = make(("partners", large))
    assert edits.change(path_of(copy), "partners", "norec", large, large | {"phone": None}, "")


def test_others_change_another_field(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2", languages=["no", "en"])
    assert receive(copy, 10, NOREC | {"city": "Oslo", "languages": ["no", "fr"]}) == Applied(changed=1)
    assert shown(copy) == NOREC | {"phone": "2", "city": "Oslo", "languages": ["no", "fr", "en"]}
    assert conflicts(copy) == []


def test_others_change_the_same_field(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2", city="Oslo")
    receive(copy, 10, NOREC | {"phone": "9"})
    assert shown(copy) == NOREC | {"phone": "9", "city": "Oslo"}
    (found,) = conflicts(copy)
    assert (found.ref, found.title, found.field, found.base, found.mine, found.theirs, found.author) == (
        "partners/norec", "Norec", "phone", "1", "2", "9", "ada",
    )  # fmt: skip
    receive(copy, 11, NOREC | {"phone": "8"})
    assert [each.theirs for each in conflicts(copy)] == ["8"]
    # They came to write the same.
    receive(copy, 12, NOREC | {"phone": "2"})
    assert conflicts(copy) == []


@pytest.mark.parametrize(("how", "value", "phone"), [(MINE, None, "2"), (THEIRS, None, "9"), (ANEW, "7", "7"), (ANEW, None, None)])
def test_a_conflict_is_settled_and_both_values_stay_readable(
    copy: sqlite3.Connection, path: Path, how: str, value: str | None, phone: str | None
) -> None:
    edit(path, copy, phone="2")
    receive(copy, 10, NOREC | {"phone": "9"})
    (found,) = conflicts(copy)
    edits.settle(path, found, how, "bo", value)
    assert shown(copy).get("phone") == phone
    assert conflicts(copy) == []
    assert [(each.settled, each.mine, each.theirs) for each in conflicts(copy, settled=True)] == [(how, "2", "9")]
    with pytest.raises(NotFound):
        edits.settle(path, found, MINE, "bo")
    # What else comes from the catalogue does not open it again.
    receive(copy, 11, NOREC | {"phone": "9", "city": "Oslo"})
    assert conflicts(copy) == []
    assert (shown(copy).get("phone"), shown(copy)["city"]) == (phone, "Oslo")


def test_taking_a_decision_back_opens_the_conflict_again(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    receive(copy, 10, NOREC | {"phone": "9"})
    edits.settle(path, conflicts(copy)[0], MINE, "")
    assert edits.undo(path)
    assert (shown(copy)["phone"], [each.mine for each in conflicts(copy)]) == ("9", ["2"])
    assert edits.undo(path)
    assert (conflicts(copy), conflicts(copy, settled=True)) == ([], [])


def test_whoever_writes_to_the_field_again_has_decided(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    receive(copy, 10, NOREC | {"phone": "9"})
    edit(path, copy, city="Oslo")
    assert len(conflicts(copy)) == 1
    edit(path, copy, phone="3")
    assert conflicts(copy) == []
    assert [each.settled for each in conflicts(copy, settled=True)] == [ANEW]


def test_edited_here_and_taken_away_there(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    receive(copy, 10, None)
    with pytest.raises(NotFound):
        shown(copy)
    (found,) = conflicts(copy)
    assert (found.field, found.mine, found.theirs) == ("", NOREC | {"phone": "2"}, None)
    edits.settle(path, found, MINE, "")
    assert shown(copy) == NOREC | {"phone": "2"}
    assert edits.undo(path)
    edits.settle(path, conflicts(copy)[0], THEIRS, "")
    with pytest.raises(NotFound):
        shown(copy)
    assert conflicts(copy) == []


def test_taken_away_here_and_edited_there(copy: sqlite3.Connection, path: Path) -> None:
    edits.remove(path, "partners", "norec", "")
    receive(copy, 10, NOREC | {"phone": "9"})
    assert shown(copy) == NOREC | {"phone": "9"}
    (found,) = conflicts(copy)
    assert (found.field, found.mine) == ("", None)
    edits.settle(path, found, MINE, "")
    with pytest.raises(NotFound):
        shown(copy)


def test_nothing_is_saved_by_half(copy: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("ssc_tui.store.projections.apply", fails)
    with pytest.raises(Exception, match="Nothing was saved: disk I/O error"):
        edit(path, copy, phone="2")
    assert (shown(copy), edits.pending(copy)) == (NOREC, [])


def test_another_program_writes(copy: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 64."""
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.1)
    with locked(path), pytest.raises(Busy, match="nothing was saved"):
        edit(path, copy, phone="2")


def test_a_copy_for_reading_alone(copy: sqlite3.Connection, path: Path) -> None:
    """Fault 66."""
    path.chmod(0o400)
    with pytest.raises(ReadOnly, match="nothing was saved"):
        edit(path, copy, phone="2")
    path.chmod(0o600)


def test_what_is_shown_follows_from_documents_and_edits(copy: sqlite3.Connection, path: Path) -> None:
    edit(path, copy, phone="2")
    before = copy.execute("SELECT * FROM edited").fetchall()
    copy.execute("UPDATE edited SET document = '{}'")
    found = {finding.name: finding for finding in examine(copy)}["edits"]
    assert (found.ok, found.words) == (False, "What is shown of edited records is not what the edits give: partners/norec.")
    overlay.lay(copy)
    assert copy.execute("SELECT * FROM edited").fetchall() == before


def test_what_others_took_away_while_it_was_open_is_kept_whole(copy: sqlite3.Connection, path: Path) -> None:
    old = shown(copy)
    receive(copy, 10, None)
    edits.change(path, "partners", "norec", old, old | {"phone": "2"}, "")
    (found,) = conflicts(copy)
    assert found.mine == NOREC | {"phone": "2"}
    edits.settle(path, found, MINE, "")
    assert shown(copy) == NOREC | {"phone": "2"}


@pytest.mark.parametrize("how", [THEIRS, ANEW])
def test_what_was_decided_stays_so_where_others_take_theirs_back(copy: sqlite3.Connection, path: Path, how: str) -> None:
    edit(path, copy, phone="2", city="Oslo")
    receive(copy, 10, NOREC | {"phone": "9"})
    edits.settle(path, conflicts(copy)[0], how, "", "7")
    receive(copy, 11, NOREC)
    assert shown(copy)["city"] == "Oslo"
    if how == THEIRS:
        assert shown(copy)["phone"] == "1"
    else:
        assert [(each.mine, each.theirs) for each in conflicts(copy)] == [("7", "1")]


def test_a_record_that_was_to_go_and_was_kept_stays(copy: sqlite3.Connection, path: Path) -> None:
    edits.remove(path, "partners", "norec", "")
    receive(copy, 10, NOREC | {"phone": "9"})
    edits.settle(path, conflicts(copy)[0], THEIRS, "")
    receive(copy, 11, NOREC)
    assert shown(copy) == NOREC


def test_an_item_of_a_field_in_conflict_that_others_took_out_comes_back_with_mine(
    make: Make, path_of: Callable[[sqlite3.Connection], Path]
) -> None:
    held = NOREC | {"brings": [{"id": "c1", "topic": "solar"}, {"id": "c2", "topic": "seed"}]}
    copy = make(("partners", held))
    path = path_of(copy)
    edits.change(path, "partners", "norec", held, NOREC | {"brings": [{"id": "c1", "topic": "wind"}, {"id": "c2", "topic": "seed"}]}, "")
    receive(copy, 10, NOREC | {"brings": [{"id": "c1", "topic": "water"}, {"id": "c2", "topic": "seed"}]})
    # The catalogue took what else there was, and the conflict alone is left.
    copy.execute("DELETE FROM pending_edit")
    receive(copy, 11, NOREC | {"brings": [{"id": "c2", "topic": "seed"}]})
    (found,) = conflicts(copy)
    assert (found.field, found.theirs) == ("brings[c1].topic", None)
    edits.settle(path, found, MINE, "")
    assert shown(copy)["brings"] == [{"id": "c2", "topic": "seed"}, {"id": "c1", "topic": "wind"}]


def test_what_came_by_the_way_mends_what_could_not_be_taken(copy: sqlite3.Connection) -> None:
    state = Reached("partners", 10)
    apply_page(copy, [], [Rejected("norec", 10, "{}", "odd")], state, NOON)
    keep(copy, "partners", [Delivered("norec", 11, NOREC | {"phone": "2"})], NOON)
    assert quarantine(copy) == []


def test_a_record_that_stays_gone_takes_every_edit_with_it_that_led_to_the_conflict(copy: sqlite3.Connection, path: Path) -> None:
    receive(copy, 1, NOREC)
    edit(path, copy, phone="2")
    edit(path, copy, phone="3", city="Oslo")
    receive(copy, 2, None)
    (conflict,) = conflicts(copy)
    assert (conflict.mine["phone"], conflict.mine["city"], conflict.theirs) == ("3", "Oslo", None)
    edits.settle(path, conflict, THEIRS, "ada")
    assert conflicts(copy) == []


def test_a_later_save_has_a_later_id_whatever_the_clock_says(copy: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(path, copy, phone="2")
    monkeypatch.setattr("time.time_ns", lambda: 10**18)
    edit(path, copy, phone="3")
    edit(path, copy, phone="4")
    ids = [each.edit.id for each in edits.pending(copy)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 3
