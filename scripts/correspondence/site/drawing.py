"""The overview drawing of the letters chosen: from the database to shapes."""

import datetime
from dataclasses import dataclass
from typing import Any

from datasette.database import Database
from pyroaring import BitMap

from ..records.archive import Frame
from ..records.dates import parse_date
from .choices import Choices
from .density import Densities, densities
from .letter_sets import LetterSets, letters_chosen, sets_of
from .overview import Dot, Happening, Narrow, Wide, narrow, wide

MOST_MARKS = 300
"""An archive of more letters is drawn by counts."""


@dataclass(frozen=True)
class Drawing:
    """Marks in two forms for a small archive, or cells for a large one."""

    wide: Wide | None = None
    narrow: Narrow | None = None
    densities: Densities | None = None
    undrawn: int = 0


async def draw(database: Database, frame: Frame, choices: Choices) -> Drawing:
    """The drawing of the whole archive, in which what was not chosen is faint."""
    sets = await sets_of(database)
    chosen = await letters_chosen(database, choices)
    lanes = [lane.name for lane in frame.info.lanes]
    numbers = {lane.id: number for number, lane in enumerate(frame.info.lanes)}
    if len(sets.every) > MOST_MARKS:
        return Drawing(densities=densities(_counts(sets, chosen, numbers), lanes))
    dots = await _dots(database, chosen, numbers)
    replies = [
        (row["in_reply_to"], row["letter"], row["certainty"] == "inferred")
        for row in await database.execute("select * from replies order by letter, position")
    ]
    events = _happenings(frame)
    return Drawing(
        wide(dots, replies, events, lanes, frame.info.span.latest),
        narrow(dots, replies, events, lanes),
        undrawn=sum(dot.middle is None for dot in dots),
    )


async def _dots(database: Database, chosen: BitMap, lanes: dict[str, int]) -> list[Dot]:
    rows = await database.execute(
        "select id, sort_key, lane, date, from_names, to_names, title, answered from letters "
        "order by sort_key"
    )
    return [_dot(dict(row), lanes, is_faint=row["sort_key"] not in chosen) for row in rows]


def _dot(row: dict[str, Any], lanes: dict[str, int], *, is_faint: bool) -> Dot:
    date = parse_date(row["date"])
    to = row["to_names"] or "the public"
    return Dot(
        row["id"],
        lanes[row["lane"]],
        date.earliest,
        date.latest,
        row["answered"],
        f"{date.words}: {row['from_names']} to {to}: {row['title']} ({row['answered']})",
        is_vague=bool(date.qualifier),
        is_faint=is_faint,
    )


def _counts(
    sets: LetterSets, chosen: BitMap, lanes: dict[str, int]
) -> dict[tuple[int | None, int | None, int], int]:
    return {
        (year, month, lanes[lane]): count
        for (year, month, lane), letters in sets.months.items()
        if (count := letters.intersection_cardinality(chosen))
    }


def _happenings(frame: Frame) -> list[Happening]:
    happenings = []
    for event in frame.registers.events.values():
        day: datetime.date | None = event.date.earliest or event.date.latest
        if day:
            text = f"{event.date.words}: {event.title}"
            happenings.append(Happening(event.id, day, text, event.label))
    return happenings
