"""Organisations and people, each with the letters sent, received and copied."""

from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from ..listing import entries_of
from ..state import frame_of
from .common import archive_of, asked_for, page, row_view


async def organisation(datasette: Datasette, request: Request) -> Response:
    """``/archive/organisations/<id>``: one organisation and its letters."""
    organisation_id, row_format = asked_for(request)
    found = frame_of(datasette).registers.organisations.get(organisation_id)
    if found is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    if row_format:
        return await row_view(datasette, request, "organisations", organisation_id, row_format)
    database = archive_of(datasette)
    sides = await _letters_by_side(database, "organisation", organisation_id)
    counts = await database.execute(
        "select * from organisation_letters where organisation = ?", [organisation_id]
    )
    people = [
        (person, role)
        for person in frame_of(datasette).registers.people.values()
        for role in person.roles
        if role.organisation == organisation_id
    ]
    events = [
        event
        for event in frame_of(datasette).registers.events.values()
        if organisation_id in event.organisations
    ]
    context = {
        "organisation": found,
        "counts": dict(counts.first()),
        "sides": sides,
        "people": people,
        "events": events,
    }
    return await page(datasette, request, "organisation.html", context)


async def person(datasette: Datasette, request: Request) -> Response:
    """``/archive/people/<id>``: one person, the offices held, and the letters."""
    person_id, row_format = asked_for(request)
    found = frame_of(datasette).registers.people.get(person_id)
    if found is None:
        raise NotFound(f"There is no person {person_id}.")
    if row_format:
        return await row_view(datasette, request, "people", person_id, row_format)
    sides = await _letters_by_side(archive_of(datasette), "person", person_id)
    return await page(datasette, request, "person.html", {"person": found, "sides": sides})


async def _letters_by_side(
    database: Database, column: str, party_id: str
) -> dict[str, tuple[Any, ...]]:
    """The letters that somebody sent, received and got a copy of."""
    sides = {}
    for side in ("from", "to", "cc"):
        rows = await database.execute(
            "select distinct letters.id, sort_key, year, month, day, answered, exchange "
            f"from letters join correspondents on letter = id where {column} = ? and side = ? "
            "order by sort_key",
            [party_id, side],
        )
        sides[side] = await entries_of(database, [dict(row) for row in rows])
    return sides
