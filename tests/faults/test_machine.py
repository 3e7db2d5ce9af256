"""Three replicas of one catalogue under any order of writing, syncing, breaking off and mishaps of the server."""

from __future__ import annotations

import copy
import datetime
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import time_machine
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from tests.faults.crash import before_each_statement, keep_as_crashed, put_as_crashed
from tests.faults.fake_kinto import FakeKinto, Quirks
from tests.faults.replica import Documents, Replica, live
from tests.faults.shelf import Shelf

from ssc_tui.sync import run as sync
from ssc_tui.sync.pull import MANY, MUCH
from ssc_tui.sync.report import Report

KINDS = st.sampled_from(["partners", "areas"])
IDS = st.sampled_from([f"r{number}" for number in range(8)])
WHO = st.integers(0, 2)
CONTENT = st.fixed_dictionaries(
    {"name": st.sampled_from(["Ärzte", "Norec", "KCH", "الصحة"])},
    optional={"country": st.sampled_from(["KE", "NO"]), "unknown": st.recursive(st.integers(0, 9), st.lists, max_leaves=3)},
)
POISON: tuple[dict[str, Any], ...] = ({"deleted": True, "name": "Alive"}, {"name": "Large", "founded": 2**60})
START = datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC)


class Mishap:
    """A server that does something at its n-th answer, and at all after it if it is `lasting`."""

    def __init__(self, server: FakeKinto, at: int, do: Callable[[httpx.Request], httpx.Response], lasting: bool = False) -> None:
        self.server = server
        self.left = at
        self.do = do
        self.lasting = lasting

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, or let it happen."""
        self.left -= 1
        return self.do(request) if self.left == 0 or (self.lasting and self.left < 0) else self.server(request)


class Machine(RuleBasedStateMachine):
    """The rules; what must hold is checked after every run of a sync, and at the end."""

    signed_in = False
    pliable = True
    """Whether the server is one that a test can do anything with."""
    begun = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).begun += 1
        if type(self).begun % 250 == 0:
            print(f"{type(self).__name__}: {type(self).begun} examples begun", flush=True)

    @initialize(page=st.sampled_from([2, 3, 7, 1000]), batch=st.sampled_from([3, 25]), serialised=st.booleans(), silent=st.booleans())
    def begin(self, page: int, batch: int, serialised: bool, silent: bool) -> None:
        self.travel = time_machine.travel(START, tick=True)
        self.time = self.travel.start()
        self.folder = Path(tempfile.mkdtemp())
        self.server = self.new_server()
        self.server.quirks = Quirks(paginate_by=page, batch_max=batch)
        assert self.server.metadata
        self.serialised = self.server.metadata["serialised_writer"] = serialised
        first = Replica(self.folder / "0", self.server)
        if self.signed_in:
            first.sign_in("admin", "admin")
        self.replicas = [first, first.clone(self.folder / "1"), first.clone(self.folder / "2")]
        self.folders = 3
        self.ever: dict[tuple[str, str], list[Any]] = defaultdict(list)
        # Whether history is falsified with no sign of it, so that only counting and reading all again can help.
        self.silent = silent
        self.past = 0
        self.one_batch = batch == 25 and serialised
        self.rewound = [True] * len(self.replicas)
        self.backups: list[dict[str, Shelf]] = []

    def new_server(self) -> FakeKinto:
        return FakeKinto()

    def teardown(self) -> None:
        if not hasattr(self, "travel"):
            return
        try:
            self.end()
        finally:
            self.travel.stop()
            shutil.rmtree(self.folder)

    # Others write.

    @rule(kind=KINDS, record_id=IDS, content=CONTENT)
    def put(self, kind: str, record_id: str, content: dict[str, Any]) -> None:
        self.server.put(kind, {"id": record_id, **content})
        self.note()

    @precondition(lambda self: self.pliable)
    @rule(kind=KINDS, many=st.integers(20, 70))
    def put_many(self, kind: str, many: int) -> None:
        for number in range(many):
            self.server.put(kind, {"id": f"m{number}", "name": f"One of {many} after {len(self.server.requests)}"})
        self.note()

    @rule(kind=KINDS, record_id=IDS)
    def delete(self, kind: str, record_id: str) -> None:
        if record_id in self.server.live(kind):
            self.server.delete(kind, record_id)

    @precondition(lambda self: self.pliable)
    @rule(kind=KINDS, poison=st.sampled_from(POISON), record_id=st.sampled_from(["r0", "poison"]))
    def put_poison(self, kind: str, poison: dict[str, Any], record_id: str) -> None:
        self.server.put(kind, {"id": record_id, **poison})

    @precondition(lambda self: not self.serialised)
    @rule(kind=KINDS, record_id=IDS, content=CONTENT)
    def commit_late(self, kind: str, record_id: str, content: dict[str, Any]) -> None:
        self.server.shelves[kind].hold(record_id, content)

    @precondition(lambda self: not self.serialised)
    @rule(who=WHO, kind=KINDS, record_id=IDS, content=CONTENT)
    def overtaken(self, who: int, kind: str, record_id: str, content: dict[str, Any]) -> None:
        self.run(who)
        self.commit_late(kind, record_id, content)
        self.put(kind, "overtakes", content)
        self.run(who)
        self.release()

    @rule()
    def release(self) -> None:
        for shelf in self.server.shelves.values():
            shelf.release()
        self.note()

    # The server has mishaps.

    @precondition(lambda self: self.silent)
    @rule(kind=KINDS, record_id=IDS, content=CONTENT)
    def import_into_the_past(self, kind: str, record_id: str, content: dict[str, Any]) -> None:
        if record_id not in self.server.live(kind):
            # No two versions of a record have one time stamp: that much every client has to believe.
            self.past += 1
            self.server.put(kind, {"id": record_id, "last_modified": self.past, **content})
            self.note()

    @precondition(lambda self: self.silent)
    @rule(twins=st.booleans())
    def purge(self, twins: bool) -> None:
        self.release()
        self.server.purge(twins)
        self.rewound = [True] * len(self.replicas)

    @precondition(lambda self: self.silent)
    @rule(kind=KINDS)
    def make_again(self, kind: str) -> None:
        self.server.make(kind)
        self.rewound = [True] * len(self.replicas)

    @precondition(lambda self: self.silent)
    @rule(who=WHO, kind=KINDS)
    def emptied(self, who: int, kind: str) -> None:
        self.put_many(kind, 60)
        self.run(who)
        self.make_again(kind)
        self.replicas[who].count_soon()
        self.run(who)

    @precondition(lambda self: self.pliable)
    @rule()
    def back_up(self) -> None:
        self.release()
        self.backups.append(self.server.backup())

    @precondition(lambda self: self.backups)
    @rule(who=WHO, kind=KINDS, record_id=IDS, content=CONTENT)
    def restore(self, who: int, kind: str, record_id: str, content: dict[str, Any]) -> None:
        self.put(kind, record_id, content)
        self.run(who)
        # Nobody can restore a server within the second in which it answered, which is what its clock counts in.
        self.time.shift(datetime.timedelta(seconds=1))
        self.server.restore(self.backups[-1], f"epoch {self.folders} {len(self.server.requests)}")
        self.rewound = [True] * len(self.replicas)

    @precondition(lambda self: self.pliable)
    @rule(page=st.sampled_from([1, 2, 5, 1000]), batch=st.sampled_from([2, 4, 25]), read_only=st.booleans())
    def set_up_otherwise(self, page: int, batch: int, read_only: bool) -> None:
        self.server.quirks.paginate_by, self.server.quirks.batch_max, self.server.quirks.read_only = page, batch, read_only
        self.one_batch &= batch == 25 and not read_only

    @precondition(lambda self: self.pliable)
    @rule(kinds=st.sets(KINDS))
    def forbid(self, kinds: set[str]) -> None:
        self.server.quirks.forbidden = kinds

    @precondition(lambda self: self.pliable)
    @rule(hours=st.sampled_from([1, 30, 200]))
    def time_passes(self, hours: int) -> None:
        self.release()
        self.time.shift(datetime.timedelta(hours=hours))

    # Replicas sync.

    @rule(who=WHO)
    def sync(self, who: int) -> None:
        before = self.replicas[who].held()
        report = self.run(who)
        assert report.outcome in ("ok", "refused"), report
        assert report.outcome == "ok" or "no longer in the catalogue" in report.words
        self.counted(report, before, self.replicas[who].held())
        if report.outcome == "ok":
            self.rewound[who] = False
            again = self.run(who)
            assert (again.outcome, any(again.applied)) == ("ok", False), again
            if self.one_batch and not self.replicas[who].quarantined() and not self.waits(who):
                # Once what is due was counted, a run in which nothing changed is one question.
                assert self.run(who).requests == 1

    def waits(self, who: int) -> bool:
        """Whether something waits to be sent, which each run tries again."""
        del who
        return False

    def counted(self, report: Report, before: Documents, after: Documents) -> None:
        """What a run says that it changed is what it changed."""
        assert report.applied == _difference(before, after), report

    @rule(who=WHO, at=st.integers(1, 6), status=st.sampled_from([429, 500, 503, 504]), lasting=st.booleans())
    def server_is_unwell(self, who: int, at: int, status: int, lasting: bool) -> None:
        self.run(who, Mishap(self.server, at, lambda _request: httpx.Response(status), lasting))

    @rule(who=WHO, at=st.integers(1, 6), lasting=st.booleans())
    def connection_breaks(self, who: int, at: int, lasting: bool) -> None:
        def drop(request: httpx.Request) -> httpx.Response:
            raise httpx.ReadError("reset", request=request)

        self.run(who, Mishap(self.server, at, drop, lasting))

    @precondition(lambda self: self.pliable)
    @rule(who=WHO, kind=KINDS, at=st.integers(1, 6))
    def long_read_breaks(self, who: int, kind: str, at: int) -> None:
        self.run(who)
        self.put_many(kind, 60)
        self.connection_breaks(who, at, True)

    @rule(who=WHO, at=st.integers(1, 6), lasting=st.booleans())
    def answer_is_cut_short(self, who: int, at: int, lasting: bool) -> None:
        def cut(request: httpx.Request) -> httpx.Response:
            answer = self.server(request)
            return httpx.Response(answer.status_code, headers={"Content-Type": "application/json"}, content=answer.read()[:-9])

        self.run(who, Mishap(self.server, at, cut, lasting))

    @rule(who=WHO, at=st.integers(1, 6), kind=KINDS, record_id=IDS, content=CONTENT)
    def written_in_between(self, who: int, at: int, kind: str, record_id: str, content: dict[str, Any]) -> None:
        def write(request: httpx.Request) -> httpx.Response:
            answer = self.server(request)
            self.delete(kind, "r1")
            self.put(kind, record_id, content)
            return answer

        assert self.run(who, Mishap(self.server, at, write)).outcome in ("ok", "refused")

    @rule(who=WHO, budget=st.sampled_from([1, 3000, 8000]))
    def metered(self, who: int, budget: int) -> None:
        report = self.run(who, budget=budget)
        assert report.outcome in ("ok", "partial", "refused"), report
        # The first question is always asked, the last one may pass the budget.
        assert report.bytes_up + report.bytes_down <= budget + 60_000

    @rule(who=WHO, at=st.integers(1, 150))
    def killed(self, who: int, at: int) -> None:
        self.kill(who, at, lambda: self.run(who), sync)

    def kill(self, who: int, at: int, do: Callable[[], object], work: ModuleType) -> bool:
        """Somebody is killed at a statement of what is done, if it has so many, and opens the copy again."""
        replica, self.folders = self.replicas[who], self.folders + 1
        left = self.folder / str(self.folders)

        def keep(number: int) -> None:
            if number == at:
                keep_as_crashed(replica.home.database, left)

        with before_each_statement(keep, work):
            do()
        if not left.exists():
            return False
        self.replicas[who] = replica.clone(self.folder / f"{self.folders} opened")
        put_as_crashed(left, self.replicas[who].home.database)
        self.check(who)
        self.examine(who)
        return True

    @rule(who=WHO)
    def examine(self, who: int) -> None:
        # What is out of step stays so, so that it need not be looked for after every run, which would take as long as the runs.
        assert self.replicas[who].unsound() == []

    def run(self, who: int, handler: Any = None, **wishes: Any) -> Report:
        """One sync, and what must hold after each."""
        replica = self.replicas[who]
        replica.remember(not_before=0.0)
        if not self.silent:
            replica.count_late()
        before, cursors = replica.held(), replica.cursors()
        buried = {(kind, record_id) for kind, shelf in self.server.shelves.items() for record_id in shelf.graves}
        report = replica.sync(handler, **wishes)
        self.note()
        if not wishes.get("accept_removals"):
            buried |= {(kind, record_id) for kind, shelf in self.server.shelves.items() for record_id in shelf.graves}
            self.nothing_vanished(before, replica.held(), buried)
        if not self.rewound[who] and not self.silent:
            assert all(cursor >= cursors.get(kind, 0) for kind, cursor in replica.cursors().items()), (cursors, replica.cursors())
        self.check(who)
        return report

    def nothing_vanished(self, before: Documents, after: Documents, buried: set[tuple[str, str]]) -> None:
        """No more went without a tombstone than may go without a word from the person."""
        for kind, held in before.items():
            gone = {record_id for record_id in set(held) - set(after[kind]) if (kind, record_id) not in buried}
            assert len(gone) <= max(MANY, MUCH * len(held)), gone

    def check(self, who: int) -> None:
        """All that the replica shows was the server's at some time."""
        for kind, documents in self.replicas[who].held().items():
            for record_id, document in documents.items():
                assert document in self.ever[kind, record_id]

    def note(self) -> None:
        """Remember what the server said, for `check`."""
        for kind, documents in live(self.server).items():
            for record_id, document in documents.items():
                if document not in self.ever[kind, record_id]:
                    self.ever[kind, record_id].append(copy.deepcopy(document))

    def end(self) -> None:
        """Writing and mishaps are over: every replica comes to hold what the server has."""
        self.release()
        self.server.quirks = Quirks()
        for who, replica in enumerate(self.replicas):
            self.examine(who)
            for _run in range(2):
                if self.silent:
                    replica.count_soon()
                report = self.run(who, accept_removals=True)
                assert report.outcome == "ok", report
            expected = _without_poison(live(self.server))
            held = _without_poison(replica.held())
            if self.silent:
                # A count cannot tell a record too many from one too few; reading all again can.
                assert self.run(who, full=True, accept_removals=True).outcome == "ok"
                held = _without_poison(replica.held())
            assert held == expected
            self.examine(who)


def _difference(before: Documents, after: Documents) -> tuple[int, int, int]:
    """How many records are new, changed and gone."""
    new = sum(len(set(after[kind]) - set(before[kind])) for kind in before)
    gone = sum(len(set(before[kind]) - set(after[kind])) for kind in before)
    both = [(before[kind][record_id], after[kind][record_id]) for kind in before for record_id in set(before[kind]) & set(after[kind])]
    return new, sum(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True) for one, other in both), gone


def _without_poison(documents: Documents) -> Documents:
    """What of the documents can be told apart from what stands in quarantine."""
    poisoned = [json.dumps(poison, sort_keys=True)[1:-1] for poison in POISON]
    return {
        kind: {
            record_id: document
            for record_id, document in each.items()
            if not any(words in json.dumps(document, sort_keys=True) for words in poisoned) and record_id not in ("r0", "poison")
        }
        for kind, each in documents.items()
    }


TestReplicas = Machine.TestCase
TestReplicas.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("half", [1, 2])
def test_ten_thousand(half: int) -> None:
    run_many(Machine, half)


def run_many(machine: type[Machine], half: int) -> None:
    """Run 5,000 examples of a machine; each half makes others."""
    many: type[Machine] = seed(half)(type(f"{machine.__name__}{half}", (machine,), {"begun": 0}))
    run_state_machine_as_test(many, settings=settings(max_examples=5000, stateful_step_count=25, deadline=None, database=None))
    assert many.begun >= 5000
