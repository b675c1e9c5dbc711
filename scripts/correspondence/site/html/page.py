"""What all our pages share: the database, the arguments, and the rendering."""

from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import AsgiStream, BadRequest, NotFound, Request, Response
from datasette.views.row import RowView

from ...formats.publication import Publication
from ..filters.choices import BadChoice, Choices, from_pairs
from ..lists.names import Presenter, waiting
from ..memory.frame import frame_of
from .rendering import render

CACHE_SECONDS = 300
FORMAT = r"(?:\.(?P<format>[^/]*))?"
ID = r"(?P<id>[^/.]+)"
ROW_FORMATS = ("json", "csv")


def arguments(request: Request) -> list[tuple[str, str]]:
    """The arguments of an address, in their order."""
    return parse_qsl(request.query_string, keep_blank_values=True)


def choices_of(pairs: list[tuple[str, str]]) -> Choices:
    """What the arguments choose.

    Raises:
        BadRequest: a date cannot be read.
    """
    try:
        return from_pairs(pairs)
    except BadChoice as error:
        raise BadRequest(str(error)) from error


async def page(
    datasette: Datasette,
    request: Request,
    template: str,
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
) -> Response:
    """A page of ours, with names and words at hand for its template."""
    own = {
        "present": Presenter(frame_of(datasette)),
        "waiting": waiting,
        "canonical": public_address(datasette, request),
    }
    html = render(datasette, request, template, {**own, **context})
    kept = {"Cache-Control": f"max-age={CACHE_SECONDS}"}
    return Response.html(html, headers={**kept, **(headers or {})})


def publication_of(datasette: Datasette, request: Request) -> Publication:
    """The archive under the address at which it is published.

    That is the one that the plugin was told, the archive's own or, without either, this server's.
    """
    frame = frame_of(datasette)
    told = (datasette.plugin_config("correspondence") or {}).get("address")
    here = datasette.absolute_url(request, str(datasette.urls.instance()))
    return Publication(frame, (told or frame.info.address or here).rstrip("/"))


def public_address(datasette: Datasette, request: Request) -> str:
    """The address under which the page that was asked for is to be linked."""
    return publication_of(datasette, request).address + route_path(request)


def route_path(request: Request) -> str:
    """The path that was asked for, without the prefix under which the site may stand."""
    return str(request.scope.get("route_path", request.path))


async def row_view(
    datasette: Datasette, request: Request, table: str, key: str, row_format: str
) -> Response:
    """Datasette's own JSON or CSV of one row."""
    route = {"database": "archive", "table": table, "pks": key, "format": row_format}
    request.scope = dict(request.scope, url_route={"kwargs": route})
    return csv_file(await RowView(datasette).dispatch_request(request), key)


def csv_file(response: Response, name: str) -> Response:
    """A CSV of Datasette's as a file of that name and kind; it says that it is plain text."""
    if isinstance(response, AsgiStream) and response.content_type.startswith("text/plain"):
        response.content_type = "text/csv; charset=utf-8"
        response.headers["content-disposition"] = f'attachment; filename="{name}.csv"'
    return response


def asked_for(request: Request, formats: tuple[str, ...] = ROW_FORMATS) -> tuple[str, str | None]:
    """The id and the format that an address names.

    Raises:
        NotFound: there is no such format.
    """
    row_format = request.url_vars["format"]
    if row_format is not None and row_format not in formats:
        known = ", ".join(f".{name}" for name in formats)
        raise NotFound(f"There is no format .{row_format} here; there are {known}.")
    return tilde_decode(request.url_vars["id"]), row_format
