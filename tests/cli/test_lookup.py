from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from tests.cli.conftest import Run

from ssc_tui.catalogue.countries import country_name
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.cli import lookup
from ssc_tui.cli.commands import LIMIT, ORDERS
from ssc_tui.cli.main import main
from ssc_tui.paths import Home
from ssc_tui.store.loader import make_copy
from ssc_tui.store.search import ORDERS as SEARCH_ORDERS
from ssc_tui.store.search import PAGE
from ssc_tui.text import cell_width, sort_key


def test_results_are_parted_by_tabs_on_a_pipe(run: Run) -> None:
    done = run("find", "kamuzu")
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert rows[0] == ["partners/kamuzu-central-hospital", "Kamuzu Central Hospital", "Other Public Sector · Lilongwe, Malawi"]
    assert [len(row) for row in rows] == [3, 3, 3]
    assert done.err == ""


@pytest.mark.parametrize("columns", [72, 80, 100, 160])
def test_results_stand_in_columns_of_the_terminal(on_terminal: Run, columns: int) -> None:
    done = on_terminal("find", "hospital", columns=columns)
    lines = done.out.splitlines()
    refs = [line.rsplit("  ", 1)[1].strip() for line in lines]
    assert all(ref.partition("/")[0] in KINDS for ref in refs)
    starts = Counter(cell_width(line) - cell_width(ref) for line, ref in zip(lines, refs, strict=True))
    assert starts.most_common(1)[0][1] >= len(lines) * 4 // 5
    assert max(map(cell_width, lines)) <= columns


def test_a_narrow_terminal_shows_titles_and_references(on_terminal: Run) -> None:
    lines = on_terminal("find", "kamuzu", columns=60).out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "Kamuzu Central Hospital",
        "Haukeland and Kamuzu Cent…",
        "Surgical training coopera…",
    ]
    assert [cell_width(line) <= 60 for line in lines] == [True] * 3


def test_wide_letters_are_counted_as_two_columns(home: Home, on_terminal: Run) -> None:
    home.data.mkdir(parents=True)
    named: list[tuple[str, dict[str, Any]]] = [
        ("partners", {"id": "wide", "name": "北京大学" * 12}),
        ("partners", {"id": "marks", "name": "Z\u0301\u0316" * 4}),
        ("partners", {"id": "plain", "name": "plain"}),
    ]
    make_copy(home.database, named, {"dataset": "wide", "origin": "test"})
    lines = on_terminal("find", columns=74).out.splitlines()
    assert len(lines) == 3
    assert len({cell_width(line[: line.index("partners/")]) for line in lines}) == 1
    assert all(cell_width(line) <= 74 for line in lines)


def test_more_than_are_shown_are_counted_on_standard_error(run: Run) -> None:
    done = run("find", "health", "--limit", "2")
    assert len(done.out.splitlines()) == 2
    assert done.err.startswith("2 of ")
    answer = run("find", "health", "--limit", "2", "--json")
    assert len(answer.json()["results"]) == 2
    assert answer.json()["count"] > 2
    assert answer.err == ""
    assert run("find", "health", "--limit", "0", "--json").json() == {"count": answer.json()["count"], "results": []}


def test_for_a_person_counting_ends_somewhere(home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(lookup, "COUNTED", 5)
    for limit, said in ((2, "2 of more than 7 are shown"), (6, "6 of more than 11 are shown"), (72, "72 of 74 are shown"), (80, "")):
        assert main(["--home", str(home.data), "find", "hospital", "--limit", str(limit)]) == 0
        assert capfd.readouterr().err.startswith(said)
    assert main(["--home", str(home.data), "find", "hospital", "--limit", "2", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["count"] == 74


def test_a_limit_beyond_everything_shows_everything(run: Run) -> None:
    done = run("find", "--limit", "9" * 19)
    assert len(done.out.splitlines()) == 623
    assert done.err == ""


def test_results_name_kind_id_title_subtitle_and_country(run: Run) -> None:
    answer = run("find", "kamuzu", "--json").json()
    assert answer["count"] == 3
    assert answer["results"][0] == {
        "ref": "partners/kamuzu-central-hospital",
        "kind": "partners",
        "id": "kamuzu-central-hospital",
        "title": "Kamuzu Central Hospital",
        "subtitle": "Other Public Sector · Lilongwe, Malawi",
        "country": "MW",
    }
    assert run("find", "--kind", "areas", "--json").json()["results"][0]["country"] is None


def test_qualifiers_as_typed_and_as_options_ask_the_same(run: Run) -> None:
    typed = run("find", "health", "kind:partners,projects", "country:MW,NP", "area:health", "--json").json()
    named = run(
        "find", "--kind", "partners", "--country", "MW,NP", "health", "--area", "health", "--kind", "projects", "--json"
    ).json()  # fmt: skip
    assert typed == named
    assert typed["count"]


def test_a_qualifier_may_exclude(run: Run) -> None:
    everything = run("find", "hospital", "--json").json()["count"]
    elsewhere = run("find", "-country:MW", "hospital", "--json").json()["count"]
    assert 0 < elsewhere < everything


def test_words_may_stand_behind_options(run: Run) -> None:
    assert run("find", "nepal", "--kind", "partners", "health", "--json", "research").json()["results"][0]["id"] == "nhrc-nepal"


def test_an_unknown_kind_is_wrong_use_and_lists_the_kinds(run: Run) -> None:
    done = run("find", "--kind", "donors")
    assert (done.code, done.out) == (2, "")
    assert ", ".join(KINDS) in done.err


@pytest.mark.parametrize("limit", ["-1", "many", "", "1.5", "9" * 30, "٣"])
def test_a_limit_that_is_no_number_is_wrong_use(run: Run, limit: str) -> None:
    done = run("find", f"--limit={limit}")
    assert done.code == 2
    assert "not a number of results" in done.err


def test_results_can_be_ordered_otherwise(run: Run) -> None:
    newest = run("find", "--kind", "projects", "--order", "newest", "--json").json()["results"]
    by_country = run("find", "--kind", "partners", "--order", "country", "--json").json()["results"]
    assert newest != run("find", "--kind", "projects", "--json").json()["results"]
    names = [sort_key(country_name(each["country"])) for each in by_country if each["country"]]
    assert names == sorted(names)


def test_what_the_parser_offers_is_what_the_search_has() -> None:
    assert (PAGE, tuple(SEARCH_ORDERS)) == (LIMIT, ORDERS)


def test_where_the_words_alone_match_the_sentence_says_so(run: Run) -> None:
    done = run("find", "kamuzu", "--country", "FR")
    assert done.code == 1
    assert done.err == "Nothing matches kamuzu country:FR. 3 records match the words alone.\n"


def test_an_error_in_a_long_word_is_forgiven(run: Run) -> None:
    assert run("find", "universty", "--json").json()["forgiven"] == {"universty": "university"}


def test_where_only_qualifiers_are_asked_the_sentence_is_about_them(run: Run) -> None:
    assert "Countries go by code or name" in run("find", "country:XX").err


def test_an_empty_catalogue_says_so(home: Home, run: Run) -> None:
    home.data.mkdir(parents=True)
    make_copy(home.database, [], {"origin": "test"})
    assert run("find") == (1, "", "The catalogue holds no records.\n")


@pytest.mark.parametrize("asked", ["***", "👨\u200d👩\u200d👧\u200d👦", "-- !"])
def test_words_without_a_letter_find_nothing(run: Run, asked: str) -> None:
    assert run("find", "--", asked).code == 1


def test_a_long_query_is_not_repeated_whole(run: Run) -> None:
    assert len(run("find", "zq" * 2000).err) < 250


@pytest.mark.parametrize("reference", ["partners/norec", "norec", "NOREC", " Partners/Norec "])
def test_a_record_is_shown_by_any_of_its_names(run: Run, reference: str) -> None:
    assert run("show", reference, "--json").json()["id"] == "norec"


def test_a_card_is_readable_text(run: Run) -> None:
    done = run("show", "partners/nhrc-nepal")
    lines = done.out.splitlines()
    assert lines[0] == "Nepal Health Research Council [partners/nhrc-nepal]"
    assert max(map(cell_width, lines)) <= 80
    assert not any(line.endswith(" ") for line in lines)
    heading = next(line for line in lines if line.startswith("Brings"))
    assert "Wants to learn" in heading
    assert any(line.strip().endswith("[projects/norec-nhrc-csf]") for line in lines)
    assert done.err == ""


def test_a_card_fits_the_terminal(on_terminal: Run) -> None:
    for columns in (40, 120):
        assert max(map(cell_width, on_terminal("show", "norec", columns=columns).out.splitlines())) <= columns


def test_a_card_that_names_many_records_says_how_to_list_them_all(run: Run) -> None:
    assert "ssc-tui find --kind projects partner:undp" in " ".join(run("show", "undp").out.split())


def test_links_stand_beside_the_document(run: Run) -> None:
    shown = run("show", "projects/norec-nhrc-csf", "--json").json()
    assert {"role": "area", "kind": "areas", "id": "health", "title": "Health", "direction": "to"} in shown["links"]
    assert {link["direction"] for link in shown["links"]} == {"to", "from"}


def test_every_record_that_names_this_one_is_linked(run: Run) -> None:
    links = run("show", "partners/undp", "--json").json()["links"]
    assert sum((link["kind"], link["role"], link["direction"]) == ("projects", "facilitator", "from") for link in links) == 142


def test_a_record_that_is_not_there_is_a_sentence(run: Run) -> None:
    done = run("show", "partners/nobody")
    assert (done.code, done.out) == (1, "")
    assert done.err == "No record is called partners/nobody. Search for it with `ssc-tui find`.\n"


def test_a_name_that_several_records_have_asks_which(home: Home, run: Run) -> None:
    home.data.mkdir(parents=True)
    both = [("partners", {"id": "x", "name": "One"}), ("funds", {"id": "x", "name": "Two"})]
    make_copy(home.database, both, {"origin": "test"})
    done = run("show", "x", "--json")
    assert done.code == 2
    assert "partners/x" in done.json()["error"]
    assert "funds/x" in done.err


def test_a_modality_that_no_project_states_is_said_to_be_the_stated_one(run: Run) -> None:
    said = "modality: finds the modality that a project states; one that follows from its partners stands on its card alone."
    assert run("find", "modality:zzz").err.rstrip().endswith(said)
    assert run("find", "kamuzu", "modality:zzz").err.rstrip().endswith(f"match the words alone. {said}")
    assert "modality" not in run("find", "country:XX").err
