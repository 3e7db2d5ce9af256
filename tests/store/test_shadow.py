"""Pages that go into a copy: any order, any number of times, all or nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.store import doctor, journal, projections, reader, shadow
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.store.shadow import Applied, Delivered, Moment, Rejected
from ssc_tui.store.standing import Reached, reached
from ssc_tui.sync.accept import sort_out
from ssc_tui.sync.pace import MOST

Make = Callable[..., sqlite3.Connection]
MOMENT = Moment(7, "2026-11-21T10:00:00.000+00:00")
STATE = Reached("partners", 100)


def partner(record_id: str, stamp: int, **fields: Any) -> Delivered:
    return Delivered(record_id, stamp, {"id": record_id, "name": record_id.upper(), **fields})


def gone(record_id: str, stamp: int) -> Delivered:
    return Delivered(record_id, stamp, None)


def apply(copy: sqlite3.Connection, *page: Delivered, state: Reached = STATE, believe_older: bool = False) -> Applied:
    return shadow.apply_page(copy, page, [], state, MOMENT, believe_older=believe_older)


def stored(copy: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return copy.execute("SELECT kind, id, last_modified, deleted, document FROM record ORDER BY kind, id").fetchall()


def sound(copy: sqlite3.Connection, *passed_over: str) -> None:
    assert [finding for finding in doctor.examine(copy) if not finding.ok and finding.name not in passed_over] == []


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "copy.sqlite"
    make_copy(path, [], {"dataset": "test", "origin": "test"})
    return path


@pytest.fixture(scope="module")
def fresh(empty: Path) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Makes an empty copy in memory, quickly."""
    made: list[sqlite3.Connection] = []

    def one() -> sqlite3.Connection:
        if made:
            made.pop().close()
        made.append(sqlite3.connect(":memory:", isolation_level=None))
        with closing(connect(empty)) as source:
            source.backup(made[-1])
        return made[-1]

    yield one
    for copy in made:
        copy.close()


def test_a_page_is_counted_kept_and_projected(make: Make) -> None:
    copy = make(("partners", {"id": "a", "name": "A"}), ("partners", {"id": "b", "name": "B"}), ("partners", {"id": "c", "name": "C"}))
    applied = apply(copy, partner("a", 11, city="Oslo"), gone("b", 12), partner("c", 13), partner("d", 14), gone("never", 15))
    assert applied == (1, 1, 1)
    assert [row[1:4] for row in stored(copy)] == [("a", 11, 0), ("b", 12, 1), ("c", 13, 0), ("d", 14, 0), ("never", 15, 1)]
    assert copy.execute("SELECT id, city FROM entry ORDER BY id").fetchall() == [("a", "Oslo"), ("c", ""), ("d", "")]
    assert reached(copy, "partners") == STATE
    assert [(each.ref, each.title, each.change) for each in reversed(journal.changes(copy))] == [
        ("partners/a", "A", "changed"),
        ("partners/b", "B", "removed"),
        ("partners/d", "D", "new"),
    ]
    sound(copy)


def test_the_same_page_again_changes_nothing(make: Make) -> None:
    copy = make(("partners", {"id": "a", "name": "A"}))
    page = partner("a", 11, city="Oslo"), partner("b", 12), gone("c", 13)
    apply(copy, *page)
    before = stored(copy), journal.changes(copy)
    assert apply(copy, *page) == (0, 0, 0)
    assert apply(copy, *reversed(page)) == (0, 0, 0)
    assert (stored(copy), journal.changes(copy)) == before


def test_the_newest_version_in_a_page_counts(make: Make) -> None:
    copy = make()
    assert apply(copy, partner("a", 12, city="Second"), partner("a", 11, city="First"), gone("b", 14), partner("b", 13)) == (1, 0, 0)
    assert copy.execute("SELECT city FROM entry").fetchall() == [("Second",)]


def test_an_older_version_is_believed_only_where_it_may_be_and_once(make: Make) -> None:
    copy = make()
    apply(copy, partner("a", 20, city="Now"))
    assert apply(copy, partner("a", 19, city="Before")) == (0, 0, 0)
    resync = Reached("partners", resync=True)
    shadow.start_resync(copy, resync)
    assert apply(copy, partner("a", 19, city="Before"), state=resync, believe_older=True) == (0, 1, 0)
    # A stale page that comes after it is no news.
    assert apply(copy, partner("a", 18, city="Long ago"), state=resync, believe_older=True) == (0, 0, 0)
    assert apply(copy, partner("a", 21, city="After"), state=resync, believe_older=True) == (0, 1, 0)


def test_a_resync_takes_away_what_did_not_come_up(make: Make) -> None:
    copy = make()
    apply(copy, partner("a", 1), partner("b", 2), gone("c", 3), partner("d", 4))
    resync = Reached("partners", resync=True)
    shadow.start_resync(copy, resync)
    shadow.apply_page(copy, [partner("a", 1), gone("d", 5)], [Rejected("bad", 6, "", "Why")], resync, MOMENT, believe_older=True)
    assert shadow.unseen(copy, "partners") == ["b"]
    assert copy.execute("SELECT count(*) FROM entry").fetchone() == (2,)
    ended = Reached("partners", 5, 5)
    assert shadow.end_resync(copy, ended, ["b"], MOMENT) == (0, 0, 1)
    assert [row[1:4] for row in stored(copy)] == [("a", 1, 0), ("d", 5, 1)]
    assert reached(copy, "partners") == ended
    assert copy.execute("SELECT * FROM seen").fetchall() == []
    sound(copy)


def test_what_names_a_record_follows_its_name(make: Make) -> None:
    copy = make(("partners", {"id": "a", "name": "Alpha"}), ("exchanges", {"id": "x", "sender": "a", "host": "b"}))
    before = copy.execute("SELECT title FROM entry WHERE kind = 'exchanges'").fetchone()[0]
    assert "Alpha" in before
    apply(copy, Delivered("a", 1, {"id": "a", "name": "Omega"}), Delivered("b", 2, {"id": "b", "name": "Beta"}))
    title = copy.execute("SELECT title FROM entry WHERE kind = 'exchanges'").fetchone()[0]
    assert "Omega" in title
    assert "Beta" in title
    apply(copy, gone("a", 3))
    sound(copy)


def test_nothing_of_a_page_stays_where_something_goes_wrong(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = make(("partners", {"id": "a", "name": "A"}))
    before = list(copy.iterdump())
    monkeypatch.setattr(projections, "apply", lambda *_words: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        apply(copy, partner("a", 11, city="Oslo"), gone("b", 12))
    assert list(copy.iterdump()) == before
    assert not copy.in_transaction


def test_quarantine_is_left_with_the_next_good_version(make: Make) -> None:
    copy = make()
    bad = [Rejected("a", 5, "{", "It is bad."), Rejected("", None, "null", "It is no record.")]
    assert shadow.apply_page(copy, [partner("b", 6)], bad, STATE, MOMENT) == (1, 0, 0)
    assert [(each.kind, each.id, each.last_modified) for each in journal.quarantine(copy)] == [
        ("partners", "", None),
        ("partners", "a", 5),
    ]
    assert shadow.number_held(copy, "partners") == 3
    assert shadow.quarantined_stamps(copy, "partners") == {"": None, "a": 5}
    again = [Rejected("a", 7, "{", "It is worse.")]
    shadow.apply_page(copy, [], again, STATE, MOMENT)
    assert {each.reason for each in journal.quarantine(copy)} == {"It is worse.", "It is no record."}
    shadow.apply_page(copy, [gone("a", 8)], [], STATE, MOMENT)
    assert [each.id for each in journal.quarantine(copy)] == [""]


def test_removing_leaves_no_tombstone_and_tells_the_title(make: Make) -> None:
    copy = make()
    apply(copy, partner("a", 1), partner("b", 2))
    assert shadow.time_stamps(copy, "partners") == {"a": 1, "b": 2}
    assert shadow.remove(copy, "partners", ["a"], MOMENT) == (0, 0, 1)
    assert shadow.time_stamps(copy, "partners") == {"b": 2}
    assert [row[1] for row in stored(copy)] == ["b"]
    assert (journal.changes(copy)[0].title, journal.changes(copy)[0].change) == ("A", "removed")
    sound(copy)


def test_where_everything_is_new_nothing_is_told(make: Make) -> None:
    copy = make(("partners", {"id": "a", "name": "A"}))
    unlogged = MOMENT._replace(logged=False)
    assert shadow.apply_page(copy, [partner("a", 1, city="Oslo"), partner("b", 2)], [], STATE, unlogged) == (1, 1, 0)
    shadow.remove(copy, "partners", ["a"], unlogged)
    assert journal.changes(copy) == []


def test_the_longest_page_and_the_longest_removal_fit_into_what_every_sqlite_takes(make: Make) -> None:
    copy = make()
    # Far fewer than the 32,766 that SQLite takes since 3.32.
    copy.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, MOST + 1)
    many = [partner(f"p{number}", number + 1) for number in range(2 * MOST)]
    for expected in ((MOST, 0, 0), (0, 0, 0)):
        for first in (0, MOST):
            assert apply(copy, *many[first : first + MOST]) == expected
    assert shadow.remove(copy, "partners", [row.id for row in many], MOMENT) == (0, 0, 2 * MOST)


def test_a_copy_that_met_a_catalogue_is_no_seed_any_more(make: Make) -> None:
    copy = make(dataset="ssc-directory", origin="seed")
    shadow.name_catalogue(copy, "kenya")
    assert (reader.meta(copy)["dataset"], reader.meta(copy)["origin"]) == ("kenya", "remote")


IDS = "abcd"
WRITES = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from([None, "Oslo", "Lima"])), min_size=1, max_size=12)


@settings(max_examples=60)
@given(writes=WRITES, data=st.data())
def test_pages_in_any_order_and_number_give_the_same_copy(
    fresh: Callable[[], sqlite3.Connection], writes: list[tuple[str, str | None]], data: st.DataObject
) -> None:
    history = [
        gone(record_id, stamp) if city is None else partner(record_id, stamp, city=city)
        for stamp, (record_id, city) in enumerate(writes, 1)
    ]
    in_order = fresh()
    for row in history:
        apply(in_order, row)
    expected = stored(in_order), sorted(in_order.execute("SELECT kind, id, title, city FROM entry"))
    told = {record_id: city for record_id, city in writes}
    assert [(row[1], row[3]) for row in expected[0]] == [(record_id, int(told[record_id] is None)) for record_id in sorted(told)]
    shuffled = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history)))))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shuffled)))))
    copy = fresh()
    for first, last in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
        apply(copy, *shuffled[first:last])
    assert (stored(copy), sorted(copy.execute("SELECT kind, id, title, city FROM entry"))) == expected
    sound(copy)


@settings(max_examples=40)
@given(writes=WRITES)
def test_the_change_log_leads_from_one_state_to_the_next(
    fresh: Callable[[], sqlite3.Connection], writes: list[tuple[str, str | None]]
) -> None:
    copy = fresh()
    here: dict[str, dict[str, Any]] = {}
    for stamp, (record_id, city) in enumerate(writes, 1):
        apply(copy, gone(record_id, stamp) if city is None else partner(record_id, stamp, city=city))
    for change in reversed(journal.changes(copy)):
        if change.change == "removed":
            del here[change.record_id]
        elif change.change == "new":
            here[change.record_id] = {}
        else:
            here[change.record_id] |= {field.field: field.new for field in change.fields}
    alive = {row[1]: json.loads(row[4]) for row in stored(copy) if not row[3]}
    assert here.keys() == alive.keys()
    assert all(alive[record_id][name] == value for record_id, fields in here.items() for name, value in fields.items())


ANY: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=6)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)
FIELDS = ("name", "title", "names", "acronym", "aliases", "kind", "country", "countries", "areas", "brings", "figures", "partners", "start")
MORE = (
    "sender",
    "host",
    "actual",
    "project",
    "from",
    "to",
    "year",
    "amount",
    "status",
    "stage",
    "location",
    "sources",
    "synonyms",
    "parent",
)


@settings(max_examples=60)
@given(kind=st.sampled_from(KINDS), fields=st.dictionaries(st.sampled_from(FIELDS + MORE), ANY, max_size=6))
@example(kind="partners", fields={"name": {"a": [1]}, "brings": [{"id": ["x"]}, 5, None]})
@example(kind="exchanges", fields={"actual": 2**53, "sender": {"x": 1}})
@example(kind="partners", fields={})
def test_every_document_that_is_accepted_can_be_kept(fresh: Callable[[], sqlite3.Connection], kind: str, fields: dict[str, Any]) -> None:
    copy = fresh()
    kept, rejected = sort_out([{**fields, "id": "odd", "last_modified": 5}], 10)
    assert rejected == []
    assert shadow.apply_page(copy, kept, [], Reached(kind), MOMENT) == (1, 0, 0)
    assert json.loads(stored(copy)[0][4]) == kept[0].document
    assert copy.execute("SELECT count(*) FROM entry").fetchone() == (1,)
    # That it does not fit its kind is worth telling; all that follows from it is as it should be.
    sound(copy, "documents")
    shadow.apply_page(copy, [gone("odd", 6)], [], Reached(kind), MOMENT)
    assert copy.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    sound(copy)
