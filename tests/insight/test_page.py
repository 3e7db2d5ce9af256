"""The page of a card: never wider than asked, and nothing of the card is missing on it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.catalogue.codes import CODES
from ssc_tui.insight.blocks import Block, Line, Table, TableRow, Target
from ssc_tui.insight.card import Card
from ssc_tui.insight.card_fields import FIELDS, HEADINGS
from ssc_tui.insight.page import NARROW, PageLine, lay_out
from ssc_tui.text import cell_width, one_line

WIDTHS = st.integers(20, 140)
WIDE = "北京大学南南合作ＮＯＲＥＣกรมความनेपाल👨\u200d👩\u200d👧e\u0301한국"
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from(WIDE + "     \n"), max_size=60) | st.text(
    st.sampled_from("x京"), min_size=100, max_size=300
)
TARGET = st.none() | st.builds(Target, st.sampled_from(["record", "list", "web"]), st.sampled_from(["areas/a", "projects?area:a"]))
LINE = st.builds(Line, st.sampled_from(["", "Label", "国名"]), TEXT, TEXT, TARGET)
LINES = st.lists(LINE, max_size=4).map(tuple)
HEADED = st.sampled_from(["", "Heading", "見出し"])
PLAIN = (st.none(), st.just(False))
BLOCK = st.builds(Block, HEADED, LINES, TARGET, st.just(""), st.none(), *PLAIN) | st.builds(
    Block, st.just("Brings"), LINES, st.none(), st.just("Wants to learn"), LINES, *PLAIN, st.booleans()
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of short texts, under labels of any length."""
    columns = draw(st.integers(0, 12))
    cells = st.lists(st.text(st.sampled_from("0123456789+?京"), max_size=8), min_size=columns, max_size=columns).map(tuple)
    rows = st.lists(st.builds(TableRow, TEXT.map(one_line), cells, TARGET), max_size=4)
    return Table((draw(HEADED), *draw(cells)), tuple(draw(rows)))


BLOCK |= st.builds(Block, HEADED, LINES, TARGET, st.just(""), st.none(), tables(), st.just(False))
CARD = st.builds(Card, st.just("areas"), st.just("a"), TEXT, st.lists(BLOCK, max_size=4).map(tuple))


def characters(*texts: str) -> Counter[str]:
    """How often each character stands in the texts, white space aside."""
    return Counter(char for text in texts for char in text if not char.isspace())


def parts(card: Card) -> list[str]:
    """Every text of the card."""
    found = [card.title]
    for block in card.blocks:
        found += [block.heading, block.second_heading]
        found += [text for line in (*block.lines, *(block.second or ())) for text in (line.value, line.beside)]
        if block.table:
            found += [*block.table.head, *(text for row in block.table.rows for text in (row.label, *row.cells))]
        found += [line.label for line in block.lines if line.label and line.value]
        found += [line.label for line in block.second or () if line.label and line.value]
    return found


@given(CARD, WIDTHS)
def test_no_line_is_wider_than_asked(card: Card, width: int) -> None:
    assert [line.text for line in lay_out(card, width) if cell_width(line.text) > width] == []


@given(CARD, WIDTHS)
def test_nothing_of_the_card_is_lost(card: Card, width: int) -> None:
    page = characters(*(line.text for line in lay_out(card, width)))
    assert characters(*parts(card)) - page == Counter()


@given(CARD, WIDTHS)
def test_a_line_of_a_page_holds_no_line_end(card: Card, width: int) -> None:
    assert not [line for line in lay_out(card, width) if "\n" in line.text]


@given(st.text(st.sampled_from("ab 京 \n"), max_size=400), WIDTHS)
def test_words_stay_in_their_order(text: str, width: int) -> None:
    card = Card("areas", "a", "T", (Block("", (Line("", text),)),))
    said = "".join(line.text for line in lay_out(card, width)[1:])
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", text)


LABELS = sorted(
    {heading for fields in FIELDS.values() for _name, heading, _form in fields}
    | {words for code_list in ("project_role",) for words in CODES[code_list].values()}
    | {"Checked", "Date", "a_field_that_a_later_format_knows"}
)
HEADING_WORDS = sorted({*HEADINGS.values(), "Figures stated by sources", "Cross-cutting issues", "Publications (1,234)", "Other fields"})


@pytest.mark.parametrize("width", [20, 40, 57, 120])
@pytest.mark.parametrize("heading", LABELS)
def test_labels_are_whole(heading: str, width: int) -> None:
    page = lay_out(Card("areas", "a", "T", (Block("", (Line(heading, "value"),)),)), width)
    assert characters(heading) - characters(*(line.text for line in page)) == Counter()


@pytest.mark.parametrize("width", [20, 40, 120])
@pytest.mark.parametrize("heading", HEADING_WORDS)
def test_headings_are_whole(heading: str, width: int) -> None:
    page = lay_out(Card("areas", "a", "T", (Block(heading, (Line("", "value"),)),)), width)
    assert characters(heading) - characters(*(line.text for line in page)) == Counter()


def columns(width: int) -> list[PageLine]:
    """Two columns at a width."""
    left = (Line("", "Rope pumps", "Water"), Line("", "Wells"))
    right = (Line("", "Nursing"),)
    return lay_out(Card("partners", "p", "T", (Block("Brings", left, None, "Wants to learn", right),)), width)


@pytest.mark.parametrize("width", range(NARROW, 141, 7))
def test_needs_stand_beside_capacities(width: int) -> None:
    head, first, *_rest = (line.text for line in columns(width)[2:])
    assert head.split("  ")[0] == "Brings"
    assert head.endswith("Wants to learn")
    assert first.split() == ["Rope", "pumps", "Nursing"]
    assert head.index("Wants") + 2 == first.index("Nursing")


@pytest.mark.parametrize("width", range(20, NARROW, 7))
def test_needs_stand_under_capacities_where_there_is_no_room(width: int) -> None:
    said = [line.text.strip() for line in columns(width) if line.spans]
    assert said == ["T", "Brings", "Rope pumps", "Water", "Wells", "Wants to learn", "Nursing"]


@given(CARD, WIDTHS)
def test_everything_that_leads_somewhere_can_be_reached(card: Card, width: int) -> None:
    blocks = [block for block in card.blocks if block.second is None]
    headed = {block.target for block in blocks if block.heading and block.target}
    asked = headed | {line.target for block in blocks for line in block.lines if line.target}
    assert asked <= {line.target for line in lay_out(card, width) if line.target}


@pytest.mark.parametrize("width", [30, 60, 140])
def test_a_line_of_two_columns_is_copied_whole(width: int) -> None:
    copied = [line.copied for line in columns(width) if "Rope pumps" in line.text]
    assert copied == ["Rope pumps | Nursing" if width >= NARROW else "Rope pumps"]


def test_a_link_of_several_lines_leads_on_from_each() -> None:
    target = Target("record", "areas/a")
    page = lay_out(Card("areas", "a", "T", (Block("", (Line("", "word " * 20, "beside", target),)),)), 30)
    assert [line.target for line in page[2:]] == [target] * len(page[2:])


@pytest.mark.parametrize(
    ("line", "copied"),
    [
        (Line("Phone", "+47 1"), "+47 1"),
        (Line("Website", "https://a.example", "", Target("web", "https://a.example")), "https://a.example"),
        (Line("", "Norec", "coordinator", Target("record", "partners/norec")), "Norec partners/norec"),
    ],
)
def test_what_is_copied_of_a_line(line: Line, copied: str) -> None:
    page = lay_out(Card("areas", "a", "T", (Block("", (line,)),)), 60)
    assert page[-1].copied == copied


def test_of_the_title_name_and_reference_are_copied() -> None:
    assert lay_out(Card("areas", "a", "Title", ()), 60)[0].copied == "Title (areas/a)"


@pytest.mark.parametrize("width", range(-5, 20))
def test_a_page_without_room_is_laid_out_for_twenty_columns(width: int) -> None:
    card = Card("areas", "a", "A title of some length", (Block("Heading", (Line("Label", "some value of some length"),)),))
    assert lay_out(card, width) == lay_out(card, 20)


def test_a_table_stands_in_parts_where_its_columns_do_not_fit() -> None:
    rows = tuple(TableRow(f"partner {number}", tuple(f"{number}{column}" for column in range(9))) for number in (1, 2))
    table = Table(("sends", *(str(column) for column in range(9))), rows)
    card = Card("areas", "a", "T", (Block("Who sends to whom", (), table=table),))
    said = [line.text.rstrip() for line in lay_out(card, 36)]
    assert said[3:] == [
        "sends       0   1   2   3   4   5",
        "partner 1  10  11  12  13  14  15",
        "partner 2  20  21  22  23  24  25",
        "",
        "sends       6   7   8",
        "partner 1  16  17  18",
        "partner 2  26  27  28",
    ]


def test_a_drawing_keeps_its_blanks() -> None:
    drawing = Block("", (Line("", "   A"), Line("", "  / \\")), drawn=True)
    assert [line.text for line in lay_out(Card("areas", "a", "T", (drawing,)), 40)][2:] == ["   A", "  / \\"]
