"""What no record may hold is refused by the name of its field, with exit code 2; nothing of it is saved."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import Run

from ssc_tui.cli.main import main
from ssc_tui.paths import Home
from ssc_tui.store.connection import connect

NOT_TEXT = "holds characters that no text may hold, such as control characters"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        pytest.param("phone=a\x00b", f"phone: {NOT_TEXT}", id="NUL"),
        pytest.param(r'phone="a\u0000b"', f"phone: {NOT_TEXT}", id="NUL in JSON"),
        pytest.param("phone=a\udcffb", f"phone: {NOT_TEXT}", id="a byte that is no UTF-8"),
        pytest.param(r'phone="\ud800"', f"phone: {NOT_TEXT}", id="half a surrogate pair"),
        pytest.param("phone=\x1b[2Jb", f"phone: {NOT_TEXT}", id="escape"),
        pytest.param("description=" + "word " * 210_000, "description: is too long; a record holds 256 kB", id="1 MB"),
        pytest.param("names.fr=" + "word " * 210_000, "names: is too long; a record holds 256 kB", id="1 MB inside"),
        pytest.param("kind=99", "kind: 99 is no code of it; the codes are 10 (Government)", id="code"),
        pytest.param("country=Kenya", "country: must be a country code of two capitals", id="country"),
        pytest.param(f"founded={2**53 + 1}", "founded: It holds a number that is too large", id="beyond 2^53"),
        pytest.param("founded=NaN", "founded: ", id="NaN"),
        pytest.param("founded=1e400", "founded: It holds a number that is none", id="infinite"),
        pytest.param('figures+={"measure": "m", "value": NaN}', "figures: It holds a number that is none", id="NaN inside"),
        pytest.param('figures+={"measure": "m", "value": 9007199254740993}', "figures: It holds a number that is too large", id="inside"),
        pytest.param("location.lat=1e999", "location: It holds a number that is none", id="infinite inside"),
        pytest.param('aliases=["\x00"]', f"aliases: {NOT_TEXT}", id="NUL in a list"),
        pytest.param("brings+=" + "[" * 3000 + "]" * 3000, "]: must be an object", id="deep"),
    ],
)
@pytest.mark.parametrize("command", [("edit", "norec"), ("new", "partners", "name=Kachere Clinic")])
def test_by_command(home: Home, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], word: str, sentence: str) -> None:
    assert main(["--home", str(home.data), *command, "city=Bergen", word]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Nothing was saved" in said.err
    assert "\x1b" not in said.err
    with connect(home.database) as copy:
        assert copy.execute("SELECT count(*) FROM pending_edit").fetchone() == (0,)
    assert main(["--home", str(home.data), *command, "city=Bergen", "--json"]) == 0
    assert {"field": "city", "new": "Bergen"}.items() <= json.loads(capsys.readouterr().out)["fields"][-1].items()


@pytest.mark.parametrize(
    ("word", "field"),
    [
        (b"phone=a\xffb", "phone"),
        (b"name=\xed\xa0\x80", "name"),
        (b"description=\x1b]0;title\x07", "description"),
        (b"founded=Infinity", "founded"),
    ],
)
def test_from_a_shell(run: Run, word: bytes, field: str) -> None:
    done = run("edit", "norec", word.decode("utf-8", "surrogateescape"))
    assert done.code == 2
    assert f"{field}: " in done.err
    assert "Nothing was saved" in done.err
    assert run("pending", "--json").json() == []
