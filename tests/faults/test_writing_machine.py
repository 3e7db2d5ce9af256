"""Replicas that write too: whatever happens to server, line and machine, no save is lost, and in the end all agree."""

from __future__ import annotations

from contextlib import closing
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tests.faults.replica import Documents, Replica, live
from tests.faults.test_machine import IDS, KINDS, WHO, Machine, run_many

from ssc_tui.catalogue.kinds import ref
from ssc_tui.errors import NotFound
from ssc_tui.store import edits, overlay, reader
from ssc_tui.store.conflicts import MINE, THEIRS, Conflict, conflicts, open_conflicts
from ssc_tui.store.connection import connect
from ssc_tui.sync.report import Report

FIELD = st.sampled_from(["name", "description"])


class Save(NamedTuple):
    """A value that somebody saved."""

    edit: str
    who: int
    reference: str
    field: str
    value: Any


class Writers(Machine):
    """The rules of reading, with people who write on the replicas."""

    signed_in = True

    def __init__(self) -> None:
        super().__init__()
        self.saves: list[Save] = []
        self.number = 0

    # People write.

    @rule(who=WHO, kind=KINDS, record_id=IDS, field=FIELD)
    def edit(self, who: int, kind: str, record_id: str, field: str) -> None:
        path = self.replicas[who].home.database
        try:
            with closing(connect(path)) as copy:
                old = reader.document(copy, kind, record_id)
        except NotFound:
            return
        if "deleted" in old:
            return
        self.number += 1
        value = f"written {self.number}"
        saved = edits.change(path, kind, record_id, old, old | {field: value}, "")
        assert saved
        self.remember(Save(saved.id, who, ref(kind, record_id), field, value))

    @rule(who=WHO, kind=KINDS)
    def add(self, who: int, kind: str) -> None:
        self.number += 1
        saved = edits.create(self.replicas[who].home.database, kind, {"name": f"written {self.number}"}, "")
        self.remember(Save(saved.id, who, ref(kind, saved.record_id), "name", f"written {self.number}"))

    @rule(who=WHO, kind=KINDS, record_id=IDS)
    def take_away(self, who: int, kind: str, record_id: str) -> None:
        try:
            edits.remove(self.replicas[who].home.database, kind, record_id, "")
        except NotFound:
            return
        self.forget(who, ref(kind, record_id))

    @rule(who=WHO)
    def undo(self, who: int) -> None:
        undone = edits.undo(self.replicas[who].home.database)
        taken_back = {each.edit.id for each in undone}
        self.saves = [each for each in self.saves if each.edit not in taken_back]

    @precondition(lambda self: any(self.conflicts(who) for who in range(3)))
    @rule(who=WHO, how=st.sampled_from([MINE, THEIRS]))
    def settle(self, who: int, how: str) -> None:
        for conflict in self.conflicts(who)[:1]:
            edits.settle(self.replicas[who].home.database, conflict, how, "")
            # What was decided against stays readable, and is of no account any more.
            self.forget(who, conflict.ref)

    @rule(who=WHO, kind=KINDS, record_id=IDS, field=FIELD)
    def edited_on_both_sides(self, who: int, kind: str, record_id: str, field: str) -> None:
        self.edit(who, kind, record_id, field)
        self.edit((who + 1) % 3, kind, record_id, field)
        self.run((who + 1) % 3)
        self.run(who)

    def remember(self, save: Save) -> None:
        """A later save of the same person takes the place of an earlier one of the same field."""
        self.saves = [each for each in self.saves if each[1:4] != save[1:4]] + [save]

    def forget(self, who: int, reference: str) -> None:
        self.saves = [each for each in self.saves if (each.who, each.reference) != (who, reference)]

    def conflicts(self, who: int) -> list[Conflict]:
        with closing(connect(self.replicas[who].home.database)) as copy:
            return conflicts(copy)

    # What must hold.

    def counted(self, report: Report, before: Documents, after: Documents) -> None:
        """What one sends changes the copy too, and is not counted among what came."""
        if not report.sent:
            super().counted(report, before, after)

    def waits(self, who: int) -> bool:
        with closing(connect(self.replicas[who].home.database)) as copy:
            return overlay.unsent(copy) > 0

    def check(self, who: int) -> None:
        super().check(who)
        with closing(connect(self.replicas[who].home.database)) as copy:
            kept = {row[0] for row in copy.execute("SELECT id FROM pending_edit UNION SELECT edit FROM conflict")}
        for save in self.saves:
            if save.who == who and save.edit not in kept:
                kind, record_id = save.reference.split("/")
                assert any(document.get(save.field) == save.value for document in self.ever[kind, record_id]), save

    def end(self) -> None:
        """Everybody agrees once all is decided."""
        self.release()
        for _round in range(3):
            for who, replica in enumerate(self.replicas):
                for conflict in self.conflicts(who):
                    edits.settle(replica.home.database, conflict, THEIRS, "")
                self.server.quirks = type(self.server.quirks)()
                if self.silent:
                    replica.count_soon()
                self.run(who, accept_removals=True)
        super().end()
        for replica in self.replicas:
            self.agrees(replica)

    def agrees(self, replica: Replica) -> None:
        """What is shown is what the server holds, but for what it does not take."""
        with closing(connect(replica.home.database)) as copy:
            stuck = {(each.edit.kind, each.edit.record_id) for each in edits.pending(copy)}
            shown = {(kind, record_id) for kind, record_id in copy.execute("SELECT kind, id FROM shown")}
            assert open_conflicts(copy) == 0
        held = {(kind, record_id) for kind, documents in live(self.server).items() for record_id in documents}
        assert {each for each in shown ^ held if each not in stuck and each[1] not in ("poison", "r0")} == set()


TestWriters = Writers.TestCase
TestWriters.settings = settings(max_examples=5, stateful_step_count=25, deadline=None)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("half", [1, 2])
def test_thousands(half: int) -> None:
    run_many(Writers, half)
