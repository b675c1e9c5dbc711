"""The hooks by which Datasette calls this plugin, and nothing else.

Datasette loads its plugins while its own modules are still being imported, so each hook imports
what it calls when it is called.
"""

from __future__ import annotations

from collections.abc import Generator
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.facets import Facet
    from datasette.utils.asgi import Request
    from jinja2 import Environment


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Read the registers, if there is an archive to read them from."""
    from .memory import frame

    return lambda: frame.load(datasette)


@hookimpl
def prepare_connection(conn: Connection, database: str) -> None:
    """What SQL may do with the archive."""
    from .middleware import sql_limits

    if database == "archive":
        sql_limits.prepare(conn)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Functions and filters that every template may use, those of error pages included."""
    from . import templating

    templating.prepare(env, datasette)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our own pages."""
    from . import pages

    return pages.ROUTES


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    """Facets over linked tables, for the table of letters."""
    from .lists.facets import LetterFacet

    return [LetterFacet]


@hookimpl(wrapper=True)
def filters_from_request(
    request: Request, table: str, database: str, datasette: Datasette
) -> Generator[None, list[Any], list[Any]]:
    """Our choices as conditions of the table of letters, in the place of Datasette's search."""
    from .tables import letters

    found = yield
    if not letters.is_shown(database, table):
        return found
    kept = [hook for hook in found if not letters.is_search_of_datasette(hook)]
    return [*kept, lambda: letters.filter_arguments(datasette, request)]


@hookimpl
def extra_template_vars(
    database: str | None, table: str | None, request: Request | None, datasette: Datasette
) -> Any:
    """What pages of Datasette's own show beyond it, that of the table of letters above all."""
    from .tables import letters, template_functions

    if request is None or database != "archive":
        return {}
    if letters.is_shown(database, table):
        return lambda: letters.context(datasette, request)
    return template_functions.context(datasette, request)


@hookimpl(tryfirst=True)
def forbidden(datasette: Datasette, request: Request, message: str) -> Any:
    """403 as a page or as JSON."""
    from .middleware import errors

    return lambda: errors.answer(datasette, request, 403, message)


@hookimpl(wrapper=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, list[Any], list[Any]]:
    """Our error pages, instead of Datasette's, which would print a traceback for each."""
    from .middleware import errors

    yield
    return [lambda: errors.respond(datasette, request, exception)]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Any:
    """Methods, cookies and headers of every request, and answers that are kept."""
    from .middleware import headers, overload, response_cache, sql_limits, stray_arguments

    prefix = datasette.setting("base_url")

    def wrapped(app: Any) -> Any:
        limited = overload.wrap(sql_limits.wrap(app))
        # The headers stand without, since what is kept or unchanged bears them, too.
        kept = response_cache.wrap(limited, datasette)
        return headers.wrap(stray_arguments.wrap(kept, prefix), prefix)

    return wrapped
