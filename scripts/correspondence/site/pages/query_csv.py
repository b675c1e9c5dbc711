"""``/archive.csv?sql=…``: the answer to a query as CSV.

Datasette itself answers SQL that cannot be run with an empty file, as if nothing had been found.
"""

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from datasette.views.base import DatasetteError
from datasette.views.database import DatabaseView


class _Answer(DatabaseView):
    """Datasette's view of a database, which gives up where the query failed."""

    async def data(self, request: Request, *args: Any, **options: Any) -> Any:
        answer = await super().data(request, *args, **options)
        if error := answer[0].get("error"):
            raise DatasetteError(error, title="This SQL cannot be run", status=400)
        return answer


async def query_csv(datasette: Datasette, request: Request) -> Response:
    """``/archive.csv?sql=…``: the answer to a query as CSV."""
    if not request.args.get("sql"):
        raise NotFound("There is a CSV of each table and of each query, but none of the whole.")
    return await _Answer(datasette).dispatch_request(request)
