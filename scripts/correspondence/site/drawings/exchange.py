"""The drawing of one exchange: time runs down to scale, each letter on the line of its sender.

Pure functions from letters to shapes; the template turns the shapes into SVG. The scale is the same
from top to bottom but for two exceptions, both of them visible: letters of one line that stand too
near to each other are moved apart, and a silence that would be longer than a screen is broken.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from .time_scale import LONGEST, TARGET, Scale, apart, heights, ticks

WIDTH = 343.0
_AXIS = 68.0  # where the first line may stand; left of it stand the dates of the scale
_LANE = 26.0
_LANES = 130.0  # the room for all lines; more than six stand nearer to each other
_LINE = 15.0
_LETTER_WIDTH = 7.4  # of the labels' font, on average
_SHORTENED = "(shortened)"
_FINAL = 150.0  # the silence up to the state of knowledge, always broken


@dataclass(frozen=True)
class Point:
    """A letter to draw. ``lane`` counts the lines of this drawing from 0."""

    id: str
    lane: int
    at: datetime.date
    earliest: datetime.date | None
    latest: datetime.date | None
    is_vague: bool
    status: str
    date: str
    sender: str
    text: str


@dataclass(frozen=True)
class Mark:
    """A letter's mark, the bar of its uncertain date, its label and the line between the two."""

    point: Point
    x: float
    y: float
    bar: tuple[float, float] | None
    label: list[tuple[str, bool]]  # lines, and whether they tell the date
    label_y: float  # the middle of the label
    leader: str

    @property
    def label_height(self) -> float:
        """The height of the label's lines."""
        return len(self.label) * _LINE


@dataclass(frozen=True)
class Gap:
    """A silence between two letters, in words, about the y of their middle."""

    y: float
    lines: list[str]


@dataclass(frozen=True)
class Drawing:
    """The shapes of an exchange."""

    height: float
    bottom: float
    right: float  # of the lines
    label_x: float
    lanes: list[tuple[float, int, str, float]]  # x, number of its colour, name, y of the name
    ticks: list[tuple[float, str]]
    marks: list[Mark]
    replies: list[tuple[str, bool]]
    gaps: list[Gap]
    breaks: list[float]
    silences: list[str]
    end: float | None  # y of the state of knowledge


def draw(
    points: Sequence[Point],
    replies: Iterable[tuple[str, str, bool]],
    lanes: Sequence[tuple[int, str]],
    waits: Mapping[str, str],
    as_of: datetime.date,
    silence: str,
) -> Drawing:
    """Draw an exchange.

    Args:
        points: the letters in order.
        replies: the letter that is answered, the one that answers, and whether that is inferred.
        lanes: the number of its colour and the name of each line.
        waits: by letter, the words for the days since the letter before it.
        as_of: the day to which a silence lasts that has not ended.
        silence: what to write beside that silence; empty if there is none.
    """
    head = 40.0 + 18 * len(lanes)
    lane = min(_LANE, _LANES / max(len(lanes) - 1, 1))
    lines = [(_AXIS + 14 + lane * n, *named, 16.0 + 18 * n) for n, named in enumerate(lanes)]
    right = lines[-1][0] + 14
    label_x = right + 12
    stops = [(point.at, point.lane) for point in points]
    top = head + _above(points, heights(stops, 0.0)[1])
    ys, scale, breaks = heights(stops, top)
    bottom = max(ys) + _below(points, scale, max(ys))
    per_line = int((WIDTH - label_x) / _LETTER_WIDTH)
    edges = (head - 12, bottom)
    labels = [_label(point, per_line) for point in points]
    middles = apart(ys, [max(TARGET, len(label) * _LINE) + 9 for label in labels], head - 12)
    marks = [
        _mark(point, lines[point.lane][0], y, label, middle, label_x, _bar(point, y, scale, edges))
        for point, y, label, middle in zip(points, ys, labels, middles, strict=True)
    ]
    last = max([bottom, *(m.label_y + m.label_height / 2 for m in marks)])
    lasting = [m for m in marks if m.point.status == "no answer known"]
    ends = bool(silence) and as_of > points[-1].at and bool(lasting)
    bottom = last + (_FINAL if ends else 16)
    gaps = _gaps(marks, waits, breaks, per_line)
    if ends:
        breaks = [*breaks, last + _FINAL / 2]
        gaps.append(Gap(last + _FINAL / 2, [*wrap(silence, per_line), _SHORTENED]))
    return Drawing(
        bottom + (30 if ends else 8),
        bottom,
        right,
        label_x,
        lines,
        ticks(scale, _last_day(points), head - 6, last, breaks),
        marks,
        _curves(marks, replies),
        gaps,
        breaks,
        [_silence(mark, bottom, n) for n, mark in enumerate(lasting)] if ends else [],
        bottom if ends else None,
    )


def _last_day(points: Sequence[Point]) -> datetime.date:
    return max(point.latest or point.at for point in points)


def _label(point: Point, per_line: int) -> list[tuple[str, bool]]:
    """Date and sender in as many lines as they need."""
    dated = [(line, True) for line in wrap(point.date, per_line)]
    return dated + [(line, False) for line in wrap(point.sender, per_line)[:3]]


def _mark(
    point: Point,
    x: float,
    y: float,
    label: list[tuple[str, bool]],
    middle: float,
    label_x: float,
    bar: tuple[float, float] | None,
) -> Mark:
    bend = label_x - 14
    leader = f"M{x + 9:.1f},{y:.1f}H{bend:.1f}L{label_x - 4:.1f},{middle:.1f}"
    return Mark(point, x, y, bar, label, middle, leader)


def _above(points: Sequence[Point], scale: Scale) -> float:
    """The room that bars need above the first letter, which stands at 0."""
    starts = [scale.y(point.earliest) if point.earliest else -20.0 for point in points]
    return min(LONGEST, max(0.0, -min(starts)))


def _below(points: Sequence[Point], scale: Scale, last: float) -> float:
    """The room that bars need below the last letter."""
    ends = [scale.y(point.latest) if point.latest else last + 20 for point in points]
    return min(LONGEST, max(0.0, max(ends) - last))


def _bar(
    point: Point, y: float, scale: Scale, edges: tuple[float, float]
) -> tuple[float, float] | None:
    """From the first to the last day that is possible; a stub for "about" and "probably"."""
    if point.earliest == point.latest and not point.is_vague:
        return None
    start = scale.y(point.earliest) if point.earliest else edges[0]
    end = scale.y(point.latest) if point.latest else edges[1]
    if point.is_vague:
        start, end = min(start, y - 14), max(end, y + 14)
    start, end = max(min(start, y), edges[0]), min(max(end, y), edges[1])
    return (start, end) if end > start else None


def _gaps(
    marks: Sequence[Mark], waits: Mapping[str, str], breaks: Sequence[float], per_line: int
) -> list[Gap]:
    """The days between two letters, where there is room between their labels."""
    gaps = []
    for one, two in pairwise(marks):
        above = one.label_y + one.label_height / 2
        below = two.label_y - two.label_height / 2
        if below - above >= 26 and waits.get(two.point.id):
            is_broken = any(one.y < y < two.y for y in breaks)
            lines = [*wrap(waits[two.point.id], per_line), *([_SHORTENED] if is_broken else [])]
            gaps.append(Gap((above + below) / 2, lines))
    return gaps


def _curves(
    marks: Sequence[Mark], replies: Iterable[tuple[str, str, bool]]
) -> list[tuple[str, bool]]:
    """Replies; one within a line swings out to the left, so that it is seen beside the line."""
    places = {mark.point.id: mark for mark in marks}
    curves = []
    for asked, answer, inferred in replies:
        if asked not in places or answer not in places:
            continue
        one, two = places[asked], places[answer]
        bulge = 16.0 if one.x == two.x else 0.0
        swing = max((two.y - one.y) / 2, 10.0)
        path = (
            f"M{one.x:.1f},{one.y:.1f}C{one.x - bulge:.1f},{one.y + swing:.1f} "
            f"{two.x - bulge:.1f},{two.y - swing:.1f} {two.x:.1f},{two.y:.1f}"
        )
        curves.append((path, inferred))
    return curves


def _silence(mark: Mark, bottom: float, number: int) -> str:
    """From a letter without a known answer down to the state of knowledge, beside its line."""
    side = 5 + 4 * (number % 3)
    return f"M{mark.x + side:.1f},{mark.y + 6:.1f}V{bottom:.1f}"
