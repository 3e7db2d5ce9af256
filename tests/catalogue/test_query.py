from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ssc_tui.catalogue.kinds import ID, KINDS, SECTIONS, ref, split_ref
from ssc_tui.catalogue.query import FIELDS, WORDS, Qualifier, Query, parse, spoken
from ssc_tui.text import folded, sort_key, terms

TYPED = st.lists(
    st.one_of(
        st.sampled_from([*' \t"",:-', *(f"{field}:" for field in FIELDS), "a", "B", "http://", "é", "\u00a0"]),
        st.characters(),
    )
).map("".join)
"""What somebody may type, with the signs of the language often."""

VALUES = st.lists(st.text(st.characters(exclude_characters='",'), min_size=1).map(str.strip).filter(bool), min_size=1)
"""What a program may put into a qualifier: anything but what parts and quotes values."""


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_a_qualifier(field: str) -> None:
    assert parse(f"{field}:Value") == Query(qualifiers=(Qualifier(field, ("Value",)),))


@pytest.mark.parametrize(
    ("typed", "qualifiers"),
    [
        ("country:KE", [Qualifier("country", ("KE",))]),
        ("country:KE,MW", [Qualifier("country", ("KE", "MW"))]),
        ("country:,KE,,MW,", [Qualifier("country", ("KE", "MW"))]),
        ('country:"South Africa"', [Qualifier("country", ("South Africa",))]),
        ('country:"South Africa, Malawi"', [Qualifier("country", ("South Africa", "Malawi"))]),
        ('country:"South Africa', [Qualifier("country", ("South Africa",))]),
        ('country:" KE "', [Qualifier("country", ("KE",))]),
        ("-country:KE", [Qualifier("country", ("KE",), negated=True)]),
        ('-country:"South Africa"', [Qualifier("country", ("South Africa",), negated=True)]),
        ("country:KE -area:health year:2019", [
            Qualifier("country", ("KE",)), Qualifier("area", ("health",), negated=True), Qualifier("year", ("2019",)),
        ]),
        ("country:KE country:MW", [Qualifier("country", ("KE",)), Qualifier("country", ("MW",))]),
        ("country:a:b", [Qualifier("country", ("a:b",))]),
        ("country:énergie", [Qualifier("country", ("énergie",))]),
        ("country:", []),
        ("country:,", []),
        ('country:""', []),
        ('country:" , "', []),
        ("-country:", []),
    ],
)  # fmt: skip
def test_qualifiers(typed: str, qualifiers: list[Qualifier]) -> None:
    assert parse(typed) == Query(qualifiers=tuple(qualifiers))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("   ", ""),
        ("solar energy", "solar energy"),
        ('"solar energy"', "solar energy"),
        ('"solar energy', "solar energy"),
        ('"country:KE"', "country:KE"),
        ("http://x", "http://x"),
        ("http://example.org:80/a", "http://example.org:80/a"),
        ("foo:bar", "foo:bar"),
        ('foo:"bar baz"', "foo bar baz"),
        ("-foo:bar", "foo:bar"),
        ("foo:", "foo"),
        (":", ""),
        ("-", ""),
        ('"', ""),
        ('""', ""),
        ("--country:KE", "country:KE"),
        ("(country:KE", "country:KE"),
        ("xcountry:KE", "xcountry:KE"),
        ("-solar", "solar"),
        ("l'énergie", "l'énergie"),
    ],
)
def test_what_is_no_known_qualifier_is_words(typed: str, words: str) -> None:
    assert parse(typed) == Query(sort_key(words), tuple(terms(words)))


def test_words_and_qualifiers_in_any_order() -> None:
    query = parse('Solar country:KE "clean energy" -kind:funds wind')
    assert query.phrase == "solar clean energy wind"
    assert query.terms == ((("solar",),), (("clean",),), (("energy",),), (("wind",),))
    assert query.qualifiers == (Qualifier("country", ("KE",)), Qualifier("kind", ("funds",), negated=True))


def test_only_so_many_words_are_searched() -> None:
    query = parse(" ".join(f"word{number}" for number in range(WORDS + 1)) + " country:KE")
    assert query.terms == tuple(((f"word{number}",),) for number in range(WORDS))
    assert query.qualifiers == (Qualifier("country", ("KE",)),)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("solar  energy", "solar energy"),
        ("solar country:KE wind", "solar wind"),
        ('-area:"clean energy" Énergie', "Énergie"),
        ('"solar energy" is:stale', '"solar energy"'),
        ("http://x foo:bar year:2019", "http://x foo:bar"),
        ("country: solar", "solar"),
    ],
)
def test_spoken_is_what_was_typed_without_the_qualifiers(typed: str, words: str) -> None:
    assert spoken(typed) == words


@given(TYPED)
def test_what_is_spoken_asks_for_the_same_words(typed: str) -> None:
    query = parse(spoken(typed))
    assert (query.phrase, query.terms, query.qualifiers) == (*parse(typed)[:2], ())


def test_with_qualifier_restricts_further() -> None:
    query = parse("solar country:KE")
    area, year = Qualifier("area", ("health",)), Qualifier("year", ("2019",))
    assert query.with_qualifier(area, year) == parse("solar country:KE area:health year:2019")
    assert query == parse("solar country:KE")


@pytest.mark.parametrize(
    ("qualifier", "typed"),
    [
        (Qualifier("country", ("KE",)), "country:KE"),
        (Qualifier("country", ("KE", "MW"), negated=True), "-country:KE,MW"),
        (Qualifier("country", ("South Africa",)), 'country:"South Africa"'),
        (Qualifier("country", ("South Africa", "MW"), negated=True), '-country:"South Africa,MW"'),
    ],
)
def test_a_qualifier_as_it_is_typed(qualifier: Qualifier, typed: str) -> None:
    assert str(qualifier) == typed


@given(TYPED)
def test_every_text_is_a_query(typed: str) -> None:
    query = parse(typed)
    assert all(qualifier.field in FIELDS and qualifier.values for qualifier in query.qualifiers)
    assert all(value == value.strip() and value for qualifier in query.qualifiers for value in qualifier.values)
    assert "".join(query.phrase.split()) == "".join(folded(query.phrase).split())


def test_nasty_text_is_a_query(nasty: str) -> None:
    assert parse(nasty).qualifiers == ()
    assert parse(f"solar country:{nasty}").terms[0] == (("solar",),)


@given(TYPED)
@example('country:"a\tb"')
@example('country:"a\u00a0b"')
@example('country:,"a')
def test_qualifiers_of_a_query_parse_back(typed: str) -> None:
    qualifiers = parse(typed).qualifiers
    assert parse(" ".join(map(str, qualifiers))).qualifiers == qualifiers


@given(st.sampled_from(FIELDS), VALUES, st.booleans())
def test_a_made_qualifier_parses_back(field: str, values: list[str], negated: bool) -> None:
    qualifier = Qualifier(field, tuple(values), negated)
    assert parse(f"before {qualifier} after") == Query("before after", ((("before",),), (("after",),)), (qualifier,))


# References.


def test_sections_are_kinds_in_the_order_of_their_keys() -> None:
    assert KINDS[:7] == SECTIONS
    assert KINDS[7:] == ("contributions",)


@pytest.mark.parametrize("record_id", ["a", "0", "norec", "norec-bergen_2", "a-", "9_"])
@pytest.mark.parametrize("kind", KINDS)
def test_split_ref_undoes_ref(kind: str, record_id: str) -> None:
    assert split_ref(ref(kind, record_id)) == (kind, record_id)


def test_ref() -> None:
    assert ref("partners", "norec") == "partners/norec"


@pytest.mark.parametrize("record_id", ["norec", "partners"])
def test_an_id_alone_has_no_kind(record_id: str) -> None:
    assert split_ref(record_id) == (None, record_id)


@pytest.mark.parametrize(
    ("reference", "wrong"),
    [
        ("", ""),
        ("/", ""),
        ("/norec", ""),
        ("partners/", ""),
        ("people/norec", "people"),
        ("Partners/norec", "Partners"),
        ("partners /norec", "partners "),
        ("partners/x/norec", "partners/x"),
        ("partners/Norec", "Norec"),
        ("NOREC", "NOREC"),
        ("-a", "-a"),
        ("_a", "_a"),
        ("a b", "a b"),
        ("a.b", "a.b"),
        ("é", "é"),
        ("norec\n", "norec\n"),
        ("partners/norec\n", "norec\n"),
    ],
)
def test_what_no_record_is_called_is_refused(reference: str, wrong: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        split_ref(reference)
    assert raised.value.args == (wrong,)


@given(st.text())
def test_split_ref_accepts_nothing_but_ids(reference: str) -> None:
    try:
        kind, record_id = split_ref(reference)
    except ValueError:
        assert not ID.match(reference)
    else:
        assert reference == (record_id if kind is None else ref(kind, record_id))
        assert ID.match(record_id)
