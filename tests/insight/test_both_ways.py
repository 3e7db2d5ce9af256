"""Solutions and publications open from whatever they name, and lead to it (field.md A1.15, A1.16)."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from tests.conftest import Make

from ssc_tui.catalogue.practice import documents
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.card import Card
from ssc_tui.insight.look import card_of
from ssc_tui.store import reader
from ssc_tui.store.search import search


def leads(card: Card) -> set[Target]:
    """Where lines and headings of a card lead."""
    lines = {line.target for block in card.blocks for line in (*block.lines, *(block.second or ())) if line.target}
    return lines | {block.target for block in card.blocks if block.target}


def named_by(copy: sqlite3.Connection, kind: str) -> list[tuple[str, str, str]]:
    """Id of the record, kind and id of what it names, for everything that the copy holds."""
    rows = copy.execute(
        "SELECT DISTINCT link.id, to_kind, to_id FROM link JOIN entry ON entry.kind = to_kind AND entry.id = to_id WHERE link.kind = ?",
        (kind,),
    )
    return rows.fetchall()


@pytest.mark.parametrize("kind", ["solutions", "publications"])
@pytest.mark.parametrize("which", ["shipped", "practice"])
def test_a1_15_each_opens_from_every_partner_project_and_area_that_it_names_and_leads_back(
    kind: str, which: str, shipped: sqlite3.Connection, make: Make
) -> None:
    copy = shipped if which == "shipped" else make(*documents())
    pairs = named_by(copy, kind)
    assert {to_kind for _id, to_kind, _to in pairs} >= {"partners", "projects"}
    one_way = []
    for record_id, to_kind, to_id in pairs:
        back = leads(card_of(copy, to_kind, to_id))
        listed = [target for target in back if target.what == "list" and target.value.startswith(f"{kind}?")]
        in_list = any(
            row.id == record_id
            for target in listed
            for row in reader.rows(copy, search(copy, target.value.partition("?")[2], kind).places(copy, 0, 1000))
        )
        if Target("record", f"{kind}/{record_id}") not in back and not in_list:
            one_way.append((to_id, record_id))
        if Target("record", f"{to_kind}/{to_id}") not in leads(card_of(copy, kind, record_id)):
            one_way.append((record_id, to_id))
    assert one_way == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("exchange", {"norec-what-do-we-know", "norec-government-institutions"}),
        ("reciprocity", {"norec-reciprocity"}),
        ("2016", {"norec-reciprocity"}),
        ("south-south in action", {"ssia-norec"}),
    ],
)
def test_a1_16_the_four_featured_publications_are_found_and_their_abstracts_are_there(
    shipped: sqlite3.Connection, asked: str, found: set[str]
) -> None:
    rows = reader.rows(shipped, search(shipped, asked, "publications").places(shipped, 0, 50))
    assert found <= {row.id for row in rows}
    for record_id in found:
        abstract = reader.document(shipped, "publications", record_id)["abstract"]
        assert any(line.value == abstract for block in card_of(shipped, "publications", record_id).blocks for line in block.lines)


def test_a2_2_every_solution_shows_its_source_and_when_it_was_seen_there(make: Make) -> None:
    sources: list[dict[str, Any]] = [{"ref": "https://galaxy.example/1", "seen_on": "2026-11-01"}, {"ref": "a report"}]
    copy = make(("solutions", {"id": "s", "title": "Stoves", "sources": sources}))
    said = {(line.value, line.beside) for block in card_of(copy, "solutions", "s").blocks for line in block.lines}
    assert said >= {("https://galaxy.example/1", "seen on 2026-11-01"), ("a report", "date not stated")}


def test_a2_2_no_solution_of_the_shipped_catalogue_is_without_a_source(shipped: sqlite3.Connection) -> None:
    ids = [row[0] for row in shipped.execute("SELECT id FROM entry WHERE kind = 'solutions'")]
    assert ids
    without = [each for each in ids if all(block.heading != "Sources" for block in card_of(shipped, "solutions", each).blocks)]
    assert without == []
