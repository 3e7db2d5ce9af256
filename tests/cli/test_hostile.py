"""Nasty strings in records, notes, queries and references: none drives the terminal, and JSON stays one value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from ssc_tui.cli.main import main
from ssc_tui.paths import Home

UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
LISTED = [["find", "--limit", "1000"], ["notes"], ["bookmarks"], ["status"], ["doctor"]]


@pytest.mark.parametrize("words", LISTED)
def test_lists_of_hostile_records_are_safe_on_a_terminal(hostile: Home, on_terminal: Run, words: list[str]) -> None:
    done = on_terminal(*words)
    assert done.out
    assert not UNSAFE.search(done.out)
    assert not UNSAFE.search(done.err)


@pytest.mark.parametrize("words", LISTED)
def test_lists_of_hostile_records_are_safe_on_a_pipe(hostile: Home, run: Run, words: list[str], nasty_strings: Mapping[str, str]) -> None:
    done = run(*words)
    assert not UNSAFE.search(done.out.replace("\t", ""))
    answer = run(*words, "--json")
    assert answer.json()
    assert not UNSAFE.search(answer.out)
    if words[0] == "find":
        lines = done.out.splitlines()
        assert len(lines) == len(nasty_strings) + 1
        assert all(line.count("\t") == 2 for line in lines)


def test_cards_of_hostile_records_are_safe(hostile: Home, capfd: pytest.CaptureFixture[str], nasty_strings: Mapping[str, str]) -> None:
    for number in range(len(nasty_strings)):
        assert main(["--home", str(hostile.data), "show", f"partners/n{number}"]) == 0
        out, err = capfd.readouterr()
        assert not UNSAFE.search(out + err)
        assert main(["--home", str(hostile.data), "show", f"partners/n{number}", "--json"]) == 0
        out, err = capfd.readouterr()
        assert not UNSAFE.search(out + err)
        assert json.loads(out)["id"] == f"n{number}"


def test_one_hostile_card_on_a_terminal(hostile: Home, on_terminal: Run, nasty_strings: Mapping[str, str]) -> None:
    number = list(nasty_strings).index("escape osc 52 bel")
    done = on_terminal("show", f"partners/n{number}")
    assert "before" in done.out
    assert not UNSAFE.search(done.out)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("shared") / "home")


def test_a_nasty_query_is_safe(shared: str, nasty: str, capfd: pytest.CaptureFixture[str]) -> None:
    for words in (["find", "--", nasty], ["find", "--area", f"x{nasty}"], ["find", "--country", f"x{nasty}", "--", nasty]):
        code = main(["--home", shared, *words])
        out, err = capfd.readouterr()
        assert code in (0, 1)
        assert not UNSAFE.search(out.replace("\t", "") + err)
        assert main(["--home", shared, "--json", *words]) == code
        out, err = capfd.readouterr()
        assert (json.loads(out)["count"] > 0) is (code == 0)
        assert not UNSAFE.search(out + err)


def test_a_nasty_reference_is_safe(shared: str, nasty: str, capfd: pytest.CaptureFixture[str]) -> None:
    for words in (["show", "--", nasty], ["bookmark", "--", f"partners/{nasty}"], ["notes", "--", f"x{nasty}"], ["note", "--", nasty, "x"]):
        code = main(["--home", shared, "--json", *words])
        out, err = capfd.readouterr()
        assert code in (0, 1, 2)
        assert json.loads(out) is not None
        assert not UNSAFE.search(out + err)


def test_a_nasty_note_is_kept_clean(shared: str, nasty: str, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["--home", shared, "--json", "note", "norec", "--", nasty])
    out, err = capfd.readouterr()
    assert code in (0, 2)
    assert json.loads(out)
    assert not UNSAFE.search(out.replace("\\t", "") + err)


def test_nasty_commands_and_options_are_safe(shared: str, nasty: str, capfd: pytest.CaptureFixture[str]) -> None:
    for words in ([f"x{nasty}"], ["find", "--kind", f"x{nasty}"], ["find", "--limit", f"x{nasty}"], ["find", f"--x{nasty}"]):
        # Where there is a blank in it, what looks like an option is a word of the query.
        assert main(["--home", shared, *words]) == (1 if words[-1].startswith("--") and " " in nasty else 2)
        out, err = capfd.readouterr()
        assert out == ""
        assert not UNSAFE.search(err)


def test_a_nasty_home_is_safe(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "\x1b]0;title\x07 home\u202e \udcff"
    for words in (["find", "kamuzu"], ["paths"], ["status"], ["doctor"]):
        done = run("--home", str(folder), *words)
        assert done.code == 0
        assert not UNSAFE.search(done.out.replace("\t", ""))
