"""Letters as files of other formats, sent piece by piece and never cut short."""

import asyncio
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Forbidden, Request
from datasette.views.base import DatasetteError

from ...database.reading import read_file, read_letters
from ...formats import Format
from ...formats.dataset import file_name
from ...formats.lines import yaml_head
from ...formats.publication import Publication
from ...formats.spreadsheet import TooManyLetters
from ...records.model import Letter
from ..archive import archive_of
from ..html.page import CACHE_SECONDS, public_address, publication_of
from ..middleware.errors import UNREADABLE
from ..middleware.headers import Send, in_header

_PIECES = 50
_PAGED = frozenset({"_next", "_size"})
_ORDER = frozenset({"_sort", "_sort_desc"})
_SHOWN = frozenset({"_col", "_nocol", "_shape", "_labels", "_stream", "_dl", "_header", "_nl"})


class FileResponse:
    """A response that is sent while it is made, since it may be longer than memory."""

    def __init__(self, first: bytes, rest: Iterator[bytes], headers: dict[str, str]) -> None:
        self.first, self.rest, self.headers = first, rest, headers

    async def asgi_send(self, send: Send) -> None:
        """Send it. What is still to be made is made in a thread, so that others are served."""
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        try:
            piece = self.first
            while piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await _taken(self.rest)
        finally:
            if isinstance(self.rest, Generator):
                self.rest.close()  # it may hold the database open
        await send({"type": "http.response.body", "body": b""})


async def list_as(
    datasette: Datasette, request: Request, form: Format, pairs: list[tuple[str, str]]
) -> FileResponse:
    """The letters that arguments of the table choose, all of them, in its order.

    Raises:
        BadRequest: an argument is not understood, or the format cannot hold so many letters.
    """
    for name, _ in pairs:
        if name in _PAGED:
            raise BadRequest(f"a file holds the whole list; leave out {name}")
    chosen = [pair for pair in pairs if pair[0] not in _SHOWN]
    ids = await _ids(datasette, chosen)
    query = f"?{urlencode(chosen)}" if chosen else ""
    publication = publication_of(datasette, request)
    publication = replace(
        publication,
        page=f"{publication.address}/archive/letters{query}",
        file=public_address(datasette, request) + _query(request),
    )
    is_selection = any(name not in _ORDER for name, _ in chosen)
    name = file_name(publication.frame.info.title) + ("-selection" if is_selection else "")
    return await file_of(datasette, form, ids, publication, name)


async def letter_as(
    datasette: Datasette, form: Format, letter: Letter, publication: Publication
) -> FileResponse:
    """One letter as a file; as YAML it is the record's own file, under where it is from."""
    permalink = publication.permalink(letter.id)
    published = replace(publication, page=permalink, file=f"{permalink}.{form.suffix}")
    if form.suffix == "yml":
        archive = archive_of(datasette)
        own = await archive.execute_fn(lambda connection: read_file(connection, letter.id))
        if own:
            text = f"{yaml_head(published)}{own.text}"
            return FileResponse(text.encode(), iter(()), _headers(form, published, letter.id))
    return await file_of(datasette, form, [letter.id], published, letter.id)


async def file_of(
    datasette: Datasette, form: Format, ids: Sequence[str], publication: Publication, name: str
) -> FileResponse:
    """Letters of these ids as a file of this name.

    Raises:
        BadRequest: the format cannot hold so many letters.
    """
    path = archive_of(datasette).path
    pieces = form.write(_letters(Path(path), ids), publication)
    try:
        first = await asyncio.to_thread(_take, pieces)
    except TooManyLetters as error:
        raise BadRequest(str(error)) from error
    return FileResponse(first, pieces, _headers(form, publication, name))


def _headers(form: Format, publication: Publication, name: str) -> dict[str, str]:
    licence = publication.frame.info.licence.url
    return {
        "content-type": form.content_type,
        "content-disposition": f'{form.disposition}; filename="{name}.{form.file_suffix}"',
        "cache-control": f"max-age={CACHE_SECONDS}",
        "link": f'<{in_header(publication.home)}>; rel="alternate"; type="text/html", '
        f'<{in_header(licence)}>; rel="license"',
    }


def _query(request: Request) -> str:
    return f"?{request.query_string}" if request.query_string else ""


async def _ids(datasette: Datasette, chosen: list[tuple[str, str]]) -> list[str]:
    """The ids of the letters that the table view itself shows, from its first page to its last."""
    ids: list[str] = []
    needed = [("_col", "id"), ("_shape", "arrays"), ("_size", "max"), ("_nofacet", "1")]
    pairs = [pair for pair in chosen if not pair[0].startswith("_facet")]
    after: list[tuple[str, str]] = []
    while True:
        query = urlencode([*pairs, *needed, ("_nocount", "1"), *after])
        # Datasette redirects from the arguments of its form for filters to those that they mean.
        address = f"/archive/letters.json?{query}"
        answer = await datasette.client.get(address, follow_redirects=True)
        found: dict[str, Any] = answer.json()
        if answer.status_code == 403:
            raise Forbidden(found["error"])
        if answer.status_code >= 500:
            raise DatasetteError(UNREADABLE, status=503)
        if answer.status_code != 200:
            raise BadRequest(found["error"])
        place = found["columns"].index("id")
        ids += [row[place] for row in found["rows"]]
        if not found["next"]:
            return ids
        after = [("_next", found["next"])]


def _letters(database: Path, ids: Sequence[str]) -> Iterator[Letter]:
    """The letters, by a connection of their own that any thread may use."""
    address = f"{database.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as connection:
        yield from read_letters(connection, ids)


async def _taken(pieces: Iterator[bytes]) -> bytes:
    """The next pieces; who is stopped meanwhile waits for the thread, which has hold of them."""
    taking = asyncio.create_task(asyncio.to_thread(_take, pieces))
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        await asyncio.wait((taking,))
        raise


def _take(pieces: Iterator[bytes]) -> bytes:
    """The next pieces together, or nothing when there are no more."""
    return b"".join(islice(pieces, _PIECES))
