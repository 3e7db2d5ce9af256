from __future__ import annotations

import subprocess
import sys

import pytest
from tests.by_hand import remove_documents
from tests.cli.conftest import SECONDS, Run, environment

from ssc_tui.paths import Home
from ssc_tui.store.connection import connect


def test_a_note_is_kept_and_listed(run: Run) -> None:
    done = run("note", "NOREC", "call", "them")
    assert done == (0, "Noted about Norwegian Agency for Exchange Cooperation [partners/norec].\n", "")
    kept = run("note", "partners/istic", "two\nlines", "--json").json()
    assert (kept["ref"], kept["text"]) == ("partners/istic", "two\nlines")
    listed = run("notes", "--json").json()
    assert listed[0] == kept
    assert set(kept) == {"id", "ref", "title", "text", "written_at"}
    assert [note["text"] for note in run("notes", "norec", "--json").json()] == ["call them"]
    assert [line.split("\t")[::3] for line in run("notes").out.splitlines()] == [
        ["partners/istic", "two lines"],
        ["partners/norec", "call them"],
    ]


def test_a_note_is_read_from_standard_input(run: Run) -> None:
    assert run("note", "norec", "-", typed="from a pipe\n– é\n").code == 0
    assert run("notes", "--json").json()[0]["text"] == "from a pipe\n– é"
    assert run("note", "norec", "-", typed="not \udcff utf-8").code == 0
    assert run("notes", "--json").json()[0]["text"] == "not \ufffd utf-8"


@pytest.mark.parametrize("text", ["", "  ", "\x1b[31m"])
def test_an_empty_note_is_wrong_use(run: Run, text: str) -> None:
    done = run("note", "norec", text)
    assert (done.code, done.err) == (2, "An empty note was not saved.\n")
    assert run("note", "norec", "-", typed=text).code == 2


def test_a_note_that_is_too_long_is_not_cut(run: Run) -> None:
    done = run("note", "norec", "-", typed="x" * 20_001)
    assert done.code == 2
    assert "20,001" in done.err
    assert run("notes", "--json").json() == []


def test_a_note_about_nothing_is_not_kept(run: Run) -> None:
    done = run("note", "partners/nobody", "text")
    assert (done.code, done.out) == (1, "")
    assert run("notes", "partners/nobody").code == 1


def test_notes_are_read_out_on_a_terminal(run: Run, on_terminal: Run) -> None:
    run("note", "norec", "word " * 40)
    run("note", "istic", "short")
    lines = on_terminal("notes").out.splitlines()
    assert lines[0].startswith("International Science")
    assert lines[1:3] == ["  short", ""]
    assert lines[3].startswith("Norwegian Agency for Exchange Cooperation [partners/norec] 2")
    assert all(line.startswith("  word") and len(line) <= 80 for line in lines[4:])


def test_a_bookmark_is_set_and_taken_away(run: Run, on_terminal: Run) -> None:
    assert run("bookmark", "norec").out == "Bookmarked Norwegian Agency for Exchange Cooperation [partners/norec].\n"
    assert run("bookmark", "istic", "--json").json()["bookmarked"] is True
    listed = run("bookmarks", "--json").json()
    assert [each["ref"] for each in listed] == ["partners/istic", "partners/norec"]
    assert set(listed[0]) == {"ref", "kind", "id", "title", "marked_at"}
    assert [line.split("\t")[0] for line in run("bookmarks").out.splitlines()] == ["partners/istic", "partners/norec"]
    assert on_terminal("bookmarks").out.splitlines()[1].endswith("  partners/norec")
    assert run("find", "is:bookmarked", "--json").json()["count"] == 2
    assert run("bookmark", "norec").out == "Norwegian Agency for Exchange Cooperation [partners/norec] is no longer bookmarked.\n"
    assert [each["ref"] for each in run("bookmarks", "--json").json()] == ["partners/istic"]


def test_lists_without_entries_are_answers(run: Run) -> None:
    for command in ("notes", "bookmarks"):
        assert run(command, "--json").json() == []
        done = run(command)
        assert (done.code, done.out) == (0, "")
        assert done.err.startswith("There are no ")
    assert run("notes", "norec").code == 0


def test_what_is_kept_about_a_record_that_is_gone_is_still_reached(home: Home, run: Run, on_terminal: Run) -> None:
    run("note", "norec", "call them")
    run("bookmark", "norec")
    copy = connect(home.database)
    copy.execute("UPDATE meta SET value = 'other' WHERE key = 'origin'")
    remove_documents(copy, [("partners", "norec")])
    copy.close()
    assert run("notes", "norec", "--json").json()[0]["text"] == "call them"
    assert on_terminal("notes").out.startswith("no longer in the catalogue [partners/norec]")
    assert on_terminal("bookmarks").out.startswith("no longer in the catalogue  ")
    assert run("bookmark", "partners/norec", "--json").json() == {"ref": "partners/norec", "title": "norec", "bookmarked": False}
    assert run("bookmark", "partners/norec").code == 1


def test_two_runs_write_at_the_same_time_on_a_new_home(home: Home, run: Run) -> None:
    numbers = range(6)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "ssc_tui", "note", "norec", f"note {number}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(home.data),
        )
        for number in numbers
    ]
    for process in running:
        _out, err = process.communicate(timeout=SECONDS)
        assert (process.returncode, err) == (0, b"")
    assert {note["text"] for note in run("notes", "--json").json()} == {f"note {number}" for number in numbers}


def test_a_search_is_saved_listed_run_and_let_go_of(run: Run) -> None:
    assert run("searches").err.strip().endswith("`ssc-tui searches NAME WORDS…` saves one.")
    saved = run("searches", "Health in Malawi", "country:MW", "area:health", "--kind", "partners", "--json").json()
    assert [(each["name"], each["kind"], each["query"]) for each in saved] == [("Health in Malawi", "partners", "country:MW area:health")]
    assert run("searches").out == "Health in Malawi\tpartners\tcountry:MW area:health\n"
    found = run("searches", "health in malawi", "--json").json()
    assert found == run("find", "country:MW", "area:health", "--kind", "partners", "--json").json()
    assert found["count"] > 0
    run("searches", "HEALTH in Malawi", "solar")
    assert [(each["name"], each["kind"]) for each in run("searches", "--json").json()] == [("HEALTH in Malawi", None)]
    assert run("searches", "Health in Malawi", "--drop", "--json").json() == []


def test_a_search_that_is_none(run: Run) -> None:
    for words in (("searches", "nothing"), ("searches", "nothing", "--drop")):
        done = run(*words)
        assert (done.code, "No saved search is called nothing." in done.err) == (1, True)
    assert run("searches", "  ", "solar").code == 2
    assert run("searches", "x" * 81, "solar").code == 2
