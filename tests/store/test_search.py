from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from ssc_tui.catalogue.query import parse
from ssc_tui.errors import NotFound
from ssc_tui.store import reader
from ssc_tui.store.search import PAGE, Results, search

Make = Callable[..., sqlite3.Connection]


def refs(copy: sqlite3.Connection, asked: str, kind: str | None = None, order: str = "name", most: int = 10_000) -> list[str]:
    return [row.ref for row in reader.rows(copy, search(copy, asked, kind, order).places(copy, limit=most))]


def ids(copy: sqlite3.Connection, asked: str, kind: str | None = None, order: str = "name") -> list[str]:
    return [ref.partition("/")[2] for ref in refs(copy, asked, kind, order)]


def partner(record_id: str, name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "partners", {"id": record_id, "name": name, **fields}


# The shipped catalogue.

RETREAT = [
    *("CIRDAP", "COMSATS", "FAO", "ILO", "ISTIC", "PPD", "UNCDF", "UNDP", "UNEP", "UNESCAP", "UNESCO", "UNIDO", "UNV", "WFP"),
]
"""The institutions of the retreat of 2020."""


@pytest.mark.parametrize("acronym", RETREAT)
@pytest.mark.parametrize("change", [str, str.lower, "“{}”!".format, ".".join])
def test_who_was_at_the_retreat_is_found_by_acronym_first(shipped: sqlite3.Connection, acronym: str, change: Callable[[str], str]) -> None:
    (first, *_) = refs(shipped, change(acronym))
    assert first == f"partners/{acronym.lower()}"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("kamuzu", ["partners/kamuzu-central-hospital", "projects/norec-bergen-kamuzu", "projects/kamuzu-surgery-training"]),
        ("Kamuzu Central", ["partners/kamuzu-central-hospital", "projects/norec-bergen-kamuzu"]),
        ("nepal health research", [
            "partners/nhrc-nepal", "exchanges/norec-nhrc-csf-nhrc-nepal-csf-global", "exchanges/norec-nhrc-csf-csf-global-nhrc-nepal",
            "projects/norec-nhrc-csf",
        ]),
        ("ISTIC", ["partners/istic"]),
        ("istic country:MY", ["partners/istic"]),
        ("istic country:KE", []),
        ("zzzz", []),
        ("zzzz country:MW", []),
    ],
)  # fmt: skip
def test_words_find(shipped: sqlite3.Connection, asked: str, expected: list[str]) -> None:
    assert refs(shipped, asked) == expected


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("énergie", "areas/sdg-07"),
        ("energie", "areas/sdg-07"),
        ("santé", "areas/health"),
        ("sante", "areas/health"),
        ("norwegian agency", "partners/norad"),
        ("norec", "partners/norec"),
        ("norwegian agency for exchange", "partners/norec"),
        ("sdg-07", "areas/sdg-07"),
        ("university hospital of north norway", "partners/unn"),
    ],
)
def test_what_comes_first(shipped: sqlite3.Connection, asked: str, first: str) -> None:
    assert refs(shipped, asked, most=1) == [first]


@pytest.mark.parametrize(
    ("asked", "among"),
    [
        ("solaire", "projects/rl-mali-morocco-solar"),
        ("énergie solaire", "projects/rl-mali-morocco-solar"),
        ("énergie solaire", "partners/pidf"),
        ("santé malaui", "partners/kamuzu-central-hospital"),
        ("energia", "areas/energy"),
    ],
)
def test_words_of_other_languages_find_what_is_said_in_english(shipped: sqlite3.Connection, asked: str, among: str) -> None:
    assert among in refs(shipped, asked)


@pytest.mark.parametrize(
    ("asked", "code"), [("malaui", "MW"), ("afrique du sud", "ZA"), ("sudáfrica", "ZA"), ("reino unido", "GB"), ("brésil", "BR")]
)
def test_countries_are_found_by_their_names_in_other_languages(shipped: sqlite3.Connection, asked: str, code: str) -> None:
    found = {row.ref: row.countries.split() for row in reader.rows(shipped, search(shipped, asked).places(shipped, limit=1000))}
    filed = {
        row[0] for row in shipped.execute("SELECT kind || '/' || id FROM entry WHERE ' ' || countries || ' ' LIKE ?", (f"% {code} %",))
    }
    assert filed
    assert filed <= set(found)
    assert [ref for ref, codes in found.items() if code in codes][-1] == list(found)[-1]


def test_partners_in_a_country_and_an_area(shipped: sqlite3.Connection) -> None:
    assert refs(shipped, "country:MW area:health", kind="partners") == [
        "partners/kamuzu-central-hospital",
        "partners/queen-elizabeth-hospital",
    ]
    assert refs(shipped, "country:MW area:health kind:partners") == [
        "partners/kamuzu-central-hospital",
        "partners/queen-elizabeth-hospital",
    ]


def test_nothing_asked_lists_everything(shipped: sqlite3.Connection) -> None:
    everything = [row[0] for row in shipped.execute("SELECT place FROM entry ORDER BY sort, kind, id")]
    results = search(shipped, "")
    assert results.places(shipped, limit=10_000) == everything
    assert results.total(shipped) == 623
    assert len(search(shipped, "  ").places(shipped)) == PAGE


@pytest.mark.parametrize(("kind", "number"), [("partners", 225), ("areas", 69), ("contributions", 0), ("nothing", 0)])
@pytest.mark.parametrize("asked", ["", "-kind:nothing"])
def test_a_section_lists_its_kind(shipped: sqlite3.Connection, kind: str, number: int, asked: str) -> None:
    assert (
        search(shipped, asked, kind).total(shipped)
        == number
        == len([ref for ref in refs(shipped, asked, kind) if ref.startswith(f"{kind}/")])
    )


def test_a_query_may_be_given_parsed(shipped: sqlite3.Connection) -> None:
    assert search(shipped, parse("kamuzu")).places(shipped) == search(shipped, "kamuzu").places(shipped)


def test_nasty_queries_are_answered(shipped: sqlite3.Connection, nasty: str) -> None:
    for asked in (nasty, f"country:{nasty}", f'area:"{nasty}" brings:{nasty}', f"norec {nasty}"):
        results = search(shipped, asked)
        assert len(results.places(shipped, limit=1000)) == results.total(shipped)


# The order of the results.

LADDER = [
    partner("sun", "Zulu"),
    partner("a-handle", "Yankee", acronym="S.U.N."),
    partner("b-alias", "Xray", aliases=["Sun"]),
    partner("start-1", "Sun Alpha"),
    partner("start-2", "Sunday School"),
    partner("whole-1", "Bravo Sun"),
    partner("whole-2", "Charlie of the Sun"),
    partner("prefix-1", "Bravo Sunday"),
    partner("prefix-2", "Delta Sunrise"),
    partner("text-whole-1", "Alpha", description="All about the sun."),
    partner("text-whole-2", "Whiskey", city="Sun"),
    partner("text-prefix-1", "Alpha Two", description="On sunny days."),
    partner("text-prefix-2", "Victor", description="Sunscreen"),
    ("areas", {"id": "light", "name": "Light", "synonyms": [{"en": "daylight", "fr": "sun"}]}),
    partner("english-1", "Alpha Three", description="Daylight saving."),
    partner("filed-1", "Alpha Four", areas=["light"]),
    partner("filed-2", "Uniform", areas=["light"]),
    partner("nothing", "Sum"),
]

CLIMB = [
    *("light", "b-alias", "a-handle", "sun"),
    *("start-1", "start-2"),
    *("whole-1", "whole-2"),
    *("prefix-1", "prefix-2"),
    *("text-whole-1", "text-whole-2"),
    *("text-prefix-1", "text-prefix-2"),
    "english-1",
    *("filed-1", "filed-2"),
]


def test_the_best_come_first(make: Make) -> None:
    assert ids(make(*LADDER), "sun") == CLIMB


def test_qualifiers_and_section_leave_the_order(make: Make) -> None:
    copy = make(*[(kind, {**fields, "country": "KE" if number % 2 else "MW"}) for number, (kind, fields) in enumerate(LADDER)])
    in_kenya = {fields["id"] for number, (_, fields) in enumerate(LADDER) if number % 2}
    assert ids(copy, "sun country:KE") == [each for each in CLIMB if each in in_kenya]
    assert ids(copy, "sun -country:KE") == [each for each in CLIMB if each not in in_kenya]
    assert ids(copy, "sun", "areas") == ["light"]
    assert ids(copy, "sun", "partners") == [each for each in CLIMB if each != "light"]


def test_several_words_may_be_in_any_place(make: Make) -> None:
    copy = make(
        partner("text", "Alpha", description="solar pumps"),
        partner("mixed", "Solar Alpha", description="pumps"),
        partner("name", "Pumps, solar"),
        partner("start", "Solar pumps"),
        partner("prefix", "Solar pumpstation"),
        partner("one", "Solar"),
    )
    assert ids(copy, "solar pumps") == ["start", "prefix", "name", "text", "mixed"]
    assert ids(copy, "pumps solar") == ["name", "start", "prefix", "text", "mixed"]
    assert ids(copy, '"solar pumps"') == ["start", "prefix", "name", "text", "mixed"]


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("Łódź Đà Nẵng", ["lodz", "ŁÓDŹ", "da nang", "Đà", "nẵng lodz"]),
        ("N'Djamena", ["ndjamena", "n'djamena", "n djamena", "N’DJAMENA", "djamena"]),
        ("Énergie de l'avenir", ["l'énergie", "d'energie", "avenir", "lavenir"]),
        ("Guinea-Bissau", ["guinea bissau", "guineabissau", "bissau", "guinea-b"]),
        ("القاهرة أحمد", ["قاهرة", "القاهره", "احمد", "الأحمد"]),
        ("北京大学", ["大学", "北京", "学", "京大"]),
        ("नेपाल स्वास्थ्य", ["नेपाल", "स्वा"]),
        ("สำนักงานสุขภาพ", ["สุขภาพ", "สำนัก"]),
        ("Ɓala Ƙasa", ["bala", "kasa"]),
        ("Straße ٢٠١٩", ["strasse", "2019", "STRASSE"]),
        ("U.N.D.P. Office", ["undp", "u.n.d.p.", "undp office"]),
        ("x" * 3000, ["x" * 3000, "x" * 100]),
    ],
)
def test_names_of_every_script_are_found(make: Make, name: str, queries: list[str]) -> None:
    copy = make(partner("it", name), partner("other", "Another partner"))
    assert [ids(copy, asked) for asked in queries] == [["it"]] * len(queries)


@pytest.mark.parametrize("asked", ["koica", "ko-ica", "ko ica", "k.o.i.c.a."])
def test_a_name_with_blanks_is_found_in_every_order_or_in_none(make: Make, asked: str) -> None:
    copy = make(partner("a", "Ko Ica"), partner("b", "Korea Office"), partner("c", "Other", acronym="KOICA"))
    assert sorted(ids(copy, asked)) == sorted(ids(copy, asked, order="newest")) == sorted(ids(copy, asked, order="country"))


@pytest.mark.parametrize("asked", ["u.n.d.p.", "U.N.D.P", "undp"])
def test_an_acronym_is_found_with_and_without_dots(make: Make, asked: str) -> None:
    copy = make(partner("with", "First", acronym="U.N.D.P."), partner("without", "Second", acronym="UNDP"), partner("none", "Und Partners"))
    assert sorted(ids(copy, asked)[:2]) == ["with", "without"]


LONG = (
    "Programme for the exchange of experience between the districts of " + "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 2
)
"""The beginning of names, longer than what lists are ordered by."""


@pytest.mark.parametrize("order", ["name", "newest"])
def test_a_long_name_finds_what_is_called_so_and_not_what_only_begins_so(make: Make, order: str) -> None:
    copy = make(partner("n", LONG + "north"), partner("s", LONG + "south"), partner(LONG.lower().replace(" ", "-") + "x", "X"))
    assert ids(copy, LONG + "north", order=order) == ["n"]
    assert ids(copy, LONG + "sou", order=order) == ["s"]
    assert ids(copy, LONG + "west", order=order) == []
    assert ids(copy, LONG.replace(" ", "-") + "x", order=order) == [LONG.lower().replace(" ", "-") + "x"]
    assert ids(copy, LONG, order=order)[:2] == ["n", "s"]


def test_a_qualifier_and_a_reference_take_a_long_name_whole(make: Make) -> None:
    documents = [("projects", {"id": f"p{one}", "title": one, "partners": [{"partner": one}]}) for one in "ns"]
    copy = make(partner("n", LONG + "north"), partner("s", LONG + "south"), *documents)
    assert ids(copy, f'partner:"{LONG}north"') == ["pn"]
    assert ids(copy, f'partner:"{LONG}west"') == []
    assert reader.resolve(copy, LONG + "south") == ("partners", "s")
    with pytest.raises(NotFound):
        reader.resolve(copy, LONG + "west")


def test_a_filed_record_counts_once_though_its_text_says_it_too(make: Make) -> None:
    copy = make(
        ("areas", {"id": "health", "name": "Health", "names": {"fr": "Santé"}}),
        partner("both", "Santé Kenya", areas=["health"], description="health santé"),
        partner("filed", "Clinic", areas=["health"]),
    )
    results = search(copy, "santé")
    assert [row.id for row in reader.rows(copy, results.places(copy))] == ["health", "both", "filed"]
    assert results.total(copy) == 3


def test_one_word_in_the_text_and_another_filed(make: Make) -> None:
    copy = make(
        ("areas", {"id": "health", "name": "Health", "names": {"fr": "Santé"}}),
        partner("clinic", "Rural clinic", areas=["health"], country="MW"),
        partner("school", "Rural school", country="MW"),
        partner("hospital", "City hospital", areas=["health"], country="MW"),
    )
    assert ids(copy, "santé rural malaui") == ["clinic"]
    assert ids(copy, "malaui santé") == ["hospital", "clinic"]


def test_short_words_of_labels_must_be_whole(make: Make) -> None:
    copy = make(
        ("areas", {"id": "it", "name": "Aa", "names": {"fr": "TI", "es": "Tierra"}}), partner("p", "Bb", areas=["it"]), partner("q", "Tips")
    )
    assert ids(copy, "ti") == ["it", "q", "p"]
    assert ids(copy, "tie") == ["it", "p"]
    assert ids(copy, "t") == ["q", "it"]


# Other orders.

ORDERED = [
    partner("a", "Sun one", country="MW", founded=2001),
    partner("b", "Two", country="KE", founded=2003, description="sun"),
    partner("c", "Three sun", founded=2002),
    partner("d", "Sunny four", country="MW"),
    partner("e", "Five", country="KE", founded=2003, description="sun"),
]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("name", ["e", "a", "d", "c", "b"]), ("country", ["e", "b", "a", "d", "c"]), ("newest", ["e", "b", "c", "a", "d"])],
)
@pytest.mark.parametrize(("asked", "kind"), [("", None), ("", "partners"), ("-country:ZA", None), ("kind:partners", None)])
def test_lists_in_every_order(make: Make, asked: str, kind: str | None, order: str, expected: list[str]) -> None:
    assert ids(make(*ORDERED), asked, kind, order) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [("name", ["a", "d", "c", "e", "b"]), ("country", ["e", "b", "a", "d", "c"]), ("newest", ["e", "b", "c", "a", "d"])],
)
@pytest.mark.parametrize(("asked", "kind"), [("sun", None), ("sun", "partners"), ("sun -country:ZA", None)])
def test_results_in_every_order(make: Make, asked: str, kind: str | None, order: str, expected: list[str]) -> None:
    assert ids(make(*ORDERED), asked, kind, order) == expected


# Page by page.


@pytest.mark.parametrize("order", ["name", "country", "newest"])
@pytest.mark.parametrize(
    ("asked", "kind"), [("", None), ("", "projects"), ("health", None), ("santé", None), ("energy country:ZA,MW,KE", None)]
)
@pytest.mark.parametrize("counted", [False, True])
def test_pages_are_slices_of_the_whole(shipped: sqlite3.Connection, asked: str, kind: str | None, order: str, counted: bool) -> None:
    whole = search(shipped, asked, kind, order).places(shipped, limit=10_000)
    assert len(whole) == len(set(whole)) > 3
    results = search(shipped, asked, kind, order)
    if counted:
        assert results.total(shipped) == len(whole)
    for offset, limit in [
        (0, 1),
        (len(whole) - 1, 5),
        (3, 7),
        (len(whole) // 2, 10),
        (len(whole), 5),
        (0, 0),
        (5, 0),
        (len(whole) + 9, 1),
        (1, 10_000),
    ]:
        assert results.places(shipped, offset, limit) == whole[offset : offset + limit]
    assert results.total(shipped) == len(whole)


def test_only_runs_that_are_passed_over_are_counted(shipped: sqlite3.Connection) -> None:
    said: list[str] = []
    results = search(shipped, "", "partners")
    shipped.set_trace_callback(said.append)
    try:
        first = results.places(shipped, 0, 60)
        assert not [statement for statement in said if "count(*)" in statement]
        assert results.places(shipped, 55, 5) == first[55:]
        assert [statement for statement in said if "count(*)" in statement]
    finally:
        shipped.set_trace_callback(None)


def test_results_of_no_runs() -> None:
    with sqlite3.connect(":memory:") as copy:
        assert Results([]).places(copy, 0, 5) == []
        assert Results([]).total(copy) == 0
    copy.close()


def test_a_search_can_be_interrupted(shipped: sqlite3.Connection) -> None:
    shipped.set_progress_handler(lambda: 1, 1)
    try:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            search(shipped, "health")
    finally:
        shipped.set_progress_handler(None, 0)
    assert refs(shipped, "istic") == ["partners/istic"]
