"""The overview drawing of the letters chosen: from the database to shapes."""

import datetime
import sqlite3
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyroaring import BitMap

from ...records.archive import Frame
from ...records.dates import parse_date
from ..archive import Archive
from ..filters.choices import Choices
from ..memory.letter_sets import LetterSets, letters_chosen, sets_of
from .timeline_counts import Counts, Densities, densities
from .timeline_shapes import Dot, Happening, Narrow, Wide, narrow, wide

MOST_MARKS = 300
"""An archive of more letters is drawn by counts."""


Replies = list[tuple[str, str, bool]]
Marks = tuple[list[dict[str, Any]], Replies]


@dataclass(frozen=True)
class Drawing:
    """Marks in two forms for a small archive, or cells by counts for a large one.

    It is drawn when it is looked at: a page of which this piece is kept does not.
    """

    frame: Frame
    sets: LetterSets
    chosen: BitMap
    rows: list[dict[str, Any]]
    """What is drawn of each letter; nothing of a large archive."""
    replies: Replies
    is_large: bool

    @cached_property
    def lanes(self) -> list[str]:
        """The names of the groups that have a line each."""
        return [lane.name for lane in self.frame.info.lanes]

    @cached_property
    def dots(self) -> list[Dot]:
        """The letters, those that were not chosen faint."""
        lanes = self._numbers
        return [_dot(row, lanes, is_faint=row["sort_key"] not in self.chosen) for row in self.rows]

    @cached_property
    def wide(self) -> Wide:
        """Time runs to the right."""
        end = self.frame.info.span.latest
        return wide(self.dots, self.replies, _happenings(self.frame), self.lanes, end)

    @cached_property
    def narrow(self) -> Narrow:
        """Time runs down."""
        return narrow(self.dots, self.replies, _happenings(self.frame), self.lanes)

    @cached_property
    def densities(self) -> Densities | None:
        """What stands in the place of both for a large archive."""
        if not self.is_large:
            return None
        return densities(_counts(self.sets, self.chosen, self._numbers), self.lanes)

    @property
    def undrawn(self) -> int:
        """Letters without a date at which to draw them."""
        return sum(dot.middle is None for dot in self.dots)

    @property
    def _numbers(self) -> dict[str, int]:
        return {lane.id: number for number, lane in enumerate(self.frame.info.lanes)}


async def draw(database: Archive, frame: Frame, choices: Choices) -> Drawing:
    """The drawing of the whole archive, in which what was not chosen is faint."""
    sets = await sets_of(database)
    chosen = await letters_chosen(database, choices)
    is_large = len(sets.every) > MOST_MARKS
    rows, replies = ([], []) if is_large else await database.once(_marks)
    return Drawing(frame, sets, chosen, rows, replies, is_large)


def _marks(connection: sqlite3.Connection) -> Marks:
    """What is drawn of all letters, and the replies between them: the same in every drawing."""
    rows = connection.execute(
        "select id, sort_key, lane, date, from_names, to_names, title, answered from letters "
        "order by sort_key"
    )
    replies = connection.execute("select * from replies order by letter, position")
    return (
        [dict(row) for row in rows],
        [(r["in_reply_to"], r["letter"], r["certainty"] == "inferred") for r in replies],
    )


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


def _counts(sets: LetterSets, chosen: BitMap, lanes: dict[str, int]) -> Counts:
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
