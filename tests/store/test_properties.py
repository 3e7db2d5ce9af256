"""What holds for every small catalogue: the search against a model in plain Python, and step by step against all at once."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.by_hand import remove_documents, store_documents

from ssc_tui.catalogue.countries import countries
from ssc_tui.catalogue.query import parse
from ssc_tui.store import places, projections, reader
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.store.search import LABELS, ORDERS, everything, search
from ssc_tui.text import SORT_LENGTH, Term, clean, clean_all, sort_key, words

HALF = settings().max_examples // 2
"""Each example makes a file or two."""

Ref = tuple[str, str]
Catalogue = dict[Ref, dict[str, Any]]

VOCABULARY = [
    *("solar", "Sun", "Sunday", "sunrise", "énergie", "energy", "clean energy", "N'Djamena", "Guinea-Bissau", "U.N.", "UN", "north", "no"),
    *(
        "北京大学",
        "大学",
        "学",
        "القاهرة",
        "قاهرة",
        "التزام",
        "Łódź",
        "नेपाल",
        "santé",
        "health",
        "Malawi",
        "Malaui",
        "Afrique",
        "sud",
        "de",
    ),
    *("COVID-19", "covid", "19", "l'eau", "water", "ประเทศไทย", "ไทย", "A", "a", "x"),
]
WORDS = st.one_of(st.sampled_from(VOCABULARY), st.text(st.characters(exclude_categories=["Cs"]), max_size=4))
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
IDS = st.sampled_from(["a", "b", "c", "sun", "un-north", "energy", "x_1"])
AREAS = st.lists(IDS, max_size=2)
CODES = st.sampled_from(["MW", "ZA", "GW", "TD", "NO", "XX"])


def documents_of(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    fields: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "partners": {"name": NAMES, "acronym": WORDS, "description": NAMES, "country": CODES, "areas": AREAS},
        "areas": {
            "name": NAMES,
            "names": st.fixed_dictionaries({"fr": NAMES}),
            "synonyms": st.lists(st.fixed_dictionaries({"en": NAMES, "fr": NAMES}), max_size=2),
        },
        "projects": {"title": NAMES, "description": NAMES, "countries": st.lists(CODES, max_size=2), "areas": AREAS},
        "exchanges": {"sender": IDS, "host": IDS},
        "contributions": {"from": IDS, "to": IDS, "amount": st.integers(0, 9)},
    }
    return st.fixed_dictionaries({}, optional=fields[kind])


REFS = st.tuples(st.sampled_from(["partners", "areas", "projects", "exchanges", "contributions"]), IDS)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    refs = draw(st.lists(REFS, max_size=10, unique=True))
    return {(kind, record_id): clean_all({"id": record_id, **draw(documents_of(kind))}) for kind, record_id in refs}


QUERIES = st.lists(
    st.one_of(WORDS, st.builds(lambda word, end: word[:end], st.sampled_from(VOCABULARY), st.integers(1, 5)), IDS), min_size=1, max_size=3
).map(" ".join)


@contextmanager
def copy_of(catalogue: Catalogue) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.sqlite"
        make_copy(path, [(kind, document) for (kind, _), document in catalogue.items()], {})
        with closing(connect(path)) as copy:
            yield copy


def check_index(copy: sqlite3.Connection) -> None:
    copy.execute("INSERT INTO entry_search (entry_search) VALUES ('integrity-check')")
    copy.execute("INSERT INTO entry_search (entry_search, rank) VALUES ('integrity-check', 1)")


# The model.


class Shown(NamedTuple):
    """A record as the model sees it."""

    sort: str
    names: frozenset[str]
    body: frozenset[str]
    known_as: frozenset[str]
    tags: frozenset[str]


class Filed(NamedTuple):
    word: str
    tag: str
    english: str


def folded(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


def seen(catalogue: Catalogue, ref: Ref) -> Shown:
    kind, record_id = ref
    document = catalogue[ref]
    others: list[tuple[str, str, dict[str, Any]]] = []
    title = " ".join((document.get("name") or document.get("title") or "").split())
    if kind in ("exchanges", "contributions"):
        sides = [document[side] for side in ("sender", "host", "from", "to") if side in document]
        partners = {side: catalogue.get(("partners", side)) for side in sides}
        titles = {side: (" ".join(partner.get("name", "").split()) or side) if partner else side for side, partner in partners.items()}
        others = [(side, titles[side], partner) for side, partner in partners.items() if partner]
        title = " → ".join(titles[side] for side in sides)
    title = title or record_id
    names = [
        title,
        document.get("acronym", ""),
        *document.get("names", {}).values(),
        *(text for each in document.get("synonyms", []) for text in each.values()),
    ]
    stated = [document.get("country"), *document.get("countries", []), *(partner.get("country") for _, _, partner in others)]
    areas = [*document.get("areas", []), *(area for _, _, partner in others for area in partner.get("areas", []))]
    return Shown(
        sort_key(title),
        folded(
            *names, *(part for part in record_id.split("-") if part.isalpha()), *(partner.get("acronym", "") for _, _, partner in others)
        ),
        folded(document.get("description", ""), *(name for _, name, _ in others)),
        frozenset(sort_key(name).replace(" ", "") for name in [*names, record_id]),
        frozenset([*(f"country_{code.lower()}" for code in stated if code), *(f"area_{area}" for area in areas)]),
    )


def labels(catalogue: Catalogue) -> set[Filed]:
    found = {Filed(word, f"country_{each.code.lower()}", "") for each in countries().values() for word in folded(*each.names.values())}
    for (kind, record_id), document in catalogue.items():
        if kind == "areas":
            found |= {
                Filed(word, f"area_{record_id}", "") for word in folded(document.get("name", ""), *document.get("names", {}).values())
            }
            for synonym in document.get("synonyms", []):
                found |= {Filed(word, f"area_{record_id}", " ".join(words(synonym["en"]))) for word in folded(*synonym.values())}
    return found


def holds(term: Term, tokens: frozenset[str], *, whole: bool = False) -> bool:
    return any(all(any(token == asked if whole else token.startswith(asked) for token in tokens) for asked in group) for group in term)


def expected(catalogue: Catalogue, asked: str) -> list[Ref]:
    """What a search finds, best first."""
    query = parse(asked)
    filed = labels(catalogue)
    tags, english = [], []
    for term in query.terms:
        single = [group[0] for group in term if len(group) == 1]
        mine = [
            label for label in filed if any(label.word.startswith(token) if len(token) > 2 else label.word == token for token in single)
        ]
        tags.append({label.tag for label in mine})
        english.append({label.english for label in mine if label.english not in ("", label.word)})
        assume(len(tags[-1]) <= LABELS and len(english[-1]) <= LABELS)
    found = []
    for ref in catalogue:
        shown = seen(catalogue, ref)
        text = shown.names | shown.body
        said = [
            holds(term, text)
            or any(all(holds(((word,),), text) for word in saying.split()) for saying in sayings)
            or (not sayings and bool(under & shown.tags))
            for term, sayings, under in zip(query.terms, english, tags, strict=True)
        ]
        steps = [
            query.phrase.replace(" ", "") in shown.known_as,
            shown.sort.startswith(query.phrase),
            all(holds(term, shown.names, whole=True) for term in query.terms),
            all(holds(term, shown.names) for term in query.terms),
            all(holds(term, text, whole=True) for term in query.terms),
            all(holds(term, text) for term in query.terms),
            any(english) and all(said),
            any(tags) and all(holds(term, text) or bool(under & shown.tags) for term, under in zip(query.terms, tags, strict=True)),
        ]
        if any(steps):
            found.append((steps.index(True), shown.sort, *ref))
    return [(kind, record_id) for _, _, kind, record_id in sorted(found)]


def refs_at(copy: sqlite3.Connection, found: list[int]) -> list[Ref]:
    return [(row.kind, row.id) for row in reader.rows(copy, found)]


@given(catalogues(), st.lists(QUERIES, min_size=1, max_size=4))
@settings(max_examples=HALF)
@example(
    {("exchanges", "x_1"): {"id": "x_1", "sender": "a"}, ("partners", "un-north"): {"id": "un-north", "name": "Sun"}}, ["x", "north", "x_1"]
)
@example({("partners", "a"): {"id": "a", "name": "Guinea-Bissau"}}, ["guineab", "guinea b", "bissau", "guinea-bissau x"])
@example(
    {
        ("areas", "a"): {"id": "a", "synonyms": [{"en": "clean energy", "fr": "énergie propre"}]},
        ("partners", "b"): {"id": "b", "areas": ["a"]},
    },
    ["énergie"],
)
def test_a_search_finds_what_the_model_finds_in_its_order(catalogue: Catalogue, queries: list[str]) -> None:
    with copy_of(catalogue) as copy:
        for asked in queries:
            query = parse(asked)
            assume(query.terms and len(query.phrase) < SORT_LENGTH)
            should = expected(catalogue, asked)
            results = search(copy, asked)
            if should:
                assert results.forgiven == {}
                assert refs_at(copy, results.places(copy, limit=1000)) == should
            else:
                assert results.forgiven or results.places(copy) == []


@given(catalogues(), QUERIES, st.sampled_from(list(ORDERS)), st.sampled_from([None, "partners"]))
@example({("partners", "a"): {"id": "a", "name": "Ko Ica"}}, "koica", "newest", None)
@example({("partners", "un-north"): {"id": "un-north"}}, "un north", "country", "partners")
@settings(max_examples=HALF)
def test_every_order_finds_the_same(catalogue: Catalogue, asked: str, order: str, kind: str | None) -> None:
    with copy_of(catalogue) as copy:
        best = search(copy, asked, kind)
        assume(not best.forgiven)
        other = search(copy, asked, kind, order)
        assert sorted(other.places(copy, limit=1000)) == sorted(best.places(copy, limit=1000))
        assert everything(copy, parse(asked), kind).count(copy) == best.total(copy)


@settings(max_examples=HALF)
@given(
    catalogues(),
    st.one_of(QUERIES, st.just("")),
    st.sampled_from(list(ORDERS)),
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 6)), max_size=6),
)
def test_pages_are_slices_and_no_record_comes_twice(catalogue: Catalogue, asked: str, order: str, pages: list[tuple[int, int]]) -> None:
    with copy_of(catalogue) as copy:
        whole = search(copy, asked, None, order).places(copy, limit=1000)
        assert len(whole) == len(set(whole)) == search(copy, asked, None, order).total(copy)
        results = search(copy, asked, None, order)
        assert [results.places(copy, offset, limit) for offset, limit in pages] == [
            whole[offset : offset + limit] for offset, limit in pages
        ]
        one_by_one = [search(copy, asked, None, order).places(copy, offset, 1) for offset in range(len(whole) + 1)]
        assert one_by_one == [*([place] for place in whole), []]


# Step by step against all at once.

CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("store"), catalogues()),
        st.tuples(st.just("remove"), st.lists(REFS, max_size=4).map(dict.fromkeys)),
    ),
    max_size=5,
)
TABLES = [table for table in projections.TABLES if table not in ("entry", "entry_search", "word")]
"""All but the list and its index, which are compared in their order, and the words, which are never taken out."""


def everything_projected(copy: sqlite3.Connection) -> dict[str, Any]:
    """The rows of every projected table, the list in its order and without its places."""
    in_order = [row[1:] for row in copy.execute("SELECT * FROM entry ORDER BY place")]
    known = {row[0] for row in copy.execute("SELECT word FROM word")}
    assert {word for row in copy.execute("SELECT name FROM entry") for word in row[0].split()} <= known
    return {"entry": in_order} | {table: sorted(copy.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


@pytest.mark.parametrize("gap", [places.GAP, 64], ids=["wide gaps", "narrow gaps"])
@given(start=catalogues(), changes=CHANGES, queries=st.lists(QUERIES, max_size=2))
@settings(max_examples=HALF)
def test_changes_one_after_the_other_end_where_all_at_once_ends(
    gap: int, start: Catalogue, changes: list[tuple[str, Catalogue]], queries: list[str]
) -> None:
    final = dict(start)
    with pytest.MonkeyPatch.context() as patch, copy_of(start) as copy:
        patch.setattr(places, "GAP", gap)
        for change, of in changes:
            if change == "store":
                store_documents(copy, [(kind, document) for (kind, _), document in of.items()])
                final |= of
            else:
                remove_documents(copy, of)
                final = {ref: document for ref, document in final.items() if ref not in of}
            check_index(copy)
        with copy_of(final) as anew:
            assert everything_projected(copy) == everything_projected(anew)
            for asked in queries:
                mine, theirs = search(copy, asked), search(anew, asked)
                assert mine.forgiven == theirs.forgiven
                assert refs_at(copy, mine.places(copy, limit=1000)) == refs_at(anew, theirs.places(anew, limit=1000))


@given(catalogues(), st.randoms(use_true_random=False))
@settings(max_examples=HALF // 2)
def test_the_order_in_which_documents_come_makes_no_difference(catalogue: Catalogue, random: Any) -> None:
    shuffled = list(catalogue.items())
    random.shuffle(shuffled)
    with copy_of(catalogue) as at_once, copy_of({}) as one_by_one:
        for (kind, _), document in shuffled:
            store_documents(one_by_one, [(kind, document)])
        check_index(one_by_one)
        assert everything_projected(one_by_one) == everything_projected(at_once)


@given(st.lists(NAMES, min_size=1, max_size=30))
@settings(max_examples=HALF // 2)
def test_names_one_after_the_other_keep_their_order_in_narrow_gaps(names: list[str]) -> None:
    catalogue: Catalogue = {("partners", f"p{number}"): {"id": f"p{number}", "name": clean(name)} for number, name in enumerate(names)}
    with pytest.MonkeyPatch.context() as patch, copy_of({}) as copy:
        patch.setattr(places, "GAP", 8)
        for (kind, _), document in catalogue.items():
            store_documents(copy, [(kind, document)])
        check_index(copy)
        in_order = copy.execute("SELECT kind, id FROM entry ORDER BY place").fetchall()
        assert in_order == sorted(catalogue, key=lambda ref: (seen(catalogue, ref).sort, *ref))
