"""Write `coastline.json`, the coasts that the map draws, from the countries of Natural Earth at 1:110 million.

Natural Earth (https://www.naturalearthdata.com) is in the public domain. A coast is where one country's outline runs along no other's, so
that no border is drawn, and none has to be right. The same file gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import struct
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "ssc_tui" / "insight" / "coastline.json"
INSIDE = "naturalearth_lowres.shp"
SOUTHERNMOST = -60.0
"""Degrees; the map ends there, and Antarctica is left out."""

Point = tuple[float, float]
Edge = tuple[Point, Point]


def rings(shapes: bytes) -> Iterator[list[Point]]:
    """The closed outlines in a shapefile of polygons, as (degrees east, degrees north), first point last again.

    See "ESRI Shapefile Technical Description", July 1998, pages 4 and 8.

    Raises:
        ValueError: the file holds something else than polygons.
    """
    if struct.unpack_from(">i", shapes)[0] != 9994 or struct.unpack_from("<i", shapes, 32)[0] != 5:
        raise ValueError("no shapefile of polygons")
    at = 100
    while at < len(shapes):
        (words,) = struct.unpack_from(">i", shapes, at + 4)
        parts, points = struct.unpack_from("<2i", shapes, at + 44)
        starts = [*struct.unpack_from(f"<{parts}i", shapes, at + 52), points]
        flat = struct.unpack_from(f"<{2 * points}d", shapes, at + 52 + 4 * parts)
        whole = [(round(x, 4), round(y, 4)) for x, y in zip(flat[::2], flat[1::2], strict=True)]
        yield from (whole[first:last] for first, last in pairwise(starts))
        at += 8 + 2 * words


def coasts(outlines: list[list[Point]]) -> Iterator[Edge]:
    """The edges that belong to one outline alone, without the cut along 180 degrees and what lies south of the map."""
    edges = [edge for ring in outlines for edge in pairwise(ring)]
    used = Counter(frozenset(edge) for edge in edges)
    for one, other in edges:
        cut = abs(one[0]) > 179.9 and abs(other[0]) > 179.9
        if used[frozenset((one, other))] == 1 and not cut and min(one[1], other[1]) > SOUTHERNMOST:
            yield one, other


def chained(edges: list[Edge]) -> Iterator[list[Point]]:
    """The edges joined end to end into lines, each edge used once."""
    ahead: dict[Point, list[Point]] = defaultdict(list)
    for one, other in edges:
        ahead[one].append(other)
    ends = Counter(other for _one, other in edges)
    begins = [point for point in ahead if not ends[point]]
    for start in [*begins, *ahead]:
        while ahead[start]:
            line = [start]
            while ahead[line[-1]]:
                line.append(ahead[line[-1]].pop())
            yield line


def tenths(line: list[Point]) -> list[int]:
    """The line in tenths of a degree, east and north in turn, without points that fall together."""
    rounded = [(round(10 * east), round(10 * north)) for east, north in line]
    kept = [point for number, point in enumerate(rounded) if not number or point != rounded[number - 1]]
    return [value for point in kept for value in point]


def build(source: Path, target: Path) -> int:
    """Write the file, one line of coast on each line; how many points it holds."""
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as package:
            shapes = package.read(next(name for name in package.namelist() if name.endswith((INSIDE, "admin_0_countries.shp"))))
    else:
        shapes = source.read_bytes()
    lines = [tenths(line) for line in chained(list(coasts(list(rings(shapes)))))]
    kept = [json.dumps(line, separators=(",", ":")) for line in lines if len(line) > 2]
    about = {
        "source": "Natural Earth 1:110m Cultural Vectors, Admin 0 - Countries (https://www.naturalearthdata.com)",
        "licence": "public domain",
        "unit": "tenths of a degree, east and north in turn",
    }
    head = json.dumps(about)[:-1]
    target.write_text(f'{head}, "lines": [\n' + ",\n".join(kept) + "\n]}\n", encoding="utf-8", newline="\n")
    return sum(len(line) // 2 for line in lines)


def main() -> None:
    """Build from the given file into the package."""
    parser = argparse.ArgumentParser(description="Write coastline.json from the countries of Natural Earth 1:110m.")
    parser.add_argument(
        "source",
        type=Path,
        help="ne_110m_admin_0_countries.zip of Natural Earth, or the wheel geopandas 0.14.4, which carries it as naturalearth_lowres",
    )
    parser.add_argument("target", nargs="?", type=Path, default=TARGET, help="file to write")
    arguments = parser.parse_args()
    print(build(arguments.source, arguments.target), "points")


if __name__ == "__main__":
    main()
