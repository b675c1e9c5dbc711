"""The scale of an exchange's drawing: where days stand, which are named, what keeps apart."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

TARGET = 24.0
"""The least width and height of a link, after WCAG 2.2, 2.5.8."""

LONGEST = 480.0
"""A longer silence is broken."""

_A_LETTER = 92.0  # the height for each letter from which the scale follows


@dataclass(frozen=True)
class Scale:
    """The y of each day: straight lines between the days at which something stands."""

    stops: list[tuple[datetime.date, float]]
    per_day: float

    def y(self, day: datetime.date) -> float:
        """Where a day stands."""
        first, last = self.stops[0], self.stops[-1]
        if day <= first[0]:
            return first[1] - (first[0] - day).days * self.per_day
        for one, two in pairwise(self.stops):
            if one[0] <= day < two[0]:
                return one[1] + (two[1] - one[1]) * (day - one[0]).days / (two[0] - one[0]).days
        return last[1] + (day - last[0]).days * self.per_day


def heights(
    stops: Sequence[tuple[datetime.date, int]], top: float
) -> tuple[list[float], Scale, list[float]]:
    """The y of each letter, the scale through them, and where it is broken.

    Args:
        stops: the day and the line of each letter, in order.
        top: where the first one stands.
    """
    days = max(1, (stops[-1][0] - stops[0][0]).days)
    per_day = min(9.0, max(0.05, _A_LETTER * len(stops) / days))
    ys: list[float] = []
    breaks: list[float] = []
    lowest: dict[int, float] = {}
    before = stops[0][0]
    for day, line in stops:
        length = (day - before).days * per_day
        y = ys[-1] + min(length, LONGEST) if ys else top
        if length > LONGEST:
            breaks.append(ys[-1] + LONGEST / 2)
        y = max(y, lowest.get(line, y - TARGET) + TARGET)
        lowest[line] = y
        ys.append(y)
        before = day
    first_of_day = {stop[0]: y for stop, y in zip(reversed(stops), reversed(ys), strict=True)}
    return ys, Scale(sorted(first_of_day.items()), per_day), breaks


def apart(wanted: Sequence[float], heights: Sequence[float], top: float) -> list[float]:
    """Middles as near as can be to those wanted, in their order, none over another or the top.

    Those that would overlap form a block, which stands as near to its members' places as it can.
    """
    blocks: list[tuple[float, list[int]]] = []  # start, members
    for number, (middle, height) in enumerate(zip(wanted, heights, strict=True)):
        start, members = max(top, middle - height / 2), [number]
        while blocks and blocks[-1][0] + sum(heights[m] for m in blocks[-1][1]) > start:
            members = blocks.pop()[1] + members
            start = max(top, _best_start(members, wanted, heights))
        blocks.append((start, members))
    middles: list[float] = []
    for start, members in blocks:
        y = start
        for member in members:
            middles.append(y + heights[member] / 2)
            y += heights[member]
    return middles


def _best_start(members: Sequence[int], wanted: Sequence[float], heights: Sequence[float]) -> float:
    """Where a block begins whose members stand nearest to their places, on average."""
    before, offsets = 0.0, []
    for member in members:
        offsets.append(wanted[member] - heights[member] / 2 - before)
        before += heights[member]
    return sum(offsets) / len(offsets)


def ticks(
    scale: Scale, last: datetime.date, top: float, bottom: float, breaks: Sequence[float]
) -> list[tuple[float, str]]:
    """The days of the scale, as many as can be read; none where the scale is broken."""
    found: list[tuple[float, str]] = []
    year = 0
    first = scale.stops[0][0]
    first -= datetime.timedelta(days=int((scale.stops[0][1] - top) / scale.per_day))
    for day, words in _calendar(first, last, scale.per_day):
        y = scale.y(day)
        is_near = any(abs(y - at) < LONGEST / 2 for at in breaks)
        if is_near or not top <= y <= bottom or (found and y - found[-1][0] < 20):
            continue
        found.append((y, words if day.year == year or " " in words else f"{words} {day.year}"))
        year = day.year
    return found


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _calendar(
    first: datetime.date, last: datetime.date, per_day: float
) -> Iterable[tuple[datetime.date, str]]:
    """Days, months, quarters or years between two days, as far apart as labels need."""
    days = (last - first).days
    if days <= 45:
        day = first
        while day <= last:
            yield day, f"{day.day} {_MONTHS[day.month - 1]}"
            day += datetime.timedelta(days=1 if days <= 12 else 7)
        return
    months = next((m for m in (1, 3, 6) if m * 30 * per_day >= 24), 12)
    day = first.replace(day=1)
    while day <= last:
        if (day.month - 1) % months == 0:
            yield day, _MONTHS[day.month - 1]
        day = (day + datetime.timedelta(days=31)).replace(day=1)
