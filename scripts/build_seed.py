"""Build data/seed.sqlite, the catalogue that the program ships with, from data/facts. Deterministic: the same facts give the same file."""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from pathlib import Path

from ssc_tui.formats.facts import read_facts
from ssc_tui.formats.facts_check import check_facts
from ssc_tui.store.loader import make_copy

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "data" / "facts"


def build(target: Path) -> int:
    """Write the seed to a new file; returns how many records it holds."""
    facts = read_facts(FACTS)
    documents = [(kind, document) for kind, of_kind in facts.items() for document in of_kind]
    about = tomllib.loads((FACTS / "catalogue.toml").read_text(encoding="utf-8"))
    content = hashlib.sha256(json.dumps(documents, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    meta = {
        "dataset": about["dataset"],
        "format": str(about["format"]),
        "origin": "seed",
        "released": about["released"].isoformat(),
        "seed": content[:16],
    }
    return make_copy(target, documents, meta)


def main() -> int:
    """Check the facts, then replace data/seed.sqlite."""
    problems = check_facts(FACTS)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    fresh = ROOT / "data" / "seed.sqlite.new"
    fresh.unlink(missing_ok=True)
    number = build(fresh)
    fresh.replace(ROOT / "data" / "seed.sqlite")
    print(f"data/seed.sqlite: {number} records")
    return 0


if __name__ == "__main__":
    sys.exit(main())
