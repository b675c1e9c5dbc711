"""The letters of one exchange as its page tells and draws them."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...records.archive import Frame
from ...records.model import Letter
from ..archive import Archive
from ..lists.durations import days, later, since_silence
from ..lists.names import Party, Presenter
from ..lists.reply_order import Placed, Reply
from ..memory.letters import letters_of
from .exchange import Drawing, Point, draw
from .exchange_small import Glimpse, draw_glimpse


@dataclass(frozen=True)
class Member:
    """A letter of an exchange, in its place."""

    letter: Letter
    answered: str
    place: Placed
    between: str  # the days since the letter before it, in words
    answers: tuple[tuple[Letter | None, Reply], ...]
    silence: str  # how long it waits for an answer, if none is known


async def read_members(
    database: Archive,
    frame: Frame,
    rows: Sequence[Mapping[str, Any]],
    placed: Sequence[Placed],
    links: Sequence[Reply],
) -> list[Member]:
    """The letters of a page, with what each answers and how long it waits."""
    ids = {place.id for place in placed}
    wanted = sorted(ids | {link.asked for link in links if link.answer in ids})
    letters = await letters_of(database, wanted)
    answered = {row["id"]: row["answered"] for row in rows}
    answers: dict[str, list[tuple[Letter | None, Reply]]] = {}
    for link in links:
        answers.setdefault(link.answer, []).append((letters.get(link.asked), link))
    return [
        Member(
            letters[place.id],
            answered[place.id],
            place,
            _between(place),
            tuple(answers.get(place.id, ())),
            since_silence(letters[place.id].date, frame)
            if answered[place.id] == "no answer known"
            else "",
        )
        for place in placed
    ]


def _between(place: Placed) -> str:
    """The days since the letter before, in words."""
    if place.since:
        return later(*place.since)
    if not place.certain:
        return "which of these two came first is not certain"
    return "the days between cannot be counted"


def picture(frame: Frame, members: Sequence[Member], links: Sequence[Reply]) -> Drawing | None:
    """The drawing of the letters of a page that have a date."""
    points, lanes = _points(frame, members)
    if not points:
        return None
    silences = [member.silence for member in members if member.place.at and member.silence]
    return draw(
        points,
        [(link.asked, link.answer, link.inferred) for link in links],
        lanes,
        {m.letter.id: days(*m.place.since) for m in members if m.place.at and m.place.since},
        frame.info.as_of,
        _silence(silences),
    )


def glimpse(
    frame: Frame, members: Sequence[Member], links: Sequence[Reply], here: str
) -> Glimpse | None:
    """The small drawing of an exchange for the page of one of its letters."""
    points, lanes = _points(frame, members)
    replies = [(link.asked, link.answer, link.inferred) for link in links]
    return draw_glimpse(points, replies, lanes, here) if points else None


def _points(frame: Frame, members: Sequence[Member]) -> tuple[list[Point], list[tuple[int, str]]]:
    """The letters that have a date, and the lanes of their senders."""
    presenter = Presenter(frame)
    lanes = [lane.id for lane in frame.info.lanes]
    drawn = [(member, member.place.at) for member in members if member.place.at]
    numbers = [lanes.index(frame.lane_of(m.letter.from_[0].organisation).id) for m, _ in drawn]
    used = sorted(set(numbers))
    points = [
        _point(presenter, member, at, used.index(number))
        for (member, at), number in zip(drawn, numbers, strict=True)
    ]
    return points, [(number, frame.info.lanes[number].name) for number in used]


def _silence(silences: Sequence[str]) -> str:
    """What stands beside the silence that lasts."""
    if len(silences) == 1:
        return f"no answer known: {silences[0]}"
    return f"{len(silences)} letters without a known answer" if silences else ""


def _point(presenter: Presenter, member: Member, at: datetime.date, lane: int) -> Point:
    letter = member.letter
    senders = _names(presenter, letter)
    to = [_name(party) for party in presenter.parties(letter.to)] or ["the public"]
    text = f"{letter.date.words}, from {senders} to {', '.join(to)}: {letter.title}"
    return Point(
        letter.id,
        lane,
        at,
        letter.date.earliest,
        letter.date.latest,
        bool(letter.date.qualifier),
        member.answered,
        letter.date.words,
        senders,
        f"{text} ({member.answered})",
    )


def _names(presenter: Presenter, letter: Letter) -> str:
    """The senders, the first two of many by name."""
    parties, more = presenter.short(letter.from_, most=2)
    names = ", ".join(_name(party) for party in parties)
    return f"{names} and {more} others" if more else names


def _name(party: Party) -> str:
    main = party.organisation or party.person
    if not main:
        return "unknown"
    return f"{main.text} (inferred)" if main.inferred else main.text
