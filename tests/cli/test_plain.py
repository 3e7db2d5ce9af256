from __future__ import annotations

import io
import sys

import pytest

from ssc_tui.cli.plain import LEAST, PIPE_WIDTH, Output, aligned, hanging, terminal_width
from ssc_tui.errors import SscError
from ssc_tui.text import cell_width

ROWS = [["a title that is rather long", "what it is", "kind/id"], ["短い", "x", "kind/other"], ["t", "", "k/i"]]


@pytest.mark.parametrize("width", range(40, 90, 7))
def test_columns_fit_and_start_under_each_other(width: int) -> None:
    lines = list(aligned(ROWS, width))
    assert all(cell_width(line) <= width for line in lines)
    assert [line.endswith(row[-1]) for line, row in zip(lines, ROWS, strict=True)] == [True] * 3
    assert len({cell_width(line[: line.rindex(row[-1])]) for line, row in zip(lines, ROWS, strict=True)}) == 1


def test_columns_that_fit_are_not_made_wider() -> None:
    assert next(aligned([["a", "b", "c"]], 80)) == "a  b  c"


def test_what_cannot_fit_runs_on() -> None:
    (line,) = aligned([["title" * 5, "what" * 5, "k/" + "i" * 50]], 30)
    assert line.endswith("k/" + "i" * 50)
    assert cell_width(line) == LEAST * 2 + 52 + 4


def test_one_long_reference_takes_room_from_its_own_row() -> None:
    rows = [["title" * 4, "what" * 3, "k/i"]] * 9 + [["title" * 4, "what" * 3, "k/" + "i" * 30]]
    *others, last = aligned(rows, 60)
    assert {line.rindex("k/i") for line in others} == {36}
    assert cell_width(last) == 60
    assert last.endswith("k/" + "i" * 30)


def test_sentences_hang_in_the_last_column() -> None:
    lines = list(hanging([["ok", "name", "word " * 10], ["FAILED", "n", ""]], 30))
    assert lines[0].startswith("ok      name  word")
    assert all(line.startswith(" " * 14) for line in lines[1:-1])
    assert all(cell_width(line) <= 30 for line in lines)
    assert lines[-1].split() == ["FAILED", "n"]


@pytest.mark.parametrize(("stated", "width"), [("100", 100), ("0", PIPE_WIDTH), ("many", PIPE_WIDTH), ("", PIPE_WIDTH), ("9" * 99, 99999)])
def test_the_width_may_be_stated(monkeypatch: pytest.MonkeyPatch, stated: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", stated)
    assert terminal_width() == width


def test_without_streams_nothing_is_printed_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    out = Output(as_json=True)
    out.refuse("a sentence")
    out.table([])
    out.flush()
    assert not out.on_terminal
    assert out.width == PIPE_WIDTH


def test_sentences_are_one_line_and_clean(capsys: pytest.CaptureFixture[str]) -> None:
    Output().say("one\ntwo \x1b[31mred")
    assert capsys.readouterr().err == "one two red\n"


def test_a_table_on_a_pipe_has_no_tabs_but_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    Output().table([["a\tb", "c\nd"]])
    assert capsys.readouterr().out == "a b\tc d\n"


def test_a_stream_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError(28, "No space left on device")

    class Full(io.StringIO):
        flush = staticmethod(fail)

        def fileno(self) -> int:
            return 1

    monkeypatch.setattr(sys, "stdout", Full())
    out = Output()
    monkeypatch.setattr("os.dup2", lambda _from, _to: None)
    with pytest.raises(SscError, match="No space left on device"):
        out.flush()
