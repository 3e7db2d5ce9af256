"""What is typed into a field of a form as the value that it means, and a value as it is typed: words for codes, titles for records.

Whether a value can stand in a record is decided where every change is, in `fitness`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ssc_tui.catalogue.codes import CODES, label
from ssc_tui.catalogue.countries import countries, country_name
from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.fields import Field, Sort, from_items, with_value_of
from ssc_tui.catalogue.fitness import unfit
from ssc_tui.i18n import N_, _
from ssc_tui.text import as_json, folded, one_line, sort_key

_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}\Z")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_YES_NO = {"true": N_("yes"), "false": N_("no")}
_DECODER = json.JSONDecoder()
_QUOTE = '"'
"""What a part of a set begins with that may hold commas."""


class Chip(NamedTuple):
    """One part of a set as it was typed, and where it begins and ends in the line."""

    text: str
    start: int
    end: int


class Choice(NamedTuple):
    """Something that can be taken: what is then typed, and what is said of it."""

    text: str
    beside: str = ""


class Typed(NamedTuple):
    """What was typed: the value, None for none, and why the field cannot hold it; empty where it can."""

    value: Any
    wrong: str = ""


class Names:
    """The records that a form names: how each is written there, and which is meant by what is written."""

    def __init__(self) -> None:
        self._written: dict[str, str] = {}
        self._meant: dict[str, str] = {}

    def learn(self, reference: str, title: str) -> str:
        """Remember a record by its `kind/id`; returns how it is written, which no other one shares."""
        if reference not in self._written:
            name = one_line(title) or reference.partition("/")[2]
            if name in self._meant:
                name = f"{name} [{reference}]"
            self._written[reference] = name
            self._meant[name] = reference
        return self._written[reference]

    def mean(self, written: str, reference: str) -> None:
        """Remember what is meant by other words for a record, unless they mean something already."""
        self._meant.setdefault(written, reference)

    def written(self, field: Field, value: str) -> str:
        """The record that a field names, as it is written."""
        return self.learn(f"{field.of}/{value}" if field.of else value, "")

    def meant(self, field: Field, text: str) -> str | None:
        """What a field holds for what is written; None where no record is known by it."""
        reference = self._meant.get(text)
        if reference is None or not field.of:
            return reference
        kind, _slash, record_id = reference.partition("/")
        return record_id if kind == field.of else None


def shown(field: Field, value: Any, names: Names) -> str:
    """A value as it is typed; nothing for None."""
    if value is None:
        return ""
    if field.many:
        return ", ".join(_as_chip(field, item, names) for item in value)
    return _shown(field, value, names)


def read(field: Field, text: str, names: Names) -> Any:
    """The value that is meant; text that means none of the field's is the value itself, for a check to refuse."""
    if not field.many:
        return _read(field, text.strip(), names) if text.strip() else None
    values: list[Any] = []
    for chip in chips(text):
        value = _read_chip(field, chip.text, names)
        # In a set, what stands twice stands once.
        if not any(same(value, other) for other in values):
            values.append(value)
    return values or None


def typed(kind: str, place: Field | None, field: Field, text: str, held: Any, names: Names) -> Typed:
    """The value that is meant, and whether the field can hold it.

    Args:
        kind: of the record.
        place: the list whose item has the field; None where the record itself has it.
        field: the field.
        text: what was typed.
        held: what the field held before; that may stay, however odd.
        names: the records that are known.
    """
    value = read(field, text, names)
    return Typed(value, _unknown(field, text, held, names) or wrong(kind, place, field, value, held))


def wrong(kind: str, place: Field | None, field: Field, value: Any, held: Any) -> str:
    """Why a field cannot hold a value, in a sentence; empty where it can."""
    if same(value, held):
        return ""
    if value is None:
        return _("is required") if field.required else ""
    if field.sort is Sort.CODE and not field.loose and str(value) not in CODES[field.of]:
        return _("is none of the list; Enter shows it")
    before, after = (_within(place, with_value_of(field, {}, each)) for each in (held, value))
    whole = (place or field).path[0]
    here = f"{whole}[0].{field.name}" if place else field.name
    for problem in unfit(kind, before, after):
        where, _colon, reason = problem.partition(": ")
        if where in (whole, here) or where.startswith((f"{here}.", f"{here}[")):
            # Whoever types words looks for a country, not for a form of codes.
            said = _("is no country, and no code of one") if field.sort is Sort.COUNTRY else reason
            return _of_item(field, value, where.removeprefix(here), said)
    return ""


def chips(text: str) -> list[Chip]:
    """The parts of a set, between commas; one in quotation marks may hold commas."""
    return [chip for chip in _parts(text) if chip.text]


def chip_at(text: str, place: int) -> Chip:
    """The part in which a place of the line lies; an empty one between two commas too."""
    parts = list(_parts(text))
    return next((chip for chip in parts if place <= chip.end), parts[-1])


def with_chip(text: str, chip: Chip, new: str) -> tuple[str, int]:
    """The line with another part in place of one, ready for the next, and where that is typed."""
    head, tail = text[: chip.start], text[chip.end :]
    if head.strip() and not head[-1].isspace():
        head += " "
    line = f"{head}{quoted(new)}"
    return (f"{line}{tail}", len(line)) if tail.strip() else (f"{line}, ", len(line) + 2)


def quoted(text: str) -> str:
    """A text as a part of a set: in quotation marks where it could not be told from its neighbours."""
    plain = text and text[0] != _QUOTE and "," not in text and one_line(text) == text
    return text if plain else json.dumps(text, ensure_ascii=False)


def choices(field: Field, text: str) -> list[Choice]:
    """The codes, countries or answers whose words or code begin with what is typed, those first that begin so; all for nothing."""
    phrase = folded(text)
    found = [
        choice
        for code, choice, words in _all_choices(field)
        if code.startswith(text.strip().lower()) or all(any(word.startswith(each) for word in words) for each in phrase.split())
    ]
    return sorted(found, key=lambda choice: not folded(choice.text).startswith(phrase))


def _all_choices(field: Field) -> Iterator[tuple[str, Choice, list[str]]]:
    """Code, choice and the words under which it is found."""
    names = Names()
    match field.sort:
        case Sort.CODE:
            for code in CODES[field.of]:
                text = shown(field._replace(many=False), int(code) if field.whole else code, names)
                yield code.lower(), Choice(text, code if text != code else ""), folded(label(field.of, code)).split()
        case Sort.COUNTRY:
            for country in _countries_by_name():
                yield country.code.lower(), Choice(_shown(field, country.code, names), country.code), list(country.words)
        case Sort.YES_NO:
            for code, words in _YES_NO.items():
                yield code, Choice(_(words)), [_(words)]


class _Named(NamedTuple):
    code: str
    words: frozenset[str]


@cache
def _countries_by_name() -> tuple[_Named, ...]:
    """Every country in the order of names, with the words of its names."""
    found = sorted(countries().values(), key=lambda country: sort_key(country.name))
    return tuple(_Named(each.code, frozenset(word for name in each.names.values() for word in folded(name).split())) for each in found)


@cache
def _codes_of_countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for country in countries().values():
        for name in country.names.values():
            found.setdefault(sort_key(name), country.code)
    return found


def _shown(field: Field, value: Any, names: Names) -> str:
    match field.sort:
        case Sort.CODE:
            words = label(field.of, value)
            return words if same(_code(field, words), value) else str(value)
        case Sort.COUNTRY:
            name = country_name(value)
            return name if _country(name) == value else value
        case Sort.RECORD:
            return names.written(field, value)
        case Sort.YES_NO:
            return _(_YES_NO[str(value).lower()])
        case Sort.ROUND if isinstance(value, str) and not same(_round(value), value):
            return json.dumps(value, ensure_ascii=False)
        case Sort.JSON:
            return as_json(value)
        case _:
            return str(value)


def _read(field: Field, text: str, names: Names) -> Any:
    match field.sort:
        case Sort.CODE:
            return _code(field, text)
        case Sort.COUNTRY:
            return _country(text) or (text.upper() if len(text) == 2 else text)
        case Sort.RECORD:
            return names.meant(field, text) or text
        case Sort.YES_NO:
            return next((code == "true" for code, words in _YES_NO.items() if text.lower() in (code, _(words).lower())), text)
        case Sort.WHOLE:
            return _number(text, _WHOLE, int)
        case Sort.NUMBER:
            whole = _number(text, _WHOLE, int)
            return whole if isinstance(whole, int) else _number(text, _NUMBER, float)
        case Sort.ROUND:
            return _round(text)
        case Sort.JSON:
            return _json(text)
        case _:
            return text


def _as_chip(field: Field, value: Any, names: Names) -> str:
    return quoted(_shown(field, value, names))


def _read_chip(field: Field, text: str, names: Names) -> Any:
    inside = _json(text) if text[0] == _QUOTE else text
    return _read(field, inside if isinstance(inside, str) else text, names)


def _code(field: Field, text: str) -> Any:
    known = CODES[field.of]
    asked = folded(text)
    code = text if text in known else next((code for code in known if asked and folded(label(field.of, code)) == asked), text)
    return _number(code, _WHOLE, int) if field.whole else code


def _country(text: str) -> str | None:
    code = text.strip().upper()
    return code if code in countries() else _codes_of_countries().get(sort_key(text))


def _round(text: str) -> int | str:
    if text.startswith('"') and isinstance(inside := _json(text), str):
        return inside
    number: int | str = _number(text, _WHOLE, int)
    return number


def _number(text: str, form: re.Pattern[str], make: Callable[[str], Any]) -> Any:
    digits = _BETWEEN_DIGITS.sub("", text)
    return make(digits) if form.match(digits) else text


def _json(text: str) -> Any:
    def refuse(words: str) -> None:
        raise ValueError(words)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return text


def _parts(text: str) -> Iterator[Chip]:
    """The parts of a set, empty ones too."""
    start = 0
    while True:
        begin = start + len(text[start:]) - len(text[start:].lstrip())
        end = _end_of_quoted(text, begin)
        comma = text.find(",", end)
        stop = len(text) if comma < 0 else comma
        yield Chip(text[begin:stop].strip(), start, stop)
        if comma < 0:
            return
        start = comma + 1


def _end_of_quoted(text: str, begin: int) -> int:
    """Where what begins there with a quotation mark ends; the place itself where nothing is quoted."""
    if text[begin : begin + 1] != _QUOTE:
        return begin
    try:
        _value, end = _DECODER.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return begin
    return end


def _unknown(field: Field, text: str, held: Any, names: Names) -> str:
    """That a field names a record that nobody chose; empty where it does not."""
    if field.sort is not Sort.RECORD or field.loose:
        return ""
    written = [chip.text for chip in chips(text)] if field.many else [text.strip()] * bool(text.strip())
    before = held if isinstance(held, list) else [held]
    for each in written:
        value = _read_chip(field, each, names) if field.many else _read(field, each, names)
        inside = _json(each) if field.many and each[0] == '"' else each
        if value not in before and names.meant(field, str(inside)) is None:
            return _("{words} is not chosen yet: take a record with ↓ and Enter").format(words=one_line(str(inside)))
    return ""


def _within(place: Field | None, fields: dict[str, Any]) -> dict[str, Any]:
    """A record with no more than the fields of one object."""
    return {place.name: from_items(place, [fields])} if place else fields


def _of_item(field: Field, value: Any, rest: str, reason: str) -> str:
    """The reason, with the item of a set that it is about."""
    found = re.match(r"\[([0-9]+)\]", rest)
    if field.many and found and int(found[1]) < len(value):
        return f"{one_line(str(value[int(found[1])]))}: {reason}"
    return reason
