"""Write `countries.json`, the countries the program knows, from the facts and the names of Unicode CLDR.

The English name, the region and the position are those of `data/facts/countries.csv`; French, Spanish and
Portuguese names are CLDR's, as Babel carries them. The same facts and the same Babel give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from babel import Locale

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "data" / "facts"
TARGET = ROOT / "src" / "ssc_tui" / "catalogue" / "countries.json"
LANGUAGES = ("fr", "es", "pt")


def country(row: dict[str, str]) -> dict[str, Any]:
    """One country of the JSON file from its row in the facts.

    Raises:
        KeyError: CLDR has no name for the code.
    """
    code = row["code"]
    return {
        "code": code,
        "names": {"en": row["name"]} | {lang: Locale(lang).territories[code] for lang in LANGUAGES},
        "region": row["region"],
        "south": row["south"] == "1",
        "lat": float(row["latitude"]),
        "lon": float(row["longitude"]),
    }


def build(facts: Path, target: Path) -> int:
    """Write the file, sorted by code with one country on each line; how many countries it holds."""
    with (facts / "countries.csv").open(encoding="utf-8", newline="") as table:
        countries = [country(row) for row in sorted(csv.DictReader(table), key=lambda row: row["code"])]
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in countries)
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")
    return len(countries)


def main() -> None:
    """Build from the given folder into the given file; without them, from this checkout into its package."""
    parser = argparse.ArgumentParser(description="Write countries.json from the facts and the names of Unicode CLDR.")
    parser.add_argument("facts", nargs="?", type=Path, default=FACTS, help="folder with countries.csv")
    parser.add_argument("target", nargs="?", type=Path, default=TARGET, help="file to write")
    arguments = parser.parse_args()
    print(build(arguments.facts, arguments.target), "countries")


if __name__ == "__main__":
    main()
