"""What sending must survive, numbered as in the list of faults of the specification; those of reading are in `test_fault_list.py`.

Each finds a home with edits, new records, deletes and a decision on board. Nothing of them may be lost, what is shown stays as it was
saved, and the next run without the fault takes all of it to the server, each once.

Elsewhere are 61, being killed (`test_killed_writing.py`), 63 to 66 at the keys (`tests/tui/test_never_locked_out.py`) and by command
(`tests/cli/test_never_locked_out.py`), and those of bundles, from 72 on (`test_bundle_faults.py`, `tests/sync/test_bundle.py`).
"""

from __future__ import annotations

import copy
import datetime
import itertools
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest
import time_machine
from tests.faults import impostors
from tests.faults.disk import full_disk, locked
from tests.faults.fake_kinto import FakeKinto
from tests.faults.listed import Counting, Listed, breaking
from tests.faults.replica import live
from tests.faults.wire import Handler
from tests.sync.people import new_person

from ssc_tui.catalogue.kinds import KINDS, SUGGESTIONS, ref
from ssc_tui.errors import Busy, CopyError, ReadOnly
from ssc_tui.store import edits, states, writing
from ssc_tui.store.conflicts import MINE, THEIRS
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.edits import Wish
from ssc_tui.store.migrations import VERSION
from ssc_tui.sync import run
from ssc_tui.sync.report import Report

Shown = dict[str, dict[str, Any]]
YEAR = datetime.timedelta(days=365)


class Scene:
    """A server, an editor whose home has edits of every sort on board, and a viewer with suggestions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # A clock that no jump of ours moves.
        ahead = time.time() - time.monotonic()
        self.server = FakeKinto(clock=lambda: time.monotonic() + ahead)
        for number in range(8):
            self.server.put("partners", {"id": f"p{number}", "name": f"Partner {number}", "phone": "1"})
        for number in range(3):
            self.server.put("areas", {"id": f"a{number}", "name": f"Area {number}", "kind": "theme"})
        self.vera = new_person(folder, self.server, "vera", viewer=True)
        self.vera.edit("p6", city="Zomba")
        self.vera.carried()
        self.ada = new_person(folder, self.server, "ada")
        self.ada.edit("p0", phone="2")
        self.ada.edit("p0", city="Oslo")
        self.ada.edit("p1", phone="2")
        edits.create(self.path, "partners", {"name": "New"}, "ada")
        edits.remove(self.path, "partners", "p2", "ada")
        area = self.ada.document("areas", "a0")
        edits.change(self.path, "areas", "a0", area, area | {"description": "New"}, "ada")
        edits.create(self.path, "areas", {"name": "New area", "kind": "theme"}, "ada")
        self.ada.accept()
        self._begin()

    def clone(self, folder: Path) -> Scene:
        """The same scene in another folder."""
        other = copy.copy(self)
        self.server.requests.clear()
        other.folder, other.server = folder, copy.deepcopy(self.server)
        other.ada, other.vera = self.ada.clone(folder / "ada"), self.vera.clone(folder / "vera")
        other._begin()
        return other

    def _begin(self) -> None:
        self.counting = Counting(self.server)
        self.ada.server = self.vera.server = self.counting
        self.saved = self.shown()
        self.owed = len(self.ada.pending())

    @property
    def path(self) -> Path:
        """The copy of the editor."""
        return self.ada.home.database

    def shown(self) -> Shown:
        """What the editor sees."""
        with closing(connect(self.path)) as opened:
            found = opened.execute("SELECT kind, id, document FROM shown WHERE kind != ?", (SUGGESTIONS,)).fetchall()
        return {ref(kind, record_id): json.loads(text) for kind, record_id, text in found}

    def stays(self) -> None:
        """Nothing of what was saved is lost: it is shown as before, and waits or is in the catalogue."""
        assert self.shown() == self.saved
        assert self.ada.unsound() == []
        waiting = {ref(each.edit.kind, each.edit.record_id) for each in self.ada.pending()}
        held = on(self.server)
        assert {reference for reference in {*held, *self.saved} if held.get(reference) != self.saved.get(reference)} <= waiting

    def meets(self, outcome: str, words: str, handler: Handler | None = None, **wishes: Any) -> Report:
        """A run that ends so, says so and loses nothing."""
        report = self.ada.sync(handler, **wishes)
        assert report.outcome == outcome, report
        assert words in report.words, report
        self.stays()
        return report

    def completes(self, *, once: bool = True) -> Report:
        """A run that takes all that waits to the server, each once, after which nothing is left to do."""
        self.ada.remember(not_before=0.0)
        report = self.ada.sync()
        assert report.outcome == "ok", report
        assert (self.ada.pending(), self.ada.conflicts()) == ([], []), report
        assert self.shown() == on(self.server) == self.saved
        assert self.ada.unsound() == []
        if once:
            written = {reference: number for reference, number in self.counting.taken.items() if reference[0] in KINDS}
            assert set(written.values()) == {1}, written
            assert len(written) == 7, written
        again = self.ada.sync()
        assert (again.outcome, again.sent, any(again.applied)) == ("ok", 0, False), again
        return report


def on(server: FakeKinto) -> Shown:
    """What the catalogue says."""
    return {ref(kind, record_id): document for kind, rows in live(server).items() for record_id, document in rows.items()}


def parts(request: httpx.Request) -> list[dict[str, Any]]:
    """The writes in a request."""
    body = json.loads(request.content or b"{}") if request.method == "POST" else {}
    return [part for part in body.get("requests", ()) if part.get("method") in ("PUT", "DELETE")]


def at_writes(handler: Handler, answer: Handler) -> Handler:
    """A server that answers otherwise to what writes."""
    return lambda request: answer(request) if parts(request) else handler(request)


def refusing(handler: Handler, refused: Callable[[dict[str, Any]], bool], status: int, **body: Any) -> Handler:
    """A server that refuses some of the writes of a batch, and takes the others."""

    def answer(request: httpx.Request) -> httpx.Response:
        every = json.loads(request.content)["requests"]
        rest = [part for part in every if not refused(part)]
        content = json.dumps({"requests": rest}).encode()
        headers = {name: value for name, value in request.headers.items() if name not in ("content-length", "accept-encoding")}
        taken = json.loads(handler(httpx.Request("POST", request.url, headers=headers, content=content)).read())["responses"]
        told = {"status": status, "headers": {}, "body": {"code": status, "errno": 999, "message": "Not this one", **body}}
        answers = [{"path": f"/v1{part['path']}", **told} if refused(part) else taken.pop(0) for part in every]
        return httpx.Response(200, json={"responses": answers})

    return at_writes(handler, answer)


def lost(handler: Handler) -> Handler:
    """A server whose answers to writes get lost."""

    def answer(request: httpx.Request) -> httpx.Response:
        handler(request)
        raise httpx.ReadError("reset", request=request)

    return at_writes(handler, answer)


def says(status: int, **headers: str) -> Handler:
    return lambda _request: httpx.Response(status, headers=headers, json={"code": status, "errno": 999, "error": "Refused"})


fault = Listed[Scene]()


@fault("22")
def signed_out_while_sending(scene: Scene) -> None:
    report = scene.meets("sign_in", "Sign in", at_writes(scene.counting, says(401)))
    assert report.exit_code == 4
    # Nothing of it was taken, so it can be taken back.
    assert edits.undo(scene.path)
    scene.saved = scene.shown()
    scene.ada.accept()
    scene.saved = scene.shown()
    scene.completes()


@fault("22-revoked")
def the_password_was_revoked_and_everybody_may_read(scene: Scene) -> None:
    scene.server.accounts.pop("ada")
    for _run in range(2):
        assert scene.meets("sign_in", "Sign in").exit_code == 4
        assert {each.state for each in scene.ada.pending()} == {states.WAITING}
    scene.server.accounts["ada"] = "ada"
    scene.completes()


@fault("22-parts")
def signed_out_between_reading_and_sending(scene: Scene) -> None:
    for _run in range(2):
        report = scene.meets("sign_in", "Sign in", refusing(scene.counting, lambda _part: True, 401))
        assert report.exit_code == 4
        assert {each.state for each in scene.ada.pending()} == {states.WAITING}
    scene.completes()


@fault("23")
def one_collection_is_for_others_and_takes_suggestions(scene: Scene) -> None:
    handler = refusing(scene.counting, lambda part: "/partners/" in part["path"], 403)
    report = scene.meets("ok", "5 records were sent as suggestions", handler)
    assert {reference for reference in scene.counting.taken if reference[0] == "areas"} == {
        ("areas", each.partition("/")[2]) for each in on(scene.server) if each.startswith("areas/") and not each.endswith(("a1", "a2"))
    }
    assert report.exit_code == 0
    assert {each.state for each in scene.ada.pending()} == {states.SUGGESTED}, scene.ada.pending()


@fault("23-waiting")
def one_collection_is_for_others_and_the_rest_goes(scene: Scene) -> None:
    scene = without_suggestions(scene)
    # More than go in one batch stand before the others.
    edits.save_together(scene.path, [Wish("partners", "", {}, {"name": f"Many {number}"}) for number in range(60)], "ada")
    area = scene.ada.document("areas", "a1")
    edits.change(scene.path, "areas", "a1", area, area | {"description": "Goes out"}, "ada")
    scene.saved = scene.shown()
    sent = len(scene.server.requests)
    scene.meets(
        "ok",
        "The catalogue does not let you write (Not this one)",
        refusing(scene.counting, lambda part: "/partners/" in part["path"], 403),
    )
    assert on(scene.server)["areas/a1"]["description"] == "Goes out"
    assert {each.edit.kind for each in scene.ada.pending()} == {"partners"}
    assert len(scene.server.requests) - sent < 9
    assert scene.ada.sync().outcome == "ok"
    assert (scene.ada.pending(), on(scene.server)) == ([], scene.saved)
    assert set(scene.counting.taken.values()) == {1}


@fault("24")
def a_collection_is_gone_and_the_rest_goes(scene: Scene) -> None:
    scene = without_suggestions(scene)
    partners = scene.server.shelves.pop("partners")
    report = scene.ada.sync()
    assert (report.outcome, report.sent) == ("ok", 2)
    assert {each.edit.kind for each in scene.ada.pending()} == {"partners"}
    assert scene.shown() == scene.saved
    assert scene.ada.unsound() == []
    scene.server.shelves["partners"] = partners
    scene.completes(once=False)


def without_suggestions(scene: Scene) -> Scene:
    """The scene on a server that takes none."""
    edits.undo(scene.path)
    scene.server.shelves.pop(SUGGESTIONS)
    scene._begin()
    scene.counting.taken.clear()
    assert scene.owed == 7
    # The home hears of it with the next word about the server.
    scene.ada.remember(hello_at=0.0)
    return scene


@fault("25")
def the_service_ends_while_we_send(scene: Scene) -> None:
    ended = httpx.Response(410, headers={"Alert": '{"message": "We moved."}'}, json={"code": 410, "errno": 202})
    assert scene.meets("incompatible", "has ended its service. We moved.", at_writes(scene.counting, lambda _request: ended)).exit_code == 5
    scene.completes()


@fault("26")
def asked_to_be_left_alone_while_sending(scene: Scene) -> None:
    for status, after in itertools.product((429, 503), ("3000", "-5", "soon", "315360000")):
        scene.ada.remember(not_before=0.0)
        scene.meets("unwell", str(status), at_writes(scene.counting, says(status, **{"Retry-After": after})))
        if after[0] == "3":
            asked = len(scene.server.requests)
            scene.meets("unwell", "left alone")
            assert len(scene.server.requests) == asked
    scene.completes()


@fault("27")
def asked_for_room_with_an_answer_to_a_write(scene: Scene) -> None:
    def full(request: httpx.Request) -> httpx.Response:
        answer = scene.counting(request)
        answer.headers["Backoff"] = "3000"
        return answer

    assert scene.ada.sync(full).outcome == "ok"
    scene.ada.edit("p7", city="Zomba")
    scene.saved = scene.shown()
    asked = len(scene.server.requests)
    scene.meets("unwell", "left alone")
    assert len(scene.server.requests) == asked
    scene.completes(once=False)


@fault("28")
def an_error_in_html_while_sending(scene: Scene) -> None:
    """For so long that, of one edit alone, it would be taken for the edit's fault."""
    for _run in range(4):
        assert scene.meets("unwell", "cannot answer now (500)", at_writes(scene.counting, impostors.broken_page)).exit_code == 3
        assert {each.state for each in scene.ada.pending()} == {states.WAITING}
    scene.completes()


@fault("29")
def a_gateway_gives_up_on_large_batches(scene: Scene) -> None:
    for status in (502, 504):
        one = scene.clone(scene.folder / str(status))

        def weak(request: httpx.Request, one: Scene = one, status: int = status) -> httpx.Response:
            return one.counting(request) if len(parts(request)) < 3 else says(status)(request)

        assert one.ada.sync(at_writes(one.counting, weak)).outcome == "ok"
        assert one.ada.pending() == []
        one.completes()


@fault("30")
def too_large_for_a_web_server_on_the_way(scene: Scene) -> None:
    edits.create(scene.path, "partners", {"name": "Large", "description": "x" * 50_000}, "ada")
    scene.saved = scene.shown()
    page = httpx.Response(413, html="<h1>413 Request Entity Too Large</h1>")
    scene.meets(
        "ok",
        "did not take 1 edit",
        at_writes(scene.counting, lambda request: page if len(request.content) > 40_000 else scene.counting(request)),
    )
    (parked,) = scene.ada.pending()
    assert (parked.state, parked.reason) == (states.PARKED, "It is larger than what the way to the catalogue lets through.")
    assert edits.undo(scene.path)
    scene.saved = scene.shown()
    scene.completes()


@fault("31")
def text_that_breaks_servers(scene: Scene) -> None:
    for number, text in enumerate((r'"a\u0000b"', r'"a\ud800"', r'"\u001b[2Jgone"', "1e999", str(2**60))):
        made = edits.create(scene.path, "partners", {"name": f"Odd {number}"}, "ada")
        # Past every check, as from another program.
        with closing(connect(scene.path)) as opened:
            for table, column, where in (("pending_edit", "new", "id"), ("edited", "document", "id")):
                name = made.id if table == "pending_edit" else made.record_id
                (held,) = opened.execute(f"SELECT {column} FROM {table} WHERE {where} = ?", (name,)).fetchone()
                opened.execute(f"UPDATE {table} SET {column} = ? WHERE {where} = ?", (held[:-1] + f',"city":{text}}}', name))
    asked = len(scene.server.requests)
    report = scene.ada.sync()
    assert (report.outcome, report.sent) == ("ok", scene.owed - 1), report
    assert len(scene.server.requests) - asked < 6
    assert [each.state for each in scene.ada.pending()] == [states.PARKED] * 5
    assert all(each.reason.startswith("It holds ") for each in scene.ada.pending())
    for _each in range(5):
        assert edits.undo(scene.path)
    scene.completes()


@fault("31-broken")
def a_record_over_which_the_server_breaks(scene: Scene) -> None:
    def breaks(request: httpx.Request) -> httpx.Response:
        return says(500)(request) if b"partners/records/p1" in request.content else scene.counting(request)

    for runs in range(1, 4):
        scene.meets("ok", "did not take" if runs == 3 else "1 edit waits", at_writes(scene.counting, breaks))
        (left,) = scene.ada.pending()
        assert (left.edit.record_id, left.state) == ("p1", states.PARKED if runs == 3 else states.WAITING)
    assert "500" in left.reason
    scene.ada.edit("p1", city="Lilongwe")
    scene.saved = scene.shown()
    scene.completes()


@fault("32")
def answers_that_do_not_fit_the_writes(scene: Scene) -> None:
    spoils: list[tuple[str, Callable[[list[Any]], list[Any]]]] = [
        ("unwell", lambda answers: answers[:-1]),
        ("unwell", lambda answers: [*answers, answers[-1]]),
        ("ok", lambda answers: answers[::-1]),
        ("ok", lambda answers: answers[1:] + answers[:1]),
        ("unwell", lambda _answers: []),
        ("unwell", lambda _answers: [{}]),
    ]
    for number, (outcome, spoil) in enumerate(spoils):
        one = scene.clone(scene.folder / str(number))

        def spoilt(request: httpx.Request, one: Scene = one, spoil: Callable[[list[Any]], list[Any]] = spoil) -> httpx.Response:
            body = json.loads(one.counting(request).read())
            return httpx.Response(200, json={"responses": spoil(body["responses"])})

        report = one.meets(outcome, "", at_writes(one.counting, spoilt))
        assert outcome == "ok" or "does not fit what was asked" in report.words
        # What may have been taken is not taken back before the catalogue was asked.
        assert outcome == "ok" or {each.state for each in one.ada.pending() if each.edit.kind in KINDS} == {states.IN_FLIGHT}
        one.completes()


@fault("33-409")
def a_part_is_told_that_there_is_a_conflict(scene: Scene) -> None:
    scene.meets("ok", "wait", refusing(scene.counting, lambda part: part["path"].endswith(("p0", "p2")), 409))
    assert {each.edit.record_id for each in scene.ada.pending()} == {"p0", "p2"}
    scene.completes()


@fault("33-412")
def overtaken_by_what_somebody_else_wrote(scene: Scene) -> None:
    def overtaking(request: httpx.Request) -> httpx.Response:
        if "email" not in scene.server.live("partners")["p0"]:
            scene.server.put("partners", {"id": "p0", "name": "Partner 0", "phone": "1", "email": "a@x.example"})
        return scene.counting(request)

    scene.saved["partners/p0"]["email"] = "a@x.example"
    assert scene.ada.sync(at_writes(scene.counting, overtaking)).outcome == "ok"
    scene.stays()
    scene.completes()


@fault("33-412-bare")
def overtaken_and_not_told_by_what(scene: Scene) -> None:
    scene.server.put("partners", {"id": "p0", "name": "Partner 0", "phone": "1", "email": "a@x.example"})
    report = scene.ada.sync(refusing(scene.counting, lambda part: part["path"].endswith("/p0"), 412))
    assert (report.outcome, report.conflicts) == ("ok", 1)
    assert scene.ada.unsound() == []
    (conflict,) = scene.ada.conflicts()
    assert (conflict.path, conflict.mine["phone"], conflict.mine["city"]) == ((), "2", "Oslo")
    edits.settle(scene.path, conflict, MINE, "ada")
    # The server has it after all, as somebody else left it.
    assert scene.ada.sync().exit_code == 6
    _settle_all(scene)
    scene.saved = scene.shown()
    assert scene.saved["partners/p0"] == {"id": "p0", "name": "Partner 0", "phone": "2", "city": "Oslo", "email": "a@x.example"}
    scene.completes(once=False)


@fault("34")
def the_answer_is_lost(scene: Scene) -> None:
    """One by one in `test_push.test_an_answer_that_was_lost`; of suggestions in `test_suggestions.test_answers_that_are_lost`."""
    scene.meets("offline", "broke", lost(scene.counting))
    assert len(scene.counting.taken) >= 7
    scene.completes()


@fault("34-suggestions")
def suggestions_of_which_nobody_knows_whether_they_arrived(scene: Scene) -> None:
    def mangled(request: httpx.Request) -> httpx.Response:
        body = json.loads(scene.counting(request).read())
        return httpx.Response(200, json={"responses": body["responses"][1:]})

    faults = (lost(scene.counting), at_writes(scene.counting, mangled), at_writes(scene.counting, says(500)))
    for number, handler in enumerate(faults, 3):
        saved = scene.vera.edit(f"p{number}", city="Zomba")
        assert saved
        scene.vera.sync(handler)
        assert scene.vera.unsound() == []
        assert scene.vera.shown(f"p{number}")["city"] == "Zomba"
        assert scene.vera.sync().outcome == "ok"
        assert {each.state for each in scene.vera.pending()} == {states.SUGGESTED}
        assert scene.counting.taken[SUGGESTIONS, saved.id] == 1
        assert scene.server.live(SUGGESTIONS)[saved.id]["fields"] == {"city": {"new": "Zomba"}}
    scene.completes(once=False)


@fault("34-moved")
def the_answer_is_lost_and_others_write_over_it(scene: Scene) -> None:
    scene.meets("offline", "broke", lost(scene.counting))
    there = scene.server.live("partners")
    scene.server.put("partners", {**there["p0"], "last_modified": None, "email": "a@x.example"})
    scene.server.put("partners", {"id": "p2", "name": "Back"})
    scene.server.delete("partners", "p1")
    report = scene.ada.sync()
    assert report.outcome == "ok"
    assert scene.ada.unsound() == []
    assert scene.shown()["partners/p0"] == scene.saved["partners/p0"] | {"email": "a@x.example"}
    _settle_all(scene)
    assert scene.ada.sync().exit_code == 0
    assert (scene.ada.pending(), on(scene.server)) == ([], scene.shown())


@fault("35")
def two_win_the_same_race(scene: Scene) -> None:
    """Nobody who only reads can undo what the server let happen: both homes agree on what it holds, and the change log says what went."""
    scene.server.quirks.racing = True
    bo = new_person(scene.folder, scene.server, "bo")
    bo.edit("p0", email="b@x.example")

    def racing(request: httpx.Request) -> httpx.Response:
        if bo.pending():
            bo.carried()
        return scene.counting(request)

    assert scene.ada.sync(at_writes(scene.counting, racing)).outcome == "ok"
    scene.stays()
    scene.completes()
    assert bo.carried().outcome == "ok"
    assert bo.shown("p0") == scene.saved["partners/p0"]
    fields = {field.field: field.old for change in bo.log() if change.record_id == "p0" for field in change.fields}
    assert fields["email"] == "b@x.example"


@fault("37")
def tombstones_are_purged_while_edits_wait(scene: Scene) -> None:
    scene.server.delete("partners", "p7")
    scene.server.purge()
    del scene.saved["partners/p7"]
    scene.ada.count_soon()
    scene.completes()


@fault("37-edited")
def an_edited_record_is_purged(scene: Scene) -> None:
    """While it is being sent in `test_push.test_an_edit_of_a_record_that_was_purged_is_a_question_at_once`."""
    for gone in ("p0", "p2"):
        scene.server.delete("partners", gone)
    scene.server.purge()
    assert scene.ada.sync().exit_code == 6
    (conflict,) = scene.ada.conflicts()
    assert (conflict.ref, conflict.mine, conflict.theirs) == ("partners/p0", scene.saved["partners/p0"], None)
    edits.settle(scene.path, conflict, MINE, "ada")
    scene.completes(once=False)


@fault("38")
def purged_and_written_again(scene: Scene) -> None:
    for gone in ("p0", "p7"):
        scene.server.delete("partners", gone)
    scene.server.purge()
    scene.server.put("partners", {"id": "p0", "name": "Partner 0", "phone": "1", "email": "a@x.example"})
    scene.saved["partners/p0"]["email"] = "a@x.example"
    del scene.saved["partners/p7"]
    scene.ada.count_soon()
    scene.completes()


def _settle_all(scene: Scene) -> None:
    for conflict in scene.ada.conflicts():
        edits.settle(scene.path, conflict, MINE, "ada")


@fault("39")
def the_collection_is_made_anew(scene: Scene) -> None:
    for number in range(30):
        scene.server.put("partners", {"id": f"more{number}", "name": f"More {number}"})
    _read(scene)
    before = scene.server.shelves["partners"]
    scene.server.make("partners")
    assert scene.ada.sync().outcome == "refused"
    assert (scene.shown(), scene.ada.unsound(), len(scene.ada.pending())) == (scene.saved, [], scene.owed)
    # Put back, all goes on; left empty, it is a question for whoever wrote.
    again = scene.clone(scene.folder / "put back")
    for row in before.rows.values():
        again.server.put("partners", {**row, "last_modified": None})
    again.completes(once=False)
    assert scene.ada.sync(accept_removals=True).exit_code == 6
    assert {each.ref for each in scene.ada.conflicts()} == {"partners/p0", "partners/p1", "partners/p6"}
    _settle_all(scene)
    expected = scene.saved
    scene.saved = scene.shown()
    assert all(scene.saved[each] == expected[each] for each in ("partners/p0", "partners/p1", "partners/p6"))
    scene.completes(once=False)


@fault("40")
def an_older_backup_is_restored(scene: Scene) -> None:
    backup = scene.server.backup()
    scene.server.put("partners", {"id": "p0", "name": "Later", "phone": "1"})
    scene.server.put("partners", {"id": "later", "name": "Later"})
    with _not_sending(scene):
        assert scene.ada.sync().outcome == "ok"
    assert scene.shown()["partners/p0"]["name"] == "Later"
    scene.server.restore(backup, "another epoch")
    scene.completes()


@fault("40-untold")
def an_older_backup_is_restored_and_nobody_says_so(scene: Scene) -> None:
    backup = scene.server.backup()
    scene.server.put("partners", {"id": "p0", "name": "Later", "phone": "1"})
    with _not_sending(scene):
        assert scene.ada.sync().outcome == "ok"
    scene.server.restore(backup)
    scene.completes()


@fault("40-in-flight")
def an_older_backup_is_restored_after_an_answer_was_lost(scene: Scene) -> None:
    backup = scene.server.backup()
    scene.meets("offline", "broke", lost(scene.counting))
    scene.server.restore(backup, "another epoch")
    scene.completes(once=False)


@contextmanager
def _not_sending(scene: Scene) -> Iterator[None]:
    """The editor is signed out for a while."""
    who, scene.ada.signed_in = scene.ada.signed_in, None
    yield
    scene.ada.signed_in = who


@fault("41")
def everything_is_flushed(scene: Scene) -> None:
    backup, metadata, accounts = scene.server.backup(), copy.deepcopy(scene.server.metadata), dict(scene.server.accounts)
    scene.server.flush()
    report = scene.ada.sync()
    assert report.exit_code in (4, 5), report
    assert scene.shown() == scene.saved
    assert (len(scene.ada.pending()), scene.ada.unsound()) == (scene.owed, [])
    scene.server.accounts.update(accounts)
    scene.server.metadata = metadata
    scene.server.restore(backup, "another epoch")
    scene.completes()


@fault("44")
def the_server_takes_smaller_batches(scene: Scene) -> None:
    scene.server.quirks.batch_max = 1
    scene.completes()


@fault("44-while")
def the_server_takes_smaller_batches_while_we_send(scene: Scene) -> None:
    def lowered(request: httpx.Request) -> httpx.Response:
        scene.server.quirks.batch_max = 2
        return scene.counting(request)

    assert scene.ada.sync(at_writes(scene.counting, lowered)).outcome == "ok"
    scene.completes()


@fault("46")
def a_server_for_reading_alone(scene: Scene) -> None:
    """Without suggestions in `test_push.test_a_server_for_reading_alone`."""
    scene.server.quirks.read_only = True
    scene.meets("ok", "The catalogue does not let you write")
    scene.server.quirks.read_only = False
    scene.completes()


@fault("48")
def edited_and_deleted_between_two_pages(scene: Scene) -> None:
    for number in range(40):
        scene.server.put("partners", {"id": f"more{number}", "name": f"More {number}"})
        scene.saved[f"partners/more{number}"] = {"id": f"more{number}", "name": f"More {number}"}
    scene.server.quirks.paginate_by = 5
    pages = itertools.count()

    def moving(request: httpx.Request) -> httpx.Response:
        if next(pages) == 2:
            scene.server.put("partners", {"id": "p1", "name": "Partner 1", "phone": "1", "email": "a@x.example"})
            scene.server.put("partners", {"id": "p2", "name": "Kept", "phone": "1"})
            scene.server.delete("partners", "more7")
        return scene.counting(request)

    del scene.saved["partners/more7"]
    scene.saved["partners/p1"]["email"] = "a@x.example"
    report = scene.ada.sync(moving)
    assert (report.outcome, report.conflicts) == ("ok", 1)
    (conflict,) = scene.ada.conflicts()
    assert (conflict.ref, conflict.mine) == ("partners/p2", None)
    assert scene.shown()["partners/p2"]["name"] == "Kept"
    edits.settle(scene.path, conflict, MINE, "ada")
    scene.completes(once=False)


@fault("54")
def fields_that_nobody_here_knows(scene: Scene) -> None:
    """For one record in `test_push.test_fields_that_this_program_does_not_know_are_sent_back_as_they_came`."""
    novel = {"future": {"a": [1, 2.5, None, {"b": "c"}]}, "areas": "no list", "founded": "long ago"}
    for record_id in ("p0", "p1", "p6"):
        scene.server.put("partners", {**scene.server.live("partners")[record_id], **novel, "last_modified": None})
        scene.saved[f"partners/{record_id}"] |= novel
    scene.completes()


@fault("55")
def text_of_every_script(scene: Scene) -> None:
    texts = ("👩‍🚀 emoji", "مرحبا ‏بكم", "[bold]markup[/]", "two\nlines\tand a tab", "نص [/x] 漢字", "\\x1b[31m", "'; DROP TABLE")
    made = [edits.create(scene.path, "partners", {"name": text, "description": text}, "ada") for text in texts]
    scene.saved = scene.shown()
    assert scene.ada.sync().outcome == "ok"
    assert [scene.server.live("partners")[each.record_id]["description"] for each in made] == list(texts)
    assert (scene.ada.pending(), on(scene.server), scene.ada.unsound()) == ([], scene.saved, [])


@fault("56")
def numbers_that_are_unusual(scene: Scene) -> None:
    values = (-0.0, 2**53, 1e-300, 0.1 + 0.2)
    figures = [{"measure": f"m{number}", "value": value} for number, value in enumerate(values)]
    scene.ada.edit("p0", figures=figures)
    scene.saved = scene.shown()
    scene.completes()
    assert json.dumps(scene.server.live("partners")["p0"]["figures"]) == json.dumps(figures)


@fault("58")
def a_schema_that_is_stricter_than_ours(scene: Scene) -> None:
    """One record in `test_push.test_what_the_server_refuses_is_parked_with_its_reason`."""
    strict = refusing(scene.counting, lambda part: "Oslo" in json.dumps(part), 400, message="city in body: too short")
    for _run in range(2):
        scene.meets("ok", "did not take 2 edits", strict)
        assert {(each.edit.record_id, each.state, each.reason) for each in scene.ada.pending()} == {
            ("p0", states.PARKED, "city in body: too short")
        }
    scene.ada.edit("p0", city="Oslo kommune")
    scene.saved = scene.shown()
    scene.completes()


@fault("58-schema")
def a_schema_is_added(scene: Scene) -> None:
    scene.server.quirks.validating = True
    scene.completes()


@fault("60")
def an_empty_list_where_many_were(scene: Scene) -> None:
    for number in range(30):
        scene.server.put("partners", {"id": f"more{number}", "name": f"More {number}"})
    _read(scene)
    before = scene.server.shelves["partners"]
    scene.server.make("partners")
    report = scene.ada.sync()
    assert report.outcome == "refused", report
    assert scene.shown() == scene.saved
    assert scene.ada.unsound() == []
    assert len(scene.ada.pending()) == scene.owed
    # It had been a slip of theirs.
    scene.server.shelves["partners"] = before
    scene.ada.count_soon()
    scene.completes()


def _read(scene: Scene) -> None:
    """Read what others wrote, and send nothing."""
    with _not_sending(scene):
        assert scene.ada.sync().outcome == "ok"
    scene.saved = scene.shown()


@fault("62")
def a_power_cut_after_it_was_said_to_be_saved(scene: Scene) -> None:
    """The file without its log: what is closed is in the file; beside an app that is open it is in the log, which waits for the disk."""
    alone = scene.folder / "alone"
    shutil.copytree(scene.path.parent, alone, ignore=lambda _folder, names: [each for each in names if "-wal" in each or "-shm" in each])
    with closing(connect(alone / scene.path.name)) as opened:
        assert len(edits.pending(opened)) == scene.owed
    with closing(connect(scene.path)) as app:
        app.execute("SELECT count(*) FROM record").fetchone()
        with writing.writing(scene.path) as saving:
            assert saving.execute("PRAGMA synchronous").fetchone() == (2,)
        before = scene.shown()
        scene.ada.edit("p7", phone="2")
        after = scene.shown()
        with_log, without = scene.folder / "with", scene.folder / "without"
        for folder, endings in ((with_log, ("", "-wal")), (without, ("",))):
            shutil.copytree(
                scene.path.parent, folder, ignore=lambda _folder, names: [each for each in names if each.endswith(("-wal", "-shm"))]
            )
            for ending in endings:
                shutil.copyfile(f"{scene.path}{ending}", folder / f"{scene.path.name}{ending}")
    for folder, shown in ((with_log, (after,)), (without, (before, after))):
        other = scene.clone(folder / "again")
        shutil.rmtree(other.path.parent)
        shutil.copytree(folder, other.path.parent, ignore=lambda _folder, names: ["again"] if "again" in names else [])
        other.ada.sign_in("ada", "ada")
        assert other.ada.unsound() == []
        assert other.shown() in shown
        other.saved = other.shown()
        other.completes(once=False)


@fault("63")
def the_disk_is_full_while_saving(scene: Scene) -> None:
    with full_disk(writing, "connect"), pytest.raises(CopyError, match="Nothing was saved: database or disk is full"):
        scene.ada.edit("p7", description="x" * 200_000)
    scene.stays()
    scene.completes()


@fault("63-sending")
def the_disk_is_full_while_sending(scene: Scene) -> None:
    large = {"name": "Large", "unheard_of": "x" * 200_000}

    def growing(request: httpx.Request) -> httpx.Response:
        scene.server.put("partners", {**scene.server.live("partners")["p0"], **large, "last_modified": None})
        return scene.counting(request)

    with full_disk(run, "connect_to_fill"), pytest.raises(CopyError, match="disk is full"):
        scene.ada.sync(at_writes(scene.counting, growing))
    assert scene.ada.unsound() == []
    assert {**scene.shown(), "partners/p0": None} == {**scene.saved, "partners/p0": None}
    scene.saved["partners/p0"] |= large
    scene.completes()


@fault("64")
def locked_by_another_one(scene: Scene) -> None:
    with locked(scene.path), mock.patch("ssc_tui.store.connection.BUSY_SECONDS", 0.05):
        with pytest.raises(Busy, match="nothing was saved"):
            scene.ada.edit("p7", phone="2")
        with pytest.raises(CopyError, match="could not be written"):
            scene.ada.sync()
        assert scene.shown() == scene.saved
    scene.stays()
    scene.completes()


@fault("64-sending")
def locked_while_we_send(scene: Scene) -> None:
    with closing(sqlite3.connect(scene.path, isolation_level=None)) as other, mock.patch("ssc_tui.store.connection.BUSY_SECONDS", 0.05):

        def locking(request: httpx.Request) -> httpx.Response:
            answer = scene.counting(request)
            other.execute("BEGIN IMMEDIATE")
            return answer

        with pytest.raises(CopyError, match="could not be written"):
            scene.ada.sync(at_writes(scene.counting, locking))
        assert scene.shown() == scene.saved
        other.execute("ROLLBACK")
    scene.stays()
    assert len(scene.counting.taken) >= 7
    scene.completes()


@fault("65")
def two_apps_save_at_once(scene: Scene) -> None:
    """Each writes a field of its own and one that both write; who had not seen what the other one saved there is in conflict with it."""
    failed: list[Exception] = []

    def save(who: str) -> None:
        try:
            for number in range(8):
                old = scene.ada.document("partners", "p7")
                edits.change(scene.path, "partners", "p7", old, old | {who: str(number), "description": f"{who} {number}"}, who)
        except Exception as error:
            failed.append(error)

    both = [threading.Thread(target=save, args=(field,)) for field in ("city", "email")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert failed == []
    mine = [each for each in scene.ada.pending() if each.edit.record_id == "p7"]
    assert (len(mine), len({each.edit.id for each in mine})) == (16, 16)
    scene.saved = scene.shown()
    assert (scene.saved["partners/p7"]["city"], scene.saved["partners/p7"]["email"]) == ("7", "7")
    assert scene.ada.unsound() == []
    wrote = {each.edit.id: each.edit.new["description"] for each in mine}
    for found in scene.ada.conflicts():
        assert (found.path, found.mine) == (("description",), wrote[found.edit])
        edits.settle(scene.path, found, THEIRS, "ada")
    assert scene.shown() == scene.saved
    scene.completes(once=False)


@fault("65-unseen")
def two_apps_save_what_neither_saw_of_the_other(scene: Scene) -> None:
    old = scene.ada.document("partners", "p7")
    for who in ("city", "email"):
        edits.change(scene.path, "partners", "p7", old, old | {who: "7", "description": f"by {who}"}, who)
    (found,) = scene.ada.conflicts()
    assert (found.path, found.mine, found.theirs, found.author) == (("description",), "by email", "by city", "email")
    edits.settle(scene.path, found, MINE, "ada")
    scene.saved = scene.shown()
    assert {name: scene.saved["partners/p7"][name] for name in ("city", "email", "description")} == {
        **{"city": "7", "email": "7"},
        "description": "by email",
    }
    scene.completes(once=False)


@fault("65-sync")
def two_syncs_at_once(scene: Scene) -> None:
    told: list[Report] = []

    def meanwhile(request: httpx.Request) -> httpx.Response:
        if not told:
            told.append(scene.ada.sync(scene.counting))
        return scene.counting(request)

    assert scene.ada.sync(at_writes(scene.counting, meanwhile)).outcome == "ok"
    assert [each.outcome for each in told] == ["busy"]
    scene.completes()


@fault("66")
def a_disk_for_reading_alone(scene: Scene) -> None:
    for place, mode in ((scene.path, 0o400), (scene.path.parent, 0o500)):
        place.chmod(mode)
        with pytest.raises(ReadOnly, match="nothing was saved"):
            scene.ada.edit("p7", phone="2")
        with pytest.raises(ReadOnly, match="read-only"):
            scene.ada.sync()
        assert scene.shown() == scene.saved
        place.chmod(mode | 0o200)
    scene.completes()


@fault("67")
def the_file_is_corrupted(scene: Scene) -> None:
    """The pages of a table with nothing that cannot be had again; those of the edits in `tests/store/test_damage.py`."""
    with closing(connect(scene.path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()
        (size,) = opened.execute("PRAGMA page_size").fetchone()
    with scene.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    found = open_copy(scene.ada.home)
    found.connection.close()
    assert any("edits that were still to be sent" in notice for notice in found.notices), found.notices
    assert len(scene.ada.pending()) == scene.owed
    scene.completes()


@fault("68")
def the_clock_jumps(scene: Scene) -> None:
    now = datetime.datetime.now(datetime.UTC)
    for moment, phone in ((now + YEAR, "3"), (now - YEAR, "4"), (now + 2 * YEAR, "5"), (now, "6")):
        with time_machine.travel(moment, tick=True):
            scene.ada.edit("p1", phone=phone)
    scene.saved = scene.shown()
    assert scene.saved["partners/p1"]["phone"] == "6"
    for moment in (now + YEAR, now - YEAR):
        with time_machine.travel(moment, tick=True):
            scene.meets("offline", "broke", lost(scene.counting))
    scene.completes()


@fault("68-while")
def the_clock_jumps_while_we_send(scene: Scene) -> None:
    for years in (1, -1):
        one = scene.clone(scene.folder / str(years))
        with time_machine.travel(time.time(), tick=True) as clock:

            def jumping(request: httpx.Request, one: Scene = one, clock: Any = clock, years: int = years) -> httpx.Response:
                answer = one.counting(request)
                clock.move_to(datetime.datetime.now(datetime.UTC) + years * YEAR)
                return answer

            assert one.ada.sync(at_writes(one.counting, jumping)).outcome == "ok"
            one.stays()
        one.completes()


def _while_it_is_sent(scene: Scene, do: Callable[[], object]) -> Report:
    """A run during which somebody does something, once, after the server has taken what was sent."""
    done: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        answered = scene.counting(request)
        if not done:
            done.append(None)
            do()
        return answered

    report = scene.ada.sync(at_writes(scene.counting, answer))
    assert report.outcome == "ok", report
    assert done
    return report


@fault("months")
def months_without_a_link(scene: Scene) -> None:
    """The editor writes on, and on the server things take their course: changes, deletes, a purge, and a move to another machine."""
    now = datetime.datetime.now(datetime.UTC)
    for month in range(1, 8):
        with time_machine.travel(now + month * YEAR / 12, tick=True):
            scene.meets("offline", "No connection", impostors.refused)
            scene.ada.edit("p3", **{("city", "email", "website")[month % 3]: f"month {month}"})
            scene.saved = scene.shown()
    for number in range(40):
        scene.server.put("partners", {"id": f"more{number}", "name": f"More {number}"})
    scene.server.put("partners", {"id": "p3", "name": "Renamed", "phone": "1"})
    scene.server.delete("partners", "p7")
    scene.server.purge()
    scene.server.restore(scene.server.backup(), "another epoch")
    _read(scene)
    assert scene.saved["partners/p3"] == {
        "id": "p3", "name": "Renamed", "phone": "1", "city": "month 6", "email": "month 7", "website": "month 5"
    }  # fmt: skip
    scene.completes(once=False)


@fault("69-edit")
def edited_while_it_is_in_flight(scene: Scene) -> None:
    """Alone in `test_push.test_what_is_saved_while_it_is_being_sent_stays`."""

    def edit() -> None:
        scene.ada.edit("p0", phone="3", email="a@x.example")
        scene.saved = scene.shown()

    _while_it_is_sent(scene, edit)
    assert scene.saved["partners/p0"] == {"id": "p0", "name": "Partner 0", "phone": "3", "city": "Oslo", "email": "a@x.example"}
    scene.completes(once=False)


@fault("69-delete")
def deleted_while_it_is_in_flight(scene: Scene) -> None:
    new = next(each.edit for each in scene.ada.pending() if each.edit.new.get("name") == "New")

    def delete() -> None:
        edits.remove(scene.path, "partners", "p0", "ada")
        edits.remove(scene.path, "partners", new.record_id, "ada")
        scene.saved = scene.shown()

    _while_it_is_sent(scene, delete)
    assert not {"p0", new.record_id} & set(scene.server.live("partners"))
    scene.completes(once=False)


@fault("69-undo")
def taken_back_while_it_is_in_flight(scene: Scene) -> None:
    _while_it_is_sent(scene, lambda: edits.undo(scene.path))
    scene.completes()


@fault("69-resolve")
def resolved_while_it_is_in_flight(scene: Scene) -> None:
    scene.server.put("partners", {"id": "p0", "name": "Partner 0", "phone": "9"})
    _read(scene)
    (conflict,) = scene.ada.conflicts()
    assert (conflict.field, conflict.mine, conflict.theirs) == ("phone", "2", "9")

    def resolve() -> None:
        edits.settle(scene.path, conflict, MINE, "ada")
        scene.saved = scene.shown()

    _while_it_is_sent(scene, resolve)
    assert scene.saved["partners/p0"]["phone"] == "2"
    scene.completes(once=False)


@fault("70")
def a_newer_program_has_been_here(scene: Scene) -> None:
    with closing(connect(scene.path)) as opened:
        opened.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(ReadOnly, match="newer ssc-tui; nothing was saved"):
        scene.ada.edit("p7", phone="2")
    asked = len(scene.server.requests)
    with pytest.raises(ReadOnly, match="newer ssc-tui"):
        scene.ada.sync()
    assert len(scene.server.requests) == asked
    assert scene.shown() == scene.saved
    with closing(connect(scene.path)) as opened:
        opened.execute(f"PRAGMA user_version = {VERSION}")
    scene.stays()
    scene.completes()


def _doing_at(handler: Handler, last: int, do: Callable[[], object], answered: bool) -> Handler:
    """A client that does something at the n-th question, which the server has heard by then or never hears."""
    asked = itertools.count(1)

    def answer(request: httpx.Request) -> httpx.Response:
        if next(asked) != last:
            return handler(request)
        found = handler(request) if answered else None
        do()
        return found or handler(httpx.Request("GET", "http://127.0.0.1/v1/"))

    return answer


def _ctrl_c() -> None:
    raise KeyboardInterrupt


@fault("71")
def stopped_at_every_question(scene: Scene) -> None:
    """By the person; `answered` tells whether the server heard the question before."""
    for answered, last in itertools.product((True, False), range(1, 5)):
        one = scene.clone(scene.folder / f"{answered} {last}")
        report = one.ada.sync(_doing_at(one.counting, last, one.ada.stop, answered))
        assert report.outcome in ("stopped", "ok"), report
        assert last > 3 or report.exit_code == 130
        one.stays()
        one.completes()


@fault("71-ctrl-c")
def ctrl_c_at_every_question(scene: Scene) -> None:
    for answered, last in itertools.product((True, False), range(1, 4)):
        one = scene.clone(scene.folder / f"{answered} {last}")
        with pytest.raises(KeyboardInterrupt):
            one.ada.sync(_doing_at(one.counting, last, _ctrl_c, answered))
        one.stays()
        one.completes()


@fault("15")
def the_line_breaks_at_every_question(scene: Scene) -> None:
    for last in range(1, 5):
        one = scene.clone(scene.folder / str(last))
        one.meets("offline", "connection", breaking(one.counting, last)) if last < 4 else one.ada.sync(breaking(one.counting, last))
        one.stays()
        one.completes()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """What every fault begins with, made once."""
    return Scene(tmp_path_factory.mktemp("ready"))


@pytest.mark.parametrize("happens", fault)
def test_fault(happens: Callable[[Scene], None], ready: Scene, tmp_path: Path) -> None:
    happens(ready.clone(tmp_path / "scene"))
