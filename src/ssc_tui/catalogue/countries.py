"""Countries by ISO 3166-1 code: names in four languages, UN M49 region, North or South, rough position."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ssc_tui.text import sort_key

CONTINENTS = MappingProxyType(
    {
        "Eastern Africa": "Africa",
        "Middle Africa": "Africa",
        "Northern Africa": "Africa",
        "Southern Africa": "Africa",
        "Western Africa": "Africa",
        "Caribbean": "Americas",
        "Central America": "Americas",
        "Northern America": "Americas",
        "South America": "Americas",
        "Central Asia": "Asia",
        "Eastern Asia": "Asia",
        "South-eastern Asia": "Asia",
        "Southern Asia": "Asia",
        "Western Asia": "Asia",
        "Eastern Europe": "Europe",
        "Northern Europe": "Europe",
        "Southern Europe": "Europe",
        "Western Europe": "Europe",
        "Australia and New Zealand": "Oceania",
        "Melanesia": "Oceania",
        "Micronesia": "Oceania",
        "Polynesia": "Oceania",
    }
)
"""The macro region around each finest region of M49.

M49 is "Standard country or area codes for statistical use" of the UN Statistics Division. Sub-Saharan
Africa, and Latin America and the Caribbean, which lie between the two levels, are left out.
"""


class Country(NamedTuple):
    """A country or territory of ISO 3166-1.

    Attributes:
        code: two capitals, such as `KE`.
        name: the English name.
        names: the name by language: `en`, `fr`, `es`, `pt`.
        region: the finest region of M49; empty for Antarctica, which has none.
        continent: the macro region of M49; empty where `region` is.
        south: False for Europe, Northern America, Australia, New Zealand, Japan, the Republic of Korea,
            Israel, Cyprus and Antarctica, True for all others.
        lat: degrees north of a point somewhere near the middle.
        lon: degrees east of that point.
    """

    code: str
    name: str
    names: Mapping[str, str]
    region: str
    continent: str
    south: bool
    lat: float
    lon: float


@cache
def countries() -> Mapping[str, Country]:
    """Every country by its code, in the order of the codes; read from the package at the first call."""
    rows = json.loads(Path(__file__).with_name("countries.json").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            row["code"]: Country(
                code=row["code"],
                name=row["names"]["en"],
                names=MappingProxyType(row["names"]),
                region=row["region"],
                continent=CONTINENTS.get(row["region"], ""),
                south=row["south"],
                lat=row["lat"],
                lon=row["lon"],
            )
            for row in rows
        }
    )


def country_name(code: str, language: str = "en") -> str:
    """The name in the language, or in English where that is missing; an unknown code is its own name."""
    country = countries().get(code)
    return code if country is None else country.names.get(language, country.name)


def region_slug(name: str) -> str:
    """The name of a region as the query language writes it: `Eastern Africa` is `eastern-africa`."""
    return "-".join(name.lower().split())


def country_code(text: str) -> str | None:
    """The code of the country that goes by this code, or by this name in any language; None where there is none."""
    code = text.strip().upper()
    if code in countries():
        return code
    asked = sort_key(text)
    return next((each.code for each in countries().values() if asked in map(sort_key, each.names.values())), None)
