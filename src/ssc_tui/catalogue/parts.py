"""What documents are made of: forms of values, lists whose items can be told apart, and the objects inside.

A value of a wrong form gets one sentence, whatever is wrong with it. Codes have no form here: a code is kept
whether or not a list of `codes` holds it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator
from pydantic_core import PydanticCustomError

from ssc_tui.catalogue.kinds import ID
from ssc_tui.i18n import N_


def _form(sentence: str, holds: Callable[[Any], object] = lambda value: True) -> WrapValidator:
    """A check that says the same sentence for a wrong type and for a value of which `holds` is false."""

    def check(value: object, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            checked = handler(value)
        except ValidationError:
            checked = None
        if checked is None or not holds(checked):
            raise PydanticCustomError("form", sentence)
        return checked

    return WrapValidator(check)


_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}\Z")
_REF = re.compile(r"[a-z_]+/[a-z0-9][a-z0-9_-]*\Z")


def _is_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _is_finite(number: float) -> bool:
    # an int may be too large for a float, and is finite all the same
    return isinstance(number, int) or math.isfinite(number)


Id = Annotated[
    str,
    _form(N_("must be an id: small letters, digits, - and _, beginning with a letter or digit"), ID.match),
    WithJsonSchema({"type": "string", "pattern": f"^{ID.pattern[:-2]}$"}),
]
"""The id of a record, or of an item in a list."""

Ref = Annotated[
    str,
    _form(N_("must name a record as kind/id, such as partners/norec"), _REF.match),
    WithJsonSchema({"type": "string", "pattern": f"^{_REF.pattern[:-2]}$"}),
]
"""A record of any kind, those of later formats too, as `kind/id`."""

Date = Annotated[
    str,
    _form(N_("must be a date: 2024, 2024-05 or 2024-05-17"), _is_date),
    WithJsonSchema({"type": "string", "pattern": f"^{_DATE.pattern[:-2]}$"}),
]
"""An ISO 8601 date, shortened to what is known."""

Year = Annotated[
    int,
    _form(N_("must be a year of four digits"), lambda year: 1000 <= year <= 9999),
    WithJsonSchema({"type": "integer", "minimum": 1000, "maximum": 9999}),
]
"""A year of the Gregorian calendar."""

Country = Annotated[
    str,
    _form(N_("must be a country code of two capitals, such as KE"), re.compile(r"[A-Z]{2}\Z").match),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"}),
]
"""A country code in the form of ISO 3166-1 alpha-2."""

Currency = Annotated[
    str,
    _form(N_("must be a currency code of three capitals, such as USD"), re.compile(r"[A-Z]{3}\Z").match),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"}),
]
"""A currency code in the form of ISO 4217."""

Number = Annotated[int | float, _form(N_("must be a number"), _is_finite), WithJsonSchema({"type": "number"})]
"""A finite number; a whole one stays whole."""

Amount = Annotated[
    int | float,
    _form(N_("must be a number, 0 or more"), lambda number: number >= 0 and _is_finite(number)),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
"""A finite number that is not negative."""

Count = Annotated[
    int, _form(N_("must be a whole number, 0 or more"), lambda number: number >= 0), WithJsonSchema({"type": "integer", "minimum": 0})
]
"""How many."""

Latitude = Annotated[
    int | float,
    _form(N_("must be degrees from -90 to 90"), lambda angle: -90 <= angle <= 90),
    WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90}),
]
Longitude = Annotated[
    int | float,
    _form(N_("must be degrees from -180 to 180"), lambda angle: -180 <= angle <= 180),
    WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180}),
]

Round = Annotated[int | str, _form(N_("must be a number or text"))]
"""Which round of a project: its number or its name."""

Translations = dict[str, str]
"""The same name in several languages, by ISO 639-1 code."""

Synonym = Annotated[str | Translations, _form(N_("must be text, or an object with text for each language"))]
"""Another name of a concept: one word or phrase, or one for each language."""


@dataclass(frozen=True)
class Items:
    """How items of a list are told apart, so that additions and removals on two sides can be merged.

    Attributes:
        key: fields whose values together no two items share; empty where the whole item is its own key.
    """

    key: tuple[str, ...]


SET = Items(())
"""The list is a set: equal items are one item, and their order says nothing."""

LIST_BY_ID = Items(("id",))
"""Items have ids, and one item can be changed on each side in other fields."""


@dataclass(frozen=True)
class Code:
    """The field holds a code of a list of `codes.CODES`, by its name."""

    list_name: str


@dataclass(frozen=True)
class Whole:
    """The object makes sense only as one person wrote it: half of one place and half of another is no place."""


TextSet = Annotated[list[str] | None, SET]
IdSet = Annotated[list[Id] | None, SET]
CountrySet = Annotated[list[Country] | None, SET]


class Part(BaseModel):
    """An object inside a document. Values are taken as they are: `"5"` is no number and `5` is no text."""

    model_config = ConfigDict(extra="allow", strict=True)

    def to_document(self) -> dict[str, Any]:
        """The JSON object: stated fields in the order of the model, then those it does not know."""
        stated = {
            field.alias or name: _plain(value)
            for name, field in type(self).model_fields.items()
            if (value := getattr(self, name)) is not None
        }
        return stated | (self.model_extra or {})


def _plain(value: Any) -> Any:
    if isinstance(value, Part):
        return value.to_document()
    return [_plain(item) for item in value] if isinstance(value, list) else value


class Source(Part):
    """Where a statement comes from: an address, a file or words, and the date on which it was seen there."""

    ref: str
    seen_on: Date | None = None


class Figure(Part):
    """A figure that a source states about the record; never one that was computed.

    Attributes:
        year: the year it is about.
        measure: what was counted or measured, in words.
        value: how much, in `unit`.
        source: where it is stated.
    """

    year: Year | None = None
    measure: str
    value: Number
    unit: str | None = None
    source: str | None = None


class Location(Part):
    """A point: degrees north and degrees east, WGS 84."""

    lat: Latitude
    lon: Longitude


class Competence(Part):
    """What can be passed on in an exchange.

    Attributes:
        area: id of the area it belongs to.
        topic: what it is, in words.
        sector: OECD DAC purpose code, three or five digits.
        level: how well it is mastered, or should be.
        language: ISO 639-1 code of the language in which it is passed on.
        source: where it is stated.
    """

    id: Id
    area: Id | None = None
    topic: str | None = None
    sector: str | None = None
    level: str | None = None
    language: str | None = None
    valid_until: Date | None = None
    source: str | None = None


class Capacity(Competence):
    """What a partner brings."""


class Need(Competence):
    """What a partner seeks."""


class ProjectPartner(Part):
    """A partner in one role in a project; a partner with two roles is listed twice.

    Attributes:
        partner: id of the partner.
        role: a code of the list "project_role".
        since: the date from which it has the role.
    """

    partner: Id
    role: Annotated[str | None, Code("project_role")] = None
    since: Date | None = None


class CrossCutting(Part):
    """A cross-cutting issue of a project: the id of the area, and a code of the list "significance"."""

    area: Id
    significance: Annotated[int | None, Code("significance")] = None


class Assessment(Part):
    """The joint assessment of needs and capacities: its date, and the ids of the partners that took part."""

    date: Date | None = None
    present: IdSet = None


class Replication(Part):
    """A solution taken up elsewhere.

    Attributes:
        country: where.
        partner: id of the partner that took it up.
        year: when it began.
        changes: what was made different.
        result: what came of it.
    """

    country: Country | None = None
    partner: Id | None = None
    year: Year | None = None
    changes: str | None = None
    result: str | None = None


class StageChange(Part):
    """A step of a solution to a code of the list "solution_stage": when, by whom and why."""

    stage: Annotated[str, Code("solution_stage")]
    on: Date | None = None
    by: str | None = None
    reason: str | None = None
