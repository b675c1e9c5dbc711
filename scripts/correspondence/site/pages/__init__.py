"""The pages that are ours, by their addresses."""

from collections.abc import Awaitable, Callable

from datasette.utils.asgi import NotFound, Request, Response

from .common import FORMAT, ID
from .correspondents import organisation, person
from .letter import letter
from .timeline import timeline


async def no_such_format(request: Request) -> Response:
    """A suffix that Datasette does not know; it would show the page as if there were none."""
    raise NotFound(f"There is no format .{request.url_vars['format']} here.")


async def about_the_server(request: Request) -> Response:
    """``/-/…``: what Datasette would tell of itself, its files and its settings is not shown."""
    raise NotFound("There is no such page.")


ROUTES: list[tuple[str, Callable[..., Awaitable[Response]]]] = [
    (r"^/$", timeline),
    (rf"^/archive/letters/{ID}{FORMAT}$", letter),
    (rf"^/archive/organisations/{ID}{FORMAT}$", organisation),
    (rf"^/archive/people/{ID}{FORMAT}$", person),
    (r"^/archive(?:/[^/.]+)?\.(?P<format>(?!(?:json|jsono|csv|db)$)[^/]*)$", no_such_format),
    (r"^/-/(?!static/|static-plugins/).*$", about_the_server),
]
