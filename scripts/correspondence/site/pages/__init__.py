"""The pages that are ours, by their addresses."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import NotFound, Request, Response

from ...formats import FORMATS
from ..html.page import FORMAT, ID
from . import crawlers, csv_json, downloads, exports, reconcile, registers
from .about import about
from .contribute import contribute
from .correspondents import organisation, person
from .data import data
from .events import event
from .exchanges import exchange, exchanges
from .leads import leads
from .letter import letter
from .search import search
from .statements import statements
from .timeline import timeline
from .topics import topic
from .unanswered import unanswered


async def no_such_format(request: Request) -> Response:
    """A suffix that Datasette does not know; it would show the page as if there were none."""
    raise NotFound(f"There is no format .{request.url_vars['format']} here.")


async def about_the_server(request: Request) -> Response:
    """``/-/…``: what Datasette would tell of itself, its files and its settings is not shown."""
    raise NotFound("There is no such page.")


ROUTES: list[tuple[str, Callable[..., Awaitable[Any]]]] = [
    (r"^/$", timeline),
    (r"^/data$", data),
    (r"^/(?P<database>archive)(?P<format>)$", csv_json.query_page),
    (r"^/(?P<database>archive)\.(?P<format>csv)$", csv_json.query),
    (r"^/(?P<database>archive)/(?P<table>[^/.]+)\.(?P<format>csv)$", csv_json.table),
    (r"^/(?P<database>archive)\.(?P<format>json)$", csv_json.query_list),
    (r"^/(?P<database>archive)/(?P<table>[^/.]+)\.(?P<format>json)$", csv_json.table_list),
    (r"^/exchanges$", exchanges),
    (rf"^/exchanges/{ID}$", exchange),
    (r"^/unanswered$", unanswered),
    (r"^/statements$", statements),
    (r"^/leads$", leads),
    (r"^/about$", about),
    (r"^/search$", search),
    (r"^/contribute$", contribute),
    (r"^/archive/organisations$", registers.register("organisations", registers.organisations)),
    (r"^/archive/people$", registers.register("people", registers.people)),
    (r"^/archive/topics$", registers.register("topics", registers.topics)),
    (r"^/archive/events$", registers.register("events", registers.events)),
    (rf"^/archive/topics/{ID}{FORMAT}$", topic),
    (rf"^/archive/events/{ID}{FORMAT}$", event),
    (rf"^/archive/letters/{ID}{FORMAT}$", letter),
    (rf"^/archive/organisations/{ID}{FORMAT}$", organisation),
    (rf"^/archive/people/{ID}{FORMAT}$", person),
    (rf"^/archive/letters\.(?P<format>{'|'.join(FORMATS)})$", exports.letters),
    (r"^/feed\.atom$", exports.feed),
    (r"^/changes\.atom$", exports.changes),
    (r"^/cmif\.xml$", exports.cmif),
    (r"^/unapi$", exports.unapi),
    (r"^/(?P<database>archive)\.db$", downloads.database),
    (r"^/dataset\.zip$", downloads.dataset),
    (r"^/datapackage\.json$", downloads.package),
    (r"^/health$", crawlers.health),
    (r"^/robots\.txt$", crawlers.robots),
    (r"^/sitemap\.xml$", crawlers.sitemap),
    (r"^/sitemap-(?P<number>[1-9][0-9]{0,5})\.xml$", crawlers.sitemap_part),
    (r"^/opensearch\.xml$", crawlers.opensearch),
    (r"^/reconcile$", reconcile.service),
    (r"^/reconcile/suggest$", reconcile.suggest),
    (r"^/reconcile/properties$", reconcile.properties),
    (r"^/archive\.(?P<format>(?!(?:json|jsono|db)$)[^/]*)$", no_such_format),
    (r"^/archive/[^/.]+\.(?P<format>(?!(?:json|jsono|csv)$)[^/]*)$", no_such_format),
    (r"^/-/(?!static/|static-plugins/).*$", about_the_server),
]
