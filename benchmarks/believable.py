"""Makes believable catalogues of any size: records that nobody wrote, in the shapes and shares of real ones.

The same number and seed give the same documents. Every description ends in "(made up)".
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from benchmarks import lexicon
from benchmarks.prose import Prose
from ssc_tui.catalogue.codes import (
    CONTRIBUTION_KIND,
    EXCHANGE_KIND,
    EXCHANGE_STATUS,
    PROJECT_ROLE,
    PUBLICATION_KIND,
    SOLUTION_STAGE,
)
from ssc_tui.catalogue.countries import Country, countries
from ssc_tui.formats.facts import read_facts
from ssc_tui.text import slug

Document = dict[str, Any]

FACTS = Path(__file__).parents[1] / "data" / "facts"

SHARES = {
    "partners": 0.25,
    "funds": 0.005,
    "projects": 0.30,
    "exchanges": 0.30,
    "contributions": 0.035,
    "solutions": 0.06,
    "publications": 0.05,
}
"""How much of a catalogue each kind is, in the order in which a record can name those before it; areas are those of the seed."""

_T = TypeVar("_T")
_LANGUAGES = ("en", "fr", "es", "pt", "ar", "sw", "hi", "id", "zh")
_TODAY = 2026


def documents(number: int, seed: int = 1) -> Iterator[tuple[str, Document]]:
    """The kind and the document of each record, every record that another names among them.

    Args:
        number: how many records.
        seed: another one gives another catalogue of that size.
    """
    facts = read_facts(FACTS)
    areas = sorted(facts["areas"], key=lambda area: "parent" in area)[: number // 4]
    counts = {kind: int((number - len(areas)) * share) for kind, share in SHARES.items()}
    counts["partners"] += number - len(areas) - sum(counts.values())
    texts = [text for of_kind in facts.values() for each in of_kind if (text := each.get("description") or each.get("abstract"))]
    maker = _Maker(Random(f"{seed}/{number}"), [area["id"] for area in areas], Prose(texts))
    yield from (("areas", area) for area in areas)
    for kind, count in counts.items():
        for _ in range(count):
            yield kind, maker.make(kind)


class _Maker:
    """Makes one record after the other and remembers of each what later ones need to name it."""

    def __init__(self, dice: Random, areas: Sequence[str], prose: Prose) -> None:
        self.dice = dice
        self.areas = areas
        self.prose = prose
        self.countries = sorted(countries().values(), key=lambda country: Random(country.code).random())
        self.taken: set[str] = set()
        self.partners: list[str] = []
        self.homes: list[str] = []
        self.funds: list[str] = []
        self.projects: list[tuple[str, int, tuple[int, ...]]] = []
        """Id, first year, and its partners by their number in `partners`."""
        self.made = 0

    def make(self, kind: str) -> Document:
        """The next document of the kind."""
        self.made += 1
        return {
            "partners": self.partner,
            "funds": self.fund,
            "projects": self.project,
            "exchanges": self.exchange,
            "contributions": self.contribution,
            "solutions": self.solution,
            "publications": self.publication,
        }[kind]()

    def partner(self) -> Document:
        pattern, kind, others = self.often(lexicon.PARTNERS)
        place, country = self.place(), self.country()
        name = self.named(pattern, place, country)
        record_id = self.id_from(name)
        domain = f"{slug(place)}-{self.made}.example"
        made: Document = {"id": record_id, "name": name}
        if others and self.chance(0.6):
            made["names"] = {"en": name} | {lang: text.format(place=place) for lang, text in others.items()}
        if self.chance(0.4):
            made["acronym"] = "".join(word[0] for word in name.replace("-", " ").split() if word[0].isupper())
        if self.chance(0.05):
            made["aliases"] = [f"{place} {self.often(lexicon.FIELDS)}"]
        made |= {"kind": kind, "country": country.code, "city": place}
        if self.chance(0.3):
            made["location"] = {
                "lat": round(country.lat + self.dice.uniform(-2, 2), 3) if abs(country.lat) < 88 else country.lat,
                "lon": round(country.lon + self.dice.uniform(-2, 2), 3) if abs(country.lon) < 178 else country.lon,
            }
        if self.chance(0.4):
            made |= {"website": f"https://www.{domain}", "email": f"office@{domain}"}
        made["languages"] = self.some(_LANGUAGES, 2)
        if self.chance(0.3):
            made["founded"] = self.dice.randint(1890, _TODAY - 2)
        made |= {"areas": self.some(self.areas, 3), "description": self.text(1 + self.dice.random() * 1.5)}
        for side in ("brings", "seeks"):
            if self.chance(0.45):
                made[side] = [self.capacity(side, position) for position in range(1, self.dice.randint(2, 3))]
        if self.chance(0.3):
            made["figures"] = [self.figure()]
        self.partners.append(record_id)
        self.homes.append(country.code)
        return self.sourced(made)

    def fund(self) -> Document:
        name = self.named(self.often(lexicon.FUNDS))
        record_id = self.id_from(name)
        made = {
            "id": record_id,
            "name": name,
            "manager": self.partners[self.known_partner()],
            "contributors": list(dict.fromkeys(self.partners[self.known_partner()] for _ in range(3))),
            "founded": self.dice.randint(1970, _TODAY - 1),
            "description": self.text(3),
            "figures": [self.figure()],
        }
        self.funds.append(record_id)
        return self.sourced(made)

    def project(self) -> Document:
        title = self.named(self.often(lexicon.PROJECTS))
        record_id = self.id_from(title)
        start = _TODAY - int(self.dice.random() ** 2 * 25)
        end = start + self.dice.randint(1, 5)
        numbers = tuple(dict.fromkeys(self.known_partner() for _ in range(self.dice.choice((2, 2, 3, 3, 4, 5)))))
        modality = self.dice.choices(("south_south", "triangular", "north_south"), (65, 30, 5))[0]
        made: Document = {"id": record_id, "title": title}
        if self.chance(0.08):
            made["titles"] = {"en": title, "fr": f"Projet de {self.place()}"}
        if self.chance(0.2):
            made["identifier"] = f"XM-MADE-UP-{self.made:07}"
        made |= {
            "modality": modality,
            "status": "4" if end < _TODAY else self.dice.choice("123"),
            "start": f"{start}-{self.dice.randint(1, 12):02}",
            "end": str(end),
            "countries": list(dict.fromkeys(self.homes[number] for number in numbers)),
            "areas": self.some(self.areas, 3),
        }
        if self.chance(0.2) and self.areas:
            made["cross_cutting"] = [{"area": self.often(self.areas), "significance": self.dice.randint(0, 2)}]
        if self.chance(0.25) and self.funds:
            made["fund"] = self.often(self.funds)
        roles = tuple(PROJECT_ROLE)
        made["partners"] = [
            {"partner": self.partners[number], "role": roles[0] if not position else self.often(roles[1:])}
            for position, number in enumerate(numbers)
        ]
        if self.chance(0.3):
            made |= {"budget": self.dice.randint(20, 5000) * 1000, "currency": self.dice.choice(("USD", "EUR", "NOK", "BRL", "INR"))}
        made["description"] = self.text(1 + self.dice.random() * 2)
        self.projects.append((record_id, start, numbers))
        return self.sourced(made)

    def exchange(self) -> Document:
        project, year, sender, host = self.two_partners()
        people = self.dice.randint(1, 12)
        start = year + self.dice.randint(0, 2)
        made: Document = {"id": self.id_from(f"{project} {start}"), "round": start - year + 1}
        if project:
            made["project"] = project
        made |= {
            "sender": self.partners[sender],
            "host": self.partners[host],
            "kind": self.often(tuple(EXCHANGE_KIND)),
            "planned": people,
        }
        if start <= _TODAY and self.chance(0.8):
            made["actual"] = max(0, people - self.dice.choice((0, 0, 0, 1, 2)))
        made |= {
            "months": self.dice.choice((0.5, 1, 3, 6, 10, 12)),
            "start": f"{start}-{self.dice.randint(1, 12):02}-{self.dice.randint(1, 28):02}",
            "end": str(start + 1),
            "status": "completed" if start < _TODAY - 1 else self.often(tuple(EXCHANGE_STATUS)),
            "need": self.often(lexicon.TOPICS),
            "capacity": self.often(lexicon.TOPICS),
            "note": self.text(2),
        }
        return self.sourced(made)

    def contribution(self) -> Document:
        project, year, giver, receiver = self.two_partners()
        days = self.dice.randint(2, 200)
        made: Document = {"id": self.id_from(f"{project} gift {year}")}
        if project:
            made["project"] = project
        made |= {
            "from": self.partners[giver],
            "to": self.partners[receiver],
            "year": year,
            "kind": self.often(tuple(CONTRIBUTION_KIND)),
            "quantity": days,
            "unit": "day",
            "unit_cost": 250,
            "method": "agreed rate",
            "amount": days * 250,
            "currency": "USD",
            "agreed": self.chance(0.7),
            "note": self.text(2),
        }
        return self.sourced(made)

    def solution(self) -> Document:
        title = self.named(self.often(lexicon.SOLUTIONS))
        provider, taker = self.known_partner(), self.known_partner()
        made: Document = {
            "id": self.id_from(title),
            "title": title,
            "stage": self.often(tuple(SOLUTION_STAGE)[::-1]),
            "provider": self.partners[provider],
        }
        if self.projects and self.chance(0.6):
            made["project"] = self.dice.choice(self.projects)[0]
        made |= {
            "countries": list(dict.fromkeys((self.homes[provider], self.homes[taker]))),
            "areas": self.some(self.areas, 2),
            "challenge": self.text(1),
            "description": self.text(1.5),
            "replications": [
                {
                    "country": self.homes[taker],
                    "partner": self.partners[taker],
                    "year": self.dice.randint(2005, _TODAY),
                    "result": self.text(1),
                }
            ],
        }
        return self.sourced(made)

    def publication(self) -> Document:
        title = self.named(self.often(lexicon.PUBLICATIONS))
        publisher = self.partners[self.known_partner()]
        made: Document = {
            "id": self.id_from(title),
            "title": title,
            "publisher": publisher,
            "year": self.dice.randint(1990, _TODAY),
            "kind": self.often(tuple(PUBLICATION_KIND)),
            "languages": self.some(_LANGUAGES, 2),
            "url": f"https://papers.example/made-up/{self.made}.pdf",
            "related": [f"partners/{publisher}"],
            "abstract": self.text(3),
        }
        return self.sourced(made)

    def two_partners(self) -> tuple[str, int, int, int]:
        """A project with its first year, and the numbers of two of its partners; two partners without a project where there is none."""
        project, year, numbers = self.dice.choice(self.projects) if self.projects else ("", _TODAY, ())
        one, two = self.dice.sample(numbers, 2) if len(numbers) > 1 else (self.known_partner(), self.known_partner())
        return project, year, one, two

    def capacity(self, side: str, position: int) -> Document:
        item: Document = {"id": f"{side}-{position}"}
        if self.areas:
            item["area"] = self.often(self.areas)
        return item | {"topic": self.topic(), "level": self.dice.choice(("basic", "advanced", "expert"))}

    def figure(self) -> Document:
        return {
            "year": self.dice.randint(2010, _TODAY),
            "measure": self.often(lexicon.MEASURES),
            "value": int(10 ** (self.dice.random() * 5)),
            "source": "made up",
        }

    def sourced(self, made: Document) -> Document:
        seen = f"{self.dice.randint(2021, _TODAY)}-{self.dice.randint(1, 12):02}-{self.dice.randint(1, 28):02}"
        return made | {"sources": [{"ref": f"https://records.example/made-up/{self.made}", "seen_on": seen}]}

    def id_from(self, name: str) -> str:
        """An id as editors choose them, or for every fifth record one as the program gives them."""
        if self.chance(0.2):
            milliseconds = 1_600_000_000_000 + self.made * 60_000
            chances = self.dice.getrandbits(12) << 64 | self.dice.getrandbits(62)
            return str(UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | chances))
        base = slug(name)[:40].strip("-")
        record_id = base if base not in self.taken else f"{base}-{self.made}"
        self.taken.add(record_id)
        return record_id

    def named(self, pattern: str, place: str = "", country: Country | None = None) -> str:
        """The pattern with its blanks filled, each time anew but for what is given."""
        given = [place] if place else []

        def filled(blank: re.Match[str]) -> str:
            match blank[1]:
                case "place":
                    return given.pop() if given else self.place()
                case "country":
                    return (country or self.country()).name
                case "field":
                    return self.often(lexicon.FIELDS)
                case _:
                    return self.topic()

        name = re.sub(r"{(\w+)}", filled, pattern)
        return name[0].upper() + name[1:]

    def text(self, sentences: float) -> str:
        """About so many sentences, marked as made up."""
        whole = int(sentences) + self.chance(sentences % 1)
        return " ".join([self.prose.sentence(self.dice, self.place) for _ in range(whole)] + ["(made up)"])

    def place(self) -> str:
        """A place; the first few hundred are drawn as often as all others together."""
        return _drawn(self.dice, lexicon.places(), 20)

    def topic(self) -> str:
        topic = self.often(lexicon.TOPICS)
        return f"{self.often(lexicon.MANNERS)} {topic}" if self.chance(0.5) else topic

    def country(self) -> Country:
        return _drawn(self.dice, self.countries, 20)

    def known_partner(self) -> int:
        """The number of a partner: half the time one of those that everybody works with."""
        most = len(self.partners)
        return int(_rank(self.dice, most, 5)) if self.chance(0.5) else self.dice.randrange(most)

    def often(self, choices: Sequence[_T]) -> _T:
        """One of the choices, the first ones most often."""
        return _drawn(self.dice, choices, 3)

    def some(self, choices: Sequence[_T], most: int) -> list[_T]:
        """One to `most` of the choices, none twice."""
        return list(dict.fromkeys(self.often(choices) for _ in range(self.dice.randint(1, most)))) if choices else []

    def chance(self, share: float) -> bool:
        return self.dice.random() < share


def _rank(dice: Random, number: int, flat: float) -> int:
    """A rank from 0 to `number` - 1 after Zipf and Mandelbrot: rank r comes up in proportion to 1 / (r + `flat`)."""
    return min(number - 1, int(flat * ((number + flat) / flat) ** dice.random() - flat))


def _drawn(dice: Random, choices: Sequence[_T], flat: float) -> _T:
    return choices[_rank(dice, len(choices), flat)]


def main() -> int:
    """Make a home folder with a catalogue of the size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.believable", description=main.__doc__)
    parser.add_argument("number", type=int, metavar="NUMBER", help="how many records")
    parser.add_argument("home", type=Path, metavar="HOME", help="the folder; it may not hold a catalogue yet")
    parser.add_argument("--seed", type=int, default=1, help="another one gives another catalogue of that size")
    asked = parser.parse_args()
    # That module imports this one for the catalogues that it keeps.
    from benchmarks.homes import make_home

    try:
        make_home(asked.home, documents(asked.number, asked.seed), asked.number)
    except FileExistsError as error:
        print(f"{error} is there already; name another folder", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
