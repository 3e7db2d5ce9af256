"""The documents of catalogue format 1: one model for each kind of record.

Every field but the id, and the name or title, may be missing; None means "not stated" and is never written.
Fields that are not known here are kept as they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, get_args

from pydantic import Field, ValidationError

from ssc_tui.catalogue.merge import Rules
from ssc_tui.catalogue.parts import (
    LIST_BY_ID,
    SET,
    Amount,
    Assessment,
    Capacity,
    Code,
    Count,
    Country,
    CountrySet,
    CrossCutting,
    Currency,
    Date,
    Figure,
    Id,
    IdSet,
    Items,
    Location,
    Need,
    Part,
    ProjectPartner,
    Ref,
    Replication,
    Round,
    Source,
    StageChange,
    Synonym,
    TextSet,
    Translations,
    Whole,
    Year,
)
from ssc_tui.i18n import N_, _


class Document(Part):
    """What documents of every kind have.

    Attributes:
        figures: figures that sources state about the record.
        sources: where the document comes from.
        checked_on: the date on which somebody last found it right.
        checked_by: who that was.
        last_modified: the server's time stamp, milliseconds since 1970 UTC; the server's alone to set.
    """

    id: Id
    figures: Annotated[list[Figure] | None, Items(("year", "measure"))] = None
    sources: Annotated[list[Source] | None, Items(("ref",))] = None
    checked_on: Date | None = None
    checked_by: str | None = None
    last_modified: int | None = None

    def to_document(self) -> dict[str, Any]:
        """The JSON object: id, fields of the kind, fields not known here, fields of every kind."""
        stated = super().to_document()
        shared = {name: stated.pop(name) for name in tuple(Document.model_fields)[1:] if name in stated}
        return stated | shared


class Partner(Document):
    """An organisation. It is neither donor nor recipient: exchanges say who sent and who hosted.

    Attributes:
        names: the name by language.
        kind: a code of the list "organisation_type".
        org_identifier: its number in a register, as org-id.guide writes it.
        parent: id of the partner it is part of.
        languages: ISO 639-1 codes of its working languages.
        founded: year.
        areas: ids of the areas it works in.
    """

    name: str
    names: Translations | None = None
    acronym: str | None = None
    aliases: TextSet = None
    kind: Annotated[str | None, Code("organisation_type")] = None
    org_identifier: str | None = None
    parent: Id | None = None
    country: Country | None = None
    city: str | None = None
    location: Annotated[Location | None, Whole()] = None
    website: str | None = None
    email: str | None = None
    phone: str | None = None
    languages: TextSet = None
    founded: Year | None = None
    description: str | None = None
    areas: IdSet = None
    brings: Annotated[list[Capacity] | None, LIST_BY_ID] = None
    seeks: Annotated[list[Need] | None, LIST_BY_ID] = None


class Area(Document):
    """A field of work: a priority area, a cross-cutting issue, a theme or a goal.

    Attributes:
        kind: a code of the list "area_kind".
        parent: id of the wider area.
        sdgs: numbers of Sustainable Development Goals, 1 to 17.
        sectors: OECD DAC sector codes, three or five digits.
    """

    name: str
    names: Translations | None = None
    synonyms: Annotated[list[Synonym] | None, SET] = None
    kind: Annotated[str | None, Code("area_kind")] = None
    parent: Id | None = None
    sdgs: Annotated[list[int] | None, SET] = None
    sectors: TextSet = None
    description: str | None = None


class Project(Document):
    """A project in which partners exchange or cooperate.

    Attributes:
        identifier: IATI activity identifier.
        modality: a code of the list "modality".
        modality_reason: why it was set by hand.
        status: a code of the list "activity_status".
        fund: id of the fund that pays.
        requested_by: id of the partner that asked for it, or the name of whoever did.
        budget: the whole budget in `currency`, never a share.
    """

    title: str
    titles: Translations | None = None
    identifier: str | None = None
    modality: Annotated[str | None, Code("modality")] = None
    modality_reason: str | None = None
    status: Annotated[str | None, Code("activity_status")] = None
    start: Date | None = None
    end: Date | None = None
    countries: CountrySet = None
    areas: IdSet = None
    cross_cutting: Annotated[list[CrossCutting] | None, Items(("area",))] = None
    fund: Id | None = None
    partners: Annotated[list[ProjectPartner] | None, Items(("partner", "role"))] = None
    assessment: Assessment | None = None
    requested_by: str | None = None
    requested_on: Date | None = None
    budget: Amount | None = None
    currency: Currency | None = None
    description: str | None = None


class Exchange(Document):
    """People whom one partner sends and another hosts, in one round of a project.

    Attributes:
        project: id of the project.
        sender: id of the partner that sends.
        host: id of the partner that hosts.
        kind: a code of the list "exchange_kind".
        planned: people who are to go.
        actual: people who went.
        months: length of one person's stay.
        status: a code of the list "exchange_status".
        need: the need of the host that it answers: id of the item, or words.
        capacity: what the sender brings: id of the item, or words.
    """

    project: Id | None = None
    round: Round | None = None
    sender: Id | None = None
    host: Id | None = None
    kind: Annotated[str | None, Code("exchange_kind")] = None
    planned: Count | None = None
    actual: Count | None = None
    months: Amount | None = None
    start: Date | None = None
    end: Date | None = None
    status: Annotated[str | None, Code("exchange_status")] = None
    need: str | None = None
    capacity: str | None = None
    note: str | None = None


class Contribution(Document):
    """What one partner gave another within a project, in money or in kind.

    Attributes:
        project: id of the project.
        from_: id of the partner that gave; `from` in the document.
        to: id of the partner that received.
        kind: a code of the list "contribution_kind".
        quantity: how many of `unit` were given.
        unit_cost: worth of one unit in `currency`.
        method: how the worth was found.
        amount: the whole worth in `currency`.
        agreed: True for a share that was agreed and is to be given; False, or not stated, for what was given.
        tossd: a code of the list "tossd_modality".
    """

    project: Id | None = None
    from_: Id | None = Field(default=None, alias="from")
    to: Id | None = None
    year: Year | None = None
    kind: Annotated[str | None, Code("contribution_kind")] = None
    quantity: Amount | None = None
    unit: str | None = None
    unit_cost: Amount | None = None
    method: str | None = None
    amount: Amount | None = None
    currency: Currency | None = None
    agreed: bool | None = None
    tossd: Annotated[str | None, Code("tossd_modality")] = None


class Solution(Document):
    """A practice that moved, or could move, between countries.

    Attributes:
        stage: a code of the list "solution_stage"; `history` tells how it got there.
        provider: id of the partner it comes from.
        project: id of the project it was tried in.
        areas: ids of the areas it serves.
    """

    title: str
    stage: Annotated[str | None, Code("solution_stage")] = None
    provider: Id | None = None
    project: Id | None = None
    countries: CountrySet = None
    areas: IdSet = None
    challenge: str | None = None
    description: str | None = None
    replications: Annotated[list[Replication] | None, Items(("country", "partner"))] = None
    history: Annotated[list[StageChange] | None, SET] = None


class Publication(Document):
    """A text about the field: `publisher` is the id of a partner, `related` names records of any kind."""

    title: str
    publisher: Id | None = None
    year: Year | None = None
    kind: Annotated[str | None, Code("publication_kind")] = None
    languages: TextSet = None
    url: str | None = None
    related: Annotated[list[Ref] | None, SET] = None
    abstract: str | None = None


class Fund(Document):
    """A fund or grant scheme; `manager` and `contributors` are ids of partners."""

    name: str
    manager: Id | None = None
    contributors: IdSet = None
    founded: Year | None = None
    description: str | None = None


MODELS: Mapping[str, type[Document]] = MappingProxyType(
    {
        "partners": Partner,
        "projects": Project,
        "exchanges": Exchange,
        "areas": Area,
        "solutions": Solution,
        "publications": Publication,
        "funds": Fund,
        "contributions": Contribution,
    }
)
"""The model of each kind."""


@cache
def rules(kind: str) -> Rules:
    """How documents of a kind are merged, as their model says it.

    Raises:
        KeyError: format 1 has no such kind.
    """
    found = list(_marks(MODELS[kind]))
    lists = [(path, rule) for path, rule in found if isinstance(rule, Items)]
    return Rules(
        frozenset(path for path, items in lists if items == SET),
        MappingProxyType({path: items.key for path, items in lists if items != SET}),
        frozenset(path for path, rule in found if isinstance(rule, Whole)),
    )


@cache
def codes(kind: str) -> Mapping[str, str]:
    """The fields of a kind that hold codes, by their path in the model, with the name of the list.

    Raises:
        KeyError: format 1 has no such kind.
    """
    return MappingProxyType({path: mark.list_name for path, mark in _marks(MODELS[kind]) if isinstance(mark, Code)})


def _marks(model: type[Part], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Paths of fields, with what their annotations say of them."""
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        yield from ((path, mark) for mark in field.metadata)
        for part in _parts(field.annotation):
            yield from _marks(part, f"{path}.")


def _parts(annotation: Any) -> Iterator[type[Part]]:
    """The classes of objects that an annotation names, in lists too."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for each in get_args(annotation):
        yield from _parts(each)


_SENTENCES = {
    "missing": N_("is required"),
    "string_type": N_("must be text"),
    "int_type": N_("must be a whole number"),
    "bool_type": N_("must be true or false"),
    "list_type": N_("must be a list"),
    "dict_type": N_("must be an object"),
    "model_type": N_("must be an object"),
}


def problems(kind: str, document: Mapping[str, Any]) -> list[str]:
    """What keeps a document from being one of the kind, a sentence for each: "areas[0]: must be an id".

    Raises:
        KeyError: format 1 has no such kind.
    """
    try:
        MODELS[kind].model_validate(dict(document))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [f"{_path(each['loc'])}: {_(_SENTENCES.get(each['type'], each['msg']))}" for each in found]
    return []


def _path(steps: tuple[int | str, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
