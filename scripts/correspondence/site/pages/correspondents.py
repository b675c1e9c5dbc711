"""Organisations and people: their letters, how long answers took, with whom and on what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from ...records.archive import Frame
from ...records.field_types import COUNTRIES
from ..archive import Archive, archive_of
from ..html.page import asked_for, page, row_view
from ..lists.correspondent_links import partners, subjects
from ..lists.correspondent_stats import Column, Tally, tallies
from ..lists.durations import followed
from ..lists.letters import Entry, entries_of
from ..memory.frame import frame_of

_SHOWN = 50
_SIDES: dict[str, tuple[str, str]] = {
    "from": ("Letters sent", "side = 'from' and {} = ?"),
    "to": ("Letters received", "side = 'to' and {} = ?"),
    "cc": ("Copies received", "side = 'cc' and {} = ?"),
    "for": ("Letters sent on its behalf", "side = 'from' and on_behalf_of = ?"),
}


@dataclass(frozen=True)
class Side:
    """The first letters of one side, and how many there are."""

    name: str
    heading: str
    entries: Sequence[Entry]
    total: int


async def organisation(datasette: Datasette, request: Request) -> Response:
    """``/archive/organisations/<id>``: one organisation and its letters."""
    organisation_id, row_format = asked_for(request)
    frame = frame_of(datasette)
    found = frame.registers.organisations.get(organisation_id)
    if found is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    if row_format:
        return await row_view(datasette, request, "organisations", organisation_id, row_format)
    context = {
        "organisation": found,
        "lane": frame.lane_of(organisation_id),
        "country": COUNTRIES.get(found.country or "", found.country),
        "people": [
            (person, role)
            for person in frame.registers.people.values()
            for role in person.roles
            if role.organisation == organisation_id
        ],
        "events": [
            event
            for event in frame.registers.events.values()
            if organisation_id in event.organisations
        ],
        **await _correspondence(datasette, frame, "organisation", organisation_id),
    }
    return await page(datasette, request, "organisation.html", context)


async def person(datasette: Datasette, request: Request) -> Response:
    """``/archive/people/<id>``: one person, the offices held, and the letters."""
    person_id, row_format = asked_for(request)
    frame = frame_of(datasette)
    found = frame.registers.people.get(person_id)
    if found is None:
        raise NotFound(f"There is no person {person_id}.")
    if row_format:
        return await row_view(datasette, request, "people", person_id, row_format)
    correspondence = await _correspondence(datasette, frame, "person", person_id)
    context = {
        "person": found,
        "offices": [(found, role) for role in found.roles],
        **correspondence,
    }
    return await page(datasette, request, "person.html", context)


async def _correspondence(
    datasette: Datasette, frame: Frame, column: Column, party: str
) -> dict[str, Any]:
    """What the pages of organisations and of people share."""
    database = archive_of(datasette)
    sides = await _sides(database, column, party)
    statements = await database.execute(
        "select count(distinct letter || '#' || statement) from statement_parties "
        f"where {column} = ?",
        [party],
    )
    return {
        "tally": (await tallies(archive_of(datasette), column)).get(party, Tally()),
        "partners": await partners(database, frame, column, party),
        "subjects": await subjects(database, frame, column, party),
        "sides": sides,
        "same": await _possibly_same(database, column, party),
        "statements": statements.single_value(),
        "followed": lambda date: followed(date, frame),
    }


async def _sides(database: Archive, column: Column, party: str) -> list[Side]:
    """The letters that somebody sent, received and got a copy of, and those sent for them."""
    sides = []
    for name, (heading, condition) in _SIDES.items():
        if name == "for" and column == "person":
            continue
        chosen = f"select letter from correspondents where {condition.format(column)}"
        rows = await database.execute(
            "select id, sort_key, year, month, day, answered, exchange from letters "
            f"where id in ({chosen}) order by sort_key limit {_SHOWN}",
            [party],
        )
        total = await database.execute(
            f"select count(distinct letter) from correspondents where {condition.format(column)}",
            [party],
        )
        entries = await entries_of(database, [dict(row) for row in rows])
        sides.append(Side(name, heading, entries, total.single_value()))
    return [side for side in sides if side.total]


async def _possibly_same(database: Archive, column: Column, party: str) -> list[str]:
    """Letters of somebody that may be the same document as another record."""
    rows = await database.execute(
        "with doubtful as (select letter from possible_duplicates "
        "union select possibly_same_as from possible_duplicates) "
        "select doubtful.letter from doubtful where exists (select 1 from correspondents "
        f"where correspondents.letter = doubtful.letter and {column} = ?) order by 1",
        [party],
    )
    return [row["letter"] for row in rows]
