"""The overview of a large archive: how many letters each lane sent in each month or year.

A cell links to the list of its month. Pure geometry, as in :mod:`.overview`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WIDTH, _LEFT, _RIGHT = 1152.0, 172.0, 1136.0
_ROW = 40.0
_MOST_COLUMNS = 120  # beyond this, months are drawn as years


@dataclass(frozen=True)
class Cell:
    """The letters of one lane in one month or year; ``size`` is the side of its square."""

    x: float
    y: float
    size: float
    lane: int
    period: str
    words: str
    letters: int


@dataclass(frozen=True)
class Density:
    """The drawing: columns of time, a row for each lane."""

    width: float
    height: float
    column: float
    lanes: list[tuple[float, int, str]]
    years: list[tuple[float, str]]
    cells: list[Cell]
    undated: int


def density(
    counts: Mapping[tuple[int | None, int | None, int], int], lanes: Sequence[str]
) -> Density:
    """Draw counts of letters by (year, month, lane).

    Letters whose month is unknown are drawn with their year where years are drawn, else counted as
    ``undated`` together with those whose year is unknown.
    """
    years = sorted({year for year, _, _ in counts if year is not None})
    first, last = (years[0], years[-1]) if years else (0, 0)
    by_month = (last - first + 1) * 12 <= _MOST_COLUMNS
    columns = (last - first + 1) * (12 if by_month else 1)
    step = (_RIGHT - _LEFT) / columns
    cells: dict[tuple[int, int], int] = {}
    undated = 0
    for (year, month, lane), letters in counts.items():
        if year is None or (by_month and month is None):
            undated += letters
            continue
        place = (year - first) * 12 + (month or 1) - 1 if by_month else year - first
        cells[place, lane] = cells.get((place, lane), 0) + letters
    most = max(cells.values(), default=1)
    side = min(step, _ROW) - 1
    return Density(
        _WIDTH,
        24 + _ROW * len(lanes) + 24,
        step,
        [(24 + _ROW * (n + 0.5), n, name) for n, name in enumerate(lanes)],
        _year_labels(first, last, 12 if by_month else 1, step),
        [
            Cell(
                _LEFT + (place + 0.5) * step,
                24 + _ROW * (lane + 0.5),
                max(3.0, side * (letters / most) ** 0.5),
                lane,
                _period(first, place, by_month),
                lanes[lane],
                letters,
            )
            for (place, lane), letters in sorted(cells.items())
        ],
        undated,
    )


def _period(first: int, place: int, by_month: bool) -> str:
    """The month or year of a column, as EDTF."""
    if by_month:
        return f"{first + place // 12:04d}-{place % 12 + 1:02d}"
    return f"{first + place:04d}"


def _year_labels(first: int, last: int, per_year: int, step: float) -> list[tuple[float, str]]:
    """Every year, or as many as leave 44 units for each label."""
    every = max(1, -(-44 // max(1, int(step * per_year))))
    return [
        (_LEFT + (year - first) * per_year * step, f"{year:04d}")
        for year in range(first, last + 1, every)
    ]
