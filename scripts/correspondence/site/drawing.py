"""The overview drawing of the letters chosen: from the database to shapes."""

import datetime
from dataclasses import dataclass
from typing import Any

from datasette.database import Database

from ..records.archive import Frame
from ..records.dates import parse_date
from .choices import Choices
from .density import Densities, densities
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
    total = (await database.execute("select count(*) from letters")).single_value()
    lanes = [lane.name for lane in frame.info.lanes]
    numbers = {lane.id: number for number, lane in enumerate(frame.info.lanes)}
    if total > MOST_MARKS:
        return Drawing(densities=densities(await _counts(database, choices, numbers), lanes))
    dots = await _dots(database, choices, numbers)
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


async def _dots(database: Database, choices: Choices, lanes: dict[str, int]) -> list[Dot]:
    conditions = choices.conditions()
    chosen = f"select sort_key from letters {conditions.where}" if conditions.clauses else ""
    rows = await database.execute(
        "select id, lane, date, date_earliest, date_latest, from_names, to_names, title, answered, "
        + (f"sort_key in ({chosen})" if chosen else "true")
        + " as is_chosen from letters order by sort_key",
        dict(conditions.parameters),
    )
    return [_dot(dict(row), lanes) for row in rows]


def _dot(row: dict[str, Any], lanes: dict[str, int]) -> Dot:
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
        is_faint=not row["is_chosen"],
    )


async def _counts(
    database: Database, choices: Choices, lanes: dict[str, int]
) -> dict[tuple[int | None, int | None, int], int]:
    conditions = choices.conditions()
    rows = await database.execute(
        "select year, month, lane, count(*) as letters from letters "
        f"{conditions.where} group by year, month, lane",
        dict(conditions.parameters),
    )
    return {(row["year"], row["month"], lanes[row["lane"]]): row["letters"] for row in rows}


def _happenings(frame: Frame) -> list[Happening]:
    happenings = []
    for event in frame.registers.events.values():
        day: datetime.date | None = event.date.earliest or event.date.latest
        if day:
            text = f"{event.date.words}: {event.title}"
            happenings.append(Happening(event.id, day, text, event.label))
    return happenings
