"""The documents of suggestions and conflicts: what they say comes back as it was said, and is decided once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.test_merge import DOCUMENTS, PARTNERS, Document, content

from ssc_tui.catalogue.edits import CHANGED, NEW, REMOVED, WHOLE_RECORD, Edit
from ssc_tui.catalogue.merge import Key
from ssc_tui.catalogue.suggestions import (
    ACCEPTED,
    CREATE,
    DECLINED,
    DELETE,
    EDIT,
    HOWS,
    Dispute,
    Suggestion,
    decided,
    dispute_id,
    disputed,
    laid,
    noted,
    outcome,
    read,
    settled,
    suggested,
)

AT = "2026-11-22T12:00:00+00:00"
JSON = st.recursive(st.none() | st.booleans() | st.integers(0, 5) | st.text(max_size=3), st.lists, max_leaves=4) | st.dictionaries(
    st.text(max_size=3), st.integers(0, 3), max_size=2
)
PATHS = st.sampled_from([("phone",), ("brings", Key(("c1",)), "topic"), ("partners", Key(("norec", None))), WHOLE_RECORD])


def made(theirs: Document | None, wanted: Document | None) -> Suggestion:
    said = read({"id": "s", **suggested("partners/r", theirs, wanted, "vera", AT)})
    assert isinstance(said, Suggestion)
    return said


def without_nothing(document: Document) -> Any:
    return content({name: value for name, value in document.items() if value not in ([], {})})


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_accepted_on_an_unchanged_record_is_what_its_author_saw(theirs: Document, wanted: Document) -> None:
    said = made(theirs, wanted)
    assert (said.change, said.author, said.at, said.ref) == (EDIT, "vera", AT, "partners/r")
    accepted = outcome(said, theirs, PARTNERS)
    assert (without_nothing(accepted.document), accepted.moved) == (without_nothing(wanted), ())
    assert outcome(said, accepted.document, PARTNERS).document == accepted.document


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_what_is_accepted_goes_before_what_moved_and_leaves_all_else(theirs: Document, wanted: Document, now: Document) -> None:
    said = made(theirs, wanted)
    document, moved = outcome(said, now, PARTNERS)
    untouched = set(now) - {change.field for change in said.fields}
    assert all(document[name] == now[name] for name in untouched)
    for change in said.fields:
        if change.field in ("name", "phone"):
            assert document.get(change.field) == change.new
            assert ((change.field,) in [clash.path for clash in moved]) == (now.get(change.field) not in (change.old, change.new))


@given(DOCUMENTS, DOCUMENTS, st.data())
def test_one_field_is_accepted_and_no_other(theirs: Document, wanted: Document, data: st.DataObject) -> None:
    said = made(theirs, wanted)
    names = [change.field for change in said.fields]
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    document = outcome(said, theirs, PARTNERS, chosen).document
    expected = {**theirs, **{name: wanted.get(name) for name in chosen}}
    assert without_nothing(document) == without_nothing({name: value for name, value in expected.items() if value is not None})


@given(DOCUMENTS)
def test_a_record_is_made_or_goes(document: Document) -> None:
    said = made(None, document)
    assert (said.change, without_nothing(outcome(said, {"id": "r"}, PARTNERS).document)) == (CREATE, without_nothing(document))
    assert made(document, None).change == DELETE


@given(st.sampled_from([ACCEPTED, DECLINED]), st.lists(st.sampled_from(["name", "phone"]), unique=True), st.text(max_size=5))
def test_a_decision_is_read_as_it_was_made(state: str, taken: list[str], reason: str) -> None:
    open_one = {"id": "s", **suggested("partners/r", {"name": "a"}, {"name": "b", "phone": "1"}, "vera", AT)}
    said = read({**open_one, **decided(state, "ada", AT, reason=reason, taken=taken)})
    assert isinstance(said, Suggestion)
    assert (said.state, said.decided_by, said.decided_at, said.reason, list(said.taken)) == (state, "ada", AT, reason, taken)
    assert said.in_part == (state == ACCEPTED and len(taken) < 2)


@given(PATHS, JSON, JSON, JSON, st.sampled_from(["", *HOWS]))
def test_a_conflict_is_read_as_it_was_said(path: Any, base: Any, mine: Any, theirs: Any, how: str) -> None:
    if path == WHOLE_RECORD:
        base, mine, theirs = {}, {"id": "r", "name": "x"}, None
    dispute = Dispute(dispute_id("e", path), "partners", "r", "e", path, base, mine, theirs, "bo", AT)
    document = {"id": dispute.id, **disputed(dispute)}
    if how:
        document |= settled(how, "ada", AT, theirs, "x")
        dispute = dispute._replace(how=how, by_edit="x", decided_at=AT)
    assert read(document) == dispute
    assert read({**document, "id": "another"}) is None
    assert read({**document, "edit": "another"}) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    )
)
def test_anything_can_be_read(anything: Any) -> None:
    known = {"document": "suggestion", "ref": "partners/r", "change": "edit", "author": "a", "at": AT, "state": "open", "fields": {}}
    for name in (*known, "taken", "path", "edit", "how", "mine", "decided_by"):
        for document in ({**known, name: anything}, {**known, "document": "conflict", name: anything}):
            read(document)


def test_a_note_says_its_text() -> None:
    said = read({"id": "s", **noted("projects/p", "They have moved.", "vera", AT)})
    assert isinstance(said, Suggestion)
    assert (said.ref, said.text, said.fields, said.in_part) == ("projects/p", "They have moved.", (), False)


def edit(how: str, base: Document, new: Document) -> Edit:
    return Edit("e", "suggestions", "s", how, base, new, "ada", AT)


def test_whoever_decides_second_finds_it_decided() -> None:
    document = {"id": "s", **suggested("partners/r", {}, {"name": "b"}, "vera", AT)}
    accepting = edit(CHANGED, {"state": "open"}, decided(ACCEPTED, "ada", AT, taken=["name"]))
    declining = edit(CHANGED, {"state": "open"}, decided(DECLINED, "bo", AT, reason="No."))
    accepted = laid(document, [accepting]).document
    assert accepted == {**document, **decided(ACCEPTED, "ada", AT, taken=["name"])}
    assert laid(document, [accepting, declining]) == laid(accepted, [declining]) == (accepted, ())
    assert laid(accepted, [edit(REMOVED, document, {})]).document == accepted
    assert laid(document, [edit(REMOVED, document, {})]).document is None
    assert laid(None, [accepting]) == (None, ())
    assert laid(None, [edit(NEW, {}, document), accepting]).document == accepted
    assert laid(accepted, [edit(NEW, {}, document)]).document == accepted
