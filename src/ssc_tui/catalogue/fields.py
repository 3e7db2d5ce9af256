"""What a form asks for each kind of record: the fields of its model in their order, each with the sort of value that it takes.

What the model does not know, and what only the server sets, is in no form, and so stays in the document as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from ssc_tui.catalogue.documents import MODELS
from ssc_tui.catalogue.parts import (
    Amount,
    Code,
    Count,
    Country,
    Latitude,
    Longitude,
    Number,
    Part,
    Ref,
    Round,
    Synonym,
    Translations,
    Year,
)
from ssc_tui.catalogue.values import ITEMS_OF
from ssc_tui.i18n import _


class Sort(Enum):
    """What is typed into a field."""

    TEXT = "text"
    LONG = "long text"
    CODE = "code"
    COUNTRY = "country"
    RECORD = "record"
    ITEM = "item of a list of a partner"
    WHOLE = "whole number"
    NUMBER = "number"
    ROUND = "number or name"
    YES_NO = "yes or no"
    JSON = "value"
    ITEMS = "items"
    WORDS = "words by language"
    PHRASES = "phrases, each in no language or in several"


class Field(NamedTuple):
    """A field of a form.

    Attributes:
        path: the names that lead to it from the object of the form; two where that holds an object with fields of its own.
        sort: what is typed into it.
        of: the code list of a `CODE`; the kind that a `RECORD` names, empty for `kind/id` of any kind; of an `ITEM` the list that holds it.
        whose: the field that names the partner whose item it is.
        many: whether it holds a set of such values.
        loose: whether what is no code and no record is taken as words.
        whole: whether its codes are numbers in the document.
        required: whether its object is none without it.
        items: the fields of the objects in a list of `ITEMS`.
        keyed: whether its items have ids, which nobody types.
    """

    path: tuple[str, ...]
    sort: Sort
    of: str = ""
    many: bool = False
    loose: bool = False
    whole: bool = False
    required: bool = False
    items: tuple[Field, ...] = ()
    keyed: bool = False
    whose: str = ""

    @property
    def name(self) -> str:
        """The path in one word, as `catalogue.merge.path_text` writes it."""
        return ".".join(self.path)

    @property
    def is_list(self) -> bool:
        """Whether it is filled in item by item, each in a form of its own."""
        return self.sort in (Sort.ITEMS, Sort.WORDS, Sort.PHRASES)


HIDDEN = ("id", "last_modified")
"""What nobody types."""

LONG = ("description", "abstract", "challenge", "note")
"""Texts that may have several lines."""

LANGUAGES = ("languages", "language")
"""Texts that are codes of languages where they can be."""

NAMED = MappingProxyType(
    {
        "areas": "areas", "area": "areas", "fund": "funds", "project": "projects", "partner": "partners", "present": "partners",
        "requested_by": "partners", "sender": "partners", "host": "partners", "from": "partners", "to": "partners",
        "provider": "partners", "publisher": "partners", "manager": "partners", "contributors": "partners",
    }
)  # fmt: skip
"""The kind of the records that a field names by their ids; `parent` names one of its own kind."""

LANGUAGE_FIELD = Field(("language",), Sort.CODE, of="language", loose=True, required=True)
TEXT_FIELD = Field(("text",), Sort.TEXT, required=True)
"""The two fields of a name in another language."""

PHRASE = "text"
"""What a phrase in no particular language is called among those by language."""

PHRASE_FIELDS = tuple(Field((name,), Sort.TEXT) for name in (PHRASE, "en", "fr", "es", "pt"))
"""The fields of a phrase: in no particular language, or in those of the catalogue."""

_SORTS: tuple[tuple[Any, Sort], ...] = (
    (Country, Sort.COUNTRY), (Year, Sort.WHOLE), (Count, Sort.WHOLE), (int, Sort.WHOLE), (Amount, Sort.NUMBER), (Number, Sort.NUMBER),
    (Latitude, Sort.NUMBER), (Longitude, Sort.NUMBER), (Round, Sort.ROUND), (Synonym, Sort.PHRASES), (Ref, Sort.RECORD),
    (bool, Sort.YES_NO), (Translations, Sort.WORDS),
)  # fmt: skip


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """The fields of a kind, in the order of its model: its own, then those that every kind has.

    Raises:
        KeyError: format 1 has no such kind.
    """
    return tuple(_fields(MODELS[kind], kind))


def fields_of(kind: str, document: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields for a document: one whose value is not of its sort is typed as JSON, so that nothing in it is lost."""
    odd = {field.path[0] for field in fields(kind) if not _fits(field, document)}
    found = (Field(field.path[:1], Sort.JSON) if field.path[0] in odd else field for field in fields(kind))
    return tuple({field.path: field for field in found}.values())


def item_fields(field: Field, item: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of an item of a list; one whose value is not of its sort is typed as JSON."""
    if field.sort is Sort.PHRASES:
        return (*field.items, *(Field((name,), Sort.TEXT) for name in item if name not in {each.name for each in field.items}))
    return tuple(each if _fits(each, item) else Field(each.path, Sort.JSON) for each in field.items)


def value_of(field: Field, document: Mapping[str, Any]) -> Any:
    """What an object holds in the field; None where it does not state it."""
    value: Any = document
    for step in field.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def with_value_of(field: Field, document: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """The object with another value in the field; without it where that is None."""
    first, *rest = field.path
    if rest:
        held = document.get(first)
        value = with_value_of(field._replace(path=tuple(rest)), held if isinstance(held, Mapping) else {}, value) or None
    changed = {**document, first: value}
    if value is None:
        del changed[first]
    return changed


def as_items(field: Field, value: Any) -> list[dict[str, Any]]:
    """The items of a list as objects, also where the document holds names by their language."""
    if field.sort is Sort.WORDS:
        return [{"language": language, "text": text} for language, text in (value or {}).items()]
    return [{PHRASE: item} if isinstance(item, str) else dict(item) for item in value or ()]


def from_items(field: Field, items: list[dict[str, Any]]) -> Any:
    """What the document holds for the items; None for none."""
    if field.sort is Sort.WORDS:
        return {item.get("language", ""): item.get("text", "") for item in items} or None
    if field.sort is Sort.PHRASES:
        return [item[PHRASE] if set(item) == {PHRASE} else item for item in items if item] or None
    return items or None


def at_odds(field: Field, item: Mapping[str, Any]) -> str:
    """Why an item cannot be, by what is in its fields together, in a sentence; empty where it can."""
    if field.sort is not Sort.PHRASES:
        return ""
    if not item:
        return _("is required")
    return _("stands in no language, or beside the words of others: take one of both away") if PHRASE in item and len(item) > 1 else ""


def _fields(model: type[Part], kind: str) -> Iterator[Field]:
    shared = set(_shared()) if kind in MODELS else set()
    own = [name for name in model.model_fields if name not in shared]
    hints = get_type_hints(model, include_extras=True)
    for name in (*own, *(name for name in model.model_fields if name in shared)):
        info = model.model_fields[name]
        shown = info.alias or name
        if shown not in HIDDEN:
            yield from _described((shown,), hints[name], kind, info.is_required())


def _shared() -> Iterator[str]:
    """Names of the fields that every kind has."""
    return iter(set.intersection(*(set(model.model_fields) for model in MODELS.values())))


def _described(path: tuple[str, ...], hint: Any, kind: str, required: bool) -> Iterator[Field]:
    """The field of a name in a model; several for an object with fields of its own."""
    hint, marks = _unmarked(hint)
    many = get_origin(hint) is list
    if many:
        (hint,) = get_args(hint)
    name = path[-1]
    code = next((mark for mark in marks if isinstance(mark, Code)), None)
    if isinstance(hint, type) and issubclass(hint, Part):
        inner = tuple(_fields(hint, ""))
        if many:
            yield Field(path, Sort.ITEMS, items=inner, required=required, keyed="id" in hint.model_fields)
        else:
            yield from (field._replace(path=(*path, *field.path), required=False) for field in inner)
    elif code:
        yield Field(path, Sort.CODE, code.list_name, many, whole=hint is int, required=required)
    elif name in LANGUAGES:
        yield Field(path, Sort.CODE, "language", many, loose=True, required=required)
    elif name in NAMED or name == "parent":
        # A field that has no form of an id takes words too.
        yield Field(path, Sort.RECORD, NAMED.get(name, kind), many, loose=not marks, required=required)
    elif name in ITEMS_OF:
        whose, of = ITEMS_OF[name]
        yield Field(path, Sort.ITEM, of, loose=True, whose=whose)
    else:
        sort = next((sort for form, sort in _SORTS if form == hint), Sort.LONG if name in LONG else Sort.TEXT)
        items = {Sort.WORDS: (LANGUAGE_FIELD, TEXT_FIELD), Sort.PHRASES: PHRASE_FIELDS}.get(sort, ())
        yield Field(path, sort, "", many and sort is not Sort.PHRASES, required=required, items=items)


def _unmarked(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A hint without what marks it, and without None."""
    marks: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated and any(hint == form for form, _sort in _SORTS):
            return hint, marks
        if get_origin(hint) is Annotated:
            marks += hint.__metadata__
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint):
            hint = Union[tuple(each for each in get_args(hint) if each is not NoneType)]  # noqa: UP007
        else:
            return hint, marks


def _fits(field: Field, document: Mapping[str, Any]) -> bool:
    """Whether the value can be typed as the field takes it."""
    if len(field.path) > 1 and not isinstance(document.get(field.path[0], {}), Mapping | None):
        return False
    value = value_of(field, document)
    if value is None:
        return field.path[0] not in document or len(field.path) > 1
    if field.sort is Sort.ITEMS:
        return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)
    if field.sort is Sort.WORDS:
        return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())
    if field.sort is Sort.PHRASES:
        return isinstance(value, list) and all(isinstance(each, str) or _is_by_language(each) for each in value)
    if field.many:
        return isinstance(value, list) and all(_is_of(field, item) for item in value)
    return _is_of(field, value)


def _is_by_language(phrase: Any) -> bool:
    return isinstance(phrase, Mapping) and bool(phrase) and PHRASE not in phrase and all(isinstance(text, str) for text in phrase.values())


def _is_of(field: Field, value: Any) -> bool:
    match field.sort:
        case Sort.JSON:
            return True
        case Sort.WHOLE:
            return isinstance(value, int) and not isinstance(value, bool)
        case Sort.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Sort.ROUND:
            return isinstance(value, int | str) and not isinstance(value, bool)
        case Sort.YES_NO:
            return isinstance(value, bool)
        case Sort.CODE if field.whole:
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return isinstance(value, str)
