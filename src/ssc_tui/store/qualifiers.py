"""What a qualifier such as `country:KE` or `area:santé` means in this copy: which tags, looked up when it is asked."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from ssc_tui.catalogue.codes import label
from ssc_tui.catalogue.kinds import ID, KINDS
from ssc_tui.catalogue.query import Query
from ssc_tui.store.called import called
from ssc_tui.store.conflicts import DECIDABLE
from ssc_tui.store.suggestions import OPEN_REFS
from ssc_tui.text import Term, folded, slug, terms, words

STALE_YEARS = 2
"""A record is stale when nobody looked at it, or at a source of it, for so many years."""

MOST_NAMED = 200
"""Records that the beginning of a name can stand for in a qualifier."""

_CODED = {"type": "organisation_type", "status": "activity_status", "modality": "modality", "stage": "solution_stage"}
"""Fields whose values are codes, with the list that spells them out."""


_GOAL = re.compile(r"sdg[- ]?[0-9]{1,2}", re.IGNORECASE)


class Condition(NamedTuple):
    """What the qualifiers leave: an expression for the full-text index (None for no bound), and conditions on the row."""

    match: str | None = None
    where: tuple[str, ...] = ()
    values: tuple[object, ...] = ()


NOTHING = Condition(where=("0",))

EVERYTHING = 'tags : ("kind" *)'
"""An expression for all records: each is tagged with its kind."""

ROW = "{row}"
"""Stands for the place of the row in a condition, until it is known which table the row is read from."""


def condition(copy: Connection, query: Query, kind: str | None = None) -> Condition:
    """The qualifiers of a query, all of which must hold, with the section that is searched."""
    matches = [tagged([f"kind_{kind}"])] if kind else []
    without: list[str] = []
    where: list[str] = []
    values: list[object] = []
    for qualifier in query.qualifiers:
        if qualifier.field == "is":
            clauses, given = zip(*map(_state, qualifier.values), strict=True)
            where.append(f"{'NOT ' * qualifier.negated}({' OR '.join(clauses)})")
            values += [value for each in given for value in each]
            continue
        fitting = " OR ".join(filter(None, (expression(copy, qualifier.field, value) for value in qualifier.values)))
        if qualifier.negated and fitting:
            without.append(f"({fitting})")
        elif not qualifier.negated:
            if not fitting:
                return NOTHING
            matches.append(f"({fitting})")
    if without:
        matches = [f"(({' AND '.join(matches) or EVERYTHING}) NOT ({' OR '.join(without)}))"]
    return Condition(" AND ".join(matches) or None, tuple(where), tuple(values))


def tagged(tags: Iterable[str], *, beginning: bool = False) -> str:
    """An expression for records that carry one of the tags, or a tag that begins so."""
    return "tags : (" + " OR ".join(f'"{tag}"{" *" if beginning else ""}' for tag in tags) + ")"


def _labelled(copy: Connection, text: str, field: str, *, synonyms: bool = False) -> list[str]:
    """Tags of the field in whose name, in any language, every word of the text begins one; or in whose synonyms.

    Words under three letters must be whole.
    """
    found: set[str] | None = None
    for term in terms(text):
        tags: set[str] = set()
        for group in term:
            tags |= set.intersection(*(_labels(copy, token, field, synonyms) for token in group))
        found = tags if found is None else found & tags
    return sorted(found or ())


def _labels(copy: Connection, token: str, field: str, synonyms: bool) -> set[str]:
    rows = copy.execute(
        f"SELECT DISTINCT tag FROM label WHERE word >= ? AND word <= ? AND tag >= ? AND tag < ? AND english {'<>' if synonyms else '='} ''",
        (token, token + "\U0010ffff" * (len(token) > 2), f"{field}_", f"{field}`"),
    )
    return {row[0] for row in rows}


def expression(copy: Connection, field: str, value: str) -> str:
    """An expression for records that fit one value of a field; empty where none can."""
    if field in ("brings", "seeks"):
        return _capacity(copy, field, value)
    tags = tags_of(copy, field, value)
    return tagged(tags) if tags else ""


def tags_of(copy: Connection, field: str, value: str) -> list[str]:
    """The tags of which a record that fits one value of a field has at least one; not of what partners bring and seek."""
    return {
        "country": _countries,
        "area": _areas,
        "principal": _principal,
        "sdg": _goals,
        "year": _years,
        "kind": _kinds,
        "fund": _named,
        "partner": _named,
        "project": _named,
    }.get(field, _coded)(copy, field, value)


def _countries(copy: Connection, field: str, value: str) -> list[str]:
    if len(value) == 2 and value.isascii() and value.isalpha():
        return [f"country_{value.lower()}"]
    return _labelled(copy, value, "country")


def _areas(copy: Connection, field: str, value: str) -> list[str]:
    """The area of that id, or the areas whose names hold the words, with the areas below them; else those with such a synonym."""
    exact = [f"area_{value}"] if ID.match(value) and (_exists(copy, "areas", value) or _used(copy, "area", value)) else []
    named = _with_children(copy, exact or _labelled(copy, value, "area"))
    return named or _labelled(copy, value, "area", synonyms=True)


def _principal(copy: Connection, field: str, value: str) -> list[str]:
    """Projects that have a cross-cutting issue of that area as their principal objective."""
    return [f"{field}_{tag.removeprefix('area_')}" for tag in _areas(copy, "area", value)]


def _with_children(copy: Connection, tags: list[str]) -> list[str]:
    todo, found = list(tags), dict.fromkeys(tags)
    while todo:
        parent = todo.pop().removeprefix("area_")
        for (child,) in copy.execute(
            "SELECT id FROM link WHERE to_kind = 'areas' AND to_id = ? AND kind = 'areas' AND role = 'parent'", (parent,)
        ):
            if (tag := f"area_{child}") not in found:
                found[tag] = None
                todo.append(tag)
    return list(found)


def _goals(copy: Connection, field: str, value: str) -> list[str]:
    """The goal's own tag, and the areas that serve it."""
    number = value.lower().removeprefix("sdg").lstrip("-0 ")
    if not number.isdecimal():
        return []
    tag = f"sdg_{number}"
    areas = copy.execute(
        "SELECT id FROM entry WHERE place IN (SELECT rowid FROM entry_search WHERE entry_search MATCH ?)",
        (f'tags : ("kind_areas" AND "{tag}")',),
    )
    return [tag, *(f"area_{row[0]}" for row in areas)]


def _years(copy: Connection, field: str, value: str) -> list[str]:
    """One year, or the years from one to another: `2019`, `2015..2019`."""
    first, dots, last = value.partition("..")
    ends = [first, last] if dots else [first]
    if not all(end.isascii() and end.isdecimal() and len(end) == 4 for end in ends):
        return []
    return [f"year_{year}" for year in range(int(ends[0]), int(ends[-1]) + 1)]


def _kinds(copy: Connection, field: str, value: str) -> list[str]:
    asked = value.lower()
    return [f"kind_{kind}" for kind in KINDS if asked and kind.startswith(asked)]


def _named(copy: Connection, field: str, value: str) -> list[str]:
    """Records of that id, acronym or name, or else whose name starts so."""
    kind = f"{field}s"
    beginning = folded(value).replace(" ", "")
    if not beginning:
        return []
    found = [each.id for each in called(copy, value) if each.kind == kind]
    if not found:
        rows = copy.execute(
            "SELECT id FROM handle WHERE handle >= ? AND handle < ? AND +kind = ? LIMIT ?",
            (beginning, beginning + "\U0010ffff", kind, MOST_NAMED),
        )
        found = [row[0] for row in rows]
    if not found and ID.match(value):
        # The record may be gone while others still name it.
        return [f"{field}_{value}"]
    return sorted({f"{field}_{each}" for each in found})


def _coded(copy: Connection, field: str, value: str) -> list[str]:
    """Values in use that are the asked one, or whose own words or words of the code list start with the asked words."""
    used = [row[0] for row in copy.execute("SELECT DISTINCT value FROM tally WHERE field = ? AND kind <> ''", (field,))]
    exact = [each for each in used if each == slug(value) or each == value.lower()]
    asked = words(value)
    fitting = [
        each
        for each in used
        if asked and all(any(word.startswith(one) for word in words(f"{each} {_spelled(field, each)}")) for one in asked)
    ]
    return [f"{field}_{each}" for each in exact or fitting]


def _spelled(field: str, value: str) -> str:
    return label(_CODED[field], value) if field in _CODED else value


def _capacity(copy: Connection, side: str, value: str) -> str:
    """What a partner brings or seeks: every word, as typed or in English, begins one of the topic's, or the words name its area.

    `sdg-7` is something in an area that serves the goal.
    """
    if _GOAL.fullmatch(value):
        areas = [tag for tag in _goals(copy, "sdg", value) if tag.startswith("area_")]
        return tagged(f"{side}-{tag}" for tag in areas) if areas else ""
    each_word = [" OR ".join(_ways_to_say(copy, side, term)) for term in terms(value)]
    ways = [" AND ".join(f"({ways})" for ways in each_word)] if each_word else []
    if areas := _with_children(copy, _labelled(copy, value, "area")):
        ways.append(tagged(f"{side}-{tag}" for tag in areas))
    return " OR ".join(f"({way})" for way in ways)


def _ways_to_say(copy: Connection, side: str, term: Term) -> list[str]:
    groups = alternatives(copy, term)
    return ["(" + " AND ".join(tagged([f"{side}_{token}"], beginning=True) for token in group) + ")" for group in groups]


def alternatives(copy: Connection, term: Term) -> list[tuple[str, ...]]:
    """A typed word as it is, and what it means in English where it is a synonym in another language: groups of tokens."""
    groups = list(term)
    for token, *more in term:
        if not more:
            rows = copy.execute("SELECT DISTINCT english FROM label WHERE word = ? AND english <> ''", (token,))
            groups += [tuple(row[0].split()) for row in rows]
    return list(dict.fromkeys(groups))


def areas_named(copy: Connection, text: str) -> list[str]:
    """Ids of the areas in whose name, in any language, the words stand, with the areas below them."""
    return [tag.removeprefix("area_") for tag in _with_children(copy, _labelled(copy, text, "area"))]


PRIVATE = ("70", "71", "72", "73")
"""Kinds of partner that are companies: IATI OrganisationType, "Private Sector" and where it is."""

_WITH_COMPANIES = f"""
    WITH company AS (SELECT id FROM entry WHERE kind = 'partners' AND code IN ({", ".join("?" * len(PRIVATE))}))
    SELECT id FROM link WHERE kind = 'projects' AND to_kind = 'partners' AND to_id IN (SELECT id FROM company)
    UNION SELECT project FROM contribution WHERE giver IN (SELECT id FROM company) AND project IS NOT NULL"""
"""Projects that name a company, or to which one contributed."""


def _state(state: str) -> tuple[str, list[object]]:
    """The condition on a row behind `is:…`; a state that there is not fits nothing."""
    marked = f"{ROW} IN (SELECT place FROM entry WHERE (kind, id) IN (SELECT kind, record_id FROM %s))"
    match state.lower():
        case "bookmarked":
            return marked % "bookmark", []
        case "noted":
            return marked % "note", []
        case "edited":
            return f"{ROW} IN (SELECT place FROM entry WHERE (kind, id) IN (SELECT kind, id FROM edited))", []
        case "conflict":
            open_ones = f"SELECT kind, record_id FROM conflict WHERE settled IS NULL AND {DECIDABLE}"
            return f"{ROW} IN (SELECT place FROM entry WHERE (kind, id) IN ({open_ones}))", []
        case "suggested":
            parted = f"SELECT substr(ref, 1, instr(ref, '/') - 1), substr(ref, instr(ref, '/') + 1) FROM ({OPEN_REFS})"
            return f"{ROW} IN (SELECT place FROM entry WHERE (kind, id) IN ({parted}))", []
        case "private-sector":
            return f"{ROW} IN (SELECT place FROM entry WHERE kind = 'projects' AND id IN ({_WITH_COMPANIES}))", list(PRIVATE)
        case "requested":
            return (
                f"{ROW} IN (SELECT place FROM entry WHERE kind = 'projects' AND id IN (SELECT id FROM request WHERE requested_by <> ''))",
                [],
            )
        case "sending" | "hosting" as state:
            side = "sender" if state == "sending" else "host"
            took_part = f"SELECT {side} FROM flow WHERE coalesce(status, '') <> 'cancelled' AND coalesce(actual, planned, 1) > 0"
            return f"{ROW} IN (SELECT place FROM entry WHERE kind = 'partners' AND id IN ({took_part}))", []
        case "stale":
            today = datetime.date.today()
            return f"coalesce((SELECT checked FROM entry AS one WHERE one.place = {ROW}), '9999') < ?", [
                f"{today.year - STALE_YEARS}-{today:%m-%d}"
            ]
        case _:
            return "0", []


def _used(copy: Connection, field: str, value: str) -> bool:
    """Whether a record carries the tag, although what it names may be gone."""
    return copy.execute("SELECT 1 FROM tally WHERE field = ? AND value = ?", (field, value)).fetchone() is not None


def _exists(copy: Connection, kind: str, record_id: str) -> bool:
    return copy.execute("SELECT 1 FROM entry WHERE kind = ? AND id = ?", (kind, record_id)).fetchone() is not None
