"""A small catalogue in which things were given: one project on both sides of two countries, one without money, two funds, a company."""

from __future__ import annotations

from typing import Any

Documents = list[tuple[str, dict[str, Any]]]

DOCUMENTS: Documents = [
    ("areas", {"id": "health", "name": "Health", "sdgs": [3], "kind": "priority"}),
    ("areas", {"id": "nursing", "name": "Nursing", "parent": "health", "sdgs": [3, 5]}),
    ("areas", {"id": "energy", "name": "Clean energy", "sdgs": [7, 13], "kind": "priority"}),
    ("partners", {
        "id": "kch", "name": "Kamuzu Hospital", "country": "MW", "kind": "15", "areas": ["nursing"],
        "brings": [{"id": "b1", "topic": "Tropical medicine", "area": "health"}],
        "seeks": [{"id": "s1", "topic": "Theatre nurses", "area": "nursing"}, {"id": "s2", "topic": "Solar pumps", "area": "energy"}],
    }),
    ("partners", {
        "id": "grid", "name": "Malawi Grid", "country": "MW", "kind": "70",
        "seeks": [{"id": "s", "topic": "Mini grids", "area": "energy"}],
    }),
    ("partners", {
        "id": "amexcid", "name": "AMEXCID", "country": "MX", "kind": "10", "areas": ["health"],
        "brings": [{"id": "b", "topic": "Nursing schools", "area": "nursing"}],
        "seeks": [{"id": "s", "topic": "Malaria care", "area": "health"}],
    }),
    ("partners", {"id": "oslo", "name": "Oslo Hospital", "country": "NO", "kind": "15", "areas": ["health"]}),
    ("funds", {
        "id": "ibsa", "name": "IBSA Fund", "manager": "amexcid", "contributors": ["amexcid", "oslo"], "founded": 2004,
        "figures": [{"year": 2022, "measure": "projects", "value": 42, "unit": "projects", "source": "report 2022"}],
    }),
    ("funds", {"id": "india", "name": "India-UN Fund", "contributors": ["oslo"]}),
    ("projects", {
        "id": "nurses", "title": "Nurses both ways", "countries": ["MW", "MX"], "areas": ["nursing"], "modality": "south_south",
        "fund": "ibsa", "start": "2019", "end": "2021", "partners": [{"partner": "kch", "role": "coordinator"}, {"partner": "amexcid"}],
        "requested_by": "kch", "requested_on": "2018-04-01", "budget": 9000, "currency": "USD",
    }),
    ("projects", {
        "id": "grids", "title": "Grids for clinics", "countries": ["MW"], "areas": ["energy"], "fund": "ibsa", "start": "2020",
        "partners": [{"partner": "grid"}, {"partner": "oslo"}],
    }),
    ("projects", {"id": "bare", "title": "Nothing on record yet", "countries": ["MX"], "fund": "india", "start": "2022"}),
    ("exchanges", {"id": "x1", "project": "nurses", "sender": "kch", "host": "amexcid", "planned": 5, "actual": 5, "start": "2019"}),
    ("exchanges", {"id": "x2", "project": "nurses", "sender": "amexcid", "host": "kch", "planned": 4, "actual": 2, "start": "2020"}),
    ("exchanges", {"id": "x3", "project": "grids", "sender": "oslo", "host": "grid", "planned": 1, "start": "2020"}),
    ("contributions", {
        "id": "c1", "project": "nurses", "from": "kch", "to": "amexcid", "year": 2019, "kind": "expert_time", "quantity": 2,
        "unit": "expert-months", "unit_cost": 4500, "method": "salary scale", "currency": "USD",
    }),
    ("contributions", {
        "id": "c2", "project": "nurses", "from": "amexcid", "to": "kch", "year": 2020, "kind": "money", "amount": 300, "currency": "USD",
    }),
    ("contributions", {
        "id": "c3", "project": "grids", "from": "oslo", "to": "grid", "year": 2020, "kind": "expert_time", "quantity": 2,
        "unit": "expert-months",
    }),
    ("contributions", {
        "id": "c4", "project": "nurses", "from": "amexcid", "to": "kch", "year": 2020, "kind": "training", "quantity": 40,
        "unit": "trainee-days", "amount": 800, "currency": "MXN", "tossd": "D021",
    }),
    ("contributions", {
        "id": "a1", "project": "nurses", "from": "kch", "to": "amexcid", "year": 2019, "kind": "money", "amount": 100, "currency": "USD",
        "agreed": True,
    }),
    ("contributions", {
        "id": "a2", "project": "nurses", "from": "amexcid", "to": "kch", "year": 2019, "kind": "money", "amount": 300, "currency": "USD",
        "agreed": True,
    }),
    ("solutions", {"id": "pot", "title": "Cooling pot", "stage": "proven", "provider": "kch", "countries": ["MW"], "areas": ["energy"]}),
    ("publications", {"id": "tale", "title": "The tale of the nurses", "year": 2021, "related": ["projects/nurses"]}),
    ("publications", {"id": "other", "title": "Something else", "year": 2021}),
]  # fmt: skip
"""What is given, and what is only agreed (`a1`, `a2`); `c4` states a worth without saying how it was found."""


def without(record_id: str, *fields: str) -> Documents:
    """The catalogue, with fields of one record left out."""
    return [
        (kind, {name: value for name, value in fields_of.items() if name not in fields} if fields_of["id"] == record_id else fields_of)
        for kind, fields_of in DOCUMENTS
    ]
