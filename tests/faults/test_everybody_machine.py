"""Five homes, editors and not, with and without a connection, with bundles between them: no save is lost, and in the end all agree."""

from __future__ import annotations

import contextlib
import json
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from tests.faults.fake_kinto import FakeKinto
from tests.faults.real_kinto import RealKinto
from tests.faults.test_machine import IDS, KINDS, Machine, run_many
from tests.faults.test_writing_machine import FIELD, Save, Writers
from tests.servers import Live
from tests.sync.bundling import befriend, read, write

from ssc_tui.catalogue.kinds import SUGGESTIONS, ref
from ssc_tui.errors import Incompatible, NotFound, Refused, UsageError
from ssc_tui.store import decisions, edits, reader
from ssc_tui.store.conflicts import MINE, THEIRS
from ssc_tui.store.connection import connect
from ssc_tui.store.edits import Unfit
from ssc_tui.store.suggestions import suggestions
from ssc_tui.sync import bundle_form, bundle_read

EDITORS, VIEWER, FAR, APART = (0, 1), 2, 3, 4
"""Two who may write; one who may suggest; an editor whose connection is never disturbed; and one who has none, ever."""

VERA = "vera"
ANYBODY = st.integers(0, 4)
ELSEWHERE = st.sampled_from([FAR, APART])


class Everybody(Writers):
    """The rules of those who write, with people who only suggest, decisions, and bundles from hand to hand."""

    @initialize(page=st.sampled_from([2, 7, 1000]), batch=st.sampled_from([3, 25]), serialised=st.booleans(), silent=st.booleans())
    def begin(self, page: int, batch: int, serialised: bool, silent: bool) -> None:
        super().begin(page, batch, serialised, silent)
        # How hard it is tried to make a file small takes most of the time, and changes nothing.
        self.level = mock.patch.object(bundle_form, "LEVEL", 1)
        self.level.start()
        self.server.accounts[VERA] = VERA
        self.server.viewers.add(VERA)
        self.replicas[VIEWER].sign_in(VERA, VERA)
        self.replicas += [self.replicas[0].clone(self.folder / "3"), self.replicas[0].clone(self.folder / "4")]
        befriend(*self.replicas)
        self.folders = 5
        self.rewound = [True] * 5
        self.files = 0

    # Those whom the rules of three do not reach write and sync too.

    @rule(who=ELSEWHERE, kind=KINDS, record_id=IDS, field=FIELD)
    def edit_elsewhere(self, who: int, kind: str, record_id: str, field: str) -> None:
        self.edit(who, kind, record_id, field)

    @rule(who=ELSEWHERE, kind=KINDS)
    def add_elsewhere(self, who: int, kind: str) -> None:
        self.add(who, kind)

    @rule(who=ELSEWHERE, kind=KINDS, record_id=IDS)
    def take_away_elsewhere(self, who: int, kind: str, record_id: str) -> None:
        self.take_away(who, kind, record_id)

    @rule(who=ELSEWHERE)
    def undo_elsewhere(self, who: int) -> None:
        self.undo(who)

    @rule(who=ELSEWHERE, how=st.sampled_from([MINE, THEIRS]))
    def settle_elsewhere(self, who: int, how: str) -> None:
        self.settle(who, how)

    @rule()
    def sync_far(self) -> None:
        self.run(FAR)

    # Suggestions.

    @rule(who=ANYBODY, accepts=st.booleans())
    def decide(self, who: int, accepts: bool) -> None:
        """Whoever may not decide says so, or finds out later."""
        path = self.replicas[who].home.database
        for each in self.suggested(who)[:1]:
            try:
                if accepts:
                    decisions.accept(path, each, "")
                else:
                    decisions.decline(path, each, "", "no")
            except (NotFound, Unfit, UsageError):
                continue

    @rule()
    def withdraw(self) -> None:
        path = self.replicas[VIEWER].home.database
        with closing(connect(path)) as copy:
            own = {row[0] for row in copy.execute("SELECT sent_as FROM pending_edit WHERE sent_as != ''")}
            gone = {row[0]: row[1] for row in copy.execute("SELECT id, sent_as FROM pending_edit WHERE sent_as != ''")}
        for each in [each for each in self.suggested(VIEWER) if each in own][:1]:
            try:
                decisions.withdraw(path, each, VERA)
            except (NotFound, UsageError):
                continue
            self.saves = [save for save in self.saves if gone.get(save.edit) != each]

    @rule(kind=KINDS, record_id=IDS, field=FIELD, accepts=st.booleans())
    def suggested_and_decided(self, kind: str, record_id: str, field: str, accepts: bool) -> None:
        self.edit(VIEWER, kind, record_id, field)
        self.run(VIEWER)
        self.run(0)
        self.decide(0, accepts)
        self.run(0)
        self.run(VIEWER)

    def suggested(self, who: int) -> list[str]:
        with closing(connect(self.replicas[who].home.database)) as copy:
            return [each.suggestion.id for each in suggestions(copy)]

    # Bundles.

    @rule(giver=ANYBODY, taker=ANYBODY, edits_too=st.booleans())
    def hand_over(self, giver: int, taker: int, edits_too: bool) -> None:
        if giver != taker:
            self.take(taker, self.written_by(giver, edits_too=edits_too))

    @rule(ways=st.lists(st.tuples(ANYBODY, ANYBODY), min_size=2, max_size=4))
    def hand_round(self, ways: list[tuple[int, int]]) -> None:
        for giver, taker in ways:
            if giver != taker:
                self.take(taker, self.written_by(giver))

    @rule(giver=ANYBODY, taker=ANYBODY, at=st.integers(1, 200))
    def killed_while_reading(self, giver: int, taker: int, at: int) -> None:
        if giver == taker:
            return
        file = self.written_by(giver)
        if self.kill(taker, at, lambda: self.take(taker, file), bundle_read):
            self.take(taker, file)

    def written_by(self, giver: int, *, edits_too: bool = True) -> Path | None:
        """A file of all that somebody holds; None where that is nothing."""
        self.files += 1
        file = self.folder / f"{self.files}.sscb"
        try:
            write(self.replicas[giver], file, with_edits=edits_too)
        except UsageError:
            return None
        return file

    def take(self, taker: int, file: Path | None, **wishes: bool) -> None:
        """Read a bundle; one that is refused changes nothing, and one that was read brings nothing when it is read again."""
        if file is None:
            return
        replica = self.replicas[taker]
        before = replica.dump()
        try:
            read(replica, file, **wishes)
        except (Refused, Incompatible):
            assert replica.dump() == before
            return
        self.rewound[taker] = True
        self.check(taker)
        self.examine(taker)
        after = replica.dump()
        # What is here already may be said to be older, and what needs a word needs it again.
        with contextlib.suppress(Refused):
            read(replica, file, **wishes)
        assert replica.dump() == after

    def hand(self, giver: int, taker: int) -> None:
        """Carry everything over, whatever it takes away."""
        if (file := self.written_by(giver)) is not None:
            with contextlib.suppress(Refused):
                read(self.replicas[taker], file, accept_removals=True)

    # What must hold.

    def edit(self, who: int, kind: str, record_id: str, field: str) -> None:
        """Whoever writes over what another wrote saw it."""
        try:
            with closing(connect(self.replicas[who].home.database)) as copy:
                seen = reader.document(copy, kind, record_id).get(field)
        except NotFound:
            return
        self.saves = [each for each in self.saves if each[2:] != (ref(kind, record_id), field, seen)]
        super().edit(who, kind, record_id, field)

    def take_away(self, who: int, kind: str, record_id: str) -> None:
        """Whoever takes a record away saw what it held."""
        try:
            with closing(connect(self.replicas[who].home.database)) as copy:
                seen = reader.document(copy, kind, record_id)
        except NotFound:
            return
        reference = ref(kind, record_id)
        self.saves = [each for each in self.saves if each.reference != reference or seen.get(each.field) != each.value]
        super().take_away(who, kind, record_id)

    def kept(self, save: Save) -> bool:
        """Whether a value can still be read where it was saved, or was read by all at some time."""
        with closing(connect(self.replicas[save.who].home.database)) as copy:
            if copy.execute(
                "SELECT 1 FROM pending_edit WHERE id = ?1 UNION SELECT 1 FROM conflict WHERE edit = ?1", (save.edit,)
            ).fetchone():
                return True
            suggested = [row[0] for row in copy.execute("SELECT document FROM record WHERE kind = ?", (SUGGESTIONS,))]
        kind, record_id = save.reference.split("/")
        return any(document.get(save.field) == save.value for document in self.ever[kind, record_id]) or any(
            json.dumps(save.value) in text for text in suggested
        )

    def check(self, who: int) -> None:
        Machine.check(self, who)
        for save in self.saves:
            if save.who == who:
                assert self.kept(save), save

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "level"):
            self.level.stop()

    def end(self) -> None:
        """Everybody agrees once all is decided and whoever has no connection was handed a bundle."""
        self.release()
        self.server.quirks = type(self.server.quirks)()
        for _round in range(4):
            self.hand(APART, 0)
            for who in (0, 1, FAR, VIEWER):
                self.settle_all(who)
                self.server.quirks = type(self.server.quirks)()
                if self.silent:
                    self.replicas[who].count_soon()
                self.run(who, accept_removals=True)
            for each in self.suggested(0):
                decisions.decline(self.replicas[0].home.database, each, "", "late")
            self.run(0, accept_removals=True)
            self.hand(0, APART)
            self.settle_all(APART)
            if not any(self.waits(who) or self.conflicts(who) for who in range(5)):
                break
        apart = self.replicas.pop(APART)
        Machine.end(self)
        for replica in self.replicas:
            self.agrees(replica)
        self.replicas.append(apart)
        self.take(APART, self.written_by(0), accept_removals=True)
        if not self.silent:
            # That history was falsified can be found out by asking the server alone.
            assert apart.held() == self.replicas[0].held()
            self.agrees(apart)

    def settle_all(self, who: int) -> None:
        for conflict in self.conflicts(who):
            try:
                edits.settle(self.replicas[who].home.database, conflict, THEIRS, "")
            except NotFound:
                continue


class OnKinto(Everybody):
    """The same with a real server, which does nothing wrong by itself; what breaks is the line, the machine, and what people do at once."""

    live: Live

    pliable = False

    @initialize(page=st.just(1000), batch=st.just(25), serialised=st.just(True), silent=st.just(False))
    def begin(self, page: int, batch: int, serialised: bool, silent: bool) -> None:
        super().begin(page, batch, serialised, silent)

    def new_server(self) -> FakeKinto:
        return RealKinto(self.live, ("partners", "areas", SUGGESTIONS), VERA)

    def teardown(self) -> None:
        super().teardown()
        if isinstance(server := getattr(self, "server", None), RealKinto):
            server.close()


def run_on(server: Live, examples: int, begun_with: int) -> None:
    """Run so many examples on a real server."""
    machine: type[OnKinto] = seed(begun_with)(type("OnKinto", (OnKinto,), {"live": server, "begun": 0}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert machine.begun >= examples


def test_on_a_real_server(kinto_memory: Live) -> None:
    run_on(kinto_memory, 3, 1)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_three_hundred_on_a_real_server(kinto_memory: Live) -> None:
    run_on(kinto_memory, 300, 2)


TestEverybody = Everybody.TestCase
TestEverybody.settings = settings(max_examples=5, stateful_step_count=25, deadline=None)


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("half", [1, 2])
def test_ten_thousand(half: int) -> None:
    run_many(Everybody, half)
