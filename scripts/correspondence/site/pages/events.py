"""``/archive/events/<id>``: what happened beside the letters, with its sources."""

from collections.abc import Sequence

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from ...records.model import Event, Letter
from ..archive import Archive, archive_of
from ..html.page import asked_for, page, row_view
from ..lists.durations import followed
from ..memory.frame import frame_of
from ..memory.letters import letters_of
from .registers import order_of_event

_AROUND = 3


async def event(datasette: Datasette, request: Request) -> Response:
    """``/archive/events/<id>``: one event, the letters around it and its sources."""
    event_id, row_format = asked_for(request)
    frame = frame_of(datasette)
    found = frame.registers.events.get(event_id)
    if found is None:
        raise NotFound(f"There is no event {event_id}.")
    if row_format:
        return await row_view(datasette, request, "events", event_id, row_format)
    before, after = await _letters_around(archive_of(datasette), found)
    earlier, later = _neighbours(found, list(frame.registers.events.values()))
    context = {
        "event": found,
        "before": before,
        "after": after,
        "earlier": earlier,
        "later": later,
        "followed": followed(found.date, frame),
    }
    return await page(datasette, request, "event.html", context)


def _neighbours(event: Event, events: Sequence[Event]) -> tuple[Event | None, Event | None]:
    ordered = sorted(events, key=order_of_event)
    place = ordered.index(event)
    earlier = ordered[place - 1] if place else None
    return earlier, ordered[place + 1] if place + 1 < len(ordered) else None


async def _letters_around(database: Archive, event: Event) -> tuple[list[Letter], list[Letter]]:
    """The last letters that are surely earlier than an event, and the first that surely follow."""
    if event.date.earliest is None or event.date.latest is None:
        return [], []
    earlier = await database.execute(
        "select id from letters where coalesce(date_latest, '9999-12-31') < ? "
        "order by coalesce(date_latest, '9999-12-31') desc, sort_key desc limit ?",
        [event.date.earliest.isoformat(), _AROUND],
    )
    later = await database.execute(
        "select id from letters where coalesce(date_earliest, '0000-01-01') > ? "
        "order by coalesce(date_earliest, '0000-01-01'), sort_key limit ?",
        [event.date.latest.isoformat(), _AROUND],
    )
    ids = [row["id"] for row in earlier][::-1]
    before = await letters_of(database, ids)
    after = await letters_of(database, [row["id"] for row in later])
    return [*before.values()], [*after.values()]
