"""``/exchanges`` and ``/exchanges/<id>``: chains of replies, each as one page."""

from collections.abc import Sequence
from typing import Any

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from ...records.dates import parse_date
from ..archive import Archive, archive_of
from ..drawings.exchange_letters import picture, read_members
from ..html.page import arguments, page
from ..html.paging import PAGE, offset_of, refuse_others, slice_of
from ..lists import exchanges as data
from ..lists.durations import followed
from ..lists.possible_duplicates import possibly_same
from ..memory.frame import frame_of


async def exchanges(datasette: Datasette, request: Request) -> Response:
    """``/exchanges``: every exchange in a line."""
    pairs = arguments(request)
    refuse_others(pairs, {"_next"})
    database, frame = archive_of(datasette), frame_of(datasette)
    offset = offset_of(pairs)
    ids = await data.ids_of_page(database, offset, PAGE)
    shown = slice_of(await data.summaries(database, frame, ids), offset)
    context = {
        "shown": shown,
        "total": await data.total(database),
        "longest": max((summary.length for summary in shown.items), default=0),
    }
    return await page(datasette, request, "exchanges.html", context)


async def exchange(datasette: Datasette, request: Request) -> Response:
    """``/exchanges/<id>``: one exchange, drawn and in order."""
    pairs = arguments(request)
    refuse_others(pairs, {"_next"})
    letter_id = tilde_decode(request.url_vars["id"])
    database, frame = archive_of(datasette), frame_of(datasette)
    first = await _exchange_of(database, letter_id)
    if first != letter_id:
        path = datasette.urls.path(f"/exchanges/{first}")
        return Response.redirect(f"{path}#{letter_id}", status=302)
    rows, links, placed = await data.chain(database, first)
    offset = offset_of(pairs)
    shown = slice_of(placed[offset : offset + PAGE + 1], offset)
    listed = await read_members(database, frame, rows, shown.items, links)
    ids = [row["id"] for row in rows]
    context = {
        "id": first,
        "shown": shown,
        "members": listed,
        "shown_ids": {member.letter.id for member in listed},
        "total": len(rows),
        "open": sum(row["answered"] == "no answer known" for row in rows),
        "ends": [parse_date(_row(rows, placed[n].id)["date"]) for n in (0, -1)],
        "parties": (await data.parties_of(database, frame, [first]))[first],
        "wait": data.longest_wait(links),
        "inferred": sum(link.inferred for link in links),
        "same": await possibly_same(database, ids),
        "drawing": picture(frame, listed, links),
        "undrawn": sum(not member.place.at for member in listed),
        "followed": followed(parse_date(rows[0]["date"]), frame),
    }
    return await page(datasette, request, "exchange.html", context)


def _row(rows: Sequence[dict[str, Any]], letter_id: str) -> dict[str, Any]:
    return next(row for row in rows if row["id"] == letter_id)


async def _exchange_of(database: Archive, letter_id: str) -> str:
    """The exchange to which a letter belongs, which may be named by a former id.

    Raises:
        NotFound: there is no such letter, or it is alone.
    """
    rows = await database.execute(
        "select exchange from letters where id = :id "
        "or id = (select letter from former_ids where former_ids.id = :id)",
        {"id": letter_id},
    )
    row = rows.first()
    if row is None:
        raise NotFound(f"There is no exchange {letter_id}.")
    if row["exchange"] is None:
        raise NotFound(f"The letter {letter_id} answers none and has no known answer.")
    return str(row["exchange"])
