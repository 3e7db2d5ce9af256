"""The Earth on a flat page: its coasts, and where a point lies on a part of the map that is shown.

The coasts are those of Natural Earth at 1:110 million, in the public domain, as `scripts/build_coastline.py` wrote them. Degrees east and
degrees north are drawn alike (the plate carrée), so that a line of longitude is a column.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

NORTH, SOUTH = 84.0, -58.0
"""Where the map ends: Greenland above, Tierra del Fuego below."""

EDGE = 1e-6
"""Degrees by which the last point of the map lies within it."""

ZOOMS = (1, 2, 4, 8)
"""How many times as large as the whole map a part of it is shown."""

DOTS_ACROSS, DOTS_DOWN = 2, 4
"""Braille dots in a cell of the terminal; they are about as far apart one way as the other."""

Polyline = tuple[tuple[float, float], ...]


class Point(NamedTuple):
    """A point on Earth: degrees north, degrees east."""

    lat: float
    lon: float


@cache
def coastline() -> tuple[Polyline, ...]:
    """The coasts as lines of (degrees east, degrees north); read from the package at the first call."""
    stored = json.loads(Path(__file__).with_name("coastline.json").read_text(encoding="utf-8"))
    return tuple(tuple((east / 10, north / 10) for east, north in zip(line[::2], line[1::2], strict=True)) for line in stored["lines"])


class Frame(NamedTuple):
    """A part of the map on a number of cells.

    Attributes:
        width: columns; `height` rows, both at least 1.
        west: degrees east of the left edge; `north` degrees north of the upper one.
        scale: dots to a degree.
    """

    width: int
    height: int
    west: float
    north: float
    scale: float

    def dot(self, east: float, north: float) -> tuple[float, float]:
        """Dots from the left and from above; outside of the frame where the point is."""
        return (east - self.west) * self.scale, (self.north - north) * self.scale

    def cell(self, point: Point) -> tuple[int, int]:
        """Column and row of a point, which may lie outside of the frame."""
        # The eastern edge of the world belongs to its last column, the southern one to its last row.
        across, down = self.dot(min(point.lon, 180 - EDGE), min(max(point.lat, SOUTH + EDGE), NORTH))
        return int(across // DOTS_ACROSS), int(down // DOTS_DOWN)


def frame(width: int, height: int, zoom: int = 1, middle: Point | None = None) -> Frame:
    """As much of the map as fits, the whole of it at a zoom of 1, else the part around a point.

    Args:
        width: columns that there are.
        height: rows that there are.
        zoom: how many times as large as the whole map.
        middle: what is shown in the middle, as far as the map goes on beside it.
    """
    width, height = max(width, 1), max(height, 1)
    whole = min(width * DOTS_ACROSS / 360, height * DOTS_DOWN / (NORTH - SOUTH))
    scale = whole * zoom
    across, down = width * DOTS_ACROSS / scale, height * DOTS_DOWN / scale
    west, north = -180.0, NORTH
    if middle is not None:
        west = min(max(middle.lon - across / 2, west), 180.0 - across)
        north = max(min(middle.lat + down / 2, north), SOUTH + down)
    # What is smaller than the room for it stands in the middle, at the top.
    return Frame(width, height, -across / 2 if across > 360 else west, NORTH if down > NORTH - SOUTH else north, scale)
