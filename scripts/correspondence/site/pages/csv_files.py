"""CSV of tables and of queries: all of it, or an answer that says why not.

Datasette itself gives a table's first hundred rows and a query's first thousand, as if there were
no more, and an empty file for SQL that cannot be run, as if nothing had been found.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from datasette.views.base import DatasetteError
from datasette.views.database import DatabaseView
from datasette.views.table import TableView

from .common import csv_file

_PAGED = frozenset({"_next", "_size", "_stream"})
_ALL = [("_stream", "on"), ("_size", "max")]


class _Query(DatabaseView):
    """Datasette's view of a database, which gives up where the answer would not be whole."""

    async def data(self, request: Request, *args: Any, **options: Any) -> Any:
        answer = await super().data(request, *args, **options)
        _refuse_part(answer)
        return answer


class _Table(TableView):
    """Datasette's view of a table or a query that has a name."""

    async def data(self, request: Request, *args: Any, **options: Any) -> Any:
        answer = await super().data(request, *args, **options)
        if not isinstance(answer, Response) and "table" not in answer[0]:
            _refuse_part(answer)
        return answer


async def query(datasette: Datasette, request: Request) -> Response:
    """``/archive.csv?sql=…``: the answer to a query as CSV."""
    if not request.args.get("sql"):
        raise NotFound("There is a CSV of each table and of each query, but none of the whole.")
    return csv_file(await _Query(datasette).dispatch_request(request), "archive")


async def table(datasette: Datasette, request: Request) -> Response:
    """``/archive/<table>.csv``: all rows, unless the address asks for one page of them."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    if not _PAGED & {name for name, _ in pairs}:
        request.scope = {**request.scope, "query_string": urlencode([*pairs, *_ALL]).encode()}
    name = request.url_vars["table"]
    return csv_file(await _Table(datasette).dispatch_request(request), name)


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
            f"The answer has more than {len(found['rows']):,} rows, which is as many as are given "
            "at once. Ask for it in parts (order by … limit 1000 offset 0, then 1000 …), or "
            "download the database and ask it at home.",
            title="More rows than are given at once",
            status=400,
        )
