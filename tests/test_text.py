from __future__ import annotations

import json
import re
import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ssc_tui import text
from ssc_tui.text import (
    SORT_LENGTH,
    cell_width,
    clean,
    clean_all,
    fit,
    is_clean_json,
    one_line,
    slug,
    sort_key,
    takes_out,
    terms,
    words,
    wrap,
)

ANY = st.text(st.characters())
"""Every code point, half surrogates too."""

LIVELY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("'’ʼ-–./&_ \t\n\"،।"),
        st.sampled_from("\x1b\x07\x9b\x9c\x9d[]\\;mP0"),
        st.sampled_from("الوبفكلةىءآأإ"),
        st.sampled_from("北京大学ไทยかな한"),
        st.sampled_from("łøđæœþıŋɓɗßİéñạẞſK"),
    )
)
"""Texts in which what the folding and the cleaning look for comes often."""


def satisfied(asked: list[text.Term], tokens: list[str]) -> bool:
    """Every term has an alternative, all of whose tokens begin some token of the record."""
    return all(any(all(any(token.startswith(begun) for token in tokens) for begun in group) for group in term) for term in asked)


def finds(query: str, name: str) -> bool:
    asked = terms(query)
    return bool(asked) and satisfied(asked, words(name))


# Cleaning.


def is_unsafe(char: str) -> bool:
    steering = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
    return char in steering or (unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in "\t\n")


@given(ANY | LIVELY)
@example("\x1b\x1b[31m[31m")
@example("\x1b\x00[31m")
@example("\r\x00\n")
@example("\ud83d\udc68")
def test_nothing_that_drives_a_terminal_is_left(given_text: str) -> None:
    assert [char for char in clean(given_text) if is_unsafe(char)] == []


@given(ANY | LIVELY)
@example("e\x00\u0301")
@example("\x9b\x1b[")
@example("\r\x1b[m\n")
def test_cleaning_twice_changes_nothing(given_text: str) -> None:
    once = clean(given_text)
    assert clean(once) == once


@given(ANY | LIVELY)
def test_cleaned_text_fits_into_a_file_and_is_composed(given_text: str) -> None:
    cleaned = clean(given_text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(st.text(st.characters(exclude_categories=("C", "Z", "M"))))
def test_harmless_text_is_only_composed(given_text: str) -> None:
    assert clean(given_text) == unicodedata.normalize("NFC", given_text)


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("plain ASCII", "plain ASCII"),
        ("a\x1b[31;1mb\x1b[0mc", "abc"),
        ("a\x9b31mb", "ab"),
        ("a\x1b]52;c;eA==\x1b\\b", "ab"),
        ("a\x1b]52;c;eA==\x07b", "ab"),
        ("a\x9d52;c;eA==\x9cb", "ab"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x90q\x9cb", "ab"),
        ("a\x1b_app\x07b\x1b^pm\x07c\x1bXsos\x07d", "abcd"),
        ("a\x1b]52;c;eA==", "a52;c;eA=="),
        ("a\x1bcb\x1b(Bc\x1b7d", "abcd"),
        ("a\x1b", "a"),
        ("a\x00\x07\x08\x0b\x0c\x0e\x7f\x80\x9fb", "ab"),
        ("a\u202eb\u202c\u2066c\u2069\ufeff", "abc"),
        ("a\rb\r\nc\x85d\u2028e\u2029f\ng\th", "a\nb\nc\nd\ne\nf\ng\th"),
        ("a\ud800b", "a\ufffdb"),
        ("e\u0301", "é"),
    ],
)
def test_clean(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


@pytest.mark.parametrize(
    ("text", "so"),
    [("a\x00b", True), ("\x1b[2J", True), ("a\ud800", True), ("\u202ea", True), ("a\r\nb\u2028c\rd", False), ("u\u0301", False)],
)
def test_what_loses_characters_when_it_is_cleaned(text: str, so: bool) -> None:
    assert takes_out(text) is so


@pytest.mark.parametrize("kept", ["می\u200cخواهم", "क्\u200dष", "👨\u200d👩\u200d👧\u200d👦", "a\u200eb\u200fc", "Ko\u0328\u0301"])
def test_joiners_and_direction_marks_stay(kept: str) -> None:
    assert clean(kept) == unicodedata.normalize("NFC", kept)


def test_openers_of_strings_that_never_end_are_passed_over_once() -> None:
    assert clean("\x9d" * 400_000 + "a") == "a"


def test_nasty_text_is_clean(nasty: str) -> None:
    assert [char for char in clean(nasty) if is_unsafe(char)] == []


@given(ANY | LIVELY)
def test_one_line_has_single_blanks_and_no_ends(given_text: str) -> None:
    line = one_line(given_text)
    assert line == " ".join(clean(given_text).split())
    assert not re.search(r"\s{2}|\A\s|\s\Z|[^\S ]", line)


def test_one_line() -> None:
    assert one_line("  a\t\tb\u2028c\u00a0d \x1b[1me\n") == "a b c d e"


def test_clean_all_cleans_values_and_names_of_fields() -> None:
    dirty: dict[str, Any] = {"na\x00me": ["a\x1b[1mb", {"deep\u202e": "c\rd"}, 5, None, 1.5, True], "n": {}}
    assert clean_all(dirty) == {"name": ["ab", {"deep": "c\nd"}, 5, None, 1.5, True], "n": {}}


def json_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
@example({"a\u0338": "=\u0338"})
@example(["\u0338"])
def test_what_is_clean_as_json_is_clean_in_all_its_texts(value: Any) -> None:
    assert not is_clean_json(json_of(value)) or clean_all(value) == value


def test_nothing_harmful_is_clean_as_json(nasty: str) -> None:
    value = {"name": [nasty], nasty: 1}
    assert is_clean_json(json_of(value)) <= (clean_all(value) == value)


@pytest.mark.parametrize("given_text", ["Førde", "الصحة", "two\nlines\tand a tab", '"quoted" and C:/', "東京", "👩‍🌾"])
def test_what_is_common_is_found_clean_at_once(given_text: str) -> None:
    assert is_clean_json(json_of({"name": given_text}))


@pytest.mark.parametrize("harmful", ["\x1b[2J", "a\rb", "\b", "\x00", "\x7f", "\u202e", "\ud800", "A\u030a"])
def test_what_is_harmful_is_not_clean_as_json(harmful: str) -> None:
    assert not is_clean_json(json_of({"name": harmful}))
    assert not is_clean_json(json_of({harmful: 1}))


# Folding.


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Łódź", ["lodz"]),
        ("København", ["kobenhavn"]),
        ("Straße", ["strasse"]),
        ("ẞ", ["ss"]),
        ("Đà Nẵng", ["da", "nang"]),
        ("Æsir œuvre", ["aesir", "oeuvre"]),
        ("Þórr ð", ["thorr", "d"]),
        ("Diyarbakır İzmir", ["diyarbakir", "izmir"]),
        ("Ħal Ŋ Ŧ", ["hal", "n", "t"]),
        ("ƙarfi ɓera ɗan ƴan", ["karfi", "bera", "dan", "yan"]),
        ("Ɓ Ɗ Ƙ", ["b", "d", "k"]),
        ("Ɛʋe Ɔ ɣ ə", ["eʋe", "o", "g", "e"]),
        ("ＮＯＲＥＣ", ["norec"]),
        ("ﬁne", ["fine"]),
        ("plain WORDS Plain", ["plain", "words"]),
        ("N'Djamena", ["n", "djamena", "ndjamena"]),
        ("N’Djamena", ["n", "djamena", "ndjamena"]),
        ("Guinea-Bissau", ["guinea", "bissau", "guineabissau"]),
        ("Guinea–Bissau", ["guinea", "bissau", "guineabissau"]),
        ("COVID-19", ["covid", "19", "covid19"]),
        ("U.N.D.P.", ["u", "n", "d", "p", "undp"]),
        ("R&D and/or snake_case", ["r", "d", "rd", "and", "or", "andor", "snake", "case", "snakecase"]),
        ("solar, (wind); “water”!", ["solar", "wind", "water"]),
        ("'quoted'", ["quoted"]),
        ("2019 ٢٠١٩ २०१९", ["2019"]),
        ("القاهرة", ["القاهره", "قاهره"]),
        ("والتعليم", ["والتعليم", "تعليم"]),
        ("للتعاون", ["للتعاون", "تعاون"]),
        ("ال", ["ال"]),
        ("أحمد إحسان آمال", ["احمد", "احسان", "امال"]),
        ("مستشفى کتاب ی", ["مستشفي", "كتاب", "ي"]),
        ("شـــيء", ["شي"]),
        ("اَلْعَرَبِيَّة", ["العربيه", "عربيه"]),
        ("北京大学", ["北京", "京大", "大学", "学"]),
        ("大", ["大"]),
        ("日本JICA本部", ["日本", "本", "jica", "本部", "部"]),
        ("한국", [unicodedata.normalize("NFKD", "한국")]),
        ("", []),
        ("---", []),
        ("'", []),
    ],
)
def test_words(name: str, tokens: list[str]) -> None:
    assert words(name) == tokens


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("lodz", "Łódź"),
        ("Łódź", "lodz"),
        ("kobenhavn", "København"),
        ("strasse", "Straße"),
        ("da nang", "Đà Nẵng"),
        ("ndjamena", "N'Djamena"),
        ("n'djamena", "N'Djamena"),
        ("n’djamena", "N'Djamena"),
        ("n djamena", "N'Djamena"),
        ("djamena", "N'Djamena"),
        ("n'djamena", "Ndjamena"),
        ("n'dja", "N'Djamena"),
        ("l'énergie", "Énergie solaire"),
        ("d'énergie", "énergie"),
        ("l’energie", "Accès à l'énergie"),
        ("energie", "Accès à l'énergie"),
        ("qu'energie", "énergie"),
        ("guinea-bissau", "Guinea Bissau"),
        ("guinea bissau", "Guinea-Bissau"),
        ("guineabissau", "Guinea-Bissau"),
        ("bissau", "Guinea-Bissau"),
        ("covid-19", "COVID 19"),
        ("covid19", "COVID-19"),
        ("covid", "COVID-19"),
        ("undp", "U.N.D.P."),
        ("u.n.d.p.", "UNDP"),
        ("u.n.d.p.", "U N D P"),
        ("u.n.d", "U.N.D.P."),
        ("قاهرة", "القاهرة"),
        ("القاهرة", "قاهرة"),
        ("القاهره", "القاهرة"),
        ("قاهره", "القاهرة"),
        ("القا", "القاهرة"),
        ("احمد", "أحمد"),
        ("أحمد", "احمد"),
        ("مستشفي", "مستشفى"),
        ("إلكترونية", "الخدمات الإلكترونية"),
        ("الإلكترونية", "خدمات إلكترونية"),
        ("التزام", "الالتزام"),
        ("大学", "北京大学"),
        ("北京大学", "北京大学"),
        ("学", "北京大学"),
        ("京", "北京大学"),
        ("北京 大学", "北京大学"),
        ("ไทย", "ประเทศไทย"),
        ("2019", "٢٠١٩"),
        ("٢٠١٩", "2019"),
        ("२०१९", "2019"),
        ("norec", "ＮＯＲＥＣ"),
        ("नेपाल", "नेपाल सरकार"),
        ("स्वास्थ्य", "नेपाल स्वास्थ्य"),
        ("می\u200cخواهم", "میخواهم"),
        ("coop\u00aderation", "cooperation"),
        ("coop\u200beration", "cooperation"),
        ("\u200fcooperation\u200e", "cooperation"),
    ],
)
def test_query_finds_name(query: str, name: str) -> None:
    assert finds(query, name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("djamenas", "N'Djamena"),
        ("solar water", "Solar energy"),
        ("guinea-conakry", "Guinea-Bissau"),
        ("学北", "北京大学"),
        ("大京", "北京大学"),
        ("北大", "北京大学"),
        ("กรุง", "ประเทศไทย"),
        ("नल", "नेपाल"),
        ("नेपाल", "नगर पालिका लागि"),
        ("ဒေသ", "မြန်မာ ဒီ သူ"),
        ("norge", "norec"),
        ("anything", ""),
    ],
)
def test_query_does_not_find_name(query: str, name: str) -> None:
    assert not finds(query, name)


@pytest.mark.parametrize("word", ["नेपाल", "স্বাস্থ্য", "தமிழ்", "తెలుగు", "සිංහල"])
def test_a_word_with_vowel_signs_is_one_word(word: str) -> None:
    assert len(words(word)) == 1


@pytest.mark.parametrize(("one", "other"), [("नेपाल", "निपुल"), ("কলা", "কলি"), ("มี", "มิ")])
def test_words_that_differ_in_vowels_sort_apart(one: str, other: str) -> None:
    assert sort_key(one) != sort_key(other)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("solar", [(("solar",),)]),
        ("Solar solar", [(("solar",),)]),
        ("solar wind", [(("solar",),), (("wind",),)]),
        ("d'énergie", [(("denergie",), ("energie",))]),
        ("n'djamena", [(("ndjamena",), ("djamena",))]),
        ("guinea-bissau", [(("guineabissau",), ("guinea", "bissau"))]),
        ("北京大学", [(("北京", "京大", "大学"),)]),
        ("京", [(("京",),)]),
        ("-solar", [(("solar",),)]),
        ("'", []),
        ("& - / _", []),
    ],
)
def test_terms(query: str, expected: list[text.Term]) -> None:
    assert terms(query) == expected


@given(ANY | LIVELY)
@example("d'_/d'_")
@example("الالتزام")
@example("ͅ")
def test_every_text_finds_itself(given_text: str) -> None:
    assert satisfied(terms(given_text), words(given_text))


@given(ANY | LIVELY)
@example("والالتزام")
@example("ÃŸẞİıſK")
@example("﷽ ﷺ")
def test_every_word_of_a_text_finds_it(given_text: str) -> None:
    tokens = words(given_text)
    assert [word for word in tokens if not satisfied(terms(word), tokens)] == []


@given(ANY | LIVELY)
def test_words_are_folded_and_each_is_there_once(given_text: str) -> None:
    tokens = words(given_text)
    assert tokens == list(dict.fromkeys(tokens))
    assert [token for token in tokens if not token or token != token.casefold() or re.search(r"[\s\"'*^():_-]", token)] == []


@given(ANY | LIVELY | st.text(st.characters(min_codepoint=0x900, max_codepoint=0x18FF)))
@example("འབྲུག་ཡུལ།")
@example("မြန်မာ၊ ဒေသ။")
@example("ភាសាខ្មែរ។")
@example("๏ไทย๚")
@example("नेपाल।")
def test_no_word_holds_a_sign_of_punctuation(given_text: str) -> None:
    assert [char for word in words(given_text) for char in word if unicodedata.category(char).startswith("P")] == []


@given(ANY | LIVELY)
def test_terms_hold_no_empty_alternative_and_nothing_that_steers_the_index(given_text: str) -> None:
    asked = terms(given_text)
    assert all(term and all(term) for term in asked)
    assert [token for term in asked for group in term for token in group if not token or re.search(r"[\s\"*^():_-]", token)] == []


@given(ANY | LIVELY, ANY | LIVELY)
def test_more_words_ask_for_more(one: str, other: str) -> None:
    assert set(terms(f"{one} {other}")) == {*terms(one), *terms(other)}


# Sorting.


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Łódź", "lodz"),
        ("N'Djamena", "ndjamena"),
        ("Guinea-Bissau", "guinea bissau"),
        ("The  “Grand” Café, 2nd ed.", "the grand cafe 2nd ed"),
        ("القاهرة", "القاهره"),
        ("北京", "北京"),
        ("※", ""),
        ("", ""),
        ("a" * 500, "a" * SORT_LENGTH),
        ("-" * 600 + "a", ""),
    ],
)
def test_sort_key(name: str, key: str) -> None:
    assert sort_key(name) == key


@given(ANY | LIVELY)
def test_sort_key_of_a_sort_key_is_itself(given_text: str) -> None:
    key = sort_key(given_text)
    assert sort_key(key) == key.strip()
    assert len(key) <= SORT_LENGTH


@given(ANY | LIVELY, st.integers(0, 12))
def test_what_begins_a_name_begins_its_sort_key(given_text: str, cut: int) -> None:
    key = sort_key(given_text)
    assert key.startswith(sort_key(key[:cut]))


def test_nasty_text_folds(nasty: str) -> None:
    assert satisfied(terms(nasty), words(nasty))
    assert not set("\"'()*^:\x00\x1b\n") & set(sort_key(nasty))


@pytest.mark.parametrize(("name", "expected"), [("Eastern Africa", "eastern-africa"), ("Côte d'Ivoire", "cote-divoire"), ("", "")])
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


# Measuring.


@pytest.mark.parametrize(
    ("shown", "width"),
    [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("北京", 4), ("ｱ", 1), ("Ａ", 2), ("a\u200db", 2), ("कि", 2), ("…", 1), ("👍", 2)],
)
def test_cell_width(shown: str, width: int) -> None:
    assert cell_width(shown) == width


@pytest.mark.parametrize(
    ("shown", "width", "expected"),
    [
        ("abc", 5, "abc  "),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("北京大学", 8, "北京大学"),
        ("北京大学", 6, "北京… "),
        ("北京大学", 5, "北京…"),
        ("北京", 2, "… "),
        ("北京", 1, "…"),
        ("abc", 0, ""),
        ("北京", 0, ""),
        ("", 2, "  "),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_fit(shown: str, width: int, expected: str) -> None:
    assert fit(shown, width) == expected


@given(LIVELY, st.integers(0, 30))
def test_fitted_text_takes_exactly_its_columns(given_text: str, width: int) -> None:
    assert cell_width(fit(given_text, width)) == width


@pytest.mark.parametrize(
    ("shown", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("one  two\nthree", 20, ["one two", "three"]),
        ("one\n\ntwo", 5, ["one", "", "two"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a bcdefgh i", 4, ["a", "bcde", "fgh", "i"]),
        ("a bcdefg h", 4, ["a", "bcde", "fg h"]),
        ("abcdef", 3, ["abc", "def"]),
        ("北京大学", 4, ["北京", "大学"]),
        ("北京大学", 5, ["北京", "大学"]),
        ("北京", 1, ["北", "京"]),
        ("e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]),
    ],
)
def test_wrap(shown: str, width: int, lines: list[str]) -> None:
    assert wrap(shown, width) == lines


@given(LIVELY, st.integers(2, 20))
def test_wrapped_lines_fit_and_hold_every_word(given_text: str, width: int) -> None:
    lines = wrap(given_text, width)
    assert [line for line in lines if cell_width(line) > width] == []
    assert "".join("".join(lines).split()) == "".join(given_text.split())


@given(st.lists(st.text("abcé", min_size=1, max_size=6), min_size=1), st.integers(6, 20))
def test_wrapping_fills_each_line(tokens: list[str], width: int) -> None:
    lines = wrap(" ".join(tokens), width)
    assert " ".join(lines).split() == tokens
    assert [line for line, after in pairwise(lines) if cell_width(line) + 1 + cell_width(after.split()[0]) <= width] == []


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_words_of_ascii_are_those_beside_any_other_letter(given_text: str) -> None:
    # Text that is all ASCII goes another, shorter way.
    assert [*words(given_text), "ж"] == words(given_text + " ж")
    assert f"{sort_key(given_text)} ж".strip() == sort_key(given_text + " ж")


@pytest.mark.parametrize(
    ("word", "width", "lines"),
    [
        ("expert-months", 12, ["expert-", "months"]),
        ("person-months-planned", 15, ["person-months-", "planned"]),
        ("-----", 2, ["--", "--", "-"]),
        ("a-bcdefgh", 4, ["a-", "bcde", "fgh"]),
        ("two expert-months", 7, ["two", "expert-", "months"]),
    ],
)
def test_a_word_that_is_longer_than_a_line_is_broken_behind_its_hyphen(word: str, width: int, lines: list[str]) -> None:
    assert wrap(word, width) == lines
