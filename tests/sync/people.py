"""People who share a catalogue that a test serves: what each does in a home of their own, and what the server then holds."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.faults.fake_kinto import FakeKinto
from tests.faults.replica import Replica
from tests.faults.wire import Handler

from ssc_tui.catalogue.edits import Edit
from ssc_tui.catalogue.kinds import SUGGESTIONS
from ssc_tui.store import decisions, edits, overlay, suggestions
from ssc_tui.store.conflicts import Conflict, conflicts
from ssc_tui.store.connection import connect
from ssc_tui.store.edits import Pending
from ssc_tui.store.suggestions import Suggested
from ssc_tui.sync.report import Report

NOREC = {"id": "norec", "name": "Norec", "phone": "1", "email": "a@norec.example"}


class Desk(Replica):
    """A home of somebody who may write, and what that person does."""

    user = "admin"

    def edit(self, record_id: str = "norec", **fields: Any) -> Edit | None:
        old = self.shown(record_id)
        return edits.change(self.home.database, "partners", record_id, old, old | fields, self.user)

    def shown(self, record_id: str = "norec") -> dict[str, Any]:
        return self.document("partners", record_id)

    def pending(self) -> list[Pending]:
        with closing(connect(self.home.database)) as copy:
            return edits.pending(copy)

    def conflicts(self, *, settled: bool = False) -> list[Conflict]:
        with closing(connect(self.home.database)) as copy:
            return conflicts(copy, settled=settled)

    def carried(self, handler: Handler | None = None, **wishes: Any) -> Report:
        report = self.sync(handler, **wishes)
        unsound = self.unsound()
        assert unsound == [], unsound
        return report


class Person(Desk):
    """A home with suggestions."""

    def suggestions(self, *, decided: bool = False) -> list[Suggested]:
        with closing(connect(self.home.database)) as copy:
            return suggestions.suggestions(copy, decided=decided)

    @property
    def only(self) -> Suggested:
        (found,) = self.suggestions()
        return found

    def accept(self, *fields: str) -> Edit | None:
        return decisions.accept(self.home.database, self.only.suggestion.id, self.user, fields)

    def decline(self, reason: str) -> None:
        decisions.decline(self.home.database, self.only.suggestion.id, self.user, reason)

    def withdraw(self) -> None:
        decisions.withdraw(self.home.database, self.only.suggestion.id, self.user)

    def states(self) -> list[tuple[str, str]]:
        return [(each.state, each.reason) for each in self.pending()]

    def waiting(self) -> int:
        with closing(connect(self.home.database)) as copy:
            return overlay.unsent(copy)


def new_person(folder: Path, server: FakeKinto, name: str, *, viewer: bool = False) -> Person:
    """Somebody who has read the catalogue."""
    person = Person(folder / f"{name} {len(list(folder.iterdir()))}", server)
    person.user = name
    server.accounts[name] = name
    server.viewers |= {name} if viewer else set()
    person.sign_in(name, name)
    rounds(person)
    return person


def on_server(fake: FakeKinto, record_id: str = "norec") -> dict[str, Any]:
    return {name: value for name, value in fake.live("partners")[record_id].items() if name != "last_modified"}


def writes(fake: FakeKinto) -> list[dict[str, Any]]:
    """The parts of batches that wrote."""
    bodies = [json.loads(request.content) for request in fake.requests if request.method == "POST"]
    return [part for body in bodies for part in body["requests"] if part.get("method") in ("PUT", "DELETE")]


def said(fake: FakeKinto) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "last_modified"} for row in fake.live(SUGGESTIONS).values()]


def rounds(*people: Person) -> None:
    """Let each sync, one after the other."""
    for person in people:
        report = person.carried()
        assert report.outcome == "ok", report
