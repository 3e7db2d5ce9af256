"""The map drawn: coasts in dots, exchanges as arrows, and on each place how many partners stand there."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from heapq import nsmallest
from itertools import chain, pairwise
from typing import NamedTuple

from ssc_tui.insight.atlas import Atlas
from ssc_tui.insight.canvas import Canvas
from ssc_tui.insight.page import Span
from ssc_tui.insight.world import Frame, Point, coastline, frame

MOST = 9
"""Partners at a place that one digit tells; more are a +."""

MOST_LINES = 200
"""Lines beyond which nobody could follow one."""

ONLY_EXCHANGES = "o"
"""A country in which no partner was asked for, but an exchange that was."""

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class Shown(NamedTuple):
    """How somebody looks at the map.

    Attributes:
        chosen: code of the country that is marked; empty for none.
        zoom: one of `world.ZOOMS`; the chosen country is then in the middle.
        own: whether only the exchanges of the chosen country are drawn.
    """

    chosen: str = ""
    zoom: int = 1
    own: bool = False


def draw(atlas: Atlas, width: int, height: int, shown: Shown | None = None) -> list[tuple[Span, ...]]:
    """The rows of the map, each of `width` columns in pieces whose roles are coast, flow, place or chosen."""
    shown = shown or Shown()
    chosen = atlas.country(shown.chosen)
    part = _frame(atlas, width, height, shown)
    canvas = _coasts(part).copy()
    for cell, sign in _signs(atlas, part).items():
        canvas.mark(cell, sign)
    if chosen and chosen.point:
        column, row = part.cell(chosen.point)
        # Brackets say without colour which one is chosen.
        canvas.mark((column - 1, row), f"[{_sign(chosen.partners)}]", "chosen")
    for start, end in lines(atlas, shown)[0]:
        _draw_line(canvas, part, atlas.points[start], atlas.points[end])
    return list(canvas.rows())


@lru_cache(maxsize=8)
def _coasts(part: Frame) -> Canvas:
    """The coasts alone: every key press draws the map again, and most leave the frame as it is."""
    canvas = Canvas(part.width, part.height)
    for coast in coastline():
        for one, other in pairwise([part.dot(east, north) for east, north in coast]):
            canvas.stroke(one, other)
    return canvas


def lines(atlas: Atlas, shown: Shown) -> tuple[list[tuple[int, int]], int]:
    """The lines that are drawn, by the numbers of their two points, and how many there are.

    Where there are more than can be told apart, those with the most exchanges are drawn.
    """
    chosen = atlas.country(shown.chosen)
    own = atlas.homes.get(chosen.code, frozenset()) if shown.own and chosen else frozenset()
    wanted = [(-number, ends) for ends, number in atlas.lines.items() if not shown.own or not own.isdisjoint(ends)]
    drawn = nsmallest(MOST_LINES, wanted) if len(wanted) > MOST_LINES else wanted
    return sorted(ends for _number, ends in drawn), len(wanted)


def _frame(atlas: Atlas, width: int, height: int, shown: Shown) -> Frame:
    chosen = atlas.country(shown.chosen)
    return frame(width, height, shown.zoom, chosen.point if chosen else None)


def nearest(atlas: Atlas, width: int, height: int, shown: Shown, cell: tuple[int, int]) -> str:
    """The country whose middle is drawn nearest to a cell; empty where there is none."""
    part = _frame(atlas, width, height, shown)
    placed = [(part.cell(each.point), each.code) for each in atlas.countries if each.point]
    # A cell is about twice as high as it is wide.
    return min(placed, key=lambda one: (one[0][0] - cell[0]) ** 2 + 4 * (one[0][1] - cell[1]) ** 2, default=((0, 0), ""))[1]


def _draw_line(canvas: Canvas, part: Frame, start: Point, end: Point) -> None:
    """The shorter way around the Earth; where that is over the edge of the map, the line leaves it and comes in on the other side."""
    over = end.lon - start.lon
    round_by = -360 if over > 180 else 360 if over < -180 else 0
    canvas.arrow(part.cell(start), _unbound(part, end, round_by))
    if round_by:
        canvas.arrow(_unbound(part, start, -round_by), part.cell(end))


def _unbound(part: Frame, point: Point, round_by: int) -> tuple[int, int]:
    """The cell of a point, as if the map went on beside its edges."""
    if not round_by:
        return part.cell(point)
    column, row = part.cell(point)
    return column + round(round_by * part.scale / 2), row


def _signs(atlas: Atlas, part: Frame) -> dict[tuple[int, int], str]:
    """What stands on each cell: how many partners there are, or that there is an exchange."""
    partners: Counter[tuple[int, int]] = Counter()
    for point, number in atlas.places.items():
        partners[part.cell(atlas.points[point])] += number
    at_ends = set(chain.from_iterable(atlas.lines)).difference(atlas.places)
    signs = dict.fromkeys((part.cell(atlas.points[point]) for point in at_ends), ONLY_EXCHANGES)
    return signs | {cell: _sign(number) for cell, number in partners.items()}


def _sign(partners: int) -> str:
    return ONLY_EXCHANGES if not partners else str(partners) if partners <= MOST else "+"


def neighbour(atlas: Atlas, code: str, way: str) -> str:
    """The country to go to from another: `next` and `previous` by name, `first`, `last`, or the nearest to the left, right, up or down.

    Where there is none that way, the country itself; without a country to go from, the first.
    """
    placed = [each for each in atlas.countries if each.point]
    codes = [each.code for each in placed]
    if not codes:
        return ""
    if way in ("first", "last") or code not in codes:
        return codes[-1 if way == "last" else 0]
    if way in ("next", "previous"):
        return codes[(codes.index(code) + (1 if way == "next" else -1)) % len(codes)]
    here = placed[codes.index(code)].point
    across, down = DIRECTIONS[way]
    ahead: defaultdict[float, list[str]] = defaultdict(list)
    for each in placed:
        if here and each.point and each.code != code:
            along = (each.point.lon - here.lon) * across - (each.point.lat - here.lat) * down
            beside = abs((each.point.lon - here.lon) * down) + abs((each.point.lat - here.lat) * across)
            if along > 0 and beside <= 2 * along:
                ahead[along + 2 * beside].append(each.code)
    return min(ahead[min(ahead)]) if ahead else code
