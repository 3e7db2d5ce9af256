"""Writing by command: what is saved, what is refused and why, and what the lists say of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cli.conftest import Run

from ssc_tui.paths import Home


def test_an_edit_is_saved_shown_and_listed(run: Run) -> None:
    done = run(
        "edit", "norec", "phone=+47 57 99 00 00", "city=Oslo", "founded=1963", "areas+=personnel-exchange", "names.fr=Norec", "--json"
    )
    assert done.code == 0
    saved = done.json()
    assert (saved["ref"], saved["change"], saved["author"]) == ("partners/norec", "changed", "")
    assert saved["fields"] == [
        {"field": "city", "old": "Førde", "new": "Oslo"},
        {"field": "phone", "old": None, "new": "+47 57 99 00 00"},
        {"field": "names", "old": None, "new": {"fr": "Norec"}},
    ]
    assert run("show", "norec", "--json").json()["city"] == "Oslo"
    (waiting,) = run("pending", "--json").json()
    assert waiting == {**saved, "state": "waiting", "reason": "", "suggested_by": None}
    assert (run("status", "--json").json()["pending"], run("status", "--json").json()["conflicts"]) == (1, 0)
    assert "1 edit waits to be sent" in run("status").out


def test_a_number_that_is_meant_as_text_is_text(run: Run) -> None:
    assert run("edit", "norec", "phone=57990000", "--json").json()["fields"] == [{"field": "phone", "old": None, "new": "57990000"}]
    assert run("edit", "norec", "founded=1962", "--json").json()["fields"] == [{"field": "founded", "old": 1963, "new": 1962}]


def test_lists_take_items_and_give_them_up(run: Run) -> None:
    before = run("show", "norec", "--json").json()
    assert run("edit", "norec", 'brings+={"topic":"Grant making"}', "languages-=no", "brings-=norec-brings-1").code == 0
    after = run("show", "norec", "--json").json()
    assert after["languages"] == ["en"]
    assert [item["topic"] for item in after["brings"]] == [before["brings"][1]["topic"], "Grant making"]
    assert run("edit", "norec", f"brings[{after['brings'][-1]['id']}].level=expert").code == 0
    assert run("show", "norec", "--json").json()["brings"][-1]["level"] == "expert"


def test_a_new_record_with_a_name_that_is_nearly_there(run: Run) -> None:
    done = run("new", "partners", "name=Kamuzu Central Hospitl", "country=MW", "--json")
    assert done.code == 0
    assert "There is already Kamuzu Central Hospital [partners/kamuzu-central-hospital]." in done.err
    reference = done.json()["ref"]
    assert run("show", reference, "--json").json()["country"] == "MW"
    assert run("undo", "--json").json()["ref"] == reference
    assert run("show", reference).code == 1


def test_a_record_goes_and_comes_back(run: Run) -> None:
    assert run("delete", "norec").out == "Saved: gone Norwegian Agency for Exchange Cooperation [partners/norec]\n"
    assert run("show", "norec").code == 1
    assert run("undo").out == "Taken back: gone Norwegian Agency for Exchange Cooperation [partners/norec]\n"
    assert run("show", "norec").code == 0
    nothing = run("undo", "--json")
    assert (nothing.code, nothing.json()) == (1, None)
    assert "There is no edit that could be taken back" in nothing.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["phnoe=1"], "There is no field phnoe that can be set."),
        (["id=other"], "There is no field id that can be set."),
        (["phone"], "phone sets no field; write FIELD=VALUE."),
        (["=1"], "=1 sets no field"),
        (["[x]=1"], "[x] names no field."),
        (["phone+=1", "phone+=2"], "phone: must be text"),
        (["city.street=x"], "city.street leads nowhere in this record."),
        (["city+=Oslo"], "city is no list; set it with =."),
        (["languages-=xx"], 'languages does not hold "xx".'),
        (["kind=zz"], "kind: zz is no code of it; the codes are 10 (Government)"),
        (["founded=soon"], "founded: must be a year of four digits"),
        (["name="], "name: is required"),
        (["country=Norway"], "country: must be a country code of two capitals, such as KE"),
        (["phone=a\x07b"], "phone: holds characters that no text may hold"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_the_reason(run: Run, words: list[str], sentence: str) -> None:
    done = run("edit", "norec", *words)
    assert done.code == 2
    assert sentence in done.err
    assert "Nothing was saved" in done.err
    assert run("pending", "--json").json() == []


def test_a_change_that_is_none(run: Run) -> None:
    done = run("edit", "norec", "city=Førde", "--json")
    assert (done.code, done.json()) == (0, None)
    assert "Nothing differs" in done.err


@pytest.mark.parametrize(("command", "empty"), [("pending", "No edit waits to be sent."), ("conflicts", "There are no conflicts.")])
def test_an_empty_list_is_an_answer(run: Run, command: str, empty: str) -> None:
    done = run(command)
    assert (done.code, done.out, done.err.strip()) == (0, "", empty)


def test_a_conflict_that_is_none(run: Run) -> None:
    done = run("resolve", "norec", "phone", "mine")
    assert done.code == 1
    assert "There is no open conflict in phone of norec." in done.err


def test_a_copy_for_reading_alone(run: Run, home: Home) -> None:
    run("status")
    home.database.chmod(0o400)
    done: Any = run("edit", "norec", "phone=1")
    assert done.code == 1
    assert "nothing was saved" in done.err
    home.database.chmod(0o600)


def test_a1_2_an_exchange_that_is_entered_stands_in_the_matrix_and_on_both_cards(run: Run) -> None:
    words = ("project=norec-nhrc-csf", "round=3", "sender=nhrc-nepal", "host=csf-global", "planned=2")
    reference = run("new", "exchanges", *words, "--json").json()["ref"]
    for card in ("nhrc-nepal", "csf-global", "norec-nhrc-csf"):
        assert reference in {f"{link['kind']}/{link['id']}" for link in run("show", card, "--json").json()["links"]}
    assert "3 exchanges" in run("flows", "norec-nhrc-csf").out
    run("undo")
    assert "3 exchanges" not in run("flows", "norec-nhrc-csf").out


def test_a1_4_the_assessment_is_entered_and_the_rule_follows(run: Run) -> None:
    def verdict() -> str:
        rules = run("terms", "norec-nhrc-csf", "--json").json()["rules"]
        return str(next(rule["verdict"] for rule in rules if rule["rule"] == "assessment"))

    assert verdict() == "not_stated"
    assert run("edit", "norec-nhrc-csf", "assessment.date=2017-09", "assessment.present+=nhrc-nepal").code == 0
    assert verdict() != "holds"
    assert run("edit", "norec-nhrc-csf", 'assessment.present+=["csf-global","norec"]').code == 0
    assert verdict() == "holds"


def test_a_note_that_is_suggested_waits_as_what_it_says_of_a_record(run: Run) -> None:
    made = run("suggestion", "note", "norec", "They", "have", "moved.", "--json").json()
    (waiting,) = run("pending", "--json").json()
    assert waiting == {
        "id": waiting["id"],
        "ref": "partners/norec",
        "title": "Norwegian Agency for Exchange Cooperation",
        "change": "note",
        "fields": [],
        "suggestion": made["id"],
        "text": "They have moved.",
        "author": "",
        "at": waiting["at"],
        "state": "waiting",
        "reason": "",
        "suggested_by": None,
    }
    told = ("state", "reason", "suggested_by")
    assert run("undo", "--json").json() == {name: value for name, value in waiting.items() if name not in told}
    assert run("pending", "--json").json() == []


def test_a_suggestion_that_is_declined_waits_as_a_decision_about_the_record(run: Run) -> None:
    made = run("suggestion", "note", "norec", "They", "have", "moved.", "--json").json()
    assert run("suggestion", "decline", "norec", "--reason", "They have not.").code == 0
    decision = run("pending", "--json").json()[-1]
    assert (decision["ref"], decision["suggestion"], decision["change"]) == ("partners/norec", made["id"], "declined")
    assert (decision["fields"], decision["text"]) == ([], "They have not.")
