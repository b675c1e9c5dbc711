"""Addresses of files: lists of letters in every format, the feed, the TEI of the whole, unAPI."""

import datetime
from dataclasses import replace

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, NotFound, Request, Response
from lxml import etree

from ...database.reading import read_letter
from ...formats import FORMATS
from ...formats.feeds import RecordChange, change_feed
from ..archive import archive_of
from ..exports.letters import FileResponse, letter_as, list_as
from ..html.page import CACHE_SECONDS, arguments, publication_of
from ..html.paging import PAGE, offset_of, refuse_others
from ..memory.frame import is_frozen

_ALL = 1_000_000_000
_NEWEST_FIRST = ("_sort_desc", "sort_key")
_CHANGES = """
select letter, title, "commit" as version, what, changes.day as day, sort_key, position,
  case what when '' then 'first recorded' else 'changed' end as done
from changes join letters on letters.id = changes.letter
union all
select id, id, 'withdrawn', reason, date, 0, 0, 'withdrawn' from withdrawn
order by day desc, sort_key, letter, position desc limit :size offset :passed
"""
_UNAPI = ("ris", "bib", "csljson")


async def letters(datasette: Datasette, request: Request) -> FileResponse:
    """``/archive/letters.<format>``: the letters chosen, all of them."""
    form = FORMATS[request.url_vars["format"]]
    return await list_as(datasette, request, form, arguments(request))


async def feed(datasette: Datasette, request: Request) -> FileResponse:
    """``/feed.atom``: all letters, or those chosen, newest first."""
    pairs = [_NEWEST_FIRST, *arguments(request)]
    return await list_as(datasette, request, FORMATS["atom"], pairs)


async def cmif(datasette: Datasette, request: Request) -> FileResponse:
    """``/cmif.xml``: all letters as TEI, where correspSearch can harvest them."""
    return await list_as(datasette, request, FORMATS["cmif"], arguments(request))


async def changes(datasette: Datasette, request: Request) -> Response:
    """``/changes.atom``: letters recorded, changed and withdrawn, newest first."""
    pairs = arguments(request)
    refuse_others(pairs, ("_next",))
    passed = offset_of(pairs)
    most = _ALL if is_frozen(datasette) else PAGE  # of a file no further page can be asked for
    rows = await archive_of(datasette).execute(
        _CHANGES,
        {"size": most + 1, "passed": passed},
    )
    publication = publication_of(datasette, request)
    address = f"{publication.address}/changes.atom"
    found = [
        RecordChange(
            **{name: row[name] for name in ("letter", "title", "done", "version", "what")},
            day=datetime.date.fromisoformat(row["day"]),
        )
        for row in rows
    ]
    more = f"{address}?_next={passed + most}" if len(found) > most else None
    body = change_feed(found[:most], replace(publication, file=address), more)
    headers = {"Cache-Control": f"max-age={CACHE_SECONDS}"}
    return Response(body.decode(), content_type=FORMATS["atom"].content_type, headers=headers)


async def unapi(datasette: Datasette, request: Request) -> Response | FileResponse:
    """``/unapi``: records for Zotero and its like (https://unapi.info/specs/)."""
    wanted = dict(arguments(request))
    if unknown := wanted.keys() - {"id", "format"}:
        raise BadRequest(f"unAPI has no argument {min(unknown)!r}; it takes id and format")
    letter_id, suffix = wanted.get("id"), wanted.get("format")
    if letter_id is None:
        return _unapi_formats(None, 200)
    database = archive_of(datasette)
    letter = await database.execute_fn(lambda connection: read_letter(connection, letter_id))
    if letter is None:
        raise NotFound(f"There is no letter {letter_id}.")
    if suffix is None:
        return _unapi_formats(letter_id, 300)
    if suffix not in _UNAPI:
        return Response.text(f"There is no format {suffix} here; see /unapi.\n", status=406)
    return await letter_as(datasette, FORMATS[suffix], letter, publication_of(datasette, request))


def _unapi_formats(letter_id: str | None, status: int) -> Response:
    formats = etree.Element("formats", {"id": letter_id} if letter_id else {})
    for suffix in _UNAPI:
        etree.SubElement(formats, "format", name=suffix, type=FORMATS[suffix].media_type)
    body = etree.tostring(formats, xml_declaration=True, encoding="utf-8").decode()
    return Response(body, status=status, content_type="application/xml; charset=utf-8")
