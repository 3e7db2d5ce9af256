"""Text that does harm, wherever a screen shows text: nothing that drives a terminal is ever painted, and nothing of it is obeyed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from tests.tui.conftest import HOSPITAL, UNSAFE, WIDE, Desk, MakeApp, Sit, until
from tests.tui.hostile import record_id, storable
from textual import events
from textual.widgets import Input, OptionList

from ssc_tui.catalogue.kinds import KINDS, SECTIONS
from ssc_tui.catalogue.suggestions import dispute_id
from ssc_tui.keys import COMMANDS
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.reader import Note
from ssc_tui.store.standing import remember
from ssc_tui.store.suggested import take_in
from ssc_tui.text import one_line
from ssc_tui.tui.app import SscApp
from ssc_tui.tui.screens.help import HelpScreen
from ssc_tui.tui.screens.message import MessageScreen
from ssc_tui.tui.screens.note import NoteScreen
from ssc_tui.tui.visits import Visit

MARKUP = "[@click=app.quit]quit[/]"
"""What would be a link that quits, were it taken for markup."""

SOME = ("escape csi", "escape osc 52 st", "c1 csi", "nul", "bidi override", "line separators")
"""One string of each sort that a terminal or a reader must not be given."""


def painted(desk: Desk) -> list[str]:
    """The lines of the screen that hold what none may hold, or that would do something when clicked that data asked for."""
    strips = desk.app.screen._compositor.render_strips()
    unsafe = [strip.text for strip in strips if UNSAFE.search(strip.text)]
    obeyed = [strip.text for strip in strips for part in strip if part.style and "app.quit" in str(part.style.meta)]
    return unsafe + obeyed


def quoted(lines: list[str]) -> list[str]:
    """The beginnings of some lines, so that a failure can be read."""
    return [ascii(line.strip()[:60]) for line in lines[:3]]


@pytest.fixture
def hostile_app(hostile: Home, make_app: MakeApp) -> SscApp:
    """The app on a home that holds every nasty string everywhere."""
    return make_app()


# Lists and cards


@pytest.mark.parametrize(
    ("kind", "size"), [*((kind, WIDE) for kind in KINDS), ("partners", (60, 20)), ("projects", (100, 30)), ("exchanges", (20, 6))]
)
async def test_every_list_and_card_can_be_walked(
    sit: Sit, hostile_app: SscApp, nasty_strings: Mapping[str, str], kind: str, size: tuple[int, int]
) -> None:
    harmed: dict[tuple[str, str], list[str]] = {}
    names = {record_id(number): name for number, name in enumerate(nasty_strings)}
    async with sit(app=hostile_app, size=size) as desk:
        desk.browse.visit(Visit(kind if kind in SECTIONS else None, "" if kind in SECTIONS else f"kind:{kind}"))
        await desk.settle()
        assert desk.records.total == len(nasty_strings)
        for index in range(desk.records.total):
            desk.records.highlight(index)
            await until(desk.pilot, lambda: desk.card.card and desk.card.card.ref == desk.ref)
            name = names.pop(desk.row.id)
            if not desk.card.display:
                if lines := painted(desk):
                    harmed[name, "list"] = quoted(lines)
                desk.browse.action_pane(1)
                await until(desk.pilot, desk.page)
            if lines := [*painted(desk), *(line for line in desk.page() if UNSAFE.search(line))]:
                harmed[name, "card"] = quoted(lines)
            if name == "markup action":
                literal = "".join(desk.page())
                assert literal.count(MARKUP) > 20 or size[0] < 60
            desk.browse.action_pane(-1)
        assert names == {}
        assert desk.app.is_running
    assert harmed == {}


async def test_markup_stands_in_lists_word_for_word(sit: Sit, hostile_app: SscApp) -> None:
    async with sit(app=hostile_app, size=(240, 60)) as desk:
        for key, kind in enumerate(SECTIONS, 1):
            await desk.press(str(key))
            assert any(MARKUP in row for row in desk.rows()), kind


async def test_links_of_hostile_cards_lead_on(sit: Sit, hostile_app: SscApp) -> None:
    async with sit(app=hostile_app) as desk:
        for kind in ("projects", "exchanges", "publications"):
            for number in (1, 3, 11, 13):
                desk.browse.visit(Visit(kind, "", ref=f"{kind}/{record_id(number)}"))
                await desk.settle()
                assert desk.card.card
                assert desk.card.card.ref == f"{kind}/{record_id(number)}"
                targets = sorted({line.target for line in desk.card._lines if line.target and line.target.what == "record"})
                assert targets
                desk.browse.follow(targets[0])
                await desk.settle()
                assert desk.row.id == record_id(number)


# What the app says


async def test_what_is_said_of_hostile_records_is_safe(sit: Sit, hostile_app: SscApp, nasty_strings: Mapping[str, str]) -> None:
    names = {record_id(number): name for number, name in enumerate(nasty_strings)}
    harmed: dict[tuple[str, str], list[str]] = {}
    async with sit(app=hostile_app) as desk:
        for index in range(desk.records.total):
            desk.records.highlight(index)
            await until(desk.pilot, lambda: desk.card.card and desk.card.card.ref == desk.ref)
            name = names[desk.row.id]
            desk.browse.action_copy()
            if UNSAFE.search(desk.app.clipboard):
                harmed[name, "clipboard"] = quoted([desk.app.clipboard])
            desk.browse.action_web()
            if name in SOME:
                desk.browse.action_bookmark()
                await desk.settle()
            await desk.pilot.pause()
            assert len(desk.toasts) == (3 if name in SOME else 2)
            if lines := [*painted(desk), *(toast for toast in desk.toasts if UNSAFE.search(toast.replace("\n", "")))]:
                harmed[name, "toast"] = quoted(lines)
            desk.app.clear_notifications()
        assert desk.app.is_running
    assert harmed == {}


async def test_every_line_of_a_hostile_card_is_copied_safely(sit: Sit, hostile_app: SscApp, nasty_strings: Mapping[str, str]) -> None:
    harmed: dict[str, list[str]] = {}
    async with sit(app=hostile_app) as desk:
        for index in range(desk.records.total):
            desk.records.highlight(index)
            await until(desk.pilot, lambda: desk.card.card and desk.card.card.ref == desk.ref)
            copied = {line.copied for line in desk.card._lines}
            assert copied
            if lines := [text for text in copied if UNSAFE.search(re.sub(r"[\n\t]", "", text))]:
                harmed[list(nasty_strings)[int(desk.row.id[1:])]] = quoted(lines)
    assert harmed == {}


async def test_sentences_and_errors_are_safe(sit: Sit, nasty_strings: Mapping[str, str]) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        for name, text in nasty_strings.items():
            desk.app.tell(text)
            desk.app.tell_error(ValueError(text))
            desk.app.open_outside(text)
            desk.app.open_outside(f"https://{text}")
            await desk.pilot.pause()
            assert quoted(painted(desk)) == [], name
            desk.app.clear_notifications()
        assert [ascii(address) for address in desk.opened if UNSAFE.search(address)] == []


async def test_a_toast_shows_markup_word_for_word(sit: Sit) -> None:
    async with sit([("partners", {**HOSPITAL, "name": MARKUP})]) as desk:
        await desk.press("asterisk")
        assert any(f"Bookmarked: {MARKUP}" in line for line in desk.lines())
        assert painted(desk) == []


# Searches


def answered(desk: Desk, before: int) -> bool:
    """Whether the list has been shown anew since."""
    return desk.records.generation > before


async def test_every_nasty_query_is_answered(sit: Sit, hostile_app: SscApp, nasty_strings: Mapping[str, str]) -> None:
    async with sit(app=hostile_app) as desk:
        for name, text in nasty_strings.items():
            for asked in (text, f'zzqq country:{text} area:"{text}" -{text}:{text}'):
                before = desk.records.generation
                desk.browse.visit(Visit("partners", one_line(asked)))
                await until(desk.pilot, partial(answered, desk, before))
                assert quoted(painted(desk)) == [], (name, asked[:20])
        assert desk.app.is_running


@pytest.mark.parametrize("name", SOME)
async def test_what_is_pasted_into_the_search_is_cleaned(sit: Sit, nasty_strings: Mapping[str, str], name: str) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("slash")
        await desk.paste(nasty_strings[name])
        assert desk.search.value
        assert painted(desk) == []
        assert not UNSAFE.search(desk.browse.visits.now.asked)


@pytest.mark.parametrize("name", SOME)
async def test_what_is_pasted_into_the_palette_is_cleaned(sit: Sit, nasty_strings: Mapping[str, str], name: str) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("ctrl+p")
        await desk.paste(nasty_strings[name])
        assert desk.app.screen.query_one(Input).value
        assert painted(desk) == []


async def test_the_palette_shows_hostile_records_safely(sit: Sit, hostile_app: SscApp) -> None:
    async with sit(app=hostile_app) as desk:
        await desk.press("ctrl+p")
        for asked in ("before", "quit", "invoice", "name", "one", "a", "x"):
            desk.app.screen.query_one(Input).value = asked
            options = desk.app.screen.query_one(OptionList)
            await desk.settle()
            assert options.option_count
            for _step in range(options.option_count):
                await desk.press("down")
                assert quoted(painted(desk)) == [], asked
        desk.app.screen.query_one(Input).value = "quit"
        await desk.sees(MARKUP)
        assert painted(desk) == []
        await desk.press("escape", "escape")
        assert desk.on == "list"


# Windows


async def test_filters_show_hostile_values_safely_and_take_them(sit: Sit, hostile_app: SscApp) -> None:
    async with sit(app=hostile_app) as desk:
        await desk.press("f")
        fields = desk.app.screen.query_one("#fields", OptionList)
        values = desk.app.screen.query_one("#values", OptionList)
        chosen = 0
        for number in range(fields.option_count):
            fields.highlighted = number
            await desk.settle()
            shown = [str(option.prompt) for option in values.options]
            assert [text for text in shown if UNSAFE.search(text)] == [], number
            await desk.press("l")
            for index in range(0, len(shown), 12):
                values.highlighted = index
                await desk.press("space")
                chosen += 1
                assert quoted(painted(desk)) == [], number
            await desk.press("c", "h")
        assert chosen > 20
        await desk.press("g", "l", "space", "escape")
        assert desk.search.value.startswith("country:")
        assert painted(desk) == []


async def scrolled(desk: Desk, selector: str) -> list[str]:
    """What is painted and must not be, on every page of what scrolls."""
    window = desk.app.screen.query_one(selector)
    found = painted(desk)
    while window.scroll_y < window.max_scroll_y:
        window.scroll_page_down(animate=False)
        await desk.pilot.pause()
        found += painted(desk)
    return quoted(found)


async def test_messages_are_safe(sit: Sit, nasty_strings: Mapping[str, str]) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        for text in (*(nasty_strings[name] for name in SOME), MARKUP, "\n\n".join(nasty_strings.values())):
            desk.app.push_screen(MessageScreen(text, text))
            await desk.settle()
            assert await scrolled(desk, "VerticalScroll") == []
            await desk.press("y")
            assert quoted(painted(desk)) == []
            assert not UNSAFE.search(re.sub(r"[\n\t]", "", desk.app.clipboard))
            await desk.press("escape")
            assert desk.on == "list"


async def test_earlier_notes_are_safe(sit: Sit, nasty_strings: Mapping[str, str]) -> None:
    notes = [Note("n", "partners", "kch", text, text, text) for text in nasty_strings.values()]
    async with sit([("partners", HOSPITAL)]) as desk:
        for title in (*(nasty_strings[name] for name in SOME), MARKUP):
            screen = NoteScreen(title)
            await desk.app.push_screen(screen)
            screen.show_earlier(notes if title == MARKUP else notes[:1])
            await desk.settle()
            assert any("Note: " in line for line in desk.lines())
            assert await scrolled(desk, ".earlier") == []
            await desk.press("escape")
            assert desk.on == "list"


async def test_a_nasty_note_is_written_saved_and_read_again(sit: Sit, nasty_strings: Mapping[str, str]) -> None:
    async with sit([("partners", HOSPITAL)]) as desk:
        await desk.press("n")
        for name, text in nasty_strings.items():
            desk.app.post_message(events.Paste(f"\n{name} {text}"))
            await desk.pilot.pause()
            assert quoted(painted(desk)) == [], name
        await desk.press("ctrl+s")
        await until(desk.pilot, lambda: desk.toasts and desk.toasts[-1].startswith("Note saved"))
        assert desk.on == "list"
        assert quoted(painted(desk)) == []
        assert [line for line in desk.page() if UNSAFE.search(line)] == []
        (written,) = desk.app.copy.connection.execute("SELECT text FROM note").fetchone()
        assert all(name in written for name in nasty_strings)
        assert not UNSAFE.search(re.sub(r"[\n\t]", "", written))


async def test_nasty_keys_of_the_settings_are_printed_safely(sit: Sit, nasty_strings: Mapping[str, str]) -> None:
    ids = [command.id for command in COMMANDS]
    texts = [text for text in nasty_strings.values() if len(text) < 500]
    for start in range(0, len(texts), len(ids)):
        keys = dict(zip(ids, texts[start : start + len(ids)], strict=False))
        settings = Settings(keys={**keys, **dict.fromkeys(texts, "x")})
        async with sit(None if start else [("partners", HOSPITAL)], settings=settings) as desk:
            assert painted(desk) == []
            desk.app.push_screen(HelpScreen("list", desk.app.settings.keys))
            await desk.settle()
            assert await scrolled(desk, "VerticalScroll") == []
            desk.app.pop_screen()
            desk.app.action_command_palette()
            await desk.settle()
            assert quoted(painted(desk)) == []


@pytest.mark.parametrize("theme", ["\x1b[2J", "[/x]", "", "\u202e"])
async def test_settings_with_nasty_values_open(sit: Sit, theme: str) -> None:
    async with sit([("partners", HOSPITAL)], settings=Settings(theme=theme)) as desk:
        await desk.press("comma", "l", "j")
        assert painted(desk) == []
        await desk.press("escape")
        assert desk.on == "list"


@pytest.mark.parametrize("name", [*SOME, "lone surrogate", "bell", "newline tab return", "markup action"])
async def test_the_path_of_a_nasty_home_is_shown_safely(sit: Sit, make_app: MakeApp, nasty_strings: Mapping[str, str], name: str) -> None:
    app = make_app([("partners", HOSPITAL)])
    app.home = Home(*[Path(f"/home/{nasty_strings[name]}")] * 3)
    async with sit(app=app) as desk:
        await desk.press("comma")
        assert quoted(painted(desk)) == []


# One sort of harm at a time, through what cleans on the way in


@pytest.mark.parametrize("field", ["role", "since"])
@pytest.mark.parametrize("text", ["one\ntwo\tthree\rfour", "one\u2028two"])
async def test_a_role_of_several_lines_stands_in_one(sit: Sit, field: str, text: str) -> None:
    project = {"id": "r", "title": "Project", "partners": [{"partner": "kch", field: text}]}
    async with sit([("partners", HOSPITAL), ("projects", project)], settings=Settings(section="projects")) as desk:
        assert painted(desk) == []


@pytest.mark.parametrize("name", [*SOME, "markup action", "path", "full text", "quotes", "blanks", "empty"])
async def test_an_id_that_is_none_is_listed_and_opened(sit: Sit, nasty_strings: Mapping[str, str], name: str) -> None:
    text = storable(nasty_strings[name])
    documents = [("partners", {**HOSPITAL, "id": text}), ("projects", {"id": text, "title": "Project", "partners": [{"partner": text}]})]
    async with sit(documents) as desk:
        assert desk.records.total == 1
        assert painted(desk) == []
        await desk.press("enter", "G", "y", "enter", "escape", "escape")
        assert painted(desk) == []
        assert not UNSAFE.search(desk.app.clipboard)
        await desk.press("1", "asterisk", "n", "a", "ctrl+s", "2", "enter")
        assert painted(desk) == []
        assert desk.app.is_running


async def test_a_long_line_that_is_copied_leaves_the_screen_to_be_seen(sit: Sit) -> None:
    async with sit([("partners", {**HOSPITAL, "description": "word " * 3000})]) as desk:
        await desk.press("enter")
        desk.highlight("word word")
        await desk.press("y")
        assert len(desk.app.clipboard) > 10_000
        assert len(desk.toasts[-1]) < 500


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_suggestions_and_conflicts_do_no_harm(
    hostile: Home, hostile_app: SscApp, sit: Sit, nasty_strings: Mapping[str, str], size: tuple[int, int]
) -> None:
    with closing(connect(hostile.database)) as copy, transaction(copy):
        remember(copy, editor=True)
        for number, text in enumerate([*nasty_strings.values(), MARKUP]):
            # Half surrogates are in no file: what comes is cleaned of them before anything follows from it.
            for name, document in _of_others(number, text).items() if storable(text) == text else ():
                copy.execute("INSERT INTO record VALUES ('suggestions', ?, 5, 0, ?)", (name, json.dumps({"id": name, **document})))
        take_in(copy, [name for (name,) in copy.execute("SELECT id FROM record WHERE kind = 'suggestions'").fetchall()])
    async with sit(app=hostile_app, size=size) as desk:
        for keys in (["v"], ["t"], ["t", "enter"], ["escape", "escape", "exclamation_mark"]):
            await desk.press(*keys)
            listed = desk.app.screen.query_one(OptionList)
            assert listed.option_count
            for _page in range(min(12, listed.option_count)):
                assert painted(desk) == [], quoted(painted(desk))
                await desk.press("pagedown")
        assert desk.app.is_running


def _of_others(number: int, text: str) -> dict[str, dict[str, object]]:
    """Documents with the text wherever somebody may write one."""
    edit = f"01a20000-0000-7000-8000-{number:012}"
    told = {"ref": f"partners/{record_id(number)}", "author": text, "at": text}
    wish = {
        "document": "suggestion",
        "change": "edit",
        "text": text,
        "fields": {text: {"new": text}, "name": {"base": text, "new": [text]}},
    }
    lost = {"document": "conflict", "edit": edit, "path": ["phone"], "mine": [text, 5], "theirs": {text: text}, "state": "open"}
    return {
        f"s{number}": {**told, **wish, "state": "open"},
        f"d{number}": {**told, **wish, "state": "declined", "reason": text, "decided_by": text, "decided_at": text},
        dispute_id(edit, ("phone",)): {**told, **lost},
    }
