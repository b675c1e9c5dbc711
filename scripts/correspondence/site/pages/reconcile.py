"""``/reconcile``: the service by which OpenRefine finds our organisations and people in a table."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from ..archive import archive_of
from ..exports import reconciliation
from ..html.page import arguments, publication_of
from ..memory.frame import frame_of


async def service(datasette: Datasette, request: Request) -> Response:
    """``/reconcile``: what the service is, or its answers to ``queries`` or ``extend``."""
    archive_of(datasette)
    pairs = arguments(request)
    if request.method == "POST":
        body = await request.post_body()
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    wanted = dict(pairs)
    try:
        if "queries" in wanted:
            queries = _read("queries", wanted["queries"])
            frame = frame_of(datasette)
            return _answer(await asyncio.to_thread(reconciliation.reconcile, frame, queries))
        if "extend" in wanted:
            asked = _read("extend", wanted["extend"])
            publication = publication_of(datasette, request)
            return _answer(await asyncio.to_thread(reconciliation.extend, publication, asked))
    except reconciliation.BadQuery as error:
        raise BadRequest(str(error)) from error
    return _answer(reconciliation.manifest(publication_of(datasette, request)))


async def suggest(datasette: Datasette, request: Request) -> Response:
    """``/reconcile/suggest?prefix=``: entries while a name is being typed."""
    archive_of(datasette)
    wanted = dict(arguments(request))
    cursor = wanted.get("cursor") or "0"
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 12:
        raise BadRequest(f"cursor takes a whole number, not {cursor!r}")
    found = reconciliation.suggest(frame_of(datasette), wanted.get("prefix", ""), int(cursor))
    return _answer(found)


async def properties(datasette: Datasette, request: Request) -> Response:
    """``/reconcile/properties``: what may be asked of entries that were found."""
    kind = dict(arguments(request)).get("type", "")
    offered = [{"id": key, "name": name} for key, name in reconciliation.PROPERTIES.items()]
    return _answer({"type": kind, "properties": offered})


def _read(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadRequest(f"{name} is no JSON ({error})") from error
    except RecursionError as error:
        raise BadRequest(f"{name} is nested too deeply") from error


def _answer(body: dict[str, Any]) -> Response:
    return Response.json(body, headers={"Access-Control-Allow-Origin": "*"})
