"""The query language: words, and qualifiers such as `country:KE`, parsed without looking anything up."""

from __future__ import annotations

import re
from typing import NamedTuple

from ssc_tui.text import Term, folded, terms

FIELDS = (
    "area", "brings", "country", "fund", "is", "kind", "modality", "partner", "principal", "project", "region", "sdg", "seeks", "stage",
    "status", "type", "year",
)  # fmt: skip
"""Every qualifier, in alphabetical order."""

STATES = ("bookmarked", "conflict", "edited", "hosting", "noted", "private-sector", "requested", "sending", "stale", "suggested")
"""What `is:` can ask for; a partner sends and hosts by the exchanges on record, and may do both."""

WORDS = 24
"""Words of a query that are searched; nobody types more, and each costs a look-up of its own."""

_PART = re.compile(r'(?P<no>-?)(?P<field>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S*))|"(?P<phrase>[^"]*)"?|(?P<word>\S+)')


class Qualifier(NamedTuple):
    """One `field:value`; several values, parted by commas, are alternatives; `negated` asks for all others."""

    field: str
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        """The qualifier as it is typed."""
        value = ",".join(self.values)
        return f"{'-' * self.negated}{self.field}:" + (value if value.split() == [value] else f'"{value}"')


class Query(NamedTuple):
    """What is asked for: every term and every qualifier must hold.

    Attributes:
        phrase: the words as one folded text, for names that start with it.
        terms: the words, each a set of alternatives (see `text.terms`).
        qualifiers: what restricts the records.
    """

    phrase: str = ""
    terms: tuple[Term, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for, so that everything is found."""
        return not self.terms and not self.qualifiers

    def with_qualifier(self, *extra: Qualifier) -> Query:
        """The same query, restricted further."""
        return self._replace(qualifiers=self.qualifiers + extra)


def parse(text: str) -> Query:
    """The query that a person typed. Every text is one: what is no known qualifier is words."""
    spoken: list[str] = []
    qualifiers: list[Qualifier] = []
    for part in _PART.finditer(text):
        field = _field(part)
        if not field:
            spoken.append(part["phrase"] if part["phrase"] is not None else part[0])
            continue
        value = part["plain"] if part["quoted"] is None else part["quoted"]
        pieces = (piece.replace('"', "").strip() for piece in value.split(","))
        values = tuple(piece for piece in pieces if piece)
        if values:
            qualifiers.append(Qualifier(field, values, bool(part["no"])))
    phrase = " ".join(spoken)
    return Query(folded(phrase), tuple(terms(phrase)[:WORDS]), tuple(qualifiers))


def spoken(text: str) -> str:
    """What was typed, without the qualifiers in it."""
    return " ".join(part[0] for part in _PART.finditer(text) if not _field(part))


def _field(part: re.Match[str]) -> str:
    """The field of a qualifier, however its letters are written; empty where the part is words."""
    field = (part["field"] or "").lower()
    return field if field in FIELDS else ""
