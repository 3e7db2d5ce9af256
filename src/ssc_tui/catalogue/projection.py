"""What the tables hold of a document: the entry that lists and searches show, links, capacities, seats, flows
and contributions.

Pure: a document goes in, rows come out. Documents are taken as they are, so a field of a wrong type is left out and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from ssc_tui.catalogue.countries import countries as known_countries
from ssc_tui.catalogue.countries import country_name, region_slug
from ssc_tui.catalogue.kinds import ID, split_ref
from ssc_tui.catalogue.labels import Label, area_labels
from ssc_tui.catalogue.typed import Document, typed_row
from ssc_tui.catalogue.values import list_at, objects_at, text_at, texts_at, texts_of, whole_number
from ssc_tui.text import one_line, sort_key, words

VERSION = 7
"""Raised whenever the same document would give other rows: a copy with an older number is projected anew."""


class Entry(NamedTuple):
    """One record as lists and searches know it; the columns of the table `entry` without its place.

    Attributes:
        code: what it is among its kind: organisation type, modality, exchange kind, area kind, stage, publication kind.
        countries: ISO 3166-1 codes parted by spaces, the record's own or first named country first.
        start: first known date, ISO 8601 shortened to what is known; `finish` the last.
        persons: people who went, of an exchange that states it.
        checked: the newest date on which the record or a source of it was looked at.
        sort: folded title, by which names are ordered.
        country_sort: folded English name of the first country, `LAST` where none is stated.
        name: folded words of every name, acronym, alias and identifier.
        body: folded words of the text.
        tags: `field_value` words for filters.
    """

    kind: str
    id: str
    title: str
    acronym: str
    code: str
    city: str
    countries: str
    start: str | None
    finish: str | None
    persons: int | None
    checked: str | None
    sort: str
    country_sort: str
    name: str
    body: str
    tags: str


class Link(NamedTuple):
    """One record names another: `role` says as what, `position` keeps the order in the document."""

    kind: str
    id: str
    role: str
    to_kind: str
    to_id: str
    position: int


class Stub(NamedTuple):
    """What a record that names another needs to know of it."""

    title: str
    acronym: str
    countries: tuple[str, ...]
    areas: tuple[str, ...]


class Projection(NamedTuple):
    """All rows that follow from one document. `typed` is the row in the table of its kind; see `catalogue.typed`."""

    entry: Entry
    handles: tuple[str, ...]
    links: tuple[Link, ...]
    labels: tuple[Label, ...]
    capacities: tuple[tuple[str | None, ...], ...]
    typed: tuple[Any, ...] | None


Look = Callable[[str, str], Stub | None]
"""Finds the stub of another record by kind and id; None where the catalogue does not hold it."""

LAST = "~"
"""Sorts after every folded name: where the country is not stated."""

PRINCIPAL = "2"
"""The significance of a cross-cutting issue that a project has as its principal objective."""

DEPENDENT = ("exchanges", "contributions")
"""Kinds whose entries are made of other records' names and countries, and change with them."""

NAMED = ("partners", "projects")
"""Kinds of the records whose names, countries and areas those take over."""

FILED = "area"
"""The role of an area under which a record is filed."""

TITLED_BY_NAME = ("partners", "areas", "funds")


def project(kind: str, document: Document, look: Look) -> Projection:
    """The rows of one document of the kind."""
    links = tuple(_links(kind, document))
    record_id = str(document["id"])
    title = title_of(kind, document, look)
    acronym = text_at(document, "acronym")
    names = [name for name in (title, acronym, *texts_at(document, "aliases"), *_translations(document)) if name]
    others = _others(kind, links, look)
    countries = _countries(kind, document, others)
    tags = _tags(kind, document, links, countries, _areas_of(kind, links, others, look))
    start, finish = _span(document)
    entry = Entry(
        kind=kind,
        id=record_id,
        title=title,
        acronym=acronym,
        code=_code(kind, document),
        city=text_at(document, "city"),
        countries=" ".join(countries),
        start=start,
        finish=finish,
        persons=whole_number(document.get("actual")) if kind == "exchanges" else None,
        checked=_checked(document),
        sort=sort_key(title),
        country_sort=sort_key(country_name(countries[0])) if countries else LAST,
        name=_joined(
            [*names, *(other.acronym for other in others), *texts_of(document, "identifier", "org_identifier"), _spoken(record_id)]
        ),
        body=_joined(_body(document, others)),
        tags=" ".join(dict.fromkeys(tags)),
    )
    known_as = [record_id, *names, *texts_of(document, "identifier", "org_identifier")]
    handles = dict.fromkeys(handle(name) for name in known_as)
    return Projection(
        entry,
        tuple(name for name in handles if name),
        links,
        tuple(area_labels(document)) if kind == "areas" else (),
        tuple(_capacities(document)) if kind == "partners" else (),
        typed_row(kind, document, countries, lambda partner: _country_of(partner, look)),
    )


def _country_of(partner: str, look: Look) -> str | None:
    """The country of a partner; None where it states none, or the catalogue does not hold it."""
    found = look("partners", partner) if ID.match(partner) else None
    return next(iter(found.countries), None) if found else None


def _spoken(record_id: str) -> str:
    """The words of an id that a person gave; numbers and the parts of made-up ids are found by the whole id alone."""
    return " ".join(part for part in record_id.split("-") if part.isalpha())


def handle(name: str) -> str:
    """The form in which exact names, acronyms and ids are compared: folded, without spaces."""
    return sort_key(name).replace(" ", "")


def stub(kind: str, document: Document) -> Stub:
    """What others need to know of this record."""
    return Stub(
        text_at(document, "name" if kind in TITLED_BY_NAME else "title") or str(document["id"]),
        text_at(document, "acronym"),
        tuple(_countries(kind, document, ())),
        tuple(link.to_id for link in _links(kind, document) if link.role == FILED),
    )


def stub_of(shown: Projection) -> Stub:
    """The same from the rows of a record that is not made of others itself."""
    entry = shown.entry
    filed = (link.to_id for link in shown.links if link.role == FILED)
    return Stub(entry.title, entry.acronym, tuple(entry.countries.split()), tuple(filed))


def title_of(kind: str, document: Document, look: Look) -> str:
    """The title that a list shows: its own, or for an exchange and a contribution the names of its two sides."""
    if kind in DEPENDENT:
        sides = ("sender", "host") if kind == "exchanges" else ("from", "to")
        named = [
            found.title if (found := look("partners", side)) else side for side in (text_at(document, field) for field in sides) if side
        ]
        if named:
            return " → ".join(named)
    return text_at(document, "name" if kind in TITLED_BY_NAME else "title") or str(document["id"])


def _translations(document: Document) -> list[str]:
    found: list[str] = []
    for field in ("names", "titles"):
        value = document.get(field)
        if isinstance(value, dict):
            found += [one_line(name) for name in value.values() if isinstance(name, str)]
    for synonym in list_at(document, "synonyms"):
        if isinstance(synonym, dict):
            found += [one_line(name) for name in synonym.values() if isinstance(name, str)]
        elif isinstance(synonym, str):
            found.append(one_line(synonym))
    return found


def _joined(texts: list[str]) -> str:
    return " ".join(dict.fromkeys(chain.from_iterable(map(words, texts))))


def _code(kind: str, document: Document) -> str:
    return text_at(document, {"projects": "modality", "solutions": "stage"}.get(kind, "kind"))


def _countries(kind: str, document: Document, others: tuple[Stub, ...]) -> list[str]:
    """The record's countries; an exchange has those of its two sides."""
    stated = [text_at(document, "country"), *texts_at(document, "countries")]
    if kind in DEPENDENT:
        stated += [code for other in others for code in other.countries]
    return list(dict.fromkeys(code.upper() for code in stated if len(code) == 2 and code.isalpha() and code.isascii()))


def _others(kind: str, links: tuple[Link, ...], look: Look) -> tuple[Stub, ...]:
    """The partners at both ends of an exchange or contribution."""
    if kind not in DEPENDENT:
        return ()
    ends = [look(link.to_kind, link.to_id) for link in links if link.to_kind == "partners"]
    return tuple(end for end in ends if end)


def _areas_of(kind: str, links: tuple[Link, ...], others: tuple[Stub, ...], look: Look) -> list[str]:
    """The areas of an exchange or contribution: those of its project, and where that states none, those of the partners at both ends."""
    if kind not in DEPENDENT:
        return []
    projects = [look(link.to_kind, link.to_id) for link in links if link.to_kind == "projects"]
    return [area for each in projects if each for area in each.areas] or [area for each in others for area in each.areas]


def _span(document: Document) -> tuple[str | None, str | None]:
    start = text_at(document, "start") or text_at(document, "year") or text_at(document, "founded")
    return start or None, text_at(document, "end") or None


def _checked(document: Document) -> str | None:
    dates = [text_at(document, "checked_on"), *(text_at(source, "seen_on") for source in objects_at(document, "sources"))]
    return max(dates) or None


def _body(document: Document, others: tuple[Stub, ...]) -> list[str]:
    texts = texts_of(
        document, "description", "abstract", "challenge", "note", "need", "capacity", "city", "website", "url", "email", "year"
    )
    texts += [text for side in ("brings", "seeks") for item in objects_at(document, side) for text in texts_of(item, "topic")]
    texts += [text for item in objects_at(document, "figures") for text in texts_of(item, "measure")]
    texts += [text for item in objects_at(document, "replications") for text in texts_of(item, "changes", "result")]
    return texts + [other.title for other in others]


_LINKED = {
    "parent": "", "sender": "partners", "host": "partners", "from": "partners", "to": "partners", "provider": "partners",
    "publisher": "partners", "manager": "partners", "contributors": "partners", "fund": "funds", "project": "projects",
    "areas": "areas", "requested_by": "partners",
}  # fmt: skip
"""Fields that hold the id, or a list of ids, of records of one kind; a parent is of the record's own kind."""

_ROLES = {"contributors": "contributor", "areas": FILED}


def _links(kind: str, document: Document) -> Iterator[Link]:
    """Every record that the document names, once per role, in the document's order."""
    record_id = str(document["id"])
    named: dict[tuple[str, str, str], None] = {}
    for field, to_kind in _LINKED.items():
        for target in texts_at(document, field) or texts_of(document, field) if field in document else ():
            named[_ROLES.get(field, field), to_kind or kind, target] = None
    for item in objects_at(document, "cross_cutting"):
        named["cross_cutting", "areas", text_at(item, "area")] = None
    for side in ("brings", "seeks"):
        for item in objects_at(document, side):
            named[side, "areas", text_at(item, "area")] = None
    for item in objects_at(document, "partners"):
        named[text_at(item, "role") or "partner", "partners", text_at(item, "partner")] = None
    assessment = document.get("assessment")
    for present in texts_at(assessment, "present") if isinstance(assessment, dict) else ():
        named["present", "partners", present] = None
    for item in objects_at(document, "replications"):
        named["replicated_by", "partners", text_at(item, "partner")] = None
    for related in texts_at(document, "related"):
        try:
            to_kind_stated, target = split_ref(related)
        except ValueError:
            continue
        if to_kind_stated:
            named["related", to_kind_stated, target] = None
    valid = [(role, to_kind, target) for role, to_kind, target in named if ID.match(target)]
    for position, (role, to_kind, target) in enumerate(valid):
        yield Link(kind, record_id, role, to_kind, target, position)


def _tags(kind: str, document: Document, links: tuple[Link, ...], countries: list[str], areas: list[str]) -> Iterator[str]:
    yield f"kind_{kind}"
    for code in countries:
        yield f"country_{code.lower()}"
        if country := known_countries().get(code):
            for region in filter(None, (country.region, country.continent)):
                yield f"region_{region_slug(region)}"
    for link in links:
        if link.to_kind == "areas" and link.role in (FILED, "cross_cutting"):
            yield f"area_{link.to_id}"
        elif link.to_kind in ("partners", "projects", "funds"):
            yield f"{link.to_kind[:-1]}_{link.to_id}"
    for area in areas:
        yield f"area_{area}"
    for item in objects_at(document, "cross_cutting"):
        if text_at(item, "significance") == PRINCIPAL and ID.match(area := text_at(item, "area")):
            yield f"principal_{area}"
    for field, tag in (("modality", "modality"), ("status", "status"), ("stage", "stage"), ("kind", "type")):
        if value := text_at(document, field):
            yield f"{tag}_{tag_value(value)}"
    for goal in texts_at(document, "sdgs"):
        yield f"sdg_{tag_value(goal)}"
    for year in _years(document):
        yield f"year_{year}"
    for side in ("brings", "seeks"):
        for item in objects_at(document, side):
            for word in words(f"{text_at(item, 'topic')} {text_at(item, 'area')}"):
                yield f"{side}_{word}"
            if area := text_at(item, "area"):
                yield f"{side}-area_{tag_value(area)}"


def tag_value(text: str) -> str:
    """A code as a tag's value: lower case, without what would end the tag."""
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in text.lower())


YEAR = re.compile(r"[1-9][0-9]{3}(?![0-9])")
"""How a date begins whose year a filter can ask for."""

LONGEST_SPAN = 60
"""Years that one record is filed under at the most; a longer span is a slip of the pen."""


def _years(document: Document) -> Iterator[int]:
    """Every year from start to end; the one that is known where only one is; the year of publication."""
    stated = [int(text[:4]) for text in texts_of(document, "start", "end", "year") if YEAR.match(text)]
    if stated and max(stated) - min(stated) < LONGEST_SPAN:
        yield from range(min(stated), max(stated) + 1)
    else:
        yield from stated


CAPACITY_FIELDS = ("id", "area", "topic", "sector", "level", "language", "valid_until")


def _capacities(document: Document) -> Iterator[tuple[str | None, ...]]:
    """Rows of (partner, side, *CAPACITY_FIELDS), in the document's order."""
    for side in ("brings", "seeks"):
        for number, item in enumerate(objects_at(document, side), 1):
            fields = {field: text_at(item, field) or None for field in CAPACITY_FIELDS}
            fields["id"] = fields["id"] or f"{side}-{number}"
            yield (str(document["id"]), side, *fields.values())
