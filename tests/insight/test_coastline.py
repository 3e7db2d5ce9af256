"""The coasts: what the script makes of outlines, and the file that the package carries."""

from __future__ import annotations

import itertools
import json
import struct
from pathlib import Path
from types import ModuleType

import pytest
from tests.scripts import load_script

from ssc_tui.insight.world import NORTH, SOUTH, coastline

ROOT = Path(__file__).parents[2]
WEST_HALF = [(0.0, 0.0), (0.0, 10.0), (5.0, 10.0), (5.0, 0.0), (0.0, 0.0)]
EAST_HALF = [(5.0, 0.0), (5.0, 10.0), (9.0, 10.0), (9.0, 0.0), (5.0, 0.0)]
"""Two countries with a border between them."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load_script("build_coastline")


def shapefile(*shapes: list[list[tuple[float, float]]]) -> bytes:
    """A shapefile of polygons, each of some rings, as ESRI describes it."""
    records = b""
    for number, rings in enumerate(shapes, 1):
        starts = [0, *itertools.accumulate(len(ring) for ring in rings)][:-1]
        points = [point for ring in rings for point in ring]
        content = struct.pack("<i4d2i", 5, 0, 0, 0, 0, len(rings), len(points)) + struct.pack(f"<{len(starts)}i", *starts)
        content += b"".join(struct.pack("<2d", *point) for point in points)
        records += struct.pack(">2i", number, len(content) // 2) + content
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(records)) // 2) + struct.pack("<2i", 1000, 5) + bytes(64) + records


def test_what_is_drawn_is_the_coast_and_no_border(script: ModuleType, tmp_path: Path) -> None:
    source, target = tmp_path / "countries.shp", tmp_path / "coast.json"
    source.write_bytes(shapefile([WEST_HALF], [EAST_HALF]))
    assert script.build(source, target) == 7
    (line,) = json.loads(target.read_text())["lines"]
    points = list(zip(line[::2], line[1::2], strict=True))
    edges = {frozenset(edge) for edge in itertools.pairwise(points)}
    assert frozenset({(50, 0), (50, 100)}) not in edges
    assert frozenset({(0, 0), (0, 100)}) in edges
    assert len(edges) == 6


def test_islands_and_what_lies_in_the_far_south_or_on_the_cut_of_the_map(script: ModuleType, tmp_path: Path) -> None:
    island = [(20.0, 20.0), (21.0, 21.0), (22.0, 20.0), (20.0, 20.0)]
    antarctica = [(0.0, -70.0), (9.0, -61.0), (18.0, -70.0), (0.0, -70.0)]
    cut = [(180.0, 60.0), (180.0, 65.0), (170.0, 62.0), (180.0, 60.0)]
    source, target = tmp_path / "countries.shp", tmp_path / "coast.json"
    source.write_bytes(shapefile([WEST_HALF, island], [antarctica], [cut]))
    script.build(source, target)
    points = [(line[number], line[number + 1]) for line in json.loads(target.read_text())["lines"] for number in range(0, len(line), 2)]
    assert {(200, 200), (210, 210), (220, 200)} <= set(points)
    assert min(north for _east, north in points) == 0
    lines = json.loads(target.read_text())["lines"]
    assert [1800, 650, 1700, 620, 1800, 600] in lines


def test_another_file_is_refused(script: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "no.shp").write_bytes(bytes(200))
    with pytest.raises(ValueError, match="no shapefile of polygons"):
        script.build(tmp_path / "no.shp", tmp_path / "no.json")
    assert not (tmp_path / "no.json").exists()


def test_the_package_carries_the_coasts_of_the_world_with_their_source_and_licence() -> None:
    stored = json.loads((ROOT / "src" / "ssc_tui" / "insight" / "coastline.json").read_text(encoding="utf-8"))
    assert "Natural Earth" in stored["source"]
    assert stored["licence"] == "public domain"
    lines = coastline()
    points = [point for line in lines for point in line]
    assert all(-180 <= east <= 180 and SOUTH <= north <= NORTH for east, north in points)
    # Cape Agulhas, Cape Horn, Ceylon, Hokkaido: each within two degrees of a coast, the middle of the Sahara of none.
    for east, north in ((20.0, -34.8), (-67.3, -55.9), (80.7, 6.0), (143.0, 43.0)):
        assert min((east - x) ** 2 + (north - y) ** 2 for x, y in points) < 4
    assert min((10 - x) ** 2 + (22 - y) ** 2 for x, y in points) > 25
