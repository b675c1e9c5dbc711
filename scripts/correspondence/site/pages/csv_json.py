"""CSV of tables and queries, and bare lists in JSON: all of it, or an answer that says why not.

Datasette itself gives a table's first hundred rows and a query's first thousand, as if there were
no more, and an empty file for SQL that cannot be run, as if nothing had been found.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import (
    AsgiStream,
    AsgiWriter,
    BadRequest,
    NotFound,
    Request,
    Response,
)
from datasette.views.base import DatasetteError, DataView
from datasette.views.database import DatabaseView
from datasette.views.table import TableView

from ..html.page import csv_file
from ..middleware.headers import Send

_PAGED = frozenset({"_next", "_size", "_stream"})
_ALL = [("_stream", "on"), ("_size", "max")]
_BARE = frozenset({"array", "arrayfirst"})
_MOST_BLANKS = 200


class _BrokenOff(Exception):
    """An answer that was begun and cannot be finished."""


class _Query(DatabaseView):
    """Datasette's view of a database, which gives up where the answer would not be whole."""

    async def data(self, request: Request, *args: Any, **options: Any) -> Any:
        answer = await super().data(request, *args, **options)
        _refuse_part(answer)
        return answer


class _Table(TableView):
    """Datasette's view of a table or a query that has a name, and where its next page is."""

    next_url: str | None = None
    fault: Exception | None = None

    async def data(self, request: Request, *args: Any, **options: Any) -> Any:
        try:
            answer = await super().data(request, *args, **options)
        except Exception as error:
            self.fault = error
            raise
        if not isinstance(answer, Response):
            if "table" in answer[0]:
                self.next_url = answer[0].get("next_url")
            else:
                _refuse_part(answer)
        return answer


async def query(datasette: Datasette, request: Request) -> Response:
    """``/archive.csv?sql=…``: the answer to a query as CSV."""
    _refuse_blanks(request)
    if not request.args.get("sql"):
        raise NotFound("There is a CSV of each table and of each query, but none of the whole.")
    return csv_file(await _Query(datasette).dispatch_request(request), "archive")


async def table(datasette: Datasette, request: Request) -> Response:
    """``/archive/<table>.csv``: all rows, unless the address asks for one page of them.

    A page says where the next one is, as that of JSON does.
    """
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    if not _PAGED & {name for name, _ in pairs}:
        pairs += _ALL
        request.scope = {**request.scope, "query_string": urlencode(pairs).encode()}
    view = _Table(datasette)
    name = request.url_vars["table"]
    response = csv_file(await view.dispatch_request(request), name)
    if isinstance(response, AsgiStream):
        response.stream_fn = _whole(view, response.stream_fn)
    if view.next_url and ("_stream", "on") not in pairs:
        response.headers["link"] = f'<{view.next_url}>; rel="next"'
    return response


def _whole(view: _Table, write_to: Callable[[AsgiWriter], Awaitable[None]]) -> Any:
    """Writes a CSV, or breaks off; Datasette would end it with the fault as if that were a row."""

    async def write(writer: AsgiWriter) -> None:
        await write_to(_UntilFault(view, writer.send))
        if view.fault:
            raise _BrokenOff from view.fault

    return write


class _UntilFault(AsgiWriter):
    def __init__(self, view: _Table, send: Send) -> None:
        super().__init__(send)
        self.view = view

    async def write(self, chunk: str) -> None:
        """Write a piece, as long as all is well."""
        if not self.view.fault:
            await super().write(chunk)


async def query_list(datasette: Datasette, request: Request) -> Response:
    """``/archive.json?sql=…``: a bare list has no place to say that it is cut, so it is not."""
    _refuse_blanks(request)
    return await _view(_Query, DatabaseView, datasette, request)


async def query_page(datasette: Datasette, request: Request) -> Response:
    """``/archive`` and ``/archive?sql=…``: the database, and the answer to a query as a page."""
    _refuse_blanks(request)
    response: Response = await DatabaseView(datasette).dispatch_request(request)
    return response


async def table_list(datasette: Datasette, request: Request) -> Response:
    """``/archive/<query>.json``: so is that of a query that has a name; a table has pages."""
    return await _view(_Table, TableView, datasette, request)


async def _view(
    whole: type[DataView], own: type[DataView], datasette: Datasette, request: Request
) -> Response:
    """An answer by the view that refuses a part, or by Datasette's own, which says that it is."""
    is_bare = request.args.get("_shape") in _BARE
    response: Response = await (whole if is_bare else own)(datasette).dispatch_request(request)
    return response


def _refuse_blanks(request: Request) -> None:
    """Refuse SQL with gaps in it: Datasette looks for its beginning in steps of their square.

    Raises:
        BadRequest: there are too many blanks in a row.
    """
    gaps = re.findall(r"\s+", request.args.get("sql") or "")
    if any(len(gap) > _MOST_BLANKS for gap in gaps):
        raise BadRequest(f"The SQL has more than {_MOST_BLANKS} blanks in a row.")


def _refuse_part(answer: Any) -> None:
    """Refuse an answer that Datasette would cut short, or that is an error.

    Raises:
        DatasetteError: what is wrong, and what to do.
    """
    found = answer[0]
    if error := found.get("error"):
        raise DatasetteError(error, title="This SQL cannot be run", status=400)
    if found.get("truncated"):
        raise DatasetteError(
            f"More than {len(found['rows']):,} rows, the limit per query. Fetch them in parts "
            "(order by … limit 1000 offset 0, then 1000 …), or run it on a local copy of the "
            "database.",
            title="More rows than the limit",
            status=400,
        )
