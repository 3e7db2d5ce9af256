"""Looking up: `find` searches the directory, `show` prints one record with its links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from ssc_tui.catalogue.query import Qualifier, Query, parse
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.i18n import _, ngettext
from ssc_tui.insight.modality import states_alone
from ssc_tui.insight.subtitle import subtitle
from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store.reader import Row
from ssc_tui.store.search import Results, search

NOTHING = 1
"""Exit code where nothing was found."""

AT_ONCE = 500
"""Rows that are read in one statement: SQLite binds a bounded number of values."""

COUNTED = 10_000
"""Results that are counted for a person; a program gets the exact number."""

NARROW = 72
"""Columns of a terminal below which only titles and references are printed."""

QUOTED = 60
"""Characters of a query that a sentence repeats."""


def find(home: Home, out: Output, *, words: list[str], kind: list[str], country: list[str], area: list[str], limit: int, order: str) -> int:
    """Search: JSON `{"count", "results": [{"ref", "kind", "id", "title", "subtitle", "country"}]}`, with `forgiven` where a word was.

    Args:
        home: where the copy lies.
        out: where the answer goes; plain lines are `ref`, title and subtitle, parted by tabs, on a pipe.
        words: the query, in the query language.
        kind: only these kinds; so `country`, by code or name, and `area`, by id or name.
        country: see `kind`.
        area: see `kind`.
        limit: results that are printed at the most; all are counted.
        order: a key of `store.search.ORDERS`.
    """
    typed = " ".join(words)
    given = {"kind": kind, "country": country, "area": area}
    query = parse(typed).with_qualifier(*(Qualifier(field, tuple(values)) for field, values in given.items() if values))
    with opened(home, out) as copy:
        results = _nothing_asked(typed, query) or search(copy.connection, query, order=order)
        places = results.places(copy.connection, limit=limit)
        total, exact = _how_many(copy.connection, results, places, limit, exactly=out.as_json)
        rows = _rows(copy.connection, places)
        if not total:
            out.say(_why_nothing(copy.connection, typed, query))
    for asked, instead in results.forgiven.items():
        out.say(_("Nothing matches {asked}; showing {instead}.").format(asked=asked, instead=instead))
    if out.as_json:
        forgiven = {"forgiven": results.forgiven} if results.forgiven else {}
        out.json({"count": total, "results": [_found(row) for row in rows], **forgiven})
    else:
        out.table(_columns(rows, out))
        if total > len(rows):
            all_of_them = f"{total:,}" if exact else _("more than {n:,}").format(n=total)
            out.say(_("{shown:,} of {total} are shown; --limit N shows more.").format(shown=len(rows), total=all_of_them))
    return 0 if total else NOTHING


def _how_many(connection: Connection, results: Results, places: list[int], limit: int, *, exactly: bool) -> tuple[int, bool]:
    """How many records match, and whether that is all; for a person, counting ends at `COUNTED`, since on a large copy it takes longest."""
    if len(places) < limit:
        return len(places), True
    if exactly:
        return results.total(connection), True
    most = limit + COUNTED
    reached = len(results.places(connection, limit=most + 1))
    return min(reached, most), reached <= most


def _nothing_asked(typed: str, query: Query) -> Results | None:
    """No results for words without a letter or digit, which would otherwise restrict nothing."""
    return Results([]) if typed.strip() and query.empty else None


def _rows(connection: Connection, places: Sequence[int]) -> list[Row]:
    return [row for start in range(0, len(places), AT_ONCE) for row in reader.rows(connection, places[start : start + AT_ONCE])]


def _why_nothing(connection: Connection, typed: str, query: Query) -> str:
    """A sentence that helps on where nothing was found."""
    asked = " ".join([*typed.split(), *(str(each) for each in query.qualifiers if str(each) not in typed)])
    shown = asked if len(asked) <= QUOTED else asked[:QUOTED] + "…"
    if query.terms and query.qualifiers:
        words_alone = search(connection, query._replace(qualifiers=())).total(connection)
        if words_alone:
            hint = ngettext("{n} record matches the words alone.", "{n} records match the words alone.", words_alone)
            return f"{_('Nothing matches {asked}.').format(asked=shown)} {hint} {states_alone(query)}".rstrip()
    if not asked:
        return _("The catalogue holds no records.")
    if query.qualifiers and not query.terms:
        said = _("Nothing matches {asked}. Countries go by code or name, other records by id, acronym or name.").format(asked=shown)
        return f"{said} {states_alone(query)}".rstrip()
    return _("Nothing matches {asked}. Every word must begin a word of the record: try fewer words, or their beginnings.").format(
        asked=shown
    )


def _found(row: Row) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "kind": row.kind,
        "id": row.id,
        "title": row.title,
        "subtitle": str(subtitle(row)),
        "country": row.countries.partition(" ")[0] or None,
    }


def _columns(rows: Sequence[Row], out: Output) -> Iterator[tuple[str, ...]]:
    """Reference first for a program; last for a person, who reads titles."""
    for row in rows:
        if not out.on_terminal:
            yield row.ref, row.title, str(subtitle(row))
        elif out.width < NARROW:
            yield row.title, row.ref
        else:
            yield row.title, str(subtitle(row)), row.ref


def show(home: Home, out: Output, *, reference: str) -> int:
    """One record: JSON is the document as shown, with `links` beside its own fields.

    Each link is `{"role", "kind", "id", "title", "direction"}`: `to` is named by this record, `from` names it.

    Raises:
        NotFound, UsageError: no record, or more than one, is called so.
    """
    with opened(home, out) as copy:
        kind, record_id = reader.resolve(copy.connection, reference)
        if out.as_json:
            named = reader.links_from(copy.connection, kind, record_id)
            naming = reader.links_to(copy.connection, kind, record_id, most=None)
            links = [_link(link, "to") for link in named] + [_link(link, "from") for group in naming for link in group.first]
            out.json({**reader.document(copy.connection, kind, record_id), "links": links})
        else:
            # A look-up needs no card.
            from ssc_tui.cli.paper import on_paper
            from ssc_tui.insight.look import card_of

            out.lines(on_paper(card_of(copy.connection, kind, record_id), out.width))
    return 0


def _link(link: reader.Linked, direction: str) -> dict[str, str]:
    return {"role": link.role, "kind": link.kind, "id": link.id, "title": link.title, "direction": direction}
