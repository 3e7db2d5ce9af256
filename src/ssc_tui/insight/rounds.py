"""A round of exchanges as one fills it in: both directions of each pair, what is on record of them, and how the partners stand with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, zip_longest
from sqlite3 import Connection
from types import MappingProxyType
from typing import Any, NamedTuple

from ssc_tui.catalogue.codes import BESIDE_EXCHANGE
from ssc_tui.catalogue.difference import same
from ssc_tui.catalogue.kinds import ref
from ssc_tui.catalogue.typed import FLOW_FIELDS, typed_row
from ssc_tui.catalogue.values import objects_at, text_at
from ssc_tui.insight.balance import Balance, round_number
from ssc_tui.insight.sums import HOST, NOTHING, SENDER, Sum, less, summed, together
from ssc_tui.store import reader
from ssc_tui.store.flows import Bare, Flow, bare, bare_flows_naming, named

ASKED = ("planned", "actual", "months", "kind", "start", "end")
"""The fields of an exchange that a round asks for in each direction."""

FEW = 4
"""Partners of a project of which every pair is proposed; of more, those that have exchanged, or each with the next."""

MOST = 12
"""Pairs of a round at the most."""

Document = Mapping[str, Any]

NONE: Document = MappingProxyType({})


class Direction(NamedTuple):
    """What one partner sends to another in the round: the ids of both, and the exchange on record, empty where there is none yet."""

    sender: str = ""
    host: str = ""
    held: Document = NONE


Pair = tuple[Direction, Direction]
"""There and back. A pair that has several exchanges in one direction comes several times."""


class Round(NamedTuple):
    """A round of a project.

    Attributes:
        project: its id; empty where none is chosen.
        round: its number or name; None where it is not chosen.
        pairs: what there is to fill in.
        usual: the kind of exchange that the pair had last, by sender and host.
        titles: of the records that it names, by `kind/id`.
        more: pairs of the round that are left out, since there are more than `MOST`.
    """

    project: str
    round: int | str | None
    pairs: tuple[Pair, ...]
    usual: Mapping[tuple[str, str], str]
    titles: Mapping[str, str]
    more: int = 0


def round_of(copy: Connection, project: str, which: int | str | None = None, beside: tuple[str, str] = ("", "")) -> Round:
    """A round of a project: what is on record of it, and the pairs that have nothing on record.

    Args:
        copy: the local copy.
        project: its id; empty for none.
        which: the round; None for the next one.
        beside: two partners who are proposed where the project names none.
    """
    exchanges = _exchanges(copy, project)
    if which is None:
        which = next_round(each.get("round") for each in exchanges) if project else None
    here = [each for each in exchanges if same_round(each.get("round"), which)]
    every = _pairs(here, _partners(copy, project), [_sides(each) for each in exchanges], beside)
    pairs, more = every[:MOST], len(every[MOST:])
    usual = {_sides(each): text_at(each, "kind") for each in sorted(exchanges, key=lambda each: text_at(each, "start"))}
    ids = {side for pair in pairs for side in (pair[0].sender, pair[0].host) if side}
    titles = {ref("partners", partner): each.title for partner, each in named(copy, "partners", sorted(ids)).items()}
    titles |= {ref("projects", record_id): each.title for record_id, each in named(copy, "projects", [project]).items()}
    return Round(project, which, pairs, {sides: kind for sides, kind in usual.items() if kind}, titles, more)


def round_beside(copy: Connection, kind: str, record_id: str) -> Round:
    """The round that one means beside a record: of an exchange its own, of a project the next one.

    Raises:
        NotFound: the copy does not hold the record.
    """
    if kind == "projects":
        return round_of(copy, record_id)
    if kind == "partners":
        return round_of(copy, "", None, (record_id, ""))
    if kind != "exchanges":
        return round_of(copy, "")
    found = reader.document(copy, kind, record_id)
    which = found.get("round")
    return round_of(copy, text_at(found, "project"), which if isinstance(which, int | str) else None, _sides(found))


def next_round(rounds: Iterable[Any]) -> int:
    """The number of the round after the last one on record."""
    return max((round_number(str(each)) or 0 for each in rounds if isinstance(each, int | str)), default=0) + 1


def same_round(one: Any, other: Any) -> bool:
    """Whether both name the same round: the number 3 and the text "3" do."""
    return one is not None and other is not None and str(one).strip() == str(other).strip()


def is_stated(document: Document, held: Document) -> bool:
    """Whether there is anything to save of a direction: it is on record, or more is stated than what kind it would be of."""
    return bool(held) or any(document.get(field) is not None for field in ASKED if field != "kind")


def _exchanges(copy: Connection, project: str) -> list[Document]:
    """The exchanges of a project as they are shown, in the order of their ids."""
    found = copy.execute(
        # Looked up by its key so, and not where the view is joined.
        "SELECT (SELECT document FROM shown WHERE shown.kind = link.kind AND shown.id = link.id) FROM link"
        " WHERE to_kind = 'projects' AND to_id = ? AND link.kind = 'exchanges' AND role = 'project' ORDER BY link.id",
        (project,),
    )
    return [json.loads(document) for (document,) in found]


def _partners(copy: Connection, project: str) -> list[str]:
    """The partners of a project that take part in its exchange of people."""
    if not project or reader.row_of(copy, "projects", project) is None:
        return []
    stated = objects_at(reader.document(copy, "projects", project), "partners")
    sides = [text_at(each, "partner") for each in stated if each.get("role") not in BESIDE_EXCHANGE]
    return list(dict.fromkeys(side for side in sides if side))


def _sides(exchange: Document) -> tuple[str, str]:
    return text_at(exchange, "sender"), text_at(exchange, "host")


def _pairs(here: Sequence[Document], partners: list[str], past: Iterable[tuple[str, str]], beside: tuple[str, str]) -> tuple[Pair, ...]:
    """What is on record first in the order of the partners, then who has nothing on record."""
    acquainted = {frozenset(sides): sides for sides in past if all(sides)}
    proposed = list(combinations(partners, 2))
    if len(partners) > FEW:
        proposed = [pair for pair in proposed if frozenset(pair) in acquainted] or list(
            zip(partners, partners[1:] + partners[:1], strict=True)
        )
    # Who exchanged in the project before, without being named by it.
    known = {frozenset(pair) for pair in proposed}
    proposed += [sides for both, sides in sorted(acquainted.items(), key=lambda item: item[1]) if both not in known and len(both) == 2]
    if not proposed:
        proposed = [beside]
    on_record = {frozenset(_sides(each)) for each in here}
    rest = [_sides(each) for each in here if frozenset(_sides(each)) not in {frozenset(pair) for pair in proposed}]
    found: list[Pair] = []
    for one, other in dict.fromkeys([*proposed, *rest]):
        there = [Direction(one, other, each) for each in here if _sides(each) == (one, other)]
        back = [Direction(other, one, each) for each in here if _sides(each) == (other, one) and one != other]
        empty = (Direction(one, other), Direction(other, one))
        both = list(zip_longest(there, back)) or [(None, None)]
        found += [(way or empty[0], return_way or empty[1]) for way, return_way in both]
    found.sort(key=lambda pair: frozenset((pair[0].sender, pair[0].host)) not in on_record)
    return tuple(found)


# How it stands


Sums = Mapping[str, tuple[Sum, Sum]]
"""What partners sent and hosted, by id."""


def on_record(copy: Connection, partners: Iterable[str]) -> Sums:
    """What partners sent and hosted in all exchanges that the copy holds: the numbers of their cards."""
    asked = list(dict.fromkeys(partners))
    sent, hosted = summed(bare_flows_naming(copy, asked), SENDER, HOST)
    return {partner: (sent.get(partner, NOTHING), hosted.get(partner, NOTHING)) for partner in asked}


def balances_with(sums: Sums, before: Iterable[Document], after: Iterable[Document]) -> list[Balance]:
    """The balances of those partners as they are when some exchanges are as typed, in place of what is on record of them."""
    went, goes = (summed(map(_flow, documents), SENDER, HOST) for documents in (before, after))
    return [
        Balance(
            partner,
            *(
                together([less(total, was.get(partner, NOTHING)), now.get(partner, NOTHING)])
                for total, was, now in zip(totals, went, goes, strict=True)
            ),
        )
        for partner, totals in sums.items()
    ]


def _flow(document: Document) -> Bare:
    """An exchange as it counts."""
    row = dict(zip(FLOW_FIELDS, typed_row("exchanges", {"id": "", **document}, (), lambda _partner: None) or (), strict=True))
    return bare(Flow(**{field: row[field] for field in Flow._fields[:9]}))


def changed(document: Document, held: Document) -> bool:
    """Whether an exchange is to be saved: it is stated, and differs from what is on record."""
    return is_stated(document, held) and not same(dict(document), dict(held))
