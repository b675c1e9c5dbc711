"""The site in this process: what it answers to each address of a frozen copy."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from datasette.app import Datasette
from datasette.utils.asgi import Request
from lxml import etree

from ..database.opening import open_archive
from ..database.reading import read_letters
from ..exporting import UNPUBLISHED
from ..site.archive import archive_of
from ..site.filters.choices import Choices
from ..site.html import page
from ..site.lists.facets import count_facets
from ..site.memory.schema import schema_of
from ..site.server.run import make_datasette
from .addresses import HOST, SEARCH, Address, Addresses, Missing, NotFrozen, is_within
from .links import rewrite
from .output import FreezeError
from .search_index import search_data

_TEMPLATES = Path(str(files("correspondence.static_site") / "templates"))
_SCRIPTS = files("correspondence.static_site") / "static"
_SETTINGS = {
    "default_allow_sql": False,
    "max_returned_rows": 1_000_000_000,  # a file holds a whole table
    "max_csv_mb": 0,
    "sql_time_limit_ms": 600_000,
}
_ENTRIES = ("/", "/search", "/copy", "/robots.txt", "/sitemap.xml", "/favicon.ico")
"""What nothing links to or all begins with; the rest is found by following links."""

_OWN_PAGES = {SEARCH: "search.html", "/copy": "copy.html"}
_MOVED_IDS = """
select '/archive/letters/' || id from former_ids
union all select '/archive/letters/' || id from withdrawn
union all select '/exchanges/' || id from letters where exchange != id
"""


@dataclass(frozen=True)
class Answer:
    """A file of the copy, or one to be copied, and the addresses that it links to."""

    content: bytes | Path
    links: frozenset[Address]


class Renderer:
    """Makes the files of a frozen copy, each by asking the site for its address."""

    def __init__(self, database: Path, address: str) -> None:
        own = {"frozen": True, "address": address}
        self.datasette: Datasette = make_datasette(database, _SETTINGS, own, _TEMPLATES)
        self.database = database
        self.published = address
        self.addresses = Addresses(frozenset())

    async def start(self) -> None:
        """Make ready; before everything else."""
        await self.datasette.invoke_startup()
        tables = await schema_of(self.datasette, "archive")
        queries = await self.datasette.get_canned_queries("archive", None)
        shown = {table.name for table in tables.values() if not table.is_hidden}
        self.addresses = Addresses(frozenset({*shown, *queries}))

    def entries(self) -> list[Address]:
        """The addresses to begin with; links lead to the others."""
        with closing(open_archive(self.database)) as connection:
            moved = [row[0] for row in connection.execute(_MOVED_IDS)]
            cards = connection.execute("select id from letters order by sort_key")
            pictures = [f"/archive/letters/{row[0]}.png" for row in cards]
        first = [Address(path) for path in (*_ENTRIES, *moved, *pictures)]
        return [*first, Missing("/there-is-no-such-page", root=root_of(self.published))]

    async def render(self, address: Address) -> Answer:
        """The file of an address.

        Raises:
            FreezeError: the site does not answer as it should, or links to what cannot be had.
        """
        if address.path.startswith(f"{SEARCH}/"):
            return Answer(self._script(address.path.rpartition("/")[2]), frozenset())
        if address.path == "/archive.db":
            return Answer(self.database, frozenset())
        if address.path in _OWN_PAGES:
            return self._page(address, await self._own_page(address.path))
        answer = await self.datasette.client.get(address.asked)
        expected = {404} if isinstance(address, Missing) else {200, 301, 302, 410}
        if answer.status_code not in expected:
            raise FreezeError(f"{address.asked} answers {answer.status_code}")
        if answer.is_redirect:
            return self._page(address, await self._moved(address, answer.headers["location"]))
        if address.is_page and answer.headers["content-type"].startswith("text/html"):
            return self._page(address, answer.text)
        if address.path.startswith("/sitemap"):
            return Answer(answer.content, frozenset(self._listed(answer.content)))
        return Answer(answer.content, frozenset())

    def _page(self, address: Address, html: str) -> Answer:
        links: set[Address] = set()

        def change(tag: str, link: str) -> str | None:
            if not is_within(link):
                return link
            resolve = self.addresses.resolve_form if tag == "form" else self.addresses.resolve
            target, query = resolve(link, address)
            if target is None:
                return None
            links.add(target)
            return address.link(target, query, urlsplit(link).fragment)

        try:
            return Answer(rewrite(html, change).encode(), frozenset(links))
        except NotFrozen as error:
            raise FreezeError(
                f"{address.asked} links to {error}, which a frozen copy cannot have"
            ) from error

    async def _own_page(self, path: str) -> str:
        """A page that only a frozen copy has, as the site would answer with it."""
        is_published = self.published != UNPUBLISHED
        context: dict[str, Any] = {"address": self.published if is_published else None}
        if path == SEARCH:
            archive = archive_of(self.datasette)
            context["choices"] = Choices()
            context["facets"] = await count_facets(archive, Choices())
            context["listed"] = await archive.execute_fn(lambda found: list(read_letters(found)))
        answer = await page.page(self.datasette, _asked(path), _OWN_PAGES[path], context)
        return str(answer.body)

    async def _moved(self, address: Address, location: str) -> str:
        """A page that leads to where an address has moved."""
        path = urlsplit(urljoin(HOST, location))
        target, _ = self.addresses.resolve(path.path, address)
        if target is None:
            raise FreezeError(f"{address.asked} has moved to {location}, which is no page")
        asked = _asked(path.path)
        context = {
            "canonical": page.public_address(self.datasette, asked),
            "location": location,
            "link": address.link(target, fragment=path.fragment),
        }
        html: str = await self.datasette.render_template("moved.html", context, asked)
        return html

    def _listed(self, sitemap: bytes) -> Iterator[Address]:
        """The addresses that a site map lists."""
        for place in etree.fromstring(sitemap).iter("{*}loc"):
            yield Address((place.text or "").removeprefix(self.published) or "/")

    def _script(self, name: str) -> bytes:
        if name == "data.js":
            with closing(open_archive(self.database)) as connection:
                return search_data(connection).encode()
        return (_SCRIPTS / name).read_bytes()


def root_of(address: str) -> str:
    """The path of an address, with a slash at its end."""
    return f"{urlsplit(address).path.rstrip('/')}/"


def _asked(path: str) -> Request:
    """A request as Datasette's templates need it."""
    return Request({**Request.fake(path).scope, "csrftoken": lambda: ""}, None)
