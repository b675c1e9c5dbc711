"""The overview of a large archive: how many letters each lane sent in each month, year or more.

A cell links to its group's letters that may be of its period: those whose date is uncertain stand
in one, and may be of others. Pure geometry, as in :mod:`.overview`: a wide drawing
with time running to the right, and a narrow one in which it runs down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .timeline_shapes import TARGET

_WIDTH, _LEFT, _RIGHT = 1152.0, 172.0, 1136.0
_NARROW, _LABELS, _HEAD = 343.0, 76.0, 58.0
_ROW = 40.0
_MOST_WIDE = 40  # periods, so that each is as wide as a link must be
_MOST_NARROW = 24  # rows, so that what is below is not far
_PERIODS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)  # months

Counts = Mapping[tuple[int | None, int | None, int], int]
"""Letters by year, month and number of the lane; what is not known is ``None``."""


@dataclass(frozen=True)
class Cell:
    """The letters of one lane in one period; ``size`` is the side of its square."""

    x: float
    y: float
    size: float
    lane: int
    after: str
    before: str
    text: str


@dataclass(frozen=True)
class Density:
    """A drawing: lanes and periods with their labels, and a cell wherever there are letters."""

    width: float
    height: float
    lanes: list[tuple[float, int, str]]
    periods: list[tuple[float, str]]
    cells: list[Cell]


@dataclass(frozen=True)
class Densities:
    """The two drawings, and how many letters one of them cannot show.

    ``lacking`` is what these have not, of a date: the month or even the year.
    """

    wide: Density
    narrow: Density
    undated: int
    lacking: str


def densities(counts: Counts, lanes: Sequence[str]) -> Densities:
    """Draw counts of letters."""
    years = sorted({year for year, _, _ in counts if year is not None}) or [0]
    wide, wide_sums = _summed(counts, years[0], years[-1], _MOST_WIDE)
    narrow, narrow_sums = _summed(counts, years[0], years[-1], _MOST_NARROW)
    by_months = min(wide[1], narrow[1]) < 12
    undated = sum(
        letters
        for (year, month, _), letters in counts.items()
        if year is None or (month is None and by_months)
    )
    columns = -(-((years[-1] - wide[0] + 1) * 12) // wide[1])
    return Densities(
        _wide(wide_sums, lanes, *wide, columns),
        _narrow(narrow_sums, lanes, *narrow),
        undated,
        "month" if by_months else "year",
    )


def _summed(
    counts: Counts, first: int, last: int, most: int
) -> tuple[tuple[int, int], dict[tuple[int, int], int]]:
    """The first year and the months of a period, and the letters by period and lane."""
    months = (last - first + 1) * 12
    length = next((n for n in _PERIODS if months <= n * most), _PERIODS[-1])
    start = first - first % (length // 12) if length > 12 else first
    sums: dict[tuple[int, int], int] = {}
    for (year, month, lane), letters in counts.items():
        if year is not None and (month is not None or length >= 12):
            place = ((year - start) * 12 + (month or 1) - 1) // length
            sums[place, lane] = sums.get((place, lane), 0) + letters
    return (start, length), sums


def _wide(
    sums: Mapping[tuple[int, int], int], lanes: Sequence[str], start: int, length: int, count: int
) -> Density:
    step = (_RIGHT - _LEFT) / count
    sizes = _sizes(sums, min(step, _ROW) - 1)
    labels = [
        (_LEFT + place * step, _label(start, place, length))
        for place in range(count)
        if length > 12 or (place * length) % 12 == 0
    ]
    every = max(1, -(-len(labels) * 48 // int(_RIGHT - _LEFT)))
    return Density(
        _WIDTH,
        _ROW * len(lanes) + 28,
        [(_ROW * (n + 0.5), n, name) for n, name in enumerate(lanes)],
        [(x, label[:4]) for x, label in labels[::every]],
        [
            _cell(
                (_LEFT + (place + 0.5) * step, _ROW * (lane + 0.5)),
                sizes[place, lane],
                (lane, lanes[lane], sums[place, lane]),
                _bounds(start, place, length),
            )
            for place, lane in sorted(sums)
        ],
    )


def _narrow(
    sums: Mapping[tuple[int, int], int], lanes: Sequence[str], start: int, length: int
) -> Density:
    """Only periods that have letters get a row."""
    step = (_NARROW - _LABELS) / len(lanes)
    sizes = _sizes(sums, min(step, TARGET + 2) - 2)
    rows = {place: n for n, place in enumerate(sorted({place for place, _ in sums}))}
    height = TARGET + 4
    return Density(
        _NARROW,
        _HEAD + height * len(rows) + 8,
        [(_LABELS + step * (n + 0.5), n, name) for n, name in enumerate(lanes)],
        [(_HEAD + height * (n + 0.5), _label(start, p, length)) for p, n in rows.items()],
        [
            _cell(
                (_LABELS + step * (lane + 0.5), _HEAD + height * (rows[place] + 0.5)),
                sizes[place, lane],
                (lane, lanes[lane], sums[place, lane]),
                _bounds(start, place, length),
            )
            for place, lane in sorted(sums)
        ],
    )


def _cell(
    at: tuple[float, float], size: float, what: tuple[int, str, int], bounds: tuple[str, str]
) -> Cell:
    lane, name, letters = what
    when = bounds[0] if bounds[0] == bounds[1] else f"{bounds[0]} to {bounds[1]}"
    plural = "" if letters == 1 else "s"
    return Cell(*at, size, lane, *bounds, f"{when}, {name}: {letters:,} letter{plural}")


def _sizes(sums: Mapping[tuple[int, int], int], side: float) -> dict[tuple[int, int], float]:
    """Sides of squares whose areas are as the counts; the smallest can still be seen."""
    most = max(sums.values(), default=1)
    return {key: max(4.0, side * (letters / most) ** 0.5) for key, letters in sums.items()}


def _bounds(start: int, place: int, length: int) -> tuple[str, str]:
    """First and last month, or year, of a period, as EDTF."""
    if length < 12:
        first, last = place * length, (place + 1) * length - 1
        return _month(start, first), _month(start, last)
    years = length // 12
    return f"{start + place * years:04d}", f"{start + (place + 1) * years - 1:04d}"


def _month(start: int, number: int) -> str:
    return f"{start + number // 12:04d}-{number % 12 + 1:02d}"


def _label(start: int, place: int, length: int) -> str:
    """A period for people: ``2019-02``, ``2019-01–03``, ``2019``, ``1700–09``."""
    after, before = _bounds(start, place, length)
    return after if after == before else f"{after}–{before[-2:]}"
