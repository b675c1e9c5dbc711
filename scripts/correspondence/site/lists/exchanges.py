"""Exchanges, read from the database: who wrote, from when to when, and how long an answer took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...records.archive import Frame
from ...records.dates import EdtfDate, parse_date
from ..archive import Archive
from .durations import days, followed
from .names import Name, Presenter
from .possible_duplicates import possibly_same
from .reply_order import Dated, Placed, Reply, in_order

_SHOWN = 3


@dataclass(frozen=True)
class Wait:
    """The longest of several waits in words; ``uncounted`` waits have too uncertain a date."""

    words: str
    inferred: bool
    uncounted: int


@dataclass(frozen=True)
class Summary:
    """An exchange in a line of the index."""

    id: str
    letters: int
    first: EdtfDate
    last: EdtfDate
    parties: tuple[Name, ...]
    others: int
    wait: Wait
    inferred: int
    open: int
    same: int
    followed: bool
    marks: tuple[tuple[int, str], ...]  # days since the first letter, and the lane

    @property
    def length(self) -> int:
        """The days that its drawing covers."""
        return self.marks[-1][0] if self.marks else 0


async def total(database: Archive) -> int:
    """How many exchanges there are."""
    rows = await database.execute(
        "select count(distinct exchange) from letters where exchange is not null"
    )
    return int(rows.single_value())


async def ids_of_page(database: Archive, offset: int, size: int) -> list[str]:
    """The exchanges of one page, in the order of their first letters, and one more."""
    rows = await database.execute(
        "select exchange from letters where exchange is not null group by exchange "
        "order by min(sort_key) limit :size offset :offset",
        {"size": size + 1, "offset": offset},
    )
    return [row["exchange"] for row in rows]


async def members(database: Archive, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The letters of exchanges, by what orders and draws them."""
    return await _by_exchange(
        database,
        "select exchange, id, date, sort_key, answered, lane from letters "
        "where exchange in ({}) order by sort_key",
        ids,
    )


async def replies(database: Archive, ids: Sequence[str]) -> dict[str, list[Reply]]:
    """The replies of exchanges."""
    rows = await _by_exchange(
        database,
        "select exchange, replies.* from replies join letters on letters.id = replies.letter "
        "where exchange in ({}) order by sort_key, position",
        ids,
    )
    return {
        exchange: [
            Reply(
                row["in_reply_to"],
                row["letter"],
                row["certainty"] == "inferred",
                row["days_min"],
                row["days_max"],
            )
            for row in of_exchange
        ]
        for exchange, of_exchange in rows.items()
    }


async def chain(
    database: Archive, exchange: str
) -> tuple[list[dict[str, Any]], list[Reply], list[Placed]]:
    """The letters of one exchange, its replies, and the letters in their places."""
    rows = (await members(database, [exchange]))[exchange]
    links = (await replies(database, [exchange])).get(exchange, [])
    return rows, links, in_order(dated(rows), links)


def dated(rows: Iterable[dict[str, Any]]) -> list[Dated]:
    """Letters by what orders them."""
    return [Dated(row["id"], parse_date(row["date"]), row["sort_key"]) for row in rows]


async def summaries(database: Archive, frame: Frame, ids: Sequence[str]) -> list[Summary]:
    """Exchanges as the index tells them."""
    letters, links = await members(database, ids), await replies(database, ids)
    parties = await parties_of(database, frame, ids)
    everything = [row["id"] for rows in letters.values() for row in rows]
    same = set(await possibly_same(database, everything))
    return [_summary(frame, i, letters[i], links.get(i, []), parties[i], same) for i in ids]


def _summary(
    frame: Frame,
    exchange: str,
    letters: list[dict[str, Any]],
    links: list[Reply],
    parties: list[Name],
    same: set[str],
) -> Summary:
    by_id = {row["id"]: row for row in letters}
    placed = in_order(dated(letters), links)
    dates = [parse_date(by_id[place.id]["date"]) for place in placed]
    drawn = [(place.at, by_id[place.id]["lane"]) for place in placed if place.at]
    return Summary(
        exchange,
        len(letters),
        dates[0],
        dates[-1],
        tuple(parties[:_SHOWN]),
        len(parties) - len(parties[:_SHOWN]),
        longest_wait(links),
        sum(link.inferred for link in links),
        sum(row["answered"] == "no answer known" for row in letters),
        len(same & by_id.keys()),
        followed(dates[0], frame),
        tuple(((at - drawn[0][0]).days, lane) for at, lane in drawn),
    )


def longest_wait(links: Sequence[Reply]) -> Wait:
    """The longest wait, between the bounds that uncertain dates leave to it."""
    counted = [
        (link.days_min, link.days_max, link.inferred)
        for link in links
        if link.days_min is not None and link.days_max is not None
    ]
    uncounted = len(links) - len(counted)
    if not counted:
        return Wait("", False, uncounted)
    low, high = max(low for low, _, _ in counted), max(high for _, high, _ in counted)
    stated = [high for _, high, inferred in counted if not inferred]
    return Wait(days(low, high), high > max(stated, default=-1), uncounted)


async def parties_of(database: Archive, frame: Frame, ids: Sequence[str]) -> dict[str, list[Name]]:
    """Who wrote and was written to in exchanges, those who wrote most first."""
    presenter = Presenter(frame)
    rows = await _by_exchange(
        database,
        "select exchange, organisation, case when organisation is null then person end as person, "
        "sum(side = 'from') as sent, count(*) as entries, min(sort_key) as first, "
        "max(case when organisation is null or person is null then certainty "
        "else organisation_certainty end) as certainty "
        "from letters join correspondents on letter = letters.id "
        "where exchange in ({}) and side in ('from', 'to') and not unknown "
        "group by 1, 2, 3 order by sent desc, entries desc, first, organisation, person",
        ids,
    )
    return {i: [_party(presenter, row) for row in rows.get(i, [])] for i in ids}


def _party(presenter: Presenter, row: dict[str, Any]) -> Name:
    # Of the two words "stated" is the greater: a party is inferred where no letter names it so.
    inferred = row["certainty"] == "inferred"
    if row["organisation"]:
        return presenter.organisation(row["organisation"], inferred=inferred)
    return presenter.person(row["person"], inferred=inferred)


async def _by_exchange(
    database: Archive, sql: str, ids: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    rows = await database.execute(sql.format(", ".join("?" * len(ids))), list(ids))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["exchange"], []).append(dict(row))
    return found
