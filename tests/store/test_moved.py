"""What exchanges come to is kept beside them: the sums are those of the flows, whatever comes and goes."""

from __future__ import annotations

from contextlib import closing
from operator import itemgetter
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.by_hand import remove_documents, store_documents
from tests.conftest import Make

from ssc_tui.insight.balance import balances
from ssc_tui.insight.sums import Sum, summed, together
from ssc_tui.store import projections
from ssc_tui.store.connection import connect, transaction
from ssc_tui.store.flows import Bare
from ssc_tui.store.loader import make_copy
from ssc_tui.store.moved import NUMBERS

STATUSES = (None, "planned", "ongoing", "completed", "cancelled", "unheard-of")
partner = st.sampled_from(["a", "b", "c", "nobody", "", None])
exchanges = st.fixed_dictionaries(
    {"id": st.sampled_from(["x1", "x2", "x3", "x4"])},
    optional={
        "sender": partner,
        "host": partner,
        "planned": st.none() | st.integers(-1, 4),
        "actual": st.none() | st.integers(0, 4),
        "start": st.sampled_from(["2019", "2019-04-02", "2020-01", "", "soon"]),
        "status": st.sampled_from(STATUSES),
    },
)
partners = st.fixed_dictionaries({"id": st.sampled_from(["a", "b", "c"]), "name": st.just("A")}, optional={"country": st.just("KE")})
changes = st.lists(
    st.tuples(st.just("exchanges"), exchanges)
    | st.tuples(st.just("partners"), partners)
    | st.tuples(st.just("gone"), st.sampled_from(["x1", "x2", "a", "b"])),
    max_size=12,
)


def kept(copy: Connection) -> dict[tuple[str, str, str], tuple[int, ...]]:
    return {(field, value, other): tuple(numbers) for field, value, other, *numbers in copy.execute("SELECT * FROM moved")}


def added_up(copy: Connection) -> dict[tuple[str, str, str], tuple[int, ...]]:
    """The same from flow to flow."""
    rows = copy.execute("SELECT sender, host, sender_country, host_country, substr(start, 1, 4), planned, actual, NULL, status FROM flow")
    flows: list[Bare] = rows.fetchall()
    sent, hosted, countries, years = summed(flows, itemgetter(0), itemgetter(1), itemgetter(2, 3), itemgetter(4))
    found = {}
    for each in balances(sent, hosted):
        found["partner", each.partner or "", ""] = (*whole_numbers(together((each.sent, each.hosted))), each.difference)
    for (one, other), total in countries.items():
        found["country", one or "", other or ""] = (*whole_numbers(total), 0)
    for year, total in years.items():
        found["year", year or "", ""] = (*whole_numbers(total), 0)
    return found


def whole_numbers(total: Sum) -> tuple[int, ...]:
    return tuple(int(number) for number in total[: len(NUMBERS)])


@given(changes)
@settings(max_examples=settings().max_examples // 2)
def test_sums_are_kept_whatever_comes_and_goes(changed: list[tuple[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.sqlite"
        make_copy(path, [], {})
        with closing(connect(path)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            follow(copy, changed)


def follow(copy: Connection, changed: list[tuple[str, Any]]) -> None:
    for kind, what in changed:
        if kind == "gone":
            remove_documents(copy, [("exchanges" if what.startswith("x") else "partners", what)])
        else:
            store_documents(copy, [(kind, what)])
        assert kept(copy) == added_up(copy)
    stored = kept(copy)
    with transaction(copy):
        projections.rebuild(copy)
    assert kept(copy) == stored


def test_a_partner_that_moves_takes_its_exchanges_along(make: Make) -> None:
    copy = make(("partners", {"id": "a", "name": "A", "country": "KE"}), ("exchanges", {"id": "x", "sender": "a", "actual": 2}))
    assert kept(copy)["country", "KE", ""][:3] == (1, 1, 2)
    store_documents(copy, [("partners", {"id": "a", "name": "A", "country": "MW"})])
    assert [key for key in kept(copy) if key[0] == "country"] == [("country", "MW", "")]
    remove_documents(copy, [("exchanges", "x")])
    assert kept(copy) == {}
