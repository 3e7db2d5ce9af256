"""Editing and adding records in a form, by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from tests.faults.disk import locked
from tests.tui.conftest import NARROW, SMALL, UNSAFE, Sit, until
from tests.tui.filling import below, document, foot, go, pane, save, write
from textual import events
from textual.widgets import Input

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import edits, reader
from ssc_tui.store.connection import connect
from ssc_tui.tui import keystrokes, saving
from ssc_tui.tui.screens.form import FormScreen
from ssc_tui.tui.screens.item import ItemScreen
from ssc_tui.tui.widgets.field_row import FieldRow
from ssc_tui.tui.widgets.item_rows import ItemRow

KCH: Mapping[str, Any] = {
    "id": "kch",
    "name": "Kamuzu Central Hospital",
    "country": "MW",
    "founded": 1977,
    "description": "A hospital.\nIn Lilongwe.",
    "areas": ["health"],
    "brings": [{"id": "c1", "area": "health", "topic": "Malaria care", "colour": "green"}],
    "unheard_of": {"deep": [1]},
}
DOCUMENTS = [
    ("partners", KCH),
    ("partners", {"id": "norec", "name": "Norwegian Agency for Exchange Cooperation", "acronym": "Norec"}),
    ("partners", {"id": "mzuzu", "name": "Mzuzu University"}),
    ("areas", {"id": "health", "name": "Health"}),
    ("areas", {"id": "water", "name": "Water, sanitation"}),
    (
        "projects",
        {
            "id": "twins",
            "title": "Twin hospitals",
            "countries": ["MW"],
            "partners": [{"partner": "kch", "role": "partner"}, {"partner": "mzuzu"}, {"partner": "norec", "role": "funder"}],
        },
    ),
    ("exchanges", {"id": "e1", "project": "twins", "round": 2, "sender": "kch", "host": "mzuzu", "planned": 2}),
]


async def test_the_label_of_the_field_that_has_the_keys_stands_out(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        for tabs, label in ((0, "Name *"), (4, "Type"), (3, "Country"), (1, "City")):
            await desk.pilot.press(*["tab"] * tabs)
            await desk.settle()
            painted = [strip._segments for strip in desk.app.screen._compositor.render_strips()[1:]]
            bold = [part.text.strip() for line in painted for part in line if part.style and part.style.bold and part.text[:1].isalpha()]
            assert bold == [label]


@pytest.mark.parametrize("size", [NARROW, SMALL])
async def test_a_text_is_changed_and_shown_at_once(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(DOCUMENTS, size=size, settings=Settings(user="ada")) as desk:
        await desk.press("e")
        assert isinstance(desk.app.screen, FormScreen)
        assert any("Edit partner: Kamuzu Central Hospital" in line for line in desk.lines())
        assert all(len(line) <= size[0] for line in desk.lines())
        await write(desk, "name", "Zomba Central Hospital")
        await write(desk, "city", "Zomba q?")
        await save(desk)
        assert desk.toasts[-1] == "Saved: Zomba Central Hospital"
        assert (desk.ref, desk.row.title) == ("partners/kch", "Zomba Central Hospital")
        assert desk.records.highlighted == 2
        await desk.press("enter")
        await until(desk.pilot, lambda: any("Zomba q?" in line for line in desk.page()))
        saved = document(desk)
        assert saved == {**KCH, "name": "Zomba Central Hospital", "city": "Zomba q?"}
        (pending,) = edits.pending(desk.app.copy.connection)
        assert (pending.edit.author, dict(pending.edit.base)) == ("ada", {"name": KCH["name"]})


async def test_the_card_beside_the_list_shows_what_was_saved(sit: Sit) -> None:
    async with sit(DOCUMENTS) as desk:
        await desk.press("e")
        await write(desk, "city", "Zomba")
        await save(desk)
        await until(desk.pilot, lambda: any("Zomba" in line for line in desk.page()))
        assert "Zomba" in desk.rows()[0]
        assert desk.ref == "partners/kch"


async def test_codes_and_countries_are_taken_by_words(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "kind", "acad")
        assert "Academic, Training and Research" in below(desk)
        await desk.press("down", "enter")
        assert pane(desk).document["kind"] == "80"
        await write(desk, "country", "nep")
        await desk.press("enter")
        assert pane(desk).document["country"] == "NP"
        await write(desk, "languages", "nepa")
        await desk.press("enter", *"engl", "enter", *"xx", "tab")
        await save(desk)
        saved = document(desk)
        assert (saved["kind"], saved["country"], saved["languages"]) == ("80", "NP", ["ne", "en", "xx"])


async def test_enter_in_an_empty_field_lists_what_can_be_taken(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "kind")
        assert below(desk) == ""
        await desk.press("enter")
        assert "Government" in below(desk)
        assert "(and 10 more)" in below(desk)
        await desk.press("down", "down", "down", "up")
        assert "❯ Local Government" in below(desk)
        await desk.press("escape")
        assert (below(desk), desk.on) == ("", "FormScreen")
        await desk.press("enter", *["down"] * 20)
        assert "❯ Other" in below(desk)
        await desk.press("enter")
        assert pane(desk).document["kind"] == "90"


async def test_records_are_searched_as_one_types(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "parent", "mzu")
        assert "Mzuzu University" in below(desk)
        await desk.press("down", "enter", "tab")
        await go(desk, "areas")
        row = pane(desk).row
        assert row
        assert row.query_one(Input).value == "Health"
        await desk.press("end", *", wat", "down", "enter")
        await save(desk)
        saved = document(desk)
        assert (saved["parent"], saved["areas"]) == ("mzuzu", ["health", "water"])


async def test_an_acronym_or_id_needs_no_choosing(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "parent", "NOREC")
        await desk.press("tab")
        await save(desk)
        assert document(desk)["parent"] == "norec"


async def test_a_record_that_nobody_chose_is_refused_with_the_reason(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "parent", "nobody")
        assert "! nobody is not chosen yet" in below(desk)
        await desk.press("tab", "ctrl+s")
        assert desk.on == "FormScreen"
        assert "Not saved" in foot(desk)
        row = pane(desk).row
        assert isinstance(row, FieldRow)
        assert (row.field.name, row.text) == ("parent", "nobody")


@pytest.mark.parametrize(
    ("name", "words", "reason"),
    [
        ("founded", "67", "must be a year of four digits"),
        ("checked_on", "May", "must be a date: 2024, 2024-05 or 2024-05-17"),
        ("location.lat", "north", "must be degrees from -90 to 90"),
        ("kind", "guild", "is none of the list"),
        ("name", "", "is required"),
    ],
)
async def test_each_field_is_checked_as_it_is_typed(sit: Sit, name: str, words: str, reason: str) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, name, words)
        assert f"! {reason}" in below(desk)
        await desk.press("ctrl+s")
        assert desk.on == "FormScreen"
        assert "Not saved" in foot(desk)
        assert document(desk) == KCH
        assert edits.pending(desk.app.copy.connection) == []


async def test_half_of_a_position_is_refused_at_its_other_half(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "location.lat", "-13.9")
        await desk.press("ctrl+s")
        row = pane(desk).row
        assert row
        assert (row.field.name, below(desk)) == ("location.lon", "! is required")
        await desk.press(*"33.8")
        await save(desk)
        assert document(desk)["location"] == {"lat": -13.9, "lon": 33.8}


async def test_a_long_text_keeps_its_lines(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "description")
        await desk.press("down", "end", "enter", *"Since 1977.")
        await desk.press("down")
        row = pane(desk).row
        assert row
        assert row.field.name == "areas"
        await save(desk)
        assert document(desk)["description"] == "A hospital.\nIn Lilongwe.\nSince 1977."


async def test_an_item_is_changed_added_and_taken_out(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "brings")
        assert any("❯ Health · Malaria care" in line for line in desk.lines())
        await desk.press("enter")
        assert isinstance(desk.app.screen, ItemScreen)
        await write(desk, "topic", "Malaria wards")
        await desk.press("ctrl+s")
        assert any("Health · Malaria wards" in line for line in desk.lines())
        await desk.press("down", "enter")
        await write(desk, "area", "wat")
        await desk.press("down", "enter", "down", *"Wells", "ctrl+s")
        assert any("Water, sanitation · Wells" in line for line in desk.lines())
        await go(desk, "seeks")
        await desk.press("enter")
        await write(desk, "topic", "Solar")
        await desk.press("ctrl+s", "delete", "delete", "enter")
        assert desk.on == "ItemScreen"
        await write(desk, "topic", "Sun")
        await desk.press("ctrl+s")
        await save(desk)
        saved = document(desk)
        assert saved["brings"][0] == {"id": "c1", "area": "health", "topic": "Malaria wards", "colour": "green"}
        assert {**saved["brings"][1], "id": ""} == {"id": "", "area": "water", "topic": "Wells"}
        assert [each["topic"] for each in saved["seeks"]] == ["Sun"]
        assert saved["unheard_of"] == {"deep": [1]}


async def test_an_item_is_checked_before_it_is_kept(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "figures")
        await desk.press("enter", "ctrl+s")
        assert desk.on == "ItemScreen"
        assert below(desk) == "! is required"
        await write(desk, "measure", "Beds")
        await write(desk, "value", "many")
        assert below(desk) == "! must be a number"
        await desk.press("ctrl+s")
        assert desk.on == "ItemScreen"
        await write(desk, "value", "750")
        await desk.press("ctrl+s")
        await save(desk)
        assert document(desk)["figures"] == [{"measure": "Beds", "value": 750}]


async def test_a_name_in_another_language_is_an_item(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "names")
        await desk.press("enter", *"fre", "enter", "down", *"Hôpital", "ctrl+s")
        await save(desk)
        assert document(desk)["names"] == {"fr": "Hôpital"}


async def test_esc_leaves_an_item_and_asks_once(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "brings")
        await desk.press("enter", "escape")
        assert desk.on == "FormScreen"
        await desk.press("enter", "down", "x", "escape")
        assert desk.on == "ItemScreen"
        assert "Esc once more throws it away" in foot(desk)
        await desk.press("escape")
        assert (desk.on, pane(desk).changed) == ("FormScreen", False)


async def test_esc_leaves_at_once_where_nothing_would_be_lost(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e", "escape")
        assert desk.on == "list"
        await desk.press("e", "x", "backspace", "escape")
        assert desk.on == "list"
        await desk.press("e", "x", "escape")
        assert desk.on == "FormScreen"
        assert "Not saved yet: ctrl+s saves it, Esc once more throws it away." in foot(desk)
        await desk.press("y")
        assert "Not saved yet" not in foot(desk)
        await desk.press("escape", "escape")
        assert desk.on == "list"
        assert document(desk) == KCH


async def test_what_did_not_change_is_not_saved(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e", "ctrl+s")
        assert desk.on == "list"
        assert "nothing was saved" in desk.toasts[-1]
        assert edits.pending(desk.app.copy.connection) == []


async def test_a_refusal_keeps_what_was_typed(sit: Sit, home: Home) -> None:
    """Fault 66."""
    async with sit(DOCUMENTS, size=NARROW) as desk:
        home.database.chmod(0o400)
        await desk.press("e")
        await write(desk, "city", "Lilongwe")
        await desk.press("ctrl+s")
        assert desk.on == "FormScreen"
        assert "nothing was saved" in foot(desk)
        row = pane(desk).row
        assert isinstance(row, FieldRow)
        assert row.text == "Lilongwe"
        home.database.chmod(0o600)
        await save(desk)
        assert document(desk)["city"] == "Lilongwe"


async def test_a_busy_copy_is_said_and_nothing_is_lost(sit: Sit, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 64."""
    monkeypatch.setattr("ssc_tui.store.connection.BUSY_SECONDS", 0.05)
    async with sit(DOCUMENTS, size=NARROW) as desk:
        with locked(home.database):
            await desk.press("e")
            await write(desk, "city", "Lilongwe")
            await desk.press("ctrl+s")
            await until(desk.pilot, lambda: "Not saved" in foot(desk))
        await save(desk)
        assert document(desk)["city"] == "Lilongwe"


async def test_what_others_wrote_meanwhile_is_merged(sit: Sit, home: Home) -> None:
    """Fault 65, at the keys."""
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "city", "Lilongwe")
        with closing(connect(home.database)) as copy:
            old = reader.document(copy, "partners", "kch")
        edits.change(home.database, "partners", "kch", old, {**old, "phone": "1"}, "eva")
        await save(desk)
        assert (document(desk)["city"], document(desk)["phone"]) == ("Lilongwe", "1")


async def test_a_read_only_copy_says_so_before_anything_is_typed(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        desk.app.copy = desk.app.copy._replace(read_only=True)
        await desk.press("e", "a")
        assert desk.on == "list"
        assert all("read-only" in toast for toast in desk.toasts[-2:])


async def test_a_new_partner_is_added_and_a_near_same_name_is_pointed_out(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("a")
        assert any("New partner" in line for line in desk.lines())
        await desk.press(*"Kamuzu Centrl Hospital")
        assert "There is already Kamuzu Central Hospital [partners/kch]." in below(desk)
        await desk.press("ctrl+u", *"Kachere Clinic")
        assert "There is already" not in below(desk)
        await save(desk)
        assert desk.row.title == "Kachere Clinic"
        assert desk.toasts[-1] == "Saved: Kachere Clinic"
        await desk.press("enter")
        await until(desk.pilot, lambda: "Kachere Clinic" in desk.page())
        await desk.press("escape")
        assert desk.ref == "partners/kch"


async def test_a_new_record_without_a_name_is_refused_at_the_name(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("7", "a")
        await write(desk, "description", "Pays.")
        await desk.press("ctrl+s")
        row = pane(desk).row
        assert row
        assert (row.field.name, below(desk)) == ("name", "! is required")
        await desk.press(*"Pay", "ctrl+s")
        await until(desk.pilot, lambda: desk.records.row and desk.ref.startswith("funds/"))
        assert desk.row.title == "Pay"


async def test_an_exchange_has_what_the_highlighted_one_has(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("3", "a")
        assert any("New exchange" in line for line in desk.lines())
        assert pane(desk).document == {"project": "twins", "round": 2, "sender": "kch", "host": "mzuzu"}
        assert any("Twin hospitals" in line for line in desk.lines())
        await write(desk, "planned", "3")
        await save(desk)
        assert document(desk, desk.ref)["planned"] == 3


@pytest.mark.parametrize("size", [NARROW, SMALL])
async def test_need_and_capacity_of_an_exchange_are_chosen_from_its_partners(sit: Sit, size: tuple[int, int]) -> None:
    seeking = {
        "id": "mzuzu",
        "name": "Mzuzu University",
        "seeks": [{"id": "n1", "topic": "Night nursing", "level": "expert"}, {"topic": "X"}],
    }
    documents = [each for each in DOCUMENTS if each[1]["id"] != "mzuzu"]
    async with sit([*documents, ("partners", seeking)], size=size) as desk:
        await desk.press("3", "e")
        await go(desk, "need")
        await desk.press("enter")
        assert [line.strip() for line in below(desk).splitlines()] == ["Night nursing  expert"]
        await desk.press("down", "enter")
        assert below(desk) == "Night nursing expert"
        assert pane(desk).document["need"] == "n1"
        await go(desk, "capacity")
        await desk.press(*"mala", "down", "enter")
        assert pane(desk).document["capacity"] == "c1"
        await save(desk)
        assert (document(desk, "exchanges/e1")["need"], document(desk, "exchanges/e1")["capacity"]) == ("n1", "c1")
        await desk.press("enter")
        await until(desk.pilot, lambda: any(line.endswith("Night nursing") for line in desk.page()))
        assert any(line.endswith("Malaria care") for line in desk.page())
        await desk.press("e")
        await go(desk, "need")
        assert below(desk) == "Night nursing expert"
        await write(desk, "need", "Nurses for nights")
        assert below(desk) == ""
        await save(desk)
        assert document(desk, "exchanges/e1")["need"] == "Nurses for nights"


async def test_a1_5_a_planned_exchange_is_made_from_a_need_which_is_then_no_longer_without_one(sit: Sit) -> None:
    seeking = {"id": "mzuzu", "name": "Mzuzu University", "seeks": [{"id": "n1", "topic": "Night nursing"}]}
    async with sit([("partners", {**KCH}), ("partners", seeking)], size=NARROW) as desk:
        await desk.press("G")
        assert desk.ref == "partners/mzuzu"
        await desk.press("d")
        await desk.sees("Night nursing")
        await desk.press("escape", "3", "a")
        await write(desk, "sender", "kch")
        await desk.press("tab")
        await desk.press(*"mzuzu", "tab")
        await write(desk, "planned", "2")
        await go(desk, "need")
        await desk.press("enter", "down", "enter")
        assert pane(desk).document["need"] == "n1"
        await save(desk)
        await desk.press("escape", "1", "G", "d")
        await until(desk.pilot, lambda: desk.on == "ViewScreen" and desk.view.report)
        assert desk.report.numbers["needs_without_exchange"] == []


@pytest.mark.parametrize("size", [NARROW, SMALL])
async def test_synonyms_of_an_area_are_phrases_in_no_language_or_in_several(sit: Sit, size: tuple[int, int]) -> None:
    nursing = {"en": "nursing", "fr": "soins", "sw": "uuguzi"}
    synonyms = ["clinics, rural", nursing]
    async with sit([("areas", {"id": "health", "name": "Health", "synonyms": synonyms})], size=size) as desk:
        await desk.press("4", "e")
        await go(desk, "synonyms")
        assert any("❯ clinics, rural" in line for line in desk.lines())
        assert any("nursing · soins · uuguzi" in line for line in desk.lines())
        assert not pane(desk).changed
        await desk.press("down", "enter")
        await write(desk, "es", "enfermería")
        await desk.press("ctrl+s", "down", "enter", "ctrl+s")
        assert below(desk) == "! is required"
        await desk.press(*"hospitals", "tab", "x", "ctrl+s")
        assert "take one of both away" in below(desk)
        await go(desk, "en")
        await desk.press("ctrl+u", "ctrl+s")
        await save(desk)
        assert document(desk, "areas/health")["synonyms"] == [synonyms[0], {**nursing, "es": "enfermería"}, "hospitals"]


async def test_on_the_card_of_a_project_an_exchange_is_added_to_it(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("2", "enter", "a")
        assert pane(desk).document == {"project": "twins", "round": 2, "sender": "kch", "host": "mzuzu"}
        await write(desk, "sender", "norec")
        await save(desk)
        assert desk.ref.startswith("exchanges/")
        assert document(desk, desk.ref)["sender"] == "norec"
        await desk.press("escape")
        assert desk.ref == "projects/twins"


async def test_in_the_list_of_projects_a_project_is_added(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("2", "a")
        assert any("New project" in line for line in desk.lines())
        await desk.press(*"Wells", "ctrl+s")
        await until(desk.pilot, lambda: desk.records.row and desk.row.title == "Wells")


async def test_the_partners_of_a_project_are_items_with_codes(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("2", "e")
        await go(desk, "partners")
        assert any("❯ Kamuzu Central Hospital · Partner" in line for line in desk.lines())
        await desk.press("down", "enter")
        await write(desk, "role", "coord")
        await desk.press("enter", "ctrl+s")
        await go(desk, "countries")
        await desk.press("end", *", norw", "down", "enter")
        await save(desk)
        saved = document(desk, "projects/twins")
        assert saved["partners"][1] == {"partner": "mzuzu", "role": "coordinator"}
        assert saved["countries"] == ["MW", "NO"]


@pytest.mark.parametrize("size", [NARROW, SMALL])
async def test_nasty_strings_are_shown_safely_and_kept(sit: Sit, nasty_strings: Mapping[str, str], size: tuple[int, int]) -> None:
    everything = {"id": "kch", "name": "[/x][@click=app.quit]", "city": "\x1b]52;c;aGk=\x07", "aliases": list(nasty_strings.values())}
    items = [{"id": f"c{number}", "topic": words} for number, words in enumerate(nasty_strings.values())]
    async with sit([("partners", {**everything, "brings": items})], size=size) as desk:
        await desk.press("e")
        before = document(desk)
        assert all("\x1b" not in line for line in desk.lines())
        await go(desk, "brings")
        assert all("\x1b" not in line for line in desk.lines())
        await write(desk, "phone", "1")
        await desk.press("ctrl+s")
        await until(desk.pilot, lambda: desk.on == "list")
        assert document(desk) == {**before, "phone": "1"}


async def test_a_suggestion_is_taken_with_the_mouse(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "country", "mala")
        row = pane(desk).row
        assert row
        place = str(row.below.render()).splitlines().index(next(line for line in below(desk).splitlines() if "Malaysia" in line))
        await desk.pilot.click(row.below, offset=(25, place))
        await desk.settle()
        assert pane(desk).document["country"] == "MY"
        assert desk.app.focused is row.editor


async def test_an_item_is_opened_with_the_mouse(sit: Sit) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await go(desk, "brings")
        await desk.pilot.click("ItemLines:focus", offset=(4, 0))
        await desk.settle()
        assert desk.on == "ItemScreen"


async def test_what_is_typed_while_it_is_saved_is_not_lost(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = asyncio.Event()
    save_record = saving.save_record

    async def save_slowly(*values: Any) -> Any:
        await ready.wait()
        return await save_record(*values)

    monkeypatch.setattr(saving, "save_record", save_slowly)
    async with sit(DOCUMENTS, size=NARROW) as desk:
        await desk.press("e")
        await write(desk, "city", "Zomba")
        await desk.pilot.press("ctrl+s", "!", "ctrl+s")
        ready.set()
        await until(desk.pilot, lambda: document(desk).get("city") == "Zomba")
        await desk.settle()
        assert desk.on == "FormScreen"
        await desk.press("escape")
        assert "Not saved yet" in foot(desk)
        await save(desk)
        assert document(desk)["city"] == "Zomba!"
        assert len(edits.pending(desk.app.copy.connection)) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_every_form_shows_nasty_documents_and_changes_nothing(sit: Sit, hostile: Home, kind: str) -> None:
    async with sit(size=SMALL) as desk:
        await desk.type(f"kind:{kind}")
        await desk.press("escape", "0", "e")
        assert desk.on == "FormScreen"
        for _row in pane(desk).rows:
            assert not any(UNSAFE.search(line) for line in desk.lines())
            if pane(desk).row and isinstance(pane(desk).row, ItemRow):
                await desk.press("enter", "tab", "escape")
            await desk.press("tab")
        assert not pane(desk).changed
        await desk.press("escape")
        assert desk.on == "list"


async def test_without_a_record_there_is_nothing_to_edit_but_one_can_be_added(sit: Sit) -> None:
    async with sit([], size=NARROW) as desk:
        await desk.press("e")
        assert (desk.on, desk.toasts[-1]) == ("list", "No record is highlighted.")
        await desk.press("a", *"First", "ctrl+s")
        await until(desk.pilot, lambda: desk.records.row and desk.row.title == "First")


async def test_a_record_that_is_gone_is_said_to_be(sit: Sit, home: Home) -> None:
    async with sit(DOCUMENTS, size=NARROW) as desk:
        edits.remove(home.database, "partners", "kch", "eva")
        await desk.press("e")
        assert desk.on == "list"
        assert "partners/kch is not in this copy." in desk.toasts[-1]


async def test_keys_that_come_at_once_are_typed_and_not_obeyed(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keystrokes, "PATIENCE", 60)

    async def burst(*keys: str) -> None:
        for key in keys:
            desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await desk.settle()

    async with sit(DOCUMENTS, size=NARROW) as desk:
        await burst("j", "j", "k", "k", "e", *"quit", "tab", "tab", *"au", *["tab"] * 4, *"mzuz", "down", "enter", "tab", "ctrl+u")
        await burst(*"nepa", "enter", "tab", *"eq", "ctrl+s")
        await until(desk.pilot, lambda: desk.on == "list")
        saved = document(desk)
        assert (saved["name"], saved["acronym"], saved["parent"]) == ("Kamuzu Central Hospitalquit", "au", "mzuzu")
        assert (saved["country"], saved["city"]) == ("NP", "eq")
