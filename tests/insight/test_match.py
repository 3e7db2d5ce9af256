"""The match as a view on a copy: who is found, in which order, with which reasons; and what holds for every catalogue."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conftest import Make

from ssc_tui.catalogue.practice import RING, documents
from ssc_tui.errors import NotFound, UsageError
from ssc_tui.insight.demand_view import demand_view
from ssc_tui.insight.match_view import match_view
from ssc_tui.insight.report import Asked
from ssc_tui.insight.terms_view import terms_view
from ssc_tui.insight.topics import Topics
from ssc_tui.store.capacities import Area, Item
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

QUEEN, OSLO = "partners/queen-elizabeth-hospital", "partners/oslo-university-hospital"


def found(copy: sqlite3.Connection, subject: str = "", query: str = "", **options: str) -> dict[str, Any]:
    data = match_view(copy, Asked(subject, query, options)).numbers
    assert isinstance(data, dict)
    return data


def partner(record_id: str, seeks: list[str] | None = None, brings: list[str] | None = None, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A partner whose needs and capacities are given as topics."""
    sides = {
        side: [{"id": f"{side}-{n}", "topic": topic} for n, topic in enumerate(topics)]
        for side, topics in (("seeks", seeks or []), ("brings", brings or []))
        if topics
    }
    return "partners", {"id": record_id, "name": record_id.upper(), **sides, **fields}


def of_sort(data: dict[str, Any], sort: str) -> list[tuple[str, ...]]:
    """The other partners of the matches of one sort, best first."""
    return [
        tuple(each["ref"].removeprefix("partners/") for each in match["partners"]) for match in data["matches"] if match["match"] == sort
    ]


def reasons(data: dict[str, Any], number: int = 0) -> dict[str, str]:
    return {reason["about"]: reason["sentence"] for reason in data["matches"][number]["reasons"]}


# The shipped catalogue


def test_the_hospital_in_blantyre_is_matched_with_oslo_first_both_ways_with_both_reasons(shipped: sqlite3.Connection) -> None:
    first = found(shipped, QUEEN)["matches"][0]
    assert (first["match"], [each["ref"] for each in first["partners"]]) == ("two_way", [OSLO])
    to_us, from_us = first["steps"]
    assert (to_us["seeks"], to_us["brings"], from_us["seeks"], from_us["brings"]) == (QUEEN, OSLO, OSLO, QUEEN)
    assert to_us["fits"][0]["sentence"] == (
        "Brings “Children's surgery, anaesthesia and intensive care” for “Building a surgical unit for children”:"
        " word in common: children; same area: Health."
    )
    assert from_us["fits"][0]["sentence"] == (
        "Seeks “Insight into global diseases and care in another culture”, for which there is"
        " “Exposure to diseases and care rarely seen in Norway”: words in common: care, disease; same area: Health."
    )
    assert {"language", "together"} <= reasons(found(shipped, QUEEN)).keys()


def test_a1_8_oslo_is_matched_with_the_hospital_in_blantyre_first_too(shipped: sqlite3.Connection) -> None:
    first = found(shipped, OSLO)["matches"][0]
    assert (first["match"], [each["ref"] for each in first["partners"]]) == ("two_way", [QUEEN])


def test_a3_16_soft_skills_finds_the_capacity_that_names_them(shipped: sqlite3.Connection) -> None:
    assert of_sort(found(shipped, seeks="soft skills"), "brings") == [("unite",)]


def test_what_is_sought_is_found_in_other_languages_and_within_a_region(shipped: sqlite3.Connection) -> None:
    assert of_sort(found(shipped, seeks="solaire"), "brings") == [("most-china",)]
    assert of_sort(found(shipped, "", "region:eastern-africa", seeks="farming"), "brings") == [("fachig",), ("pelum-kenya",)]
    assert of_sort(found(shipped, "", "region:western-africa", seeks="farming"), "brings") == []


def test_every_partner_of_the_catalogue_can_be_matched_and_pairs_are_found_from_both_ends(shipped: sqlite3.Connection) -> None:
    stating = [row[0] for row in shipped.execute("SELECT DISTINCT partner FROM capacity")]
    pairs = {(one, other) for one in stating for (other,) in of_sort(found(shipped, f"partners/{one}", limit="999"), "two_way")}
    assert len(pairs) > 10
    assert {(other, one) for one, other in pairs} == pairs


# Reasons, and what is missing


def test_a_language_in_common_speaks_for_a_match_and_its_lack_is_missing(make: Make) -> None:
    copy = make(
        partner("a", ["Pumps"], ["Looms"], languages=["en", "sw"]),
        partner("b", ["Looms"], ["Pumps"], languages=["sw"]),
        partner("c", ["Looms"], ["Pumps"], languages=["pt"]),
        partner("d", ["Looms"], ["Pumps"]),
    )
    data = found(copy, "a")
    assert of_sort(data, "two_way") == [("b",), ("c",), ("d",)]
    assert reasons(data)["language"] == "A language in common: Swahili."
    assert "a language in common of A and C" in data["matches"][1]["missing"]
    assert "languages of D" in data["matches"][2]["missing"]


def test_the_language_in_which_a_capacity_is_passed_on_must_be_spoken_by_who_learns(make: Make) -> None:
    brings = [{"id": "x", "topic": "Pumps", "language": "fr"}]
    copy = make(
        partner("a", ["Pumps"], languages=["en"]),
        ("partners", {"id": "b", "name": "B", "brings": brings, "languages": ["en"]}),
    )
    data = found(copy, "a")
    assert "language" not in reasons(data)
    assert "French at A" in data["matches"][0]["missing"]


def test_whoever_has_hosted_before_comes_first_and_unstated_persons_are_not_none(make: Make) -> None:
    copy = make(
        partner("a", ["Pumps"], ["Looms"]),
        partner("b", ["Looms"], ["Pumps"]),
        partner("c", ["Looms"], ["Pumps"]),
        partner("d", ["Looms"], ["Pumps"]),
        ("exchanges", {"id": "one", "sender": "a", "host": "c", "actual": 3}),
        ("exchanges", {"id": "two", "sender": "x", "host": "d", "status": "completed"}),
        ("exchanges", {"id": "three", "sender": "x", "host": "b", "planned": 9, "status": "planned"}),
        ("exchanges", {"id": "four", "sender": "x", "host": "b", "planned": 9, "status": "cancelled"}),
    )
    data = found(copy, "a")
    assert of_sort(data, "two_way") == [("c",), ("d",), ("b",)]
    assert reasons(data, 0)["hosted"] == "C has hosted before: 3 persons of A."
    assert reasons(data, 1)["hosted"] == "D has hosted before: persons not stated."
    assert reasons(data, 2) == {}


def test_what_levels_the_balance_speaks_for_a_match_and_what_tips_it_against(make: Make) -> None:
    copy = make(
        partner("a", ["Pumps"], ["Looms"]),
        partner("both", ["Looms"], ["Pumps"]),
        partner("levels", None, ["Pumps"]),
        partner("tips", ["Looms"]),
        ("exchanges", {"id": "one", "sender": "a", "host": "levels", "actual": 3}),
        ("exchanges", {"id": "two", "sender": "x", "host": "both", "actual": 2}),
        ("exchanges", {"id": "three", "sender": "x", "host": "tips", "actual": 1}),
    )
    data = found(copy, "a")
    both, levels, tips = data["matches"]
    state = "A has sent 3 more than it has hosted"
    assert reasons(data, 0)["balance"] == (
        f"More persons from BOTH to A than back would level both: {state}; BOTH has hosted 2 more than it has sent."
    )
    assert reasons(data, 1)["balance"] == (
        f"LEVELS sending to A would bring the balance nearer to level: {state}; LEVELS has hosted 3 more than it has sent."
    )
    assert tips["against"] == [f"One way would take the balance further from level: TIPS has hosted 1 more than it has sent; {state}."]
    assert both["against"] == levels["against"] == []


def test_an_exchange_that_states_no_persons_leaves_the_balance_unknown(make: Make) -> None:
    copy = make(
        partner("a", ["Pumps"]),
        partner("b", None, ["Pumps"]),
        ("exchanges", {"id": "one", "sender": "a", "host": "x", "actual": 3}),
        ("exchanges", {"id": "two", "sender": "x", "host": "a", "status": "completed"}),
    )
    data = found(copy, "a")
    assert "balance" not in reasons(data)
    assert data["matches"][0]["against"] == []


def test_region_and_work_together_are_reasons(make: Make) -> None:
    copy = make(
        partner("a", ["Pumps"], country="KE"),
        partner("b", None, ["Pumps"], country="NO"),
        partner("c", None, ["Pumps"], country="MW"),
        partner("d", None, ["Pumps"], country="NO"),
        ("projects", {"id": "p", "title": "Wells", "partners": [{"partner": "a"}, {"partner": "b"}, {"partner": "d", "role": "funder"}]}),
    )
    data = found(copy, "a")
    assert of_sort(data, "brings") == [("b",), ("c",), ("d",)]
    assert reasons(data, 0)["together"] == "Already together in Wells."
    assert reasons(data, 1)["region"] == "In the same region: Eastern Africa."
    assert reasons(data, 2) == {}


def test_what_held_until_a_past_day_comes_last_and_says_so(make: Make) -> None:
    old = {"id": "b", "name": "B", "brings": [{"id": "x", "topic": "Solar pumps", "valid_until": "2019"}]}
    copy = make(partner("a", ["Solar pumps"]), ("partners", old), partner("c", None, ["Pumps"]))
    data = found(copy, "a")
    assert of_sort(data, "brings") == [("c",), ("b",)]
    assert data["matches"][1]["against"] == ["Was stated to hold until 2019."]
    assert "until when it holds" in data["matches"][0]["missing"]
    assert "until when it holds" not in data["matches"][1]["missing"]


def test_one_way_says_what_the_other_seeks_or_brings_instead(make: Make) -> None:
    copy = make(
        partner("a", ["Pumps"], ["Looms"]),
        partner("b", ["Bees"], ["Pumps"]),
        partner("c", None, ["Pumps"]),
        partner("d", ["Looms"], ["Honey"]),
        partner("e", ["Looms"]),
    )
    missing = {match["partners"][0]["title"]: match["missing"][0] for match in found(copy, "a")["matches"]}
    assert missing == {
        "B": "a way back, since it seeks “Bees”",
        "C": "what it seeks in return",
        "D": "a way back, since it brings “Honey”",
        "E": "what it brings in return",
    }


# What is asked for


def test_words_stand_in_the_place_of_the_partners_own_needs(make: Make) -> None:
    copy = make(partner("a", ["Pumps"], ["Looms"]), partner("b", ["Looms"], ["Bees"]), partner("c", ["Looms"], ["Pumps"]))
    assert of_sort(found(copy, "a"), "two_way") == [("c",)]
    assert of_sort(found(copy, "a", seeks="bee"), "two_way") == [("b",)]
    assert of_sort(found(copy, seeks="pump", brings="loom"), "two_way") == [("c",)]
    assert of_sort(found(copy, seeks="pump", brings="loom"), "seeks") == [("b",)]


def test_a_query_restricts_whom_a_match_names(make: Make) -> None:
    copy = make(partner("a", ["Pumps"]), partner("b", None, ["Pumps"], country="KE"), partner("c", None, ["Pumps"], country="NP"))
    assert of_sort(found(copy, "a", "country:KE"), "brings") == [("b",)]
    assert of_sort(found(copy, "a", "-country:KE"), "brings") == [("c",)]
    assert of_sort(found(copy, "a", "country:ZZ"), "brings") == []


def test_nobody_is_matched_with_itself(make: Make) -> None:
    copy = make(partner("a", ["Pumps"], ["Pumps"]))
    data = found(copy, "a")
    assert data["matches"] == []
    assert [item["topic"] for item in data["without_match"]] == ["Pumps", "Pumps"]


def test_needs_that_nobody_meets_are_named(make: Make) -> None:
    copy = make(partner("a", ["Pumps", "Bees"]), partner("b", None, ["Pumps"]))
    report = match_view(copy, Asked("a"))
    assert [item["topic"] for item in report.numbers["without_match"]] == ["Bees"]
    assert [line.value for block in report.blocks if block.heading == "Nobody fits" for line in block.lines] == ["“Bees”"]


def test_a_partner_that_states_nothing_is_told_so(make: Make) -> None:
    report = match_view(make(partner("a")), Asked("a"))
    assert report.blocks[0].lines[0].value == "A states neither what it seeks nor what it brings, so nothing can be matched."
    assert not report.found


@pytest.mark.parametrize(("subject", "error"), [("", UsageError), ("nobody", NotFound), ("projects/p", UsageError)])
def test_what_cannot_be_matched_is_refused_in_words(make: Make, subject: str, error: type[Exception]) -> None:
    copy = make(("projects", {"id": "p", "title": "P"}))
    with pytest.raises(error, match=r"^[A-Z].*\.$"):
        match_view(copy, Asked(subject))


def test_more_than_are_shown_are_counted(make: Make) -> None:
    copy = make(partner("a", ["Pumps"]), *(partner(f"b{n:02}", None, ["Pumps"]) for n in range(30)))
    data = found(copy, "a", limit="4")
    assert data["counts"]["brings"] == 30
    assert of_sort(data, "brings") == [(f"b{n:02}",) for n in range(4)]
    lines = [line.value for block in match_view(copy, Asked("a", "", {"limit": "4"})).blocks for line in block.lines]
    assert "26 more, less close" in lines


# Rings


def test_a_ring_is_found_from_each_of_its_partners_in_its_direction(make: Make) -> None:
    copy = make(partner("a", ["Pumps"], ["Looms"]), partner("b", ["Bees"], ["Pumps"]), partner("c", ["Looms"], ["Bees"]))
    assert of_sort(found(copy, "a"), "ring") == [("b", "c")]
    assert of_sort(found(copy, "b"), "ring") == [("c", "a")]
    assert of_sort(found(copy, "c"), "ring") == [("a", "b")]
    assert found(copy, "a")["counts"] == {"two_way": 0, "ring": 1, "brings": 1, "seeks": 1}


def test_two_who_match_both_ways_as_closely_need_no_third(make: Make) -> None:
    copy = make(partner("a", ["Pumps"], ["Looms"]), partner("b", ["Looms", "Bees"], ["Pumps"]), partner("c", ["Looms"], ["Bees"]))
    assert of_sort(found(copy, "a"), "ring") == []
    assert of_sort(found(copy, "c"), "ring") == []


def test_the_ring_of_the_practice_catalogue_is_the_first_ring_from_each_of_its_partners(make: Make) -> None:
    copy = make(*documents())
    for number, subject in enumerate(RING):
        others = (RING[(number + 1) % 3], RING[(number + 2) % 3])
        assert of_sort(found(copy, subject), "ring")[0] == others


# For every catalogue

AREAS: list[dict[str, Any]] = [
    {"id": "health", "name": "Health", "sectors": ["122"]},
    {"id": "nursing", "name": "Nursing", "parent": "health"},
    {"id": "energy", "name": "Energy", "sectors": ["23110"]},
]
WORDS = ["solar", "pump", "nurses", "nurse", "wards", "training", "policies", "policy", "健康"]
stated = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
        "area": st.sampled_from(["health", "nursing", "energy", "gone"]),
        "sector": st.sampled_from(["12220", "12230", "122", "23110", "31110"]),
        "valid_until": st.sampled_from(["2001", "2999"]),
    },
)
sides = st.lists(stated, max_size=2)
partners = st.lists(st.tuples(sides, sides), min_size=2, max_size=7)


def items(partner_id: str, side: str, stated: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"id": f"{partner_id}-{side}-{n}", **fields} for n, fields in enumerate(stated)]


@settings(max_examples=40)
@given(made=partners)
@example(
    made=[
        ([{"sector": "12220", "valid_until": "2001"}], [{"sector": "23110"}]),
        ([{"sector": "12220", "valid_until": "2001"}], [{"sector": "12220", "valid_until": "2001"}]),
        ([{"sector": "23110"}], [{"area": "health"}]),
    ]
)
def test_a_match_both_ways_found_from_one_is_found_from_the_other_and_none_is_missed(
    made: list[tuple[list[dict[str, str]], list[dict[str, str]]]],
) -> None:
    ids = [f"p{n}" for n in range(len(made))]
    documents: list[tuple[str, dict[str, Any]]] = [("areas", area) for area in AREAS] + [
        ("partners", {"id": each, "name": each, "seeks": items(each, "seeks", seeks), "brings": items(each, "brings", brings)})
        for each, (seeks, brings) in zip(ids, made, strict=True)
    ]
    topics = Topics(Area(a["id"], a["name"], a.get("parent", ""), tuple(a.get("sectors", ()))) for a in AREAS)
    seeks = {each: [Item(each, "seeks", **item) for item in items(each, "seeks", made[n][0])] for n, each in enumerate(ids)}
    brings = {each: [Item(each, "brings", **item) for item in items(each, "brings", made[n][1])] for n, each in enumerate(ids)}
    learns = {
        (one, other): any(topics.fits([need], [capacity]) for need in seeks[one] for capacity in brings[other])
        for one in ids
        for other in ids
        if one != other
    }
    with tempfile.TemporaryDirectory() as folder:
        make_copy(Path(folder) / "made.sqlite", documents, {})
        with closing(connect(Path(folder) / "made.sqlite")) as copy:
            seen = {each: found(copy, each, limit="99") for each in ids}
    for one in ids:
        others = [other for other in ids if other != one]
        assert set(of_sort(seen[one], "two_way")) == {(other,) for other in others if learns[one, other] and learns[other, one]}
        assert set(of_sort(seen[one], "brings")) == {(other,) for other in others if learns[one, other] and not learns[other, one]}
        assert set(of_sort(seen[one], "seeks")) == {(other,) for other in others if learns[other, one] and not learns[one, other]}
        for first, second in of_sort(seen[one], "ring"):
            assert learns[one, first]
            assert learns[first, second]
            assert learns[second, one]
            assert (second, one) in of_sort(seen[first], "ring")


NOISE = ["solar", "pump", "loom", "bee", "honey", "well", "road", "bridge", "school", "clinic", "forest", "rice", "cotton", "maize"]


@settings(max_examples=15)
@given(dice=st.randoms(use_true_random=False), crowd=st.integers(0, 60))
def test_planted_pairs_and_rings_are_all_found_and_come_first(dice: Any, crowd: int) -> None:
    """Among partners that state noise, and are noise themselves in the areas of the planted ones."""
    areas = [{"id": f"area-{n}", "name": f"Area {n}"} for n in range(6)]

    def stating(record_id: str, seeks: list[str], brings: list[str]) -> tuple[str, dict[str, Any]]:
        made = {
            side: [{"id": f"{side}-{n}", "topic": t, "area": dice.choice(areas)["id"]} for n, t in enumerate(topics)]
            for side, topics in (("seeks", seeks), ("brings", brings))
        }
        return "partners", {"id": record_id, "name": record_id, **made}

    def noise() -> list[str]:
        return [" ".join(dice.sample(NOISE, 2)) for _ in range(dice.randint(0, 3))]

    made = [stating(f"noise-{n}", noise(), noise()) for n in range(crowd)]
    made += [
        ("partners", {"id": one, "name": one, "seeks": [stated_as(sought)], "brings": [stated_as(brought)]})
        for one, sought, brought in (
            ("pair-1", "zither tuning", "quilt mending"),
            ("pair-2", "quilts to mend", "zithers to tune"),
            ("ring-1", "kiln firing", "glass blowing"),
            ("ring-2", "lace tatting", "kiln firing"),
            ("ring-3", "glass blowing", "lace tatting"),
        )
    ]
    with tempfile.TemporaryDirectory() as folder:
        make_copy(Path(folder) / "made.sqlite", [*(("areas", area) for area in areas), *made], {})
        with closing(connect(Path(folder) / "made.sqlite")) as copy:
            assert of_sort(found(copy, "pair-1"), "two_way")[0] == ("pair-2",)
            assert of_sort(found(copy, "pair-2"), "two_way")[0] == ("pair-1",)
            for subject, ring in (("ring-1", ("ring-2", "ring-3")), ("ring-2", ("ring-3", "ring-1")), ("ring-3", ("ring-1", "ring-2"))):
                data = found(copy, subject)
                assert of_sort(data, "ring")[0] == ring
                sorts = [match["match"] for match in data["matches"]]
                assert sorts == sorted(sorts, key=["two_way", "ring", "brings", "seeks"].index)


def stated_as(topic: str) -> dict[str, str]:
    return {"id": "only", "topic": topic, "area": "area-0"}


UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def test_text_that_does_harm_is_shown_safely_by_match_terms_and_demand(make: Make, nasty: str) -> None:
    raw = nasty.encode("utf-8", "replace").decode()
    copy = make(partner("a", ["Pumps"], ["Looms"]), partner("b", ["Looms"], ["Pumps"]), ("projects", {"id": "p", "title": "P"}))
    item = {field: raw for field in ("id", "area", "topic", "sector", "level", "language", "valid_until")}
    for record_id in ("a", "b"):
        document = {"id": record_id, "name": raw, "country": raw, "languages": [raw], "seeks": [item], "brings": [item]}
        stored = json.dumps(document, ensure_ascii=False)
        copy.execute("UPDATE record SET document = ? WHERE kind = 'partners' AND id = ?", (stored, record_id))
        copy.execute("UPDATE entry SET title = ?, countries = ? WHERE kind = 'partners' AND id = ?", (raw, raw, record_id))
        fields = ", ".join(f"{field} = ?" for field in ("area", "topic", "sector", "level", "language", "valid_until"))
        copy.execute(f"UPDATE capacity SET {fields} WHERE partner = ?", (raw, "Pumps Looms " + raw, *[raw] * 4, record_id))
    roles = [{"partner": "a", "role": raw, "since": raw}, {"partner": "b", "role": "coordinator", "since": raw, "chosen_by": raw}]
    asked = {"requested_by": raw, "requested_on": raw}
    project = {"id": "p", "title": raw, "partners": roles, "assessment": {"date": raw, "present": [raw]}, **asked}
    copy.execute("UPDATE record SET document = ? WHERE kind = 'projects'", (json.dumps(project, ensure_ascii=False),))
    copy.execute("UPDATE entry SET title = ? WHERE kind = 'projects'", (raw,))
    views = ((match_view, "partners/a"), (terms_view, "projects/p"), (terms_view, ""), (demand_view, ""))
    reports = [view(copy, Asked(subject)) for view, subject in views]
    assert reports[0].numbers["counts"]["two_way"] == 1
    for report in reports:
        said = [report.title, *(text for block in report.blocks for line in block.lines for text in line[:3])]
        assert [text for text in said if UNSAFE.search(text)] == []


@pytest.mark.parametrize(("number", "brings", "seeks"), [(1, "1 brings what", "1 seeks what"), (2, "2 bring what", "2 seek what")])
def test_one_partner_brings_and_two_bring(make: Make, number: int, brings: str, seeks: str) -> None:
    others = [
        *({"id": f"b{n}", "name": f"B{n}", "brings": [{"topic": "solar pumps"}]} for n in range(number)),
        *({"id": f"s{n}", "name": f"S{n}", "seeks": [{"topic": "midwifery"}]} for n in range(number)),
    ]
    own = {"id": "own", "name": "Own", "seeks": [{"topic": "solar pumps"}], "brings": [{"topic": "midwifery"}]}
    lines = match_view(make(*(("partners", each) for each in (own, *others))), Asked("partners/own")).blocks[0].lines
    assert [line.value.rpartition(" is ")[0] for line in lines[2:4]] == [brings, seeks]
