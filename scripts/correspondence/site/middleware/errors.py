"""Errors as visitors see them: what was wrong with the request, in our dress or as JSON.

Datasette 0.65 answers some malformed requests with 500, since it raises ``DatasetteError`` without
a status or lets Python's own errors out of its parsers; those are a visitor's mistakes, so 400.
"""

import logging
import sqlite3
import traceback
from typing import Any

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from ...database.opening import Damaged
from .logs import request_id

# Modules of Datasette that parse what a visitor wrote.
_PARSERS = {
    "datasette.database",
    "datasette.facets",
    "datasette.filters",
    "datasette.utils",
    "datasette.views.base",
    "datasette.views.database",
    "datasette.views.row",
    "datasette.views.table",
}
_OF_THE_SQL = ("SQLITE_ERROR", "SQLITE_AUTH", "SQLITE_TOOBIG")
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_IOERR", "SQLITE_NOTADB", "SQLITE_CANTOPEN")
_PASSED_THROUGH = (".sql_limits", ".site.archive")  # between Datasette and its database
_LOG = logging.getLogger("correspondence")
_TITLES = {
    400: "This request cannot be answered",
    403: "Not allowed",
    404: "Not found",
    405: "Not allowed",
    410: "Withdrawn",
    500: "Something went wrong here",
    503: "Not at the moment",
}
UNREADABLE = "The database is temporarily unavailable (error {number})."
_TOO_LONG = "The query took too long, so it was stopped."
_IN_WORDS = {
    "execute-sql": "Queries in SQL are switched off on this site.",
    "_where= is not allowed": "Conditions in SQL are switched off on this site.",
    "Database not found": "There is no page of this address.",
    "Table not found": "There is no page, table or query of this name.",
    "Record not found": "There is no row of this key.",
}


async def respond(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """The answer to a request that failed."""
    status, message, title = _read(exception)
    if status == 400 and await _is_row_of_no_table(datasette, request):
        status, message, title = 404, "There is no such table.", None
    if status >= 500:
        number = request_id()
        told = (number, request.method, request.path)
        _LOG.error("fault %s: %s %s", *told, exc_info=exception)
        message = message.replace("{number}", number)
    return await answer(datasette, request, status, message, title)


async def answer(
    datasette: Datasette, request: Request, status: int, message: str, title: str | None = None
) -> Response:
    """An error as JSON where JSON was asked for, else as a page."""
    message = _IN_WORDS.get(message, message)
    body: dict[str, Any] = {"ok": False, "error": str(message), "status": status, "title": title}
    if request.path.endswith(".json") or _asks_a_service(request):
        return Response.json(body, status=status)
    allows_sql = await datasette.permission_allowed(
        request.actor, "execute-sql", resource="archive", default=True
    )
    told = {"error": message, "title": title or _TITLES.get(status, "Error")}
    html = await datasette.render_template(
        ["error.html"], {**body, **told, "allows_sql": allows_sql}, request=request
    )
    return Response.html(html, status=status)


def _asks_a_service(request: Request) -> bool:
    """Whether a program asks, which knows JSON alone."""
    path = str(request.scope.get("route_path", request.path))
    return path.split("/")[1:2] == ["reconcile"]


def _read(exception: Exception) -> tuple[int, str, str | None]:
    """Status, message and title of what was raised."""
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0] if exception.args else ""), None
    if isinstance(exception, QueryInterrupted):  # out of a CSV
        return 400, _TOO_LONG, None
    if isinstance(exception, DatasetteError):
        message = exception.message
        if exception.message_is_html:
            message = _TOO_LONG  # the one such message
        # Datasette gives 500 where it was not told a status: what it says is about the request.
        return (400 if exception.status == 500 else exception.status), message, exception.title
    if _is_mistake_of_the_visitor(exception):
        return 400, f"An argument of this address cannot be read ({exception}).", None
    if _is_damage(exception):
        return 503, UNREADABLE, None
    return 500, "The fault is ours. If it stays, please tell us its number, {number}.", None


async def _is_row_of_no_table(datasette: Datasette, request: Request) -> bool:
    """Whether an address names a row of no table; Datasette would call it a syntax error."""
    named = request.url_vars
    if not {"database", "table", "pks"} <= named.keys():
        return False
    database = datasette.databases.get(tilde_decode(named["database"]))
    return database is not None and not await database.table_exists(tilde_decode(named["table"]))


def _is_damage(exception: Exception) -> bool:
    """Whether the database, or the room for it, is gone; another request may fare better."""
    if isinstance(exception, sqlite3.DatabaseError):
        return getattr(exception, "sqlite_errorname", "").startswith(_DAMAGE)
    return isinstance(exception, MemoryError | Damaged)


def _is_mistake_of_the_visitor(exception: Exception) -> bool:
    """Whether Datasette, and no page of ours, stumbled over an argument."""
    # By the names of modules: a folder of any name may be above those of Datasette or of ours.
    modules = [
        str(frame.f_globals.get("__name__", ""))
        for frame, _ in traceback.walk_tb(exception.__traceback__)
    ]
    ours = [
        place
        for place, module in enumerate(modules)
        if module.startswith("correspondence.") and not module.endswith(_PASSED_THROUGH)
    ]
    # A page of ours may hand a request on to a view of Datasette's.
    if ours and not any(module.startswith("datasette.views.") for module in modules[ours[-1] :]):
        return False
    if isinstance(exception, sqlite3.ProgrammingError):
        return True
    if isinstance(exception, sqlite3.DatabaseError):
        return exception.sqlite_errorname in _OF_THE_SQL
    is_of_a_parser = not _PARSERS.isdisjoint(modules)
    return is_of_a_parser and isinstance(
        exception,
        KeyError | TypeError | ValueError | IndexError | AssertionError | OverflowError,
    )
