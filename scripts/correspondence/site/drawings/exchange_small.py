"""The small drawing of an exchange on the page of one of its letters: time runs from left to right.

Pure functions from letters to shapes, as for the large drawing. Here each letter has its room and
the days share what is left, so that the drawing stays small and every mark can be hit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from .exchange import Point
from .time_scale import TARGET

WIDTH = 288.0
"""That of a screen of 320 pixels, so that even there no target is too small."""

MOST = 9
"""So many letters are drawn at most: of a longer exchange, those around the letter of the page."""

_LEFT, _RIGHT = 14.0, 36.0  # beside the marks; at the right a silence that lasts is drawn
_HEAD = 30.0
_LANE = 54.0
_LINE = 15.0
_PER_LINE = 21  # letters of the labels' font in half the width


@dataclass(frozen=True)
class Spot:
    """A letter's mark."""

    point: Point
    x: float
    y: float

    @property
    def is_uncertain(self) -> bool:
        """Whether the letter has several days that are possible."""
        return self.point.is_vague or self.point.earliest != self.point.latest


@dataclass(frozen=True)
class Glimpse:
    """The shapes of a small drawing."""

    height: float
    bottom: float  # of the lines; below them stand the dates
    lanes: list[tuple[float, int, str]]  # y, number of its colour, name
    spots: list[Spot]
    here: Spot | None
    replies: list[tuple[str, bool]]
    silences: list[str]
    dates: list[tuple[float, str, list[str]]]  # x, its text-anchor, lines


def first_around(ids: Sequence[str], here: str) -> int:
    """The first letter to draw, with the letter of the page in the middle where that can be."""
    middle = ids.index(here) if here in ids else 0
    return max(0, min(middle - MOST // 2, len(ids) - MOST))


def draw_glimpse(
    points: Sequence[Point],
    replies: Iterable[tuple[str, str, bool]],
    lanes: Sequence[tuple[int, str]],
    here: str,
) -> Glimpse:
    """Draw a few letters, of which one is that of the page.

    Args:
        points: the letters in order, at most ``MOST``.
        replies: the letter that is answered, the one that answers, and whether that is inferred.
        lanes: the number of its colour and the name of each line.
        here: the letter of the page.
    """
    used = sorted({point.lane for point in points})
    lines = [(_HEAD + _LANE * n, *lanes[lane]) for n, lane in enumerate(used)]
    spots = [
        Spot(point, x, lines[used.index(point.lane)][0])
        for point, x in zip(points, _places(points), strict=True)
    ]
    bottom = lines[-1][0] + 30
    dates = _dates(points)
    return Glimpse(
        bottom + _LINE * max(len(words) for _, _, words in dates) + 6,
        bottom,
        lines,
        spots,
        next((spot for spot in spots if spot.point.id == here), None),
        _curves(spots, replies),
        [
            f"M{spot.x + 8:.1f},{spot.y + 4:.1f}H{WIDTH:.1f}"
            for spot in spots
            if spot.point.status == "no answer known"
        ],
        dates,
    )


def _places(points: Sequence[Point]) -> list[float]:
    """The x of each letter: room for its target, and a share of the days since the first."""
    start, end = points[0].at, points[-1].at
    room = WIDTH - _LEFT - _RIGHT - TARGET * (len(points) - 1)
    days = max(1, (end - start).days)
    return [
        _LEFT + TARGET * number + room * (point.at - start).days / days
        for number, point in enumerate(points)
    ]


def _dates(points: Sequence[Point]) -> list[tuple[float, str, list[str]]]:
    """The dates of the first and the last letter, each in its half below the lines."""
    first, last = wrap(points[0].date, _PER_LINE), wrap(points[-1].date, _PER_LINE)
    if len(points) == 1:
        return [(2.0, "start", first)]
    return [(2.0, "start", first), (WIDTH - 2, "end", last)]


def _curves(
    spots: Sequence[Spot], replies: Iterable[tuple[str, str, bool]]
) -> list[tuple[str, bool]]:
    """Replies; one within a line swings out below it."""
    places = {spot.point.id: spot for spot in spots}
    curves = []
    for asked, answer, inferred in replies:
        if asked not in places or answer not in places:
            continue
        one, two = places[asked], places[answer]
        sag = 18.0 if one.y == two.y else 0.0
        swing = (two.x - one.x) / 2
        path = (
            f"M{one.x:.1f},{one.y:.1f}C{one.x + swing:.1f},{one.y + sag:.1f} "
            f"{two.x - swing:.1f},{two.y + sag:.1f} {two.x:.1f},{two.y:.1f}"
        )
        curves.append((path, inferred))
    return curves
