"""``/archive/letters/<id>``: one letter, all that is known of it and how."""

import asyncio
import datetime
from collections.abc import Iterator
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from ...database.reading import read_letter
from ...formats import FORMATS
from ...formats.citation import cite
from ...formats.jsonld import CONTEXT, jsonld_of
from ...formats.publication import Publication
from ...records.archive import Frame
from ...records.model import Letter
from ..archive import Archive, archive_of
from ..drawings.exchange_letters import glimpse, read_members
from ..drawings.exchange_small import MOST, first_around
from ..drawings.share_card import card_of
from ..exports.letters import FileResponse, letter_as
from ..html.page import (
    CACHE_SECONDS,
    ROW_FORMATS,
    asked_for,
    page,
    publication_of,
    row_view,
)
from ..lists import exchanges
from ..lists.letters import answers_to
from ..lists.names import waiting
from ..memory.frame import frame_of
from ..memory.letters import letters_of
from ..middleware.headers import in_header


async def letter(datasette: Datasette, request: Request) -> Response | FileResponse:
    """``/archive/letters/<id>``: one letter, all that is known of it and how."""
    letter_id, row_format = asked_for(request, (*ROW_FORMATS, "png", *FORMATS))
    database = archive_of(datasette)
    if moved := await _moved(database, letter_id):
        suffix = f".{row_format}" if row_format else ""
        query = f"?{request.query_string}" if request.query_string else ""
        path = datasette.urls.path(f"/archive/letters/{moved}{suffix}{query}")
        return Response.redirect(path, status=301)
    withdrawn = (
        await database.execute("select date, reason from withdrawn where id = ?", [letter_id])
    ).first()
    if withdrawn:
        return await _gone(datasette, request, row_format, dict(withdrawn))
    if row_format in ROW_FORMATS:
        return await row_view(datasette, request, "letters", letter_id, row_format)
    record = await database.execute_fn(lambda connection: read_letter(connection, letter_id))
    if record is None:
        raise NotFound(f"There is no letter {letter_id}.")
    if row_format == "png":
        return await _card(datasette, record)
    publication = publication_of(datasette, request)
    if row_format:
        return await letter_as(datasette, FORMATS[row_format], record, publication)
    around = await _around(database, record)
    exchange = around["place"]["exchange"]
    context = {
        "letter": record,
        "citations": await asyncio.to_thread(cite, record, publication),
        "publication": publication,
        "jsonld": {"@context": CONTEXT, **jsonld_of(record, publication)},
        **around,
        **(await _exchange(database, frame_of(datasette), exchange, letter_id) if exchange else {}),
    }
    headers = {"Link": ", ".join(_links(record, publication))}
    return await page(datasette, request, "letter.html", context, headers)


def _links(record: Letter, publication: Publication) -> Iterator[str]:
    """Typed links for machines: level 1 of Signposting (https://signposting.org/FAIR/)."""
    permalink, info = in_header(publication.permalink(record.id)), publication.frame.info
    yield f'<{permalink}>; rel="cite-as"'
    yield '<https://schema.org/Message>; rel="type"'
    yield '<https://schema.org/AboutPage>; rel="type"'
    yield f'<{in_header(info.licence.url)}>; rel="license"'
    yield f'<{in_header(publication.address)}/>; rel="collection"; type="text/html"'
    for form in FORMATS.values():
        yield f'<{permalink}.{form.suffix}>; rel="describedby"; type="{form.media_type}"'
    yield f'<{permalink}.yml>; rel="item"; type="{FORMATS["yml"].media_type}"'


async def _card(datasette: Datasette, record: Letter) -> Response:
    png = await asyncio.to_thread(card_of, record, frame_of(datasette))
    headers = {"Cache-Control": f"max-age={CACHE_SECONDS}"}
    return Response(body=png, content_type="image/png", headers=headers)


async def _moved(database: Archive, letter_id: str) -> str | None:
    row = await database.execute("select letter from former_ids where id = ?", [letter_id])
    found = row.first()
    return found["letter"] if found else None


async def _gone(
    datasette: Datasette, request: Request, row_format: str | None, withdrawn: dict[str, Any]
) -> Response:
    """A tombstone: the record was here, and why it is no more."""
    day = datetime.date.fromisoformat(withdrawn["date"])
    message = f"This record was withdrawn on {day.day} {day:%B %Y}: {withdrawn['reason']}"
    if row_format:
        return Response.json({"ok": False, "error": message, "status": 410}, status=410)
    html = await datasette.render_template(
        "error.html", {"status": 410, "title": "Withdrawn", "error": message}, request=request
    )
    return Response.html(html, status=410)


async def _exchange(
    database: Archive, frame: Frame, exchange: str, letter_id: str
) -> dict[str, Any]:
    """The exchange that a letter belongs to: its small drawing, and its length."""
    rows, links, placed = await exchanges.chain(database, exchange)
    dated = [place for place in placed if place.at]
    first = first_around([place.id for place in dated], letter_id)
    near = dated[first : first + MOST]
    members = await read_members(database, frame, rows, near, links)
    return {
        "glimpse": glimpse(frame, members, links, letter_id),
        "length": len(rows),
        "drawn": (first + 1, first + len(near)),
    }


async def _around(database: Archive, record: Letter) -> dict[str, Any]:
    """What other records say of a letter, and the letters that it is linked with."""
    letter_id = record.id
    place = await database.execute(
        "select id, sort_key, year, month, day, answered, exchange from letters where id = ?",
        [letter_id],
    )
    row = dict(place.first())
    beside = await database.execute(
        "select (select id from letters where sort_key = :key - 1) as earlier, "
        "(select id from letters where sort_key = :key + 1) as later",
        {"key": row["sort_key"]},
    )
    replies = await database.execute("select * from replies where letter = ?", [letter_id])
    taken = await database.execute(
        "select taken_up.* from taken_up join letters on letters.id = taken_up.letter "
        "where statement_letter = ? order by letters.sort_key",
        [letter_id],
    )
    mentioned = await database.execute(
        "select letter from mentions join letters on letters.id = mentions.letter "
        "where refers_to = ? order by letters.sort_key",
        [letter_id],
    )
    same = await database.execute(
        "select possibly_same_as as id from possible_duplicates where letter = :id "
        "union select letter from possible_duplicates where possibly_same_as = :id",
        {"id": letter_id},
    )
    history = await database.execute(
        "select * from changes where letter = ? order by position", [letter_id]
    )
    replied = list(replies)
    takers = [dict(row) for row in taken]
    neighbours = dict(beside.first())
    referring = [row["letter"] for row in mentioned]
    same_ids = [row["id"] for row in same]
    ids = {
        *_named_by(record),
        *(row["letter"] for row in takers),
        *referring,
        *same_ids,
        *filter(None, neighbours.values()),
    }
    return {
        "place": row,
        "beside": neighbours,
        "waits": {r["in_reply_to"]: waiting(r["days_min"], r["days_max"]) for r in replied},
        "answers": (await answers_to(database, [record.id])).get(record.id, ()),
        "taken_up": takers,
        "history": [
            {**change, "day": datetime.date.fromisoformat(change["day"])}
            for change in map(dict, history)
        ],
        "mentioned_in": referring,
        "possibly_same": same_ids,
        "others": await letters_of(database, ids),
    }


async def around_draft(database: Archive, record: Letter) -> dict[str, Any]:
    """What the preview of a record needs of other letters: those that it names, and its answers."""
    answers = (await answers_to(database, [record.id])).get(record.id, ())
    return {
        "is_preview": True,
        "place": {"answered": record.unanswered},
        "waits": {},
        "answers": answers,
        "taken_up": [],
        "history": [],
        "mentioned_in": [],
        "possibly_same": record.possibly_same_as,
        "others": await letters_of(database, {*_named_by(record), *record.possibly_same_as}),
    }


def _named_by(record: Letter) -> set[str]:
    """The letters that a record names."""
    return {
        *record.refers_to,
        *(reply.letter for reply in record.in_reply_to),
        *(reference.statement.partition("#")[0] for reference in record.takes_up),
    }
