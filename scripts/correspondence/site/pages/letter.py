"""``/archive/letters/<id>``: one letter, all that is known of it and how."""

import asyncio
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from ...database.reading import read_letter, read_letters
from ...records.model import Letter
from ..cards import card_of
from ..listing import answers_to
from ..present import waiting
from ..state import frame_of
from .common import CACHE_SECONDS, ROW_FORMATS, archive_of, asked_for, page, row_view


async def letter(datasette: Datasette, request: Request) -> Response:
    """``/archive/letters/<id>``: one letter, all that is known of it and how."""
    letter_id, row_format = asked_for(request, (*ROW_FORMATS, "png"))
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
    context = {"letter": record, **await _around(database, record)}
    return await page(datasette, request, "letter.html", context)


async def _card(datasette: Datasette, record: Letter) -> Response:
    png = await asyncio.to_thread(card_of, record, frame_of(datasette))
    headers = {"Cache-Control": f"max-age={CACHE_SECONDS}"}
    return Response(body=png, content_type="image/png", headers=headers)


async def _moved(database: Database, letter_id: str) -> str | None:
    row = await database.execute("select letter from former_ids where id = ?", [letter_id])
    found = row.first()
    return found["letter"] if found else None


async def _gone(
    datasette: Datasette, request: Request, row_format: str | None, withdrawn: dict[str, Any]
) -> Response:
    """A tombstone: the record was here, and why it is no more."""
    message = f"This record was withdrawn on {withdrawn['date']}: {withdrawn['reason']}"
    if row_format:
        return Response.json({"ok": False, "error": message, "status": 410}, status=410)
    html = await datasette.render_template(
        "error.html", {"status": 410, "title": "Withdrawn", "error": message}, request=request
    )
    return Response.html(html, status=410)


async def _around(database: Database, record: Letter) -> dict[str, Any]:
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
    replied = list(replies)
    takers = [dict(row) for row in taken]
    neighbours = dict(beside.first())
    referring = [row["letter"] for row in mentioned]
    same_ids = [row["id"] for row in same]
    ids = {
        *record.refers_to,
        *(reply.letter for reply in record.in_reply_to),
        *(reference.statement.partition("#")[0] for reference in record.takes_up),
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
        "mentioned_in": referring,
        "possibly_same": same_ids,
        "others": await database.execute_fn(
            lambda connection: {other.id: other for other in read_letters(connection, sorted(ids))}
        ),
    }
