"""Letters and the events between them, grouped by year and month as the timeline shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...records.model import Event
from .letters import Entry

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_LAST = 9_999  # what is not known stands at the end

Place = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Item:
    """A letter or an event at its place in time; one of the two is there."""

    place: Place
    entry: Entry | None = None
    event: Event | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts items: unknown parts last, an event before the letters of its day."""
        return (*(_LAST if part is None else part for part in self.place), int(bool(self.entry)))


@dataclass(frozen=True)
class Month:
    """The items of a month; ``None`` is month unknown."""

    number: int | None
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """The heading of the month."""
        return _MONTHS[self.number - 1] if self.number else "Month unknown"

    @property
    def groups(self) -> list[tuple[str, tuple[Item, ...]]]:
        """The items with a day and, under a heading of their own, those without."""
        if self.number is None:
            return [("", self.items)]
        by_day = groupby(self.items, lambda item: item.place[2] is None)
        return [("Day unknown" if unknown else "", tuple(group)) for unknown, group in by_day]


@dataclass(frozen=True)
class Year:
    """The months of a year; ``None`` is year unknown."""

    number: int | None
    months: tuple[Month, ...]


def by_year(
    entries: Sequence[Entry],
    events: Iterable[Event] = (),
    *,
    newest_first: bool = False,
    begins: bool = True,
    ends: bool = True,
) -> list[Year]:
    """The letters of one page, and the events that fall between them.

    Args:
        entries: letters in the order of the list.
        events: all events of the archive, or none.
        newest_first: the order of the list.
        begins: the page is the first, so earlier events of its first year belong to it.
        ends: the page is the last, so events after its letters belong to it.
    """
    items = [Item(_place_of(entry), entry=entry) for entry in entries]
    between = [Item(tuple(event.date.placement), event=event) for event in events]  # type: ignore[arg-type]
    items += _within(between, items, newest_first, begins, ends)
    # Letters keep the order of the list, which is that of their places.
    items.sort(key=lambda item: item.order, reverse=newest_first)
    return [
        Year(
            year,
            tuple(
                Month(month, tuple(of_month))
                for month, of_month in groupby(of_year, lambda item: item.place[1])
            ),
        )
        for year, of_year in groupby(items, lambda item: item.place[0])
    ]


def _place_of(entry: Entry) -> Place:
    return entry.place["year"], entry.place["month"], entry.place["day"]


def _within(
    events: list[Item], letters: list[Item], newest_first: bool, begins: bool, ends: bool
) -> list[Item]:
    """The events between the first and the last letter of a page.

    At the beginning of the list its whole first year counts, at the end its whole last one.
    """
    if not letters:
        return []
    low, high = sorted((letters[0].order, letters[-1].order))
    from_start, to_end = (ends, begins) if newest_first else (begins, ends)
    if from_start:
        low = (low[0],)
    if to_end:
        high = (high[0] + 1,)
    return [event for event in events if low < event.order <= high]
