import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from ssc_tui.catalogue.countries import CONTINENTS, countries, country_name, region_slug

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "facts"
BUILT = ROOT / "src" / "ssc_tui" / "catalogue" / "countries.json"


def test_kenya_is_known_in_full() -> None:
    kenya = countries()["KE"]
    assert kenya.code == "KE"
    assert dict(kenya.names) == {"en": "Kenya", "fr": "Kenya", "es": "Kenia", "pt": "Quênia"}
    assert (kenya.region, kenya.continent, kenya.south) == ("Eastern Africa", "Africa", True)
    assert (kenya.lat, kenya.lon) == (1.0, 38.0)


@pytest.mark.parametrize(
    ("code", "region", "continent", "south"),
    [
        ("NO", "Northern Europe", "Europe", False),
        ("BR", "South America", "Americas", True),
        ("CA", "Northern America", "Americas", False),
        ("NP", "Southern Asia", "Asia", True),
        ("FJ", "Melanesia", "Oceania", True),
        ("AQ", "", "", False),
    ],
)
def test_region_and_continent_are_those_of_m49(code: str, region: str, continent: str, south: bool) -> None:
    country = countries()[code]
    assert (country.region, country.continent, country.south) == (region, continent, south)


def test_countries_are_those_of_the_facts() -> None:
    with (FACTS / "countries.csv").open(encoding="utf-8", newline="") as file:
        stated = [
            (
                row["code"],
                row["name"],
                row["region"],
                row["south"] == "1",
                float(row["latitude"]),
                float(row["longitude"]),
            )
            for row in csv.DictReader(file)
        ]
    known = [(each.code, each.name, each.region, each.south, each.lat, each.lon) for each in countries().values()]
    assert len(known) == 249
    assert known == sorted(stated)


def test_every_country_has_a_name_in_every_language() -> None:
    for country in countries().values():
        assert list(country.names) == ["en", "fr", "es", "pt"]
        assert all(country.names.values())


def test_every_region_but_that_of_antarctica_lies_on_a_continent() -> None:
    regions = {country.region for country in countries().values()}
    assert regions - {""} == set(CONTINENTS)
    assert [country.code for country in countries().values() if not country.continent] == ["AQ"]
    assert set(CONTINENTS.values()) == {"Africa", "Americas", "Asia", "Europe", "Oceania"}


def test_countries_are_read_once_and_cannot_be_changed() -> None:
    assert countries() is countries()
    with pytest.raises(TypeError):
        cast(Any, countries())["XX"] = countries()["KE"]


def test_country_name() -> None:
    assert country_name("ES") == "Spain"
    assert country_name("ES", "es") == "España"
    assert country_name("ES", "sw") == "Spain"
    assert country_name("XK") == "XK"


def test_region_slug() -> None:
    assert region_slug("Eastern Africa") == "eastern-africa"
    assert region_slug("South-eastern Asia") == "south-eastern-asia"
    places = {*CONTINENTS, *CONTINENTS.values()}
    assert len({region_slug(place) for place in places}) == len(places)


def build(target: Path) -> bytes:
    script = ROOT / "scripts" / "build_countries.py"
    subprocess.run([sys.executable, str(script), str(FACTS), str(target)], check=True, capture_output=True)
    return target.read_bytes()


def test_the_script_builds_the_same_bytes_again(tmp_path: Path) -> None:
    first = build(tmp_path / "first.json")
    assert first == build(tmp_path / "second.json")
    lines = first.decode("utf-8").splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 251)
    assert json.loads(lines[1].removesuffix(","))["code"] == "AD"


def test_the_packaged_file_is_the_one_the_script_builds(tmp_path: Path) -> None:
    build(tmp_path / "new.json")

    # names of another release of CLDR may differ, the facts may not
    def facts(path: Path) -> list[object]:
        return [each | {"names": each["names"]["en"]} for each in json.loads(path.read_text(encoding="utf-8"))]

    assert facts(tmp_path / "new.json") == facts(BUILT)
