"""Three homes in a ring that hand each other nothing but bundles: after two rounds all hold the same, whatever each did before."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica, live
from tests.sync.bundling import befriend, hand, read, state, write

from ssc_tui.errors import NotFound, Refused, UsageError
from ssc_tui.store import edits
from ssc_tui.store.conflicts import MINE, THEIRS, conflicts
from ssc_tui.store.connection import connect

IDS = ("aku", "kch", "norec")
PARTNERS = [{"id": name, "name": name.upper(), "phone": "1", "areas": ["health"]} for name in IDS]

WHO = st.integers(0, 2)
ACTIONS = st.one_of(
    st.tuples(st.just("edit"), WHO, st.sampled_from(IDS), st.sampled_from(["phone", "city"])),
    st.tuples(st.just("add_to_set"), WHO, st.sampled_from(IDS)),
    st.tuples(st.just("remove"), WHO, st.sampled_from(IDS)),
    st.tuples(st.just("add"), WHO),
    st.tuples(st.just("settle"), WHO, st.sampled_from([MINE, THEIRS])),
    st.tuples(st.just("undo"), WHO),
    st.tuples(st.just("hand"), WHO, WHO),
    st.tuples(st.just("others"), st.sampled_from(IDS), st.sampled_from(["phone", "email"])),
    st.tuples(st.just("sync"), WHO),
)


class Ring:
    """The homes, and the server that some of them see now and then."""

    def __init__(self, folder: Path, *, met: bool) -> None:
        self.folder = folder
        self.server = FakeKinto()
        for partner in PARTNERS:
            self.server.put("partners", partner)
        self.homes = [Replica(folder / name, self.server, {} if met else {"partners": PARTNERS}) for name in "abc"]
        self.met = met
        for home in self.homes:
            home.sign_in("admin", "admin")
        if met:
            assert self.homes[0].sync().outcome == "ok"
        befriend(*self.homes)
        self.number = 0
        if met:
            for home in self.homes[1:]:
                hand(self.homes[0], home, folder / "carried.sscb")

    def round(self) -> None:
        """Each hands the next one all that it has."""
        for giver, taker in zip(self.homes, [*self.homes[1:], self.homes[0]], strict=True):
            self.hand(giver, taker)

    def hand(self, giver: Replica, taker: Replica) -> None:
        file = self.folder / "carried.sscb"
        file.unlink(missing_ok=True)
        with suppress(UsageError):
            # There may be nothing yet that could be carried.
            write(giver, file)
        for twice in range(2 * file.exists()):
            before = state(taker)
            with suppress(Refused):
                read(taker, file)
                assert twice == 0 or state(taker) == before
                continue
            # Only what is older is refused.
            assert state(taker) == before

    def act(self, what: str, *rest: Any) -> None:
        """Let somebody do something."""
        self.number += 1
        value = f"written {self.number}"
        if what == "others":
            if rest[0] in self.server.live("partners"):
                row = {name: held for name, held in self.server.live("partners")[rest[0]].items() if name != "last_modified"}
                self.server.put("partners", row | {rest[1]: value})
            return
        home = self.homes[rest[0]]
        path = home.home.database
        with suppress(NotFound):
            match what:
                case "edit":
                    old = home.document("partners", rest[1])
                    edits.change(path, "partners", rest[1], old, old | {rest[2]: value}, "")
                case "add_to_set":
                    old = home.document("partners", rest[1])
                    edits.change(path, "partners", rest[1], old, old | {"areas": [*old.get("areas", []), f"area-{self.number}"]}, "")
                case "remove":
                    edits.remove(path, "partners", rest[1], "")
                case "add":
                    edits.create(path, "partners", {"name": value}, "")
                case "undo":
                    edits.undo(path)
                case "settle":
                    with closing(connect(path)) as copy:
                        found = conflicts(copy)
                    for conflict in found[:1]:
                        edits.settle(path, conflict, rest[1], "")
                case "hand":
                    if rest[0] != rest[1]:
                        self.hand(home, self.homes[rest[1]])
                case "sync":
                    if self.met:
                        assert home.sync(accept_removals=True).outcome == "ok"


@pytest.mark.parametrize("met", [False, True], ids=["no server", "a server"])
@given(actions=st.lists(ACTIONS, max_size=12))
@settings(max_examples=settings().max_examples // 15, deadline=None, phases=[Phase.generate])
def test_after_two_rounds_all_homes_hold_the_same(met: bool, actions: list[tuple[Any, ...]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        ring = Ring(folder, met=met)
        for what, *rest in actions:
            ring.act(what, *rest)
        ring.round()
        ring.round()
        first, *others = [state(home) for home in ring.homes]
        for other in others:
            assert other == first
        for home in ring.homes:
            assert home.unsound() == []
        if met:
            # Whoever sees the server afterwards takes all of it there, once.
            for _again in range(2):
                for home in ring.homes:
                    assert home.sync(accept_removals=True).outcome == "ok"
            for home in ring.homes:
                assert home.held() == live(ring.server)
    finally:
        shutil.rmtree(folder)
