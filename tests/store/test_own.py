"""What people keep for themselves, on two laptops that two people share: it reaches every laptop of its person, and nobody else."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ssc_tui.store import own, reader, searches
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.loader import make_copy
from ssc_tui.store.writer import drop_search, save_search, turn_bookmark, write_note

URL = "http://127.0.0.1/v1/buckets/b"
WHO = st.sampled_from(["ada", "eva"])
WHERE = st.sampled_from([0, 1])
IDS = st.sampled_from(["a", "b"])


class Bucket:
    """The own bucket of one person: what it holds, tombstones too, by id."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.stamp = 0

    def since(self, stamp: int) -> list[dict[str, Any]]:
        return sorted((row for row in self.rows.values() if row["last_modified"] > stamp), key=lambda row: int(row["last_modified"]))

    def write(self, each: own.Outgoing) -> dict[str, Any]:
        """What it holds then; a record is never written over another one."""
        held = self.rows.get(each.id)
        if each.document is not None and held is not None:
            return held
        self.stamp += 1
        content: dict[str, Any] = {"deleted": True} if each.document is None else dict(each.document)
        self.rows[each.id] = {"id": each.id, "last_modified": self.stamp, **content}
        return self.rows[each.id]

    @property
    def alive(self) -> list[dict[str, Any]]:
        return [row for row in self.rows.values() if "deleted" not in row]


class Laptops(RuleBasedStateMachine):
    """Two people on two laptops."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.files = [Path(self.folder.name) / f"{number}.sqlite" for number in range(2)]
        self.buckets = {"ada": Bucket(), "eva": Bucket()}
        self.wrote: dict[str, set[str]] = {"ada": set(), "eva": set()}
        self.number = 0

    @initialize()
    def begin(self) -> None:
        for file, who in zip(self.files, ("ada", "eva"), strict=True):
            make_copy(file, [("partners", {"id": "a", "name": "A"}), ("partners", {"id": "b", "name": "B"})], {})
            with closing(connect(file)) as copy, transaction(copy):
                own.be(copy, who)

    def teardown(self) -> None:
        self.folder.cleanup()

    def person(self, where: int) -> str:
        with closing(connect(self.files[where])) as copy:
            return own.person(copy)

    @rule(where=WHERE, record_id=IDS)
    def note(self, where: int, record_id: str) -> None:
        self.number += 1
        text = f"Note {self.number}"
        self.wrote[self.person(where)].add(text)
        write_note(self.files[where], "partners", record_id, text)

    @rule(where=WHERE, record_id=IDS)
    def mark(self, where: int, record_id: str) -> None:
        turn_bookmark(self.files[where], "partners", record_id)

    @rule(where=WHERE, query=st.sampled_from(["solar", "water"]))
    def save(self, where: int, query: str) -> None:
        save_search(self.files[where], "Mine", "", query)

    @rule(where=WHERE)
    def drop(self, where: int) -> None:
        drop_search(self.files[where], "mine")

    @rule(where=WHERE, who=WHO)
    def sign_in(self, where: int, who: str) -> None:
        own.welcome(self.files[where], who)

    @rule(where=WHERE, answers=st.booleans())
    def sync(self, where: int, answers: bool = True) -> None:
        """One run of whoever is signed in; without answers, what is sent arrives and nobody here hears of it."""
        with closing(connect(self.files[where])) as copy:
            bucket = self.buckets[own.person(copy)]
            with transaction(copy):
                rows = bucket.since(own.cursor(copy, URL))
                own.take_in(copy, rows)
                own.reach(copy, URL, max([own.cursor(copy, URL), *(row["last_modified"] for row in rows)]))
            for each in own.outgoing(copy):
                held = bucket.write(each)
                if not answers:
                    continue
                with transaction(copy):
                    if each.document is not None and "deleted" in held:
                        own.take_in(copy, [held])
                    else:
                        own.acknowledge(copy, each, held["last_modified"])

    @invariant()
    def nothing_goes_astray(self) -> None:
        for who, bucket in self.buckets.items():
            assert {row["text"] for row in bucket.alive if row["form"] == "note"} <= self.wrote[who]

    @invariant()
    def the_screen_shows_what_is_kept(self) -> None:
        for file in self.files:
            with closing(connect(file)) as copy:
                kept = copy.execute("SELECT form, ref FROM own WHERE gone = 0 AND owner = ?", (own.person(copy),)).fetchall()
                seen = [*((each.kind, each.record_id) for each in reader.bookmarks(copy))]
                assert sorted({ref for form, ref in kept if form == "bookmark"}) == sorted("/".join(each) for each in seen)
                assert len(reader.notes(copy)) == len([form for form, _ref in kept if form == "note"])
                assert {each.name for each in searches.saved(copy)} == {ref for form, ref in kept if form == "search"}

    @rule()
    def everything_arrives(self) -> None:
        before = [self.person(where) for where in range(2)]
        for who in ("ada", "eva"):
            for _time in range(2):
                for where in range(2):
                    self.sign_in(where, who)
                    self.sync(where, True)
            for where in range(2):
                self.sign_in(where, who)
                self.sync(where, True)
            assert self.shown(0) == self.shown(1)
            assert {text for text, _ref in self.shown(0)[0]} == self.wrote[who]
        for where, who in enumerate(before):
            self.sign_in(where, who)

    def shown(self, where: int) -> tuple[list[tuple[str, str]], list[str], list[tuple[str, str]]]:
        with closing(connect(self.files[where])) as copy:
            return (
                sorted((each.text, each.record_id) for each in reader.notes(copy)),
                sorted(each.record_id for each in reader.bookmarks(copy)),
                [(each.name, each.query) for each in searches.saved(copy)],
            )


TestLaptops = Laptops.TestCase
TestLaptops.settings = settings(max_examples=settings().max_examples // 12, stateful_step_count=20, deadline=None)


def test_what_was_written_before_anybody_signed_in_goes_to_the_first_who_does(tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    make_copy(path, [("partners", {"id": "a", "name": "A"})], {})
    write_note(path, "partners", "a", "Of nobody yet.")
    with closing(connect(path)) as copy:
        assert own.outgoing(copy) == []
        # A name that is typed takes nothing over; one that a catalogue confirms does.
        own.welcome(path, "adda")
        assert own.person(copy) == ""
        with transaction(copy):
            own.be(copy, "ada")
        assert [each.document and each.document["text"] for each in own.outgoing(copy)] == ["Of nobody yet."]
        own.welcome(path, "eva")
        assert (reader.notes(copy), own.outgoing(copy)) == ([], [])


def test_notes_and_bookmarks_of_an_older_copy_are_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    make_copy(path, [("partners", {"id": "a", "name": "A"})], {})
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        for statement in ("DROP TABLE own", "DROP TABLE saved_search", "DROP TRIGGER note_kept", "DROP TRIGGER note_gone"):
            older.execute(statement)
        for trigger in ("bookmark_kept", "bookmark_gone"):
            older.execute(f"DROP TRIGGER {trigger}")
        older.execute("INSERT INTO note VALUES ('0123abcd', 'partners', 'a', 'Old.', '2026-01-01')")
        older.execute("INSERT INTO bookmark VALUES ('partners', 'a', '2026-01-01')")
        older.execute("PRAGMA user_version = 7")
    from ssc_tui.store.migrations import migrate

    with closing(connect(path)) as copy:
        assert migrate(copy) == 7
        with transaction(copy):
            own.be(copy, "ada")
        assert sorted(str(each.document and each.document["form"]) for each in own.outgoing(copy)) == ["bookmark", "note"]
        assert {each.id for each in own.outgoing(copy)} >= {"0123abcd"}
