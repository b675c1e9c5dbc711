"""``/archive/organisations``, ``people``, ``topics`` and ``events``: each register as a page.

These are the addresses of Datasette's tables too: with any argument but ours, its table view
answers, as it does for ``.json`` and ``.csv``.
"""

from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from datasette.views.table import TableView

from ...records.archive import Frame
from ...records.model import Event
from ..archive import archive_of
from ..html.page import arguments, page
from ..html.paging import PAGE, Slice, offset_of, slice_of
from ..lists.correspondent_stats import Column, Tally, tallies
from ..lists.durations import followed
from ..memory.frame import frame_of

View = Callable[[Datasette, Request, int], Awaitable[Response]]


def register(table: str, view: View) -> Callable[[Datasette, Request], Awaitable[Response]]:
    """The page of a register, or Datasette's table where arguments ask for it."""

    async def answer(datasette: Datasette, request: Request) -> Response:
        pairs = arguments(request)
        is_ours = not request.query_string or (len(pairs) == 1 and _is_place(pairs[0]))
        if is_ours:
            return await view(datasette, request, offset_of(pairs))
        route = {"database": "archive", "table": table, "format": None}
        request.scope = dict(request.scope, url_route={"kwargs": route})
        return await TableView(datasette).dispatch_request(request)

    return answer


def _is_place(pair: tuple[str, str]) -> bool:
    return pair[0] == "_next" and pair[1].isascii() and pair[1].isdigit()


async def organisations(datasette: Datasette, request: Request, offset: int) -> Response:
    """Every organisation, lane by lane, those of most letters first."""
    database, frame = archive_of(datasette), frame_of(datasette)
    rows = await database.execute(
        "select organisations.id, lane from organisations "
        "join lanes on lanes.id = lane left join facet_values "
        "on facet = 'with' and value = organisations.id "
        "order by lanes.position, coalesce(letters, 0) desc, organisations.label collate nocase, "
        "organisations.id "
        "limit :size offset :offset",
        {"size": PAGE + 1, "offset": offset},
    )
    shown = slice_of([(row["id"], row["lane"]) for row in rows], offset)
    lanes = {lane.id: lane.name for lane in frame.info.lanes}
    context = {
        "shown": shown,
        "groups": [
            (lanes[lane], [frame.registers.organisations[i] for i, _ in of_lane])
            for lane, of_lane in groupby(shown.items, lambda item: item[1])
        ],
        **await _tallied(datasette, "organisation"),
        "total": len(frame.registers.organisations),
    }
    return await page(datasette, request, "organisations.html", context)


async def people(datasette: Datasette, request: Request, offset: int) -> Response:
    """Every person, those of most letters first."""
    database, frame = archive_of(datasette), frame_of(datasette)
    rows = await database.execute(
        "select people.id from people "
        "left join facet_values on facet = 'person' and value = people.id "
        "order by coalesce(letters, 0) desc, name collate nocase, people.id "
        "limit :size offset :offset",
        {"size": PAGE + 1, "offset": offset},
    )
    shown = slice_of([row["id"] for row in rows], offset)
    context = {
        "shown": shown,
        "people": [frame.registers.people[i] for i in shown.items],
        **await _tallied(datasette, "person"),
        "total": len(frame.registers.people),
    }
    return await page(datasette, request, "people.html", context)


async def _tallied(datasette: Datasette, column: Column) -> dict[str, Any]:
    """Tallies, and how many letters of each party may be the same document as another record."""
    found = await tallies(archive_of(datasette), column)
    rows = await archive_of(datasette).execute(
        f"select {column} as party, count(distinct correspondents.letter) as letters "
        "from correspondents where letter in (select letter from possible_duplicates "
        f"union select possibly_same_as from possible_duplicates) and {column} is not null "
        "and side in ('from', 'to') group by 1"
    )
    return {
        "tally_of": lambda party: found.get(party, Tally()),
        "same": {row["party"]: row["letters"] for row in rows},
    }


async def topics(datasette: Datasette, request: Request, offset: int) -> Response:
    """Every topic with its letters and statements."""
    database, frame = archive_of(datasette), frame_of(datasette)
    listed = list(frame.registers.topics.values())
    rows = await database.execute(
        "select id, coalesce((select letters from facet_values where facet = 'topic' "
        "and value = topics.id), 0) as letters, "
        "coalesce(said.number, 0) as statements from topics left join "
        "(select topic, count(*) as number from statements group by topic) as said "
        "on said.topic = topics.id"
    )
    context = {
        "shown": slice_of(listed[offset : offset + PAGE + 1], offset),
        "counts": {row["id"]: dict(row) for row in rows},
        "total": len(listed),
    }
    return await page(datasette, request, "topics.html", context)


async def events(datasette: Datasette, request: Request, offset: int) -> Response:
    """Every event in order, year by year."""
    frame = frame_of(datasette)
    ordered = sorted(frame.registers.events.values(), key=order_of_event)
    shown = slice_of(ordered[offset : offset + PAGE + 1], offset)
    context = {"shown": shown, "years": _years(shown, frame), "total": len(ordered)}
    return await page(datasette, request, "events.html", context)


def order_of_event(event: Event) -> tuple[int, ...]:
    """Sorts events: what is unknown of a date stands at the end of what is known."""
    return tuple(9_999 if part is None else part for part in event.date.placement)


def _years(shown: Slice[Event], frame: Frame) -> list[tuple[int | None, str, list[Event]]]:
    """Events by year, with a word where the year is outside the span of the archive."""
    by_year = groupby(shown.items, lambda event: event.date.placement.year)
    return [
        (year, _beside_span(year, of_year := list(items), frame), of_year)
        for year, items in by_year
    ]


def _beside_span(year: int | None, events: list[Event], frame: Frame) -> str:
    start = frame.info.span.earliest
    if year and start and year < start.year:
        return "Before the span of this archive"
    return "What followed" if all(followed(event.date, frame) for event in events) else ""
