"""What holds for every command: streams, exit codes, faults, and whoever stops reading."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Run, environment

from ssc_tui import __version__
from ssc_tui.cli import care, main
from ssc_tui.cli.commands import COMMANDS
from ssc_tui.paths import Home

EVERY = {
    "find": ["find", "kamuzu"],
    "show": ["show", "norec"],
    "status": ["status"],
    "new": ["new", "partners", "name=Somebody"],
    "edit": ["edit", "norec", "city=Oslo"],
    "pending": ["pending"],
    "conflicts": ["conflicts"],
    "suggestions": ["suggestions"],
    "suggestion": ["suggestion", "note", "norec", "They", "have", "moved."],
    "note": ["note", "norec", "a", "note"],
    "notes": ["notes"],
    "bookmark": ["bookmark", "norec"],
    "bookmarks": ["bookmarks"],
    "remote": ["remote"],
    "logout": ["logout"],
    "changes": ["changes"],
    "balance": ["balance"],
    "flows": ["flows"],
    "match": ["match", "queen-elizabeth-hospital"],
    "charts": ["charts"],
    "lab": ["lab"],
    "map": ["map", "country:MW"],
    "ledger": ["ledger", "ibsa-fund"],
    "funds": ["funds"],
    "country": ["country", "MW"],
    "trust": ["trust", "new", "--replace"],
    "terms": ["terms", "norec-nhrc-csf"],
    "demand": ["demand"],
    "round": ["round", "norec-nhrc-csf", "next", "norec", "kamuzu-central-hospital"],
    "searches": ["searches", "Solar", "brings:solar"],
    "serve": ["serve", "--print-ini"],
    "doctor": ["doctor"],
    "paths": ["paths"],
    "keys": ["keys"],
    "completions": ["completions", "bash"],
}

NEEDING_MORE = {"bundle", "login", "sync", "publish", "delete", "undo", "resolve"}
"""Commands that do nothing without a server, an edit or a conflict, or nothing twice, and are run elsewhere."""


def test_every_command_is_run_below() -> None:
    assert {*EVERY} | NEEDING_MORE == {*COMMANDS}


@pytest.mark.parametrize("name", EVERY)
def test_json_is_one_value_on_standard_output(run: Run, name: str) -> None:
    done = run("--json", *EVERY[name])
    assert done.code == 0
    assert done.out.endswith("\n")
    assert done.json() is not None
    assert len(done.out.splitlines()) == 1


@pytest.mark.parametrize("name", EVERY)
def test_plain_text_has_no_escapes_on_a_pipe_or_a_terminal(run: Run, on_terminal: Run, name: str) -> None:
    for done in (
        run(*EVERY[name], env={"FORCE_COLOR": "1"}),
        on_terminal(*EVERY[name]),
        on_terminal(*EVERY[name], env={"NO_COLOR": "1"}),
    ):
        assert done.code == 0
        assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize("name", EVERY)
def test_json_on_a_terminal_is_json(on_terminal: Run, name: str) -> None:
    done = on_terminal(*EVERY[name], "--json")
    assert json.loads(done.out) is not None


@pytest.mark.parametrize("name", [*EVERY, None])
def test_every_command_has_help(run: Run, name: str | None) -> None:
    done = run(*([name] if name else []), "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"usage: ssc-tui {name or ''}".rstrip())
    assert all(command in done.out for command in (() if name else COMMANDS))


@pytest.mark.parametrize("columns", [60, 100])
def test_help_fits_the_terminal(on_terminal: Run, columns: int) -> None:
    assert max(map(len, on_terminal("find", "--help", columns=columns).out.splitlines())) <= columns


def test_the_version_is_said(run: Run) -> None:
    for words in (["--version"], ["find", "--version"], ["--version", "find"]):
        assert run(*words) == (0, f"ssc-tui {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fnid", "kamuzu"], "There is no command fnid; there are find, show"),
        (["find", "--foo"], "not understood: --foo. See `ssc-tui find --help`."),
        (["show"], "the following arguments are required: REF. See `ssc-tui show --help`."),
        (["trust"], "the following arguments are required: new|show|add|remove|list. See"),
        (["suggestion", "accept"], "the following arguments are required: ID. See `ssc-tui suggestion --help`."),
        (["status", "now"], "not understood: now. See `ssc-tui status --help`."),
        (["--foo"], "not understood: --foo. See `ssc-tui --help`."),
        (["--home"], "argument --home: expected one argument. See `ssc-tui --help`."),
        (["find", "--js"], "not understood: --js"),
        (["find", "--order", "size"], "argument --order: invalid choice"),
        (["completions", "csh"], "argument shell: invalid choice"),
        (["--home", "~nobody-of-that-name/x", "status"], "The folder ~nobody-of-that-name/x cannot be found"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(run: Run, words: list[str], said: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    answer = run(*words, "--json")
    assert answer.code == 2
    assert answer.json() == {"error": answer.err.rstrip("\n")}


def test_the_home_may_be_named_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    for number, words in enumerate((["--home", "{}", "paths"], ["paths", "--home={}"], ["--offline", "--home", "{}", "paths"])):
        folder = str(tmp_path / f"home {number}")
        done = run(*(word.format(folder) for word in words), "--json")
        assert done.json()["home"] == folder


def test_words_behind_two_hyphens_are_words(run: Run) -> None:
    assert run("find", "--", "kamuzu").out == run("find", "kamuzu").out
    done = run("note", "norec", "--", "--json is text here")
    assert done.out.startswith("Noted")
    assert run("notes", "--json").json()[0]["text"] == "--json is text here"


def test_a_home_that_is_a_file_is_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run("--home", str(tmp_path / "file"), "find", "kamuzu")
    assert done.code == 1
    assert done.err.startswith("No local copy could be made in ")
    assert "Traceback" not in done.err


def test_whoever_stops_reading_is_no_error(run: Run, home: Home) -> None:
    run("status")
    script = f'set -o pipefail; "{sys.executable}" -m ssc_tui find --limit 1000 | head -1; echo "${{PIPESTATUS[0]}}"'
    for command in (script, script.replace("find --limit 1000", "keys --json"), script.replace("find --limit 1000", "--help")):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=environment(home.data))
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == "0"
    # Nobody reads from the start.
    script = f'"{sys.executable}" -m ssc_tui find --limit 1000 | true; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environment(home.data))
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_full_disk_is_a_sentence(run: Run, home: Home, more: list[str]) -> None:
    run("status")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ssc_tui", "find", "--limit", "1000", *more],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=environment(home.data),
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "The answer could not be written: No space left on device."


def test_closed_streams_are_no_error(run: Run, home: Home) -> None:
    run("status")
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&-"):
        command = f'"{sys.executable}" -m ssc_tui find kamuzu {closed}; echo "$?"'
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=environment(home.data))
        assert done.stdout.splitlines()[-1] == "0"
        assert done.stderr == ""


def test_ctrl_c_ends_with_130_and_without_a_trace(run: Run, home: Home) -> None:
    run("status")
    # The note is waited for on a pipe that stays open.
    process = subprocess.Popen(
        [sys.executable, "-m", "ssc_tui", "note", "norec", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A run in the background ignores the signal, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env=environment(home.data),
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_narrow_encoding_prints_what_it_can(run: Run, encoding: str) -> None:
    plain = run("find", "nepal", "health", "research", env={"PYTHONIOENCODING": encoding})
    assert plain.code == 0
    assert "Nepal Health Research Council" in plain.out
    answer = run("find", "FØRDE", "--json", env={"PYTHONIOENCODING": encoding})
    assert "Førde" in answer.json()["results"][0]["subtitle"]
    assert answer.out.isascii()


def test_json_on_utf_8_is_readable(run: Run) -> None:
    assert "Førde" in run("find", "FØRDE", "--json").out


def test_a_fault_goes_to_the_log_and_is_a_sentence(home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(_home: Home, _out: object) -> int:
        raise ZeroDivisionError("the program's own mistake")

    monkeypatch.setattr(care, "status", fail)
    assert main.main(["--home", str(home.data), "status", "--json"]) == 70
    out, err = capfd.readouterr()
    assert json.loads(out) == {"error": err.rstrip("\n")}
    assert str(home.log_file) in err
    assert "Traceback" not in err
    log = home.log_file.read_text()
    assert "ZeroDivisionError: the program's own mistake" in log
    assert stat.S_IMODE(home.log_file.stat().st_mode) == 0o600
    main.main(["--home", str(home.data), "status"])
    assert home.log_file.read_text().count("Traceback") == 2


def test_a_fault_that_no_log_takes_is_told_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_home: Home, _out: object) -> int:
        raise ZeroDivisionError

    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(care, "status", fail)
    assert main.main(["--home", str(tmp_path / "file"), "status"]) == 70
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_without_a_command_the_screens_open(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[Home, bool]] = []

    class App:
        @staticmethod
        def run(home: Home, *, offline: bool) -> int:
            opened.append((home, offline))
            return 0

    monkeypatch.setitem(sys.modules, "ssc_tui.tui.app", App)
    assert main.main(["--offline", "--home", str(home.data)]) == 0
    assert opened == [(home, True)]


def test_the_words_of_the_process_are_taken_where_none_are_given(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ssc-tui", "paths", "--json"])
    monkeypatch.setenv("SSC_TUI_HOME", str(home.data))
    assert main.main() == 0
    assert json.loads(capfd.readouterr().out)["home"] == str(home.data)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere HOME does not say where the folders are")
def test_without_a_home_the_folders_of_the_platform_are_used(run: Run, tmp_path: Path) -> None:
    done = run("paths", "--json", env={"SSC_TUI_HOME": "", "HOME": str(tmp_path), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""})
    assert all(place.startswith(str(tmp_path)) for place in done.json().values())
