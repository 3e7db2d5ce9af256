"""A made-up catalogue on which staff can practise: exchanges in and out of balance, needs, capacities, contributions and solutions.

Everything in it is invented and says so. The same every time: nothing hangs on chance or on the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

Document = dict[str, Any]

DATASET = "practice"
VERSION = "2"
"""Raised whenever other documents are made, so that an older practice copy is made anew."""

SAID = "Made up for practice; no such organisation, project or person exists."
MADE = [{"ref": "made up for practice"}]

_PLACES = (
    ("MW", "Mbanje"), ("KE", "Olkeri"), ("TZ", "Usambika"), ("UG", "Kyangera"), ("RW", "Nyabiho"), ("ZM", "Lukwesa"), ("ET", "Adwera"),
    ("GH", "Asomanya"), ("SN", "Ndioumel"), ("MZ", "Chirambo"), ("NP", "Dharapani"), ("IN", "Kovilpet"), ("BD", "Shibganj"),
    ("LK", "Galmaduwa"), ("VN", "Tan Hoa"), ("PH", "Maligaya"), ("ID", "Sukamekar"), ("BR", "Serra Clara"), ("CO", "Valle Nuevo"),
    ("PE", "Qoripata"),
)  # fmt: skip
"""Countries, and places in them that are none."""

_TYPES = (
    ("Hospital", "15", "health"), ("Teachers' College", "80", "education"), ("Farmers' Union", "22", "agriculture"),
    ("Solar Workshop", "70", "energy"), ("Climate Station", "11", "climate-resilience"), ("Statistics Office", "10", "statistics"),
)  # fmt: skip
"""Kinds of organisation: what they are called, their code, and the area they work in."""

_TOPICS = {
    "health": (("Neonatal nursing", "12220"), ("Hospital waste management", "12230"), ("Community midwifery", "13020")),
    "education": (("Sign language teaching", "11120"), ("School leadership", "11130"), ("Mother-tongue reading", "11220")),
    "agriculture": (("Drip irrigation", "31140"), ("Seed banks", "31150"), ("Dairy cooperatives", "31163")),
    "energy": (("Solar mini-grids", "23231"), ("Battery repair", "23630"), ("Improved cook stoves", "23240")),
    "climate-resilience": (("Flood early warning", "74020"), ("Mangrove nurseries", "41030"), ("Drought insurance", "24030")),
    "statistics": (("Household surveys", "16062"), ("Civil registration", "15130"), ("Open data portals", "16062")),
}
"""What is brought and sought in each area, with DAC purpose codes."""

_AREAS = {
    "health": ("Health", "Santé", "Salud", "Saúde"),
    "education": ("Education", "Éducation", "Educación", "Educação"),
    "agriculture": ("Agriculture", "Agriculture", "Agricultura", "Agricultura"),
    "energy": ("Renewable energy", "Énergies renouvelables", "Energías renovables", "Energias renováveis"),
    "climate-resilience": ("Climate resilience", "Résilience climatique", "Resiliencia climática", "Resiliência climática"),
    "statistics": ("Statistics", "Statistiques", "Estadística", "Estatística"),
    "gender-equality": ("Gender equality", "Égalité des genres", "Igualdad de género", "Igualdade de gênero"),
    "anti-corruption": ("Anti-corruption", "Lutte contre la corruption", "Lucha contra la corrupción", "Combate à corrupção"),
}
_GOALS = {
    "health": [3], "education": [4], "agriculture": [2], "energy": [7, 13], "climate-resilience": [11, 13], "statistics": [17],
    "gender-equality": [5], "anti-corruption": [16],
}  # fmt: skip
"""The Sustainable Development Goals that each area serves."""

_CROSS_CUTTING = ("gender-equality", "anti-corruption")

PARTNERS = 60
PROJECTS = 25
ROUNDS = 3

RING = ("practice-ring-a", "practice-ring-b", "practice-ring-c")
"""Three partners of which each seeks what the next one brings, and nobody else does."""

_RING_TOPICS = ("Bamboo bridge building", "Tide mill repair", "Braille printing")


def documents() -> Iterator[tuple[str, Document]]:
    """Every document with its kind."""
    yield from (("areas", area) for area in _areas())
    partners = [*_partners(), *_ring()]
    yield from (("partners", partner) for partner in partners)
    yield from (("funds", fund) for fund in _funds())
    for project, exchanges, contributions in _projects(partners):
        yield "projects", project
        yield from (("exchanges", exchange) for exchange in exchanges)
        yield from (("contributions", contribution) for contribution in contributions)
    yield from (("solutions", solution) for solution in _solutions(partners))
    yield from (("publications", publication) for publication in _publications(partners))


def _areas() -> Iterator[Document]:
    for area, (en, fr, es, pt) in _AREAS.items():
        kind = "cross_cutting" if area in _CROSS_CUTTING else "priority"
        yield {
            "id": area,
            "name": en,
            "names": {"en": en, "fr": fr, "es": es, "pt": pt},
            "kind": kind,
            "sdgs": _GOALS[area],
            "sources": MADE,
        }


def _partners() -> Iterator[Document]:
    for number in range(PARTNERS - len(RING)):
        country, place = _PLACES[number % len(_PLACES)]
        name, kind, area = _TYPES[number % len(_TYPES)]
        _called, _code, wanted = _TYPES[(number + 1 + number // len(_TYPES)) % len(_TYPES)]
        brings, seeks = _TOPICS[area], _TOPICS[wanted]
        yield _partner(
            f"practice-{number:02}",
            f"{place} {name}",
            country,
            kind,
            area,
            brings[number % len(brings)],
            (*seeks[number % len(seeks)], wanted),
        )


def _partner(
    record_id: str, name: str, country: str, kind: str, area: str, brings: tuple[str, str], seeks: tuple[str, str, str]
) -> Document:
    topic, sector = brings
    wanted, wanted_sector, wanted_area = seeks
    return {
        "id": record_id,
        "name": name,
        "kind": kind,
        "country": country,
        "city": name.split()[0],
        "languages": ["pt"] if country in ("MZ", "BR") else ["es"] if country in ("CO", "PE") else ["fr"] if country == "SN" else ["en"],
        "description": SAID,
        "areas": [area],
        "brings": [{"id": "b1", "area": area, "topic": topic, "sector": sector, "level": "expert", "language": "en"}],
        "seeks": [{"id": "s1", "area": wanted_area, "topic": wanted, "sector": wanted_sector, "level": "beginner", "language": "en"}],
        "sources": MADE,
    }


def _ring() -> Iterator[Document]:
    countries = ("GH", "LK", "PE")
    for number, record_id in enumerate(RING):
        name = f"{_PLACES[7 + 6 * number][1]} Craft School"
        brings, seeks = _RING_TOPICS[number], _RING_TOPICS[(number + 1) % len(RING)]
        yield _partner(record_id, name, countries[number], "80", "education", (brings, "11330"), (seeks, "11330", "education"))


def _funds() -> Iterator[Document]:
    for number, name in enumerate(("Practice Fund for Exchange", "Practice Trust Fund"), 1):
        yield {"id": f"practice-fund-{number}", "name": name, "founded": 2015 + number, "description": SAID, "sources": MADE}


def _projects(partners: list[Document]) -> Iterator[tuple[Document, list[Document], list[Document]]]:
    numbers = count(1)
    for number in range(PROJECTS):
        size = 3 if number % 5 == 0 else 2
        chosen = [partners[(number * 2 + step * 7) % len(partners)] for step in range(size)]
        project = _project(number, chosen)
        exchanges = [
            _exchange(next(numbers), number, project["id"], round_, sender, host)
            for round_ in range(1, ROUNDS + 1)
            for sender, host in _ways(chosen)
            if not _left_out(number, round_, sender, host, chosen)
        ]
        yield project, exchanges, list(_contributions(number, project["id"], chosen))


def _ways(chosen: list[Document]) -> Iterator[tuple[Document, Document]]:
    """Who sends to whom: both ways between two, around in a circle between three."""
    for place, sender in enumerate(chosen):
        yield sender, chosen[(place + 1) % len(chosen)]


def _left_out(number: int, round_: int, sender: Document, host: Document, chosen: list[Document]) -> bool:
    """Some projects send one way alone from the second round on, and one never began."""
    return number == PROJECTS - 1 or (number % 6 == 4 and round_ > 1 and host is chosen[0])


def _project(number: int, chosen: list[Document]) -> Document:
    area = chosen[0]["areas"][0]
    start = 2016 + number % 8
    project: Document = {
        "id": f"practice-project-{number:02}",
        "title": f"Practice exchange {number + 1}: {chosen[0]['brings'][0]['topic'].lower()}",
        "modality": "triangular" if len(chosen) == 3 else "south_south",
        "status": "4" if start < 2021 else "2",
        "start": str(start),
        "end": str(start + ROUNDS),
        "countries": sorted({partner["country"] for partner in chosen}),
        "areas": [area],
        "cross_cutting": [{"area": _CROSS_CUTTING[number % 2], "significance": number % 3}],
        "fund": f"practice-fund-{number % 2 + 1}",
        "partners": [
            {"partner": partner["id"], "role": "coordinator" if place == 0 and number % 4 else "partner", "since": str(start)}
            for place, partner in enumerate(chosen)
        ],
        "description": SAID,
        "sources": MADE,
    }
    if number % 3:
        # In every third of these, one partner was not at the assessment.
        present = chosen if number % 3 == 1 else chosen[:-1]
        project["assessment"] = {"date": f"{start - 1}-11", "present": [partner["id"] for partner in present]}
    if number % 2:
        project |= {"requested_by": chosen[-1]["id"], "requested_on": f"{start - 1}-03-15"}
    return project


def _exchange(number: int, of: int, project: str, round_: int, sender: Document, host: Document) -> Document:
    start = 2016 + of % 8 + round_ - 1
    planned = 2 + (of + round_) % 4
    exchange: Document = {
        "id": f"practice-exchange-{number:03}",
        "project": project,
        "round": round_,
        "sender": sender["id"],
        "host": host["id"],
        "kind": ("professional", "volunteer", "academic")[of % 3],
        "planned": planned,
        "months": (6, 10, 12)[of % 3],
        "start": f"{start}-02",
        "end": f"{start}-11",
        "capacity": sender["brings"][0]["topic"],
        "sources": MADE,
    }
    if number % 3 == 0:
        exchange["need"] = "s1"
    # Of the last rounds of a few projects nobody has stated yet how many went.
    if not (of % 7 == 3 and round_ == ROUNDS):
        exchange["actual"] = max(0, planned - (number % 5 == 0) - 2 * (of % 8 == 2 and sender["id"] < host["id"]))
    return exchange


def _contributions(number: int, project: str, chosen: list[Document]) -> Iterator[Document]:
    ids = count(1)
    year = 2017 + number % 8

    def given(giver: Document, taker: Document, kind: str, **more: Any) -> Document:
        return {
            "id": f"practice-contribution-{number:02}-{next(ids)}",
            "project": project,
            "from": giver["id"],
            "to": taker["id"],
            "year": year,
            "kind": kind,
            **more,
            "sources": MADE,
        }

    for giver, taker in _ways(chosen):
        yield given(giver, taker, "expert_time", quantity=2 + number % 3, unit="expert-months", tossd="D011")
        if number % 2:
            yield given(
                giver,
                taker,
                "training",
                quantity=10 + number,
                unit="training days",
                unit_cost=40,
                method="local rate",
                currency="USD",
                tossd="D021",
            )
    if number % 3 == 0:
        yield given(chosen[0], chosen[-1], "money", amount=5000 + 250 * number, currency="USD", agreed=True)
        yield given(chosen[0], chosen[-1], "money", amount=3000 + 250 * number, currency="USD", agreed=False)
    if number % 4 == 1:
        yield given(chosen[-1], chosen[0], "goods", quantity=1 + number, unit="kits", tossd="D013")
        yield given(chosen[-1], chosen[0], "money", amount=900_000, currency="TZS", agreed=False)


_STAGES = ("idea", "incubating", "testing", "proven", "scaled", "dropped")


def _solutions(partners: list[Document]) -> Iterator[Document]:
    for number in range(18):
        provider = partners[number * 3 % len(partners)]
        topic = provider["brings"][0]["topic"]
        reached = number % len(_STAGES)
        path = _STAGES[: reached + 1] if _STAGES[reached] != "dropped" else ("idea", "testing", "dropped")
        solution: Document = {
            "id": f"practice-solution-{number:02}",
            "title": f"{topic} as {provider['name']} does it",
            "stage": _STAGES[reached],
            "provider": provider["id"],
            "project": f"practice-project-{number:02}",
            "countries": [provider["country"]],
            "areas": provider["areas"],
            "challenge": "Made up for practice.",
            "description": SAID,
            "history": [
                {"stage": stage, "on": f"{2018 + step}-06", "by": provider["name"], "reason": "Made up for practice."}
                for step, stage in enumerate(path)
            ],
            "sources": MADE,
        }
        if _STAGES[reached] in ("proven", "scaled"):
            taken_up = [partners[(number * 3 + step) % len(partners)] for step in (5, 11)]
            solution["replications"] = [
                {"country": each["country"], "partner": each["id"], "year": 2022 + step, "changes": "Local materials", "result": "In use"}
                for step, each in enumerate(taken_up)
            ]
            solution["countries"] = sorted({provider["country"], *(each["country"] for each in taken_up)})
        yield solution


def _publications(partners: list[Document]) -> Iterator[Document]:
    for number in range(6):
        partner = partners[number * 5]
        yield {
            "id": f"practice-publication-{number}",
            "title": f"What we learned in practice exchange {number + 1}",
            "publisher": partner["id"],
            "year": 2019 + number,
            "kind": "report",
            "languages": ["en"],
            "related": [f"partners/{partner['id']}", f"projects/practice-project-{number:02}"],
            "abstract": SAID,
            "sources": MADE,
        }
