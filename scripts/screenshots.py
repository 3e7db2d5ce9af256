"""Take the pictures that the README and the docs show, from the shipped catalogue: docs/screens/*.svg."""

from __future__ import annotations

import asyncio
import datetime
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.store import practice
from ssc_tui.store.copy import open_copy
from ssc_tui.tui.app import SscApp

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"

PICTURES: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    "directory": ((120, 34), ("slash", *"norec", "enter")),
    "narrow": ((80, 24), ("slash", *"health nepal",)),
    "filter": ((120, 34), ("2", "f", "j", "j", "l")),
    "exchange": ((120, 34), ("3", "enter")),
    "balance": ((80, 34), ("b",)),
    "flows": ((120, 34), ("X",)),
    "match": ((80, 34), ("m",)),
    "terms": ((80, 34), ("2", "j", "t")),
    "demand": ((80, 24), ("2", "j", "d")),
    "ledger": ((80, 34), ("2", "dollar_sign")),
    "funds": ((80, 34), ("7", "equals_sign", "j", "equals_sign")),
    "country": ((80, 34), ("N",)),
    "lab": ((120, 34), ("L", "l", "l", "l", "j")),
    "map": ((120, 34), ("M",)),
    "charts": ((80, 24), ("C", "l")),
    "form": ((80, 34), ("slash", *"kamuzu", "enter", "e", *["down"] * 4, "ctrl+u", *"pub")),
    "round": ((80, 24), ("2", "j", "r", "3", "down", "2")),
}  # fmt: skip
"""Size in columns and lines, and the keys that lead to what is shown, by the name of the file."""

PRACTICE = ("balance", "flows", "match", "terms", "demand", "ledger", "funds", "country", "lab", "map", "charts", "round")
"""Pictures of the made-up catalogue, which holds more exchanges than are public."""


async def take(name: str, size: tuple[int, int], keys: Sequence[str]) -> None:
    """Take one picture in a home of its own."""
    released = tomllib.loads((ROOT / "data" / "facts" / "catalogue.toml").read_text(encoding="utf-8"))["released"]
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), Path(folder), Path(folder))
        if name in PRACTICE:
            practice.plant(home)
        now = datetime.datetime.combine(released + datetime.timedelta(days=3), datetime.time(9), datetime.UTC)
        app = SscApp(home, open_copy(home), Settings())
        app.now = lambda: now
        async with app.run_test(size=size) as pilot:
            for key in keys:
                await pilot.press(key)
                await app.workers.wait_for_complete()
                await pilot.pause()
            svg = app.export_screenshot(title="ssc-tui")
    (SCREENS / f"{name}.svg").write_text(svg, encoding="utf-8")
    print(f"docs/screens/{name}.svg")


def main() -> None:
    """Take every picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for name, (size, keys) in PICTURES.items():
        asyncio.run(take(name, size, keys))


if __name__ == "__main__":
    main()
