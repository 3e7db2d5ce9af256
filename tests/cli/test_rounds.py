"""A round of exchanges by command: both ways in one step, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cli.conftest import Run

PROJECT = "practice-project-00"
PAIR = ("practice-00", "practice-07")


def test_both_ways_are_saved_in_one_step_and_corrected_by_one_way(run: Run) -> None:
    done = run("--practice", "round", PROJECT, "next", *PAIR, "--there", "3", "--back", "planned=2", "kind=academic", "--json").json()
    assert (done["project"], done["round"]) == (f"projects/{PROJECT}", 4)
    assert [each["change"] for each in done["saved"]] == ["new", "new"]
    assert (done["there"]["planned"], done["back"]["planned"], done["back"]["kind"]) == (3, 2, "academic")
    stated = {each["partner"]: each for each in done["balances"]}
    assert stated["partners/practice-00"]["difference_with_plans"] == stated["partners/practice-00"]["difference"] + 1
    assert stated["partners/practice-00"]["sent"]["still_to_come"] == 3

    corrected = run("--practice", "round", PROJECT, "4", *PAIR, "--there", "actual=1", "--json").json()
    assert [(each["ref"], each["change"]) for each in corrected["saved"]] == [(f"exchanges/{done['there']['id']}", "changed")]
    assert run("--practice", "round", PROJECT, "4", *PAIR, "--json").json()["there"]["actual"] == 1

    assert run("--practice", "undo", "--json").json()["fields"] == [{"field": "actual", "old": None, "new": 1}]
    both = run("--practice", "undo", "--json").json()
    assert {both["ref"], *(each["ref"] for each in both["together"])} == {each["ref"] for each in done["saved"]}
    assert run("--practice", "pending", "--json").json() == []


def test_without_figures_it_says_how_the_two_stand(run: Run) -> None:
    done = run("--practice", "round", PROJECT, "1", *PAIR)
    assert done.code == 0
    assert "sends as many as it hosts: within the tolerance" in done.out
    assert "sent 12, hosted 12" in done.out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("nowhere", "1", *PAIR), 1, "No record is called nowhere."),
        (("practice-00", "1", *PAIR), 1, "practice-00 is none of the projects."),
        ((PROJECT, "1", "practice-00", "practice-00", "--there", "1"), 2, "A round takes two different partners."),
        ((PROJECT, "9", *PAIR, "--there", "planned=many"), 2, "planned: must be a whole number, 0 or more"),
        ((PROJECT, "9", *PAIR, "--there", "1", "--back", "kind=zz"), 2, "kind: zz is no code of it"),
        ((PROJECT, "9", *PAIR, "--there", "3.5"), 2, "A number of people is a whole number, 0 or more, and 3.5 is none"),
        ((PROJECT, "9", *PAIR, "--there", "three"), 2, "A number of people is a whole number, 0 or more, and three is none"),
        ((PROJECT, "9", *PAIR, "--there", "1", "--back", "-2"), 2, "A number of people is a whole number, 0 or more, and -2 is none"),
        ((PROJECT, "9", *PAIR, "--there", "actual=1", "1,5"), 2, "A number of people is a whole number, 0 or more, and 1,5 is none"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_the_reason(run: Run, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = run("--practice", "round", *words)
    assert done.code == code
    assert sentence in done.err
    assert run("--practice", "pending", "--json").json() == []


def test_several_exchanges_one_way_are_changed_each_by_itself(run: Run) -> None:
    fields = ("project=" + PROJECT, "round=4", "sender=" + PAIR[0], "host=" + PAIR[1])
    made: list[Any] = [run("--practice", "new", "exchanges", *fields, f"planned={number}", "--json").json()["ref"] for number in (1, 2)]
    done = run("--practice", "round", PROJECT, "4", *PAIR, "--there", "5")
    assert done.code == 2
    assert all(reference in done.err for reference in made)
