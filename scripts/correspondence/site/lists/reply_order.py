"""The letters of an exchange in order, and what lies between them.

An exchange is the letters connected by replies. Lists place a letter of uncertain date at the end
of its month or year; here an answer stands after what it answers, and else the middle of the days
that are possible decides.
"""

import datetime
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...records.dates import EdtfDate

Days = tuple[datetime.date | None, datetime.date | None]
_Key = tuple[int, ...]


@dataclass(frozen=True)
class Dated:
    """A letter by what orders it."""

    id: str
    date: EdtfDate
    sort_key: int


@dataclass(frozen=True)
class Reply:
    """A letter that answers another; days are missing where they cannot be counted."""

    asked: str
    answer: str
    inferred: bool
    days_min: int | None
    days_max: int | None


@dataclass(frozen=True)
class Placed:
    """A letter in its place, with the day at which it is drawn and the days since the one before.

    ``since`` is missing where the days cannot be counted; ``certain`` is whether the letter before
    is surely not later.
    """

    id: str
    at: datetime.date | None
    since: tuple[int, int] | None = None
    certain: bool = True


def in_order(letters: Sequence[Dated], replies: Sequence[Reply]) -> list[Placed]:
    """The letters in order: no answer before what it answers, else by their days."""
    days = possible_days(letters, replies)
    middles = {letter.id: _middle(days[letter.id]) for letter in letters}
    keys = {
        letter.id: ((middles[letter.id] or datetime.date.max).toordinal(), letter.sort_key)
        for letter in letters
    }
    ordered = _sorted(*_graph(letters, replies), keys)
    return _placed(ordered, middles, {letter.id: letter.date for letter in letters}, replies)


def possible_days(letters: Sequence[Dated], replies: Sequence[Reply]) -> dict[str, Days]:
    """First and last day of each letter, narrowed by what it answers and what answers it.

    Only for drawing and order: pages tell the dates as they are recorded. Where a date that is
    "about" so contradicts a reply, the recorded bounds stay.
    """
    days = {letter.id: (letter.date.earliest, letter.date.latest) for letter in letters}
    after, waiting_for = _graph(letters, replies)
    keys = {letter.id: (letter.sort_key,) for letter in letters}
    order = _sorted(after, waiting_for, keys)
    for asked in order:
        for answer in after[asked]:
            low, (own_low, high) = days[asked][0], days[answer]
            if low and (high is None or low <= high):
                days[answer] = (max(low, own_low or low), high)
    for asked in reversed(order):
        for answer in after[asked]:
            high, (low, own_high) = days[answer][1], days[asked]
            if high and (low is None or low <= high):
                days[asked] = (low, min(high, own_high or high))
    return days


def _middle(days: Days) -> datetime.date | None:
    low, high = days
    return low + (high - low) / 2 if low and high else low or high


def _graph(
    letters: Sequence[Dated], replies: Sequence[Reply]
) -> tuple[dict[str, list[str]], dict[str, int]]:
    """What answers each letter, and how many letters each one answers."""
    after: dict[str, list[str]] = {letter.id: [] for letter in letters}
    count = dict.fromkeys(after, 0)
    for reply in replies:
        if reply.asked in after and reply.answer in after:
            after[reply.asked].append(reply.answer)
            count[reply.answer] += 1
    return after, count


def _sorted(
    after: Mapping[str, Sequence[str]], waiting_for: dict[str, int], keys: Mapping[str, _Key]
) -> list[str]:
    """Letters so that answers follow what they answer; those that are free stand by their keys."""
    ready = [(keys[letter_id], letter_id) for letter_id, count in waiting_for.items() if not count]
    heapq.heapify(ready)
    ordered: list[str] = []
    while ready:
        letter_id = heapq.heappop(ready)[1]
        ordered.append(letter_id)
        for answer in after[letter_id]:
            waiting_for[answer] -= 1
            if not waiting_for[answer]:
                heapq.heappush(ready, (keys[answer], answer))
    return ordered


def _placed(
    ordered: Sequence[str],
    middles: Mapping[str, datetime.date | None],
    dates: Mapping[str, EdtfDate],
    replies: Sequence[Reply],
) -> list[Placed]:
    """The letters with their days; time never runs backwards."""
    linked = {(reply.asked, reply.answer): reply for reply in replies}
    placed: list[Placed] = []
    latest: datetime.date | None = None
    for number, letter_id in enumerate(ordered):
        at = middles[letter_id]
        latest = at if latest is None or (at and at > latest) else latest
        if not number:
            placed.append(Placed(letter_id, latest if at else None))
            continue
        before = ordered[number - 1]
        reply = linked.get((before, letter_id))
        since, certain = _between(dates[before], dates[letter_id])
        if reply:
            counted = reply.days_min is not None and reply.days_max is not None
            since = (reply.days_min or 0, reply.days_max or 0) if counted else None
        placed.append(Placed(letter_id, latest if at else None, since, certain or bool(reply)))
    return placed


def _between(one: EdtfDate, two: EdtfDate) -> tuple[tuple[int, int] | None, bool]:
    """Days between two dates, where they can be counted, and whether the second is surely later."""
    if one.latest is None or two.earliest is None or one.latest > two.earliest:
        return None, False
    if one.earliest is None or two.latest is None or one.qualifier or two.qualifier:
        return None, True
    return ((two.earliest - one.latest).days, (two.latest - one.earliest).days), True
