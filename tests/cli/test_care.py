from __future__ import annotations

from tests.cli.conftest import Run
from tests.faults.disk import locked

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.keys import COMMANDS
from ssc_tui.paths import Home
from ssc_tui.store.connection import connect


def test_status_says_what_is_here_and_what_waits(run: Run, home: Home) -> None:
    run("note", "norec", "x")
    run("bookmark", "norec")
    state = run("status", "--json").json()
    assert list(state["records"]) == list(KINDS)
    assert {name: value for name, value in state.items() if name not in ("records", "released", "dataset")} == {
        "origin": "seed",
        "remote": None,
        "last_sync": None,
        "age_seconds": None,
        "pending": 0,
        "conflicts": 0,
        "suggestions": 0,
        "suggested": 0,
        "declined": 0,
        "quarantined": 0,
        "notes": 1,
        "bookmarks": 1,
        "database": str(home.database),
    }
    words = run("status").out
    assert "Partners 225, Projects 226" in words
    assert "never synced" in words
    assert "1 note, 1 bookmark." in words
    assert str(home.database) in words


def test_paths_are_said_and_nothing_is_made(run: Run, on_terminal: Run, home: Home) -> None:
    assert run("paths", "--json").json() == {
        "home": str(home.data),
        "database": str(home.database),
        "settings": str(home.settings),
        "log": str(home.log_file),
    }
    assert run("paths").out.splitlines()[1] == f"database\t{home.database}"
    assert on_terminal("paths", columns=40).out.splitlines()[1] == f"database  {home.database}"
    assert not home.data.exists()


def test_keys_are_those_of_the_table(run: Run, on_terminal: Run) -> None:
    table = run("keys", "--json").json()
    assert {command["id"] for command in table} == {command.id for command in COMMANDS}
    assert {"id": "go.search", "keys": ["/"], "title": "Search"}.items() <= next(
        each for each in table if each["id"] == "go.search"
    ).items()
    assert all(len(line.split("\t")) == 4 for line in run("keys").out.splitlines())
    assert max(map(len, on_terminal("keys", columns=80).out.splitlines())) <= 80


def test_keys_follow_the_settings(run: Run, home: Home) -> None:
    home.config.mkdir(parents=True)
    home.settings.write_text('[keys]\n"app.quit" = "ctrl+x"\n')
    table = {each["id"]: each["keys"] for each in run("keys", "--json").json()}
    assert table["app.quit"] == ["ctrl+x"]
    home.settings.write_text("this is = no [toml")
    done = run("keys", "--json")
    assert done.code == 0
    assert "cannot be read" in done.err
    assert done.json()


def test_doctor_finds_nothing_wrong_with_a_new_home(run: Run, on_terminal: Run) -> None:
    answer = run("doctor", "--json")
    assert (answer.code, answer.err) == (0, "")
    checked = answer.json()
    assert checked["ok"] is True
    assert checked["repaired"] == []
    assert [check["name"] for check in checked["checks"]] == [
        "file", "schema", "seed", "documents", "edits", "own", "index", "projections", "order", "links", "permissions",
    ]  # fmt: skip
    assert all(line.split("\t")[0] == "ok" for line in run("doctor").out.splitlines())
    assert max(map(len, on_terminal("doctor", columns=50).out.splitlines())) <= 50


def test_doctor_finds_and_repairs(run: Run, home: Home) -> None:
    run("note", "norec", "call them")
    copy = connect(home.database)
    copy.execute("DELETE FROM link WHERE id = 'norec'")
    copy.execute("UPDATE entry SET title = 'Other' WHERE id = 'norec'")
    copy.close()
    found = run("doctor")
    assert found.code == 1
    assert "FAILED\tprojections\tProjected rows differ" in found.out
    assert "doctor --repair" in found.err
    mended = run("doctor", "--repair", "--json")
    assert mended.code == 0
    assert mended.json()["ok"] is True
    assert mended.json()["repaired"] == ["Entries, links and the search index were made anew from the documents."]
    assert run("notes", "--json").json()[0]["text"] == "call them"
    assert run("doctor", "--repair").out.count("ok\t") == 11


def test_doctor_says_what_it_cannot_repair(run: Run, home: Home) -> None:
    run("status")
    copy = connect(home.database)
    copy.execute("UPDATE meta SET value = 'elsewhere' WHERE key = 'origin'")
    copy.execute("""UPDATE record SET document = '{"id": "norec", "name": 7}' WHERE id = 'norec'""")
    copy.close()
    done = run("doctor", "--repair")
    assert done.code == 1
    assert "FAILED\tdocuments\t1 document does not fit its kind: partners/norec (name: must be text)." in done.out


def test_a_part_that_is_damaged_sends_to_the_doctor(run: Run, home: Home) -> None:
    run("status")
    copy = connect(home.database)
    copy.execute("DROP TABLE link")
    copy.close()
    done = run("show", "norec")
    assert (done.code, done.out) == (1, "")
    assert "ssc-tui doctor --repair" in done.err
    assert run("doctor", "--repair").code == 0
    assert run("show", "norec").code == 0


def test_a_copy_that_is_in_use_is_a_sentence(run: Run, home: Home) -> None:
    run("status")
    with locked(home.database):
        done = run("note", "norec", "x", "--json")
    assert done.code == 1
    assert "Another ssc-tui is writing" in done.json()["error"]


def test_a_home_open_to_others_is_found_and_closed(run: Run, home: Home) -> None:
    run("status")
    home.data.chmod(0o755)
    home.database.chmod(0o644)
    assert run("doctor", "--json").json()["checks"][-1]["ok"] is False
    assert run("doctor", "--repair").code == 0
    assert home.database.stat().st_mode & 0o777 == 0o600


def test_practice_has_a_home_of_its_own_and_says_so(run: Run, home: Home) -> None:
    found = run("--practice", "status", "--json")
    assert found.code == 0
    assert found.json()["dataset"] == "practice"
    assert found.json()["database"] == str(home.for_practice().database)
    assert "Practice data" in found.err
    assert not home.database.exists()
