"""Where the lines of a card lead: to what they say, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from sqlite3 import Connection

import pytest
from tests.tui.conftest import Sit

from ssc_tui.catalogue.kinds import SECTIONS, split_ref
from ssc_tui.errors import NotFound
from ssc_tui.insight.blocks import Target
from ssc_tui.insight.look import card_of
from ssc_tui.insight.page import lay_out
from ssc_tui.store import reader
from ssc_tui.store.connection import connect
from ssc_tui.store.search import search
from ssc_tui.store.seed import SEED


@pytest.fixture(scope="module")
def seed() -> Iterator[Connection]:
    copy = connect(SEED)
    yield copy
    copy.close()


def ids(copy: Connection, kind: str) -> list[str]:
    return [record_id for (record_id,) in copy.execute("SELECT id FROM record WHERE kind = ? ORDER BY id", (kind,))]


@pytest.mark.parametrize("kind", SECTIONS)
def test_a_heading_leads_to_as_many_records_as_it_says(seed: Connection, kind: str) -> None:
    wrong = {}
    for record_id in ids(seed, kind):
        for block in card_of(seed, kind, record_id).blocks:
            if block.target:
                section, _mark, asked = block.target.value.partition("?")
                total = search(seed, asked, section).total(seed)
                if not block.heading.endswith(f"({total:,})"):
                    wrong[record_id, block.heading] = total
    assert wrong == {}


@pytest.mark.parametrize("kind", SECTIONS)
def test_every_link_of_the_shipped_catalogue_leads_to_a_record(seed: Connection, kind: str) -> None:
    lost = set()
    for record_id in ids(seed, kind):
        for line in lay_out(card_of(seed, kind, record_id), 60):
            if line.target and line.target.what == "record":
                to_kind, to_id = split_ref(line.target.value)
                assert to_kind
                try:
                    reader.document(seed, to_kind, to_id)
                except NotFound:
                    lost.add(line.target.value)
    assert lost == set()


@pytest.mark.parametrize("area", ["gone", "[/x]", "Not An Id", "", "../x", "a/b"])
async def test_a_capacity_in_an_area_that_is_not_there_leads_to_no_other(sit: Sit, area: str) -> None:
    brings = [{"id": "b", "topic": "Wells", "area": area}]
    documents = [("partners", {"id": "p", "name": "Partner", "brings": brings}), ("areas", {"id": "health", "name": "Health"})]
    async with sit(documents) as desk:
        await desk.press("enter")
        desk.highlight("Wells")
        await desk.press("enter")
        assert desk.app.is_running
        assert desk.ref == "partners/p"


@pytest.mark.parametrize("reference", ["areas/gone", "contributions/gone", "areas/[/x]", "nothing/x", "x"])
async def test_following_a_reference_that_leads_nowhere_stays_and_says_so(sit: Sit, reference: str) -> None:
    async with sit() as desk:
        await desk.press("j")
        here = desk.ref
        desk.browse.follow(Target("record", reference))
        await desk.settle()
        assert desk.app.is_running
        assert desk.ref == here
        assert desk.toasts


@pytest.mark.parametrize(("area", "said"), [("Water", "brings something here"), ("Health", "wants to learn something here")])
async def test_the_area_of_a_capacity_opens_from_the_areas_of_the_card(sit: Sit, area: str, said: str) -> None:
    partner = {
        "id": "p",
        "name": "Partner",
        "brings": [{"id": "b", "topic": "Wells", "area": "water"}],
        "seeks": [{"id": "s", "topic": "Nursing", "area": "health"}],
    }
    areas = [("areas", {"id": "health", "name": "Health"}), ("areas", {"id": "water", "name": "Water"})]
    async with sit([("partners", partner), *areas], size=(160, 40)) as desk:
        await desk.press("enter")
        desk.highlight(said, "record")
        await desk.press("enter")
        assert desk.row.title == area
        await desk.press("escape")
        assert (desk.on, desk.ref) == ("card", "partners/p")


async def test_a_contribution_opens_from_a_card(sit: Sit) -> None:
    documents = [
        ("partners", {"id": "p", "name": "Giver"}),
        ("partners", {"id": "q", "name": "Taker"}),
        ("contributions", {"id": "c-1", "from": "p", "to": "q", "kind": "goods"}),
    ]
    async with sit(documents) as desk:
        await desk.press("enter")
        desk.highlight("Giver → Taker", "record")
        await desk.press("enter")
        assert (desk.on, desk.ref) == ("card", "contributions/c-1")
        await desk.press("escape")
        assert (desk.on, desk.ref) == ("card", "partners/p")
