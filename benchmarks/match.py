"""How long a match takes among 2,000 partners with 10,000 needs and capacities, against comparing prepared sets in plain Python.

The floor holds every need and capacity in memory, folded and ready, and compares those of one partner with all others by words and area: no
reading, no tree of areas or sectors, no rings, no reasons, no words. The match does all of that, from the copy. Neither waits for anything,
so both are measured in time of the processor.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks import lexicon
from benchmarks.believable import FACTS
from benchmarks.measures import percentile, ratio_of_pairs, table
from ssc_tui.catalogue.countries import countries
from ssc_tui.formats.facts import read_facts
from ssc_tui.insight.match_view import match_view
from ssc_tui.insight.report import Asked
from ssc_tui.insight.topics import telling_words
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy

PARTNERS = 2_000
ITEMS = 10_000
TARGET = 200.0
"""Milliseconds that a match should not exceed."""

ASKED = 40
"""Partners that are matched."""

LANGUAGES = ("en", "fr", "es", "pt", "ar", "sw")


class Prepared(NamedTuple):
    """A need or capacity, ready to be compared."""

    partner: str
    side: str
    area: str
    words: frozenset[str]


def documents(partners: int, items: int, areas: Sequence[dict[str, Any]], dice: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """The areas, and partners whose needs and capacities are as many as asked for, spread evenly over them and over both sides."""
    yield from (("areas", area) for area in areas)
    codes = sorted(countries())
    for number in range(partners):
        made: dict[str, Any] = {"id": f"made-{number}", "name": f"Made-up partner {number}", "country": dice.choice(codes)}
        made["languages"] = dice.sample(LANGUAGES, 2)
        for position in range(number, items, partners):
            side = "seeks" if (position // partners + number) % 2 else "brings"
            item = {"id": f"item-{position}", "topic": dice.choice(lexicon.TOPICS), "area": dice.choice(areas)["id"]}
            if dice.random() < 0.3:
                item["sector"] = dice.choice([code for area in areas for code in area.get("sectors", ()) if len(code) == 5])
            made.setdefault(side, []).append(item)
        yield "partners", made
    for number in range(partners * 2):
        sender, host = dice.sample(range(partners), 2)
        yield "exchanges", {"id": f"went-{number}", "sender": f"made-{sender}", "host": f"made-{host}", "actual": dice.randint(1, 9)}


def prepared(made: Sequence[tuple[str, dict[str, Any]]]) -> list[Prepared]:
    """Every need and capacity, ready to be compared."""
    return [
        Prepared(document["id"], side, item["area"], telling_words(item["topic"]))
        for kind, document in made
        if kind == "partners"
        for side in ("seeks", "brings")
        for item in document.get(side, ())
    ]


def floor(everything: Sequence[Prepared], partner: str) -> tuple[set[str], set[str]]:
    """Who brings what the partner seeks, and who seeks what it brings."""
    own = [item for item in everything if item.partner == partner]
    found: dict[str, set[str]] = {"brings": set(), "seeks": set()}
    for mine in own:
        for item in everything:
            if item.side != mine.side and item.partner != partner and (item.area == mine.area or item.words & mine.words):
                found[item.side].add(item.partner)
    return found["brings"], found["seeks"]


def main(words: Sequence[str] | None = None) -> int:
    """Print how long a match takes, the floor, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=PARTNERS)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--one-area", action="store_true", help="file everything under one area: the most that can fit")
    given = parser.parse_args(words)
    dice = Random(1)
    areas = [area for area in read_facts(FACTS)["areas"] if area.get("sectors")]
    made = list(documents(given.partners, given.items, areas, dice))
    if given.one_area:
        for _kind, document in made:
            for item in (*document.get("seeks", ()), *document.get("brings", ())):
                item["area"] = areas[0]["id"]
    everything = prepared(made)
    ours: list[float] = []
    theirs: list[float] = []
    counts: list[dict[str, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        make_copy(Path(folder) / "made.sqlite", made, {})
        with closing(connect(Path(folder) / "made.sqlite")) as copy:
            match_view(copy, Asked("partners/made-0"))
            for number in dice.sample(range(given.partners), min(ASKED, given.partners)):
                began = time.process_time()
                report = match_view(copy, Asked(f"partners/made-{number}"))
                between = time.process_time()
                floor(everything, f"made-{number}")
                theirs.append((time.process_time() - between) * 1000)
                ours.append((between - began) * 1000)
                counts.append(report.numbers["counts"])
    fits = {name: sum(each[name] for each in counts) / len(counts) for name in counts[0]}
    print(f"{given.partners:,} partners, {len(everything):,} needs and capacities; {len(ours)} partners matched; target {TARGET:.0f} ms")
    print("found for each, on average: " + ", ".join(f"{name} {number:,.1f}" for name, number in fits.items()))
    rows = [
        [name, *(f"{percentile(times, share):.1f}" for share in (0.5, 0.95, 1))] for name, times in (("match", ours), ("floor", theirs))
    ]
    print(table(["ms", "half", "95 %", "all"], rows))
    print(f"ratio to the floor: {ratio_of_pairs(ours, theirs):.1f}")
    return int(percentile(ours, 0.95) > TARGET)


if __name__ == "__main__":
    sys.exit(main())
