"""Every key of the table, pressed: what a person then sees."""

from __future__ import annotations

import re
import stat
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from tests.tui.conftest import HOSPITAL, NARROW, WIDE, Desk, MakeApp, Sit, until
from textual.widgets import Input, OptionList, TextArea

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.keys import COMMANDS, GROUPS
from ssc_tui.paths import Home
from ssc_tui.settings import Settings, read_settings
from ssc_tui.store import reader
from ssc_tui.store.search import search
from ssc_tui.text import cell_width
from ssc_tui.tui.screens.help import HelpScreen
from ssc_tui.tui.widgets.plain import Plain

Test = TypeVar("Test", bound=Callable[..., Awaitable[None]])
COVERED: set[str] = set()

FIRST = "partners/aas-dprk"


def does(*ids: str) -> Callable[[Test], Test]:
    """The test presses the keys of these commands."""

    def mark(test: Test) -> Test:
        COVERED.update(ids)
        return test

    return mark


def test_every_command_has_a_test() -> None:
    assert {command.id for command in COMMANDS} == COVERED


# Search


@does("go.search")
async def test_slash_searches_as_one_types(sit: Sit) -> None:
    async with sit() as desk:
        assert desk.records.total == 225
        await desk.press("slash", "k", "a", "m", "u")
        assert desk.on == "search"
        assert (desk.ref, desk.records.total) == ("partners/kamuzu-central-hospital", 1)
        await desk.press("z", "u")
        assert desk.search.value == "kamuzu"
        assert desk.bar("status").startswith(" 1 of 1 partners")


@does("go.search")
async def test_letters_that_are_keys_elsewhere_are_typed_into_the_search(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("slash", "q", "question_mark", "7", "j", "slash", "comma", "asterisk", "G", "left_square_bracket")
        assert desk.search.value == "q?7j/,*G["
        assert desk.on == "search"
        assert desk.app.is_running


@does("go.search")
async def test_slash_returns_to_the_words_that_are_there(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("kamuz")
        await desk.press("escape", "slash", "u")
        assert desk.search.value == "kamuzu"


@does("go.open", "go.search")
async def test_enter_in_the_search_opens_the_first(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        assert desk.search.value == "norec"


async def test_enter_in_a_search_without_results_opens_nothing(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("zzzzqq")
        await desk.press("enter")
        assert desk.on == "search"


@does("move.down", "move.up")
async def test_arrows_move_the_list_while_one_searches(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("health")
        first = desk.ref
        await desk.press("down", "down", "up")
        assert (desk.records.highlighted, desk.on) == (1, "search")
        await desk.press("up")
        assert desk.ref == first


@pytest.mark.parametrize(
    "acronym", ["CIRDAP", "COMSATS", "FAO", "ILO", "ISTIC", "PPD", "UNCDF", "UNDP", "UNEP", "UNESCAP", "UNESCO", "UNIDO", "UNV", "WFP"]
)
async def test_each_institution_of_the_retreat_opens_by_its_acronym_and_two_keys(sit: Sit, acronym: str) -> None:
    async with sit(size=NARROW) as desk:
        await desk.open(acronym.lower(), f"partners/{acronym.lower()}")
        assert desk.records.highlighted == 0


# Sections


@does(*(f"go.{kind}" for kind in SECTIONS))
@pytest.mark.parametrize(("key", "kind"), enumerate(SECTIONS, 1))
async def test_a_digit_opens_a_section(sit: Sit, key: int, kind: str) -> None:
    async with sit(settings=Settings(section="funds" if kind != "funds" else "areas")) as desk:
        await desk.press(str(key))
        total = reader.totals(desk.app.copy.connection)[kind]
        assert desk.ref.startswith(f"{kind}/")
        assert desk.records.total == total
        assert desk.bar("status").startswith(f" 1 of {total} {kind}")


@does("go.all")
async def test_nought_searches_in_all_sections(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("norec")
        copy = desk.app.copy.connection
        whole, projects = search(copy, "norec").total(copy), search(copy, "norec", "projects").total(copy)
        assert whole > projects > 0
        await desk.press("escape", "0")
        assert desk.records.total == whole
        assert desk.bar("status").startswith(f" 1 of {whole} records")
        await desk.press("2")
        assert desk.bar("status").startswith(f" 1 of {projects} projects")
        assert desk.search.value == "norec"


@does("go.all")
async def test_nought_without_words_asks_for_some(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("0")
        assert desk.records.total == 225
        assert "type / and some words" in desk.toasts[-1]


# Outward, back and forward


@does("go.out")
async def test_escape_goes_outward_step_by_step(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        await desk.press("escape")
        assert (desk.on, desk.search.value) == ("list", "norec")
        await desk.press("escape")
        assert (desk.on, desk.search.value, desk.records.total, desk.ref) == ("list", "", 225, "partners/norec")
        await desk.press("escape")
        assert "outermost" in desk.toasts[-1]


@does("go.out")
async def test_escape_leaves_the_search_and_its_words(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("norec")
        await desk.press("escape")
        assert (desk.on, desk.search.value, desk.records.total) == ("list", "norec", 4)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@does("go.open", "go.out")
async def test_norecs_projects_open_in_two_keys_and_escape_goes_back(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await desk.type("norec")
        await desk.press("escape", "escape")
        assert (desk.on, desk.ref) == ("list", "partners/norec")
        await desk.press("enter")
        assert desk.line.text.startswith("Projects (29)")
        await desk.press("enter")
        assert desk.bar("status").startswith(" 1 of 29 projects")
        assert desk.on == "list"
        await desk.press("escape")
        assert (desk.on, desk.ref) == ("card", "partners/norec")
        assert desk.card.card
        assert desk.card.card.ref == "partners/norec"


@does("go.open")
async def test_enter_follows_a_link_to_a_record_and_escape_comes_back(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        desk.highlight("Education", "record")
        await desk.press("enter")
        assert (desk.on, desk.ref) == ("card", "areas/education")
        await until(desk.pilot, lambda: desk.card.card and desk.card.card.ref == "areas/education")
        await desk.press("escape")
        assert (desk.on, desk.ref, desk.search.value) == ("card", "partners/norec", "norec")


@does("go.open")
async def test_enter_on_a_line_that_leads_nowhere_says_so(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        desk.highlight("Founded")
        await desk.press("enter")
        assert desk.on == "card"
        assert "leads nowhere" in desk.toasts[-1]


@does("go.back", "go.forward")
@pytest.mark.parametrize(("back", "forward"), [("left_square_bracket", "right_square_bracket"), ("alt+left", "alt+right")])
async def test_history_goes_back_and_forward_as_in_a_browser(sit: Sit, back: str, forward: str) -> None:
    async with sit() as desk:
        await desk.press("j", "j", "j")
        third = desk.ref
        await desk.press("2", "j", "7")
        await desk.press(back)
        assert (desk.ref.split("/")[0], desk.records.highlighted) == ("projects", 1)
        await desk.press(back)
        assert (desk.ref, desk.records.highlighted) == (third, 3)
        await desk.press(back)
        assert "nothing to go back to" in desk.toasts[-1]
        await desk.press(forward, forward)
        assert desk.ref.startswith("funds/")
        await desk.press(forward)
        assert "nothing to go forward to" in desk.toasts[-1]


@does("go.back", "go.forward")
async def test_back_restores_words_and_highlight(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("health")
        await desk.press("escape", "j", "j")
        there = desk.ref
        await desk.press("enter")
        desk.highlight("Health", "record")
        await desk.press("enter")
        assert desk.ref == "areas/health"
        await desk.press("left_square_bracket")
        assert (desk.ref, desk.records.highlighted, desk.search.value, desk.on) == (there, 2, "health", "card")
        await desk.press("left_square_bracket")
        assert (desk.search.value, desk.ref, desk.records.total) == ("", FIRST, 225)
        await desk.press("right_square_bracket")
        assert (desk.search.value, desk.ref) == ("health", there)


@does("go.back")
async def test_a_new_way_forgets_what_lay_ahead(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("2", "3", "left_square_bracket", "4", "right_square_bracket")
        assert desk.ref.startswith("areas/")
        assert "nothing to go forward to" in desk.toasts[-1]


# Moving


@does("move.down", "move.up", "move.first", "move.last", "move.page_down", "move.page_up")
@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["j"], 1), (["down"], 1), (["j", "j", "k"], 1), (["down", "down", "up"], 1), (["k"], 0), (["G"], 224), (["end"], 224),
        (["G", "j"], 224), (["G", "g"], 0), (["end", "home"], 0), (["pagedown"], 35), (["ctrl+d"], 35),
        (["pagedown", "pagedown", "pageup"], 35),
        (["ctrl+d", "ctrl+u"], 0), (["G", "pageup"], 189),
    ],
)  # fmt: skip
async def test_keys_move_the_highlight_of_the_list(sit: Sit, keys: list[str], index: int) -> None:
    async with sit() as desk:
        await desk.press(*keys)
        assert desk.records.highlighted == index
        await until(desk.pilot, lambda: desk.records.row)
        assert desk.bar("status").startswith(f" {index + 1} of 225")
        shown = [row for row in desk.rows() if row.startswith("❯")]
        assert len(shown) == 1
        await until(desk.pilot, lambda: desk.card.card and desk.card.card.ref == desk.ref)


@does("move.down", "move.up", "move.first", "move.last", "move.page_down", "move.page_up")
async def test_keys_move_the_highlight_of_the_card(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        last = len(desk.page()) - 1
        await desk.press("g")
        assert desk.line.text == "Norwegian Agency for Exchange Cooperation"
        await desk.press("j")
        assert desk.line.text.split() == ["Acronym", "Norec"]
        await desk.press("down", "up", "k")
        assert desk.card.highlighted == 0
        await desk.press("G")
        assert desk.card.highlighted == last
        await desk.press("home", "pagedown")
        page = desk.card.highlighted
        assert 30 < page < 40
        await desk.press("pageup", "end")
        assert desk.card.highlighted == last
        await desk.press("ctrl+u", "ctrl+d")
        assert desk.card.highlighted == last
        assert (desk.ref, desk.records.highlighted) == ("partners/norec", 0)


@does("move.next_pane", "move.previous_pane")
@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(("there", "back"), [("tab", "shift+tab"), ("l", "h"), ("right", "left")])
async def test_keys_change_the_pane(sit: Sit, size: tuple[int, int], there: str, back: str) -> None:
    async with sit(size=size) as desk:
        await desk.press(there)
        assert desk.on == "card"
        assert desk.card.display
        await desk.press(back)
        assert desk.on == "list"
        assert desk.records.display


# The list


@does("list.filter")
async def test_filters_are_chosen_with_counts_that_the_list_then_shows(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("f")
        assert desk.on == "FilterScreen"
        values = desk.app.screen.query_one("#values", OptionList)
        await until(desk.pilot, lambda: values.option_count > 40)
        assert str(values.get_option_at_index(0).prompt).split() == ["[", "]", "Norway", "21"]
        await desk.press("l", "space")
        await desk.press("escape")
        assert (desk.search.value, desk.records.total, desk.on) == ("country:no", 21, "list")


@does("list.filter")
async def test_several_values_of_a_field_are_alternatives_and_fields_restrict_each_other(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("f", "enter", "enter", "j", "enter", "escape")
        assert (desk.search.value, desk.records.total) == ("country:no,us", 35)
        await desk.press("f", "j", "j", "j")
        values = desk.app.screen.query_one("#values", OptionList)
        await until(desk.pilot, lambda: values.option_count and "Government" in " ".join(str(o.prompt) for o in values.options))
        number = int(str(values.get_option_at_index(0).prompt).split()[-1])
        await desk.press("l", "space", "f")
        assert desk.records.total == number
        assert desk.search.value.startswith("country:no,us type:")


@does("list.filter")
async def test_a_chosen_value_can_be_taken_back_and_all_be_cleared(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("f", "l", "space", "j", "space", "space", "escape")
        assert (desk.search.value, desk.records.total) == ("country:no", 21)
        await desk.press("f", "c", "escape")
        assert (desk.search.value, desk.records.total) == ("", 225)


@does("list.filter")
async def test_words_stay_beside_the_filters(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("ministry")
        await desk.press("escape", "f", "l", "space", "escape")
        assert desk.search.value.startswith("ministry country:")
        await desk.press("f", "c", "escape")
        assert desk.search.value == "ministry"


@pytest.mark.parametrize(
    "asked",
    ['country:"KE"', "country:KE,", "region:eastern-africa region:eastern-africa-x", "country:KE -country:KEN", "is:noted is:notedx"],
)
@does("list.filter")
async def test_clearing_takes_away_every_filter_however_it_was_typed(sit: Sit, asked: str) -> None:
    async with sit() as desk:
        await desk.type(asked)
        await desk.press("escape", "f", "c", "escape")
        assert desk.search.value == ""


@does("list.filter")
async def test_filters_that_are_left_untouched_leave_the_words_as_they_were_meant(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type('country:MW "central hospital"')
        refs = [desk.records._row(number) for number in range(desk.records.total)]
        await desk.press("escape", "f", "escape")
        assert [desk.records._row(number) for number in range(desk.records.total)] == refs


@does("list.searches")
async def test_a_name_that_is_refused_is_still_there(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.type("country:MW")
        await desk.press("escape", "F", "a")
        desk.app.screen.query_one(Input).value = "long " * 20
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.on == "WordsScreen")
        assert "at most 80 characters" in desk.toasts[-1]
        assert desk.app.screen.query_one(Input).value == "long " * 20
        desk.app.screen.query_one(Input).value = "short"
        await desk.press("enter")
        assert desk.toasts[-1] == "Search saved: short"


@does("list.searches")
async def test_a_search_is_saved_run_and_let_go_of(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.press("F", "a")
        assert desk.toasts[-1] == "No words are searched for now: type / and some words first."
        await desk.press("escape")
        await desk.type("country:MW area:health")
        await desk.press("escape", "F", "a", *"Health in Malawi", "enter")
        await desk.sees("Partners: country:MW area:health")
        assert desk.toasts[-1] == "Search saved: Health in Malawi"
        await desk.press("escape", "2", "slash", "ctrl+u", "escape")
        assert desk.browse.visits.now.asked == ""
        await desk.press("F", "enter")
        assert (desk.browse.shown_section, desk.search.value) == ("partners", "country:MW area:health")
        await desk.press("F", "delete")
        assert desk.toasts[-1] == "No longer saved: Health in Malawi"
        assert desk.app.screen.query_one("#searches", OptionList).option_count == 0
        await desk.press("escape")
        assert desk.on == "list"


@does("list.order")
async def test_orders_follow_one_another_and_are_remembered(sit: Sit, home: Home) -> None:
    async with sit() as desk:
        await desk.press("o")
        assert desk.row.countries == "AF"
        assert "by country" in desk.bar("status")
        assert read_settings(home.settings).order == "country"
        await desk.press("o")
        assert desk.row.start == "2019"
        assert "newest first" in desk.bar("status")
        await desk.press("o")
        assert desk.ref == FIRST
        assert read_settings(home.settings).order == "name"


async def test_the_remembered_order_holds_at_the_next_start(sit: Sit, home: Home, make_app: MakeApp) -> None:
    async with sit() as desk:
        await desk.press("o", "o")
    app = make_app(settings=read_settings(home.settings))
    async with sit(app=app) as desk:
        assert desk.row.start == "2019"


# The record


@does("record.bookmark")
async def test_a_bookmark_is_set_found_and_taken_away(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("j", "asterisk")
        await until(desk.pilot, lambda: desk.row.bookmarked)
        assert desk.rows()[1].startswith("❯★")
        assert desk.toasts[-1] == "Bookmarked: ACTogether Uganda"
        await desk.type("is:bookmarked")
        assert (desk.records.total, desk.row.title) == (1, "ACTogether Uganda")
        await desk.press("escape", "escape", "asterisk")
        await until(desk.pilot, lambda: not desk.row.bookmarked)
        assert desk.toasts[-1] == "No longer bookmarked: ACTogether Uganda"
        assert "★" not in "".join(desk.rows())


@does("record.edit", "record.add")
async def test_e_edits_the_highlighted_record_and_a_adds_one(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("e")
        assert desk.on == "FormScreen"
        assert any(desk.row.title in line for line in desk.lines()[:1])
        await desk.press("escape", "5", "a")
        assert desk.on == "FormScreen"
        assert "New solution" in desk.lines()[0]
        await desk.press("escape")
        assert desk.on == "list"


@does("record.round")
async def test_r_fills_in_a_round(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("r")
        assert desk.on == "RoundScreen"
        assert any("A round of exchanges" in line for line in desk.lines())
        await desk.press("escape")
        assert desk.on == "list"


@does("record.note")
async def test_a_note_is_written_found_and_shown(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("n")
        assert desk.on == "NoteScreen"
        await desk.press(*"ring q", "enter", "n", "ctrl+s")
        assert desk.toasts[-1] == f"Note saved: {desk.row.title}"
        await until(desk.pilot, lambda: desk.row.noted)
        assert desk.rows()[0].startswith("❯ ✎")
        await until(desk.pilot, lambda: any(line.endswith("ring q") for line in desk.page()))
        await desk.press("j")
        await desk.type("is:noted")
        assert (desk.records.total, desk.ref) == (1, FIRST)
        await desk.press("escape", "n")
        assert any("ring q" in line for line in desk.lines())


@does("record.note")
async def test_what_was_written_is_thrown_away_only_when_asked_twice(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("n", "a", "escape")
        assert desk.on == "NoteScreen"
        assert any("Not saved yet" in line for line in desk.lines())
        await desk.press("b")
        assert not any("Not saved yet" in line for line in desk.lines())
        await desk.press("escape", "escape")
        assert desk.on == "list"
        assert reader.notes(desk.app.copy.connection) == []


@does("record.note")
async def test_an_empty_note_is_left_at_once(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("n", "escape")
        assert desk.on == "list"
        await desk.press("n", "space", "ctrl+s")
        assert desk.on == "list"
        assert reader.notes(desk.app.copy.connection) == []


@does("record.note")
async def test_a_note_that_could_not_be_saved_is_given_back(sit: Sit, home: Home) -> None:
    async with sit() as desk:
        home.database.chmod(0o400)
        await desk.press("n", "h", "i")
        await desk.press("ctrl+s")
        await until(desk.pilot, lambda: desk.on == "NoteScreen")
        assert desk.app.screen.query_one(TextArea).text == "hi"
        assert "nothing was saved" in desk.toasts[-1]
        home.database.chmod(0o600)
        await desk.press("ctrl+s")
        assert [note.text for note in reader.notes(desk.app.copy.connection)] == ["hi"]


@does("record.copy")
async def test_copying_takes_name_and_reference_from_the_list_and_the_line_from_the_card(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("y")
        assert desk.app.clipboard == "Academy of Agricultural Science of DPR Korea (partners/aas-dprk)"
        assert desk.toasts[-1] == f"Copied: {desk.app.clipboard}"
        await desk.open("norec", "partners/norec")
        desk.highlight("Website")
        await desk.press("y")
        assert desk.app.clipboard == "https://www.norec.no"


@does("record.web")
@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_w_opens_the_address_of_the_record_from_the_list_and_from_the_card(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await desk.type("norec")
        await desk.press("escape", "w")
        assert desk.opened == ["https://www.norec.no"]
        assert desk.toasts[-1] == "Opening www.norec.no"
        await desk.press("enter", "w")
        assert desk.opened == ["https://www.norec.no"] * 2


@does("record.web")
async def test_w_opens_the_highlighted_address(sit: Sit) -> None:
    async with sit([("partners", {**HOSPITAL, "email": "post@kch.example"})]) as desk:
        await desk.press("enter")
        desk.highlight("E-mail")
        await desk.press("w")
        assert desk.opened == ["mailto:post@kch.example"]
        assert desk.toasts[-1] == "Opening post@kch.example"


@does("record.web")
@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_w_says_where_no_address_is_stated(sit: Sit, size: tuple[int, int]) -> None:
    async with sit([("areas", {"id": "a", "name": "Area"})], size=size, settings=Settings(section="areas")) as desk:
        await desk.press("w")
        assert desk.opened == []
        assert desk.toasts[-1] == "No web address is stated for this record."


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "ftp://a.example", "data:text/html,x", "a.example"])
@does("record.web")
async def test_nothing_but_web_and_mail_is_opened(sit: Sit, address: str) -> None:
    async with sit([("partners", {**HOSPITAL, "website": address})]) as desk:
        await desk.press("w")
        desk.app.open_outside(address)
        await desk.settle()
        assert desk.opened == []
        assert address in desk.toasts[-1]


@pytest.mark.parametrize("address", ["http://[/x]", "https://[::1", "http://a]b", "https://[red]x[/red]", "http://\u2100.example"])
@does("record.web")
async def test_an_address_that_is_none_is_told_and_ends_nothing(sit: Sit, address: str) -> None:
    async with sit([("partners", {**HOSPITAL, "website": address})]) as desk:
        await until(desk.pilot, lambda: desk.card.addresses)
        await desk.press("w")
        assert desk.app.is_running
        assert len(desk.toasts) == 1


@does("go.balance", "go.flows")
async def test_b_and_x_show_balances_and_who_sends_to_whom(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("b")
        await desk.sees("Within the tolerance (2)")
        await desk.press("escape", "X")
        await desk.sees("1 Child Sight Foundation Global")
        await desk.press("escape")
        assert desk.on == "list"
        await desk.open("nepal health research", "partners/nhrc-nepal")
        await desk.press("b")
        await desk.sees("Balance of Nepal Health Research Council")


@does("record.match", "record.demand")
@pytest.mark.parametrize(
    ("key", "words"),
    [("m", "1  Oslo University Hospital · Norway"), ("d", "“Building a surgical unit for children”, Health")],
    ids=["match", "demand"],
)
async def test_a_view_of_a_partner_opens_over_its_card_and_gives_way_to_it(sit: Sit, key: str, words: str) -> None:
    async with sit() as desk:
        await desk.open("qech", "partners/queen-elizabeth-hospital")
        await desk.press(key)
        await desk.sees(words)
        await desk.press("escape")
        assert desk.on == "card"


@does("go.map")
async def test_the_map_opens_on_the_country_of_the_record(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("kamuzu")
        await desk.press("escape", "M")
        await desk.sees("Malawi: ")


@does("record.terms", "go.lab", "go.charts")
@pytest.mark.parametrize(
    ("keys", "words", "leave"),
    [
        ("2t", "Does everyone send and host?", "escape"),
        ("L", "Testing 6", "q"),
        ("C", "Chart 1 of 5: Exchanges per year.", "escape"),
    ],
    ids=["terms", "lab", "charts"],
)
async def test_a_view_opens_over_the_list_and_gives_way_to_it(sit: Sit, keys: str, words: str, leave: str) -> None:
    async with sit() as desk:
        await desk.press(*keys)
        await desk.sees(words)
        await desk.press(leave)
        assert desk.on == "list"


@does("record.ledger")
async def test_the_ledger_of_the_highlighted_record_opens_and_escape_comes_back(sit: Sit) -> None:
    async with sit() as desk:
        await desk.open("norec", "partners/norec")
        await desk.press("dollar_sign")
        assert desk.on == "ViewScreen"
        assert any("Contributions: Norwegian" in line for line in desk.lines())
        await desk.press("escape")
        assert (desk.on, desk.ref) == ("card", "partners/norec")


@does("record.country")
async def test_the_sheet_of_the_records_country_opens(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("kamuzu")
        await desk.press("escape", "N")
        assert desk.on == "ViewScreen"
        assert any("Malawi (Eastern Africa)" in line for line in desk.lines())


@does("record.compare")
async def test_two_funds_are_set_side_by_side(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("equals_sign")
        assert desk.toasts[-1] == "= compares funds; they are the section on 7."
        await desk.press("7", "equals_sign")
        assert desk.toasts[-1].endswith("is remembered: = on another fund sets the two side by side.")
        await desk.press("j", "equals_sign")
        assert desk.on == "ViewScreen"
        assert any("First fund" in line and "Second fund" in line for line in desk.lines())


# The app


def first_heading(desk: Desk) -> str:
    """The first group of keys that the help shows."""
    headings = "|".join(GROUPS.values())
    # The window stands over the list, of which something is left beside it.
    return next(found[1] for line in desk.lines() if (found := re.search(rf"│ ({headings}) +\S?│", line)))


@does("app.help")
@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_tells_of_what_has_the_focus(sit: Sit, key: str) -> None:
    async with sit(size=(120, 90)) as desk:
        await desk.press(key)
        assert desk.on == "HelpScreen"
        shown = "\n".join(desk.lines())
        assert "The keys go to the list" in shown
        assert first_heading(desk) == "Go to"
        await desk.press("escape", "tab", key)
        shown = "\n".join(desk.lines())
        assert "The keys go to the card" in shown
        assert first_heading(desk) == "This record"
        await desk.press(key)
        assert desk.on == "card"


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_no_line_of_help_is_broken_twice(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as desk:
        await desk.press("question_mark")
        screen = desk.app.screen
        assert isinstance(screen, HelpScreen)
        width = screen.query_one("#table", Plain).size.width
        lines = screen._keys(width).plain.splitlines()
        assert len(lines) > len(COMMANDS)
        assert [line for line in lines if cell_width(line) > width] == []


@does("app.help")
async def test_help_names_every_command_and_scrolls_to_its_end(sit: Sit) -> None:
    async with sit(size=NARROW) as desk:
        await desk.press("question_mark")
        seen = set(desk.lines())
        for _page in range(2 * len(COMMANDS)):
            await desk.press("j", "j")
            seen.update(desk.lines())
        shown = "\n".join(seen)
        assert [command.title for command in COMMANDS if command.title not in shown] == []
        assert "Esc closes, j and k scroll" in shown
        await desk.press("g")
        assert any("The keys go to the list" in line for line in desk.lines())
        await desk.press("G", "q")
        assert desk.on == "list"


@does("app.palette")
async def test_the_palette_finds_a_record(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("ctrl+p", *"norec")
        await desk.sees("Norwegian Agency")
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.on == "card")
        assert desk.ref == "partners/norec"
        await desk.press("escape")
        assert (desk.ref, desk.on) == (FIRST, "list")


@does("app.palette")
async def test_a_record_of_the_palette_leaves_the_search_behind(sit: Sit) -> None:
    async with sit() as desk:
        await desk.type("health")
        await desk.press("ctrl+p")
        await desk.pilot.press(*"kamuzu")
        await desk.sees("Kamuzu Central Hospital")
        await desk.press("enter")
        assert (desk.on, desk.ref, desk.search.value) == ("card", "partners/kamuzu-central-hospital", "")
        await desk.press("escape")
        assert desk.search.value == "health"


@does("app.palette")
async def test_the_palette_finds_a_command(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("ctrl+p", *"order")
        await desk.sees("Order (o)")
        await desk.press("enter")
        await until(desk.pilot, lambda: "by country" in desk.bar("status"))


@does("app.palette")
@pytest.mark.parametrize("window", ["question_mark", "comma", "f", "n"])
async def test_over_a_window_the_palette_stays_away(sit: Sit, window: str) -> None:
    async with sit() as desk:
        await desk.press(window)
        name = desk.on
        assert name.endswith("Screen")
        await desk.press("ctrl+p")
        assert desk.on == name


@does("app.settings")
async def test_a_theme_is_kept_and_holds_at_the_next_start(sit: Sit, home: Home, make_app: MakeApp) -> None:
    async with sit() as desk:
        assert desk.app.theme == "textual-dark"
        await desk.press("comma", "l", "home", "enter", "escape")
        assert desk.app.theme == "ansi-dark"
        assert read_settings(home.settings).theme == "ansi-dark"
        assert stat.S_IMODE(home.settings.stat().st_mode) == 0o600
    assert make_app(settings=read_settings(home.settings)).theme == "ansi-dark"


@does("app.settings")
async def test_the_first_section_is_chosen(sit: Sit, home: Home, make_app: MakeApp) -> None:
    async with sit() as desk:
        await desk.press("comma", "j", "l", "j", "enter", "q")
        assert desk.on == "list"
    async with sit(app=make_app(settings=read_settings(home.settings))) as desk:
        assert desk.ref.startswith("projects/")


@does("app.settings", "list.order")
async def test_the_settings_show_the_order_that_holds(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("o", "comma", "j", "j")
        assert any("● by country" in line for line in desk.lines())
        await desk.press("l", "end", "enter", "comma")
        assert "newest first" in desk.bar("status")


@does("app.settings")
async def test_a_settings_file_that_cannot_be_written_is_told(sit: Sit, home: Home) -> None:
    async with sit() as desk:
        home.settings.mkdir()
        await desk.press("o")
        assert "was not changed" in desk.toasts[-1]
        assert "by country" in desk.bar("status")


@does("app.quit")
@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting(sit: Sit, key: str) -> None:
    async with sit() as desk:
        await desk.pilot.press(key)
        assert desk.app.return_code == 0
        assert not desk.app.is_running


# What was written here; with edits in test_unsent.


@does("app.undo", "app.conflicts", "app.suggestions")
async def test_nothing_was_edited(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("u")
        assert desk.toasts == ["There is no edit that could be taken back."]
        await desk.press("exclamation_mark")
        assert desk.on == "ConflictsScreen"
        await desk.sees("No conflicts")
        await desk.press("v")
        assert desk.on == "SuggestionsScreen"
        await desk.sees("Nothing is suggested.")
        await desk.press("enter", "a", "d", "w", "o", "t")
        await desk.sees("Nothing was decided so far.")


# Bundles; with sticks in test_bundles.


@does("app.bundles")
async def test_bundles_offer_to_write_and_to_read(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("i")
        assert desk.on == "BundlesScreen"
        await desk.sees("Write to another folder or file")
        await desk.sees("Read another file")
        await desk.press("i")
        assert desk.on == "list"


# The sync; with a server at the other end in test_sync.


@does("app.sync", "app.sync_page")
async def test_sync_says_that_no_catalogue_is_set_and_its_page_too(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("s")
        assert desk.toasts == ["No remote catalogue is set: , leads to the settings."]
        await desk.press("S")
        assert desk.on == "SyncScreen"
        assert any("This copy was never synced." in line for line in desk.lines())
        await desk.press("S")
        assert desk.on == "list"


@does("go.changes")
async def test_before_the_first_sync_nothing_has_changed(sit: Sit) -> None:
    async with sit() as desk:
        await desk.press("c")
        assert desk.on == "ChangesScreen"
        assert any("No sync has changed anything yet." in line for line in desk.lines())
        await desk.press("c")
        assert desk.on == "list"
