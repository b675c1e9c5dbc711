"""The geometry of the overview drawing: who wrote when, who answered, and what happened beside it.

Pure functions from rows to shapes; the template turns the shapes into SVG. Two drawings are made: a
wide one, in which time runs to the right, and one for narrow screens, in which it runs down by
months. An archive of more letters than can be told apart is drawn by counts: a cell for each month
(or year) and lane.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

TARGET = 24  # the least width and height of a link, after WCAG 2.2, 2.5.8
_LETTER_WIDTH = 8.0  # of a label's font on paper, on average; on a screen it is smaller

STATUSES: Mapping[str, str] = {
    "answered": "answered",
    "answer inferred": "inferred",
    "no answer known": "open",
    "no answer expected": "closed",
}
"""The class of a mark's shape, by whether an answer is known."""


@dataclass(frozen=True)
class Dot:
    """A letter to draw. ``lane`` counts lanes from 0."""

    id: str
    lane: int
    earliest: datetime.date | None
    latest: datetime.date | None
    status: str
    text: str
    is_vague: bool = False
    is_faint: bool = False

    @property
    def middle(self) -> datetime.date | None:
        """The day at which the letter is drawn: the middle of the days that are possible."""
        if self.earliest is None or self.latest is None:
            return self.earliest or self.latest
        return self.earliest + (self.latest - self.earliest) / 2


@dataclass(frozen=True)
class Happening:
    """An event to draw; those with a label are drawn with it."""

    id: str
    date: datetime.date
    text: str
    label: str | None


@dataclass(frozen=True)
class Mark:
    """A letter's mark, with the bar of an uncertain date."""

    dot: Dot
    x: float
    y: float
    bar: tuple[float, float] | None = None


@dataclass(frozen=True)
class Curve:
    """A reply: from the letter that is answered to the one that answers, in whose lane's colour."""

    path: str
    lane: int
    is_inferred: bool
    is_faint: bool


@dataclass(frozen=True)
class Flag:
    """A labelled event; its label is as long as ``length`` and may stand left of its line."""

    happening: Happening
    x: float
    y: float
    length: float
    is_left: bool = False


@dataclass(frozen=True)
class Tick:
    """An event without a label."""

    happening: Happening
    x: float


@dataclass(frozen=True)
class Lane:
    """A line on which the letters of one group stand."""

    name: str
    number: int
    y: float


@dataclass(frozen=True)
class Wide:
    """The drawing in which time runs to the right."""

    width: float
    height: float
    left: float
    top: float
    bottom: float
    lanes: list[Lane]
    years: list[tuple[float, int]]
    months: list[float]
    marks: list[Mark]
    curves: list[Curve]
    flags: list[Flag]
    ticks: list[Tick]
    followed: float | None


@dataclass(frozen=True)
class Row:
    """A line of the narrow drawing: a month, an event, or months without a letter."""

    y: float
    label: str
    kind: str
    happening: Happening | None = None


@dataclass(frozen=True)
class Narrow:
    """The drawing in which time runs down, by months."""

    width: float
    height: float
    top: float
    lanes: list[tuple[float, int, list[str]]]
    rows: list[Row]
    marks: list[Mark]
    curves: list[Curve]


def wide(
    dots: Sequence[Dot],
    replies: Iterable[tuple[str, str, bool]],
    happenings: Sequence[Happening],
    lanes: Sequence[str],
    span_end: datetime.date | None = None,
) -> Wide:
    """Draw with time running to the right.

    Args:
        dots: the letters; those without any date cannot be drawn and are left out.
        replies: pairs of the letter that is answered and the one that answers, and whether the
            link is inferred.
        happenings: events.
        lanes: names of the lanes in order.
        span_end: the last day of the archive's span; what is later is marked as what followed.
    """
    width, left, right = 1152.0, 172.0, 1136.0
    drawn = [dot for dot in dots if dot.middle]
    start, end = _limits(drawn)
    scale = (right - left) / max(1, (end - start).days)

    def x(day: datetime.date) -> float:
        return left + (min(max(day, start), end) - start).days * scale

    shown = [h for h in happenings if start <= h.date <= end]
    flags, flag_rows = _flags([h for h in shown if h.label], x, right)
    top = 22.0 + 18 * flag_rows
    rows = _stacked(drawn, x, len(lanes))
    lines, bottom = _lanes(lanes, _deepest(drawn, rows), top + 16)
    marks = [
        Mark(
            dot,
            x(dot.middle or start),
            lines[dot.lane].y + _offset(rows[dot.id]) * TARGET,
            _bar(dot, x, left, right),
        )
        for dot in drawn
    ]
    return Wide(
        width,
        bottom + 30,
        left,
        top,
        bottom,
        lines,
        [(x(day), day.year) for day in _first_days(start, end, months=12)],
        [x(day) for day in _first_days(start, end, months=1)],
        marks,
        _curves(marks, replies, down=False),
        flags,
        [Tick(h, x(h.date)) for h in shown if not h.label],
        x(span_end) if span_end and start < span_end < end else None,
    )


def narrow(
    dots: Sequence[Dot],
    replies: Iterable[tuple[str, str, bool]],
    happenings: Sequence[Happening],
    lanes: Sequence[str],
) -> Narrow:
    """Draw with time running down: a row for each month that has a letter or a labelled event."""
    drawn = [dot for dot in dots if dot.middle]
    if not drawn:
        return Narrow(_NARROW, 0, 0, [], [], [], [])
    step = (_NARROW - _MONTH_WIDTH) / len(lanes)
    columns = [_MONTH_WIDTH + step * (number + 0.5) for number in range(len(lanes))]
    rows, places, height = _months(drawn, [h for h in happenings if h.label], int(step // TARGET))
    tops = {month: y for month, y, _ in places}
    marks = [
        Mark(
            dot,
            columns[dot.lane] + across * TARGET,
            tops[month] + 12 + line * TARGET,
            _vertical_bar(dot, tops),
        )
        for month, _, cells in places
        for dot, line, across in cells
    ]
    heads = [(x, n, lanes[n].split()) for n, x in enumerate(columns)]
    return Narrow(_NARROW, height, _HEAD, heads, rows, marks, _curves(marks, replies, down=True))


_NARROW = 343.0
_MONTH_WIDTH = 76.0
_HEAD = 58.0
_Month = tuple[int, int]
_Cell = tuple[Dot, int, float]  # a letter, its line within the month, its shift from the lane


def _months(
    dots: Sequence[Dot], flagged: Sequence[Happening], per_line: int
) -> tuple[list[Row], list[tuple[_Month, float, list[_Cell]]], float]:
    """Labels and cells of every month that has a letter or an event, and where they end."""
    by_month: dict[_Month, list[Dot]] = {}
    for dot in dots:
        if dot.middle:
            by_month.setdefault((dot.middle.year, dot.middle.month), []).append(dot)
    first, last = min(by_month), max(by_month)
    events = {_month(h) for h in flagged if first <= _month(h) <= last}
    rows: list[Row] = []
    places: list[tuple[_Month, float, list[_Cell]]] = []
    y, before = _HEAD, first
    for month in sorted({*by_month, *events}):
        if (gap := _months_between(before, month)) > 0:
            rows.append(Row(y + 13, f"{gap} month{'s' if gap > 1 else ''} without a letter", "gap"))
            y += 20
        rows.append(Row(y + 16, f"{_SHORT[month[1] - 1]} {month[0]}", "month"))
        for happening in (h for h in flagged if _month(h) == month):
            rows.append(Row(y + 16, happening.label or "", "event", happening))
            y += 22
        cells = _cells(by_month.get(month, []), max(1, per_line))
        places.append((month, y, cells))
        y += (max(line for _, line, _ in cells) + 1) * TARGET + 6 if cells else 4
        before = month
    return rows, places, y + 6


def _cells(dots: Sequence[Dot], per_line: int) -> list[_Cell]:
    """The letters of a month side by side within their lanes, in as many lines as they need."""
    cells = []
    for lane in sorted({dot.lane for dot in dots}):
        of_lane = [dot for dot in dots if dot.lane == lane]
        for number, dot in enumerate(of_lane):
            line, place = divmod(number, per_line)
            in_line = min(per_line, len(of_lane) - line * per_line)
            cells.append((dot, line, place - (in_line - 1) / 2))
    return cells


def _vertical_bar(dot: Dot, tops: Mapping[_Month, float]) -> tuple[float, float] | None:
    """From the first to the last month that is possible, as far as the drawing shows them."""
    if dot.earliest is None or dot.latest is None:
        return None
    low, high = (dot.earliest.year, dot.earliest.month), (dot.latest.year, dot.latest.month)
    within = [y for month, y in tops.items() if low <= month <= high]
    return (min(within) + 12, max(within) + 12) if low != high and within else None


_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _month(happening: Happening) -> _Month:
    return happening.date.year, happening.date.month


def _months_between(before: _Month, after: _Month) -> int:
    return (after[0] - before[0]) * 12 + after[1] - before[1] - 1


def _limits(dots: Sequence[Dot]) -> tuple[datetime.date, datetime.date]:
    """The first day of the first year and the last of the month after the last letter."""
    days = [day for dot in dots for day in (dot.earliest, dot.latest) if day]
    if not days:
        return datetime.date(2000, 1, 1), datetime.date(2000, 12, 31)
    first, last = min(days), max(days)
    after = (last.replace(day=1) + datetime.timedelta(days=62)).replace(day=1)
    return first.replace(month=1, day=1), after


def _first_days(start: datetime.date, end: datetime.date, months: int) -> Iterable[datetime.date]:
    """The first day of every year (12 months) or month (1) from start to end."""
    day = start
    while day <= end:
        yield day
        count = day.month - 1 + months
        day = day.replace(year=day.year + count // 12, month=count % 12 + 1)


def _stacked(
    dots: Sequence[Dot], x: Callable[[datetime.date], float], lanes: int
) -> dict[str, int]:
    """The row of each letter within its lane, so that no two marks come nearer than a target."""
    rows: dict[str, int] = {}
    for lane in range(lanes):
        last: list[float] = []
        placed = [(x(dot.middle), dot.id) for dot in dots if dot.middle and dot.lane == lane]
        for here, dot_id in sorted(placed):
            row = next((n for n, end in enumerate(last) if here - end >= TARGET), len(last))
            last[row : row + 1] = [here]
            rows[dot_id] = row
    return rows


def _offset(row: int) -> float:
    """Rows spread from the middle of the lane: 0, below, above, further below …"""
    return (row + 1) // 2 * (1 if row % 2 else -1)


def _deepest(dots: Sequence[Dot], rows: Mapping[str, int]) -> dict[int, int]:
    """How many rows each lane needs."""
    deepest: dict[int, int] = {}
    for dot in dots:
        deepest[dot.lane] = max(deepest.get(dot.lane, 1), rows[dot.id] + 1)
    return deepest


def _lanes(
    names: Sequence[str], deepest: Mapping[int, int], top: float
) -> tuple[list[Lane], float]:
    """The lanes from top to bottom, each as high as its rows need, and where the last one ends."""
    lanes: list[Lane] = []
    y = top
    for number, name in enumerate(names):
        count = deepest.get(number, 1)
        above, below = (count - 1) // 2, count // 2
        y += above * TARGET + TARGET / 2 + 6
        lanes.append(Lane(name, number, y))
        y += below * TARGET + TARGET / 2 + 6
    return lanes, y


def _bar(
    dot: Dot, x: Callable[[datetime.date], float], left: float, right: float
) -> tuple[float, float] | None:
    """From the first to the last day that is possible; a stub for "about" and "probably"."""
    start = x(dot.earliest) if dot.earliest else left
    end = x(dot.latest) if dot.latest else right
    if dot.is_vague:
        start, end = min(start, (start + end) / 2 - 12), max(end, (start + end) / 2 + 12)
    return (start, end) if end > start else None


_Place = tuple[float, float, float, int]  # of a flag: its line, its label's ends, its row


def _flags(
    happenings: Sequence[Happening], x: Callable[[datetime.date], float], right: float
) -> tuple[list[Flag], int]:
    """Labels in few rows, none over another and none crossed by another's line; and how many rows.

    A label reaches to the right of its line. So the last event comes first and stands lowest, and
    each earlier one rises above the lines that would cross its label.
    """
    places: list[_Place] = []
    flags: list[tuple[Happening, float, bool]] = []
    for happening in sorted(happenings, key=lambda h: h.date, reverse=True):
        here, length = x(happening.date), _length(happening)
        is_left = here + length > right
        start = here - length if is_left else here
        tried = [(here, start, start + length, row) for row in range(len(places) + 1)]
        free = (place for place in tried if not any(_meet(place, other) for other in places))
        places.append(next(free, tried[-1]))
        flags.append((happening, here, is_left))
    rows = max((row for *_, row in places), default=-1) + 1
    return [
        Flag(happening, here, 14.0 + 18 * (rows - 1 - row), _length(happening), is_left)
        for (happening, here, is_left), (*_, row) in zip(flags, places, strict=True)
    ], rows


def _length(happening: Happening) -> float:
    return len(happening.label or "") * _LETTER_WIDTH + 12


def _meet(one: _Place, two: _Place) -> bool:
    """Whether two labels overlap, or the line of the upper one crosses the lower label."""
    (_, start, end, row), (_, other_start, other_end, other_row) = one, two
    if row == other_row:
        return start < other_end + 4 and other_start < end + 4
    upper, lower = (one, two) if row > other_row else (two, one)
    return lower[1] < upper[0] < lower[2]


def _curves(
    marks: Sequence[Mark], replies: Iterable[tuple[str, str, bool]], *, down: bool
) -> list[Curve]:
    """Replies as curves, in the direction of time."""
    places = {mark.dot.id: mark for mark in marks}
    curves = []
    for asked, answer, is_inferred in replies:
        if asked not in places or answer not in places:
            continue
        one, two = places[asked], places[answer]
        if down:
            swing = _swung(two.y - one.y, two.x - one.x, reach=40, widest=22)
            (down_1, right_1), (down_2, right_2) = swing
        else:
            swing = _swung(two.x - one.x, two.y - one.y, reach=90, widest=60)
            (right_1, down_1), (right_2, down_2) = swing
        numbers = (
            *(one.x, one.y, one.x + right_1, one.y + down_1),
            *(two.x + right_2, two.y + down_2, two.x, two.y),
        )
        path = "M{:.1f},{:.1f}C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}".format(*numbers)
        is_faint = one.dot.is_faint or two.dot.is_faint
        curves.append(Curve(path, two.dot.lane, is_inferred, is_faint))
    return curves


_Offset = tuple[float, float]  # in the direction of time, and across it


def _swung(along: float, across: float, *, reach: float, widest: float) -> tuple[_Offset, _Offset]:
    """Where the control points of a reply lie from its ends, by the distance between these.

    Far apart in time, a curve leaves and arrives in the direction of time. The nearer its ends are
    (within ``reach``), the more it is an arc that swings out, up to ``widest``: so that replies of
    the same days are no strokes, and lie beside one another.
    """
    half = abs(along) / 2
    if not across:
        return (max(half, 20), -26), (-max(half, 20), -26)
    near = max(0.0, 1 - abs(along) / reach)
    swing = max(half, near * min(widest, 14 + abs(across) / 4), 14 * (1 - near))
    lean = near * across / 4
    return (swing, lean), (-swing * (1 - 2 * near), -lean)
