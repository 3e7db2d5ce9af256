from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssc_tui.insight.canvas import Canvas
from ssc_tui.insight.page import Span

CELLS = st.tuples(st.integers(-30, 60), st.integers(-30, 60))


def rows(canvas: Canvas) -> list[str]:
    return ["".join(span.text for span in row) for row in canvas.rows()]


def test_an_empty_canvas_is_blank() -> None:
    assert list(Canvas(3, 2).rows()) == [(Span("   ", "coast"),)] * 2


@pytest.mark.parametrize(
    ("start", "end", "drawn"),
    [
        ((0, 0), (3, 0), ["⠉⠉", "  "]),
        ((0, 0), (0, 7), ["⡇ ", "⡇ "]),
        ((0, 0), (3, 3), ["⠑⢄", "  "]),
        ((0, 7), (0, 7), ["  ", "⡀ "]),
        ((-9, 0), (-1, 0), ["  ", "  "]),
    ],
)
def test_a_stroke_is_dots(start: tuple[int, int], end: tuple[int, int], drawn: list[str]) -> None:
    canvas = Canvas(2, 2)
    canvas.stroke(start, end)
    assert rows(canvas) == drawn


@pytest.mark.parametrize(
    ("start", "end", "drawn"),
    [
        ((0, 0), (4, 0), [" ──→ ", "     ", "     "]),
        ((4, 0), (0, 0), [" ←── ", "     ", "     "]),
        ((0, 0), (0, 2), ["     ", "↓    ", "     "]),
        ((0, 2), (2, 0), ["     ", " ↗   ", "     "]),
        ((0, 0), (2, 2), ["     ", " ↘   ", "     "]),
        ((0, 0), (1, 0), ["     ", "     ", "     "]),
        ((2, 1), (2, 1), ["     ", "     ", "     "]),
    ],
)
def test_an_arrow_points_at_where_it_goes(start: tuple[int, int], end: tuple[int, int], drawn: list[str]) -> None:
    canvas = Canvas(5, 3)
    canvas.arrow(start, end)
    assert rows(canvas) == drawn


def test_marks_stand_over_arrows_and_arrows_over_dots_and_each_says_what_it_is() -> None:
    canvas = Canvas(6, 1)
    canvas.stroke((0, 0), (11, 0))
    canvas.mark((4, 0), "[3", "chosen")
    canvas.arrow((0, 0), (5, 0))
    assert list(canvas.rows()) == [(Span("⠉", "coast"), Span("──→", "flow"), Span("[3", "chosen"))]


def test_two_ways_between_the_same_two_show_both_heads() -> None:
    canvas = Canvas(6, 1)
    canvas.arrow((0, 0), (5, 0))
    canvas.arrow((5, 0), (0, 0))
    assert rows(canvas) == [" ←──→ "]


@given(
    st.integers(1, 40),
    st.integers(1, 20),
    st.lists(st.tuples(CELLS, CELLS)),
    st.lists(st.tuples(CELLS, st.sampled_from(["3", "[+]", "o"]))),
)
def test_whatever_is_drawn_fills_the_canvas_and_nothing_beyond(
    width: int, height: int, lines: list[tuple[tuple[int, int], tuple[int, int]]], marks: list[tuple[tuple[int, int], str]]
) -> None:
    canvas = Canvas(width, height)
    for start, end in lines:
        canvas.stroke(start, end)
        canvas.arrow(start, end)
    for cell, sign in marks:
        canvas.mark(cell, sign)
    assert [len(row) for row in rows(canvas)] == [width] * height
