"""Bundles by command: two people who never see a server, from the key to the conflict that both see settled."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Done, Run

Person = Callable[..., Done]


@pytest.fixture
def ada(run: Run, tmp_path: Path) -> Person:
    return lambda *words: run("--home", str(tmp_path / "ada"), *words)


@pytest.fixture
def ben(run: Run, tmp_path: Path) -> Person:
    return lambda *words: run("--home", str(tmp_path / "ben"), *words)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def test_who_wrote_the_other_value_is_said(on_terminal: Run, ada: Person, ben: Person, stick: Path, tmp_path: Path) -> None:
    for name, person in (("ada", ada), ("ben", ben)):
        assert person("status").code == 0
        (tmp_path / name / "settings.toml").write_text(f'user = "{name}"\n')
        assert person("edit", "norec", f"phone={name}").code == 0
    assert ada("bundle", "write", str(stick / "a.sscb")).code == 0
    assert ben("bundle", "read", str(stick / "a.sscb"), "--accept-unsigned").code == 6
    assert ben("bundle", "write", str(stick / "b.sscb")).code == 0
    assert ada("bundle", "read", str(stick / "b.sscb"), "--accept-unsigned").code == 6
    (conflict,) = ada("conflicts", "--json").json()
    for name in ("ada", "ben"):
        said = on_terminal("--home", str(tmp_path / name), "conflicts").out
        assert f"theirs: {'ada' if conflict['mine'] == 'ben' else 'ben'}" in said
        assert (
            ("(written by" in said) == (f"mine:   {conflict['mine']} (written by {conflict['mine']})" in said) == (name != conflict["mine"])
        )


def test_two_people_on_two_laptops_and_one_stick(ada: Person, ben: Person, stick: Path) -> None:
    assert ada("trust", "new", "--name", "Ada").code == 0
    assert ben("trust", "new", "--name", "Ben").code == 0
    shown = ada("trust", "show").out.splitlines()
    assert len(shown[0].replace(" ", "")) == 40
    added = ben("trust", "add", *shown[1].split())
    assert added.out.splitlines()[0] == shown[0]
    assert ada("edit", "norec", "phone=1").code == 0
    assert ben("edit", "norec", "phone=2", "city=Oslo").code == 0
    written = ada("bundle", "write", str(stick), "--json")
    assert written.code == 0
    told = written.json()
    assert (told["edits"], told["records"], told["dataset"]) == (1, {}, "ssc-directory")
    file = told["file"]
    assert file.endswith(".sscb")

    dry = ben("bundle", "read", file, "--dry-run", "--json").json()
    assert (dry["done"], dry["edits"], dry["bundle"]["author"], dry["bundle"]["trusted"]) == (False, 1, "Ada", True)
    assert len(ben("pending", "--json").json()) == 1
    done = ben("bundle", "read", file, "--json")
    assert done.code == 6
    assert (done.json()["edits"], done.json()["conflicts"]) == (1, 1)
    again = ben("bundle", "read", file)
    assert "Everything in this bundle is here already." in again.out
    assert "written by" in again.out.lower()

    back = str(stick / "back.sscb")
    assert ben("bundle", "write", back).code == 0
    refused = ada("bundle", "read", back)
    assert refused.code == 5
    assert "you do not trust" in refused.err
    assert "Nothing was changed" in refused.err
    assert ada("trust", "add", back, "--name", "Ben").code == 0
    assert [each["name"] for each in ada("trust", "list", "--json").json()] == ["Ben"]
    assert ada("bundle", "read", back).code == 6
    for person in (ada, ben):
        (conflict,) = person("conflicts", "--json").json()
        assert {conflict["mine"], conflict["theirs"]} == {"1", "2"}
    assert ada("conflicts", "--json").out == ben("conflicts", "--json").out
    assert ada("show", "norec", "--json").out == ben("show", "norec", "--json").out
    assert ada("undo").code == 1
    assert ada("resolve", "partners/norec", "phone", "mine").code == 0
    assert ada("bundle", "write", file).code == 0
    assert ben("bundle", "read", file).code == 0
    assert ben("conflicts", "--json").json() == []
    assert ada("show", "norec", "--json").out == ben("show", "norec", "--json").out
    assert ben("conflicts", "--settled", "--json").json()[0]["settled"] == "mine"

    assert ada("trust", "remove", "Ben").code == 0
    assert ben("bundle", "write", back).code == 0
    assert ada("bundle", "read", back).code == 5
    assert ada("bundle", "read", back, "--accept-unsigned").code == 0


def test_keys_are_for_their_owner_alone_and_are_not_replaced_unasked(ada: Person, tmp_path: Path) -> None:
    assert ada("trust", "show").code == 2
    first = ada("trust", "new", "--json").json()
    for name in ("signing-key",):
        assert stat.S_IMODE((tmp_path / "ada" / name).stat().st_mode) == 0o600
    refused = ada("trust", "new")
    assert refused.code == 2
    assert ada("trust", "show", "--json").json() == first
    assert ada("trust", "new", "--replace", "--json").json()["key"] != first["key"]
    assert ada("trust", "list").out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("bundle", "write"),
        ("bundle", "carry", "x"),
        ("bundle", "write", "x.sscb", "--accept-unsigned"),
        ("bundle", "read", "x.sscb", "--since", "7d"),
        ("bundle", "write", "x.sscb", "--since", "someday"),
        ("bundle", "write", "/absent/folder/x.sscb"),
        ("trust", "add"),
        ("trust", "add", "no key"),
        ("trust", "add", "ed25519", "abc"),
        ("trust", "show", "more"),
        ("trust", "list", "--replace"),
    ],
)
def test_wrong_words_are_refused_with_a_sentence(ada: Person, words: tuple[str, ...]) -> None:
    done = ada(*words)
    assert done.code == 2
    assert done.err.strip()
    assert "Traceback" not in done.err


def test_a_folder_is_no_bundle_and_those_in_it_are_named(ada: Person, stick: Path) -> None:
    told = ada("bundle", "read", str(stick))
    assert (told.code, "is a folder" in told.err, "There is no bundle in it" in told.err) == (1, True, True)
    (stick / "b.sscb").write_bytes(b"")
    (stick / "a.sscb").write_bytes(b"")
    told = ada("bundle", "read", str(stick))
    assert told.code == 1
    assert "a.sscb, b.sscb" in told.err


def test_no_name_is_no_place(ada: Person) -> None:
    for way in ("write", "read"):
        done = ada("bundle", way, "")
        assert (done.code, "names no file" in done.err) == (2, True)


def test_what_is_no_bundle_or_not_there(ada: Person, stick: Path) -> None:
    (stick / "notes.txt").write_text("My notes")
    assert ada("bundle", "read", str(stick / "notes.txt")).code == 5
    assert ada("bundle", "read", str(stick / "absent.sscb")).code == 1
    assert ada("bundle", "read", "~nobodyhere/absent.sscb").code == 1
    assert ada("trust", "remove", "Nobody").code == 1
    assert ada("bundle", "write", str(stick / "x.sscb")).code == 2
    assert ada("trust", "add", str(stick / "notes.txt")).code == 2
